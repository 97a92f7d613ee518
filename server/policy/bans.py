"""Bans by address, network or name: for how long, why, and by whom. Pure.

Rule 1: `clock` is wall time in seconds since 1970, because a ban outlives the server. It is an argument.
Rule 2: a ban of one address covers its whole address group (server/policy/address_groups.py).
Rule 3: nothing that contains an address of this machine can be banned, or a host could lock themself out.
Rule 4: a banned name covers all names that look like it.
Rule 5: `changes` returns each change once, for the code that stores bans.
"""

import contextlib
import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import NamedTuple

from petard.server.policy.address_groups import Address, Own, parse_network, plain, prefix_of
from petard.server.policy.admin_commands import CommandError
from petard.server.policy.text import span_words
from petard.shared.protocol.names import clean_name, looks

ADDRESS, NETWORK, NAME = "address", "network", "name"
ADD, REMOVE = "add", "remove"
BANS_MOST = 1000
REASON_MOST = 80  # code points
FOR_EVER = 0  # as `until`
LOCKS_OUT = "is this machine itself: that would lock you out"
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_SPAN = re.compile(r"(\d{1,6})([smhdw])", re.ASCII)


class BadBan(CommandError):
    """A ban that cannot be made; one sentence without its full stop."""


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
        return self.until != FOR_EVER and clock >= self.until

    def sentence(self, clock: int) -> str:
        why = f": {self.reason.rstrip('.')}" if self.reason else ""
        if self.until == FOR_EVER:
            return f"You are banned from this server{why}."
        return f"You are banned from this server for another {span_words(self.until - clock)}{why}."


class ClientKey(NamedTuple):
    """A client, ready to be compared. `ip`: None where the address does not count."""

    ip: Address | None
    looks: frozenset[str]


class BanMatcher:
    """A sound ban, ready to be compared: the looks of its name, or its network."""

    def __init__(self, ban: Ban) -> None:
        self.ban = ban
        self._looks = looks(ban.what) if ban.kind == NAME else frozenset()
        self._network = None if ban.kind == NAME else ipaddress.ip_network(ban.what)

    def matches(self, client: ClientKey) -> bool:
        """Return True if it bans this client, whether its time is up or not."""
        if self._network:
            return client.ip is not None and client.ip in self._network
        return not self._looks.isdisjoint(client.looks)


class Bans:
    """The bans in force, oldest first; all are sound. `own`: the addresses of this machine and their networks."""

    def __init__(self, rows: Iterable[Ban] = (), own: Own = ()) -> None:
        self.own = tuple(own)
        self._rows = {(ban.kind, ban.what): BanMatcher(ban) for ban in list(rows)[-BANS_MOST:]}
        self._changes: list[tuple[str, Ban]] = []

    def add(self, ban: Ban) -> None:
        """Add a ban, or replace the one of the same target. Raises BadBan when there are too many."""
        if len(self._rows) >= BANS_MOST:
            self.listed(ban.since)  # removes those whose time is up
        known = self._rows.pop((ban.kind, ban.what), None)
        if known:
            self._changes.append((REMOVE, known.ban))
        elif len(self._rows) >= BANS_MOST:
            raise BadBan(f"there are {BANS_MOST} bans already; lift some, or ban a network")
        self._rows[ban.kind, ban.what] = BanMatcher(ban)
        self._changes.append((ADD, ban))

    def lift(self, bans: Iterable[Ban]) -> None:
        for ban in bans:
            if self._rows.pop((ban.kind, ban.what), None):
                self._changes.append((REMOVE, ban))

    def listed(self, clock: int) -> list[Ban]:
        """Return the bans in force; those whose time is up are removed."""
        self.lift([row.ban for row in self._rows.values() if row.ban.is_over(clock)])
        return [row.ban for row in self._rows.values()]

    @property
    def rows(self) -> list[Ban]:
        """All of them, also those whose time is up."""
        return [row.ban for row in self._rows.values()]

    def find(self, address: str, name: str, clock: int) -> Ban | None:
        """Return the ban of a client with this address (or "") and name; of several the longest."""
        client = self.client_key(address, name)
        hits = [row.ban for row in self._rows.values() if row.matches(client) and not row.ban.is_over(clock)]
        return max(hits, key=lambda ban: (ban.until == FOR_EVER, ban.until), default=None)

    def client_key(self, address: str, name: str) -> ClientKey:
        """Prepare a client for comparison. An address of this machine, or "", does not count (rule 3)."""
        ip = plain(address)
        return ClientKey(None if ip is None or self.is_own_address(ip) else ip, looks(name))

    def is_own_address(self, ip: Address) -> bool:
        return ip.is_loopback or any(ip == one.ip for one in self.own)

    def changes(self) -> list[tuple[str, Ban]]:
        """Return what was added and removed since the last call, in that order."""
        changes, self._changes = self._changes, []
        return changes

    def target_of_address(self, address: str) -> tuple[str, str]:
        """Return what to ban of a client with this address: kind and what; raises BadBan."""
        ip = plain(address)
        if ip is None:
            raise BadBan(f"{address[:60]!r} is no address")
        if self.is_own_address(ip):
            raise BadBan(f"{ip} {LOCKS_OUT}")
        prefix = prefix_of(ip, self.own)
        return NETWORK if isinstance(prefix, IPv6Network) else ADDRESS, str(prefix)

    def target_of(self, text: str, is_name: bool = False) -> tuple[str, str]:
        """Return what a typed text means: an address, a network or a name; raises BadBan."""
        if not is_name and plain(text):
            return self.target_of_address(text)
        if not is_name and (network := parse_network(text)):
            if any(network.overlaps(own) for own in _LOOPBACK) or any(one.ip in network for one in self.own):
                raise BadBan(f"a part of {network} {LOCKS_OUT}")
            return NETWORK, str(network)
        if name := clean_name(text):
            return NAME, name
        raise BadBan("there is nothing in that name that could be banned")


_LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"), IPv6Network("::ffff:127.0.0.0/104"))


def is_sound(ban: Ban) -> bool:
    """Return True if every field has a legal value: a file may hold anything, whatever its columns are called."""
    texts: tuple[object, ...] = (ban.kind, ban.what, ban.reason, ban.by, ban.whom)
    times: tuple[object, ...] = (ban.until, ban.since)
    if not all(isinstance(text, str) for text in texts) or not all(isinstance(at, int) for at in times):
        return False
    if ban.kind == NAME:
        return bool(ban.what)
    with contextlib.suppress(ValueError):
        return ban.kind in (ADDRESS, NETWORK) and bool(ipaddress.ip_network(ban.what))
    return False


def is_address_or_network(text: str) -> bool:
    """Return True for "10.0.0.1" and "10.0.0.0/8", False for "Ada/Bob"."""
    return parse_network(text) is not None


def parse_span(text: str) -> int | None:
    """Return a time in seconds, FOR_EVER for "forever"; None if the text is no time.

    >>> parse_span("30m"), parse_span("forever"), parse_span("spam")
    (1800, 0, None)
    """
    if text in ("forever", "ever"):
        return FOR_EVER
    found = _SPAN.fullmatch(text)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    return seconds or None
