"""How long the server waits for pending and silent clients, and how much it accepts from one that floods."""

import socket
from ipaddress import IPv6Interface

import pytest

import petard.server.net.connections as connections_module
from petard.server.net.connections import Connections
from petard.server.net.handshake import ACCEPTS_MOST, HELLO_GRACE, PENDING_MOST, PENDING_PER_GROUP
from petard.server.policy.address_groups import group_of, plain_address
from petard.server.policy.limits import HELLO_WITHIN, INPUTS
from petard.server.policy.log import Trouble
from petard.server.room.rejoin import DISCONNECTED_AT_REST
from petard.shared.protocol.messages import Bye, Chat, Input, Ping, Refused, Say, Welcome
from tests.server.loopback import HELLO, LoopbackServer, RawClient, framed


def last_sentence(guest: RawClient) -> str:
    last = guest.received[-1]
    assert isinstance(last, Bye | Refused)
    return last.reason if isinstance(last, Bye) else last.sentence


def test_half_a_hello_for_ever_ends_after_five_seconds(loopback: LoopbackServer) -> None:
    slow, mute = loopback.connect(), loopback.connect()
    slow.send_bytes(framed(HELLO)[:7])
    loopback.run(4.75)
    assert not slow.is_over
    loopback.run(1.0)
    loopback.until(lambda: slow.is_over and mute.is_over)
    assert last_sentence(mute) == last_sentence(slow) == "You sent no Hello within 5 seconds."


def test_a_trickle_does_not_buy_a_stranger_more_time(loopback: LoopbackServer) -> None:
    slow = loopback.connect()
    hello = framed(HELLO)
    for at in range(18):
        slow.send_bytes(hello[at : at + 1])
        loopback.update(0, 0.3)
    loopback.until(lambda: slow.is_over)
    assert loopback.room.people == 0


def test_a_frame_of_a_member_has_to_be_whole_within_five_seconds(loopback: LoopbackServer) -> None:
    ada = loopback.member()
    said = framed(Say("a line that takes too long to come"))
    for at in range(24):
        if not ada.is_over:
            ada.send_bytes(said[at : at + 1])
        loopback.update(0, 0.25)
    loopback.until(lambda: ada.is_over)
    assert loopback.log_lines[-1] == "Ada (127.0.0.1) did not finish a frame within 5 seconds"
    assert not ada.all_of(Bye), "whose line hung is not sent away: it may come back"


def test_frames_that_follow_each_other_in_pieces_are_no_unfinished_frame(loopback: LoopbackServer) -> None:
    ada = loopback.member()
    command = framed(Input(1, (0,), 0))
    rest = b""
    for _ in range(40):
        ada.send_bytes(rest + command[:5])  # there is always half a frame on the way, but never the same
        rest = command[5:]
        loopback.update(0, 0.25)
        command = framed(Input(2, (0,), 0))
    assert not ada.is_over
    assert loopback.room.people == 1


def test_ten_seconds_of_silence_end_a_member(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    loopback.run(9.75, silent=(ada,))
    assert loopback.room.people == 2
    loopback.run(1.0, silent=(ada,))
    assert loopback.room.people == 1
    loopback.until(lambda: ada.is_over)
    assert loopback.log_lines[-1] == "Ada (127.0.0.1) sent nothing for 10 seconds"
    assert not ada.all_of(Bye), "or a laptop that wakes up would read it as a goodbye"
    assert Chat(-1, "", f"Ada {DISCONNECTED_AT_REST}", 1) in bob.received


def test_everybody_is_asked_for_a_sign_of_life_every_two_seconds(loopback: LoopbackServer) -> None:
    ada = loopback.member()
    loopback.run(8.0)
    assert 3 <= len(ada.all_of(Ping)) <= 4


def test_a_stopped_server_does_not_blame_its_guests_when_it_goes_on(loopback: LoopbackServer) -> None:
    ada = loopback.member()
    ada.send(Input(1, (0,), 0))
    loopback.update(5, seconds=60.0)
    assert loopback.room.people == 1


def test_with_the_strangers_places_taken_the_oldest_goes_and_who_says_hello_gets_in(loopback: LoopbackServer) -> None:
    mute = [loopback.connect() for _ in range(PENDING_MOST)]
    honest = loopback.connect()
    honest.send(HELLO)
    loopback.until(lambda: bool(honest.received))
    assert type(honest.received[0]) is Welcome
    assert mute[0].is_over
    assert last_sentence(mute[0]) == "You sent no Hello while others waited."
    assert loopback.log.troubles[Trouble.FLOOD]
    assert not mute[1].is_over
    assert len(loopback.server.connections.pending) < PENDING_MOST


def test_a_flood_of_five_hundred_strangers_is_bounded_and_soon_gone(loopback: LoopbackServer) -> None:
    flood = []
    for _ in range(500):
        flood.append(RawClient(loopback.listeners.port))
        loopback.clients.append(flood[-1])
        if len(flood) % ACCEPTS_MOST == 0:
            loopback.update()
    honest = loopback.member("Honest")
    assert len(loopback.server.connections.pending) <= PENDING_MOST
    loopback.run(6.0)
    assert all(guest.is_over for guest in flood)
    loopback.run(1.0)
    assert not loopback.server.connections.pending
    assert not loopback.server.connections.closing
    assert not honest.is_over
    assert len(loopback.log_lines) < 20


def test_no_more_than_32_are_let_through_the_door_in_one_turn(loopback: LoopbackServer) -> None:
    loopback.clients += [RawClient(loopback.listeners.port) for _ in range(ACCEPTS_MOST + 8)]
    loopback.server.connections.poll(1.0)
    loopback.server.update(0, loopback.now)
    assert len(loopback.server.connections.pending) == ACCEPTS_MOST


@pytest.mark.parametrize("address", ["10.0.0.7", "2001:db8::7"])
def test_one_address_elsewhere_has_four_silent_connections_after_half_a_second(
    loopback: LoopbackServer, address: str
) -> None:
    flood = loopback.crowd(PENDING_MOST + 10, address)
    loopback.until(lambda: sum(guest.is_over for guest in flood) == 10)
    assert len(loopback.server.connections.pending) == PENDING_MOST, "some of them may have sent a Hello by now"
    loopback.update(1, HELLO_GRACE + 0.01)
    assert len(loopback.server.connections.pending) == PENDING_PER_GROUP
    loopback.run(HELLO_WITHIN)
    assert not loopback.server.connections.pending
    loopback.until(lambda: all(guest.is_over for guest in flood))


def test_halves_of_a_hello_count_as_silence(loopback: LoopbackServer) -> None:
    flood = loopback.crowd(PENDING_MOST, "10.0.0.7")
    for guest in flood:
        guest.send_bytes(framed(HELLO)[:-1])
    loopback.until(lambda: len(loopback.server.connections.pending) == PENDING_MOST)
    loopback.update(1, HELLO_GRACE + 0.01)
    assert len(loopback.server.connections.pending) == PENDING_PER_GROUP


@pytest.mark.parametrize("is_sent_at_once", [True, False])
def test_sixty_four_clients_of_one_address_are_all_let_in_at_once(
    loopback: LoopbackServer, is_sent_at_once: bool
) -> None:
    loopback.room.matches.settings.per_address = PENDING_MOST
    clients = loopback.crowd(PENDING_MOST, "10.0.0.7", *[HELLO] * is_sent_at_once)
    if not is_sent_at_once:
        loopback.until(lambda: len(loopback.server.connections.pending) == PENDING_MOST)
        for client in clients:
            client.send(HELLO)
    loopback.until(lambda: loopback.room.people == PENDING_MOST)
    loopback.until(lambda: all(client.all_of(Welcome) for client in clients))


def test_a_hello_that_has_arrived_is_read_before_its_connection_is_closed_for_others(loopback: LoopbackServer) -> None:
    loopback.room.matches.settings.per_address = PENDING_MOST
    clients = loopback.crowd(PENDING_MOST, "10.0.0.7")
    loopback.until(lambda: len(loopback.server.connections.pending) == PENDING_MOST)
    more = loopback.crowd(ACCEPTS_MOST, "10.0.0.8")
    for client in clients[:ACCEPTS_MOST]:
        client.send(HELLO)
    loopback.until(lambda: len(loopback.server.connections.pending) == PENDING_MOST)
    assert loopback.room.people == ACCEPTS_MOST
    assert not any(client.is_over for client in clients + more)


def test_a_flood_from_one_address_closes_its_own_connections_and_keeps_nobody_else_out(
    loopback: LoopbackServer,
) -> None:
    flood = loopback.crowd(PENDING_MOST, "10.0.0.7")
    loopback.until(lambda: len(loopback.server.connections.pending) == PENDING_MOST)
    (slow,) = loopback.crowd(1, "10.0.0.8")
    flood += loopback.crowd(40, "10.0.0.7")
    loopback.until(lambda: sum(guest.is_over for guest in flood) == 41)
    slow.send(HELLO)
    loopback.until(lambda: bool(slow.all_of(Welcome)))


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
    assert [peer.identity.group for peer in peers] == [*addresses[:2], "2001:db8:1:3::/64"]
    connections.close_all()
    for _, far in pairs:
        far.close()


def test_ten_times_the_inputs_is_too_much(loopback: LoopbackServer) -> None:
    ada = loopback.member()
    clock = 0
    for _ in range(60 * 4):
        if not ada.is_over and ada.link.may_send(Input):
            ada.send_bytes(b"".join(ada.link.send(Input(clock + step + 1, (0,), 0)) for step in range(10)))
        clock += 10
        loopback.update()
    loopback.run(1.0, silent=(ada,))  # on a busy machine the kernel brings some of it late
    loopback.until(lambda: ada.is_over)
    assert last_sentence(ada) == f"You sent more than {INPUTS} inputs a second."
    assert loopback.log.troubles == {Trouble.FLOOD: 1}
    assert loopback.room.people == 0


def test_an_input_in_every_tick_is_borne(loopback: LoopbackServer) -> None:
    ada = loopback.member()
    for tick in range(60 * 12):
        ada.send(Input(tick + 1, (tick % 2,), 0))
        loopback.update()
    assert not ada.is_over


def test_the_inputs_of_a_line_that_hung_for_nine_seconds_are_forgiven(loopback: LoopbackServer) -> None:
    ada = loopback.member()
    loopback.run(9.0, silent=(ada,))
    ada.send_bytes(b"".join(ada.link.send(Input(clock, (0,), 0)) for clock in range(1, 9 * 60)))
    loopback.run(3.0)
    assert not ada.is_over


def test_a_flood_of_other_messages_is_too_much_and_does_not_make_the_others_wait(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob")
    for _ in range(10):
        if not ada.is_over:
            ada.send_bytes(b"".join(framed(Say("buy")) for _ in range(300)))
        loopback.update()
    loopback.run(1.0)
    loopback.until(lambda: ada.is_over)
    assert last_sentence(ada) == "You sent more than 20 messages a second beside its inputs."
    assert loopback.room.people == 1
    assert len(bob.all_of(Chat)) < 20
