"""A server with all admin commands: real sockets, a clock and a calendar that the test moves."""

from collections.abc import Callable
from typing import Any

from petard.server.__main__ import admin_services
from petard.server.admin.moderation import Moderation
from petard.server.config.config import Config
from petard.server.config.schema import settings_of
from petard.server.policy.admin_commands import CommandError
from petard.server.policy.bans import Bans
from petard.server.room.settings import RoomSettings
from petard.server.runtime.drain import Drain
from petard.server.runtime.log_writer import LogWriter
from petard.server.runtime.reload import ReloadService, ReloadThread
from petard.server.runtime.service import Service
from petard.server.runtime.signals import StopSignals
from petard.shared.protocol.messages import Bye, Chat, Say, Setup
from tests.server.loopback import LoopbackServer, RawClient, maps, start_round

CLOCK = 1_800_000_000  # seconds since 1970


class AdminServer:
    """A loopback with a dispatcher, and the answers to its commands."""

    def __init__(self, bots: int = 0) -> None:
        self.loopback = LoopbackServer(bots=bots, rules="duel")
        net, log = self.loopback.server, self.loopback.log
        self.signals, self.log_writer = StopSignals(), LogWriter(-1)
        net.connections.register(self.signals.sock, self.signals)
        self.bans = Bans()
        self.drain = Drain(net, self.signals, log, 120)
        config, rows = Config(RoomSettings(Setup("classic", "duel", 3, 0, 2))), settings_of(maps())
        services: list[Service] = []
        reader = ReloadThread(lambda: config, bool)  # nobody requests a read
        self.reload = ReloadService(config, rows, reader, net, self.log_writer, log, services)
        self.moderation = Moderation(net, self.bans, lambda: CLOCK + self.loopback.now - 1000.0)
        self.services, self.dispatcher = admin_services(net, self.drain, self.reload, self.moderation, log)
        services += self.services

    def console(self, line: str) -> list[str]:
        """Run a command at the console; returns its answer, an error as a line that begins so."""
        try:
            answer = self.dispatcher.run(line, self.loopback.now)
        except CommandError as problem:
            answer = [f"error: {problem}"]
        self.settle()
        return answer

    def chat(self, guest: RawClient, text: str) -> list[str]:
        """Send a line of chat for a guest; returns all lines that it receives from then on."""
        before = len(guest.all_of(Chat))
        waiting = len(self.loopback.server.slash_commands)
        guest.send(Say(text))
        self.loopback.until(lambda: len(self.loopback.server.slash_commands) > waiting)
        self.settle()
        return [line.text for line in guest.all_of(Chat)[before:] if isinstance(line, Chat)]

    def players(self, *names: str) -> list[RawClient]:
        """Members who have played a round, in the lobby again."""
        members = [self.loopback.member(name) for name in names]
        self.play(*members)
        return members

    def play(self, *members: RawClient) -> None:
        """All members of the room play a round, and are in the lobby again."""
        start_round(self.loopback, *members)
        self.loopback.server.broadcaster.enqueue(self.loopback.room.end_match())
        self.settle()

    def settle(self) -> None:
        """Update the services, and let every guest read the result."""
        self.update(self.loopback.now)
        self.loopback.update(0, 0.0)
        self.update(self.loopback.now)
        self.drain.update(self.loopback.now)
        self.loopback.update(0, 0.0)
        for guest in self.loopback.clients:
            if guest.sock.fileno() >= 0 and not guest.is_over:
                self._catch_up(guest)

    def update(self, now: float) -> None:
        """Update the services once."""
        for service in self.services:
            service.update(now)

    def _catch_up(self, guest: RawClient) -> None:
        """Read what was sent to a guest: on loopback it arrives at once."""
        for _ in range(3):
            guest.read()

    def wait(self, seconds: float) -> None:
        """Let time pass, while every guest sends pings."""
        for _ in range(round(seconds)):
            self.loopback.run(1.0)
            self.settle()

    def close(self) -> None:
        """Close all sockets."""
        self.loopback.close()
        self.signals.close()
        self.log_writer.close()


class CountedCalls:
    """Wraps a function and counts its calls."""

    def __init__(self, does: Callable[[], Any]) -> None:
        self.times = 0
        self._does = does

    def __call__(self) -> Any:
        self.times += 1
        return self._does()


def lines_of(guest: RawClient) -> list[str]:
    """Return all lines of chat that a guest received."""
    return [line.text for line in guest.all_of(Chat) if isinstance(line, Chat)]


def last_word(guest: RawClient) -> str:
    """Return the reason with which a guest was removed."""
    bye = guest.received[-1]
    assert isinstance(bye, Bye), bye
    return bye.reason
