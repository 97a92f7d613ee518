"""What a person reads about the connection: how it begins, that it is lost or moves, and that a bot plays meanwhile."""

from petard.game.client.client_round import ClientRound
from petard.game.client.room_state import RoomState
from petard.game.client.session import Session
from petard.game.flow.server_connection import ServerConnection
from petard.game.net.transport import TransportState
from petard.game.texts.known_lines import known_line
from petard.game.texts.phrases import tr
from petard.game.view.copy_words import MOVED_SHOWN, MOVING_MOST, moved_words, moving_status
from petard.game.view.notices import ConnectionStatus, disconnect_status, idle_status, silence_status
from petard.shared.host_port import join_host_port
from petard.shared.protocol.messages import Phase


def waiting_text(connection: ServerConnection) -> str:
    if connection.session.room.lobby is not None:
        return tr("Here we go")
    if connection.transport is None and connection.local_server:
        return tr("Starting a server of your own")
    state = connection.transport.state if connection.transport else TransportState.RESOLVING
    name = "your server" if connection.local_server else connection.address
    return known_line(state.value.format(name))


def status_of(connection: ServerConnection, now: float) -> ConnectionStatus | None:
    """What to show over the screen about the connection, or about idle players; None if there is nothing."""
    room = connection.session.room
    if connection.is_disconnected and room.welcomed:
        if connection.addresses.standbys and now - connection.backoff.lost_at < MOVING_MOST:
            return moving_status(room.copies.lost)
        next_try = None if connection.transport else connection.backoff.next_at - now
        return disconnect_status(connection.backoff.reason, next_try)
    link = connection.session.link
    silence = link.heartbeat.silence(now) if link.is_admitted else 0.0
    return silence_status(silence) or _round_status(connection.session)


def moved_notice(connection: ServerConnection, now: float) -> str:
    """That the room has moved to another computer, for some seconds; "" else."""
    addresses, lost = connection.addresses, connection.session.room.copies.lost
    if addresses.moved_at is None or now - addresses.moved_at >= MOVED_SHOWN or addresses.server is None:
        return ""
    return moved_words(lost, lost.keeper_at(join_host_port(*addresses.server)))


def _round_status(session: Session) -> ConnectionStatus | None:
    """While a round runs: that a bot plays for a player of ours."""
    room, client_round = session.room, session.client_round
    if client_round is None or room.lobby is None or room.lobby.phase is not Phase.PLAYING:
        return None
    return _idle_status(room, client_round)


def _idle_status(room: RoomState, client_round: ClientRound) -> ConnectionStatus | None:
    living = [seat for seat in room.my_seats if client_round.is_alive(seat.slot)]
    names = [seat.name for seat in living if seat.away]
    return idle_status(names, len(names) == len(living))
