"""Runs the round ahead of the server with the same `step`, so that the very next picture shows a key.

Rule 1: it starts from the newest state and runs every tick again that is not in it yet, up to the one in which the
        server will use the keys of this moment. So each state makes it right again, whatever was predicted before.
Rule 2: the other players are predicted to hold the keys that they held in the state. Random events are not predicted
        at all: what the dead scatter comes from the server.
Rule 3: an idle player of ours, whom a bot controls, counts as one of the others until the first change of keys: from
        that change on the server uses the keys again, and so does this.
Rule 4: the events of each tick number are given once, when it is reached for the first time.
Rule 5: nothing runs before `run` is called, so a burst of states costs no more than one.

After Quake III's `CG_PredictPlayerState` and Teeworlds' `CGameClient::OnPredict`, which run all bodies ahead, too.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import Snapshot, acks_of, world_of
from petard.shared.protocol.state import APPLIED_MOST, State
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.steady_walk import SteadyWalk
from petard.shared.rules.step import step
from petard.shared.rules.world import Bomb, Keys, World, tile_at

AHEAD_MOST = 60  # ticks; with a longer delay than a second, own keys are seen late
STEPS_LEAST, WORK_MOST = 6, 1600  # ticks, and ticks x (players and bombs), in one run: some 10 ms
CHANGES_MOST = APPLIED_MOST // 2 - 1  # that wait for the server; of more, its count could not tell which are in
HELD_KEYS = Keys.UP | Keys.DOWN | Keys.LEFT | Keys.RIGHT | Keys.BOMB
# What is reported ahead of the server: nothing that would be too bad to take back, and nothing that the others do.
EVERYBODYS = frozenset(
    {
        *(EventType.BLAST, EventType.BRICK, EventType.BURNT, EventType.SWITCHED),
        *(EventType.CLOSED, EventType.HURRY, EventType.GO),
    }
)
OWN = frozenset(
    {
        *(EventType.DROPPED, EventType.KICKED, EventType.TAKEN, EventType.PUNCHED, EventType.LIFTED),
        *(EventType.THROWN, EventType.LANDED, EventType.TELEPORTED),
    }
)

Place = tuple[int, int]  # sub-units


@dataclass(slots=True)
class KeyRun:
    """A run from a state: its `tick`, and how much more our clock shows than the tick in which the server uses it.

    And how far it has come: the keys that are held, the place of the next change, and which idle slots are awake.
    """

    tick: int = 0
    ahead: int = 0
    held: tuple[int, ...] = ()
    place: int = 0
    awake: frozenset[int] = frozenset()


class UnusedKeys:
    """The changes of our keys that are not in the newest state, each with our clock, and the slots that they control.

    The server uses a change in the tick in which its count of our clock reaches it, and one that comes late at once.
    """

    def __init__(self) -> None:
        self.slots: tuple[int, ...] = ()  # of the players at this machine
        self.clock = 0  # of the last tick
        self._idle: frozenset[int] = frozenset()  # slots that a bot controls, as far as the server has said
        self._changes: deque[tuple[int, tuple[int, ...]]] = deque(maxlen=CHANGES_MOST)  # clock, keys
        self._made = 0  # changes so far
        self._newest: tuple[int, ...] = ()  # the keys of the last tick
        self._used: tuple[int, ...] = ()  # the keys of the last change that the server has used
        self._run = KeyRun()

    @property
    def controlled(self) -> tuple[int, ...]:
        """The slots that no bot controls, or none any more once the server has used all changes."""
        awake = {slot for _, keys in self._changes for slot in self._changed(self._used, keys)}
        return tuple([slot for slot in self.slots if slot not in self._idle or slot in awake])

    def add(
        self, clock: int, keys: tuple[int, ...], slots: tuple[int, ...], idle: frozenset[int] = frozenset()
    ) -> None:
        """Note a tick with these keys of `slots`; a bot controls the `idle` ones of them."""
        self.slots, self._idle, self.clock = slots, idle, clock
        if keys != (self._newest or (0,) * len(keys)):
            self._newest = keys
            self._changes.append((clock, keys))
            self._made += 1

    def begin(self, made: int, held: tuple[int, ...]) -> None:
        """Begin a round or a connection, on which so many changes were made before; these keys are held now."""
        self._changes.clear()
        self._made, self._newest, self._used = made, held, held

    def begin_run(self, applied: int, tick: int, clock: int) -> bool:
        """Begin at the state of a tick, in which so many changes are in, and the server counts this clock of ours.

        Return False if it does not know of this connection yet.
        """
        unused = (self._made - applied) % APPLIED_MOST
        if unused > len(self._changes):
            return False
        while len(self._changes) > unused:
            self._used = self._changes.popleft()[1]
        self._run = KeyRun(tick, clock - tick, self._used or (0,) * len(self.slots))
        return True

    def last_tick(self, most: int) -> int:
        """The tick in which the server uses the keys of now, but at most so many after the state."""
        return self._run.tick + min(most, self.clock - self._run.ahead - self._run.tick)

    def next_keys(self, tick: int) -> dict[int, int]:
        """The keys by slot in the next tick of the run; none of slots that a bot still controls."""
        run, used = self._run, list[tuple[int, ...]]()
        while run.place < len(self._changes) and self._changes[run.place][0] <= tick + run.ahead:
            used.append(self._changes[run.place][1])
            run.awake |= self._changed(run.held, used[-1])
            run.held, run.place = used[-1], run.place + 1
        held = [reduce(or_, keys) for keys in zip(*used, strict=True)] if used else run.held
        asleep = self._idle - run.awake
        return {slot: keys for slot, keys in zip(self.slots, held, strict=False) if slot not in asleep}

    def _changed(self, old: tuple[int, ...], new: tuple[int, ...]) -> frozenset[int]:
        triples = zip(self.slots, old or (0,) * len(new), new, strict=False)
        return frozenset([slot for slot, before, after in triples if before != after])


@dataclass(frozen=True, slots=True)
class Prediction:
    """The round at the tick in which the keys of now count, and what happened on the way there since the last run."""

    world: World
    ticks: int  # passed since the last run
    predicted: dict[int, Place]  # where everybody was predicted to be now, before a snapshot came; empty if none came
    events: list[tuple[int, Event]]
    rejected_bombs: list[int]  # tiles of own bombs that the server does not know


class Predictor:
    """Runs one round ahead for the players at this machine."""

    def __init__(self, announcement: Round) -> None:
        self.keys = UnusedKeys()
        self._announcement = replace(announcement, rules=replace(announcement.rules, scatter=0))
        self._world: World | None = None
        self._steady = SteadyWalk()  # of `_world`
        self._ran_at = 0  # our clock at the last run
        self._new_state: State | None = None  # since the last run
        self._newest_tick = 0  # the highest tick whose events were given

    def set_state(self, state: State) -> None:
        """Take the next run from here; of several states only the last one counts."""
        self._new_state = state

    def run(self) -> Prediction | None:
        """Run up to the keys of now; None while nothing of ours is on the board."""
        world, events, predicted, rejected = self._world, [], {}, []
        ticks, self._ran_at = max(0, self.keys.clock - self._ran_at), self.keys.clock
        if world:
            events = list(self._run(world, is_fresh=self._new_state is None))
        if self._new_state:
            state, self._new_state = self._new_state, None
            self._world = self._start(state)
            if self._world:
                events = list(self._run(self._world, is_fresh=True))
            if world and self._world:
                predicted = {slot: (player.x, player.y) for slot, player in world.players.items()}
                rejected = self._rejected_bombs(world, self._world, state.snapshot)
        return Prediction(self._world, ticks, predicted, events, rejected) if self._world else None

    def _start(self, state: State) -> World | None:
        """The world of a state; the changes of keys that are in it are forgotten."""
        snapshot, one = state.snapshot, self._announcement
        self._newest_tick, self._steady = max(self._newest_tick, snapshot.tick), SteadyWalk()
        clock = next((clock for slot, clock in acks_of(snapshot).items() if slot in self.keys.slots), None)
        applied = next((count for slot, (count,) in state.applied.items() if slot in self.keys.slots), None)
        if clock is None or applied is None or not self.keys.begin_run(applied, snapshot.tick, clock):
            return None
        return world_of(snapshot, one.rules, one.width, one.height)

    def _run(self, world: World, is_fresh: bool) -> Iterator[tuple[int, Event]]:
        """Step up to our last tick; give the events of ticks reached for the first time.

        A world that is about to be replaced is not fresh: it only tells where everybody was predicted to be.
        """
        most = min(AHEAD_MOST, max(STEPS_LEAST, WORK_MOST // (len(world.players) + len(world.bombs))))
        last, own = self.keys.last_tick(most), self.keys.controlled
        held = {slot: player.keys & HELD_KEYS for slot, player in world.players.items()}
        while world.tick < last:
            held |= self.keys.next_keys(world.tick + 1)
            happened = step(world, held, self._steady.walk)
            if is_fresh and world.tick > self._newest_tick:
                self._newest_tick = world.tick
                certain = (one for one in happened if one.what in EVERYBODYS or (one.what in OWN and one.slot in own))
                yield from ((world.tick, event) for event in certain)

    def _rejected_bombs(self, old: World, new: World, snapshot: Snapshot) -> list[int]:
        """The tiles where own bombs lay that are not in the snapshot, and not near there in the new world."""
        return [
            tile_at(old, bomb.x, bomb.y)
            for bomb in old.bombs.values()
            if bomb.owner in self.keys.controlled
            and not (bomb.id in snapshot.bombs and snapshot.bombs[bomb.id][0] == bomb.owner)
            and not _is_there(bomb, new)
        ]


def _is_there(bomb: Bomb, world: World) -> bool:
    """True if a bomb of the same owner is near the place of this one, or has just exploded there."""
    if tile_at(world, bomb.x, bomb.y) in world.flames:
        return True
    others = (other for other in world.bombs.values() if other.owner == bomb.owner)
    return any(abs(other.x - bomb.x) <= TILE and abs(other.y - bomb.y) <= TILE for other in others)
