"""How much a peer may say; wrong passwords: how many, for how long, and which address groups are remembered."""

from collections.abc import Iterator

import pytest

from petard.game.client.input_timer import InputSender
from petard.game.client.session import CLOCK_RATES
from petard.server.policy.limits import SILENCE_MOST, TRIES_MOST, TRY_EVERY, LoginLimiter, PeerLimits, RateLimit
from petard.shared.protocol.messages import Delta, Input
from petard.shared.rules.ruleset import TICK_RATE


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


def busiest_client(seconds: float) -> Iterator[tuple[float, Input]]:
    """When a game sends Inputs, in seconds, whose keys change in each tick while its clock runs fast after a stall."""
    sender, now, ticks = InputSender(TICK_RATE), 0.0, 0
    rate = TICK_RATE * max(CLOCK_RATES.values())
    while now < seconds:
        if now * rate >= ticks:
            ticks += 1
            if message := sender.tick((ticks % 2,)):
                yield now, message
        if ticks % 90 == 0:
            sender.timer.note_state(Delta(5, ()))  # a single one, so that signs of life are due often
        if message := sender.due(now):
            yield now, message
        now += 1 / 500


def test_a_client_whose_keys_change_in_each_tick_of_a_fast_clock_is_never_refused() -> None:
    limits, before = PeerLimits(0.0, 0.0), 0.0
    for now, _ in busiest_client(20 * 60.0):
        limits.inputs.leak(now - before)
        limits.inputs.used += 1
        assert limits.excess() == ""
        before = now
    assert limits.inputs.used <= 2, "nothing is saved up"


@pytest.mark.parametrize("pause", [0.0, 1.0, 5.0], ids="{} s between two stalls".format)
def test_nor_is_one_whose_line_delivers_nothing_for_ten_seconds_and_then_all_at_once(pause: float) -> None:
    limits, count = PeerLimits(0.0, 0.0), sum(1 for _ in busiest_client(SILENCE_MOST))
    for _ in range(20):
        limits.inputs.leak(SILENCE_MOST)
        limits.inputs.used += count
        assert limits.excess() == ""
        limits.inputs.leak(pause)
        limits.inputs.used += count * pause / SILENCE_MOST


def test_a_thousand_inputs_a_second_are_too_many_within_a_second() -> None:
    limits, passed = PeerLimits(0.0, 0.0), 0
    while not limits.excess():
        limits.inputs.leak(0.001)
        limits.inputs.used += 1
        passed += 1
    assert passed <= 1000, "ms"


def use_up(tries: LoginLimiter, group: str, now: float = 0.0) -> None:
    for left in reversed(range(TRIES_MOST)):
        assert not tries.blocked_for(group, now)
        assert tries.add_failure(group, now) == left


def test_after_five_wrong_passwords_an_address_group_has_one_try_every_thirty_seconds() -> None:
    tries, now = LoginLimiter(10), 1000.1
    use_up(tries, "a", now)
    for _ in range(3):
        assert tries.blocked_for("a", now) == TRY_EVERY
        assert tries.blocked_for("a", now + TRY_EVERY - 1.0) == 1.0
        now += TRY_EVERY
        assert not tries.blocked_for("a", now)
        assert tries.add_failure("a", now) == 0
    assert not tries.blocked_for("b", now)


def test_the_tries_come_back_one_every_thirty_seconds_up_to_five() -> None:
    tries = LoginLimiter(10)
    use_up(tries, "a")
    assert tries.add_failure("a", 3 * TRY_EVERY) == 2
    assert tries.blocked_for("a", 3600.0) == 0.0
    assert not tries.full_at, "a full bucket is not remembered"
    use_up(tries, "a", 3600.0)


def test_a_crowd_makes_no_blocked_group_forgotten_as_long_as_others_can_be() -> None:
    tries = LoginLimiter(10)
    use_up(tries, "a")
    for number in range(100):
        tries.add_failure(f"crowd {number}", 1.0)
    assert tries.blocked_for("a", 2.0)
    assert len(tries.full_at) == 10
    for number in range(10):
        use_up(tries, f"more {number}", 3.0)
    assert len(tries.full_at) == 10
    assert not tries.blocked_for("a", 4.0)
    assert tries.blocked_for("more 9", 4.0)
