"""The private channel between a game and the server that it started: orders on stdin, reports on stdout.

Rule 1: an order is one line of ASCII on the server's standard input: a verb, and for `fast` and `skip` the number of
        the round that it is for. ControlVerb lists all verbs.
Rule 2: the server decides. An order that is not allowed at the moment changes nothing and is not kept for later.
Rule 3: after each change of the pace the server writes one line of JSON on standard output: `{"pace": "paused"}`.
        Before the first such line the pace is normal.
Rule 4: once browsers are served, and after each change of their port, it writes `{"web": 7780}`; and where a directory
        is to list the room, after each change: `{"listing": "listed"}`.
Rule 5: both ends ignore all other lines. No sockets, no clock, no threads here.

| order | effect |
|---|---|
| `pause` | time stops: no tick of countdown, round or results runs; no effect in the lobby |
| `resume` | time continues |
| `fast ROUND` | the rest of that round runs at FAST_RATE times the normal pace |
| `skip ROUND` | the rest of that round runs as fast as the machine can |
| `restart` | the match starts again with the same settings (the admin command goes to the lobby); a pause ends |
| `pads-on`, `pads-off` | browsers may join from now on, or may not |
| `standby-on`, `standby-ask`, `standby-off` | another computer may keep a copy of the room, may if asked, or may not |
"""

import json
from dataclasses import dataclass
from enum import StrEnum

FAST_RATE = 3
LINE_MOST = 64  # bytes of one line, with its line end
ROUND_MOST = 9999


class Pace(StrEnum):
    """How the time of the room passes."""

    PAUSED = "paused"
    NORMAL = "normal"
    FAST = "fast"
    SKIP = "skip"

    @property
    def rate(self) -> int:
        """The factor by which the display has to run faster than normal."""
        return FAST_RATE if self is Pace.FAST else 1


class ListingState(StrEnum):
    """What came of the announcement of a public room."""

    LISTED = "listed"
    NOT_LISTED = "not-listed"  # the directory does not reach the room, or does not want it
    NO_DIRECTORY = "no-directory"  # it does not answer


class ControlVerb(StrEnum):
    """The verbs of the orders."""

    PAUSE = "pause"
    RESUME = "resume"
    FAST = "fast"
    SKIP = "skip"
    RESTART = "restart"
    PADS_ON = "pads-on"
    PADS_OFF = "pads-off"
    STANDBY_ON = "standby-on"
    STANDBY_ASK = "standby-ask"
    STANDBY_OFF = "standby-off"


WITH_ROUND = (ControlVerb.FAST, ControlVerb.SKIP)
SETTINGS: dict[ControlVerb, tuple[str, bool | str]] = {  # the verbs that change a setting of the server, and its value
    ControlVerb.PADS_ON: ("pads", True),
    ControlVerb.PADS_OFF: ("pads", False),
    ControlVerb.STANDBY_ON: ("standby", "on"),
    ControlVerb.STANDBY_ASK: ("standby", "ask"),
    ControlVerb.STANDBY_OFF: ("standby", "off"),
}


class BadControlOrder(ValueError):
    """The line is no order."""


@dataclass(frozen=True, slots=True)
class ControlOrder:
    """One order. `round`: the number of the round that it is for, 0 if the verb needs none."""

    verb: ControlVerb
    round: int = 0


def encode_order(order: ControlOrder) -> bytes:
    """Return the line of an order for the server's standard input.

    >>> encode_order(ControlOrder(ControlVerb.SKIP, 2)), encode_order(ControlOrder(ControlVerb.PAUSE))
    (b'skip 2\\n', b'pause\\n')
    """
    return (f"{order.verb} {order.round}\n" if order.verb in WITH_ROUND else f"{order.verb}\n").encode("ascii")


def decode_order(line: bytes) -> ControlOrder:
    r"""Read one line of standard input; raises BadControlOrder.

    >>> decode_order(b"fast 3\r\n")
    ControlOrder(verb=<ControlVerb.FAST: 'fast'>, round=3)
    """
    if len(line) > LINE_MOST:
        raise BadControlOrder("the line is too long")
    try:
        first, *numbers = line.decode("ascii").split()
        verb = ControlVerb(first)
    except ValueError as error:
        raise BadControlOrder("there is no such order") from error
    if verb not in WITH_ROUND:
        if numbers:
            raise BadControlOrder(f"{verb} takes no number")
        return ControlOrder(verb)
    if len(numbers) != 1 or not numbers[0].isdigit() or not 1 <= int(numbers[0]) <= ROUND_MOST:
        raise BadControlOrder(f"{verb} takes the number of a round")
    return ControlOrder(verb, int(numbers[0]))


def encode_pace(pace: Pace) -> str:
    """Return the line of a pace for the server's standard output, without the line end.

    >>> encode_pace(Pace.PAUSED)
    '{"pace": "paused"}'
    """
    return json.dumps({"pace": pace.value})


def encode_web_port(port: int) -> str:
    """Return the line of the port at which browsers are served, without the line end.

    >>> encode_web_port(7780)
    '{"web": 7780}'
    """
    return json.dumps({"web": port})


def decode_web_port(line: str) -> int | None:
    """Read one line of standard output; None for a line that holds no such port.

    >>> decode_web_port('{"web": 7780}'), decode_web_port('{"web": true}'), decode_web_port('{"pace": "fast"}')
    (7780, None, None)
    """
    try:
        port = json.loads(line)["web"]
    except (ValueError, RecursionError, TypeError, KeyError):
        return None
    return port if type(port) is int and 0 < port < 1 << 16 else None


def encode_listing(listing: ListingState) -> str:
    """Return the line about the announcement for the server's standard output, without the line end.

    >>> encode_listing(ListingState.LISTED)
    '{"listing": "listed"}'
    """
    return json.dumps({"listing": listing.value})


def decode_listing(line: str) -> ListingState | None:
    """Read one line of standard output; None for a line that says nothing of the announcement.

    >>> decode_listing('{"listing": "not-listed"}'), decode_listing('{"listing": 7}'), decode_listing('[]')
    (<ListingState.NOT_LISTED: 'not-listed'>, None, None)
    """
    try:
        return ListingState(json.loads(line)["listing"])
    except (ValueError, RecursionError, TypeError, KeyError):
        return None


def decode_pace(line: str) -> Pace | None:
    """Read one line of standard output; None for a line that holds no pace.

    >>> decode_pace('{"pace": "fast"}'), decode_pace('{"ready": true}'), decode_pace("{")
    (<Pace.FAST: 'fast'>, None, None)
    """
    try:
        return Pace(json.loads(line)["pace"])
    except (ValueError, RecursionError, TypeError, KeyError):
        return None
