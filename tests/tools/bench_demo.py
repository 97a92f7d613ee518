"""What recording costs: microseconds a tick beside the bare tick, and bytes a minute, for a match of bots.

Run: python -m tests.tools.bench_demo [players] [seconds of play]
The bots cannot die, so all of them walk and lay bombs from the first second to the last. They think beforehand: what is
timed, in one process and by its CPU time, is the tick of a server (rules and the Delta to everybody) and the recording
of it, tick by tick in turn.
"""

import sys
import zlib
from time import process_time

from petard.server.room.match_recorder import MatchRecorder
from petard.server.room.round import Feed, RoundRunner
from petard.shared.demo.blocks import MAGIC
from petard.shared.framing import HEADER
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Round, Seat, Setup
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import TICK_RATE, RuleSet
from petard.shared.rules.step import step
from tests.tools.bot_rounds import board_of

HARDY = RuleSet(health=10_000, health_most=10_000, damage=1, round=3600 * TICK_RATE, hurry=0)
BOARD = "classic"
SKILL = 2
BUDGET = 1e6 / TICK_RATE  # microseconds of a tick


def played(players: int, seconds: int) -> list[dict[int, int]]:
    """The keys of a match, tick by tick."""
    match = RoundRunner(HARDY, board_of(BOARD), [], dict.fromkeys(range(players), SKILL), seed=1)
    keys = []
    for _ in range(HARDY.countdown + seconds * TICK_RATE):
        match.tick()
        keys.append(match.inputs)
    return keys[HARDY.countdown :]


def measure(players: int, keys: list[dict[int, int]]) -> tuple[float, float, bytes]:
    """Microseconds of a bare tick and of recording it, and the demo."""
    world = new_world(HARDY, board_of(BOARD), list(range(players)), seed=1)
    for _ in range(HARDY.countdown):
        step(world, {})
    feed, tape, seats = Feed(world, 60), MatchRecorder("Bench", is_on=True), seats_of(players)
    setup = Setup(BOARD, "last-one-standing", 1, players, SKILL)
    tape.begin(setup)
    board = Round(1, BOARD, HARDY, world.width, world.height, tuple(world.players))
    tape.begin_round(board, 1, board_of(BOARD), world, feed.sent, seats)
    bare = recorded = 0.0
    data = bytearray()
    for inputs in keys:
        start = process_time()
        messages = feed.next(world, {}, step(world, inputs))
        for message in messages:
            encode(message)
        middle = process_time()
        tape.tick(world, inputs, feed.sent, messages, seats)
        pages = tape.take(setup, 0, ())
        recorded += process_time() - middle
        bare += middle - start
        data += b"".join(page.data for page in pages)
    return 1e6 * bare / len(keys), 1e6 * recorded / len(keys), bytes(data)


def seats_of(players: int) -> list[Seat]:
    """A seat for each."""
    return [Seat(slot, 0, f"Bot {slot}", slot % 16, slot % 8, True, True, 0, 0) for slot in range(players)]


def parts(data: bytes) -> dict[str, int]:
    """How many bytes of a demo are for running it again, and how many for watching."""
    sizes, at = {"P": 0, "W": 0}, len(MAGIC)
    while at < len(data):
        size = HEADER + int.from_bytes(data[at : at + HEADER], "big")
        sizes[chr(data[at + HEADER]).upper()] += size
        at += size
    return sizes


def report(players: int, seconds: int) -> str:
    """One table."""
    keys = played(players, seconds)
    bare, recorded, data = measure(players, keys)
    sizes, minutes = parts(data), len(keys) / TICK_RATE / 60
    python, deflate = sys.version.split()[0], zlib.ZLIB_RUNTIME_VERSION
    lines = [
        f"{players} players on {BOARD}, {seconds} s, Python {python}, zlib {deflate}",
        f"bare tick     {bare:7.1f} us {100 * bare / BUDGET:5.2f} % of 16.7 ms",
        f"recording it  {recorded:7.1f} us {100 * recorded / BUDGET:5.2f} % of 16.7 ms, {recorded / bare:.2f} of it",
    ]
    for name, size in (("to run again", sizes["P"]), ("to watch", sizes["W"]), ("together", len(data))):
        lines.append(f"{name:<14}{size / minutes / 1000:7.2f} kB a minute")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    players, seconds = [*map(int, sys.argv[1:]), *(8, 60)[len(sys.argv) - 1 :]]
    sys.stdout.write(report(players, seconds))
