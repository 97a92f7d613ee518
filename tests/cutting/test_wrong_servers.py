"""Servers with mistakes are found, and the session that shows the mistake gets small."""

import socket
import sys
from functools import partial

import pytest

from tcpcut import Capture, Target, Timing, check, explain
from tcpcut.checking import Checker
from tcpcut.delivery import Delivery
from tcpcut.framing import FRAMINGS, Protocol
from tcpcut.session import session_of
from tests.cutting import right_servers, wrong_servers
from tests.cutting.cases import FIFTEEN, HEADERS, LINES, Case, header_splits, splits_found

forks = pytest.mark.skipif(sys.platform == "win32", reason="a function as a server needs fork")
exact = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a piece was read, and who is busy")
pytestmark = forks
SHRUNK = "header_in_one_recv"  # of the fifteen, in the default run


@exact
@pytest.mark.parametrize("case", FIFTEEN, ids=lambda case: case.server.__name__)
def test_each_of_the_fifteen_wrong_servers_is_found(case: Case) -> None:
    assert case.check_briefly().failure is not None


@exact
@pytest.mark.parametrize(
    "case",
    [pytest.param(c, marks=[pytest.mark.long] * (c.server.__name__ != SHRUNK), id=c.server.__name__) for c in FIFTEEN],
)
def test_the_session_that_finds_a_wrong_server_gets_small(case: Case) -> None:
    report = case.check(shrink_seconds=60.0)  # 5 are enough, but for a busy machine
    assert report.failure is not None
    size, frames = report.failure.smallest.size
    assert frames <= 2
    assert not case.smallest or size <= case.smallest, explain(report)


@exact
def test_all_nine_cuts_inside_headers_are_found() -> None:
    assert splits_found(Delivery()) == 9


@exact
@pytest.mark.long
def test_all_nine_cuts_inside_headers_are_found_twenty_times_of_twenty() -> None:
    assert [splits_found(Delivery()) for _ in range(20)] == [9] * 20


def test_there_are_nine_cuts_inside_headers() -> None:
    assert len(HEADERS) == 3
    assert len(list(header_splits())) == 9


# --- what disturbs a server, beside cuts: each of these servers passes all other ways ---------------------------------

BIG = [b"a\n", b"b\n", b"c\n", b"d\n", b"e\n", b"f\n"]
DISTURBED = [
    ("reset", Case(wrong_servers.ends_with_a_reset, LINES[1], {"framing": "lines"})),
    ("slow", Case(wrong_servers.believes_send, BIG, {"framing": "lines", "keep": len})),
    ("half-close", Case(wrong_servers.stops_at_the_end, LINES[1], {"framing": "lines", "timing": Timing(quiet=0.4)})),
    ("empty", Case(wrong_servers.empty_frame_is_the_end, [right_servers.framed(b"a")], {"framing": "u32"})),
]


@exact
@pytest.mark.parametrize(
    ("way", "case"),
    [
        pytest.param(way, case, id=way, marks=[pytest.mark.long] if way in ("slow", "half-close") else [])
        for way, case in DISTURBED
    ],
)
def test_a_server_that_fails_when_it_is_disturbed_in_one_way_is_found_in_that_way(way: str, case: Case) -> None:
    others = {"bytes", "silent", "half"} - ({"half"} if way == "slow" else set())
    assert case.check(ways=sorted(others)).failure is None
    report = case.check(ways=way, shrink_seconds=0)
    assert report.failure is not None
    assert report.failure.way.startswith(way)


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="there is no IPv6 here")
def test_a_server_that_does_not_know_ipv6_addresses_is_found() -> None:
    report = check([b"hello\n"], wrong_servers.address_of_two_parts, framing="lines", ways="ipv6", shrink_seconds=0)
    assert report.failure is not None
    assert "ValueError: too many values to unpack" in report.failure.output, "what the server wrote is shown"
    assert "open-ipv6" in str(report.failure.smallest.capture())


def test_a_server_that_does_not_repeat_itself_is_refused_with_what_to_do() -> None:
    with pytest.raises(Exception, match=r"not answer two equal runs alike.*connection 1, answer 1.*\(keep\)"):
        check([b"now\n"], counting_server(), framing="lines", fresh=False)


def counting_server() -> Target:
    @right_servers.one_thread_each
    def serve(sock: socket.socket) -> None:
        while sock.recv(4096):
            numbers.append(0)
            sock.sendall(b"%d\n" % len(numbers))

    numbers: list[int] = []
    return serve


def test_a_difference_that_does_not_come_again_is_counted_and_not_believed() -> None:
    framing = FRAMINGS["lines"]
    checker = Checker(right_servers.lines, Protocol(framing, framing))
    checker.differs = partial(_first_time, [True])  # type: ignore[method-assign]
    failure, unsteady = checker.failure(session_of(Capture.of([b"a\n"]), framing), ["whole"], 1, 1)
    checker.close()
    assert (failure, unsteady) == (None, 1)


def _first_time(left: list[bool], session: object, patience: float = 0) -> bool:
    return bool(left) and left.pop()
