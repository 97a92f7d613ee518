"""The music of the game: a title, a lobby, and four themes. score.py says how it is written down.

All songs use the seven notes of C major, each with another one as its home: that is what makes them cheerful (garden),
floating (snow) or dark (ruins), and no sound of the game, also in C major, ever clashes with them.

A theme has four stems that are heard together, more of them the more dangerous a round is: `calm` has melody, chords
and bass; `drums` the beat; `hurry` runs in sixteenths; `last` adds a figure that does not let go.
"""

from petard.assets.source.instruments import (
    BASS,
    BRASS,
    CELESTA,
    FLUTE,
    HARP,
    MARIMBA,
    PAD,
    PIANO,
    PULSE,
    ROUND_BASS,
    SQUARE,
)
from petard.assets.source.score import Beat, Riff, Song, Tune

# C major, and G of the dominant at the end of each half: a march that begins a party.
TITLE = Song(
    "title",
    5250,  # 126 beats a minute
    "C F C G  Am F Dm G  C F C G  F C Dm G",
    {
        "calm": (
            Tune(
                PULSE,
                "C5 - E5 G5 - E5 G5 C6 | A5 - - F5 - A5 - - | G5 - E5 G5 - C5 E5 - | D5 - - G4 - B4 D5 -"
                "| E5 - C5 E5 - A5 G5 E5 | F5 - - A5 - G5 F5 E5 | D5 - F5 - A5 - G5 F5 | G5 - - - D5 - G5 -"
                "| E5 - E5 G5 - E5 C5 E5 | F5 - F5 A5 - C6 - A5 | G5 - E5 C5 - G5 - E5 | D5 - B4 D5 - G5 - -"
                "| A5 - G5 F5 - E5 F5 - | E5 - D5 C5 - G4 C5 - | D5 - E5 F5 - A5 - F5 | G5 - B5 - D6 - B5 G5",
                0.15,
                0.08,
                echo=True,
            ),
            Riff(PAD, "1+3+5 - - - - - - -", 4, 0.05, -0.2),
            Riff(SQUARE, "1 5 8 5 10 8 5 8 1 5 8 5 10 8 12 8", 4, 0.045, -0.45, echo=True),
            Riff(BASS, "1 . 1 8 . 1 5 8", 2, 0.24),
            Beat({"kick": "x...x...x...x..." * 3 + "x...x...x...x.x."}, 0.34),
            Beat({"snare": "....x.......x..." * 3 + "....x.......x.xx"}, 0.34),
            Beat({"hat": "x.x.x.x.x.x.x.x.", "open": "..............x."}, 0.16, 0.3),
            Beat({"crash": "x..............." + "." * 112}, 0.2, -0.3),
        )
    },
    volume=0.72,
)

# D dorian, with seventh chords and a swing: people stand about and wait for each other.
LOBBY = Song(
    "lobby",
    6720,  # 98 beats a minute
    "Dm7 G7 Dm7 G7  Cmaj7 Am7 Dm7 G7  Fmaj7 Em7 Dm7 Cmaj7  Fmaj7 Em7 Am7 G7",
    {
        "calm": (
            Tune(
                PIANO,
                "D5 - F5 A5 - - G5 - | F5 - D5 - . . B4 D5 | C5 - D5 F5 - - D5 - | B4 - - - . . . ."
                "| E5 - G5 B5 - - A5 G5 | E5 - C5 - . . A4 C5 | D5 - - F5 - E5 D5 - | B4 - D5 - G4 - - ."
                "| A5 - - G5 A5 - C6 - | B5 - - G5 - E5 - . | F5 - - E5 F5 - A5 - | G5 - - E5 - C5 - ."
                "| A4 - C5 - F5 - E5 C5 | B4 - D5 - G5 - E5 D5 | C5 - - - E5 - A5 - | G5 - F5 - D5 - B4 .",
                0.2,
                0.1,
                echo=True,
            ),
            Riff(PIANO, ". . 3+5+7 - . . . . . 3+5+7 . . 3+5+7 - . .", 3, 0.1, -0.3),
            Riff(PAD, "3+7 - - -", 4, 0.035, 0.3),
            Riff(ROUND_BASS, "1 - - . . . 5 - 8 - . 5 . . 3 .", 2, 0.3),
            Beat({"kick": "x.....x...x.....", "brush": "....x.......x..o" * 7 + "....x..o.x..x.xo"}, 0.3),
            Beat({"shaker": "o.x.o.x.o.x.o.xo"}, 0.2, 0.4),
        )
    },
    swing=0.28,
    volume=0.5,
)

# A minor: a machine that never stops, with hammers of metal.
FACTORY = Song(
    "factory",
    5040,  # 131 beats a minute
    "Am F C G  Am F Dm Em  F G Am C  F G Am Em",
    {
        "calm": (
            Tune(
                PULSE,
                "A4 . A4 C5 . E5 - D5 | C5 - A4 - . F4 A4 C5 | G4 . G4 C5 . E5 - D5 | D5 - B4 - G4 - B4 D5"
                "| A4 . A4 C5 . E5 - G5 | F5 - E5 - C5 - A4 - | D5 . D5 F5 . E5 D5 C5 | B4 - - - E4 - G4 B4"
                "| C5 - - A4 - - C5 - | D5 - - B4 - - D5 - | E5 - - C5 - - E5 - | G5 - - E5 - G5 - E5"
                "| F5 - E5 C5 - A4 - C5 | D5 - B4 D5 - G5 - D5 | E5 - - - C5 - A4 - | B4 - G4 - E4 - G4 -",
                0.15,
                0.1,
                echo=True,
            ),
            Riff(PAD, "1+5 - - - - - - -", 3, 0.06, -0.15),
            Riff(SQUARE, ". . 8 . . 8 . . 8 . . 8 . 8 . .", 4, 0.05, -0.4, echo=True),
            Riff(BASS, "1 . 1 1 . 1 8 . 1 . 1 1 . 8 5 .", 2, 0.24),
        ),
        "drums": (
            Beat({"kick": "x...x...x...x...", "snare": "....x.......x..." * 7 + "....x.......xoxx"}, 0.63),
            Beat({"hat": "o.xoo.xoo.xoo.xo"}, 0.3, 0.3),
            Beat({"clank": "..x.....o..x....|..x.....o..x..o."}, 0.3, -0.35, echo=True),
            Beat({"crash": "x..............." + "." * 112}, 0.3, -0.2),
        ),
        "hurry": (
            Riff(SQUARE, "1 5 8 5 10 8 5 8 1 5 8 10 12 10 8 5", 5, 0.075, 0.4),
            Riff(BASS, "1 1 8 1 1 8 1 1 1 1 8 1 1 8 5 8", 2, 0.13, -0.1),
            Beat({"hat": "oxoxoxoxoxoxoxox", "clap": "....x.......x..."}, 0.2, -0.2),
        ),
        "last": (
            Riff(BRASS, "1+8 . . 1+8 . . 1+8 . 1+8 . . 1+8 . . 1+8 .", 3, 0.11, 0.15),
            Riff(PULSE, "12 - 10 - 12 - 8 -", 4, 0.055, -0.3, echo=True),
            Beat({"low": "x..x..x.x..x..x.", "high": "..............xx"}, 0.3),
        ),
    },
    volume=0.6,
)

# E phrygian, whose second note lies only half a step above its home: stones, dust, and something that sleeps there.
RUINS = Song(
    "ruins",
    6300,  # 105 beats a minute
    "Em F Em Dm  Em F Dm Em  Am Em F C  Am G F F",
    {
        "calm": (
            Tune(
                FLUTE,
                "E5 - - F5 E5 - D5 - | C5 - - - A4 - - - | B4 - - C5 B4 - G4 - | A4 - - - . . D4 F4"
                "| E5 - - F5 G5 - F5 E5 | F5 - - E5 C5 - - - | D5 - F5 - E5 - D5 - | E5 - - - - - . ."
                "| A5 - G5 A5 - G5 E5 - | G5 - F5 G5 - F5 E5 - | F5 - E5 F5 - E5 C5 - | E5 - D5 C5 - - G4 -"
                "| A4 - C5 - E5 - D5 C5 | B4 - D5 - G4 - A4 B4 | C5 - - A4 F4 - A4 - | C5 - B4 - A4 - F4 -",
                0.2,
                0.12,
                echo=True,
            ),
            Riff(PAD, "1+5+8 - - - - - - -", 3, 0.08, -0.15),
            Riff(HARP, "1 5 8 10 12 10 8 5", 3, 0.15, -0.4, echo=True),
            Riff(ROUND_BASS, "1 - - - - - 1 . 5 - - - - - . .", 2, 0.28),
        ),
        "drums": (
            Beat({"low": "x.....x...x.....", "high": "....x..x......xo" * 7 + "....x..x.x.xo.xx"}, 0.63, -0.1),
            Beat({"kick": "x.......x......."}, 0.54),
            Beat({"shaker": "o.x.o.x.o.x.o.xo"}, 0.36, 0.4),
            Beat({"wood": "...x..x.....x..." * 3 + "...x..x...x.x.x."}, 0.3, 0.3, echo=True),
        ),
        "hurry": (
            Riff(HARP, "8 12 10 12 8 12 10 12 8 12 10 12 8 10 12 10", 4, 0.16, 0.35),
            Riff(BASS, "1 . 1 . 1 . 8 . 1 . 1 . 8 . 5 .", 2, 0.15),
            Beat({"hat": "x.xox.xox.xox.xo", "snare": "....x.......x..o"}, 0.36, -0.2),
        ),
        "last": (
            Riff(BRASS, "1+5 - - . . . 1 . 1+5 - - . 8 . 5 .", 2, 0.15, -0.1),
            Riff(FLUTE, "12 - - - 10 - - -", 4, 0.08, 0.3, echo=True),
            Beat({"low": "X.xxX.xxX.xxXxxx"}, 0.26),
        ),
    },
    volume=0.4,
)

# C major: sun, wind, and bees.
GARDEN = Song(
    "garden",
    5670,  # 117 beats a minute
    "C Am F G  C Em F G  Am F C G  F Em Dm G",
    {
        "calm": (
            Tune(
                MARIMBA,
                "E5 G5 - E5 C5 - E5 - | C5 E5 - C5 A4 - C5 - | A4 C5 - F5 - E5 D5 C5 | D5 - B4 - G4 - A4 B4"
                "| E5 G5 - E5 C6 - G5 - | G5 - E5 B4 - E5 G5 - | A5 - G5 F5 - E5 D5 C5 | D5 - - - . G4 A4 B4"
                "| C5 - E5 - A5 - G5 E5 | F5 - A5 - G5 F5 E5 C5 | E5 - G5 - E5 C5 G4 - | D5 - B4 - D5 E5 D5 B4"
                "| C5 - F5 - A5 - G5 F5 | E5 - G5 - B4 - D5 E5 | F5 - E5 D5 - A4 D5 F5 | G5 - F5 - D5 - B4 -",
                0.34,
                0.1,
                echo=True,
            ),
            Riff(PAD, "1+3+5 - - - - - - -", 4, 0.05, 0.2),
            Riff(HARP, ". . 3+5+8 . . . 3+5+8 .", 3, 0.11, -0.35),
            Riff(ROUND_BASS, "1 - . . 5 - . . 8 - . 5 . . 3 .", 2, 0.3),
        ),
        "drums": (
            Beat({"kick": "x.......x.x.....", "brush": "....x.......x..." * 7 + "....x.......x.xx"}, 0.84),
            Beat({"shaker": "x.oxx.oxx.oxx.ox"}, 0.4, 0.4),
            Beat({"wood": "x..x..x...x.x...|x..x..x...x.x.x."}, 0.3, -0.3),
        ),
        "hurry": (
            Riff(MARIMBA, "8 10 12 10 8 5 8 10 12 10 8 10 12 10 8 5", 4, 0.24, 0.35),
            Riff(BASS, "1 . 8 . 1 . 8 . 1 . 8 . 5 . 8 .", 2, 0.12),
            Beat({"hat": "x.x.x.x.x.x.x.xo", "clap": "....x.......x..."}, 0.24, -0.2),
        ),
        "last": (
            Riff(PULSE, "8 . 8 . 10 . 8 . 12 . 10 . 8 . 5 .", 4, 0.1, -0.3, echo=True),
            Riff(BRASS, "1+5 . . 1+5 . . 1+5 .", 3, 0.13, 0.1),
            Beat({"high": "..x...x...x...xx", "low": "x.......x..x...."}, 0.3),
        ),
    },
    swing=0.12,
    volume=0.47,
)

# F lydian, whose fourth note is raised: light on snow, and no hurry at all, until there is one.
SNOW = Song(
    "snow",
    6750,  # 98 beats a minute
    "Fmaj7 G Em7 Am7  Fmaj7 G Cmaj7 Am7  Dm7 Em7 Fmaj7 G  Dm7 Em7 Am7 G",
    {
        "calm": (
            Tune(
                CELESTA,
                "A5 - - E5 - - C5 - | B5 - - D5 - - G5 - | G5 - - B4 - D5 - E5 | C5 - - E5 - - G5 -"
                "| A5 - - C6 - B5 - A5 | B5 - - G5 - - D5 - | E5 - G5 - B5 - - - | C6 - B5 - G5 - E5 -"
                "| F5 - - A5 - - C6 - | B5 - - G5 - - E5 - | A5 - G5 - E5 - C5 - | D5 - - - G5 - A5 B5"
                "| C6 - A5 - F5 - D5 - | B5 - G5 - E5 - B4 - | C5 - E5 - G5 - A5 - | B5 - - - G5 - - -",
                0.24,
                0.12,
                echo=True,
            ),
            Riff(PAD, "1+3+5+7 - - - - - - -", 4, 0.06, -0.1),
            Riff(HARP, "1 5 7 10 12 10 7 5", 3, 0.11, -0.4, echo=True),
            Riff(ROUND_BASS, "1 - - - - - . . 5 - - - 8 - . .", 2, 0.27),
        ),
        "drums": (
            Beat({"kick": "x.......x..x....", "brush": "....x.......x..o" * 7 + "....x.....x.x.xo"}, 0.84),
            Beat({"sleigh": "x.o.x.o.x.o.x.oo"}, 0.55, 0.4),
            Beat({"wood": "..........x.....|......x.......x."}, 0.34, -0.3, echo=True),
        ),
        "hurry": (
            Riff(CELESTA, "8 10 12 14 12 10 8 10 12 14 12 10 8 10 12 10", 4, 0.14, 0.35),
            Riff(BASS, "1 . 1 8 . 1 8 . 1 . 1 8 . 8 5 .", 2, 0.15),
            Beat({"hat": "x.xxx.xxx.xxx.xx", "snare": "....x.......x..."}, 0.24, -0.2),
        ),
        "last": (
            Riff(BRASS, "1 - - 5 - - 8 - 1 - - 5 - - 7 -", 3, 0.17, 0.1),
            Riff(SQUARE, "12 . . 12 . . 12 . . 12 . . 12 . 10 .", 4, 0.07, -0.35, echo=True),
            Beat({"low": "x..x..x.x..x..xx"}, 0.32),
        ),
    },
    volume=0.47,
)
SONGS = {song.name: song for song in (TITLE, LOBBY, FACTORY, RUINS, GARDEN, SNOW)}
