"""The loop gives the services their turns, also while nobody is connected, and hands them the news."""

from collections.abc import Sequence

from server.happenings import Happening, Joined
from server.loop import serve
from server.wake import Wake
from tests.server.house import House


class Clerk:
    """A service that stops the server after its third turn."""

    def __init__(self, wake: Wake) -> None:
        self.wake = wake
        self.turns: list[float] = []
        self.news: list[Happening] = []
        self.is_closed = False

    def turn(self, now: float) -> None:
        self.turns.append(now)
        if len(self.turns) == 3:
            self.wake.reason = "It is late."

    def heard(self, happenings: Sequence[Happening], now: float) -> None:
        self.news += happenings

    def next_at(self, now: float) -> float:
        return now + 0.02

    def close(self) -> None:
        self.is_closed = True


def test_a_service_has_its_turns_in_a_room_where_nobody_is() -> None:
    house, wake = House(), Wake()
    clerk = Clerk(wake)
    serve(house.net, wake, house.net._log, None, [clerk])
    assert 3 <= len(clerk.turns) <= 4  # one more where it was the turn right after a sleep
    assert clerk.is_closed
    assert "stopped: It is late." in house.lines
    house.close()
    wake.sock.close()
    wake._poker.close()


def test_a_service_hears_what_has_happened() -> None:
    house, wake = House(), Wake()
    clerk = Clerk(wake)
    house.member("Ada")
    serve(house.net, wake, house.net._log, None, [clerk])
    assert clerk.news == [Joined(1, "Ada")]
    house.close()
    wake.sock.close()
    wake._poker.close()
