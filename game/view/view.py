"""What a picture shows: one frozen value per thing that can be seen, made by the session, drawn by the painter.

Rule 1: a View holds all that is drawn and nothing that is not known to this player.
Rule 2: places are in tiles, floats: (0.5, 0.5) is the middle of the top-left tile. Tile numbers are y * width + x.
Rule 3: times are in ticks (1/60 s). What is to come is given as what is left; what was, as the tick it happened.
Rule 4: names, colours and characters are not here: they come with the seats.
"""

from dataclasses import dataclass

from petard.game.view.round_ending import RoundEnding
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.world import Direction

NEVER = -1.0  # `PlayerView.died_at` of somebody who lives


@dataclass(frozen=True, slots=True)
class PlayerView:
    """One body: where its centre is, how it stands, what it carries. The dead stay in the list."""

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
    flame: int = 2  # tiles
    skate: int = 0
    kick: bool = False
    health: int = 1


@dataclass(frozen=True, slots=True)
class BombView:
    """A bomb, which may be rolling."""

    x: float
    y: float
    owner: int
    ticks_left: float  # to the blast
    flame: int  # how far it will reach, in tiles beside its own


@dataclass(frozen=True, slots=True)
class FlameView:
    """One tile that burns now."""

    x: int  # tile
    y: int  # tile
    shape: int  # Shape
    ticks_left: float
    owner: int


@dataclass(frozen=True, slots=True)
class ItemView:
    """Something to pick up."""

    x: int  # tile
    y: int  # tile
    kind: int  # Item


@dataclass(frozen=True, slots=True)
class View:
    """All of one picture."""

    tick: float
    width: int
    height: int
    tiles: bytes  # width * height of Tile
    players: tuple[PlayerView, ...] = ()
    bombs: tuple[BombView, ...] = ()
    flames: tuple[FlameView, ...] = ()
    items: tuple[ItemView, ...] = ()
    shadows: tuple[int, ...] = ()  # tile numbers that a wall is about to fall on
    breaking: tuple[tuple[int, float], ...] = ()  # each BREAKING tile's number and the ticks until it is gone
    go_in: float = 0  # ticks of countdown left; 0 while the round runs
    ticks_left: float = 0  # of the round
    hurry: bool = False  # the walls close
    fuse: int = LAST_ONE_STANDING.fuse  # ticks that a fuse of these rules burns
    ending: RoundEnding | None = None  # how the round ended, once it has
