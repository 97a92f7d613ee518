"""`petard-server relay HOST[:PORT]`: joins a room as a relay, and lets many watch: games, browsers, other relays."""

import os
from collections.abc import Sequence

from petard.server.config.config import UNSET, CliParser, add_settings, host_port, with_values
from petard.server.config.schema import PORT, SETTINGS
from petard.server.config.sources import OFF, BadSettings, settle
from petard.server.config.values import Endpoint
from petard.server.web.own_relay import main as serve_room
from petard.server.web.relay_process import main as serve

KEYS = ("password", "password-file", "per-address", "uncounted", "host", "port", "web", "web-names")
ROWS = tuple(row for row in SETTINGS if row.key in KEYS)


def main(words: Sequence[str]) -> int:
    """Serve until a stop; returns the exit status: 1 if the room lets no relay in, 2 for wrong arguments."""
    parser = CliParser("relay", "Joins a room, and lets many watch it through this machine: games, browsers, relays.")
    about = f"the room, or another relay (port {PORT}, if nothing is said)"
    parser.add_argument("where", type=host_port, metavar="HOST[:PORT]", help=about, nargs="?")
    parser.add_argument(
        "--room", action="store_true", help="a room has started it, and says on standard input what to do"
    )
    add_settings(parser, ROWS)
    given = vars(parser.parse_args(words))
    if given["room"]:
        return serve_room()
    if not given["where"]:
        parser.error("say which room: HOST, or HOST:PORT")
    names = {row.variable for row in ROWS}
    environ = {name: text for name, text in os.environ.items() if name in names}
    try:
        settled = settle(ROWS, given | {"config": OFF}, environ)
    except BadSettings as problem:
        parser.error(str(problem))
    host, port = given["where"]
    return serve(with_values(UNSET, settled.values), Endpoint(host, port or PORT))
