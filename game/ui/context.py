"""What the screens share: the settings, the input, the sound, and the session while there is one.

Rule 1: one object for the whole program. `petard.game.flow.app` makes it, the Navigator fills in what belongs to the
        server, and the screens read it. A screen sets only `settings`, `own_server.prompt`, what the person wants in
        `own_server.consent`, `notice` and `devices.are_blocked`, and asks `joinable.internet`.
Rule 2: the match calls `InputDevices.poll` once a tick, since a short press counts in one tick only.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from petard.game.client.autopilot import Autopilot
from petard.game.client.server_control import ServerControl
from petard.game.client.session import Session
from petard.game.client.traffic_log import TrafficLog
from petard.game.config.settings import Settings
from petard.game.ui.audio.audio import Audio
from petard.game.ui.input.gamepads import Gamepads
from petard.game.ui.input.keyboard import Keyboard, poll_inputs
from petard.game.ui.input.local_players import Devices
from petard.game.ui.render.connection_overlay import NetGraph
from petard.game.view.copy_consent import CopyConsent
from petard.game.view.internet_list import InternetList
from petard.shared.protocol.beacon import FoundServer


@dataclass(slots=True)
class InputDevices:
    """What the local players play with."""

    keyboard: Keyboard
    gamepads: Gamepads = field(default_factory=Gamepads)
    autopilot: Autopilot | None = None  # a bot plays the seats of this computer
    chosen: tuple[Devices, ...] = ()  # of those who joined in by pressing a button, for as many as play
    are_blocked: bool = False  # a menu lies over the match, or a chat line is written: no key moves a player

    def poll(self, players: int, session: Session | None) -> tuple[int, ...]:
        """Return the input bits of each local player in this tick; none while input is blocked."""
        # In any case, so that no tap is left for later.
        inputs = poll_inputs(players, self.keyboard, self.gamepads, self.chosen)
        if self.autopilot and session:
            return self.autopilot.keys(session)
        return (0,) * players if self.are_blocked else inputs


@dataclass(slots=True)
class OwnServer:
    """The server or the standby that this game has started, while we are on its room."""

    control: ServerControl | None = None  # None: we are on no server, or on the one of another computer
    invitation: str = ""  # the address that friends type; "" while we do not host
    is_solo: bool = False  # nobody else can join it
    system: str = sys.platform  # of this computer
    prompt: str = ""  # what to answer when the system asks whether we may host; "" where it does not ask
    consent: CopyConsent = field(default_factory=CopyConsent)  # to keep a copy of a room of others here

    @property
    def may_pause(self) -> bool:
        """True while a menu pauses the match: nobody else is on the server."""
        return self.control is not None and self.control.is_alone

    @property
    def is_paused(self) -> bool:
        return self.control is not None and self.control.is_paused


@dataclass(slots=True)
class JoinableGames:
    """The games that the title and the Join screen offer."""

    found: Sequence[tuple[str, FoundServer]] = ()  # in this network, each with its address
    internet: InternetList | None = None  # None: no directory is set
    rejoin_until: float = 0.0  # until this time, the title offers the way back into the game that was left


@dataclass(slots=True)
class NetTools:
    """What measures the connection, and what makes it worse on purpose."""

    graph: NetGraph = field(default_factory=NetGraph)
    traffic: TrafficLog = field(default_factory=TrafficLog)  # for the X-ray
    lag: str = ""  # the simulated lag, in words


@dataclass(slots=True)
class ScreenContext:
    """The parts of the program that screens use."""

    settings: Settings  # a screen may replace it; the app then applies and saves it
    devices: InputDevices
    audio: Audio
    session: Session | None = None  # on the server that we are on
    own_server: OwnServer = field(default_factory=OwnServer)
    joinable: JoinableGames = field(default_factory=JoinableGames)
    net_tools: NetTools = field(default_factory=NetTools)
    notice: str = ""  # one sentence for the person; the screen that shows it sets it back to ""
