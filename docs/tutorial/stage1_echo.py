"""Stage 1. An echo server: it sends back the bytes that it receives.

python stage1_echo.py serve        one terminal: the server
python stage1_echo.py say hello    another terminal: a client. netcat is a client, too: nc 127.0.0.1 7001
python stage1_echo.py glue         a client sends two messages. How many does it receive?
python stage1_echo.py second       a second client comes while the first one is still connected
"""

import os
import socket
import sys
import threading
import time
from collections.abc import Callable

HOST, PORT = "127.0.0.1", 7001


def listen(port: int) -> socket.socket:
    """Return a socket that waits for clients. It never carries data: accept() makes a new socket for each client."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # without this: "Address already in use" for a minute after a restart
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    listener.listen()
    return listener


def serve(listener: socket.socket, busy: float = 0.0) -> None:
    """Serve one client after the other, forever. `busy`: seconds of other work before each recv()."""
    while True:
        client, _ = listener.accept()  # waits for a client
        with client:
            while True:
                time.sleep(busy)
                data = client.recv(1000)  # waits for bytes; 1000 is the limit, not the size of a message
                if not data:  # no bytes: the client has closed its end
                    break
                client.sendall(data)


def connect(port: int) -> socket.socket:
    """Return a socket that is connected to the server. It waits 5 seconds for an answer, not forever."""
    return socket.create_connection((HOST, port), timeout=5)


def start(serve: Callable[..., None], *arguments: object) -> int:
    """Run a server in a thread, on a free port. Return the port."""
    listener = listen(0)  # 0: the system chooses a free port
    threading.Thread(target=serve, args=(listener, *arguments), daemon=True).start()
    return int(listener.getsockname()[1])


def glue(wait: bool = False) -> list[bytes]:
    """Send A, then B. `wait`: not before the echo of A has come. Return what each recv() of the client gave."""
    with connect(start(serve, 0.6)) as client:  # a server that has other work to do, as a game has
        client.sendall(b"A")
        pieces = [client.recv(1000)] if wait else []
        client.sendall(b"B")
        client.shutdown(socket.SHUT_WR)  # "I send no more": the server's recv() returns b""
        while piece := client.recv(1000):
            pieces.append(piece)
        return pieces


def second(stay: float = 1.0) -> float:
    """Return how many seconds a second client waits for its echo while the first one stays for `stay` seconds."""
    port = start(serve)
    first, later = connect(port), connect(port)  # both succeed at once: the system keeps them in a queue
    begin = time.monotonic()
    threading.Timer(stay, first.close).start()
    with later:
        later.sendall(b"am I here?")
        later.recv(1000)
    return time.monotonic() - begin


def main(words: list[str]) -> None:
    match words:
        case ["serve"]:
            serve(listen(PORT))
        case ["say", *rest]:
            with connect(PORT) as client:
                client.sendall(" ".join(rest).encode())
                print("echo:", client.recv(1000).decode())
        case ["glue"]:
            print("A, then B at once:               ", glue())
            print("A, then B after the echo of A:   ", glue(wait=True))
        case ["second"]:
            print(f"the second client waited {second():.1f} s")
        case _:
            print(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
