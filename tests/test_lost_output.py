"""The installed commands, and each subcommand that prints, with output and errors that nobody takes.

Lost output is status 1 and not a word. Lost errors change neither the output nor the status.
"""

import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from petard.server.cli.replay import VERBS
from petard.server.config.config import SUBCOMMANDS
from petard.shared.protocol.messages import Welcome
from tests.sampled import sampled
from tests.screens import PETARD, PETARD_SERVER
from tests.server.loopback import HELLO, RawClient
from tests.server.server_process import ALONE, PATIENCE, ServerProcess, read_until, read_until_over
from tests.server.test_main import posix_only
from tests.tools.links import ROOT

pytestmark = posix_only
MAP = ROOT / "assets" / "maps" / "classic.txt"
SESSIONS = ROOT / "tests" / "sessions"
# Each succeeds, and writes to standard output. {}: what the fixture `places` knows.
PRINTING = (
    "petard-server --help",
    "petard-server --version",
    "petard-server config --config off",
    "petard-server config --toml",
    "petard-server config --help",
    "petard-server list --help",
    "petard-server list --here --wait 0.1",
    "petard-server list --here --wait 0.1 --json",
    "petard-server ping {game} --count 1",
    "petard-server ping --help",
    "petard-server status {page}",
    "petard-server status {page} --json",
    "petard-server results --file {results}",
    "petard-server results --file {results} --json",
    "petard-server web --help",
    "petard-server relay --help",
    "petard-server announce --help",
    "petard-server standby --help",
    "petard-server map --help",
    "petard-server map check {map}",
    "petard-server replay --help",
    "petard-server replay info {demo}",
    "petard-server replay verify {demo}",
    "petard-server replay dump {demo}",
    "petard-server replay dump --json {demo}",
    "petard-server replay diff {demo} {other}",
    "petard-server replay trim {demo} --to 2s --force -o {out}.petard",
    "petard-server replay shrink {demo} --help",
    "petard-server replay to-test {demo} --force -o {out}.py",
    "petard-server replay wire {wire}",
    "petard-server replay xray {wire}",
    "petard-server replay export {demo} --gif --to 0.2s --size 160x90 --force -o {out}.gif",
    "petard-server replay export {demo} --html --force -o {out}.html",
    "petard --help",
    "petard --version",
    "petard doctor --help",
    "petard doctor --json",
    "petard --timedemo {demo} --seconds 0.1",
)
DIFFERS = ("diff", "doctor")  # whose status may be 1 though all was written
LOST = ("> /dev/full", ">&-", ">&{pipe}")  # the pipe has no reader
EVERY = [(line, lost) for line in PRINTING for lost in LOST]
SOME = [(line, LOST[number % len(LOST)]) for number, line in enumerate(PRINTING) if not number % 2]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A running server with a page and results, files to look at, and the beginning of new ones."""
    folder = tmp_path_factory.mktemp("lost")
    files = {name: SESSIONS / name for name in ("first_blood.petard", "own_bomb.petard", "silence.wire")}
    for name, file in files.items():
        shutil.copy(file, folder / name)
    results = folder / "room.sqlite"
    with ServerProcess("--results", str(results), "--http", "127.0.0.1:0") as server:
        port = _page_of(server)
        yield {
            "game": f"127.0.0.1:{server.port}",
            "page": f"127.0.0.1:{port}",
            "results": str(results),
            "demo": str(folder / "first_blood.petard"),
            "other": str(folder / "own_bomb.petard"),
            "wire": str(folder / "silence.wire"),
            "map": str(MAP),
            "out": str(folder / "out"),
        }


def _page_of(server: ServerProcess) -> int:
    assert server.process.stderr
    for line in server.process.stderr:
        if "http://" in line:
            return int(line.rpartition("http://")[2].rpartition(":")[2].strip(" /\n"))
    raise AssertionError("there is no page")


def run(line: str, places: dict[str, str], redirect: str) -> "subprocess.CompletedProcess[str]":
    """Run an installed command in a shell, to its end."""
    program, *words = shlex.split(line.format(**places))
    command = shlex.join([str({"petard": PETARD, "petard-server": PETARD_SERVER}[program]), *words])
    reader, pipe = os.pipe()
    os.close(reader)
    shell = ["bash", "-o", "pipefail", "-c", f"{command} {redirect.format(pipe=pipe)}"]
    try:
        return subprocess.run(
            shell,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            pass_fds=[pipe],
        )
    finally:
        os.close(pipe)


def test_every_subcommand_is_in_the_table() -> None:
    words = [tuple(line.split()[1:3]) for line in PRINTING if line.startswith("petard-server")]
    assert {word[0] for word in words} >= set(SUBCOMMANDS)
    assert {word[1] for word in words if word[0] == "replay"} >= set(VERBS)


@pytest.mark.parametrize(("line", "lost"), sampled(SOME, 5))
def test_lost_output_is_status_1_without_a_word(line: str, lost: str, places: dict[str, str]) -> None:
    done = run(line, places, lost)
    assert "Traceback" not in done.stderr
    assert "Errno" not in done.stderr
    assert "Exception" not in done.stderr
    assert done.returncode == 1
    assert done.stdout == ""


@pytest.mark.long
@pytest.mark.parametrize(("line", "lost"), EVERY)
def test_lost_output_of_any_kind_is_status_1(line: str, lost: str, places: dict[str, str]) -> None:
    test_lost_output_is_status_1_without_a_word(line, lost, places)


@pytest.mark.long
@pytest.mark.parametrize("line", PRINTING)
def test_a_reader_that_takes_one_line_sees_no_error(line: str, places: dict[str, str]) -> None:
    done = run(line, places, "| head -1")
    assert done.returncode in (0, 1)
    assert (done.stderr, len(done.stdout.splitlines())) == ("", 1)


@pytest.mark.long
@pytest.mark.parametrize("lost", ["2>&-", "2> /dev/full"])
@pytest.mark.parametrize("line", PRINTING)
def test_lost_errors_change_nothing(line: str, lost: str, places: dict[str, str]) -> None:
    done = run(line, places, lost)
    assert done.returncode == 0 or (done.returncode == 1 and set(DIFFERS) & set(line.split()))
    assert done.stdout != ""


UNTOLD = ("2>&-", "2> /dev/full", ">&- 2>&-")
MISTAKES = ("petard --nonsense", "petard-server --nonsense", "petard-server replay info nowhere", "petard doctor a:0")


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        pytest.param(
            line, lost, marks=[pytest.mark.long] * (place != number % len(UNTOLD))
        )  # each line once by default
        for number, line in enumerate(MISTAKES)
        for place, lost in enumerate(UNTOLD)
    ],
)
def test_a_mistake_that_cannot_be_told_is_still_status_2(line: str, lost: str) -> None:
    assert run(line, {}, lost).returncode == 2


@pytest.mark.parametrize("lost", sampled(["<&- >&- 2>&-", "> /dev/full 2> /dev/full"], 2, first=1))
def test_a_server_whose_log_nobody_takes_lets_players_in(lost: str) -> None:
    ready, tell = os.pipe()
    words = [str(PETARD_SERVER), "--host", "127.0.0.1", "--port", "0", "--ready-fd", str(tell), *ALONE]
    served = subprocess.Popen(["bash", "-c", f'exec "$@" {lost}', "bash", *words], pass_fds=[tell])
    os.close(tell)
    with os.fdopen(ready, encoding="utf-8") as lines:
        guest = RawClient(json.loads(lines.readline())["port"])
    guest.send(HELLO)
    read_until(guest, Welcome)
    served.terminate()
    read_until_over(guest)
    guest.sock.close()
    assert served.wait(PATIENCE) == 0


@pytest.mark.parametrize("lost", sampled(["<&- >&- 2>&-", "> /dev/full 2> /dev/full"], 2))
def test_a_game_whose_streams_nobody_takes_plays_with_a_server_of_its_own(lost: str, tmp_path: Path) -> None:
    picture, quiet = tmp_path / "a.png", {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    home = {name: str(tmp_path / "home") for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME")}
    words = [str(PETARD), "--play", "--bot", "--seconds", "2", "--screenshot", str(picture)]
    played = subprocess.run(
        ["bash", "-c", f'exec "$@" {lost}', "bash", *words], env=os.environ | quiet | home, check=False
    )
    assert played.returncode == 0
    assert picture.stat().st_size > 50_000
