"""The sounds of the screens: menus, the lobby, the results, the connection. make_sounds lists them.

Rule 1: a step in a menu is the shortest and quietest sound of all: people make hundreds of them.
Rule 2: up means yes, come or on; down means no, gone or off.
"""

from petard.assets.source.board_sounds import A4, A5, B4, C4, C5, C6, C7, E4, E5, E6, G4, G5, G6
from petard.assets.source.synth import Sound, bell, mix, noise, notes, reed, sine, tone


def move() -> Sound:
    """The choice in a menu moves: a tick."""
    return tone(bell, 0.06, G5, fall=5)


def select() -> Sound:
    """A choice is made."""
    return notes(bell, [(0, G5, 0.09), (0.06, C6, 0.16)])


def back() -> Sound:
    """One screen back: the choice, downwards."""
    return notes(bell, [(0, C6, 0.09), (0.06, G5, 0.16)])


def switch() -> Sound:
    """A switch, a slider or a choice has another value: a click with a note."""
    return mix((0, 0.5, noise(0.02, 4000, 2500, 4, 73)), (0.005, 1.0, tone(bell, 0.1, E6, fall=5)))


def chat() -> Sound:
    """A line of chat: a bubble."""
    return mix((0, 1.0, tone(sine, 0.09, 620, 1050, 3)), (0.09, 0.8, tone(sine, 0.1, 830, 1250, 4)))


def join() -> Sound:
    """A player has joined."""
    return notes(bell, [(0, G4, 0.16), (0.09, C5, 0.16), (0.18, E5, 0.3)])


def leave() -> Sound:
    """A player has left: the same notes, downwards."""
    return notes(bell, [(0, E5, 0.16), (0.09, C5, 0.16), (0.18, G4, 0.3)])


def ready() -> Sound:
    """A player is ready: a stamp."""
    return mix((0, 0.8, tone(sine, 0.1, 260, 130, 4)), (0.02, 0.7, notes(bell, [(0, E5, 0.1), (0.05, A5, 0.26)])))


def champion() -> Sound:
    """The match is decided: the fanfare of a win, with a second call above it."""
    calls = [(0, C5, 0.18), (0.12, C5, 0.12), (0.22, E5, 0.18), (0.34, G5, 0.3), (0.62, E5, 0.16), (0.76, G5, 0.16)]
    chord = [(0.9, pitch, 1.1) for pitch in (C5, E5, G5, C6)]
    shine = [(0.9 + 0.07 * k, pitch, 0.3) for k, pitch in enumerate((C6, E6, G6, C7))]
    low = mix((0, 1.0, tone(reed, 0.3, C4, fall=3)), (0.9, 1.0, tone(reed, 1.1, C4, fall=2.5)))
    return mix((0, 1.0, notes(bell, calls + chord, 3)), (0, 0.4, notes(bell, shine, 4)), (0, 0.35, low))


def clip() -> Sound:
    """A clip is kept: the two clicks of a shutter."""
    return mix((0, 1.0, noise(0.04, 6000, 2000, 5, 79)), (0.09, 0.7, noise(0.05, 4000, 1200, 5, 83)))


def offline() -> Sound:
    """The connection is over: three soft notes down."""
    return notes(reed, [(0, B4, 0.18), (0.14, G4, 0.18), (0.28, E4, 0.4)], 3)


def lobby() -> Sound:
    """The lobby opens: a fifth up."""
    return notes(bell, [(0, C5, 0.14), (0.1, G5, 0.34)], 3.5)


def pause() -> Sound:
    """A menu lies over the match: two notes that stop."""
    return notes(bell, [(0, A4, 0.1), (0.09, E5, 0.14)], 3)
