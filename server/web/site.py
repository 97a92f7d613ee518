"""Which path returns what, and what every answer has in common.

Rule 1: everything is read-only, and nothing here knows a secret.
Rule 2: a request is checked before its path is looked at: the Host, the Origin of a WebSocket, no body.
Rule 3: a fault of ours is a 500 with one sentence, and one line in the log of the room.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from ipaddress import ip_interface
from time import monotonic, time

from aiohttp import WSMsgType, web

from petard.server.policy.outbox import STUCK
from petard.server.web import bridge, metrics, pages
from petard.server.web.browsers import AddressLimits, BrowserConnection, Browsers, Use
from petard.server.web.figures import RoomReports
from petard.server.web.handoff import head_of
from petard.server.web.hosts import BadRequest, HostNames, host_name_in, is_loopback
from petard.server.web.join_picture import join_link, join_svg
from petard.server.web.metrics import WebCounts
from petard.server.web.relay import Relay
from petard.server.web.room_line import RoomConnector
from petard.shared.protocol.joincode import phone_link

JSON, TEXT = "application/json", "text/plain; charset=utf-8"
PATHS = {
    "/": "the room, live; also `/watch`, and `/stage` for a projector",
    "/table": "the room as a plain table, without JavaScript; it renews itself",
    "/j/CODE": "a phone joins here",
    "/join.svg": "the address of that page as a QR code; 204 while phones may not join",
    "/status.json": "the same for programs",
    "/healthz": "200 `ok`; 503 `hung: no tick for 3.2 s` or `draining`",
    "/metrics": "figures for Prometheus; needs the extra `metrics`",
    "/time": "the time of day (UTC), one line",
    "/ws/pad, /ws/watch": "WebSockets of these pages",
}
HEADERS = {
    "Cache-Control": "no-store",
    "Server": "Petard",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": pages.POLICY,
}
NEW_PICTURE = 16  # requests more that a picture counts which has to be made: it takes some milliseconds
NO_PADS = "This is a relay, where one can only watch. Join the room itself to play."
WATCHER_MESSAGE_MOST = 512 + 1  # bytes; the library refuses one of so many
WATCHER_MESSAGES_MOST = 600  # in the life of a watcher; our page sends none

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def text_response(status: int, text: str) -> web.Response:
    """Return an answer of one line."""
    more = {"Retry-After": "1"} if status == 503 else {}
    return web.Response(status=status, body=text.encode() + b"\n", headers={"Content-Type": TEXT} | more)


def content_response(request: web.Request, content: pages.Content) -> web.Response:
    """Return a file; nothing but 304 if the browser has it."""
    headers = {
        "Content-Type": content.kind,
        "ETag": content.tag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("If-None-Match") == content.tag:
        return web.Response(status=304, headers=headers)
    if content.packed and "gzip" in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=content.packed, headers=headers | {"Content-Encoding": "gzip"})
    return web.Response(body=content.data, headers=headers)


class Site:
    """All paths of one web process."""

    def __init__(
        self, reports: RoomReports, names: HostNames, relay: Relay, connector: RoomConnector | None = None
    ) -> None:
        """`connector`: leads to the room; None where one can only watch."""
        self.counts, self.relay = WebCounts(), relay
        self.browsers = Browsers(AddressLimits(reports))
        self.on_fault: Callable[[str], object] = str
        self._reports, self._names, self._connector = reports, names, connector
        self._files = pages.Files()

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._answer], client_max_size=1)
        for path in ("/", "/watch", "/stage"):
            app.router.add_get(path, self._watch)
        for path in ("/j", "/j/{code:[A-Za-z0-9-]{1,40}}"):
            app.router.add_get(path, self._join)
        for path, handler in {
            "/table": self._table, "/status.json": self._status, "/healthz": self._health, "/metrics": self._metrics,
            "/time": self._time, "/join.svg": self._join_picture,
            "/ws/pad": self._pad_socket, "/ws/watch": self._watch_socket,
        }.items():  # fmt: skip
            app.router.add_get(path, handler)
        app.router.add_get("/{file:.*}", self._file)
        return app

    @web.middleware
    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        connection = self.browsers.of(request.transport)
        if connection is None:
            raise ConnectionResetError
        connection.use = connection.use or Use.PAGES
        connection.is_answering = True
        forwarded = self._names.forwarded(request.headers.getall("X-Forwarded-For", []), connection.peer[0])
        connection.client = (forwarded, 0) if forwarded else connection.peer  # a proxy's connection may serve many
        try:
            self._check(request, connection.group)
            answer = await handler(request)
        except BadRequest as odd:
            answer = text_response(odd.status, str(odd))
        except web.HTTPException as odd:
            answer = text_response(odd.status, f"{odd.reason}.")
            if odd.status == 405:
                answer.headers["Allow"] = "GET, HEAD"
        except ConnectionError:
            raise
        except Exception as fault:  # the browser must not see more of it
            self.on_fault(f"HTTP cannot answer: {type(fault).__name__}: {fault}")
            answer = text_response(500, "Something is wrong here; the log of the server says what.")
        finally:
            connection.is_answering = False
        self.counts.answers[answer.status] += 1
        if answer.prepared:  # a WebSocket that has ended
            connection.close_within(STUCK)
            return answer
        if 400 <= answer.status < 500:
            answer.force_close()  # what follows may be anything
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

    def _check(self, request: web.Request, group: str) -> None:
        """Raises BadRequest. `group`: the address group that asks."""
        if not self.browsers.limits.may_ask(group, monotonic()):
            raise BadRequest(429, "Too much is asked for from your address. Try again in a few seconds.")
        if request.version not in ((1, 0), (1, 1)):
            raise BadRequest(400, "That is no request of HTTP/1.1, such as GET / HTTP/1.1.")
        self._names.check_host(request.headers.getall("Host", []), request.version >= (1, 1))
        if request.method not in ("GET", "HEAD"):
            raise web.HTTPMethodNotAllowed(request.method, ["GET", "HEAD"])
        if request.can_read_body:
            raise BadRequest(413, "Nothing that is sent along is read here.")

    def _page(self, request: web.Request, name: str) -> web.Response:
        content = self._files.page(name)
        return content_response(request, content) if content else self._table_response()

    async def _watch(self, request: web.Request) -> web.Response:
        if self.relay.handoff:
            self.relay.handoff.ask()  # the relay starts while the page is loaded
        return self._page(request, "watch")

    async def _join(self, request: web.Request) -> web.Response:
        if not self._connector:
            raise BadRequest(404, NO_PADS)
        return self._page(request, "pad")

    async def _table(self, request: web.Request) -> web.Response:
        return self._table_response()

    def _table_response(self) -> web.Response:
        headers = {"Content-Type": pages.KINDS[".html"], "Content-Security-Policy": pages.TABLE_POLICY}
        return web.Response(body=pages.table_page(self._reports.status(monotonic())).encode(), headers=headers)

    async def _file(self, request: web.Request) -> web.Response:
        content = self._files.content(request.rel_url.raw_path)
        if content is None:
            raise BadRequest(404, f"There is nothing here. There are {', '.join(PATHS)}.")
        answer = content_response(request, content)
        if request.path == pages.FINDER:
            answer.headers["Content-Security-Policy"] = pages.finder_policy(request.query.getall("at", []))
        return answer

    async def _status(self, request: web.Request) -> web.Response:
        shown = json.dumps(self._reports.status(monotonic()), ensure_ascii=False, indent=1)
        return web.Response(body=shown.encode() + b"\n", headers={"Content-Type": JSON})

    async def _health(self, request: web.Request) -> web.Response:
        is_well, words = self._reports.health(monotonic())
        answer = text_response(200 if is_well else 503, words)
        # Pages of another server look here for their room (finder.js). They learn that somebody answers, not what.
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer

    async def _metrics(self, request: web.Request) -> web.Response:
        counts, reports = self.counts, self._reports
        counts.pads = self.browsers.count(Use.PAD)
        counts.watchers = self.browsers.count(Use.WATCHER) + reports.report.get("relayed", 0)
        text = metrics.metrics_text(reports.report, max(0.0, monotonic() - reports.at), counts)
        if text is None:
            return text_response(404, metrics.MISSING)
        return web.Response(body=text, headers={"Content-Type": metrics.KIND})

    async def _time(self, request: web.Request) -> web.Response:
        return text_response(200, f"{datetime.fromtimestamp(int(time()), UTC):%Y-%m-%dT%H:%M:%SZ}")

    async def _join_picture(self, request: web.Request) -> web.Response:
        link = self._join_link(request) if self._reports.report["pads"] else ""
        if not link:
            return web.Response(status=204)  # no fault: a browser would write one into its console
        made = join_svg.cache_info().misses
        picture = join_svg(link)
        connection = self.browsers.of(request.transport)
        if connection and join_svg.cache_info().misses > made:
            self.browsers.limits.charge(connection.group, NEW_PICTURE)
        return web.Response(body=picture, headers={"Content-Type": pages.KINDS[".svg"]})

    def _join_link(self, request: web.Request) -> str:
        """Return the URL for phones: by the name that was asked for, or on this machine by its own address."""
        host, transport = request.headers.get("Host", ""), request.transport
        if host and not is_loopback(host_name_in(host)):
            scheme = request.headers.get("X-Forwarded-Proto") if self._names.is_proxy(request.remote or "") else ""
            return phone_link(host, "https" if scheme == "https" else "http")
        if self._names.is_local or transport is None:
            return ""
        own = [ip_interface(text).ip for text in self._reports.report["limits"]["own"]]
        return join_link(own, transport.get_extra_info("sockname")[1])

    async def _pad_socket(self, request: web.Request) -> web.StreamResponse:
        if not self._connector:
            raise BadRequest(404, NO_PADS)
        connection = self._connection_for(request)
        self._take(connection, Use.PAD)
        return await bridge.play(request, connection, self._connector)

    async def _watch_socket(self, request: web.Request) -> web.StreamResponse:
        connection = self._connection_for(request)
        self._take(connection, Use.WATCHER)  # before it waits for a relay, so that a crowd takes no places of pages
        if self.relay.handoff and await self.relay.handoff.pass_on(head_of(request), connection):
            return web.Response(status=101)  # for the counts; nobody reads it
        ws = web.WebSocketResponse(compress=False, max_msg_size=WATCHER_MESSAGE_MOST, heartbeat=bridge.HEARTBEAT)
        await ws.prepare(request)
        transport = connection.transport
        self.relay.admit(transport)
        try:
            for _ in range(WATCHER_MESSAGES_MOST):  # they are not read
                if (await ws.receive()).type is not WSMsgType.BINARY:
                    break
        finally:
            self.relay.watchers.remove(transport)
        await ws.close()
        return ws

    def _take(self, connection: BrowserConnection, use: Use) -> None:
        """Count a connection as `use` from now on; raises BadRequest."""
        if not self.browsers.take(connection, use):
            raise BadRequest(503, "Too many are connected. Try again later.")

    def _connection_for(self, request: web.Request) -> BrowserConnection:
        """Return the connection of a request for a WebSocket; raises BadRequest."""
        self._names.check_origin(request.headers.getall("Origin", []), request.headers.get("Host", ""))
        if not web.WebSocketResponse().can_prepare(request).ok:
            raise BadRequest(400, "This path is for WebSockets.")
        connection = self.browsers.of(request.transport)
        if connection is None:
            raise ConnectionResetError
        return connection
