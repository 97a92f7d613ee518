"""Write assets/web/sheet.webp, and its parts into assets/web/pieces: python -m petard.assets.source.make_web_pieces

A page that is a file by itself holds only the pieces that its match needs. Each is a WebP without losses, half as large
as a PNG; its name begins with the number of its first cell. It has as many columns as leave no cell empty.
"""

import pygame

from petard.assets import path
from petard.assets.palette import CHARACTERS
from petard.assets.source.make_web_sheet import CELL, CELLS, COLUMNS
from petard.assets.source.make_web_sheet import sheet as made_sheet

try:
    from PIL import Image  # only to write them
except ImportError:
    Image = None

# The name of each piece, and that of its first cell, in the order of CELLS.
PIECES = {
    **{name or "plain": f"{name}-wall" if name else "wall" for name in ("", "factory", "ruins", "garden", "snow")},
    "things": "bomb-0",
    "signs": "sign-arrow",
    "extras": "cart",
    **{name: f"{name}-body-0" for name in CHARACTERS},
}


def corner(place: int, columns: int = COLUMNS) -> tuple[int, int]:
    """Return where a cell is in the sheet, or in a piece with so many columns."""
    return place % columns * CELL[0], place // columns * CELL[1]


def pieces(sheet: pygame.Surface) -> dict[str, pygame.Surface]:
    """Return the pieces, by the names of their files without a suffix."""
    firsts = [CELLS.index(name) for name in PIECES.values()]
    found: dict[str, pygame.Surface] = {}
    for name, first, end in zip(PIECES, firsts, [*firsts[1:], len(CELLS)], strict=True):
        columns = max(number for number in range(1, COLUMNS + 1) if (end - first) % number == 0)
        rows = (end - first) // columns
        piece = pygame.Surface((columns * CELL[0], rows * CELL[1]), pygame.SRCALPHA, 32)
        for place in range(first, end):
            exact = pygame.BLEND_RGBA_MAX  # on nothing
            piece.blit(sheet, corner(place - first, columns), (*corner(place), *CELL), exact)
        found[f"{first:03}-{name}"] = piece
    return found


def _save(surface: pygame.Surface, *file: str) -> None:
    image = Image.frombytes("RGBA", surface.get_size(), pygame.image.tobytes(surface, "RGBA"))
    image.save(path("web", *file), "WEBP", lossless=True, quality=100, method=6)


if __name__ == "__main__":
    whole = made_sheet()
    _save(whole, "sheet.webp")
    for name, surface in pieces(whole).items():
        _save(surface, "pieces", f"{name}.webp")
