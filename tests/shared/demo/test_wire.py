"""A capture holds turns and chunks as they were, is read as far as it is whole, and has no secret in it."""

import pytest

from petard.shared.demo.blocks import NoDemo
from petard.shared.demo.redact import FOREIGN, Redactor, numbered
from petard.shared.demo.wire import (
    FORMAT_WIRE,
    MAGIC_WIRE,
    UNIT,
    Came,
    Doing,
    Fault,
    Finish,
    Heard,
    Item,
    Plan,
    Start,
    Stop,
    Took,
    Trouble,
    Turn,
    WireWriter,
    read_wire,
)
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Auth, Hello, Message, Say, Setup, Welcome

SETUP = Setup("classic", "duel", 1, 0, 2)
START = Start(FORMAT_WIRE, PROTOCOL, 1, BUILD, SETUP, "Test", 60, 2**63, (Plan("classic", ("###", "#.#", "###")),))
SECRET = "0123456789abcdef0123456789abcdef"
ITEMS: list[Item] = [
    Turn(UNIT // 60, 1),
    Came(1, 0),
    Turn(UNIT // 60, 0),
    Heard(1, b"\x00\x00"),
    Took(1, bytes(range(256))),
    Took(1, b""),
    Fault(1, Doing.SEND, Trouble.PIPE),
    Stop(1 << 40, "Enough for today: schön war's."),
    Heard(1, b""),
    Finish(2**32 - 1),
]


def file_of(items: list[Item]) -> bytes:
    writer = WireWriter(START)
    writer.add(items)
    writer.close_block()
    return writer.take()


def ends_of_blocks(data: bytes) -> list[int]:
    ends, at = [], len(MAGIC_WIRE)
    while at < len(data):
        at += 4 + int.from_bytes(data[at : at + 4], "big")
        ends.append(at)
    return ends


def words(message: Message) -> bytes:
    return frame(encode(message))


def test_what_is_written_is_read_again() -> None:
    capture = read_wire(file_of(ITEMS))
    assert capture.start == START
    assert capture.damage == ""
    read: list[Item] = []
    for step in capture.steps:
        read += [step.cause, *step.deeds]
    assert read == ITEMS
    assert [step.at for step in capture.steps] == [17476, 34952, 34952 + (1 << 40), 34952 + (1 << 40)]


def test_a_capture_cut_anywhere_or_changed_anywhere_gives_what_stands_before_it_or_one_sentence() -> None:
    items: list[Item] = []
    for number in range(400):
        items += [Turn(17476, 1), Heard(1, bytes([number % 256, 7]))]
    data = file_of(items)
    whole, ends = read_wire(data), ends_of_blocks(data)
    lengths: set[int] = set()
    for place in range(0, len(data), 7):
        changed = bytearray(data)
        changed[place] ^= 0x55
        for bad in (data[:place], bytes(changed)):
            try:
                capture = read_wire(bad)
            except NoDemo:
                assert place < len(MAGIC_WIRE) or not lengths
                continue
            assert capture.damage or len(bad) in ends
            assert capture.steps == whole.steps[: len(capture.steps)]
            lengths.add(len(capture.steps))
    assert lengths >= {60, 120, 300}


def test_what_is_no_capture_is_one_sentence() -> None:
    with pytest.raises(NoDemo, match="no wire capture"):
        read_wire(b"PETARD\x00\x01")
    with pytest.raises(NoDemo, match="no beginning"):
        read_wire(MAGIC_WIRE)


def through_veil(veil: Redactor, *items: Item) -> list[Item]:
    for item in items:
        veil.put(item)
    return veil.take()


def test_a_token_becomes_its_number_wherever_it_is_told_or_shown_again() -> None:
    veil = Redactor()
    veil.issue("f" * 32)
    veil.issue(SECRET)
    told, shown, said = (
        Took(1, words(Welcome(PROTOCOL, BUILD, 7, SECRET, 60, "Test"))),
        Heard(2, words(Hello(PROTOCOL, BUILD, "Ada", 1, SECRET))),
        Heard(2, words(Say(f"look: {SECRET}"))),
    )
    assert through_veil(veil, told, shown, said) == [
        Took(1, words(Welcome(PROTOCOL, BUILD, 7, numbered(2), 60, "Test"))),
        Heard(2, words(Hello(PROTOCOL, BUILD, "Ada", 1, numbered(2)))),
        Heard(2, words(Say(f"look: {numbered(2)}"))),
    ]


def test_a_token_that_comes_in_pieces_is_held_back_until_it_can_be_replaced() -> None:
    veil = Redactor()
    hello = words(Hello(PROTOCOL, BUILD, "Ada", 1, SECRET))
    pieces = [Heard(1, hello[at : at + 1]) for at in range(len(hello))]
    assert through_veil(veil, Turn(1, 1), *pieces[:-1]) == [Turn(1, 1)]
    rest = through_veil(veil, pieces[-1], Heard(2, b"\x00\x00\x00"))
    assert rest == pieces
    redacted = b"".join(piece.data for piece in pieces)
    assert redacted == words(Hello(PROTOCOL, BUILD, "Ada", 1, numbered(FOREIGN)))


@pytest.mark.parametrize("end", [0, 20, 36])
def test_of_a_token_that_never_becomes_whole_nothing_is_written(end: int) -> None:
    veil = Redactor()
    hello = words(Hello(PROTOCOL, BUILD, "Ada", 1, SECRET))
    veil.put(Heard(1, hello[: len(hello) - end]))
    written = b"".join(item.data for item in veil.finish() if isinstance(item, Heard))
    assert len(written) == len(hello) - end
    assert SECRET[:6].encode() not in written


def test_tokens_in_what_is_no_hello_are_replaced_too() -> None:
    veil = Redactor()
    [item] = through_veil(veil, Heard(1, b"GET /?token=" + SECRET.upper().encode() + b" HTTP/1.1"))
    assert isinstance(item, Heard)
    assert item.data == b"GET /?token=" + numbered(FOREIGN).encode() + b" HTTP/1.1"


PROOF = "c=biws,r=nonce-of-the-client,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="


def cut(*messages: Message, size: int) -> list[bytes]:
    """A stream in pieces of so many bytes."""
    stream = b"".join(map(words, messages))
    return [stream[at : at + size] for at in range(0, len(stream), size)]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 1000])
def test_of_a_proof_only_the_length_is_written_however_it_comes(size: int) -> None:
    veil, hello = Redactor(), Hello(PROTOCOL, BUILD, "Ada", 1, "")
    heard = [Heard(1, piece) for piece in cut(hello, Auth(PROOF), Auth(PROOF), Say(PROOF), size=size)]
    took = [
        Took(1, piece)
        for piece in cut(Auth(""), Auth(PROOF), Auth("v=x"), Welcome(1, "", 1, SECRET, 60, ""), size=size)
    ]
    written = through_veil(veil, *heard, *took)
    blank = Auth("-" * len(PROOF))
    said = b"".join(item.data for item in written if isinstance(item, Heard))
    assert said == b"".join(words(message) for message in (hello, blank, blank, Say(PROOF)))
    told = b"".join(item.data for item in written if isinstance(item, Took))
    answers = Auth(""), blank, Auth("---"), Welcome(1, "", 1, numbered(FOREIGN), 60, "")
    assert told == b"".join(words(message) for message in answers)


@pytest.mark.parametrize("end", range(1, 80, 7))
def test_of_half_a_proof_nothing_is_written(end: int) -> None:
    veil = Redactor()
    stream = words(Hello(PROTOCOL, BUILD, "Ada", 1, "")) + words(Auth(PROOF))
    for piece in (stream[:-end], b""):
        veil.put(Heard(1, piece))
    written = b"".join(item.data for item in veil.finish() if isinstance(item, Heard))
    assert len(written) == len(stream) - end
    assert b"nonce" not in written
    assert b"v0X8" not in written


def test_what_is_said_at_the_door_is_written_as_soon_as_it_is_whole() -> None:
    veil, hello = Redactor(), Heard(1, words(Hello(PROTOCOL, BUILD, "Ada", 1, "")))
    assert through_veil(veil, hello, Turn(1, 1)) == [hello, Turn(1, 1)]
    half = words(Auth(PROOF))
    assert through_veil(veil, Heard(1, half[:9]), Turn(1, 1)) == []
    assert len(through_veil(veil, Heard(1, half[9:]))) == 3
