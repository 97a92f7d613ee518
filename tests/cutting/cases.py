"""Which session is played against which server, with which options of `tcpcut.check`."""

import io
import json
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tcpcut import FRAMINGS, Capture, Report, Timing, check
from tcpcut.checking import Checker
from tcpcut.delivery import Delivery
from tcpcut.framing import Protocol
from tcpcut.session import Session, session_of, ways_to_cut
from tests.cutting import right_servers, wrong_servers
from tests.cutting.right_servers import Serve, framed

WORDS = ("hello Ada", "move 12 7", "say Grüße, Bo! | how are you; fine?", "x" * 300, "bye")
ODD_WORDS = ("name \u2028 odd", "naïve \x0b")
FRAMES = [[framed(word.encode()) for word in WORDS], [framed(b"hello Bo"), framed(b"bye")]]
LINES = [[f"{word}\n".encode() for word in (*WORDS, *ODD_WORDS)], [b"second\n"]]
OBJECTS = [(json.dumps({"say": word}) + "\n").encode() for word in (*WORDS, "a } brace")]
PICKLES = [pickle.dumps({"say": word}) for word in WORDS]
# The same in few bytes: most of a check waits for answers that never come, and for silence before each message.
BRIEF_FRAMES = [framed(b"hello"), framed(b"bye")]
BRIEF_LINES = ["naïve\n".encode(), b"a\x0bb\n"]
BRIEF_OBJECTS = [b'{"say": "a } b"}\n']
BRIEF_PICKLES = [pickle.dumps(word) for word in ("hello", "bye")]
HEADERS = [framed(b"a"), framed(b"bb"), framed(b"ccc")]  # nine places inside their headers


def split_pickles(stream: bytes) -> tuple[list[bytes], bytes]:
    """A framing of our own: pickles say where they end."""
    frames = []
    while stream:
        file = io.BytesIO(stream)
        try:
            pickle.load(file)
        except Exception:  # it is not complete: what pickle raises then is not documented
            break
        frames.append(stream[: file.tell()])
        stream = stream[file.tell() :]
    return frames, stream


@dataclass(frozen=True)
class Case:
    """One server, the session that finds its mistake, and how small the session has to get (bytes; 0: any).

    `brief`: another session of a few bytes that finds it.
    """

    server: Any
    session: Any
    options: dict[str, Any] = field(default_factory=dict)
    smallest: int = 12
    brief: Any = None

    def check(self, **more: Any) -> Report:
        """Check the server."""
        return check(self.session, self.server, **{**self.options, **more})

    def check_briefly(self) -> Report:
        """Check the server in the same ways in a second, and shrink nothing."""
        return check(self.brief, self.server, **self.options, seeds=1, timing=Timing(0.01, 0.1), shrink_seconds=0)


# By server: the session, the brief one, the options.
_SESSIONS: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "native_byte_order": (FRAMES, BRIEF_FRAMES, {"framing": "u32", "against": right_servers.echo}),
    "empty_frame_is_the_end": (FRAMES, BRIEF_FRAMES, {"framing": "u32", "ways": "whole empty"}),
    "pickle_of_each_recv": (PICKLES, BRIEF_PICKLES, {"framing": split_pickles}),
    "decodes_each_recv": (LINES, BRIEF_LINES, {"framing": "lines"}),
    "lines_of_each_recv": (LINES, BRIEF_LINES, {"framing": "lines"}),
    "too_many_line_ends": (LINES, BRIEF_LINES, {"framing": "lines", "against": right_servers.lines}),
    "object_until_the_brace": (OBJECTS, BRIEF_OBJECTS, {"framing": "lines", "against": right_servers.objects}),
    "forgets_what_it_had": (LINES, BRIEF_LINES, {"framing": "lines"}),
}


def case_of(server: Serve) -> Case:
    """The case of one of the fifteen."""
    session, brief, options = _SESSIONS.get(server.__name__, (FRAMES, BRIEF_FRAMES, {"framing": "u32"}))
    return Case(server, session, options, 0 if options["framing"] is split_pickles else 12, brief)


FIFTEEN = [case_of(server) for server in wrong_servers.FIFTEEN]


def header_splits() -> Iterator[Session]:
    """The nine sessions in which one header of HEADERS is cut once."""
    framing = FRAMINGS["u32"]
    plain = session_of(Capture.of(HEADERS), framing)
    for _, session in ways_to_cut(plain, ["every"], Protocol(framing, framing), frozenset(), 0):
        if any(0 < place < 4 for step in session.steps for place in step.cuts):
            yield session


def splits_found(delivery: Delivery) -> int:
    """How many of the nine are found to confuse a server that reads each header with one recv."""
    framing = FRAMINGS["u32"]
    checker = Checker(wrong_servers.header_in_one_recv, Protocol(framing, framing), delivery=delivery)
    try:
        return sum(checker.differs(session) for session in header_splits())
    finally:
        checker.close()
