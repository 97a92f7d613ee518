"""What is promised to somebody who is out: the next round, but only where it is sure."""

from dataclasses import replace

import pytest

from petard.game.client.next_round import goes_on, has_chair
from petard.shared.protocol.messages import Seat, Spectator

BOT = Seat(0, 0, "Fizz", 0, 0, True, True, 0, 0)


def seats(*wins: int) -> list[Seat]:
    return [replace(BOT, slot=slot, wins=won) for slot, won in enumerate(wins)]


@pytest.mark.parametrize(
    ("wins", "living", "number", "rounds", "sure"),
    [
        ((0, 0, 0), (1, 2), 1, 3, True),
        ((0, 0, 0), (1, 2), 1, 1, False),  # the only round
        ((0, 1, 0), (1, 2), 2, 3, False),  # 1 wins the match with this round
        ((0, 1, 0), (2,), 2, 3, True),  # 1 is out, so it is 1 to 1
        ((1, 1, 0), (2,), 3, 3, False),  # the last round
        ((0, 0, 0), (1, 2), 3, 3, False),  # two draws, or two wins of players who left: not known, so not promised
        ((0, 1, 0, 0), (2, 3), 3, 3, False),  # the winner of the first round has left, and with them their win
        ((0, 0, 0), (1, 2), 2, 3, True),
        ((0, 0, 0), (1, 2), 4, 1, False),
        ((2, 0, 0), (1, 2), 3, 5, True),
        ((2, 2, 0), (0, 1), 5, 5, False),
    ],
)
def test_a_round_follows_unless_somebody_who_lives_can_end_the_match(
    wins: tuple[int, ...], living: tuple[int, ...], number: int, rounds: int, sure: bool
) -> None:
    assert goes_on(seats(*wins), living, number, rounds) is sure


def test_a_member_with_a_seat_plays_on() -> None:
    assert has_chair([replace(BOT, member=7)], [], 7, 1)


def test_bots_make_way_for_a_watcher() -> None:
    assert has_chair(seats(0, 0), [Spectator(7, "Ada")], 7, 2)
    assert not has_chair(seats(0), [Spectator(7, "Ada")], 7, 2)


def test_those_who_came_before_sit_down_first() -> None:
    earlier, later = Spectator(5, "Bo"), Spectator(9, "Cy")
    assert has_chair(seats(0, 0, 0), [Spectator(7, "Ada"), later], 7, 1)
    assert not has_chair(seats(0, 0, 0), [earlier, Spectator(7, "Ada")], 7, 1)


def test_where_only_people_sit_nothing_is_promised() -> None:
    assert not has_chair([replace(BOT, member=3)], [Spectator(7, "Ada")], 7, 1)
