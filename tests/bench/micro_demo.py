"""What recordings cost, for eight bots who never die, so all of them walk and drop bombs all the time.

They think beforehand: what is timed is the tick of a server (rules and the changes for everybody) and the recording of
it, in turn; then to run it again, to verify it, and to go anywhere in it.
"""

from functools import cache

from petard.game.view.demo_contents import DemoMoments
from petard.server.room.match_recorder import MatchRecorder, RecordedRoom
from petard.server.room.round import Feed, RoundPeople, RoundRunner
from petard.shared.demo.blocks import MAGIC
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import GROUP
from petard.shared.demo.rerun import Rerun
from petard.shared.demo.verify import verify
from petard.shared.framing import HEADER
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Round, Seat, Setup
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import TICK_RATE, RuleSet
from petard.shared.rules.step import step
from tests.bench.model import Effort, Figure, Probe, Run, Source, Values, times
from tests.bench.timing import Act, call_probe, clock
from tests.shared.demo.matches import record
from tests.tools.bot_rounds import board_of

HARDY = RuleSet(health=10_000, health_most=10_000, damage=1, round=3600 * TICK_RATE, hurry=0)
BOARD, PLAYERS, SKILL = "classic", 8, 2
SECONDS = {Effort.QUICK: 10, Effort.USUAL: 60, Effort.LONG: 60}
LONG, PIECE = 6 * GROUP, 300  # ticks of the recording that is read, and of the piece that is run again


@cache
def played(seconds: int) -> list[dict[int, int]]:
    """The keys of a match, tick by tick."""
    match = RoundRunner(HARDY, board_of(BOARD), [], dict.fromkeys(range(PLAYERS), SKILL), seed=1)
    keys = []
    for _ in range(HARDY.countdown + seconds * TICK_RATE):
        match.tick()
        keys.append(match.inputs)
    return keys[HARDY.countdown :]


def recording(keys: list[dict[int, int]]) -> tuple[float, float, bytes]:
    """Microseconds of a bare tick and of recording it, and the file."""
    world = new_world(HARDY, board_of(BOARD), list(range(PLAYERS)), seed=1)
    for _ in range(HARDY.countdown):
        step(world, {})
    nobody = RoundPeople(())
    feed, tape = Feed(world, TICK_RATE), MatchRecorder(RecordedRoom("Bench"), is_on=True)
    seats = [Seat(slot, 0, f"Bot {slot}", slot % 16, slot % 8, True, True, 0, 0) for slot in range(PLAYERS)]
    setup = Setup(BOARD, "last-one-standing", 1, PLAYERS, SKILL)
    tape.begin(setup)
    board = Round(1, BOARD, HARDY, world.width, world.height, tuple(world.players))
    tape.begin_round(board, 1, board_of(BOARD), world, feed.sent, seats)
    bare, recorded, data = 0.0, 0.0, bytearray()
    for inputs in keys:
        start = clock()
        messages = feed.next(world, nobody, step(world, inputs))
        for message in messages:
            encode(message)
        middle = clock()
        tape.tick(world, inputs, feed.sent, messages, seats)
        pages = tape.take(setup, 0, ())
        recorded += clock() - middle
        bare += middle - start
        data += b"".join(page.data for page in pages)
    return 1e6 * bare / len(keys), 1e6 * recorded / len(keys), bytes(data)


def parts(data: bytes) -> dict[str, int]:
    """How many bytes of a recording are for running it again, and how many for watching."""
    sizes, at = {"P": 0, "W": 0}, len(MAGIC)
    while at < len(data):
        size = HEADER + int.from_bytes(data[at : at + HEADER], "big")
        sizes[chr(data[at + HEADER]).upper()] += size
        at += size
    return sizes


def start_recording(effort: Effort) -> Run:
    keys = played(SECONDS[effort])

    def run() -> Values:
        bare, recorded, data = recording(keys)
        sizes, minutes = parts(data), len(keys) / TICK_RATE / 60
        return {
            "value": recorded,
            "bare": bare,
            "play": sizes["P"] / minutes / 1000,
            "watch": sizes["W"] / minutes / 1000,
        }

    return run


@cache
def demo() -> Demo:
    """A match that can be read."""
    return read_demo(record(PLAYERS, LONG, HARDY))


def running_again() -> Act:
    def act() -> None:
        run = Rerun(demo(), 0)
        for _ in range(PIECE):
            run.step()

    return act


def seeking() -> Act:
    """To the ticks that are farthest from a whole world."""
    places = range(GROUP - 1, LONG, GROUP)
    return lambda: [Rerun(demo(), place) for place in places]


def watching() -> Act:
    """To the tick that is farthest from a keyframe."""
    place = demo().watch_starts[1] - 1
    return lambda: DemoMoments(demo()).at(place)


TABLE = "recordings"
RECORD = Source("demo.record")
PROBES: tuple[Probe, ...] = (
    Probe("demo.record", TABLE, start_recording, 5),
    call_probe("demo.rerun", TABLE, running_again, PIECE),
    call_probe("demo.verify", TABLE, lambda: lambda: verify(demo(), 0, PIECE), PIECE),
    call_probe("demo.seek", TABLE, seeking, 1000 * LONG // GROUP),
    call_probe("demo.watch", TABLE, watching, 1000),
)
FIGURES = (
    Figure(
        "demo.record",
        "to record a tick; reference: the tick",
        "µs",
        TABLE,
        RECORD,
        Source("demo.record", "bare"),
        times(1.0),
    ),
    Figure("demo.play-size", "of a recording: to run it again", "kB a minute", TABLE, Source("demo.record", "play")),
    Figure("demo.watch-size", "of a recording: to watch it", "kB a minute", TABLE, Source("demo.record", "watch")),
    Figure("demo.rerun", "to run a tick again", "µs", TABLE, Source("demo.rerun")),
    Figure(
        "demo.verify",
        "to verify a tick; reference: to run it again",
        "µs",
        TABLE,
        Source("demo.verify"),
        Source("demo.rerun"),
    ),
    Figure(
        "demo.seek",
        "to go to a tick",
        "ms",
        TABLE,
        Source("demo.seek"),
    ),
    Figure("demo.watch", "to show the tick that is farthest from a keyframe", "ms", TABLE, Source("demo.watch")),
)
