"""A relay as the first exercise of a course asks for, and others with one mistake each."""

import select
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

LIMIT, OUTBOX = 65536, 1 << 20  # bytes


class Client:
    """One connection: bytes of a frame that is not complete, and bytes that wait."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.kept, self.outbox, self.is_gone = sock, b"", b"", False

    def flush(self) -> None:
        """Give the system what it takes now."""
        try:
            self.outbox = self.outbox[self.sock.send(self.outbox) :]
        except BlockingIOError:
            pass
        except OSError:
            self.is_gone = True


class Relay:
    """Sends each frame to all other clients. A subclass makes one mistake."""

    def __init__(self, listener: socket.socket, stop: socket.socket) -> None:
        self.listener, self.stop = listener, stop
        self.clients: list[Client] = []

    def run(self) -> None:
        """Serve until a byte comes on `stop`."""
        with ExitStack() as open_sockets:
            while True:
                by_sock = {client.sock: client for client in self.clients}
                writers = [client.sock for client in self.clients if client.outbox]
                readable, writable, _ = select.select([self.stop, self.listener, *by_sock], writers, [])
                if self.stop in readable:
                    return
                for sock in readable:
                    if sock is self.listener:
                        self.accept(open_sockets.enter_context(sock.accept()[0]))
                    else:
                        self.read(by_sock[sock])
                for sock in writable:
                    by_sock[sock].flush()
                for gone in [client for client in self.clients if client.is_gone]:
                    self.clients.remove(gone)
                    gone.sock.close()

    def accept(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.clients.append(Client(sock))

    def read(self, client: Client) -> None:
        try:
            piece = client.sock.recv(65536)
        except OSError:
            piece = b""
        client.kept += piece
        client.is_gone = client.is_gone or not piece
        for payload in self.payloads(client):
            self.relay(client, payload)
        if not piece:
            self.ended(client)

    def payloads(self, client: Client) -> Iterator[bytes]:
        while len(client.kept) >= 4:
            size = int.from_bytes(client.kept[:4], "big")
            if size > LIMIT:
                client.is_gone = True
                return
            if len(client.kept) < 4 + size:
                return
            payload, client.kept = client.kept[4 : 4 + size], client.kept[4 + size :]
            yield payload

    def relay(self, sender: Client, payload: bytes) -> None:
        for client in self.clients:
            if client is not sender:
                self.send(client, payload)

    def send(self, client: Client, payload: bytes) -> None:
        client.outbox += len(payload).to_bytes(4, "big") + payload
        client.flush()
        client.is_gone = client.is_gone or len(client.outbox) > OUTBOX

    def ended(self, client: Client) -> None:
        """A client has left; there may be the beginning of a frame."""


class EchoesToTheSender(Relay):
    def relay(self, sender: Client, payload: bytes) -> None:
        for client in self.clients:
            self.send(client, payload)


class EndsTextAtZero(Relay):
    """As a server in C does that takes a frame for a string."""

    def send(self, client: Client, payload: bytes) -> None:
        super().send(client, payload.split(b"\0")[0])


class WaitsForEachClient(Relay):
    def send(self, client: Client, payload: bytes) -> None:
        client.sock.setblocking(True)
        with suppress(OSError):
            client.sock.settimeout(20)
            client.sock.sendall(len(payload).to_bytes(4, "big") + payload)
        client.sock.setblocking(False)


class BelievesEachLength(Relay):
    def payloads(self, client: Client) -> Iterator[bytes]:
        if len(client.kept) < 4 or int.from_bytes(client.kept[:4], "big") <= LIMIT:
            yield from super().payloads(client)


class TakesTwentyClients(Relay):
    def accept(self, sock: socket.socket) -> None:
        if len(self.clients) < 20:
            super().accept(sock)
        else:
            sock.close()


class NeedsTheLengthInOnePiece(Relay):
    """It throws away a piece that has fewer than four bytes of a length."""

    def payloads(self, client: Client) -> Iterator[bytes]:
        yield from super().payloads(client)
        if len(client.kept) < 4:
            client.kept = b""


class SendsHalfAFrameAtTheEnd(Relay):
    def ended(self, client: Client) -> None:
        if client.kept:
            self.relay(client, client.kept[4:])


MISTAKES = {
    EchoesToTheSender: "relay/not_to_the_sender",
    EndsTextAtZero: "framing/any_byte",
    WaitsForEachClient: "people/stuck",
    BelievesEachLength: "people/liar",
    TakesTwentyClients: "people/thirty",
    NeedsTheLengthInOnePiece: "framing/byte_by_byte",
    SendsHalfAFrameAtTheEnd: "people/leaves_in_a_frame",
}


@contextmanager
def running(kind: type[Relay]) -> Iterator[str]:
    """Run a relay in a thread; give its address."""
    stop, stopped = socket.socketpair()
    with stop, stopped, socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=kind(listener, stopped).run)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        stop.send(b"x")
        thread.join()
