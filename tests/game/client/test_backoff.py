"""When a lost server is tried again."""

from petard.game.client.backoff import SETTLED, TRYING_MOST, Backoff


def tries(redial: Backoff, now: float, length: float) -> list[float]:
    """The pauses before all tries, each of which fails after `length` seconds."""
    pauses = []
    redial.lost(now, 0.0)
    while not redial.is_over:
        pauses.append(redial.next_at - now)
        now = redial.next_at + length
        redial.lost(now, 0.0)
    return pauses


def test_the_pauses_grow_and_it_ends_after_ninety_seconds() -> None:
    pauses = tries(Backoff(), 50.0, 0.0)
    assert pauses[:7] == [0.25, 0.5, 1.0, 2.0, 4.0, 4.0, 4.0]
    assert TRYING_MOST - 4.0 < sum(pauses) <= TRYING_MOST
    assert len(tries(Backoff(), 50.0, 8.0)) < len(pauses)


def test_a_try_that_was_due_in_our_sleep_is_made_all_the_same() -> None:
    redial = Backoff()
    redial.lost(10.0, 0.0)
    assert not redial.is_over, "it is 3600 now, and next_at long gone by"
    redial.lost(3600.0, 0.0)
    assert redial.is_over


def test_people_who_lose_their_lines_together_do_not_dial_together() -> None:
    for tried in range(6):
        first, last = Backoff(), Backoff()
        for _ in range(tried + 1):
            first.lost(10.0, 0.0)
            last.lost(10.0, 1.0)
        assert last.next_at - 10.0 == 1.25 * (first.next_at - 10.0)


def test_only_a_line_that_held_makes_the_pauses_short_again() -> None:
    redial = Backoff()
    for now in (0.0, 1.0, 2.0):
        redial.lost(now, 0.0)
    redial.back(3.0)
    assert not redial.is_on
    redial.lost(4.0, 0.0)
    assert redial.next_at == 6.0
    redial.back(7.0)
    redial.lost(7.0 + SETTLED, 0.0)
    assert redial.next_at == 7.25 + SETTLED
