"""A picture of a wild match, drawn by the painter alone, beside filling a surface of that size and flipping it."""

import os
from functools import cache, partial
from statistics import median, quantiles

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")

import pygame

from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.hud import Hud, HudInfo
from petard.game.ui.render.painter import Painter
from petard.game.view.cues import Cue, Jolt, PlayerDied, Sparks
from petard.game.view.view import View
from tests.bench.model import Effort, Figure, Probe, Run, Source, Values
from tests.bench.timing import Act, clock
from tests.game.scenes import busy, seats

BOARDS = {8: (15, 13), 64: (41, 31)}  # by players: width and height in tiles
PICTURES = {Effort.QUICK: 60, Effort.USUAL: 300, Effort.LONG: 3000}
WARM = 60  # pictures that fill the caches and are not counted
SIZE = (1280, 720)


@cache
def canvas() -> Canvas:
    """The one window."""
    pygame.init()
    return Canvas(pygame.display.set_mode(SIZE))


def milliseconds(act: Act) -> float:
    start = clock()
    act()
    return 1000 * (clock() - start)


def draw(painter: Painter, hud: Hud, view: View, standing: HudInfo, number: int) -> None:
    """One whole picture, as the match screen draws it, with a blast and a death now and then."""
    now = number / 60
    if number % 10 == 0:
        cues: list[Cue] = [Jolt(3, 3), *(Sparks("chip", 2.0 + x, 5.0, 14) for x in range(6))]
        cues += [PlayerDied(3, 4, 7.5, 7.5), Sparks("spark", 7, 7, 10), Sparks("puff", 7, 7, 6)]
        painter.handle_cues(cues, now)
    canvas().begin()
    painter.draw(canvas(), view, standing.seats, now, standing.mine)
    hud.draw(canvas(), view, standing, now)
    pygame.display.flip()


def wipe() -> None:
    """The reference: fill a surface of that size and flip it."""
    canvas().surface.fill((1, 2, 3))
    pygame.display.flip()


def start(effort: Effort, players: int) -> Run:
    """Prepare the views, and draw."""
    standing = HudInfo(seats(players), (0,), 1, 3, 20, 1, "Walk: arrows or WASD   Bomb: Space")
    views = [busy(players, *BOARDS[players], 700.0 + number) for number in range(PICTURES[effort] + WARM)]

    def run() -> Values:
        painter, hud = Painter(Comfort()), Hud()
        acts = [partial(draw, painter, hud, view, standing, number) for number, view in enumerate(views)]
        spent = [milliseconds(act) for act in acts][WARM:]
        wiped = [milliseconds(wipe) for _ in range(100)]
        return {"value": median(spent), "p99": quantiles(spent, n=100)[98], "wipe": median(wiped)}

    return run


def _figures(players: int) -> tuple[Figure, ...]:
    name = f"picture.{players}"
    wiped = Source(name, "wipe")
    what = f"a picture of {players} players; reference: filling the surface and flipping it"
    return (
        Figure(f"{name}-p50", what, "ms", "pictures", Source(name), wiped),
        Figure(f"{name}-p99", f"{what}; 99th percentile", "ms", "pictures", Source(name, "p99"), wiped),
    )


PROBES = tuple(Probe(f"picture.{players}", "pictures", partial(start, players=players), 3) for players in BOARDS)
FIGURES = tuple(figure for players in BOARDS for figure in _figures(players))
