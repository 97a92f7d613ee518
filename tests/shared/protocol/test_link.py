"""Who may say what when: both ends obey one table, whoever breaks it is named and not heard again."""

import itertools
import random

import pytest

from petard.shared.framing import HEADER, LIMIT_CLIENT, LIMIT_PENDING, frame
from petard.shared.protocol.codec import EncodeError, encode
from petard.shared.protocol.link import LIMITS, TRANSITIONS, Link, LinkState, LocalProtocolError, Role
from petard.shared.protocol.messages import (
    MESSAGES,
    Bye,
    Command,
    Hello,
    Keyframe,
    Message,
    Ping,
    Pong,
    Ready,
    RefusalCode,
    Refused,
    Say,
)
from tests.shared.protocol.samples import SAMPLES

HELLO = SAMPLES["hello"]
WELCOME = SAMPLES["welcome"]
BY_KIND: dict[type[Message], Message] = {type(message): message for message in SAMPLES.values()}


def pair(state: LinkState) -> dict[Role, Link]:
    """Return the two ends of a conversation that has come to `state`."""
    ends = {end: Link(end) for end in Role}
    if state in (LinkState.KNOCKING, LinkState.OPEN):
        ends[Role.SERVER].receive_data(ends[Role.CLIENT].send(HELLO))
    if state is LinkState.OPEN:
        ends[Role.CLIENT].receive_data(ends[Role.SERVER].send(WELCOME))
    if state is LinkState.CLOSED:
        ends[Role.CLIENT].receive_data(ends[Role.SERVER].send(Bye("")))
    assert {link.state for link in ends.values()} == {state}
    return ends


def test_the_table_has_a_row_for_each_state_and_end() -> None:
    assert TRANSITIONS.keys() == LIMITS.keys() == set(LinkState)
    assert all(row.keys() == set(Role) for row in TRANSITIONS.values())
    assert all(row.keys() == set(Role) for row in LIMITS.values())


def test_every_message_can_be_said_in_some_state() -> None:
    said = {kind for row in TRANSITIONS.values() for says in row.values() for kind in says}
    assert said == set(MESSAGES.values())


@pytest.mark.parametrize("kind", MESSAGES.values())
@pytest.mark.parametrize("end", Role)
@pytest.mark.parametrize("state", LinkState)
def test_what_one_end_may_say_the_other_hears_and_nothing_else(
    state: LinkState, end: Role, kind: type[Message]
) -> None:
    after = TRANSITIONS[state][end].get(kind)
    ends = pair(state)
    speaker, hearer = ends[end], ends[end.other]
    message = BY_KIND[kind]
    assert speaker.may_send(kind) == (after is not None)
    if after is not None:
        assert hearer.receive_data(speaker.send(message)) == [message]
        assert (speaker.state, hearer.state, hearer.protocol_error) == (after, after, None)
        return
    with pytest.raises(LocalProtocolError, match=kind.__name__):
        speaker.send(message)
    assert speaker.state is state
    assert hearer.receive_data(frame(encode(message))) == []
    assert hearer.state is LinkState.CLOSED
    if state is not LinkState.CLOSED:
        assert hearer.protocol_error is not None
        assert hearer.protocol_error in (f"{kind.__name__} in {state.name}", too_long(message, state, end))


def too_long(message: Message, state: LinkState, end: Role) -> str:
    """Return what a hearer says about a frame over the limit of that moment."""
    return f"a frame of {len(encode(message))} bytes is over the limit of {LIMITS[state][end]}"


def test_a_peer_out_of_turn_closes_the_link() -> None:
    link = Link(Role.SERVER)
    assert link.receive_data(frame(encode(Say("hi")))) == []
    assert (link.protocol_error, link.state) == ("Say in SILENT", LinkState.CLOSED)


def test_what_came_before_the_fault_is_heard_and_what_comes_after_is_not() -> None:
    server = pair(LinkState.OPEN)[Role.SERVER]
    data = frame(encode(Say("one"))) + frame(b"\x92\x03\xa0") + frame(encode(Say("two")))
    assert server.receive_data(data) == [Say("one")]
    assert server.protocol_error == "Say.text has 0 code points, not 1..200"
    assert server.receive_data(frame(encode(Say("three")))) == []


def test_what_came_before_a_bad_header_is_heard() -> None:
    server = pair(LinkState.OPEN)[Role.SERVER]
    assert server.receive_data(frame(encode(Say("one"))) + b"\x00\x00\x00\x00") == [Say("one")]
    assert (server.protocol_error, server.state) == ("a frame of no bytes", LinkState.CLOSED)


def test_after_the_last_word_nothing_counts_not_even_a_fault() -> None:
    server = pair(LinkState.OPEN)[Role.SERVER]
    data = frame(encode(Bye("later"))) + frame(encode(Say("one"))) + b"\xff\xff\xff\xff"
    assert server.receive_data(data) == [Bye("later")]
    assert (server.protocol_error, server.state) == (None, LinkState.CLOSED)
    assert not any(map(server.may_send, MESSAGES.values()))


def test_what_is_out_of_turn_is_not_even_decoded() -> None:
    server = Link(Role.SERVER)
    assert server.receive_data(frame(b"\x94\x25" + b"\xc1" * 100)) == []  # the head of a Keyframe, and no msgpack
    assert server.protocol_error == "Keyframe in SILENT"


def test_a_pending_client_has_a_smaller_limit_than_an_admitted_one() -> None:
    pending, open_ = Link(Role.SERVER), pair(LinkState.OPEN)[Role.SERVER]
    header = (LIMIT_PENDING + 1).to_bytes(HEADER, "big")
    pending.receive_data(header)
    open_.receive_data(header)
    assert pending.protocol_error == "a frame of 513 bytes is over the limit of 512"
    assert open_.protocol_error is None
    open_.receive_data(bytes(LIMIT_PENDING + 1))
    open_ = pair(LinkState.OPEN)[Role.SERVER]
    open_.receive_data((LIMIT_CLIENT + 1).to_bytes(HEADER, "big"))
    assert open_.protocol_error == "a frame of 4097 bytes is over the limit of 4096"


def test_a_client_takes_a_large_frame_right_behind_the_welcome() -> None:
    client = pair(LinkState.KNOCKING)[Role.CLIENT]
    big = Keyframe(1, (1,) * 4096, (((2**31,) * 8,) * 900,))
    assert len(encode(big)) > LIMIT_CLIENT
    assert client.receive_data(frame(encode(WELCOME)) + frame(encode(big))) == [WELCOME, big]


def test_a_message_that_breaks_its_limits_is_not_sent_and_changes_nothing() -> None:
    client = Link(Role.CLIENT)
    with pytest.raises(EncodeError):
        client.send(Hello(1, "0.1.0", " ", 1, ""))
    assert client.state is LinkState.SILENT
    assert client.send(HELLO) == frame(encode(HELLO))


def test_a_whole_conversation_is_the_same_at_any_cut() -> None:
    says: dict[Role, list[Message]] = {
        Role.CLIENT: [HELLO, Command(1, (17,)), Say("hi"), Ready(True), Ping(3), Bye("")],
        Role.SERVER: [WELCOME, *(message for message in SAMPLES.values() if type(message) in OPEN_SERVER), Bye("x")],
    }
    streams = {end: b"".join(frame(encode(message)) for message in says[end]) for end in Role}
    for end in Role:
        assert heard(end, pieces_of(streams[end], [])) == says[end]
        assert heard(end, [streams[end][at : at + 1] for at in range(len(streams[end]))]) == says[end]
        for seed in range(200):
            assert (
                heard(end, pieces_of(streams[end], random.Random(seed).choices(range(len(streams[end])), k=12)))
                == says[end]
            )


OPEN_SERVER = {kind for kind, state in TRANSITIONS[LinkState.OPEN][Role.SERVER].items() if state is LinkState.OPEN}


def heard(speaker: Role, pieces: list[bytes]) -> list[Message]:
    """Return what the other end hears when `speaker` sends `pieces` and its own part is said in time."""
    hearer = Link(speaker.other)
    if speaker is Role.SERVER:
        hearer.send(HELLO)
    messages: list[Message] = []
    for piece in pieces:
        for message in hearer.receive_data(piece):
            messages.append(message)
            if message == HELLO:
                hearer.send(WELCOME)
    assert hearer.protocol_error is None
    return messages


def pieces_of(stream: bytes, places: list[int]) -> list[bytes]:
    """Cut a stream at `places`, and always behind its first frame: a client waits for the answer to its Hello."""
    first = HEADER + int.from_bytes(stream[:HEADER], "big")
    return [stream[a:b] for a, b in itertools.pairwise(sorted([0, first, len(stream), *places]))]


@pytest.mark.parametrize("state", [LinkState.SILENT, LinkState.KNOCKING])
def test_a_server_may_refuse_before_it_has_welcomed(state: LinkState) -> None:
    ends = pair(state)
    refused = Refused(RefusalCode.FULL, "All 64 seats are taken.")
    assert ends[Role.CLIENT].receive_data(ends[Role.SERVER].send(refused)) == [refused]
    assert ends[Role.CLIENT].state is ends[Role.SERVER].state is LinkState.CLOSED


def test_a_stranger_may_ask_how_far_away_the_server_is_and_say_hello_before_it_hears() -> None:
    client, server = Link(Role.CLIENT), Link(Role.SERVER)
    assert server.receive_data(client.send(Ping(7))) == [Ping(7)]
    assert (client.state, server.state) == (LinkState.SILENT, LinkState.SILENT)
    pong = server.send(Pong(7))
    server.receive_data(client.send(HELLO))
    assert client.receive_data(pong + server.send(Pong(8)) + server.send(WELCOME)) == [Pong(7), Pong(8), WELCOME]
    assert not Link(Role.SERVER).may_send(Ping)


def test_a_link_tells_how_much_of_a_frame_it_holds() -> None:
    server = Link(Role.SERVER)
    whole = frame(encode(HELLO))
    server.receive_data(whole[:7])
    assert server.partial_bytes == 7
    assert server.receive_data(whole[7:]) == [HELLO]
    assert server.partial_bytes == 0
