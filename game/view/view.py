"""What a picture shows: one frozen value per visible thing, made by the view_builder, drawn by the painter.

Rule 1: a View holds all that is drawn, and nothing that this player does not know.
Rule 2: places are in tiles, floats: (0.5, 0.5) is the middle of the top-left tile. Tile numbers are y * width + x.
Rule 3: times are in ticks (1/60 s): for the future, the ticks that are left; for the past, the tick number.
Rule 4: names, colours and characters are not here: they come with the seats.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from petard.game.view.cart_views import CartView
from petard.game.view.mode_views import ModeView
from petard.game.view.round_ending import RoundEnding
from petard.shared.rules.floors import theme_of
from petard.shared.rules.maps import SIDE_MOST
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.world import Direction

NEVER = -1.0  # `PlayerView.died_at` of the living


@dataclass(frozen=True, slots=True)
class PlayerView:
    """One body: its centre, its pose, its powers. The dead stay in the list."""

    slot: int
    x: float
    y: float
    facing: int = Direction.DOWN  # the row of a character's sheet
    walking: bool = False
    alive: bool = True
    died_at: float = NEVER  # the tick
    safe: bool = False  # nothing can hurt it now
    shields: int = 0
    bombs: int = 1  # how many it may have out at once
    range: int = 2  # of the flames of its bombs, in tiles
    skates: int = 0
    kick: bool = False
    health: int = 1
    pierce: bool = False
    remote: bool = False
    punch: bool = False
    glove: bool = False
    ill: int = 0  # Illness; 0 for one who is well
    ill_left: float = 0  # ticks
    cart: CartView | None = None  # of a dead player who rides
    back_in: float = NEVER  # ticks until a dead player comes back; NEVER if that does not happen


@dataclass(frozen=True, slots=True)
class BombView:
    """A bomb; it may roll."""

    x: float
    y: float
    owner: int
    ticks_left: float  # to the blast
    range: int  # of its flames, in tiles beside its own
    pierce: bool = False  # its flames go through bricks
    lift: float = 0.0  # tiles above the ground: in the air, or in hands
    lands: tuple[float, float] | None = None  # where it comes down, if it is in the air


class FlameView(NamedTuple):  # hundreds are made for a picture: a frozen dataclass takes four times as long
    x: int  # tile
    y: int  # tile
    shape: int  # Shape
    ticks_left: float


class ItemView(NamedTuple):
    x: int  # tile
    y: int  # tile
    kind: int  # Item


class Area(NamedTuple):
    """A rectangle of tiles; `right` and `bottom` are the first outside."""

    left: int
    top: int
    right: int
    bottom: int

    def has(self, x: float, y: float) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom

    def tiles(self, tiles: Iterable[int], width: int) -> list[int]:
        """Those of the tiles of a board of this width that are in it."""
        left, top, right, bottom = self
        return [tile for tile in tiles if left <= tile % width < right and top <= tile // width < bottom]


EVERYWHERE = Area(0, 0, SIDE_MOST, SIDE_MOST)


@dataclass(frozen=True, slots=True)
class View:
    tick: float
    width: int
    height: int
    tiles: bytes  # width * height of Tile
    players: tuple[PlayerView, ...] = ()
    bombs: tuple[BombView, ...] = ()
    flames: tuple[FlameView, ...] = ()
    items: tuple[ItemView, ...] = ()
    shadows: tuple[int, ...] = ()  # numbers of tiles that a wall will soon fall on
    breaking: tuple[tuple[int, float], ...] = ()  # the number of each BREAKING tile, and the ticks until it is gone
    go_in: float = 0  # ticks of countdown left; 0 while the round runs
    ticks_left: float = 0  # of the round
    hurry: bool = False  # sudden death: the walls close
    fuse: int = LAST_ONE_STANDING.fuse  # ticks of a whole fuse in these rules
    ending: RoundEnding | None = None  # how the round ended, once it has
    floors: bytes = b""  # as in World: width * height of Floor, or empty
    mode: ModeView | None = None  # what its mode counts; None in last one standing

    @property
    def theme(self) -> str:
        """The name of the theme of the board; \"\" for the plain one."""
        return theme_of(self.floors)

    def within(self, area: Area) -> "View":
        """The same View without items, flames, shadows and breaking bricks outside the area.

        Bombs stay: their flames and the bombs that they light may be in it.
        """
        if area.has(0, 0) and area.has(self.width - 1, self.height - 1):
            return self
        breaking = dict(self.breaking)
        return replace(
            self,
            items=tuple(item for item in self.items if area.has(item.x, item.y)),
            flames=tuple(flame for flame in self.flames if area.has(flame.x, flame.y)),
            shadows=tuple(area.tiles(self.shadows, self.width)),
            breaking=tuple((tile, breaking[tile]) for tile in area.tiles(breaking, self.width)),
        )
