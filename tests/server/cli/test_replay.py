"""`petard-server replay`: what each verb answers, and that no mistake is more than a sentence."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from petard.server.__main__ import main as server
from petard.server.cli.replay import VERBS, main
from petard.server.cli.replay_verify import ONE_PROCESS_MOST, split_demo, verify_files
from petard.shared.demo.dump import parse_moment
from petard.shared.demo.reader import read_demo
from petard.shared.demo.trim import trim
from petard.shared.rules.digest import digest
from tests.server.recorded_ends import NAME, RecordedEnds
from tests.shared.demo.matches import record


@cache
def data() -> bytes:
    """A round of four bots."""
    return record(ticks=1500)


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """The file of that round."""
    path = tmp_path / "round.petard"
    path.write_bytes(data())
    return path


def test_the_server_runs_replay(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert server(["replay", "info", str(demo)]) == 0
    assert "0:25.00 (1500 ticks), 1 rounds" in capsys.readouterr().out


def test_verify_says_ok(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(demo), str(demo)]) == 0
    out, err = capsys.readouterr()
    assert (out, without_speed(err)) == (f"{demo}: ok, 1500 ticks (0:25.00)\n", "")


def test_verify_says_where_it_differs(
    demo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("petard.shared.demo.verify.digest", lambda world: digest(world) ^ (world.tick == 1234))
    assert main(["verify", str(demo)]) == 1
    out, err = capsys.readouterr()
    assert out.startswith(f"{demo}: differs: round 1, tick 1234 (moment 1234): world, digest: recorded ")
    assert without_speed(err) == ""


def without_speed(err: str) -> str:
    """Errors without the line about the speed, which is there if it took a second."""
    return re.sub(r"^.* of play in .* s, \d+ times real time\n", "", err)


def test_verify_plays_the_readable_part_of_a_damaged_file(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo.write_bytes(data()[:-900])
    assert main(["verify", str(demo), str(demo.parent / "nothing")]) == 2
    out, err = capsys.readouterr()
    assert ": ok, " in out
    assert "The file ends in the middle of a block." in err
    assert "seconds before that can be played." in err
    assert "nothing cannot be read: No such file" in err
    assert len(without_speed(err).splitlines()) == 2


def test_dump_writes_text_and_json(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dump", str(demo)]) == 0
    assert "round 1 begins" in capsys.readouterr().out
    assert main(["dump", "--json", str(demo)]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["record"] == "Header"


def test_trim_writes_a_demo_and_diff_compares_it(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    piece = demo.parent / "piece.petard"
    assert main(["trim", str(demo), "--from", "7s", "--to", "0:20", "-o", str(piece)]) == 0
    assert capsys.readouterr().out.startswith(f"{piece}: 0:15.00 from 0:05.00 on, ")
    assert read_demo(piece.read_bytes()).header.parent == "round.petard"
    assert main(["verify", str(piece)]) == 0
    assert main(["trim", str(demo)]) == 0
    capsys.readouterr()
    assert main(["diff", str(demo), str(demo.parent / "round-trimmed.petard")]) == 1
    assert capsys.readouterr().out == "header, parent: first '', second 'round.petard'\n"
    assert main(["diff", str(demo), str(demo)]) == 0


@pytest.mark.parametrize("verb", ["trim", "to-test"])
def test_no_file_is_overwritten_without_force(verb: str, demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = demo.parent / "diary"
    out.write_text("Dear diary")
    assert main([verb, str(demo), "-o", str(out)]) == 2
    assert capsys.readouterr() == (
        "",
        f"petard-server: {out} cannot be written: it is there already; --force writes over it\n",
    )
    assert out.read_text() == "Dear diary"
    assert main([verb, str(demo), "-o", str(out), "--force"]) == 0
    assert b"diary" not in out.read_bytes()


def test_shrink_checks_the_new_file_before_it_begins(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo.with_name("round-small.petard").touch()
    assert main(["shrink", str(demo)]) == 2
    assert "round-small.petard cannot be written: it is there already; --force" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nonsense"],
        ["verify"],
        ["verify", "."],
        ["info", "no-such-file"],
        ["dump", "--strange", "x"],
        ["trim", "{}", "--from", "later"],
        ["trim", "{}", "--from", "9:00"],
        ["trim", "{}", "-o", "no/such/folder/out"],
        ["diff", "{}"],
        ["diff", "{}", __file__],
    ],
)
def test_a_mistake_is_one_sentence(words: list[str], demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status = main([word.format(demo) for word in words])
    except SystemExit as left:
        status = int(left.code or 0)
    out, err = capsys.readouterr()
    assert status == 2
    assert out == ""
    assert len(without_speed(err).splitlines()) == 1
    assert "Traceback" not in err


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()[2:]] == list(VERBS)


def test_moments_are_ticks_or_seconds_or_minutes() -> None:
    assert [parse_moment(text) for text in ("0", "77", "2s", "0.5s", "10:00.5")] == [0, 77, 120, 30, 36030]


def test_the_parts_of_a_long_demo_add_up(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petard.server.cli.replay_verify.PART", 400)
    parts = list(split_demo(read_demo(data()), demo))
    assert [(part.first, part.last) for part in parts] == [(0, 300), (300, 600), (600, 900), (900, 1200), (1200, 1500)]
    found, problems = verify_files([demo])
    assert (found[demo].moments, found[demo].ok, problems) == (1500, True, {})


def test_workers_find_the_first_tick_that_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is wrong, not the rules: workers are fresh processes, which no monkeypatch reaches."""
    monkeypatch.setattr("petard.server.cli.replay_verify.ONE_PROCESS_MOST", 0)
    monkeypatch.setattr("petard.server.cli.replay_verify.PART", 300)
    paths = [tmp_path / name for name in ("right.petard", "wrong.petard")]
    paths[0].write_bytes(data())
    wrong = read_demo(data())
    for at in (700, 1200):
        wrong.digests[at - 1] ^= 1
    paths[1].write_bytes(trim(wrong, 0, 1500))
    found, problems = verify_files(paths, cores=2)
    assert problems == {}
    assert found[paths[0]].ok
    mismatch = found[paths[1]].mismatch
    assert mismatch
    assert mismatch.moment == 700


def test_a_pipe_that_closes_early_ends_it_without_a_word(demo: Path) -> None:
    program = [sys.executable, "-m", "petard.server", "replay", "dump", "--json", str(demo)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc for workers")
def test_ctrl_c_is_quiet_while_workers_run(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.petard" for number in range(2 * ONE_PROCESS_MOST // 1500)]
    for path in paths:
        path.write_bytes(data())
    program = [sys.executable, "-m", "petard.server", "replay", "verify", *map(str, paths), "--cores", "2"]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    with process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while process.poll() is None and children.exists() and not children.read_text():
            threading.Event().wait(0.01)  # or this loop takes the processor from it
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (out, err) == (b"", b"")
    assert process.returncode in (130, -signal.SIGINT)


@pytest.mark.parametrize("verb", ["trim", "shrink", "to-test", "dump", "verify", "info"])
def test_a_folder_in_place_of_a_demo_is_one_sentence(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "."]) == 2
    assert re.fullmatch(r"(petard-server: )?\. cannot be read: .*\n", capsys.readouterr().err)


def test_a_demo_and_the_one_from_which_it_goes_on_are_verified_as_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = RecordedEnds()
    ends.two()
    ends.tick(200)
    ends.flush()
    (tmp_path / NAME).write_bytes(ends.files[1])
    for moment, status in ((200, 0), (100, 1)):
        after = ends.go_on(replace(ends.killed(), parent_at=moment), later=60)
        after.tick(500)
        after.flush()
        child = tmp_path / f"child-{moment}.petard"
        child.write_bytes(after.files[1])
        assert main(["verify", str(child)]) == 0
        assert main(["verify", str(tmp_path / NAME), str(child)]) == status
    assert f"It does not begin with the world that {NAME} has at moment 100." in capsys.readouterr().out
