"""`petard conform` with servers: right ones pass; a wrong one fails the case of its mistake, and no other."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from petard.game.devtools.conform.case import CheckedServer
from petard.game.devtools.conform.command import SERVER_LEVELS, main
from petard.game.devtools.conform.report import SHOWN_LINES
from tests.game.devtools.relays import MISTAKES, Relay, running
from tests.sampled import sampled
from tests.server.server_process import ServerProcess
from tests.tools.links import ROOT

# Groups of which each case is short. The others wait, as what they look at takes seconds.
SHORT = (
    "login/",
    "rejoin/",
    "order/",
    "framing/glued",
    "framing/cut",
    "encoding/",
    "text/",
    "hostile/",
    "round/deltas_fit",
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a real server."""
    with ServerProcess() as process:
        yield f"127.0.0.1:{process.port}"


def failures(printed: str) -> list[str]:
    return re.findall(r"^FAIL  (\S+)$", printed, re.MULTILINE)


@pytest.mark.parametrize("part", SHORT)
def test_petards_server_keeps_to_the_protocol(server: str, part: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = main([server, "--only", part])
    assert (failures(capsys.readouterr().out), status) == ([], 0)


@pytest.mark.long
def test_petards_server_passes_all_cases(server: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = main([server])
    assert (failures(capsys.readouterr().out), status) == ([], 0)


@pytest.mark.parametrize("level", SERVER_LEVELS)
def test_a_level_has_as_many_cases_as_its_page_says_each_with_a_name_of_its_own(level: str) -> None:
    names = [case.name for case in SERVER_LEVELS[level]]
    assert len(names) == len(set(names)) >= {"starter": 15, "full": 75}[level]


@pytest.mark.parametrize("level", SERVER_LEVELS)
def test_each_case_names_a_section_of_the_document(level: str) -> None:
    page = ROOT / ("docs/conform.md" if level == "starter" else "PROTOCOL.md")
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    assert {case.section for case in SERVER_LEVELS[level]} <= set(headings)


def test_a_right_relay_passes_the_starter_level(capsys: pytest.CaptureFixture[str]) -> None:
    with running(Relay) as address:
        status = main([address, "--level", "starter"])
    assert (failures(capsys.readouterr().out), status) == ([], 0)


@pytest.mark.parametrize(
    ("kind", "case"), sampled(MISTAKES.items(), 6), ids=lambda value: getattr(value, "__name__", None)
)
def test_a_mistake_is_found_by_its_case(kind: type[Relay], case: str, capsys: pytest.CaptureFixture[str]) -> None:
    with running(kind) as address:
        status = main([address, "--level", "starter", "--only", case])
    printed = capsys.readouterr().out
    assert (failures(printed), status) == ([case], 1)
    lines = printed.splitlines()
    assert "(docs/conform.md#" in lines[1]
    assert lines[2].endswith(".")
    assert len(lines) <= 3 + SHOWN_LINES + 2


@pytest.mark.long
@pytest.mark.parametrize(("kind", "case"), MISTAKES.items(), ids=lambda value: getattr(value, "__name__", None))
def test_a_mistake_is_found_by_no_other_case(kind: type[Relay], case: str, capsys: pytest.CaptureFixture[str]) -> None:
    with running(kind) as address:
        main([address, "--level", "starter"])
    assert failures(capsys.readouterr().out) == [case]


def test_the_results_are_junit_xml_for_a_grader(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "results.xml"
    with running(next(iter(MISTAKES))) as address:
        main([address, "--level", "starter", "--only", "relay", "--junit", str(file)])
    suite = ElementTree.parse(file).getroot()
    assert suite.attrib == {"name": "petard conform starter", "tests": "2", "failures": "1"}
    failed = suite.find("testcase/failure")
    assert failed is not None
    assert failed.attrib["message"].startswith("client ")
    assert "client 1 <- " in (failed.text or "")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "petard: Either HOST[:PORT] of a server is needed, or --client COMMAND."),
        (("127.0.0.1:1",), "petard conform: No server answers at 127.0.0.1:1 ("),
        (("127.0.0.1:1", "--only", "zz"), "petard conform: No case of this level has 'zz' in its name."),
        (("127.0.0.1:99999",), "petard conform: 99999 is no port. A port is a number from 1 to 65535."),
        (("127.0.0.1:1", "--junit", ""), "petard conform: the name of a file is missing"),
        (("127.0.0.1:1", "--junit", "."), "petard conform: . cannot be written: it is a folder, not a regular file"),
        (("--client", "/nowhere/bot"), "petard conform: There is no program '/nowhere/bot' to start."),
        (("--client", ""), "petard conform: There is no program '' to start."),
        (("--client", "'bot"), 'petard conform: "\'bot" is no command as in a shell: No closing quotation.'),
    ],
)
def test_what_cannot_be_checked_is_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "petard.game", "conform", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


def test_a_server_with_a_password_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with ServerProcess("--password", "secret") as process:
        assert main([f"127.0.0.1:{process.port}"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        "petard conform: The server asks for a password. To check it, start it without one.\n",
    )


def test_a_room_that_is_not_empty_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "petard conform: Somebody is in the room of the server. To check it, start it anew.\n"
    with ServerProcess(host="::1") as process, CheckedServer(("::1", process.port)) as somebody:
        for players in (0, 1):  # a spectator, and then a player as well
            somebody.join(players=players)
            assert main([f"[::1]:{process.port}"]) == 2
            said = capsys.readouterr()
            assert (said.out, said.err) == ("", sentence)


def test_checking_needs_no_pygame() -> None:
    code = (
        "import sys; sys.modules['pygame'] = None; import petard.game.__main__ as program; program.main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, "conform", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert "--client COMMAND" in done.stdout
