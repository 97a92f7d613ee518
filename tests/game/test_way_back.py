"""The way back as a person sees it: the sign over the screen, giving up, and the title after a crash."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from petard.game.config.settings import Settings
from petard.game.flow.navigator import Navigator
from petard.game.flow.rejoin_ticket import RejoinTicketFile
from petard.game.net.transport import TransportState
from petard.game.ui.render.status_banner import GIVE_UP
from petard.game.ui.screen import JoinServer, SimpleRequest
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.lost import DisconnectedScreen
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.pause import PauseScreen
from petard.game.ui.screens.title import BACK, TitleScreen
from petard.game.ui.widgets.room_rows import OfferButton
from petard.shared.protocol.messages import Bye, Chat, Hello, Phase, Say
from tests.game.lines import TOKENS, Station, round_one
from tests.game.ui.people import Person
from tests.game.ui.pictures import pixels

WALL = 1_800_000_000.0


class Player(Person):
    """A person on the way to a server of fakes; the ticket is in a file."""

    def __init__(self, file: Path, station: Station | None = None) -> None:
        super().__init__(Settings(name="Ada", colour=3, character=2))
        self.station = station or Station()
        self.now = self.station.now
        self.wall = WALL
        self.pocket = RejoinTicketFile(file, lambda: self.wall)
        self.navigator = Navigator(self.context, self.canvas, self.station.dial, self.pocket)
        self.navigator.offer_rejoin(self.now)

    def turns(self, seconds: float = 1 / 60) -> None:
        """The loop goes round."""
        for _ in range(max(1, round(seconds * 60))):
            self.waits()
            self.navigator.poll(self.now)
            self.wall += 1 / 60
        self.station.now = self.now

    def dozes(self, seconds: float) -> None:
        """The loop goes round once in a while, as that of a window out of sight."""
        self.now += seconds
        self.wall += seconds
        self.turns()

    def joins(self, address: str = "10.0.0.5") -> None:
        """Go to a server, and be let in mid-round."""
        self.navigator.answer(JoinServer(address), self.now)
        self.is_let_in()

    def is_let_in(self, returned: bool = False) -> None:
        """The server opens the door."""
        assert self.navigator.connection
        self.station.visit = self.navigator.connection
        self.turns()
        self.station.lets_in(*round_one(), returned=returned, phase=Phase.PLAYING)
        self.now = self.station.now
        self.turns()
        assert isinstance(self.navigator.screen, MatchScreen)

    def shown_token(self) -> str:
        """The token of the last Hello."""
        return self.station.hears(Hello)[-1].token


@pytest.fixture
def starts(tmp_path: Path) -> Iterator[Callable[[], Player]]:
    """Starts the game. A game that ran before has crashed: it is gone without a word."""
    players: list[Player] = []

    def start() -> Player:
        station = players[-1].station if players else None
        for player in players:
            player.pocket.close()
        players.append(Player(tmp_path / "ticket.toml", station))
        if len(players) > 1:
            players[-1].wall, players[-1].now = players[-2].wall, players[-2].now
            players[-1].navigator.offer_rejoin(players[-1].now)
        return players[-1]

    yield start
    for player in players:
        player.navigator.close()
        player.pocket.close()


Start = Callable[[], Player]


def words_of(player: Player) -> str:
    widget = player.widget(BACK)
    assert isinstance(widget, OfferButton)
    assert widget.label == "Back into the game"
    return widget.below


def test_a_quiet_line_and_a_broken_one_are_seen_over_the_match(starts: Start) -> None:
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
def test_whoever_has_enough_of_trying_gives_up_and_reads_why(starts: Start, way: str) -> None:
    player = starts()
    player.joins()
    player.station.state = TransportState.CLOSED
    player.station.breaks()
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


def test_what_is_written_while_the_line_is_broken_stays_until_it_holds_again(starts: Start) -> None:
    player = starts()
    player.joins()
    player.keys("enter")
    player.types("help")
    player.station.breaks()
    player.turns(0.5)
    player.keys("enter")
    assert player.screen.typing
    player.station.lets_in(*round_one(), returned=True, phase=Phase.PLAYING)
    player.turns()
    player.keys("enter")
    player.turns()
    assert not player.screen.typing
    assert [line.text for line in player.station.hears(Say)] == ["help"]


def test_escape_acts_as_always_while_the_line_holds_or_is_only_quiet(starts: Start) -> None:
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
    player.navigator.offer_rejoin(player.now)
    player.turns()
    assert isinstance(player.screen, TitleScreen)
    assert player.screen.form.focus == BACK
    assert player.screen.form.widgets[0].key == BACK
    assert words_of(player) == "your seat is kept for 73 s"
    player.turns(2.0)
    assert words_of(player) == "your seat is kept for 71 s"
    player.keys("enter")
    player.is_let_in(returned=True)
    assert player.shown_token() == TOKENS[0]


def test_the_offer_goes_after_ninety_seconds_and_takes_no_focus_from_who_has_chosen(starts: Start) -> None:
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
    assert BACK not in [widget.key for widget in player.screen.form.widgets]
    assert player.screen.form.focus == "Host for friends"
    player.navigator.answer(SimpleRequest.REJOIN, player.now)
    player.turns()
    assert isinstance(player.screen, TitleScreen)
    assert "not held any more" in player.screen.notice


def test_the_same_address_needs_no_question_and_another_one_gets_no_secret(starts: Start) -> None:
    starts().joins()
    player = starts()
    player.navigator.answer(JoinServer("10.0.0.6"), player.now)
    player.turns()
    assert player.shown_token() == ""
    player = starts()
    player.joins("10.0.0.5:7777")
    assert player.shown_token() == TOKENS[0]


@pytest.mark.parametrize("server_ends_it", [True, False])
def test_after_a_goodbye_of_either_side_there_is_no_way_back(starts: Start, server_ends_it: bool) -> None:
    player = starts()
    player.joins()
    if server_ends_it:
        player.station.says(Bye("Good night."))
    else:
        player.navigator.answer(SimpleRequest.TITLE, player.now)
    player.turns()
    assert player.pocket.ticket() is None
    assert player.context.rejoin_until == 0


def test_who_gave_up_may_still_change_their_mind(starts: Start) -> None:
    player = starts()
    player.joins()
    player.station.breaks()
    player.turns()
    player.keys("escape")
    player.turns()
    assert isinstance(player.screen, DisconnectedScreen)
    player.keys("enter")  # try again
    player.is_let_in(returned=True)
    assert player.shown_token() == TOKENS[0]


def test_a_restarted_server_in_the_middle_of_a_round_is_told_in_the_lobby(starts: Start) -> None:
    player = starts()
    player.joins()
    player.station.breaks()
    player.turns(0.5)
    player.station.lets_in()
    player.turns()
    assert isinstance(player.screen, LobbyScreen)
    assert player.context.session
    assert "started anew" in player.context.session.chat.lines[-1].text


def test_a_return_into_the_same_round_has_a_fresh_painter_and_tells_no_line_twice(starts: Start) -> None:
    player = starts()
    player.joins()
    player.station.says(Chat(1, "Bo", "hi", 1))
    player.turns(0.2)
    screen = player.screen
    assert isinstance(screen, MatchScreen)
    painter = screen.round.painter
    player.station.breaks()
    player.turns(0.5)
    player.station.lets_in(*round_one(), Chat(1, "Bo", "hi", 1), returned=True, phase=Phase.PLAYING)
    player.now = player.station.now
    player.turns()
    assert player.screen is screen
    assert screen.round.painter is not painter
    assert [line.text for line in screen.hud.notices.lines(player.now)] == ["Bo: hi"]
