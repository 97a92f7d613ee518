"""The game's only loop.

Rule 1: five things, sixty times a second: hear what people did, tick, talk to the server, draw, rest.
        In this order: a key that went down is on the wire before its picture is drawn.
Rule 2: nothing waits: not for a server, not for a name to be resolved, not for a child process.
Rule 3: whatever happens, even a bug of ours, the line is hung up and the child server ends.
"""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import pygame

from petard.game.client.autopilot import Autopilot
from petard.game.config.arguments import Arguments
from petard.game.config.preferences import Preferences
from petard.game.config.settings import settings_path
from petard.game.flow.navigator import Navigator
from petard.game.flow.password_cache import PasswordCache
from petard.game.flow.rejoin_ticket import RejoinTicketFile, ticket_path
from petard.game.net.connection import Connection
from petard.game.net.lag_simulator import with_lag
from petard.game.replays.library import playback_of
from petard.game.ui.audio import Audio
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.gamepads import Gamepads
from petard.game.ui.input.input_events import InputEvents
from petard.game.ui.input.keyboard import Keyboard
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.window import open_window
from petard.game.ui.screen import JoinServer, Request, Screen
from petard.shared.discovery.client import DiscoveryClient
from petard.shared.ticker import Ticker


def run(arguments: Arguments, file: Path | None = None, ticket: Path | None = None) -> int:
    """Play until the person has enough. Answers with the exit status; raises DemoError for a recording that is none.

    `file`: where the settings are kept; `ticket`: where the way back is after a crash; None: where the system likes it.
    """
    playback = playback_of(arguments.demo) if arguments.demo else None
    app = App(arguments, file or settings_path(), time.monotonic(), ticket or ticket_path())
    if playback:
        app.director.watch(playback)
    try:
        while app.goes_on:
            now = time.monotonic()
            app.turn(now)
            time.sleep(app.ticker.until_next(time.monotonic()))
        return app.keep_picture()
    except Exception:
        app.director.close(goodbye=False)  # a bug of ours is no wish to leave: the chair is held, and we may be back
        raise
    finally:
        app.close()


class App:
    """The window, the ears, and the director who knows what is shown."""

    def __init__(self, arguments: Arguments, file: Path, now: float, ticket: Path | None = None) -> None:
        """`file`: of the settings. `ticket`: the file that lets us back in after a crash; None: there is none."""
        self._arguments = arguments
        self._ends_at = now + (arguments.seconds or float("inf"))
        self._preferences = Preferences(file, arguments)
        self._saved_at: Screen | None = None  # the screen at which settings were written last
        settings = self._preferences.settings
        self.canvas = Canvas(open_window(settings.full_screen))
        kit = ScreenContext(settings, Keyboard(settings.keys), Gamepads(), Audio(settings.volume / 100))
        kit.notice = self._preferences.notice
        kit.autopilot = Autopilot(seed=1) if arguments.bot else None
        kit.lag = str(arguments.bend or "")
        self._ears = InputEvents(kit.keyboard, kit.gamepads)
        dial = with_lag(Connection, arguments.bend) if arguments.bend else Connection
        self._pocket = RejoinTicketFile(ticket)
        passwords = PasswordCache(os.environ.get("PETARD_PASSWORD", ""))  # an argument would be seen by others, in ps
        seek = None if os.environ.get("PETARD_DISCOVERY") == "off" else DiscoveryClient
        self.director = Navigator(kit, self.canvas, dial, self._pocket, passwords=passwords, seek=seek)
        self.director.offer(now)
        self.ticker = Ticker(now)
        if arguments.address is not None:
            self.director.answer(JoinServer(str(arguments.address)), now)
        elif arguments.play:
            self.director.answer(Request.PLAY, now)

    @property
    def goes_on(self) -> bool:
        """False once the person has left, or the time is up."""
        return self.director.goes_on and not self._ears.wants_to_quit and time.monotonic() < self._ends_at

    def turn(self, now: float) -> None:
        """One pass of the loop."""
        self.hear(now)
        self.tick(now)
        self.director.talk(now)
        session = self.director.kit.session
        self.ticker.set_pace(session.pace if session else 1.0, now)
        self.draw(now)

    def hear(self, now: float) -> None:
        """Take every event that came since the last picture."""
        for event in pygame.event.get():
            self._ears.set_typing(self.director.top.typing)
            self.director.handle_events(
                self._ears.handle_event(event, self.canvas.to_logical, self.director.playing, now), now
            )
        self.director.handle_events(self._ears.poll_repeats(self.director.playing, now), now)
        self._ears.set_typing(self.director.top.typing)
        if self._ears.wants_other_size:
            self._ears.wants_other_size = False
            settings = self.director.kit.settings
            self.director.kit.settings = replace(settings, full_screen=not settings.full_screen)

    def tick(self, now: float) -> None:
        """Run the ticks that are due, then put to work what was chosen in them."""
        for _ in range(self.ticker.due(now)):
            self.director.tick(now)
        self._preferences.follow(self.director.kit, self.canvas)
        if self.director.screen is not self._saved_at:
            self._saved_at = self.director.screen
            self.director.kit.notice = self._preferences.save() or self.director.kit.notice

    def draw(self, now: float) -> None:
        """One picture."""
        self.canvas.begin()
        self.director.draw(now)
        self.canvas.show()

    def keep_picture(self) -> int:
        """Save the last picture, if that was asked for; answer with the exit status."""
        if self._arguments.screenshot is None:
            return 0
        try:
            self.canvas.save(self._arguments.screenshot)
        except (OSError, pygame.error) as error:
            sys.stderr.write(f"petard: The picture could not be saved ({error}).\n")
            return 1
        return 0

    def close(self) -> None:
        """Leave the server, end our own, write the settings, give the sound back."""
        self.director.close()
        self._preferences.follow(self.director.kit, self.canvas)
        unsaved = self._preferences.save()
        if unsaved and sys.stderr:  # which is None when we were started without a terminal
            sys.stderr.write(f"petard: {unsaved}\n")
        self.director.kit.audio.close()
        self._pocket.close()
