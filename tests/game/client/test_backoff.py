"""When a client tries again after a disconnect."""

from petard.game.client.backoff import SETTLED, TRYING_MOST, Backoff


def tries(backoff: Backoff, now: float, length: float) -> list[float]:
    """The pauses before all tries, each of which fails after `length` seconds."""
    pauses = []
    backoff.disconnected("It broke.", now)
    while not backoff.is_over:
        pauses.append(backoff.next_at - now)
        now = backoff.next_at + length
        backoff.disconnected("It broke.", now)
    return pauses


def test_the_pauses_grow_and_it_ends_after_ninety_seconds() -> None:
    pauses = tries(Backoff(lambda: 0.0), 50.0, 0.0)
    assert pauses[:12] == [0.25, *[0.5] * 9, 1.0, 1.0]
    assert TRYING_MOST - 1.0 < sum(pauses) <= TRYING_MOST
    assert len(tries(Backoff(lambda: 0.0), 50.0, 8.0)) < len(pauses)


def test_a_try_that_was_due_in_our_sleep_is_made_all_the_same() -> None:
    backoff = Backoff(lambda: 0.0)
    backoff.disconnected("It broke.", 10.0)
    assert not backoff.is_over, "it is 3600 now, and next_at long gone by"
    backoff.disconnected("It broke.", 3600.0)
    assert backoff.is_over


def test_clients_that_are_disconnected_together_do_not_try_again_together() -> None:
    for tried in range(6):
        first, last = Backoff(lambda: 0.0), Backoff(lambda: 1.0)
        for _ in range(tried + 1):
            first.disconnected("It broke.", 10.0)
            last.disconnected("It broke.", 10.0)
        assert last.next_at - 10.0 == 1.25 * (first.next_at - 10.0)


def test_only_a_connection_that_held_makes_the_pauses_short_again() -> None:
    backoff = Backoff(lambda: 0.0)
    for now in (0.0, 1.0, 2.0):
        backoff.disconnected("It broke.", now)
    backoff.connected(3.0)
    assert not backoff.is_disconnected
    backoff.disconnected("It broke.", 4.0)
    assert backoff.next_at == 4.5
    backoff.connected(7.0)
    backoff.disconnected("It broke.", 7.0 + SETTLED)
    assert backoff.next_at == 7.25 + SETTLED
