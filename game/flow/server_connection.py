"""The way to one server: starts our own server if asked to, connects, reconnects, and carries the bytes of the Session.

Rule 1: `poll` is called once per picture and never waits.
Rule 2: every end is one sentence in `problem`; what the server said itself comes first.
Rule 3: a disconnect does not end it: it connects again, and the session stays. Before a client was let in, only a
        connection that had opened and that the server closed is tried again, and only for JOINING_MOST: many may
        have come at the same moment. Any other failure is final then.
Rule 4: a Bye, and data that makes no sense, are no disconnects: they end it. So does a Refused, unless a member who
        comes back may be let in later: that is a failed try.
Rule 5: `close` leaves nothing behind: no connection and no server of our own.
Rule 6: a room that has standbys is looked for at each of its addresses (petard.game.flow.room_addresses).
Rule 7: a server of our own that ends, while standbys are known, has given the room away: we go there as a guest.
"""

import random
from collections.abc import Callable, Sequence

from petard.game.client.backoff import JOINING_MOST, TRYING_MOST, Backoff
from petard.game.client.lobby_entry import LobbyEntry, LookChoice
from petard.game.client.session import Session
from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.connection_patience import reason_for_loss
from petard.game.flow.local_server import LOCAL, LocalServer
from petard.game.flow.room_addresses import RoomAddresses
from petard.game.net.tcp_transport import TcpTransport
from petard.game.net.transport import Transport, TransportFactory, TransportState
from petard.shared.protocol.messages import Bye, Phase, Ready

AWAY = "The server on this computer has ended."


class ServerConnection:
    def __init__(
        self,
        settings: Settings,
        address: Address | None,
        local_server: LocalServer | None,
        eager: bool,
        connect: TransportFactory = TcpTransport,
        token: str = "",
        random: Callable[[], float] = random.random,
        password: str = "",
        standbys: Sequence[str] = (),
    ) -> None:
        """Connects to `local_server` if there is one, else to `address`, or to one of the `standbys` (HOST:PORT).

        `eager`: get ready for the first match without being asked. `token`: the rejoin token of an earlier session.
        `random`: from 0 to 1. `password`: of the room, "" if it is not known.
        """
        self.session = Session(settings.name, settings.players, token, password)
        guests = [*settings.guests, "", "", ""][: settings.players - 1]
        if any(guests):
            self.session.room.wishes.names = (settings.name, *(guest or settings.name for guest in guests))
        self.addresses = RoomAddresses(address, standbys)
        self.local_server = local_server
        self.transport: Transport | None = None
        self._connect = connect
        self.backoff = Backoff(random)
        looks = [LookChoice(settings.colour, settings.character)] if settings.character >= 0 else []
        if settings.side >= 0:
            self.session.room.wishes.own_sides[0] = settings.side
        self._lobby_entry = LobbyEntry(looks, eager, asks_sides=settings.side >= 0)
        self._problem = ""

    @property
    def address(self) -> Address | None:
        """The address that we are on, or try next; None while a server of our own starts."""
        return self.addresses.current

    @property
    def problem(self) -> str:
        """One sentence that says why it is over, "" while it goes on."""
        return self.session.problem or self._problem

    @property
    def is_admitted(self) -> bool:
        """True once there is a room to show. An eager client sees none before its first round."""
        lobby = self.session.room.lobby
        is_waiting = self._lobby_entry.is_eager and self.session.client_round is None
        return lobby is not None and not (is_waiting and lobby.phase is Phase.LOBBY)

    @property
    def is_disconnected(self) -> bool:
        """True from a disconnect, or a first try that failed, until we are in."""
        return self.backoff.is_disconnected

    # Once per picture

    def poll(self, now: float) -> None:
        if self.problem:
            return
        if self.local_server:
            self._poll_local(self.local_server, now)
        if self.is_disconnected:
            self._lobby_entry.remember_looks(self.session.room.my_seats)
        if self.address is not None and not self.problem:
            if self.transport is None and (not self.is_disconnected or self.backoff.is_due(now)):
                self.transport, self.addresses.tried_at = self._connect(*self.address, now), now
            if self.transport:
                self._receive(self.transport, now)
            self._lobby_entry.update(self.session, now)
            if self.transport:
                self._send(self.transport, now)
        if self.local_server:
            control = self.local_server.control
            control.set_alone(self.session.is_alone and not self.is_disconnected)
            control.set_round(self.session.announcement)
            self.session.server_pace = control.pace
            self.local_server.send_orders()

    def _poll_local(self, server: LocalServer, now: float) -> None:
        port = server.poll(now)
        if server.problem and self.session.room.welcomed and self.addresses.standbys:
            self._move_out(AWAY, now)
            return
        self._problem = server.problem
        self.addresses.listen_here(Address(LOCAL, port) if port else None)

    def _move_out(self, reason: str, now: float) -> None:
        """Go on as a guest at a standby: our own server has given the room away."""
        if self.local_server:
            self.local_server.end()
        self.local_server = None
        self._close_transport()
        self.addresses.move_out()
        self.backoff.disconnected(reason, now, at_once=True)
        self.session.renew_link(asks=True)

    def _receive(self, transport: Transport, now: float) -> None:
        arrived = b"" if self.session.work.is_behind else transport.poll(now)
        heartbeat = self.session.link.heartbeat
        if heartbeat.opened_at is None and transport.was_open:
            heartbeat.open(now)
        if heartbeat.opened_at is not None and (refusal := self.session.receive_data(arrived, now)):
            self._disconnect(refusal, now, is_closed=True)
        if self.session.link.is_admitted:
            self._stay(now)

    def _stay(self, now: float) -> None:
        """We are let in: note where, and where else the room may go on."""
        self.addresses.enter(now)
        if self.is_disconnected:
            self.backoff.connected(now)
        if lobby := self.session.room.lobby:
            self.addresses.learn(lobby.addresses)

    def _send(self, transport: Transport, now: float) -> None:
        """Send the data of the session, then check whether the connection still holds."""
        if self.session.link.heartbeat.opened_at is not None:
            transport.send(self.session.link.data_to_send())
        has_others = bool(self.addresses.standbys) and not self.local_server
        reason = reason_for_loss(transport, self.session, self.addresses.tried_at if has_others else None, now)
        if reason and not self.session.problem:
            self._disconnect(reason, now, transport.state is TransportState.CLOSED)

    def _disconnect(self, reason: str, now: float, is_closed: bool) -> None:
        """The connection is lost, or the server refused us for now: plan the next try, if there is one."""
        is_member, was_open = self.session.room.welcomed, self.session.link.heartbeat.opened_at is not None
        self._close_transport()
        if goes_on := self.session.room.copies.goes_on:
            self.addresses.learn(goes_on.addresses)
            if self.local_server:
                self._move_out(reason, now)
                return
        at_once = not self.local_server and self._take_next_address(is_member)
        if not is_member and not (was_open and is_closed) and not at_once:
            self._problem = reason
            return
        self.backoff.disconnected(reason, now, TRYING_MOST if is_member else JOINING_MOST, at_once)
        self.session.renew_link(asks=bool(self.addresses.standbys))
        if self.backoff.is_over:
            tried = f" Trying again for {TRYING_MOST:.0f} seconds did not help." if is_member else ""
            self._problem = f"{reason}{tried}"

    def _take_next_address(self, is_member: bool) -> bool:
        """Choose the address of the next try; True if that may begin without a pause."""
        if not is_member or self.is_disconnected:
            return self.addresses.advance()
        self.addresses.begin(self.session.room.copies.goes_on is not None)
        return bool(self.addresses.standbys)

    # What a person does

    def get_ready(self) -> None:
        """Be ready again, as an eager client is after each match."""
        room = self.session.room
        in_lobby = room.lobby is not None and room.lobby.phase is Phase.LOBBY
        if in_lobby and room.my_seats and not all(seat.ready for seat in room.my_seats):
            self.session.link.send(Ready(True))

    def give_up(self) -> None:
        """Do not try to reconnect any more."""
        if self.is_disconnected:
            self._problem = self.backoff.reason

    def close(self, goodbye: bool = True) -> None:
        """Leave the server (without `goodbye` it keeps the seat for a while), and end our own server."""
        is_greeted = self.session.link.heartbeat.opened_at is not None
        if self.transport and is_greeted and goodbye and not self.session.problem:
            self.session.link.send(Bye(""))
            self.transport.send(self.session.link.data_to_send())
        self._close_transport()
        if self.local_server:
            self.local_server.end()

    def _close_transport(self) -> None:
        if self.transport is not None:
            self.transport.close()
        self.transport = None
