"""A person in the lobby of a real room without a socket."""

from petard.game.config.settings import Settings
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.widgets.widgets import Widget
from petard.shared.protocol.messages import Seat, Setup
from petard.shared.protocol.scram_client import Login
from tests.ends import Ends
from tests.game.ui.person import SMALL, Person

SETUP = Setup("classic", "last-one-standing", 3, 1, 2)


class LobbyPerson(Person):
    """A person in the lobby of a room; Bo is the other member."""

    def __init__(self, host: bool = True, players: int = 1, window: tuple[int, int] = SMALL) -> None:
        self.ends = Ends(SETUP)
        for peer in (1, 2) if host else (2, 1):
            self.ends.join(peer, "Ada" if peer == 1 else "Bo", players if peer == 1 else 1)
        super().__init__(Settings(name="Ada"), self.ends.sessions[1], window=window)
        self.before(LobbyScreen(self.context))
        self.requests: list[object] = []
        self.navigator.answer = lambda request, now: self.requests.append(request)  # type: ignore[method-assign]

    def waits(self, seconds: float = 1 / 60) -> None:
        """Time passes in the room, too."""
        self.ends.now += seconds
        self.ends.post()
        super().waits(seconds)

    def widget(self, key: str) -> Widget:
        """A widget of the page that lies over the lobby, or of the lobby."""
        page = self.screen.page if isinstance(self.screen, LobbyScreen) else None
        return page.form[key] if page else super().widget(key)

    def seat(self, name: str = "Ada") -> Seat:
        """The seat of a player, as this client knows it."""
        assert self.context.session is not None
        return next(seat for seat in self.context.session.room.seats if seat.name == name)

    def changes(self, key: str, by: str) -> None:
        """Choose the next value, or press a button."""
        if by == "mouse":
            self.clicks(key, part=0.92)
        else:
            self.goes_to(key, by)
            (self.keys if by == "keys" else self.pad)("right")


class PasswordLogin(Login):
    """The server has asked for the password and taken ours."""

    has_proved = True


def seats(count: int) -> tuple[Seat, ...]:
    return tuple(Seat(slot, slot + 1, f"P{slot}", slot, slot, True, True, 0, 0) for slot in range(count))
