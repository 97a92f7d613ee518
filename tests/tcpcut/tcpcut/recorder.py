"""A proxy that records: every piece that it reads from a client or from the server is one event, written at once.

Rule: what one end closes or resets is closed or reset at the other end as well. A slow reader slows the sender, since
      each direction has a thread that reads the next piece when the one before is sent.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

from tcpcut.capture import FIRST_LINE, Event
from tcpcut.player import RESET


class Recorder:
    """Listens at `address` and connects each client to `server`, until the `with` block ends."""

    def __init__(self, server: tuple[str, int], file: str | Path, port: int = 0) -> None:
        """`file`: the capture, written line by line. `port` 0 takes a free one. Raises OSError."""
        self._server, self._lock, self._over = server, threading.Lock(), False
        self._sockets, self._threads = [socket.create_server(("127.0.0.1", port))], list[threading.Thread]()
        self.address: tuple[str, int] = self._sockets[0].getsockname()[:2]
        self.events: list[Event] = []
        self._file = Path(file).open("w", encoding="ascii")  # noqa: SIM115
        self._write(FIRST_LINE)

    def __enter__(self) -> "Recorder":
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        for sock in self._sockets:  # this wakes the threads
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._sockets[0].close()
        for thread in self._threads:
            thread.join(1)  # where nothing wakes `accept`, that thread ends with the process
        for sock in self._sockets:
            sock.close()
        self._file.close()

    def _start(self, run: Callable[..., None], *arguments: object) -> None:
        self._threads.append(threading.Thread(target=run, args=arguments, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        with suppress(OSError):  # the block has ended
            for number in count(1):
                self._connect(number, self._sockets[0].accept()[0])

    def _connect(self, number: int, client: socket.socket) -> None:
        self._note(Event(number, "open"))
        try:
            server = socket.create_connection(self._server)
        except OSError:
            self._note(Event(number, "reset<"))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            client.close()
            return
        for sock in (client, server):
            self._sockets.append(sock)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._start(self._copy, number, ">", client, server)
        self._start(self._copy, number, "<", server, client)

    def _copy(self, number: int, mark: str, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                self._note(Event(number, mark, data))
                with suppress(OSError):  # the other end is gone, and its thread notes that
                    sink.sendall(data)
            self._note(Event(number, f"end{mark}"))
            with suppress(OSError):
                sink.shutdown(socket.SHUT_WR)
        except OSError:
            self._note(Event(number, f"reset{mark}"))
            with suppress(OSError):
                sink.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                sink.shutdown(socket.SHUT_RDWR)

    def _note(self, event: Event) -> None:
        with self._lock:
            if not self._over:  # else the recorder closes what is still open
                self.events.append(event)
                self._write(str(event))

    def _write(self, line: str) -> None:
        self._file.write(f"{line}\n")
        self._file.flush()
