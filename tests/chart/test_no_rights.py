"""A room runs as its pod in the chart lets it: a user without rights, a file system that it cannot change.

No container is needed for that: `unshare` gives the server mounts of its own, all read-only but for two folders of
memory, and `setpriv` takes the rights away. One right stays, to read all files, since this Python may belong to root.
"""

import os
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.chart.objects import DEFAULT, pod_of
from tests.server.server_process import ServerProcess

PROGRAMS = ("unshare", "setpriv", "mount")
needs_root = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or not all(map(shutil.which, PROGRAMS)),
    reason="needs root, to give root up, and unshare, setpriv and mount (Debian: util-linux, mount)",
)
READ_ALL = 1 << 2  # CAP_DAC_READ_SEARCH
SHELL = """
set -e
data=$1 tmp=$2 user=$3; shift 3
mount --make-rprivate /
for id in /etc/machine-id /var/lib/dbus/machine-id; do
  if [ -e $id ]; then mount --bind /dev/null $id; fi
done
while read -r _ point type _; do
  case $type in proc|sysfs|dev*|cgroup*|mqueue|tmpfs) ;; *) mount -o remount,bind,ro "$point" ;; esac
done < /proc/self/mounts
mount -t tmpfs -o mode=0777 data "$data"
mount -t tmpfs -o mode=0777,size=16m tmp "$tmp"
exec setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set -all,+dac_read_search \\
  --inh-caps -all,+dac_read_search --ambient-caps -all,+dac_read_search \\
  env -i TMPDIR="$tmp" XDG_DATA_HOME="$data" PYTHONDONTWRITEBYTECODE=1 PETARD_DISCOVERY=off "$@"
"""
EXEC = "import os, sys; os.execvp('unshare', ['unshare', '--mount', 'sh', '-c', *sys.argv[1:]])"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user reaches; those of pytest are its own."""
    with TemporaryDirectory(prefix="petard-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@needs_root
def test_a_room_needs_no_root_no_machine_id_and_nothing_to_write_to_but_its_folders(open_folder: Path) -> None:
    user = pod_of(DEFAULT, "room").container["securityContext"]["runAsUser"]
    data, tmp = open_folder / "data", open_folder / "tmp"
    data.mkdir()
    tmp.mkdir()
    start = ("-c", EXEC, SHELL, "sh", str(data), str(tmp), str(user), sys.executable, "-m", "petard.server")
    with ServerProcess("--record", "on", "--results", "on", "--web", "127.0.0.1:0", start=start) as server:
        status = dict(
            line.split(":\t", 1) for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
        )
        inside = Path(f"/proc/{server.process.pid}/root")
        assert status["Uid"].split() == [str(user)] * 4
        assert {int(status[key], 16) for key in ("CapEff", "CapBnd")} == {READ_ALL}
        assert status["NoNewPrivs"] == "1"
        assert not (inside / "etc/machine-id").exists() or (inside / "etc/machine-id").read_bytes() == b""
        assert server.process.stderr
        log: list[str] = []
        while "shows itself at" not in "".join(log[-1:]):
            log.append(server.process.stderr.readline())
            assert log[-1], log
        place = log[-1].split()[-1]
        with urllib.request.urlopen(f"{place}healthz", timeout=10) as answer:
            assert answer.read().strip() == b"ok"
        kept = inside / data.relative_to("/") / "petard" / "room.sqlite"
        assert kept.stat().st_uid == user, "results and bans are kept in the folder of the pod"
        assert [line for line in log if "denied" in line or "Read-only" in line] == []
        assert server.stop() == 0
