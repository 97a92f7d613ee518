"""Begins a session on a server: on our own, at an address, where we were before, or going on in a recording.

Rule: every mistake in a request is reported before anything is started.
"""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from petard.game.config.arguments import Address, address_of
from petard.game.config.settings import Settings
from petard.game.doctor.diagnosis import BEFORE
from petard.game.flow.local_server import LocalServer, LocalServerOptions, Scene, hosted_server, solo_server
from petard.game.flow.rejoin_ticket import RejoinTicket
from petard.game.flow.server_browser import ServerBrowser
from petard.game.flow.server_connection import ServerConnection
from petard.game.flow.server_history import ServerHistory
from petard.game.net.transport import TransportFactory
from petard.game.ui.context import ScreenContext
from petard.game.ui.screen import HostGame, JoinServer, PlayFromReplay, ServerRequest, SimpleRequest

JoinRequest = Literal[SimpleRequest.PLAY, SimpleRequest.REJOIN] | ServerRequest


class NoWayBack(Exception):
    """The seat is not kept any more; the text is for the person."""


class ServerJoiner:
    """Finds servers, and makes the ServerConnection for a request."""

    def __init__(
        self, context: ScreenContext, history: ServerHistory, connect: TransportFactory, browser: ServerBrowser
    ) -> None:
        self.history = history
        self.browser = browser
        self._context, self._connect = context, connect
        self._has_hosted = False

    def find_servers(self, is_wanted: bool, now: float) -> None:
        """Look for games while a person may want to join one."""
        settings = self._context.settings
        self.browser.update(is_wanted, (*settings.starred, *settings.addresses), now)
        self._context.joinable.found = self.browser.found

    def leave(self, connection: ServerConnection, goodbye: bool) -> None:
        """End a session; without `goodbye` the server keeps our seat for a while."""
        if goodbye:
            self.history.leave(connection)
        if connection.local_server and connection.local_server.invitation:
            self.browser.leave(address_of(connection.local_server.invitation))
        connection.close(goodbye)

    def join(self, request: JoinRequest, now: float) -> ServerConnection:
        """Begin a session; raises BadAddress or NoWayBack."""
        settings = self._context.settings
        match request:
            case SimpleRequest.PLAY:
                return self._local(settings, solo_server(), now, eager=True)
            case HostGame(password):
                self._warn()
                return self._local(settings, replace(hosted_server(settings), password=password), now)
            case PlayFromReplay(source, tick, slot, others_recorded):
                scene = Scene(Path(source), tick, slot, others_recorded)
                options = LocalServerOptions(skill=settings.skill, scene=scene)
                return self._local(replace(settings, players=1), options, now)  # only one of us plays on
            case JoinServer(text, password):
                address = address_of(text)
                if password:
                    self.history.passwords.set(str(address), password)
                return self._remote(address, self.history.ticket(address))
            case SimpleRequest.REJOIN:
                ticket = self.history.ticket()
                if not ticket:
                    raise NoWayBack("Your seat is no longer kept. Join again.")
                return self._remote(ticket.address, ticket)

    def _warn(self) -> None:
        """Some systems ask the person when our first server listens: say before that what to answer."""
        if not self._has_hosted:
            self._context.own_server.prompt = BEFORE.get(self._context.own_server.system, "")
        self._has_hosted = True

    def _local(
        self, settings: Settings, options: LocalServerOptions, now: float, eager: bool = False
    ) -> ServerConnection:
        self._context.own_server.is_solo = not options.for_friends
        server, eager = LocalServer(options, now), eager or self._is_bot
        return ServerConnection(settings, None, server, eager, self._connect, password=options.password)

    def _remote(self, address: Address, ticket: RejoinTicket | None) -> ServerConnection:
        settings, token = self._context.settings, ""
        if ticket:
            settings, token = replace(settings, name=ticket.name, players=ticket.players), ticket.token
        password = self.history.passwords.get(str(address))
        self._context.own_server.is_solo = False
        return ServerConnection(settings, address, None, self._is_bot, self._connect, token, password=password)

    @property
    def _is_bot(self) -> bool:
        return self._context.devices.autopilot is not None
