"""The private channel between a game and the server that it started: orders on stdin, the pace on stdout.

Rule 1: an order is one line of ASCII on the server's standard input: a verb, and for `fast` and `skip` the number of
        the round that is meant. VERBS is the whole list.
Rule 2: the server alone decides. An order that is not allowed now changes nothing and is not kept for later.
Rule 3: after each change of its pace the server writes one line of JSON on standard output: `{"pace": "paused"}`.
        Before the first such line the pace is normal.
Rule 4: what is no such line is ignored by both ends. No sockets, no clock, no threads here.

| order | from then on |
|---|---|
| `pause` | nothing moves: no tick of round, countdown, results or lobby timer happens |
| `resume` | it goes on |
| `fast ROUND` | the rest of that round runs at FAST_RATE times the usual pace |
| `skip ROUND` | the rest of that round is played as quickly as the machine can |
| `restart` | the match begins anew with the same setup; a pause ends |
"""

import json
from dataclasses import dataclass
from enum import StrEnum

FAST_RATE = 3
LINE_MOST = 64  # bytes of one line, its end included
ROUND_MOST = 9999


class Pace(StrEnum):
    """How the time of the room passes."""

    PAUSED = "paused"
    NORMAL = "normal"
    FAST = "fast"
    SKIP = "skip"

    @property
    def rate(self) -> int:
        """How many times the usual pace a picture has to follow."""
        return FAST_RATE if self is Pace.FAST else 1


class ControlVerb(StrEnum):
    """What can be ordered."""

    PAUSE = "pause"
    RESUME = "resume"
    FAST = "fast"
    SKIP = "skip"
    RESTART = "restart"


WITH_ROUND = (ControlVerb.FAST, ControlVerb.SKIP)


class BadControlOrder(ValueError):
    """This line is no order."""


@dataclass(frozen=True, slots=True)
class ControlOrder:
    """One order. `round`: the number of the round that is meant, 0 where the verb needs none."""

    verb: ControlVerb
    round: int = 0


def order_line(order: ControlOrder) -> bytes:
    """Spell an order for the server's standard input.

    >>> order_line(ControlOrder(ControlVerb.SKIP, 2)), order_line(ControlOrder(ControlVerb.PAUSE))
    (b'skip 2\\n', b'pause\\n')
    """
    words = [order.verb.value, *([str(order.round)] if order.verb in WITH_ROUND else [])]
    return (" ".join(words) + "\n").encode("ascii")


def order_of(line: bytes) -> ControlOrder:
    r"""Read one line of standard input; raises BadSteeringOrder.

    >>> order_of(b"fast 3\r\n")
    ControlOrder(verb=<ControlVerb.FAST: 'fast'>, round=3)
    """
    if len(line) > LINE_MOST:
        raise BadControlOrder("the line is too long")
    try:
        words = line.decode("ascii").split()
        verb = ControlVerb(words[0] if words else "")
    except ValueError as error:
        raise BadControlOrder("there is no such order") from error
    if len(words) != 1 + (verb in WITH_ROUND):
        raise BadControlOrder(f"{verb} takes {'the number of a round' if verb in WITH_ROUND else 'no number'}")
    number = int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    if verb in WITH_ROUND and not 1 <= number <= ROUND_MOST:
        raise BadControlOrder(f"{verb} takes the number of a round")
    return ControlOrder(verb, number)


def pace_line(pace: Pace) -> str:
    """Spell a pace for the server's standard output, without the line end.

    >>> pace_line(Pace.PAUSED)
    '{"pace": "paused"}'
    """
    return json.dumps({"pace": pace.value})


def pace_of(line: str) -> Pace | None:
    """Read one line of standard output; None for every line that tells no pace.

    >>> pace_of('{"pace": "fast"}'), pace_of('{"ready": true}'), pace_of("{")
    (<Pace.FAST: 'fast'>, None, None)
    """
    try:
        said = json.loads(line)
        return Pace(said["pace"]) if isinstance(said, dict) and "pace" in said else None
    except (ValueError, RecursionError, TypeError):
        return None
