"""Random numbers: golden values, equal on every machine and in every version of Python."""

from collections import Counter

import pytest

from petard.shared.rules.rng import below, shuffled

# The first outputs of SplitMix64 as its authors publish them, for seed 1234567; `below(state, 2**64)` shows them whole.
PUBLISHED = [
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
    4593380528125082431,
    16408922859458223821,
]


def test_the_outputs_are_those_of_splitmix64() -> None:
    state, rolls = 1234567, []
    for _ in range(5):
        state, roll = below(state, 1 << 64)
        rolls.append(roll)
    assert rolls == PUBLISHED


@pytest.mark.parametrize(
    ("seed", "bound", "rolls"),
    [
        (0, 6, [5, 2, 0, 5, 0, 1, 1, 4]),
        (1, 100, [56, 74, 97, 44, 44, 76, 87, 52]),
        ((1 << 64) - 1, 2, [1, 1, 0, 0, 1, 1, 1, 0]),
        (42, 1, [0] * 8),
    ],
)
def test_golden_rolls(seed: int, bound: int, rolls: list[int]) -> None:
    state, seen = seed, []
    for _ in rolls:
        state, roll = below(state, bound)
        seen.append(roll)
    assert seen == rolls


def test_golden_shuffles() -> None:
    assert shuffled(0, list(range(10))) == (10372713005361028285, [4, 9, 2, 5, 1, 7, 6, 0, 3, 8])
    assert shuffled(7, []) == (7, [])
    assert shuffled(7, [5]) == (7, [5])


def test_every_roll_is_below_its_bound_and_all_come_equally_often() -> None:
    state, rolls = 99, Counter[int]()
    for _ in range(6000):
        state, roll = below(state, 6)
        assert 0 <= state < 1 << 64
        rolls[roll] += 1
    assert sorted(rolls) == list(range(6))
    assert all(900 < count < 1100 for count in rolls.values())


def test_a_shuffle_keeps_the_things_and_leaves_the_list_alone() -> None:
    things = list(range(50))
    _, mixed = shuffled(3, things)
    assert things == list(range(50))
    assert sorted(mixed) == things
    assert mixed != things


def test_every_order_of_three_comes_equally_often() -> None:
    state, orders = 5, Counter[tuple[int, ...]]()
    for _ in range(3000):
        state, mixed = shuffled(state, [0, 1, 2])
        orders[tuple(mixed)] += 1
    assert len(orders) == 6
    assert all(400 < count < 600 for count in orders.values())
