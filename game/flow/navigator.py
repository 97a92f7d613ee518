"""Which screen is shown: the table of who follows whom, and the visit to a server that decides while there is one.

Rule 1: screens wish, the director answers; while we are on a server, what it does decides which screen is right.
Rule 2: no socket, no window and no clock here: visits are polled, screens are drawn, `now` comes in.
Rule 3: one visit at a time. Whoever ends it closes it, and with it the server of our own.
"""

from collections.abc import Iterable
from typing import Literal, assert_never

import pygame

from petard.game.config.arguments import DEFAULT_PORT, Address, BadAddress, address_of
from petard.game.flow.password_cache import PasswordCache
from petard.game.flow.rejoin_ticket import RejoinTicketFile
from petard.game.flow.server_browser import Seek, ServerBrowser
from petard.game.flow.server_connection import ServerConnection
from petard.game.flow.server_history import ServerHistory
from petard.game.flow.server_joiner import NoWayBack, ServerJoiner, Trip
from petard.game.net.connection import Connection
from petard.game.net.transport import Dial
from petard.game.replays.library import ReplayLibrary
from petard.game.replays.store import DemoLibrary, demos_path
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.net_graph import draw_bend
from petard.game.ui.render.status_banner import draw_sign, draw_word, gives_up
from petard.game.ui.screen import (
    DeleteReplay,
    HostGame,
    JoinServer,
    MatchMenuRequest,
    NavigationRequest,
    PinReplay,
    PlayFromReplay,
    ReplayRequest,
    Request,
    Screen,
    ShowDoctor,
    ShowJoin,
    WatchReplay,
)
from petard.game.ui.screens.doctor import DoctorScreen
from petard.game.ui.screens.join import JoinScreen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.lost import ConnectingScreen, DisconnectedScreen
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.options import OptionsScreen as OptionsScreen
from petard.game.ui.screens.password import LockScreen, PasswordScreen
from petard.game.ui.screens.pause import PauseScreen
from petard.game.ui.screens.replay import ReplayScreen
from petard.game.ui.screens.results import ResultsScreen
from petard.game.ui.screens.take_over import TakeOverMenu
from petard.game.ui.screens.title import TitleScreen
from petard.game.view.playback import Playback
from petard.shared.protocol.messages import Phase

_Shown = ShowJoin | Literal[Request.CHOOSE_PASSWORD, Request.OPTIONS, Request.REPLAYS] | ReplayRequest
READY_EVERY = 60  # ticks between two offers of a bot on our seat to begin


class Navigator:
    """Shows one screen, and sometimes a menu over it."""

    def __init__(
        self,
        kit: ScreenContext,
        canvas: Canvas,
        dial: Dial = Connection,
        pocket: RejoinTicketFile | None = None,
        demos: DemoLibrary | None = None,
        passwords: PasswordCache | None = None,
        seek: Seek | None = None,
    ) -> None:
        """`dial`: how lines to servers are made. `pocket`: where the way back into a game is kept; None: nowhere.

        `demos`: what was recorded; None: where servers of this person record. `passwords`: that are known already.
        `seek`: how games in this network are looked for; None: they are not.
        """
        self.kit = kit
        self.goes_on = True
        self.screen: Screen = TitleScreen(kit)
        self.over: Screen | None = None  # the menu over a match
        self.visit: ServerConnection | None = None
        self._canvas = canvas
        self._kept = ServerHistory(kit, pocket or RejoinTicketFile(None), passwords or PasswordCache())
        self._trips = ServerJoiner(kit, self._kept, dial)
        self._scout = ServerBrowser(seek)
        self._theatre = ReplayLibrary(kit, demos or DemoLibrary(demos_path()))
        self._ticks = 0

    @property
    def top(self) -> Screen:
        """The screen that hears."""
        return self.over or self.screen

    @property
    def playing(self) -> bool:
        """True while keys and pads are for a match."""
        return self.over is None and isinstance(self.screen, MatchScreen) and not self.screen.typing

    @property
    def _in_match(self) -> bool:
        return isinstance(self.screen, MatchScreen | ResultsScreen)

    def handle_events(self, events: Iterable[UiEvent], now: float) -> None:
        """Tell the top screen; the way back out of a match is the menu over it."""
        for event in events:
            in_match = self.over is None and self._in_match
            if self.visit is not None and gives_up(self.visit.sign(now), event):
                self.visit.give_up()
            elif self.visit is not None and _is_clip_key(event):
                self._theatre.keep(now)
            elif in_match and event.action is MenuAction.BACK and not self.screen.typing:
                self._cover(PauseScreen(self.kit))
            else:
                self.top.handle_event(event)
            self._obey(now)

    def talk(self, now: float) -> None:
        """Exchange bytes with the server, and follow what it does."""
        if self.visit is not None:
            self.visit.poll(now)
            self.kit.invitation, self.kit.server_control = self.visit.invitation, self.visit.control
            self._follow(self.visit, now)
        if self.kit.server_control:
            self.kit.server_control.hold(self._in_match and self.over is not None)
        self._look_round(now)
        self._theatre.turn(self.screen, now)

    def _look_round(self, now: float) -> None:
        """Listen for games while somebody may want to join one."""
        settings = self.kit.settings
        is_wanted = self.visit is None and isinstance(self.screen, TitleScreen | JoinScreen)
        self._scout.turn(is_wanted, (*settings.starred, *settings.addresses), now)
        self.kit.found_servers = self._scout.found

    def tick(self, now: float) -> None:
        """Pass 1/60 s."""
        self._ticks += 1
        self.screen.tick(now)
        if self.over is not None:
            self.over.tick(now)
        if self.kit.autopilot and self.visit and self._ticks % READY_EVERY == 0:
            self.visit.get_ready()
        self._obey(now)

    def draw(self, now: float) -> None:
        """Draw the screen, and what lies over it."""
        self.screen.draw(self._canvas, now)
        if self.over is not None:
            self.over.draw(self._canvas, now)
        sign = self.visit.sign(now) if self.visit is not None else None
        if sign is not None:
            button = "Start" if self.playing else "B"
            draw_sign(self._canvas, sign, button if self.kit.gamepads.names else "")
        if self.visit is not None:
            draw_bend(self._canvas, self.kit.lag, isinstance(self.screen, MatchScreen))
        if words := self._theatre.words(now):
            draw_word(self._canvas, words)

    def close(self, goodbye: bool = True) -> None:
        """Leave the server, if we are on one: for good, or without `goodbye`, and then there is a way back."""
        if self.visit is not None:
            if goodbye:
                self._kept.left(self.visit)
            if self.visit.invitation:
                self._scout.leave(address_of(self.visit.invitation))
            self.visit.close(goodbye)
        self.visit, self.kit.session, self.kit.server_control = None, None, None
        self.kit.invitation = self.kit.prompt = ""

    def offer(self, now: float) -> None:
        """Offer the way back into a game on the title, for as long as there is one."""
        self._kept.offer(now)

    def watch(self, playback: Playback) -> None:
        """Show a recording."""
        self._show(ReplayScreen(self.kit, playback))

    # Wishes

    def _obey(self, now: float) -> None:
        wish, self.top.request = self.top.request, None
        if wish is not None:
            self.answer(wish, now)

    def answer(self, wish: NavigationRequest, now: float) -> None:
        """Do what a screen wishes for."""
        match wish:
            case Request.QUIT:
                self.goes_on = False
            case Request.TITLE:
                self.close()
                self.offer(now)
                self._show(TitleScreen(self.kit))
            case ShowDoctor(address):
                self._examine(address)
            case ShowJoin() | Request.CHOOSE_PASSWORD | Request.OPTIONS | Request.REPLAYS:
                self._show(self._screen_of(wish))
            case WatchReplay() | PinReplay() | DeleteReplay():
                self._show(self._screen_of(wish))
            case MatchMenuRequest():
                self._answer_menu(wish, now)
            case Request.CHOOSE_TAKEOVER:
                self._ask_take_over()
            case Request.PLAY | HostGame() | JoinServer() | Request.REJOIN | PlayFromReplay():
                self._visit(wish, now)
            case _:
                assert_never(wish)

    def _answer_menu(self, wish: MatchMenuRequest, now: float) -> None:
        """Do what the menu over the match wishes for."""
        match wish:
            case MatchMenuRequest.OPTIONS:
                self._cover(OptionsScreen(self.kit, MatchMenuRequest.PAUSE_MENU))
            case MatchMenuRequest.PAUSE_MENU:
                self._cover(PauseScreen(self.kit, "options"))
            case _:
                self._cover(None)
        if wish is MatchMenuRequest.SAVE_CLIP:
            self._theatre.keep(now)
        elif wish is MatchMenuRequest.RESTART and self.kit.server_control:
            self.kit.server_control.restart()

    def _visit(self, trip: Trip, now: float) -> None:
        """Go to a server, and off the one that we are on."""
        self.close()
        try:
            self.visit = self._trips.begin(trip, now)
        except (BadAddress, NoWayBack) as problem:
            self.kit.notice = str(problem)
            if isinstance(trip, JoinServer):
                self._show(JoinScreen(self.kit, trip.address))
            return
        self.kit.session = self.visit.session
        self._show(ConnectingScreen(self.kit))

    def _examine(self, address: str) -> None:
        """Find out why a server is not seen; over the lobby, if it is our own and we sit there."""
        if self.visit is None:
            self._show(DoctorScreen(self.kit, address))
            return
        port = self.visit.address.port if self.visit.address else DEFAULT_PORT
        self.over = DoctorScreen(self.kit, str(Address("127.0.0.1", port)), hosting=True, back=MatchMenuRequest.RESUME)
        self.kit.keyboard.release()

    def _ask_take_over(self) -> None:
        """Ask who wants to be whom in the recording that is shown."""
        if isinstance(self.screen, ReplayScreen):
            self.over = TakeOverMenu(self.kit, self.screen.playback, self.screen.followed)

    def _screen_of(self, wish: _Shown) -> Screen:
        match wish:
            case ShowJoin(address):
                return JoinScreen(self.kit, address)
            case Request.CHOOSE_PASSWORD:
                return LockScreen(self.kit)
            case Request.OPTIONS:
                return OptionsScreen(self.kit)
            case _:
                return self._theatre.answer(wish)

    # What the server does

    def _follow(self, visit: ServerConnection, now: float) -> None:
        self._kept.note(visit, now)
        if visit.problem:
            address = str(visit.address) if visit.address and not visit.is_own else ""
            self.close()
            self._show(self._after(visit, address))
            return
        kind = self._kind_for(visit)
        if not isinstance(self.screen, kind):
            last_picture = self._canvas.surface.copy()
            self._show(kind(self.kit))
            if isinstance(self.screen, ResultsScreen):
                self.screen.behind = last_picture
        if isinstance(self.screen, ConnectingScreen):
            self.screen.words = visit.words

    def _after(self, visit: ServerConnection, address: str) -> Screen:
        """What follows a visit that is over; `address`: where it could be tried again, "" if nowhere."""
        talk = visit.session.talk
        if not (address and talk.wants_password):
            return DisconnectedScreen(
                self.kit, visit.problem, address, visit.session.welcomed, bool(visit.session.problem)
            )
        self._kept.passwords.forget(address)
        return PasswordScreen(self.kit, address, visit.problem if talk.password else "")

    def _kind_for(self, visit: ServerConnection) -> type[ConnectingScreen | LobbyScreen | MatchScreen | ResultsScreen]:
        lobby = visit.session.lobby
        if lobby is None or not visit.is_in:
            return ConnectingScreen
        if lobby.phase is Phase.LOBBY:
            return LobbyScreen
        # Who joins while results are shown has not heard them.
        return ResultsScreen if lobby.phase is Phase.RESULTS and visit.session.results else MatchScreen

    def _show(self, screen: Screen) -> None:
        if isinstance(self.screen, LobbyScreen) or not isinstance(screen, MatchScreen | ResultsScreen):
            self.over = None  # a match that begins is not to be missed for what lies over the lobby
        self.screen = screen
        self.kit.input_blocked = self.over is not None
        self.kit.keyboard.release()

    def _cover(self, over: Screen | None) -> None:
        self.over, self.kit.input_blocked = over, over is not None
        self.kit.keyboard.release()


def _is_clip_key(event: UiEvent) -> bool:
    return event.raw.type == pygame.KEYDOWN and event.raw.scancode == pygame.KSCAN_F9
