"""Which message is legal in which state: both ends obey one table; an illegal message closes the link with a reason.

Most tests are transcripts of two joined links: `client >> Ping(7)` sends, `server << Ping(7)` is what arrives.
"""

import itertools
import random

import pytest

from petard.shared.framing import HEADER, LIMIT_CLIENT, LIMIT_PENDING, frame
from petard.shared.protocol.codec import EncodeError, encode
from petard.shared.protocol.link import LIMITS, TRANSITIONS, Link, LinkState, LocalProtocolError, Role
from petard.shared.protocol.messages import (
    MESSAGES,
    Bye,
    Hello,
    Input,
    Keyframe,
    Message,
    Ping,
    Pong,
    Ready,
    RefusalCode,
    Refused,
    Say,
    Skipped,
)
from tests.shared.protocol.samples import SAMPLES
from tests.transcript import NOTHING, End, Transcript

HELLO = SAMPLES["hello"]
WELCOME = SAMPLES["welcome"]
BY_KIND: dict[type[Message], Message] = {type(message): message for message in SAMPLES.values()}


class LinkPair(Transcript):
    """A client's link and a server's: what one sends, the other receives. Bytes are sent as they are, legal or not."""

    def __init__(self) -> None:
        super().__init__()
        self.client, self.server = self.end("client"), self.end("server")
        self.client_link, self.server_link = Link(Role.CLIENT), Link(Role.SERVER)

    def deliver(self, sender: End, message: Message | bytes) -> None:
        """Send from one link to the other."""
        sending, receiving, receiver = self.client_link, self.server_link, self.server
        if sender is self.server:
            sending, receiving, receiver = self.server_link, self.client_link, self.client
        for received in receiving.receive_data(message if isinstance(message, bytes) else sending.send(message)):
            receiver.receive(received)

    @property
    def states(self) -> tuple[LinkState, LinkState]:
        """The states of both links, the client's first."""
        return self.client_link.state, self.server_link.state


def pair_in(state: LinkState) -> LinkPair:
    """Return a pair of links whose conversation has come to `state`."""
    pair = LinkPair()
    if state in (LinkState.HANDSHAKE, LinkState.OPEN):
        pair.client >> HELLO
        pair.server << HELLO
    if state is LinkState.OPEN:
        pair.server >> WELCOME
        pair.client << WELCOME
    if state is LinkState.CLOSED:
        pair.server >> Bye("")
        pair.client << Bye("")
    assert pair.states == (state, state)
    return pair


def raw(*messages: Message) -> bytes:
    """The frames of messages, legal now or not."""
    return b"".join(frame(encode(message)) for message in messages)


def test_the_table_has_a_row_for_each_state_and_end() -> None:
    assert TRANSITIONS.keys() == LIMITS.keys() == set(LinkState)
    assert all(row.keys() == set(Role) for row in TRANSITIONS.values())
    assert all(row.keys() == set(Role) for row in LIMITS.values())


def test_every_message_is_legal_in_some_state() -> None:
    legal = {kind for row in TRANSITIONS.values() for says in row.values() for kind in says}
    assert legal == {Skipped, *MESSAGES.values()}


@pytest.mark.parametrize("kind", MESSAGES.values())
@pytest.mark.parametrize("end", Role)
@pytest.mark.parametrize("state", LinkState)
def test_a_message_that_one_end_may_send_reaches_the_other_and_any_other_message_closes_the_link(
    state: LinkState, end: Role, kind: type[Message]
) -> None:
    after = TRANSITIONS[state][end].get(kind)
    pair = pair_in(state)
    sender, receiver, link, other = pair.client, pair.server, pair.client_link, pair.server_link
    if end is Role.SERVER:
        sender, receiver, link, other = receiver, sender, other, link
    message = BY_KIND[kind]
    assert link.may_send(kind) == (after is not None)
    if after is not None:
        sender >> message
        receiver << message << NOTHING
        assert (pair.states, other.protocol_error) == ((after, after), None)
        return
    with pytest.raises(LocalProtocolError, match=kind.__name__):
        sender >> message
    assert link.state is state
    sender >> raw(message)
    receiver << NOTHING
    assert other.state is LinkState.CLOSED
    if state is not LinkState.CLOSED:
        assert other.protocol_error in (f"{kind.__name__} in {state.name}", too_long(message, state, end))


def too_long(message: Message, state: LinkState, end: Role) -> str:
    """Return the error for a frame over the limit of that state."""
    return f"a frame of {len(encode(message))} bytes is over the limit of {LIMITS[state][end]}"


def test_a_message_out_of_turn_closes_the_link() -> None:
    pair = LinkPair()
    pair.client >> raw(Say("hi"))
    pair.server << NOTHING
    assert (pair.server_link.protocol_error, pair.server_link.state) == ("Say in SILENT", LinkState.CLOSED)


def test_messages_before_an_illegal_one_arrive_and_messages_after_it_do_not() -> None:
    pair = pair_in(LinkState.OPEN)
    pair.client >> raw(Say("one")) + frame(b"\x92\x03\xa0") + raw(Say("two"))
    pair.server << Say("one") << NOTHING
    assert pair.server_link.protocol_error == "Say.text has 0 code points, not 1..200"
    pair.client >> Say("three")
    pair.server << NOTHING


def test_messages_before_a_bad_header_arrive() -> None:
    pair = pair_in(LinkState.OPEN)
    pair.client >> raw(Say("one")) + b"\x00\x00\x00\x00"
    pair.server << Say("one") << NOTHING
    assert (pair.server_link.protocol_error, pair.server_link.state) == ("a frame of no bytes", LinkState.CLOSED)


def test_after_bye_everything_is_ignored_even_an_error() -> None:
    pair = pair_in(LinkState.OPEN)
    pair.client >> raw(Bye("later"), Say("one")) + b"\xff\xff\xff\xff"
    pair.server << Bye("later") << NOTHING
    assert (pair.server_link.protocol_error, pair.server_link.state) == (None, LinkState.CLOSED)
    assert not any(map(pair.server_link.may_send, MESSAGES.values()))


def test_a_message_out_of_turn_is_not_even_decoded() -> None:
    pair = LinkPair()
    pair.client >> frame(b"\x94\x25" + b"\xc1" * 100)  # the head of a Keyframe, and then no msgpack
    pair.server << NOTHING
    assert pair.server_link.protocol_error == "Keyframe in SILENT"


def test_a_pending_client_has_a_smaller_limit_than_an_admitted_one() -> None:
    pending, open_ = Link(Role.SERVER), pair_in(LinkState.OPEN).server_link
    header = (LIMIT_PENDING + 1).to_bytes(HEADER, "big")
    pending.receive_data(header)
    open_.receive_data(header)
    assert pending.protocol_error == "a frame of 513 bytes is over the limit of 512"
    assert open_.protocol_error is None
    open_.receive_data(bytes(LIMIT_PENDING + 1))
    open_ = pair_in(LinkState.OPEN).server_link
    open_.receive_data((LIMIT_CLIENT + 1).to_bytes(HEADER, "big"))
    assert open_.protocol_error == "a frame of 4097 bytes is over the limit of 4096"


def test_a_client_accepts_a_large_frame_directly_after_the_welcome() -> None:
    pair = pair_in(LinkState.HANDSHAKE)
    big = Keyframe(1, (1,) * 4096, ((2**30,) * 900,))
    assert len(encode(big)) > LIMIT_CLIENT
    pair.server >> raw(WELCOME, big)
    pair.client << WELCOME << big


def test_a_message_that_breaks_its_limits_is_not_sent_and_changes_nothing() -> None:
    pair = LinkPair()
    with pytest.raises(EncodeError):
        pair.client >> Hello(2, "0.2.0", " ", 1, "")
    assert pair.client_link.state is LinkState.SILENT
    pair.client >> HELLO
    pair.server << HELLO


@pytest.mark.parametrize("end", Role)
@pytest.mark.parametrize("state", LinkState)
def test_a_message_of_a_later_version_is_skipped_in_an_open_link_and_closes_any_other(
    state: LinkState, end: Role
) -> None:
    pair = pair_in(state)
    sender, receiver = (pair.client, pair.server) if end is Role.CLIENT else (pair.server, pair.client)
    link = pair.server_link if end is Role.CLIENT else pair.client_link
    sender >> frame(b"\x93\x65\xc0\xc1")  # what is in it need not even be msgpack
    if state is LinkState.OPEN:
        receiver << Skipped(101) << NOTHING
        sender >> frame(b"\x91\x7f")
        receiver << Skipped(127) << NOTHING
        sender >> frame(b"\x91\x3f")
        assert link.protocol_error == "no message has the number 63"
        return
    receiver << NOTHING
    assert link.state is LinkState.CLOSED
    assert state is LinkState.CLOSED or link.protocol_error == f"Skipped in {state.name}"


def test_a_whole_visit() -> None:
    pair = LinkPair()
    client, server = pair.client, pair.server
    client >> HELLO
    server << HELLO
    server >> WELCOME
    client << WELCOME
    client >> Ready(True)
    client >> Say("hi")
    server << Ready(True) << Say("hi")
    server >> Ping(1)
    client << Ping(1)
    client >> Pong(1)
    server << Pong(1)
    client >> Bye("")
    server << Bye("") << NOTHING
    assert pair.states == (LinkState.CLOSED, LinkState.CLOSED)


def test_a_whole_conversation_is_the_same_at_any_cut() -> None:
    says: dict[Role, list[Message]] = {
        Role.CLIENT: [HELLO, Input(1, (17,), 0), Say("hi"), Ready(True), Ping(3), Bye("")],
        Role.SERVER: [WELCOME, *(message for message in SAMPLES.values() if type(message) in OPEN_SERVER), Bye("x")],
    }
    streams = {end: b"".join(frame(encode(message)) for message in says[end]) for end in Role}
    for end in Role:
        assert received_by_the_other(end, pieces_of(streams[end], [])) == says[end]
        assert received_by_the_other(end, [streams[end][at : at + 1] for at in range(len(streams[end]))]) == says[end]
        for seed in range(200):
            assert (
                received_by_the_other(
                    end, pieces_of(streams[end], random.Random(seed).choices(range(len(streams[end])), k=12))
                )
                == says[end]
            )


OPEN_SERVER = {kind for kind, state in TRANSITIONS[LinkState.OPEN][Role.SERVER].items() if state is LinkState.OPEN}


def received_by_the_other(sender: Role, pieces: list[bytes]) -> list[Message]:
    """Return what the other end receives when `sender` sends `pieces` and the other end answers in time."""
    receiver = Link(sender.other)
    if sender is Role.SERVER:
        receiver.send(HELLO)
    messages: list[Message] = []
    for piece in pieces:
        for message in receiver.receive_data(piece):
            messages.append(message)
            if message == HELLO:
                receiver.send(WELCOME)
    assert receiver.protocol_error is None
    return messages


def pieces_of(stream: bytes, places: list[int]) -> list[bytes]:
    """Cut a stream at `places`, and always behind its first frame: a client waits for the answer to its Hello."""
    first = HEADER + int.from_bytes(stream[:HEADER], "big")
    return [stream[a:b] for a, b in itertools.pairwise(sorted([0, first, len(stream), *places]))]


@pytest.mark.parametrize("state", [LinkState.SILENT, LinkState.HANDSHAKE])
def test_a_server_may_refuse_before_it_has_welcomed(state: LinkState) -> None:
    pair = pair_in(state)
    refused = Refused(RefusalCode.FULL, "All 64 seats are taken.")
    pair.server >> refused
    pair.client << refused << NOTHING
    assert pair.states == (LinkState.CLOSED, LinkState.CLOSED)


def test_a_pending_client_may_ping_and_send_hello_before_the_pong_arrives() -> None:
    client, server = Link(Role.CLIENT), Link(Role.SERVER)
    assert server.receive_data(client.send(Ping(7))) == [Ping(7)]
    assert (client.state, server.state) == (LinkState.SILENT, LinkState.SILENT)
    pong = server.send(Pong(7))
    server.receive_data(client.send(HELLO))
    assert client.receive_data(pong + server.send(Pong(8)) + server.send(WELCOME)) == [Pong(7), Pong(8), WELCOME]
    assert not Link(Role.SERVER).may_send(Ping)


def test_a_link_knows_how_many_bytes_of_a_frame_it_holds() -> None:
    server = Link(Role.SERVER)
    whole = frame(encode(HELLO))
    server.receive_data(whole[:7])
    assert server.partial_bytes == 7
    assert server.receive_data(whole[7:]) == [HELLO]
    assert server.partial_bytes == 0
