"""Drawing a whole picture, without a screen."""

from copy import deepcopy
from dataclasses import replace
from itertools import product

import pygame
import pytest

from petard.game.ui.render.board_pane import ground
from petard.game.ui.render.effects import POOL, Comfort
from petard.game.ui.render.painter import Painter
from petard.game.ui.render.sprite_cache import BoardLayer, SpriteCache, match_pictures
from petard.game.view.cues import Jolt, PlayerDied, Sparks
from petard.game.view.mode_views import ModeView
from petard.game.view.round_ending import RoundEnding
from petard.game.view.spectating import SHOWN
from petard.game.view.view import Area, PlayerView, View
from petard.shared.rules.floors import Floor, switched
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.tie_break import WinReason
from petard.shared.rules.world import Tile
from tests.game.scenes import board, busy, seats
from tests.game.ui.pictures import dummy_canvas, pixels

WHOLE = Area(0, 0, 64, 64)
CALM = Comfort(shake=False, flashes=False, particles=False)


def drawn(view: View, comfort: Comfort = CALM, mine: tuple[int, ...] = (0,), players: int = 8) -> bytes:
    canvas = dummy_canvas((640, 360))
    canvas.begin()
    Painter(comfort).draw(canvas, view, seats(players), 0.0, mine)
    return pixels(canvas)


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (160, 90), (900, 700), (120, 400)])
def test_every_view_is_drawn_in_every_window(size: tuple[int, int]) -> None:
    canvas = dummy_canvas(size)
    for view, players in ((busy(), 8), (busy(64, 41, 31), 64), (busy(2, 7, 5), 2), (View(0, 5, 5, board(5, 5)), 0)):
        canvas.begin()
        empty = pixels(canvas)
        Painter(Comfort()).draw(canvas, view, seats(players), 0.0, (0,))
        assert pixels(canvas) != empty


def test_no_figure_that_looks_like_a_player_stands_beside_the_board() -> None:
    around, bright = ground((1280, 720), ""), 0
    for x, y in product((*range(20, 230, 5), *range(1050, 1260, 5)), range(540, 638, 5)):
        red, green, blue, _ = around.get_at((x, y))
        bright += max(red, green, blue) > 120 or green > 80
    assert bright < 20, "a few lit windows"


def test_drawing_leaves_the_view_as_it_was() -> None:
    view = busy()
    copy = deepcopy(view)
    drawn(view)
    assert view == copy


def test_the_same_view_gives_the_same_picture() -> None:
    assert drawn(busy()) == drawn(busy())


def test_every_part_of_a_view_is_drawn() -> None:
    view = busy()
    whole = drawn(view)
    for part in ("players", "bombs", "flames", "items", "shadows"):
        assert drawn(replace(view, **{part: ()})) != whole, part  # type: ignore[arg-type]


def test_the_body_of_this_machine_is_marked() -> None:
    assert len({drawn(busy(), mine=mine) for mine in ((0,), (1,), ())}) == 3


def test_a_body_without_a_seat_is_still_drawn() -> None:
    assert drawn(busy(), players=0) != drawn(replace(busy(), players=()), players=0)


def test_effects_of_many_blasts_are_bounded() -> None:
    canvas, view = dummy_canvas((640, 360)), busy()
    painter = Painter(Comfort())
    lit = []
    for picture in range(120):
        now = picture / 60
        painter.handle_cues(
            [PlayerDied(3, 0, 0.5, 0.5), Jolt(3, 3), *(Sparks("chip", x, 5, 20) for x in range(10))], now
        )
        canvas.begin()
        painter.draw(canvas, view, seats(8), now, (0,))
        assert len(painter.feel.pool.particles) <= POOL
        lit.append(painter.feel.flashes.strength(now))
    starts = sum(strength == 1 for strength in lit)
    assert 3 <= starts <= 6  # in two seconds


def test_a_winner_dances_in_falling_confetti_and_with_reduced_motion_in_none() -> None:
    won = replace(busy(), ending=RoundEnding(1, WinReason.LAST_STANDING, over_at=640))
    calm = replace(CALM, time=False, sway=False)
    with_confetti = replace(calm, particles=True)
    assert drawn(won, calm) == drawn(replace(won, ending=None), calm)
    assert drawn(won, replace(calm, sway=True)) != drawn(won, calm)
    assert drawn(won, with_confetti) != drawn(won, calm)
    nobody = replace(won, ending=RoundEnding(-1, WinReason.NOBODY, over_at=640))
    assert drawn(nobody, with_confetti) == drawn(replace(won, ending=None), with_confetti)


def test_comfort_settings_count_at_once() -> None:
    canvas = dummy_canvas((640, 360))
    painter = Painter(Comfort())
    painter.handle_cues([PlayerDied(3, 1, 0.5, 0.5), Jolt(1, 1), Sparks("chip", 5, 5, 20)], 0.0)
    painter.feel.comfort = CALM
    canvas.begin()
    painter.draw(canvas, busy(), seats(8), 0.0, (0,))
    assert pixels(canvas) == drawn(busy())


def test_the_deadly_tile_is_marked_for_two_seconds_for_players_of_this_machine() -> None:
    canvas, view = dummy_canvas((640, 360)), replace(busy(), players=(), flames=())

    def seen(now: float, *fallen: PlayerDied, comfort: Comfort = CALM) -> bytes:
        painter = Painter(comfort, tagged=False)
        painter.handle_cues(fallen, 0.0)
        canvas.begin()
        painter.draw(canvas, view, seats(8), now, (0, 1))
        return pixels(canvas)

    without = seen(1.0)
    for slot in (0, 1):
        assert seen(0.05, PlayerDied(slot, 3, 3.5, 5.5)) != without
        assert seen(SHOWN - 0.01, PlayerDied(slot, 3, 3.5, 5.5)) != without
        assert seen(SHOWN, PlayerDied(slot, 3, 3.5, 5.5)) == without
    assert seen(1.0, PlayerDied(2, 0, 3.5, 5.5)) == without
    assert seen(1.0, PlayerDied(0, 3, 3.5, 5.5)) != seen(1.0, PlayerDied(0, 3, 4.5, 5.5))
    assert seen(0.7, PlayerDied(0, 3, 3.5, 5.5)) == seen(0.9, PlayerDied(0, 3, 3.5, 5.5)), (
        "without flashes nothing blinks"
    )
    blinking = replace(CALM, flashes=True)
    assert len({seen(SHOWN / 2 + part / 10, PlayerDied(0, 3, 3.5, 5.5), comfort=blinking) for part in range(5)}) == 2


def test_on_a_large_board_the_camera_shows_players_who_are_out_the_best_fight() -> None:
    tick = 5000.0
    fight = (PlayerView(1, 55.5, 36.5), PlayerView(2, 56.5, 36.5))

    def seen(us: PlayerView, others: tuple[PlayerView, ...], ours: tuple[int, ...] = (0,)) -> bytes:
        return drawn(View(tick, 60, 40, board(60, 40), (us, *others)), mine=ours)

    alive, out = PlayerView(0, 2.5, 2.5), PlayerView(0, 2.5, 2.5, alive=False, died_at=tick - 1000)
    assert seen(alive, fight) == seen(alive, ()), "the fight is far away"
    assert seen(out, fight) != seen(out, ())
    assert seen(out, fight) != seen(out, fight, ours=()), "spectators see the whole board"


def test_a_board_that_is_shown_whole_does_not_move_for_players_who_are_out() -> None:
    out = PlayerView(0, 2.5, 2.5, alive=False, died_at=4000.0)
    view = View(5000.0, 15, 13, board(15, 13), (out, PlayerView(1, 12.5, 10.5), PlayerView(2, 12.5, 11.5)))
    other = replace(view, players=(out, PlayerView(1, 12.5, 10.5), PlayerView(2, 12.5, 11.5), PlayerView(3, 3.5, 1.5)))
    rows = 360 * 640 * 3
    assert sum(one != two for one, two in zip(drawn(view), drawn(other), strict=True)) < rows / 20


# The board layer


def changed(view: View, tile: int, kind: int) -> View:
    tiles = bytearray(view.tiles)
    tiles[tile] = kind
    return replace(view, tiles=bytes(tiles))


def seen(board: BoardLayer) -> bytes:
    return pygame.image.tobytes(board.surface, "RGB")


def test_the_board_layer_is_painted_once() -> None:
    dummy_canvas()
    board, sprites, view = BoardLayer(), SpriteCache(), busy()
    sprites.resize(40)
    assert board.update(view, sprites, WHOLE) == 15 * 13
    assert board.update(replace(view, tick=999.0), sprites, WHOLE) == 0


def test_a_broken_brick_is_painted_again_with_the_tile_below_it() -> None:
    dummy_canvas()
    board, sprites, view = BoardLayer(), SpriteCache(), busy()
    sprites.resize(40)
    board.update(view, sprites, WHOLE)
    before = seen(board)
    brick = next(
        tile
        for tile, kind in enumerate(view.tiles)
        if kind == Tile.BRICK and view.tiles[tile + view.width] == Tile.FLOOR
    )
    for kind, painted in ((Tile.BREAKING, 2), (Tile.FLOOR, 0)):
        view = changed(view, brick, kind)
        assert board.update(view, sprites, WHOLE) == painted, "the painter draws a crumbling brick"
    fresh = BoardLayer()
    fresh.update(view, sprites, WHOLE)
    assert seen(fresh) == seen(board) != before


def test_only_the_floors_that_a_switch_has_changed_are_painted_again() -> None:
    dummy_canvas()
    board, sprites, view = BoardLayer(), SpriteCache(), busy()
    sprites.resize(40)
    free = [tile for tile, kind in enumerate(view.tiles) if kind == Tile.FLOOR][:4]
    kinds = (Floor.SWITCH_OFF, Floor.GATE_SHUT, Floor.BELT_LEFT, Floor.ICE)
    floors = bytearray([1, *bytes(len(view.tiles) - 1)])
    for tile, kind in zip(free, kinds, strict=True):
        floors[tile] = kind
    before, after = (replace(view, floors=one) for one in (bytes(floors), switched(bytes(floors))))
    assert board.update(before, sprites, WHOLE) == len(view.tiles)
    assert board.update(after, sprites, WHOLE) == 3
    fresh = BoardLayer()
    fresh.update(after, sprites, WHOLE)
    assert seen(fresh) == seen(board)


def test_a_tile_in_the_colour_of_a_player_is_painted_again_when_the_player_changes() -> None:
    dummy_canvas()
    board, sprites, view = BoardLayer(), SpriteCache(), busy()
    sprites.resize(40)
    board.update(view, sprites, WHOLE)
    plain, tile = seen(board), view.tiles.index(Tile.FLOOR)
    looks = [plain]
    for marks, painted in (
        ({tile: 0}, 1),
        ({tile: 0}, 0),
        ({tile: 1}, 1),
        ({}, 1),
        ({view.tiles.index(Tile.WALL): 1}, 0),
    ):
        mode = ModeView(MODES["paint"].number, {}, {}, marks)
        assert board.update(replace(view, mode=mode), sprites, WHOLE, {0: 3, 1: 4}) == painted
        looks.append(seen(board))
    assert looks[1] == looks[2] != looks[3] != plain == looks[4]
    board.update(replace(view, mode=ModeView(MODES["crown"].number, {}, {}, {tile: 0})), sprites, WHOLE)
    assert seen(board) == plain, "the marks of other modes are no paint"


def test_a_tile_is_painted_again_when_its_player_has_another_colour() -> None:
    dummy_canvas()
    board, sprites, view = BoardLayer(), SpriteCache(), busy()
    sprites.resize(40)
    tile = view.tiles.index(Tile.FLOOR)
    dyed = replace(view, mode=ModeView(MODES["paint"].number, {}, {}, {tile: 0}))
    board.update(dyed, sprites, WHOLE, {0: 3})
    before = seen(board)
    assert board.update(dyed, sprites, WHOLE, {0: 4}) == 1
    assert seen(board) != before


def test_a_new_round_keeps_the_pictures_and_paints_only_what_is_different() -> None:
    made: list[int] = []

    def make(side: int) -> pygame.Surface:
        made.append(side)
        return pygame.Surface((side, side))

    canvas, view, here = dummy_canvas(), busy(), seats(8)
    match_pictures.cache_clear()
    for round_number in range(3):
        painter = Painter(Comfort())
        canvas.begin()
        painter.draw(canvas, view, here, 0.0)
        sprites, board = match_pictures()
        sprites.find(make)
        if not round_number:
            first = pixels(canvas)
        assert pixels(canvas) == first
        colours = {seat.slot: seat.colour for seat in here}
        assert board.update(view, sprites, WHOLE, colours) == 0
    assert len(made) == 1


@pytest.mark.parametrize("theme", ["", "snow"])
def test_what_lies_around_a_board_is_cut_and_not_stretched(theme: str) -> None:
    dummy_canvas()
    wide, narrow = ground((1280, 720), theme), ground((360, 720), theme)
    middle = wide.subsurface((460, 0, 360, 720))
    places = list(product(range(5, 360, 16), range(5, 720, 16)))
    near = sum(
        max(abs(a - b) for a, b in zip(middle.get_at(one), narrow.get_at(one), strict=True)) < 24 for one in places
    )
    assert near > 0.97 * len(places)


def test_another_tile_size_paints_the_whole_board_again() -> None:
    dummy_canvas()
    board, sprites, view = BoardLayer(), SpriteCache(), busy()
    sprites.resize(40)
    board.update(view, sprites, WHOLE)
    sprites.resize(30)
    assert board.update(view, sprites, WHOLE) == 15 * 13
    assert board.surface.get_size() == (450, 390)
