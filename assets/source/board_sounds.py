"""The sounds of a match: bombs, items, players, walls and the clock. Each function makes one; make_sounds lists them.

Rule 1: what happens often is short; what decides a round is long.
Rule 2: whatever has a pitch uses notes of C major, as the music does, so that sounds and music never clash.
"""

from petard.assets.source.synth import Sound, bell, mix, noise, notes, reed, sine, tone

A3, C4, E4, G4, A4, B4, C5, D5, E5, F5, G5, A5 = (
    *(220.0, 261.6, 329.6, 392.0, 440.0, 493.9, 523.3, 587.3, 659.3, 698.5, 784.0, 880.0),
)
C6, D6, E6, G6, C7 = 1046.5, 1174.7, 1318.5, 1568.0, 2093.0


def drop() -> Sound:
    """A bomb is put down: a soft, round thud."""
    return mix((0, 1.0, tone(sine, 0.16, 330, 120, 5)), (0, 0.25, noise(0.03, 3000, 900, 6)))


def kick() -> Sound:
    """A thump and a whoosh."""
    return mix((0, 1.0, tone(sine, 0.12, 240, 80, 4)), (0.01, 0.55, noise(0.2, 1200, 3600, 4, 11)))


def blast() -> Sound:
    """A low boom with a rumble after it."""
    boom = tone(sine, 0.9, 130, 36, 4.5)
    growl = tone(reed, 0.6, 210, 58, 5)  # for small loudspeakers, which do not have the boom
    return mix(
        (0, 1.3, boom), (0, 0.4, growl), (0, 0.55, noise(0.12, 4200, 700, 5, 3)), (0, 1.0, noise(1.15, 900, 90, 5.5, 7))
    )


def blast_big() -> Sound:
    """A bomb with long flames: deeper, longer, and with an echo from far away."""
    boom = tone(sine, 1.2, 105, 28, 3.8)
    growl = tone(reed, 0.8, 165, 44, 4.5)
    crack, rumble, echo = noise(0.16, 5200, 600, 4.5, 23), noise(1.3, 800, 70, 4.6, 31), noise(0.7, 500, 80, 4, 29)
    return mix((0, 1.4, boom), (0, 0.5, growl), (0, 0.6, crack), (0, 1.0, rumble), (0.3, 0.5, echo))


def chain() -> Sound:
    """One bomb lights the others: three cracks, each higher, over the booms."""
    cracks = ((0.0, 900), (0.09, 1300), (0.18, 1900))
    hits = [(when, 0.9, noise(0.16, cut * 2.2, cut * 0.4, 5, 41 + int(cut))) for when, cut in cracks]
    tones = [(when, 0.5, tone(reed, 0.14, cut / 3, cut / 5, 4)) for when, cut in cracks]
    return mix(*hits, *tones)


def brick() -> Sound:
    """Stones that crumble."""
    falls = ((0, 1.0, 2400), (0.05, 0.8, 1500), (0.09, 0.6, 2100), (0.15, 0.5, 1300), (0.22, 0.35, 1700))
    return mix(*((when, gain, noise(0.12, cut, cut / 3, 6, 13 + k)) for k, (when, gain, cut) in enumerate(falls)))


def wall() -> Sound:
    """A wall falls into its place: a slab of stone."""
    return mix((0, 1.0, tone(sine, 0.26, 150, 52, 5)), (0, 0.8, noise(0.22, 1500, 200, 6, 43)))


def burnt() -> Sound:
    """An item burns: a short sizzle that sinks."""
    return mix((0, 0.8, noise(0.3, 5200, 1200, 3.5, 47)), (0, 0.3, tone(sine, 0.26, 700, 240, 4)))


def take_bomb() -> Sound:
    """One bomb more: two round notes up."""
    return mix((0, 1.0, notes(bell, [(0, C5, 0.12), (0.07, G5, 0.24)])), (0, 0.5, tone(sine, 0.1, 200, 130, 4)))


def take_flame() -> Sound:
    """Longer flames: two notes up, and a puff of fire."""
    return mix((0, 1.0, notes(bell, [(0, E5, 0.12), (0.07, C6, 0.26)])), (0.05, 0.3, noise(0.25, 900, 3400, 4, 53)))


def take_skate() -> Sound:
    """Faster: three quick notes up."""
    return notes(bell, [(0, G5, 0.08), (0.05, C6, 0.08), (0.10, E6, 0.22)])


def take_kick() -> Sound:
    """May kick bombs: a thump, and a note above it."""
    return mix((0, 0.9, tone(sine, 0.12, 220, 90, 4)), (0.06, 0.9, tone(bell, 0.26, A5, fall=4)))


def take_shield() -> Sound:
    """Protected from one flame: a chord that rings."""
    return notes(bell, [(0, C5, 0.5), (0.03, E5, 0.5), (0.06, G5, 0.5), (0.09, C6, 0.5)], 3.5)


def take_fruit() -> Sound:
    """Health: a soft bite, and a third."""
    return mix((0, 0.4, noise(0.05, 1800, 800, 5, 59)), (0.03, 1.0, notes(bell, [(0, A4, 0.14), (0.09, C5, 0.26)])))


def hurt() -> Sound:
    """Ouch."""
    return mix((0, 1.0, tone(reed, 0.24, 520, 250, 3)), (0, 0.3, noise(0.08, 2600, 900, 5, 17)))


def death() -> Sound:
    """Another player is out: a slide down with a wobble, and a puff."""
    slide = tone(reed, 0.62, 620, 110, 2.2, wobble=22)
    return mix((0, 0.8, slide), (0.46, 0.6, noise(0.3, 1800, 300, 5, 5)))


def death_own() -> Sound:
    """A player at this machine is out: slower, lower, and with a knock at the end."""
    slide = tone(reed, 0.85, 520, 70, 1.6, wobble=16)
    thud = mix((0, 1.0, tone(sine, 0.3, 110, 45, 4)), (0, 0.5, noise(0.2, 900, 150, 5, 61)))
    return mix((0, 0.8, slide), (0.8, 1.0, thud))


def kill() -> Sound:
    """You got one: a bright rise over the sound of the death."""
    return notes(bell, [(0, C6, 0.09), (0.06, E6, 0.09), (0.12, G6, 0.3)], 3.5)


def assist() -> Sound:
    """You helped: the same rise, with one note less."""
    return notes(bell, [(0, C6, 0.09), (0.07, E6, 0.28)], 3.5)


def double() -> Sound:
    """Two at once: the rise of a kill, and the same again higher, with a drum under each."""
    beat = tone(sine, 0.18, 150, 70, 4)
    rise = notes(bell, [(0, C6, 0.09), (0.05, E6, 0.09), (0.1, G6, 0.16), (0.22, E6, 0.09), (0.27, G6, 0.09)], 3.5)
    return mix((0, 0.6, beat), (0.22, 0.6, beat), (0, 1.0, rise), (0.32, 1.0, tone(bell, 0.4, C7, fall=3.5)))


def close() -> Sound:
    """A flame that just missed: a whoosh past the ear, and a small sigh of relief."""
    return mix((0, 1.0, noise(0.22, 800, 5200, 3, 43)), (0.16, 0.5, notes(bell, [(0, G5, 0.1), (0.09, D5, 0.22)], 3.5)))


def photo_finish() -> Sound:
    """The shutter of a camera, twice, and an open chord."""
    shutter = mix((0, 1.0, noise(0.03, 6200, 2400, 6, 47)), (0.07, 0.8, noise(0.05, 4200, 1400, 6, 53)))
    chord = notes(bell, [(0, D5, 0.6), (0, A5, 0.6), (0, D6, 0.6)], 3)
    return mix((0, 1.0, shutter), (0.2, 1.0, shutter), (0.38, 0.7, chord))


def beep() -> Sound:
    """Three, two, one."""
    return tone(bell, 0.18, A4, fall=3.5)


def go() -> Sound:
    """The countdown is over: the octave of the beep, with its fifth."""
    return mix((0, 1.0, tone(bell, 0.5, A5, fall=3.5)), (0, 0.5, tone(bell, 0.5, E6, fall=4.5)))


def clock() -> Sound:
    """One of the last seconds of a round: a wooden tick."""
    return mix((0, 1.0, tone(sine, 0.07, 1175, 880, 6)), (0, 0.4, noise(0.03, 5000, 2000, 5, 67)))


def hurry() -> Sound:
    """An alarm, up and down three times."""
    tune = [(0.28 * k + shift, pitch, 0.17) for k in range(3) for shift, pitch in ((0, C5), (0.14, A5))]
    return notes(reed, tune, 1.5)


def last_two() -> Sound:
    """Only two are left: two drum beats and an open fifth."""
    beat = mix((0, 1.0, tone(sine, 0.2, 140, 60, 4)), (0, 0.3, noise(0.1, 1400, 300, 5, 71)))
    fifth = mix((0, 0.6, tone(reed, 0.6, A3, fall=2.5)), (0, 0.4, tone(reed, 0.6, E4, fall=2.5)))
    return mix((0, 0.8, beat), (0.16, 1.0, beat), (0.16, 0.8, fifth))


def win() -> Sound:
    """A player at this machine wins the round: a fanfare."""
    tune = [(0, C5, 0.2), (0.13, E5, 0.2), (0.26, G5, 0.2), (0.39, C6, 0.95), (0.39, E5, 0.95), (0.39, G5, 0.95)]
    return mix((0, 1.0, notes(bell, tune, 3)), (0.39, 0.35, tone(reed, 0.95, C4, fall=3)))


def lost() -> Sound:
    """Another player wins the round: a short, friendly close."""
    tune = [(0, G5, 0.2), (0.15, E5, 0.2), (0.3, F5, 0.2), (0.45, C5, 0.6), (0.45, G4, 0.6)]
    return notes(bell, tune, 3)


def draw() -> Sound:
    """Two notes that go nowhere."""
    return notes(bell, [(0, E5, 0.3), (0.24, C5, 0.3), (0.48, E5, 0.2), (0.62, C5, 0.5)], 3)
