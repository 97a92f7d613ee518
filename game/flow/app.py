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
from petard.game.config.settings import Settings, is_bound
from petard.game.flow.navigator import Navigator
from petard.game.flow.preferences import Preferences, volumes_of
from petard.game.flow.rejoin_ticket import RejoinTicketFile
from petard.game.net.lag_simulator import with_lag
from petard.game.net.tcp_transport import TcpTransport
from petard.game.ui.audio.audio import Audio
from petard.game.ui.context import InputDevices, ScreenContext
from petard.game.ui.input.input_events import InputEvents
from petard.game.ui.input.keyboard import Keyboard
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.connection_overlay import draw_notice
from petard.game.ui.render.window import open_window
from petard.game.ui.screen import JoinServer, Screen, SimpleRequest
from petard.shared.discovery.client import DiscoveryClient, may_search
from petard.shared.files import FileProblem
from petard.shared.ticker import Ticker

SOUND_WORDS = {False: "Sound on", True: "Sound off (M)"}  # by whether it is muted
SOUND_NOTICE = 1.5  # seconds for which that is shown after M


class App:
    def __init__(self, arguments: Arguments, settings_file: Path, now: float, ticket_file: Path | None = None) -> None:
        """`ticket_file`: lets us back in after a crash; None: there is none."""
        self._preferences = Preferences(settings_file, arguments)
        self._saved_at: Screen | None = None  # the screen at which settings were saved last
        self._sound_notice_until = 0.0
        settings = self._preferences.settings
        self.canvas = Canvas(open_window(settings.full_screen))
        devices = InputDevices(Keyboard(settings.keys), autopilot=Autopilot(seed=1) if arguments.bot else None)
        context = ScreenContext(settings, devices, Audio(*volumes_of(settings)), notice=self._preferences.notice)
        context.net_tools.lag = str(arguments.lag or "")
        self._input = InputEvents(context.devices.keyboard, context.devices.gamepads)
        connect = with_lag(TcpTransport, arguments.lag) if arguments.lag else TcpTransport
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
                if _is_mute_key(event.raw, navigator.context.settings) and not navigator.top.takes_letters:
                    self._toggle_sound(now)
            navigator.handle_events(events, now)
        navigator.handle_events(self._input.poll_repeats(navigator.playing, now), now)
        self._input.text.set_field(navigator.top.text_field)
        if self._input.wants_to_quit:
            navigator.is_running = False
        if self._input.wants_other_size:
            self._input.wants_other_size = False
            settings = navigator.context.settings
            navigator.context.settings = replace(settings, full_screen=not settings.full_screen)

    def _toggle_sound(self, now: float) -> None:
        settings = self.navigator.context.settings
        self.navigator.context.settings = replace(settings, muted=not settings.muted)
        self._sound_notice_until = now + SOUND_NOTICE

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
        if now < self._sound_notice_until:
            draw_notice(self.canvas, SOUND_WORDS[self.navigator.context.settings.muted])
        self.canvas.show()
        self.navigator.context.audio.update(self.navigator.screen.music, now)
        self._input.text.place_candidates(self.canvas.pixels)

    def save_screenshot(self, file: Path) -> int:
        """Save the last picture; return the exit status."""
        try:
            self.canvas.save(file)
        except (FileProblem, pygame.error) as error:
            sys.stderr.write(f"petard: The picture could not be saved ({error}).\n")
            return 1
        return 0

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


def _is_mute_key(event: pygame.event.Event, settings: Settings) -> bool:
    """Return whether a key switches the sound off and on: M, unless it is a key of a player."""
    is_m = event.type == pygame.KEYDOWN and event.key == pygame.K_m
    return is_m and not is_bound(settings.keys, event.scancode)
