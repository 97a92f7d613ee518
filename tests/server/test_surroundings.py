"""petard-server in the surroundings that it is started in: ignored signals, the rights of root, open to all."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.server.server_process import ServerProcess
from tests.server.test_main import joined, posix_only
from tests.tools.links import ROOT as ROOT_FOLDER

IGNORE = "import os, signal, sys; signal.signal({:d}, signal.SIG_IGN); os.execv(sys.executable, sys.argv[1:])"
# Our libraries may lie where only root can read them, so what is imported late is imported here.
BECOME = """
import encodings.idna, importlib.readers, os, sys
import petard.server.__main__ as own
os.setuid({:d})
sys.exit(own.main())
"""
ROOT, OPEN = "this server runs as root", "there is no password, and it listens on every address"
root_only = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may change its user")


@posix_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGINT)])
def test_a_signal_that_was_ignored_at_the_start_stays_ignored(number: signal.Signals) -> None:
    with ServerProcess(start=("-c", IGNORE.format(number), sys.executable, "-m", "petard.server")) as server:
        server.process.send_signal(number)
        joined(server).sock.close()
        server.process.send_signal(signal.SIGTERM if number != signal.SIGTERM else signal.SIGINT)
        assert server.end() == 0


@pytest.mark.parametrize(
    ("host", "options", "is_open"),
    [("", (), True), ("0.0.0.0", (), True), ("127.0.0.1", (), False), ("", ("--password", "sesame"), False)],
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
@pytest.mark.parametrize("user", [0, 65534])
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


@pytest.mark.parametrize("word", ["off", "false"])
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
    ("module", "line", "status"),
    [
        ("server", "replay verify {} --cores 2", 0),
        ("server", "replay trim {} -o x.petard", 2),
        ("server", "replay export {} --gif --to 0.1s --size 160x90 -o x.gif", 2),
        ("server", "config --config off", 0),
        ("server", "--capture x.wire --port 0", 2),
        ("game", "--version", 0),
        ("game", "--seconds 0.1", 0),
        ("game", "--timedemo {} --seconds 0.1", 0),
    ],
)
def test_a_folder_that_was_deleted_is_no_traceback(module: str, line: str, status: int, tmp_path: Path) -> None:
    demos = sorted(str(file) for file in (ROOT_FOLDER / "tests" / "sessions").glob("*.petard"))
    words = [
        word
        for part in line.split()
        for word in ((demos if "verify" in line else demos[:1]) if part == "{}" else [part])
    ]
    (tmp_path / "gone").mkdir()
    command = ["sh", "-c", 'rmdir "$PWD"; exec "$@"', "sh", sys.executable, "-P", "-m", f"petard.{module}", *words]
    done = subprocess.run(command, cwd=tmp_path / "gone", capture_output=True, encoding="utf-8", check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode == status
    assert "Errno" not in done.stderr
