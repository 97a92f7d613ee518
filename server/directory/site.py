"""Which request returns what; docs/directory.md describes it.

Rule 1: what is wrong with a request is one sentence of JSON with a status of HTTP. A fault of ours is a 500 without its
        text, and one line in the log.
Rule 2: no page of a browser can announce a room: such a request needs JSON, and has no Origin.
Rule 3: nothing waits here but for the body of a request and for the allocator.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from math import ceil
from typing import Any

from aiohttp import web

from petard.server.directory.allocator import Allocator, NotAllocated, read_wishes
from petard.server.directory.http_connections import HttpConnections
from petard.server.directory.metrics import DirectoryFigures, metrics_text
from petard.server.directory.pinger import Pinger
from petard.server.directory.rooms.announced_rooms import PER_ADDRESS, ROOMS_MOST, AnnouncedRooms, AnnounceResult
from petard.server.directory.rooms.announcement import BODY_MOST, BadAnnouncement, read_announcement, secret_digest
from petard.server.directory.rooms.claims import EVERY, VANISHES
from petard.server.directory.rooms.listing import BadQuery, read_query
from petard.server.directory.rooms.places import BadPlace, PlaceRules
from petard.server.directory.rooms.rates import Rate
from petard.server.policy.address_groups import Network, group_of
from petard.server.web.hosts import HostNames
from petard.server.web.metrics import KIND, MISSING

ROOMS, ALLOCATE = "/rooms", "/rooms/allocate"
ROOM = ROOMS + "/"
JSON = "application/json"
NO_STORE = {"Cache-Control": "no-store"}
PUBLIC = {"Cache-Control": "public, max-age=1", "Access-Control-Allow-Origin": "*"}
SAFE = {"Server": "Petard", "X-Content-Type-Options": "nosniff"}
CONNECTIONS_MOST = ROOMS_MOST + 2000
ADDRESSES_KEPT = 16384  # whose group is remembered
LISTS_EVERY, LISTS_BURST = 0.1, 50  # seconds; for one address group
ALLOCATE_EVERY, ALLOCATE_BURST = 20.0, 3
ABOUT = "This is a directory of Petard rooms. GET /rooms returns the list; docs/directory.md describes it."

Handler = Callable[[web.BaseRequest], Awaitable[web.Response]]


class RefusedRequest(Exception):
    """A request that is refused. `status`: of HTTP; `wait`: seconds until it may be repeated."""

    def __init__(self, status: int, sentence: str, wait: float = 0.0) -> None:
        super().__init__(sentence)
        self.status, self.wait = status, wait


@dataclass
class Limits:
    """How often one address group may ask for what. `uncounted`: networks without these limits."""

    uncounted: tuple[Network, ...] = ()
    per_address: int = PER_ADDRESS
    lists: Rate = field(default_factory=lambda: Rate(LISTS_EVERY, LISTS_BURST))
    fresh: Rate = field(default_factory=lambda: Rate(ALLOCATE_EVERY, ALLOCATE_BURST))
    announcements: Rate = field(init=False)
    group_of: Callable[[str], str] = field(init=False)  # the address group; "" for those without limits

    def __post_init__(self) -> None:
        """Let each room announce itself twice as often as it has to."""
        self.announcements = Rate(EVERY / (2 * self.per_address), 4 * self.per_address)
        self.group_of = lru_cache(ADDRESSES_KEPT)(partial(group_of, uncounted=self.uncounted))


@dataclass
class Policy:
    """What the owner has set. `unready`: a sentence while the list is not whole, else ""."""

    places: PlaceRules = field(default_factory=PlaceRules)
    limits: Limits = field(default_factory=Limits)
    proxies: tuple[Network, ...] = ()
    allocator: Allocator | None = None
    unready: Callable[[], str] = str


class DirectorySite:
    """Answers requests. `on_fault`: takes a line for the log."""

    def __init__(self, rooms: AnnouncedRooms, pinger: Pinger, policy: Policy, figures: DirectoryFigures) -> None:
        self.on_fault: Callable[[str], object] = str
        self._rooms, self._pinger, self._policy, self._figures = rooms, pinger, policy, figures
        self._names = HostNames(is_local=False, proxies=policy.proxies)
        most = policy.limits.per_address
        self.connections = HttpConnections(self._group_of_peer, 2 * most + 16, CONNECTIONS_MOST)
        self._routes: dict[str, dict[str, Handler]] = {
            "/": {"GET": self._monitored},
            "/healthz": {"GET": self._monitored},
            "/readyz": {"GET": self._monitored},
            "/metrics": {"GET": self._monitored},
            ROOMS: {"GET": self._list, "POST": self._announce},
            ALLOCATE: {"POST": self._allocate},
            ROOM: {"GET": self._room, "DELETE": self._goodbye},
        }

    def _group_of_peer(self, address: str) -> str:
        """Return the address group of a connection; "" for one of a proxy, which serves many."""
        return "" if self._names.is_proxy(address) else self._policy.limits.group_of(address)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        path = _route_of(request.path)
        try:
            answer = await self._routed(request, path)
        except RefusedRequest as odd:
            answer = _error(odd.status, str(odd), odd.wait)
        except (ConnectionError, asyncio.CancelledError):
            raise
        except Exception as fault:  # the client must not see more of it
            self.on_fault(f"a fault in {request.method} {path}: {type(fault).__name__}: {fault}")
            answer = _error(500, "The directory has a fault here; its log says more.")
        answer.headers.update(SAFE)
        is_known = request.method in self._routes.get(path, ())
        self._figures.answers[f"{request.method} {path}" if is_known else "other", answer.status] += 1
        return answer

    async def _routed(self, request: web.BaseRequest, path: str) -> web.Response:
        routes = self._routes.get(path)
        if routes is None:
            raise RefusedRequest(404, "There is nothing here.")
        handler = routes.get("GET" if request.method == "HEAD" else request.method)
        if handler is None:
            allowed = ", ".join([*routes, *(["HEAD"] if "GET" in routes else [])])
            answer = _error(405, f"This takes {allowed}.")
            answer.headers["Allow"] = allowed
            return answer
        return await handler(request)

    # The list

    async def _list(self, request: web.BaseRequest) -> web.Response:
        await self._begin(request, self._policy.limits.lists)
        items = list(request.query.items())
        if len(dict(items)) < len(items):
            raise RefusedRequest(400, "Each parameter may be there once.")
        try:
            body = self._rooms.listing.page(read_query(dict(items)))
        except BadQuery as problem:
            raise RefusedRequest(400, str(problem)) from None
        return _tagged(request, body)

    async def _room(self, request: web.BaseRequest) -> web.Response:
        await self._begin(request, self._policy.limits.lists)
        row = self._rooms.listing.rows.get(request.path.removeprefix(ROOM))
        if row is None:
            raise RefusedRequest(404, "There is no such room in the list.")
        return _tagged(request, row.text + b"\n")

    # Rooms

    async def _announce(self, request: web.BaseRequest) -> web.Response:
        source, body = await self._begin(request, self._policy.limits.announcements, BODY_MOST)
        now = time.monotonic()
        try:
            announcement = read_announcement(body)
            place = self._policy.places.place_of(source, announcement.address, announcement.port)
        except BadAnnouncement as problem:
            raise RefusedRequest(400, str(problem)) from None
        except BadPlace as problem:
            raise RefusedRequest(403, str(problem)) from None
        found = self._rooms.announce(announcement, place, self._policy.limits.group_of(source), now)
        if found.status == 202:
            self._pinger.start_due(now)
        return _announced(found)

    async def _goodbye(self, request: web.BaseRequest) -> web.Response:
        await self._begin(request, self._policy.limits.announcements)
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            raise RefusedRequest(401, "A goodbye has the header Authorization: Bearer SECRET.")
        id = request.path.removeprefix(ROOM)
        found = self._rooms.remove(id, secret_digest(secret.strip()), time.monotonic())
        if found.status != 204:
            raise RefusedRequest(found.status, found.why)
        return web.Response(status=204, headers=NO_STORE)

    async def _allocate(self, request: web.BaseRequest) -> web.Response:
        if self._policy.allocator is None:
            raise RefusedRequest(501, "This directory has no allocator, so it cannot start rooms.")
        _, body = await self._begin(request, self._policy.limits.fresh, BODY_MOST)
        try:
            return _json(201, await self._policy.allocator.allocate(read_wishes(body)))
        except BadAnnouncement as problem:
            raise RefusedRequest(400, str(problem)) from None
        except NotAllocated as problem:
            raise RefusedRequest(503, str(problem), wait=EVERY) from None

    # Monitors

    async def _monitored(self, request: web.BaseRequest) -> web.Response:
        self._connection_read(request)
        match request.path:
            case "/metrics":
                text = metrics_text(self._figures)
                if text is None:
                    raise RefusedRequest(501, MISSING)
                return web.Response(body=text, headers=NO_STORE | {"Content-Type": KIND})
            case "/readyz" if problem := self._policy.unready():
                return web.Response(status=503, text=f"{problem}\n", headers=NO_STORE | {"Retry-After": "1"})
            case "/":
                return web.Response(text=f"{ABOUT}\n", headers=NO_STORE)
            case _:
                return web.Response(text="ok\n", headers=NO_STORE)

    # What all have in common

    async def _begin(self, request: web.BaseRequest, rate: Rate, body_most: int = 0) -> tuple[str, bytes]:
        """Read a request and count it; returns the client's address and the body. Raises RefusedRequest."""
        peer = request.remote or ""
        forwarded = request.headers.getall("X-Forwarded-For", None)
        source = (self._names.forwarded(forwarded, peer) if forwarded else "") or peer
        if wait := rate.take(self._policy.limits.group_of(source), time.monotonic()):
            raise RefusedRequest(429, "Too many requests come from this address.", wait)
        if request.method not in ("GET", "HEAD") and "Origin" in request.headers:
            raise RefusedRequest(403, "Pages of browsers cannot do this.")
        if body_most and request.content_type != "application/json":
            raise RefusedRequest(415, "The body has the content type application/json.")
        body = await _read_body(request, body_most)
        self._connection_read(request)
        return source, body

    def _connection_read(self, request: web.BaseRequest) -> None:
        if connection := self.connections.of(request.transport):
            connection.request_read()


async def _read_body(request: web.BaseRequest, most: int) -> bytes:
    """Read the body; raises RefusedRequest if it is longer than `most` bytes."""
    body = b""
    if (request.content_length or 0) <= most:
        while piece := await request.content.readany():
            body += piece
            if len(body) > most:
                break
        else:
            return body
    raise RefusedRequest(413, f"The body has at most {most} bytes." if most else "This takes no body.")


def _route_of(path: str) -> str:
    """Return the key of a path in the routes, as far as there is one."""
    return ROOM if path.startswith(ROOM) and path != ALLOCATE else path


def _json(status: int, said: Mapping[str, Any], headers: Mapping[str, str] = NO_STORE) -> web.Response:
    return web.Response(
        status=status, body=json.dumps(said).encode() + b"\n", headers={"Content-Type": JSON, **headers}
    )


def _error(status: int, sentence: str, wait: float = 0.0) -> web.Response:
    more = {"Retry-After": str(max(1, ceil(wait)))} if status in (429, 503) else {}
    return _json(status, {"error": sentence}, NO_STORE | more)


def _announced(found: AnnounceResult) -> web.Response:
    """Return the answer to an announcement."""
    times = {"every": int(EVERY), "vanishes": int(VANISHES)}
    if found.place:
        return _json(200, {"listed": True, **found.place._asdict(), **times})
    if found.status == 202:
        return _json(202, {"listed": False, "why": found.why, **times})
    return _error(found.status, found.why, EVERY)


def _tagged(request: web.BaseRequest, body: bytes) -> web.Response:
    """Return a body with its ETag; nothing but 304 if the client has it."""
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = PUBLIC | {"ETag": tag}
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    if tag in known or "*" in known:
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, headers={"Content-Type": JSON, **headers})
