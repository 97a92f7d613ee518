"""When a standby becomes the server, and when it waits, connects again or leaves: by tables, without a clock."""

import pytest

from petard.server.policy.promotion import FIRST_SILENT, GIVE_UP, SILENT, Decision, Promotion

LOST = 100.0  # seconds
DUE = LOST + SILENT + 0.01


def lost(earlier: tuple[int, ...] = (), knocked: tuple[int, ...] = ()) -> Promotion:
    """A standby whose line was lost. `knocked`: the members that have come to it."""
    one = Promotion()
    one.lose_line(LOST, earlier)
    one.knocked.update(knocked)
    return one


def test_a_standby_only_copies_while_its_line_holds() -> None:
    one = Promotion()
    one.knocked.update((1, 2, 3))
    assert one.decide((1, 2, 3), LOST + 1000) is Decision.COPY


def test_a_standby_is_promoted_after_two_seconds_of_silence_and_not_before() -> None:
    one = lost(knocked=(1,))
    assert one.decide((1,), LOST + SILENT - 0.01) is Decision.WAIT
    assert one.decide((1,), DUE) is Decision.PROMOTE


def test_a_server_that_leaves_is_followed_at_once() -> None:
    one = Promotion()
    one.note_leaving()
    assert one.decide((1, 2, 3), LOST) is Decision.PROMOTE


def test_a_server_that_answers_with_the_room_is_connected_to_again() -> None:
    one = lost(knocked=(1, 2))
    one.see_server(is_room=True, now=DUE)
    assert one.decide((1, 2), DUE + 1) is Decision.BACK
    one.restore_line()
    assert one.decide((1, 2), DUE + 1) is Decision.COPY


def test_a_server_that_answered_once_and_is_silent_again_is_not_waited_for_any_longer() -> None:
    one = lost(knocked=(1,))
    one.see_server(is_room=True, now=LOST + 1)
    assert one.decide((1,), LOST + 1) is Decision.BACK  # but nobody can connect there
    assert one.decide((1,), LOST + 1 + SILENT) is Decision.PROMOTE


def test_another_room_at_the_old_address_does_not_count_as_the_server() -> None:
    one = lost(knocked=(1,))
    one.see_server(is_room=False, now=LOST + 1)
    assert one.decide((1,), DUE) is Decision.PROMOTE


@pytest.mark.parametrize(
    ("awaited", "knocked", "decision"),
    [
        ((), (), Decision.PROMOTE),  # all were at the server's own computer
        ((1,), (), Decision.WAIT),
        ((1,), (1,), Decision.PROMOTE),
        ((1, 2), (1,), Decision.PROMOTE),
        ((1, 2, 3), (1,), Decision.WAIT),
        ((1, 2, 3), (1, 3), Decision.PROMOTE),
        ((1, 2, 3, 4), (1, 9), Decision.WAIT),  # 9 was not connected to the server when the line was lost
        ((1, 2, 3, 4), (1, 2), Decision.PROMOTE),
    ],
)
def test_half_of_those_who_were_connected_have_to_come(
    awaited: tuple[int, ...], knocked: tuple[int, ...], decision: Decision
) -> None:
    assert lost(knocked=knocked).decide(awaited, DUE) is decision


def test_a_standby_whose_own_network_was_cut_never_goes_on_alone() -> None:
    one = lost(knocked=(1,))
    for second in range(int(GIVE_UP)):
        assert one.decide((1, 2, 3, 4), LOST + second) is Decision.WAIT
    assert one.decide((1, 2, 3, 4), LOST + GIVE_UP + 1) is Decision.LEAVE


def test_the_second_standby_waits_while_the_first_answers() -> None:
    one = lost(earlier=(7,), knocked=(1, 2))
    for tenth in range(100):
        now = LOST + tenth / 10
        one.see_earlier(7, is_room=False, now=now)
        assert one.decide((1, 2, 7), now) is Decision.WAIT
    assert one.decide((1, 2, 7), now + FIRST_SILENT + 0.01) is Decision.PROMOTE


def test_the_member_at_the_computer_of_a_silent_first_standby_is_not_awaited() -> None:
    assert lost(earlier=(7,), knocked=(1,)).decide((1, 7), DUE) is Decision.PROMOTE
    assert lost(earlier=(), knocked=(1,)).decide((1, 7, 8), DUE) is Decision.WAIT


def test_the_second_standby_leaves_when_the_first_runs_the_room() -> None:
    one = lost(earlier=(7,), knocked=(1, 2))
    one.see_earlier(7, is_room=True, now=LOST + 2)
    assert one.decide((1, 2, 7), DUE) is Decision.LEAVE
    assert "another standby" in one.why
