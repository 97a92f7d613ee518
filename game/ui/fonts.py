"""Letters: one bold typeface that comes with pygame, and the computer's own fonts for scripts that it does not have.

Rule 1: sizes are line heights in pixels. Letters are drawn larger and scaled down: SDL puts them at whole pixels only,
        which leaves gaps within words at small sizes.
Rule 2: the computer's fonts are looked for once, and only when somebody uses such a letter.
"""

import pygame

FONT = "freesansbold.ttf"  # comes with pygame and with pygame-ce
SMALLEST = 6  # pixels; less cannot be read anyway
FINE = 2  # so many times larger
KEPT = 4096  # widths that are remembered
RING = tuple((x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y)

# The first that is installed takes the letters that FONT lacks: Windows, macOS, then what Linux systems bring.
FALLBACKS = (
    "microsoftyahei,malgungothic,yugothic,meiryo,segoeui,hiraginosans,applesdgothicneo,pingfangsc,arialunicodems,"
    "notosanscjksc,notosanscjkjp,notosanscjk,sourcehansans,wenquanyizenhei,droidsansfallback,dejavusans,notosans"
)

Rgb = tuple[int, ...]


class Fonts:
    """Fonts by height, and the widths of what was measured."""

    def __init__(self) -> None:
        pygame.font.init()
        self._fonts: dict[tuple[int, bool], pygame.font.Font] = {}
        self._widths: dict[tuple[str, int], int] = {}
        self._fallback: str | None = None
        self._searched = False

    def clear(self) -> None:
        """Forget all sizes, for the window has another."""
        self._fonts.clear()
        self._widths.clear()

    def of(self, height: int) -> pygame.font.Font:
        """The typeface at that line height."""
        return self._font(max(SMALLEST, height), own=True)

    def _font(self, height: int, own: bool) -> pygame.font.Font:
        if (height, own) not in self._fonts:
            self._fonts[height, own] = pygame.font.Font(FONT if own else self._fallback, height)
        return self._fonts[height, own]

    def _able(self, string: str, height: int) -> pygame.font.Font:
        """The font that has all letters of `string`, or the best that there is."""
        font = self.of(height)
        if string.isascii() or None not in font.metrics(string):
            return font
        if not self._searched:
            self._searched = True
            self._fallback = pygame.font.match_font(FALLBACKS)
        return font if self._fallback is None else self._font(height, own=False)

    def width(self, string: str, height: int) -> int:
        """The width of a line, in pixels."""
        key = (string, height)
        if key not in self._widths:
            if len(self._widths) >= KEPT:
                self._widths.clear()
            self._widths[key] = -(-self._able(string, max(SMALLEST, height) * FINE).size(string)[0] // FINE)
        return self._widths[key]

    def render(self, string: str, height: int, colour: Rgb, shade: Rgb | None = None, rim: int = 0) -> pygame.Surface:
        """A line of text with smooth edges, on nothing; with a rim of `shade` around each letter, `rim` pixels wide."""
        height = max(SMALLEST, height)
        letters = self._letters(string, height, colour)
        if shade is None:
            return letters
        dark = self._letters(string, height, shade)
        surface = pygame.Surface((letters.get_width() + 2 * rim, letters.get_height() + 2 * rim), pygame.SRCALPHA)
        for x, y in RING:
            surface.blit(dark, (rim + x * rim, rim + y * rim))
        surface.blit(letters, (rim, rim))
        return surface

    def _letters(self, string: str, height: int, colour: Rgb) -> pygame.Surface:
        large = self._able(string, height * FINE).render(string, True, colour).convert_alpha()
        return pygame.transform.smoothscale(large, (self.width(string, height), -(-large.get_height() // FINE)))
