"""The simulated network: data arrives in order, as late and as broken as asked, and the same for the same seed."""

import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petard.server.net.listeners import USER_TIMEOUT
from petard.shared.protocol.messages import Phase, Setup
from tests.lan.fake_wire import Clock, FakeSocket, Wire
from tests.lan.lan import Lan
from tests.lan.pipe import Ending, Pipe
from tests.lan.quality import LINES, Quality, line
from tests.lan.random_keys import RandomKeys

FOUR = ("lan", "lan", "lan", "lan")
LONG = Setup("classic", "last-one-standing", 9, 0, 2)


def pipe(quality: Quality | str = "perfect", seed: int = 1) -> Pipe:
    return Pipe(LINES[quality] if isinstance(quality, str) else quality, Random(seed))


def drained(pipe: Pipe, now: float, step: float = 0.01, most: int = 1 << 20) -> list[bytes]:
    """What is read in each step until the pipe is empty, at most ten seconds."""
    pieces = []
    for _ in range(int(10 / step)):
        pieces.append(pipe.read(most, now))
        now += step
        if not pipe.held:
            break
    return pieces


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=30), st.sampled_from(list(LINES)), st.integers(0, 999))
def test_all_data_arrives_in_order_at_every_quality(words: list[bytes], name: str, seed: int) -> None:
    way = pipe(name, seed)
    for number, word in enumerate(words):
        assert way.write(word, number / 60) == len(word)
    assert b"".join(drained(way, 0.0)) == b"".join(words)
    assert way.held == 0


def test_a_byte_takes_the_delay_and_never_overtakes_another() -> None:
    way = pipe(Quality(delay=0.1, jitter=0.05))
    sent = {}
    for number in range(200):
        sent[bytes([number])] = number / 60
        way.write(bytes([number]), number / 60)
    now = 0.0
    for number in range(200):
        while not (byte := way.read(1, now)):
            now += 0.001
        assert byte == bytes([number])
        assert 0.1 <= now - sent[byte] < 0.152


def test_pieces_that_arrive_together_are_merged_and_split_ones_arrive_in_two() -> None:
    way = pipe()
    way.stall(0.5, 0.0)
    way.write(b"ab", 0.0)
    way.write(b"cd", 0.4)
    assert not way.is_readable(0.49)
    assert way.read(99, 0.49) == b""
    assert way.read(3, 0.5) == b"abc"
    assert way.read(99, 0.5) == b"d"
    split = pipe(Quality(jitter=0.05, splits=1.0))
    split.write(bytes(100), 0.0)
    pieces = [piece for piece in drained(split, 0.0, 0.001) if piece]
    assert len(pieces) == 2
    assert sum(map(len, pieces)) == 100


def test_a_lost_packet_delays_everything_behind_it() -> None:
    way = pipe(Quality(delay=0.01, loss=0.02, retry=0.2), seed=5)
    late = []
    for number in range(600):
        way.write(b"x", number / 60)
        late.append(len(way.read(99, number / 60 + 0.0101)))
    assert late.count(0) > 60  # some 12 losses, each of which holds up some 12 packets
    assert max(late) > 10  # and then they come at once


def test_a_connection_carries_no_more_than_its_bandwidth() -> None:
    way = pipe(Quality(bandwidth=10_000, room=1 << 20))
    for _ in range(10):
        way.write(bytes(1000), 0.0)
    assert len(way.read(1 << 20, 0.5)) == 5000


def test_a_full_buffer_accepts_a_part_and_then_nothing() -> None:
    way = pipe(Quality(room=100))
    assert way.write(bytes(70), 0.0) == 70
    assert way.write(bytes(70), 0.0) == 30
    assert way.write(bytes(70), 0.0) == 0
    assert len(way.read(10, 0.0)) == 10
    assert way.write(bytes(70), 0.0) == 10


@pytest.mark.parametrize("is_reset", [False, True])
@pytest.mark.parametrize("kept", range(6))
def test_a_connection_can_be_cut_and_reset_after_any_byte(kept: int, is_reset: bool) -> None:
    way = pipe()
    way.write(b"abc", 0.0)
    way.write(b"de", 0.0)
    (way.break_off if is_reset else way.cut)(kept, 0.0)
    way.write(b"fg", 0.0)
    assert way.read(99, 0.0) == b"abcde"[:kept]
    assert way.read(99, 9.0) == b""
    assert way.ending(9.0) is (Ending.RESET if is_reset else Ending.OPEN)


def sockets(quality: str = "perfect") -> tuple[Wire, FakeSocket, Clock]:
    clock = Clock()
    wire = Wire(LINES[quality], Random(1), clock)
    return wire, FakeSocket(wire, "10.0.0.2"), clock


def test_a_fake_socket_blocks_ends_and_resets_like_a_real_one() -> None:
    wire, sock, _ = sockets()
    with pytest.raises(BlockingIOError):
        sock.recv(99)
    wire.up.write(b"hello", wire.clock.now)
    assert sock.recv(3) == b"hel"
    wire.up.end(Ending.CLOSED, wire.clock.now)
    assert sock.recv(99) == b"lo"
    assert sock.recv(99) == b""
    assert sock.send(b"bye") == 3
    assert sock.send(bytes(200_000)) == LINES["perfect"].room - 3
    with pytest.raises(BlockingIOError):
        sock.send(b"more")
    wire.client_is_gone = True
    with pytest.raises(ConnectionResetError):
        sock.send(b"too late")
    with pytest.raises(ConnectionResetError):
        sock.recv(99)


def test_a_half_open_connection_accepts_bytes_until_the_system_gives_up() -> None:
    wire, sock, clock = sockets()
    wire.cut()
    assert sock.send(b"are you there?") == 14
    clock.now += USER_TIMEOUT / 1000 - 0.1
    assert sock.send(b"hello?") == 6
    assert not sock.is_readable
    clock.now += 0.2
    assert sock.is_readable
    with pytest.raises(TimeoutError):
        sock.recv(99)


def played(*lines: str | Quality, seed: int, seconds: float = 20.0) -> Lan:
    net = Lan(*lines, seed=seed)
    net.start()
    net.run(seconds)
    return net


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    first, second, other = (played("wifi", "bad", "far", seed=seed).fingerprint() for seed in (7, 7, 8))
    assert first == second
    assert first != other


def test_clients_of_every_quality_play_together(lan: type[Lan]) -> None:
    net = lan(*LINES, seed=2)
    net.start()
    net.run(5.0)
    assert [client.visit.problem for client in net.clients] == [""] * len(LINES)
    rounds = [client.session.client_round for client in net.clients]
    ticks = [world.tick for one in rounds if one and (world := one.world())]
    assert len(ticks) == len(LINES)
    assert max(ticks) - min(ticks) < 60
    assert net.room.phase is Phase.PLAYING


def test_a_client_reconnects_after_a_reset(lan: type[Lan]) -> None:
    net = lan("lan", "lan")
    net.start()
    old = net.clients[0].lines[-1]
    assert old.wire
    old.wire.reset(up=3, down=7)
    net.run(2.0)
    assert net.clients[0].lines[-1] is not old
    assert net.clients[0].visit.problem == ""
    assert net.room.people == 2


def test_four_players_take_far_less_time_than_they_play(lan: type[Lan]) -> None:
    net = lan(*FOUR, setup=LONG)
    for number, client in enumerate(net.clients):
        client.keys = RandomKeys(1, number, bombs=0).keys
    net.start()
    cpu = time.process_time()
    net.run(20.0)
    cpu = time.process_time() - cpu
    assert net.room.phase is Phase.PLAYING
    assert 20.0 / cpu > 8, "a machine of ten years ago under load does 15"


def test_a_quality_can_be_made_from_another_with_changed_numbers() -> None:
    assert line("bad", loss=0.5).loss == 0.5
    assert line("bad", loss=0.5).delay == LINES["bad"].delay
