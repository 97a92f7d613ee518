"""Which screen is shown: answers the requests of the screens, and follows what the server does while we are on one.

Rule 1: screens request, the navigator answers. While we are on a server, its phase decides which screen is right.
Rule 2: no socket, no window and no clock here: connections are polled, screens are drawn, `now` comes in.
Rule 3: one ServerConnection at a time. `close` ends it, and with it the server of our own.
"""

from collections.abc import Iterable
from typing import Literal

import pygame

from petard.game.config.arguments import DEFAULT_PORT, Address, BadAddress
from petard.game.config.settings import demos_path
from petard.game.flow.connection_status import moved_notice, status_of, waiting_text
from petard.game.flow.pages import page_for
from petard.game.flow.rejoin_ticket import RejoinTicketFile
from petard.game.flow.server_connection import ServerConnection
from petard.game.flow.server_joiner import DiscoveryFactory, JoinRequest, NoWayBack, ServerJoiner
from petard.game.flow.server_screens import screen_after, screen_during
from petard.game.net.tcp_transport import TcpTransport
from petard.game.net.transport import TransportFactory
from petard.game.replays.library import ReplayLibrary
from petard.game.replays.store import DemoFolder
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.connection_overlay import draw_banner, draw_lag, draw_notice, gives_up
from petard.game.ui.screen import (
    HostGame,
    JoinServer,
    MatchMenuRequest,
    NavigationRequest,
    PlayFromReplay,
    Screen,
    ShowDoctor,
    ShowJoin,
    ShowTutorial,
    SimpleRequest,
)
from petard.game.ui.screens.dialogs import ConnectingScreen, PauseScreen, TakeOverMenu
from petard.game.ui.screens.doctor import DoctorScreen
from petard.game.ui.screens.how_to_play import HowToPlayScreen
from petard.game.ui.screens.internet import InternetScreen
from petard.game.ui.screens.join import JoinScreen
from petard.game.ui.screens.lobby import LobbyScreen
from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.options import OptionsScreen
from petard.game.ui.screens.replay import ReplayScreen
from petard.game.ui.screens.results import ResultsScreen
from petard.game.ui.screens.title import TitleScreen
from petard.game.ui.screens.xray import XrayScreen


class Navigator:
    """Shows one screen, and sometimes a menu over it."""

    def __init__(
        self,
        context: ScreenContext,
        canvas: Canvas,
        connect: TransportFactory = TcpTransport,
        tickets: RejoinTicketFile | None = None,
        demos: DemoFolder | None = None,
        password: str = "",
        discover: DiscoveryFactory | None = None,
    ) -> None:
        """`tickets`: where the rejoin ticket is kept; None: nowhere. `discover`: finds games in this network, or None.

        `demos`: the recordings; None: those of this person. `password`: for servers whose own is not known.
        """
        self.context = context
        self.is_running = True  # until a screen requests the end
        self.screen: Screen = TitleScreen(context)
        self.overlay: Screen | None = None  # the menu over a match
        self.connection: ServerConnection | None = None
        self._canvas = canvas
        self.joiner = ServerJoiner(context, connect, discover, tickets or RejoinTicketFile(None), password)
        self.replays = ReplayLibrary(context, demos or DemoFolder(demos_path()))

    @property
    def top(self) -> Screen:
        """The screen that gets the events."""
        return self.overlay or self.screen

    @property
    def playing(self) -> bool:
        """True while keys and pads are for players."""
        return self.overlay is None and self.screen.is_played

    # The steps of the main loop

    def handle_events(self, events: Iterable[UiEvent], now: float) -> None:
        """Hand events to the top screen; Back in a match opens the menu over it."""
        for event in events:
            in_match = self.overlay is None and isinstance(self.screen, MatchScreen | ResultsScreen)
            is_clip_key = event.raw.type == pygame.KEYDOWN and event.raw.scancode == pygame.KSCAN_F9
            if self.connection is not None and gives_up(status_of(self.connection, now), event):
                self.connection.give_up()
            elif self.connection is not None and is_clip_key:
                self.replays.save_clip(now)
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
            self.joiner.copies.poll(self.connection, now)
            server = self.connection.local_server or self.joiner.copies.server
            self.context.own_server.invitation = server.invitation if server else ""
            self.context.own_server.control = server.control if server else None
            self._follow(self.connection, now)
        if self.context.own_server.control:
            in_match = isinstance(self.screen, MatchScreen | ResultsScreen)
            self.context.own_server.control.pause(in_match and self.overlay is not None)
        self.joiner.browser.update(self.connection is None and isinstance(self.screen, TitleScreen | JoinScreen), now)
        self.joiner.directory.update(isinstance(self.screen, InternetScreen), now)
        self.replays.poll(self.screen, now)

    def draw(self, now: float) -> None:
        self.screen.draw(self._canvas, now)
        if self.overlay is not None:
            self._canvas.fit_page()
            self.overlay.draw(self._canvas, now)
        if self.connection is not None:
            if status := status_of(self.connection, now):
                button = "Start" if self.playing else "B"
                draw_banner(self._canvas, status, button if self.context.devices.gamepads.names else "")
            draw_lag(self._canvas, self.context.net_tools.lag, isinstance(self.screen, MatchScreen))
        moved = moved_notice(self.connection, now) if self.connection else ""
        if words := self.replays.clips.notice(now) or moved:
            draw_notice(self._canvas, words)

    def close(self, goodbye: bool = True) -> None:
        """Leave the server, if we are on one; without `goodbye` it keeps our seat for a while."""
        if self.connection is not None:
            self.joiner.leave(self.connection, goodbye)
        self.connection = self.context.session = self.context.own_server.control = None
        self.context.own_server.invitation = self.context.own_server.prompt = ""

    # Requests

    def _answer_request(self, now: float) -> None:
        request, self.top.request = self.top.request, None
        if request is not None:
            self.answer(request, now)

    def answer(self, request: NavigationRequest, now: float) -> None:
        match request:
            case SimpleRequest.QUIT:
                self.is_running = False
            case SimpleRequest.TITLE:
                self.close()
                self.joiner.offer_rejoin(now)
                self.show(TitleScreen(self.context))
            case MatchMenuRequest() | SimpleRequest.CHOOSE_TAKEOVER:
                self._answer_menu(request, now)
            case ShowDoctor(address):
                self._examine(address)
            case ShowJoin() | ShowTutorial() | SimpleRequest.INTERNET | SimpleRequest.CHOOSE_PASSWORD:
                self.show(page_for(request, self.context))
            case SimpleRequest.OPTIONS | SimpleRequest.HOW_TO_PLAY:
                self.show(page_for(request, self.context))
            case SimpleRequest.PLAY | HostGame() | JoinServer() | SimpleRequest.REJOIN | PlayFromReplay():
                self._join(request, now)
            case _:
                self.show(self.replays.handle_request(request))

    def _answer_menu(self, request: MatchMenuRequest | Literal[SimpleRequest.CHOOSE_TAKEOVER], now: float) -> None:
        self._cover(None)
        match request:
            case SimpleRequest.CHOOSE_TAKEOVER if isinstance(self.screen, ReplayScreen):
                self._cover(TakeOverMenu(self.context, self.screen.playback, self.screen.followed))
            case MatchMenuRequest.OPTIONS | MatchMenuRequest.HOW_TO_PLAY:
                page = OptionsScreen if request is MatchMenuRequest.OPTIONS else HowToPlayScreen
                self._cover(page(self.context, MatchMenuRequest.PAUSE_MENU))
            case MatchMenuRequest.PAUSE_MENU:
                self._cover(PauseScreen(self.context, "options"))
            case MatchMenuRequest.XRAY:
                self._cover(XrayScreen(self.context))
            case MatchMenuRequest.SAVE_CLIP:
                self.replays.save_clip(now)
            case MatchMenuRequest.RESTART | MatchMenuRequest.SKIP if control := self.context.own_server.control:
                (control.restart if request is MatchMenuRequest.RESTART else control.skip)()

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
        self._cover(DoctorScreen(self.context, str(ours), hosting=True, back=MatchMenuRequest.RESUME))

    # What the server does

    def _follow(self, connection: ServerConnection, now: float) -> None:
        self.joiner.remember(connection, now)
        if connection.problem:
            self.close()
            self.show(screen_after(connection, self.context, self.joiner.passwords))
            return
        kind = screen_during(connection)
        if not isinstance(self.screen, kind) and connection.session.work.changes.allows(now):
            last_picture = self._canvas.surface.copy()
            self.show(kind(self.context))
            if isinstance(self.screen, ResultsScreen):
                self.screen.behind = last_picture
        if isinstance(self.screen, ConnectingScreen):
            self.screen.words = waiting_text(connection)

    def show(self, screen: Screen) -> None:
        # The begin of a match must be seen, whatever lay over the lobby.
        keeps_overlay = isinstance(screen, MatchScreen | ResultsScreen) and not isinstance(self.screen, LobbyScreen)
        self.screen = screen
        self._cover(self.overlay if keeps_overlay else None)

    def _cover(self, overlay: Screen | None) -> None:
        """Show a menu over the screen, or none; no key moves a player meanwhile."""
        self.overlay, self.context.devices.are_blocked = overlay, overlay is not None
        self.context.devices.keyboard.release()
