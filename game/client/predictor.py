"""Runs the round ahead of the server with the same `step`, so that the very next picture shows a key.

Rule 1: it starts from the newest snapshot and runs every Command again that is not in it yet. So each snapshot makes it
        right again, whatever was predicted before.
Rule 2: the other players are predicted to hold the keys that they held in the snapshot. Random events are not predicted
        at all: what the dead scatter comes from the server.
Rule 3: an idle player of ours, whom a bot controls, counts as one of the others until the first Command with other
        keys: from that Command on the server uses the keys again, and so does this.
Rule 4: the events of each tick number are given once, when it is reached for the first time.
Rule 5: nothing runs before `run` is called, so a burst of snapshots costs no more than one.

After Quake III's `CG_PredictPlayerState` and Teeworlds' `CGameClient::OnPredict`, which run all bodies ahead, too.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import Snapshot, acks_of, world_of
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.steady_walk import SteadyWalk
from petard.shared.rules.step import step
from petard.shared.rules.world import Bomb, Keys, World, tile_at

AHEAD_MOST = 60  # ticks; with a longer delay than a second, own keys are seen late
STEPS_LEAST, WORK_MOST = 6, 1600  # ticks, and ticks x (players and bombs), in one run: some 10 ms
COMMANDS_MOST = 600  # that are kept for an ack: 10 s
HELD_KEYS = Keys.UP | Keys.DOWN | Keys.LEFT | Keys.RIGHT | Keys.BOMB
# What is reported ahead of the server: nothing that would be too bad to take back, and nothing that the others do.
EVERYBODYS = frozenset(
    {EventType.BLAST, EventType.BRICK, EventType.BURNT, EventType.CLOSED, EventType.HURRY, EventType.GO}
)
OWN = frozenset({EventType.DROPPED, EventType.KICKED, EventType.TAKEN})

Place = tuple[int, int]  # sub-units


class UnackedCommands:
    """The Commands that were sent and are not in the newest snapshot, and the slots that they control."""

    def __init__(self) -> None:
        self.slots: tuple[int, ...] = ()  # of the players at this machine
        self.controlled: tuple[int, ...] = ()  # of these, those that no bot controls
        self._idle: frozenset[int] = frozenset()  # those that a bot controls, as far as the server has said
        self._last_used: tuple[int, ...] = ()  # the keys of the last Command that the server has used
        self._commands: deque[tuple[int, tuple[int, ...]]] = deque(maxlen=COMMANDS_MOST)

    def __len__(self) -> int:
        return len(self._commands)

    def add(self, seq: int, keys: tuple[int, ...], slots: tuple[int, ...], idle: frozenset[int] = frozenset()) -> None:
        """Note a Command that was sent for `slots`; a bot controls the `idle` ones of them."""
        self.slots, self._idle = slots, idle
        self._commands.append((seq, keys))

    def acknowledge(self, seq: int) -> None:
        """Forget the Commands up to this one, since the server has used them."""
        if self._commands and seq > self._commands[-1][0]:
            return  # the ack is of an earlier connection of ours, on which we counted farther
        while self._commands and self._commands[0][0] <= seq:
            self._last_used = self._commands.popleft()[1]

    def keys(self, start: int, stop: int) -> Iterator[dict[int, int]]:
        """The keys of these Commands by slot, without the slots that a bot still controls."""
        wakes_at = self._first_changes()
        self.controlled = tuple([slot for slot in self.slots if wakes_at.get(slot, 0) < COMMANDS_MOST])
        for place, (_, keys) in enumerate(islice(self._commands, start, stop), start):
            pairs = zip(self.slots, keys, strict=False)
            yield {slot: held for slot, held in pairs if place >= wakes_at.get(slot, 0)}

    def _first_changes(self) -> dict[int, int]:
        """For each idle slot the place of its first Command with other keys; COMMANDS_MOST if there is none."""
        places = dict.fromkeys(self._idle, COMMANDS_MOST)
        before = self._last_used
        for place, (_, keys) in enumerate(self._commands if places else ()):
            if keys != before:
                for slot, old, new in zip(self.slots, before, keys, strict=False):
                    if old != new and slot in places:
                        places[slot] = min(places[slot], place)
            before = keys
        return places


@dataclass(frozen=True, slots=True)
class Prediction:
    """The round at the tick of the last Command, and what happened on the way there since the last run."""

    world: World
    ticks: int  # passed since the last run
    predicted: dict[int, Place]  # where everybody was predicted to be now, before a snapshot came; empty if none came
    events: list[tuple[int, Event]]
    rejected_bombs: list[int]  # tiles of own bombs that the server does not know


class Predictor:
    """Runs one round ahead for the players at this machine."""

    def __init__(self, announcement: Round) -> None:
        self.commands = UnackedCommands()
        self._announcement = replace(announcement, rules=replace(announcement.rules, scatter=0))
        self._world: World | None = None
        self._steady = SteadyWalk()  # of `_world`
        self._done = 0  # how many of the Commands are in `_world`
        self._new_snapshot: Snapshot | None = None  # since the last run
        self._newest_tick = 0  # the highest tick whose events were given

    def set_snapshot(self, snapshot: Snapshot) -> None:
        """Take the next run from here; of several snapshots only the last one counts."""
        self._new_snapshot = snapshot

    def run(self) -> Prediction | None:
        """Run up to the last Command; None while nothing of ours is on the board."""
        world, events, predicted, rejected = self._world, [], {}, []
        ticks = len(self.commands) - self._done
        if world:
            events = list(self._run(world, is_fresh=self._new_snapshot is None))
        if self._new_snapshot:
            snapshot, self._new_snapshot = self._new_snapshot, None
            self._world = self._start(snapshot)
            if self._world:
                events = list(self._run(self._world, is_fresh=True))
            if world and self._world:
                predicted = {slot: (player.x, player.y) for slot, player in world.players.items()}
                rejected = self._rejected_bombs(world, self._world, snapshot)
        return Prediction(self._world, ticks, predicted, events, rejected) if self._world else None

    def _start(self, snapshot: Snapshot) -> World | None:
        """The world of the snapshot; the Commands that are in it are forgotten."""
        ack = next((acks for slot, acks in acks_of(snapshot).items() if slot in self.commands.slots), None)
        world = world_of(snapshot, self._announcement.rules, self._announcement.width, self._announcement.height)
        self._done, self._steady = 0, SteadyWalk()
        self._newest_tick = max(self._newest_tick, world.tick)
        if ack is None:
            return None
        self.commands.acknowledge(ack)
        return world

    def _run(self, world: World, is_fresh: bool) -> Iterator[tuple[int, Event]]:
        """Step through the Commands that are not in the world yet; give the events of ticks reached for the first time.

        A world that is about to be replaced is not fresh: it only tells where everybody was predicted to be.
        """
        most = min(AHEAD_MOST, max(STEPS_LEAST, WORK_MOST // (len(world.players) + len(world.bombs))))
        held = {slot: player.keys & HELD_KEYS for slot, player in world.players.items()}
        for keys in self.commands.keys(self._done, most):
            held |= keys
            happened = step(world, held, self._steady.walk)
            if is_fresh and world.tick > self._newest_tick:
                self._newest_tick = world.tick
                own = self.commands.controlled
                certain = (one for one in happened if one.what in EVERYBODYS or (one.what in OWN and one.slot in own))
                yield from ((world.tick, event) for event in certain)
        self._done = min(len(self.commands), most)

    def _rejected_bombs(self, old: World, new: World, snapshot: Snapshot) -> list[int]:
        """The tiles where own bombs lay that are not in the snapshot, and not near there in the new world."""
        return [
            tile_at(old, bomb.x, bomb.y)
            for bomb in old.bombs.values()
            if bomb.owner in self.commands.controlled
            and not (bomb.id in snapshot.bombs and snapshot.bombs[bomb.id][0] == bomb.owner)
            and not _is_there(bomb, new)
        ]


def _is_there(bomb: Bomb, world: World) -> bool:
    """True if a bomb of the same owner is near the place of this one, or has just exploded there."""
    if tile_at(world, bomb.x, bomb.y) in world.flames:
        return True
    others = (other for other in world.bombs.values() if other.owner == bomb.owner)
    return any(abs(other.x - bomb.x) <= TILE and abs(other.y - bomb.y) <= TILE for other in others)
