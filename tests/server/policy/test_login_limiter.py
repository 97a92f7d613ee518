"""Wrong passwords: how many, for how long, and who is remembered."""

from petard.server.policy.login_limiter import BARRED_FOR, WRONG_MOST, LoginLimiter


def bar(tries: LoginLimiter, home: str, now: float = 0.0) -> None:
    for left in reversed(range(WRONG_MOST)):
        assert tries.add(home, now) == left


def test_after_five_nobody_from_there_is_asked_for_a_while_and_then_has_five_again() -> None:
    tries = LoginLimiter(10)
    bar(tries, "a")
    assert tries.pause("a", 1.0) == BARRED_FOR - 1.0
    assert not tries.pause("b", 1.0)
    assert not tries.pause("a", BARRED_FOR)
    assert tries.homes == 0
    bar(tries, "a", BARRED_FOR)


def test_a_crowd_makes_nobody_forgotten_who_is_barred_as_long_as_others_can_be() -> None:
    tries = LoginLimiter(10)
    bar(tries, "a")
    for number in range(100):
        tries.add(f"crowd {number}", 1.0)
    assert tries.pause("a", 2.0)
    assert tries.homes == 10
    for number in range(10):
        bar(tries, f"more {number}", 3.0)
    assert tries.homes == 10
    assert not tries.pause("a", 4.0)
    assert tries.pause("more 9", 4.0)
