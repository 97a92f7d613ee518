"""Readers that do not read: spared state, given a keyframe when they are back, or cut; nobody else notices."""

import pytest

from petard.server.net.connections import Peer
from petard.server.policy.outbox import CAP, STATE_MOST
from petard.shared.protocol.delta import patch
from petard.shared.protocol.keyframe import snapshot_from_keyframe
from petard.shared.protocol.messages import Chat, Delta, Input, Keyframe, Ping, Say
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.rules.maps import Board
from tests.server.loopback import LoopbackServer, RawClient, maps, start_round

TALK = "x" * 200
ROUNDS_OF_TALK = 4000


def peer_of(loopback: LoopbackServer, number: int) -> Peer:
    return list(loopback.server.connections.members.values())[number]


def fill(loopback: LoopbackServer, peer: Peer, unsent: int) -> None:
    """Talk until so much waits for a peer, as the chat of a whole evening would."""
    whole = b"".join(peer.link.send(Chat(-1, "", TALK)) for _ in range(20))
    for _ in range(ROUNDS_OF_TALK):
        if peer.outbox.unsent > unsent:
            return
        peer.send(whole, loopback.now)
    raise AssertionError("the kernel takes everything")


def snapshot_after(guest: RawClient) -> Snapshot:
    """What a guest knows of the world, patched together from all that it was sent."""
    board: Board = maps()["classic"]
    known: Snapshot | None = None
    for message in guest.received:
        if isinstance(message, Keyframe):
            known = snapshot_from_keyframe(message, board.width, board.height)
        elif isinstance(message, Delta):
            assert known is not None
            known = patch(known, message)  # raises where a delta does not build on the one before
    assert known is not None
    return known


def keep_alive(*guests: RawClient) -> None:
    for guest in guests:
        guest.send(Ping(1))


def test_the_kernel_hides_little_of_what_is_not_read(loopback: LoopbackServer) -> None:
    loopback.member("Ada", read_buffer=4096)
    peer = peer_of(loopback, 0)
    loopback.clients[0].is_reading = False
    sent = 0
    while not peer.outbox.unsent:
        peer.send(bytes(4096), loopback.now)
        sent += 4096
    assert sent < 256 * 1024


def test_a_slow_reader_is_spared_deltas_and_is_back_with_a_keyframe(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob", read_buffer=4096)
    start_round(loopback, ada, bob)
    bob.is_reading = False
    peer = peer_of(loopback, 1)
    fill(loopback, peer, STATE_MOST)
    for tick in range(200):
        ada.send(Input(tick + 1, (tick // 20 % 16,), 0))
        if tick % 30 == 0:
            keep_alive(bob)
        loopback.update()
    assert peer.outbox.skips_state
    assert peer.outbox.unsent < STATE_MOST + 32 * 1024
    bob.is_reading = True
    loopback.until(lambda: not peer.outbox.unsent and not peer.outbox.skips_state)
    for _ in range(10):
        loopback.update()
    loopback.until(lambda: bob.received[-1] == ada.received[-1])
    assert snapshot_after(bob) == snapshot_after(ada)
    assert len(bob.all_of(Keyframe)) == len(ada.all_of(Keyframe)) + 1
    assert len(bob.all_of(Delta)) < len(ada.all_of(Delta)) - 100


def test_a_slow_reader_misses_no_message(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob", read_buffer=4096)
    start_round(loopback, ada, bob)
    bob.is_reading = False
    fill(loopback, peer_of(loopback, 1), STATE_MOST)
    for number in range(3):
        ada.send(Say(f"line {number}"))
        loopback.update()
    bob.is_reading = True
    loopback.until(lambda: Chat(0, "Ada", "line 2", 3) in bob.received)
    lines = [chat for chat in bob.all_of(Chat) if isinstance(chat, Chat) and chat.name == "Ada"]
    assert [chat.text for chat in lines] == ["line 0", "line 1", "line 2"]


def test_who_takes_nothing_for_ten_seconds_is_cut(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob", read_buffer=4096)
    bob.is_reading = False
    fill(loopback, peer_of(loopback, 1), STATE_MOST)
    turns = 0
    while loopback.room.people == 2 and turns < 80:
        keep_alive(ada)
        if turns < 35:
            keep_alive(bob)  # who still talks; but that is no excuse
        loopback.update(1, 0.25)
        turns += 1
    assert 40 <= turns <= 50  # a little more than 10 s, since the kernel may take some bytes late
    assert loopback.log_lines[-1] == "Bob (127.0.0.1) read nothing for 10 seconds"


def test_who_leaves_more_than_the_cap_unread_is_cut_and_costs_no_more(loopback: LoopbackServer) -> None:
    ada, bob = loopback.member("Ada"), loopback.member("Bob", read_buffer=4096)
    bob.is_reading = False
    peer = peer_of(loopback, 1)
    fill(loopback, peer, CAP)
    assert peer.outbox.unsent < CAP + 8192
    keep_alive(ada, bob)
    loopback.update(1, 0.25)
    assert loopback.log_lines[-1] == "Bob (127.0.0.1) left more than 256 KiB unread"
    loopback.run(2.0, silent=(bob,))
    assert not loopback.server.connections.closing


@pytest.mark.parametrize("readers", [1, 5])
def test_the_others_get_every_tick_while_some_do_not_read(loopback: LoopbackServer, readers: int) -> None:
    ada = loopback.member("Ada")
    slow = [loopback.member("Slow", read_buffer=4096) for _ in range(readers)]
    start_round(loopback, ada, *slow)
    for guest in slow:
        guest.is_reading = False
    for peer in list(loopback.server.connections.members.values())[1:]:
        fill(loopback, peer, STATE_MOST)
    before = len(ada.all_of(Delta))
    for _ in range(120):
        loopback.update()
    ticks = [delta.tick for delta in ada.all_of(Delta) if isinstance(delta, Delta)]
    assert len(ticks) == before + 120
    assert ticks == list(range(ticks[0], ticks[0] + len(ticks)))


def test_who_took_nothing_because_the_server_was_stopped_is_given_its_ten_seconds(loopback: LoopbackServer) -> None:
    loopback.member("Ada")
    bob = loopback.member("Bob", read_buffer=4096)
    bob.is_reading = False
    fill(loopback, peer_of(loopback, 1), STATE_MOST)
    loopback.run(5.0)
    loopback.update(5, seconds=100.0)
    loopback.run(2.0)
    assert loopback.room.people == 2
    loopback.run(5.0)
    assert loopback.room.people == 1
