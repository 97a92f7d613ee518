"""How to play shows what its words say, and the rules themselves run it."""

import pytest

from petard.game.view.lessons import LESSONS, PAGES, Lesson, LessonRun, words_of
from petard.game.view.view import View
from petard.shared.rules.floors import Floor
from petard.shared.rules.world import Tile

ALL = [one for page in PAGES for one in page]


def views(lesson: Lesson, length: int = 0) -> list[View]:
    run = LessonRun(lesson)
    return [run.view(tick) for tick in range(1, (length or lesson.length) + 1)]


def lesson(title: str) -> list[View]:
    return views(next(one for one in ALL if one.title == title))


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.title)
def test_the_player_of_each_lesson_lives_and_moves(one: Lesson) -> None:
    shown = views(one)
    assert all(view.players[0].alive for view in shown)
    assert len({(view.players[0].x, view.players[0].y) for view in shown}) > 10


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.title)
def test_each_lesson_begins_again_when_it_is_over(one: Lesson) -> None:
    twice = views(one, 2 * one.length)
    assert twice[: one.length] == twice[one.length :]


@pytest.mark.parametrize("one", LESSONS, ids=lambda one: one.title)
def test_a_picture_that_comes_late_shows_a_lesson_all_the_same(one: Lesson) -> None:
    run = LessonRun(one)
    run.view(1)
    assert run.view(100_000).players[0].alive
    assert run.view(100_000) == run.view(100_000)


def test_walking_leads_round_and_back() -> None:
    shown = lesson("Walk")
    assert (round(shown[-1].players[0].x, 1), round(shown[-1].players[0].y, 1)) == (1.5, 1.5)
    assert {(int(view.players[0].x), int(view.players[0].y)) for view in shown} >= {(5, 1), (5, 3), (1, 3)}


def test_a_bomb_breaks_a_brick_and_uncovers_an_item() -> None:
    shown = lesson("Bomb, then step aside")
    assert any(view.bombs for view in shown)
    assert any(view.flames for view in shown)
    assert not any(view.items for view in shown[:150])
    assert shown[-1].items


def test_items_are_taken() -> None:
    shown = lesson("Take what lies there")
    assert (len(shown[0].items), len(shown[-1].items)) == (2, 0)
    assert (shown[-1].players[0].bombs, shown[-1].players[0].range) == (2, 3)


def test_a_kicked_bomb_rolls_away() -> None:
    shown = lesson("Kick with the boot")
    places = {round(bomb.x, 1) for view in shown for bomb in view.bombs}
    assert min(places) == 2.5
    assert max(places) == 5.5


def test_the_other_is_caught_in_a_dead_end() -> None:
    shown = lesson("Catch the others")
    assert shown[0].players[1].alive
    assert not shown[-1].players[1].alive


def test_walls_close_after_their_shadows() -> None:
    shown = lesson("Walls close in")
    assert shown[-1].tiles.count(Tile.WALL) > shown[0].tiles.count(Tile.WALL) + 4
    assert any(view.shadows for view in shown[:60])


def test_the_words_name_the_keys_of_this_person() -> None:
    said = [words_of(one, {"walk": "arrows", "bomb": "Space"}) for one in LESSONS]
    assert "arrows" in said[0]
    assert "Space" in said[1]
    assert not any("{" in words for words in said)


def test_who_is_out_rides_and_throws() -> None:
    shown = lesson("Out? You ride")
    carts = [view.players[0].cart for view in shown]
    assert len({cart.x for cart in carts if cart}) > 10
    assert any(bomb.lands for view in shown for bomb in view.bombs)
    assert any(view.flames for view in shown)


def test_a_flame_takes_hearts_and_fruit_gives_some() -> None:
    health = [view.players[0].health for view in lesson("Hearts, in some rules")]
    assert (health[0], min(health)) == (30, 20)
    assert health[-1] > 20


@pytest.mark.parametrize(
    ("title", "places"), [("Belts", {(1, 1), (4, 1), (5, 1), (5, 3)}), ("Teleports", {(1, 1), (1, 3), (5, 3)})]
)
def test_floors_carry_and_lead_on(title: str, places: set[tuple[int, int]]) -> None:
    assert {(int(view.players[0].x), int(view.players[0].y)) for view in lesson(title)} >= places


def test_a_door_lets_the_player_in_and_not_back() -> None:
    shown = lesson("One-way doors")
    tiles = [(int(view.players[0].x), int(view.players[0].y)) for view in shown]
    first = tiles.index((3, 1))
    assert (2, 1) in tiles[:first]
    assert (2, 1) not in tiles[first:]
    assert tiles[-1] == (1, 3)


def test_a_bomb_sets_off_another_at_once() -> None:
    shown = [len(view.bombs) for view in lesson("Chains")]
    assert {1, 2, 0} == set(shown)
    assert shown[shown.index(2) :].count(1) <= 1, "without a chain it would go off half a second later"
    assert all(view.players[0].alive for view in lesson("Chains"))


def test_an_arrow_turns_a_bomb_and_a_pit_swallows_one() -> None:
    assert max(bomb.y for view in lesson("Arrows") for bomb in view.bombs) > 3
    shown = lesson("Pits")
    assert any(view.bombs for view in shown)
    assert not any(view.flames for view in shown)


def test_who_walks_on_to_ice_slides_to_its_end_without_a_key() -> None:
    shown = lesson("Ice")
    assert max(view.players[0].x for view in shown[:60]) > 5
    assert (round(shown[-1].players[0].x, 1), round(shown[-1].players[0].y, 1)) == (1.5, 1.5)


def test_a_flame_at_a_switch_opens_the_gate_that_was_shut() -> None:
    shown = lesson("Switches")
    gate = 2 * 7 + 5
    opened = next(place for place, view in enumerate(shown) if view.floors[gate] == Floor.GATE_OPEN)
    assert shown[opened].flames
    assert (int(shown[-1].players[0].x), int(shown[-1].players[0].y)) == (5, 1), "the player has gone through it"
