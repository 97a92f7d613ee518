"""A house with a desk in it: real sockets, a clock and a calendar that the test moves."""

from collections.abc import Callable
from typing import Any

from petard.server.config import Config, with_values
from petard.server.desk.ballots import Ballots
from petard.server.desk.bans import Bans
from petard.server.desk.caller import CONSOLE
from petard.server.desk.closing import Closing
from petard.server.desk.commands import BadOrder
from petard.server.desk.desk import Desk
from petard.server.desk.doorkeeper import Doorkeeper
from petard.server.desk.steward import Steward
from petard.server.drain import Drain
from petard.server.room.room import RoomSettings
from petard.server.settings.table import settings_of
from petard.server.wake import Wake
from petard.shared.protocol.messages import Bye, Chat, Say, Setup
from tests.server.house import Guest, House, maps

CLOCK = 1_800_000_000  # seconds since 1970


class Plain:
    """Settings without a file."""

    def __init__(self) -> None:
        self.config = Config(RoomSettings(Setup("classic", "duel", 3, 0, 2)))
        self.desk: Desk | None = None

    def put(self, key: str, value: Any, now: float) -> None:
        self.config = with_values(self.config, {key: value})
        assert self.desk
        self.desk.renew(self.config, now)


class Reception:
    """The house, the desk, and what they say."""

    def __init__(self, bots: int = 0) -> None:
        self.house = House(bots=bots, rules="duel")
        net, log = self.house.net, self.house.net._log
        self.wake, self.live, self.passed = Wake(), Plain(), 0.0
        self.bans = Bans()
        self.drain = Drain(net, self.wake, log, 120)
        rows = settings_of(maps())
        doorkeeper = self.doorkeeper = Doorkeeper(net, self.bans, lambda: CLOCK + self.house.now - 1000.0)
        ballots = Ballots(net, doorkeeper, rows[0], is_on=True)
        steward, closing = Steward(net, rows, self.live), Closing(net, self.drain)
        self.desk = self.live.desk = Desk(net, steward, doorkeeper, ballots, closing, log)

    def console(self, line: str) -> list[str]:
        """What the console is answered; an error is a line that begins so."""
        try:
            answer = self.desk.run(line, CONSOLE, self.house.now)
        except BadOrder as problem:
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
