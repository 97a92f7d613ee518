"""The parts of the game, and one turn of the main loop (game/flow/main_loop.py).

Rule 1: a turn has four steps: handle events, tick, talk to the server, draw. In this order, a key that went down is
        sent before its picture is drawn.
Rule 2: nothing waits: not for a server, not for a name to be resolved, not for a child process.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pygame

from petard.game.client.autopilot import Autopilot
from petard.game.config.arguments import Arguments
from petard.game.flow.mute_key import MuteKey
from petard.game.flow.navigator import Navigator
from petard.game.flow.preferences import Preferences, catalogue_for, text_size_of, volumes_of
from petard.game.flow.rejoin_ticket import RejoinTicketFile
from petard.game.net.lag_simulator import with_lag
from petard.game.net.tapped_transport import with_tap
from petard.game.net.tcp_transport import TcpTransport
from petard.game.ui.audio.audio import Audio
from petard.game.ui.context import InputDevices, ScreenContext
from petard.game.ui.input.input_events import InputEvents
from petard.game.ui.input.keyboard import Keyboard
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.window import open_window
from petard.game.ui.screen import JoinServer, Screen, SimpleRequest
from petard.shared.discovery.client import DiscoveryClient, may_search
from petard.shared.ticker import Ticker


class App:
    def __init__(self, arguments: Arguments, settings_file: Path, now: float, ticket_file: Path | None = None) -> None:
        """`ticket_file`: lets us back in after a crash; None: there is none."""
        self._preferences = Preferences(settings_file, arguments)
        self._saved_at: Screen | None = None  # the screen at which settings were saved last
        settings = self._preferences.settings
        self.canvas = Canvas(open_window(settings.full_screen, arguments.size))
        self.canvas.fonts.catalogue, self.canvas.text_size = catalogue_for(settings), text_size_of(settings)
        devices = InputDevices(Keyboard(settings.keys), autopilot=Autopilot(seed=1) if arguments.bot else None)
        devices.gamepads.buttons = settings.pads
        context = ScreenContext(settings, devices, Audio(*volumes_of(settings)), notice=self._preferences.notice)
        self._mute_key = MuteKey(context)
        context.net_tools.lag = str(arguments.lag or "")
        self._input = InputEvents(context.devices.keyboard, context.devices.gamepads)
        connect = with_lag(TcpTransport, arguments.lag) if arguments.lag else TcpTransport
        connect = with_tap(connect, context.net_tools.traffic)
        self._tickets = RejoinTicketFile(ticket_file)
        password = os.environ.get("PETARD_PASSWORD", "")  # other users could see an argument, in ps
        discover = DiscoveryClient if may_search(os.environ) else None
        self.navigator = Navigator(context, self.canvas, connect, self._tickets, password=password, discover=discover)
        self.navigator.joiner.offer_rejoin(now)
        self.ticker = Ticker(now)
        if arguments.address is not None:
            self.navigator.answer(JoinServer(str(arguments.address)), now)
        elif arguments.play:
            self.navigator.answer(SimpleRequest.PLAY, now)

    def run_once(self, now: float) -> None:
        self.handle_events(now)
        self.tick(now)
        self.navigator.poll(now)
        session = self.navigator.context.session
        self.ticker.set_pace(session.clock_rate if session else 1.0, now)
        self.draw(now)

    def handle_events(self, now: float) -> None:
        """Handle every event since the last picture."""
        navigator = self.navigator
        for raw in pygame.event.get():
            self._input.text.set_field(navigator.top.text_field)
            events = self._input.handle_event(raw, self.canvas.to_logical, navigator.playing, now)
            for event in events:
                self._mute_key.handle_event(event.raw, navigator.top, now)
            navigator.handle_events(events, now)
        navigator.handle_events(self._input.poll_repeats(navigator.playing, now), now)
        self._input.text.set_field(navigator.top.text_field)
        if self._input.wants_to_quit:
            navigator.is_running = False
        if self._input.wants_other_size:
            self._input.wants_other_size = False
            settings = navigator.context.settings
            navigator.context.settings = replace(settings, full_screen=not settings.full_screen)

    def tick(self, now: float) -> None:
        """Run the ticks that are due, then apply the settings that were changed in them."""
        for _ in range(self.ticker.due(now)):
            self.navigator.tick(now)
        self._preferences.apply(self.navigator.context, self.canvas)
        if self.navigator.screen is not self._saved_at:
            self._saved_at = self.navigator.screen
            self.navigator.context.notice = self._preferences.save() or self.navigator.context.notice

    def draw(self, now: float) -> None:
        self.canvas.begin()
        self.navigator.draw(now)
        self._mute_key.draw(self.canvas, now)
        self.canvas.show()
        self.navigator.context.audio.update(self.navigator.screen.music, now, self.navigator.overlay is not None)
        self._input.text.place_candidates(self.canvas.pixels)

    def close(self) -> None:
        """Leave the server, end our own, stop the search for others, save the settings, close the sound."""
        self.navigator.close()
        self.navigator.joiner.browser.close()
        self._preferences.apply(self.navigator.context, self.canvas)
        unsaved = self._preferences.save()
        if unsaved:
            sys.stderr.write(f"petard: {unsaved}\n")
        self.navigator.context.audio.close()
        self._tickets.close()
