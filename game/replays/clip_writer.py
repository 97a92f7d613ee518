"""F9: saves the last 30 seconds as a demo.

Rule: each picture encodes one second of it, so that the match goes on without a stall.
"""

import time
from collections.abc import Iterator

from petard.game.client.session import Session
from petard.game.replays.store import DemoFolder
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.records import FORMAT, Header
from petard.shared.protocol.messages import BUILD, PROTOCOL
from petard.shared.rules.ruleset import RULES_VERSION, TICK_RATE

SHOWN = 5.0  # seconds for which the result is shown


class ClipWriter:
    """Saves one clip at a time. `now` in seconds."""

    def __init__(self, demos: DemoFolder) -> None:
        self._demos = demos
        self._pieces: Iterator[bytes] | None = None
        self._data = bytearray()
        self._map = ""
        self._seconds = 0
        self._notice = (float("-inf"), "")  # until when it is shown, and the text

    def start(self, session: Session | None, now: float) -> None:
        """Start to save the last 30 seconds, unless a clip is being saved."""
        if self._pieces is not None:
            return
        if session is None or session.announcement is None or not session.clip.length:
            self._notice = (now + SHOWN, "There is nothing to keep yet.")
            return
        self._data.clear()
        self._map, self._seconds = session.announcement.map, session.clip.length // TICK_RATE
        self._pieces = session.clip.encode(header_of(session, int(time.time()) - self._seconds))

    def poll(self, now: float) -> None:
        """Encode one more piece of the clip, if one is being saved; write the file after the last."""
        if self._pieces is None:
            return
        piece = next(self._pieces, None)
        if piece is not None:
            self._data += piece
            return
        self._pieces = None
        try:
            self._demos.save_clip(bytes(self._data), self._map)
            self._notice = (now + SHOWN, f"Clip saved: the last {self._seconds} seconds. See Replays on the title.")
        except DemoError as problem:
            self._notice = (now + SHOWN, str(problem))

    def notice(self, now: float) -> str:
        """Return what became of the clip while that is shown, else ""."""
        return self._notice[1] if now < self._notice[0] else ""


def header_of(session: Session, started: int) -> Header:
    """Return the header of a clip. `started`: in seconds since 1970."""
    lobby, board, welcome = session.room.lobby, session.announcement, session.room.welcome
    preset, rounds = (lobby.rules, lobby.rounds) if lobby else ("unknown", 1)
    name, map_ = welcome.server_name if welcome else "", board.map if board else "unknown"
    return Header(FORMAT, PROTOCOL, RULES_VERSION, BUILD, started, name, map_, preset, rounds)
