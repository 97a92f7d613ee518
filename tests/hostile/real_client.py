"""The whole game with SDL's dummy drivers, on a real socket of this machine, and a HostileServer at its other end."""

import random
import select
import socket
from contextlib import suppress
from pathlib import Path
from random import Random
from time import process_time
from typing import Protocol

import pygame

from petard.game.config.arguments import Address, Arguments
from petard.game.flow.app import App
from petard.game.net.tapped_transport import TappedTransport
from petard.game.net.tcp_transport import TcpTransport
from petard.game.net.transport import TransportState
from petard.game.ui.screens.dialogs import DisconnectedScreen, PasswordScreen
from petard.game.ui.screens.menu import Menu

KEYS = (pygame.KSCAN_RETURN, pygame.KSCAN_ESCAPE, pygame.KSCAN_F3, pygame.KSCAN_F9, pygame.KSCAN_SPACE, pygame.KSCAN_D)
PICTURE = 1 / 60  # seconds
WITHIN = 10.0  # seconds; what is sent on one machine has arrived


class Server(Protocol):
    """What sends the bytes."""

    def welcome(self) -> bytes:
        """The first bytes."""

    def picture(self) -> bytes | None:
        """What is sent between two pictures; None: the connection is cut."""


class RealClient:
    """One game, and what its pictures cost. The time in it is not that of the machine."""

    def __init__(self, server: Server, folder: Path, seed: int, bot: bool = False) -> None:
        """`folder`: for its settings. `seed`: of the keys and of the clock. `bot`: a bot plays."""
        self.server = server
        self.random = Random(seed)
        random.seed(seed)  # of the pauses between two tries, and of sounds
        self.now = 1000.0
        self.is_over = False
        self.shown = 0  # pictures with a round in them
        self.spent: list[float] = []  # seconds of processor time, of each picture
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stream: socket.socket | None = None
        self._served: TcpTransport | None = None  # the other end of the newest stream
        self._unsent = bytearray()
        address = Address("127.0.0.1", self._listener.getsockname()[1])
        self.app = App(Arguments(address, bot=bot), folder / f"{seed}.toml", self.now)

    def run(self, pictures: int) -> str:
        """Play until it is over, or for so many pictures; return the sentence on the screen, "" while it goes on."""
        try:
            for _ in range(pictures):
                self._serve()
                self._press()
                self.now += PICTURE if self.random.random() < 0.99 else self.random.choice((0.0, 0.4, 30.0))
                begun = process_time()
                self.app.run_once(self.now)
                self.spent.append(process_time() - begun)
                connection = self.app.navigator.connection
                self.is_over = connection is None
                if connection is None:
                    break
                self.shown += connection.session.announcement is not None
            return self.sentence
        finally:
            self.app.close()
            self._listener.close()
            if self._stream:
                self._stream.close()

    @property
    def sentence(self) -> str:
        """Why it is over, as the screen says it; "" while it goes on."""
        screen = self.app.navigator.screen
        if isinstance(screen, DisconnectedScreen):
            return screen.sentence
        return screen.problem or "password" if isinstance(screen, PasswordScreen) else ""

    def _serve(self) -> None:
        """Accept, and send what is due. Waits until it has arrived, or the system's pace would change what happens."""
        connection = self.app.navigator.connection
        transport = connection.transport if connection else None
        if isinstance(transport, TappedTransport):
            transport = transport.inner
        if not isinstance(transport, TcpTransport):
            return
        while transport.state in (TransportState.RESOLVING, TransportState.CONNECTING):
            transport.poll(self.now)
        if transport is not self._served and transport.state is TransportState.OPEN:
            self._listener.settimeout(WITHIN)
            if self._stream:
                self._stream.close()
            self._served, self._stream = transport, self._listener.accept()[0]
            self._stream.setblocking(False)
            self._unsent[:] = self.server.welcome()
        if self._stream is None:
            return
        data = self.server.picture()
        if data is None:
            self._stream.close()
            self._stream = None
            self._unsent.clear()
        else:
            self._unsent += data
            with suppress(BlockingIOError, ConnectionError):
                del self._unsent[: self._stream.send(self._unsent)]
            with suppress(BlockingIOError, ConnectionError):
                self._stream.recv(1 << 16)
        if transport.socket and data != b"":
            select.select([transport.socket], [], [], WITHIN)

    def _press(self) -> None:
        """A person presses keys now and then."""
        if self.random.random() < 0.05 and not isinstance(self.app.navigator.top, Menu):
            scancode = self.random.choice(KEYS)
            for kind in (pygame.KEYDOWN, pygame.KEYUP):
                pygame.event.post(pygame.event.Event(kind, key=0, scancode=scancode, mod=0, unicode=""))
