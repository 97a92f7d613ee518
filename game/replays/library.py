"""Answers the requests of the screens that list and watch replays.

Rule: a list is shown at once; each picture reads one more demo, so that nobody waits for fifty of them.
"""

from collections import deque
from pathlib import Path
from typing import Literal

from petard.game.replays.clip_writer import ClipWriter
from petard.game.replays.store import DemoFolder, read_file
from petard.game.ui.context import ScreenContext
from petard.game.ui.screen import DeleteReplay, PinReplay, ReplayRequest, Screen, SimpleRequest, WatchReplay
from petard.game.ui.screens.replay import ReplayScreen
from petard.game.ui.screens.replays import ReplaysScreen
from petard.game.view.playback import DemoSummary, Playback
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import read_demo


def playback_of(file: Path) -> Playback:
    """Open any recording; raises DemoError."""
    try:
        return Playback(read_demo(read_file(file)), str(file))
    except DemoError as problem:
        raise DemoError(f"{file.name}: {problem}") from None


class ReplayLibrary:
    """The replays of this computer: one object for the whole program."""

    def __init__(self, context: ScreenContext, demos: DemoFolder) -> None:
        self._context = context
        self.clips = ClipWriter(demos)
        self._demos = demos
        self._chosen = ""  # the name of the demo that was chosen last
        self._summaries: dict[str, DemoSummary | None] = {}  # by name, the newest first; None: not read yet, or gone
        self._unread: deque[str] = deque()

    def handle_request(self, request: Literal[SimpleRequest.REPLAYS] | ReplayRequest) -> Screen:
        """Do what the request asks for and return the screen to show."""
        try:
            match request:
                case WatchReplay(name):
                    self._chosen = name
                    source = str(self._demos.folder / name)
                    return ReplayScreen(self._context, Playback(read_demo(self._demos.read(name)), source))
                case PinReplay(name, pinned):
                    self._chosen = name
                    self._demos.pin(name, pinned)
                case DeleteReplay(name):
                    self._demos.delete(name)
        except DemoError as problem:
            self._context.notice = str(problem)
        return self._list()

    def poll(self, screen: Screen, now: float) -> None:
        """Save a piece of a clip; read one more demo if the list of replays is shown."""
        self.clips.poll(now)
        if isinstance(screen, ReplaysScreen) and self._unread:
            name = self._unread.popleft()
            self._summaries[name] = self._demos.summary(name)
            self._show(screen)

    def _list(self) -> ReplaysScreen:
        self._summaries = {name: self._demos.cached_summary(name) for name in self._demos.names()}
        self._unread = deque(name for name, summary in self._summaries.items() if summary is None)
        screen = ReplaysScreen(self._context, self._chosen)
        self._show(screen)
        return screen

    def _show(self, screen: ReplaysScreen) -> None:
        screen.show([one for one in self._summaries.values() if one], len(self._unread))
