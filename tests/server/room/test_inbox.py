"""Changes of keys, each in the tick from which it holds: late ones at once, early ones after a short wait."""

from petard.server.room.inbox import CHANGES_MOST, SILENT_MOST, STARVED, WAITING_KEPT, WAITING_MOST, WINDOW, Inbox
from petard.shared.protocol.state import APPLIED_MOST

SIGN_EVERY = 15  # ticks between two Inputs of a client whose keys do not change


def ticks(inbox: Inbox, count: int) -> list[tuple[int, ...]]:
    """The keys of so many ticks."""
    return [inbox.next_keys() for _ in range(count)]


def begun(players: int = 1) -> Inbox:
    """An inbox in a tick in which its client's clock shows 1."""
    inbox = Inbox(players)
    inbox.enqueue(1, (0,) * players)
    inbox.next_keys()
    return inbox


def test_a_change_is_used_in_the_tick_from_which_it_holds() -> None:
    inbox = begun()
    inbox.enqueue(4, (1,))
    inbox.enqueue(6, (2,))
    assert ticks(inbox, 6) == [(0,), (0,), (1,), (1,), (2,), (2,)]
    assert inbox.applied == 2


def test_keys_are_held_without_another_word() -> None:
    inbox = begun(2)
    inbox.enqueue(2, (4, 8))
    assert ticks(inbox, SIGN_EVERY) == [(4, 8)] * SIGN_EVERY


def test_an_input_that_does_not_go_on_by_the_clock_changes_nothing() -> None:
    inbox = begun()
    inbox.enqueue(5, (1,))
    inbox.enqueue(5, (2,))
    inbox.enqueue(4, (4,))
    assert ticks(inbox, 5)[-1] == (1,)


def test_keys_for_another_number_of_players_are_dropped() -> None:
    inbox = begun()
    inbox.enqueue(2, (1, 2))
    inbox.enqueue(2, ())
    assert inbox.next_keys() == (0,)


def test_a_clock_that_stands_still_is_like_no_input_at_all() -> None:
    inbox, silent = begun(), begun()
    for one in (inbox, silent):
        one.enqueue(2, (1,))
    keys = []
    for tick in range(STARVED + SIGN_EVERY):
        if tick % SIGN_EVERY == 0:
            inbox.enqueue(2, (1,))
            inbox.enqueue(3, ())
        keys.append((inbox.next_keys(), inbox.is_silent))
        assert keys[-1] == (silent.next_keys(), silent.is_silent)
    assert keys[SILENT_MOST - 2 : SILENT_MOST + 1] == [((1,), False)] * 2 + [((0,), False)]
    assert keys[-1] == ((0,), True)
    inbox.enqueue(3, (1,))
    assert not inbox.is_silent


def test_an_input_without_keys_before_the_first_tick_takes_nothing_from_it() -> None:
    inbox = Inbox(2)
    inbox.enqueue(1, ())
    assert inbox.is_starved
    assert inbox.next_clock is None
    inbox.enqueue(1, (1, 2))
    assert inbox.next_keys() == (1, 2)
    assert not inbox.is_starved


def test_a_late_change_is_used_at_once_and_all_that_follows_waits_as_much_longer() -> None:
    inbox = begun()
    ticks(inbox, 3)  # clocks 2, 3 and 4 passed without a word
    inbox.enqueue(3, (1,))
    inbox.enqueue(5, (2,))
    assert ticks(inbox, 3) == [(1,), (1,), (2,)]


def test_after_a_burst_the_newest_keys_wait_for_a_tenth_of_a_second_at_most() -> None:
    inbox = begun()
    for clock in range(2, 62):
        inbox.enqueue(clock, (clock % 8,))
    assert ticks(inbox, WAITING_MOST + 1)[-1] == (61 % 8,)


def test_no_tap_is_lost_in_a_burst() -> None:
    inbox = begun(2)
    for clock in range(2, 62):
        inbox.enqueue(clock, (16 if clock == 30 else 0, 1 if clock == 3 else 0))
    taken = ticks(inbox, WAITING_MOST + 1)
    assert any(keys[0] & 16 for keys in taken)
    assert any(keys[1] & 1 for keys in taken)
    assert taken[-1] == (0, 0)


def test_of_many_changes_at_once_few_are_stored() -> None:
    inbox = begun()
    for clock in range(2, 1000):
        inbox.enqueue(clock, (clock % 2,))
    assert len(inbox.waiting) == CHANGES_MOST
    ticks(inbox, WAITING_MOST + 1)
    assert inbox.applied == 997 % APPLIED_MOST


def test_a_wait_that_was_too_long_for_a_whole_window_becomes_shorter() -> None:
    inbox = begun()
    waits = []
    for tick in range(2, 6 * WINDOW):
        if tick % SIGN_EVERY == 0:
            inbox.enqueue(tick + WAITING_MOST, (0,))  # six ticks before it is due
            assert inbox.next_clock
            waits.append(tick + WAITING_MOST - inbox.next_clock)
        inbox.next_keys()
    assert waits[0] == WAITING_MOST
    assert waits[-1] == WAITING_KEPT


def test_a_short_wait_of_jitter_stays() -> None:
    inbox = begun()
    for tick in range(2, 6 * WINDOW):
        if tick % SIGN_EVERY == 0:
            inbox.enqueue(tick + WAITING_KEPT, (0,))
        inbox.next_keys()
    assert inbox.next_clock == 6 * WINDOW


def test_the_lead_is_that_of_the_latest_input_lately() -> None:
    inbox, leads = begun(), []
    for tick in range(2, 6 * WINDOW):
        if tick % SIGN_EVERY == 0:
            inbox.enqueue(tick + (0 if tick < 2 * WINDOW else 2), (0,))
        inbox.next_keys()
        leads.append(inbox.input_lead)
    assert leads[2 * WINDOW - 3] == 1, "just right"
    assert leads[-1] == 3, "two ticks early"
    ticks(inbox, 3)
    inbox.enqueue(6 * WINDOW + 1, (0,))
    assert inbox.input_lead == 0, "late"


def test_in_a_new_round_the_keys_held_now_count_and_none_of_before() -> None:
    inbox = begun()
    inbox.enqueue(4, (1,))
    inbox.enqueue(6, (2,))
    inbox.clear()
    assert inbox.next_clock is None
    assert ticks(inbox, 3) == [(2,)] * 3
    inbox.enqueue(20, (4,))
    assert inbox.next_keys() == (4,)
    assert inbox.applied == 3


def test_keys_are_released_when_no_input_comes_and_a_bot_may_play_after_two_seconds() -> None:
    inbox = Inbox(1)
    assert inbox.is_starved
    inbox.enqueue(1, (1,))
    held = ticks(inbox, STARVED)
    assert held == [(1,)] * SILENT_MOST + [(0,)] * (STARVED - SILENT_MOST)
    assert inbox.is_starved
    inbox.enqueue(2, (1,))
    assert inbox.next_keys() == (1,)
    assert not inbox.is_starved


def test_idle_ticks_count_from_the_change_of_each_player() -> None:
    inbox = begun(2)
    inbox.idle_ticks = [100, 100]
    inbox.enqueue(2, (4, 0))
    inbox.next_keys()
    assert inbox.idle_ticks == [0, 100]
