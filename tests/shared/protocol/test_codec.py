"""Every legal message is encoded and decoded; all other bytes raise RemoteProtocolError, and cost little."""

import contextlib
import json
import random
import struct
import tracemalloc
from typing import Any

import msgpack  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petard.shared.framing import LIMIT_CLIENT, LIMIT_PENDING, LIMIT_SERVER
from petard.shared.protocol.codec import EncodeError, RemoteProtocolError, decode, encode, message_type_of
from petard.shared.protocol.messages import (
    MESSAGES,
    SKIPPED_FROM,
    Bye,
    Chat,
    Delta,
    Events,
    Hello,
    Input,
    Keyframe,
    Look,
    Message,
    Ready,
    Refused,
    Roster,
    Round,
    Say,
    Setup,
    Skipped,
    Welcome,
)
from tests.shared.protocol.any_message import any_message, messages
from tests.shared.protocol.mutated import mutated
from tests.shared.protocol.samples import ADA, SAMPLES, TOKEN
from tests.tools.vectors import FILE, plain

VECTORS = {row["name"]: row for row in json.loads(FILE.read_text(encoding="utf-8"))}


def packed(*row: Any) -> bytes:
    """Return a payload without any checks."""
    return bytes(msgpack.packb(row))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_has_the_bytes_of_its_golden_vector(name: str) -> None:
    assert encode(SAMPLES[name]).hex() == VECTORS[name]["payload"]
    assert decode(bytes.fromhex(VECTORS[name]["payload"])) == SAMPLES[name]
    assert plain(SAMPLES[name]) == VECTORS[name]["fields"]


def test_there_is_a_golden_vector_for_every_message_and_no_other() -> None:
    assert VECTORS.keys() == SAMPLES.keys()
    assert {row["message"] for row in VECTORS.values()} == {kind.__name__ for kind in MESSAGES.values()}


@pytest.mark.slow
@given(any_message())
@settings(max_examples=120, deadline=None)
def test_every_message_is_decoded_as_it_was_encoded(message: Message) -> None:
    payload = encode(message)
    assert decode(payload) == message
    assert message_type_of(payload) is type(message)


@given(any_message())
@settings(max_examples=30, deadline=None)
def test_decoded_messages_have_the_exact_types(message: Message) -> None:
    assert repr(decode(encode(message))) == repr(message)


# fmt: off
WRONG = [
    (packed(8, 1, [32], 0), "Input.keys is 32, not 0..31"),
    (packed(8, 1, [0] * 5, 0), "Input.keys is an array of 5, not an array of 0..4 items"),
    (packed(8, 1, [0] * 20, 0), "Input is no clean msgpack: something in it is too long"),
    (packed(8, 1, 7, 0), "Input.keys is 7, not an array"),
    (packed(8, True, [1], 0), "Input.clock is True, not 1..2^31-1"),
    (packed(8, 1, [True], 0), "Input.keys is True"),
    (packed(8, 0, [1], 0), "Input.clock is 0"),
    (packed(8, -1, [1], 0), "Input.clock is -1"),
    (packed(8, 2**31, [1], 0), "Input.clock is 2147483648"),
    (packed(8, 1, [1], -1), "Input.states is -1, not 0..2^32-1"),
    (packed(8, 1, [1], 2**32), "Input.states is 4294967296"),
    (packed(8, 1.0, [1], 0), "Input.clock is a float"),
    (packed(8, float("nan"), [1], 0), "Input.clock is a float"),
    (packed(8, float("inf"), [1], 0), "Input.clock is a float"),
    (packed(8, None, [1], 0), "Input.clock is a NoneType"),
    (packed(8, 1, [1.0], 0), "Input.keys is a float"),
    (packed(8, 1, {}, 0), "Input.keys is a dict"),
    (packed(8, 1, {1: 1}, 0), "Input is no clean msgpack"),
    (packed(2, 1, [1]), "no message has the number 2"),  # Command, in version 1
    (packed(3, {"a": 1}), "Say is no clean msgpack: something in it is too long"),
    (packed(5, 1), "Ready.ready is 1, not false or true"),
    (packed(5, None), "Ready.ready is a NoneType"),
    (packed(3, ""), "Say.text has 0 code points, not 1..200"),
    (packed(3, "x" * 201), "Say.text has 201 code points"),
    (packed(3, "x" * 2000), "Say is no clean msgpack"),
    (packed(3, "a\nb"), "Say.text is no legal chat"),
    (packed(3, b"abc"), "Say is no clean msgpack"),
    (packed(3, b""), "Say.text is a bytes, not text"),
    (packed(1, 2, "0.2.0", " Ada", 1, "", []), "Hello.name is no legal name"),
    (packed(1, 2, "0.2.0", "A" * 17, 1, "", []), "Hello.name has 17 code points"),
    (packed(1, 2, "0.2.0", "Ada", 5, "", []), "Hello.players is 5, not 0..4"),
    (packed(1, 2, "0.2.0", "Ada", 1, "", ["a b"]), "Hello.words is no legal word"),
    (packed(1, 2, "0.2.0", "Ada", 1, "", ["a"] * 9), "Hello.words is an array of 9"),
    (packed(1, 2, "0.2.0", "Ada", 1, "A" * 32, []), "Hello.token is no legal token"),
    (packed(1, 1, "0.1.0", "Ada", 1, "a" * 31), "Hello.token is no legal token"),
    (packed(6, "../etc", "x", 1, 0, 0, 0), "Setup.map is no legal word"),
    (packed(6, "-x", "x", 1, 0, 0, 0), "Setup.map is no legal word"),
    (packed(6, "x", "x", 1, 0, 0, 3), "Setup.away is 3, which is no Away"),
    (packed(6, "\u0661", "x", 1, 0, 0, 0), "Setup.map is no legal word"),
    (packed(33, 128, "no"), "Refused.code is 128, not 0..127"),
    (packed(33, -1, "no"), "Refused.code is -1, not 0..127"),
    (packed(19, "a\x7f"), "Auth.text is no legal ASCII"),
    (packed(19, "ä"), "Auth.text is no legal ASCII"),
    (packed(19, "a" * 481), "Auth.text has 481 code points, not 0..480"),
    (packed(33, True, "no"), "Refused.code is True"),
    (packed(32, 2, "b", 1, TOKEN, 59, "s", False, [], [], []), "Welcome.snapshots is 59, not 20 or 30 or 60"),
    (packed(34, [[0, 1, "Ada", 0, 0, 1, True, 0, 0, False]], [], 0), "Roster.seats Seat.ready is 1"),
    (packed(34, [[0]], [], 0), "Roster.seats is no array of the 10 fields of Seat"),
    (packed(39, 1, [[128, 0, 0, 0]]), "Events.events Event.what is 128, not 0..127"),
    (packed(38, 1, [[]]), "Delta.tables has a table that is no array of 1..32768 numbers"),
    (packed(38, 1, [[0] * 32769]), "Delta is no clean msgpack: something in it is too long"),
    (packed(38, 1, [[True]]), "Delta.tables has a cell"),
    (packed(38, 1, [[2**31]]), "Delta.tables has a cell"),
    (packed(38, 1, [[-(2**31) - 1]]), "Delta.tables has a cell"),
    (packed(38, 1, [[[7]]]), "Delta.tables has a cell"),
    (packed(38, 1, [7]), "Delta.tables has a table"),
    (packed(38, 1, [[0]] * 17), "Delta.tables is an array of 17"),
    (packed(38, 0, []), "Delta.ticks is 0, not 1..2^31-1"),
    (packed(42, 1, 2**32), "Digest.checksum is 4294967296"),
    (packed(43, [[0, 10_000]]), "Pings.pings SlotPing.ping is 10000"),
    (packed(36, 1, "m", ["x", [["fuse", 1], ["fuse", 2]], []], 9, 9, []), "names a rule or an item twice"),
    (packed(36, 1, "m", ["x", [["fuse", 0]], []], 9, 9, []), "RuleSet.fuse is 0, not 1..216000"),
    (packed(36, 1, "m", ["x", [], []], 9, 9, []), "Round.rules RuleSet"),
    (packed(37, 1, [16], []), "Keyframe.tiles is 16, not 0..15"),
    (packed(63, 1), "no message has the number 63"),
    (packed(128, 1), "the number of a message is at most 127, and one byte"),
    (packed(0), "no message has the number 0"),
    (packed(8, 1, []), "Input has 3 fields, not 2"),
    (packed(8), "Input has 3 fields, not 0"),
    (packed(17, 1, 0), "Pong has 3 fields, not 2"),
    (packed(-1, 1), "the payload is no array with a number first"),
    (packed(True, 1), "the payload is no array with a number first"),
    (packed("Input", 1), "the payload is no array with a number first"),
    (packed(), "the payload is no array with a number first"),
    (b"", "the payload is no array with a number first"),
    (b"\x92", "the payload is no array with a number first"),
    (b"\xc1\xc1", "the payload is no array with a number first"),
    (b"\x82\x01\x01\x01\x02", "the payload is no array with a number first"),  # a map with a double key
    (b"\x92\x10\x82\x01\x01\x01\x02", "Ping is no clean msgpack"),  # the same inside
    (b"\x92\x10\xc1", "Ping is no clean msgpack"),
    (b"\x92\x10\xcd\x01", "Ping is no clean msgpack: it is cut off"),
    (b"\x92\x10\x01\x01", "Ping is no clean msgpack: something follows it"),
    (b"\x92\x03\xa2\xff\xff", "Say is no clean msgpack: UnicodeDecodeError"),
    (b"\x92\x03\xa3\xed\xa0\x80", "Say is no clean msgpack: UnicodeDecodeError"),  # a lone surrogate
    (b"\x92\x10\xd6\xff\x00\x00\x00\x00", "Ping is no clean msgpack"),  # a timestamp
    (b"\x92\x10\xd4\x01\x00", "Ping is no clean msgpack"),
    (b"\x92\x10\xc7\x00\x01", "Ping.id is a ExtType"),
    (b"\x92\x10\xc7\x00\xff", "Ping is no clean msgpack"),
    # One legal encoding: the same values in more bytes than they need.
    (b"\x92\x10\xcc\x05", "Ping is not in its shortest form"),
    (b"\x92\x10\xcd\x00\x05", "Ping is not in its shortest form"),
    (b"\x92\x10\xd0\x05", "Ping is not in its shortest form"),
    (b"\x92\x03\xd9\x01a", "Say is not in its shortest form"),
    (b"\x94\x08\x01\xdc\x00\x01\x05\x00", "Input is not in its shortest form"),
    (b"\xdc\x00\x02\x10\x05", "a message has at most 14 fields"),
    (packed(16, *range(15)), "a message has at most 14 fields"),
    (packed(64, *range(15)), "a message has at most 14 fields"),
    (packed(*range(70_000)), "a message has at most 14 fields"),
    (b"\x92\xcc\x10\x05", "the number of a message is at most 127, and one byte"),
    (packed(2**63, 5), "the number of a message is at most 127, and one byte"),
    (packed(-1, 5), "the payload is no array with a number first"),
    (packed(1.0, 5), "the payload is no array with a number first"),
]
# fmt: on


@pytest.mark.parametrize(("payload", "sentence"), WRONG)
def test_an_illegal_message_raises_an_error_with_the_reason(payload: bytes, sentence: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        decode(payload)
    assert sentence in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


def is_legal(payload: bytes) -> bool:
    """Decode; allow only RemoteProtocolError, and check that a legal payload is the only encoding of what is known."""
    try:
        message = decode(payload)
    except RemoteProtocolError:
        return False
    if isinstance(message, Skipped):
        assert message.number == payload[1] >= SKIPPED_FROM
    elif is_of_this_version(message, payload):
        assert encode(message) == payload
    else:
        assert decode(encode(message)) == message
    return True


def is_of_this_version(message: Message, payload: bytes) -> bool:
    """False for a Hello of version 1, for what is longer than what this version encodes, and where names may differ."""
    if isinstance(message, Round):
        return False
    return len(encode(message)) >= len(payload) and payload[0] == encode(message)[0]


@given(st.binary(max_size=64))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_message_or_an_error(payload: bytes) -> None:
    is_legal(payload)


@pytest.mark.slow
@given(st.sampled_from(sorted(MESSAGES)), st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.integers() | st.text(), inner, max_size=3),
    max_leaves=12,
))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_any_msgpack_after_a_known_number_is_a_message_or_an_error(number: int, inner: Any) -> None:
    fields = len(MESSAGES[number].__dataclass_fields__)
    with contextlib.suppress(OverflowError):  # a key that msgpack itself cannot hold
        is_legal(packed(number, *[inner] * fields))


def test_mutated_vectors_are_a_message_or_an_error() -> None:
    chance = random.Random(7)
    payloads = [bytes.fromhex(row["payload"]) for row in VECTORS.values()]
    legal = sum(is_legal(mutated(chance, chance.choice(payloads))) for _ in range(20_000))
    assert 500 < legal < 15_000  # some hit a number, the rest is refused; neither branch is untested


CLIENT_NUMBERS = [number for number in MESSAGES if number < 32]


# fmt: off
PIECES = [
    b"\x91", b"\x92", b"\x9f", b"\xdc\x00\x10", b"\xdc\x0f\xff", b"\xdd\x00\x00\x0f\xff", b"\xdd\xff\xff\xff\xff",
    b"\x80", b"\x81\x01", b"\x8f", b"\xde\x0f\xff", b"\xc7\x00\x01", b"\xd9\x20" + b"x" * 32,
    b"\xc9\xff\xff\xff\xff\x01",
    b"\xc6\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\x90", b"\xa0", b"\xc0", b"\xcb" + b"\x7f" * 8,
]
# fmt: on


def bombs(number: int) -> list[bytes]:
    """Return payloads of 4 KiB that would need much more memory, after the head of one message."""
    head = bytes([0x91 + len(MESSAGES[number].__dataclass_fields__), number])
    return [(head + piece * LIMIT_CLIENT)[:LIMIT_CLIENT] for piece in PIECES]


def peak_of(payload: bytes) -> int:
    """Return the most bytes of heap that decoding needs, whatever the result."""
    tracemalloc.start()
    try:
        with contextlib.suppress(RemoteProtocolError):
            decode(payload)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("number", CLIENT_NUMBERS)
def test_no_bomb_of_a_client_takes_more_than_300_kib(number: int) -> None:
    assert max(map(peak_of, bombs(number))) <= 300 * 1024


@pytest.mark.parametrize("number", MESSAGES)
def test_no_bomb_is_a_message(number: int) -> None:
    assert not any(map(is_legal, bombs(number)))


@pytest.mark.parametrize("depth", [9, 500, 600, 1100, 50_000])
def test_deep_nesting_is_an_error(depth: int) -> None:
    for number in MESSAGES:
        fields = len(MESSAGES[number].__dataclass_fields__)
        assert not is_legal(bytes([0x91 + fields, number]) + (b"\x91" * depth + b"\x00") * fields)


WIDE = "\U0001f389"  # the longest that a code point gets: four bytes


@pytest.mark.parametrize(
    ("message", "limit"),
    [
        (Hello(65535, WIDE * 32, WIDE * 16, 4, TOKEN), LIMIT_PENDING),
        (Say(WIDE * 200), LIMIT_CLIENT),
        (Setup("x" * 32, "x" * 32, 9, 63, 3), LIMIT_CLIENT),
        (Bye(WIDE * 200), LIMIT_CLIENT),
        (Input(2**31 - 1, (31, 31, 31, 31), 0), LIMIT_CLIENT),
        (Keyframe(2**31 - 1, (15,) * 4096, ((2**31 - 1,) * 20_000,) * 10), LIMIT_SERVER),
    ],
)
def test_the_largest_messages_fit_their_frames(message: Message, limit: int) -> None:
    assert len(encode(message)) <= limit


# fmt: off
UNSENDABLE = [
    (Input(1, (0,) * 5, 0), "Input.keys is an array of 5"),
    (Input(1, [1], 0), "Input.keys is a list"),  # type: ignore[arg-type]
    (Input(-1, (1,), 0), "Input.clock is -1"),
    (Look(0, 16, 0), "Look.colour is 16"),
    (Ready(1), "Ready.ready is 1"),  # type: ignore[arg-type]
    (Say("a\u202eb"), "Say.text is no legal chat"),
    (Say("\ud800"), "Say.text is no legal chat"),
    (Refused("no", "x"), "cannot send Refused"),  # type: ignore[arg-type]
    (Roster((ADA,) * 65, ()), "Roster.seats is an array of 65"),
    (Roster((None,), ()), "cannot send Roster"),  # type: ignore[arg-type]
    (Roster(None, ()), "cannot send Roster"),  # type: ignore[arg-type]
    (Events(1, (3,)), "cannot send Events"),  # type: ignore[arg-type]
    (Delta(1, ((2**64,),)), "Delta.tables has a cell"),
    (Delta(1, (([1],),)), "Delta.tables has a cell"),  # type: ignore[arg-type]
    (Welcome(1, "b", 1, "", 59, "s"), "Welcome.snapshots is 59"),
    (Chat(-2, "", "x"), "Chat.slot is -2"),
    (Keyframe(1, (), ((2**31 - 1,) * 32_768,) * 16), "do not fit a frame"),
    (Skipped(64), "cannot send Skipped: it is no message"),
    ("Hello", "cannot send str: it is no message"),
    (ADA, "cannot send Seat: it is no message"),
]
# fmt: on


@pytest.mark.parametrize(("message", "sentence"), UNSENDABLE)
def test_an_illegal_message_of_our_own_cannot_be_encoded_and_the_error_says_why(
    message: Message, sentence: str
) -> None:
    with pytest.raises(EncodeError) as caught:
        encode(message)
    assert sentence in str(caught.value)


def test_after_a_failed_encoding_the_next_message_is_complete() -> None:
    with pytest.raises(EncodeError):
        encode(Say(""))
    assert encode(Say("x")) == b"\x92\x03\xa1x"


@given(messages(Delta))
@settings(max_examples=20, deadline=None)
def test_a_delta_cut_anywhere_is_an_error(message: Message) -> None:
    payload = encode(message)
    assert not any(is_legal(payload[:end]) for end in range(len(payload)))


def test_a_float_hidden_among_many_numbers_is_found() -> None:
    cells = [1, 2, 3] * 500 + [1, 2, 3.0]
    assert is_legal(packed(38, 1, [cells[:-1]]))
    assert not is_legal(packed(38, 1, [cells]))
    assert not is_legal(packed(38, 1, [cells[:-1]]) + struct.pack(">d", 1.0))
