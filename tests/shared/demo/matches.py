"""Matches to be recorded: bots on a map, a Feed that tells of them, and the Recorder beside it."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, count

from petard.server.room.round import Feed, RoundRunner
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.recorder import Recorder
from petard.shared.demo.records import FORMAT, Began, Header
from petard.shared.protocol.messages import BUILD, PROTOCOL, Events, Round, Seat
from petard.shared.rules.events import EventType
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import LAST_ONE_STANDING, PRESETS, RULES_VERSION, TICK_RATE, RuleSet
from tests.ends import boards
from tests.made_once import made_once

HEADER = Header(FORMAT, PROTOCOL, RULES_VERSION, BUILD, 1_790_000_000, "Attic", "classic", "last-one-standing", 1)

# A duel with walls after five seconds: it is over within 23 seconds, and most times somebody dies well before.
SHORT = replace(PRESETS["duel"], round=20 * TICK_RATE, hurry=15 * TICK_RATE, closing=14 * TICK_RATE)


def seats(players: int) -> tuple[Seat, ...]:
    """Bots on all seats."""
    return tuple(Seat(slot, 0, f"Bot {slot}", slot % 16, slot % 8, True, True, 0, 0) for slot in range(players))


def record(
    players: int = 4,
    ticks: int = 1200,
    rules: RuleSet = LAST_ONE_STANDING,
    board: str | Board = "classic",
    rounds: int = 1,
    seed: int = 1,
    each: Callable[[Recorder, RoundRunner], object] | None = None,
    least: int = 0,
    anew: bool = False,
) -> bytes:
    """The file of a match of so many rounds, each of so many ticks at most. `each` is called after every tick.

    `least`: more rounds follow until so many ticks are recorded. `anew`: play it even if it was played before, since a
    test has changed the rules.
    """
    board = boards()[board] if isinstance(board, str) else board
    if each or anew:
        return _record(players, ticks, rules, board, rounds, seed, each or _nothing, least)
    name = repr((players, ticks, rules, board, rounds, seed, least))
    return made_once(name, lambda: _record(players, ticks, rules, board, rounds, seed, _nothing, least))


def _nothing(recorder: Recorder, match: RoundRunner) -> None:
    """Is called after every tick where a test has nothing to do."""


def _record(
    players: int,
    ticks: int,
    rules: RuleSet,
    board: Board,
    rounds: int,
    seed: int,
    each: Callable[[Recorder, RoundRunner], object],
    least: int,
) -> bytes:
    recorder = Recorder(HEADER)
    for number in count(1):
        if number > rounds and recorder.moment >= least:
            break
        match = RoundRunner(rules, board, [], dict.fromkeys(range(players), 2), seed + number)
        world, feed = match.world, Feed(match.world, 60)
        announcement = Round(number, board.name, rules, world.width, world.height, tuple(world.players))
        began = Began(recorder.moment, number, seed + number, rules, board.rows, tuple(world.players), seats(players))
        recorder.begin_round(began, world, announcement, feed.sent)
        for _ in range(ticks):
            sent = feed.next(world, match.people, match.tick())
            events = chain.from_iterable(message.events for message in sent if isinstance(message, Events))
            recorder.tick(world, match.inputs, feed.sent, events)
            each(recorder, match)
            if 0 <= world.over_at < world.tick - 60:
                break
    recorder.end("The match is over.")
    return recorder.data_to_write()


def recorded(players: int = 4, ticks: int = 1200, seed: int = 1) -> Demo:
    """A demo of a match, read back."""
    return read_demo(record(players, ticks, seed=seed))


def record_where(
    fits: Callable[[Demo], bool],
    ticks: int = SHORT.countdown + SHORT.round + 100,
    rounds: int = 1,
    seed: int = 1,
    each: Callable[[Recorder, RoundRunner], object] | None = None,
) -> bytes:
    """The file of a short match of four bots in which happens what a test needs: that of the first seed that fits.

    Bots that play differently after a change only cost another try.
    """
    for tried in range(seed, seed + 40):
        data = record(4, ticks, SHORT, "small", rounds, tried, each)
        if fits(read_demo(data)):
            return data
    raise AssertionError("no match has what this test needs: do bots still kill each other before the last wall?")


def deaths(demo: Demo) -> list[tuple[int, int]]:
    """The moment and the slot of each death, in their order."""
    found = [entry for _, happened in demo.event_blocks() for entry in happened]
    return [(moment, event.slot) for moment, event in found if event.what == EventType.DIED]
