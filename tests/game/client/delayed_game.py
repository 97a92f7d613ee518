"""The world of a server and a predictor, with a delay in ticks between them: no bytes, no clock.

So a test can say exactly when a prediction may be wrong. tests/lan has a real client and a real server.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from petard.game.client.input_timer import InputSender
from petard.game.client.predictor import Prediction, Predictor
from petard.server.room.inbox import Inbox
from petard.shared.protocol.messages import Input, Round
from petard.shared.protocol.snapshot import acks_of, snapshot_of
from petard.shared.protocol.state import State
from petard.shared.rules.digest import digest
from petard.shared.rules.events import Event
from petard.shared.rules.maps import Board
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import RuleSet
from petard.shared.rules.step import step
from petard.shared.rules.world import World, copy_world

Thing = TypeVar("Thing")


class Pipe(Generic[Thing]):
    """Things arrive in their order, each a delay after it was sent, in ticks."""

    def __init__(self, delays: Iterable[int]) -> None:
        """`delays`: of each thing, one after the other; the last one goes on for ever."""
        self._delays = deque(delays)
        self._way: deque[tuple[int, Thing]] = deque()

    def send(self, thing: Thing, tick: int) -> None:
        """Put something on its way."""
        delay = self._delays.popleft() if len(self._delays) > 1 else self._delays[0]
        last = self._way[-1][0] if self._way else 0
        self._way.append((max(last, tick + delay), thing))

    def arrived(self, tick: int) -> list[Thing]:
        """What is there by now."""
        here = []
        while self._way and self._way[0][0] <= tick:
            here.append(self._way.popleft()[1])
        return here


@dataclass
class Seen:
    """The state of the client after it received a snapshot."""

    tick: int  # of the world that was run ahead
    shifted: bool  # since the last state the server has moved its count of our clock, or a change of ours was late
    same: bool  # the prediction was right
    ahead: Prediction


@dataclass
class DelayedGame:
    """A client that steers slot 0, and a server, both once a tick."""

    rules: RuleSet
    board: Board
    up: Pipe[Input]
    down: Pipe[State]
    slots: tuple[int, ...] = (0,)
    every: int = 1  # ticks between two snapshots
    seed: int = 1
    others: Callable[[World], dict[int, int]] = lambda world: {}
    inbox: Inbox = field(default_factory=lambda: Inbox(1))
    sender: InputSender = field(default_factory=lambda: InputSender(60))
    ticks: int = 0
    seen: list[Seen] = field(default_factory=list)
    events: list[tuple[int, Event]] = field(default_factory=list)  # all predicted events
    refused: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world = new_world(self.rules, self.board, self.slots, self.seed)
        board = Round(1, "map", self.rules, self.world.width, self.world.height, self.slots)
        self.predictor = Predictor(board)
        self._guess: World | None = None
        self._shift, self._was_late = 0, False
        self.changes: list[int] = []  # the clock of each change of our keys
        self._keys = 0

    def tick(self, keys: int) -> Prediction | None:
        """One tick on both ends; what the client sees after it."""
        self.ticks += 1
        changed = self.sender.tick((keys,))
        if keys != self._keys:
            self._keys = keys
            self.changes.append(self.sender.clock)
        self.predictor.keys.add(self.sender.clock, (keys,), (0,))
        for message in (changed, self.sender.due(self.ticks / 60)):
            if message:
                self.up.send(message, self.ticks)
        for message in self.up.arrived(self.ticks):
            self.inbox.enqueue(message.clock, message.keys)
        step(self.world, {**self.others(self.world), 0: self.inbox.next_keys()[0]})
        if self.world.tick % self.every == 0:
            self.down.send(self._state(), self.ticks)
        self._run_on()
        told = self.down.arrived(self.ticks)
        for state in told:
            self.predictor.set_state(state)
        ahead = self._look()
        if ahead and told:
            self._compare(ahead, told[-1])
        self._guess = copy_world(ahead.world) if ahead else None
        return ahead

    def _state(self) -> State:
        clock = self.inbox.next_clock
        acks = {0: (clock - 1, self.inbox.input_lead)} if clock else {}
        return State(snapshot_of(self.world, acks), {}, {0: (self.inbox.applied,)} if clock else {})

    def _run_on(self) -> None:
        """Let what was guessed before go on by the newest key, as the predictor does when it hears nothing."""
        if self._guess:
            ahead = self._look()
            self._guess = copy_world(ahead.world) if ahead else None

    def _look(self) -> Prediction | None:
        ahead = self.predictor.run()
        if ahead:
            self.events += ahead.events
            self.refused += ahead.rejected_bombs
        return ahead

    def _compare(self, ahead: Prediction, told: State) -> None:
        clock = acks_of(told.snapshot).get(0, told.tick)
        shift = clock - told.tick
        (used,) = told.applied.get(0, (0,))
        is_late = any(change <= clock for change in self.changes[used:])
        if self._guess:
            same = open_digest(self._guess) == open_digest(ahead.world)
            shifted = shift != self._shift or is_late or self._was_late
            self.seen.append(Seen(ahead.world.tick, shifted, same, ahead))
        self._shift, self._was_late = shift, is_late


def open_digest(world: World) -> int:
    """A digest without what a client learns only when a brick breaks."""
    return digest(replace(world, hidden={}))
