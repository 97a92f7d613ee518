"""Which names a browser may use for this server, and which pages may open a WebSocket to it.

Rule 1: no page of others may read this server by DNS rebinding. The owner of a public name can make it resolve to an
        address in another person's network, so the Host must be one that nobody else can own: an address, localhost,
        a name of this machine, or one that the owner has named.
Rule 2: a WebSocket may be opened from any page of the world, so the Origin must be this server itself.
Rule 3: pure. A refusal is a BadRequest with the status of HTTP and a sentence for people.
"""

from collections.abc import Collection
from urllib.parse import urlsplit

from petard.server.policy.address_groups import Network, plain

HOST_MOST = 261  # characters: a name of DNS, and a port
ENDINGS = ("local", "localhost", "lan", "home", "internal", "home.arpa")  # that only a LAN has


class BadRequest(ValueError):
    """A request that is refused. `status`: of HTTP, 4xx; the text is a sentence for people."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def host_name_in(host: str) -> str:
    """Return the name in a Host header, without the port.

    >>> host_name_in("[::1]:80"), host_name_in("Petard.local:7780"), host_name_in("::1")
    ('::1', 'petard.local', '::1')
    """
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    name, _, port = host.rpartition(":")
    return (name if port.isdigit() and ":" not in name else host).rstrip(".") if name else host.rstrip(".")


def is_loopback(name: str) -> bool:
    """Return True for a name or an address that means the machine of the one who asks."""
    ip = plain(name)
    return name == "localhost" or name.endswith(".localhost") or (ip is not None and ip.is_loopback)


class HostNames:
    """The names of this server. `is_local`: only this machine can connect, so only names of the loopback count."""

    def __init__(
        self, is_local: bool, machine: str = "", named: Collection[str] = (), proxies: Collection[Network] = ()
    ) -> None:
        """`machine`: the name of this machine; `named`: by the owner; `proxies`: of the owner, on other machines."""
        self.is_local, self._has_proxy, self._proxies = is_local, bool(named), proxies
        first = machine.lower().partition(".")[0]
        ours = {machine.lower(), first, *(f"{first}.{ending}" for ending in ENDINGS)} if first else set()
        self._names = {name.lower().rstrip(".") for name in named} | (set() if is_local else ours)

    def check_host(self, hosts: Collection[str], is_new: bool) -> None:
        """Check all Host headers of a request; raises BadRequest. `is_new`: of HTTP/1.1, which has to send one."""
        if len(hosts) > 1 or (not hosts and is_new) or any(len(host) > HOST_MOST for host in hosts):
            raise BadRequest(400, f"A request of HTTP/1.1 has one Host, of at most {HOST_MOST} characters.")
        for host in hosts:
            name = host_name_in(host)
            ip = plain(name)
            if name in self._names or is_loopback(name) or not name:
                continue
            if self.is_local:
                names = "localhost, 127.0.0.1 or [::1]"
                raise BadRequest(421, f"This is asked for by another name than this machine's own: {names}.")
            if ip is None:
                by_address = "Ask by the address of this machine; its owner may also set `web-names`."
                raise BadRequest(421, f"This is asked for by a name that anybody could own. {by_address}")

    def is_proxy(self, sender: str) -> bool:
        """Return True for a proxy that is believed: one of `proxies`, or on this machine if the owner named names."""
        ip = plain(sender)
        return ip is not None and ((self._has_proxy and ip.is_loopback) or any(ip in one for one in self._proxies))

    def forwarded(self, lines: Collection[str], sender: str) -> str:
        """Return the client that a proxy names in X-Forwarded-For, to which it appends the address that it saw.

        "" if it comes from no proxy that is believed.
        """
        last = plain(",".join(lines).rpartition(",")[2].strip())
        return str(last) if last and self.is_proxy(sender) else ""

    @staticmethod
    def check_origin(origins: Collection[str], host: str) -> None:
        """Check the Origin headers of a request for a WebSocket; raises BadRequest. `host`: the Host header."""
        found = [_origin_host(origin) for origin in origins]
        if found != [host.strip().lower()]:
            raise BadRequest(403, "Only the pages of this server may do that.")


def _origin_host(origin: str) -> str:
    """Return the host and port of an Origin as a Host header would have them; "" for what is none."""
    try:
        parts = urlsplit(origin.strip().lower())
    except ValueError:
        return ""
    is_bare = parts.scheme in ("http", "https") and not (parts.path or parts.query or parts.fragment)
    return parts.netloc if is_bare else ""
