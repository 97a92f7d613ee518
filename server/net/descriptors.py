"""How many files and sockets the server may have open: the system's limit, raised to what its members need."""

import contextlib
import sys

from petard.server.net.connections import CLOSING_PEERS_MOST
from petard.server.net.handshake import PENDING_MOST

if sys.platform != "win32":
    import resource

SPARE = 128  # for files, listeners, the console and the web page


def descriptors_for(members: int) -> int:
    """How many descriptors a server with so many members uses at most, its other files and sockets included."""
    return members + PENDING_MOST + CLOSING_PEERS_MOST + SPARE


def allow_descriptors(count: int) -> int:
    """Raise the limit of open descriptors of this process to `count`, as far as the system lets it; returns the limit.

    Without a limit of this kind (Windows) it returns `count`.
    """
    if sys.platform == "win32":
        return count
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        with contextlib.suppress(OSError, ValueError):  # macOS has one more limit, which getrlimit does not show
            wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return count if soft == resource.RLIM_INFINITY else soft
