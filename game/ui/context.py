"""What the screens share: the settings, the input, the sound, and the session while there is one.

Rule 1: one object for the whole program. `petard.game.flow.app` makes it, the Navigator fills in what belongs to the
        server, and the screens read it. A screen sets only `settings`, `prompt`, `notice` and `input_blocked`.
Rule 2: the match calls `poll_inputs` once a tick, since a short press counts in one tick only.
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
from petard.game.ui.input.input_assignment import poll_inputs
from petard.game.ui.input.keyboard import Keyboard
from petard.game.ui.render.net_graph import NetGraph
from petard.shared.protocol.beacon import FoundServer


@dataclass(slots=True)
class ScreenContext:
    """The parts of the program that screens use."""

    settings: Settings  # a screen may replace it; the app then applies and saves it
    keyboard: Keyboard
    gamepads: Gamepads
    audio: Audio
    session: Session | None = None  # on the server that we are on
    invitation: str = ""  # the address that friends type, while we host
    is_solo: bool = False  # the server that we are on is ours, and nobody else can join it
    rejoin_until: float = 0.0  # the title offers until this time to go back into the game that was left
    lag: str = ""  # how our own connection is made worse on purpose, in words
    autopilot: Autopilot | None = None  # a bot plays the seats of this machine
    input_blocked: bool = False  # a menu lies over the match, or a chat line is written: no key moves a player
    net_graph: NetGraph = field(default_factory=NetGraph)
    found_servers: Sequence[tuple[str, FoundServer]] = ()  # the games in this network, each with its address
    system: str = sys.platform  # of this computer
    prompt: str = ""  # what to answer when the system asks whether we may host; "" where it does not ask
    server_control: ServerControl | None = None  # of our own server
    notice: str = ""  # one sentence for the person; the screen that shows it sets it back to ""

    @property
    def may_pause(self) -> bool:
        """True while a menu pauses the match: on our own server, with nobody else there."""
        return self.server_control is not None and self.server_control.is_alone

    @property
    def is_paused(self) -> bool:
        """True while our own server is paused."""
        return self.server_control is not None and self.server_control.is_paused

    def poll_inputs(self, players: int) -> tuple[int, ...]:
        """Return the input bits of each local player in this tick; none while input is blocked."""
        inputs = poll_inputs(players, self.keyboard, self.gamepads)  # in any case: no tap is left for later
        if self.autopilot and self.session:
            return self.autopilot.keys(self.session)
        return (0,) * players if self.input_blocked else inputs
