"""Screens with usual names and texts: all of them fit, so none is cut."""

from dataclasses import replace

from petard.game.client.joining_in import change_players, choose_side
from petard.game.client.server_control import ServerControl
from petard.game.config.arguments import BadAddress, address_of
from petard.game.config.settings import Settings
from petard.game.doctor.diagnosis import BEFORE
from petard.game.ui.input.local_players import Devices
from petard.game.ui.screen import MatchMenuRequest
from petard.game.ui.screens.dialogs import ConnectingScreen, DisconnectedScreen
from petard.game.ui.screens.how_to_play import HowToPlayScreen
from petard.game.ui.screens.items import ItemsPage
from petard.game.ui.screens.join import WAIT, JoinScreen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.local_players import LocalPlayers, LocalPlayersPage
from petard.game.ui.screens.menu import Menu
from petard.game.ui.screens.options import OptionsScreen
from petard.game.ui.screens.phones import PhonesPage
from petard.game.ui.screens.replay import ReplayScreen
from petard.game.ui.screens.replays import ReplaysScreen
from petard.game.ui.screens.title import TitleScreen
from petard.game.view.playback import DemoSummary
from petard.shared.protocol.beacon import FoundServer
from petard.shared.protocol.messages import Phase, Setup
from tests.game.ui.person import Person
from tests.game.ui.screens.lobby_person import LobbyPerson, PasswordLogin
from tests.game.ui.screens.test_join import ATTIC, CELLAR, DEN, MUSEUM
from tests.game.view.test_playback import watched

NOW = 5.0
ADDRESS = "192.168.178.20"
NOBODY = "Nobody answers at 10.0.0.5 port 7777. Is the server running there?"


def usual_screens() -> dict[str, Menu]:
    """One of each, by name, as it is at NOW."""
    known = Person(Settings(name="Ada", addresses=("192.168.0.17",))).context
    lobbies = {"lobby": lobby(), "lobby, asking": lobby(asks=True), "lobby, locked": lobby(locked=True)}
    lobbies["lobby, practising"] = practising()
    lobbies["lobby, sides"] = sides()
    lobbies["players here"] = players_here()
    lobbies["lobby, phones"] = lobby(phones=True)
    lobbies["phones"] = ticked(PhonesPage(lobby(phones=True).context))
    lobbies["items"] = ticked(ItemsPage(LobbyPerson().context))
    joins = {
        "join, nothing heard": join(),
        "join, heard": join(DEN, ATTIC, CELLAR, MUSEUM),
        "join, known": ticked(JoinScreen(known)),
        "join, not an address": join_problem("not an address"),
        "join, bad port": join_problem("10.0.0.1:99999"),
    }
    context = Person().context
    return {
        "title": title(),
        **joins,
        **lobbies,
        "options": OptionsScreen(context),
        "options, pads": turned(OptionsScreen(context, MatchMenuRequest.PAUSE_MENU), "pads"),
        "how to play": HowToPlayScreen(context),
        "how to play, more": turned(HowToPlayScreen(context), "more"),
        "how to play, floors": turned(turned(HowToPlayScreen(context), "more"), "more"),
        "replay": ReplayScreen(context, watched()),
        "replays": replays(),
        "replays, none": ReplaysScreen(context),
        "lost": DisconnectedScreen(
            context, "Nobody answers at 10.0.0.5 port 7777. Is the server running there?", "10.0.0.5"
        ),
        "waiting": waiting(),
    }


def turned(screen: Menu, key: str) -> Menu:
    """The same screen after its page was turned with the button of that key."""
    screen.press(key)
    return screen


def ticked(screen: Menu) -> Menu:
    """The same screen after it has waited for answers."""
    screen.tick(NOW - WAIT - 1)
    screen.tick(NOW)
    return screen


def title() -> Menu:
    """Three games are heard, and one of them may be gone back to."""
    context = Person().context
    context.joinable.found = [("a", replace(DEN, phase=Phase.PLAYING)), ("b", CELLAR), ("c", replace(ATTIC, players=8))]
    context.joinable.rejoin_until = NOW + 60
    return ticked(TitleScreen(context))


def join(*heard: FoundServer) -> Menu:
    """The list of games with these in it."""
    context = Person().context
    context.joinable.found = [(one.host, one) for one in heard]
    return ticked(JoinScreen(context))


def join_problem(text: str) -> Menu:
    """What was typed is no address."""
    context = Person().context
    try:
        address_of(text)
    except BadAddress as problem:
        context.notice = str(problem)
    return ticked(JoinScreen(context, text))


def lobby(asks: bool = False, locked: bool = False, phones: bool = False) -> Menu:
    """Two people in a room; `asks`: whether to leave it; `phones`: the server of this computer serves browsers."""
    context = LobbyPerson().context
    if phones:
        context.own_server.control = ServerControl()
        context.own_server.control.web_port = 7780
    assert context.session is not None
    context.own_server.invitation = ADDRESS
    if locked:
        context.session.link.login = PasswordLogin("")
    screen = ticked(LobbyScreen(context))
    if asks:
        screen.back()
    return screen


def sides() -> Menu:
    """Two people and six bots on four sides."""
    person = LobbyPerson()
    setup = Setup("grand", "no-carts", 3, 6, 2, mode="teams", sides=4, friendly_fire=True)
    person.ends.deliver(person.ends.room.choose(setup) or [])
    assert person.context.session is not None
    choose_side(person.context.session.link, person.context.session.room, 0, 2)
    person.ends.post()
    return ticked(LobbyScreen(person.context))


def players_here() -> Menu:
    """Three people at this machine."""
    person = LobbyPerson()
    assert person.context.session is not None
    person.context.devices.chosen = (Devices((0,), ()), Devices((1,), ()), Devices((), (0,)))
    session = person.context.session
    change_players(session.link, session.room, ("Ada", "Den", "Bo"))
    person.waits(0.1)
    return ticked(LocalPlayersPage(person.context, LocalPlayers(person.context)))


def practising() -> Menu:
    """Somebody tries the board out."""
    screen = lobby()
    screen.press("board")
    screen.tick(NOW)
    return screen


def waiting() -> Menu:
    """On the way to a host, with the longest hint about the system."""
    context = Person().context
    context.own_server.prompt = BEFORE["win32"]
    screen = ConnectingScreen(context)
    screen.words = f"Waiting for {ADDRESS} to answer"
    return screen


def replays() -> Menu:
    """A match, a match with its score, and a match that is pinned."""
    seats, end = watched().seats, watched().view()
    seen = DemoSummary(
        "a.petard", "29 Nov 2026, 18:17", False, "", "classic", "last-one-standing", 9000, 3, seats, 0, end
    )
    screen = ReplaysScreen(Person().context)
    screen.show([seen, replace(seen, name="b.petard", score=(1, 0)), replace(seen, name="c.petard", pinned=True)], 0)
    return screen
