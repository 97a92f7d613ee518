"""The picture in the window, in logical units, whatever the real size of the window.

Rule 1: everything outside this file uses logical units; only here are they turned into pixels. A menu has a page of
        1280 x 720 in the middle of the window, or one of 720 x 1200 in a tall window; a match has the whole window,
        whose shorter side is 720 units.
Rule 2: nothing is drawn small and scaled up: text, panels and sprites are made at the real size and kept in caches
        with a limit, so a window may be resized for hours.
Rule 3: a window of 15 or 16 bits a pixel gets a copy of the picture, which is drawn with 32.
Rule 4: a missing sprite is left out, never a crash.
"""

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from math import floor
from pathlib import Path

import pygame

from petard.assets import path
from petard.assets.palette import INK, NIGHT
from petard.game.ui.render.fonts import Fonts
from petard.game.ui.render.rounded import Colour, ringed, rounded
from petard.shared.files import write_file

WIDTH, HEIGHT = 1280, 720  # logical units; pixels of the window as it opens
TALL_WIDTH, TALL_HEIGHT = 720, 1200  # of the page of a menu in a tall window
ORPHAN = 0.3  # of the width: a last line that is less wide looks lost
TALL_FROM = 1.3  # heights of the width
DRAWABLE = (24, 32)  # bits of a pixel; pygame scales no others smoothly, and has their colours in less detail
SMALLEST = (160, 90)  # pixels; a smaller window is drawn as if it were this large
CACHED_PIXELS = 24_000_000  # about 96 MB, three screens of 4K
THICKEST = 7  # logical units: the rim of the largest text
FITS = 1024  # results of `fitted` that are kept
SHRINK = 0.7  # text that is too wide is made smaller down to this share of its size; then its end is cut off
READABLE = 20  # logical units: no text is made smaller than this to fit; text to be read in play is no smaller


@dataclass(frozen=True, slots=True)
class Frame:
    """The area that is drawn on: its corner in pixels of the window, and its size in logical units."""

    scale: float  # pixels in a logical unit
    left: int
    top: int
    wide: float
    tall: float
    grow: float = 1.0  # text that is given a width may be larger by this factor
    fold: "Fold | None" = None  # of a folded page


@dataclass(frozen=True, slots=True)
class Fold:
    """A page that is folded at x = `split`: the left part is above the right one. `edge`: of the part that is drawn."""

    split: float
    upper: Frame
    lower: Frame
    edge: pygame.Rect

    def frame_at(self, x: float, y: float) -> Frame | None:
        """Return the frame of the part with this pixel; None for one beside it."""
        frame = self.lower if y >= self.lower.top else self.upper
        is_right = (x - frame.left) / frame.scale >= self.split
        return frame if is_right == (frame is self.lower) else None


@lru_cache(maxsize=256)
def drawing(name: str) -> pygame.Surface:
    """Return the sprite of that name as it lies in its file, a surface without pixels if there is none."""
    file = path("sprites", f"{name}.png")
    return pygame.image.load(file).convert_alpha() if file.is_file() else pygame.Surface((0, 0))


class Cache:
    """Surfaces by key with a limit in pixels; the one that was unused for longest is dropped first."""

    def __init__(self, limit: int = CACHED_PIXELS) -> None:
        self._limit = limit
        self._pixels = 0
        self._kept: OrderedDict[Hashable, pygame.Surface] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def find(self, key: Hashable, make: Callable[[], pygame.Surface]) -> pygame.Surface:
        """Return the surface of `key`, made now if it is not kept."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        made = make()
        self._kept[key] = made
        self._pixels += made.get_width() * made.get_height()
        while self._pixels > self._limit and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._pixels -= old.get_width() * old.get_height()
        return made


class Canvas:
    """Draws on the window in logical units."""

    def __init__(self, window: pygame.Surface) -> None:
        self.fonts = Fonts()
        self.text_size = 1.0  # how large the person wants text, beside the usual size
        self.cache = Cache()  # of surfaces at the window's size; another one when that changes
        self._fits = lru_cache(maxsize=FITS)(self._fitted)
        self.frame = Frame(1.0, 0, 0, WIDTH, HEIGHT)
        self._fit(window)

    @property
    def scale(self) -> float:
        """Pixels in a logical unit."""
        return self.frame.scale

    @property
    def wide(self) -> float:
        """The width of what is drawn on, in logical units."""
        return self.frame.wide

    @property
    def tall(self) -> float:
        """The height of what is drawn on, in logical units."""
        return self.frame.tall

    def begin(self) -> None:
        """Start a picture with a page: follow the window if its size has changed, and clear it."""
        window = pygame.display.get_surface() or self._window
        if window is not self._window or window.get_size() != self._size:
            self._fit(window)
        self.fit_page()
        self.surface.set_clip(None)
        self.surface.fill(INK)

    def show(self) -> None:
        """Show the picture in the window."""
        if self._window is not self.surface:
            self._window.blit(self.surface, (0, 0))
        pygame.display.flip()

    def save(self, file: Path) -> None:
        """Write the picture as a PNG file. Raises FileProblem or pygame.error."""
        picture = BytesIO()
        pygame.image.save(self.surface, picture, "png")
        write_file(file, picture.getvalue())

    def _fit(self, window: pygame.Surface) -> None:
        self._window, self._size = window, window.get_size()
        is_drawable = window.get_bitsize() in DRAWABLE
        self.surface = window if is_drawable else pygame.Surface(self._size, 0, 32)
        self.cache = Cache()
        self.fonts.clear()
        self._fits.cache_clear()
        self.fit_page()

    @property
    def is_tall(self) -> bool:
        """True for a window that is so much taller than wide that a tall page fills it better."""
        return self._size[1] >= self._size[0] * TALL_FROM

    def fit_page(self, used: float = WIDTH, wide: float = WIDTH, tall: float = HEIGHT) -> None:
        """From here on draw on a page of `wide` x `tall` units in the middle of the window.

        `used`: the units in its middle that something is drawn on; a narrow window shows these as large as it can.
        """
        width, height = max(self._size[0], SMALLEST[0]), max(self._size[1], SMALLEST[1])
        scale = min(width / used, height / tall)
        left, top = round((width - wide * scale) / 2), round((height - tall * scale) / 2)
        self._set_frame(Frame(scale, left, top, wide, tall, self.text_size))

    def fit_folded(self, split: float, lower: bool) -> None:
        """From here on draw one part of a page that is folded at x = `split`: its left part above its right one.

        The page keeps its coordinates; nothing is drawn outside of the part.
        """
        width, height = max(self._size[0], SMALLEST[0]), max(self._size[1], SMALLEST[1])
        scale = min(width / max(split, WIDTH - split), height / HEIGHT / 2)
        top, middle = round((height - 2 * HEIGHT * scale) / 2), round(height / 2)
        lefts = round((width - split * scale) / 2), round((width - (WIDTH + split) * scale) / 2)
        shape = WIDTH, HEIGHT, self.text_size
        upper, below = Frame(scale, lefts[0], top, *shape), Frame(scale, lefts[1], middle, *shape)
        edges = (split, WIDTH) if lower else (0.0, split)
        self.frame = below if lower else upper
        edge = self.pixels(edges[0], 0, edges[1] - edges[0], HEIGHT)
        self.frame = replace(self.frame, fold=Fold(split, upper, below, edge))
        self.clip(None)

    def fit_window(self, shortest: float = HEIGHT) -> None:
        """From here on draw on the whole window, whose shorter side is so many units; fewer if text is to be large."""
        shortest /= self.text_size
        width, height = max(self._size[0], SMALLEST[0]), max(self._size[1], SMALLEST[1])
        scale = min(width, height) / shortest
        self._set_frame(Frame(scale, 0, 0, width / scale, height / scale))

    def _set_frame(self, frame: Frame) -> None:
        """Draw on another area, and on all of it if the one before was a part of a folded page."""
        was_folded, self.frame = self.frame.fold is not None, frame
        if was_folded:
            self.clip(None)

    def to_logical(self, pos: tuple[float, float]) -> tuple[float, float]:
        """Return the place of a pixel in logical units; outside 0..wide and 0..tall on the bars at the edges."""
        frame = self.frame.fold.frame_at(*pos) if self.frame.fold else self.frame
        if frame is None:
            return -1.0, -1.0
        return (pos[0] - frame.left) / frame.scale, (pos[1] - frame.top) / frame.scale

    def pixels(self, x: float, y: float, w: float, h: float) -> pygame.Rect:
        """Return the pixels of a box; boxes that touch in logical units touch in pixels."""
        left, top = self.frame.left + round(x * self.scale), self.frame.top + round(y * self.scale)
        right, bottom = self.frame.left + round((x + w) * self.scale), self.frame.top + round((y + h) * self.scale)
        return pygame.Rect(left, top, max(1, right - left), max(1, bottom - top))

    def length(self, units: float) -> int:
        """Return logical units as pixels, at least one."""
        return max(1, round(units * self.scale))

    def clip(self, box: tuple[float, float, float, float] | None) -> None:
        """Draw inside this box only, until None is set."""
        edge = self.frame.fold.edge if self.frame.fold else None
        inside = self.pixels(*box) if box else edge
        self.surface.set_clip(inside.clip(edge) if inside and edge else inside)

    def stamp(
        self, key: Hashable, make: Callable[[], pygame.Surface], x: float, y: float, anchor: str = "topleft"
    ) -> pygame.Rect:
        """Draw the surface of `key`, made by `make`, with the corner or side that `anchor` names at (x, y)."""
        surface = self.cache.find(key, make)
        place = surface.get_rect()
        setattr(place, anchor, self.pixels(x, y, 0, 0).topleft)
        return self.surface.blit(surface, place)

    def text(
        self,
        string: str,
        x: float,
        y: float,
        size: float,
        colour: Colour,
        anchor: str = "topleft",
        width: float | None = None,
        shade: Colour | None = None,
    ) -> float:
        """Draw one line in the language of the person, `size` units high, with the corner `anchor` at (x, y).

        With `width` it is made smaller, then cut, until it fits. `shade` is the colour of a rim. Returns the width of
        the text in logical units.
        """
        if not string:
            return 0.0
        string = self.said(string)
        if width is not None:
            larger = min(self.grown(size), size * width / max(1.0, self.width_of(string, size)))
            size, string = self.fitted(string, max(size, larger), width)
        tall, rim = self.length(size), self.length(min(size / 14, THICKEST)) if shade else 0

        def make() -> pygame.Surface:
            return self.fonts.render(string, tall, colour[:3], shade[:3] if shade else None, rim)

        self.stamp((string, tall, colour, shade), make, x, y, anchor)
        return self.fonts.width(string, tall) / self.scale

    def said(self, text: str) -> str:
        """A text in the language of the person: phrases are translated, names and what people wrote are not."""
        return self.fonts.catalogue.translate(text)

    def width_of(self, string: str, size: float) -> float:
        return self.fonts.width(self.said(string), self.length(size)) / self.scale

    def grown(self, size: float) -> float:
        """Return the size of a text that has room to be as large as the person wants it."""
        return size * self.frame.grow

    def fitted(self, string: str, size: float, width: float) -> tuple[float, str]:
        """Return the size and the text that fit into `width`: smaller at first, then with the end cut off."""
        string = self.said(string)
        return (size, string) if self.width_of(string, size) <= width else self._fits(string, size, width, self.scale)

    def _fitted(self, string: str, size: float, width: float, scale: float) -> tuple[float, str]:
        wide = self.width_of(string, size)
        smaller = max(size * max(SHRINK, width / wide * 0.98), min(size, READABLE))
        size = floor(smaller * scale) / scale  # fonts come in whole pixels
        if self.width_of(string, size) <= width:
            return size, string
        kept = bisect_left(range(len(string)), width, key=lambda kept: self.width_of(string[:kept] + "…", size))
        return size, string[: max(0, kept - 1)].rstrip() + "…"

    def wrap_text(self, text: str, size: float, width: float, most: int) -> list[str]:
        """Break a text between words into at most `most` lines; the last one takes the rest, for `fitted` to cut.

        Where the person wants larger text, the lines are those of the larger one, if all of it fits.
        """
        for tried in dict.fromkeys((self.grown(size), size)):
            lines = self._wrapped(text, tried, width, most)
            if all(self.width_of(line, tried) <= width for line in lines):
                return self._without_orphan(lines, tried, width)
        return lines

    def _without_orphan(self, lines: list[str], size: float, width: float) -> list[str]:
        """Break the same text into lines that are less wide, if the last one would have little more than a word."""
        if len(lines) < 2 or self.width_of(lines[-1], size) > ORPHAN * width:
            return lines
        for narrow in (width * percent / 100 for percent in range(55, 100, 5)):
            tried = self._wrapped(" ".join(lines), size, narrow, len(lines))
            if all(self.width_of(line, size) <= narrow for line in tried):
                return tried
        return lines

    def _wrapped(self, text: str, size: float, width: float, most: int) -> list[str]:
        lines: list[str] = [""]
        for word in self.said(text).split():
            longer = f"{lines[-1]} {word}".strip()
            if self.width_of(longer, size) <= width or not lines[-1] or len(lines) == most:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def panel(
        self,
        x: float,
        y: float,
        w: float,
        h: float,
        colour: Colour,
        radius: float = 18,
        rim: Colour | None = None,
        rim_width: float = 4,
    ) -> None:
        """Draw a box with round corners; a colour of four numbers lets the background show through."""
        box = self.pixels(x, y, w, h)
        round_by = min(self.length(radius), box.w // 2, box.h // 2)
        thick = self.length(rim_width) if rim else 0

        def make() -> pygame.Surface:
            surface = rounded(box.size, colour, round_by)
            return surface if rim is None else ringed(surface, rim, thick, colour, round_by)

        self.surface.blit(self.cache.find((box.size, colour, round_by, rim, thick), make), box)

    def box(self, x: float, y: float, w: float, h: float, colour: Colour) -> None:
        self.surface.fill(colour[:3], self.pixels(x, y, w, h))

    def image(self, name: str, x: float, y: float, w: float, h: float, faint: int = 255) -> bool:
        """Draw an image in a box; `faint` is its opacity, 0 to 255. False if there is no such sprite."""
        source = drawing(name)
        if not source.get_width():
            return False
        box = self.pixels(x, y, w, h)

        def make() -> pygame.Surface:
            made = pygame.transform.smoothscale(source, box.size)
            made.set_alpha(faint)
            return made

        self.surface.blit(self.cache.find((name, box.size, faint), make), box)
        return True

    def backdrop(self, name: str = "backdrop", dim: int = 0) -> None:
        """Fill the whole window, with the bars at its edges, with a picture made darker by `dim`, 0 to 255."""
        self.surface.blit(self.cache.find(("backdrop", name, dim), lambda: self._covering(name, dim)), (0, 0))

    def _covering(self, name: str, dim: int) -> pygame.Surface:
        whole = pygame.Surface(self._size, 0, 32)
        whole.fill(NIGHT)
        source = drawing(name)
        if source.get_width():
            grow = max(self._size[0] / source.get_width(), self._size[1] / source.get_height())
            size = round(source.get_width() * grow), round(source.get_height() * grow)
            large = pygame.transform.smoothscale(source, size)
            whole.blit(large, large.get_rect(center=whole.get_rect().center))
        shade = pygame.Surface(self._size, 0, 32)
        shade.fill(INK)
        shade.set_alpha(dim)
        whole.blit(shade, (0, 0))
        return whole
