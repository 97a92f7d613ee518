"""The ways onto a server: our own, one at an address, the one that we were on, or one that goes on in a recording.

Rule: whatever is wrong with a wish is said before anything is started.
"""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from petard.game.config.arguments import Address, address_of
from petard.game.config.settings import Settings
from petard.game.doctor.diagnosis.cases import BEFORE
from petard.game.flow.local_server import LocalServer, LocalServerOptions, Scene, hosted_server, solo_server
from petard.game.flow.rejoin_ticket import RejoinTicket
from petard.game.flow.server_connection import ServerConnection
from petard.game.flow.server_history import ServerHistory
from petard.game.net.transport import Dial
from petard.game.ui.context import ScreenContext
from petard.game.ui.screen import HostGame, JoinServer, PlayFromReplay, Request, ServerRequest

Trip = Literal[Request.PLAY, Request.REJOIN] | ServerRequest


class NoWayBack(Exception):
    """The chair is not held any more; the text is for the person."""


class ServerJoiner:
    """Begins visits; whoever wishes for one ends the one before."""

    def __init__(self, kit: ScreenContext, kept: ServerHistory, dial: Dial) -> None:
        """`kept`: the way back and the passwords. `dial`: how lines to servers are made."""
        self._kit, self._kept, self._dial = kit, kept, dial
        self._has_hosted = False

    def begin(self, trip: Trip, now: float) -> ServerConnection:
        """Set out; raises BadAddress or NoWayBack."""
        settings = self._kit.settings
        match trip:
            case Request.PLAY:
                return self._at_home(settings, solo_server(), now, eager=True)
            case HostGame(password):
                self._warn()
                options = replace(hosted_server(settings), password=password)
                return self._at_home(settings, options, now)
            case PlayFromReplay(source, at, slot, others_recorded):
                options = LocalServerOptions(skill=settings.skill, scene=Scene(Path(source), at, slot, others_recorded))
                return self._at_home(replace(settings, players=1), options, now)  # only one of those here plays on
            case JoinServer(text, password):
                address = address_of(text)
                if password:
                    self._kept.passwords.keep(str(address), password)
                return self._abroad(address, self._kept.ticket(address))
            case Request.REJOIN:
                ticket = self._kept.ticket()
                if not ticket:
                    raise NoWayBack("The chair is not held any more. Join as before.")
                return self._abroad(ticket.address, ticket)

    def _warn(self) -> None:
        """Some systems ask when the first server of ours listens: before that, say what to answer."""
        if not self._has_hosted:
            self._kit.prompt = BEFORE.get(self._kit.system, "")
        self._has_hosted = True

    def _at_home(
        self, settings: Settings, options: LocalServerOptions, now: float, eager: bool = False
    ) -> ServerConnection:
        child, eager = LocalServer(options, now), eager or self._is_bot
        self._kit.is_solo = not options.for_friends
        return ServerConnection(settings, None, child, eager, self._dial, password=options.password)

    def _abroad(self, address: Address, ticket: RejoinTicket | None) -> ServerConnection:
        settings, token = self._kit.settings, ""
        if ticket:
            settings, token = replace(settings, name=ticket.name, players=ticket.players), ticket.token
        password = self._kept.passwords.of(str(address))
        self._kit.is_solo = False
        return ServerConnection(settings, address, None, self._is_bot, self._dial, token, password=password)

    @property
    def _is_bot(self) -> bool:
        return self._kit.autopilot is not None
