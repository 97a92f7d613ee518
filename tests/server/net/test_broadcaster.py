"""Mail to sockets: the order it was given in, the same bytes for all, and nothing that is out of date already."""

import pytest

from petard.server.net.broadcaster import Broadcaster
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


def told(house: House, guest: Guest, mail: list[Outgoing]) -> list[type[Message]]:
    """The kinds of messages that a guest gets of some mail."""
    assert Broadcaster(house.net.crowd).deliver([*mail, Outgoing(None, LINE)], house.now) == []
    house.until(lambda: LINE in guest.heard)
    return [type(message) for message in guest.heard[:-1]]


def test_of_many_rosters_in_one_turn_the_last_is_told(house: House, ada: Guest) -> None:
    assert told(house, ada, [Outgoing(None, ROSTER), Outgoing(None, ROUND), Outgoing(None, ROSTER)]) == [
        Roster,
        Round,
        Roster,
    ]
    ada.heard.clear()
    assert told(house, ada, [Outgoing(None, ROSTER)] * 64) == [Roster]


def test_a_roster_for_one_replaces_none_for_all(house: House, ada: Guest) -> None:
    number = next(iter(house.net.crowd.members))
    assert told(house, ada, [Outgoing(None, ROSTER), Outgoing(number, ROSTER)]) == [Roster, Roster]


def test_mail_for_one_and_for_all_keeps_its_order(house: House, ada: Guest) -> None:
    number = next(iter(house.net.crowd.members))
    lines = [Chat(-1, "", f"line {count}") for count in range(6)]
    told(house, ada, [Outgoing(number if count % 3 else None, line) for count, line in enumerate(lines)])
    assert ada.heard[:-1] == lines


def test_mail_for_somebody_who_is_gone_is_nobodys(house: House, ada: Guest) -> None:
    assert told(house, ada, [Outgoing(99, LINE), Outgoing(100, Bye("away"), closes=True)]) == []


def test_who_said_the_last_word_is_told_nothing_more(house: House, ada: Guest) -> None:
    bob = house.member("Bob")
    _, peer = house.net.crowd.members.values()
    peer.link.receive_data(words(Bye("")))
    Broadcaster(house.net.crowd).deliver([Outgoing(None, LINE), Outgoing(peer.number, LINE)], house.now)
    house.until(lambda: LINE in ada.heard)
    assert LINE not in bob.heard


def test_mail_that_closes_is_the_last_that_is_heard(house: House, ada: Guest) -> None:
    number = next(iter(house.net.crowd.members))
    Broadcaster(house.net.crowd).deliver(
        [Outgoing(number, LINE), Outgoing(number, Bye("kicked"), closes=True)], house.now
    )
    house.until(lambda: ada.is_over)
    assert ada.heard == [LINE, Bye("kicked")]
    assert not ada.is_reset
