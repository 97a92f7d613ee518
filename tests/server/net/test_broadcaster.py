"""The broadcaster keeps the order, sends the same bytes to all, and nothing that is out of date already."""

import pytest

from petard.server.room.outgoing import Outgoing
from petard.shared.protocol.messages import Bye, Chat, Message, Roster, Round
from petard.shared.rules.ruleset import PRESETS
from tests.server.house import Guest, House, words

ROSTER = Roster((), ())
ROUND = Round(1, "classic", next(iter(PRESETS.values())), 15, 13, (0,))
LINE = Chat(-1, "", "hello")


@pytest.fixture
def ada(house: House) -> Guest:
    guest = house.member("Ada")
    guest.heard.clear()
    return guest


def delivered(house: House, guest: Guest, outgoing: list[Outgoing]) -> list[type[Message]]:
    """The types of the messages that a client gets when these are sent."""
    broadcaster = house.net.broadcaster
    broadcaster.enqueue([*outgoing, Outgoing(None, LINE)])
    assert broadcaster.deliver(house.now) == []
    house.until(lambda: LINE in guest.heard)
    return [type(message) for message in guest.heard[:-1]]


def test_of_many_rosters_in_one_turn_the_last_is_delivered(house: House, ada: Guest) -> None:
    assert delivered(house, ada, [Outgoing(None, ROSTER), Outgoing(None, ROUND), Outgoing(None, ROSTER)]) == [
        Roster,
        Round,
        Roster,
    ]
    ada.heard.clear()
    assert delivered(house, ada, [Outgoing(None, ROSTER)] * 64) == [Roster]


def test_a_roster_for_one_replaces_none_for_all(house: House, ada: Guest) -> None:
    number = next(iter(house.net.connections.members))
    assert delivered(house, ada, [Outgoing(None, ROSTER), Outgoing(number, ROSTER)]) == [Roster, Roster]


def test_messages_for_one_and_for_all_keep_their_order(house: House, ada: Guest) -> None:
    number = next(iter(house.net.connections.members))
    lines = [Chat(-1, "", f"line {count}") for count in range(6)]
    delivered(house, ada, [Outgoing(number if count % 3 else None, line) for count, line in enumerate(lines)])
    assert ada.heard[:-1] == lines


def test_a_message_for_a_peer_that_is_gone_is_dropped(house: House, ada: Guest) -> None:
    assert delivered(house, ada, [Outgoing(99, LINE), Outgoing(100, Bye("away"), closes=True)]) == []


def test_a_peer_that_said_bye_is_sent_nothing_more(house: House, ada: Guest) -> None:
    bob = house.member("Bob")
    _, peer = house.net.connections.members.values()
    peer.link.receive_data(words(Bye("")))
    house.net.broadcaster.enqueue([Outgoing(None, LINE), Outgoing(peer.number, LINE)])
    house.net.broadcaster.deliver(house.now)
    house.until(lambda: LINE in ada.heard)
    assert LINE not in bob.heard


def test_a_message_that_closes_is_the_last_that_arrives(house: House, ada: Guest) -> None:
    number = next(iter(house.net.connections.members))
    house.net.broadcaster.enqueue([Outgoing(number, LINE), Outgoing(number, Bye("kicked"), closes=True)])
    house.net.broadcaster.deliver(house.now)
    house.until(lambda: ada.is_over)
    assert ada.heard == [LINE, Bye("kicked")]
    assert not ada.is_reset
