"""Lost lines over real sockets: who comes back, what the dead line hears, and a server that was stopped for a while."""

from collections.abc import Callable

import pytest

from petard.server.room.rejoin import DISCONNECTED, DISCONNECTED_AT_REST
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Away,
    Bye,
    Chat,
    Command,
    Delta,
    Hello,
    Keyframe,
    Ping,
    Say,
    Welcome,
)
from tests.server.house import Guest, House, start_round, words

STOPPED = 100.0  # seconds


def token_of(guest: Guest) -> str:
    welcome = guest.all_of(Welcome)[0]
    assert isinstance(welcome, Welcome)
    return welcome.token


def back(house: House, token: str, name: str = "Ada") -> Guest:
    """Somebody who comes back over a new line."""
    guest = house.guest()
    guest.say(Hello(PROTOCOL, BUILD, name, 1, token))
    house.until(lambda: bool(guest.all_of(Welcome)))
    return guest


def is_returned(guest: Guest) -> bool:
    welcome = guest.heard[0]
    assert isinstance(welcome, Welcome)
    return welcome.returned


@pytest.mark.parametrize("way", [Guest.reset, lambda guest: guest.sock.close()])
def test_a_line_that_breaks_in_a_round_is_made_good_by_a_new_one(house: House, way: Callable[[Guest], None]) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    start_round(house, ada, bob)
    token = token_of(ada)
    way(ada)
    house.until(lambda: house.room.people == 1)
    house.until(lambda: Chat(-1, "", f"Ada {DISCONNECTED[Away.BOT]}", 1) in bob.heard)
    again = back(house, token)
    assert is_returned(again)
    assert token_of(again) != token
    house.until(lambda: bool(again.all_of(Keyframe)))
    again.say(Command(1, (0,)))
    for _ in range(10):
        house.turn()
    house.until(lambda: len(again.all_of(Delta)) == 10)
    assert again.heard[-1] == bob.heard[-1]
    assert house.lines[-1] == "Ada (127.0.0.1) came back"


def test_a_half_open_line_is_told_that_another_one_took_over_and_nobody_else_is(house: House) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    again = back(house, token_of(ada))
    house.until(lambda: ada.is_over)
    assert ada.heard[-1] == Bye("You came back on another line.")
    assert is_returned(again)
    again.say(Say("here I am"))
    house.until(lambda: bool(bob.all_of(Chat)))
    assert bob.all_of(Chat) == [Chat(0, "Ada", "here I am", 1)]
    assert (house.room.people, len(house.net.connections.members)) == (2, 2)


def test_what_the_old_line_says_once_the_new_one_is_there_counts_for_nothing(house: House) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    ada.is_reading = False
    again = back(house, token_of(ada))
    ada.send(ada.link.send(Say("from the dead")) + ada.link.send(Bye("")))
    house.run(1.0, silent=(ada,))
    assert house.room.people == 2
    assert not bob.all_of(Chat)
    assert not again.is_over


def test_one_who_slept_is_not_sent_away_and_finds_the_chair_again(house: House) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    token = token_of(ada)
    house.run(10.5, silent=(ada,))
    house.until(lambda: ada.is_over)
    assert not ada.all_of(Bye)
    assert Chat(-1, "", f"Ada {DISCONNECTED_AT_REST}", 1) in bob.heard
    assert is_returned(back(house, token))


def test_a_welcome_that_never_arrived_does_not_lock_its_owner_out(house: House) -> None:
    ada = house.member("Ada")
    house.member("Bob")
    token = token_of(ada)
    ada.reset()
    house.until(lambda: house.room.people == 1)
    for _ in range(3):  # each breaks before it has read anything
        broken = house.guest()
        broken.say(Hello(PROTOCOL, BUILD, "Ada", 1, token))
        house.until(lambda: house.room.people == 2)
        broken.reset()
        house.until(lambda: house.room.people == 1)
    again = back(house, token)
    assert is_returned(again)
    again.say(Ping(1))
    again.say(Say("arrived"))
    house.until(lambda: bool(again.all_of(Chat)))
    assert not is_returned(back(house, token, "Eve")), "the last one has arrived, so the old ones are worth nothing"


def test_whoever_floods_or_breaks_the_rules_has_no_chair_to_come_back_to(house: House) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    token = token_of(ada)
    ada.send(b"\0\0\0\1\xc1")
    house.until(lambda: ada.is_over)
    assert ada.all_of(Bye)
    house.until(lambda: bool(bob.all_of(Chat)))
    assert not is_returned(back(house, token))


def test_a_server_that_was_stopped_for_a_while_kicks_nobody_and_lets_nobodys_time_run_out(house: House) -> None:
    ada, bob, gone = house.member("Ada"), house.member("Bob"), house.member("Gone")
    start_round(house, ada, bob, gone)
    token = token_of(gone)
    gone.reset()
    house.until(lambda: house.room.people == 2)
    house.run(5.0)
    stranger = house.guest()
    bob.send(bob.link.send(Say("half a word"))[:9])
    house.turn()
    for number in range(round(STOPPED) * 60):  # all this while the clients play on
        ada.say(Command(number + 1, (0,)))
        if number % 20 == 0:
            ada.say(Ping(number))
    house.turn(5, seconds=STOPPED)
    for _ in range(120):
        house.turn()
    bob.send(words(Say("half a word"))[9:])
    stranger.say(Hello(PROTOCOL, BUILD, "Late", 1, ""))
    house.run(5.0)
    assert not ada.is_over, house.lines
    assert not bob.is_over, house.lines
    assert not is_returned(stranger), house.lines
    assert house.room.people == 3
    assert is_returned(back(house, token))


def test_the_time_before_and_after_a_stop_still_counts(house: House) -> None:
    ada = house.member("Ada")
    house.member("Bob")
    house.run(6.0, silent=(ada,))
    house.turn(5, seconds=STOPPED)
    house.run(3.5, silent=(ada,))
    assert house.room.people == 2
    house.run(1.0, silent=(ada,))
    assert house.room.people == 1


def test_an_empty_house_counts_on_until_the_chairs_are_free_and_then_it_sleeps(house: House) -> None:
    ada = house.member("Ada")
    ada.reset()
    house.until(lambda: house.net.connections.is_empty)
    assert not house.net.is_quiet
    for _ in range(91):
        house.turn(60, 1.0)
    assert house.net.is_quiet
