"""Stage 4. A room in which no client waits for another one: each has an outbox.

python stage4_room.py serve    the server
python talk.py 7004            a client; start several. /quit leaves
python stage4_room.py stuck    one client stops reading: the test of stage 3 again
python stage4_room.py quit     the second of three clients sends /quit. What do they receive?
python stage4_room.py still    for two seconds no client sends anything. How often does the loop turn?
"""

import select
import socket
import sys
import time
from collections.abc import Callable

from stage1_echo import connect, listen, start
from stage2_frames import Frames, frame
from stage3_select import MESSAGES, count, stuck

LIMIT = 256 * 1024  # bytes that may wait for one client; more wait only for a client that does not read


class Client:
    """One client of the room: what came from it, and what it has not taken yet."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)  # from now on, recv() and send() never wait
        self.sock, self.frames, self.outbox, self.is_gone = sock, Frames(), b"", False

    def receive(self) -> list[bytes]:
        """Return the messages that are complete now. Call it when select() says that there are bytes."""
        try:
            self.is_gone = not (piece := self.sock.recv(1000))
            return self.frames.feed(piece)
        except (OSError, ValueError):  # the connection was reset, or the length makes no sense
            self.is_gone = True
            return []

    def send(self, message: bytes) -> None:
        """Put a message into the outbox. It does not wait."""
        self.outbox += frame(message)
        self.is_gone = self.is_gone or len(self.outbox) > LIMIT

    def flush(self) -> None:
        """Give the system what it takes now. Call it when select() says that there is room."""
        try:
            self.outbox = self.outbox[self.sock.send(self.outbox) :]  # send() may take only a part
        except OSError:
            self.is_gone = True


def serve(listener: socket.socket, turn: Callable[[], None] = lambda: None) -> None:
    """Serve all clients. `turn` is called once for each turn of the loop."""
    clients: list[Client] = []
    while True:
        readers = {client.sock: client for client in clients}
        writers = {client.sock: client for client in clients if client.outbox}  # only if something waits for it
        readable, writable, _ = select.select([listener, *readers], writers, [])
        turn()
        for sock in readable:
            if sock is listener:
                clients.append(Client(listener.accept()[0]))
                continue
            for message in readers[sock].receive():
                handle(readers[sock], message, clients)
        for sock in writable:
            writers[sock].flush()
        for gone in [client for client in clients if client.is_gone]:  # a new list: we change the old one
            clients.remove(gone)  # the OBJECT, not its number: numbers change when a client leaves
            gone.sock.close()
            for client in clients:
                client.send(b"* a client left")


def handle(sender: Client, message: bytes, clients: list[Client]) -> None:
    """Do what a message asks for. Compare bytes with bytes: b"/quit" == "/quit" is False, without an error."""
    if message == b"/quit":
        sender.is_gone = True
    else:
        for client in clients:
            if client is not sender:
                client.send(message)


def leave(port: int) -> list[int]:
    """Ada, Bo and Cy connect, Bo quits, Ada sends a message. Return how many messages each of them receives."""
    with connect(port) as ada, connect(port) as bo, connect(port) as cy:
        bo.sendall(frame(b"/quit"))
        bo.recv(1000)  # gives b"": the server has closed Bo's connection
        ada.sendall(frame(b"are you well?"))
        return [count(ada, Frames(), 0.8), 0, count(cy, Frames(), 0.8)]


def still(seconds: float = 2.0) -> int:
    """Return how often the loop turns in `seconds` in which a client is connected and sends nothing."""
    turns: list[float] = []
    with connect(start(serve, lambda: turns.append(time.monotonic()))):
        while not turns:  # until the server has accepted the client
            time.sleep(0.01)
        turns.clear()
        time.sleep(seconds)
        return len(turns)


def main(words: list[str]) -> None:
    match words:
        case ["serve"]:
            serve(listen(7004))
        case ["stuck"]:
            print(f"the listener received {stuck(start(serve))} of {MESSAGES} messages")
        case ["quit"]:
            print("Ada, Bo and Cy receive:", leave(start(serve)))
        case ["still"]:
            print(f"the loop turned {still()} times")
        case _:
            print(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
