"""Which demo is shown: answers the wishes of the screens that list and watch demos, with the files at hand.

Rule: a list appears at once and fills one demo a picture, so that fifty of them are no wait.
"""

from collections import deque
from pathlib import Path
from typing import Literal

from petard.game.replays.clip_writer import ClipWriter
from petard.game.replays.store import DemoLibrary, read_file
from petard.game.ui.context import ScreenContext
from petard.game.ui.screen import DeleteReplay, PinReplay, ReplayRequest, Request, Screen, WatchReplay
from petard.game.ui.screens.replay import ReplayScreen
from petard.game.ui.screens.replays import ReplaysScreen
from petard.game.view.demo_summary import DemoSummary
from petard.game.view.playback import Playback
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import read_demo


def playback_of(file: Path) -> Playback:
    """Open a recording anywhere; raises DemoError."""
    try:
        return Playback(read_demo(read_file(file)), str(file))
    except DemoError as problem:
        raise DemoError(f"{file.name}: {problem}") from None


class ReplayLibrary:
    """One for the whole program."""

    def __init__(self, kit: ScreenContext, demos: DemoLibrary) -> None:
        self._kit = kit
        self._demos = demos
        self._clipper = ClipWriter(demos)
        self._chosen = ""  # the name of the demo that was chosen last
        self._cards: dict[str, DemoSummary | None] = {}  # by name, the newest first; None: not read yet, or gone
        self._unread: deque[str] = deque()

    def answer(self, wish: Literal[Request.REPLAYS] | ReplayRequest) -> Screen:
        """Do what one of our screens wishes for; the answer is the screen that comes next."""
        try:
            match wish:
                case WatchReplay(name):
                    self._chosen = name
                    source = str(self._demos.folder / name)
                    return ReplayScreen(self._kit, Playback(read_demo(self._demos.read(name)), source))
                case PinReplay(name, pinned):
                    self._chosen = name
                    self._demos.pin(name, pinned)
                case DeleteReplay(name):
                    self._demos.delete(name)
        except DemoError as problem:
            self._kit.notice = str(problem)
        return self._list()

    def keep(self, now: float) -> None:
        """Save the last half minute of the match as a clip."""
        self._clipper.start(self._kit.session, now)

    def words(self, now: float) -> str:
        """What became of the clip, while it is news; else ""."""
        return self._clipper.words(now)

    def turn(self, screen: Screen, now: float) -> None:
        """Write on at a clip; and read one more demo, if a list is shown that waits for it."""
        self._clipper.turn(now)
        if isinstance(screen, ReplaysScreen) and self._unread:
            name = self._unread.popleft()
            self._cards[name] = self._demos.card(name)
            self._show(screen)

    def _list(self) -> ReplaysScreen:
        self._cards = {name: self._demos.known(name) for name in self._demos.names()}
        self._unread = deque(name for name, card in self._cards.items() if card is None)
        screen = ReplaysScreen(self._kit, self._chosen)
        self._show(screen)
        return screen

    def _show(self, screen: ReplaysScreen) -> None:
        screen.show([card for card in self._cards.values() if card], len(self._unread))
