"""A house with a desk in it: real sockets, a clock and a calendar that the test moves."""

from collections.abc import Callable
from typing import Any

from petard.server.admin.dispatcher import Dispatcher
from petard.server.admin.issuer import CONSOLE
from petard.server.admin.match_commands import MatchCommands
from petard.server.admin.moderation import Moderation
from petard.server.admin.shutdown import Shutdown
from petard.server.admin.vote_commands import VoteCommands
from petard.server.config.config import Config, with_values
from petard.server.config.schema import settings_of
from petard.server.policy.admin_commands import CommandError
from petard.server.policy.bans import Bans
from petard.server.room.room import RoomSettings
from petard.server.runtime.drain import Drain
from petard.server.runtime.stop_signals import StopSignals
from petard.shared.protocol.messages import Bye, Chat, Say, Setup
from tests.server.house import Guest, House, maps

CLOCK = 1_800_000_000  # seconds since 1970


class Plain:
    """Settings without a file."""

    def __init__(self) -> None:
        self.config = Config(RoomSettings(Setup("classic", "duel", 3, 0, 2)))
        self.desk: Dispatcher | None = None

    def put(self, key: str, value: Any, now: float) -> None:
        self.config = with_values(self.config, {key: value})
        assert self.desk
        self.desk.renew(self.config, now)


class Reception:
    """The house, the desk, and what they say."""

    def __init__(self, bots: int = 0) -> None:
        self.house = House(bots=bots, rules="duel")
        net, log = self.house.net, self.house.net._log
        self.wake, self.live, self.passed = StopSignals(), Plain(), 0.0
        self.bans = Bans()
        self.drain = Drain(net, self.wake, log, 120)
        rows = settings_of(maps())
        doorkeeper = self.doorkeeper = Moderation(net, self.bans, lambda: CLOCK + self.house.now - 1000.0)
        ballots = VoteCommands(net, doorkeeper, rows[0], is_on=True)
        steward, closing = MatchCommands(net, rows, self.live), Shutdown(net, self.drain)
        self.desk = self.live.desk = Dispatcher(net, steward, doorkeeper, ballots, closing, log)

    def console(self, line: str) -> list[str]:
        """What the console is answered; an error is a line that begins so."""
        try:
            answer = self.desk.run(line, CONSOLE, self.house.now)
        except CommandError as problem:
            answer = [f"error: {problem}"]
        self.settle()
        return answer

    def chat(self, guest: Guest, text: str) -> list[str]:
        """What a guest is told in chat, everything since it said something."""
        before = len(guest.all_of(Chat))
        waiting = len(self.house.net.slashes)
        guest.say(Say(text))
        self.house.until(lambda: len(self.house.net.slashes) > waiting)
        self.settle()
        return [line.text for line in guest.all_of(Chat)[before:] if isinstance(line, Chat)]

    def settle(self) -> None:
        """Let the desk do what it has to, and everybody hear of it."""
        self.desk.turn(self.house.now)
        self.house.turn(0, 0.0)
        self.desk.turn(self.house.now)
        self.drain.turn(self.house.now)
        self.house.turn(0, 0.0)
        for guest in self.house.guests:
            if guest.sock.fileno() >= 0 and not guest.is_over:
                self._catch_up(guest)

    def _catch_up(self, guest: Guest) -> None:
        """Wait for what is on its way to a guest: what is sent on loopback is there at once."""
        for _ in range(3):
            guest.read()

    def wait(self, seconds: float) -> None:
        """Let time pass; everybody gives signs of life."""
        for _ in range(round(seconds)):
            self.house.run(1.0)
            self.settle()

    def close(self) -> None:
        """Give all sockets back."""
        self.house.close()
        self.wake.sock.close()
        self.wake._poker.close()


class Counted:
    """Does what something does, and counts how often."""

    def __init__(self, does: Callable[[], Any]) -> None:
        self.times = 0
        self._does = does

    def __call__(self) -> Any:
        self.times += 1
        return self._does()


def lines_of(guest: Guest) -> list[str]:
    """All lines of chat that a guest has seen."""
    return [line.text for line in guest.all_of(Chat) if isinstance(line, Chat)]


def last_word(guest: Guest) -> str:
    """Why a guest was sent away."""
    bye = guest.heard[-1]
    assert isinstance(bye, Bye), bye
    return bye.reason
