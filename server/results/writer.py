"""Keeps results, players and bans in a file of SQLite, written by a thread of its own.

Rule 1: the game never waits for a disk: what is to be written waits here, up to a limit, and is tried again.
Rule 2: what belongs together, such as a round with all its rows, is one transaction: a file never holds half a round.
Rule 3: what goes wrong is said once, and so is that it goes well again; the game goes on without.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from petard.server.policy.bans import Ban
from petard.server.results.database import bad, open_for_writing, transaction
from petard.server.results.rows import BanEntry, Entry, Notes, read_bans, write
from petard.server.room.events import Happening
from petard.server.runtime.log import Log

WAITING_MOST = 1000  # lists of entries
PAUSE_FIRST, PAUSE_MOST = 1.0, 60.0  # seconds until a list that could not be written is tried again
END_MOST = 1.0  # seconds that the last lists get


class ResultsWriter:
    """A service. Raises BadFile when the file cannot be used. `bans` are those of before, the oldest first."""

    def __init__(self, file: Path, log: Log) -> None:
        connection = open_for_writing(file)
        try:
            self.bans, spoilt = read_bans(connection)
        except sqlite3.Error as problem:
            connection.close()
            raise bad(file, problem) from problem
        if spoilt:
            log.say(f"{spoilt} of the bans in {file} are none and count for nothing", time.monotonic())
        self._notes, self._log = Notes(), log
        self._pen = _Pen(connection)

    def heard(self, happenings: Sequence[Happening], now: float) -> None:
        """Write down what counts of it."""
        self.put(self._notes.hear(happenings, int(time.time())))

    def store(self, changes: Sequence[tuple[str, Ban]]) -> None:
        """Write down changes of the bans, as petard.server.policy.bans tells them; never waits."""
        self.put([BanEntry(change, ban) for change, ban in changes])

    def put(self, entries: Sequence[Entry]) -> None:
        """Write down what belongs together; never waits."""
        if entries:
            self._pen.put(entries)

    @property
    def written(self) -> int:
        """How many lists of entries are in the file."""
        return self._pen.written

    def turn(self, now: float) -> None:
        """Say what went wrong."""
        while self._pen.news:
            self._log.say(self._pen.news.popleft(), now)

    def next_at(self, now: float) -> float:
        """Where nobody is, news can wait; but not those of the last who left."""
        return now + PAUSE_FIRST if self._pen.is_busy else float("inf")

    def close(self) -> None:
        """Write what is left, as far as that is done soon, and say if something is lost."""
        self._pen.close()
        self.turn(time.monotonic())


class _Pen:
    """The thread that writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.news: deque[str] = deque(maxlen=20)
        self.written = 0
        self._connection = connection
        self._waiting: deque[Sequence[Entry]] = deque()
        self._is_full = self._is_closed = False
        self._has_work = threading.Event()
        self._thread = threading.Thread(target=self._write_all, name="ledger", daemon=True)
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """True while something waits to be written, or to be said."""
        return bool(self._waiting or self.news)

    def put(self, entries: Sequence[Entry]) -> None:
        """Take a list of entries to be written; never waits."""
        was_full, self._is_full = self._is_full, len(self._waiting) >= WAITING_MOST
        if not self._is_full:
            self._waiting.append(entries)
        elif not was_full:
            self.news.append("too much waits to be written: results and bans of now are lost")
        self._has_work.set()

    def close(self) -> None:
        """Write what waits, as far as that is done soon."""
        self._is_closed = True
        self._has_work.set()
        self._thread.join(END_MOST)
        lost = sum(len(entries) for entries in tuple(self._waiting))
        if lost:
            self.news.append(f"there was no time to keep the last results and bans: {lost} are lost")

    def _write_all(self) -> None:
        pause = 0.0
        while self._waiting or not self._is_closed:
            self._has_work.wait(pause or None)
            self._has_work.clear()
            pause = self._write_waiting(pause)
            if pause and self._is_closed:
                break  # it had its last chance
        self._connection.close()

    def _write_waiting(self, pause: float) -> float:
        """Write all that waits; returns in how many seconds to try again, 0 when all is written."""
        while self._waiting:
            try:
                self._write(self._waiting[0])
            except sqlite3.Error as problem:
                if not pause:
                    self.news.append(f"results and bans wait to be kept: {bad('the file', problem)}")
                return min(2 * pause or PAUSE_FIRST, PAUSE_MOST)
            self._waiting.popleft()
            self.written += 1
            if pause:
                self.news.append("results and bans are kept again")
            pause = 0.0
        return 0.0

    def _write(self, entries: Sequence[Entry]) -> None:
        try:
            with transaction(self._connection):
                for entry in entries:
                    write(self._connection, entry)
        except (ValueError, sqlite3.IntegrityError, sqlite3.ProgrammingError) as problem:
            self.news.append(f"a result or a ban cannot be kept: {problem}")  # nor will it ever be: on to the next
