"""One Command a tick: early ones wait, late ones are made up for by held keys, too many are thinned out."""

from itertools import pairwise

from petard.server.room.inbox import HELD_MOST, STARVED, WAITING_KEPT, WAITING_MOST, WINDOW, Inbox


def test_commands_come_out_one_a_tick_in_their_order() -> None:
    inbox = Inbox(1)
    for seq in (1, 2, 3):
        inbox.enqueue(seq, (seq,))
    assert [inbox.next_keys() for _ in range(3)] == [(1,), (2,), (3,)]
    assert inbox.ack == 3


def test_without_a_command_the_last_keys_are_still_held() -> None:
    inbox = Inbox(2)
    assert inbox.next_keys() == (0, 0)
    inbox.enqueue(1, (4, 8))
    assert [inbox.next_keys(), inbox.next_keys()] == [(4, 8), (4, 8)]
    assert inbox.ack == 1


def test_old_and_double_commands_are_dropped() -> None:
    inbox = Inbox(1)
    inbox.enqueue(5, (1,))
    inbox.enqueue(5, (2,))
    inbox.enqueue(4, (4,))
    assert [inbox.next_keys(), inbox.next_keys()] == [(1,), (1,)]


def test_keys_for_another_number_of_players_are_dropped() -> None:
    inbox = Inbox(1)
    inbox.enqueue(1, (1, 2))
    assert inbox.next_keys() == (0,)


def test_a_burst_holds_nobody_back_for_long() -> None:
    inbox = Inbox(1)
    for seq in range(1, 61):
        inbox.enqueue(seq, (seq % 8,))
    taken = [inbox.next_keys() for _ in range(WAITING_MOST)]
    assert taken[-1] == (60 % 8,)
    assert inbox.ack == 60


def test_no_tap_is_lost_in_a_burst() -> None:
    inbox = Inbox(2)
    for seq in range(1, 61):
        inbox.enqueue(seq, (16 if seq == 30 else 0, 1 if seq == 2 else 0))
    taken = [inbox.next_keys() for _ in range(WAITING_MOST)]
    assert any(keys[0] & 16 for keys in taken)
    assert any(keys[1] & 1 for keys in taken)


def test_a_wait_that_stays_is_worked_off() -> None:
    inbox = Inbox(1)
    for seq in range(1, WAITING_MOST + 1):
        inbox.enqueue(seq, (0,))
    behind = []
    for seq in range(WAITING_MOST + 1, 400):
        inbox.enqueue(seq, (0,))
        inbox.next_keys()
        behind.append(seq - inbox.ack)
    assert behind[0] > WAITING_KEPT
    assert behind[-1] <= WAITING_KEPT
    assert all(later <= before for before, later in pairwise(behind))


def test_a_short_wait_of_jitter_stays() -> None:
    inbox = Inbox(1)
    for seq in range(1, WAITING_KEPT + 1):
        inbox.enqueue(seq, (0,))
    for seq in range(WAITING_KEPT + 1, 200):
        inbox.next_keys()
        inbox.enqueue(seq, (0,))
    assert 199 - inbox.ack == WAITING_KEPT


def test_a_cleared_inbox_holds_nothing() -> None:
    inbox = Inbox(1)
    inbox.enqueue(1, (1,))
    inbox.next_keys()
    inbox.enqueue(2, (2,))
    inbox.clear()
    assert inbox.next_keys() == (0,)
    inbox.enqueue(3, (4,))
    assert inbox.next_keys() == (4,)
    assert inbox.ack == 3


def test_a_clear_counts_what_was_pressed_before_as_done() -> None:
    inbox = Inbox(1)
    for seq in range(1, 5):
        inbox.enqueue(seq, (1,))
    inbox.clear()
    assert inbox.ack == 4


def test_early_is_the_fewest_that_waited_lately() -> None:
    inbox, seq, early = Inbox(1), 0, []
    for at_once in [2] + [1] * (2 * WINDOW) + [0] + [1] * (3 * WINDOW):
        for _ in range(at_once):
            inbox.enqueue(seq := seq + 1, (0,))
        inbox.next_keys()
        early.append(inbox.input_lead)
    before, after = early[2 * WINDOW], early[2 * WINDOW + 1]
    assert (before, after, early[-1]) == (2, 1, 1)
    for _ in range(4):
        inbox.next_keys()
    assert inbox.input_lead == 0


def test_a_late_command_leaves_one_more_waiting_from_then_on() -> None:
    inbox = Inbox(1)
    inbox.enqueue(1, (0,))
    assert inbox.next_keys() == (0,)
    inbox.next_keys()
    inbox.enqueue(2, (1,))
    inbox.enqueue(3, (2,))
    assert [inbox.next_keys(), inbox.next_keys()] == [(1,), (2,)]


def test_keys_without_a_word_are_let_go_after_half_a_second_and_the_seat_is_free_after_two() -> None:
    inbox = Inbox(1)
    inbox.enqueue(1, (1,))
    held = [inbox.next_keys() for _ in range(STARVED)]
    assert held == [(1,)] * (1 + HELD_MOST) + [(0,)] * (STARVED - HELD_MOST - 1)
    assert not inbox.is_starved
    inbox.next_keys()
    assert inbox.is_starved
    inbox.enqueue(2, (2,))
    assert inbox.next_keys() == (2,)
    assert not inbox.is_starved
