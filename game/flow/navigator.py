"""Which screen is shown: answers the requests of the screens, and follows what the server does while we are on one.

Rule 1: screens request, the navigator answers. While we are on a server, its phase decides which screen is right.
Rule 2: no socket, no window and no clock here: connections are polled, screens are drawn, `now` comes in.
Rule 3: one ServerConnection at a time. `close` ends it, and with it the server of our own.
"""

from collections.abc import Iterable
from typing import Literal, assert_never

import pygame

from petard.game.config.arguments import DEFAULT_PORT, Address, BadAddress
from petard.game.config.paths import demos_path
from petard.game.flow.connection_texts import status_of, waiting_text
from petard.game.flow.rejoin_ticket import RejoinTicketFile
from petard.game.flow.server_browser import DiscoveryFactory, ServerBrowser
from petard.game.flow.server_connection import ServerConnection
from petard.game.flow.server_history import PasswordCache, ServerHistory
from petard.game.flow.server_joiner import JoinRequest, NoWayBack, ServerJoiner
from petard.game.net.tcp_transport import TcpTransport
from petard.game.net.transport import TransportFactory
from petard.game.replays.library import ReplayLibrary
from petard.game.replays.store import DemoFolder
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.net_graph import draw_lag
from petard.game.ui.render.status_banner import draw_banner, draw_notice, gives_up
from petard.game.ui.screen import (
    DeleteReplay,
    HostGame,
    JoinServer,
    MatchMenuRequest,
    NavigationRequest,
    PinReplay,
    PlayFromReplay,
    ReplayRequest,
    Screen,
    ShowDoctor,
    ShowJoin,
    SimpleRequest,
    WatchReplay,
)
from petard.game.ui.screens.connection_screens import ConnectingScreen, DisconnectedScreen
from petard.game.ui.screens.doctor import DoctorScreen
from petard.game.ui.screens.join import JoinScreen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.options import OptionsScreen as OptionsScreen
from petard.game.ui.screens.password import LockScreen, PasswordScreen
from petard.game.ui.screens.pause import PauseScreen
from petard.game.ui.screens.replay import ReplayScreen
from petard.game.ui.screens.results import ResultsScreen
from petard.game.ui.screens.take_over import TakeOverMenu
from petard.game.ui.screens.title import TitleScreen
from petard.shared.protocol.messages import Phase

_ShowRequest = (
    ShowJoin | Literal[SimpleRequest.CHOOSE_PASSWORD, SimpleRequest.OPTIONS, SimpleRequest.REPLAYS] | ReplayRequest
)
_ServerScreen = ConnectingScreen | LobbyScreen | MatchScreen | ResultsScreen


class Navigator:
    """Shows one screen, and sometimes a menu over it."""

    def __init__(
        self,
        context: ScreenContext,
        canvas: Canvas,
        connect: TransportFactory = TcpTransport,
        tickets: RejoinTicketFile | None = None,
        demos: DemoFolder | None = None,
        passwords: PasswordCache | None = None,
        discover: DiscoveryFactory | None = None,
    ) -> None:
        """`tickets`: where the rejoin ticket is kept; None: nowhere. `passwords`: that are known already.

        `demos`: the recordings; None: those of this person. `discover`: finds games in this network; None: finds none.
        """
        self.context = context
        self.is_running = True  # until a screen requests the end
        self.screen: Screen = TitleScreen(context)
        self.overlay: Screen | None = None  # the menu over a match
        self.connection: ServerConnection | None = None
        self._canvas = canvas
        history = ServerHistory(context, tickets or RejoinTicketFile(None), passwords or PasswordCache())
        self.joiner = ServerJoiner(context, history, connect, ServerBrowser(discover))
        self.replays = ReplayLibrary(context, demos or DemoFolder(demos_path()))

    @property
    def top(self) -> Screen:
        """The screen that gets the events."""
        return self.overlay or self.screen

    @property
    def playing(self) -> bool:
        """True while keys and pads are for a match."""
        return self.overlay is None and isinstance(self.screen, MatchScreen) and not self.screen.typing

    @property
    def _in_match(self) -> bool:
        return isinstance(self.screen, MatchScreen | ResultsScreen)

    # The steps of the main loop

    def handle_events(self, events: Iterable[UiEvent], now: float) -> None:
        """Hand events to the top screen; Back in a match opens the menu over it."""
        for event in events:
            in_match = self.overlay is None and self._in_match
            if self.connection is not None and gives_up(status_of(self.connection, now), event):
                self.connection.give_up()
            elif self.connection is not None and _is_clip_key(event):
                self.replays.clips.start(self.context.session, now)
            elif in_match and event.action is MenuAction.BACK and not self.screen.typing:
                self._cover(PauseScreen(self.context))
            else:
                self.top.handle_event(event)
            self._answer_request(now)

    def tick(self, now: float) -> None:
        """Advance by 1/60 s."""
        self.screen.tick(now)
        if self.overlay is not None:
            self.overlay.tick(now)
        if self.context.devices.autopilot and self.context.devices.autopilot.is_ready_due() and self.connection:
            self.connection.get_ready()
        self._answer_request(now)

    def poll(self, now: float) -> None:
        """Exchange bytes with the server, and show the screen that fits."""
        if self.connection is not None:
            self.connection.poll(now)
            server = self.connection.local_server
            self.context.own_server.invitation = server.invitation if server else ""
            self.context.own_server.control = server.control if server else None
            self._follow(self.connection, now)
        if self.context.own_server.control:
            self.context.own_server.control.pause(self._in_match and self.overlay is not None)
        self.find_servers(now)
        self.replays.poll(self.screen, now)

    def find_servers(self, now: float) -> None:
        """Look for games while the person may want to join one."""
        self.joiner.find_servers(self.connection is None and isinstance(self.screen, TitleScreen | JoinScreen), now)

    def draw(self, now: float) -> None:
        """Draw the screen, and what lies over it."""
        self.screen.draw(self._canvas, now)
        if self.overlay is not None:
            self.overlay.draw(self._canvas, now)
        if self.connection is not None:
            if status := status_of(self.connection, now):
                button = "Start" if self.playing else "B"
                draw_banner(self._canvas, status, button if self.context.devices.gamepads.names else "")
            draw_lag(self._canvas, self.context.net_tools.lag, isinstance(self.screen, MatchScreen))
        if words := self.replays.clips.notice(now):
            draw_notice(self._canvas, words)

    def close(self, goodbye: bool = True) -> None:
        """Leave the server, if we are on one; without `goodbye` it keeps our seat for a while."""
        if self.connection is not None:
            self.joiner.leave(self.connection, goodbye)
        self.connection = self.context.session = self.context.own_server.control = None
        self.context.own_server.invitation = self.context.own_server.prompt = ""

    def offer_rejoin(self, now: float) -> None:
        """Offer the way back into a game on the title, for as long as there is one."""
        self.joiner.history.offer_rejoin(now)

    # Requests

    def _answer_request(self, now: float) -> None:
        request, self.top.request = self.top.request, None
        if request is not None:
            self.answer(request, now)

    def answer(self, request: NavigationRequest, now: float) -> None:
        """Do what a screen requests."""
        match request:
            case SimpleRequest.QUIT:
                self.is_running = False
            case SimpleRequest.TITLE:
                self.close()
                self.offer_rejoin(now)
                self.show(TitleScreen(self.context))
            case ShowDoctor(address):
                self._examine(address)
            case ShowJoin() | SimpleRequest.CHOOSE_PASSWORD | SimpleRequest.OPTIONS | SimpleRequest.REPLAYS:
                self.show(self._screen_for(request))
            case WatchReplay() | PinReplay() | DeleteReplay():
                self.show(self._screen_for(request))
            case MatchMenuRequest():
                self._answer_menu(request, now)
            case SimpleRequest.CHOOSE_TAKEOVER:
                if isinstance(self.screen, ReplayScreen):
                    self.overlay = TakeOverMenu(self.context, self.screen.playback, self.screen.followed)
            case SimpleRequest.PLAY | HostGame() | JoinServer() | SimpleRequest.REJOIN | PlayFromReplay():
                self._join(request, now)
            case _:
                assert_never(request)

    def _answer_menu(self, request: MatchMenuRequest, now: float) -> None:
        match request:
            case MatchMenuRequest.OPTIONS:
                self._cover(OptionsScreen(self.context, MatchMenuRequest.PAUSE_MENU))
            case MatchMenuRequest.PAUSE_MENU:
                self._cover(PauseScreen(self.context, "options"))
            case _:
                self._uncover()
        if request is MatchMenuRequest.SAVE_CLIP:
            self.replays.clips.start(self.context.session, now)
        elif request is MatchMenuRequest.RESTART and self.context.own_server.control:
            self.context.own_server.control.restart()

    def _join(self, request: JoinRequest, now: float) -> None:
        """Join a server, and leave the one that we are on."""
        self.close()
        try:
            self.connection = self.joiner.join(request, now)
        except (BadAddress, NoWayBack) as problem:
            self.context.notice = str(problem)
            if isinstance(request, JoinServer):
                self.show(JoinScreen(self.context, request.address))
            return
        self.context.session = self.connection.session
        self.show(ConnectingScreen(self.context))

    def _examine(self, address: str) -> None:
        """Find out why a server is not seen; over the lobby, if it is our own and we sit there."""
        if self.connection is None:
            self.show(DoctorScreen(self.context, address))
            return
        ours = Address("127.0.0.1", self.connection.address.port if self.connection.address else DEFAULT_PORT)
        self.overlay = DoctorScreen(self.context, str(ours), hosting=True, back=MatchMenuRequest.RESUME)
        self.context.devices.keyboard.release()

    def _screen_for(self, request: _ShowRequest) -> Screen:
        match request:
            case ShowJoin(address):
                return JoinScreen(self.context, address)
            case SimpleRequest.CHOOSE_PASSWORD:
                return LockScreen(self.context)
            case SimpleRequest.OPTIONS:
                return OptionsScreen(self.context)
            case _:
                return self.replays.handle_request(request)

    # What the server does

    def _follow(self, connection: ServerConnection, now: float) -> None:
        self.joiner.history.update(connection, now)
        if connection.problem:
            address = str(connection.address) if connection.address and not connection.is_own else ""
            self.close()
            self.show(self._screen_after(connection, address))
            return
        kind = _screen_of_phase(connection)
        if not isinstance(self.screen, kind):
            last_picture = self._canvas.surface.copy()
            self.show(kind(self.context))
            if isinstance(self.screen, ResultsScreen):
                self.screen.behind = last_picture
        if isinstance(self.screen, ConnectingScreen):
            self.screen.words = waiting_text(connection)

    def _screen_after(self, connection: ServerConnection, address: str) -> Screen:
        """The screen after a connection that is over; `address`: where to try again, "" if nowhere."""
        session, login = connection.session, connection.session.link.login
        if not (address and login.wants_password):
            was_in, by_server = session.room.welcomed, bool(session.problem)
            return DisconnectedScreen(self.context, connection.problem, address, was_in, by_server)
        self.joiner.history.passwords.set(address, "")
        return PasswordScreen(self.context, address, connection.problem if login.password else "")

    def show(self, screen: Screen) -> None:
        """Show a screen instead of the one that is shown."""
        if isinstance(self.screen, LobbyScreen) or not isinstance(screen, MatchScreen | ResultsScreen):
            self.overlay = None  # the begin of a match must be seen, whatever lay over the lobby
        self.screen = screen
        self.context.devices.are_blocked = self.overlay is not None
        self.context.devices.keyboard.release()

    def _cover(self, overlay: Screen) -> None:
        self.overlay, self.context.devices.are_blocked = overlay, True
        self.context.devices.keyboard.release()

    def _uncover(self) -> None:
        self.overlay, self.context.devices.are_blocked = None, False
        self.context.devices.keyboard.release()


def _screen_of_phase(connection: ServerConnection) -> type[_ServerScreen]:
    room = connection.session.room
    if room.lobby is None or not connection.is_in:
        return ConnectingScreen
    if room.lobby.phase is Phase.LOBBY:
        return LobbyScreen
    # A member who joined while results are shown has not received them.
    return ResultsScreen if room.lobby.phase is Phase.RESULTS and room.results else MatchScreen


def _is_clip_key(event: UiEvent) -> bool:
    return event.raw.type == pygame.KEYDOWN and event.raw.scancode == pygame.KSCAN_F9
