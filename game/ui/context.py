"""What every screen may use: the settings, the hands on keys and pads, the ears, and the session while there is one.

Rule 1: `petard.game.flow.app` owns all of it; a screen reads it, and changes only what is marked so.
Rule 2: `hands` is called once a tick, by the match, since a tap counts in one tick only.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from petard.game.client.autopilot import Autopilot
from petard.game.client.server_control import ServerControl
from petard.game.client.session import Session
from petard.game.config.settings import Settings
from petard.game.ui.audio import Audio
from petard.game.ui.input.gamepads import Gamepads
from petard.game.ui.input.input_assignment import held
from petard.game.ui.input.keyboard import Keyboard
from petard.game.ui.render.net_graph import NetGraph
from petard.shared.protocol.beacon import FoundServer


@dataclass(slots=True)
class ScreenContext:
    """One for the whole program."""

    settings: Settings  # a screen may replace it; the app then obeys and saves it
    keyboard: Keyboard
    pads: Gamepads
    speaker: Audio
    session: Session | None = None  # the stay on a server
    invitation: str = ""  # the address to tell friends, while we host
    is_solo: bool = False  # the server that we are on is ours, and nobody else can join it
    server: str = ""  # what the server is called on the screen: an address, or a word
    back_until: float = 0.0  # the time to which the title offers to go back into the game that was lost
    bent: str = ""  # how our own line is bent, if it is
    autopilot: Autopilot | None = None  # a bot plays the seats of this machine
    covered: bool = False  # a menu lies over the match, or a line is being written: nobody's keys count
    graph: NetGraph = field(default_factory=NetGraph)
    found: Sequence[tuple[str, FoundServer]] = ()  # the games in this room that are heard, by the address to dial
    system: str = sys.platform  # of this computer
    prompt: str = ""  # what to do when the system asks whether we may host, while it may
    control: ServerControl | None = None  # of the server, where it is our own
    notice: str = ""  # one sentence for the person; whoever shows it sets it back to ""

    @property
    def may_pause(self) -> bool:
        """True while the match stops for us: on our own server, with nobody else there."""
        return self.control is not None and self.control.is_alone

    @property
    def is_paused(self) -> bool:
        """True while the server stands still."""
        return self.control is not None and self.control.is_paused

    def hands(self, players: int) -> tuple[int, ...]:
        """The Input of each local player in this tick, nothing while a menu lies over the match."""
        inputs = held(players, self.keyboard, self.pads)  # asked for in any case, so that no tap waits for later
        if self.autopilot and self.session:
            return self.autopilot.keys(self.session)
        return (0,) * players if self.covered else inputs
