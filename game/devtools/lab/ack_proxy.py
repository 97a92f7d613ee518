"""A proxy that lets one frame of the server through, and the next one only when the first was acknowledged."""

import socket
import threading
import time
from contextlib import suppress
from typing import Self

from petard.shared.framing import LIMIT_SERVER, Decoder, frame


class AckProxy:
    """Two threads for one client. `waiting`: bytes of frames that are not through yet."""

    def __init__(self, port: int, ms: int) -> None:
        """`port`: of the server; `ms`: the round trip that each frame waits for."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.waiting = 0
        self._server, self._round_trip = socket.create_connection(("127.0.0.1", port)), ms / 1000
        self._server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._frames: list[bytes] = []
        self._came = threading.Condition()
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for sock in (self._server, self._listener):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _serve(self) -> None:
        with suppress(OSError):
            client = self._listener.accept()[0]
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for work in (self._pass_up, self._pass_down):
                threading.Thread(target=work, args=(client,), daemon=True).start()
            decoder = Decoder(LIMIT_SERVER)
            while data := self._server.recv(65536):
                with self._came:
                    self._frames += map(frame, decoder.receive_data(data))
                    self.waiting = sum(map(len, self._frames))
                    self._came.notify()

    def _pass_up(self, client: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                self._server.sendall(data)

    def _pass_down(self, client: socket.socket) -> None:
        """Send a frame, wait for the round trip of its acknowledgement, and go on with the next."""
        with suppress(OSError), client:
            while True:
                with self._came:
                    while not self._frames:
                        self._came.wait(1)
                        if self._server.fileno() < 0:
                            return
                    data = self._frames.pop(0)
                    self.waiting -= len(data)
                client.sendall(data)
                time.sleep(self._round_trip)
