"""How long data has waited in the kernel before it is read, where the system says it (Linux), for TCP and UDP.

A server that sleeps from tick to tick reads a question up to 17 ms after it came. The round trip time without that wait
is the one of the network alone.
"""

import socket
import struct
import sys
import time
from contextlib import suppress
from typing import Any

_STAMPS = 35  # Linux: SO_TIMESTAMPNS, for which older Pythons have no name
_STAMP = struct.Struct("@ll")  # seconds and nanoseconds
_AGE_MOST = 1.0  # seconds; more means that the clock was changed meanwhile


def stamp_arrivals(sock: socket.socket) -> None:
    """Ask the system to note when data arrives."""
    if sys.platform == "linux":
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, _STAMPS, 1)


def receive_stamped(sock: socket.socket, most: int) -> tuple[bytes, Any, float]:
    """Read once: the data, the address that it came from (UDP only), and its age in seconds, 0 if unknown.

    Of a stream the age is that of the newest byte. Raises OSError as `recv` does.
    """
    if sys.platform != "linux":
        data, address = sock.recvfrom(most)
        return data, address, 0.0
    data, notes, _, address = sock.recvmsg(most, socket.CMSG_SPACE(_STAMP.size))
    age = 0.0
    for _, kind, stamp in notes:
        if kind == _STAMPS and len(stamp) == _STAMP.size:
            seconds, nanoseconds = _STAMP.unpack(stamp)
            age = time.time() - seconds - nanoseconds / 1e9
    return data, address, age if 0.0 < age < _AGE_MOST else 0.0
