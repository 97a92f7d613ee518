"""Servers that read their streams well cause no alarm, however the stream is cut."""

import socket
import sys

import pytest

from tcpcut import check
from tests.cutting.cases import BRIEF_FRAMES
from tests.cutting.right_servers import echo
from tests.cutting.sessions import RIGHT, USUAL_WAYS, RightServer, without_pings

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a function as a server needs fork")
EXTRA = {
    "echo": "half-close empty ipv6",
    "petard": "half-close ipv6",
    "redis": "half-close ipv6",
    "aiosmtpd": "half-close",
    "http.server": "half-close ipv6",
}
RUNS = 2000
servers = pytest.mark.parametrize("server", RIGHT.values(), ids=RIGHT)


def assert_alike(server: RightServer, ways: str, **more: int) -> int:
    if server.missing:
        pytest.skip(server.missing)
    report = server.check(ways, **more)
    assert report.failure is None, report
    return report.runs


@pytest.mark.parametrize("name", [name for name in RIGHT if name != "petard"])
def test_a_right_server_causes_no_alarm(name: str) -> None:
    assert assert_alike(RIGHT[name], USUAL_WAYS, seeds=3) >= 10


def test_petards_server_causes_no_alarm_with_a_session_that_asks_for_many_kinds_of_answers() -> None:
    kinds = set()

    def keep(answer: bytes) -> object:
        message = without_pings(answer)
        kinds.add(type(message).__name__)
        return message

    report = RIGHT["petard"].check(USUAL_WAYS, keep=keep, seeds=1)
    assert report.failure is None, report
    assert kinds >= {"Welcome", "Lobby", "Roster", "Chat", "Pong"}


def test_a_right_server_causes_no_alarm_where_the_kernel_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "AF_NETLINK", raising=False)  # as on macOS and Windows
    report = check(BRIEF_FRAMES, echo, framing="u32", ways=USUAL_WAYS, seeds=1)
    assert report.failure is None
    assert not report.exact
    assert "not exact (no Linux sock_diag here)" in report.cuts


@pytest.mark.long
@servers
def test_a_right_server_causes_no_alarm_in_all_ways_and_splits(server: RightServer) -> None:
    assert assert_alike(server, f"{USUAL_WAYS} every {EXTRA[server.name]}", seeds=200) >= 300


@pytest.mark.long
def test_right_servers_cause_no_alarm_in_two_thousand_runs() -> None:
    runs, seeds = 0, 0
    while runs < RUNS:
        seeds += 100
        for server in RIGHT.values():
            if not server.missing:
                runs += assert_alike(server, "random", seeds=seeds)
