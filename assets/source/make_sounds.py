"""Make every sound of the game: python -m petard.assets.source.make_sounds [names...]

Rule 1: SOUNDS is the whole list: how each sound is made, and how it differs from the usual.
Rule 2: all sounds are equally loud (LUFS, measured by loudness.py) but for those in STANDS_OUT, each with its reason.
Rule 3: each sound has VARIANTS files, which differ in pitch: the same blast ten times in a row sounds like a machine.
        A sound with a melody differs by so little (TUNED) that it stays in tune with the music.
"""

import sys
import wave
from array import array
from collections.abc import Callable

from petard.assets import path
from petard.assets.source import board_sounds as board
from petard.assets.source import screen_sounds as screens
from petard.assets.source.synth import RATE, Sound, finish, retuned

LUFS = -20.0  # of a usual sound
VARIANTS = 3
ROUGH, TUNED = 1.06, 1.004  # how much higher or lower the variants are: a semitone, seven hundredths of one
MAKERS: dict[str, Callable[[], Sound]] = {
    "drop": board.drop,
    "kick": board.kick,
    "blast": board.blast,
    "blast-big": board.blast_big,
    "chain": board.chain,
    "brick": board.brick,
    "wall": board.wall,
    "burnt": board.burnt,
    "hurt": board.hurt,
    "death": board.death,
    "death-own": board.death_own,
    "clock": board.clock,
    "close": board.close,
    "photo-finish": board.photo_finish,
    "chat": screens.chat,
    "clip": screens.clip,
}
TUNES: dict[str, Callable[[], Sound]] = {
    "take-bomb": board.take_bomb,
    "take-flame": board.take_flame,
    "take-skate": board.take_skate,
    "take-kick": board.take_kick,
    "take-shield": board.take_shield,
    "take-fruit": board.take_fruit,
    "kill": board.kill,
    "assist": board.assist,
    "double": board.double,
    "beep": board.beep,
    "go": board.go,
    "hurry": board.hurry,
    "last-two": board.last_two,
    "win": board.win,
    "lost": board.lost,
    "draw": board.draw,
    "move": screens.move,
    "select": screens.select,
    "back": screens.back,
    "switch": screens.switch,
    "join": screens.join,
    "leave": screens.leave,
    "ready": screens.ready,
    "champion": screens.champion,
    "offline": screens.offline,
    "lobby": screens.lobby,
    "pause": screens.pause,
}
SOUNDS = MAKERS | TUNES
# Louder (+) or quieter (-) than LUFS, and why.
STANDS_OUT: dict[str, tuple[float, str]] = {
    "blast": (4, "the sound that the game is about"),
    "blast-big": (6, "a bomb that reaches far must be feared"),
    "chain": (4, "it has to be heard over the blasts that it tells of"),
    "death-own": (4, "the most important thing that can happen to a player"),
    "kill": (2.5, "it comes together with a blast and a death"),
    "double": (3, "it comes together with two deaths"),
    "photo-finish": (3, "the round is decided, and only just"),
    "go": (3, "everybody waits for it"),
    "hurry": (3, "a warning: the walls start to close"),
    "last-two": (3, "the round is about to be decided"),
    "win": (4, "the end of a round"),
    "champion": (4, "the end of a match"),
    "move": (-6, "people hear it hundreds of times"),
    "switch": (-4, "it comes at each step of a slider"),
    "chat": (-3, "it must not disturb a match"),
    "brick": (-3, "a blast breaks four of them at once"),
    "clock": (-3, "it only accompanies the clock that is shown"),
}


def loudness_of(name: str) -> float:
    """Return how loud a sound has to be, in LUFS."""
    return LUFS + STANDS_OUT.get(name, (0.0, ""))[0]


def samples(name: str, variant: int) -> list[int]:
    """Return the finished samples of a variant (0 to VARIANTS - 1) of one sound: 16 bit, mono, RATE a second.

    >>> len(samples("move", 0)) > len(samples("move", 1)) > len(samples("move", 2))
    True
    """
    spread = TUNED if name in TUNES else ROUGH
    return finish(retuned(SOUNDS[name](), spread ** (variant - 1)), loudness_of(name))


def main(names: list[str]) -> None:
    """Make the named sounds, or all of them."""
    folder = path("sounds")
    folder.mkdir(exist_ok=True)
    for name in names or SOUNDS:
        for variant in range(VARIANTS):
            made = array("h", samples(name, variant))
            if sys.byteorder == "big":
                made.byteswap()  # a wave file is little-endian everywhere
            with wave.open(str(folder / f"{name}.{variant + 1}.wav"), "wb") as out:
                out.setnchannels(1)
                out.setsampwidth(2)
                out.setframerate(RATE)
                out.writeframes(made.tobytes())


if __name__ == "__main__":
    main(sys.argv[1:])
