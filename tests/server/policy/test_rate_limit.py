"""How much a peer may say."""

from petard.server.policy.rate_limit import RateLimit


def test_who_says_what_is_allowed_never_overdraws() -> None:
    budget = RateLimit(rate=120)
    for _ in range(60 * 60):
        budget.used += 2
        budget.leak(1 / 60)
        assert not budget.is_exceeded


def test_ten_seconds_that_a_stall_delivers_at_once_are_forgiven() -> None:
    budget = RateLimit(rate=120)
    budget.used += 10 * 60
    assert not budget.is_exceeded


def test_twice_the_rate_is_found_out_after_ten_seconds() -> None:
    budget = RateLimit(rate=120)
    seconds = 0
    while not budget.is_exceeded:
        budget.used += 240
        budget.leak(1.0)
        seconds += 1
    assert 10 <= seconds <= 11


def test_time_does_not_save_up_more_than_the_bucket() -> None:
    budget = RateLimit(rate=120)
    budget.leak(3600.0)
    budget.used += 1201
    assert budget.is_exceeded


def test_what_piled_up_while_nobody_listened_is_forgiven_once_and_not_forgotten_before_it_has_come() -> None:
    budget = RateLimit(rate=120)
    budget.forgive(100.0)
    for _ in range(10):
        budget.leak(0.25)
    budget.used += 100 * 120
    assert not budget.is_exceeded
    budget.used += 1500
    assert budget.is_exceeded


def test_what_was_forgiven_for_an_hour_is_no_licence_for_a_flood_later_on() -> None:
    budget = RateLimit(rate=120)
    budget.forgive(3600.0)
    for _ in range(40):
        assert not budget.is_exceeded
        budget.leak(0.25)
    budget.used += 1201
    assert budget.is_exceeded
