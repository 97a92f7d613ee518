"""How long the server waits, and how much it takes, from strangers, floods and the silent."""

import socket
from ipaddress import IPv6Interface

import pytest

import petard.server.net.connections as connections_module
from petard.server.net.connections import PENDING_MOST, PENDING_PER_GROUP, Connections
from petard.server.net.handshake import ACCEPTS_MOST
from petard.server.policy.address_groups import group_of, plain_address
from petard.server.room.rejoin import DISCONNECTED_AT_REST
from petard.shared.protocol.messages import Bye, Chat, Command, Ping, Refused, Say, Welcome
from tests.server.house import HELLO, Guest, House, words


def last_sentence(guest: Guest) -> str:
    last = guest.heard[-1]
    assert isinstance(last, Bye | Refused)
    return last.reason if isinstance(last, Bye) else last.sentence


def test_half_a_hello_for_ever_ends_after_five_seconds(house: House) -> None:
    slow, mute = house.guest(), house.guest()
    slow.send(words(HELLO)[:7])
    house.run(4.75)
    assert not slow.is_over
    house.run(1.0)
    house.until(lambda: slow.is_over and mute.is_over)
    assert last_sentence(mute) == last_sentence(slow) == "You said no Hello within 5 seconds."


def test_a_trickle_does_not_buy_a_stranger_more_time(house: House) -> None:
    slow = house.guest()
    hello = words(HELLO)
    for at in range(18):
        slow.send(hello[at : at + 1])
        house.turn(0, 0.3)
    house.until(lambda: slow.is_over)
    assert house.room.people == 0


def test_a_frame_of_a_member_has_to_be_whole_within_five_seconds(house: House) -> None:
    ada = house.member()
    said = words(Say("a line that takes too long to come"))
    for at in range(24):
        if not ada.is_over:
            ada.send(said[at : at + 1])
        house.turn(0, 0.25)
    house.until(lambda: ada.is_over)
    assert house.lines[-1] == "Ada (127.0.0.1) did not finish a frame within 5 seconds"
    assert not ada.all_of(Bye), "whose line hung is not sent away: it may come back"


def test_frames_that_follow_each_other_in_pieces_are_no_unfinished_frame(house: House) -> None:
    ada = house.member()
    command = words(Command(1, (0,)))
    rest = b""
    for _ in range(40):
        ada.send(rest + command[:5])  # there is always half a frame on the way, but never the same
        rest = command[5:]
        house.turn(0, 0.25)
        command = words(Command(2, (0,)))
    assert not ada.is_over
    assert house.room.people == 1


def test_ten_seconds_of_silence_end_a_member(house: House) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    house.run(9.75, silent=(ada,))
    assert house.room.people == 2
    house.run(1.0, silent=(ada,))
    assert house.room.people == 1
    house.until(lambda: ada.is_over)
    assert house.lines[-1] == "Ada (127.0.0.1) said nothing for 10 seconds"
    assert not ada.all_of(Bye), "or a laptop that wakes up would read it as a goodbye"
    assert Chat(-1, "", f"Ada {DISCONNECTED_AT_REST}", 1) in bob.heard


def test_everybody_is_asked_for_a_sign_of_life_every_two_seconds(house: House) -> None:
    ada = house.member()
    house.run(8.0)
    assert 3 <= len(ada.all_of(Ping)) <= 4


def test_a_stopped_server_does_not_blame_its_guests_when_it_goes_on(house: House) -> None:
    ada = house.member()
    ada.say(Command(1, (0,)))
    house.turn(5, seconds=60.0)
    assert house.room.people == 1


def test_with_the_strangers_places_taken_the_oldest_goes_and_who_says_hello_gets_in(house: House) -> None:
    mute = [house.guest() for _ in range(PENDING_MOST)]
    honest = house.guest()
    honest.say(HELLO)
    house.until(lambda: bool(honest.heard))
    assert type(honest.heard[0]) is Welcome
    assert mute[0].is_over
    assert last_sentence(mute[0]) == "You stood in the way of others without a Hello."
    assert not mute[1].is_over
    assert len(house.net.connections.pending) < PENDING_MOST


def test_a_flood_of_five_hundred_strangers_is_bounded_and_soon_gone(house: House) -> None:
    flood = []
    for _ in range(500):
        flood.append(Guest(house.door.port))
        house.guests.append(flood[-1])
        if len(flood) % ACCEPTS_MOST == 0:
            house.turn()
    honest = house.member("Honest")
    assert len(house.net.connections.pending) <= PENDING_MOST
    house.run(6.0)
    assert all(guest.is_over for guest in flood)
    house.run(1.0)
    assert not house.net.connections.pending
    assert not house.net.connections.closing
    assert not honest.is_over
    assert len(house.lines) < 20


def test_no_more_than_32_are_let_through_the_door_in_one_turn(house: House) -> None:
    house.guests += [Guest(house.door.port) for _ in range(ACCEPTS_MOST + 8)]
    house.net.connections.poll(1.0)
    house.net.update(0, house.now)
    assert len(house.net.connections.pending) == ACCEPTS_MOST


def test_one_address_elsewhere_may_have_four_strangers() -> None:
    connections = Connections()
    pairs = [socket.socketpair() for _ in range(PENDING_PER_GROUP + 1)]
    peers = [connections.add(near, "10.0.0.7", now=1.0) for near, _ in pairs[:-1]]
    assert connections.excess_pending() is None
    connections.add(pairs[-1][0], "10.0.0.7", now=1.0)
    assert connections.excess_pending() is peers[0]
    connections.close_all()
    for _, far in pairs:
        far.close()


def test_who_never_hangs_up_after_the_last_word_makes_room_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections_module, "CLOSING_PEERS_MOST", 2)
    connections = Connections()
    pairs = [socket.socketpair() for _ in range(4)]
    for near, _ in pairs:
        connections.start_closing(connections.add(near, "127.0.0.1", now=1.0), now=1.0)
    assert [peer.number for peer in connections.closing.values()] == [3, 4]
    assert pairs[0][0].fileno() == -1
    connections.close_all()
    for _, far in pairs:
        far.close()


def test_an_address_is_one_house_and_this_machine_is_none() -> None:
    assert group_of(plain_address("::ffff:10.0.0.7")) == "10.0.0.7"
    assert group_of("2001:db8:1:2::3") == group_of("2001:db8:1:2:ffff::4") == "2001:db8:1:2::/64"
    assert group_of("2001:db8:1:3::3") != group_of("2001:db8:1:2::3")
    assert group_of(plain_address("::ffff:127.0.0.1")) == group_of("::1") == ""


def test_neighbours_on_a_lan_are_a_house_each() -> None:
    """Or one who guesses at the password would bar all of them."""
    assert group_of("fd00::5") != group_of("fd00::6")
    connections, pairs = Connections(), [socket.socketpair() for _ in range(3)]
    connections.own_addresses = [IPv6Interface("2001:db8:1:2::1/64")]
    addresses = ("2001:db8:1:2::5", "2001:db8:1:2::6", "2001:db8:1:3::5")
    peers = [connections.add(near, address, 0.0) for (near, _), address in zip(pairs, addresses, strict=True)]
    assert [peer.address_group for peer in peers] == [*addresses[:2], "2001:db8:1:3::/64"]
    connections.close_all()
    for _, far in pairs:
        far.close()


def test_ten_times_the_commands_is_too_much(house: House) -> None:
    ada = house.member()
    seq = 0
    for _ in range(60 * 4):
        if not ada.is_over and ada.link.may_send(Command):
            ada.send(b"".join(ada.link.send(Command(seq + step, (0,))) for step in range(10)))
        seq += 10
        house.turn()
    house.run(1.0, silent=(ada,))  # on a busy machine the kernel brings some of it late
    house.until(lambda: ada.is_over)
    assert last_sentence(ada) == "You sent more than 120 commands a second."
    assert house.room.people == 0


def test_twice_the_commands_of_an_honest_client_are_borne(house: House) -> None:
    ada = house.member()
    for tick in range(60 * 12):
        ada.send(ada.link.send(Command(2 * tick, (0,))) + ada.link.send(Command(2 * tick + 1, (0,))))
        house.turn()
    assert not ada.is_over


def test_the_commands_of_a_line_that_hung_for_nine_seconds_are_forgiven(house: House) -> None:
    ada = house.member()
    house.run(9.0, silent=(ada,))
    ada.send(b"".join(ada.link.send(Command(seq, (0,))) for seq in range(9 * 60)))
    house.run(3.0)
    assert not ada.is_over


def test_a_flood_of_other_messages_is_too_much_and_does_not_make_the_others_wait(house: House) -> None:
    ada, bob = house.member("Ada"), house.member("Bob")
    for _ in range(10):
        if not ada.is_over:
            ada.send(b"".join(words(Say("buy")) for _ in range(300)))
        house.turn()
    house.run(1.0)
    house.until(lambda: ada.is_over)
    assert last_sentence(ada) == "You sent more than 20 messages a second beside its commands."
    assert house.room.people == 1
    assert len(bob.all_of(Chat)) < 20
