"""Which path gives what. Pure but for the lock: a request and the time go in, an answer comes out.

Rule 1: each page is made when it is asked for and at most once for the same Figures, so at most once a second, however
        many ask; whether the server lives is said anew each time.
Rule 2: looking is all that is possible, and nothing here knows a secret.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from petard.server.http import metrics
from petard.server.http.figures import Figures, Window
from petard.server.http.names import is_far, is_here, is_near
from petard.server.http.pages import POLICY, page
from petard.server.http.request import METHODS, Odd, Request
from petard.server.http.told import told
from petard.server.policy.address_groups import Own

HTML, JSON, TEXT = "text/html; charset=utf-8", "application/json", "text/plain; charset=utf-8"
PATHS = {
    "/": "a page for people; it renews itself",
    "/status.json": "the same for programs",
    "/healthz": "200 `ok`; 503 `hung: no tick for 3.2 s` or `draining`",
    "/metrics": "figures for Prometheus; needs the extra `metrics`",
    "/time": "the time of day (UTC), one line",
}
REASONS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Content Too Large",
    414: "URI Too Long",
    421: "Misdirected Request",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
_ALWAYS = (
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\nConnection: close\r\n"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status of HTTP and what is sent along."""

    status: int
    kind: str
    body: bytes

    def data(self, with_body: bool = True) -> bytes:
        """The bytes for the wire."""
        more = f"Content-Security-Policy: {POLICY}\r\n" if self.kind == HTML else ""
        more += f"Allow: {', '.join(METHODS)}\r\n" if self.status == 405 else ""
        more += "Retry-After: 1\r\n" if self.status == 503 else ""
        head = f"HTTP/1.1 {self.status} {REASONS[self.status]}\r\nContent-Type: {self.kind}\r\n"
        head += f"Content-Length: {len(self.body)}\r\n{_ALWAYS}{more}\r\n"
        return head.encode() + (self.body if with_body else b"")


def sentence(status: int, text: str) -> Answer:
    """An answer of one line."""
    return Answer(status, TEXT, text.encode() + b"\n")


class Site:
    """What can be asked. `is_local`: only this machine gets here, so only its own names are answered."""

    def __init__(self, window: Window, is_local: bool, own: str = "", networks: Own = ()) -> None:
        """`own`: the name of this machine; `networks`: those it is in."""
        self.answered: Counter[int] = Counter()  # by status
        self._window, self._is_local = window, is_local
        self._own, self._networks = own, networks
        self._made: dict[str, tuple[Figures, str, Answer]] = {}
        self._making = threading.Lock()
        self._makers: dict[str, Callable[[Figures, float], Answer]] = {
            "/": self._page,
            "/status.json": self._told,
            "/metrics": self._metrics,
        }

    def answer(self, request: Request, now: float, clock: float, asker: str = "") -> Answer:
        """Answer a request; raises Odd. `clock`: seconds since 1970. `asker`: the address where it comes from."""
        if self._is_local and request.host and not is_here(request.host):
            raise Odd(421, "This is asked for by another name than this machine's own: localhost, 127.0.0.1 or [::1].")
        if not is_near(request.host, self._own) and not is_far(asker, self._networks):
            raise Odd(421, "This is asked for by a name that anybody could own. Ask by the address of this machine.")
        if request.path == "/healthz":
            is_well, words = self._window.health(now)
            return sentence(200 if is_well else 503, words)
        if request.path == "/time":
            moment = datetime.fromtimestamp(int(clock), UTC)
            return sentence(200, f"{moment:%Y-%m-%dT%H:%M:%SZ}")
        maker = self._makers.get(request.path)
        if not maker:
            raise Odd(404, f"There is nothing here. There are {', '.join(PATHS)}.")
        return self._once(request.path, maker, now)

    def count(self, status: int) -> None:
        """Note an answer that was given."""
        with self._making:
            self.answered[status] += 1

    def _once(self, path: str, maker: Callable[[Figures, float], Answer], now: float) -> Answer:
        figures, (_, words) = self._window.figures, self._window.health(now)
        with self._making:
            made = self._made.get(path)
            if not made or made[0] is not figures or made[1] != words:
                made = self._made[path] = (figures, words, maker(figures, now))
        return made[2]

    def _page(self, figures: Figures, now: float) -> Answer:
        return Answer(200, HTML, page(figures, *self._window.health(now)).encode())

    def _told(self, figures: Figures, now: float) -> Answer:
        shown = told(figures, self._window.health(now)[1])
        return Answer(200, JSON, json.dumps(shown, ensure_ascii=False, indent=1).encode() + b"\n")

    def _metrics(self, figures: Figures, now: float) -> Answer:
        if not metrics.has_library():
            return sentence(404, metrics.MISSING)
        text = metrics.exposition(figures, max(0.0, now - self._window.turned), sorted(self.answered.items()))
        return Answer(200, metrics.KIND, text)
