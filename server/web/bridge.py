"""The bridge: a browser that plays has a connection of its own to the room.

Rule 1: one binary message is one payload of the wire, and nothing is translated. What is wrong with it, the room says.
Rule 2: the room learns the browser's own address, so that its limits count the browser and not the bridge.
Rule 3: a browser that takes no more slows the room's line down, so that the room leaves states out for it, as for every
        slow client. One that takes nothing for STUCK seconds is closed. The other way it is the same.
"""

import asyncio
import socket
from contextlib import suppress

from aiohttp import WSMsgType, web

from petard.server.net.listeners import SEND_BUFFER
from petard.server.policy.outbox import STUCK
from petard.server.policy.proxy_header import Purpose
from petard.server.web.browsers import BrowserConnection, BrowserUser
from petard.server.web.frames import CLOSE, ws_frame
from petard.server.web.room_line import RoomConnector
from petard.shared.framing import LIMIT_CLIENT, LIMIT_SERVER, Decoder, FrameError, frame

WAITING_MOST = 8 * 1024  # bytes for the browser, beside those in the kernel
HEARTBEAT = 10.0  # seconds between two pings of WebSocket
MESSAGE_MOST = LIMIT_CLIENT + 1  # bytes; the library refuses one of so many


class PadLine(asyncio.Protocol, BrowserUser):
    """The room's side of one pad."""

    transport: asyncio.Transport

    def __init__(self, browser: BrowserConnection) -> None:
        self._browser, self._decoder = browser, Decoder(LIMIT_SERVER)
        self._stuck: asyncio.TimerHandle | None = None
        self.may_write = asyncio.Event()
        self.may_write.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.set_write_buffer_limits(WAITING_MOST)
        browser = self._browser.transport
        browser.set_write_buffer_limits(WAITING_MOST, 0)
        with suppress(OSError):  # the other end has reset it
            browser.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        self._browser.user = self

    def data_received(self, data: bytes) -> None:
        try:
            payloads = self._decoder.receive_data(data)
        except FrameError:
            self.transport.abort()
            return
        if payloads and not self._browser.transport.is_closing():
            self._browser.transport.write(b"".join(map(ws_frame, payloads)))

    def browser_lost(self) -> None:
        self.transport.abort()

    def browser_full(self, is_full: bool) -> None:
        if self._stuck:
            self._stuck.cancel()
            self._stuck = None
        if is_full:
            self.transport.pause_reading()
            self._stuck = asyncio.get_running_loop().call_later(STUCK, self._browser.transport.abort)
        elif not self.transport.is_closing():
            self.transport.resume_reading()

    def pause_writing(self) -> None:
        self.may_write.clear()

    def resume_writing(self) -> None:
        self.may_write.set()

    def connection_lost(self, error: Exception | None) -> None:
        self.may_write.set()
        self._browser.user = BrowserUser()
        if self._stuck:
            self._stuck.cancel()
        if not self._browser.transport.is_closing():
            self._browser.transport.write(CLOSE)
            self._browser.close_within(STUCK)


async def play(request: web.Request, browser: BrowserConnection, connector: RoomConnector) -> web.WebSocketResponse:
    """Serve one pad until either end closes."""
    ws = web.WebSocketResponse(compress=False, max_msg_size=MESSAGE_MOST, heartbeat=HEARTBEAT)
    await ws.prepare(request)
    server = browser.transport.get_extra_info("sockname")[:2]
    try:
        line = await connector.connect(lambda: PadLine(browser), Purpose.PAD, browser.client, server)
    except OSError:
        await ws.close(code=1013)  # try again later
        return ws
    try:
        async for message in ws:
            if message.type is not WSMsgType.BINARY or not message.data:
                await ws.close(code=1003)  # unsupported data
                break
            line.transport.write(frame(message.data))
            await line.may_write.wait()
            if line.transport.is_closing():
                break
    finally:
        line.transport.close()
    return ws
