"""Who has not said Hello may ask how far away the server is, and gets nothing else by it."""

from petard.server.net.peer import HELLO_WITHIN, OTHERS
from petard.server.policy.rate_limit import STALL
from petard.shared.protocol.messages import Ping, Pong, Refused, Welcome
from tests.server.house import HELLO, House, words


def test_a_stranger_is_answered_and_stays_one(house: House) -> None:
    guest = house.guest()
    guest.say(Ping(77))
    house.until(lambda: Pong(77) in guest.heard)
    guest.say(Ping(78))
    house.until(lambda: Pong(78) in guest.heard)
    assert (len(house.net.connections.pending), house.net.connections.members, house.net.room.people) == (1, {}, 0)


def test_who_asks_and_says_hello_in_one_breath_hears_both(house: House) -> None:
    guest = house.guest()
    guest.send(guest.link.send(Ping(1)) + guest.link.send(HELLO))
    house.until(lambda: bool(guest.all_of(Welcome)))
    assert Pong(1) in guest.heard


def test_asking_makes_nobody_welcome_for_longer(house: House) -> None:
    guest = house.guest()
    for number in range(6):
        guest.send(words(Ping(number)))
        house.until(lambda number=number: Pong(number) in guest.heard)  # type: ignore[misc]
        house.turn(0, HELLO_WITHIN / 6)
    house.turn(0, 0.5)
    house.until(lambda: guest.is_over)
    assert guest.all_of(Refused)


def test_who_asks_like_a_flood_is_cut(house: House) -> None:
    guest = house.guest()
    number = 0
    while not guest.is_over and number < 10 * OTHERS * STALL:
        guest.send(b"".join(words(Ping(number + more)) for more in range(50)))
        number += 50
        house.turn(0, 0.01)
        guest.read()
    assert guest.is_over
    assert len(guest.all_of(Pong)) <= OTHERS * (STALL + 1)
