"""A capture holds turns and chunks, is read up to the first damage, and has no secret in it."""

import tracemalloc
from typing import Any

import msgpack  # type: ignore[import-untyped]
import pytest

from petard.shared.demo.blocks import DemoError
from petard.shared.demo.capture import (
    CAPTURE_FORMAT,
    CAPTURE_MAGIC,
    UNITS_PER_SECOND,
    Accepted,
    CaptureEncoder,
    CaptureEnd,
    CaptureMap,
    CaptureRecord,
    CaptureStart,
    FaultKind,
    LoopTurn,
    Received,
    Sent,
    ServerStop,
    SocketCall,
    SocketFault,
    read_capture,
)
from petard.shared.demo.redact import FOREIGN, Redactor, placeholder
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Auth, Hello, Message, Say, Setup, Welcome

SETUP = Setup("classic", "duel", 1, 0, 2)
MAPS = (CaptureMap("classic", ("###", "#.#", "###")),)
START = CaptureStart(CAPTURE_FORMAT, PROTOCOL, 1, BUILD, SETUP, "Test", 60, 2**63, MAPS)
SECRET = "0123456789abcdef0123456789abcdef"
RECORDS: list[CaptureRecord] = [
    LoopTurn(UNITS_PER_SECOND // 60, 1),
    Accepted(1, 0),
    LoopTurn(UNITS_PER_SECOND // 60, 0),
    Received(1, b"\x00\x00"),
    Sent(1, bytes(range(256))),
    Sent(1, b""),
    SocketFault(1, SocketCall.SEND, FaultKind.PIPE),
    ServerStop(1 << 40, "Enough for today: schön war's."),
    Received(1, b""),
    CaptureEnd(2**32 - 1),
]


def file_of(records: list[CaptureRecord]) -> bytes:
    encoder = CaptureEncoder(START)
    encoder.add(records)
    encoder.close_block()
    return encoder.data_to_write()


def ends_of_blocks(data: bytes) -> list[int]:
    ends, at = [], len(CAPTURE_MAGIC)
    while at < len(data):
        at += 4 + int.from_bytes(data[at : at + 4], "big")
        ends.append(at)
    return ends


def words(message: Message) -> bytes:
    return frame(encode(message))


def test_what_is_written_is_read_again() -> None:
    capture = read_capture(file_of(RECORDS))
    assert capture.start == START
    assert capture.damage == ""
    read: list[CaptureRecord] = []
    for step in capture.steps:
        read += [step.cause, *step.records]
    assert read == RECORDS
    assert [step.at for step in capture.steps] == [17476, 34952, 34952 + (1 << 40), 34952 + (1 << 40)]


def test_going_through_a_long_capture_keeps_no_steps_in_memory() -> None:
    records: list[CaptureRecord] = []
    for number in range(2000):
        records += [LoopTurn(17476, 1), *(Sent(peer, bytes([number % 256, peer]) * 50) for peer in range(16))]
    data = file_of(records)
    del records
    tracemalloc.start()
    try:
        capture = read_capture(data)
        assert sum(len(step.records) for step in capture.steps) == 32_000
        used = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert used < 2_000_000, "all steps at once are 6 MB"
    assert capture.last == capture.steps[-1]


def test_a_damaged_capture_gives_what_stands_before_the_damage_or_one_sentence() -> None:
    records: list[CaptureRecord] = []
    for number in range(400):
        records += [LoopTurn(17476, 1), Received(1, bytes([number % 256, 7]))]
    data = file_of(records)
    whole, ends = read_capture(data), ends_of_blocks(data)
    lengths: set[int] = set()
    for place in range(0, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 0x55
        for bad in (data[:place], bytes(changed)):
            try:
                capture = read_capture(bad)
            except DemoError:
                assert place < len(CAPTURE_MAGIC) or not lengths
                continue
            assert capture.damage or len(bad) in ends
            assert tuple(capture.steps) == whole.steps[: len(capture.steps)]
            lengths.add(len(capture.steps))
    assert lengths >= {60, 120, 300}


def test_a_file_that_is_no_capture_is_refused_with_one_sentence() -> None:
    with pytest.raises(DemoError, match="no wire capture"):
        read_capture(b"PETARD\x00\x01")
    with pytest.raises(DemoError, match="no beginning"):
        read_capture(CAPTURE_MAGIC)


def through_redactor(redactor: Redactor, *records: CaptureRecord) -> list[CaptureRecord]:
    for record in records:
        redactor.add(record)
    return redactor.take()


def test_a_token_becomes_its_number_wherever_it_appears() -> None:
    redactor = Redactor()
    redactor.add_token("f" * 32)
    redactor.add_token(SECRET)
    issued, shown, mentioned = (
        Sent(1, words(Welcome(PROTOCOL, BUILD, 7, SECRET, 60, "Test"))),
        Received(2, words(Hello(PROTOCOL, BUILD, "Ada", 1, SECRET))),
        Received(2, words(Say(f"look: {SECRET}"))),
    )
    assert through_redactor(redactor, issued, shown, mentioned) == [
        Sent(1, words(Welcome(PROTOCOL, BUILD, 7, placeholder(2), 60, "Test"))),
        Received(2, words(Hello(PROTOCOL, BUILD, "Ada", 1, placeholder(2)))),
        Received(2, words(Say(f"look: {placeholder(2)}"))),
    ]


def test_a_token_that_arrives_in_pieces_is_held_until_it_can_be_replaced() -> None:
    redactor = Redactor()
    hello = words(Hello(PROTOCOL, BUILD, "Ada", 1, SECRET))
    pieces = [Received(1, hello[at : at + 1]) for at in range(len(hello))]
    assert through_redactor(redactor, LoopTurn(1, 1), *pieces[:-1]) == [LoopTurn(1, 1)]
    rest = through_redactor(redactor, pieces[-1], Received(2, b"\x00\x00\x00"))
    assert rest == pieces
    redacted = b"".join(piece.data for piece in pieces)
    assert redacted == words(Hello(PROTOCOL, BUILD, "Ada", 1, placeholder(FOREIGN)))


@pytest.mark.parametrize("end", [0, 20, 36])
def test_nothing_is_written_of_a_token_that_never_becomes_complete(end: int) -> None:
    redactor = Redactor()
    hello = words(Hello(PROTOCOL, BUILD, "Ada", 1, SECRET))
    redactor.add(Received(1, hello[: len(hello) - end]))
    written = b"".join(record.data for record in redactor.finish() if isinstance(record, Received))
    assert len(written) == len(hello) - end
    assert SECRET[:6].encode() not in written


def test_tokens_outside_of_a_hello_are_replaced_too() -> None:
    redactor = Redactor()
    [record] = through_redactor(redactor, Received(1, b"GET /?token=" + SECRET.upper().encode() + b" HTTP/1.1"))
    assert isinstance(record, Received)
    assert record.data == b"GET /?token=" + placeholder(FOREIGN).encode() + b" HTTP/1.1"


PROOF = "c=biws,r=nonce-of-the-client,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="


def cut(*messages: Message, size: int) -> list[bytes]:
    """A stream in pieces of so many bytes."""
    stream = b"".join(map(words, messages))
    return [stream[at : at + size] for at in range(0, len(stream), size)]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 1000])
def test_only_the_length_of_a_proof_is_written_however_it_arrives(size: int) -> None:
    redactor, hello = Redactor(), Hello(PROTOCOL, BUILD, "Ada", 1, "")
    received = [Received(1, piece) for piece in cut(hello, Auth(PROOF), Auth(PROOF), Say(PROOF), size=size)]
    sent_pieces = [
        Sent(1, piece)
        for piece in cut(Auth(""), Auth(PROOF), Auth("v=x"), Welcome(1, "", 1, SECRET, 60, ""), size=size)
    ]
    written = through_redactor(redactor, *received, *sent_pieces)
    blank = Auth("-" * len(PROOF))
    received_bytes = b"".join(record.data for record in written if isinstance(record, Received))
    assert received_bytes == b"".join(words(message) for message in (hello, blank, blank, Say(PROOF)))
    sent = b"".join(record.data for record in written if isinstance(record, Sent))
    answers = Auth(""), blank, Auth("---"), Welcome(1, "", 1, placeholder(FOREIGN), 60, "")
    assert sent == b"".join(words(message) for message in answers)


@pytest.mark.parametrize("fields", [5, 6, 9])
def test_no_proof_is_written_after_a_ping_or_a_hello_of_another_build(fields: int) -> None:
    hello = [PROTOCOL, BUILD, "Ada", 1, SECRET, ["later"], 7, "more", True][:fields]
    rows: tuple[list[Any], ...] = ([16, 1], [1, *hello], [19, PROOF], [19, PROOF, "later"], [3, "hi"])
    data = b"".join(frame(msgpack.packb(row)) for row in rows)
    written = through_redactor(Redactor(), Received(1, data))
    received = b"".join(record.data for record in written if isinstance(record, Received))
    assert len(received) == len(data)
    for secret in (b"nonce", b"v0X8", SECRET.encode()):
        assert secret not in received


@pytest.mark.parametrize("end", range(1, 80, 7))
def test_nothing_is_written_of_half_a_proof(end: int) -> None:
    redactor = Redactor()
    stream = words(Hello(PROTOCOL, BUILD, "Ada", 1, "")) + words(Auth(PROOF))
    for piece in (stream[:-end], b""):
        redactor.add(Received(1, piece))
    written = b"".join(record.data for record in redactor.finish() if isinstance(record, Received))
    assert len(written) == len(stream) - end
    assert b"nonce" not in written
    assert b"v0X8" not in written


def test_handshake_frames_are_written_as_soon_as_they_are_complete() -> None:
    redactor, hello = Redactor(), Received(1, words(Hello(PROTOCOL, BUILD, "Ada", 1, "")))
    assert through_redactor(redactor, hello, LoopTurn(1, 1)) == [hello, LoopTurn(1, 1)]
    half = words(Auth(PROOF))
    assert through_redactor(redactor, Received(1, half[:9]), LoopTurn(1, 1)) == []
    assert len(through_redactor(redactor, Received(1, half[9:]))) == 3
