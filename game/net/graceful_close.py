"""Closes a socket so that the last bytes arrive.

A thread reads until the server closes too, for LINGER at the most. Otherwise the system answers arriving data with a
reset, and does not retransmit a Bye that was lost.
"""

import socket
import threading
import time
from contextlib import suppress

LINGER = 1.0  # seconds; a lost Bye is retransmitted after a quarter of one
LAST_READ = 1 << 16  # bytes per recv; they are thrown away


def close_gracefully(open_socket: socket.socket) -> None:
    """Send what is unsent, then close. Not in a daemon thread: the process must not end before the Bye has left."""
    try:
        with suppress(OSError):
            open_socket.shutdown(socket.SHUT_WR)
        threading.Thread(name="goodbye", target=_linger, args=(open_socket,)).start()
    except RuntimeError:  # the interpreter shuts down and starts no more threads
        _linger(open_socket)


def _linger(open_socket: socket.socket) -> None:
    ends_at = time.monotonic() + LINGER
    with open_socket, suppress(OSError):
        while (left := ends_at - time.monotonic()) > 0:
            open_socket.settimeout(left)
            if not open_socket.recv(LAST_READ):
                return
