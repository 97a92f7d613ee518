"""`petard-server list`: who can be joined around here, as the game's Join screen finds them.

Rule: on a terminal the table grows while one looks; what is read by a program is written once, at the end.
"""

import json
import select
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from petard.server.cli.common import CliParser, port, spelled, table, width_of
from petard.shared.discovery.client import DiscoveryClient
from petard.shared.discovery.interfaces import Interface
from petard.shared.protocol.beacon import PORT, FoundServer

WAIT = 1.5  # seconds; who does not answer within that is asked a third time in vain
WAIT_MOST = 3600.0
STEP = 0.05  # seconds
INTERRUPTED = 130
BACK = "\x1b[{}A\x1b[J"  # so many lines up, and clear what is below
HEAD = ("NAME", "ADDRESS", "PLAYERS", "MAP", "RULES", "NOW", "PING", "")


def main(words: Sequence[str]) -> int:
    """Look round, print; returns the exit status, 0 though nobody was found."""
    parser = CliParser(prog="petard-server list", description="Look for servers around.", allow_abbrev=False)
    add = parser.add_argument
    add("hosts", nargs="*", metavar="HOST", help="ask at this host, too, wherever it is")
    add("--json", action="store_true", help="print a list for programs")
    add("--wait", type=float, default=WAIT, metavar="SECONDS", help=f"look for so long (default: {WAIT})")
    add("--here", action="store_true", help="ask on this computer only")
    add("--discovery-port", type=port, default=PORT, metavar="N", help=f"UDP (default: {PORT})")
    given = parser.parse_args(words)
    if not 0 < given.wait <= WAIT_MOST:
        parser.error(f"the wait is more than 0 and at most {WAIT_MOST:.0f} seconds")
    known = [(host, PORT) for host in given.hosts]
    seeker = DiscoveryClient(known, time.monotonic(), given.discovery_port, only_here=given.here)
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a name that this terminal cannot show
    is_live = sys.stdout.isatty() and sys.platform != "win32" and not given.json  # not every console knows BACK
    found: list[FoundServer] = []
    above = 0  # lines that stand there already
    try:
        for found in looks(seeker, given.wait):
            if is_live:
                above = _redraw(_clipped(as_table(found)), above)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        seeker.close()
    if given.json:
        sys.stdout.write(json.dumps([as_json(server) for server in found], indent=2) + "\n")
    else:
        _redraw(as_table(found) if found else nobody(seeker.interfaces, given.here), above)
    (sys.stderr if given.json else sys.stdout).write(no_address(seeker.unknown))
    return 0


def _clipped(text: str) -> str:
    """The same without what would make a line take two of this terminal."""
    columns = shutil.get_terminal_size().columns
    lines = []
    for line in text.splitlines():
        while width_of(line) > columns:
            line = line[:-1]
        lines.append(line + "\n")
    return "".join(lines)


def _redraw(text: str, above: int) -> int:
    """Write lines in place of so many that stand above; returns how many there are now."""
    sys.stdout.write((BACK.format(above) if above else "") + text)
    sys.stdout.flush()
    return text.count("\n")


def looks(seeker: DiscoveryClient, seconds: float) -> Iterator[list[FoundServer]]:
    """Look for so long, and yield who is there: each time that it is others or something about them has changed."""
    now = time.monotonic()
    ends = now + seconds
    before: list[FoundServer] = []
    while now < ends:
        seeker.poll(now)
        found = seeker.found(now)
        if found != before:
            before = found
            yield found
        sockets = seeker.sockets()
        if sockets:
            select.select(sockets, [], [], min(STEP, ends - now))
        else:
            time.sleep(min(STEP, ends - now))
        now = time.monotonic()
    seeker.poll(now)
    yield seeker.found(now)


def no_address(names: Sequence[str]) -> str:
    r"""Say which names could not be asked at; "" if all could.

    >>> no_address(["den.local", "a..b"])
    "No address was found for 'den.local', 'a..b'.\n"
    """
    return f"No address was found for {', '.join(repr(name[:60]) for name in names)}.\n" if names else ""


def as_json(server: FoundServer) -> dict[str, object]:
    """Return a server as JSON knows it."""
    return {**asdict(server), "phase": server.phase.name.lower()}


def as_table(found: Sequence[FoundServer]) -> str:
    """Return servers as lines for people."""
    return table([HEAD, *map(_row, found)], right=[HEAD.index("PING")])


def _row(server: FoundServer) -> tuple[str, ...]:
    watchers = f" +{server.watchers}" if server.watchers else ""
    notes = ["password"] * server.locked + [server.reason] * bool(server.reason)
    return (
        server.name,
        spelled(server.host, server.port),
        f"{server.players}/{server.seats}{watchers}",
        server.map,
        server.rules,
        server.phase.name.lower(),
        "-" if server.ping is None else f"{server.ping} ms",
        ", ".join(notes),
    )


def nobody(interfaces: Sequence[Interface], only_here: bool) -> str:
    """Say that there is nobody, where one has looked, and what to do."""
    networks = [f"{one.name} ({address.network})" for one in interfaces for address in one.v4 if not one.is_loopback]
    if only_here:
        return "No server answers on this computer (with discovery off, none does). `petard-server` starts one.\n"
    if not networks:
        return "No server answers, and this computer is on no network. Join the Wi-Fi of the others.\n"
    return (
        f"No server answers on {', '.join(networks)}. If one is running, `petard doctor ADDRESS` says what stands "
        "between; its address can be typed into Join, too.\n"
    )
