"""What a person reads about the connection: what it waits for, and the banner over the screen."""

from petard.game.flow.server_connection import ServerConnection
from petard.game.net.transport import TransportState
from petard.game.view.notices import ConnectionStatus, disconnect_status, idle_status, silence_status
from petard.shared.protocol.messages import Phase

WAITING_TEXTS = {
    TransportState.RESOLVING: "Looking for {}",
    TransportState.CONNECTING: "Connecting to {}",
    TransportState.OPEN: "Waiting for {} to answer",
    TransportState.CLOSED: "{} has closed the connection",
}


def waiting_text(connection: ServerConnection) -> str:
    """What we wait for."""
    if connection.session.room.lobby is not None:
        return "Here we go"
    if connection.transport is None:
        return "Starting a server of your own" if connection.is_own else f"Looking for {connection.address}"
    name = "your server" if connection.is_own else str(connection.address)
    return WAITING_TEXTS[connection.transport.state].format(name)


def status_of(connection: ServerConnection, now: float) -> ConnectionStatus | None:
    """What to show over the screen about the connection, or about idle players; None if there is nothing."""
    if connection.is_disconnected:
        next_try = None if connection.transport else connection.backoff.next_at - now
        return disconnect_status(connection.backoff.reason, next_try)
    link = connection.session.link
    silence = link.heartbeat.silence(now) if link.is_admitted else 0.0
    return silence_status(silence) or _idle_status(connection)


def _idle_status(connection: ServerConnection) -> ConnectionStatus | None:
    room, client_round = connection.session.room, connection.session.client_round
    if not room.idle_slots or client_round is None or room.lobby is None or room.lobby.phase is not Phase.PLAYING:
        return None
    living = [seat for seat in room.my_seats if client_round.is_alive(seat.slot)]
    names = [seat.name for seat in living if seat.away]
    return idle_status(names, len(names) == len(living))
