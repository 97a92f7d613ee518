"""Fetches over HTTP, one GET at a time, each in a thread.

Rule 1: nothing waits for it. `ask` and `poll` return at once, and threads are daemons, so the game ends meanwhile.
Rule 2: an answer has at most LARGEST bytes and takes at most PATIENCE seconds, however slowly it drips in. How long the
        system looks up a name, and TLS shakes hands, cannot be limited: `poll` then gives the answer up, and the next
        request waits until that thread has ended. So there is never a second thread.
Rule 3: every failure is one FetchFailure; what a status means is decided by the caller.
Rule 4: no redirect is followed, no proxy of the environment is used, and no cookie is kept. http.client of the standard
        library does none of these; urllib would have to be told so, and aiohttp takes 0.3 s to import.
"""

import io
import socket
import threading
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ssl import SSLCertVerificationError, create_default_context
from typing import Any, NamedTuple

from petard.game.net.fetch_result import FetchAnswer, FetchFailure, FetchResult, FetchTarget

LARGEST = 256 * 1024  # bytes of a body
PATIENCE = 8.0  # seconds for the whole answer
GRACE = 1.0  # seconds after that, until `poll` gives up


class _Fetch(NamedTuple):
    """One request. `result` has at most one item: it is there once the thread is done."""

    path: str
    etag: str
    result: list[FetchResult]


class HttpFetcher:
    """Asks one server. `ask`, then `poll` until the result is there; a new `ask` drops the one before."""

    def __init__(self, target: FetchTarget, agent: str, patience: float = PATIENCE) -> None:
        """`agent`: what the header User-Agent says. `patience` in seconds."""
        self._target, self._agent, self._patience = target, agent, patience
        self._running: _Fetch | None = None
        self._wanted: _Fetch | None = None  # the last request, while its result is awaited
        self._asked_at = 0.0

    def ask(self, path: str, etag: str, now: float) -> None:
        """Send GET `path`. With an `etag` the server may answer 304 Not Modified."""
        self._wanted, self._asked_at = _Fetch(path, etag, []), now
        self._start()

    def poll(self, now: float) -> FetchResult | None:
        """Return the result of the last request, once."""
        if self._running and self._running.result:
            self._running = None
        self._start()
        wanted = self._wanted
        if wanted and wanted.result:
            self._wanted = None
            return wanted.result[0]
        if wanted and now - self._asked_at > self._patience + GRACE:
            self._wanted = None
            return FetchFailure.NO_ANSWER
        return None

    def _start(self) -> None:
        fetch = self._wanted
        if fetch is None or fetch.result or self._running is not None:
            return

        def work() -> None:
            fetch.result.append(_fetched(self._target, fetch, self._agent, time.monotonic() + self._patience))

        try:
            threading.Thread(target=work, name="fetch", daemon=True).start()
            self._running = fetch
        except RuntimeError:  # no thread is left: the next poll tries again
            pass


def _fetched(target: FetchTarget, fetch: _Fetch, agent: str, ends_at: float) -> FetchResult:
    try:
        return _fetch(target, fetch, agent, ends_at)
    except SSLCertVerificationError:
        return FetchFailure.UNTRUSTED
    except TimeoutError:
        return FetchFailure.NO_ANSWER
    except ConnectionRefusedError:
        return FetchFailure.REFUSED
    except (socket.gaierror, UnicodeError):
        return FetchFailure.NO_NAME
    except (HTTPException, ConnectionError, ValueError):
        return FetchFailure.NO_HTTP
    except OSError as error:
        return FetchFailure.NO_HTTP if "SSL" in type(error).__name__ else FetchFailure.NO_ROUTE


def _fetch(target: FetchTarget, fetch: _Fetch, agent: str, ends_at: float) -> FetchResult:
    headers = {"User-Agent": agent, "Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close"}
    headers |= {"If-None-Match": fetch.etag} if fetch.etag else {}
    with closing(_connection(target, ends_at)) as connection:
        connection.request("GET", fetch.path, headers=headers)
        peer = str(connection.sock.getpeername()[0])
        response = _TimedResponse(connection.sock, ends_at)
        response.begin()
        body = response.read(LARGEST + 1)
    if len(body) > LARGEST:
        return FetchFailure.TOO_LARGE
    return FetchAnswer(response.status, response.getheader("ETag", ""), body, peer)


def _connection(target: FetchTarget, ends_at: float) -> HTTPConnection:
    """Raises OSError where the system's certificates cannot be read."""
    seconds = max(0.1, ends_at - time.monotonic())
    if target.secure:
        return HTTPSConnection(target.host, target.port, timeout=seconds, context=create_default_context())
    return HTTPConnection(target.host, target.port, timeout=seconds)


class _TimedResponse(HTTPResponse):
    """A response that is read until a moment, and not for some seconds after each byte."""

    def __init__(self, sock: socket.socket, ends_at: float) -> None:
        super().__init__(sock, method="GET")
        self.fp.close()
        self.fp = io.BufferedReader(_TimedReader(sock, ends_at))


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, ends_at: float) -> None:
        self._sock, self._ends_at = sock, ends_at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what is there, and wait for it at most until the end of the time; raises OSError."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._sock.recv_into(buffer)
