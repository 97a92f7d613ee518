"""Every colour of the game, and the order of the characters. Pure constants: no pygame here.

The stage is cool and quiet (dusk blues), the actors are warm or bright: whatever can kill you is the brightest thing
in the picture. Ink is never black, so that outlines sit well on the night background.
"""

Colour = tuple[int, int, int]

# The picture behind everything, and text.
INK: Colour = (30, 26, 46)
COAL: Colour = (14, 12, 22)  # text on the colour of a player; INK is too light for the middling ones
NIGHT: Colour = (38, 34, 66)
PANEL: Colour = (54, 50, 88)
PANEL_LIGHT: Colour = (78, 74, 120)
PAPER: Colour = (255, 246, 228)
MUTED: Colour = (204, 200, 228)  # text that matters less; it is read on PANEL_LIGHT, too

# What a person should look at.
ACCENT: Colour = (255, 190, 66)
DANGER: Colour = (238, 78, 70)  # a surface; text in this colour is too dark for the panels
ALARM: Colour = (255, 132, 120)  # and this is its text
GOOD: Colour = (104, 208, 130)
COOL: Colour = (104, 190, 250)

# The board.
FLOOR: tuple[Colour, Colour] = ((104, 115, 147), (94, 105, 136))
STONE: Colour = (148, 156, 188)
STONE_DARK: Colour = (66, 68, 104)
CLAY: Colour = (222, 138, 92)
CLAY_DARK: Colour = (146, 74, 60)

# From the rim of a flame to its core. The last is what is seen first.
FLAME: tuple[Colour, ...] = ((222, 56, 30), (255, 122, 30), (255, 206, 70), (255, 252, 232))

# A number on the wire is an index here: append, never reorder. The first eight are told apart with protanopia and
# deuteranopia too (tests/assets/test_palette.py); sixteen cannot be, so shapes and letters must help.
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

# Also indices on the wire, and the first part of the names of their sheets.
CHARACTERS: tuple[str, ...] = ("robot", "cat", "bunny", "frog", "ghost", "bear", "bird", "fox")
