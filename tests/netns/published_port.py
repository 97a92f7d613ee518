"""A published port as container engines make it: TCP at every address of this machine, UDP at 127.0.0.1 alone.

Run it as a program: `published_port.py PORT HOST TARGET-PORT`; it prints `ok` and forwards until stdin ends. To the
container everything comes from the engine's side of the bridge, and broadcasts do not come at all.
"""

import asyncio
import sys
from asyncio import DatagramProtocol, DatagramTransport, StreamReader, StreamWriter
from contextlib import closing, suppress
from functools import partial
from typing import Any

Address = tuple[str, int]


class Back(DatagramProtocol):
    """What comes back from the container goes to one client."""

    def __init__(self, front: DatagramTransport, client: Address) -> None:
        self._front, self._client = front, client

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self._front.sendto(data, self._client)


class Front(DatagramProtocol):
    """Datagrams to the published port; each client has a socket of its own to the container."""

    def __init__(self, target: Address) -> None:
        self._target = target
        self._backs: dict[Address, asyncio.Task[DatagramTransport]] = {}

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        if addr not in self._backs:
            self._backs[addr] = asyncio.create_task(self._open(addr))
        self._backs[addr].add_done_callback(lambda opened: opened.result().sendto(data))

    async def _open(self, client: Address) -> DatagramTransport:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            partial(Back, self._transport, client), remote_addr=self._target
        )
        return transport


async def forward(target: Address, reader: StreamReader, writer: StreamWriter) -> None:
    """Carry one connection in both directions until one end is closed."""
    with closing(writer), suppress(OSError):
        back_reader, back_writer = await asyncio.open_connection(*target)
        with closing(back_writer):
            ways = [asyncio.create_task(copy(*way)) for way in ((reader, back_writer), (back_reader, writer))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()


async def copy(reader: StreamReader, writer: StreamWriter) -> None:
    """Carry one direction."""
    with suppress(OSError):
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()


async def main(port: int, target: Address) -> None:
    """Forward until stdin ends."""
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(partial(Front, target), local_addr=("127.0.0.1", port))
    async with await asyncio.start_server(partial(forward, target), "0.0.0.0", port):
        sys.stdout.write("ok\n")
        sys.stdout.flush()
        await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), (sys.argv[2], int(sys.argv[3]))))
