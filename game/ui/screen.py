"""What a screen is: it hears what people do, ticks with the game, draws itself, and wishes for what comes next.

Rule 1: a screen never makes another one. It puts a Wish into `next`; `petard.game.flow.app` alone knows which screen
        answers it. So no screen imports another, and the table of who follows whom stands in one place.
Rule 2: a screen touches no socket, no file and no clock: `now` (seconds) is an argument, the session is in its kit.
Rule 3: whatever can be done can be done with the keyboard alone, with the mouse alone and with a pad alone.

A screen is made with a `ScreenContext` (game/ui/context.py), which holds the settings, the input, the audio and the
session. On a server, the phase that the server sends decides which screen is shown (lobby, match, results).
"""

from dataclasses import dataclass, field
from typing import Protocol

import pygame

from petard.game.ui.input.actions import MenuAction
from petard.game.ui.render.canvas import Canvas


@dataclass(frozen=True, slots=True)
class UiEvent:
    """One thing that a person did. A press of a pad or the repeat of its stick comes with NOEVENT and an action."""

    event: pygame.event.Event
    action: MenuAction | None = None  # what it means in a menu, None when it means nothing there
    at: tuple[float, float] | None = None  # where, in logical units, if it came from the mouse


@dataclass(frozen=True, slots=True)
class ToTitle:
    """Back to the start, off the server if we were on one."""


@dataclass(frozen=True, slots=True)
class ToJoin:
    """Ask for the address of a server, beginning with `address`, which did not do."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class ToDoctor:
    """Find out why a server is not seen: that at `address`, or any."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class ToOptions:
    """Change the settings."""


@dataclass(frozen=True, slots=True)
class Play:
    """Start a server of our own with bots and go straight into a match."""


@dataclass(frozen=True, slots=True)
class ToLock:
    """Say which password a room of our own shall have."""


@dataclass(frozen=True, slots=True)
class HostGame:
    """Start a server of our own that friends can reach, and sit down in its lobby; with a `password`, they need it."""

    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class JoinAt:
    """Go to the server at `address`, as a person typed it, with the password of its room if they typed that, too."""

    address: str
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class GoBack:
    """Go back to the server where a chair is held for us."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Close what lies over the match."""


@dataclass(frozen=True, slots=True)
class MatchOptions:
    """Change the settings with the match behind, and come back to the menu over it."""


@dataclass(frozen=True, slots=True)
class ToPauseMenu:
    """Back to the menu over the match."""


@dataclass(frozen=True, slots=True)
class RestartMatch:
    """Begin the match on our own server anew, with the same setup."""


@dataclass(frozen=True, slots=True)
class Quit:
    """End the program."""


@dataclass(frozen=True, slots=True)
class ToReplays:
    """See what was recorded."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Watch the demo of that name in the list."""

    name: str


@dataclass(frozen=True, slots=True)
class Pin:
    """Keep the demo of that name for ever, or no longer."""

    name: str
    pinned: bool


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete the demo of that name."""

    name: str


@dataclass(frozen=True, slots=True)
class KeepClip:
    """Save what was seen in the last half minute."""


@dataclass(frozen=True, slots=True)
class AskTakeOver:
    """Ask who wants to be whom in the recording that is watched."""


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Play on in a recording: its path, the moment, the slot, and whether the others do what they did then."""

    source: str
    at: int
    slot: int
    echoes: bool


OverMatch = Resume | MatchOptions | ToPauseMenu | RestartMatch | KeepClip
Visiting = Play | HostGame | JoinAt | GoBack | OverMatch | AskTakeOver | TakeOver
Wish = ToTitle | ToJoin | ToLock | ToDoctor | ToOptions | Quit | ToReplays | Watch | Pin | Delete | Visiting


class Screen(Protocol):
    """One screen. The loop calls hear for each event, tick 60 times a second and draw once per picture."""

    next: Wish | None

    @property
    def typing(self) -> bool:
        """True while a text field has the focus: letters are letters, not actions."""
        ...

    def hear(self, heard: UiEvent) -> None:
        """Take note of one thing that a person did."""

    def tick(self, now: float) -> None:
        """Pass 1/60 s. The match presses its keys here."""

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draw everything, between the loop's `canvas.begin()` and `canvas.show()`."""
