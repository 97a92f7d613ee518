"""The broadcaster keeps the order, sends the same bytes to all, and nothing that is out of date already."""

import pytest

from petard.server.net.batch import SHOWN_EVERY
from petard.server.net.broadcaster import CROWD
from petard.server.room.outgoing import Outgoing
from petard.shared.protocol.messages import Bye, Chat, Keyframe, Lobby, Message, Roster, Round, Welcome
from petard.shared.rules.ruleset import PRESETS
from tests.server.loopback import HELLO, LoopbackServer, RawClient, framed, start_round

ROSTER = Roster((), ())
ROUND = Round(1, "classic", next(iter(PRESETS.values())), 15, 13, (0,))
LINE = Chat(-1, "", "hello")


@pytest.fixture
def ada(loopback: LoopbackServer) -> RawClient:
    guest = loopback.member("Ada")
    guest.received.clear()
    return guest


def delivered(loopback: LoopbackServer, guest: RawClient, outgoing: list[Outgoing]) -> list[type[Message]]:
    """The types of the messages that a client gets when these are sent."""
    broadcaster = loopback.server.broadcaster
    broadcaster.enqueue([*outgoing, Outgoing(None, LINE)])
    assert broadcaster.deliver(loopback.now) == []
    loopback.until(lambda: LINE in guest.received)
    return [type(message) for message in guest.received[:-1]]


def test_of_many_rosters_in_one_turn_the_last_is_delivered(loopback: LoopbackServer, ada: RawClient) -> None:
    assert delivered(loopback, ada, [Outgoing(None, ROSTER), Outgoing(None, ROUND), Outgoing(None, ROSTER)]) == [
        Roster,
        Round,
        Roster,
    ]
    ada.received.clear()
    assert delivered(loopback, ada, [Outgoing(None, ROSTER)] * 64) == [Roster]


def test_a_roster_for_one_replaces_none_for_all(loopback: LoopbackServer, ada: RawClient) -> None:
    number = next(iter(loopback.server.connections.members))
    assert delivered(loopback, ada, [Outgoing(None, ROSTER), Outgoing(number, ROSTER)]) == [Roster, Roster]


def test_messages_for_one_and_for_all_keep_their_order(loopback: LoopbackServer, ada: RawClient) -> None:
    number = next(iter(loopback.server.connections.members))
    lines = [Chat(-1, "", f"line {count}") for count in range(6)]
    delivered(loopback, ada, [Outgoing(number if count % 3 else None, line) for count, line in enumerate(lines)])
    assert ada.received[:-1] == lines


def test_a_message_for_a_peer_that_is_gone_is_dropped(loopback: LoopbackServer, ada: RawClient) -> None:
    assert delivered(loopback, ada, [Outgoing(99, LINE), Outgoing(100, Bye("away"), closes=True)]) == []


def test_a_peer_that_said_bye_is_sent_nothing_more(loopback: LoopbackServer, ada: RawClient) -> None:
    bob = loopback.member("Bob")
    _, peer = loopback.server.connections.members.values()
    peer.link.receive_data(framed(Bye("")))
    loopback.server.broadcaster.enqueue([Outgoing(None, LINE), Outgoing(peer.number, LINE)])
    loopback.server.broadcaster.deliver(loopback.now)
    loopback.until(lambda: LINE in ada.received)
    assert LINE not in bob.received


def test_a_message_that_closes_is_the_last_that_arrives(loopback: LoopbackServer, ada: RawClient) -> None:
    number = next(iter(loopback.server.connections.members))
    loopback.server.broadcaster.enqueue([Outgoing(number, LINE), Outgoing(number, Bye("kicked"), closes=True)])
    loopback.server.broadcaster.deliver(loopback.now)
    loopback.until(lambda: ada.is_over)
    assert ada.received == [LINE, Bye("kicked")]
    assert not ada.is_reset


def test_a_crowd_that_joins_in_one_update_is_shown_to_the_others_once(loopback: LoopbackServer) -> None:
    first = loopback.crowd(CROWD, "127.0.0.1", HELLO)
    loopback.until(lambda: loopback.room.people == CROWD and all(guest.all_of(Roster) for guest in first))
    for guest in first:
        guest.received.clear()
    crowd = loopback.crowd(20, "127.0.0.1", HELLO)
    loopback.until(lambda: all(guest.all_of(Roster) for guest in (*first, *crowd)))
    assert loopback.room.people == CROWD + 20
    assert {tuple(map(type, guest.received)) for guest in first} == {(Lobby, Roster)}
    assert {tuple(map(type, guest.received)) for guest in crowd} == {(Welcome, Lobby, Roster)}
    assert {guest.received[-1] for guest in (*first, *crowd)} == {loopback.room.seats.roster()}


def test_a_crowd_that_joins_one_by_one_is_shown_to_the_others_four_times_a_second(loopback: LoopbackServer) -> None:
    first = loopback.crowd(CROWD, "127.0.0.1", HELLO)
    loopback.until(lambda: loopback.room.people == CROWD and all(guest.all_of(Roster) for guest in first))
    first[0].received.clear()
    for number in range(1, 11):
        (late,) = loopback.crowd(1, "127.0.0.1", HELLO)
        loopback.until(lambda late=late: late.all_of(Roster))  # type: ignore[misc]
        assert late.received[-1] == loopback.room.seats.roster()
        assert loopback.room.people == CROWD + number
    assert len(first[0].all_of(Roster)) == 1
    loopback.run(SHOWN_EVERY)
    assert first[0].all_of(Roster)[1:] == [loopback.room.seats.roster()]


def test_who_joins_a_round_in_a_crowd_gets_the_room_before_the_round(loopback: LoopbackServer) -> None:
    first = loopback.crowd(CROWD, "127.0.0.1", HELLO)
    loopback.until(lambda: loopback.room.people == CROWD and all(guest.received for guest in first))
    start_round(loopback, *first)
    crowd = loopback.crowd(20, "127.0.0.1", HELLO)
    loopback.until(lambda: all(guest.received for guest in crowd))
    expected = (Welcome, Lobby, Roster, Round, Keyframe, Chat)
    assert {tuple(map(type, guest.received)) for guest in crowd} == {expected}
