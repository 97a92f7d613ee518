"""When a connection counts as lost: closed, or silent for longer than a server that runs ever is.

Rule 1: a server that is silent for SILENCE counts as lost: a pulled cable closes no connection.
Rule 2: a try that has sent its Hello is not given up before GREETING_MOST: a server that was stopped for a moment
        answers it, and a second Hello would only find the seat taken.
Rule 3: where the room may also be at another address, one that does not answer is given up soon: OPENING_MOST until it
        connects, ANSWER_MOST until its first byte. A standby that waits answers the Ping before our Hello, and keeps
        us until it knows whether it goes on.
"""

from petard.game.client.session import Session
from petard.game.net.transport import Transport, TransportState

SILENCE = 3.0  # seconds; a server that runs sends something twice a second
GREETING_MOST = 10.0  # seconds from our Hello to the Welcome
OPENING_MOST = 1.25  # seconds to connect, while there is another address to try; a lost SYN is sent again after one
ANSWER_MOST = 1.5  # seconds from then to the first byte, the same


def reason_for_loss(transport: Transport, session: Session, elsewhere_since: float | None, now: float) -> str:
    """One sentence that says why the connection is lost, "" while it holds.

    `elsewhere_since`: when this try began, in seconds, if there is another address to try; else None.
    """
    heartbeat = session.link.heartbeat
    if transport.state is TransportState.CLOSED and not session.work.is_behind:
        return transport.problem or "The server closed the connection."
    if heartbeat.opened_at is None:
        is_mute = elsewhere_since is not None and now - elsewhere_since > OPENING_MOST
        return "The server does not answer." if is_mute else ""
    if not session.link.is_admitted:
        is_mute = elsewhere_since is not None and not session.link.traffic.received
        is_slow = now - heartbeat.opened_at > (ANSWER_MOST if is_mute else GREETING_MOST)
        return "The server does not finish its greeting." if is_slow else ""
    silence = heartbeat.silence(now)
    return f"The server has been silent for {silence:.0f} seconds." if silence > SILENCE else ""
