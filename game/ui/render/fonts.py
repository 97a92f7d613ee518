"""Text: its language, one bold typeface that comes with pygame, and the fonts of the computer for letters it lacks.

Rule 1: sizes are line heights in pixels. Letters are drawn larger and scaled down: SDL puts them at whole pixels only,
        which leaves gaps within words at small sizes.
Rule 2: the fonts of the computer are searched once, and only when such a letter is used.
Rule 3: a font has a letter if it draws something else than for NO_LETTER. Its metrics and its name do not tell: a
        system may load another font than the one asked for.
"""

from contextlib import suppress
from functools import cache, cached_property, lru_cache
from itertools import groupby

import pygame

from petard.game.texts.phrases import Catalogue

FONT = "freesansbold.ttf"  # comes with pygame and with pygame-ce
SMALLEST = 6  # pixels; less cannot be read anyway
FINE = 2  # so many times larger
LARGE = 60  # pixels; letters so high are drawn as they are: no gap is seen, and a title takes a quarter of the time
KEPT = 4096  # widths, and letters, that are cached
PROBE = 24  # pixels: the size at which letters are compared
NO_LETTER = "\U0010fffe"  # a code point that is never a letter
RING = tuple((x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y)

# The first that has a letter draws it where FONT cannot: fonts of Windows, macOS, then Linux systems.
FALLBACKS = (
    "microsoftyahei,malgungothic,yugothic,meiryo,segoeui,nirmalaui,leelawadeeui,segoeuisymbol,"
    "hiraginosans,applesdgothicneo,pingfangsc,arialunicodems,geezapro,thonburi,"
    "notosanscjksc,notosanscjkjp,notosanscjk,sourcehansans,wenquanyizenhei,droidsansfallback,dejavusans,"
    "notosans,notosansarabic,notosanshebrew,notosansthai,notosansdevanagari,freesans,freeserif"
)

Rgb = tuple[int, ...]


class Fonts:
    """Fonts by height, and measured widths. `names`: the fonts to try for letters that FONT lacks, in order."""

    def __init__(self, names: str = FALLBACKS) -> None:
        pygame.font.init()
        self.catalogue = Catalogue()  # of the language in which phrases are drawn
        self._names = names.split(",")
        self._font = cache(pygame.font.Font)
        self.width = lru_cache(maxsize=KEPT)(self._width)
        self.file_of = lru_cache(maxsize=KEPT)(self._file_of)

    def clear(self) -> None:
        """Drop all sizes: the window has another size."""
        self._font.cache_clear()
        self.width.cache_clear()

    def of(self, height: int) -> pygame.font.Font:
        """Return the typeface at that line height."""
        return self._font(FONT, max(SMALLEST, height))

    def _file_of(self, letter: str) -> str:
        """Return the file of the font that draws a letter: FONT, unless only another font has it."""
        if letter.isascii():
            return FONT
        able = (file for file, (font, none) in self._probes.items() if _pixels(font, letter) != none)
        return next(able, FONT)

    @cached_property
    def _probes(self) -> dict[str, tuple[pygame.font.Font, bytes]]:
        """By file: its font, and what that draws for NO_LETTER."""
        probes: dict[str, tuple[pygame.font.Font, bytes]] = {}
        for file in (FONT, *filter(None, map(pygame.font.match_font, self._names))):
            with suppress(OSError, pygame.error):  # listed, but not readable
                font = pygame.font.Font(file, PROBE)
                probes.setdefault(file, (font, _pixels(font, NO_LETTER)))
        return probes

    def _runs(self, string: str, height: int) -> list[tuple[pygame.font.Font, str]]:
        """The string in pieces, each with the font that draws it."""
        if string.isascii():
            return [(self.of(height), string)]
        return [(self._font(file, height), "".join(run)) for file, run in groupby(string, self.file_of)]

    def _width(self, string: str, height: int) -> int:
        """Return the width of a line, in pixels."""
        fine = _fine(height)
        runs = self._runs(string, max(SMALLEST, height) * fine)
        return -(-sum(font.size(run)[0] for font, run in runs) // fine)

    def render(self, string: str, height: int, colour: Rgb, shade: Rgb | None = None, rim: int = 0) -> pygame.Surface:
        """Return a transparent line of text with smooth edges; `rim` pixels of `shade` surround each letter."""
        height = max(SMALLEST, height)
        letters = self._letters(string, height, colour)
        if shade is None:
            return letters
        dark = self._letters(string, height, shade)
        surface = pygame.Surface((letters.get_width() + 2 * rim, letters.get_height() + 2 * rim), pygame.SRCALPHA, 32)
        for x, y in RING:  # of one colour, so the highest alpha counts: a tenth of the time of blending
            surface.blit(dark, (rim + x * rim, rim + y * rim), special_flags=pygame.BLEND_RGBA_MAX)
        surface.blit(letters, (rim, rim))
        return surface

    def _letters(self, string: str, height: int, colour: Rgb) -> pygame.Surface:
        fine = _fine(height)
        large = self._joined(string, height * fine, colour).convert_alpha()
        size = self.width(string, height), -(-large.get_height() // fine)
        return large if fine == 1 else pygame.transform.smoothscale(large, size)

    def _joined(self, string: str, height: int, colour: Rgb) -> pygame.Surface:
        """The runs side by side on one base line, as high as FONT itself would draw them."""
        own, runs = self.of(height), self._runs(string, height)
        line = own.render(string, True, colour)
        if len(runs) == 1 and runs[0][0] is own:
            return line
        pieces = [font.render(run, True, colour).convert_alpha() for font, run in runs]
        whole = pygame.Surface((sum(piece.get_width() for piece in pieces), line.get_height()), pygame.SRCALPHA, 32)
        base, x = _base(own, string), 0
        for (font, run), piece in zip(runs, pieces, strict=True):
            whole.blit(piece, (x, base - _base(font, run)))
            x += piece.get_width()
        return whole


def _fine(height: int) -> int:
    return 1 if height >= LARGE else FINE


def _base(font: pygame.font.Font, string: str) -> int:
    """How far below the top of its picture a line stands: accents on capitals may rise above the font's ascent."""
    known = filter(None, font.metrics(string))
    return max(font.get_ascent(), *(metrics[3] for metrics in known), 0)


def _pixels(font: pygame.font.Font, letter: str) -> bytes:
    return pygame.image.tobytes(font.render(letter, False, (255, 255, 255), (0, 0, 0)), "RGB")
