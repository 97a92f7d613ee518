"""Screens with usual names and texts: all of them fit, so none is cut."""

from dataclasses import replace

from petard.game.client.joining_in import change_players, choose_side
from petard.game.client.server_control import ServerControl
from petard.game.config.arguments import BadAddress, address_of
from petard.game.config.settings import Settings
from petard.game.doctor.diagnosis import BEFORE
from petard.game.flow.directory_browser import FAILURES
from petard.game.net.fetch_result import FetchFailure
from petard.game.ui.input.local_players import Devices
from petard.game.ui.screen import MatchMenuRequest
from petard.game.ui.screens.dialogs import ConnectingScreen, DisconnectedScreen, PasswordScreen
from petard.game.ui.screens.how_to_play import HowToPlayScreen
from petard.game.ui.screens.internet import InternetScreen
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
from petard.game.view.internet_list import InternetList, RoomPing
from petard.game.view.playback import DemoSummary
from petard.shared.control_channel import ListingState
from petard.shared.protocol.beacon import FoundServer
from petard.shared.protocol.messages import Phase, Setup
from tests.game.ui.person import Person
from tests.game.ui.screens.lobby_person import LobbyPerson, PasswordLogin
from tests.game.ui.screens.test_join import ATTIC, CELLAR, DEN, MUSEUM
from tests.game.view.listings import DIRECTORY, listing, page
from tests.game.view.test_playback import watched

NOW = 5.0
ADDRESS = "192.168.178.20"
ROOMS = (
    listing(1, name="Den", players=8),
    listing(2, name="Attic", phase="playing", mode="zombie", map="switchyard"),
    listing(3, name="D\u0435n", locked=True),
    listing(4, name="Cellar"),
    listing(5, name="Museum", protocol=9, build="0.3"),
)
NOBODY = "Nobody answers at 10.0.0.5 port 7777. Is the server running there?"


def usual_screens() -> dict[str, Menu]:
    """One of each, by name, as it is at NOW."""
    known = Person(Settings(name="Ada", addresses=("192.168.0.17",))).context
    lobbies = {"lobby": lobby(), "lobby, asking": lobby(asks=True), "lobby, locked": lobby(locked=True)}
    lobbies["lobby, practising"] = practising()
    lobbies |= {f"lobby, {listing}": lobby(listing=listing) for listing in ListingState}
    lobbies["lobby, sides"] = sides()
    lobbies["players here"] = players_here()
    lobbies["lobby, phones"] = lobby(phones=True)
    lobbies["phones"] = ticked(PhonesPage(lobby(phones=True).context))
    lobbies["items"] = ticked(ItemsPage(LobbyPerson().context))
    for name, person in (("asked for a copy", asked_for_copy()), ("host of copies", host_of_copies())):
        assert isinstance(person.screen, LobbyScreen)
        lobbies[f"lobby, {name}"] = person.screen
    joins = {
        "join, nothing heard": join(),
        "join, heard": join(DEN, ATTIC, CELLAR, MUSEUM),
        "join, known": ticked(JoinScreen(known)),
        "join, not an address": join_problem("not an address"),
        "join, bad port": join_problem("10.0.0.1:99999"),
        "join, with a directory": join(DEN, ATTIC, directory=True),
        "internet, asking": internet(),
        "internet, none": internet(page()),
        "internet, rooms": internet(page(*ROOMS, after="more")),
        "internet, a room alone": internet(page(listing(1, name="Den", locked=True))),
        "internet, failed": internet(page(*ROOMS), fails=True),
        "internet, never there": internet(fails=True),
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
        "host": host_menu(),
        "host, public": host_menu(public=True),
        "title, with a directory": title(directory=True),
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


def host_menu(public: bool = False) -> Menu:
    """What is asked before one hosts, where a directory is set. `public`: the room is to be listed there."""
    context = Person().context
    context.joinable.internet = InternetList("example.org", lambda host, port: host)
    screen = PasswordScreen(context)
    if public:
        person = Person().before(screen)
        person.clicks("public")
    return ticked(screen)


def title(directory: bool = False) -> Menu:
    """Three games are heard, and one of them may be gone back to. `directory`: one is set."""
    context = Person().context
    context.joinable.internet = InternetList("example.org", lambda host, port: host) if directory else None
    context.joinable.found = [("a", replace(DEN, phase=Phase.PLAYING)), ("b", CELLAR), ("c", replace(ATTIC, players=8))]
    context.joinable.rejoin_until = NOW + 60
    return ticked(TitleScreen(context))


def internet(answer: bytes = b"", fails: bool = False) -> Menu:
    """The list of a directory that has answered this, and then not any more."""
    context = Person(Settings(name="Ada", starred=("8.8.8.2",))).context
    context.joinable.internet = listed = InternetList("example.org", lambda host, port: host)
    screen = InternetScreen(context)
    screen.tick(NOW - 1)
    if answer:
        listed.receive(200, "", answer, DIRECTORY, NOW)
    if fails:
        listed.fail(FAILURES[FetchFailure.NO_ANSWER].fill(place=listed.place), NOW)
    listed.sight.pings = {("8.8.8.1", 7777): RoomPing(34, f"{1:016x}", NOW), ("8.8.8.4", 7777): RoomPing(None, "", NOW)}
    screen.tick(NOW)
    return screen


def join(*heard: FoundServer, directory: bool = False) -> Menu:
    """The list of games with these in it. `directory`: one is set."""
    context = Person().context
    context.joinable.internet = InternetList("example.org", lambda host, port: host) if directory else None
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


def asked_for_copy(is_kept: bool = False) -> LobbyPerson:
    """A member who is asked to keep a copy of the room, or keeps one."""
    person = LobbyPerson(host=False)
    consent = person.context.own_server.consent
    consent.is_offered, consent.is_kept = True, is_kept
    person.waits(1)
    return person


def host_of_copies() -> LobbyPerson:
    """A host who chooses whether others keep copies."""
    person = LobbyPerson()
    person.context.own_server.control = ServerControl("on")
    person.context.own_server.invitation = "192.168.178.20"
    person.waits(1)
    return person


def lobby(asks: bool = False, locked: bool = False, phones: bool = False, listing: ListingState | None = None) -> Menu:
    """Two people in a room; `asks`: whether to leave it; `phones`: the server of this computer serves browsers.

    `listing`: what came of its announcement.
    """
    context = LobbyPerson().context
    if listing:
        context.joinable.internet = InternetList("example.org", lambda host, port: host)
        context.own_server.control = ServerControl()
        context.own_server.control.listing = listing
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
