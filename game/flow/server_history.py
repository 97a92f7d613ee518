"""What a person has of the servers that they were on: where they are, the way back, and what opens the door.

Rule: nothing is kept of a server of one's own; it ends with the game.
"""

from dataclasses import replace

from petard.game.config.arguments import Address
from petard.game.config.settings import ADDRESSES
from petard.game.flow.password_cache import PasswordCache
from petard.game.flow.rejoin_ticket import RejoinTicket, RejoinTicketFile
from petard.game.flow.server_connection import ServerConnection
from petard.game.ui.context import ScreenContext


class ServerHistory:
    """Addresses go into the settings, the way back into the pocket, passwords nowhere but here."""

    def __init__(self, kit: ScreenContext, pocket: RejoinTicketFile, passwords: PasswordCache) -> None:
        self.passwords = passwords
        self._kit = kit
        self._pocket = pocket

    def note(self, visit: ServerConnection, now: float) -> None:
        """Keep what a visit has brought so far."""
        if not visit.is_own:
            self._note_address(visit)
            self._note_ticket(visit, now)

    def _note_address(self, visit: ServerConnection) -> None:
        """The address of a server that has let us in, the last one first."""
        known = self._kit.settings.addresses
        place = str(visit.address)
        if visit.session.welcomed and known[:1] != (place,):
            known = (place, *(one for one in known if one != place))
            self._kit.settings = replace(self._kit.settings, addresses=known[:ADDRESSES])

    def _note_ticket(self, visit: ServerConnection, now: float) -> None:
        """As long as the server is heard, have with us what lets us in again."""
        session = visit.session
        if session.welcome and session.talk.is_in and not session.problem and visit.address:
            hello = session.talk.hello
            self._pocket.keep(RejoinTicket(visit.address, hello.name, hello.players, session.welcome.token), now)

    def left(self, visit: ServerConnection) -> None:
        """A goodbye was said: there is no way back."""
        if visit.session.talk.is_in and not visit.is_own:
            self._pocket.drop()

    def ticket(self, address: Address | None = None) -> RejoinTicket | None:
        """The way back to that server, or to any."""
        found = self._pocket.ticket(address)
        return found[0] if found else None

    def offer(self, now: float) -> None:
        """Let the title offer the way back, for as long as there is one."""
        found = self._pocket.ticket()
        self._kit.rejoin_until = now + found[1] if found else 0.0
