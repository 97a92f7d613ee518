"""The budgets have room for every match that a server can record: the most costly ones that its own limits allow.

What each reader needs is measured for the first group of a match, and for all of it. The first must fit in BASE, the
difference in two thirds of what its bytes allow, and ONCE. So the length of a match decides nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import ClassVar

import pytest

from petard.server.room.chat import LINES_MOST, LINES_SECONDS
from petard.server.room.round import RoundRunner
from petard.shared.bots.brain import Brain
from petard.shared.demo.blocks import MAGIC
from petard.shared.demo.budget import BASE, Budget, WorkRate
from petard.shared.demo.reader import read_demo
from petard.shared.demo.recorder import Recorder
from petard.shared.demo.records import GROUP, Said, Seated
from petard.shared.protocol.messages import Chat
from petard.shared.rules.maps import Board, parse_map
from petard.shared.rules.ruleset import LAST_ONE_STANDING, PRESETS, TICK_RATE, RuleSet
from petard.shared.rules.world import Keys
from tests.shared.demo.matches import record, seats
from tests.shared.demo.readers import READERS, calls_of, read_all

PLAYERS, SIDE = 64, 64
CALLERS = ("round", "outline", "notes", "records", "events", "watch", "verify")  # of READERS
ONCE = 1_000_000  # units for the seats at the end, which are read once
AT_ONCE = 3000  # lines of chat before the first tick, as of a long pause: more than a recorder writes
LINES = ("x" * 200, "\u041f\u0440\u0438\u0432\u0435\u0442, \u043a\u0430\u043a \u0434\u0435\u043b\u0430? " * 10)
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

    def __init__(self, text: str) -> None:
        self._text = text
        self._seats = list(seats(PLAYERS))
        self._line = 0

    def __call__(self, recorder: Recorder, match: RoundRunner) -> None:
        stand(recorder, match)
        tick = match.world.tick
        for _ in range(AT_ONCE * (tick == 1)):
            recorder.note(Said(recorder.moment, Chat(0, "Bot 0", self._text, 1)))
        while self._line * LINES_SECONDS * TICK_RATE < tick * LINES_MOST * PLAYERS:
            slot = self._line % PLAYERS
            recorder.note(Said(recorder.moment, Chat(slot, f"Bot {slot}", self._text, self._line)))
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
        "chat and rejoins": lambda: record(PLAYERS, ticks, rules, "battle", each=Crowd(LINES[0])),
        "chat in Russian": lambda: record(PLAYERS, ticks, rules, "battle", each=Crowd(LINES[1][:200].strip())),
        "chat of spectators": lambda: record(1, ticks, rules, "small", each=Crowd(LINES[0])),
        "alone on a course": lambda: record(1, ticks, course, "battle"),
        "fight": lambda: record(PLAYERS, ticks, course, "battle"),
        "fight on the largest board": lambda: record(PLAYERS, ticks, rules, largest_board()),
    }
    return makers[name]()


class Counted(Budget):
    """A Budget that never ends; `need`: the units that were spent but not allowed."""

    made: ClassVar[list["Counted"]] = []

    def __init__(self, size: int, rate: WorkRate) -> None:
        super().__init__(size, rate)
        self.rate, self.need = rate, 0
        self.made.append(self)

    def allow(self, units: int) -> None:
        self.need -= units

    def spend(self, units: int) -> None:
        self.used += units
        self.need += units


def needs(data: bytes, reader: str) -> list[Counted]:
    """What each pass of a reader needs."""
    Counted.made.clear()
    READERS[reader](read_demo(data))
    return list(Counted.made)


def before(data: bytes, moment: int) -> bytes:
    """The file as it is before a moment."""
    at = len(MAGIC)
    while at < len(data) and int.from_bytes(data[at + 5 : at + 9], "big") < moment:
        at += 4 + int.from_bytes(data[at : at + 4], "big")
    return data[:at]


@pytest.mark.parametrize(
    ("name", "ticks"),
    [
        ("quiet", 900),
        ("leaning on keys", 900),
        ("chat and rejoins", 900),
        pytest.param("chat in Russian", 900, marks=pytest.mark.long),
        ("chat of spectators", 900),
        ("alone on a course", 900),
        pytest.param("quiet", 6000, marks=pytest.mark.long),
        pytest.param("quiet on the largest board", 6000, marks=pytest.mark.long),
        pytest.param("leaning on keys", 6000, marks=pytest.mark.long),
        pytest.param("leaning on keys on the largest board", 900, marks=pytest.mark.long),
        pytest.param("chat and rejoins", 20_000, marks=pytest.mark.long),
        pytest.param("chat of spectators", 20_000, marks=pytest.mark.long),
        pytest.param("alone on a course", 6000, marks=pytest.mark.long),
        pytest.param("fight", 6000, marks=pytest.mark.long),
        pytest.param("fight on the largest board", 6000, marks=pytest.mark.long),
    ],
)
def test_the_most_costly_matches_need_less_than_what_their_bytes_allow(
    name: str, ticks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("reader", "rerun"):
        monkeypatch.setattr(f"petard.shared.demo.{module}.Budget", Counted)
    whole = match(name, ticks)
    start = before(whole, GROUP)
    size = len(whole) - len(start)
    for reader in CALLERS:
        for first, both in zip(needs(start, reader), needs(whole, reader), strict=True):
            more = both.need - first.need
            assert more - ONCE <= 2 * both.rate * size // 3, (reader, both.rate.name, more / size)
            assert first.need <= BASE, (reader, both.rate.name)


def test_a_list_decodes_little_of_a_recording() -> None:
    data = match("chat and rejoins", 600)
    listed, all_notes = (calls_of(lambda reader=reader: read_all(data, reader)) for reader in ("outline", "notes"))  # type: ignore[misc]
    assert listed < all_notes / 3
