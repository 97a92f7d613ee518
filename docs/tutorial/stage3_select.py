"""Stage 3. Many clients, one loop: select() says which sockets have bytes for us.

python stage3_select.py serve    the server: what one client sends, all others receive
python stage3_select.py fair     one client is silent. Does another one wait, as in stage 1?
python stage3_select.py stuck    one client stops reading. What happens to the others?
"""

import contextlib
import select
import socket
import sys
import time

from stage1_echo import connect, listen, start
from stage2_frames import Frames, frame

PORT = 7003
WORD, MESSAGES = b"x" * 900, 10_000


def serve(listener: socket.socket) -> None:
    """Send each message to all other clients."""
    clients: dict[socket.socket, Frames] = {}  # each client, with the message that has not ended yet
    while True:
        readable, _, _ = select.select([listener, *clients], [], [])  # waits until one of them has something
        for sock in readable:
            if sock is listener:
                client, _ = listener.accept()  # does not wait: select() has named the listener
                clients[client] = Frames()
                continue
            try:
                piece = sock.recv(1000)  # ONE recv() each time that select() names the socket; a loop would wait
                messages = clients[sock].feed(piece)
            except (OSError, ValueError):
                piece, messages = b"", []
            if not piece:
                del clients[sock]
                sock.close()
            for message in messages:
                for other in clients:
                    if other is not sock:
                        other.sendall(frame(message))  # waits until the system has taken all of it: see `stuck`


def serve_and_say_why(listener: socket.socket) -> None:
    """Serve. When the server ends by an error, print its name."""
    try:
        serve(listener)
    except OSError as error:
        print("the server ended:", type(error).__name__)


def count(client: socket.socket, frames: Frames, seconds: float) -> int:
    """Return how many messages come in `seconds`. The caller keeps `frames`: it may hold half a message."""
    messages, end = 0, time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        client.settimeout(left)
        with contextlib.suppress(TimeoutError):
            messages += len(frames.feed(client.recv(65536)))
    return messages


def fair(port: int) -> float:
    """Return the seconds from one client's message to another client, while a third one is connected and silent."""
    with connect(port), connect(port) as speaker, connect(port) as listener:
        listener.sendall(frame(b"here"))
        speaker.recv(1000)  # now the server knows all three
        begin = time.monotonic()
        speaker.sendall(frame(b"am I here?"))
        listener.recv(1000)
        return time.monotonic() - begin


def stuck(port: int) -> int:
    """One client talks, one listens, one never reads. Return how many of MESSAGES the listener receives."""
    with connect(port) as talker, connect(port) as listener:
        sleeper = connect(port)
        frames, received = Frames(), 0
        listener.settimeout(2)  # seconds; then it has waited in vain
        with contextlib.suppress(OSError):
            for sent in range(250, MESSAGES + 1, 250):
                talker.sendall(frame(WORD) * 250)
                while received < sent and (piece := listener.recv(65536)):  # 250 more when these have come
                    received += frames.feed(piece).count(WORD)
        sleeper.close()  # the program that slept ends, with bytes that it has not read
        with contextlib.suppress(OSError):  # read until the server has ended
            while received < MESSAGES and listener.recv(65536):
                pass
        return received


def main(words: list[str]) -> None:
    match words:
        case ["serve"]:
            serve(listen(PORT))
        case ["fair"]:
            print(f"received after {fair(start(serve)) * 1000:.0f} ms")
        case ["stuck"]:
            print(f"the listener received {stuck(start(serve_and_say_why))} of {MESSAGES} messages")
        case _:
            print(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
