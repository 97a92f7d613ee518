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
    Delta,
    Hello,
    Input,
    Keyframe,
    Ping,
    Say,
    Welcome,
)
from tests.server.loopback import LoopbackServer, RawClient, framed, start_round

STOPPED = 100.0  # seconds


def token_of(guest: RawClient) -> str:
    welcome = guest.all_of(Welcome)[0]
    assert isinstance(welcome, Welcome)
    return welcome.token


def back(loopback: LoopbackServer, token: str, name: str = "Ada") -> RawClient:
    """Somebody who comes back over a new line."""
    guest = loopback.connect()
    guest.send(Hello(PROTOCOL, BUILD, name, 1, token))
    loopback.until(lambda: bool(guest.all_of(Welcome)))
    return guest


def is_returned(guest: RawClient) -> bool:
    welcome = guest.received[0]
    assert isinstance(welcome, Welcome)
    return welcome.returned


@pytest.mark.parametrize("way", [RawClient.reset, lambda guest: guest.sock.close()])
def test_a_line_that_breaks_in_a_round_is_made_good_by_a_new_one(
    loopback: LoopbackServer, way: Callable[[RawClient], None]
) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    start_round(loopback, ada, bob)
    token = token_of(ada)
    way(ada)
    loopback.until(lambda: loopback.room.people == 1)
    loopback.until(lambda: Chat(-1, "", f"Ada {DISCONNECTED[Away.BOT]}", 1) in bob.received)
    again = back(loopback, token)
    assert is_returned(again)
    assert token_of(again) != token
    loopback.until(lambda: bool(again.all_of(Keyframe)))
    again.send(Input(1, (0,), 0))
    for _ in range(10):
        loopback.update()
    loopback.until(lambda: len(again.all_of(Delta)) == 10)
    assert again.received[-1] == bob.received[-1]
    assert loopback.log_lines[-1] == "Ada (127.0.0.1) came back"


def test_a_half_open_line_is_told_that_another_one_took_over_and_nobody_else_is(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    again = back(loopback, token_of(ada))
    loopback.until(lambda: ada.is_over)
    assert ada.received[-1] == Bye("You came back over another connection.")
    assert is_returned(again)
    again.send(Say("here I am"))
    loopback.until(lambda: bool(bob.all_of(Chat)))
    assert bob.all_of(Chat) == [Chat(0, "Ada", "here I am", 1)]
    assert (loopback.room.people, len(loopback.server.connections.members)) == (2, 2)


def test_what_the_old_line_says_once_the_new_one_is_there_counts_for_nothing(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    ada.is_reading = False
    again = back(loopback, token_of(ada))
    ada.send_bytes(ada.link.send(Say("from the dead")) + ada.link.send(Bye("")))
    loopback.run(1.0, silent=(ada,))
    assert loopback.room.people == 2
    assert not bob.all_of(Chat)
    assert not again.is_over


def test_one_who_slept_is_not_sent_away_and_finds_the_seat_again(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    token = token_of(ada)
    loopback.run(10.5, silent=(ada,))
    loopback.until(lambda: ada.is_over)
    assert not ada.all_of(Bye)
    assert Chat(-1, "", f"Ada {DISCONNECTED_AT_REST}", 1) in bob.received
    assert is_returned(back(loopback, token))


def test_a_welcome_that_never_arrived_does_not_lock_its_owner_out(loopback: LoopbackServer) -> None:
    ada = loopback.member("Ada")
    loopback.member("Bob")
    token = token_of(ada)
    ada.reset()
    loopback.until(lambda: loopback.room.people == 1)
    for _ in range(3):  # each breaks before it has read anything
        broken = loopback.connect()
        broken.send(Hello(PROTOCOL, BUILD, "Ada", 1, token))
        loopback.until(lambda: loopback.room.people == 2)
        broken.reset()
        loopback.until(lambda: loopback.room.people == 1)
    again = back(loopback, token)
    assert is_returned(again)
    again.send(Ping(1))
    again.send(Say("arrived"))
    loopback.until(lambda: bool(again.all_of(Chat)))
    assert not is_returned(back(loopback, token, "Eve")), "the last one has arrived, so the old ones are worth nothing"


def test_whoever_floods_or_breaks_the_rules_has_no_seat_to_come_back_to(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    token = token_of(ada)
    ada.send_bytes(b"\0\0\0\1\xc1")
    loopback.until(lambda: ada.is_over)
    assert ada.all_of(Bye)
    loopback.until(lambda: bool(bob.all_of(Chat)))
    assert not is_returned(back(loopback, token))


def test_a_server_that_stood_still_closes_no_connection_and_ends_no_time_to_rejoin(
    loopback: LoopbackServer,
) -> None:
    ada, bob, gone = loopback.member("Ada"), loopback.member("Bob"), loopback.member("Gone")
    start_round(loopback, ada, bob, gone)
    token = token_of(gone)
    gone.reset()
    loopback.until(lambda: loopback.room.people == 2)
    loopback.run(5.0)
    newcomer = loopback.connect()
    bob.is_reading = False  # and says nothing about states in the middle of a word
    bob.send_bytes(bob.link.send(Say("half a word"))[:9])
    loopback.update()
    for number in range(round(STOPPED) * 60):  # all this while the clients play on
        ada.send(Input(number + 1, (0,), 0))
        if number % 20 == 0:
            ada.send(Ping(number))
    loopback.update(5, seconds=STOPPED)
    for _ in range(120):
        loopback.update()
    bob.send_bytes(framed(Say("half a word"))[9:])
    bob.is_reading = True
    newcomer.send(Hello(PROTOCOL, BUILD, "Late", 1, ""))
    loopback.run(5.0)
    assert not ada.is_over, loopback.log_lines
    assert not bob.is_over, loopback.log_lines
    assert not is_returned(newcomer), loopback.log_lines
    assert loopback.room.people == 3
    assert is_returned(back(loopback, token))


def test_the_time_before_and_after_a_stop_still_counts(loopback: LoopbackServer) -> None:
    ada = loopback.member("Ada")
    loopback.member("Bob")
    loopback.run(6.0, silent=(ada,))
    loopback.update(5, seconds=STOPPED)
    loopback.run(3.5, silent=(ada,))
    assert loopback.room.people == 2
    loopback.run(1.0, silent=(ada,))
    assert loopback.room.people == 1


def test_an_empty_house_counts_on_until_the_seats_are_free_and_then_it_sleeps(loopback: LoopbackServer) -> None:
    ada = loopback.member("Ada")
    ada.reset()
    loopback.until(lambda: loopback.server.connections.is_empty)
    assert not loopback.server.is_quiet
    for _ in range(91):
        loopback.update(60, 1.0)
    assert loopback.server.is_quiet
