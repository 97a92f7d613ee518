"""What clients do in one run, step by step, and all the ways in which the same session can be cut.

A Session is a value: a way to cut it makes other sessions of it, and shrinking leaves parts of it out.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from random import Random
from typing import Literal, NamedTuple

from tcpcut.capture import Capture, Event
from tcpcut.framing import RAW, Framing, Protocol

WAYS = {
    "whole": "each frame alone, a second time: are two equal runs answered alike?",
    "glued": "frames that follow each other on a connection, in one piece",
    "bytes": "byte by byte",
    "random": "cut and glued at random, by seed (see `seeds`)",
    "silent": "beside a connection that never says anything",
    "half": "beside a connection that has sent half a frame, and no more",
    "reset": "beside connections that are reset, at once and in mid-frame",
    "slow": "one client reads nothing until everything is sent, through the smallest buffer",
    "every": "each single split of each frame: as many runs as bytes",
    "recorded": "in the pieces of the capture (for captures that `shrink` wrote)",
    "half-close": "each client ends its half of the connection together with its last frame",
    "empty": "with an empty message before each frame: it may be answered or not, but may change nothing else",
    "ipv6": "each frame alone, over IPv6",
}
DEFAULT_WAYS = "whole glued bytes random silent half reset slow every"
Mood = Literal["stay", "end", "reset"]


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
    """A connection beside the session: it sends so much, then stays, ends its half, or is reset."""

    data: bytes = b""
    mood: Mood = "stay"


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
        for number, (data, mood) in enumerate(self.neighbours, 1 + max((step.conn for step in self.steps), default=0)):
            events += [Event(number, "neighbour"), *([Event(number, ">", data)] if data else [])]
            events += [Event(number, f"{mood}>")] if mood != "stay" else []
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
    streams: dict[int, _Stream] = {}
    neighbours: dict[int, Neighbour] = {}
    for conn, kind, data in capture.events:
        if kind == "neighbour":
            neighbours[conn] = Neighbour()
        elif conn in neighbours:
            mood: Mood = "end" if kind == "end>" else "reset" if kind == "reset>" else "stay"
            neighbours[conn] = Neighbour(neighbours[conn].data + data, mood)
        elif kind.startswith("open"):
            steps.append(Step(conn))
        elif kind in (">", "extra>"):
            steps += streams.setdefault(conn, _Stream(conn, framing)).add(data, kind == "extra>")
        elif kind in ("end>", "reset>"):
            steps += [*(streams[conn].rest() if conn in streams else []), Step(conn, ends=True)]
    steps += [step for stream in streams.values() for step in stream.rest()]
    slow = next((event.conn for event in capture.events if event.kind == "open-slow"), 0)
    ipv6 = any(event.kind == "open-ipv6" for event in capture.events)
    return Session((), tuple(neighbours.values()), slow, ipv6).with_steps(steps)


class _Stream:
    """What one client has sent: complete frames become steps. `_ends` are the places where its pieces end."""

    def __init__(self, conn: int, framing: Framing) -> None:
        self._conn, self._framing, self._data, self._ends = conn, framing, b"", list[int]()

    def add(self, piece: bytes, extra: bool) -> Iterator[Step]:
        self._data += piece
        self._ends.append(len(self._data))
        no_framing = self._framing is RAW  # a piece is a frame
        frames, rest = ([self._data], b"") if no_framing else self._framing.split(self._data)
        at = 0
        for frame in frames:
            end = at + len(frame)
            cuts = tuple(place - at for place in self._ends if at < place < end)
            yield Step(self._conn, frame, cuts, glued=end not in self._ends, extra=extra)
            at = end
        self._data, self._ends = rest, [place - at for place in self._ends if place > at]

    def rest(self) -> list[Step]:
        """The frame that was never completed, if there is one."""
        data, self._data = self._data, b""
        return [Step(self._conn, data, tuple(place for place in self._ends if place < len(data)))] if data else []


Variants = Iterable[tuple[str, Session]]


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
        elif way == "random":
            for seed in range(1, seeds + 1):
                yield f"random, seed {seed}", _at_random(plain, may_glue, Random(seed))
        elif way == "slow":  # a client that reads late cannot wait for its turn
            for conn in dict.fromkeys(step.conn for step in plain.steps if protocol.pipelining):
                yield f"slow, connection {conn}", plain._replace(slow=conn)
        elif way == "empty":
            yield from _with_empty(plain, protocol.framing)
        else:
            yield from _OTHERS[way](plain)


def _changed(plain: Session, change: Callable[[int, Step], Step]) -> Session:
    return plain.with_steps(change(k, step) for k, step in enumerate(plain.steps))


def _every_split(plain: Session) -> Variants:
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


def _beside(plain: Session, name: str, half: bool, mood: Mood = "stay") -> tuple[str, Session]:
    first = next((step.data for step in plain.steps if step.data), b"") if half else b""
    return name, plain._replace(neighbours=(Neighbour(first[: (len(first) + 1) // 2], mood),))


def _half_close(plain: Session) -> Session:
    last = {step.conn: k for k, step in enumerate(plain.steps) if step.data}
    steps = [step._replace(ends=k == last.get(step.conn)) for k, step in enumerate(plain.steps)]
    return plain.with_steps(new for new, old in zip(steps, plain.steps, strict=True) if new.data or not old.ends)


def _with_empty(plain: Session, framing: Framing) -> Variants:
    for k, step in enumerate(plain.steps):
        if step.data and framing.make:
            steps = (*plain.steps[:k], Step(step.conn, framing.make(b""), extra=True), *plain.steps[k:])
            yield f"empty, before step {k}", plain.with_steps(steps)


_RESETS = (("at once", False), ("in mid-frame", True))
_OTHERS: dict[str, Callable[[Session], Variants]] = {
    "whole": lambda plain: [("whole", plain)],
    "bytes": lambda plain: [("bytes", _changed(plain, lambda _, s: s._replace(cuts=tuple(range(1, len(s.data))))))],
    "every": _every_split,
    "silent": lambda plain: [_beside(plain, "silent", half=False)],
    "half": lambda plain: [_beside(plain, "half", half=True)],
    "reset": lambda plain: [_beside(plain, f"reset, {when}", half, "reset") for when, half in _RESETS],
    "half-close": lambda plain: [("half-close", _half_close(plain))],
    "ipv6": lambda plain: [("ipv6", plain._replace(ipv6=True))],
}
