"""The ticket: a small file that lets a person back into a game after the client has crashed, for 90 seconds.

Rule 1: it holds a secret, so it is for its owner's eyes only (0600 where the system has modes), and in no log.
Rule 2: each game that runs on this computer has a file of its own, and holds the lock beside it from its first ticket
        to its end; the system gives the lock back however that comes. Only a file that nobody holds is a way back,
        so no game ever takes the chair of another one, or keeps its ticket fresh.
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

from petard.game.config.arguments import Address, address_of
from petard.shared.protocol.names import is_name

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

HELD = 90.0  # seconds for which the server keeps a chair
TOUCH_EVERY = 2.0  # seconds; what a crash can cost of them
FUTURE_MOST = 2.0  # seconds; some file systems count in steps of two
LARGEST_FILE = 4096  # bytes
GAMES_MOST = 8  # on one computer, of one user, at one time; more of them have no way back
TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class RejoinTicket:
    """Where we are in, as whom, and the secret that proves it."""

    address: Address
    name: str
    players: int
    token: str = field(repr=False)


def ticket_path() -> Path:
    """Say where this system wants the files: this name, with a number. None of them need exist."""
    return platformdirs.user_state_path("petard", appauthor=False) / "ticket.toml"


class RejoinTicketFile:
    """Where the ticket is. `now` is monotonic, in seconds; the age of a file is told by the wall clock."""

    def __init__(self, file: Path | None, wall: Callable[[], float] = time.time) -> None:
        """`file`: what all of them are named after; None: nothing is kept. `wall`: seconds since 1970."""
        self._files = [file.with_stem(f"{file.stem}-{number}") for number in range(GAMES_MOST)] if file else []
        self._wall = wall
        self._own: Path | None = None  # the file of this game, once it has one
        self._lock: IO[bytes] | None = None  # on it
        self._kept: RejoinTicket | None = None  # what is in it, as far as we know
        self._wanted: RejoinTicket | None = None  # what should be
        self._tried_at = 0.0

    def ticket(self, address: Address | None = None) -> tuple[RejoinTicket, float] | None:
        """What was left here, our own or else the latest, and for how many seconds it is still good. None: nothing.

        `address`: only of the server there.
        """
        found = [(file == self._own, left, ticket) for file, ticket, left in self._left_behind()]
        fitting = [one for one in found if address in (None, one[2].address)]
        if not fitting:
            return None
        _, left, ticket = max(fitting, key=lambda one: one[:2])
        return ticket, left

    def keep(self, ticket: RejoinTicket, now: float) -> None:
        """Have this one in the file, as fresh as now. To be called in every picture while the server is heard."""
        if not self._files or (ticket == self._wanted and abs(now - self._tried_at) < TOUCH_EVERY):
            return
        self._wanted, self._tried_at = ticket, now
        own = self._own or self._claim(ticket)
        if own is None:
            return
        try:
            if ticket != self._kept:
                self._kept = None
                _write(own, ticket)
            os.utime(own, (self._wall(),) * 2)
            self._kept = ticket
        except OSError:
            self._kept = None  # and so it is written anew with the next try; what lies there now grows old

    def drop(self) -> None:
        """Throw it away: we have left for good, or nobody there wants us back."""
        self._kept = self._wanted = None
        if self._own is not None:
            with suppress(OSError):
                self._own.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave what is in the pocket to the next game on this computer."""
        lock, self._lock = self._lock, None
        self._own = self._kept = self._wanted = None
        if lock is not None:
            lock.close()

    def _left_behind(self) -> list[tuple[Path, RejoinTicket, float]]:
        """The tickets that are no other game's, and for how many seconds each is good."""
        found = []
        for file in self._files:
            lock = None if file == self._own or not file.is_file() else _locked(file)
            if lock is not None or file == self._own:
                one = self._read(file)
                found += [(file, *one)] if one else []
            if lock is not None:
                lock.close()
        return found

    def _read(self, file: Path) -> tuple[RejoinTicket, float] | None:
        try:
            left = HELD - (self._wall() - file.stat().st_mtime)
            with file.open("rb") as opened:
                raw = opened.read(LARGEST_FILE)
            ticket = _ticket_of(tomllib.loads(raw.decode()))
        except (OSError, ValueError, RecursionError):  # what is no TOML, no text or no address is a ValueError
            return None
        return (ticket, left) if ticket and 0 < left <= HELD + FUTURE_MOST else None

    def _claim(self, ticket: RejoinTicket) -> Path | None:
        """Choose a file of our own, and lock it: the one by which we came back, else an empty one, else the oldest."""
        left = {file: (found, left) for file, found, left in self._left_behind()}

        def worth(file: Path) -> tuple[int, float]:
            found, seconds = left.get(file, (None, 0.0))
            is_ours = found and (found.address, found.name) == (ticket.address, ticket.name)
            return (0, -seconds) if is_ours else (1, seconds)

        for file in sorted(self._files, key=worth):
            self._lock = _locked(file)
            if self._lock is not None:
                self._own = file
                return file
        return None


def _locked(file: Path) -> IO[bytes] | None:
    """The lock beside a file, held for as long as it is open; None if somebody else holds it, or it cannot be had."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        lock = file.with_suffix(".lock").open("ab")
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


def _ticket_of(written: dict[str, Any]) -> RejoinTicket | None:
    """Raises BadAddress, a ValueError."""
    match written:
        case {"address": str(address), "name": str(name), "players": int(players), "token": str(token)}:
            good = is_name(name) and 1 <= players <= 4 and players is not True and TOKEN.fullmatch(token)
            return RejoinTicket(address_of(address), name, players, token) if good else None
    return None


def _write(file: Path, ticket: RejoinTicket) -> None:
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
