"""What clients do in one run, step by step, and all the ways in which the same session can be cut.

A Session is a value: a way to cut it makes other sessions of it, and shrinking leaves parts of it out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from random import Random
from typing import NamedTuple

from tcpcut.capture import Capture, Event
from tcpcut.framing import RAW, Framing, Protocol

WAYS = {
    "whole": "each frame in one piece, a second time",
    "glued": "frames that follow each other in one piece",
    "bytes": "byte by byte",
    "random": "cut and glued at random, by seed",
    "silent": "beside a connection that never says anything",
    "half": "beside a connection that has sent half a frame, and no more",
    "reset": "beside connections that are reset, at once or in mid-frame",
    "slow": "one client reads nothing until everything is sent",
    "every": "one cut, in a run for each place inside a frame",
    "recorded": "in the pieces of the capture",
    "half-close": "clients end their half of the connection together with the last frame",
    "empty": "with an empty message before a frame",
    "ipv6": "over IPv6",
}
DEFAULT_WAYS = "whole glued bytes random silent half reset slow every"


class Step(NamedTuple):
    """One deed of one client: it connects (no data), sends a frame, or sends no more (`ends`).

    `cuts` are the places at which the frame is cut into pieces. `glued`: the next frame begins in the last piece of
    this one. `extra`: the server's answers to this frame do not count.
    """

    conn: int
    data: bytes = b""
    cuts: tuple[int, ...] = ()
    glued: bool = False
    ends: bool = False
    extra: bool = False

    def pieces(self, held: bytes) -> tuple[list[bytes], bytes]:
        """The pieces to send now, the first behind what was `held` back; and what to hold back for the next frame."""
        places = [0, *self.cuts, len(self.data)]
        pieces = [self.data[a:b] for a, b in pairwise(places)]
        pieces[0] = held + pieces[0]
        return (pieces[:-1], pieces[-1]) if self.glued else (pieces, b"")


class Neighbour(NamedTuple):
    """A connection beside the session: it sends so much, and then stays or `resets`."""

    data: bytes = b""
    resets: bool = False


class Session(NamedTuple):
    """What all clients do, in order. `slow` is the number of the connection that reads last; 0 for none."""

    steps: tuple[Step, ...]
    neighbours: tuple[Neighbour, ...] = ()
    slow: int = 0
    ipv6: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """How many bytes the clients send, in how many frames; neighbours do not count."""
        return sum(len(step.data) for step in self.steps), sum(bool(step.data) for step in self.steps)

    def plain(self) -> "Session":
        """The same session as it is played uncut: each frame in one piece, without neighbours."""
        steps = list[Step]()
        for step in self.steps:
            if not step.extra and (step.data or not step.ends):
                steps.append(Step(step.conn, step.data))
            if step.ends:
                steps.append(Step(step.conn, ends=True))
        return Session(tuple(steps))

    def with_steps(self, steps: Iterable[Step]) -> "Session":
        """This session with other steps; a step stays glued only if a frame of the same connection follows."""
        some = [*steps, Step(0)]
        kept = (a._replace(glued=a.glued and a.conn == b.conn and bool(b.data)) for a, b in pairwise(some))
        return self._replace(steps=tuple(kept))

    def capture(self) -> Capture:
        """The session as a capture, in the pieces in which it is sent."""
        events, held, seen = list[Event](), b"", {0}
        first = 1 + max((step.conn for step in self.steps), default=0)
        for number, (data, resets) in enumerate(self.neighbours, first):
            events += [Event(number, "neighbour"), *([Event(number, ">", data)] if data else [])]
            events += [Event(number, "reset>")] if resets else []
        for step in self.steps:
            if step.conn not in seen:
                seen.add(step.conn)
                kind = "open-slow" if self.slow == step.conn else "open-ipv6" if self.ipv6 else "open"
                events.append(Event(step.conn, kind))
            pieces, held = step.pieces(held)
            events += [Event(step.conn, "extra>" if step.extra else ">", piece) for piece in pieces if piece]
            events += [Event(step.conn, "end>")] if step.ends else []
        return Capture(tuple(events))


def session_of(capture: Capture, framing: Framing) -> Session:
    """The clients' side of a capture, in frames, cut into the pieces of the capture."""
    steps: list[Step] = []
    pieces: dict[int, list[bytes]] = {}  # of each client, since its last complete frame
    neighbours: dict[int, Neighbour] = {}
    for conn, kind, data in capture.events:
        if kind == "neighbour":
            neighbours[conn] = Neighbour()
        elif conn in neighbours:
            neighbours[conn] = Neighbour(neighbours[conn].data + data, kind == "reset>")
        elif kind.startswith("open"):
            steps.append(Step(conn))
        elif kind in (">", "extra>"):
            more, pieces[conn] = _steps(conn, [*pieces.get(conn, []), data], framing)
            steps += [step._replace(extra=kind == "extra>") for step in more]
        elif kind in ("end>", "reset>"):
            steps += [*_incomplete(conn, pieces.pop(conn, [])), Step(conn, ends=True)]
    steps += [step for conn, rest in pieces.items() for step in _incomplete(conn, rest)]
    slow = next((event.conn for event in capture.events if event.kind == "open-slow"), 0)
    ipv6 = any(event.kind == "open-ipv6" for event in capture.events)
    return Session((), tuple(neighbours.values()), slow, ipv6).with_steps(steps)


def _steps(conn: int, pieces: list[bytes], framing: Framing) -> tuple[list[Step], list[bytes]]:
    """The frames that are complete in these pieces of a client, as steps, and the pieces of what is not complete."""
    stream = b"".join(pieces)
    frames = [stream] if framing is RAW else framing.split(stream)[0]  # without a framing, a piece is a frame
    ends, steps, at = list(accumulate(map(len, pieces))), list[Step](), 0
    for frame in frames:
        begin, at = at, at + len(frame)
        steps.append(Step(conn, frame, tuple(end - begin for end in ends if begin < end < at), glued=at not in ends))
    places = [at, *(end for end in ends if end > at)]
    return steps, [stream[a:b] for a, b in pairwise(places)]


def _incomplete(conn: int, pieces: list[bytes]) -> list[Step]:
    """The frame that was never completed, as a step, if there is one."""
    cuts = tuple(accumulate(map(len, pieces)))[:-1]
    return [Step(conn, b"".join(pieces), cuts)] if pieces else []


def ways_to_cut(
    recorded: Session, ways: Sequence[str], protocol: Protocol, may_glue: frozenset[int], seeds: int
) -> Iterator[tuple[str, Session]]:
    """All sessions of these ways, each with the name of its way. `may_glue`: steps that the next may follow at once."""
    plain = recorded.plain()
    for way in ways:
        if way == "recorded":
            yield way, recorded
        elif way == "glued":
            yield way, _changed(plain, lambda k, step: step._replace(glued=k in may_glue))
        elif way == "bytes":
            yield way, _changed(plain, lambda _, step: step._replace(cuts=tuple(range(1, len(step.data)))))
        elif way == "random":
            for seed in range(1, seeds + 1):
                yield f"random, seed {seed}", _at_random(plain, may_glue, Random(seed))
        elif way == "every":
            yield from _every_split(plain)
        elif way == "empty":
            yield from _with_empty(plain, protocol.framing)
        else:
            yield from _undivided(way, plain, protocol.pipelining)


def _undivided(way: str, plain: Session, pipelining: bool) -> Iterator[tuple[str, Session]]:
    """The ways that cut no frame, but change what is around it."""
    first = next((step.data for step in plain.steps if step.data), b"")
    half = first[: (len(first) + 1) // 2]
    if way == "whole":
        yield way, plain
    elif way == "silent":
        yield way, plain._replace(neighbours=(Neighbour(),))
    elif way == "half":
        yield way, plain._replace(neighbours=(Neighbour(half),))
    elif way == "reset":
        yield "reset, at once", plain._replace(neighbours=(Neighbour(resets=True),))
        yield "reset, in mid-frame", plain._replace(neighbours=(Neighbour(half, resets=True),))
    elif way == "slow":  # a client that reads late cannot wait for its turn
        for conn in dict.fromkeys(step.conn for step in plain.steps if pipelining):
            yield f"slow, connection {conn}", plain._replace(slow=conn)
    elif way == "half-close":
        yield way, _half_close(plain)
    elif way == "ipv6":
        yield way, plain._replace(ipv6=True)


def _changed(plain: Session, change: Callable[[int, Step], Step]) -> Session:
    return plain.with_steps(change(k, step) for k, step in enumerate(plain.steps))


def _every_split(plain: Session) -> Iterator[tuple[str, Session]]:
    for k, step in enumerate(plain.steps):
        for at in range(1, len(step.data)):
            steps = (*plain.steps[:k], step._replace(cuts=(at,)), *plain.steps[k + 1 :])
            yield f"every, step {k} at byte {at}", plain.with_steps(steps)


def _at_random(plain: Session, may_glue: frozenset[int], chance: Random) -> Session:
    def cut(k: int, step: Step) -> Step:
        places = range(1, len(step.data))
        cuts = tuple(sorted(chance.sample(places, min(len(places), chance.randrange(4)))))
        return step._replace(cuts=cuts, glued=k in may_glue and chance.random() < 0.5)

    return _changed(plain, cut)


def _half_close(plain: Session) -> Session:
    last = {step.conn: k for k, step in enumerate(plain.steps) if step.data}
    steps = [step._replace(ends=k == last.get(step.conn)) for k, step in enumerate(plain.steps)]
    return plain.with_steps(new for new, old in zip(steps, plain.steps, strict=True) if new.data or not old.ends)


def _with_empty(plain: Session, framing: Framing) -> Iterator[tuple[str, Session]]:
    for k, step in enumerate(plain.steps):
        if step.data and framing.make:
            steps = (*plain.steps[:k], Step(step.conn, framing.make(b""), extra=True), *plain.steps[k:])
            yield f"empty, before step {k}", plain.with_steps(steps)
