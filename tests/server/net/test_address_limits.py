"""How many players one address has, over real sockets: nobody fills a room alone, and nobody else's seat is lost."""

from ipaddress import ip_network

import pytest

from petard.server.room.rejoin import SEAT_KEPT
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello, Message, RefusalCode, Refused, Welcome
from tests.server.loopback import HELLO, LoopbackServer

LIMIT = 8
SENTENCE = f"Too many players are here from your address: {LIMIT} is the limit. Try again later."


def answers_to(loopback: LoopbackServer, count: int, address: str) -> list[Message]:
    """The first answers to so many clients from one address that say Hello at once."""
    clients = loopback.crowd(count, address, HELLO)
    loopback.until(lambda: all(client.received for client in clients))
    return [client.received[0] for client in clients]


def test_one_address_that_connects_for_every_place_gets_eight_and_others_get_in(loopback: LoopbackServer) -> None:
    answers = [answer for _ in range(4) for answer in answers_to(loopback, 32, "2001:db8::bad")]
    assert [type(answer) for answer in answers].count(Welcome) == loopback.room.people == LIMIT
    assert answers[-1] == Refused(RefusalCode.FULL, SENTENCE)
    for number in range(100):
        assert type(answers_to(loopback, 1, f"10.0.1.{number}")[0]) is Welcome


def hello(name: str, players: int, token: str = "") -> Hello:
    return Hello(PROTOCOL, BUILD, name, players, token)


def join(loopback: LoopbackServer, players: int, address: str = "10.0.0.7", token: str = "") -> Message:
    """The first answer to one client with so many local players."""
    (client,) = loopback.crowd(1, address, hello("Ada", players, token))
    loopback.until(lambda: bool(client.received))
    return client.received[0]


@pytest.mark.parametrize("groups", [(4, 4), (4, 1, 1, 1, 1), (3, 2, 3), (2, 2, 2, 2)])
def test_local_players_count_one_by_one(loopback: LoopbackServer, groups: tuple[int, ...]) -> None:
    answers = [join(loopback, players) for players in groups]
    assert [type(answer) for answer in answers] == [Welcome] * len(groups)
    assert join(loopback, 1) == Refused(RefusalCode.FULL, SENTENCE)
    assert sum(member.players for member in loopback.room.seats.members.values()) == LIMIT
    assert type(join(loopback, 4, "10.0.0.8")) is Welcome, "another address has its own eight"


def test_a_client_that_does_not_fit_takes_no_place_from_a_smaller_one(loopback: LoopbackServer) -> None:
    assert [type(join(loopback, players)) for players in (4, 3, 2, 1)] == [Welcome, Welcome, Refused, Welcome]


def test_who_comes_back_with_more_players_stays_within_the_limit(loopback: LoopbackServer) -> None:
    tokens = [answer.token for answer in [join(loopback, 2) for _ in range(4)] if isinstance(answer, Welcome)]
    assert join(loopback, 3, token=tokens[0]) == Refused(RefusalCode.FULL, SENTENCE)
    assert type(join(loopback, 1, token=tokens[1])) is Welcome
    assert type(join(loopback, 3, token=tokens[0])) is Welcome
    assert sum(member.players for member in loopback.room.seats.members.values()) == LIMIT


def test_all_addresses_of_one_ipv6_customer_are_one(loopback: LoopbackServer) -> None:
    answers = [answers_to(loopback, 1, f"2001:db8:0:7::{number:x}")[0] for number in range(LIMIT + 1)]
    assert [type(answer) for answer in answers] == [Welcome] * LIMIT + [Refused]


def test_kept_seats_count_and_their_owners_come_back(loopback: LoopbackServer) -> None:
    loopback.listeners.address = "10.0.0.7"
    members = [loopback.member(f"P{number}") for number in range(LIMIT)]
    welcome = members[0].all_of(Welcome)[0]
    for member in members:
        member.reset()
    loopback.until(lambda: loopback.room.people == 0)
    assert answers_to(loopback, 1, "10.0.0.7") == [Refused(RefusalCode.FULL, SENTENCE)]
    assert isinstance(welcome, Welcome)
    (back,) = loopback.crowd(1, "10.0.0.7", Hello(PROTOCOL, BUILD, "P0", 1, welcome.token))
    loopback.until(lambda: bool(back.all_of(Welcome)))
    loopback.update(SEAT_KEPT)
    assert type(loopback.member("new").received[0]) is Welcome, "the other kept seats are free again"


@pytest.mark.parametrize("address", ["", "172.17.0.1", "10.0.0.200", "fd00::5"])
def test_this_machine_and_named_addresses_are_not_counted(loopback: LoopbackServer, address: str) -> None:
    loopback.server.connections.uncounted = [ip_network(one) for one in ("172.17.0.1", "10.0.0.128/25", "fd00::/64")]
    assert [type(answer) for answer in answers_to(loopback, 3 * LIMIT, address)] == [Welcome] * 3 * LIMIT
    assert loopback.room.people == 3 * LIMIT


def test_a_lower_limit_counts_for_those_who_join_from_then_on(loopback: LoopbackServer) -> None:
    loopback.listeners.address = "10.0.0.7"
    for number in range(3):
        loopback.member(f"P{number}")
    loopback.room.matches.settings.per_address = 2
    assert type(answers_to(loopback, 1, "10.0.0.7")[0]) is Refused
    assert loopback.room.people == 3


def test_a_client_that_asks_to_watch_gets_no_seat_and_counts_as_one(loopback: LoopbackServer) -> None:
    crowd = loopback.crowd(9, "10.0.0.7", Hello(PROTOCOL, BUILD, "Eve", 0, ""))
    loopback.until(lambda: all(guest.received for guest in crowd))
    assert [len(guest.all_of(Welcome)) for guest in crowd] == [1] * 8 + [0]
    assert loopback.room.seats.by_slot == {}
    assert len(loopback.room.seats.roster().watchers) == 8
