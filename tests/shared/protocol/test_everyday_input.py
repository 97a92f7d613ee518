"""Servers read Inputs in a short way: it reads them all, and is as strict as the long one."""

import random

import msgpack  # type: ignore[import-untyped]
from hypothesis import given, settings

from petard.shared.protocol.codec import decode, encode, everyday_input
from petard.shared.protocol.messages import Input, Message
from tests.shared.protocol.any_message import messages
from tests.shared.protocol.mutated import mutated


@given(messages(Input))
@settings(max_examples=300, deadline=None)
def test_every_input_is_read_the_short_way(message: Message) -> None:
    assert everyday_input(encode(message)) == message


def test_the_short_way_accepts_no_payload_that_decode_refuses_or_reads_in_another_way() -> None:
    chance = random.Random(7)
    payloads = [encode(Input(clock, (9,) * players, 300)) for clock in (5, 70_000) for players in range(5)]
    accepted = 0
    for _ in range(10_000):
        payload = mutated(chance, chance.choice(payloads))
        found = everyday_input(payload)
        accepted += found is not None
        assert found is None or found == decode(payload)
    assert accepted > 500
    assert everyday_input(msgpack.packb((8, 5, (9,), 300, "later"))) is None
