"""The ticket: a small file that lets a person back into a game after the client has crashed, for 90 seconds.

Rule 1: it holds a secret, so it is for its owner's eyes only (0600 where the system has modes), and in no log.
Rule 2: it belongs to the one process that holds the lock beside it. So a second game on this computer never takes the
        chair of the first one; the system gives the lock back however that ends.
Rule 3: its age is that of the file, which is touched while the server is heard. A clock that was set back makes it
        a ticket from the future, which is none.
Rule 4: nothing here raises. What cannot be read or makes no sense is no ticket; what cannot be written is none either.
"""

import os
import re
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import platformdirs
import tomli_w

from game.arguments import Address, address_of
from shared.protocol.names import is_name

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

HELD = 90.0  # seconds for which the server keeps a chair
TOUCH_EVERY = 2.0  # seconds; what a crash can cost of them
FUTURE_MOST = 2.0  # seconds; some file systems count in steps of two
LARGEST_FILE = 4096  # bytes
TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Ticket:
    """Where we are in, as whom, and the secret that proves it."""

    address: Address
    name: str
    players: int
    token: str = field(repr=False)


def ticket_path() -> Path:
    """Say where this system wants the file. It need not exist."""
    return platformdirs.user_state_path("petard", appauthor=False) / "ticket.toml"


class Pocket:
    """Where the ticket is. `now` is monotonic, in seconds; the age of a file is told by the wall clock."""

    def __init__(self, file: Path | None, wall: Callable[[], float] = time.time) -> None:
        """`file` None: nothing is kept. `wall`: seconds since 1970."""
        self._file = file
        self._wall = wall
        self._lock: IO[bytes] | None = None
        self._kept: Ticket | None = None  # what is in the file, as far as we know
        self._touched_at = 0.0

    def ticket(self) -> tuple[Ticket, float] | None:
        """What was left here, and for how many seconds it is still good. None if there is nothing."""
        if self._file is None or not self._is_ours():
            return None
        try:
            left = HELD - (self._wall() - self._file.stat().st_mtime)
            with self._file.open("rb") as file:
                raw = file.read(LARGEST_FILE)
            found = _ticket_of(tomllib.loads(raw.decode()))
        except (OSError, ValueError, RecursionError):  # what is no TOML, no text or no address is a ValueError
            return None
        return (found, left) if found and 0 < left <= HELD + FUTURE_MOST else None

    def keep(self, ticket: Ticket, now: float) -> None:
        """Have this one in the file, as fresh as now. To be called in every picture while the server is heard."""
        is_new = ticket != self._kept
        if self._file is None or not (is_new or abs(now - self._touched_at) >= TOUCH_EVERY):
            return
        self._kept, self._touched_at = ticket, now
        if self._is_ours():
            with suppress(OSError):
                if is_new:
                    _write(self._file, ticket)
                os.utime(self._file, (self._wall(),) * 2)

    def drop(self) -> None:
        """Throw it away: we have left for good, or nobody there wants us back."""
        if self._file is not None and self._is_ours():
            self._kept = None
            with suppress(OSError):
                self._file.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave the pocket to another game on this computer."""
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()

    def _is_ours(self) -> bool:
        if self._lock is None and self._file is not None:
            self._lock = _locked(self._file.with_suffix(".lock"))
        return self._lock is not None


def _locked(file: Path) -> IO[bytes] | None:
    """The file, open and locked for as long as it is; None if somebody else holds it, or it cannot be."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = file.open("ab")
    except OSError:
        return None
    try:
        if sys.platform == "win32":
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def _ticket_of(written: dict[str, Any]) -> Ticket | None:
    """Raises BadAddress, a ValueError."""
    match written:
        case {"address": str(address), "name": str(name), "players": int(players), "token": str(token)}:
            good = is_name(name) and 1 <= players <= 4 and players is not True and TOKEN.fullmatch(token)
            return Ticket(address_of(address), name, players, token) if good else None
    return None


def _write(file: Path, ticket: Ticket) -> None:
    """Replace the file as a whole; only its owner may read it, as `mkstemp` sees to."""
    text = tomli_w.dumps(
        {"address": str(ticket.address), "name": ticket.name, "players": ticket.players, "token": ticket.token}
    )
    handle, name = tempfile.mkstemp(prefix=file.name, dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as fresh:
            fresh.write(text.encode())
        Path(name).replace(file)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
