"""Draw every picture of the game into assets/sprites: python -m petard.assets.source.make_sprites [names...]

Rule 1: PICTURES lists all pictures.
Rule 2: no window is opened, so it runs without a screen.
Rule 3: a second run gives the same pixels, so a picture changes only when its script does.
"""

import sys
from collections.abc import Callable
from functools import cache, partial

import pygame

from petard.assets import path
from petard.assets.palette import CHARACTERS
from petard.assets.source import (
    animals,
    backdrop,
    blasts,
    creatures,
    figure,
    floor_signs,
    icons,
    marks,
    themes,
    tiles,
    title,
)

Picture = Callable[[], pygame.Surface]

FIGURES: dict[str, Callable[[figure.Figure], None]] = {
    "robot": creatures.robot,
    "cat": animals.cat,
    "bunny": animals.bunny,
    "frog": creatures.frog,
    "ghost": creatures.ghost,
    "bear": animals.bear,
    "bird": creatures.bird,
    "fox": animals.fox,
}


@cache
def _sheets(character: str) -> tuple[pygame.Surface, pygame.Surface]:
    return figure.sheets(FIGURES[character])


def _body(character: str) -> pygame.Surface:
    return _sheets(character)[0]


def _face(character: str) -> pygame.Surface:
    return _sheets(character)[1]


PICTURES: dict[str, Picture] = {
    "wall": tiles.wall,
    "brick": tiles.brick,
    "shadow": tiles.shadow,
    "bubble": blasts.bubble,
    "ill-0": partial(marks.ill, 0),
    "ill-1": partial(marks.ill, 1),
    "spikes": marks.spikes,
    "landing": marks.landing,
    "bomb-shade": marks.bomb_shade,
    "cart": marks.cart,
    "spark": blasts.spark,
    "star": icons.star_sign,
    "crown": icons.crown,
    "heart": icons.heart,
    "skull": icons.skull,
    "logo": title.logo,
    "backdrop": partial(backdrop.backdrop, FIGURES),
    "stage": partial(backdrop.backdrop, {}),
    "icon": title.icon,
    **{f"floor-{k}": partial(tiles.floor, k) for k in range(2)},
    **{f"brick-break-{k}": partial(tiles.brick_break, k) for k in range(4)},
    **{f"bomb-{k}": partial(blasts.bomb, k) for k in range(4)},
    **{f"flame-centre-{k}": partial(blasts.flame_centre, k) for k in range(3)},
    **{f"flame-middle-{k}": partial(blasts.flame_middle, k) for k in range(3)},
    **{f"flame-end-{k}": partial(blasts.flame_end, k) for k in range(3)},
    **{f"puff-{k}": partial(blasts.puff, k) for k in range(3)},
    **{f"item-{kind}": partial(icons.item, kind) for kind in icons.ITEMS},
    **{f"{name}-body": partial(_body, name) for name in CHARACTERS},
    **{f"{name}-face": partial(_face, name) for name in CHARACTERS},
    **themes.PICTURES,
    **floor_signs.PICTURES,
}


def main(names: list[str]) -> None:
    """Draw the named pictures, or all of them."""
    folder = path("sprites")
    folder.mkdir(exist_ok=True)
    for name in names or PICTURES:
        pygame.image.save(PICTURES[name](), folder / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
