"""Which path returns what. Pure but for the lock: a request and the time go in, a response comes out.

Rule 1: each page is made on request and at most once for the same ServerFigures, so at most once a second, however many
        clients there are; the health is computed for each request.
Rule 2: everything is read-only, and nothing here knows a secret.
"""

import json
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from petard.server.http import metrics
from petard.server.http.figures import ServerFigures, SharedFigures, status_json
from petard.server.http.pages import POLICY, page
from petard.server.http.request import METHODS, BadRequest, HttpRequest, check_host_name
from petard.server.policy.address_groups import Own

HTML, JSON, TEXT = "text/html; charset=utf-8", "application/json", "text/plain; charset=utf-8"
PATHS = {
    "/": "a page for people; it renews itself",
    "/status.json": "the same for programs",
    "/healthz": "200 `ok`; 503 `hung: no tick for 3.2 s` or `draining`",
    "/metrics": "figures for Prometheus; needs the extra `metrics`",
    "/time": "the time of day (UTC), one line",
}
_ALWAYS = (
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n"
)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """An HTTP status and the content."""

    status: int
    kind: str
    body: bytes

    def data(self, with_body: bool = True) -> bytes:
        more = f"Content-Security-Policy: {POLICY}\r\n" if self.kind == HTML else ""
        more += f"Allow: {', '.join(METHODS)}\r\n" if self.status == 405 else ""
        more += "Retry-After: 1\r\n" if self.status == 503 else ""
        head = f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}\r\nContent-Type: {self.kind}\r\n"
        head += f"Content-Length: {len(self.body)}\r\n{_ALWAYS}{more}\r\n"
        return head.encode() + (self.body if with_body else b"")


def text_response(status: int, text: str) -> HttpResponse:
    """Return a response of one line."""
    return HttpResponse(status, TEXT, text.encode() + b"\n")


class Site:
    """All paths. `is_local`: only this machine can connect, so only its own names are accepted."""

    def __init__(self, shared: SharedFigures, is_local: bool, own: str = "", networks: Own = ()) -> None:
        """`own`: the name of this machine; `networks`: its networks."""
        self.answered: Counter[int] = Counter()  # by status
        self._shared, self._is_local = shared, is_local
        self._own, self._networks = own, networks
        self._made: dict[str, tuple[ServerFigures, str, HttpResponse]] = {}
        self._making = threading.Lock()

    def answer(self, request: HttpRequest, now: float, clock: float, client: str = "") -> HttpResponse:
        """Respond to a request; raises BadRequest. `clock`: seconds since 1970. `client`: the address of the client."""
        check_host_name(request.host, self._is_local, self._own, client, self._networks)
        if request.path == "/healthz":
            is_well, words = self._shared.health(now)
            return text_response(200 if is_well else 503, words)
        if request.path == "/time":
            moment = datetime.fromtimestamp(int(clock), UTC)
            return text_response(200, f"{moment:%Y-%m-%dT%H:%M:%SZ}")
        if request.path not in PATHS:
            raise BadRequest(404, f"There is nothing here. There are {', '.join(PATHS)}.")
        figures, (is_well, words) = self._shared.figures, self._shared.health(now)
        with self._making:
            made = self._made.get(request.path)
            if not made or made[0] is not figures or made[1] != words:
                response = self._make(request.path, figures, is_well, words, now)
                made = self._made[request.path] = (figures, words, response)
        return made[2]

    def count(self, status: int) -> None:
        with self._making:
            self.answered[status] += 1

    def _make(self, path: str, figures: ServerFigures, is_well: bool, health: str, now: float) -> HttpResponse:
        if path == "/":
            return HttpResponse(200, HTML, page(figures, is_well, health).encode())
        if path == "/status.json":
            shown = json.dumps(status_json(figures, health), ensure_ascii=False, indent=1)
            return HttpResponse(200, JSON, shown.encode() + b"\n")
        text = metrics.metrics_text(figures, max(0.0, now - self._shared.turned_at), sorted(self.answered.items()))
        return text_response(404, metrics.MISSING) if text is None else HttpResponse(200, metrics.KIND, text)
