"""`petard-server list` and `ping`: what they print and how they end, against a real server on this machine."""

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from ipaddress import ip_interface

import pytest

from petard.server.__main__ import main as server_main
from petard.server.cli.list import main as listed
from petard.server.cli.list import nothing_found, server_table
from petard.server.cli.ping import PingStats, clock_offset
from petard.server.cli.ping import main as ping
from petard.server.config.config import SUBCOMMANDS
from petard.shared.discovery.network import Interface
from petard.shared.protocol.beacon import FoundServer
from petard.shared.protocol.messages import Phase
from tests.server.beacons import free_port
from tests.server.server_process import ServerProcess

DEN = FoundServer(
    "07", "Den", "classic", "duel", Phase.PLAYING, 2, 4, 1, True, "0.2", 1, "10.0.0.5", 7778, 13, "needs Petard 0.3"
)
FIGURES = ("round trip min/median/max = ", "clock offset = ")


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, int]]:
    """The port of a server, and the one where it is found."""
    port = free_port()
    with ServerProcess("--discovery", "on", "--discovery-port", str(port), "--name", "Rosie's den") as server:
        yield server.port, port


def test_the_table_has_a_line_for_each_server() -> None:
    wide = replace(DEN, name="暗い部屋", watchers=0, locked=False, host="fe80::1%eth0", port=7777, ping=None, reason="")
    later = replace(DEN, name="Attic", phase=5)  # of a later version
    lines = server_table([DEN, wide, later]).splitlines()
    assert lines == [
        "NAME      ADDRESS        PLAYERS  MAP      RULES  NOW       PING",
        "Den       10.0.0.5:7778  2/4 +1   classic  duel   playing  13 ms  password, needs Petard 0.3",
        "暗い部屋  fe80::1%eth0   2/4      classic  duel   playing      -",
        "Attic     10.0.0.5:7778  2/4 +1   classic  duel   unknown  13 ms  password, needs Petard 0.3",
    ]


def test_without_a_server_the_networks_and_a_hint_are_printed() -> None:
    interface = Interface("eth0", 2, (ip_interface("192.168.1.7/24"),), ())  # type: ignore[arg-type]
    text = nothing_found([interface], False)
    assert "No server answers on eth0 (192.168.1.0/24). If one is running, `petard doctor" in text
    assert "on no network" in nothing_found([], False)
    assert "on this computer (with discovery off, none does)." in nothing_found([interface], True)


def test_list_finds_a_server_on_this_computer_and_prints_json_too(
    server: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--here", "--wait", "0.5", "--discovery-port", str(server[1])]
    assert listed([*words, "--json"]) == 0
    found = {row["port"]: row for row in json.loads(capsys.readouterr().out)}
    assert found[server[0]]["name"] == "Rosie's den"
    assert (found[server[0]]["phase"], found[server[0]]["host"]) == ("lobby", "127.0.0.1")
    assert listed(words) == 0
    assert f"Rosie's den  127.0.0.1:{server[0]}  0/8" in capsys.readouterr().out


class Terminal(io.StringIO):
    """A terminal of 30 columns: what it was sent, and what stands on it in the end."""

    def isatty(self) -> bool:
        """It is one."""
        return True

    def lines(self) -> list[str]:
        """What stands there."""
        lines: list[str] = []
        for part in re.split(r"(\x1b\[\d+A\x1b\[J)", self.getvalue()):
            if part.startswith("\x1b"):
                del lines[-int(part[2:-4]) :]
            else:
                lines += part.splitlines()
        return lines


def test_on_a_terminal_the_table_is_redrawn_in_place(server: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("COLUMNS", "30")
    assert listed(["--here", "--wait", "0.6", "--discovery-port", str(server[1])]) == 0
    assert terminal.getvalue().count("NAME") > 1
    heads, *rows = terminal.lines()
    assert heads.startswith("NAME")
    assert sum(f":{server[0]} " in row for row in rows) == 1, "other tests may have a server at a port near by"
    assert not any(row.startswith("NAME") for row in rows)
    first = terminal.getvalue().partition("\x1b")[0].splitlines()
    assert max(map(len, first)) == 30


class Narrowed(Terminal):
    """One that is made narrower as soon as something stands on it."""

    def write(self, text: str) -> int:
        """Write, and be 20 columns wide from then on."""
        os.environ["COLUMNS"] = "20"
        return super().write(text)


def test_on_a_terminal_that_is_made_narrower_no_row_of_the_last_table_is_left(
    server: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Narrowed()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("COLUMNS", "30")
    assert listed(["--here", "--wait", "0.2", "--discovery-port", str(server[1])]) == 0
    first, up, _ = re.split(r"\x1b\[(\d+)A", terminal.getvalue(), maxsplit=1)
    assert [len(line) for line in first.splitlines()] == [30] * len(first.splitlines())
    assert int(up) == 2 * len(first.splitlines())


def test_list_says_that_there_is_no_server_and_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(["--here", "--wait", "0.01", "--discovery-port", "1"]) == 0
    out = capsys.readouterr().out
    assert out == "No server answers on this computer (with discovery off, none does). `petard-server` starts one.\n"


def test_list_names_unknown_hosts_in_its_last_line(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["127.0.0.1", "a..b", "--here", "--wait", "0.2", "--discovery-port", "1"]
    assert listed(words) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "No address was found for 'a..b'."
    assert listed([*words, "--json"]) == 0
    printed = capsys.readouterr()
    assert (json.loads(printed.out), printed.err) == ([], "No address was found for 'a..b'.\n")


def test_list_prints_nothing_about_known_hosts(capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(["localhost", "--here", "--wait", "0.5", "--discovery-port", "1"]) == 0
    assert "address" not in capsys.readouterr().out


@pytest.mark.parametrize("way", [[], ["--udp"]])
def test_ping_prints_each_answer_and_a_summary(
    server: tuple[int, int], way: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    words = [f"127.0.0.1:{server[0]}", *way, "-c", "3", "-i", "0.1", "--discovery-port", str(server[1])]
    assert ping(words) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"PING 127.0.0.1:{server[0]} (127.0.0.1) by {'UDP' if way else 'TCP'} port ")
    assert [line.partition(" time=")[0] for line in lines[1:4]] == ["seq=1", "seq=2", "seq=3"]
    assert "3 sent, 3 answered, 0% lost" in lines[6]
    assert [line.startswith(figure) for line, figure in zip(lines[7:], FIGURES, strict=True)] == [True, True]
    ahead, _, error = lines[8].removeprefix("clock offset = ").partition(" ms ± ")
    assert abs(float(ahead)) <= float(error.partition(" ")[0]) + 1.0


def test_ping_connects_again_before_the_server_closes_the_connection(
    server: tuple[int, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("petard.server.cli.ping.CONNECTION_MOST", 0.15)
    connections = []
    connect = socket.socket.connect

    def counted(sock: socket.socket, address: tuple[str, int]) -> None:
        connections.append(address)
        connect(sock, address)

    monkeypatch.setattr(socket.socket, "connect", counted)
    assert ping([f"127.0.0.1:{server[0]}", "-c", "4", "-i", "0.1", "--discovery-port", str(server[1])]) == 0
    assert "4 sent, 4 answered, 0% lost" in capsys.readouterr().out
    assert len(connections) > 1


def test_pings_without_an_answer_count_as_lost(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("petard.server.cli.ping.WITHIN", 0.1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and nobody listens
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        for way in ([], ["--udp", "--discovery-port", "1"]):
            assert ping([place, *way, "-c", "2", "-i", "0.1"]) == 1
            out = capsys.readouterr().out
            assert "2 sent, 0 answered, 100% lost" in out
            assert "round trip" not in out


@pytest.mark.skipif(sys.platform == "win32", reason="there a Ctrl-C goes to all programs of a console")
def test_ctrl_c_ends_a_ping_with_the_summary(server: tuple[int, int]) -> None:
    command = [
        sys.executable,
        "-m",
        "petard.server",
        "ping",
        f"127.0.0.1:{server[0]}",
        "--discovery-port",
        str(server[1]),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("PING")
        assert process.stdout.readline().startswith("seq=1 time=")
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    assert "1 sent, 1 answered, 0% lost" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["no..where"], "that name is not known: 'no..where'"),
        (["127.0.0.1:x"], "argument HOST[:PORT]: a port is a number from 1 to 65535, not 'x'"),
        (["[::1"], "argument HOST[:PORT]: an IPv6 address with a port is [ADDRESS]:PORT, not '[::1'"),
        ([":7777"], "argument HOST[:PORT]: there is no host in ':7777'"),
        (["::1", "-c", "0"], "argument -c/--count: the count is a number from 1 to 999999999, not '0'"),
        (
            ["::1", "-c", "10000000000"],
            "argument -c/--count: the count is a number from 1 to 999999999, not '10000000000'",
        ),
        (
            ["::1", "--discovery-port", "00000199999"],
            "argument --discovery-port: a port is a number from 1 to 65535, not '00000199999'",
        ),
        (["::1", "-i", "0"], "argument -i/--every: the pause is 0.1 to 3600 seconds, not '0'"),
    ],
)
def test_wrong_arguments_are_reported_in_one_sentence(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with ExitStack() as stack:
        stack.enter_context(pytest.raises(SystemExit, match="2"))
        sys.exit(ping(words))
    assert capsys.readouterr().err == f"petard-server: {sentence}\n"


def test_the_clock_offset_of_the_quickest_answer_counts() -> None:
    slow, quick = clock_offset(0, 100, 1080, 0), clock_offset(200, 204, 1202, 0)
    assert "clock offset = +1000.0 ms ± 2.5 ms" in PingStats(2, [100, 4], [slow, quick]).summary("den", 1.0)


@pytest.mark.parametrize("word", SUBCOMMANDS)
def test_each_subcommand_has_a_help_of_its_own(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with ExitStack() as stack:
        if word != "replay":  # which parses by itself
            stack.enter_context(pytest.raises(SystemExit, match="0"))
        assert server_main([word, "--help"]) == 0
    assert f"usage: petard-server {word}" in capsys.readouterr().out
