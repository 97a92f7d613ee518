"""Finds servers, and begins and ends sessions: on our own, at an address, where we were, or going on in a recording.

Rule 1: every mistake in a request is reported before anything is started.
Rule 2: of other servers it remembers the address in the settings, and the way back after a crash in the ticket file.
        Nothing is kept of a server of our own; it ends with the game.
Rule 3: passwords are kept until the game ends, and in no file. A wrong one is forgotten, so that the person is asked.
Rule 4: the network is searched only while the title or the Join screen is shown, and never where PETARD_DISCOVERY is
        "off".
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Literal

from petard.game.config.arguments import Address, BadAddress, address_of
from petard.game.config.settings import ADDRESSES
from petard.game.doctor.diagnosis import BEFORE
from petard.game.flow.copy_keeper import CopyKeeper
from petard.game.flow.directory_browser import DirectoryBrowser
from petard.game.flow.local_server import LocalServer, LocalServerOptions, hosted_server, solo_server
from petard.game.flow.rejoin_ticket import RejoinTicket, RejoinTicketFile
from petard.game.flow.server_connection import ServerConnection
from petard.game.net.transport import TransportFactory
from petard.game.ui.context import ScreenContext
from petard.game.ui.screen import HostGame, JoinServer, PlayFromReplay, ServerRequest, SimpleRequest
from petard.shared.discovery.client import DiscoveryClient
from petard.shared.host_port import join_host_port

ENDING = 6.0  # seconds; a server that answers later at the same address is another one
DiscoveryFactory = Callable[[Iterable[tuple[str, int]], float], DiscoveryClient]
JoinRequest = Literal[SimpleRequest.PLAY, SimpleRequest.REJOIN] | ServerRequest


class NoWayBack(Exception):
    """The seat is not kept any more; the text is for the person."""


class ServerJoiner:
    def __init__(
        self,
        context: ScreenContext,
        connect: TransportFactory,
        discover: DiscoveryFactory | None,
        tickets: RejoinTicketFile,
        password: str,
    ) -> None:
        """`password`: for servers whose password is not known, "" if there is none."""
        self.browser = ServerBrowser(context, discover)
        self.directory = DirectoryBrowser(context)
        self.copies = CopyKeeper(context)
        # By address, as people write it; "" after a wrong one.
        self.passwords: defaultdict[str, str] = defaultdict(lambda: password)
        self._context, self._connect, self._tickets = context, connect, tickets
        self._has_hosted = False

    def join(self, request: JoinRequest, now: float) -> ServerConnection:
        """Begin a session; raises BadAddress or NoWayBack."""
        settings = self._context.settings
        match request:
            case SimpleRequest.PLAY:
                return self._local(solo_server(), now, eager=True)
            case HostGame(password, is_public):
                # Some systems ask the person when our first server listens: say before that what to answer.
                own = self._context.own_server
                own.prompt = "" if self._has_hosted else BEFORE.get(own.system, "")
                self._has_hosted = True
                options = replace(hosted_server(settings), password=password)
                if is_public:  # no copy of the room goes to strangers, unless the host says so in the lobby
                    options = replace(options, directory=settings.directory, standby="off")
                return self._local(options, now)
            case PlayFromReplay():
                return self._local(LocalServerOptions(skill=settings.skill, scene=request), now)
            case JoinServer(text, password):
                address = address_of(text)
                if password:
                    self.passwords[str(address)] = password
                return self._remote(address, self._tickets.ticket(address))
            case SimpleRequest.REJOIN:
                kept = self._tickets.ticket()
                if not kept:
                    raise NoWayBack("Your seat is no longer kept. Join again.")
                return self._remote(kept[0].address, kept)

    def _local(self, options: LocalServerOptions, now: float, eager: bool = False) -> ServerConnection:
        self._context.own_server.is_solo = not options.for_friends
        settings = self._context.settings
        settings = replace(settings, players=1) if options.scene else settings  # only one of us plays on
        server, eager = LocalServer(options, now), eager or self._context.devices.autopilot is not None
        return ServerConnection(settings, None, server, eager, self._connect, password=options.password)

    def _remote(self, address: Address, kept: tuple[RejoinTicket, float] | None) -> ServerConnection:
        self._context.own_server.is_solo = False
        settings, token, standbys = self._context.settings, "", tuple[str, ...]()
        if kept:
            ticket, _ = kept
            settings = replace(settings, name=ticket.name, players=ticket.players)
            token, standbys = ticket.token, ticket.standbys
        password = self.passwords[str(address)]
        eager = self._context.devices.autopilot is not None
        return ServerConnection(
            settings, address, None, eager, self._connect, token, password=password, standbys=standbys
        )

    def remember(self, connection: ServerConnection, now: float) -> None:
        """Keep the address of a server that has let us in, and, as long as it answers, the ticket for coming back."""
        session, settings = connection.session, self._context.settings
        welcome, address = session.room.welcome, connection.address
        if connection.local_server or welcome is None or address is None:
            return
        home = connection.addresses.home  # that of a standby is of no use on another day
        if home is not None and settings.addresses[:1] != (str(home),):
            known = dict.fromkeys((str(home), *settings.addresses))  # the last one first
            self._context.settings = replace(settings, addresses=tuple(known)[:ADDRESSES])
        if session.link.is_admitted and not session.problem:
            hello = session.link.hello
            standbys = tuple([join_host_port(*one) for one in connection.addresses.standbys])
            self._tickets.keep(RejoinTicket(address, hello.name, hello.players, welcome.token, standbys), now)

    def offer_rejoin(self, now: float) -> None:
        """Let the title offer the way back, for as long as the ticket counts."""
        kept = self._tickets.ticket()
        self._context.joinable.rejoin_until = now + kept[1] if kept else 0.0

    def leave(self, connection: ServerConnection, goodbye: bool) -> None:
        """End a session; without `goodbye` the server keeps our seat for a while, and the ticket counts."""
        if goodbye and connection.session.link.is_admitted and not connection.local_server:
            self._tickets.drop()
        if connection.local_server and connection.local_server.invitation:
            self.browser.leaving = address_of(connection.local_server.invitation)
        connection.close(goodbye)
        self.copies.end()


class ServerBrowser:
    """Puts the servers that answer into the context, each with its address as a person would write it."""

    def __init__(self, context: ScreenContext, discover: DiscoveryFactory | None) -> None:
        """`discover` makes a source that asks some hosts singly; None: no server is ever looked for."""
        self._context = context
        self._discover = discover
        self._source: DiscoveryClient | None = None
        self.leaving: Address | None = None  # a server of our own that answers until it has ended: not offered
        self._ended: set[str] = set()  # the ids of such servers
        self._since = 0.0

    def update(self, is_wanted: bool, now: float) -> None:
        """Look for servers, or stop looking."""
        if not is_wanted:
            self.close()
        elif self._discover:
            if self._source is None:
                self._source, self._since = self._discover(self._known_hosts(), now), now
            if now - self._since > ENDING:
                self.leaving = None
            self._source.poll(now)
            found = self._source.found(now)
            if self.leaving:
                here = ("127.0.0.1", "::1", self.leaving.host)
                self._ended |= {one.id for one in found if one.port == self.leaving.port and one.host in here}
            shown = [(str(Address(one.host, one.port)), one) for one in found if one.id not in self._ended]
            self._context.joinable.found = shown

    def close(self) -> None:
        """Stop looking, and forget what was found."""
        if self._source:
            self._source.close()
            self._source, self._context.joinable.found = None, ()

    def _known_hosts(self) -> list[Address]:
        settings = self._context.settings
        addresses = []
        for text in (*settings.starred, *settings.addresses):
            with suppress(BadAddress):  # written by hand into the settings
                addresses.append(address_of(text))
        return addresses
