"""A person at a computer of their own who knows one key: Return. Run as a program: `player.py NAME HOW_MANY`.

The game runs as always, but without a screen. Once it has shown a server that can be joined for so long that Return
counts (CONFIRM_DELAY), Return is pressed, once. When the lobby has so many people, what was seen is told as one line of
JSON on stdout, and the game goes on until somebody ends it.
"""

import json
import sys
import time

import pygame

from petard.game.config.arguments import Arguments
from petard.game.config.settings import settings_path
from petard.game.flow.app import App
from petard.game.ui.screens.menu import CONFIRM_DELAY
from petard.shared.protocol.messages import Phase

PATIENCE = 60.0  # seconds until it ends by itself
LONGER_THAN_HELD = CONFIRM_DELAY + 0.2  # seconds
DRAW_EVERY = 6  # turns: nobody looks
RETURN = {"key": pygame.K_RETURN, "scancode": pygame.KSCAN_RETURN, "mod": 0, "unicode": "\r"}


class Player:
    """Looks, presses, and waits for the others."""

    def __init__(self, name: str, people: int) -> None:
        self.began = time.monotonic()
        self.app = App(Arguments(name=name, full_screen=False), settings_path(), self.began)
        self.told: dict[str, object] = {}
        self._people = people
        self._turns = 0
        self._presses_at = float("inf")

    def turn(self, now: float) -> None:
        """One pass of the game's loop, and of the person at it."""
        app, found = self.app, self.app.navigator.context.joinable.found
        if not self.told and any(not one.reason for _, one in found):
            seen = [[one.name, address, one.reason] for address, one in found]
            self.told = {"seen": seen, "after": now - self.began}
            self._presses_at = now + LONGER_THAN_HELD
        if now >= self._presses_at:
            self._presses_at = float("inf")
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, RETURN))
        app.handle_events(now)
        app.tick(now)
        app.navigator.poll(now)
        self._turns += 1
        if self._turns % DRAW_EVERY == 0:
            app.draw(now)
        if "here" not in self.told and len(names(app)) >= self._people:
            self.told["here"] = names(app)
            sys.stdout.write(json.dumps(self.told) + "\n")
            sys.stdout.flush()


def names(app: App) -> list[str]:
    """Who has a seat in the lobby that is shown, as far as one is."""
    session = app.navigator.context.session
    in_lobby = session and session.room.lobby and session.room.lobby.phase is Phase.LOBBY
    return sorted(seat.name for seat in session.room.seats) if session and in_lobby else []


def main() -> None:
    """`player.py NAME HOW_MANY`."""
    player = Player(sys.argv[1], int(sys.argv[2]))
    while (now := time.monotonic()) < player.began + PATIENCE:
        player.turn(now)
        time.sleep(player.app.ticker.until_next(time.monotonic()))


if __name__ == "__main__":
    main()
