"""An HTTP server on loopback that answers with any bytes, as fast as a test wants it."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

TLS = b"\x16\x03"  # how a client begins that wants TLS
DRIP = 0.02  # seconds between two pieces of an answer
PATIENCE = 10.0  # seconds that a handler waits for a request


def answer(body: bytes = b"{}", status: str = "200 OK", *headers: str) -> bytes:
    """An answer with its length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class FakeHttp:
    """`reply` returns the pieces of an answer. `requests`: what was asked, each as its lines."""

    port: int
    reply: Callable[[list[str]], list[bytes]]
    requests: list[list[str]] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)  # set it, and no piece is sent any more
    may_answer: threading.Event = field(default_factory=threading.Event)

    def handle(self, sock: socket.socket) -> None:
        """Read one request, then send the pieces of the answer."""
        with suppress(OSError), sock:
            sock.settimeout(PATIENCE)
            head = b""
            while b"\r\n\r\n" not in head and not head.startswith(TLS):
                data = sock.recv(4096)
                if not data:
                    return
                head += data
            lines = head.decode("latin-1").split("\r\n")
            self.requests.append([line for line in lines if line])
            self.may_answer.wait(PATIENCE)
            pieces = self.reply(lines)
            for piece in pieces:
                sock.sendall(piece)
                if len(pieces) > 1 and self.is_over.wait(DRIP):
                    return


@contextmanager
def fake_http(reply: Callable[[list[str]], list[bytes]], tls: ssl.SSLContext | None = None) -> Iterator[FakeHttp]:
    """Serve until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = FakeHttp(listener.getsockname()[1], reply)
        server.may_answer.set()

        def serve() -> None:
            with suppress(OSError):
                while True:
                    sock, _ = listener.accept()
                    threading.Thread(target=talk, args=(sock,), daemon=True).start()

        def talk(sock: socket.socket) -> None:
            with suppress(OSError):
                server.handle(tls.wrap_socket(sock, server_side=True) if tls else sock)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.is_over.set()
            server.may_answer.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
