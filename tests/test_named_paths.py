"""Each option, argument and setting that takes the name of a file: `~` is the home folder also where no shell says so.

The parsers are the real ones, so a new option that takes a path is tried without a word here.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest

from petard.game.config.arguments import BadArgument, arguments_of
from petard.game.replays.export import options_of
from petard.server.__main__ import main as server
from petard.server.cli.replay import main as replay
from petard.server.cli.results import main as results
from petard.server.config.config import SUBCOMMANDS, parser_of
from petard.server.config.schema import read_maps, settings_of
from petard.server.config.sources import BadSettings, settle
from petard.shared.user_folders import BadPath
from tests.sampled import sampled
from tests.screens import PETARD, PETARD_SERVER

VERBS = ("info", "verify", "dump", "diff", "trim", "shrink", "to-test", "wire")
DEMO = Path(__file__).parent / "sessions" / "draw.petard"
NAME = "~/x.png"
PATHS = {"FILE", "OUT", "DIR", "FILE|off", "HOST[:PORT]|FILE.petard"}  # what --help calls the name of a file


class Taken(Exception):
    """The parser of a program, taken instead of run."""


def parser_in(run: Callable[[], object]) -> argparse.ArgumentParser:
    """Return the parser that a program makes for its command line."""
    with pytest.MonkeyPatch.context() as patch:

        def take(parser: argparse.ArgumentParser, words: object = None) -> None:
            raise Taken(parser)

        patch.setattr(argparse.ArgumentParser, "parse_args", take)
        with pytest.raises(Taken) as taken:
            run()
    found = taken.value.args[0]
    assert isinstance(found, argparse.ArgumentParser)
    return found


def parsers() -> Iterator[argparse.ArgumentParser]:
    yield parser_of(settings_of(read_maps()))
    for name in (one for one in SUBCOMMANDS if one != "replay"):
        yield parser_in(lambda name=name: server([name]))  # type: ignore[misc]
    for verb in VERBS:
        yield parser_in(lambda verb=verb: replay([verb]))  # type: ignore[misc]
    yield parser_in(lambda: arguments_of([]))
    yield parser_in(lambda: options_of([]))
    yield parser_in(lambda: import_module("petard.game.doctor.examination").main([]))


def path_options() -> dict[str, Callable[[str], object]]:
    """What parses the text of each option and argument that is a path, by the program and the option."""
    found: dict[str, Callable[[str], object]] = {}
    for parser in parsers():
        for action in parser._actions:  # private: argparse has no public list of them
            if callable(action.type) and (action.metavar in PATHS or parses_paths(action.type)):
                found[f"{parser.prog} {(action.option_strings or [action.dest])[-1]}"] = action.type
    return found


def parses_paths(parse: Callable[[str], object]) -> bool:
    try:
        return isinstance(parse(NAME), Path)
    except (argparse.ArgumentTypeError, ValueError, BadArgument):
        return False


OPTIONS = path_options()
ROWS = settings_of(read_maps())
SETTINGS = {row.key: row for row in ROWS if {"FILE", "DIR"} & set(row.takes.split("|"))}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


def test_the_options_that_take_a_path_are_found() -> None:
    assert len(OPTIONS) >= 20
    assert {"petard-server --capture", "petard-server --take-over", "petard-server results --file"} <= OPTIONS.keys()
    assert {"petard-server replay trim --out", "petard --screenshot", "petard target"} <= OPTIONS.keys()
    assert {"record", "resume", "results", "password-file", "console-password-file"} == SETTINGS.keys()


@pytest.mark.parametrize("option", OPTIONS)
def test_a_tilde_in_an_option_is_the_home_folder(option: str, home: Path) -> None:
    found = OPTIONS[option]("~/x.petard" if option == "petard target" else NAME)
    assert found == home / ("x.petard" if option == "petard target" else "x.png")


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("text", ["~nobody-of-that-name/x.png", "a\0b.png", ""])
def test_a_text_that_names_no_file_is_one_sentence(option: str, text: str) -> None:
    with pytest.raises((BadPath, BadArgument)) as problem:
        OPTIONS[option](text)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("key", SETTINGS)
def test_a_tilde_in_a_setting_is_the_home_folder(key: str, home: Path) -> None:
    (home / "x").write_text("sesame\n")
    settled = settle(ROWS, {"config": "off"}, {SETTINGS[key].variable: "~/x"})
    secret = key.removesuffix("-file")
    assert settled.values[secret] == ("sesame" if secret != key else home / "x")


@pytest.mark.parametrize("key", SETTINGS)
def test_a_setting_that_names_no_file_is_a_sentence_that_names_the_setting(key: str) -> None:
    row = SETTINGS[key]
    with pytest.raises(BadSettings, match=f"^{row.variable} in the environment: .*no home folder"):
        settle(ROWS, {"config": "off"}, {row.variable: "~nobody-of-that-name/x"})


@pytest.mark.parametrize("kind", ["--gif", "--mp4", "--html", "--png-frames"])
def test_a_tilde_in_the_name_of_a_film_is_the_home_folder(kind: str, home: Path) -> None:
    assert options_of([str(DEMO), kind, "--out=~/x"]).out == home / "x"


@pytest.mark.parametrize("out", ["--out=~/cut.petard", "-o=~/cut.petard", "-o~/cut.petard"])
def test_the_installed_command_writes_into_the_home_folder(out: str, tmp_path: Path) -> None:
    environment = os.environ | {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    words = [str(PETARD_SERVER), "replay", "trim", str(DEMO), out]
    done = subprocess.run(words, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert sorted(file.name for file in tmp_path.iterdir()) == ["cut.petard"]


@pytest.mark.parametrize("verb", ["trim", "to-test", "shrink"])
@pytest.mark.parametrize(
    ("out", "says"),
    [
        (".", "it is a folder, not a regular file"),
        ("..", "it is a folder, not a regular file"),
        ("new/", "'new/' is the name of a folder"),
        ("", "the name of a file is missing"),
    ],
)
def test_an_output_that_is_no_file_is_one_sentence_that_names_it(
    verb: str, out: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = replay([verb, str(DEMO), f"--out={out}"])
    except SystemExit as left:
        status = int(left.code or 0)
    error = capsys.readouterr().err
    assert status == 2
    assert says in error
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "out"),
    [(kind, out) for kind in ("--gif", "--mp4", "--html", "--png-frames") for out in (".", "..", "/", "", "new/")][:-1],
)  # the last one is a folder, and a new one
def test_an_output_that_is_no_film_is_one_sentence(
    kind: str, out: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    export = import_module("petard.game.replays.export").main
    try:
        status = export([str(DEMO), kind, "--to=20", f"--out={out}"])
    except SystemExit as left:
        status = int(left.code or 0)
    error = capsys.readouterr().err
    assert status == 2
    assert error.count("\n") == 1
    assert f"petard-server: {out} " in error or "folder" in error or "missing" in error
    assert "  " not in error
    assert list(tmp_path.iterdir()) == []


ODD = "odd\n\udcff"  # no terminal can show it in one line
ODD_COMMANDS: dict[str, tuple[object, ...]] = {
    "settings": (PETARD_SERVER, "--config", "FILE", "--port", "0"),
    "config": (PETARD_SERVER, "config", "--config", "FILE"),
    "results": (PETARD_SERVER, "results", "--file", "FILE"),
    "capture": (PETARD_SERVER, "--port", "0", "--capture", "FILE"),
    "take-over": (PETARD_SERVER, "--port", "0", "--take-over", "FILE"),
    "password-file": (PETARD_SERVER, "--port", "0", "--password-file", "FILE"),
    "info": (PETARD_SERVER, "replay", "info", "FILE"),
    "verify": (PETARD_SERVER, "replay", "verify", "FILE"),
    "watch": (PETARD, "FILE.petard"),
    "timedemo": (PETARD, "--timedemo", "FILE"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize(
    ("name", "content"),
    sampled(product(ODD_COMMANDS, (b"nonsense", None)), 5),
)
def test_a_name_with_a_line_break_stays_in_one_line(name: str, content: bytes | None, tmp_path: Path) -> None:
    if content is None and name == "capture":
        content = b"it is there already"
    for file in (tmp_path / ODD, tmp_path / f"{ODD}.petard"):
        if content:
            file.write_bytes(content)
    if name == "password-file" and content:
        (tmp_path / ODD).write_bytes(b"\xff\n")
    words = [str(word).replace("FILE", str(tmp_path / ODD)) for word in ODD_COMMANDS[name]]
    quiet = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "HOME": str(tmp_path), "PETARD_DISCOVERY": "off"}
    done = subprocess.run(words, env=os.environ | quiet, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert done.returncode in (1, 2)
    assert r"odd\n\udcff" in done.stderr or name == "take-over"  # it says what is wrong with the recording
    assert done.stderr.count("\n") == 1


def test_results_in_a_pipe_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mkfifo = getattr(os, "mkfifo", None)
    if mkfifo is None:
        pytest.skip("Windows has no such files")
    mkfifo(tmp_path / "pipe")
    assert results(["--file", str(tmp_path / "pipe")]) == 1
    sentence = f"petard-server: {tmp_path / 'pipe'} cannot be read: it is a pipe, not a regular file\n"
    assert capsys.readouterr() == ("", sentence)
