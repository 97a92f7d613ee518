"""Tells when the server has read what was sent, so that each piece is what one of its recv calls gets.

On Linux the kernel answers that for both ends of a connection on this machine (sock_diag(7), the interface of ss(8)):
how much the server's socket has received, and how much of it is not read yet. Elsewhere a short pause has to do.
"""

import socket
import struct
import time
from contextlib import suppress

_SOCK_DIAG, _BY_FAMILY, _REQUEST = 4, 20, 1  # linux/netlink.h, linux/sock_diag.h
_INFO, _RECEIVED = 2, 128  # INET_DIAG_INFO, and where tcpi_bytes_received is in its struct tcp_info (linux/tcp.h)
_ALIVE, _LISTENS = (1, 4, 5, 8), 10  # established or half closed; TCP_LISTEN


class Delivery:
    """Asks the kernel about the server's end of connections; with `kernel=False` only `pause` seconds part pieces."""

    def __init__(self, kernel: bool = True, pause: float = 0.002) -> None:
        self._pause, self._seen = pause, False
        try:
            self._netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) if kernel else None
        except (AttributeError, OSError):
            self._netlink = None  # not Linux, or not allowed in this container

    @property
    def exact(self) -> bool:
        """True if the kernel has told when pieces were read."""
        return self._netlink is not None and self._seen

    @property
    def sentence(self) -> str:
        """How the cuts were made."""
        if self.exact:
            return "cuts are exact: the kernel told when each piece was read"
        reason = "no Linux sock_diag here" if self._netlink is None else "the server is not on this machine"
        return f"cuts are likely, not exact ({reason}): {self._pause * 1000:g} ms between pieces"

    def unread(self, sock: socket.socket, sent: int) -> bool:
        """True while the server has not read all of the `sent` bytes; where nobody can tell, False after the pause."""
        state, waiting, received = self._ask(sock.family, sock.getpeername()[:2], sock.getsockname()[:2])
        self._seen |= state in _ALIVE
        if not self._seen and sent:
            time.sleep(self._pause)
        return state in _ALIVE and (waiting > 0 or received < sent)

    def listens(self, address: tuple[str, int]) -> bool:
        """True if a socket listens there. Where the kernel does not tell, a connection is opened and closed."""
        if self._netlink is None:
            with suppress(OSError), socket.create_connection(address, 1):
                return True
            return False
        family, anybody = (socket.AF_INET6, "::") if ":" in address[0] else (socket.AF_INET, "0.0.0.0")
        return self._ask(family, address, (anybody, 0))[0] == _LISTENS

    def close(self) -> None:
        """Close the socket to the kernel."""
        if self._netlink is not None:
            self._netlink.close()

    def _ask(self, family: int, server: tuple[str, int], client: tuple[str, int]) -> tuple[int, int, int]:
        """State, unread bytes and received bytes of the server's socket; zeros if nobody can tell."""
        if self._netlink is None:
            return 0, 0, 0
        ends = b"".join(socket.inet_pton(family, end[0].partition("%")[0]).ljust(16, b"\0") for end in (server, client))
        wanted = struct.pack("=BBBBI", family, socket.IPPROTO_TCP, 1 << (_INFO - 1), 0, 0xFFFFFFFF)
        body = wanted + struct.pack("!HH", server[1], client[1]) + ends + struct.pack("=Iii", 0, -1, -1)
        self._netlink.send(struct.pack("=IHHII", 16 + len(body), _BY_FAMILY, _REQUEST, 1, 0) + body)
        answer = self._netlink.recv(8192)
        length, kind = struct.unpack_from("=IH", answer)
        if kind != _BY_FAMILY:
            return 0, 0, 0
        received, at = 1 << 62, 88  # behind two headers (16 + 72 bytes): attributes of a length, a kind and a value
        while at + 4 <= length:
            size, kind = struct.unpack_from("=HH", answer, at)
            if kind == _INFO and size >= 4 + _RECEIVED + 8:  # kernels before 4.1 do not tell; then what is unread does
                received = struct.unpack_from("=Q", answer, at + 4 + _RECEIVED)[0]
            at += max(4, (size + 3) & ~3)
        return answer[17], struct.unpack_from("=I", answer, 72)[0], received
