"""Words about what just happened: gains, doubles, chains and narrow escapes."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from petard.game.view.feats import CLOSE, CLOSE_EVERY, Decided, Feats, Rising
from petard.game.view.round_ending import RoundEnding
from petard.game.view.view import FlameView, PlayerView, View
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.items import Item
from petard.shared.rules.tie_break import WinReason
from petard.shared.rules.world import Shape
from tests.game.scenes import view_of

ROOM = """
    #########
    #.......#
    #.#.#.#.#
    #.......#
    #########
"""
WIDTH = 9


def tile(x: int, y: int) -> int:
    return y * WIDTH + x


def words(feats: Feats, view: View, *events: tuple[int, Event]) -> list[str]:
    return [cue.text for cue in feats.cues_of(events, view) if isinstance(cue, Rising)]


def blast(tick: int, x: int, y: int, slot: int = 0, reach: int = 3) -> tuple[int, Event]:
    return tick, Event(EventType.BLAST, slot, tile(x, y), reach)


def died(tick: int, slot: int, by: int) -> tuple[int, Event]:
    return tick, Event(EventType.DIED, slot, tile(1, 1), by)


def test_an_item_says_what_it_gives_to_the_player_here_and_to_spectators() -> None:
    taken = (600, Event(EventType.TAKEN, 0, tile(1, 1), Item.FLAME))
    assert words(Feats((0,)), view_of(ROOM), taken) == ["+1 flame"]
    assert words(Feats(()), view_of(ROOM), taken) == ["+1 flame"]
    assert words(Feats((1,)), view_of(ROOM), taken) == []


@pytest.mark.parametrize("item", [*Item, 27])
def test_every_item_has_a_word_also_one_of_a_later_version(item: int) -> None:
    (word,) = words(Feats(()), view_of(ROOM), (600, Event(EventType.TAKEN, 0, tile(1, 1), item)))
    assert word
    assert (word == "new item") == (item == 27)


def test_two_kills_within_a_second_are_a_double_and_three_a_triple() -> None:
    feats = Feats((0,))
    assert words(feats, view_of(ROOM), died(600, 1, 0)) == []
    assert words(feats, view_of(ROOM), died(650, 2, 0)) == ["DOUBLE"]
    assert words(feats, view_of(ROOM), died(700, 3, 0), died(700, 4, 0)) == ["TRIPLE", "KILLS x4"]


def test_slow_kills_own_bombs_and_walls_are_no_double() -> None:
    feats = Feats(())
    assert words(feats, view_of(ROOM), died(500, 1, 0), died(561, 2, 0)) == []
    assert words(feats, view_of(ROOM), died(570, 3, 3), died(571, 4, -1), died(572, 5, -1)) == []


def test_three_bombs_that_light_each_other_are_a_chain_that_counts_on() -> None:
    feats = Feats(())
    chain = [blast(600, 1, 1), blast(601, 3, 1), blast(602, 3, 3), blast(603, 5, 3)]
    found = [cue for cue in feats.cues_of(chain, view_of(ROOM)) if isinstance(cue, Rising)]
    assert [cue.text for cue in found] == ["CHAIN x3", "CHAIN x4"]
    assert len({cue.key for cue in found}) == 1, "the second replaces the first"
    assert (found[1].x, found[1].y) == (5.5, 3.5)


def test_bombs_that_only_explode_at_the_same_time_are_no_chain() -> None:
    assert words(Feats(()), view_of(ROOM), blast(600, 1, 1), blast(600, 3, 1), blast(600, 5, 1)) == []
    out_of_reach = [blast(600, 1, 1, reach=1), blast(601, 3, 1, reach=1), blast(602, 5, 1, reach=1)]
    assert words(Feats(()), view_of(ROOM), *out_of_reach) == []
    not_in_line = [blast(600, 1, 1), blast(601, 3, 3), blast(602, 5, 1)]
    assert words(Feats(()), view_of(ROOM), *not_in_line) == []


def test_chains_are_counted_for_hours_in_little_memory() -> None:
    feats = Feats(())
    last: Sequence[str] = ()
    for tick in range(0, 100_000, 10):
        view = view_of(ROOM, tick=float(tick))
        last = words(feats, view, blast(tick, 1, 1), blast(tick + 1, 3, 1), blast(tick + 2, 5, 1))
    assert last == ["CHAIN x3"]


class Runner:
    """A player who walks along the first row, and the flame of a blast that reaches it."""

    def __init__(self, slot: int = 0, **body: object) -> None:
        self.feats, self.slot, self.body = Feats((slot,)), slot, body

    def at(self, tick: int, x: float, *flames: int, **body: object) -> list[str]:
        player = PlayerView(self.slot, x, 1.5, **{**self.body, **body})  # type: ignore[arg-type]
        burning = tuple(FlameView(column, 1, Shape.LYING, 20.0) for column in flames)
        return words(self.feats, view_of(ROOM, tick=float(tick), players=(player,), flames=burning))

    def runs(self, early: int, start: int = 600, **body: object) -> list[str]:
        """Leave tile 2 for tile 3 so many ticks before 2 burns; return all words."""
        said = self.at(start, 2.9)
        for tick in range(early):
            said += self.at(start + 1 + tick, 3.1 + tick / 100)
        for tick in range(30):
            said += self.at(start + 1 + early + tick, 3.2, 2, **body)
        return said


def test_who_leaves_a_tile_less_than_100_ms_before_it_burns_is_told_so() -> None:
    assert Runner().runs(2) == [CLOSE]
    assert Runner().runs(5) == [CLOSE]
    assert Runner().runs(7) == []


def test_who_dies_all_the_same_or_could_not_be_hurt_has_not_escaped() -> None:
    assert Runner().runs(2, alive=False) == []
    assert Runner(safe=True).runs(2) == []
    assert Runner(shields=1).runs(2) == []


def test_narrow_escapes_are_told_at_most_every_two_seconds() -> None:
    runner = Runner()
    assert runner.runs(2, 600) == [CLOSE]
    for tick in (640, 641):
        runner.at(tick, 3.2)
    assert runner.runs(2, 650) == []
    runner.at(690, 3.2)
    assert runner.runs(2, 700 + CLOSE_EVERY) == [CLOSE]


def over(winner: int = 0) -> tuple[int, Event]:
    return 600, Event(EventType.OVER, winner)


@pytest.mark.parametrize(
    ("ending", "narrow"),
    [
        (RoundEnding(0, WinReason.LAST_STANDING), False),
        (RoundEnding(0, WinReason.NEARER), True),
        (RoundEnding(0, WinReason.HEALTH), True),
        (RoundEnding(0, WinReason.NEARER, time_up=True), False),
        (RoundEnding(-1, WinReason.NOBODY), False),
    ],
)
def test_the_end_of_a_round_is_told_once_and_whether_it_was_a_photo_finish(ending: RoundEnding, narrow: bool) -> None:
    feats, view = Feats(()), view_of(ROOM)
    assert feats.cues_of([over()], view) == [], "how it was decided arrives with the snapshot"
    decided = replace(view, ending=ending)
    assert feats.cues_of([], decided) == [Decided(narrow)]
    assert feats.cues_of([], decided) == []


def test_a_recording_that_is_wound_back_is_told_again() -> None:
    feats, view = Feats(()), replace(view_of(ROOM), ending=RoundEnding(0, WinReason.NEARER))
    assert feats.cues_of([over()], view) == [Decided(True)]
    assert feats.cues_of([], replace(view, tick=100.0, ending=None)) == []
    assert feats.cues_of([over()], view) == [Decided(True)]


def test_who_joins_after_the_end_is_told_nothing() -> None:
    ended = replace(view_of(ROOM), ending=RoundEnding(0, WinReason.NEARER))
    assert Feats(()).cues_of([], ended) == []
