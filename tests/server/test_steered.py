"""A real server controlled over its standard input: it pauses, runs fast, skips, and records exactly."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from petard.shared.demo.reader import read_demo
from petard.shared.demo.verify import verify
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Delta,
    Hello,
    Input,
    Loaded,
    Ping,
    Pong,
    Ready,
    Results,
    Round,
    Welcome,
)
from petard.shared.rules.world import Keys
from tests.server.loopback import RawClient
from tests.server.server_process import PATIENCE, ServerProcess, read_until

ROOM = ("--map", "small", "--rules", "duel", "--bots", "2", "--rounds", "3", "--seed", "3", "--parent-stdin")
STOOD = 0.5  # seconds of silence that tell a pause


class Steered:
    """One player on a server of their own, with its control channel."""

    def __init__(self, server: ServerProcess) -> None:
        self.server, self.guest = server, RawClient(server.port)
        self._seq = self._ping = 0
        self.guest.send(Hello(PROTOCOL, BUILD, "Ada", 1, ""))
        read_until(self.guest, Welcome)
        self.guest.send(Ready(True))
        read_until(self.guest, Round)
        self.guest.send(Loaded(1))
        read_until(self.guest, Delta)
        self.guest.sock.settimeout(PATIENCE)

    def order(self, line: str) -> None:
        """Send one request."""
        assert self.server.process.stdin
        self.server.process.stdin.write(f"{line}\n")
        self.server.process.stdin.flush()

    def pace(self) -> str:
        """Wait for the next change of the pace."""
        assert self.server.process.stdout
        pace: str = json.loads(self.server.process.stdout.readline())["pace"]
        return pace

    def hear(self) -> int:
        """Read what the server has sent; returns the number of ticks in it."""
        before = len(self.guest.all_of(Delta))
        self._ping += 1
        self.guest.send(Ping(self._ping))
        while self._ping not in {pong.id for pong in self.guest.all_of(Pong) if isinstance(pong, Pong)}:
            assert not self.guest.is_over
            self.guest.read()
        self.guest.confirm(1)
        return len(self.guest.all_of(Delta)) - before

    def ticks_in(self, seconds: float) -> int:
        """Count the ticks of so many seconds."""
        self.hear()
        threading.Event().wait(seconds)
        return self.hear()

    def press(self, keys: int) -> None:
        """Hold keys from now on."""
        self._seq += 1
        self.guest.send(Input(self._seq, (keys,), 0))

    def die(self) -> None:
        """Place a bomb and stay on it."""
        patience = time.monotonic() + PATIENCE
        while time.monotonic() < patience:
            self.press(Keys.BOMB if self._seq % 2 else Keys.NONE)
            self.ticks_in(0.05)
            self.order("fast 1")
            if self._is_fast():
                return
        raise AssertionError("it never died")

    def _is_fast(self) -> bool:
        return self.ticks_in(0.2) > 20


@pytest.fixture
def steered(tmp_path: Path) -> Iterator[Steered]:
    with ServerProcess(*ROOM, "--record", str(tmp_path)) as server:
        steered = Steered(server)
        yield steered
        steered.guest.sock.close()


def test_a_paused_server_runs_no_tick_and_continues_afterwards(steered: Steered) -> None:
    steered.order("pause")
    assert steered.pace() == "paused"
    assert steered.ticks_in(STOOD) == 0
    steered.order("resume")
    assert steered.pace() == "normal"
    assert 15 <= steered.ticks_in(STOOD) <= 45
    assert {message.ticks for message in steered.guest.received if isinstance(message, Delta)} == {1}


def test_a_second_player_ends_the_pause(steered: Steered) -> None:
    steered.order("pause")
    assert steered.pace() == "paused"
    other = RawClient(steered.server.port)
    other.send(Hello(PROTOCOL, BUILD, "Grace", 1, ""))
    assert steered.pace() == "normal"
    steered.order("pause")
    assert steered.ticks_in(STOOD) > 10
    other.sock.close()


def test_a_paused_server_ends_with_its_parent(steered: Steered) -> None:
    steered.order("pause")
    assert steered.pace() == "paused"
    assert steered.server.end() == 0  # which closes its standard input


def test_a_paused_server_stops_on_a_signal(steered: Steered) -> None:
    steered.order("pause")
    assert steered.pace() == "paused"
    begun = time.monotonic()
    assert steered.server.stop() == 0
    assert time.monotonic() - begun < 3.0


@pytest.mark.long  # tests/server/room/test_pace.py has the same in virtual time
def test_a_round_with_pause_fast_and_skip_is_recorded_as_it_was_played(steered: Steered, tmp_path: Path) -> None:
    steered.order("pause")
    assert steered.pace() == "paused"
    threading.Event().wait(0.2)
    steered.order("resume")
    assert steered.pace() == "normal"
    steered.die()
    assert steered.pace() == "fast"
    begun = time.monotonic()
    steered.order("skip 1")
    assert steered.pace() == "skip"
    assert steered.pace() == "normal"
    assert time.monotonic() - begun < 15.0
    while not steered.guest.all_of(Results):
        steered.hear()  # with Pings: on a busy machine the skipped ticks take longer than the server waits
    steered.order("restart")
    while len(rounds := [message.number for message in steered.guest.received if isinstance(message, Round)]) < 2:
        steered.hear()
    assert rounds == [1, 1]
    steered.guest.send(Loaded(1))
    steered.guest.received.clear()
    read_until(steered.guest, Delta)
    steered.ticks_in(STOOD)
    steered.server.stop()
    demos = [read_demo(file.read_bytes()) for file in sorted(tmp_path.glob("*.petard"))]
    assert len(demos) == 2
    for demo in demos:
        assert demo.damage == ""
        assert (verify(demo).mismatch, verify(demo).failed) == (None, "")
    assert "held up" not in steered.server.log
