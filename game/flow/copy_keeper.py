"""Keeps a copy of the room that we are in, as far as its server asks for one and the person agrees.

Rule 1: one standby at a time, for the offer that is open: another offer, or none, ends it.
Rule 2: a loss of the connection does not end it: it may be the one that goes on.
Rule 3: the server gets one answer to each offer, and another one when it changes.
Rule 4: a standby that has become the server of the room stays until this person leaves the room.
Rule 5: however often a server changes its offer, processes start with pauses between them, for the newest offer.
"""

import ipaddress
import math
from collections.abc import Callable

from petard.game.config.arguments import Address
from petard.game.flow.server_connection import ServerConnection
from petard.game.flow.standby_process import StandbyProcess, StandbyState
from petard.game.ui.context import ScreenContext
from petard.game.view.copy_consent import CopyConsent, keeps_copy
from petard.shared.host_port import join_host_port
from petard.shared.protocol.later_messages import StandbyAnswer, StandbyOffer

StandbyStarter = Callable[[Address, str], StandbyProcess]  # of the server, and the ticket


class StartPauses:
    """When a standby may be started: FIRST seconds after the last start; twice as long each time, up to MOST.

    After MOST seconds without a start the pauses are short again.
    """

    FIRST, MOST = 5.0, 60.0

    def __init__(self) -> None:
        self._pause, self._started_at = self.FIRST, -math.inf

    def may_start(self, now: float) -> bool:
        """True if the pause is over; `now` in seconds, monotonic."""
        return now - self._started_at >= self._pause

    def note_start(self, now: float) -> None:
        """A standby is started."""
        has_been_calm = now - self._started_at >= max(self.MOST, 2 * self._pause)
        self._pause = self.FIRST if has_been_calm else min(2 * self._pause, self.MOST)
        self._started_at = now


class CopyKeeper:
    """For the server that we are on. Poll it in every picture."""

    def __init__(self, context: ScreenContext, start: StandbyStarter = StandbyProcess) -> None:
        self.standby: StandbyProcess | None = None
        self._context, self._start = context, start
        self._ticket = ""  # of the offer that is open
        self._has_failed = False  # a standby for it has ended by itself
        self._answered: StandbyAnswer | None = None  # to that offer
        self._pauses = StartPauses()

    @property
    def server(self) -> StandbyProcess | None:
        """The standby, once it is the server of the room."""
        return self.standby if self.standby and self.standby.state is StandbyState.PROMOTED else None

    def poll(self, connection: ServerConnection, now: float) -> None:
        """Do what is due at this time, in seconds, monotonic."""
        consent, offer = self._context.own_server.consent, connection.session.room.copies.offer
        if self.standby:
            self.standby.poll()
            self.standby.send_orders()
        if self.server or self._is_at(connection.address) or connection.local_server:
            consent.is_offered = consent.is_kept = False
            if offer and offer.ticket != self._ticket and connection.session.link.is_admitted:
                self._ticket = offer.ticket
                connection.session.link.send(StandbyAnswer(False, (), 0))  # the room itself is at this computer
            return
        self._take(offer, consent)
        if offer:
            keeps = keeps_copy(consent, self._context.settings.keep_copies, offer.asks, _is_near(connection.address))
            self._decide(connection, offer, keeps, now)
        consent.is_kept = self.standby is not None

    def _is_at(self, address: Address | None) -> bool:
        """True if we are at our own standby: it has become the server, though its report may not be read yet."""
        return bool(self.standby and address and join_host_port(*address) in self.standby.addresses)

    def _take(self, offer: StandbyOffer | None, consent: CopyConsent) -> None:
        """Note which offer is open."""
        if (ticket := offer.ticket if offer else "") != self._ticket:
            self._end_standby()
            self._ticket, self._answered, self._has_failed = ticket, None, False
        consent.is_offered = offer is not None

    def _decide(self, connection: ServerConnection, offer: StandbyOffer, keeps: bool | None, now: float) -> None:
        """Start or end the standby, and answer the offer."""
        self._has_failed |= self.standby is not None and self.standby.state is StandbyState.ENDED
        if self._has_failed or not keeps:
            self._end_standby()
        elif self._answered and not self._answered.addresses:
            self._answer(connection, StandbyAnswer(True, (), 0))  # refused before: ask for another offer
        elif not self.standby and connection.address and self._pauses.may_start(now):
            self._pauses.note_start(now)
            self.standby = self._start(connection.address, offer.ticket)
        if self.standby and self.standby.state is StandbyState.LISTENING:
            self._answer(connection, StandbyAnswer(True, self.standby.addresses, self.standby.web))
        elif self._has_failed or keeps is False:
            self._answer(connection, StandbyAnswer(False, (), 0))

    def _answer(self, connection: ServerConnection, answer: StandbyAnswer) -> None:
        if answer != self._answered and connection.session.link.is_admitted:
            connection.session.link.send(answer)
            self._answered = answer

    def _end_standby(self) -> None:
        standby, self.standby = self.standby, None
        if standby:
            standby.end()

    def end(self) -> None:
        """We leave the room."""
        self._end_standby()
        self._ticket, self._answered = "", None
        self._context.own_server.consent.begin()


def _is_near(server: Address | None) -> bool:
    """True if the server is in the same network, as far as its address tells: it is no address of the Internet."""
    if server is None:
        return False
    try:
        return not ipaddress.ip_address(server.host).is_global
    except ValueError:
        return "." not in server.host or server.host.endswith(".local")
