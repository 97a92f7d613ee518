"""A server as a child: started, heard, ended, and never left behind. Small scripts stand in for bad servers."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.child_process import GRACE, LOG_LINES
from petard.game.flow.connection_status import status_of
from petard.game.flow.local_server import (
    RESTART_PAUSES,
    SERVER,
    STARTUP_MOST,
    STEADY,
    LocalServer,
    LocalServerOptions,
    RestartPlan,
    command_line_of,
    hosted_server,
    variables_of,
)
from petard.game.flow.server_connection import ServerConnection
from petard.game.net.tcp_transport import TcpTransport
from petard.game.net.transport import TransportState
from petard.game.ui.screen import PlayFromReplay
from petard.shared.control_channel import ControlOrder, ControlVerb, Pace, encode_order
from tests.game.net.loopback import LONGEST_POLL

WAIT = 30.0  # seconds until a test gives up; a busy machine starts a Python in one or two


@pytest.fixture
def children() -> Iterator[list[LocalServer]]:
    """The children of a test; whatever happens, none outlives it."""
    children: list[LocalServer] = []
    yield children
    for child in children:
        child.end()
    gone(children)


def gone(children: list[LocalServer]) -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("see off"):
            thread.join(WAIT)
            assert not thread.is_alive()


def script(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", text)


def order(child: LocalServer, verb: ControlVerb, number: int = 0) -> None:
    """Order something, whatever `control` allows."""
    assert child.child is not None
    child.child.orders.put(encode_order(ControlOrder(verb, number)))


READY = 'import sys; print(\'{"ready": true, "port": 4711, "pid": 1}\', flush=True); '


def until(done: Callable[[], object], poll: Callable[[float], object]) -> None:
    """Poll like the game, and see that no poll waits."""
    ends_at = time.monotonic() + WAIT
    longest = 0.0
    while not done():
        begun = time.monotonic()
        assert begun < ends_at
        poll(begun)
        longest = max(longest, time.monotonic() - begun)
        threading.Event().wait(0.002)
    assert longest < LONGEST_POLL


def start(
    children: list[LocalServer], command: tuple[str, ...], options: LocalServerOptions | None = None
) -> LocalServer:
    child = LocalServer(options or LocalServerOptions(), time.monotonic(), command)
    children.append(child)
    return child


def problem_of(child: LocalServer) -> str:
    until(lambda: child.problem, child.poll)
    return child.problem


def test_the_port_is_read_from_the_ready_line(children: list[LocalServer]) -> None:
    child = start(
        children, script("print('hello'); print('{\"ready\": 1}'); print('[]'); " + READY + "sys.stdin.read()")
    )
    until(lambda: child.port, child.poll)
    assert (child.port, child.problem) == (4711, "")


def test_close_closes_stdin_and_returns_at_once(children: list[LocalServer]) -> None:
    child = start(children, script(READY + "sys.stdin.read()"))
    until(lambda: child.port, child.poll)
    assert child.child is not None
    process = child.child.process
    begun = time.monotonic()
    child.end()
    child.end()
    assert time.monotonic() - begun < LONGEST_POLL
    assert process.wait(WAIT) == 0


def test_orders_are_written_to_stdin_and_the_pace_is_read(children: list[LocalServer]) -> None:
    echo = '[print(\'{"pace": "%s"}\' % line.split()[0], flush=True) for line in sys.stdin]'
    child = start(children, script(READY + echo))
    until(lambda: child.port, child.poll)
    assert child.control.pace is Pace.NORMAL
    order(child, ControlVerb.SKIP, 2)
    until(lambda: child.control.pace is Pace.SKIP, child.poll)
    order(child, ControlVerb.RESTART)  # which is no pace
    order(child, ControlVerb.FAST, 1)
    until(lambda: child.control.pace is Pace.FAST, child.poll)


def test_where_the_server_serves_browsers_is_known_until_it_crashes(children: list[LocalServer]) -> None:
    child = start(children, script(READY + "print('{\"web\": 7781}', flush=True); sys.stdin.readline(); sys.exit(1)"))
    until(lambda: child.control.web_port, child.poll)
    assert child.control.web_port == 7781
    order(child, ControlVerb.RESTART)
    until(lambda: child.control.web_port is None, child.poll)


def test_phones_that_may_not_join_may_not_after_a_crash_either(children: list[LocalServer], tmp_path: Path) -> None:
    words = tmp_path / "words"
    note = f"import os; open({str(words)!r}, 'a').write(' '.join(sys.argv) + os.linesep); sys.stdin.readline(); "
    child = start(children, script(READY + note + "sys.exit(1)"))
    until(words.exists, child.poll)
    child.control.take_pads(False)
    child.send_orders()
    until(lambda: words.read_text().count("--ready") == 2, child.poll)
    assert [line.endswith("--pads off") for line in words.read_text().split("\n") if line] == [False, True]


@pytest.mark.skipif(sys.platform == "win32", reason="there, terminate is a kill already")
def test_a_child_that_reads_no_orders_blocks_nothing_and_is_still_ended(children: list[LocalServer]) -> None:
    child = start(children, script(READY + "import time; time.sleep(99)"))
    until(lambda: child.port, child.poll)
    assert child.child is not None
    process = child.child.process
    begun = time.monotonic()
    for _ in range(20_000):  # more than a pipe holds
        order(child, ControlVerb.RESTART)
    child.end()
    assert time.monotonic() - begun < 2.0
    assert process.wait(WAIT) != 0


def test_a_match_against_bots_can_be_paused_and_restarted(
    children: list[LocalServer],
) -> None:
    child = start(children, SERVER, LocalServerOptions())
    connection = ServerConnection(Settings(name="Ada"), None, child, True)
    control = child.control

    def poll(now: float) -> None:
        connection.poll(now)
        connection.session.view(now)

    until(lambda: tick_of(connection) > 20, poll)
    control.pause(True)
    until(lambda: control.is_paused, poll)
    stood, since = tick_of(connection), time.monotonic()
    until(lambda: time.monotonic() - since > 1.5, poll)
    assert tick_of(connection) == stood
    assert status_of(connection, time.monotonic()) is None
    before = connection.session.announcement
    control.restart()
    control.pause(False)
    until(lambda: connection.session.announcement is not before and tick_of(connection) > 5, poll)
    assert (connection.problem, connection.session.room.lobby is not None) == ("", True)
    connection.close()


def tick_of(connection: ServerConnection) -> int:
    played = connection.session.client_round
    return played.server_snapshot.tick if played and played.server_snapshot else 0


def test_a_password_is_in_no_command_line_and_variables_for_other_servers_are_removed() -> None:
    locked = LocalServerOptions(password="fuse")
    assert "fuse" not in " ".join(command_line_of(locked)) + repr(locked)
    ours = {"PATH": "/bin", "PETARD_PORT": "9", "PETARD_PASSWORD": "other"}
    assert variables_of(locked, ours) == {"PATH": "/bin", "PETARD_PASSWORD": "fuse"}
    open_to_all = LocalServerOptions()
    assert command_line_of(open_to_all)[command_line_of(open_to_all).index("--config") + 1] == "off"
    assert "PETARD_CONFIG" not in variables_of(open_to_all, ours)


def test_the_real_server_admits_its_owner_and_asks_others_for_the_password(children: list[LocalServer]) -> None:
    child = start(children, SERVER, LocalServerOptions(bots=0, password=" fuse "))
    until(lambda: child.port or child.problem, child.poll)
    assert child.port, child.problem
    owner = ServerConnection(Settings(name="Ada"), None, child, False, password=child.options.password)
    other = ServerConnection(Settings(name="Eve"), Address("127.0.0.1", child.port), None, False)
    connections = owner, other

    def poll(now: float) -> None:
        for connection in connections:
            connection.poll(now)

    until(lambda: owner.is_admitted and other.problem, poll)
    assert (owner.problem, other.session.link.login.wants_password) == ("", True)
    assert (owner.session.link.login.has_proved, other.session.link.login.has_proved) == (True, False)
    for connection in connections:
        connection.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there, terminate is a kill already")
def test_a_child_that_ignores_the_end_of_stdin_is_killed(children: list[LocalServer]) -> None:
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    child = start(children, script(stubborn + READY + "signal.pause() or signal.pause()"))
    until(lambda: child.port, child.poll)
    assert child.child is not None
    process = child.child.process
    begun = time.monotonic()
    child.end()
    assert process.wait(WAIT) == -9
    assert time.monotonic() - begun >= 2 * GRACE


def test_a_server_that_cannot_start_is_reported_with_its_last_line(children: list[LocalServer]) -> None:
    child = start(children, script("import sys; sys.exit('first line\\nno such map: atlantis\\n\\n')"))
    assert problem_of(child) == "The server could not start: no such map: atlantis"
    assert child.port is None


def test_a_server_that_ends_later_is_noticed(children: list[LocalServer]) -> None:
    child = start(children, script(READY + "sys.exit(0)"))
    assert problem_of(child) in ("The server has ended.", "The server could not start.")


def test_a_server_that_crashes_is_started_again_on_its_port_to_go_on_with_its_match(
    children: list[LocalServer], tmp_path: Path
) -> None:
    """Also one in which a person plays on in a recording: it does not begin there again."""
    runs = tmp_path / "runs"
    note = f"from pathlib import Path; runs = Path({str(runs)!r}); again = runs.exists(); "
    note += "runs.open('a').write(' '.join(sys.argv[1:]) + chr(10)); again or sys.exit(3); sys.stdin.read()"
    scene = PlayFromReplay(str(tmp_path / "a.petard"), 60, 1, False)
    child = start(children, script(READY + note), LocalServerOptions(scene=scene))
    until(lambda: runs.exists() and len(runs.read_text().splitlines()) == 2, child.poll)
    assert (child.port, child.problem) == (4711, "")
    first, again = runs.read_text().splitlines()
    assert "--resume off --port 0" in first
    assert "--take-over" in first
    assert "--resume auto --port 4711" in again
    assert "--take-over" not in again


def test_a_server_that_crashes_again_and_again_is_given_up_after_growing_pauses(children: list[LocalServer]) -> None:
    child, now, pauses = start(children, script(READY + "sys.exit(1)")), time.monotonic(), list[float]()
    while not child.problem:
        until(lambda: child.child is None or child.problem, lambda _: child.poll(now))
        if child.problem:
            break
        pauses.append(0.0)
        while child.child is None:
            assert child.problem == ""
            pauses[-1] += 0.25
            child.poll(now := now + 0.25)
    assert pauses == list(RESTART_PAUSES)
    assert child.problem == "The server has crashed 5 times."
    child.poll(now + 3600)
    assert child.child is None


def test_a_crash_after_a_minute_counts_as_the_first() -> None:
    plan = RestartPlan(0.0)
    now = 0.0
    for _ in range(3 * len(RESTART_PAUSES)):
        plan.start(now)
        now += STEADY
        assert plan.crash(now)
        assert plan.due_at == now + RESTART_PAUSES[0]


def test_a_server_that_was_ended_during_a_pause_is_not_started_again(children: list[LocalServer]) -> None:
    child = start(children, script(READY + "sys.exit(1)"))
    until(lambda: child.child is None, child.poll)
    child.end()
    child.poll(time.monotonic() + 10)
    assert child.child is None


def test_a_server_that_never_gets_ready_is_ended(children: list[LocalServer]) -> None:
    now = time.monotonic()
    child = start(children, script("import sys; sys.stdin.read()"))
    child.poll(now + STARTUP_MOST - 1)
    assert child.problem == ""
    child.poll(now + STARTUP_MOST + 1)
    assert child.problem == "The server takes too long to start."


def test_a_missing_program_is_one_sentence(children: list[LocalServer]) -> None:
    child = start(children, (str(Path(__file__).with_name("no-such-program")),))
    assert child.problem.startswith("The server could not be started (")
    assert child.poll(0.0) is None


def test_a_server_that_prints_too_much_neither_blocks_nor_fills_memory(children: list[LocalServer]) -> None:
    flood = "import sys; print('x' * 3_000_000); [print('line', n, file=sys.stderr) for n in range(20_000)]; "
    child = start(children, script(flood + READY + "sys.stdin.read()"))
    assert child.child is not None
    log = child.child.log
    until(lambda: child.port and len(log) == LOG_LINES and log[-1] == "line 19999", child.poll)


def test_options_become_arguments_of_the_command_line() -> None:
    alone = command_line_of(LocalServerOptions(bots=5, map="arena", rules="classic-course", rounds=1, skill=2, away=1))
    assert " ".join(alone) == (
        "--ready json --parent-stdin --config off --console off --resume off --port 0 --host 127.0.0.1 --discovery off "
        "--results off --web off --bots 5 --rounds 1 --skill 2 --away statue --map arena --rules classic-course"
    )
    friends = command_line_of(LocalServerOptions(for_friends=True))
    assert "--host" not in friends
    assert friends[friends.index("--port") + 1] == "7777"


def joined(port: int) -> TcpTransport:
    line = TcpTransport("127.0.0.1", port, time.monotonic())
    until(lambda: line.state in (TransportState.OPEN, TransportState.CLOSED), line.poll)
    assert line.state is TransportState.OPEN, line.problem
    return line


def test_the_real_server_starts_can_be_joined_and_ends(children: list[LocalServer]) -> None:
    child = start(children, SERVER)
    until(lambda: child.port or child.problem, child.poll)
    assert child.port is not None, child.problem
    line = joined(child.port)
    assert child.child is not None
    process = child.child.process
    child.end()
    assert process.wait(WAIT) == 0
    until(lambda: line.state is TransportState.CLOSED, line.poll)


@pytest.mark.parametrize(
    "name", ["server.py", "petard.py", "petard/__init__.py", "petard/server/__main__.py", "json.py"]
)
def test_a_module_in_the_working_directory_is_not_imported(
    name: str, children: list[LocalServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("raise SystemExit('somebody else\\'s homework')")
    monkeypatch.chdir(tmp_path)
    child = start(children, SERVER)
    until(lambda: child.port or child.problem, child.poll)
    assert child.port is not None, child.problem


def test_the_server_ends_when_the_game_is_killed() -> None:
    """The parent is a process of its own, so that it can die without a word."""
    game = (
        "import time; from petard.game.flow.local_server import LocalServer, LocalServerOptions\n"
        "child = LocalServer(LocalServerOptions(bots=0), time.monotonic())\n"
        "while child.poll(time.monotonic()) is None: assert not child.problem, child.problem\n"
        "print(child.port, flush=True); input()\n"
    )
    with subprocess.Popen(script(game), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        told = parent.stdout.readline()
        line = joined(json.loads(told))
        parent.kill()
        until(lambda: line.state is TransportState.CLOSED, line.poll)
    assert line.problem != ""
    again = TcpTransport("127.0.0.1", json.loads(told), time.monotonic())
    until(lambda: again.state is TransportState.CLOSED, again.poll)
    assert again.problem.startswith("Nobody answers")


def test_a_hosted_room_has_the_name_of_its_host_and_respects_switched_off_discovery_and_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = command_line_of(hosted_server(Settings(name="Ada")))
    assert words[words.index("--name") + 1] == "Ada's game"
    assert words[words.index("--discovery") + 1] == "off", "tests/conftest.py has asked for that"
    assert words[words.index("--web") + 1] == "off", "the same file"
    monkeypatch.delenv("PETARD_DISCOVERY")
    monkeypatch.delenv("PETARD_WEB")
    words = command_line_of(hosted_server(Settings(name="Ada")))
    assert words[words.index("--discovery") + 1] == "on"
    assert "--web" not in words
