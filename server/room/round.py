"""One round as the server runs it: inputs in, one step of the rules, events out.

Rule 1: nobody hands a body over. Who says nothing has a bot at the keys, and whoever speaks has the keys again.
Rule 2: so it is with who is there and presses nothing for long: `idle` tells whose body a bot steers for that. Time
counts only while there is something to be done: after the countdown, for who lives.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from petard.server.room.inbox import Inbox
from petard.server.room.recorded_inputs import RecordedBot, RecordedInputs
from petard.shared.bots.brain import Brain
from petard.shared.bots.perception import Percept
from petard.shared.rules.events import Event
from petard.shared.rules.maps import Board
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import RuleSet
from petard.shared.rules.step import step
from petard.shared.rules.world import Keys, World, copy_world, living


@dataclass(frozen=True, slots=True)
class IdlePlayer:
    """After how many ticks without another key a bot of that skill steers."""

    after: int
    skill: int


class RoundRunner:
    """A world with everybody who steers a body in it: people through their Inbox, bots through their Brain.

    While an Inbox has nothing to give, because its owner is gone or cannot be heard, a Brain may stand in.
    """

    def __init__(
        self,
        rules: RuleSet,
        board: Board,
        people: Iterable[tuple[Inbox, tuple[int, ...]]],
        bots: Mapping[int, int],
        seed: int,
        stand_in: int | None = None,
        world: World | None = None,
        echo: RecordedInputs | None = None,
        idle: IdlePlayer | None = None,
    ) -> None:
        """`people`: each Inbox with the slots it steers; `bots`: slot to skill.

        `stand_in`: the skill of the bot that steers for who is not at the keys; None: then nobody does.
        `idle`: when a bot steers for who is there, too; None: never.
        `world`: the round goes on in it; None: it begins. `echo`: what the bots do for as long as it tells them.
        """
        self._people = list(people)
        self._brains = {
            slot: RecordedBot(slot, skill, seed, echo) if echo else Brain(slot, skill, seed)
            for slot, skill in bots.items()
        }
        self._stand_in, self._seed, self._idle = stand_in, seed, idle
        self.idle = self._idle_now()  # the slots whose players press nothing
        self._stand_ins: dict[int, Brain] = {}
        self._percept: Percept | None = None
        self._gone: list[int] = []
        self.inputs: dict[int, int] = {}  # of the last tick, by slot
        slots = [slot for _, steered in self._people for slot in steered] + list(self._brains)
        self.world = world or new_world(rules, board, sorted(slots), seed)  # whoever has only the slots makes it alike

    def tick(self) -> list[Event]:
        """Advance by one tick."""
        inputs = self.inputs = {}
        for inbox, slots in self._people:
            inputs.update(zip(slots, inbox.take(), strict=True))
        self._watch_the_idle()
        self._seat_stand_ins()
        inputs.update(self._think({**self._brains, **self._stand_ins}))
        inputs.update((slot, Keys.GONE) for slot in self._gone)
        self._gone.clear()
        return step(self.world, inputs)

    def _watch_the_idle(self) -> None:
        """Count for how long everybody's keys have been as they are."""
        if not self._idle:
            return
        world = self.world
        if world.tick >= world.rules.countdown and world.over_at < 0:
            for inbox, slots in self._people:
                for player, slot in enumerate(slots):
                    inbox.still[player] += world.players[slot].died_at < 0
        self.idle = self._idle_now()

    def _idle_now(self) -> frozenset[int]:
        if not self._idle:
            return frozenset()
        after = self._idle.after
        return frozenset(
            slot
            for inbox, slots in self._people
            if not inbox.is_starved
            for slot, still in zip(slots, inbox.still, strict=True)
            if still >= after
        )

    def _seat_stand_ins(self) -> None:
        """One Brain for each body that nobody steers; it goes with the first Command, or the first key."""
        skills: dict[int, int] = {}
        if self._stand_in is not None:
            silent = (slots for inbox, slots in self._people if inbox.is_starved or not inbox.ack)
            skills = dict.fromkeys(chain.from_iterable(silent), self._stand_in)
        if self._idle:
            skills |= dict.fromkeys(self.idle, self._idle.skill)
        old = self._stand_ins
        self._stand_ins = {slot: old.get(slot) or Brain(slot, skill, self._seed) for slot, skill in skills.items()}

    def _think(self, brains: Mapping[int, Brain]) -> dict[int, int]:
        """Ask every bot that lives; they are shown what a client sees, and nothing else."""
        if not brains:
            self._percept = None
            return {}
        world = copy_world(self.world, hide=True)
        self._percept = Percept(world, self._percept)
        alive = {player.slot for player in living(world)}
        keys: dict[int, int] = {}
        for slot, brain in brains.items():
            # No person wants to watch careful bots; but nobody risks the body of who may come back to it.
            brain.is_bold = alive <= self._brains.keys()
            if slot in alive:
                keys[slot] = brain.think(world, self._percept)
        return keys

    def acks(self) -> dict[int, tuple[int, int]]:
        """For each slot that a person steers, the seq of the last Command that counted, and how early they come."""
        return {slot: (inbox.ack, inbox.early) for inbox, slots in self._people for slot in slots}

    def hand_over(self, before: Inbox, now: Inbox) -> None:
        """Let the owner of one Inbox steer by another from now on."""
        self._people = [(now if inbox is before else inbox, slots) for inbox, slots in self._people]

    def retire(self, inbox: Inbox) -> None:
        """Take somebody who left off the board, in the next tick."""
        self._gone += [slot for theirs, slots in self._people if theirs is inbox for slot in slots]
        self._people = [(theirs, slots) for theirs, slots in self._people if theirs is not inbox]
