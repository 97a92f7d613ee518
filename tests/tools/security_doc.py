"""The table of docs/security.md: the limits of what a client can make the server do (tests/tools/docs.py)."""

from petard.server.net.handshake import HELLO_GRACE, PENDING_MOST, PENDING_PER_GROUP
from petard.server.policy.limits import (
    FRAME_WITHIN,
    HELLO_WITHIN,
    INPUTS,
    OTHERS,
    SILENCE_MOST,
    TRIES_MOST,
    TRY_EVERY,
)
from petard.server.policy.outbox import CAP, STATE_AGE_MOST, STUCK
from petard.server.policy.state_pace import WINDOW
from petard.server.room.inbox import CHANGES_MOST, WAITING_MOST
from petard.server.room.rejoin import SEAT_KEPT
from petard.server.room.settings import USUAL_MEMBERS, RoomSettings
from petard.server.web.browsers import (
    HEAD_WITHIN,
    IDLE_MOST,
    PADS_MOST,
    PLAIN_MOST,
    PLAIN_PER_GROUP,
    REQUESTS,
    REQUESTS_OVER,
    SETTLED,
    SUDDEN_MOST,
    WATCHERS_MOST,
)
from petard.shared.framing import LIMIT_CLIENT, LIMIT_PENDING, LIMIT_SERVER
from petard.shared.rules.ruleset import TICK_RATE
from tests.tools.markdown import Tables, rows_of

PER_ADDRESS = RoomSettings.__dataclass_fields__["per_address"].default


def limits_table() -> str:
    """Return each limit with its figure."""
    rows = [
        (
            "a frame before the Welcome; of a member; of a server",
            f"{LIMIT_PENDING}; {LIMIT_CLIENT}; {LIMIT_SERVER} bytes",
        ),
        ("time for the Hello; to finish a frame", f"{HELLO_WITHIN:.0f} s; {FRAME_WITHIN:.0f} s"),
        ("pending connections; of one address group", f"{PENDING_MOST}; {PENDING_PER_GROUP} after {HELLO_GRACE} s"),
        (
            "members; players of one address group; kept seats included",
            f"{USUAL_MEMBERS} (`members`); {PER_ADDRESS} (`per-address`)",
        ),
        ("silence until a connection ends", f"{SILENCE_MOST:.0f} s"),
        (
            "states under way to one client, beside a round trip; time that a state waits for a slow one",
            f"those of {WINDOW} s; {STATE_AGE_MOST} s",
        ),
        ("unsent bytes; time in which nothing is read", f"{CAP} bytes; {STUCK:.0f} s"),
        ("Inputs; other messages of one client, a second, over ten seconds", f"{INPUTS}; {OTHERS}"),
        ("changes of keys of one client that wait; ticks that one waits", f"{CHANGES_MOST}; {WAITING_MOST}"),
        ("wrong passwords of one address group", f"{TRIES_MOST}, then one every {TRY_EVERY:.0f} s"),
        ("time for which a seat is kept, and its token is valid", f"{SEAT_KEPT // TICK_RATE} s"),
        (
            "connections of browsers; browsers that play; that watch",
            f"{PLAIN_MOST}, for {SETTLED:.0f} s {SUDDEN_MOST}, {PLAIN_PER_GROUP} of one address group;"
            f" {PADS_MOST}; {WATCHERS_MOST}",
        ),
        (
            "requests of one address group of browsers, a second",
            f"{REQUESTS} for each pad that it may have, over {REQUESTS_OVER:.0f} s",
        ),
        ("time for the head of a request; idle connection", f"{HEAD_WITHIN:.0f} s; {IDLE_MOST:.0f} s"),
    ]
    return rows_of("limit", "figure", rows=rows)


TABLES: Tables = {"limits": limits_table}
