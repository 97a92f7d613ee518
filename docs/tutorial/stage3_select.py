"""Stage 3. Many clients, one loop: select() says which sockets have bytes for us.

python stage3_select.py serve    the server: what one client sends, all others receive
python stage3_select.py fair     one client is silent. Does another one wait, as in stage 1?
python stage3_select.py stuck    one client stops reading. What happens to the others?
"""

import contextlib
import select
import socket
import sys
import threading
import time

from stage1_echo import connect, listen, start
from stage2_frames import Frames, frame

PORT = 7003


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


def stuck(port: int, looks: int = 8, seconds: float = 0.25) -> list[int]:
    """One client talks, one listens, one never reads. Return what the listener receives in each of `looks` times."""
    with connect(port) as talker, connect(port) as listener:
        sleeper = connect(port)
        is_over = threading.Event()

        def talk() -> None:
            with contextlib.suppress(OSError):  # the server has closed our connection, or has ended
                while not is_over.is_set():
                    talker.sendall(frame(b"x" * 900) * 50)

        threading.Thread(target=talk, daemon=True).start()
        frames = Frames()
        received = [count(listener, frames, seconds) for _ in range(looks)]
        is_over.set()
        sleeper.close()  # the program that slept ends, with bytes that it has not read
        listener.settimeout(0.5)
        with contextlib.suppress(OSError):  # read until the server has ended, or sends no more
            while listener.recv(65536):
                pass
        return received


def main(words: list[str]) -> None:
    match words:
        case ["serve"]:
            serve(listen(PORT))
        case ["fair"]:
            print(f"received after {fair(start(serve)) * 1000:.0f} ms")
        case ["stuck"]:
            print("messages in each quarter of a second:", stuck(start(serve_and_say_why)))
        case _:
            print(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
