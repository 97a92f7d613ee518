"""One round as the server runs it: inputs in, one step of the rules, events out."""

from collections.abc import Iterable, Mapping

from server.inbox import Inbox
from shared.bots.brain import Brain
from shared.bots.sight import Sight
from shared.rules.events import Event
from shared.rules.maps import Board
from shared.rules.ruleset import RuleSet
from shared.rules.setup import new_world
from shared.rules.step import step
from shared.rules.world import Keys, World, copy_world, living


class Match:
    """A world with everybody who steers a body in it: people through their Inbox, bots through their Brain."""

    def __init__(
        self,
        rules: RuleSet,
        board: Board,
        people: Iterable[tuple[Inbox, tuple[int, ...]]],
        bots: Mapping[int, int],
        seed: int,
    ) -> None:
        """`people`: each Inbox with the slots it steers; `bots`: slot to skill."""
        self._people = list(people)
        self._brains = {slot: Brain(slot, skill, seed) for slot, skill in bots.items()}
        self._sight: Sight | None = None
        self._gone: list[int] = []
        slots = [slot for _, steered in self._people for slot in steered] + list(self._brains)
        self.world: World = new_world(rules, board, slots, seed)

    def tick(self) -> list[Event]:
        """Advance by one tick."""
        inputs: dict[int, int] = {}
        for inbox, slots in self._people:
            inputs.update(zip(slots, inbox.take(), strict=True))
        if self._brains:
            inputs.update(self._think())
        inputs.update((slot, Keys.GONE) for slot in self._gone)
        self._gone.clear()
        return step(self.world, inputs)

    def _think(self) -> dict[int, int]:
        """Ask every bot that lives; they are shown what a client sees, and nothing else."""
        world = copy_world(self.world, hide=True)
        self._sight = Sight(world, self._sight)
        alive = {player.slot for player in living(world)}
        keys: dict[int, int] = {}
        for slot, brain in self._brains.items():
            brain.is_bold = alive <= self._brains.keys()  # no person wants to watch careful bots
            if slot in alive:
                keys[slot] = brain.think(world, self._sight)
        return keys

    def acks(self) -> dict[int, tuple[int, int]]:
        """For each slot that a person steers, the seq of the last Command that counted, and how early they come."""
        return {slot: (inbox.ack, inbox.early) for inbox, slots in self._people for slot in slots}

    def retire(self, inbox: Inbox) -> None:
        """Take somebody who left off the board, in the next tick."""
        self._gone += [slot for theirs, slots in self._people if theirs is inbox for slot in slots]
        self._people = [(theirs, slots) for theirs, slots in self._people if theirs is not inbox]
