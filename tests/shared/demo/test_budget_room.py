"""The budgets have room for every match that a server can record: the most costly ones that its own limits allow.

A match is recorded for some seconds, and read as if it were a piece of one without end: with hardly anything of BASE,
and with two thirds of its bytes. So the length of a match decides nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from petard.server.room.chat import LINES_MOST, LINES_SECONDS
from petard.server.room.round import RoundRunner
from petard.shared.bots.brain import Brain
from petard.shared.demo.budget import BASE, WorkRate
from petard.shared.demo.reader import read_demo
from petard.shared.demo.recorder import Recorder
from petard.shared.demo.records import Said, Seated
from petard.shared.protocol.messages import Chat
from petard.shared.rules.maps import Board, parse_map
from petard.shared.rules.ruleset import LAST_ONE_STANDING, PRESETS, TICK_RATE, RuleSet
from petard.shared.rules.world import Keys
from tests.shared.demo.matches import record, seats
from tests.shared.demo.readers import READERS, calls_of, read_all

PLAYERS, SIDE = 64, 64
ONCE = 2_000_000  # units for what a match has once: its header, and how it begins
RATES = {
    "round": WorkRate.SKIM,
    "outline": WorkRate.LIST,
    "notes": WorkRate.READ,
    "records": WorkRate.READ,
    "events": WorkRate.READ,
    "watch": WorkRate.PLAY,
    "verify": WorkRate.PLAY,
}
Each = Callable[[Recorder, RoundRunner], object]


class Leaning(Brain):
    """Holds the same keys for ever: they need no byte, and cost as much as keys that change."""

    def think(self, *seen: object) -> int:
        return Keys.RIGHT


def lean(recorder: Recorder, match: RoundRunner) -> None:
    """Let all bots lean on a key from the first tick on."""
    if match.world.tick == 1:
        match.bots.seated.update((slot, Leaning(slot, 2, 1)) for slot in match.world.players)


def stand(recorder: Recorder, match: RoundRunner) -> None:
    match.bots.seated.clear()


class Crowd:
    """64 who stand still, write as much as the chat lets them, and disconnect and rejoin several times a second."""

    def __init__(self) -> None:
        self._seats = list(seats(PLAYERS))
        self._line = 0

    def __call__(self, recorder: Recorder, match: RoundRunner) -> None:
        stand(recorder, match)
        tick = match.world.tick
        while self._line * LINES_SECONDS * TICK_RATE < tick * LINES_MOST * PLAYERS:
            slot = self._line % PLAYERS
            recorder.note(Said(recorder.moment, Chat(slot, f"Bot {slot}", "x" * 200, self._line)))
            self._line += 1
        if tick % 10 == 0:
            seat = self._seats[tick // 10 % PLAYERS]
            self._seats[seat.slot] = replace(seat, away=not seat.away, member=tick % 251)
            recorder.note(Seated(recorder.moment, tuple(self._seats)))


def largest_board() -> Board:
    """As large as a board can be, with places for 64 and bricks everywhere else."""
    rows = ["#" * SIDE]
    for y in range(1, SIDE - 1):
        inner = ("@" if x % 8 == y % 8 == 1 else "#" if not (x % 2 or y % 2) else "." for x in range(1, SIDE - 1))
        rows.append(f"#{''.join(inner)}#")
    return parse_map("\n".join([*rows, rows[0]]), "largest")


def endless(rules: RuleSet) -> RuleSet:
    """The same, but nobody dies, and no wall closes."""
    return replace(rules, health=10_000, health_most=10_000, damage=1, round=3600 * TICK_RATE, hurry=0)


@cache
def match(name: str, ticks: int) -> bytes:
    """The file of one of the most costly matches."""
    rules, course = endless(LAST_ONE_STANDING), endless(PRESETS["classic-course"])
    makers: dict[str, Callable[[], bytes]] = {
        "quiet": lambda: record(PLAYERS, ticks, rules, "battle", each=stand),
        "quiet on the largest board": lambda: record(PLAYERS, ticks, rules, largest_board(), each=stand),
        "leaning on keys": lambda: record(PLAYERS, ticks, rules, "battle", each=lean),
        "leaning on keys on the largest board": lambda: record(PLAYERS, ticks, rules, largest_board(), each=lean),
        "chat and rejoins": lambda: record(PLAYERS, ticks, rules, "battle", each=Crowd()),
        "fight": lambda: record(PLAYERS, ticks, course, "battle"),
        "fight on the largest board": lambda: record(PLAYERS, ticks, rules, largest_board()),
    }
    return makers[name]()


def read_without_base(data: bytes, reader: str) -> None:
    """Read a recording with two thirds of what its bytes allow, and nothing on top; raises DemoError if it is more."""
    demo = read_demo(data)
    demo.size = 2 * len(data) // 3 - (BASE - ONCE) // RATES[reader]
    READERS[reader](demo)


@pytest.mark.parametrize(
    ("name", "ticks"),
    [
        ("quiet", 600),
        ("leaning on keys", 600),
        ("leaning on keys on the largest board", 400),
        ("chat and rejoins", 600),
        ("fight", 300),
        pytest.param("quiet on the largest board", 6000, marks=pytest.mark.long),
        pytest.param("leaning on keys", 6000, marks=pytest.mark.long),
        pytest.param("chat and rejoins", 20_000, marks=pytest.mark.long),
        pytest.param("fight", 6000, marks=pytest.mark.long),
        pytest.param("fight on the largest board", 6000, marks=pytest.mark.long),
    ],
)
def test_the_most_costly_matches_need_less_than_what_their_bytes_allow(name: str, ticks: int) -> None:
    data = match(name, ticks)
    for reader in RATES:
        read_without_base(data, reader)


def test_a_list_decodes_little_of_a_recording() -> None:
    data = match("chat and rejoins", 600)
    listed, all_notes = (calls_of(lambda reader=reader: read_all(data, reader)) for reader in ("info", "notes"))  # type: ignore[misc]
    assert listed < all_notes / 3
