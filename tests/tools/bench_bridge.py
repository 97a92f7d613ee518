"""How long a key takes to its tick: by the game's own connection, and by the bridge for browsers, in the same run.

    python -m tests.tools.bench_bridge [--keys 300] [--pads 1] [--watchers 0]

Starts a real petard-server with its web process. A client presses a key at random moments; the time is from then to the
Delta that says that the server has used it (the table `applied`). Each key is pressed on one of the two connections.
With `--watchers N` so many browsers watch meanwhile, in a process of their own.
"""

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

import aiohttp

from petard.shared.framing import Decoder, frame
from petard.shared.protocol.codec import decode, encode
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
    Setup,
    Welcome,
)
from petard.shared.protocol.state import State, apply_delta, state_from_keyframe
from tests.server.server_process import ALONE

SETTLE = 4.0  # seconds until the countdown of a round is over
WATCH = """
import asyncio, sys
from tests.tools.bench_bridge import watch
asyncio.run(watch(int(sys.argv[1]), int(sys.argv[2])))
"""


class Player:
    """One client that presses a key now and then. `took`: ms from the press to the Delta with its effect."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.took: list[float] = []
        self.slot = -1
        self.member = 0
        self.states = self.clock = 0
        self._board = (0, 0)
        self._state: State | None = None
        self._pressed_at: float | None = None
        self._count = 0
        self._keys = 0

    async def send(self, message: Message) -> None:
        """Send a message; in the subclasses."""
        raise NotImplementedError

    async def run(self, port: int) -> None:
        """Join, and read until cancelled; in the subclasses."""
        raise NotImplementedError

    async def press(self) -> None:
        """Change the key that is held."""
        if self._pressed_at is None and self._state and self.slot in self._state.applied:
            self._keys = 2 if self._keys != 2 else 8  # left and right
            self.clock += 1
            self._count = self._state.applied[self.slot][0]
            self._pressed_at = time.perf_counter()
            await self.send(Input(self.clock, (self._keys,), self.states))

    async def confirm(self) -> None:
        """Say what has come, as clients do."""
        self.clock += 1
        await self.send(Input(self.clock, (self._keys,), self.states))

    async def receive(self, message: Message) -> None:
        """Follow the room."""
        if isinstance(message, Welcome):
            self.member = message.member
        elif isinstance(message, Ping):
            await self.send(Pong(message.id))
        elif isinstance(message, Round):
            self._board, self._state = (message.width, message.height), None
            await self.send(Loaded(message.number))
        elif isinstance(message, Keyframe | Delta):
            self.states += 1
            self._follow(message)

    def _follow(self, message: Keyframe | Delta) -> None:
        if isinstance(message, Keyframe):
            self._state = state_from_keyframe(message, *self._board)
        elif self._state:
            self._state = apply_delta(self._state, message)
        applied = self._state.applied.get(self.slot) if self._state else None
        if self._pressed_at is not None and applied and applied[0] != self._count:
            self.took.append(1000 * (time.perf_counter() - self._pressed_at))
            self._pressed_at = None


class Direct(Player):
    """By the game's own connection."""

    writer: asyncio.StreamWriter

    async def send(self, message: Message) -> None:
        """Send a frame."""
        self.writer.write(frame(encode(message)))

    async def run(self, port: int) -> None:
        """Join, and read until cancelled."""
        reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        decoder = Decoder(1 << 20)
        await self.send(Hello(PROTOCOL, BUILD, self.name, 1, ""))
        while data := await reader.read(1 << 16):
            for payload in decoder.receive_data(data):
                await self.receive(decode(payload))


class Pad(Player):
    """By the bridge."""

    ws: aiohttp.ClientWebSocketResponse

    async def send(self, message: Message) -> None:
        """Send a binary message."""
        await self.ws.send_bytes(encode(message))

    async def run(self, port: int) -> None:
        """Join, and read until cancelled."""
        url = f"http://127.0.0.1:{port}"
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(f"{url}/ws/pad", headers={"Origin": url}, max_msg_size=1 << 20) as self.ws,
        ):
            await self.send(Hello(PROTOCOL, BUILD, self.name, 1, ""))
            async for message in self.ws:
                await self.receive(decode(message.data))


async def watch(port: int, count: int) -> None:
    """Watch with so many browsers; prints a line once all are there, and reads for ever."""
    url = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one() -> None:
            async with session.ws_connect(f"{url}/ws/watch", headers={"Origin": url}, max_msg_size=1 << 20) as ws:
                here.append(ws)
                async for _ in ws:
                    pass

        here: list[object] = []
        tasks = [asyncio.create_task(one()) for _ in range(count)]
        while len(here) < count:
            await asyncio.sleep(0.05)
        sys.stdout.write("all watch\n")
        sys.stdout.flush()
        await asyncio.gather(*tasks)


async def measure(game: int, web: int, pads: int, keys: int) -> dict[str, list[float]]:
    """Let a direct client and some pads play; return the times of each kind, in ms."""
    players: list[Player] = [Direct("Direct"), *(Pad(f"Pad {number}") for number in range(pads))]
    tasks = [asyncio.create_task(one.run(game if isinstance(one, Direct) else web)) for one in players]
    await asyncio.sleep(1.0)
    for slot, one in enumerate(sorted(players, key=lambda one: one.member)):
        one.slot = slot
    await players[0].send(Setup("grand", "last-one-standing", 9, 0, 0))
    for one in players:
        await one.send(Ready(True))
    await asyncio.sleep(SETTLE)
    chance = random.Random(1)
    until = time.monotonic() + keys * 0.12
    while time.monotonic() < until:
        await asyncio.sleep(0.05 + 0.03 * chance.random())
        for one in players:
            await (one.press() if chance.random() < 0.7 else one.confirm())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return {"direct": players[0].took, "bridge": [took for one in players[1:] for took in one.took]}


def shown(name: str, took: Sequence[float]) -> str:
    """One line of figures."""
    ranked = sorted(took)
    p95 = ranked[int(len(ranked) * 0.95)]
    middle = statistics.median(took)
    return f"{name:7} {len(took):5} keys: p50 {middle:5.1f} ms, p95 {p95:5.1f} ms, max {ranked[-1]:5.1f} ms\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=300)
    parser.add_argument("--pads", type=int, default=1)
    parser.add_argument("--watchers", type=int, default=0)
    given = parser.parse_args(arguments)
    flags = [*ALONE, "--web", "127.0.0.1:0", "--host", "127.0.0.1", "--port", "0", "--ready", "json", "--map", "grand"]
    command = [sys.executable, "-m", "petard.server", *flags]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout
    assert server.stderr
    crowd = None
    try:
        game = json.loads(server.stdout.readline())["port"]
        web = int(next(line for line in server.stderr if "shows itself" in line).rstrip("/\n").rpartition(":")[2])
        if given.watchers:
            crowd_command = [sys.executable, "-c", WATCH, str(web), str(given.watchers)]
            crowd = subprocess.Popen(crowd_command, stdout=subprocess.PIPE, text=True)
            assert crowd.stdout
            crowd.stdout.readline()
        found = asyncio.run(measure(game, web, given.pads, given.keys))
        for name, took in found.items():
            sys.stdout.write(shown(name, took))
    finally:
        for process in (crowd, server):
            if process:
                process.terminate()
                process.communicate(timeout=20)
    return 0


if __name__ == "__main__":
    sys.exit(main())
