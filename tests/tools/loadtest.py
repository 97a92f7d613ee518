"""How evenly a server ticks with a full room, and the cost of a player.

    python -m tests.tools.loadtest --clients 64 --seconds 20 [--snapshots 60] [--bots 0]

Starts a real petard-server in its own process, joins it with headless clients from this process, makes them ready
and lets them hold random keys. Prints the server's own figures from its last log line. The clients are not
measured, so all but the first only cut frames and look at the first bytes of each.
"""

import argparse
import json
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence

from petard.shared.framing import LIMIT_SERVER, Decoder, frame
from petard.shared.protocol.codec import decode, encode, message_type_of
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Delta,
    Hello,
    Input,
    Keyframe,
    Loaded,
    Message,
    Ping,
    Pong,
    Ready,
    Round,
    Welcome,
)
from petard.shared.ticker import Ticker

INPUT_EVERY = 15  # ticks
HELD_FOR = 20  # ticks, about, until other keys are held
JOIN_MOST = 10.0  # seconds
KEYS = (0, 1, 2, 4, 8, 16, 17, 18, 20, 24)


def input_message(clock: int, keys: int, states: int = 0) -> Message:
    """What a client with one player sends for its tick `clock`, of 1 and more, when it has received so many states."""
    return Input(clock, (keys,), states)


class Guest:
    """One headless client."""

    def __init__(self, name: str, port: int, chance: random.Random) -> None:
        self.received_kinds: Counter[type[Message]] = Counter()
        self.ticks: list[int] = []  # of the deltas, if `is_watchful`
        self.is_watchful = False
        self.received = 0  # bytes
        self._sock = socket.create_connection(("127.0.0.1", port))
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock.setblocking(False)
        self._decoder = Decoder(LIMIT_SERVER)
        self._chance = chance
        self._clock = self._sent_at = 0  # ticks
        self.all_states = 0  # Keyframes and Deltas that have come
        self._keys = 0
        self.send(Hello(PROTOCOL, BUILD, name, 1, ""))

    def fileno(self) -> int:
        """Of its socket, for a selector."""
        return self._sock.fileno()

    def send(self, message: Message) -> None:
        """Send one message."""
        self._sock.sendall(frame(encode(message)))

    def poll(self) -> None:
        """Receive what has arrived, and answer it where needed."""
        try:
            data = self._sock.recv(1 << 16)
        except BlockingIOError:
            return
        if not data:
            raise SystemExit("the server disconnected a client")
        self.received += len(data)
        for payload in self._decoder.receive_data(data):
            self._handle(payload)

    def _handle(self, payload: bytes) -> None:
        kind = message_type_of(payload)
        self.received_kinds[kind] += 1
        self.all_states += kind in (Keyframe, Delta)
        if kind is Delta and not self.is_watchful:
            return
        if kind in (Ping, Round, Keyframe, Delta):
            match decode(payload):
                case Ping(number):
                    self.send(Pong(number))
                case Round(number):
                    self.send(Loaded(number))
                case Keyframe(tick):
                    self.ticks.append(tick)
                case Delta(ticks):
                    self.ticks.append(self.ticks[-1] + ticks)

    def press(self) -> None:
        """Hold some keys for one tick; send them when they change, and else four times a second."""
        before = self._keys
        if self._chance.randrange(HELD_FOR) == 0:
            self._keys = self._chance.choice(KEYS)
        self._clock += 1
        if self._keys != before or self._clock - self._sent_at >= INPUT_EVERY:
            self._sent_at = self._clock
            self.send(input_message(self._clock, self._keys, self.all_states))

    def close(self) -> None:
        """Disconnect."""
        self._sock.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the test; returns 0 when the server kept its rate to half a percent and lost no tick."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--snapshots", type=int, default=60)
    parser.add_argument("--bots", type=int, default=0)
    parser.add_argument("--map", default="battle")
    given = parser.parse_args(arguments)
    options = ["--map", given.map, "--rounds", "9", "--bots", str(given.bots), "--snapshots", str(given.snapshots)]
    options += ["--drain", "0"]
    server = start_server([*options, "--seed", "1"])
    try:
        guests = play(port_of(server), given.clients, given.seconds)
    finally:
        server.terminate()
        log = server.communicate(timeout=10)[1]
    figures = next((line for line in log.splitlines() if "figures: " in line), "no figures")
    received = sum(guest.received for guest in guests) / len(guests) / given.seconds
    deltas = guests[0].received_kinds[Delta] / given.seconds
    sys.stdout.write(f"{given.clients} clients, {given.seconds:.0f} s, {given.snapshots} snapshots a second\n")
    sys.stdout.write(f"server: {figures.partition('figures: ')[2]}\n")
    sys.stdout.write(f"clients: {deltas:.1f} deltas and {received / 1024:.1f} KiB a second each\n")
    sys.stdout.writelines(f"log: {line}\n" for line in log.splitlines() if "skipped" in line)
    return 0


def start_server(options: list[str]) -> "subprocess.Popen[str]":
    """Start petard-server on a free port of this machine."""
    command = [sys.executable, "-m", "petard.server", "--host", "127.0.0.1", "--port", "0", "--ready", "json", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def port_of(server: "subprocess.Popen[str]") -> int:
    """Wait for the ready line and return its port."""
    assert server.stdout
    return int(json.loads(server.stdout.readline())["port"])


def play(port: int, clients: int, seconds: float) -> list[Guest]:
    """Join, get ready, and play for some seconds."""
    chance = random.Random(1)
    guests = []
    for number in range(clients):
        guests.append(Guest(f"Load {number + 1}", port, chance))
        _poll_until_welcome(guests)
    guests[0].is_watchful = True
    for guest in guests:
        guest.send(Ready(True))
    start = time.monotonic()
    ticker = Ticker(start)
    while (now := time.monotonic()) < start + seconds:
        is_due = ticker.due(now) > 0
        for guest in guests:
            guest.poll()
            if is_due:
                guest.press()
        time.sleep(ticker.until_next(time.monotonic()))
    for guest in guests:
        guest.close()
    return guests


def _poll_until_welcome(guests: list[Guest]) -> None:
    until = time.monotonic() + JOIN_MOST
    while not guests[-1].received_kinds[Welcome]:
        if time.monotonic() > until:
            raise SystemExit("the server did not let a client in")
        for guest in guests:
            guest.poll()
        time.sleep(0.001)


if __name__ == "__main__":
    sys.exit(main())
