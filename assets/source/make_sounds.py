"""Make every sound of the game: python -m petard.assets.source.make_sounds [names...]

Rule 1: SOUNDS is the whole list: the level at which a sound plays, and how it is made.
Rule 2: what happens often is short and quiet (move, drop); what decides a round is loud (blast, win).
Rule 3: all tunes are in C major, so that two of them at once do no harm.
"""

import sys
import wave
from array import array
from collections.abc import Callable

from petard.assets import path
from petard.assets.source.synth import RATE, Sound, bell, finish, mix, noise, notes, reed, sine, tone

C4, E4, G4, A4, C5, E5, G5, A5, C6, E6, G6 = (
    261.6,
    329.6,
    392.0,
    440.0,
    523.3,
    659.3,
    784.0,
    880.0,
    1046.5,
    1318.5,
    1568.0,
)


def drop() -> Sound:
    """A bomb is put down: a soft, round thud."""
    return mix((0, 1.0, tone(sine, 0.16, 330, 120, 5)), (0, 0.25, noise(0.03, 3000, 900, 6)))


def blast() -> Sound:
    """A low boom with a rumble after it."""
    boom = tone(sine, 0.9, 130, 36, 4.5)
    growl = tone(reed, 0.6, 210, 58, 5)  # for small loudspeakers, which do not have the boom
    return mix(
        (0, 1.3, boom), (0, 0.4, growl), (0, 0.55, noise(0.12, 4200, 700, 5, 3)), (0, 1.0, noise(1.15, 900, 90, 5.5, 7))
    )


def pickup() -> Sound:
    """Two bright notes up."""
    return notes(bell, [(0, E5, 0.12), (0.07, C6, 0.26)])


def death() -> Sound:
    """A slide down with a wobble, and a puff."""
    slide = tone(reed, 0.62, 620, 110, 2.2, wobble=22)
    return mix((0, 0.8, slide), (0.46, 0.6, noise(0.3, 1800, 300, 5, 5)))


def beep() -> Sound:
    """Three, two, one."""
    return tone(bell, 0.18, A4, fall=3.5)


def go() -> Sound:
    """The countdown is over: the octave of the beep, with its fifth."""
    return mix((0, 1.0, tone(bell, 0.5, A5, fall=3.5)), (0, 0.5, tone(bell, 0.5, E6, fall=4.5)))


def win() -> Sound:
    """A fanfare."""
    tune = [(0, C5, 0.2), (0.13, E5, 0.2), (0.26, G5, 0.2), (0.39, C6, 0.95), (0.39, E5, 0.95), (0.39, G5, 0.95)]
    return mix((0, 1.0, notes(bell, tune, 3)), (0.39, 0.35, tone(reed, 0.95, C4, fall=3)))


def draw() -> Sound:
    """Two notes that go nowhere."""
    return notes(bell, [(0, E5, 0.3), (0.24, C5, 0.3), (0.48, E5, 0.2), (0.62, C5, 0.5)], 3)


def hurry() -> Sound:
    """An alarm, up and down three times."""
    tune = [(0.28 * k + shift, pitch, 0.17) for k in range(3) for shift, pitch in ((0, C5), (0.14, A5))]
    return notes(reed, tune, 1.5)


def kick() -> Sound:
    """A thump and a whoosh."""
    return mix((0, 1.0, tone(sine, 0.12, 240, 80, 4)), (0.01, 0.55, noise(0.2, 1200, 3600, 4, 11)))


def brick() -> Sound:
    """Stones that crumble."""
    falls = ((0, 1.0, 2400), (0.05, 0.8, 1500), (0.09, 0.6, 2100), (0.15, 0.5, 1300), (0.22, 0.35, 1700))
    return mix(*((when, gain, noise(0.12, cut, cut / 3, 6, 13 + k)) for k, (when, gain, cut) in enumerate(falls)))


def hurt() -> Sound:
    """Ouch."""
    return mix((0, 1.0, tone(reed, 0.24, 520, 250, 3)), (0, 0.3, noise(0.08, 2600, 900, 5, 17)))


def move() -> Sound:
    """The choice in a menu moves: a tick."""
    return tone(bell, 0.06, G5, fall=5)


def select() -> Sound:
    """A choice is made."""
    return notes(bell, [(0, G5, 0.09), (0.06, C6, 0.16)])


def join() -> Sound:
    """A player has joined."""
    return notes(bell, [(0, G4, 0.16), (0.09, C5, 0.16), (0.18, E5, 0.3)])


SOUNDS: dict[str, tuple[float, Callable[[], Sound]]] = {
    "drop": (0.20, drop),
    "blast": (0.42, blast),
    "pickup": (0.20, pickup),
    "death": (0.26, death),
    "beep": (0.20, beep),
    "go": (0.28, go),
    "win": (0.30, win),
    "draw": (0.24, draw),
    "hurry": (0.26, hurry),
    "kick": (0.24, kick),
    "brick": (0.20, brick),
    "hurt": (0.24, hurt),
    "move": (0.10, move),
    "select": (0.16, select),
    "join": (0.18, join),
}


def samples(name: str) -> list[int]:
    """The finished samples of one sound, 16 bit, mono, RATE a second."""
    level, make = SOUNDS[name]
    return finish(make(), level)


def main(names: list[str]) -> None:
    """Make the named sounds, or all of them."""
    folder = path("sounds")
    folder.mkdir(exist_ok=True)
    for name in names or SOUNDS:
        made = array("h", samples(name))
        if sys.byteorder == "big":
            made.byteswap()  # a wave file is little-endian everywhere
        with wave.open(str(folder / f"{name}.wav"), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes(made.tobytes())


if __name__ == "__main__":
    main(sys.argv[1:])
