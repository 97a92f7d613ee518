"""One round as the server runs it: inputs in, one step of the rules, events and messages out.

Rule 1: a bot plays for a member that sends no Inputs; with the first Input the member plays again.
Rule 2: the same for a member that is there and presses nothing for long. That time counts only while there is something
to do: after the countdown, for players that live.
Rule 3: what a client gets that missed states leads to the last tick that was sent, so that the next Delta fits to it.
Rule 4: the tick in which a round ends is sent at every rate: from its snapshot clients work out how it was decided.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from petard.server.room.inbox import Inbox
from petard.server.room.round_bots import RecordedInputs, RoundBots
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Delta, Events, Keyframe, Message
from petard.shared.protocol.snapshot import Snapshot, Table, snapshot_of
from petard.shared.protocol.state import State, delta_of, digest_of, keyframe_of, moves_between
from petard.shared.rules.events import Event
from petard.shared.rules.maps import Board
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import TICK_RATE, RuleSet
from petard.shared.rules.step import step
from petard.shared.rules.world import Keys, World, is_alive

EVENTS_MOST = 1024  # in one message
DIGEST_EVERY = TICK_RATE  # ticks
STATES_KEPT = 64  # from which a client that missed some can go on; more than a second


@dataclass(frozen=True, slots=True)
class StandInPolicy:
    """When bots of a `skill` play for people: `when_silent` (no Inputs), and after so many idle ticks (0: never)."""

    skill: int
    when_silent: bool = False
    idle_ticks: int = 0


NO_STAND_INS = StandInPolicy(0)


class RoundPeople:
    """The people who play in a round: each Inbox with the slots that it controls."""

    def __init__(self, inboxes: Iterable[tuple[Inbox, tuple[int, ...]]], idle_after: int = 0) -> None:
        self.inboxes = list(inboxes)
        self._idle_after = idle_after  # ticks; 0: not watched
        self.idle = self._find_idle()  # slots of connected players who have pressed nothing for so long
        self.retired: list[int] = []  # slots whose bodies the next tick takes off the board

    def inputs(self) -> dict[int, int]:
        inputs: dict[int, int] = {}
        for inbox, slots in self.inboxes:
            inputs.update(zip(slots, inbox.next_keys(), strict=True))
        return inputs

    def count_idle(self, world: World) -> None:
        """Count the tick for players whose keys have not changed."""
        if self._idle_after and world.tick >= world.rules.countdown and world.over_at < 0:
            for inbox, slots in self.inboxes:
                for player, slot in enumerate(slots):
                    inbox.idle_ticks[player] += is_alive(world, world.players[slot])
        self.idle = self._find_idle()

    def _find_idle(self) -> frozenset[int]:
        return frozenset(
            slot
            for inbox, slots in self.inboxes
            if self._idle_after and not inbox.is_starved
            for slot, ticks in zip(slots, inbox.idle_ticks, strict=True)
            if ticks >= self._idle_after
        )

    def silent(self) -> list[int]:
        """The slots for which no Inputs come, or none yet."""
        return [slot for inbox, slots in self.inboxes if inbox.is_starved for slot in slots]

    def away(self, silent: bool) -> frozenset[int]:
        """The idle slots and, if `silent`, those for which no Inputs have come for long; none that has just begun."""
        return self.idle.union(*(slots for inbox, slots in self.inboxes if silent and inbox.is_silent))

    def acks(self) -> dict[int, tuple[int, int]]:
        """For each slot what the clock of its client shows in this tick, and the input lead; none while unknown."""
        known = [(inbox.next_clock, inbox, slots) for inbox, slots in self.inboxes]
        return {slot: (clock - 1, inbox.input_lead) for clock, inbox, slots in known if clock for slot in slots}

    def applied(self) -> Table:
        """For each slot how many changes of its keys were used; none while its clock is unknown."""
        return {slot: (inbox.applied,) for inbox, slots in self.inboxes if inbox.next_clock for slot in slots}

    def replace(self, before: Inbox, now: Inbox) -> None:
        """Use another Inbox for the same slots: a member has rejoined."""
        self.inboxes = [(now if inbox is before else inbox, slots) for inbox, slots in self.inboxes]

    def retire(self, inbox: Inbox) -> None:
        """Take the bodies of a member that left off the board, in the next tick."""
        self.retired += [slot for one, slots in self.inboxes if one is inbox for slot in slots]
        self.inboxes = [(one, slots) for one, slots in self.inboxes if one is not inbox]


class Feed:
    """The states of one round as they are sent, `snapshots` a second (a divisor of 60)."""

    def __init__(self, world: World, snapshots: int) -> None:
        self.states = deque([State(snapshot_of(world, {}))], maxlen=STATES_KEPT)  # the last that were sent
        self._every = TICK_RATE // snapshots
        self._events: list[Event] = []

    @property
    def sent(self) -> Snapshot:
        """The last snapshot that was sent."""
        return self.states[-1].snapshot

    def next(self, world: World, people: RoundPeople, events: list[Event]) -> list[Message]:
        """The messages for this tick: none between two snapshots; the events then come with the next one."""
        self._events += events
        if world.tick % self._every and world.tick != world.over_at:
            return []
        old, snapshot = self.states[-1], snapshot_of(world, people.acks())
        new = State(snapshot, moves_between(old.snapshot, snapshot, world.rules), people.applied())
        messages: list[Message] = [delta_of(old, new)]
        self.states.append(new)
        for start in range(0, len(self._events), EVENTS_MOST):
            messages.append(Events(snapshot.tick, tuple(self._events[start : start + EVENTS_MOST])))
        self._events = []
        if not world.tick % DIGEST_EVERY:
            messages.append(digest_of(new))
        return messages

    def message_since(self, base: State | None) -> Keyframe | Delta:
        """What leads to the last state a client that has the state `base` of this round, or none; the shorter one."""
        new = self.states[-1]
        keyframe = keyframe_of(new)
        if not base or base.tick >= new.tick:
            return keyframe
        delta = delta_of(base, new)
        return delta if len(encode(delta)) < len(encode(keyframe)) else keyframe

    def keyframe(self) -> Keyframe:
        """The last state, whole, for a client that has none of this round."""
        return keyframe_of(self.states[-1])


class RoundRunner:
    """A world, the people and bots that play in it, and its `feed`. `inputs`: of the last tick, by slot.

    `away`: the slots of people that bots control, since they are idle or silent.
    """

    def __init__(
        self,
        rules: RuleSet,
        board: Board,
        people: Iterable[tuple[Inbox, tuple[int, ...]]],
        bots: Mapping[int, int],
        seed: int,
        stand_ins: StandInPolicy = NO_STAND_INS,
        world: World | None = None,
        recorded: RecordedInputs | None = None,
        snapshots: int = TICK_RATE,
        sides: tuple[int, ...] = (),
    ) -> None:
        """`people`: each Inbox with the slots that it controls; `bots`: slot to skill; `snapshots`: a second.

        `world`: the round goes on in it; None: it begins. `recorded`: what the bots repeat. `sides`: see `new_world`.
        """
        self.people = RoundPeople(people, stand_ins.idle_ticks)
        self.bots = RoundBots(bots, seed, recorded)
        self.inputs: dict[int, int] = {}
        self.away, self.sides = self.people.idle, sides
        self._stand_ins = stand_ins
        slots = [slot for _, controlled in self.people.inboxes for slot in controlled] + list(self.bots.seated)
        self.world = world or new_world(rules, board, sorted(slots), seed, sides)  # a replay knows these and no more
        self.feed = Feed(self.world, snapshots)

    def repeat(self, inputs: Mapping[int, int]) -> list[Event]:
        """Make a tick again that was played before, with the keys of then."""
        self.inputs = dict(inputs)
        return step(self.world, self.inputs)

    def tick(self) -> list[Event]:
        inputs = self.inputs = self.people.inputs()
        self.people.count_idle(self.world)
        silent = self.people.silent() if self._stand_ins.when_silent else []
        self.away = self.people.away(self._stand_ins.when_silent)
        self.bots.stand_in(dict.fromkeys([*silent, *self.people.idle], self._stand_ins.skill))
        inputs.update(self.bots.think(self.world))
        inputs.update((slot, Keys.GONE) for slot in self.people.retired)
        self.people.retired.clear()
        return step(self.world, inputs)
