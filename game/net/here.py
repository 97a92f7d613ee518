"""Where this machine can be reached by the others in the room."""

import socket

# Documentation addresses (RFC 5737, RFC 3849): nobody lives there, and nothing is sent, for UDP only looks the way up.
ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))


def address_here() -> str:
    """Answer with the address of this machine on its network, IPv4 if it has one, or "" when it is on none.

    Never waits and sends nothing. A machine on several networks is known by the one that leads outside.
    """
    for family, elsewhere in ELSEWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((elsewhere, 9))
                host = str(probe.getsockname()[0])
        except OSError:
            continue
        if not host.startswith(("127.", "0.")) and host not in ("::1", "::"):
            return host
    return ""
