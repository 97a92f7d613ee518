"""`petard-server ping HOST`: how far away a server is, as `ping` prints it, but by what the game itself uses.

Rule: Ctrl-C ends it with the summary. Status 0: something answered; 1: nothing did; 2: the words make no sense.
"""

import argparse
import itertools
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from petard.server.cli.common import CliParser, place, port, spelled
from petard.server.cli.echo_probes import Datagrams, NoAnswer, Probe, Stream
from petard.server.cli.ping_stats import PingStats
from petard.server.config.schema import PORT
from petard.server.policy.numbers import MOST, whole
from petard.shared.protocol.beacon import PORT as DISCOVERY_PORT
from petard.shared.protocol.beacon import ports_from

EVERY = 1.0  # seconds
EVERY_LEAST = 0.1  # a server answers ten questions a second from one address, and no more
WITHIN = 2.0  # seconds until one counts as lost
TRIED_FOR = 1.0  # seconds; where a name has several addresses
CLOCK_WITHIN = 0.3  # seconds; what the clock says is only looked for beside the stream


def main(words: Sequence[str]) -> int:
    """Ping until Ctrl-C, or so often; returns the exit status."""
    given = _given(words)
    host, port = given.host
    try:
        family, address = _reached(host, port or PORT)
    except (OSError, UnicodeError):
        sys.stderr.write(f"petard-server: that name is not known: {host[:60]!r}\n")
        return 2
    datagrams = Datagrams(family, address, ports_from(given.discovery_port), port if given.udp else address[1])
    probe: Probe = datagrams if given.udp else Stream(family, address)
    shown = spelled(host, address[1])
    sys.stdout.write(f"PING {shown} ({address[0]}) by {probe.about}\n")
    tally, began = PingStats(), time.monotonic()
    with suppress(KeyboardInterrupt):
        _ping(probe, None if given.udp else datagrams, tally, given)
    sys.stdout.write("\n" + tally.summary(shown, time.monotonic() - began))
    if tally.times and not tally.readings:
        sys.stdout.write(f"clock offset is not known: nothing answers at {datagrams.about}\n")
    probe.close()
    datagrams.close()
    return 0 if tally.times else 1


def _reached(host: str, port: int) -> tuple[int, Any]:
    """Family and address of a host: of several the first that takes a connection, or else the first. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    places: list[tuple[int, Any]] = [(family, address) for family, _, _, _, address in found]
    for family, address in places if len(places) > 1 else ():
        with suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as sock:
            sock.settimeout(TRIED_FOR)
            sock.connect(address)
            return family, address
    return places[0]


def _given(words: Sequence[str]) -> Any:
    about = "Measure how far away a server is. Ctrl-C ends it."
    parser = CliParser(prog="petard-server ping", description=about, allow_abbrev=False)
    add = parser.add_argument
    add("host", type=place, metavar="HOST[:PORT]", help=f"the port of the game (TCP), {PORT} if none is said")
    add("--udp", action="store_true", help="by the datagrams that servers are found with, not by the game's stream")
    add("-c", "--count", type=_count, default=0, metavar="N", help="so often (default: until Ctrl-C)")
    add("-i", "--every", type=_seconds, default=EVERY, metavar="SECONDS", help=f"default: {EVERY:.0f}")
    add("--discovery-port", type=port, default=DISCOVERY_PORT, metavar="N", help=f"UDP (default: {DISCOVERY_PORT})")
    return parser.parse_args(words)


def _count(text: str) -> int:
    if found := whole(text):
        return found
    raise argparse.ArgumentTypeError(f"the count is a number from 1 to {MOST}, not {text[:40]!r}")


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if EVERY_LEAST <= float(text) <= 3600:
            return float(text)
    raise argparse.ArgumentTypeError(f"the pause is {EVERY_LEAST} to 3600 seconds, not {text[:40]!r}")


def _ping(probe: Probe, clock: Probe | None, tally: PingStats, given: Any) -> None:
    """Ask again and again, and print each answer. `clock`: what to ask for the clock besides."""
    began = time.monotonic()
    for number in range(1, given.count + 1) if given.count else itertools.count(1):
        tally.sent += 1
        try:
            echo = probe.ask(WITHIN)
        except NoAnswer as problem:
            sys.stdout.write(f"seq={number} {problem}\n")
        else:
            tally.times.append(echo.ms)
            tally.readings += [echo.reading] if echo.reading else []
            sys.stdout.write(f"seq={number} time={echo.ms:.2f} ms\n")
        sys.stdout.flush()
        if clock:
            with suppress(NoAnswer):
                reading = clock.ask(CLOCK_WITHIN).reading
                tally.readings += [reading] if reading else []
        if number != given.count:
            time.sleep(max(0.0, began + number * given.every - time.monotonic()))
