"""How a player died, and which tile was theirs to take: from Views that were shown, and nothing else."""

import pytest

from petard.game.view.cues import PlayerDied
from petard.game.view.last_life import LENGTH, VIEWS_MOST, LastLife, LifeRecorder, safe_tile
from petard.game.view.view import BombView, FlameView, PlayerView, View
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
BLAST = 400  # the tick of the blast
LAID = BLAST - 150


def tile(x: int, y: int) -> int:
    return y * WIDTH + x


def at(tick: int, x: float, bombs: tuple[BombView, ...], alive: bool = True, **rest: object) -> View:
    return view_of(ROOM, tick=float(tick), players=(PlayerView(0, x, 1.5, alive=alive),), bombs=bombs, **rest)


def life(died: PlayerDied, died_at: int = BLAST, start: int = LAID - 20, rolls: bool = False) -> LastLife:
    """Slot 0 stands at (3, 1); the bomb of slot 1 is laid, or rolls, to (5, 1), and burns from BLAST on."""
    recorder = LifeRecorder()
    for tick in range(start, died_at + 1):
        x = max(5.5, 6.5 - (tick - LAID) / 20) if rolls else 5.5
        bombs = (BombView(x, 1.5, 1, float(BLAST - tick), 3),) if LAID <= tick < BLAST else ()
        flames = tuple(FlameView(x, 1, Shape.LYING, 20.0) for x in range(1, 8)) if tick >= BLAST else ()
        recorder.add(at(tick, 3.5, bombs, tick < died_at, flames=flames))
    found = recorder.last_life(died)
    assert found
    return found


def test_the_last_two_seconds_are_shown_and_end_with_the_death() -> None:
    last = life(PlayerDied(0, 1, 3.5, 1.5))
    assert last.views[0].tick == BLAST - LENGTH
    assert not last.views[-1].players[0].alive
    assert [last.view(ticks).tick for ticks in (0, 60.4, 5000)] == [BLAST - 120, BLAST - 59, BLAST]


@pytest.mark.parametrize("died_at", [BLAST, BLAST + 20])
@pytest.mark.parametrize("rolls", [False, True])
def test_the_tile_is_the_nearest_safe_one_when_the_bomb_was_laid(died_at: int, rolls: bool) -> None:
    last = life(PlayerDied(0, 1, 3.5, 1.5), died_at, rolls=rolls)
    assert last.safe == tile(3, 2)
    assert not last.stood


def test_of_two_bombs_the_one_of_the_killer_counts() -> None:
    recorder = LifeRecorder()
    early, late = BombView(5.5, 1.5, 1, 0.0, 3), BombView(1.5, 1.5, 2, 0.0, 3)
    for tick in range(200, 301):
        bombs = (early, late) if 296 <= tick < 300 else (early,) if 210 <= tick < 300 else ()
        body_x = 3.5 if tick > 280 else 4.5  # between two pillars at first
        left = 300.0 - tick
        recorder.add(at(tick, body_x, tuple(BombView(b.x, b.y, b.owner, left, 3) for b in bombs), tick < 300))
    safe = {by: recorder.last_life(PlayerDied(0, by, 3.5, 1.5)) for by in (1, 2)}
    assert safe[1] is not None
    assert safe[2] is not None
    assert safe[1].safe in (tile(3, 2), tile(5, 2))
    assert safe[2].safe == -1, "four ticks before the blast there is no time to go anywhere"


def test_who_stood_safely_when_the_bomb_was_laid_is_told_so() -> None:
    recorder = LifeRecorder()
    for tick in range(200, 301):
        bombs = (BombView(5.5, 1.5, 1, 300.0 - tick, 3),) if 210 <= tick < 300 else ()
        y = 3.5 if tick < 250 else 1.5
        body = PlayerView(0, 3.5, y, alive=tick < 300)
        recorder.add(view_of(ROOM, tick=float(tick), players=(body,), bombs=bombs))
    last = recorder.last_life(PlayerDied(0, 1, 3.5, 1.5))
    assert last
    assert (last.safe, last.stood) == (tile(3, 3), True)


def test_for_a_wall_the_shadow_counts() -> None:
    recorder = LifeRecorder()
    for tick in range(200, 301):
        recorder.add(at(tick, 1.5, (), tick < 300, shadows=(tile(1, 1), tile(2, 1)) if tick >= 270 else ()))
    last = recorder.last_life(PlayerDied(0, -1, 1.5, 1.5))
    assert last
    assert last.safe == tile(1, 2)


def body(x: float, y: float = 1.5, skates: int = 0) -> PlayerView:
    return PlayerView(0, x, y, skates=skates)


def test_no_tile_is_safe_that_cannot_be_reached_alive() -> None:
    closed = "\n#####\n#...#\n#####\n"
    bombs = (BombView(3.5, 1.5, 1, 150.0, 3),)
    assert safe_tile(view_of(closed, bombs=bombs), body(1.5)) == -1
    way_through = (BombView(2.5, 1.5, 1, 10.0, 1),)
    corridor = "\n########\n#......#\n########\n"
    assert safe_tile(view_of(corridor, bombs=way_through), body(1.5)) == -1, "another bomb closes the way"


def test_a_way_through_a_tile_that_burns_first_is_no_way() -> None:
    room = "\n########\n#......#\n#.####.#\n########\n"
    slow = (BombView(5.5, 1.5, 1, 200.0, 4), BombView(1.5, 2.5, 2, 200.0, 1))
    quick = (BombView(5.5, 1.5, 1, 20.0, 4), BombView(1.5, 2.5, 2, 200.0, 1))
    assert safe_tile(view_of(room, bombs=slow), body(3.5)) == -1
    assert safe_tile(view_of(room, bombs=quick), body(3.5)) == -1
    open_room = view_of(ROOM, bombs=(BombView(7.5, 1.5, 1, 60.0, 6),))
    assert safe_tile(open_room, body(4.5)) in (tile(3, 2), tile(5, 2))


def test_a_bomb_that_another_lights_burns_with_it() -> None:
    chained = (BombView(3.5, 1.5, 1, 12.0, 2), BombView(5.5, 1.5, 2, 150.0, 1))
    assert safe_tile(view_of(ROOM, bombs=chained), body(6.5)) == tile(7, 1)


def test_fewer_than_two_pictures_and_wound_recordings_give_no_life() -> None:
    recorder, died = LifeRecorder(), PlayerDied(0, 1, 3.5, 1.5)
    assert recorder.last_life(died) is None
    recorder.add(at(100, 3.5, ()))
    assert recorder.last_life(died) is None
    recorder.add(at(101, 3.5, ()))
    assert recorder.last_life(died)
    recorder.add(at(50, 3.5, ()))
    assert recorder.last_life(died) is None


def test_a_paused_picture_and_a_long_round_keep_memory_small() -> None:
    recorder = LifeRecorder()
    for tick in range(5000):
        for _ in range(2):
            recorder.add(at(tick, 3.5, ()))
    last = recorder.last_life(PlayerDied(0, 1, 3.5, 1.5))
    assert last
    assert len(last.views) == LENGTH + 1 < VIEWS_MOST
