"""How long a picture of a wild match takes: `python -m tests.tools.bench_draw [pictures] [players] [width] [height]`.

Prints milliseconds of processor time per picture (median and 99th percentile) at 1280 x 720 on the software renderer,
and the same as a multiple of a reference that every machine can be compared by: filling a surface of that size and
flipping it. A picture must stay well under 16.7 ms, since the rules, the network and other programs want their share.
"""

import os
import sys
from collections.abc import Callable, Iterable
from functools import partial
from statistics import median, quantiles
from time import process_time

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")

import pygame

from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.hud import Hud, HudInfo
from petard.game.ui.render.painter import Painter
from petard.game.view.cues import Cue, Jolt, PlayerDied, Sparks
from petard.game.view.view import View
from tests.game.scenes import busy, seats

USUAL = ("600", "8", "15", "13")  # pictures, players, width, height
WARM = 60  # pictures that fill the caches and are not counted
SIZE = (1280, 720)


def timed(acts: Iterable[Callable[[], None]]) -> list[float]:
    """Milliseconds of processor time that each act takes, so that a busy machine does not count."""
    spent = []
    for act in acts:
        start = process_time()
        act()
        spent.append((process_time() - start) * 1000)
    return spent


def picture(canvas: Canvas, painter: Painter, hud: Hud, view: View, standing: HudInfo, number: int) -> None:
    """One whole picture, as the match screen draws it, with a blast and a death now and then."""
    now = number / 60
    if number % 10 == 0:
        cues: list[Cue] = [Jolt(3, 3), *(Sparks("chip", 2.0 + x, 5.0, 14) for x in range(6))]
        cues += [PlayerDied(3, 4, 7.5, 7.5), Sparks("spark", 7, 7, 10), Sparks("puff", 7, 7, 6)]
        painter.handle_cues(cues, now)
    canvas.begin()
    painter.draw(canvas, view, standing.seats, now, standing.mine)
    hud.draw(canvas, view, standing, now)
    pygame.display.flip()


def wipe(canvas: Canvas) -> None:
    """The reference: fill a surface of that size and flip it."""
    canvas.surface.fill((1, 2, 3))
    pygame.display.flip()


def measure(pictures: int, players: int, width: int, height: int) -> tuple[list[float], list[float], int]:
    """Milliseconds of each picture and of each reference, and the particles that flew at the end."""
    pygame.init()
    canvas = Canvas(pygame.display.set_mode(SIZE))
    painter, hud = Painter(Comfort()), Hud()
    standing = HudInfo(seats(players), (0,), 1, 3, 20, 1, "Walk: arrows or WASD   Bomb: Space")
    views = [busy(players, width, height, 700.0 + number) for number in range(pictures + WARM)]
    acts = [partial(picture, canvas, painter, hud, view, standing, number) for number, view in enumerate(views)]
    spent = timed(acts)[WARM:]
    return spent, timed([partial(wipe, canvas)] * 200), len(painter.feel.pool.particles)


def main() -> None:
    """Run the bench and print one line for each figure."""
    words = sys.argv[1:]
    pictures, players, width, height = (int(word) for word in [*words, *USUAL[len(words) :]])
    spent, wiped, particles = measure(pictures, players, width, height)
    flames = len(busy(players, width, height).flames)
    p50, p99, reference = median(spent), quantiles(spent, n=100)[98], median(wiped)
    sys.stdout.write(
        f"{players} players on {width} x {height}, {flames} flames, {particles} particles\n"
        f"picture: p50 {p50:.2f} ms, p99 {p99:.2f} ms, longest {max(spent):.2f} ms\n"
        f"fill and flip: {reference:.2f} ms; a picture is {p50 / reference:.1f} of them\n"
    )


if __name__ == "__main__":
    main()
