"""One Command a tick: early ones wait, late ones are made up for by held keys, too many are thinned out."""

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
        inbox.put(seq, (seq % 32,))
    taken = [inbox.take() for _ in range(WAITING_MOST)]
    assert taken[-1] == (60 % 32,)
    assert inbox.ack == 60
    assert WAITING_KEPT < WAITING_MOST
