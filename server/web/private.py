"""The private connection between the room and its web process or relay: where the room listens, how it says so.

Rule 1: a Unix socket in a folder that only this user can enter; where there are none (Windows), or no folder can be
        made, a port of the loopback.
Rule 2: each connection begins with a PROXY header that holds a secret. The web process gets it on its standard input,
        which nobody else can read, unlike a command line or an environment.
Rule 3: standard input holds one line of JSON, the fields of WebOrder. When it ends, the process ends.
"""

import contextlib
import json
import secrets
import shutil
import socket
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from petard.server.net.listeners import BACKLOG, SEND_BUFFER, listen

HANDOFF = "watch"  # beside the socket of the room
SECRET_BYTES = 16
LOOPBACK = "127.0.0.1"
CANNOT_LISTEN, NO_ORDER = 3, 2  # exit statuses of the web process; it has told the room why it cannot listen


class BadOrder(ValueError):
    """A line that no room has written."""


@dataclass(frozen=True, slots=True)
class WebOrder:
    """What the process shall do. `host`: "" for every address; `port`: the first one to try, of `ports`.

    `room`: the path of a Unix socket, or a port of the loopback. `secret`: in hexadecimal digits. `names`: that a
    browser may use for this machine beside its own ones. `proxies`: addresses and networks of proxies of the owner.
    `relay`: the room starts a relay for those who watch.
    """

    room: str | int
    secret: str
    host: str
    port: int
    ports: int
    names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    relay: bool = False

    @property
    def handoff(self) -> str:
        """The path of the socket at which the relay takes connections over; "" where no process can pass one on."""
        if not self.relay or not isinstance(self.room, str) or not hasattr(socket.socket, "sendmsg"):
            return ""
        return str(Path(self.room).with_name(HANDOFF))

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode("ascii") + b"\n"


def read_order(line: bytes) -> WebOrder:
    """Return what a line tells; raises BadOrder."""
    try:
        found: dict[str, Any] = json.loads(line)
        return WebOrder(**found | {"names": tuple(found["names"]), "proxies": tuple(found["proxies"])})
    except (TypeError, KeyError, ValueError) as problem:
        raise BadOrder("that is no order of a room") from problem


def remove_socket(room: str | int) -> None:
    """Remove the socket of a room that has ended, and its folder: a room that is killed leaves both behind."""
    if isinstance(room, str):
        with contextlib.suppress(OSError):
            for file in (Path(room), Path(room).with_name(HANDOFF)):
                file.unlink(missing_ok=True)
            Path(room).parent.rmdir()


class PrivateListener:
    """The room's end. `sock` never blocks; `room` and `secret` are those of a WebOrder."""

    def __init__(self) -> None:
        """Raises OSError where nothing can be listened on."""
        self.secret = secrets.token_bytes(SECRET_BYTES)
        self._folder: Path | None = None
        self.room: str | int = 0
        if hasattr(socket, "AF_UNIX"):
            with contextlib.suppress(OSError):
                self._listen_on_a_path()
        if not self.room:
            (self.sock,) = listen(LOOPBACK, 0)
            self.room = int(self.sock.getsockname()[1])

    def _listen_on_a_path(self) -> None:
        """Raises OSError, also for a path that is too long for the system."""
        self._folder = Path(tempfile.mkdtemp(prefix="petard-"))  # with the mode 0700
        path = self._folder / "room"
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.bind(str(path))
            sock.listen(BACKLOG)
            sock.setblocking(False)
        except OSError:
            sock.close()
            self._remove_folder()
            raise
        self.sock, self.room = sock, str(path)

    def accept(self) -> socket.socket | None:
        """Return a new connection that never blocks, or None."""
        try:
            sock, _ = self.sock.accept()
        except OSError:
            return None
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        if sock.family != getattr(socket, "AF_UNIX", None):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock

    def close(self) -> None:
        self.sock.close()
        self._remove_folder()

    def _remove_folder(self) -> None:
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
