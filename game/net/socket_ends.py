"""How a connection ends: the sentence for an error of the system, and a close that still sends what is unsent."""

import errno
import socket
import threading
import time
from contextlib import suppress

LINGER = 1.0  # seconds; a Bye that was lost is retransmitted after a quarter of one
PIECE = 1 << 13  # bytes


def disconnect_reason(error: OSError) -> str:
    """Return why a connection is lost, as one sentence."""
    if error.errno == errno.ETIMEDOUT:
        return "The server does not answer any more. Was a cable pulled, or the Wi-Fi lost?"
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETRESET):
        return "There is no way to the server any more. Was a cable pulled, or the Wi-Fi lost?"
    return "The connection to the server broke."


def close_gracefully(open_socket: socket.socket) -> None:
    """Send what is unsent, then close, in a thread: it reads until the server closes too, for LINGER at the most.

    Otherwise the system answers arriving data with a reset, and does not retransmit a Bye that was lost. It is not a
    daemon thread: the process must not end before the Bye has left.
    """
    with suppress(OSError):
        open_socket.shutdown(socket.SHUT_WR)
    try:
        threading.Thread(name="goodbye", target=_linger, args=(open_socket,)).start()
    except RuntimeError:  # the interpreter shuts down and starts no more threads
        _linger(open_socket)


def _linger(open_socket: socket.socket) -> None:
    ends_at = time.monotonic() + LINGER
    with open_socket, suppress(OSError):
        while (left := ends_at - time.monotonic()) > 0:
            open_socket.settimeout(left)
            if not open_socket.recv(PIECE):
                return
