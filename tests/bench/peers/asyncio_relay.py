"""A relay as most would write it: asyncio.Protocol and msgpack; with "uvloop" as the second argument on uvloop.

    python -m tests.bench.peers.asyncio_relay RATE [uvloop]

The work is that of relay.c: rows of four numbers come in, and all of them go out, so often a second.
"""

import asyncio
import json
import sys
from typing import cast

import msgpack  # type: ignore[import-untyped]

from petard.shared.framing import HEADER
from petard.shared.lazy import lazy

Rows = dict[int, list[int]]


class Relay(asyncio.Protocol):
    """One client."""

    def __init__(self, rows: Rows, transports: set[asyncio.Transport]) -> None:
        self._rows, self._transports = rows, transports
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it
        self._transports.add(self._transport)

    def connection_lost(self, problem: Exception | None) -> None:
        self._transports.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        buffer, at = self._buffer, 0
        buffer += data
        while len(buffer) - at >= HEADER:
            end = at + HEADER + int.from_bytes(buffer[at : at + HEADER], "big")
            if len(buffer) < end:
                break
            row = msgpack.unpackb(buffer[at + HEADER : end])
            self._rows[row[0]] = row
            at = end
        del buffer[:at]


async def serve(rate: float) -> None:
    """Relay until the process is ended."""
    loop = asyncio.get_running_loop()
    rows: Rows = {}
    transports: set[asyncio.Transport] = set()
    server = await loop.create_server(lambda: Relay(rows, transports), "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(json.dumps({"port": server.sockets[0].getsockname()[1]}) + "\n")
    sys.stdout.flush()
    due, tick = loop.time(), 0
    while True:
        due += 1 / rate
        await asyncio.sleep(max(0.0, due - loop.time()))
        tick += 1
        payload = msgpack.packb([tick, list(rows.values())])
        whole = len(payload).to_bytes(HEADER, "big") + payload
        for transport in transports:
            transport.write(whole)


if __name__ == "__main__":
    new_loop = lazy("uvloop").new_event_loop if "uvloop" in sys.argv[2:] else None
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(serve(float(sys.argv[1])))
