"""The protocol of the HTTP library, with our own answers to what it cannot read or what fails in it.

Rule 1: such an answer is the name of its status: it repeats nothing of the request, and names no version.
Rule 2: bad bytes from outside write nothing into the log; a fault of ours (5xx) does.
"""

import asyncio
import logging
from collections.abc import Callable
from http import HTTPStatus

from aiohttp import web

HEADERS_MOST = 64
SILENT = logging.Logger("requests", logging.CRITICAL + 1)  # there is no line for each request
LINE_MOST = 8190  # bytes, of the first line and of each header
SAFE = {"Server": "Petard", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class PlainHandler(web.RequestHandler):
    """One connection of the library."""

    __slots__ = ()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Return the answer; raises ConnectionError if another one has begun."""
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log_exception("Error handling request", exc_info=exc)
        if request.writer.output_size > 0:
            raise ConnectionError("another answer has begun")
        response = web.Response(status=status, text=f"{HTTPStatus(status).phrase}.\n", headers=SAFE)
        response.force_close()
        return response


def plain_handlers(
    server: web.Server, keepalive: float, lingering: float, auto_decompress: bool = True
) -> Callable[[], asyncio.Protocol]:
    """Return what makes the protocol for a new connection. Times in seconds. Call it in a running loop."""
    loop = asyncio.get_running_loop()
    return lambda: PlainHandler(
        server, loop=loop, access_log=SILENT, keepalive_timeout=keepalive, lingering_time=lingering,
        auto_decompress=auto_decompress, max_line_size=LINE_MOST, max_field_size=LINE_MOST, max_headers=HEADERS_MOST,
    )  # fmt: skip
