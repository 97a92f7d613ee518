"""Turns a View into the standing Sprites, back to front, so that tests can compare them as text: bombs, flames, bodies.

Rule 1: the same View gives the same Sprites; nothing is remembered between pictures.
Rule 2: a Sprite names an image and gives its middle in tiles. The painter alone knows pixels.
Rule 3: the order is the order of drawing. Bodies, bombs and flames are sorted so that lower ones are in front.
Rule 4: what blinks does so at most three times a second.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import ceil, log2

from petard.game.view.view import BombView, FlameView, PlayerView, View
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.world import Shape

QUICK = 30  # ticks: in the last half second a bomb is red
FUSE_STEPS = 24  # lengths of the ring that shows how long a fuse is
SPIN = 30  # ticks: how long a death is shown
BLINK = 24  # ticks for once off and on: 2.5 times a second
BURN = LAST_ONE_STANDING.flame  # ticks; other rules may have longer flames, which only look different

# shape -> (picture, degrees against the clock); pictures lie to the right
FLAME_IMAGES = {
    Shape.CENTRE: ("flame-centre", 0),
    Shape.LYING: ("flame-middle", 0),
    Shape.STANDING: ("flame-middle", 90),
    Shape.END_UP: ("flame-end", 90),
    Shape.END_RIGHT: ("flame-end", 0),
    Shape.END_DOWN: ("flame-end", 270),
    Shape.END_LEFT: ("flame-end", 180),
}


@dataclass(frozen=True, slots=True)
class Sprite:
    """One picture at one place. A body has the name "body" and the slot of its player."""

    name: str
    x: float  # tiles, the middle
    y: float  # tiles, the middle; for a body the middle of the tile it stands on
    turn: int = 0  # degrees against the clock
    slot: int = -1
    cell: int = -1  # of a body's sheet: facing * 4 + step
    alpha: int = 255

    def __str__(self) -> str:
        parts = [self.name, f"{self.x:.2f},{self.y:.2f}"]
        parts += [f"slot {self.slot}"] if self.slot >= 0 else []
        parts += [f"cell {self.cell}"] if self.cell >= 0 else []
        parts += [f"turned {self.turn}"] if self.turn else []
        parts += [f"alpha {self.alpha}"] if self.alpha < 255 else []
        return " ".join(parts)


def upper_sprites(view: View, mine: Collection[int] = ()) -> list[Sprite]:
    """The standing things on the board: bombs with their fuses, flames, bodies.

    In a crowd the bodies of the slots in `mine` are in front, so that players do not lose sight of their own.
    """
    found: list[Sprite] = []
    for bomb in sorted(view.bombs, key=lambda bomb: bomb.y):
        found += _bomb(bomb, view.fuse)
    found += [_flame(flame) for flame in view.flames]
    for player in sorted(view.players, key=lambda body: (body.alive, int(body.y * 2), body.slot in mine, body.y)):
        found += _body(player, view.tick)
    return found


def _bomb(bomb: BombView, fuse: int) -> Iterator[Sprite]:
    """The ring, as long as the fuse that is left, and on it the ball, whose pulse quickens."""
    yield Sprite("fuse", bomb.x, bomb.y, cell=fuse_step(bomb.ticks_left, fuse))
    yield Sprite("bomb", bomb.x, bomb.y, slot=bomb.owner, cell=_pulse(bomb.ticks_left))


def fuse_step(ticks_left: float, fuse: int) -> int:
    """How much of a fuse is left, from 0 to FUSE_STEPS; 0 only at the end.

    >>> fuse_step(150, 150), fuse_step(75, 150), fuse_step(1, 150), fuse_step(0, 150)
    (24, 12, 1, 0)
    """
    return min(FUSE_STEPS, ceil(FUSE_STEPS * ticks_left / max(1, fuse)))


def _pulse(ticks_left: float) -> int:
    """The cell of the ball: small to large and back, ever faster; in the last half second the two red ones."""
    if ticks_left <= QUICK:
        return (3, 4)[int(ticks_left / 5) % 2]
    return (0, 1, 2, 1)[int(9.5 * log2(1 + ticks_left / 15)) % 4]


def _flame(flame: FlameView) -> Sprite:
    """Rises for four ticks, flickers, and sinks for the last eight."""
    image, turn = FLAME_IMAGES[flame.shape]
    if flame.ticks_left > BURN - 4:
        phase = 0
    elif flame.ticks_left < 8:
        phase = 2
    else:
        phase = 1 + int(flame.ticks_left / 4) % 2
    return Sprite(f"{image}-{phase}", flame.x + 0.5, flame.y + 0.5, turn=turn)


def _body(player: PlayerView, tick: float) -> Iterator[Sprite]:
    if not player.alive:
        yield from _death(player, tick - player.died_at)
        return
    # Steps by the distance walked would need the past; the position itself does as well and never slips.
    step = int((player.x + player.y) * 5) % 4 if player.walking else 0
    hidden = player.safe and tick % BLINK >= BLINK * 2 / 3
    yield Sprite(
        "body", player.x, player.y, slot=player.slot, cell=player.facing * 4 + step, alpha=110 if hidden else 255
    )
    if player.shields > 0:
        yield Sprite("bubble", player.x, player.y, slot=player.slot)


def _death(player: PlayerView, age: float) -> Iterator[Sprite]:
    """A spin of one and a half turns that rises a little and fades."""
    if not 0 <= age < SPIN:
        return
    turn = int(age / SPIN * 18) * 30 % 360
    rise = 0.5 * age / SPIN
    alpha = 255 if age < SPIN * 2 / 3 else 150
    yield Sprite("body", player.x, player.y - rise, turn=turn, slot=player.slot, cell=0, alpha=alpha)
