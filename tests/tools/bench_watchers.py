"""What so many watchers cost the relay that serves them: CPU, memory, and the room's own CPU.

    python -m tests.tools.bench_watchers [--watchers 1000] [--seconds 10] [--bots 8] [--unread 100] [--relay games]

Starts a real petard-server with bots, joins it with one player, and lets the watchers watch from another process.
`--unread N`: so many of them never read. Browsers watch through the relay that the room starts by itself. `--relay
games|browsers`: they watch through one more process, `petard-server relay`, as on another machine.
The figures are those of the kernel, for the time in which all watch.
"""

import argparse
import asyncio
import base64
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import psutil  # type: ignore[import-untyped]

from petard.shared.framing import Decoder, frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello, Input, Ready, Setup
from petard.shared.rules.ruleset import TICK_RATE
from tests.server.server_process import ALONE
from tests.tools.bench_bridge import Direct

PONG_EVERY = 5.0  # seconds
CROWD = """
import sys
from tests.tools.bench_watchers import crowd
crowd(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
"""
CONFIRM_EVERY = 0.2  # seconds
ALL = 1 << 20  # bytes of a frame


class Eyes(asyncio.Protocol):
    """One watcher, which only counts bytes."""

    received = open = 0

    def __init__(self, reads: bool, request: bytes) -> None:
        self._reads, self._request = reads, request

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the WebSocket."""
        assert isinstance(transport, asyncio.Transport)
        Eyes.open += 1
        transport.write(self._request)
        self._transport = transport
        asyncio.get_running_loop().call_later(PONG_EVERY, self._pong)
        if not self._reads:
            transport.pause_reading()

    def data_received(self, data: bytes) -> None:
        """Count."""
        Eyes.received += len(data)

    def _pong(self) -> None:
        """Be alive, as a browser is without its page: the library counts anything that it receives."""
        self._transport.write(b"\x8a\x80\0\0\0\0")
        asyncio.get_running_loop().call_later(PONG_EVERY, self._pong)

    def connection_lost(self, error: Exception | None) -> None:
        """Count."""
        Eyes.open -= 1


class GameEyes(Eyes):
    """One game that watches: it also confirms the states that have come."""

    def __init__(self, reads: bool) -> None:
        super().__init__(reads, frame(encode(Hello(PROTOCOL, BUILD, "Eyes", 0, ""))))
        self._decoder, self._states, self._clock = Decoder(ALL), 0, 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Join."""
        super().connection_made(transport)
        asyncio.get_running_loop().call_later(CONFIRM_EVERY, self._confirm)

    def data_received(self, data: bytes) -> None:
        """Count."""
        super().data_received(data)
        self._states += sum(payload[1] in (37, 38) for payload in self._decoder.receive_data(data))

    def _confirm(self) -> None:
        if self._transport.is_closing():
            return
        if self._states:  # it is welcome
            self._clock += 1
            self._transport.write(frame(encode(Input(self._clock, (), self._states))))
        asyncio.get_running_loop().call_later(CONFIRM_EVERY, self._confirm)

    def _pong(self) -> None:
        """The Inputs are signs of life."""


def crowd(port: int, count: int, unread: int, kind: str) -> None:
    """Watch, and print once a second how many bytes have come in all."""
    asyncio.run(_crowd(port, count, unread, kind))


async def _crowd(port: int, count: int, unread: int, kind: str) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, count + 100)), hard))
    key = base64.b64encode(bytes(16)).decode()
    lines = ["GET /ws/watch HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Origin: http://127.0.0.1:{port}"]
    lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}"]
    request = "\r\n".join([*lines, "", ""]).encode()
    loop = asyncio.get_running_loop()
    for number in range(count):
        reads = number >= unread
        make = partial(GameEyes, reads) if kind == "games" else partial(Eyes, reads, request)
        with suppress(OSError):
            await loop.create_connection(make, "127.0.0.1", port)
    while True:
        sys.stdout.write(f"{Eyes.received} {Eyes.open}\n")
        sys.stdout.flush()
        await asyncio.sleep(1.0)


def cpu(process: psutil.Process) -> float:
    """The CPU time of a process, in seconds."""
    times = process.cpu_times()
    return float(times.user + times.system)


async def play(port: int, bots: int) -> asyncio.Task[None]:
    """Begin a match with bots; the player stands still."""
    player = Direct("Ada")
    task = asyncio.create_task(player.run(port))
    await asyncio.sleep(1.0)
    await player.send(Setup("grand", "last-one-standing", 9, bots, 0))
    await player.send(Ready(True))

    async def confirm() -> None:
        while True:
            await asyncio.sleep(0.2)
            await player.confirm()

    async def both() -> None:
        await asyncio.gather(task, confirm())

    return asyncio.create_task(both())


def start_relay(game: int) -> tuple[subprocess.Popen[str], int, int]:
    """Start a relay of the server at a port; returns it, its port for games, and that for browsers."""
    flags = ["--host", "127.0.0.1", "--port", "0", "--web", "127.0.0.1:0"]
    command = [sys.executable, "-m", "petard.server", "relay", f"127.0.0.1:{game}", *flags]
    relay = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert relay.stderr
    line = next(line for line in relay.stderr if "games watch" in line)
    ports = line.partition("at port ")[2].partition(",")[0], line.rstrip("/\n").rpartition(":")[2]
    return relay, int(ports[0]), int(ports[1])


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--watchers", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--bots", type=int, default=7)
    parser.add_argument("--unread", type=int, default=0)
    parser.add_argument("--relay", choices=("games", "browsers"))
    given = parser.parse_args(arguments)
    asyncio.run(measure(given))
    return 0


async def measure(given: argparse.Namespace) -> None:
    """Run it all, and print the figures."""
    flags = [*ALONE, "--web", "127.0.0.1:0", "--host", "127.0.0.1", "--port", "0", "--ready", "json"]
    command = [sys.executable, "-m", "petard.server", *flags]
    pipe = subprocess.PIPE
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True)
    assert server.stdout
    assert server.stderr
    game = json.loads(server.stdout.readline())["port"]
    web = int(next(line for line in server.stderr if "shows itself" in line).rstrip("/\n").rpartition(":")[2])
    room = psutil.Process(server.pid)
    process = room  # of browsers, once the relay of the room runs
    playing = await play(game, given.bots)
    relay = None
    if given.relay:
        relay, joined, web = start_relay(game)
        process, web = psutil.Process(relay.pid), joined if given.relay == "games" else web
    await asyncio.sleep(5.0)
    try:
        for count in (1, given.watchers):
            words = [str(web), str(count), str(given.unread if count > 1 else 0), given.relay or "browsers"]
            watchers = subprocess.Popen([sys.executable, "-c", CROWD, *words], stdout=pipe, text=True)
            assert watchers.stdout
            await asyncio.to_thread(watchers.stdout.readline)
            await asyncio.sleep(2.0)
            if relay is None:
                (process,) = (one for one in room.children() if "relay" in one.cmdline())
            before, began = (cpu(room), cpu(process)), time.monotonic()
            await asyncio.sleep(given.seconds)
            spent = [now - then for now, then in zip((cpu(room), cpu(process)), before, strict=True)]
            seconds = time.monotonic() - began
            watchers.terminate()
            lines = [[int(word) for word in line.split()] for line in watchers.communicate()[0].splitlines()]
            rate = (lines[-1][0] - lines[0][0]) / max(1, len(lines) - 1) / count
            each = spent[1] / seconds / TICK_RATE / count * 1e6
            sys.stdout.write(
                f"{lines[-1][1]:5} watchers: relay {spent[1] / seconds:.3f} cores, "
                f"{each:.1f} us a turn and watcher, {process.memory_info().rss >> 20} MiB; "
                f"room {spent[0] / seconds:.3f} cores; {rate:.0f} B/s each\n"
            )
    finally:
        playing.cancel()
        if relay:
            relay.terminate()
            relay.communicate(timeout=20)
        server.terminate()
        server.communicate(timeout=20)


if __name__ == "__main__":
    sys.exit(main())
