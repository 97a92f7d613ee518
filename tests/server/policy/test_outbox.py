"""What waits for one peer: any split of the sends gives the same bytes, and a slow reader costs a bounded amount."""

import random

from petard.server.policy.outbox import CAP, STATE_MOST, STUCK, Outbox


def test_partial_sends_give_every_byte_once_and_in_order() -> None:
    chance = random.Random(7)
    outbox, put, taken = Outbox(), bytearray(), bytearray()
    for _ in range(2000):
        frame = chance.randbytes(chance.randrange(1, 400))
        outbox.put(frame, now=1.0)
        put += frame
        piece = outbox.piece()
        count = chance.randrange(0, len(piece) + 1)
        outbox.sent(count, now=1.0)
        taken += piece[:count]
    while piece := outbox.piece():
        outbox.sent(len(piece), now=1.0)
        taken += piece
    assert taken == put
    assert outbox.unsent == 0


def test_a_reader_that_keeps_up_is_given_all_state() -> None:
    outbox = Outbox()
    outbox.put_state(b"delta", is_keyframe=False, now=1.0)
    assert outbox.piece() == b"delta"
    assert not outbox.skips_state


def test_a_slow_reader_is_spared_state_but_no_message() -> None:
    outbox = Outbox()
    outbox.put(bytes(STATE_MOST + 1), now=1.0)
    outbox.put_state(b"delta", is_keyframe=False, now=1.0)
    outbox.put(b"chat", now=1.0)
    assert outbox.skips_state
    assert outbox.unsent == STATE_MOST + 1 + len(b"chat")


def test_who_missed_one_delta_gets_none_until_all_is_out_and_a_keyframe_came() -> None:
    outbox = Outbox()
    outbox.put(bytes(STATE_MOST + 1), now=1.0)
    outbox.put_state(b"missed", is_keyframe=False, now=1.0)
    outbox.sent(STATE_MOST, now=1.0)
    outbox.put_state(b"no use", is_keyframe=False, now=1.0)
    assert outbox.unsent == 1
    assert not outbox.wants_keyframe
    outbox.sent(1, now=1.0)
    assert outbox.wants_keyframe
    outbox.resume_state(b"keyframe", now=1.0)
    outbox.put_state(b"delta", is_keyframe=False, now=1.0)
    assert outbox.piece() == b"keyframedelta"


def test_a_keyframe_for_all_ends_the_gap_as_well() -> None:
    outbox = Outbox()
    outbox.put(bytes(STATE_MOST + 1), now=1.0)
    outbox.put_state(b"missed", is_keyframe=False, now=1.0)
    outbox.sent(STATE_MOST + 1, now=1.0)
    outbox.put_state(b"keyframe", is_keyframe=True, now=1.0)
    assert not outbox.skips_state


def test_where_there_is_nothing_to_see_a_spared_reader_is_simply_back() -> None:
    outbox = Outbox()
    outbox.skips_state = True
    outbox.resume_state(b"", now=1.0)
    assert not outbox.skips_state
    assert outbox.piece() == b""


def test_too_much_unread_is_trouble() -> None:
    outbox = Outbox()
    outbox.put(bytes(CAP), now=1.0)
    assert outbox.trouble(now=1.0) == ""
    outbox.put(b"x", now=1.0)
    assert outbox.trouble(now=1.0) == "left more than 256 KiB unread"


def test_nothing_taken_for_ten_seconds_is_trouble_and_one_byte_starts_it_anew() -> None:
    outbox = Outbox()
    outbox.put(b"hello", now=1.0)
    assert outbox.trouble(now=1.0 + STUCK) == ""
    assert outbox.trouble(now=1.1 + STUCK) == "read nothing for 10 seconds"
    outbox.sent(1, now=1.0 + STUCK)
    assert outbox.trouble(now=1.1 + STUCK) == ""


def test_a_reader_with_nothing_to_read_is_never_in_trouble() -> None:
    outbox = Outbox()
    outbox.put(b"hello", now=1.0)
    outbox.sent(5, now=2.0)
    outbox.put(b"again", now=1000.0)
    assert outbox.trouble(now=1001.0) == ""


def test_time_in_which_nobody_could_be_heard_is_left_out_of_account() -> None:
    outbox = Outbox()
    outbox.put(b"hello", now=1.0)
    outbox.forgive(100.0)
    assert outbox.trouble(now=101.0 + STUCK) == ""
    assert outbox.trouble(now=101.1 + STUCK) == "read nothing for 10 seconds"


def test_an_outbox_is_clear_while_nothing_is_unsent_and_no_state_is_skipped() -> None:
    chance = random.Random(3)
    outbox = Outbox()
    for _ in range(3000):
        match chance.randrange(5):
            case 0:
                outbox.put(bytes(chance.choice((1, 500, STATE_MOST))), now=1.0)
            case 1:
                outbox.put_state(b"state", is_keyframe=chance.random() < 0.2, now=1.0)
            case 2 if outbox.wants_keyframe:
                outbox.resume_state(chance.choice((b"", b"keyframe")), now=1.0)
            case _:
                outbox.sent(chance.choice((0, chance.randint(0, outbox.unsent), outbox.unsent)), now=1.0)
        assert outbox.is_clear == (not outbox.unsent and not outbox.skips_state)
