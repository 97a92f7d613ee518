"""The command `tcpcut`, as a person runs it: a real server, a real proxy, real exit codes."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tcpcut import Capture, Event, Recorder, TcpcutError, check, explain, to_test
from tcpcut.__main__ import main
from tcpcut.delivery import Delivery
from tcpcut.targets import Server
from tests.cutting import PROJECT, right_servers, wrong_servers
from tests.cutting.right_servers import exactly, framed

FOREIGN = """
import socket, sys

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    sock = listener.accept()[0]
    while data := sock.recv(4096):
        for line in data.decode("utf-8", "replace").splitlines():
            sock.sendall(f"<{line}>\\n".encode())
"""
GOOD = FOREIGN.replace("while data := sock.recv(4096):", "for data in sock.makefile('rb'):")
forks = pytest.mark.skipif(sys.platform == "win32", reason="a function as a server needs fork")


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    """A recorded session, and the two servers beside it."""
    (tmp_path / "foreign.py").write_text(FOREIGN)
    (tmp_path / "good.py").write_text(GOOD)
    file = tmp_path / "session.cut"
    file.write_text('tcpcut 1\n1 open\n1 > "hello\\n"\n1 < "<hello>\\n"\n1 > "bye\\n"\n1 < "<bye>\\n"\n')
    return file


@pytest.fixture
def brief(capture: Path) -> Path:
    """A session of one line instead, where the one with the mistake is shrunk."""
    capture.write_text('tcpcut 1\n1 open\n1 > "ab\\n"\n1 < "<ab>\\n"\n')
    return capture


def command_of(capture: Path, name: str) -> str:
    return f"'{sys.executable}' '{capture.parent / name}' {{port}}"


def test_shrink_prints_a_capture_with_which_check_finds_the_same_mistake(
    brief: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ["--framing", "lines", "--ways", "bytes", "--cmd", command_of(brief, "foreign.py")]
    assert main(["shrink", str(brief), *words]) == 1
    small = tmp_path / "small.cut"
    small.write_text(capsys.readouterr().out)
    assert len(Capture.of(small).events) == 3, "it connects, and sends one line in two pieces"
    words[3] = "recorded"
    assert main(["check", str(small), *words]) == 1
    said = capsys.readouterr().out
    assert "The server answers differently in the way 'recorded' (in the pieces of the capture):" in said
    assert "  connection 1, client: " in said, "how small it gets in five seconds depends on the machine"
    assert main(["to-test", str(small), *words]) == 0


def test_check_says_that_a_right_server_answers_alike(brief: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--framing", "lines", "--ways", "glued bytes", "--cmd", command_of(brief, "good.py")]
    assert main(["check", str(brief), *words, "--reuse"]) == 0
    assert "all runs are answered alike (" in capsys.readouterr().out


def test_show_draws_pieces_and_frames_of_both_ends(capture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(capture), "--framing", "lines"]) == 0
    assert capsys.readouterr().out.split("\n")[:3] == [
        "connection 1, client: 10 bytes, 2 frames, 2 pieces",
        "  0000  68 65 6c 6c 6f 0a|62 79 65 0a|                    hello.bye.",
        "        [-----------------[----------",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["show", "none.cut"], "tcpcut: cannot read none.cut: No such file or directory"),
        (["check", "{file}", "--cmd", "true"], "tcpcut: the command needs the word {port}"),
        (["check", "{file}", "--cmd", "/no/such/program {port}"], "tcpcut: cannot start /no/such/program"),
        (["check", "{file}", "--to", "127.0.0.1:1"], "tcpcut: cannot connect to 127.0.0.1 port 1"),
        (["check", "{file}", "--to", "127.0.0.1:1", "--framing", "u8"], "tcpcut: no framing 'u8'"),
        (["check", "{file}", "--to", "127.0.0.1:1", "--keep", "os:nothing"], "tcpcut: there is no os:nothing"),
        (["check", "{file}", "--to", "127.0.0.1:1", "--ways", "sideways"], "tcpcut: no way to cut 'sideways'"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_status_two(
    words: list[str], sentence: str, capture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word.replace("{file}", str(capture)) for word in words]) == 2
    said = capsys.readouterr().err
    assert said.startswith(sentence)
    assert said.count("\n") == 1


def test_a_command_that_ends_at_once_is_refused_with_what_it_wrote(tmp_path: Path) -> None:
    program = tmp_path / "dies.py"
    program.write_text("import sys\nsys.exit('no room for {port}')")
    with pytest.raises(TcpcutError, match=r"ended with status 1\. no room for \{port\}"):
        check([b"a"], [sys.executable, str(program), "{port}"])


@forks
def test_a_server_is_ended_with_the_processes_that_it_started(tmp_path: Path) -> None:
    program = tmp_path / "parent.py"
    program.write_text(
        "import subprocess, sys\n"
        f"child = subprocess.Popen([sys.executable, {str(tmp_path / 'child.py')!r}, sys.argv[1]])\n"
        "child.wait()\n"
    )
    (tmp_path / "child.py").write_text(f"import os\nprint(os.getpid(), flush=True)\n{GOOD}")
    delivery = Delivery()
    server = Server([sys.executable, str(program), "{port}"], delivery)
    child = int(server.output())
    server.close()
    delivery.close()
    until(lambda: ended(child))


@forks
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_server_of_a_check(number: signal.Signals, capture: Path, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    program = tmp_path / "silent.py"
    note = f"import os, pathlib\npathlib.Path({str(file)!r}).write_text(str(os.getpid()))\n"
    program.write_text(FOREIGN.replace("sock.sendall", "str").strip() + "\n")
    program.write_text(program.read_text().replace("import socket, sys\n", f"import socket, sys\n{note}"))
    words = [sys.executable, "-m", "tcpcut", "check", str(capture), "--cmd", command_of(capture, "silent.py")]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(words, env=environment) as command:
        until(lambda: file.exists() and file.read_text() != "")
        command.send_signal(number)
        assert command.wait(20) == 128 + number
    until(lambda: ended(int(file.read_text())))


def ended(pid: int) -> bool:
    """True when a process has ended: it is gone, or a zombie that its new parent has not collected yet."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] in ("Z", "X")


def until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for something that another thread does."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline


# --- the recorder ----------------------------------------------------------------------------------------------------


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    """The address of an echo server."""
    delivery = Delivery()
    server = Server(right_servers.echo, delivery)
    yield server.address
    server.close()
    delivery.close()


@forks
def test_a_recorder_writes_each_piece_as_it_comes(echo: tuple[str, int], tmp_path: Path) -> None:
    file = tmp_path / "echo.cut"
    with Recorder(echo, file) as recorder, socket.create_connection(recorder.address, 5) as client:
        client.sendall(framed(b"a")[:3])
        until(lambda: '1 > "' in file.read_text())
        client.sendall(framed(b"a")[3:])
        assert exactly(client, 14) == framed(b"you said a")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1) == b"", "the end of the client is passed on, and that of the server comes back"
        assert Capture.of(file) == Capture(tuple(recorder.events)), "it is on the disk while the recorder runs"
    assert recorder.events == [
        Event(1, "open"),
        Event(1, ">", framed(b"a")[:3]),
        Event(1, ">", framed(b"a")[3:]),
        Event(1, "<", framed(b"you said a")),
        Event(1, "end>"),
        Event(1, "end<"),
    ]
    assert check(file, right_servers.echo, framing="u32", ways="recorded glued").failure is None


@forks
def test_a_recorder_tells_a_client_that_the_server_is_gone(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = nobody.getsockname()
    with Recorder(address, tmp_path / "none.cut") as recorder:
        for _ in range(2):  # and it goes on
            with pytest.raises(ConnectionResetError), socket.create_connection(recorder.address, 5) as client:
                client.recv(1)
        assert [event.kind for event in recorder.events] == ["open", "reset<"] * 2


@forks
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_record_ends_with_a_signal_and_leaves_a_capture(
    number: signal.Signals, echo: tuple[str, int], tmp_path: Path
) -> None:
    words = [sys.executable, "-m", "tcpcut", "record", f"127.0.0.1:{echo[1]}", "-o", "a.cut"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(words, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        port = re.search(r"port (\d+)", command.stdout.readline())
        assert port
        with socket.create_connection(("127.0.0.1", int(port[1])), 5) as client:
            client.sendall(framed(b"a"))
            assert exactly(client, 14) == framed(b"you said a")
        command.send_signal(number)
        assert command.wait(20) == 0
    assert Event(1, "<", framed(b"you said a")) in Capture.of(tmp_path / "a.cut").events


def test_what_is_printed_to_play_a_failure_again_is_a_test_that_names_its_functions() -> None:
    capture = Capture.of([b"hello\n"])
    test = to_test(capture, right_servers.echo, {"framing": paragraphs, "ways": "recorded", "seeds": 2})
    assert test.split('"""')[2].strip() == ", echo, framing=paragraphs, ways='recorded', seeds=2)"
    assert Capture.from_text(test.split('"""')[1]) == capture


@forks
def test_a_server_that_is_compared_with_another_one_is_described_like_any_other() -> None:
    right, wrong = right_servers.lines, wrong_servers.too_many_line_ends
    report = check([b"a\x0b\n"], wrong, framing="lines", ways="whole", against=right, shrink_seconds=0)
    said = explain(report)
    assert "The server answers differently in the way 'whole' (each frame in one piece, a second time):" in said
    assert r"answer 1, expected: b'<a\x0b>\n'" in said


def paragraphs(stream: bytes) -> tuple[list[bytes], bytes]:
    return [stream], b""
