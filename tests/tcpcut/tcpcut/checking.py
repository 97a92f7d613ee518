"""The check: TCP promises the order of bytes and nothing else, so a server may not answer a cut session otherwise.

Rule 1: no golden answers are needed. The uncut session is played first; its answers are the reference.
Rule 2: a difference counts only if it comes again, in a slower run with a reference of its own, and if the uncut
        session is answered alike twice at that pace. So a busy machine causes no false alarm.
"""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tcpcut.capture import Capture, Source, TcpcutError
from tcpcut.delivery import Delivery
from tcpcut.framing import RAW, Framing, Protocol, Split, framing_of
from tcpcut.player import Heard, Outcome, Player, Timing
from tcpcut.session import DEFAULT_WAYS, WAYS, Session, session_of, ways_to_cut
from tcpcut.shrinking import PATIENCE, Shrinker
from tcpcut.targets import Target

SLOWER = 3.0  # times, when a difference is tried again


class Difference(NamedTuple):
    """The first answer that is not the same; `uncut` and `cut` are None where there is no answer."""

    conn: int
    number: int
    uncut: object
    cut: object

    def __str__(self) -> str:
        return f"connection {self.conn}, answer {self.number}: uncut {self.uncut!r:.160}, cut {self.cut!r:.160}"


class Failure(NamedTuple):
    """What was found: how it was cut, the difference, the smallest session, that before, and what the server wrote."""

    way: str
    difference: Difference
    smallest: Session
    before: Session
    output: str


class Report(NamedTuple):
    """The result. `unsteady`: how many differences did not come again. `cuts`: whether they are `exact`, in words."""

    runs: int
    seconds: float
    unsteady: int
    exact: bool
    cuts: str
    protocol: Protocol
    failure: Failure | None


def difference_of(uncut: Outcome, cut: Outcome) -> Difference | None:
    """The first difference between two runs."""
    for conn in sorted(uncut.heard, key=lambda conn: (conn != cut.late, conn)):
        heard = [run.heard.get(conn, Heard()) for run in (uncut, cut)]
        one, other = ([*some.answers, *([some.tail] if some.tail else [])] for some in heard)
        for k in range(max(len(one), len(other))):
            if one[k : k + 1] != other[k : k + 1]:
                return Difference(conn, k + 1, _shown(one[k:]), _shown(other[k:]))
        if heard[0].closed != heard[1].closed:
            return Difference(conn, len(one) + 1, *("the end of the connection" if x.closed else None for x in heard))
    return None


def _shown(answers: list[object]) -> object:
    """The first answer; of a stream that is compared byte by byte, those that follow as well."""
    stream = [answer for answer in answers[:40] if isinstance(answer, bytes) and len(answer) == 1]
    return b"".join(stream) if len(stream) > 1 else answers[0] if answers else None


class Checker:
    """Compares runs of a target with uncut runs of it, or of another one that is right (`against`)."""

    def __init__(
        self,
        target: Target,
        protocol: Protocol,
        timing: Timing = Timing(),  # noqa: B008
        against: Target | None = None,
        fresh: bool = True,
        delivery: Delivery | None = None,
    ) -> None:
        self.protocol, self.delivery, self._timing = protocol, delivery or Delivery(), timing
        self._player = Player(target, protocol, self.delivery, fresh)
        self._right = self._player if against is None else Player(against, protocol, self.delivery, fresh)
        self._known: dict[Session, Outcome] = {}

    def close(self) -> int:
        """End the servers; returns how many runs there were, uncut ones included."""
        for closing in (self._player, self._right, self.delivery):
            closing.close()
        return sum(player.runs for player in {self._player, self._right})

    def reference(self, plain: Session) -> Outcome:
        """The answers to the uncut session; each is played once."""
        if plain not in self._known:
            self._known[plain] = self._right.play(plain, self._timing)
        return self._known[plain]

    def differs(self, session: Session, patience: float = 0) -> bool:
        """Play a session, and return whether it is answered differently."""
        wanted = self.reference(session.plain())
        timing = self._timing._replace(patience=patience or self._timing.patience)
        return difference_of(wanted, self._player.play(session, timing, wanted)) is not None

    def confirmed(self, session: Session, slower: float = SLOWER) -> tuple[Difference, str] | None:
        """Try a difference again, slowly: the difference, and what the server wrote; None if it does not come again."""
        timing, plain = Timing(*(slower * seconds for seconds in self._timing)), session.plain()
        wanted = self._known[plain] = self._right.play(plain, timing)
        if self._right is self._player and (again := difference_of(wanted, self._player.play(plain, timing, wanted))):
            raise TcpcutError(
                f"the server does not answer two equal runs alike, so nothing can be said of cuts: {again}. Ignore "
                "what changes (keep), let each run have a new server (fresh), or give slow answers more time (timing)"
            )
        found = difference_of(wanted, self._player.play(session, timing, wanted))
        return (found, self._player.output(timing.quiet)) if found else None

    def failure(self, recorded: Session, ways: list[str], seeds: int, seconds: float) -> tuple[Failure | None, int]:
        """Play all ways until one fails; and how many differences did not come again."""
        plain, unsteady = recorded.plain(), 0
        may_glue = _may_glue(plain, self.reference(plain), self.protocol.pipelining)
        for way, session in ways_to_cut(recorded, ways, self.protocol, may_glue, seeds):
            if self.differs(session):
                again = self.confirmed(session)
                if again:
                    return self._smallest(way, session, again, seconds), unsteady
                unsteady += 1
        return None, unsteady

    def _smallest(self, way: str, before: Session, again: tuple[Difference, str], seconds: float) -> Failure:
        """Shrink what failed; what then failed only because the machine is busy is shrunk once more.

        A session in which the server ends a connection that it kept before has another fault: it does not count.
        """
        closed = self._closed(before)
        for patience in (PATIENCE, 4 * PATIENCE):

            def fails(session: Session, patience: float = patience) -> bool:
                return self._closed(session) <= closed and self.differs(session, patience)

            small = Shrinker(before, fails, seconds).shrink(self.protocol.framing)
            confirmed = self.confirmed(small, 2) if small != before else again
            if confirmed:
                return Failure(way, confirmed[0], small, before, confirmed[1])
        return Failure(way, again[0], before, before, again[1])

    def _closed(self, session: Session) -> set[int]:
        return {conn for conn, heard in self.reference(session.plain()).heard.items() if heard.closed}


def _may_glue(plain: Session, reference: Outcome, pipelining: bool) -> frozenset[int]:
    """The steps whose frame the next one of the same connection may follow without waiting for an answer."""
    counts = [*reference.counts, {}]
    pairs = enumerate(zip(plain.steps, counts, counts[1:], strict=False))
    return frozenset(k for k, (s, a, b) in pairs if s.data and (pipelining or a.get(s.conn, 0) == b.get(s.conn, 0)))


def check(
    capture: Source,
    target: Target,
    *,
    framing: str | Split | Framing = RAW,
    answers: str | Split | Framing | None = None,
    keep: Callable[[bytes], object] = bytes,
    ways: str | Sequence[str] = DEFAULT_WAYS,
    pipelining: bool = True,
    against: Target | None = None,
    seeds: int = 5,
    fresh: bool = True,
    timing: Timing = Timing(),  # noqa: B008
    shrink_seconds: float = 5.0,
) -> Report:
    """Play a capture against a server in all these ways, and report the first that is answered differently.

    README.md describes each argument. Raises TcpcutError.
    """
    begun, clients = time.monotonic(), framing_of(framing)
    protocol = Protocol(clients, clients if answers is None else framing_of(answers), keep, pipelining)
    wanted, recorded = _ways(ways, clients), session_of(Capture.of(capture), clients)
    checker = Checker(target, protocol, timing, against, fresh)
    try:
        failure, unsteady = checker.failure(recorded, wanted, seeds, shrink_seconds)
    finally:
        runs = checker.close()
    delivery, seconds = checker.delivery, time.monotonic() - begun
    return Report(runs, seconds, unsteady, delivery.exact, delivery.sentence, protocol, failure)


def _ways(ways: str | Sequence[str], framing: Framing) -> list[str]:
    wanted = ways.split() if isinstance(ways, str) else list(ways)
    unknown = [way for way in wanted if way not in WAYS]
    if unknown:
        raise TcpcutError(f"no way to cut {unknown[0]!r}: the ways are {', '.join(WAYS)}")
    if "empty" in wanted and framing.make is None:
        raise TcpcutError("the way 'empty' needs a framing that can make messages")
    return wanted
