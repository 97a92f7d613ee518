"""What the sessions are made with: players that press written keys, small boards, and clients of any kind."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, count
from random import Random

from petard.game.client.input_timer import INPUT_EVERY
from petard.server.room.inbox import Inbox
from petard.server.room.match_recorder import MatchRecorder, RecordedRoom
from petard.server.room.room import Room
from petard.server.room.round import Feed, RoundRunner
from petard.server.room.settings import RoomSettings
from petard.shared.demo.recorder import Recorder
from petard.shared.demo.records import FORMAT, Began, Header
from petard.shared.framing import LIMIT_SERVER, Decoder, frame
from petard.shared.protocol.codec import encode, message_type_of
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Delta,
    Events,
    Hello,
    Input,
    Keyframe,
    Message,
    Round,
    Seat,
    Setup,
)
from petard.shared.rules.maps import Board, parse_map
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import RULES_VERSION, RuleSet
from petard.shared.rules.world import World
from tests.lan.captured_lan import CapturedLan
from tests.lan.computer import Computer
from tests.lan.lan import SETUP, TICK
from tests.lan.quality import LINES, Quality

STARTED = 1_790_000_000  # seconds since 1970
AFTER_ROUND = 60  # ticks that are kept after the end of a round
KEYS = {"U": 1, "D": 2, "L": 4, "R": 8, "B": 16, "G": 32, ".": 0}


def presses(script: str) -> list[int]:
    """Return the keys of each tick, from words such as `R15` (right for 15 ticks), `RB1` or `.30`.

    >>> presses("R2 RB1 .1")
    [8, 8, 24, 0]
    """
    keys: list[int] = []
    for word in script.split():
        held = word.rstrip("0123456789")
        keys += [sum(KEYS[key] for key in held)] * int(word[len(held) :])
    return keys


def mash(seed: int, ticks: int) -> list[int]:
    """Return random keys, new ones every few ticks."""
    chance = Random(seed)
    keys: list[int] = []
    while len(keys) < ticks:
        keys += [chance.randrange(32)] * chance.randrange(1, 9)
    return keys[:ticks]


def board_of(name: str, *rows: str) -> Board:
    """Make a board from its rows."""
    return parse_map("\n".join(rows), name)


def seed_where(rules: RuleSet, board: Board, slots: Sequence[int], is_so: Callable[[World], bool]) -> int:
    """Return the first seed that makes such a world."""
    return next(seed for seed in count(1) if is_so(new_world(rules, board, slots, seed)))


def play(
    rules: RuleSet,
    board: Board,
    ticks: int,
    hands: Mapping[int, Sequence[int]] | None = None,
    bots: Mapping[int, int] | None = None,
    seed: int = 1,
    gone: Mapping[int, int] | None = None,
    version: int = RULES_VERSION,
) -> bytes:
    """Return the demo of one round, up to a second after its end, or of so many ticks.

    `hands`: the keys of each tick by slot; `bots`: skills by slot; `gone`: the tick in which a slot
    leaves; `version`: that of the rules, as the header says.
    """
    inboxes = {slot: Inbox(1) for slot in hands or {}}
    people = [(inbox, (slot,)) for slot, inbox in inboxes.items()]
    match = RoundRunner(rules, board, people, bots or {}, seed)
    world, feed = match.world, Feed(match.world, 60)
    recorder = Recorder(Header(FORMAT, PROTOCOL, version, BUILD, STARTED, "Attic", board.name, rules.name, 1))
    slots = tuple(world.players)
    announcement = Round(1, board.name, rules, world.width, world.height, slots)
    began = Began(0, 1, seed, rules, board.rows, slots, _seats(slots, bots or {}))
    recorder.begin_round(began, world, announcement, feed.sent)
    for tick in range(ticks):
        for slot, inbox in inboxes.items():
            keys = (hands or {})[slot]
            inbox.enqueue(tick + 1, (keys[tick] if tick < len(keys) else 0,))
        for slot in [slot for slot, when in (gone or {}).items() if when == tick]:
            match.people.retire(inboxes[slot])
        sent = feed.next(world, match.people, match.tick())
        events = chain.from_iterable(message.events for message in sent if isinstance(message, Events))
        recorder.tick(world, match.inputs, feed.sent, events)
        if 0 <= world.over_at < world.tick - AFTER_ROUND:
            break
    recorder.end("That was it.")
    return recorder.data_to_write()


def _seats(slots: Sequence[int], bots: Mapping[int, int]) -> tuple[Seat, ...]:
    return tuple(
        Seat(slot, 0 if slot in bots else slot + 1, f"Player {slot + 1}", slot % 16, slot % 8, True, True, 0, 0)
        for slot in slots
    )


class RecordedLan(CapturedLan):
    """A network whose server is captured and whose matches are recorded: one run gives a capture and demos."""

    def __init__(self, *lines: str | Quality, seed: int = 1, setup: Setup = SETUP, snapshots: int = 60) -> None:
        self.recorder = MatchRecorder(RecordedRoom("Attic"), is_on=True)
        self.recorder.date = STARTED
        self.demos: dict[int, bytes] = {}
        super().__init__(*lines, seed=seed, setup=setup, snapshots=snapshots)

    def new_room(self, settings: RoomSettings, maps: Mapping[str, Board], seed: int) -> Room:
        """Make a room that is recorded."""
        return Room(settings, maps, seed, self.recorder)

    def save(self) -> None:
        """Take the chunks of the demos."""
        for chunk in self.tapped.room.take_demo_chunks():
            self.demos[chunk.number] = self.demos.get(chunk.number, b"") + chunk.data


class RawClient:
    """A client that sends any bytes, and reads only while `is_reading`."""

    def __init__(self, lan: CapturedLan, host: int = 200, quality: Quality = LINES["lan"]) -> None:
        self._lan = lan
        self._station = Computer(lan.street, quality, f"10.0.9.{host}", 1)
        self.line = self._station.dial("", 0, lan.now)
        self.is_reading = True
        self.received = b""
        self.pass_time(0.05)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and read once a tick."""
        for _ in range(max(1, round(seconds / TICK))):
            self._lan.run(TICK)
            if self.is_reading or not self.received:
                self.received += self.line.poll(self._lan.now)

    def watch(self, seconds: float) -> None:
        """Let time pass, and say as often as a client does how many states were received; no keys change."""
        for _ in range(max(1, round(seconds / INPUT_EVERY))):
            self.pass_time(INPUT_EVERY)
            self.send_messages(Input(1, (), self.states))

    @property
    def states(self) -> int:
        """How many Keyframes and Deltas were received."""
        kinds = list(map(message_type_of, Decoder(LIMIT_SERVER).receive_data(self.received)))
        return kinds.count(Keyframe) + kinds.count(Delta)

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self.line.send(data)

    def send_messages(self, *messages: Message) -> None:
        """Send messages in one piece."""
        self.line.send(self.encoded(*messages))

    @staticmethod
    def encoded(*messages: Message) -> bytes:
        """Return the bytes of messages."""
        return b"".join(frame(encode(message)) for message in messages)

    def reset(self) -> None:
        """Reset the connection."""
        assert self.line.wire
        self.line.wire.up.break_off(0, self._lan.now)
        self._lan.run(0.05)
        self.line.close()

    def trickle(self, data: bytes, pause: float = TICK) -> None:
        """Send bytes one by one."""
        for byte in data:
            self.line.send(bytes([byte]))
            self.pass_time(pause)


def hello(name: str, players: int = 1, token: str = "", protocol: int = PROTOCOL) -> Hello:
    """Return a first message."""
    return Hello(protocol, BUILD, name, players, token)
