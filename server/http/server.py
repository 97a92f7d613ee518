"""The threads that answer: http.server's ThreadingHTTPServer, with limits on time, size and number.

Rule 1: a connection carries one request, has WITHIN seconds for it and WITHIN for its answer; at most CONNECTIONS are
        open at once, of which some are kept for this machine, where a watchdog may run: REMOTE_MOST from elsewhere,
        PER_GROUP from one address. One more gets a 503 without a thread.
Rule 2: every error is a short response or a closed connection. Nothing is printed; what the host should know goes to
        `faults`, which the loop writes to its log.
Rule 3: no name is looked up, and closing is quick, whatever is connected.
"""

import contextlib
import socket
import threading
import time
from collections import Counter, deque
from http.server import ThreadingHTTPServer
from socketserver import BaseRequestHandler
from typing import Any

from petard.server.http.request import BadRequest, head_of, parse
from petard.server.http.site import Site, text_response
from petard.server.policy.address_groups import group_of, plain_address

CONNECTIONS = 16
REMOTE_MOST = 12  # from other machines
PER_GROUP = 8
WITHIN = 5.0  # seconds
POLL = 0.25  # seconds until a close is noticed
REFUSED_MOST = 32  # refused connections that stay open until the client has read why
ACCEPTS = 200  # a second, on the average; more would cost the game time
PIECE = 4096  # bytes
LINGER = 0.5  # seconds for the client to read the response
LINGER_PIECE = 1 << 16  # bytes
FAULTS_KEPT = 20
CLEAR_WITHIN = 0.3  # seconds


class OpenConnections:
    """The open connections, for all threads."""

    def __init__(self) -> None:
        self._groups: dict[socket.socket, str] = {}
        self._changed = threading.Condition()  # with the lock of `_groups`

    def take(self, sock: socket.socket, group: str) -> bool:
        """Add a connection; returns False if there are too many already."""
        with self._changed:
            counts = Counter(self._groups.values())
            remote = counts.total() - counts[""]
            if counts.total() >= CONNECTIONS or (group and (remote >= REMOTE_MOST or counts[group] >= PER_GROUP)):
                return False
            self._groups[sock] = group
            return True

    def leave(self, sock: socket.socket) -> None:
        with self._changed:
            self._groups.pop(sock, None)
            self._changed.notify_all()

    def clear(self, within: float) -> None:
        """Shut all of them down, and wait until their threads have ended."""
        with self._changed:
            for sock in self._groups:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._groups, within)


class HttpConnection(BaseRequestHandler):
    """Handles one connection in its own thread."""

    request: socket.socket
    server: "HttpServer"

    def handle(self) -> None:
        with_body = True
        try:
            head = self._head(time.monotonic() + WITHIN)
            if head is None:
                return
            request = parse(head)
            client = str(self.client_address[0])
            answer = self.server.site.answer(request, time.monotonic(), time.time(), client)
            with_body = request.method != "HEAD"
        except BadRequest as odd:
            answer = text_response(odd.status, str(odd))
        except OSError:
            return  # the client is gone
        except Exception as fault:  # a fault of ours; the client must not see more of it
            self.server.faults.append(f"HTTP cannot answer: {type(fault).__name__}: {fault}")
            answer = text_response(500, "Something is wrong here; the log of the server says what.")
        self.server.site.count(answer.status)
        self._send(answer.data(with_body))

    def _head(self, until: float) -> bytes | None:
        """Return what is sent up to the empty line; None if the client closes before. Raises BadRequest, OSError."""
        received = b""
        while (head := head_of(received)) is None:
            left = until - time.monotonic()
            if left <= 0.0:
                raise BadRequest(408, f"That took longer than {WITHIN:.0f} seconds.")
            self.request.settimeout(left)
            with contextlib.suppress(TimeoutError):
                piece = self.request.recv(PIECE)
                if not piece:
                    return None
                received += piece
        return head

    def _send(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            self.request.settimeout(WITHIN)  # for all of it
            self.request.sendall(data)
            self.request.shutdown(socket.SHUT_WR)
            # Unread bytes would make the close a reset, which may discard the response.
            until = time.monotonic() + LINGER
            while (left := until - time.monotonic()) > 0.0:
                self.request.settimeout(left)
                if not self.request.recv(LINGER_PIECE):
                    return


class HttpServer(ThreadingHTTPServer):
    """Serves one listening socket, which it takes over, in a thread."""

    daemon_threads = True
    block_on_close = False  # `OpenConnections.clear` has done it

    def __init__(self, listener: socket.socket, site: Site, connections: OpenConnections, faults: "deque[str]") -> None:
        super().__init__(listener.getsockname()[:2], HttpConnection, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.site, self.connections, self.faults = site, connections, faults
        self._refused: deque[socket.socket] = deque()
        self._pace = time.monotonic()  # when the accepts of so far are paid off
        self._thread = threading.Thread(target=self.serve_forever, args=(POLL,), name="http", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()
        self._close_refused(0)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection, at a rate that leaves the processor to the game."""
        now = time.monotonic()
        self._pace = max(self._pace, now - 1.0) + 1.0 / ACCEPTS
        if self._pace > now:
            time.sleep(self._pace - now)
        try:
            return self.socket.accept()
        except OSError:
            time.sleep(POLL)  # no descriptor is left, and select would not wait
            raise

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start a thread for a connection, if there is room for it."""
        if self.connections.take(request, group_of(plain_address(str(client_address[0])))):
            super().process_request(request, client_address)
            return
        self.site.count(503)
        with contextlib.suppress(OSError):
            request.setblocking(False)
            request.send(text_response(503, "Too many ask at once. Try again in a second.").data())
            request.shutdown(socket.SHUT_WR)
        self._refused.append(request)
        self._close_refused(REFUSED_MOST)

    def _close_refused(self, most: int) -> None:
        while len(self._refused) > most:
            self._refused.popleft().close()

    def service_actions(self) -> None:
        """Close the refused connections once they had time to read the response."""
        if self._refused:
            self._close_refused(len(self._refused) - 1)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.connections.leave(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        self.faults.append("HTTP: a connection could not be answered")


class HttpServers:
    """All servers of one service; they share their connections. `faults`: lines for the log."""

    def __init__(self, listeners: list[socket.socket], site: Site) -> None:
        self.faults: deque[str] = deque(maxlen=FAULTS_KEPT)
        self.port = int(listeners[0].getsockname()[1])
        self._connections = OpenConnections()
        self._servers = [HttpServer(listener, site, self._connections, self.faults) for listener in listeners]

    def stop(self) -> None:
        """Stop serving; takes about POLL."""
        for server in self._servers:
            server.stop()
        self._connections.clear(CLEAR_WITHIN)
