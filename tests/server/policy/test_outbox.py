"""What waits for one peer: any split of the sends gives the same bytes, and a slow reader costs a bounded amount."""

import random

from petard.server.policy.outbox import CAP, STATE_AGE_MOST, STUCK, Outbox, OutgoingFrame


def said(data: bytes) -> list[OutgoingFrame]:
    return [OutgoingFrame(data)]


def state(data: bytes) -> list[OutgoingFrame]:
    return [OutgoingFrame(data, is_state=True, states=1)]


def test_partial_sends_give_every_byte_once_and_in_order() -> None:
    chance = random.Random(7)
    outbox, put, taken = Outbox(), bytearray(), bytearray()
    for _ in range(2000):
        frames = [OutgoingFrame(chance.randbytes(chance.randrange(1, 400))) for _ in range(chance.randrange(1, 4))]
        data = b"".join(frame.data for frame in frames)
        sent = 0 if outbox.unsent else chance.randrange(len(data) + 1)
        outbox.put(frames, 1.0, sent)
        put += data
        taken += data[:sent]
        piece = outbox.piece()
        count = chance.randrange(0, len(piece) + 1)
        outbox.sent(count, now=1.0)
        taken += piece[:count]
        assert len(put) - len(taken) == outbox.unsent
    while piece := outbox.piece():
        outbox.sent(len(piece), now=1.0)
        taken += piece
    assert taken == put
    assert outbox.unsent == 0


def test_states_that_wait_for_too_long_are_dropped_and_no_message_is() -> None:
    outbox = Outbox()
    outbox.put([*said(b"chat"), *state(b"delta"), OutgoingFrame(b"events", is_state=True), *said(b"talk")], 1.0)
    outbox.put(state(b"next"), 1.2)
    assert outbox.drop_old_states(1.0 + STATE_AGE_MOST) == []
    assert len(outbox.drop_old_states(1.01 + STATE_AGE_MOST)) == 2, "events count for none"
    assert outbox.piece() == b"chattalk"
    assert outbox.unsent == 8


def test_a_state_that_is_sent_in_part_is_sent_to_its_end() -> None:
    outbox = Outbox()
    outbox.put([*state(b"first"), *state(b"second")], 1.0, 2)
    assert len(outbox.drop_old_states(9.0)) == 1
    assert outbox.piece() == b"rst"
    outbox.sent(3, 9.0)
    assert outbox.unsent == 0


def test_too_much_unread_is_trouble() -> None:
    outbox = Outbox()
    outbox.put(said(bytes(CAP)), now=1.0)
    assert outbox.trouble(now=1.0) == ""
    outbox.put(said(b"x"), now=1.0)
    assert outbox.trouble(now=1.0) == "left more than 256 KiB unread"


def test_nothing_taken_for_ten_seconds_is_trouble_and_one_byte_starts_it_anew() -> None:
    outbox = Outbox()
    outbox.put(said(b"hello"), now=1.0)
    assert outbox.trouble(now=1.0 + STUCK) == ""
    assert outbox.trouble(now=1.1 + STUCK) == "read nothing for 10 seconds"
    outbox.sent(1, now=1.0 + STUCK)
    assert outbox.trouble(now=1.1 + STUCK) == ""


def test_a_reader_with_nothing_to_read_is_never_in_trouble() -> None:
    outbox = Outbox()
    outbox.put(said(b"hello"), now=1.0)
    outbox.sent(5, now=2.0)
    outbox.put(said(b"again"), now=1000.0)
    assert outbox.trouble(now=1001.0) == ""


def test_time_in_which_nobody_could_be_heard_is_left_out_of_account() -> None:
    outbox = Outbox()
    outbox.put(state(b"hello"), now=1.0)
    outbox.forgive(100.0)
    assert outbox.drop_old_states(101.0 + STATE_AGE_MOST) == []
    assert outbox.trouble(now=101.0 + STUCK) == ""
    assert outbox.trouble(now=101.1 + STUCK) == "read nothing for 10 seconds"
