"""F9: the last half minute becomes a file, without a halt.

Rule: one second of play is written a picture, so that whoever keeps a clip can play on.
"""

import time
from collections.abc import Iterator

from petard.game.client.session import Session
from petard.game.replays.store import DemoLibrary
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.records import FORMAT, Header
from petard.shared.protocol.messages import BUILD, PROTOCOL
from petard.shared.rules.ruleset import RULES_VERSION, TICK_RATE

SHOWN = 5.0  # seconds that it is said what became of it


class ClipWriter:
    """Saves one clip at a time. `now` in seconds."""

    def __init__(self, demos: DemoLibrary) -> None:
        self._demos = demos
        self._coming: Iterator[bytes] | None = None
        self._data = bytearray()
        self._word = ""  # of the map
        self._seconds = 0
        self._said = (float("-inf"), "")  # until when, and what

    def start(self, session: Session | None, now: float) -> None:
        """Keep what was told lately."""
        if self._coming is not None:
            return
        if session is None or session.announcement is None or not session.clip.length:
            self._said = (now + SHOWN, "There is nothing to keep yet.")
            return
        self._data.clear()
        self._word, self._seconds = session.announcement.map, session.clip.length // TICK_RATE
        self._coming = session.clip.encode(header_of(session, int(time.time()) - self._seconds))

    def turn(self, now: float) -> None:
        """Write a piece of the clip that is wanted, if there is one."""
        if self._coming is None:
            return
        piece = next(self._coming, None)
        if piece is not None:
            self._data += piece
            return
        self._coming = None
        try:
            self._demos.save_clip(bytes(self._data), self._word)
            self._said = (now + SHOWN, f"Clip saved: the last {self._seconds} seconds. See Replays on the title.")
        except DemoError as problem:
            self._said = (now + SHOWN, str(problem))

    def words(self, now: float) -> str:
        """What is to be said now, or ""."""
        return self._said[1] if now < self._said[0] else ""


def header_of(session: Session, started: int) -> Header:
    """Where a clip is from. `started`: in seconds since 1970."""
    lobby, board, welcome = session.room.lobby, session.announcement, session.room.welcome
    preset, rounds = (lobby.rules, lobby.rounds) if lobby else ("unknown", 1)
    name, map_ = welcome.server_name if welcome else "", board.map if board else "unknown"
    return Header(FORMAT, PROTOCOL, RULES_VERSION, BUILD, started, name, map_, preset, rounds)
