"""The bots of one round: those with a seat of their own, and those that stand in for people.

Rule 1: a recorded round runs along, tick by tick, beside the one that is played now; nothing leads back to it. Where
there is nothing to repeat (the recording or its round is over, or the player was dead in it), the bot thinks.
"""

from collections.abc import Mapping

from petard.shared.bots.brain import Brain
from petard.shared.bots.perception import Percept
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.rerun import Rerun
from petard.shared.rules.world import World, copy_world, living


class RecordedInputs:
    """The keys of one recorded round, from the tick at which `rerun` stands."""

    def __init__(self, rerun: Rerun) -> None:
        self._rerun = rerun
        self._number = rerun.began.number
        self._is_over = False
        self._lived: set[int] = set()  # slots that lived, or rode, before the last recorded tick: they may die in it

    def keys(self, slot: int, tick: int) -> int | None:
        """The keys of a slot in the tick after this one; None if there are none."""
        while not self._is_over and self._rerun.world.tick <= tick:
            self._step()
        if self._is_over:
            return None
        return self._rerun.inputs.get(slot, 0) if slot in self._lived else None

    def _step(self) -> None:
        world = self._rerun.world
        self._lived = {player.slot for player in living(world)} | _riders(world)
        try:
            self._rerun.step()
        except DemoError:  # the end, or damage
            self._is_over = True
        self._is_over = self._is_over or self._rerun.began.number != self._number


def _riders(world: World) -> set[int]:
    return {player.slot for player in world.players.values() if player.rim >= 0}


class RoundBots:
    """The `seated` bots and the `stand_ins` of one round, by slot."""

    def __init__(self, skills: Mapping[int, int], seed: int, recorded: RecordedInputs | None = None) -> None:
        """`skills`: of the seated bots, by slot; `recorded`: what these repeat."""
        self.seated = {slot: Brain(slot, skill, seed) for slot, skill in skills.items()}
        self.stand_ins: dict[int, Brain] = {}
        self.percept: Percept | None = None  # of the last tick, the same for all
        self._seed, self._recorded = seed, recorded

    def stand_in(self, skills: Mapping[int, int]) -> None:
        """Let a bot of this skill play for each of these slots, and no other slot of a person."""
        old = self.stand_ins
        self.stand_ins = {slot: old.get(slot) or Brain(slot, skill, self._seed) for slot, skill in skills.items()}

    def think(self, world: World) -> dict[int, int]:
        """The keys of every bot that lives or rides a cart; they see what a client sees, and nothing else."""
        brains = {**self.seated, **self.stand_ins}
        if not brains:
            self.percept = None
            return {}
        public = copy_world(world, hide=True)
        self.percept = Percept(public, self.percept)
        alive = {player.slot for player in living(public)}
        playing = alive | _riders(public)
        keys: dict[int, int] = {}
        for slot, brain in brains.items():
            # Careful bots are dull to watch once no person lives; but no bot risks the body of a person.
            brain.is_bold = alive <= self.seated.keys()
            if slot in playing:
                repeated = self._recorded.keys(slot, world.tick) if self._recorded and slot in self.seated else None
                keys[slot] = brain.think(public, self.percept) if repeated is None else repeated
        return keys
