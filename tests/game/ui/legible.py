"""A canvas that looks at every text as it is drawn: how high it is, and how it stands out from the pixels below it."""

from collections.abc import Callable, Hashable

import pygame

from petard.assets.palette import READABLE, Colour, contrast
from petard.game.ui.render.canvas import Canvas

STEP = 5  # every fifth pixel is looked at
STRAY = 0.05  # so small a part of the pixels may be worse: a corner of a panel, a line of the picture behind


class LegibleCanvas(Canvas):
    """Notes each text that is smaller than `least` pixels, has too little contrast, or lies on another text.

    `texts`: all that was drawn. `faults`: one sentence for each text that cannot be read. With `apart` no text may lie
    on another one, unless a panel was drawn between them. With `whole` none may be cut.
    """

    def __init__(self, surface: pygame.Surface, least: int, apart: bool, whole: bool = False) -> None:
        super().__init__(surface)
        self.least, self.apart, self.whole = least, apart, whole
        self.texts: list[str] = []
        self.faults: list[str] = []
        self._open: list[tuple[str, pygame.Rect]] = []  # texts of this picture that no panel has covered

    def begin(self) -> None:
        """A fresh picture has no texts."""
        super().begin()
        self._open = []

    def panel(self, x: float, y: float, w: float, h: float, *rest: object, **named: object) -> None:
        """Forget the texts below it."""
        cover = self.pixels(x, y, w, h)
        self._open = [(text, place) for text, place in self._open if not cover.colliderect(place)]
        super().panel(x, y, w, h, *rest, **named)  # type: ignore[arg-type]

    def fitted(self, string: str, size: float, width: float) -> tuple[float, str]:
        """Compare what is left of a text with all of it."""
        size, shown = super().fitted(string, size, width)
        if self.whole and shown != string:
            self.faults.append(f"{string!r} is cut")
        return size, shown

    def stamp(
        self, key: Hashable, make: Callable[[], pygame.Surface], x: float, y: float, anchor: str = "topleft"
    ) -> pygame.Rect:
        """Texts have keys of four parts: the string, its height in pixels, its colour, and that of its rim."""
        if isinstance(key, tuple) and len(key) == 4 and isinstance(key[2], tuple):
            self._check(*key, self.cache.find(key, make), x, y, anchor)
        return super().stamp(key, make, x, y, anchor)

    def _check(
        self,
        string: str,
        height: int,
        colour: Colour,
        rim: Colour | None,
        text: pygame.Surface,
        x: float,
        y: float,
        anchor: str,
    ) -> None:
        self.texts.append(string)
        if height < self.least:
            self.faults.append(f"{string!r} is {height} pixels high")
        place = text.get_rect()
        setattr(place, anchor, self.pixels(x, y, 0, 0).topleft)
        ink = text.get_bounding_rect().move(place.topleft).clip(self.surface.get_clip())
        if self.apart:
            below = [other for other, there in self._open if there.colliderect(ink)]
            self.faults += [f"{string!r} lies on {other!r}" for other in below]
        self._open.append((string, ink))
        ratio = contrast(colour, rim[:3]) if rim else self._worst(text, place, colour)
        if ratio < READABLE:
            self.faults.append(f"{string!r} in {colour} has a contrast of {ratio:.2f}")

    def _worst(self, text: pygame.Surface, place: pygame.Rect, colour: Colour) -> float:
        """The contrast with what lies below the letters, but for STRAY of it."""
        seen = place.clip(self.surface.get_clip())
        if not seen:
            return 21.0
        ground = pygame.image.tobytes(self.surface.subsurface(seen), "RGB")
        letters = pygame.image.tobytes(text.subsurface(seen.move(-place.x, -place.y)), "RGBA")
        spots = [spot for spot in range(0, seen.w * seen.h, STEP) if letters[spot * 4 + 3] > 100]
        colours = [ground[spot * 3 : spot * 3 + 3] for spot in spots]
        known = {pixel: contrast(colour, (pixel[0], pixel[1], pixel[2])) for pixel in set(colours)}
        ratios = sorted(known[pixel] for pixel in colours)
        return ratios[int(len(ratios) * STRAY)] if ratios else 21.0
