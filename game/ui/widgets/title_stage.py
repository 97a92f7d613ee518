"""The stage of the title: the characters hop in turn, as a wave goes through a crowd, and sparks fly from the fuse.

Rule: `now` alone decides where everything is, so nothing is remembered.
"""

from math import cos, sin

from petard.assets.palette import CHARACTERS
from petard.game.ui.render.canvas import HEIGHT, WIDTH, Canvas, drawing
from petard.game.ui.render.player_looks import FigureSprite, draw_portrait, walk_cell

STAGE = "stage"  # the picture without characters
# Who stands where on that picture: the character, and the x of its middle.
PLACES = (
    *(("robot", 76.0), ("bear", 176.0), ("bunny", 270.0), ("frog", 366.0)),
    *(("ghost", 914.0), ("cat", 1010.0), ("bird", 1106.0), ("fox", 1204.0)),
)
FEET, TALL = 652.0, 96.0  # the line under them, and how wide they are
WAVE = 6.0  # seconds from wave to wave
HOP, BETWEEN, HIGH = 0.7, 0.22, 46.0  # seconds of a hop; from one to the next; its height
WALKS = 1.4  # seconds before its hop in which a character steps from foot to foot
TIP = 932.0, 50.0  # the end of the fuse, on the page
SPARKS, LIFE = 7, 0.9  # at once; seconds


def draw_stage(canvas: Canvas, now: float, moves: bool) -> None:
    """Draw the stage over the whole window, as the picture covers it. Without `moves` everybody stands still."""
    canvas.backdrop(STAGE)
    size = canvas.surface.get_size()
    grow = max(size[0] / WIDTH, size[1] / HEIGHT)
    for place, (name, x) in enumerate(PLACES):
        hop, cell = pose_at(now, place) if moves else (0.0, 0)
        at = size[0] / 2 + (x - WIDTH / 2) * grow, size[1] / 2 + (FEET - hop - HEIGHT / 2) * grow
        number = CHARACTERS.index(name)
        draw_portrait(canvas, FigureSprite(number, number, 0), *canvas.to_logical(at), TALL * grow / canvas.scale, cell)


def draw_fuse(canvas: Canvas, now: float, moves: bool) -> None:
    """Draw the sparks that fly from the fuse of the logo."""
    if not moves or not drawing("spark").get_width():
        return
    for spark in range(SPARKS):
        age = (now / LIFE + spark / SPARKS) % 1.0
        turn = spark * 2.4 + (now / LIFE + spark / SPARKS) // 1.0 * 1.7
        x, y = TIP[0] + 46 * age * cos(turn), TIP[1] + 30 * age * sin(turn) + 60 * age * age
        side = round(16 * (1 - age)) + 6.0
        canvas.image("spark", x - side / 2, y - side / 2, side, side)


def pose_at(now: float, place: int) -> tuple[float, int]:
    """Return how high a character is off the ground, and its cell. `place`: in the row, from the left.

    >>> pose_at(0.0, 0), pose_at(HOP / 2, 0)
    ((0.0, 0), (46.0, 0))
    """
    since = (now - place * BETWEEN) % WAVE
    part = since / HOP
    high = 4 * HIGH * part * (1 - part) if part < 1 else 0.0
    return high, walk_cell(now, place) if since > WAVE - WALKS else 0
