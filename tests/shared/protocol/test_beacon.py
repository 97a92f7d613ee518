"""Datagrams of discovery: encoded and decoded, nothing else is accepted, no answer is longer than its question."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petard.shared.protocol.beacon import (
    DATAGRAMS,
    MAGIC,
    SIZE,
    Answer,
    AnswerEncoder,
    Datagram,
    Farewell,
    Notice,
    Question,
    ServerCard,
    decode,
    encode,
)
from petard.shared.protocol.codec import EncodeError
from petard.shared.protocol.messages import Phase
from tests.shared.protocol.any_message import messages

MOST = 2**64 - 1
LONGEST = ServerCard(
    MOST, 65535, "𝄞" * 32, 65535, "𝄞" * 32, "m" * 32, "r" * 32, Phase.RESULTS, 65535, 65535, 65535, True
)
DEN = ServerCard(0x0123456789ABCDEF, 1, "0.2", 7778, "Den", "classic", "duel", Phase.LOBBY, 2, 4, 1, False)
ANSWER = Answer(300, 1_700_000_000_000, 16_000, DEN)
# What these look like, for ever: two versions that differ in all else tell each other so by them.
CARD = "9ccf0123456789abcdef01a3302e32cd1e62a344656ea7636c6173736963a46475656c01020401c2"
GOLDEN: dict[Datagram, str] = {
    Question(300): "5054443100000005" + "9201cd012c",
    ANSWER: "5054443100000039" + "9502cd012ccf0000018bcfe56800cd3e80" + CARD,
    Notice(DEN): "505444310000002a" + "9203" + CARD,
    Farewell(7): "5054443100000003" + "920407",
}


@given(st.sampled_from(list(DATAGRAMS.values())).flatmap(messages))  # type: ignore[arg-type]
def test_every_datagram_is_decoded_as_it_was_encoded(datagram: Any) -> None:
    data = encode(datagram)
    assert decode(data) == datagram
    assert len(data) == SIZE if isinstance(datagram, Question) else len(data) <= SIZE


@pytest.mark.parametrize("datagram", GOLDEN, ids=lambda datagram: type(datagram).__name__)
def test_a_datagram_has_the_same_bytes_in_every_version(datagram: Any) -> None:
    assert encode(datagram).rstrip(b"\0").hex() == GOLDEN[datagram]


@given(messages(Answer))  # type: ignore[arg-type]
def test_the_answer_encoder_gives_the_same_bytes(answer: Any) -> None:
    assert AnswerEncoder(answer.card).encode(answer.nonce, answer.clock, answer.held) == encode(answer)


def test_the_longest_answer_is_no_longer_than_a_question() -> None:
    assert len(encode(Answer(MOST, 2**53 - 1, 1_000_000, LONGEST))) <= len(encode(Question(0))) == SIZE


@given(st.binary(max_size=600))
def test_random_bytes_are_no_datagram_with_magic_or_without(noise: bytes) -> None:
    assert decode(noise) is None
    assert decode(MAGIC + noise) is None or encode(decode(MAGIC + noise)) == MAGIC + noise  # type: ignore[arg-type]


def test_a_datagram_has_only_one_encoding() -> None:
    chance = random.Random(5)
    wholes = [encode(datagram) for datagram in GOLDEN]
    read = 0
    for _ in range(3000):
        data = bytearray(chance.choice(wholes))
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(min(len(data), 70))] = chance.randrange(256)
        datagram = decode(bytes(data))
        if datagram is not None:
            read += 1
            assert encode(datagram) == bytes(data)
    assert read > 100  # or this shows nothing: a changed number or letter is still a datagram


@pytest.mark.parametrize("datagram", GOLDEN, ids=lambda datagram: type(datagram).__name__)
def test_a_datagram_with_a_byte_more_or_less_is_none(datagram: Any) -> None:
    data = encode(datagram)
    assert [decode(data + b"\0"), decode(data + b"x")] == [None, None]
    assert not any(decode(data[:end]) for end in range(len(data)))


def test_a_question_is_padded_with_zeros_only() -> None:
    assert decode(encode(Question(1))[:-1] + b"x") is None


def test_a_card_that_breaks_its_limits_cannot_be_encoded() -> None:
    with pytest.raises(EncodeError):
        encode(Notice(ServerCard(1, 1, "", 0, "Den", "classic", "duel", Phase.LOBBY, 0, 0, 0, False)))
