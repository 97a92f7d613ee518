"""The branches for Windows, run in a Python that looks like Windows (tests/pretended_windows.py)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.server_process import ServerProcess
from tests.server.web.sample import ask
from tests.tools.links import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="its locks and its list of open files are of Linux")
START = (str(ROOT / "tests" / "pretended_windows.py"), "petard.server")
PATIENCE = 60.0  # real seconds
DEMO = ROOT / "tests" / "sessions" / "draw.petard"
PROGRAMS = (
    "petard.game --play --bot --seconds 1.5",
    "petard.server replay trim {demo} -o {old} --force",
)
MORE = (
    "petard.server config",
    "petard.server replay verify {demo}",
    "petard.game --seconds 0.2 --screenshot {new}/a.png",
    "petard.game {demo} --seconds 0.2",
    "petard.game --timedemo {demo} --seconds 0.2",
    "petard.game doctor --json",
    "petard.server list --here --wait 0.1",
    "petard.server replay trim {demo} -o {new}/a.petard",
    "petard.server replay to-test {demo} -o {new}/a.py",
    "petard.server replay export {demo} --gif --to 0.1s --size 160x90 -o {new}/a.gif",
)
MAY_FAIL = ("doctor", "list")  # in a network without servers
# Locks a file, then tries to lock it again; the file is read meanwhile. Prints what happened.
LOCK_TWICE = """
from pathlib import Path
import sys
from tests.pretended_windows import pretend
pretend()
from petard.shared.file_lock import LOCKED_BYTE, lock
from petard.shared.demo.records import RECORDING_MOST
file = Path(sys.argv[1])
with file.open("r+b", buffering=0) as one, file.open("ab") as other:
    one.seek(3)
    lock(one)
    words = [one.tell(), one.read(), file.read_bytes(), RECORDING_MOST < LOCKED_BYTE]
    try:
        lock(other)
    except OSError:
        words.append("it is locked")
with file.open("r+b") as later:
    lock(later)
print(*words)
"""
# Waits for the lock of the settings, which its parent holds; says so, and holds it until it is killed.
HOLD = """
from pathlib import Path
import sys, time
from tests.pretended_windows import pretend
pretend()
from petard.shared.file_lock import PATIENCE, exclusively
begun = time.monotonic()
with exclusively(Path(sys.argv[1])):
    print(time.monotonic() - begun >= PATIENCE, flush=True)
    sys.stdin.read()
"""


def environment(home: Path) -> dict[str, str]:
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE")}
    quiet = {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "PETARD_DISCOVERY": "off"}
    return os.environ | folders | quiet | {"HOME": str(home), "USERNAME": "Bo"}


@pytest.mark.parametrize("line", [*PROGRAMS, *(pytest.param(line, marks=pytest.mark.long) for line in MORE)])
def test_a_program_misses_nothing_that_windows_does_not_have(line: str, tmp_path: Path) -> None:
    old = tmp_path / "old.petard"
    shutil.copy(DEMO, old)
    words = line.format(demo=DEMO, new=tmp_path, old=old).split()
    command = [sys.executable, "-P", START[0], *words]
    done = subprocess.run(
        command, env=environment(tmp_path), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE
    )
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 1
    assert done.returncode == 0 or set(MAY_FAIL) & set(words)


@pytest.mark.slow
def test_a_server_serves_records_and_ends_with_its_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    demos, capture = tmp_path / "demos", tmp_path / "a.wire"
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    options = ("--record", str(demos), "--results", str(tmp_path / "room.sqlite"), "--capture", str(capture))
    shown = ("--console", "127.0.0.1:0", "--http", "127.0.0.1:0", "--map", "small", "--bots", "1", "--parent-stdin")
    with ServerProcess(*options, *shown, start=START) as server:
        game = [sys.executable, START[0], "petard.game", f"127.0.0.1:{server.port}", "--bot", "--seconds", "1.5"]
        subprocess.run(game, check=True, timeout=PATIENCE)
        assert server.process.stdin
        server.process.stdin.close()
        server.process.stdin = None
        assert server.end() == 0
    assert "Traceback" not in server.log
    assert "joined" in server.log
    (demo,) = demos.glob("*.petard")
    verify = [sys.executable, "-m", "petard.server", "replay"]
    assert subprocess.run([*verify, "verify", demo], check=False, stdout=subprocess.DEVNULL).returncode == 0
    assert subprocess.run([*verify, "wire", capture], check=False, stdout=subprocess.DEVNULL).returncode == 0


def test_a_server_answers_browsers_over_a_loopback_port_in_place_of_a_unix_socket() -> None:
    with ServerProcess("--web", "127.0.0.1:0", start=START) as server:
        assert server.process.stderr
        page = next(line for line in server.process.stderr if "shows itself" in line)
        assert ask(int(page.rstrip("/\n").rpartition(":")[2]), "/healthz")[0] == 200


def test_a_locked_file_is_locked_for_others_and_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"content")
    command = [sys.executable, "-c", LOCK_TWICE, str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=True)
    assert done.stdout == "3 b'tent' b'content' True it is locked\n"
    assert file.read_bytes() == b"content"


def test_a_program_waits_a_moment_for_the_lock_of_another_and_gets_that_of_a_killed_one_at_once(tmp_path: Path) -> None:
    command, pipe = [sys.executable, "-c", HOLD, str(tmp_path / "settings.toml")], subprocess.PIPE
    waits = []
    holders = []
    try:
        for is_killed in (False, True, True):
            holders.append(subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True))
            stdout = holders[-1].stdout
            assert stdout
            waits.append(stdout.readline().strip())
            for one in holders if is_killed else ():
                one.kill()
                one.wait(PATIENCE)
    finally:
        for one in holders:
            one.kill()
            one.communicate()
    assert waits == ["False", "True", "False"]
