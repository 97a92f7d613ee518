"""A thread that announces this room at a directory by HTTP, so that the game never waits for it.

Rule 1: the thread is handed the bytes to send, and hands back lines for the log. It touches nothing else of the server.
Rule 2: whatever the directory does, the thread goes on: it tries again every few seconds, and says once what is wrong
        and once that all is well. An exchange that lasts too long is ended by `end_if_late`, from outside.
Rule 3: an answer is read to ANSWER_MOST bytes, a redirect is an answer like any other, certificates are checked.
"""

import json
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from queue import SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from petard.shared.control_channel import ListingState
from petard.shared.host_port import join_host_port
from petard.shared.protocol.messages import BUILD

EVERY = 5.0  # seconds between two announcements
SOON = 1.0  # seconds until the second, when the directory has sent its Ping
WITHIN = 4.0  # seconds for each step of an exchange
LATE = 10.0  # seconds for all of it
GOODBYE_WITHIN = 1.0  # seconds
ANSWER_MOST = 8192  # bytes


@dataclass(slots=True)
class Exchange:
    """The connection to the directory. `since`: when the exchange that runs began, None if none does.

    `listing`: what came of the last announcement that said anything.
    """

    connection: HTTPConnection
    since: float | None = None
    listing: ListingState | None = None


class DirectoryClient:
    """Announces `body` until `close`. `lines`: for the log. `body` may be replaced at any time; "": not yet."""

    def __init__(self, url: str, room: str, secret: str) -> None:
        """`url`: checked, http or https; `room`: the id; `secret`: of this server."""
        self.url = url
        self.body = b""
        self.lines: SimpleQueue[str] = SimpleQueue()
        self._goodbye = (f"/{room}", {"Authorization": f"Bearer {secret}"})
        self._exchange = Exchange(_connection(url))
        self._said = ""
        self._is_over = threading.Event()
        self.thread = threading.Thread(target=self._run, name="directory", daemon=True)

    @property
    def listing(self) -> ListingState | None:
        """What came of the announcement; None while nothing is known."""
        return self._exchange.listing

    def end_if_late(self, now: float) -> None:
        """End an exchange that lasts too long; `now` in seconds, monotonic. Never waits."""
        since, sock = self._exchange.since, self._exchange.connection.sock
        if since is not None and now - since > LATE and isinstance(sock, socket.socket):
            with suppress(OSError):  # it has ended in this moment
                socket.socket.shutdown(sock, socket.SHUT_RDWR)  # not that of TLS, which is used by the thread

    def close(self) -> None:
        """Say goodbye, within GOODBYE_WITHIN seconds."""
        self._is_over.set()
        if self.thread.is_alive():
            self.thread.join(GOODBYE_WITHIN)

    def _run(self) -> None:
        is_known = False
        while not self._is_over.is_set():
            pause = EVERY if self.body else SOON
            if self.body:
                status, said = self._send("POST", "", self.body, {"Content-Type": "application/json"}, WITHIN)
                pause = SOON if status == 202 and not is_known else EVERY
                if not (status == 202 and not is_known):
                    self._exchange.listing = _listing(status, said)
                    self._say(self._sentence(status, said))
                is_known = status in (200, 202)
            self._is_over.wait(pause)
        if is_known:
            path, headers = self._goodbye
            self._send("DELETE", path, None, headers, GOODBYE_WITHIN)
        self._exchange.connection.close()

    def _send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], within: float
    ) -> tuple[int, dict[str, Any]]:
        """Return the status and the JSON of the answer; 0 and an `error` if there is none. `path`: below /rooms."""
        path = f"{urlsplit(self.url).path.rstrip('/')}/rooms{path}"
        exchange, connection = self._exchange, self._exchange.connection
        connection.timeout = within
        for is_last in (connection.sock is None, True):  # a kept connection may have been closed meanwhile
            exchange.since = time.monotonic()
            try:
                connection.request(method, path, body, headers | {"User-Agent": f"Petard/{BUILD}"})
                answer = connection.getresponse()
                data = answer.read(ANSWER_MOST)
                if not answer.isclosed():  # there is more, or the answer ends exactly here
                    connection.close()
                return answer.status, _object(data)
            except (OSError, HTTPException, ValueError) as problem:
                connection.close()
                if is_last:
                    return 0, {"error": _problem(problem)}
            finally:
                exchange.since = None
        raise AssertionError("the last try returns")

    def _sentence(self, status: int, said: dict[str, Any]) -> str:
        if _listing(status, said) is ListingState.LISTED:
            where = join_host_port(str(said.get("address")), int(said["port"]) if _is_port(said.get("port")) else 0)
            return f"players find this room in the list of {self.url}, as {where}"
        if status == 202:
            return f"this room is not in the list of {self.url}: {said.get('why')}"
        why = said.get("error") or f"it answers with status {status}"
        if _listing(status, said) is ListingState.NO_DIRECTORY:
            return f"the directory {self.url} cannot be used now, and is tried again: {why}"
        return f"the directory {self.url} does not list this room: {why}"

    def _say(self, line: str) -> None:
        if line != self._said:
            self._said = line
            self.lines.put(line)


def _listing(status: int, said: dict[str, Any]) -> ListingState:
    if status == 200 and said.get("listed") is True:
        return ListingState.LISTED
    return ListingState.NO_DIRECTORY if status in (0, 500, 502, 503, 504) else ListingState.NOT_LISTED


def _connection(url: str) -> HTTPConnection:
    parts = urlsplit(url)
    assert parts.hostname  # the setting has checked it
    if parts.scheme == "https":
        return HTTPSConnection(parts.hostname, parts.port, timeout=WITHIN, context=ssl.create_default_context())
    return HTTPConnection(parts.hostname, parts.port, timeout=WITHIN)


def _is_port(value: object) -> bool:
    return type(value) is int and 0 < value < 65536


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _problem(problem: Exception) -> str:
    if isinstance(problem, TimeoutError):
        return "no answer in time"
    if isinstance(problem, OSError):
        return problem.strerror or str(problem) or "the connection broke"
    return "what answers there speaks no HTTP" if isinstance(problem, HTTPException) else str(problem)
