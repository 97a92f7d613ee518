"""Which screen fits what the server does: while we are on it, and after its end."""

from petard.game.flow.server_connection import ServerConnection
from petard.game.ui.context import ScreenContext
from petard.game.ui.screen import Screen
from petard.game.ui.screens.dialogs import ConnectingScreen, DisconnectedScreen, PasswordScreen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.results import ResultsScreen
from petard.shared.protocol.messages import Phase


def screen_during(
    connection: ServerConnection,
) -> type[ConnectingScreen | LobbyScreen | MatchScreen | ResultsScreen]:
    """The kind of screen while a connection goes on: the phase of the room decides."""
    room = connection.session.room
    if room.lobby is None or not connection.is_admitted:
        return ConnectingScreen
    if room.lobby.phase is Phase.LOBBY:
        return LobbyScreen
    # A member who joined while results are shown has not received them.
    return ResultsScreen if room.lobby.phase is Phase.RESULTS and room.results else MatchScreen


def screen_after(connection: ServerConnection, context: ScreenContext, passwords: dict[str, str]) -> Screen:
    """The screen after a connection that has ended. `passwords`: by address; one that was wrong is forgotten."""
    session, login = connection.session, connection.session.link.login
    home = connection.addresses.home
    again = str(home) if home and not connection.local_server else ""
    if not (again and login.wants_password):
        was_in, by_server = session.room.welcomed, bool(session.problem)
        return DisconnectedScreen(context, connection.problem, again, was_in, by_server)
    passwords[again] = ""
    return PasswordScreen(context, again, connection.problem if login.password else "")
