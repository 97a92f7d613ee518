"""What the files of demos are called: the same on a server that records and in a game that lists."""

from collections.abc import Iterator

from petard.shared.protocol.names import clean_line

SUFFIX, PIN, SEATS = ".petard", ".pin", ".seats"  # the others are put behind the whole name of the demo
STAMP = "%Y-%m-%dT%H-%M-%SZ"  # UTC, for strftime
SAME_SECOND = 100  # demos of one map that begin, or clips that are saved, in one second
PARENT_MOST = 64  # characters of a file's name that a header keeps


def names(stamp: str, word: str) -> Iterator[str]:
    """The names that a demo of this second and map may have, the best first; `stamp`: see STAMP.

    >>> list(names("2026-09-21T14-13-20Z", "classic"))[:2]
    ['2026-09-21T14-13-20Z-classic.petard', '2026-09-21T14-13-20Z-classic-2.petard']
    """
    yield f"{stamp}-{word}{SUFFIX}"
    for number in range(2, SAME_SECOND):
        yield f"{stamp}-{word}-{number}{SUFFIX}"


def parent_named(name: str) -> str:
    """The name of a file as a header keeps it: what can be shown of it, and not too much."""
    return clean_line(name)[:PARENT_MOST].rstrip()
