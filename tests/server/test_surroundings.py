"""petard-server in the surroundings that it is started in: ignored signals, the rights of root, open to all."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from petard.shared.standard_streams import TOO_FEW_FILES
from tests.sampled import sampled
from tests.server.server_process import ServerProcess
from tests.server.test_main import joined, posix_only
from tests.test_bad_files import limits
from tests.tools.links import ROOT as ROOT_FOLDER

IGNORE = "import os, signal, sys; signal.signal({:d}, signal.SIG_IGN); os.execv(sys.executable, sys.argv[1:])"
# Our libraries may lie where only root can read them, so what is imported late is imported here.
BECOME = """
import encodings.idna, encodings.utf_8_sig, importlib.readers, os, sys
import petard.server.__main__ as own
os.setuid({:d})
sys.exit(own.main())
"""
DEMO = ROOT_FOLDER / "tests" / "sessions" / "draw.petard"
SERVER, GAME = ("-m", "petard.server"), ("-m", "petard.game")
# By several processes, however short the demo is.
PARTS = "import sys; from petard.server.cli import replay, replay_verify as one; one.ONE_PROCESS_MOST, one.PART = 0, 90"
VERIFY = ("-c", f"{PARTS}\nif __name__ == '__main__': sys.exit(replay.main(sys.argv[1:]))")
STARTED = (
    (VERIFY, "verify {} --cores 2", 0),
    (SERVER, "replay trim {} -o x.petard", 2),
    (SERVER, "replay export {} --gif --to 0.1s --size 160x90 -o x.gif", 2),
    (SERVER, "config --config off", 0),
    (SERVER, "--capture x.wire --port 0", 2),
    (GAME, "--version", 0),
    (GAME, "--timedemo {} --seconds 0.1", 0),
    (GAME, "--seconds 0.1", 0),
)
FOLDERS = {"deleted": 'rmdir "$PWD"; exec "$@"', "closed": 'chmod 0 "$PWD"; exec "$@"'}
ROOT, OPEN = "this server runs as root", "there is no password, and it listens on every address"
IGNORED = [signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)]
root_only = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may change its user")


@posix_only
@pytest.mark.parametrize(
    "number", sampled([signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)], 3)
)
def test_a_signal_that_was_ignored_at_the_start_stays_ignored(number: signal.Signals) -> None:
    with ServerProcess(start=("-c", IGNORE.format(number), sys.executable, "-m", "petard.server")) as server:
        server.process.send_signal(number)
        joined(server).sock.close()
        server.process.send_signal(signal.SIGTERM if number != signal.SIGTERM else signal.SIGINT)
        assert server.end() == 0


@pytest.mark.parametrize(
    ("host", "options", "is_open"),
    sampled(
        [("", (), True), ("0.0.0.0", (), True), ("", ("--password", "sesame"), False), ("127.0.0.1", (), False)], 2
    ),
)
def test_the_log_says_at_the_start_if_all_may_join(host: str, options: Sequence[str], is_open: bool) -> None:
    with ServerProcess(*options, host=host) as server:
        server.stop()
    assert server.log.count(OPEN) == is_open


@root_only
def test_without_a_home_folder_nothing_is_kept_and_the_log_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    with ServerProcess("--record", "on", "--results", "on", start=("-c", BECOME.format(54321))) as server:
        server.stop()
    assert server.log.count("this user has no home folder, so nothing is kept there: no record, no results") == 1
    with ServerProcess(start=("-c", BECOME.format(54321))) as server:
        server.stop()
    assert "no home folder" not in server.log


@root_only
@pytest.mark.parametrize(("mode", "is_taken"), sampled([(0o777, True), (0o755, False), (0o700, False)], 3))
def test_the_log_says_at_the_start_if_the_folder_of_recordings_takes_no_files(mode: int, is_taken: bool) -> None:
    with TemporaryDirectory() as name:  # not in a folder that only root may enter
        folder = Path(name)
        folder.chmod(mode)
        with ServerProcess("--record", str(folder / "new"), start=("-c", BECOME.format(65534))) as server:
            server.stop()
    assert server.log.count(f"matches are recorded into {folder}") == is_taken
    assert server.log.count(f"matches cannot be recorded into {folder}/new: Permission denied") == (not is_taken)


@root_only
@pytest.mark.parametrize(
    ("mode", "is_closed"), sampled([(0o755, False), (0o711, True), (0o744, True), (0o700, True)], 4, first=1)
)
def test_the_log_says_at_the_start_if_the_folder_of_maps_cannot_be_looked_into(
    mode: int, is_closed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TemporaryDirectory() as name:  # not in a folder that only root may enter
        folder = Path(name, "petard", "maps")
        folder.mkdir(parents=True)
        shutil.copy(ROOT_FOLDER / "assets" / "maps" / "small.txt", folder / "mine.txt")
        Path(name).chmod(0o755)
        folder.chmod(mode)
        monkeypatch.setenv("XDG_DATA_HOME", name)
        with ServerProcess(start=("-c", BECOME.format(65534))) as server:
            server.stop()
    assert server.log.count(f"maps in {folder} are not offered: Permission denied") == is_closed


@root_only
@pytest.mark.parametrize("user", sampled([0, 65534], 2, first=1))
def test_the_log_says_at_the_start_if_the_server_runs_as_root(user: int) -> None:
    with ServerProcess(start=("-c", BECOME.format(user))) as server:
        server.stop()
    assert server.log.count(ROOT) == (user == 0)


def test_links_of_kubernetes_are_one_line_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PETARD_PORT", "tcp://10.96.0.1:7777")
    monkeypatch.setenv("PETARD_SERVICE_HOST", "10.96.0.1")
    with ServerProcess() as server:
        server.stop()
    assert server.log.count("PETARD_PORT and 1 more in the environment: set by Kubernetes or Docker") == 1


def test_a_variable_counts_with_config_off_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PETARD_RECORD", "on")
    monkeypatch.setenv("PETARD_DRAIN", "x")
    done = subprocess.run(
        [sys.executable, "-m", "petard.server", "--config", "off"], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("petard-server: PETARD_DRAIN in the environment: ")


@pytest.mark.parametrize("word", sampled(["off", "false"], 2))
def test_the_doctor_and_list_search_no_network_where_discovery_is_off(
    word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PETARD_DISCOVERY", word)
    words = [[sys.executable, "-m", "petard.game", "doctor"], [sys.executable, "-m", "petard.server", "list"]]
    doctor, listed = (subprocess.run(one, capture_output=True, encoding="utf-8", check=False).stdout for one in words)
    assert doctor.count("not tried, because PETARD_DISCOVERY switches it off") == 2
    assert "No server answers on this computer" in listed or "127.0.0.1" in listed


@posix_only
@pytest.mark.parametrize(
    ("program", "line", "status", "folder"),
    sampled(((*started, folder) for started in STARTED for folder in FOLDERS), 8),
)
def test_a_folder_that_was_deleted_or_is_closed_to_us_is_no_traceback(
    program: Sequence[str], line: str, status: int, folder: str, tmp_path: Path
) -> None:
    words = [str(DEMO) if part == "{}" else part for part in line.split()]
    odd = tmp_path / "odd"
    odd.mkdir()
    command = ["sh", "-c", FOLDERS[folder], "sh", *limits(), sys.executable, "-P", *program, *words]
    done = subprocess.run(command, cwd=odd, capture_output=True, encoding="utf-8", check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode == status
    assert "Errno" not in done.stderr
    assert done.stderr.count("\n") == (status == 2)


@root_only
def test_demos_are_verified_by_one_process_where_no_semaphore_can_be(tmp_path: Path) -> None:
    full = f'mount -t tmpfs -o ro,size=4k none /dev/shm && exec {sys.executable} "$@"'
    words = [*VERIFY, "verify", str(DEMO), "--cores", "2"]
    command = ["unshare", "-m", "sh", "-c", full, "sh", *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip("nothing can be mounted here")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("prlimit"), reason="prlimit changes the limit")
@pytest.mark.parametrize("program", [SERVER, GAME])
@pytest.mark.parametrize("most", sampled([5, 6, 7], 3, first=1))
def test_a_limit_of_a_few_files_is_one_sentence(program: Sequence[str], most: int) -> None:
    words = [sys.executable, *program, *(["--port", "0"] if program == SERVER else ["--seconds", "0.1"])]
    command = ["prlimit", f"--nofile={most}:{most}", *words]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (1, [TOO_FEW_FILES])
    assert "Traceback" not in done.stderr
