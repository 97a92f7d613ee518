"""Hostile answers outside of a session: to the server list, `petard-server list`, `ping` and the doctor.

Each says what it knows in printable lines, in bounded time and memory, and ends with a status; never with a traceback.
"""

import json
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from time import thread_time

import pytest

from petard.game.config.arguments import Address, Arguments
from petard.game.config.settings import Settings
from petard.game.doctor import target_checks
from petard.game.doctor.examination import facts_of
from petard.game.doctor.facts import ConnectOutcome
from petard.game.flow.app import App
from petard.game.flow.server_connection import ServerConnection
from petard.game.flow.server_joiner import ServerBrowser
from petard.game.ui.screens.join import JoinScreen
from petard.server.cli.list import main as list_servers
from petard.server.cli.ping import main as ping
from petard.shared.discovery.client import DiscoveryClient
from petard.shared.framing import LIMIT_SERVER, frame
from petard.shared.protocol import beacon
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Ping, Pong, RefusalCode, Refused
from tests.hostile.conversations import has_controls
from tests.hostile.hostile_beacon import SCRIPTS, Script, at_limits, hostile_beacon
from tests.sampled import sampled
from tests.server.cli.test_seek import Terminal

PROBLEMS = ("The server does not finish its greeting.", "You are banned.")
WAIT = 0.25  # seconds of a search
SLACK = 3.0  # seconds more that a busy machine needs
PICTURE_MOST = 8  # times a picture of the same screen without an answer; 2.5 are measured
LINE_MOST = 260  # characters


def check_lines(text: str, most: int) -> None:
    lines = text.split("\n")
    assert len(lines) <= most + 1
    assert not any(has_controls(line) or len(line) > LINE_MOST for line in lines), text


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_list_prints_lines_of_a_table_whatever_answers(script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    with hostile_beacon(script, 1, never_ends=True) as port:
        begun = time.monotonic()
        assert list_servers(["--here", "--wait", str(WAIT), "--discovery-port", str(port)]) == 0
        assert time.monotonic() - begun < WAIT + SLACK
    check_lines(capsys.readouterr().out, 1 + 2 * beacon.PORTS)


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_list_prints_json_whatever_answers(script: Script, capsys: pytest.CaptureFixture[str]) -> None:
    with hostile_beacon(script, 2) as port:
        assert list_servers(["--here", "--json", "--wait", str(WAIT), "--discovery-port", str(port)]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert not any(has_controls(text) for row in rows for text in row.values() if isinstance(text, str))


@pytest.mark.parametrize("never_ends", sampled([False, True], 2), ids=["some", "endless"])
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_ping_by_datagrams_prints_figures_or_no_answer(
    script: Script, never_ends: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("petard.server.cli.ping.WITHIN", 0.2)
    with hostile_beacon(script, 3, never_ends=never_ends) as port:
        begun = time.monotonic()
        status = ping(["127.0.0.1", "--udp", "-c", "3", "-i", "0.1", "--discovery-port", str(port)])
        assert time.monotonic() - begun < 1.0 + SLACK
    assert status in (0, 1)
    check_lines(capsys.readouterr().out, 9)


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_the_doctor_finds_a_server_or_none(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_checks, "ASK_WAIT", 0.3)
    with hostile_beacon(script, 4, ["127.0.0.1"], never_ends=True) as port:
        monkeypatch.setattr(beacon, "PORT", port)
        begun = time.monotonic()
        asked = target_checks.check_query(facts_of("127.0.0.1", 7777))
        assert time.monotonic() - begun < 0.3 + SLACK
    assert asked.problem == ""
    assert asked.answer is None or not has_controls(asked.answer.name + asked.answer.build)


def test_on_a_terminal_the_table_is_no_longer_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("LINES", "6")
    with hostile_beacon(at_limits, 5) as port:
        assert list_servers(["--here", "--wait", str(WAIT), "--discovery-port", str(port)]) == 0
    *redrawn, last = terminal.getvalue().split("\x1b[J")
    assert redrawn
    assert all(piece.count("\n") <= 5 for piece in redrawn)
    assert last.count("\n") > 5, "the table at the end is whole"


@contextmanager
def hostile_stream(piece: bytes, every: float, opens_with: bytes = b"") -> Iterator[int]:
    """A TCP server that sends these bytes again and again, with a pause in seconds; yields its port."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def send_on(stream: socket.socket) -> None:
            stream.settimeout(0.05)
            stream.sendall(opens_with)
            while piece and not stop.wait(every):
                with suppress(TimeoutError):
                    stream.sendall(piece)
            stop.wait()

        def serve() -> None:
            while not stop.is_set():
                with suppress(OSError), listener.accept()[0] as stream:
                    send_on(stream)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            stop.set()
            thread.join()


STREAMS = {
    "silent": (b"", 0.0),
    "a byte now and then": (b"\0", 0.05),
    "endless pongs": (frame(encode(Pong(0))) * 1000, 0.0),
    "endless pings": (frame(encode(Ping(1))) * 1000, 0.0),
    "a frame that never ends": (frame(bytes(LIMIT_SERVER))[:60_000], 0.0),
    "no frame": (b"HTTP/1.1 400 Bad Request\r\n\r\n\x1b[2J", 0.05),
    "a refusal": (frame(encode(Refused(RefusalCode.BANNED, "You are banned."))), 0.05),
}


@pytest.mark.parametrize(("piece", "every"), sampled(STREAMS.values(), 3), ids=STREAMS)
def test_ping_ends_in_time_with_lines_and_the_summary(
    piece: bytes, every: float, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("petard.server.cli.ping.WITHIN", 0.2)
    monkeypatch.setattr("petard.server.cli.ping.CLOCK_WITHIN", 0.01)
    with hostile_stream(piece, every) as port:
        begun = time.monotonic()
        assert ping([f"127.0.0.1:{port}", "-c", "2", "-i", "0.1", "--discovery-port", "1"]) == 1
        assert time.monotonic() - begun < 1.0 + SLACK
    printed = capsys.readouterr().out
    check_lines(printed, 6)
    assert "2 sent, 0 answered, 100% lost" in printed


@pytest.mark.parametrize(("piece", "every"), STREAMS.values(), ids=STREAMS)
def test_the_doctor_knows_what_answers_at_a_port(piece: bytes, every: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_checks, "SERVER_PORTS", ())
    monkeypatch.setattr(target_checks, "ANSWER_WAIT", 0.3)
    with hostile_stream(piece, every) as port:
        begun = time.monotonic()
        reach = target_checks.check_tcp(facts_of("127.0.0.1", port))
        assert time.monotonic() - begun < 0.3 + SLACK
    ours = piece.startswith((frame(encode(Pong(0))), frame(encode(Ping(1))))) or b"banned" in piece
    assert reach.way is (ConnectOutcome.PETARD if ours else ConnectOutcome.OTHER)


@pytest.mark.parametrize(("piece", "every"), STREAMS.values(), ids=STREAMS)
def test_a_join_by_address_ends_with_one_sentence_within_the_time_for_a_greeting(
    piece: bytes, every: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("petard.game.flow.connection_patience.GREETING_MOST", 0.5)
    with hostile_stream(piece, every) as port:
        begun = time.monotonic()
        connection = ServerConnection(Settings(name="Ada"), Address("127.0.0.1", port), None, eager=False)
        while not connection.problem and time.monotonic() - begun < 0.5 + SLACK:
            connection.poll(time.monotonic())
        connection.close()
    assert connection.problem in PROBLEMS or connection.problem.startswith("This is no Petard server (")


@pytest.mark.slow
@pytest.mark.parametrize("script", sampled(SCRIPTS.values(), 4), ids=SCRIPTS)
def test_the_join_screen_draws_whatever_answers(script: Script, tmp_path: Path) -> None:
    """A picture takes no more than some times that of a screen on which nothing answers."""
    with hostile_beacon(script, 6, never_ends=True) as port:
        answered = cost_of_join_screen(tmp_path / "settings.toml", port)
    assert answered < PICTURE_MOST * cost_of_join_screen(tmp_path / "settings.toml", port)


def cost_of_join_screen(settings: Path, port: int) -> float:
    """The CPU time of this thread for the middle one of twenty pictures, in seconds."""
    app = App(Arguments(), settings, 100.0)

    def discover(known: Iterable[tuple[str, int]], now: float) -> DiscoveryClient:
        return DiscoveryClient(known, now, port, only_here=True)

    app.navigator.joiner.browser = ServerBrowser(app.navigator.context, discover)
    app.navigator.show(JoinScreen(app.navigator.context))
    spent = []
    for picture in range(20):
        begun = thread_time()
        app.run_once(100.0 + picture / 60)
        spent.append(thread_time() - begun)
        assert len(app.navigator.context.joinable.found) <= 2 * beacon.PORTS
    app.close()
    return median(spent)
