"""Names over bodies: only of people, never overlapping, never over a bomb."""

from dataclasses import replace
from itertools import combinations, pairwise

import pygame
import pytest

from petard.game.ui.render.camera import Aim, Camera
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.painter import Painter
from petard.game.ui.render.play_layout import layout_for
from petard.game.ui.render.player_marks import Tag, Tags, spread
from petard.game.view.cart_views import CartView
from petard.game.view.view import BombView, PlayerView, View
from petard.shared.protocol.messages import Seat
from petard.shared.rules.world import Direction
from tests.game.scenes import board, seats
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.pictures import dummy_canvas, pixels

FIELD = pygame.Rect(0, 64, 1280, 656)
CALM = Comfort(shake=False, flashes=False, particles=False)


def people(count: int) -> tuple[Seat, ...]:
    """So many people, the first of them at this machine, all with long names."""
    return tuple(replace(seat, name=f"Margaret {seat.slot}") for seat in seats(count))


def view_with(*bodies: PlayerView, bombs: tuple[BombView, ...] = ()) -> View:
    return View(600.0, 15, 13, board(15, 13, 0), bodies, bombs, ticks_left=5000.0)


def drawn(view: View, who: tuple[Seat, ...], tagged: bool = True) -> bytes:
    canvas = dummy_canvas()
    canvas.begin()
    Painter(CALM, tagged).draw(canvas, view, who, 1.0, (0,))
    return pixels(canvas)


def boxes(*places: tuple[float, float]) -> list[Tag]:
    who = people(len(places))
    boxes = [pygame.Rect(x, y, 100, 24) for x, y in places]
    return [Tag(seat, PlayerView(seat.slot, 0, 0), False, True, box) for seat, box in zip(who, boxes, strict=True)]


@pytest.mark.parametrize(
    "places",
    [
        [(100, 100)] * 16,
        [(100, 2)] * 16,
        [(100 + 30 * at, 100) for at in range(12)],
        [(100, 100 + 7 * at) for at in range(12)],
    ],
)
def test_no_two_tags_overlap_and_none_leaves_the_top(places: list[tuple[float, float]]) -> None:
    placed = spread(boxes(*places))
    assert not [pair for pair in combinations(placed, 2) if pair[0].box.colliderect(pair[1].box)]
    assert all(tag.box.y >= 0 for tag in placed)
    assert [tag.box.x for tag in placed] == [x for x, _ in places]


def test_tags_that_are_apart_stay_over_their_bodies() -> None:
    tags = boxes((0, 100), (101, 100), (0, 125))
    assert spread(tags) == tags


def test_bots_have_no_name_over_them() -> None:
    view = view_with(PlayerView(1, 5.5, 5.5))
    bot = tuple(replace(seat, member=0) for seat in people(2))
    assert drawn(view, bot) == drawn(view, bot, tagged=False)
    assert drawn(view, people(2)) != drawn(view, people(2), tagged=False)


def test_a_name_hides_no_bomb() -> None:
    """Names are long enough to lie over the bombs in the row above; each ball looks as it does without names."""
    bombs = tuple(BombView(x + 0.5, 4.5, 1, 100, 2) for x in range(4, 8))
    view, canvas = view_with(PlayerView(1, 5.5, 5.5), bombs=bombs), dummy_canvas()
    field = layout_for(canvas, view, 0).fields[0]
    aim = Camera().aim((15, 13), (int(field[2]), int(field[3])), 1.0, None, 0.0, 0.0)
    pictures: list[bytes] = []
    for tagged in (True, False):
        canvas.begin()
        Painter(CALM, tagged).draw(canvas, view, people(2), 1.0, ())
        middles = [
            (aim.left + int(bomb.x * aim.side), int(field[1]) + aim.top + int(bomb.y * aim.side)) for bomb in bombs
        ]
        balls = [canvas.surface.subsurface((x - 10, y - 6, 18, 20)) for x, y in middles]
        pictures.append(b"".join(pygame.image.tobytes(ball, "RGB") for ball in balls))
    assert max(abs(one - other) for one, other in zip(*pictures, strict=True)) <= 4
    assert drawn(view, people(2)) != drawn(view, people(2), tagged=False)


def test_a_moved_tag_does_not_jump() -> None:
    canvas, tags, who = dummy_canvas(), Tags(), people(2)
    aim = Aim(48, 200, 10)
    tops = []
    for picture in range(90):
        walked = PlayerView(1, 3.0 + picture / 15, 5.5)
        found = tags.place(canvas, FIELD, view_with(PlayerView(0, 6.5, 5.5), walked), who, aim, (0,), picture / 60)
        tops.append(found[1].box.y)
    assert min(tops) <= tops[0] - 20
    assert max(abs(one - other) for one, other in pairwise(tops)) <= 8


def test_the_tag_of_this_machine_goes_below_the_feet_where_another_body_hides_it() -> None:
    canvas, aim, own = dummy_canvas(), Aim(48, 200, 10), PlayerView(0, 6.5, 5.5)
    far, above = PlayerView(1, 9.5, 5.5), PlayerView(1, 6.5, 4.5)
    feet = aim.top + (own.y + 0.44) * aim.side
    for other, low in ((far, False), (above, True)):
        tag = Tags().place(canvas, FIELD, view_with(own, other), people(2), aim, (0,), 0.0)[0]
        assert tag.own
        assert (tag.box.y > feet) is low
    both = view_with(own, above, PlayerView(2, 6.5, 6.9))
    assert Tags().place(canvas, FIELD, both, people(3), aim, (0,), 0.0)[0].box.y < feet, "it would be hidden there, too"


def test_a_player_outside_the_picture_has_no_tag() -> None:
    canvas, near, far = dummy_canvas(), PlayerView(1, 6.5, 5.5), PlayerView(2, 6.5, 1.5)
    for aim, slots in ((Aim(48, 200, 10), [1, 2]), (Aim(48, 200, -150), [1]), (Aim(48, -400, 10), [])):
        tags = Tags().place(canvas, FIELD, view_with(near, far), people(3), aim, (), 0.0)
        assert sorted(tag.seat.slot for tag in tags) == slots


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (900, 700)])
@pytest.mark.parametrize(
    ("cart", "facing"),
    [
        ((0.5, 6.5), Direction.RIGHT),
        ((14.5, 6.5), Direction.LEFT),
        ((6.5, 0.5), Direction.DOWN),
        ((1.5, 12.5), Direction.UP),
    ],
)
def test_the_name_of_a_cart_of_this_machine_is_legible_wherever_it_stands(
    size: tuple[int, int], cart: tuple[float, float], facing: int
) -> None:
    canvas = LegibleCanvas(dummy_canvas(size).surface, TextRules())
    canvas.begin()
    rider = PlayerView(0, 6.5, 5.5, alive=False, cart=CartView(*cart, facing))
    Painter(CALM).draw(canvas, view_with(rider), seats(1), 1.0, (0,))
    assert (canvas.texts, canvas.faults) == (["Ada"], [])
