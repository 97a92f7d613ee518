"""The round run ahead of the server with the same `step`, so that a key is seen in the picture after it was pressed.

Rule 1: it starts from what the server told and runs every Command again that is not in there yet. So it is right as
        soon as the server is heard, whatever was guessed before.
Rule 2: the others are guessed to hold the keys that they were told to hold, and chance is not guessed at all: what the
        dead scatter comes from the server.
Rule 3: whoever has pressed no key for long is steered by a bot, and is one of the others until the first other key:
        from that Command on the server heeds the keys again, and so does this.
Rule 4: each tick number gives its events once, when it is reached for the first time.
Rule 5: nothing runs before somebody looks, so a burst of snapshots costs no more than one.

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
from petard.shared.rules.step import step
from petard.shared.rules.world import Bomb, Keys, World, is_safe, tile_at

AHEAD_MOST = 60  # ticks; who is farther away than a second sees their own keys late
STEPS_LEAST, WORK_MOST = 6, 1600  # ticks, and ticks x (players and bombs), in one look: some 10 ms
UNSAID_MOST = 600  # Commands that are kept for an answer: 10 s
HELD = Keys.UP | Keys.DOWN | Keys.LEFT | Keys.RIGHT | Keys.BOMB
# What is told ahead of the server: not what would be too bad to take back, and not what the others do.
EVERYBODYS = frozenset(
    {EventType.BLAST, EventType.BRICK, EventType.BURNT, EventType.CLOSED, EventType.HURRY, EventType.GO}
)
OWN = frozenset({EventType.DROPPED, EventType.KICKED, EventType.TAKEN})

Place = tuple[int, int]  # sub-units


@dataclass(frozen=True, slots=True)
class Ahead:
    """The round at the tick of the last Command, and what it took to get there since the last look."""

    world: World
    ticks: int  # passed since the last look
    guessed: dict[int, Place]  # where everybody was thought to be now, before the server was heard; empty if it was not
    events: list[tuple[int, Event]]
    refused: list[int]  # tiles of own bombs that the server does not know of


class Predictor:
    """Runs one round ahead for the players at this machine."""

    def __init__(self, board: Round) -> None:
        self._board = replace(board, rules=replace(board.rules, scatter=0))
        self.slots: tuple[int, ...] = ()  # those that are steered here
        self.steered: tuple[int, ...] = ()  # of these, whose keys no bot has
        self._idle: frozenset[int] = frozenset()  # and whose keys one has, as far as was told
        self._before: tuple[int, ...] = ()  # the keys of the last Command that the server has used
        self._unsaid: deque[tuple[int, tuple[int, ...]]] = deque(maxlen=UNSAID_MOST)  # Commands not in `_world`'s start
        self._world: World | None = None
        self._done = 0  # how many of `_unsaid` are in `_world`
        self._heard: Snapshot | None = None  # told since the last look
        self._newest = 0  # the highest tick whose events were given

    def press(
        self, seq: int, keys: tuple[int, ...], slots: tuple[int, ...], idle: frozenset[int] = frozenset()
    ) -> None:
        """Note a Command that was sent; `slots` are those that it steers, `idle` those of them that a bot steers."""
        self.slots, self._idle = slots, idle
        self._unsaid.append((seq, keys))

    def hear(self, snapshot: Snapshot) -> None:
        """Note what the server told; of several only the last one counts."""
        self._heard = snapshot

    def look(self) -> Ahead | None:
        """Run up to the last Command; None while there is nothing of ours on the board to run ahead with."""
        world, events, guessed, refused = self._world, [], {}, []
        unsaid = len(self._unsaid) - self._done
        if world:
            events = list(self._run(world, is_fresh=self._heard is None))
        if self._heard:
            snapshot, self._heard = self._heard, None
            self._world = self._start(snapshot)
            if self._world:
                events = list(self._run(self._world, is_fresh=True))
            if world and self._world:
                guessed = {slot: (player.x, player.y) for slot, player in world.players.items()}
                refused = self._refused(world, self._world, snapshot)
        return Ahead(self._world, unsaid, guessed, events, refused) if self._world else None

    def _start(self, snapshot: Snapshot) -> World | None:
        """The world that the server told, with the Commands that are in it forgotten."""
        ack = next((acks for slot, acks in acks_of(snapshot).items() if slot in self.slots), None)
        world = world_of(snapshot, self._board.rules, self._board.width, self._board.height)
        self._done = 0
        self._newest = max(self._newest, world.tick)
        if ack is None or not is_safe(world):
            return None
        if self._unsaid and ack > self._unsaid[-1][0]:
            return world  # it is of an earlier line of ours, on which we counted farther
        while self._unsaid and self._unsaid[0][0] <= ack:
            self._before = self._unsaid.popleft()[1]
        return world

    def _run(self, world: World, is_fresh: bool) -> Iterator[tuple[int, Event]]:
        """Step through the Commands that are not in the world yet; give the events of ticks reached for the first time.

        A world that is about to be replaced is not fresh: it only tells where everybody would have been.
        """
        most = min(AHEAD_MOST, max(STEPS_LEAST, WORK_MOST // (len(world.players) + len(world.bombs))))
        asleep = self._asleep()
        for place, (_, keys) in enumerate(islice(self._unsaid, self._done, most), self._done):
            inputs = {slot: player.keys & HELD for slot, player in world.players.items()}
            steered = zip(self.slots, keys, strict=False)
            inputs.update((slot, held) for slot, held in steered if place >= asleep.get(slot, 0))
            happened = step(world, inputs)
            if is_fresh and world.tick > self._newest:
                self._newest = world.tick
                yield from ((world.tick, event) for event in happened if self._is_sure(event))
        self._done = min(len(self._unsaid), most)

    def _asleep(self) -> dict[int, int]:
        """How many of `_unsaid` do not steer, of those whose keys a bot has: all up to the first other key."""
        asleep = dict.fromkeys(self._idle, UNSAID_MOST)
        before = self._before
        for place, (_, keys) in enumerate(self._unsaid if asleep else ()):
            if keys != before:
                for slot, old, new in zip(self.slots, before, keys, strict=False):
                    if old != new and slot in asleep:
                        asleep[slot] = min(asleep[slot], place)
            before = keys
        self.steered = tuple([slot for slot in self.slots if asleep.get(slot, 0) < UNSAID_MOST])
        return asleep

    def _is_sure(self, event: Event) -> bool:
        return event.what in EVERYBODYS or (event.what in OWN and event.slot in self.steered)

    def _refused(self, old: World, new: World, told: Snapshot) -> list[int]:
        """The tiles where own bombs lay that nobody has told of, and that are not near there any more."""
        known = {key: row[0] for key, row in told.tables[2].items()}
        return [
            tile_at(old, bomb.x, bomb.y)
            for bomb in old.bombs.values()
            if bomb.owner in self.steered and known.get(bomb.id) != bomb.owner and not _is_there(bomb, new)
        ]


def _is_there(bomb: Bomb, world: World) -> bool:
    """True if somebody's bomb like this one is near its place, or has just gone off there."""
    if tile_at(world, bomb.x, bomb.y) in world.flames:
        return True
    others = (other for other in world.bombs.values() if other.owner == bomb.owner)
    return any(abs(other.x - bomb.x) <= TILE and abs(other.y - bomb.y) <= TILE for other in others)
