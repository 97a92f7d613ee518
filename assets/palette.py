"""All colours of the game, the contrast between them, and the order of the characters. No pygame here.

The board is cool and quiet (dark blues), the players are warm or bright; everything that can kill a player is the
brightest thing in the picture. Outlines are never black, so that they fit the dark background.

Rule: text has a contrast of READABLE or more to everything that is drawn below it.
"""

Colour = tuple[int, int, int]

# Background and text.
INK: Colour = (30, 26, 46)
COAL: Colour = (14, 12, 22)  # text on the colour of a player; INK is too light for some of them
NIGHT: Colour = (38, 34, 66)
PANEL: Colour = (54, 50, 88)
PANEL_LIGHT: Colour = (78, 74, 120)
PAPER: Colour = (255, 246, 228)
MUTED: Colour = (204, 200, 228)  # less important text; readable on PANEL_LIGHT, too

# Colours that attract attention.
ACCENT: Colour = (255, 190, 66)
DANGER: Colour = (238, 78, 70)  # for areas; as text it is too dark on the panels
ALARM: Colour = (255, 132, 120)  # DANGER for text
GOOD: Colour = (104, 208, 130)
COOL: Colour = (104, 190, 250)

# The board.
FLOOR: tuple[Colour, Colour] = ((104, 115, 147), (94, 105, 136))
STONE: Colour = (148, 156, 188)
STONE_DARK: Colour = (66, 68, 104)
CLAY: Colour = (222, 138, 92)
CLAY_DARK: Colour = (146, 74, 60)

# From the edge of a flame to its core, which is the brightest.
FLAME: tuple[Colour, ...] = ((222, 56, 30), (255, 122, 30), (255, 206, 70), (255, 252, 232))

# Numbers on the wire are indexes here: append, never reorder. The first eight can be told apart with protanopia and
# deuteranopia, too (tests/assets/test_palette.py); sixteen cannot, so shapes and letters must help.
PLAYERS: tuple[tuple[str, Colour], ...] = (
    ("red", (210, 50, 38)),
    ("blue", (44, 84, 246)),
    ("yellow", (242, 226, 46)),
    ("green", (58, 188, 108)),
    ("white", (250, 252, 245)),
    ("pink", (218, 138, 186)),
    ("purple", (126, 52, 150)),
    ("sky", (84, 164, 255)),
    ("orange", (238, 134, 50)),
    ("rust", (180, 84, 62)),
    ("lime", (176, 236, 100)),
    ("ocean", (24, 140, 190)),
    ("slate", (104, 100, 122)),
    ("rose", (244, 190, 186)),
    ("ice", (150, 228, 250)),
    ("wine", (138, 26, 62)),
)
PLAYER_NAMES: tuple[str, ...] = tuple(name for name, _ in PLAYERS)
PLAYER_COLOURS: tuple[Colour, ...] = tuple(colour for _, colour in PLAYERS)

# Also indexes on the wire, and the first part of the file names of their pictures.
CHARACTERS: tuple[str, ...] = ("robot", "cat", "bunny", "frog", "ghost", "bear", "bird", "fox")

READABLE = 4.5  # the least contrast ratio of text


def luminance(colour: Colour) -> float:
    """Return the relative luminance of a colour by WCAG 2, from 0 to 1.

    >>> luminance((0, 0, 0)), round(luminance((255, 255, 255)), 3)
    (0.0, 1.0)
    """
    red, green, blue = (_linear(level) for level in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours by WCAG 2, from 1 (none) to 21 (black on white).

    >>> round(contrast((0, 0, 0), (255, 255, 255)), 1)
    21.0
    """
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def ink_on(ground: Colour) -> Colour:
    """Return the colour for text on a background: light or dark, whichever has more contrast.

    >>> ink_on((255, 255, 255)) == COAL, ink_on((40, 40, 160)) == PAPER
    (True, True)
    """
    return max(PAPER, COAL, key=lambda ink: contrast(ink, ground))


def _linear(level: int) -> float:
    share = level / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
