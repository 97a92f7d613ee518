"""One Command a tick: early ones wait, late ones are made up for by held keys, too many are thinned out."""

from itertools import pairwise

from server.inbox import WAITING_KEPT, WAITING_MOST, Inbox


def test_commands_come_out_one_a_tick_in_their_order() -> None:
    inbox = Inbox(1)
    for seq in (1, 2, 3):
        inbox.put(seq, (seq,))
    assert [inbox.take() for _ in range(3)] == [(1,), (2,), (3,)]
    assert inbox.ack == 3


def test_without_a_command_the_last_keys_are_still_held() -> None:
    inbox = Inbox(2)
    assert inbox.take() == (0, 0)
    inbox.put(1, (4, 8))
    assert [inbox.take(), inbox.take()] == [(4, 8), (4, 8)]
    assert inbox.ack == 1


def test_old_and_double_commands_are_dropped() -> None:
    inbox = Inbox(1)
    inbox.put(5, (1,))
    inbox.put(5, (2,))
    inbox.put(4, (4,))
    assert [inbox.take(), inbox.take()] == [(1,), (1,)]


def test_keys_for_another_number_of_players_are_dropped() -> None:
    inbox = Inbox(1)
    inbox.put(1, (1, 2))
    assert inbox.take() == (0,)


def test_a_burst_holds_nobody_back_for_long() -> None:
    inbox = Inbox(1)
    for seq in range(1, 61):
        inbox.put(seq, (seq % 8,))
    taken = [inbox.take() for _ in range(WAITING_MOST)]
    assert taken[-1] == (60 % 8,)
    assert inbox.ack == 60


def test_no_tap_is_lost_in_a_burst() -> None:
    inbox = Inbox(2)
    for seq in range(1, 61):
        inbox.put(seq, (16 if seq == 30 else 0, 1 if seq == 2 else 0))
    taken = [inbox.take() for _ in range(WAITING_MOST)]
    assert any(keys[0] & 16 for keys in taken)
    assert any(keys[1] & 1 for keys in taken)


def test_a_wait_that_stays_is_worked_off() -> None:
    inbox = Inbox(1)
    for seq in range(1, WAITING_MOST + 1):
        inbox.put(seq, (0,))
    behind = []
    for seq in range(WAITING_MOST + 1, 400):
        inbox.put(seq, (0,))
        inbox.take()
        behind.append(seq - inbox.ack)
    assert behind[0] > WAITING_KEPT
    assert behind[-1] <= WAITING_KEPT
    assert all(later <= before for before, later in pairwise(behind))


def test_a_short_wait_of_jitter_stays() -> None:
    inbox = Inbox(1)
    for seq in range(1, WAITING_KEPT + 1):
        inbox.put(seq, (0,))
    for seq in range(WAITING_KEPT + 1, 200):
        inbox.take()
        inbox.put(seq, (0,))
    assert 199 - inbox.ack == WAITING_KEPT


def test_a_cleared_inbox_holds_nothing() -> None:
    inbox = Inbox(1)
    inbox.put(1, (1,))
    inbox.take()
    inbox.put(2, (2,))
    inbox.clear()
    assert inbox.take() == (0,)
    inbox.put(3, (4,))
    assert inbox.take() == (4,)
