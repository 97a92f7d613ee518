"""A canvas that checks every text as it is drawn: its height, its contrast with the pixels below it, and its place."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import pygame

from petard.assets.palette import READABLE, Colour, contrast
from petard.game.ui.render.canvas import Canvas

STEP = 5  # every fifth pixel is checked
STRAY = 0.05  # this part of the pixels may be worse: a corner of a panel, a line of the picture behind


@dataclass(frozen=True, slots=True)
class TextRules:
    """What a canvas demands of every text."""

    least: int = 0  # pixels; no text is lower
    apart: bool = False  # no text lies on another one, unless a panel was drawn between them
    whole: bool = False  # no text is cut
    inside: bool = False  # no text leaves the topmost panel below its middle, or the window, to the left or right
    contrast: float = READABLE


class LegibleCanvas(Canvas):
    """Checks each text by the rules. `texts`: all that was drawn. `faults`: one sentence for each broken rule."""

    def __init__(self, surface: pygame.Surface, rules: TextRules) -> None:
        super().__init__(surface)
        self.rules = rules
        self.texts: list[str] = []
        self.faults: list[str] = []
        self._known: dict[Hashable, float] = {}  # the worst contrast of a text by what it is and the pixels below it
        self._panels: list[pygame.Rect] = []  # of this picture
        self._open: list[tuple[str, pygame.Rect]] = []  # texts of this picture that no panel has covered

    def begin(self) -> None:
        """A new picture has no panels and no texts."""
        super().begin()
        self._panels = [self.surface.get_rect()]
        self._open = []

    def panel(self, x: float, y: float, w: float, h: float, *rest: object, **named: object) -> None:
        """Note its place, and forget the texts below it."""
        cover = self.pixels(x, y, w, h)
        self._panels.append(cover)
        self._open = [(text, place) for text, place in self._open if not cover.colliderect(place)]
        super().panel(x, y, w, h, *rest, **named)  # type: ignore[arg-type]

    def fitted(self, string: str, size: float, width: float) -> tuple[float, str]:
        """Compare the shown part of a text with all of it."""
        size, shown = super().fitted(string, size, width)
        if self.rules.whole and shown != string:
            self.faults.append(f"{string!r} is cut")
        return size, shown

    def stamp(
        self, key: Hashable, make: Callable[[], pygame.Surface], x: float, y: float, anchor: str = "topleft"
    ) -> pygame.Rect:
        """Check it, if it is a text: its key is the string, its height in pixels, its colour, and that of its rim."""
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
        if height < self.rules.least:
            self.faults.append(f"{string!r} is {height} pixels high")
        place = text.get_rect()
        setattr(place, anchor, self.pixels(x, y, 0, 0).topleft)
        ink = text.get_bounding_rect().move(place.topleft).clip(self.surface.get_clip())
        if self.rules.apart:
            below = [other for other, there in self._open if there.colliderect(ink)]
            self.faults += [f"{string!r} lies on {other!r}" for other in below]
        self._open.append((string, ink))
        if self.rules.inside and self.surface.get_clip() == self.surface.get_rect():
            panel = [panel for panel in self._panels if panel.collidepoint(place.center)][-1]
            if place.left < panel.left or place.right > panel.right:
                self.faults.append(f"{string!r} at {place} leaves {panel}")
        if not self.rules.contrast:
            return
        ratio = contrast(colour, rim[:3]) if rim else self._worst(string, text, place, colour)
        if ratio < self.rules.contrast:
            self.faults.append(f"{string!r} in {colour} has a contrast of {ratio:.2f}")

    def _worst(self, string: str, text: pygame.Surface, place: pygame.Rect, colour: Colour) -> float:
        """The lowest contrast with the pixels below the letters, ignoring the part STRAY of them.

        Most texts stand on the same pixels in picture after picture: each is measured once.
        """
        seen = place.clip(self.surface.get_clip())
        if not seen:
            return 21.0
        ground = pygame.image.tobytes(self.surface.subsurface(seen), "RGB")
        part = seen.move(-place.x, -place.y)
        key = (string, colour, text.get_size(), tuple(part), hash(ground))
        if key not in self._known:
            self._known[key] = _worst_of(ground, pygame.image.tobytes(text.subsurface(part), "RGBA"), colour)
        return self._known[key]


def _worst_of(ground: bytes, letters: bytes, colour: Colour) -> float:
    """`ground`: three bytes for each pixel; `letters`: four."""
    spots = [spot * STEP for spot, solid in enumerate(letters[3 :: 4 * STEP]) if solid > 100]
    colours = [ground[spot * 3 : spot * 3 + 3] for spot in spots]
    known = {pixel: contrast(colour, (pixel[0], pixel[1], pixel[2])) for pixel in set(colours)}
    ratios = sorted(known[pixel] for pixel in colours)
    return ratios[int(len(ratios) * STRAY)] if ratios else 21.0
