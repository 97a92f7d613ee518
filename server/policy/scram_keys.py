"""The keys that are made of a password, by which a lock knows it again (RFC 5802); and what can be a password at all.

Rule 1: to make keys takes some 10 ms on purpose, so it is done before the ticks begin or in a thread, and never in one.
Rule 2: the library comes in with the first password. It costs 5 MiB, and most rooms are open.
"""

from stringprep import in_table_b1

from petard.server.policy.scram import ScramKeys
from petard.shared.lazy import lazy
from petard.shared.protocol.names import PASSWORD_MOST

ITERATIONS = 20_000  # what one guess costs who has listened, and what one try costs an honest client: some 10 ms


class BadPassword(ValueError):
    """This can be nobody's password; one sentence."""


def check(password: str) -> None:
    """Raise BadPassword if this can be nobody's password. Quick: nothing is hashed."""
    if not 0 < len(password) <= PASSWORD_MOST:
        raise BadPassword(f"a password has 1 to {PASSWORD_MOST} characters")
    if all(map(in_table_b1, password)):  # SASLprep leaves these out, soft hyphens for one, and nothing would be left
        raise BadPassword("the password holds nothing that counts in one")
    scramp = lazy("scramp.utils")
    try:
        scramp.saslprep(password).encode()
    except (scramp.ScramException, UnicodeError):
        raise BadPassword("the password holds a character that passwords cannot have") from None


def keys_of(password: str, iterations: int = ITERATIONS) -> ScramKeys:
    """Make the keys of a password, with a fresh salt. Slow on purpose; raises BadPassword."""
    check(password)
    mechanism = lazy("scramp").ScramMechanism("SCRAM-SHA-256")
    salt, stored, server, count = mechanism.make_auth_info(password, iterations)
    return ScramKeys(salt, stored, server, count)
