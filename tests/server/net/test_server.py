"""One turn of the server, over real sockets: coming in, playing, and every way to leave."""

import socket

import pytest

from petard.server.net.connection_ends import PING_EVERY
from petard.server.room.inbox import STARVED
from petard.server.room.rejoin import SEAT_KEPT
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Bye,
    Chat,
    Delta,
    Hello,
    Input,
    Keyframe,
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
from tests.server.loopback import HELLO, LoopbackServer, RawClient, framed


def seat_of(guest: RawClient, slot: int = 0) -> Seat:
    roster = guest.all_of(Roster)[-1]
    assert isinstance(roster, Roster)
    return roster.seats[slot]


def bye_of(guest: RawClient) -> str:
    bye = guest.received[-1]
    assert isinstance(bye, Bye)
    return bye.reason


def refusal_of(guest: RawClient) -> Refused:
    refused = guest.received[-1]
    assert isinstance(refused, Refused)
    return refused


def start_round(loopback: LoopbackServer, *guests: RawClient) -> None:
    for guest in guests:
        guest.send(Ready(True))
    loopback.until(lambda: all(guest.all_of(Round) for guest in guests))
    for guest in guests:
        guest.send(Loaded(1))
    for _ in range(5):
        loopback.update()


def test_who_says_hello_is_welcomed_and_shown_to_all(either_loopback: LoopbackServer) -> None:
    ada = either_loopback.member("Ada")
    bob = either_loopback.member("Bob")
    either_loopback.until(lambda: len(ada.all_of(Roster)) >= 2)
    assert type(ada.received[0]) is type(bob.received[0]) is Welcome
    assert seat_of(ada, 1).name == "Bob"
    assert either_loopback.log_lines[-1].endswith(f"Bob ({either_loopback.host}) joined")


def test_chat_reaches_everybody(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    ada.send(Say("hello"))
    loopback.until(lambda: bool(bob.all_of(Chat)))
    assert bob.all_of(Chat) == [Chat(0, "Ada", "hello", 1)]


def test_two_play_a_round_and_get_one_delta_for_every_tick(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    start_round(loopback, ada, bob)
    for tick in range(100):
        ada.send(Input(tick + 1, (0,), 0))
        loopback.update()
    for guest in (ada, bob):
        ticks = [delta.ticks for delta in guest.all_of(Delta) if isinstance(delta, Delta)]
        assert len(ticks) >= 100
        assert set(ticks) == {1}
        assert loopback.room.feed
        assert sum(ticks) == loopback.room.feed.sent.tick, "counted from the only Keyframe, of tick 0"
        assert len(guest.all_of(Keyframe)) == 1


def test_a_bot_plays_for_a_client_that_sends_no_inputs_and_the_first_one_ends_it(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    start_round(loopback, ada, bob)
    clock = 0

    def play(ticks: int, *active: RawClient) -> None:
        nonlocal clock
        for _ in range(ticks):
            clock += 1
            for guest in active:
                guest.send(Input(clock, (0,), guest.states))
            if clock % 60 == 0:
                bob.send(Ping(clock))
            loopback.update()

    play(STARVED - 5, ada)
    assert not seat_of(ada, 1).away, "his last Input may have come just before the round began"
    play(20, ada)
    assert [seat_of(ada, slot).away for slot in (0, 1)] == [False, True]
    place = place_of(loopback, 1)
    play(240, ada)
    assert place_of(loopback, 1) != place
    play(2, ada, bob)
    assert not seat_of(ada, 1).away
    place = place_of(loopback, 1)
    play(60, ada, bob)
    assert place_of(loopback, 1) == place


def place_of(loopback: LoopbackServer, slot: int) -> tuple[int, int]:
    assert loopback.room.world
    return loopback.room.world.players[slot].x, loopback.room.world.players[slot].y


def test_a_hello_in_single_bytes_is_a_hello(loopback: LoopbackServer) -> None:
    ada = loopback.connect()
    hello = ada.link.send(HELLO)
    for at in range(len(hello)):
        ada.send_bytes(hello[at : at + 1])
        loopback.update(0, 0.0)
    loopback.until(lambda: bool(ada.received))
    assert type(ada.received[0]) is Welcome


def test_many_messages_in_one_read_all_count(loopback: LoopbackServer) -> None:
    ada = loopback.member()
    ada.send_bytes(b"".join(ada.link.send(Say(f"line {number}")) for number in range(5)))
    loopback.until(lambda: len(ada.all_of(Chat)) == 5)


def test_a_ping_is_answered_and_our_own_is_measured(loopback: LoopbackServer) -> None:
    ada = loopback.member()
    ada.send(Ping(77))
    loopback.until(lambda: Pong(77) in ada.received)
    loopback.update(0, PING_EVERY)
    loopback.until(lambda: bool(ada.all_of(Ping)))
    ping = ada.all_of(Ping)[-1]
    assert isinstance(ping, Ping)
    ada.send(Pong(ping.id))
    loopback.update(0, 0.025)
    ada.send(Say("so that a roster comes"))
    bob = loopback.member("Bob")
    assert seat_of(bob).ping == 25


def test_a_pong_that_nobody_asked_for_measures_nothing(loopback: LoopbackServer) -> None:
    ada = loopback.member()
    ada.send(Pong(4_000_000_000))
    ada.send(Say("heard"))
    loopback.until(lambda: bool(ada.all_of(Chat)))
    bob = loopback.member("Bob")
    assert seat_of(bob).ping == 0


def test_another_protocol_is_refused_with_a_sentence(loopback: LoopbackServer) -> None:
    old = loopback.connect()
    old.send(Hello(PROTOCOL + 1, BUILD, "Old", 1, ""))
    loopback.until(lambda: old.is_over)
    assert refusal_of(old).code is RefusalCode.PROTOCOL
    assert not old.is_reset
    assert "was refused: You speak protocol" in loopback.log_lines[-1]


def test_who_says_bye_has_left_and_the_others_are_told(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    ada.send(Bye("dinner"))
    loopback.until(lambda: len(bob.all_of(Chat)) == 2)
    assert bob.all_of(Chat) == [Chat(-1, "", "Ada left: dinner.", 1), Chat(-1, "", "Bob is host now.", 2)]
    assert loopback.room.people == 1
    assert loopback.log_lines[-1] == "Ada (127.0.0.1) left: dinner"


def test_the_longest_reason_of_a_bye_does_no_harm(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("A" * 16), loopback.member("Bob")
    ada.send(Bye("x " * 99 + "xx"))
    loopback.until(lambda: bool(bob.all_of(Chat)))
    assert loopback.room.people == 1


def test_words_before_a_bye_in_the_same_read_still_count(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    ada.send_bytes(ada.link.send(Say("so long")) + ada.link.send(Ping(1)) + ada.link.send(Bye("")))
    loopback.until(lambda: len(bob.all_of(Chat)) == 3)
    assert bob.all_of(Chat)[:2] == [Chat(0, "Ada", "so long", 1), Chat(-1, "", "Ada left.", 2)]


@pytest.mark.parametrize("seconds_between", [0.0, 0.02])
def test_hello_and_bye_leave_no_ghost(loopback: LoopbackServer, seconds_between: float) -> None:
    ada = loopback.connect()
    ada.send_bytes(framed(HELLO))
    if seconds_between:
        loopback.update(1, seconds_between)
    ada.send_bytes(framed(Bye("")))
    loopback.until(lambda: loopback.server.connections.is_empty)
    assert loopback.room.people == 0
    assert loopback.server.is_quiet


def test_a_reset_in_mid_frame_is_a_lost_line(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    ada.send_bytes(framed(Say("half"))[:6])
    loopback.update(0, 0.0)
    ada.reset()
    loopback.until(lambda: loopback.room.people == 1)
    assert "Ada (127.0.0.1) lost the connection: " in loopback.log_lines[-1]
    bob.send(Say("still here"))
    loopback.until(lambda: Chat(1, "Bob", "still here", 3) in bob.received)


def test_a_half_closed_connection_is_a_lost_line(loopback: LoopbackServer) -> None:
    ada = loopback.member()
    ada.sock.shutdown(socket.SHUT_WR)
    loopback.until(lambda: loopback.room.people == 0)
    loopback.until(lambda: ada.is_over)
    assert loopback.log_lines[-1] == "Ada (127.0.0.1) closed the connection"


def test_hundreds_of_comings_and_goings_leave_nothing_behind(loopback: LoopbackServer) -> None:
    for number in range(100):
        loopback.clients.clear()
        for way in (RawClient.reset, lambda guest: guest.sock.close()):
            ada = loopback.member()
            way(ada)
            loopback.until(lambda: loopback.room.people == 0)
            pending = loopback.connect()
            pending.send_bytes(framed(HELLO)[: number % 20])
            way(pending)
            loopback.until(lambda: loopback.server.connections.is_empty)
        if number % 50 == 49:
            loopback.update(SEAT_KEPT)  # then a disconnected member cannot rejoin any more
            assert loopback.server.is_quiet


def test_what_is_out_of_turn_is_cut_with_a_word_that_the_other_end_may_hear(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    ada.send_bytes(framed(HELLO))
    loopback.until(lambda: ada.is_over)
    assert bye_of(ada) == "You broke the protocol: Hello in OPEN."
    assert loopback.log_lines[-1] == "Ada (127.0.0.1) broke the protocol: Hello in OPEN"
    loopback.until(lambda: Chat(-1, "", "Ada broke the protocol: Hello in OPEN.", 1) in bob.received)


def test_a_browser_that_comes_by_is_told_what_it_did(loopback: LoopbackServer) -> None:
    browser = loopback.connect()
    browser.send_bytes(b"GET / HTTP/1.1\r\nHost: petard\r\n\r\n")
    loopback.until(lambda: browser.is_over)
    assert refusal_of(browser).code is RefusalCode.BAD
    assert refusal_of(browser).sentence.startswith("You broke the protocol: a frame of 1195725856 bytes is over")
    assert not browser.is_reset


def test_a_stranger_gets_no_long_frame_and_a_member_none_over_its_own_limit(loopback: LoopbackServer) -> None:
    pending, ada = loopback.connect(), loopback.member()
    pending.send_bytes((513).to_bytes(4, "big"))
    ada.send_bytes((4097).to_bytes(4, "big"))
    loopback.until(lambda: pending.is_over and ada.is_over)
    assert "a frame of 513 bytes is over the limit of 512" in refusal_of(pending).sentence
    assert "a frame of 4097 bytes is over the limit of 4096" in bye_of(ada)


def test_a_hello_with_something_illegal_behind_it_does_not_join(loopback: LoopbackServer) -> None:
    ada = loopback.connect()
    ada.send_bytes(framed(HELLO) + frame(b"nonsense"))
    loopback.until(lambda: ada.is_over)
    assert loopback.room.people == 0
    assert refusal_of(ada).code is RefusalCode.BAD


def test_closing_says_goodbye_to_all_and_lets_nobody_in(loopback: LoopbackServer) -> None:
    ada, pending = loopback.member("Ada"), loopback.connect()
    ada.send_bytes(framed(Say("unread by the server when it closes")))
    loopback.server.close("The server was stopped.", loopback.now)
    loopback.until(lambda: ada.is_over and pending.is_over)
    assert bye_of(ada) == "The server was stopped."
    assert refusal_of(pending) == Refused(RefusalCode.CLOSING, "The server was stopped.")
    assert not ada.is_reset
    with pytest.raises(OSError, match="refused"):
        RawClient(loopback.listeners.port)


def test_the_bytes_of_a_tick_are_made_once_and_are_the_same_for_all(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    start_round(loopback, ada, bob)
    ada.received.clear()
    bob.received.clear()
    for _ in range(30):
        loopback.update()
    assert ada.received == bob.received
    assert encode(ada.received[0]) == encode(bob.received[0])
