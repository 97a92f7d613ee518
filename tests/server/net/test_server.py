"""One turn of the server, over real sockets: coming in, playing, and every way to leave."""

import socket

import pytest

from petard.server.net.peer_monitor import PING_EVERY
from petard.server.room.rejoin import HELD
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Bye,
    Chat,
    Command,
    Delta,
    Hello,
    Loaded,
    Ping,
    Pong,
    Ready,
    RefusalCode,
    Refused,
    Roster,
    Round,
    Say,
    Seat,
    Welcome,
)
from tests.server.house import HELLO, Guest, House, words


def seat_of(guest: Guest, slot: int = 0) -> Seat:
    roster = guest.all_of(Roster)[-1]
    assert isinstance(roster, Roster)
    return roster.seats[slot]


def bye_of(guest: Guest) -> str:
    bye = guest.heard[-1]
    assert isinstance(bye, Bye)
    return bye.reason


def refusal_of(guest: Guest) -> Refused:
    refused = guest.heard[-1]
    assert isinstance(refused, Refused)
    return refused


def start_round(house: House, *guests: Guest) -> None:
    for guest in guests:
        guest.say(Ready(True))
    house.until(lambda: all(guest.all_of(Round) for guest in guests))
    for guest in guests:
        guest.say(Loaded(1))
    for _ in range(5):
        house.turn()


def test_who_says_hello_is_welcomed_and_shown_to_all(either_house: House) -> None:
    ada = either_house.member("Ada")
    bob = either_house.member("Bob")
    either_house.until(lambda: len(ada.all_of(Roster)) >= 2)
    assert type(ada.heard[0]) is type(bob.heard[0]) is Welcome
    assert seat_of(ada, 1).name == "Bob"
    assert either_house.lines[-1].endswith(f"Bob ({either_house.host}) joined")


def test_chat_reaches_everybody(house: House) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    ada.say(Say("hello"))
    house.until(lambda: bool(bob.all_of(Chat)))
    assert bob.all_of(Chat) == [Chat(0, "Ada", "hello", 1)]


def test_two_play_a_round_and_get_one_delta_for_every_tick(house: House) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    start_round(house, ada, bob)
    for tick in range(100):
        ada.say(Command(tick + 1, (0,)))
        house.turn()
    for guest in (ada, bob):
        ticks = [delta.tick for delta in guest.all_of(Delta) if isinstance(delta, Delta)]
        assert len(ticks) >= 100
        assert ticks == list(range(ticks[0], ticks[0] + len(ticks)))


def test_a_hello_in_single_bytes_is_a_hello(house: House) -> None:
    ada = house.guest()
    hello = ada.link.send(HELLO)
    for at in range(len(hello)):
        ada.send(hello[at : at + 1])
        house.turn(0, 0.0)
    house.until(lambda: bool(ada.heard))
    assert type(ada.heard[0]) is Welcome


def test_many_messages_in_one_read_all_count(house: House) -> None:
    ada = house.member()
    ada.send(b"".join(ada.link.send(Say(f"line {number}")) for number in range(5)))
    house.until(lambda: len(ada.all_of(Chat)) == 5)


def test_a_ping_is_answered_and_our_own_is_measured(house: House) -> None:
    ada = house.member()
    ada.say(Ping(77))
    house.until(lambda: Pong(77) in ada.heard)
    house.turn(0, PING_EVERY)
    house.until(lambda: bool(ada.all_of(Ping)))
    ping = ada.all_of(Ping)[-1]
    assert isinstance(ping, Ping)
    ada.say(Pong(ping.id))
    house.turn(0, 0.025)
    ada.say(Say("so that a roster comes"))
    bob = house.member("Bob")
    assert seat_of(bob).ping == 25


def test_a_pong_that_nobody_asked_for_measures_nothing(house: House) -> None:
    ada = house.member()
    ada.say(Pong(4_000_000_000))
    ada.say(Say("heard"))
    house.until(lambda: bool(ada.all_of(Chat)))
    bob = house.member("Bob")
    assert seat_of(bob).ping == 0


def test_another_protocol_is_refused_with_a_sentence(house: House) -> None:
    old = house.guest()
    old.say(Hello(PROTOCOL + 1, BUILD, "Old", 1, ""))
    house.until(lambda: old.is_over)
    assert refusal_of(old).code is RefusalCode.PROTOCOL
    assert not old.is_reset
    assert "was refused: You speak protocol" in house.lines[-1]


def test_who_says_bye_has_left_and_the_others_are_told(house: House) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    ada.say(Bye("dinner"))
    house.until(lambda: len(bob.all_of(Chat)) == 2)
    assert bob.all_of(Chat) == [Chat(-1, "", "Ada left: dinner.", 1), Chat(-1, "", "Bob is host now.", 2)]
    assert house.room.people == 1
    assert house.lines[-1] == "Ada (127.0.0.1) left: dinner"


def test_the_longest_reason_of_a_bye_does_no_harm(house: House) -> None:
    ada, bob = house.member("A" * 16), house.member("Bob")
    ada.say(Bye("x " * 99 + "xx"))
    house.until(lambda: bool(bob.all_of(Chat)))
    assert house.room.people == 1


def test_words_before_a_bye_in_the_same_read_still_count(house: House) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    ada.send(ada.link.send(Say("so long")) + ada.link.send(Ping(1)) + ada.link.send(Bye("")))
    house.until(lambda: len(bob.all_of(Chat)) == 3)
    assert bob.all_of(Chat)[:2] == [Chat(0, "Ada", "so long", 1), Chat(-1, "", "Ada left.", 2)]


@pytest.mark.parametrize("seconds_between", [0.0, 0.02])
def test_hello_and_bye_leave_no_ghost(house: House, seconds_between: float) -> None:
    ada = house.guest()
    ada.send(words(HELLO))
    if seconds_between:
        house.turn(1, seconds_between)
    ada.send(words(Bye("")))
    house.until(lambda: house.net.connections.is_empty)
    assert house.room.people == 0
    assert house.net.is_quiet


def test_a_reset_in_mid_frame_is_a_lost_line(house: House) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    ada.send(words(Say("half"))[:6])
    house.turn(0, 0.0)
    ada.reset()
    house.until(lambda: house.room.people == 1)
    assert "Ada (127.0.0.1) lost the connection: " in house.lines[-1]
    bob.say(Say("still here"))
    house.until(lambda: Chat(1, "Bob", "still here", 3) in bob.heard)


def test_a_half_closed_connection_is_a_lost_line(house: House) -> None:
    ada = house.member()
    ada.sock.shutdown(socket.SHUT_WR)
    house.until(lambda: house.room.people == 0)
    house.until(lambda: ada.is_over)
    assert house.lines[-1] == "Ada (127.0.0.1) closed the connection"


def test_a_thousand_comings_and_goings_leave_nothing_behind(house: House) -> None:
    for number in range(250):
        house.guests.clear()
        for way in (Guest.reset, lambda guest: guest.sock.close()):
            ada = house.member()
            way(ada)
            house.until(lambda: house.room.people == 0)
            stranger = house.guest()
            stranger.send(words(HELLO)[: number % 20])
            way(stranger)
            house.until(lambda: house.net.connections.is_empty)
        if number % 50 == 49:
            house.turn(HELD)  # whoever was lost is not coming back
            assert house.net.is_quiet


def test_what_is_out_of_turn_is_cut_with_a_word_that_the_other_end_may_hear(house: House) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    ada.send(words(HELLO))
    house.until(lambda: ada.is_over)
    assert bye_of(ada) == "You broke the protocol: Hello in OPEN."
    assert house.lines[-1] == "Ada (127.0.0.1) broke the protocol: Hello in OPEN"
    house.until(lambda: Chat(-1, "", "Ada broke the protocol: Hello in OPEN.", 1) in bob.heard)


def test_a_browser_that_comes_by_is_told_what_it_did(house: House) -> None:
    browser = house.guest()
    browser.send(b"GET / HTTP/1.1\r\nHost: petard\r\n\r\n")
    house.until(lambda: browser.is_over)
    assert refusal_of(browser).code is RefusalCode.BAD
    assert refusal_of(browser).sentence.startswith("You broke the protocol: a frame of 1195725856 bytes is over")
    assert not browser.is_reset


def test_a_stranger_gets_no_long_frame_and_a_member_none_over_its_own_limit(house: House) -> None:
    stranger, ada = house.guest(), house.member()
    stranger.send((513).to_bytes(4, "big"))
    ada.send((4097).to_bytes(4, "big"))
    house.until(lambda: stranger.is_over and ada.is_over)
    assert "a frame of 513 bytes is over the limit of 512" in refusal_of(stranger).sentence
    assert "a frame of 4097 bytes is over the limit of 4096" in bye_of(ada)


def test_a_hello_with_something_illegal_behind_it_does_not_join(house: House) -> None:
    ada = house.guest()
    ada.send(words(HELLO) + frame(b"nonsense"))
    house.until(lambda: ada.is_over)
    assert house.room.people == 0
    assert refusal_of(ada).code is RefusalCode.BAD


def test_closing_says_goodbye_to_all_and_lets_nobody_in(house: House) -> None:
    ada, stranger = house.member("Ada"), house.guest()
    ada.send(words(Say("unread by the server when it closes")))
    house.net.close("The server was stopped.", house.now)
    house.until(lambda: ada.is_over and stranger.is_over)
    assert bye_of(ada) == "The server was stopped."
    assert refusal_of(stranger) == Refused(RefusalCode.CLOSING, "The server was stopped.")
    assert not ada.is_reset
    with pytest.raises(OSError, match="refused"):
        Guest(house.door.port)


def test_the_bytes_of_a_tick_are_made_once_and_are_the_same_for_all(house: House) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    start_round(house, ada, bob)
    ada.heard.clear()
    bob.heard.clear()
    for _ in range(30):
        house.turn()
    assert ada.heard == bob.heard
    assert encode(ada.heard[0]) == encode(bob.heard[0])
