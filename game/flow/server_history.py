"""Remembers the servers of this person: recent addresses, the way back after a crash, room passwords.

Rule 1: nothing is kept of a server of our own; it ends with the game.
Rule 2: passwords are kept until the game ends, and in no file. A wrong one is forgotten, so that the person is asked.
"""

from dataclasses import replace

from petard.game.config.arguments import Address
from petard.game.config.settings import ADDRESSES
from petard.game.flow.rejoin_ticket import RejoinTicket, RejoinTicketFile
from petard.game.flow.server_connection import ServerConnection
from petard.game.ui.context import ScreenContext


class PasswordCache:
    """Room passwords by the address of the server, as people write it."""

    def __init__(self, default: str = "") -> None:
        """`default`: for servers whose password is not known."""
        self._default = default
        self._known: dict[str, str] = {}

    def get(self, address: str) -> str:
        """The password of that server, "" if it is not known."""
        return self._known.get(address, self._default)

    def set(self, address: str, password: str) -> None:
        """Remember a password; "" for one that was wrong."""
        self._known[address] = password


class ServerHistory:
    """Addresses go into the settings, the way back into the ticket file, passwords into no file."""

    def __init__(self, context: ScreenContext, tickets: RejoinTicketFile, passwords: PasswordCache) -> None:
        self.passwords = passwords
        self._context = context
        self._tickets = tickets

    def update(self, connection: ServerConnection, now: float) -> None:
        """Remember what a connection has shown so far."""
        if not connection.is_own:
            self._update_addresses(connection)
            self._update_ticket(connection, now)

    def _update_addresses(self, connection: ServerConnection) -> None:
        """The address of a server that has let us in, the last one first."""
        known = self._context.settings.addresses
        address = str(connection.address)
        if connection.session.room.welcomed and known[:1] != (address,):
            known = (address, *(one for one in known if one != address))
            self._context.settings = replace(self._context.settings, addresses=known[:ADDRESSES])

    def _update_ticket(self, connection: ServerConnection, now: float) -> None:
        """As long as the server answers, keep the ticket that lets us in again."""
        session = connection.session
        if session.room.welcome and session.link.is_admitted and not session.problem and connection.address:
            hello, token = session.link.hello, session.room.welcome.token
            self._tickets.keep(RejoinTicket(connection.address, hello.name, hello.players, token), now)

    def leave(self, connection: ServerConnection) -> None:
        """We said goodbye: the ticket counts no more."""
        if connection.session.link.is_admitted and not connection.is_own:
            self._tickets.drop()

    def ticket(self, address: Address | None = None) -> RejoinTicket | None:
        """The ticket for that server, or for any."""
        found = self._tickets.ticket(address)
        return found[0] if found else None

    def offer_rejoin(self, now: float) -> None:
        """Let the title offer the way back, for as long as the ticket counts."""
        found = self._tickets.ticket()
        self._context.joinable.rejoin_until = now + found[1] if found else 0.0
