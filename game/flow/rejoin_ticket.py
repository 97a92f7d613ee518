"""The ticket: a small file that lets a person back into a game after the client has crashed, for 90 seconds.

Rule 1: it holds a secret, so only its owner can read it (0600 where the system has modes), and no log shows it.
Rule 2: each game that runs on this computer has a file of its own, and holds the lock beside it from its first ticket
        to its end; the system releases the lock however that comes. Only the ticket of a file without a lock counts, so
        no game ever takes the seat of another one, or keeps its ticket fresh.
Rule 3: its age is that of the file, which is touched while the server answers. After a clock was set back the ticket is
        from the future, and does not count.
Rule 4: nothing here raises. A file that cannot be read or makes no sense holds no ticket; a ticket that cannot be
        written is dropped.
"""

import os
import re
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import tomli_w

from petard.game.config.arguments import Address, BadAddress, address_of
from petard.shared.file_lock import lock
from petard.shared.files import make_private_folder, open_regular, read_start, write_file
from petard.shared.protocol.names import is_name

SEAT_KEPT = 90.0  # seconds for which the server keeps a seat
TOUCH_EVERY = 2.0  # seconds; so a crash can cost so many of them
FUTURE_MOST = 2.0  # seconds; some file systems count in steps of two
LARGEST_FILE = 4096  # bytes
GAMES_MOST = 8  # of one user, at one time on one computer; further ones get no ticket
TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class RejoinTicket:
    """The server that we are on, who we are there, and the rejoin token that proves it.

    `standbys`: where the room may be instead, HOST:PORT each.
    """

    address: Address
    name: str
    players: int
    token: str = field(repr=False)
    standbys: tuple[str, ...] = ()


class RejoinTicketFile:
    """The ticket file of this game. `now` is monotonic, in seconds; the age of a file is measured by the wall clock."""

    def __init__(self, file: Path | None, wall: Callable[[], float] = time.time) -> None:
        """`file`: the name that each file gets a number for; None: no ticket is kept. `wall`: seconds since 1970."""
        self._files = [file.with_stem(f"{file.stem}-{number}") for number in range(GAMES_MOST)] if file else []
        self._wall = wall
        self._own: Path | None = None  # the file of this game, once it has one
        self._lock: IO[bytes] | None = None  # of that file
        self._written: RejoinTicket | None = None  # what is in the file, as far as we know
        self._wanted: RejoinTicket | None = None  # what should be in it
        self._tried_at = 0.0

    def ticket(self, address: Address | None = None) -> tuple[RejoinTicket, float] | None:
        """The ticket of this game, or else the latest one, and for how many seconds it still counts; None without one.

        `address`: only tickets of that server.
        """
        fitting = [one for one in self._usable() if address in (None, one[1].address)]
        best = max(fitting, key=lambda one: (one[0] == self._own, one[2]), default=None)
        return best and best[1:]

    def keep(self, ticket: RejoinTicket, now: float) -> None:
        """Keep this ticket in the file, as new as now. Call it in every picture while the server answers."""
        if not self._files or (ticket == self._wanted and abs(now - self._tried_at) < TOUCH_EVERY):
            return
        self._wanted, self._tried_at = ticket, now
        own = self._own or self._claim(ticket)
        if own is None:
            return
        # After a failure the next try writes it again; meanwhile the old one ages.
        is_written, self._written = ticket == self._written, None
        with suppress(OSError):
            if not is_written:
                text = tomli_w.dumps({**asdict(ticket), "address": str(ticket.address)})
                write_file(own, text.encode(), private=True, durable=False)
            os.utime(own, (self._wall(),) * 2)
            self._written = ticket

    def drop(self) -> None:
        """Delete the ticket: we have left for good."""
        self._written = self._wanted = None
        if self._own is not None:
            with suppress(OSError):
                self._own.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave the ticket to the next game on this computer."""
        held, self._lock = self._lock, None
        self._own = self._written = self._wanted = None
        if held is not None:
            held.close()

    def _usable(self) -> Iterator[tuple[Path, RejoinTicket, float]]:
        """The tickets that no other game holds, and for how many seconds each still counts."""
        for file in self._files:
            # Bad TOML and bad text are ValueErrors; a home folder without access is an OSError.
            with suppress(OSError, ValueError, BadAddress, RecursionError), ExitStack() as stack:
                left = SEAT_KEPT - (self._wall() - file.stat().st_mtime)
                held = nullcontext() if file == self._own else _locked(file)
                if held is None:
                    continue
                stack.enter_context(held)
                ticket = _ticket_of(tomllib.loads(read_start(file, LARGEST_FILE).decode()))
                if ticket and 0 < left <= SEAT_KEPT + FUTURE_MOST:
                    yield file, ticket, left

    def _claim(self, ticket: RejoinTicket) -> Path | None:
        """Choose and lock a file for this game: the one of our last ticket, else an empty one, else the oldest."""
        left = {file: (found, left) for file, found, left in self._usable()}

        def order(file: Path) -> tuple[int, float]:
            found, seconds = left.get(file, (None, 0.0))
            is_ours = found and (found.address, found.name) == (ticket.address, ticket.name)
            return (0, -seconds) if is_ours else (1, seconds)

        for file in sorted(self._files, key=order):
            self._lock = _locked(file)
            if self._lock is not None:
                self._own = file
                return file
        return None


def _locked(file: Path) -> IO[bytes] | None:
    """The lock beside a file, held as long as it is open; None if another game holds it, or it cannot be made."""
    opened = None
    try:
        make_private_folder(file.parent)
        handle = open_regular(file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        opened = os.fdopen(handle, "ab")
        lock(opened)
    except OSError:
        if opened:
            opened.close()
        return None
    return opened


def _ticket_of(written: dict[str, Any]) -> RejoinTicket | None:
    """Raises BadAddress."""
    match written:
        case {"address": str(address), "name": str(name), "players": int(players), "token": str(token)}:
            good = is_name(name) and 1 <= players <= 4 and players is not True and TOKEN.fullmatch(token)
            standbys = written.get("standbys", [])
            if good and isinstance(standbys, list) and all(isinstance(one, str) for one in standbys):
                return RejoinTicket(address_of(address), name, players, token, tuple(standbys))
    return None
