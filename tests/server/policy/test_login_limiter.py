"""Wrong passwords: how many, for how long, and who is remembered."""

from petard.server.policy.login_limiter import BLOCKED_FOR, WRONG_MOST, LoginLimiter


def bar(tries: LoginLimiter, home: str, now: float = 0.0) -> None:
    for left in reversed(range(WRONG_MOST)):
        assert tries.add_failure(home, now) == left


def test_after_five_nobody_from_there_is_asked_for_a_while_and_then_has_five_again() -> None:
    tries = LoginLimiter(10)
    bar(tries, "a")
    assert tries.blocked_for("a", 1.0) == BLOCKED_FOR - 1.0
    assert not tries.blocked_for("b", 1.0)
    assert not tries.blocked_for("a", BLOCKED_FOR)
    assert tries.groups == 0
    bar(tries, "a", BLOCKED_FOR)


def test_a_crowd_makes_nobody_forgotten_who_is_barred_as_long_as_others_can_be() -> None:
    tries = LoginLimiter(10)
    bar(tries, "a")
    for number in range(100):
        tries.add_failure(f"crowd {number}", 1.0)
    assert tries.blocked_for("a", 2.0)
    assert tries.groups == 10
    for number in range(10):
        bar(tries, f"more {number}", 3.0)
    assert tries.groups == 10
    assert not tries.blocked_for("a", 4.0)
    assert tries.blocked_for("more 9", 4.0)
