"""`petard-server list`: the servers around, as the game's Join screen finds them.

Rule: on a terminal the table grows while the search runs; for a program it is written once, at the end.
"""

import json
import os
import select
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from petard.server.config.config import INTERRUPTED, CliParser, port
from petard.server.config.schema import PORT as GAME_PORT
from petard.server.config.values import known_form
from petard.server.policy.text import table_text, width_of
from petard.shared.discovery.client import DiscoveryClient, may_search
from petard.shared.discovery.network import Interface
from petard.shared.host_port import join_host_port
from petard.shared.protocol.beacon import PORT, FoundServer
from petard.shared.protocol.messages import Phase

WAIT = 1.5  # seconds; a server that has not answered within that has been asked three times
WAIT_MOST = 3600.0
STEP = 0.05  # seconds
LINES_LEAST = 2  # of a table on a terminal: the heads and one server
REDRAW = "\x1b[{}A\x1b[J"  # so many lines up, and clear what is below
HEADS = ("NAME", "ADDRESS", "PLAYERS", "MAP", "RULES", "NOW", "PING", "")


def main(words: Sequence[str]) -> int:
    """Search and print; returns the exit status, 0 even if no server was found."""
    parser = CliParser("list", "Look for servers around.")
    add = parser.add_argument
    add("hosts", nargs="*", type=known_form, metavar="HOST", help="ask at this host, too, wherever it is")
    add("--json", action="store_true", help="print a list for programs")
    add("--wait", type=float, default=WAIT, metavar="SECONDS", help=f"look for so long (default: {WAIT})")
    add("--here", action="store_true", help="ask on this computer only")
    add("--discovery-port", type=port, default=PORT, metavar="N", help=f"UDP (default: {PORT})")
    given = parser.parse_args(words)
    if not 0 < given.wait <= WAIT_MOST:
        parser.error(f"the wait is more than 0 and at most {WAIT_MOST:.0f} seconds")
    is_only_here = given.here or not may_search(os.environ)
    known = [(host, PORT) for host in given.hosts]
    client = DiscoveryClient(known, time.monotonic(), given.discovery_port, only_here=is_only_here)
    is_live = sys.stdout.isatty() and sys.platform != "win32" and not given.json  # not every console knows REDRAW
    found: list[FoundServer] = []
    drawn: list[int] = []  # the width of each line that stands on the terminal
    try:
        for found in search(client, given.wait):
            if is_live:
                drawn = _redraw(_clip(server_table(found)), drawn)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        client.close()
    if given.json:
        rows = [{**asdict(server), "phase": _phase_name(server)} for server in found]
        sys.stdout.write(json.dumps(rows, indent=2) + "\n")
    else:
        _redraw(server_table(found) if found else nothing_found(client.monitor.current, is_only_here), drawn)
    if client.unknown:
        names = ", ".join(repr(name[:60]) for name in client.unknown)
        (sys.stderr if given.json else sys.stdout).write(f"No address was found for {names}.\n")
    return 0


def _clip(text: str) -> str:
    """Shorten the table to the lines of the terminal, where a longer one cannot be redrawn, and each to its width."""
    columns, rows = shutil.get_terminal_size()
    lines = []
    for line in text.splitlines()[: max(LINES_LEAST, rows - 1)]:
        while width_of(line) > columns:
            line = line[:-1]
        lines.append(line + "\n")
    return "".join(lines)


def _redraw(text: str, drawn: list[int]) -> list[int]:
    """Replace the lines that were drawn before; returns the width of each that is there now.

    A terminal that was made narrower meanwhile shows a line in several.
    """
    columns = max(1, shutil.get_terminal_size().columns)
    lines = sum(max(1, -(-width // columns)) for width in drawn)
    sys.stdout.write((REDRAW.format(lines) if lines else "") + text)
    sys.stdout.flush()
    return [width_of(line) for line in text.splitlines()]


def search(client: DiscoveryClient, seconds: float) -> Iterator[list[FoundServer]]:
    """Search for so long; yield the servers each time that something about them has changed, and at the end."""
    ends, before = time.monotonic() + seconds, list[FoundServer]()
    while True:
        now = time.monotonic()
        client.poll(now)
        found = client.found(now)
        if found != before or now >= ends:
            yield found
        if now >= ends:
            return
        before, step = found, min(STEP, ends - now)
        if sockets := client.sockets.all():
            select.select(sockets, [], [], step)
        else:
            time.sleep(step)


def server_table(found: Sequence[FoundServer]) -> str:
    return table_text([HEADS, *map(_row, found)], right=[HEADS.index("PING")])


def _row(server: FoundServer) -> tuple[str, ...]:
    watchers = f" +{server.watchers}" if server.watchers else ""
    notes = ["password"] * server.locked + [server.reason] * bool(server.reason)
    return (
        server.name,
        server.host if server.port == GAME_PORT else join_host_port(server.host, server.port),
        f"{server.players}/{server.seats}{watchers}",
        server.map,
        server.rules,
        _phase_name(server),
        "-" if server.ping is None else f"{server.ping} ms",
        ", ".join(notes),
    )


def _phase_name(server: FoundServer) -> str:
    return next((phase.name.lower() for phase in Phase if phase == server.phase), "unknown")


def nothing_found(interfaces: Sequence[Interface], only_here: bool) -> str:
    """Say that no server was found, where it was looked for, and what to do."""
    networks = [f"{one.name} ({address.network})" for one in interfaces for address in one.v4 if not one.is_loopback]
    if only_here:
        return "No server answers on this computer (with discovery off, none does). `petard-server` starts one.\n"
    if not networks:
        return "No server answers, and this computer is on no network. Join the Wi-Fi of the others.\n"
    return (
        f"No server answers on {', '.join(networks)}. If one is running, `petard doctor ADDRESS` says what stands "
        "between; its address can be typed into Join, too.\n"
    )
