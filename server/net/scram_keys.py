"""Derives the keys of a password (RFC 5802), and says which texts can be a password.

Rule 1: to derive keys takes some 10 ms on purpose, so it is done before the ticks begin or in a thread.
Rule 2: the library is imported with the first password. It costs 5 MiB, and most rooms have none.
Not in policy/: the salt is random, and the import is lazy.
"""

from stringprep import in_table_b1

from petard.server.policy.scram import ScramKeys
from petard.shared.lazy import lazy
from petard.shared.protocol.names import PASSWORD_MOST

ITERATIONS = 20_000  # the cost of one guess for an eavesdropper, and of one login for a client: some 10 ms


class BadPassword(ValueError):
    """This text cannot be a password; one sentence."""


def check(password: str) -> None:
    """Raise BadPassword if this cannot be a password. Quick: nothing is hashed."""
    if not 0 < len(password) <= PASSWORD_MOST:
        raise BadPassword(f"a password has 1 to {PASSWORD_MOST} characters")
    if all(map(in_table_b1, password)):  # SASLprep removes these (soft hyphens, for example): nothing would be left
        raise BadPassword("the password holds nothing that counts in one")
    scramp = lazy("scramp.utils")
    try:
        scramp.saslprep(password).encode()
    except (scramp.ScramException, UnicodeError):
        raise BadPassword("the password holds a character that passwords cannot have") from None


def keys_of(password: str, iterations: int = ITERATIONS) -> ScramKeys:
    """Derive the keys of a password with a fresh salt. Slow on purpose; raises BadPassword."""
    check(password)
    mechanism = lazy("scramp").ScramMechanism("SCRAM-SHA-256")
    salt, stored, server, count = mechanism.make_auth_info(password, iterations)
    return ScramKeys(salt, stored, server, count)
