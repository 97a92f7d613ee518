"""A proxy that makes a connection slow: python delay.py PORT MS. Clients connect to PORT + 100 in place of PORT.

Everything takes MS / 2 milliseconds in each direction, as on a line with a ping of MS milliseconds.
"""

import contextlib
import select
import socket
import sys
import time

from stage1_echo import connect, listen, start


def pump(ends: list[socket.socket], seconds: float) -> None:
    """Move bytes between two sockets, each `seconds` late, until one of them closes."""
    waiting: list[tuple[float, socket.socket, bytes]] = []  # when it is due, to which end, and the bytes
    while True:
        timeout = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        for sock in select.select(ends, [], [], timeout)[0]:
            other = ends[1 - ends.index(sock)]
            if not (piece := sock.recv(65536)):
                return
            waiting.append((time.monotonic() + seconds, other, piece))
        while waiting and waiting[0][0] <= time.monotonic():
            _, other, piece = waiting.pop(0)
            other.sendall(piece)


def serve(listener: socket.socket, port: int, ms: int) -> None:
    """Connect each client, one after the other, to the server at `port`."""
    while True:
        client, _ = listener.accept()
        with client, connect(port) as server, contextlib.suppress(OSError):
            pump([client, server], ms / 2000)


def delayed(port: int, ms: int) -> int:
    """Start a proxy. Return the port that clients connect to; without a delay, the server's own."""
    return start(serve, port, ms) if ms else port


if __name__ == "__main__":
    serve(listen(int(sys.argv[1]) + 100), int(sys.argv[1]), int(sys.argv[2]))
