"""Each lab shows its symptom, and its page says what the lab says."""

import re
import subprocess
import sys

import pytest

from petard.game.devtools.child_server import CannotRun
from petard.game.devtools.lab import line_labs, stream_labs, waiting_labs
from petard.game.devtools.lab.command import LABS, main
from petard.game.devtools.lab.experiment import OWN_PROGRAM, REAL_SERVER
from tests.tools.labs import FOLDER, PRINTED, index, page_of
from tests.tools.links import ROOT


def run(name: str) -> tuple[list[str], str]:
    """Run a lab here; return its lines and its sentence."""
    lines: list[str] = []
    return lines, LABS[name].run(lines.append)


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)]


@pytest.mark.parametrize("name", LABS)
def test_a_lab_has_a_page_with_its_own_words_and_its_output(name: str) -> None:
    page = (FOLDER / f"{name}.md").read_text("utf-8")
    printed = PRINTED.search(page)
    assert printed, name
    assert page_of(LABS[name], printed[1]) == page, f"run: python -m tests.tools.labs {name}"


def test_the_page_of_all_labs_names_each() -> None:
    assert (FOLDER / "README.md").read_text("utf-8") == index(), "run: python -m tests.tools.labs"


@pytest.mark.parametrize("name", LABS)
def test_a_lab_names_a_file_of_ours_and_a_page_of_the_tutorial(name: str) -> None:
    assert (ROOT / LABS[name].right).is_file()
    assert (ROOT / "docs" / "tutorial" / f"{LABS[name].stage}.md").is_file()


@pytest.mark.parametrize("name", LABS)
def test_a_lab_says_whether_it_uses_the_real_server(name: str) -> None:
    run = line_labs.pull_cable if name == "cable" else LABS[name].run
    is_real = "ChildServer" in run.__code__.co_names
    assert LABS[name].note.startswith(REAL_SERVER if is_real else OWN_PROGRAM)


def test_all_labs_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == main(["--list"]) == 0
    printed = capsys.readouterr().out
    assert [name for name in LABS if printed.count(f"{name:<10} ") != 2] == []


def test_one_recv_loses_the_connection_at_its_first_read() -> None:
    lines, sentence = run("one-recv")
    assert "something follows it" in lines[1]
    assert sentence.startswith("Byte ")


@pytest.mark.long
def test_no_buffer_plays_with_large_reads_and_is_lost_with_small_ones() -> None:
    lines, _ = run("no-buffer")
    assert "tick" in lines[1]
    assert "never let in" in lines[3]


@pytest.mark.long
def test_ack_lets_only_one_message_through_for_each_round_trip() -> None:
    lines, _ = run("ack")
    assert numbers(lines[-1])[1] < 11


@pytest.mark.long
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the 40 ms of a delayed acknowledgement are Linux's")
def test_nagle_makes_a_ping_slower_by_the_delayed_acknowledgement() -> None:
    lines, _ = run("nagle")
    one_send, _, two_sends = (numbers(line)[-2] for line in lines)
    assert two_sends > one_send + 20


@pytest.mark.long
def test_freeze_stands_still_in_the_lobby_and_not_in_a_match() -> None:
    lobby, match = (numbers(line)[0] for line in run("freeze")[0])
    assert lobby < 5 < match


@pytest.mark.long
def test_stuck_stands_still_only_with_a_server_that_waits() -> None:
    waits, petard = (numbers(line)[1] for line in run("stuck")[0])
    assert waits > 2 * petard


def test_ghost_floods_the_chat_with_empty_lines() -> None:
    assert numbers(run("ghost")[0][0])[1] > 100


@pytest.mark.long
def test_race_loses_words_without_a_lock_and_none_with_one() -> None:
    wrong, right = (numbers(line)[1:] for line in run("race")[0])
    assert max(wrong) > 0 == max(right)


@pytest.mark.long
def test_udp_jumps_back_unless_only_newer_positions_count() -> None:
    _, bad, newest_only = (numbers(line)[-1] for line in run("udp")[0])
    assert bad > 0 == newest_only


@pytest.mark.netns
@pytest.mark.long
def test_cable_is_noticed_by_a_time_out_only() -> None:
    lines, _ = run("cable")
    assert "after" in lines[0]
    assert "not in" in lines[1]


def test_cable_pulls_no_cable_of_this_computer() -> None:
    with pytest.raises(CannotRun, match="not a network of its own"):
        line_labs.pull_cable(lambda line: None)


def test_a_lab_needs_no_pygame_and_an_unknown_one_is_one_sentence() -> None:
    code = (
        "import sys; sys.modules['pygame'] = None; import petard.game.__main__ as program; program.main(sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, "lab", "nothing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith("petard: Argument NAME: invalid choice: 'nothing' (choose from ")
    assert done.stderr.count("\n") == 1


def test_each_module_of_labs_is_in_the_command() -> None:
    assert len(LABS) == len(stream_labs.LABS) + len(waiting_labs.LABS) + len(line_labs.LABS) == 10
