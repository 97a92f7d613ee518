"""The names of demo files: the same for the server that records and the game that lists them."""

from collections.abc import Iterator

from petard.shared.protocol.names import clean_line

SUFFIX, PIN, SEATS = ".petard", ".pin", ".seats"  # PIN and SEATS are appended to the whole name of the demo
STAMP = "%Y-%m-%dT%H-%M-%SZ"  # UTC, for strftime
SAME_SECOND = 100  # demos of one map that begin, or clips that are saved, in one second
PARENT_MOST = 64  # characters of a file name that a header keeps


def candidate_names(stamp: str, word: str) -> Iterator[str]:
    """Yield the names that a demo of this second and map may have, the best first. `stamp`: see STAMP.

    >>> list(candidate_names("2026-09-21T14-13-20Z", "classic"))[:2]
    ['2026-09-21T14-13-20Z-classic.petard', '2026-09-21T14-13-20Z-classic-2.petard']
    """
    yield f"{stamp}-{word}{SUFFIX}"
    for number in range(2, SAME_SECOND):
        yield f"{stamp}-{word}-{number}{SUFFIX}"


def parent_label(name: str) -> str:
    """Return a file name as a header keeps it: printable characters only, shortened to PARENT_MOST."""
    return clean_line(name)[:PARENT_MOST].rstrip()
