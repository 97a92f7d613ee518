"""Who may not come in: by address, by network or by name, for how long, why, and who said so.

Rule 1: no clock: `clock` is the wall's, seconds since 1970, since a ban outlives the server. It comes in.
Rule 2: with one address all are banned that count as one with it (server/policy/address_groups.py).
Rule 3: nothing that holds this machine's own address is banned, or a host locks themself out.
Rule 4: a name bans all names that look like it.
Rule 5: what changes is told once by `changes`, for whoever keeps it.
"""

import contextlib
import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from petard.server.policy.address_groups import Address, Own, plain, prefix_of
from petard.server.policy.text import span_words
from petard.shared.protocol.confusables import looks
from petard.shared.protocol.names import clean_line, clean_name

Network = IPv4Network | IPv6Network

ADDRESS, NETWORK, NAME = "address", "network", "name"
ADD, REMOVE = "add", "remove"
BANS_MOST = 1000
REASON_MOST = 80  # code points
FOR_EVER = 0  # as `until`
LOCKS_OUT = "is this machine itself: that would lock you out"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_SPAN = re.compile(r"(\d{1,6})([smhdw])", re.ASCII)


class BadBan(ValueError):
    """There can be no such ban; one sentence without its full stop."""


@dataclass(frozen=True, slots=True)
class Ban:
    """One ban. `until` and `since` in seconds since 1970; `until` 0: for ever. `whom`: whose address it was, or ""."""

    kind: str  # address, network or name
    what: str
    reason: str
    until: int
    by: str
    since: int
    whom: str = ""

    def is_over(self, clock: int) -> bool:
        """True once it counts no more."""
        return self.until != FOR_EVER and clock >= self.until

    def sentence(self, clock: int) -> str:
        """What somebody is told whom it keeps out."""
        why = f": {self.reason.rstrip('.')}" if self.reason else ""
        if self.until == FOR_EVER:
            return f"You are banned from this server{why}."
        return f"You are banned from this server for another {span_words(self.until - clock)}{why}."


@dataclass(frozen=True, slots=True)
class Knock:
    """Somebody at the door, ready to be compared. `version` of IP is 4 or 6, or 0 where the address does not count."""

    version: int
    ip: int
    looks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Bar:
    """A ban, ready to be asked at each knock: what its name may be taken for, or its network in numbers."""

    ban: Ban
    looks: frozenset[str]
    version: int = 0
    network: int = 0
    mask: int = 0

    def stops(self, knock: Knock) -> bool:
        """True if it keeps them out, whether its time is up or not."""
        if self.version:
            return knock.version == self.version and knock.ip & self.mask == self.network
        return not self.looks.isdisjoint(knock.looks)


def bar_of(ban: Ban) -> Bar:
    """Make a sound ban ready to be asked."""
    if ban.kind == NAME:
        return Bar(ban, looks(ban.what))
    network = ipaddress.ip_network(ban.what)
    return Bar(ban, frozenset(), network.version, int(network.network_address), int(network.netmask))


class Bans:
    """The bans that count, the oldest first; all are sound. `own`: the addresses of this machine and their networks."""

    def __init__(self, rows: Iterable[Ban] = (), own: Own = ()) -> None:
        self.own = tuple(own)
        self._rows = {(ban.kind, ban.what): bar_of(ban) for ban in list(rows)[-BANS_MOST:]}
        self._changes: list[tuple[str, Ban]] = []

    def add(self, ban: Ban) -> None:
        """Let a ban count; one of the same takes the place of an older. Raises BadBan when there are too many."""
        if len(self._rows) >= BANS_MOST:
            self.listed(ban.since)  # without those whose time is up
        known = self._rows.pop((ban.kind, ban.what), None)
        if known:
            self._changes.append((REMOVE, known.ban))
        elif len(self._rows) >= BANS_MOST:
            raise BadBan(f"there are {BANS_MOST} bans already; lift some, or ban a network")
        self._rows[ban.kind, ban.what] = bar_of(ban)
        self._changes.append((ADD, ban))

    def lift(self, bans: Iterable[Ban]) -> None:
        """Let bans count no more."""
        for ban in bans:
            if self._rows.pop((ban.kind, ban.what), None):
                self._changes.append((REMOVE, ban))

    def listed(self, clock: int) -> list[Ban]:
        """All that count now; those whose time is up are forgotten."""
        self.lift([row.ban for row in self._rows.values() if row.ban.is_over(clock)])
        return [row.ban for row in self._rows.values()]

    def hit(self, address: str, name: str, clock: int) -> Ban | None:
        """The ban that keeps out who comes from this address (or "") with this name; of several the longest."""
        knock = self.knock(address, name)
        hits = [bar.ban for bar in self._rows.values() if bar.stops(knock) and not bar.ban.is_over(clock)]
        return max(hits, key=lambda ban: (ban.until == FOR_EVER, ban.until), default=None)

    def knock(self, address: str, name: str) -> Knock:
        """Make ready whoever comes from an address, or "". That of this machine does not count (rule 3)."""
        ip = plain(address)
        counts = ip is not None and not self.is_here(ip)
        return Knock(ip.version, int(ip), looks(name)) if ip and counts else Knock(0, 0, looks(name))

    def is_here(self, ip: Address) -> bool:
        """True for an address of this machine."""
        return ip.is_loopback or any(ip == one.ip for one in self.own)

    def changes(self) -> list[tuple[str, Ban]]:
        """What was added and removed since the last call, in its order."""
        changes, self._changes = self._changes, []
        return changes

    def span_of(self, address: str) -> tuple[str, str]:
        """What to ban of somebody who came from this address: kind and what; raises BadBan."""
        ip = plain(address)
        if ip is None:
            raise BadBan(f"{address[:60]!r} is no address")
        if self.is_here(ip):
            raise BadBan(f"{ip} {LOCKS_OUT}")
        line = prefix_of(ip, self.own)
        return NETWORK if isinstance(line, IPv6Network) else ADDRESS, str(line)

    def target_of(self, text: str, is_name: bool = False) -> tuple[str, str]:
        """What a host means who types this: an address, a network or a name; raises BadBan."""
        if not is_name and plain(text):
            return self.span_of(text)
        if not is_name and (network := _network(text)):
            if any(network.overlaps(own) for own in _LOOPBACK) or any(one.ip in network for one in self.own):
                raise BadBan(f"a part of {network} {LOCKS_OUT}")
            return NETWORK, str(network)
        if name := clean_name(text):
            return NAME, name
        raise BadBan("there is nothing in that name that could be banned")


_MAPPED = IPv6Network("::ffff:0:0/96")  # IPv4, as IPv6 writes it
_LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"), IPv6Network("::ffff:127.0.0.0/104"))


def is_sound(ban: Ban) -> bool:
    """True if all of it is what a Ban says: a file may hold anything, whatever its columns are called.

    >>> is_sound(Ban("name", "Ada", "", 0, "console", 1)), is_sound(Ban("network", "Ada", "", 0, "console", 1))
    (True, False)
    """
    texts: tuple[object, ...] = (ban.kind, ban.what, ban.reason, ban.by, ban.whom)
    times: tuple[object, ...] = (ban.until, ban.since)
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(at, int) for at in times):
        return False
    if ban.kind == NAME:
        return bool(ban.what)
    with contextlib.suppress(ValueError):
        return ban.kind in (ADDRESS, NETWORK) and bool(ipaddress.ip_network(ban.what))
    return False


def is_alike(one: str, other: str) -> bool:
    """True if a hurried eye takes two names for the same.

    >>> is_alike("Ada", "ADA"), is_alike("Ada", "Bob")
    (True, False)
    """
    return not looks(one).isdisjoint(looks(other))


def _network(text: str) -> Network | None:
    with contextlib.suppress(ValueError):
        network = ipaddress.ip_network(text, strict=False) if "/" in text else None
        if isinstance(network, IPv6Network) and network.subnet_of(_MAPPED):
            ip = network.network_address.ipv4_mapped
            return IPv4Network((int(ip or 0), network.prefixlen - _MAPPED.prefixlen))
        return network
    return None


def is_place(text: str) -> bool:
    """True if a text names an address or a network.

    >>> is_place("10.0.0.1"), is_place("10.0.0.0/8"), is_place("Ada/Bob")
    (True, True, False)
    """
    return plain(text) is not None or _network(text) is not None


def read_span(text: str) -> int | None:
    """How many seconds a text means, FOR_EVER for ever; None if it means no time.

    >>> read_span("30m"), read_span("forever"), read_span("spam")
    (1800, 0, None)
    """
    if text in ("forever", "ever"):
        return FOR_EVER
    found = _SPAN.fullmatch(text)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    return seconds or None


def clean_reason(text: str) -> str:
    """A reason as it may be shown, cut to what fits into a sentence."""
    return clean_line(text)[:REASON_MOST].strip()
