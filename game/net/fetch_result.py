"""What an HttpFetcher is asked, and what it returns. In a file of its own, since its libraries are imported late."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple


class FetchFailure(Enum):
    """Why there is no answer."""

    NO_NAME = auto()  # the name of the host is not known
    NO_ANSWER = auto()  # nothing, or not all of it, came in time
    REFUSED = auto()  # nobody listens there
    NO_ROUTE = auto()  # there is no way to the host
    UNTRUSTED = auto()  # its certificate is not valid
    NO_HTTP = auto()  # what answers does not speak HTTP (or TLS), or breaks off
    TOO_LARGE = auto()


class FetchTarget(NamedTuple):
    """Where to ask."""

    secure: bool  # by TLS
    host: str  # a name, or an address without brackets
    port: int


@dataclass(frozen=True, slots=True)
class FetchAnswer:
    """What a server has answered. `peer`: its address, in numbers; `etag`: "" for none."""

    status: int
    etag: str
    body: bytes
    peer: str


FetchResult = FetchAnswer | FetchFailure
