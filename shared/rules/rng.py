"""Chance as a number: a 64-bit state goes in, the next state and a roll come out.

SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). Ours, because Python
promises equal sequences across versions for `random.random()` alone. Golden values are in the tests.
"""

_MASK = (1 << 64) - 1


def below(state: int, bound: int) -> tuple[int, int]:
    """Give the next state and a roll in 0..bound-1; bound is 1..2**32, where the bias stays under 2**-32.

    >>> below(1, 100)
    (11400714819323198486, 56)
    """
    state = (state + 0x9E3779B97F4A7C15) & _MASK
    mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    return state, ((mixed ^ (mixed >> 31)) * bound) >> 64


def shuffled(state: int, things: list[int]) -> tuple[int, list[int]]:
    """Give the next state and the things in a random order (Fisher and Yates)."""
    mixed = list(things)
    for last in range(len(mixed) - 1, 0, -1):
        state, pick = below(state, last + 1)
        mixed[last], mixed[pick] = mixed[pick], mixed[last]
    return state, mixed
