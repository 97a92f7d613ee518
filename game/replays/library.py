"""The replays of this computer: answers the requests of the screens that list and watch them, and saves clips at F9.

Rule 1: a list is shown at once; each picture reads one more demo, so that nobody waits for fifty of them.
Rule 2: a clip is the last 30 seconds as a demo. Each picture encodes one second of it, so that the match goes on
        without a stall.
"""

import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from petard.game.client.session import Session
from petard.game.replays.page_file import saved_page
from petard.game.replays.store import DemoFolder, read_recording
from petard.game.texts.known_lines import known_line
from petard.game.texts.phrases import tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.screen import (
    DeleteReplay,
    PinReplay,
    ReplayRequest,
    SaveReplayPage,
    Screen,
    SimpleRequest,
    WatchReplay,
)
from petard.game.ui.screens.replay import ReplayScreen
from petard.game.ui.screens.replays import ReplaysScreen
from petard.game.view.playback import DemoSummary, Playback
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import read_demo
from petard.shared.demo.records import FORMAT, Header, header_time
from petard.shared.files import shown_path
from petard.shared.protocol.messages import BUILD, PROTOCOL
from petard.shared.rules.ruleset import RULES_VERSION, TICK_RATE

PAGES = "pages"  # the folder for pages, in that of the demos
SHOWN = 5.0  # seconds for which is shown what became of a clip


def playback_of(file: Path) -> Playback:
    """Open any recording; raises DemoError."""
    try:
        return Playback(read_demo(read_recording(file)), str(file))
    except DemoError as problem:
        raise DemoError(f"{shown_path(file.name)}: {problem}") from None


class ReplayLibrary:
    """The replays of this computer: one object for the whole program."""

    def __init__(self, context: ScreenContext, demos: DemoFolder) -> None:
        self._context = context
        self.clips = ClipWriter(demos)
        self._demos = demos
        self._chosen = ""  # the name of the demo that was chosen last
        self._summaries: dict[str, DemoSummary | None] = {}  # by name, the newest first; None: not read yet, or gone
        self._unread: deque[str] = deque()
        self._saving: Iterator[str] = iter(())  # how far a page is written

    def handle_request(self, request: Literal[SimpleRequest.REPLAYS] | ReplayRequest) -> Screen:
        """Do what the request asks for and return the screen to show."""
        try:
            match request:
                case WatchReplay(name):
                    self._chosen = name
                    file = self._demos.folder / name
                    return ReplayScreen(self._context, Playback(read_demo(read_recording(file)), str(file)))
                case PinReplay(name, pinned):
                    self._chosen = name
                    self._demos.pin(name, pinned)
                case DeleteReplay(name):
                    self._demos.delete(name)
                case SaveReplayPage(name):
                    self._chosen = name
                    self._saving = saved_page(self._demos.folder / name, self._demos.folder / PAGES)
        except DemoError as problem:
            self._context.notice = str(problem)
        self._summaries = {name: self._demos.cached_summary(name) for name in self._demos.names()}
        self._unread = deque(name for name, summary in self._summaries.items() if summary is None)
        screen = ReplaysScreen(self._context, self._chosen)
        self._show(screen)
        return screen

    def save_clip(self, now: float) -> None:
        """Save the last seconds of what is shown, with a sound."""
        self._context.audio.play("clip", now)
        self.clips.start(self._context.session, now)

    def poll(self, screen: Screen, now: float) -> None:
        """Save a piece of a clip; if the list of replays is shown, write a piece of a page and read one more demo."""
        self.clips.poll(now)
        if isinstance(screen, ReplaysScreen):
            screen.saved = next(self._saving, screen.saved)
        if isinstance(screen, ReplaysScreen) and self._unread:
            name = self._unread.popleft()
            self._summaries[name] = self._demos.summary(name)
            self._show(screen)

    def _show(self, screen: ReplaysScreen) -> None:
        screen.show([one for one in self._summaries.values() if one], len(self._unread))


class ClipWriter:
    """Saves one clip at a time. `now` in seconds."""

    def __init__(self, demos: DemoFolder) -> None:
        self._demos = demos
        self._saving: Iterator[str] | None = None  # "" for each piece, at the end what became of the clip
        self._notice = (float("-inf"), "")  # until when it is shown, and the text

    def start(self, session: Session | None, now: float) -> None:
        """Start to save the last 30 seconds, unless a clip is being saved."""
        if self._saving is not None:
            return
        if session is None or session.announcement is None or not session.clip.length:
            self._notice = (now + SHOWN, tr("There is nothing to keep yet."))
            return
        seconds = session.clip.length // TICK_RATE
        pieces = session.clip.encode(header_of(session, int(time.time()) - seconds))
        self._saving = self._save(pieces, session.announcement.map, seconds)

    def poll(self, now: float) -> None:
        """Encode one more piece of the clip, if one is being saved; write the file after the last."""
        if self._saving is not None and (text := next(self._saving)):
            self._saving, self._notice = None, (now + SHOWN, text)

    def _save(self, pieces: Iterator[bytes], map_name: str, seconds: int) -> Iterator[str]:
        data = bytearray()
        for piece in pieces:
            data += piece
            yield ""
        try:
            self._demos.save_clip(bytes(data), map_name)
            yield tr("Clip saved: the last {seconds} seconds. See Replays on the title.", seconds=seconds)
        except DemoError as problem:
            yield known_line(str(problem))

    def notice(self, now: float) -> str:
        """Return what became of the clip while that is shown, else ""."""
        return self._notice[1] if now < self._notice[0] else ""


def header_of(session: Session, started: int) -> Header:
    """Return the header of a clip. `started`: in seconds since 1970."""
    lobby, board, welcome = session.room.lobby, session.announcement, session.room.welcome
    preset, rounds = (lobby.rules, lobby.rounds) if lobby else ("unknown", 1)
    name, map_ = welcome.server_name if welcome else "", board.map if board else "unknown"
    return Header(FORMAT, PROTOCOL, RULES_VERSION, BUILD, header_time(started), name, map_, preset, rounds)
