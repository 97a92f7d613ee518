"""What several checks of the doctor do with sockets: connect within a time, recognise a server, give a reason.

Rule 1: no check sends Hello, so the examined server gets no member. It sends a Ping, which a server answers to pending
        connections too.
"""

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from petard.game.doctor.facts import ConnectOutcome
from petard.shared.framing import LIMIT_SERVER, Decoder, FrameError, frame
from petard.shared.protocol import codec
from petard.shared.protocol.messages import Ping

SERVER_PORTS = range(7777, 7788)  # a server takes the next one where a port is taken
READS = 16  # datagrams in one go

OUTCOMES = {
    errno.ECONNREFUSED: ConnectOutcome.REFUSED,
    errno.ETIMEDOUT: ConnectOutcome.SILENT,
    errno.EACCES: ConnectOutcome.FORBIDDEN,
    errno.EPERM: ConnectOutcome.FORBIDDEN,
}


def seconds_left(seconds: float) -> Iterator[float]:
    """Yield the seconds that are left, while there are any."""
    ends_at = time.monotonic() + seconds
    while (left := ends_at - time.monotonic()) > 0:
        yield left


def reason_of(error: OSError) -> str:
    return error.strerror or errno.errorcode.get(error.errno or 0, type(error).__name__)


def try_connect(address: Any, wait: float, answer_wait: float = 0.0) -> ConnectOutcome:
    """Open a TCP connection within `wait` seconds. `address`: in numbers, as `socket` wants it.

    `answer_wait`: ask what answers there, and wait so many seconds; 0.0: do not ask, an open connection is OTHER.
    """
    try:
        with socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET, socket.SOCK_STREAM) as sock:
            sock.settimeout(wait)
            sock.connect(address)
            if sock.getsockname() == sock.getpeername():  # TCP can connect a free port to itself
                return ConnectOutcome.REFUSED
            return ConnectOutcome.PETARD if answer_wait and _speaks_petard(sock, answer_wait) else ConnectOutcome.OTHER
    except TimeoutError:
        return ConnectOutcome.SILENT
    except OSError as error:
        return OUTCOMES.get(error.errno or 0, ConnectOutcome.NO_WAY)


def _speaks_petard(sock: socket.socket, wait: float) -> bool:
    """True if a message of our protocol answers a Ping within `wait` seconds. An older server answers with Bye."""
    decoder = Decoder(LIMIT_SERVER)
    with suppress(OSError, FrameError, codec.RemoteProtocolError):
        sock.sendall(frame(codec.encode(Ping(1))))
        for left in seconds_left(wait):
            sock.settimeout(left)
            data = sock.recv(4096)
            if not data:
                return False
            for payload in decoder.receive_data(data):
                codec.message_type_of(payload)
                return True
    return False
