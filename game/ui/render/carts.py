"""Draws the carts of dead players on the rim, and for those of this machine where the next bomb would come down.

Rule 1: everybody sees who rides where, and a bomb in raised hands; only the machine of the rider sees the way of the
        throw that is not made yet.
Rule 2: along the inner edge of the rim, one pip for each tile of a throw: grey while no bomb may be thrown, light when
        one may, and in the colour of the player as far as it would fly now.
"""

from collections.abc import Collection, Iterator, Mapping

import pygame

from petard.assets.palette import INK, PAPER, PLAYER_COLOURS, Colour
from petard.game.ui.render.board_pictures import body, bomb, ground_ring
from petard.game.ui.render.camera import Aim
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.player_looks import FigureSprite
from petard.game.ui.render.player_marks import GAP, NAME, NAME_WIDEST
from petard.game.ui.render.sprite_cache import Blit, SpriteCache, centred
from petard.game.view.cart_views import CartView
from petard.game.view.poses import bomb_cell
from petard.game.view.view import PlayerView, View
from petard.shared.protocol.messages import Seat
from petard.shared.rules.world import STEP, Direction

LOWER = 0.24  # tiles: how much deeper a cart on the upper rim is drawn
SEAT = 0.16  # tiles from the middle of the tile up to that of the body in the cart
HELD = 0.3, 0.12  # tiles: how far inwards of the cart a bomb is held, and how high
EDGE, PIP, PITCH = 0.76, 0.12, 0.3  # tiles: from the middle of the cart to the pips, their radius, between two of them
DOT = 0.12  # tiles: the radius of a dot on the way of a throw
RING, RING_WIDTH, PULSE = 0.40, 0.085, 30  # tiles, tiles, ticks: the ring where the bomb would come down
GREY: Colour = (120, 120, 132)


def draw_carts(
    canvas: Canvas,
    field: pygame.Surface,
    cache: SpriteCache,
    view: View,
    seats: Mapping[int, Seat],
    figures: Mapping[int, FigureSprite],
    mine: Collection[int],
    aim: Aim,
) -> None:
    """Draw all carts, those of this machine in front."""
    riders = [(player, player.cart) for player in view.players if player.cart]
    for player, cart in sorted(riders, key=lambda one: (one[0].slot in mine, one[1].y)):
        figure = figures.get(player.slot) or FigureSprite(player.slot, player.slot, player.slot)
        colour = PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)]
        if player.slot in mine and not view.ending:
            _draw_throw(field, cart, colour, view.tick, aim)
        field.blits(list(_blits(cache, player, cart, figure, player.slot in mine, aim, view)), False)
        if player.slot in mine:
            _draw_pips(field, cart, colour, aim)
            _draw_name(canvas, field, cart, seats.get(player.slot), aim)


def _blits(
    cache: SpriteCache, player: PlayerView, cart: CartView, figure: FigureSprite, is_mine: bool, aim: Aim, view: View
) -> Iterator[Blit]:
    (dx, dy), x, y = STEP[cart.facing], cart.x, _height(cart)
    colour = PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)]
    if is_mine:
        yield centred(cache.find(ground_ring, colour), x, y + 0.3, aim)
    shake = 0.03 * (int(view.tick / 4) % 2) if cart.rolls else 0.0
    yield centred(cache.find(body, figure, cart.facing * 4, 0, 255), x, y - SEAT - shake, aim)
    yield centred(cache.image("cart", 0, 255), x, y, aim)
    if cart.tiles:
        held = cache.find(bomb, figure, bomb_cell(view.fuse / 2, view.fuse))
        yield centred(held, x + HELD[0] * dx, y + HELD[0] * dy - HELD[1], aim)


def _height(cart: CartView) -> float:
    """Where the cart is drawn: on the upper rim lower, or the head of the rider would be above the window."""
    return cart.y + (LOWER if cart.facing == Direction.DOWN else 0.0)


def _draw_throw(field: pygame.Surface, cart: CartView, colour: Colour, tick: float, aim: Aim) -> None:
    """Draw dots on the way, and a ring that breathes where the bomb comes down."""
    if not cart.target:
        return
    for x, y in cart.way:
        _disc(field, x, y, DOT, colour, aim)
    swell = 0.06 * abs(tick % PULSE / PULSE * 2 - 1)
    x, y = _pixel(cart.target, aim)
    for width, ink in ((RING_WIDTH + 0.07, INK), (RING_WIDTH, PAPER), (RING_WIDTH / 2, colour)):
        around = max(2, round((RING + swell + width / 2) * aim.side))
        pygame.draw.circle(field, ink, (x, y), around, max(1, round(width * aim.side)))
    _disc(field, *cart.target, DOT, colour, aim)


def _draw_pips(field: pygame.Surface, cart: CartView, colour: Colour, aim: Aim) -> None:
    dx, dy = STEP[cart.facing]
    for number in range(cart.tiles_most):
        aside = (number - (cart.tiles_most - 1) / 2) * PITCH
        x, y = cart.x + EDGE * dx + aside * abs(dy), cart.y + EDGE * dy + aside * abs(dx)
        ink = colour if number < cart.tiles else PAPER if cart.ready_in <= 0 else GREY
        _disc(field, x, y, PIP, ink, aim)


def _draw_name(canvas: Canvas, field: pygame.Surface, cart: CartView, seat: Seat | None, aim: Aim) -> None:
    """Write the name on a small plate on the side of the board, behind the pips, where it covers the least."""
    if not seat:
        return
    size, name = canvas.fitted(seat.name, NAME, NAME_WIDEST)
    box = pygame.Rect(0, 0, canvas.length(canvas.width_of(name, size) + 3 * GAP), canvas.length(NAME + GAP))
    dx, dy = STEP[cart.facing]
    x, y = _pixel((cart.x + 1.1 * dx, cart.y + 1.12 * dy), aim)
    box.center = x + dx * box.w // 2, y
    box = box.clamp(field.get_rect()).move(field.get_offset())
    wide, tall = box.w / canvas.scale, box.h / canvas.scale
    left, top = canvas.to_logical(box.topleft)
    canvas.panel(left, top, wide, tall, (*INK, 205), tall / 2)
    canvas.text(name, left + wide / 2, top + tall / 2 + 1, size, PAPER, "center")


def _disc(field: pygame.Surface, x: float, y: float, radius: float, colour: Colour, aim: Aim) -> None:
    around = max(2, round(radius * aim.side))
    pygame.draw.circle(field, INK, _pixel((x, y), aim), around + max(1, aim.side // 28))
    pygame.draw.circle(field, colour, _pixel((x, y), aim), around)


def _pixel(place: tuple[float, float], aim: Aim) -> tuple[int, int]:
    return aim.left + round(place[0] * aim.side), aim.top + round(place[1] * aim.side)
