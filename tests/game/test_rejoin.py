"""The way back into a game as a person sees it: the banner, giving up, and the title after a crash."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from petard.game.config.settings import Settings
from petard.game.flow.navigator import Navigator
from petard.game.flow.rejoin_ticket import RejoinTicketFile
from petard.game.net.transport import TransportState
from petard.game.ui.render.connection_overlay import GIVE_UP
from petard.game.ui.screen import JoinServer, SimpleRequest
from petard.game.ui.screens.dialogs import DisconnectedScreen, PauseScreen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.title import REJOIN, TitleScreen
from petard.game.ui.widgets.room_rows import OfferButton
from petard.shared.protocol.messages import Bye, Chat, Hello, Phase, Say
from tests.game.scripted_server import TOKENS, ScriptedServer, round_one
from tests.game.ui.person import Person
from tests.game.ui.pictures import pixels

WALL = 1_800_000_000.0


class Player(Person):
    """A person whose server is scripted; the rejoin ticket is in a file."""

    def __init__(self, file: Path, server: ScriptedServer | None = None) -> None:
        super().__init__(Settings(name="Ada", colour=3, character=2))
        self.server = server or ScriptedServer()
        self.now = self.server.now
        self.wall = WALL
        self.tickets = RejoinTicketFile(file, lambda: self.wall)
        self.navigator = Navigator(self.context, self.canvas, self.server.connect, self.tickets)
        self.navigator.joiner.offer_rejoin(self.now)

    def turns(self, seconds: float = 1 / 60) -> None:
        """Run passes of the main loop."""
        for _ in range(max(1, round(seconds * 60))):
            self.waits()
            self.navigator.poll(self.now)
            self.wall += 1 / 60
        self.server.now = self.now

    def dozes(self, seconds: float) -> None:
        """Run one pass after a pause, as a hidden window does."""
        self.now += seconds
        self.wall += seconds
        self.turns()

    def joins(self, address: str = "10.0.0.5") -> None:
        """Join a server in mid-round."""
        self.navigator.answer(JoinServer(address), self.now)
        self.is_let_in()

    def is_let_in(self, returned: bool = False) -> None:
        """The server admits us."""
        assert self.navigator.connection
        self.server.connection = self.navigator.connection
        self.turns()
        self.server.admits(*round_one(), returned=returned, phase=Phase.PLAYING)
        self.now = self.server.now
        self.turns()
        assert isinstance(self.navigator.screen, MatchScreen)

    def shown_token(self) -> str:
        """The token of the last Hello."""
        return self.server.received(Hello)[-1].token


@pytest.fixture
def starts(tmp_path: Path) -> Iterator[Callable[[], Player]]:
    """Starts the game. A game that ran before has crashed: it is gone without a word."""
    players: list[Player] = []

    def start() -> Player:
        server = players[-1].server if players else None
        for player in players:
            player.tickets.close()
        players.append(Player(tmp_path / "ticket.toml", server))
        if len(players) > 1:
            players[-1].wall, players[-1].now = players[-2].wall, players[-2].now
            players[-1].navigator.joiner.offer_rejoin(players[-1].now)
        return players[-1]

    yield start
    for player in players:
        player.navigator.close()
        player.tickets.close()


Start = Callable[[], Player]


def words_of(player: Player) -> str:
    widget = player.widget(REJOIN)
    assert isinstance(widget, OfferButton)
    assert widget.label == "Back into the game"
    return widget.below


def test_silence_and_a_disconnect_are_shown_over_the_match(starts: Start) -> None:
    player = starts()
    player.joins()
    player.turns(0.5)
    calm = pixels(player.canvas)
    player.turns(0.5)
    quiet = pixels(player.canvas)
    assert quiet != calm
    player.turns(2.6)
    assert isinstance(player.screen, MatchScreen)
    assert pixels(player.canvas) not in (calm, quiet)


@pytest.mark.parametrize("way", ["escape", "pad", "click"])
def test_a_person_can_give_up_and_reads_why(starts: Start, way: str) -> None:
    player = starts()
    player.joins()
    player.server.state = TransportState.CLOSED
    player.server.disconnects()
    player.turns(0.1)
    player.keys("enter")
    player.keys("x")
    assert isinstance(player.screen, MatchScreen), "hammering on bombs is no goodbye"
    {
        "escape": lambda: player.keys("escape"),
        "pad": lambda: player.pad("back"),
        "click": lambda: player.clicks_at(GIVE_UP[0] + 9, GIVE_UP[1] + 9),
    }[way]()
    player.turns()
    assert isinstance(player.screen, DisconnectedScreen)
    assert player.screen.sentence == "The connection to the server broke."


def test_a_chat_line_that_is_written_while_disconnected_stays_until_the_reconnect(starts: Start) -> None:
    player = starts()
    player.joins()
    player.keys("enter")
    player.types("help")
    player.server.disconnects()
    player.turns(0.5)
    player.keys("enter")
    assert player.screen.typing
    player.server.admits(*round_one(), returned=True, phase=Phase.PLAYING)
    player.turns()
    player.keys("enter")
    player.turns()
    assert not player.screen.typing
    assert [line.text for line in player.server.received(Say)] == ["help"]


def test_escape_opens_the_menu_while_connected_or_only_silent(starts: Start) -> None:
    player = starts()
    player.joins()
    player.turns(1.5)
    player.clicks_at(GIVE_UP[0] + 9, GIVE_UP[1] + 9)
    player.keys("escape")
    assert isinstance(player.screen, PauseScreen)
    player.keys("escape")
    assert isinstance(player.screen, MatchScreen)


def test_after_a_crash_the_title_offers_the_way_back_first_and_counts_down(starts: Start) -> None:
    starts().joins()
    player = starts()
    player.wall += 17.5
    player.navigator.joiner.offer_rejoin(player.now)
    player.turns()
    assert isinstance(player.screen, TitleScreen)
    assert player.screen.form.focus == REJOIN
    assert player.screen.form.widgets[0].key == REJOIN
    assert words_of(player) == "your seat is kept for 73 s"
    player.turns(2.0)
    assert words_of(player) == "your seat is kept for 71 s"
    player.keys("enter")
    player.is_let_in(returned=True)
    assert player.shown_token() == TOKENS[0]


def test_the_offer_ends_after_ninety_seconds_and_takes_no_focus_from_a_chosen_button(starts: Start) -> None:
    starts().joins()
    player = starts()
    player.turns()
    player.keys("left", "down")
    assert isinstance(player.screen, TitleScreen)
    assert player.screen.form.focus == "Host for friends"
    for _ in range(88):
        player.dozes(1.0)

    assert words_of(player) == "your seat is kept for 1 s"
    player.turns(1.5)
    assert REJOIN not in [widget.key for widget in player.screen.form.widgets]
    assert player.screen.form.focus == "Host for friends"
    player.navigator.answer(SimpleRequest.REJOIN, player.now)
    player.turns()
    assert isinstance(player.screen, TitleScreen)
    assert "no longer kept" in player.screen.notice


def test_only_the_server_of_the_ticket_gets_its_token(starts: Start) -> None:
    starts().joins()
    player = starts()
    player.navigator.answer(JoinServer("10.0.0.6"), player.now)
    player.turns()
    assert player.shown_token() == ""
    player = starts()
    player.joins("10.0.0.5:7777")
    assert player.shown_token() == TOKENS[0]


@pytest.mark.parametrize("server_ends_it", [True, False])
def test_after_a_goodbye_of_either_side_there_is_no_ticket(starts: Start, server_ends_it: bool) -> None:
    player = starts()
    player.joins()
    if server_ends_it:
        player.server.sends(Bye("Good night."))
    else:
        player.navigator.answer(SimpleRequest.TITLE, player.now)
    player.turns()
    assert player.tickets.ticket() is None
    assert player.context.joinable.rejoin_until == 0


def test_after_giving_up_the_ticket_still_counts(starts: Start) -> None:
    player = starts()
    player.joins()
    player.server.disconnects()
    player.turns()
    player.keys("escape")
    player.turns()
    assert isinstance(player.screen, DisconnectedScreen)
    player.keys("enter")  # try again
    player.is_let_in(returned=True)
    assert player.shown_token() == TOKENS[0]


def test_after_a_restart_of_the_server_the_lobby_says_so(starts: Start) -> None:
    player = starts()
    player.joins()
    player.server.disconnects()
    player.turns(0.5)
    player.server.admits()
    player.turns()
    assert isinstance(player.screen, LobbyScreen)
    assert player.context.session
    assert "was restarted" in player.context.session.chat.lines[-1].text


def test_a_return_into_the_same_round_has_a_fresh_painter_and_repeats_no_chat_line(starts: Start) -> None:
    player = starts()
    player.joins()
    player.server.sends(Chat(1, "Bo", "hi", 1))
    player.turns(0.2)
    screen = player.screen
    assert isinstance(screen, MatchScreen)
    painter = screen.round.painter
    player.server.disconnects()
    player.turns(0.5)
    player.server.admits(*round_one(), Chat(1, "Bo", "hi", 1), returned=True, phase=Phase.PLAYING)
    player.now = player.server.now
    player.turns()
    assert player.screen is screen
    assert screen.round.painter is not painter
    assert [line.text for line in screen.hud.notices.lines(player.now)] == ["Bo: hi"]
