"""Which fight the camera looks at for somebody who is out."""

from dataclasses import replace

from petard.game.view.fights import AFTER_END, LOOK_EVERY, STAY, FightFinder
from petard.game.view.view import BombView, PlayerView, View

VIEW = View(tick=1000.0, width=60, height=30, tiles=bytes(1800))


def body(slot: int, x: float, y: float, died_at: float = -1.0) -> PlayerView:
    return PlayerView(slot, x, y, alive=died_at < 0, died_at=died_at)


DUEL = (body(1, 40.5, 20.5), body(2, 42.5, 20.5))
LONELY = (body(3, 5.5, 5.5), body(4, 50.5, 3.5))


def at(tick: float, *bodies: PlayerView, bombs: tuple[BombView, ...] = ()) -> View:
    return replace(VIEW, tick=tick, players=bodies, bombs=bombs)


def test_two_who_are_close_are_looked_at_and_not_those_who_are_alone() -> None:
    assert FightFinder().place(at(1000, *LONELY, *DUEL)) in ((40.5, 20.5), (42.5, 20.5))


def test_a_bomb_makes_a_place_interesting() -> None:
    bombs = tuple(BombView(6.5, 5.5, 3, 60.0, 2) for _ in range(3))
    assert FightFinder().place(at(1000, *LONELY, bombs=bombs)) == (5.5, 5.5)


def test_it_stays_with_a_fight_for_a_while_and_leaves_it_for_a_better_one_only() -> None:
    finder = FightFinder()
    first = finder.place(at(1000, *LONELY, *DUEL))
    crowd = tuple(body(slot, 10.5 + slot, 8.5) for slot in range(5, 9))
    assert finder.place(at(1000 + LOOK_EVERY, *LONELY, *DUEL, *crowd)) == first
    later = finder.place(at(1000 + STAY + LOOK_EVERY, *LONELY, *DUEL, *crowd))
    assert later is not None
    assert later[0] < 20
    as_good = (body(10, 30.5, 20.5), body(11, 32.4, 20.5))
    finder, first = FightFinder(), (40.5, 20.5)
    assert finder.place(at(0, *DUEL)) == first
    assert finder.place(at(10 * STAY, *DUEL, *as_good)) == first


def test_who_falls_is_looked_at_a_moment_longer_then_another_fight_begins() -> None:
    finder = FightFinder()
    slot = 1 if finder.place(at(1000, *DUEL)) == (40.5, 20.5) else 2
    dead = tuple(replace(one, alive=False, died_at=1010.0) if one.slot == slot else one for one in DUEL)
    fallen = next(one for one in dead if not one.alive)
    assert finder.place(at(1010 + AFTER_END - 1, *dead, *LONELY)) == (fallen.x, fallen.y)
    assert finder.place(at(1010 + AFTER_END, *dead, *LONELY)) != (fallen.x, fallen.y)


def test_where_nobody_is_left_there_is_nothing_to_look_at() -> None:
    assert FightFinder().place(at(1000)) is None
