"""`petard-server ping HOST`: measures the round trip as `ping` does, but over what the game itself uses.

Rule: Ctrl-C ends it with the summary. Status 0: something answered; 1: nothing did; 2: wrong arguments.
"""

import argparse
import itertools
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from petard.server.cli.ping_probes import ClockOffset, NoAnswer, Probe, StreamProbe, UdpProbe
from petard.server.config.command_line import CliParser, fail, flag, host_port, port
from petard.server.config.parsers import number
from petard.server.config.schema import PORT
from petard.server.policy.text import INT_MOST
from petard.shared.host_port import join_host_port
from petard.shared.protocol.beacon import PORT as DISCOVERY_PORT
from petard.shared.protocol.beacon import ports_from

EVERY = 1.0  # seconds
EVERY_LEAST = 0.1  # a server answers ten questions a second from one address, and no more
WITHIN = 2.0  # seconds until a probe counts as lost
TRIED_FOR = 1.0  # seconds for each address of a name that has several
CLOCK_WITHIN = 0.3  # seconds to ask for the clock, beside the stream
count = flag(number(1, INT_MOST, "the count"))


@dataclass
class PingStats:
    """What was measured so far; times in ms."""

    sent: int = 0
    times: list[float] = field(default_factory=list)
    offsets: list[ClockOffset] = field(default_factory=list)

    def summary(self, host: str, seconds: float) -> str:
        """Return the last lines, as `ping` prints them."""
        answered = len(self.times)
        lost = 100 * (self.sent - answered) // self.sent if self.sent else 0
        lines = [
            f"--- {host} ping statistics ---",
            f"{self.sent} sent, {answered} answered, {lost}% lost, {1000 * seconds:.0f} ms",
        ]
        if self.times:
            low, middle, high = min(self.times), median(self.times), max(self.times)
            lines.append(f"round trip min/median/max = {low:.2f}/{middle:.2f}/{high:.2f} ms")
        if self.offsets:
            best = min(self.offsets, key=lambda one: one.error)  # of the quickest answer
            lines.append(f"clock offset = {best.ahead:+.1f} ms ± {best.error:.1f} ms (+: theirs is ahead)")
        return "\n".join(lines) + "\n"


def main(words: Sequence[str]) -> int:
    """Ping until Ctrl-C, or so often; returns the exit status."""
    given = _parse(words)
    host, port = given.host
    try:
        family, address = _address_of(host, port or PORT)
    except (OSError, UnicodeError):
        return fail(f"that name is not known: {host[:60]!r}")
    udp = UdpProbe(family, address, ports_from(given.discovery_port), port if given.udp else address[1])
    probe: Probe = udp if given.udp else StreamProbe(family, address)
    shown = host if address[1] == PORT else join_host_port(host, address[1])
    sys.stdout.write(f"PING {shown} ({address[0]}) by {probe.about}\n")
    stats, began = PingStats(), time.monotonic()
    with suppress(KeyboardInterrupt):
        _ping(probe, None if given.udp else udp, stats, given)
    sys.stdout.write("\n" + stats.summary(shown, time.monotonic() - began))
    if stats.times and not stats.offsets:
        sys.stdout.write(f"clock offset is not known: nothing answers at {udp.about}\n")
    probe.close()
    udp.close()
    return 0 if stats.times else 1


def _address_of(host: str, port: int) -> tuple[int, Any]:
    """Return family and address: of several the first that accepts a connection, or else the first. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    places: list[tuple[int, Any]] = [(family, address) for family, _, _, _, address in found]
    for family, address in places if len(places) > 1 else ():
        with suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as sock:
            sock.settimeout(TRIED_FOR)
            sock.connect(address)
            return family, address
    return places[0]


def _parse(words: Sequence[str]) -> Any:
    parser = CliParser("ping", "Measure how far away a server is. Ctrl-C ends it.")
    add = parser.add_argument
    add("host", type=host_port, metavar="HOST[:PORT]", help=f"the port of the game (TCP), {PORT} if none is said")
    add("--udp", action="store_true", help="by the datagrams that servers are found with, not by the game's stream")
    add("-c", "--count", type=count, default=0, metavar="N", help="so often (default: until Ctrl-C)")
    add("-i", "--every", type=_seconds, default=EVERY, metavar="SECONDS", help=f"default: {EVERY:.0f}")
    add("--discovery-port", type=port, default=DISCOVERY_PORT, metavar="N", help=f"UDP (default: {DISCOVERY_PORT})")
    return parser.parse_args(words)


def _seconds(text: str) -> float:
    with suppress(ValueError):
        if EVERY_LEAST <= float(text) <= 3600:
            return float(text)
    raise argparse.ArgumentTypeError(f"the pause is {EVERY_LEAST} to 3600 seconds, not {text[:40]!r}")


def _ping(probe: Probe, clock: Probe | None, stats: PingStats, given: Any) -> None:
    """Measure again and again, and print each result. `clock`: a second probe, for the clock of the server."""
    began = time.monotonic()
    for seq in range(1, given.count + 1) if given.count else itertools.count(1):
        stats.sent += 1
        try:
            echo = probe.measure(WITHIN)
        except NoAnswer as problem:
            sys.stdout.write(f"seq={seq} {problem}\n")
        else:
            stats.times.append(echo.ms)
            stats.offsets += [echo.offset] if echo.offset else []
            sys.stdout.write(f"seq={seq} time={echo.ms:.2f} ms\n")
        sys.stdout.flush()
        if clock:
            with suppress(NoAnswer):
                offset = clock.measure(CLOCK_WITHIN).offset
                stats.offsets += [offset] if offset else []
        if seq != given.count:
            time.sleep(max(0.0, began + seq * given.every - time.monotonic()))
