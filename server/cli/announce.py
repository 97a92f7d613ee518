"""`petard-server announce HOST:PORT ...`: lets rooms behind published ports be found in the local network."""

import os
from collections.abc import Sequence

from petard.server.config.config import CliParser, add_settings, fail, host_port
from petard.server.config.schema import PORT, SETTINGS
from petard.server.config.sources import OFF, BadSettings, settle
from petard.server.discovery.announcer import CannotAnnounce
from petard.server.discovery.announcer import main as announce

ROWS = tuple(row for row in SETTINGS if row.key in ("discovery", "discovery-port"))


def main(words: Sequence[str]) -> int:
    """Announce until a stop; returns the exit status: 1 if that is not possible here, 2 for wrong arguments."""
    parser = CliParser("announce", "Lets rooms in containers be found in the local network, while they answer.")
    about = f"where this machine publishes TCP and UDP of a room (port {PORT}, if nothing is said)"
    parser.add_argument("rooms", type=host_port, metavar="HOST[:PORT]", help=about, nargs="+")
    add_settings(parser, ROWS)
    given = vars(parser.parse_args(words))
    names = {row.variable for row in ROWS}
    environ = {name: text for name, text in os.environ.items() if name in names}
    try:
        values = settle(ROWS, given | {"config": OFF}, environ).values
    except BadSettings as problem:
        parser.error(str(problem))
    if values["discovery"] is None:
        parser.error("discovery is off, so nothing can be announced")
    try:
        rooms = [(host, port or PORT) for host, port in given["rooms"]]
        return announce(rooms, values["discovery"], values["discovery-port"])
    except CannotAnnounce as problem:
        return fail(problem, 1)
