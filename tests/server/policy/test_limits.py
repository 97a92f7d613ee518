"""How much a peer may say; wrong passwords: how many, for how long, and which address groups are remembered."""

from petard.server.policy.limits import BLOCKED_FOR, WRONG_MOST, LoginLimiter, RateLimit


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


def bar(tries: LoginLimiter, home: str, now: float = 0.0) -> None:
    for left in reversed(range(WRONG_MOST)):
        assert tries.add_failure(home, now) == left


def test_after_five_nobody_from_there_is_asked_for_a_while_and_then_has_five_again() -> None:
    tries = LoginLimiter(10)
    bar(tries, "a")
    assert tries.blocked_for("a", 1.0) == BLOCKED_FOR - 1.0
    assert not tries.blocked_for("b", 1.0)
    assert not tries.blocked_for("a", BLOCKED_FOR)
    assert len(tries.wrong) == 0
    bar(tries, "a", BLOCKED_FOR)


def test_a_crowd_makes_nobody_forgotten_who_is_barred_as_long_as_others_can_be() -> None:
    tries = LoginLimiter(10)
    bar(tries, "a")
    for number in range(100):
        tries.add_failure(f"crowd {number}", 1.0)
    assert tries.blocked_for("a", 2.0)
    assert len(tries.wrong) == 10
    for number in range(10):
        bar(tries, f"more {number}", 3.0)
    assert len(tries.wrong) == 10
    assert not tries.blocked_for("a", 4.0)
    assert tries.blocked_for("more 9", 4.0)
