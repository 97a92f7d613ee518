"""The last chances of the players who die in a recording, found while it is watched."""

from collections.abc import Callable

from petard.game.texts.names import SOMEBODY
from petard.game.texts.phrases import tr
from petard.game.view.chapter import Chapter, ChapterKind
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.last_chance import last_chances
from petard.shared.demo.reader import Demo
from petard.shared.rules.ruleset import TICK_RATE

FOUND_MOST = 2**12  # in a day of play there are fewer


class LastChances:
    """Chapters of the moments from which some keys would still have saved a player who died."""

    def __init__(self, demo: Demo, names: Callable[[float], dict[int, str]]) -> None:
        """`names`: of the slots at a moment."""
        self.found: list[Chapter] = []
        self._names, self._search = names, last_chances(demo)

    def search(self, turns: int) -> bool:
        """Search for so many turns, of about a millisecond each; False once there are no more."""
        for _ in range(turns):
            try:
                one = next(self._search)
            except (StopIteration, DemoError):  # a DemoError: it cannot be run again, so nothing is known
                return False
            if one and one.chance >= 0 and len(self.found) < FOUND_MOST:
                name = self._names(one.moment).get(one.slot, SOMEBODY)
                seconds = f"{(one.moment - one.chance) / TICK_RATE:.1f}"
                words = tr("{name}: the last chance, {seconds} s before", name=name, seconds=seconds)
                self.found.append(Chapter(one.chance, ChapterKind.CHANCE, words, one.slot))
        return True

    def next_after(self, moment: float, slot: int) -> int | None:
        """The first one after a moment, of a slot (-1: of any), of those found by now; None: there is none."""
        later = [one.moment for one in self.found if one.moment > moment and slot in (-1, one.slot)]
        return min(later, default=None)
