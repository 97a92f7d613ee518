"""Turns a View into Sprites, back to front, so that tests can compare them as text.

Rule 1: the same View gives the same Sprites; nothing is remembered between pictures.
Rule 2: a Sprite names an image and gives its middle in tiles. The painter alone knows pixels.
Rule 3: the order is the order of drawing: first what lies flat (shadows of closing walls, tiles about to burn, items,
        crumbling bricks), then what stands (bombs, flames, bodies), sorted so that lower ones are in front.
Rule 4: what blinks does so at most three times a second.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from petard.game.view.confetti import dance, party_age
from petard.game.view.danger import TINT, tiles_in_danger
from petard.game.view.floor_looks import moving_belts
from petard.game.view.item_looks import ITEM_LOOKS
from petard.game.view.poses import BURN, bob, bomb_cell, flame_image, fuse_step
from petard.game.view.view import EVERYWHERE, Area, BombView, PlayerView, View

SPIN = 30  # ticks: how long a death is shown
STRUCK = 16  # the cell of a body that was hit, after those of its sheet
CROWN_ABOVE = 0.98  # tiles over the middle of the winner
SWIRL = 12  # ticks for each of the two pictures around a player who is ill
BLINK = 24  # ticks for once off and on: 2.5 times a second


class Sprite(NamedTuple):
    """One picture at one place. A body has the name "body" and the slot of its player.

    An item that this version does not know has the name "crate".
    """

    name: str
    x: float  # tiles, the middle
    y: float  # tiles, the middle; for a body the middle of the tile it stands on
    turn: int = 0  # degrees against the clock
    slot: int = -1
    cell: int = -1  # of a body's sheet: facing * 4 + step; of a crate: the number of the item
    alpha: int = 255

    def __str__(self) -> str:
        parts = [self.name, f"{self.x:.2f},{self.y:.2f}"]
        parts += [f"slot {self.slot}"] if self.slot >= 0 else []
        parts += [f"cell {self.cell}"] if self.cell >= 0 else []
        parts += [f"turned {self.turn}"] if self.turn else []
        parts += [f"alpha {self.alpha}"] if self.alpha < 255 else []
        return " ".join(parts)


def floor_sprites(view: View, danger: bool = True, area: Area = EVERYWHERE, bobs: bool = False) -> list[Sprite]:
    """The flat things on the board. `danger`: tint the tiles of the area that are about to burn.

    `bobs`: items bob up and down, and belts move.
    """
    found = [Sprite(name, x, y, turn=turn) for name, x, y, turn in moving_belts(view, area)] if bobs else []
    found += [_on_tile("shadow", tile, view.width) for tile in view.shadows]
    if danger:  # stronger near the blast, in four steps, so that the painter caches only four pictures
        burning = tiles_in_danger(view)
        glows = {tile: 96 + 48 * _quarter(burning[tile], TINT) for tile in area.tiles(burning, view.width)}
        found += [_on_tile("danger", tile, view.width, glow) for tile, glow in glows.items()]
    for item in view.items:
        look = ITEM_LOOKS.get(item.kind)
        name, cell = (look.picture, -1) if look else ("crate", item.kind)
        found.append(Sprite(name, item.x + 0.5, item.y + 0.5 + (bob(item, view.tick) if bobs else 0.0), cell=cell))
    bricks = sorted(view.breaking)
    return found + [_on_tile(f"brick-break-{_quarter(left, BURN)}", tile, view.width) for tile, left in bricks]


def _on_tile(name: str, tile: int, width: int, alpha: int = 255) -> Sprite:
    return Sprite(name, tile % width + 0.5, tile // width + 0.5, alpha=alpha)


def _quarter(ticks_left: float, whole: int) -> int:
    """0 at first, 3 in the last quarter of the time."""
    return min(3, max(0, int(4 * (1 - ticks_left / whole))))


def upper_sprites(
    view: View, mine: Collection[int] = (), area: Area = EVERYWHERE, dances: bool = False
) -> list[Sprite]:
    """The standing things on the board: the bombs of the area with their fuses, flames, bodies.

    In a crowd the bodies of the slots in `mine` are in front, so that players do not lose sight of their own.
    `dances`: the winner of the round does.
    """
    found: list[Sprite] = []
    bombs = sorted((bomb for bomb in view.bombs if area.has(bomb.x, bomb.y)), key=lambda bomb: bomb.y)
    for bomb in bombs:
        found += _bomb(bomb, view.fuse) if not bomb.lift else _shades(bomb)
    flames = ((flame, flame_image(flame)) for flame in view.flames)
    found += [Sprite(image, flame.x + 0.5, flame.y + 0.5, turn=turn) for flame, (image, turn) in flames]
    for player in sorted(view.players, key=lambda body: (body.alive, int(body.y * 2), body.slot in mine, body.y)):
        if dances and view.ending and player.slot in view.ending.winners and (age := party_age(view)) >= 0:
            cell, high = dance(age)
            found.append(Sprite("body", player.x, player.y - high, slot=player.slot, cell=cell))
            found.append(Sprite("crown", player.x, player.y - CROWN_ABOVE - high))
            continue
        found += _body(player, view.tick)
    for bomb in bombs:
        found += _bomb(bomb, view.fuse) if bomb.lift else ()
    return found


def _bomb(bomb: BombView, fuse: int) -> Iterator[Sprite]:
    """The ring, as long as the fuse that is left, on it the ball, and on that a sign of what is special about it."""
    x, y = bomb.x, bomb.y - bomb.lift
    yield Sprite("fuse", x, y, cell=fuse_step(bomb.ticks_left, fuse))
    yield Sprite("bomb", x, y, slot=bomb.owner, cell=bomb_cell(bomb.ticks_left, fuse))
    if bomb.pierce:
        yield Sprite("spikes", x, y)


def _shades(bomb: BombView) -> Iterator[Sprite]:
    """What a bomb in the air or in hands throws on the ground, and a ring where it will come down."""
    if bomb.lands:
        yield Sprite("bomb-shade", bomb.x, bomb.y)
        yield Sprite("landing", *bomb.lands)


def _body(player: PlayerView, tick: float) -> Iterator[Sprite]:
    """The living, and for SPIN ticks the dead: a spin of one and a half turns that rises a little and fades.

    Who will have died in a moment (petard.game.view.picture_time) is shown struck.
    """
    x, y, slot = player.x, player.y, player.slot
    if player.alive:
        # Steps by the distance walked would need the past; the position itself does as well and never slips.
        step = int((x + y) * 5) % 4 if player.walking else 0
        hidden = player.safe and tick % BLINK >= BLINK * 2 / 3
        yield Sprite("body", x, y, slot=slot, cell=player.facing * 4 + step, alpha=110 if hidden else 255)
        if player.shields > 0:
            yield Sprite("bubble", x, y, slot=slot)
        if player.ill:
            yield Sprite(f"ill-{int(tick / SWIRL) % 2}", x, y - 0.1, slot=slot)
    elif tick < player.died_at:
        yield Sprite("body", x, y, slot=slot, cell=STRUCK)
    elif 0 <= (age := (tick - player.died_at) / SPIN) < 1:
        alpha = 255 if age < 2 / 3 else 150
        yield Sprite("body", x, y - 0.5 * age, turn=int(age * 18) * 30 % 360, slot=slot, cell=0, alpha=alpha)
