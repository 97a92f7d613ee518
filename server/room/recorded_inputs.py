"""The recorded keys of a round, given once more: who is not taken over plays as they did, as long as that makes sense.

Rule 1: the recorded round runs along, tick by tick, beside the one that is played now; nothing leads back to it.
Rule 2: where there is nothing to give again, since the recording or the round is over, or since somebody died then who
        lives now, a bot thinks instead.
"""

from petard.shared.bots.brain import Brain
from petard.shared.bots.perception import Percept
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.rerun import Rerun
from petard.shared.rules.world import World, living


class RecordedInputs:
    """The keys of one recorded round, from the moment on at which `rerun` stands."""

    def __init__(self, rerun: Rerun) -> None:
        self._rerun = rerun
        self._number = rerun.began.number
        self._is_over = False
        self._lived: set[int] = set()  # slots that lived before the last recorded tick: in it they may walk, then die

    def keys(self, slot: int, tick: int) -> int | None:
        """What a slot held in the tick after this one; None if there is nothing to be told."""
        while not self._is_over and self._rerun.world.tick <= tick:
            self._go_on()
        if self._is_over:
            return None
        return self._rerun.inputs.get(slot, 0) if slot in self._lived else None

    def _go_on(self) -> None:
        self._lived = {player.slot for player in living(self._rerun.world)}
        try:
            self._rerun.step()
        except DemoError:  # the end, or damage
            self._is_over = True
        self._is_over = self._is_over or self._rerun.began.number != self._number


class RecordedBot(Brain):
    """A bot that does what was recorded, as long as there is something, and thinks for itself after that."""

    def __init__(self, slot: int, skill: int, seed: int, echo: RecordedInputs) -> None:
        super().__init__(slot, skill, seed)
        self._echo = echo

    def think(self, world: World, percept: Percept | None = None) -> int:
        """The keys for the next tick."""
        keys = self._echo.keys(self.slot, world.tick)
        return super().think(world, percept) if keys is None else keys
