"""Random numbers without hidden state: a 64-bit state goes in, the next state and a number come out.

SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). We do not use `random`, because
Python promises equal sequences in all versions only for `random.random()`. Golden values are in the tests.
"""

_MASK = (1 << 64) - 1


def below(state: int, bound: int) -> tuple[int, int]:
    """Return the next state and a number in 0..bound-1. `bound` is 1..2**32, so the bias is below 2**-32.

    >>> below(1, 100)
    (11400714819323198486, 56)
    """
    state = (state + 0x9E3779B97F4A7C15) & _MASK
    mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    return state, ((mixed ^ (mixed >> 31)) * bound) >> 64


def shuffled(state: int, things: list[int]) -> tuple[int, list[int]]:
    """Return the next state and the things in random order (Fisher-Yates shuffle)."""
    mixed = list(things)
    for last in range(len(mixed) - 1, 0, -1):
        state, pick = below(state, last + 1)
        mixed[last], mixed[pick] = mixed[pick], mixed[last]
    return state, mixed
