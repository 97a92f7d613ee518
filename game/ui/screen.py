"""What a screen is: it handles events, ticks with the game, draws itself, and requests what comes next.

Rule 1: a screen never makes another one. It sets `request`; `petard.game.flow.navigator` reads it after each event
        and each tick, and alone knows which screen answers it. So no screen imports another.
Rule 2: a screen touches no socket, no file and no clock: `now` (seconds) is an argument, the session is in its context.
Rule 3: whatever can be done can be done with the keyboard alone, with the mouse alone and with a game pad alone.

A screen is made with its context: `TitleScreen(context)`; see `ScreenContext` in game/ui/context.py. On a server the
phase of the server decides the screen: lobby, match or results.
"""

from dataclasses import dataclass, field
from enum import Enum, auto

from petard.game.ui.input.actions import UiEvent
from petard.game.ui.input.text_input import ComposingField
from petard.game.ui.render.canvas import Canvas
from petard.game.view.music_choice import TITLE_MUSIC, MusicChoice


class SimpleRequest(Enum):
    """The requests that need no argument."""

    TITLE = auto()  # show the title, and leave the server if we are on one
    INTERNET = auto()  # show the rooms of the directory
    OPTIONS = auto()  # show the settings
    HOW_TO_PLAY = auto()  # show what to press and to know
    REPLAYS = auto()  # show the list of recordings
    CHOOSE_PASSWORD = auto()  # ask for the password of a room that we are about to host
    CHOOSE_TAKEOVER = auto()  # ask which player of the watched recording to take over
    PLAY = auto()  # start a server of our own with bots, and a match at once
    REJOIN = auto()  # go back to the server where our seat is kept
    QUIT = auto()  # end the program


class MatchMenuRequest(Enum):
    """The requests of what lies over a match or a recording."""

    RESUME = auto()  # close it
    OPTIONS = auto()  # show the settings over the match; from there the way leads back to the pause menu
    HOW_TO_PLAY = auto()  # show what to press and to know, in the same way
    PAUSE_MENU = auto()  # show the pause menu
    RESTART = auto()  # start the match on our own server again, with the same setup
    SKIP = auto()  # skip the rest of the round on our own server: our players are out
    SAVE_CLIP = auto()  # save the last 30 seconds
    XRAY = auto()  # show the pieces in which our connection sends and receives


@dataclass(frozen=True, slots=True)
class ShowJoin:
    """Show the list of games and the field for an address, with `address` in it."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class ShowTutorial:
    """Play the first round, then answer the request `after`."""

    after: SimpleRequest


@dataclass(frozen=True, slots=True)
class ShowDoctor:
    """Find out why the server at `address` cannot be seen; "" means any server."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class HostGame:
    """Start a server of our own that friends can reach, and join its lobby; a `password` is then needed to join.

    `is_public`: the directory of the settings lists the room.
    """

    password: str = field(default="", repr=False)
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class JoinServer:
    """Join the server at `address`, as the person typed it, with the room's password if that was typed, too."""

    address: str
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WatchReplay:
    """Watch the recording of that name in the list."""

    name: str


@dataclass(frozen=True, slots=True)
class PinReplay:
    """Keep the recording of that name for ever (`pinned`), or no longer."""

    name: str
    pinned: bool


@dataclass(frozen=True, slots=True)
class DeleteReplay:
    """Delete the recording of that name."""

    name: str


@dataclass(frozen=True, slots=True)
class SaveReplayPage:
    """Write the recording of that name as a page that any browser plays."""

    name: str


@dataclass(frozen=True, slots=True)
class PlayFromReplay:
    """Play on in a recording as one of its players."""

    source: str  # the path of the recording
    tick: int
    slot: int
    others_recorded: bool  # the others repeat their recorded input; else they are bots


ReplayRequest = WatchReplay | PinReplay | DeleteReplay | SaveReplayPage
ServerRequest = HostGame | JoinServer | PlayFromReplay
PageRequest = ShowJoin | ShowTutorial | ShowDoctor
NavigationRequest = SimpleRequest | MatchMenuRequest | PageRequest | ReplayRequest | ServerRequest


class Screen:
    """One screen. The loop calls handle_event for each event, tick 60 times a second and draw once per picture."""

    request: NavigationRequest | None = None
    shows_play = False  # a round or a recording, where a picture that comes late would be seen

    @property
    def text_field(self) -> ComposingField | None:
        """The text field that has the focus, if any."""
        return None

    @property
    def typing(self) -> bool:
        """True while a text field has the focus: letters are letters, not actions."""
        return self.text_field is not None

    @property
    def music(self) -> MusicChoice:
        """The music to play with the picture that was drawn last."""
        return TITLE_MUSIC

    @property
    def is_played(self) -> bool:
        """True while keys and pads are for players."""
        return False

    @property
    def takes_letters(self) -> bool:
        """True while every key is for one widget, so that no letter is a shortcut."""
        return self.typing

    def handle_event(self, event: UiEvent) -> None:
        """Handle one event."""

    def tick(self, now: float) -> None:
        """Advance by 1/60 s. The match sends its input here."""

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draw everything, between the loop's `canvas.begin()` and `canvas.show()`."""
