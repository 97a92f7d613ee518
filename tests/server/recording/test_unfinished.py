"""The recording of a match whose server was killed: found, claimed once, or left alone with one sentence."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from petard.server.recording.demo_store import DemoFiles
from petard.server.recording.unfinished import AGE_MOST, ClaimedDemo, UnfinishedSearch, beside, claim
from petard.server.room.match_recorder import DemoChunk
from petard.server.room.resume import CannotResume, GameHere, Resumed
from petard.shared.demo import reader
from petard.shared.demo.blocks import MAGIC
from petard.shared.demo.records import SEATS
from petard.shared.file_lock import lock
from petard.shared.rules.maps import parse_map
from tests.ends import boards
from tests.server.recorded_ends import NAME, RecordedEnds
from tests.shared.demo.matches import HEADER

pytestmark = pytest.mark.slow

WALL = 1_795_276_300.0
HERE = GameHere(0, boards())
SECOND = NAME.replace("15-50", "15-51")


@pytest.fixture(scope="module")
def played() -> RecordedEnds:
    """A match of a few seconds whose server is killed."""
    ends = RecordedEnds()
    ends.two()
    ends.tick(400)
    ends.flush()
    return ends


class Folder:
    """A folder of recordings. `add`: one more, written so many seconds ago."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.claimed: list[ClaimedDemo] = []

    def add(self, name: str, data: bytes, proof: bytes | None, ago: float = 5.0) -> Path:
        file = self.path / name
        file.write_bytes(data)
        if proof is not None:
            beside(file, SEATS).write_bytes(proof)
        os.utime(file, (WALL - ago, WALL - ago))
        return file

    def search(self, here: GameHere = HERE) -> tuple[Resumed | None, str]:
        """What a server that starts now goes on with, and what it says in the log."""
        search = UnfinishedSearch(self.path, here, WALL)
        found = search.claim_newest()
        if found:
            self.claimed.append(found[0])
        return found[1] if found else None, search.why

    def release(self) -> None:
        for claimed in self.claimed:
            claimed.release()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    folder = Folder(tmp_path)
    yield folder
    folder.release()


def test_the_newest_recording_with_a_whole_rejoin_record_goes_on(folder: Folder, played: RecordedEnds) -> None:
    folder.add(NAME, played.files[1], played.proof, ago=20)
    folder.add(SECOND, played.files[1], played.proof[:100], ago=3)
    resumed, why = folder.search()
    assert resumed
    assert (resumed.parent, resumed.parent_at) == (NAME, 400)
    assert why == f"{SECOND}: What is kept beside the recording makes no sense."


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes no links without a privilege")
def test_a_recording_that_vanishes_meanwhile_hides_no_other(folder: Folder, played: RecordedEnds) -> None:
    folder.add(NAME, played.files[1], played.proof)
    for second in range(9):
        (folder.path / NAME.replace("12Z", f"0{second}Z")).symlink_to(folder.path / "gone")
    assert folder.search()[0]


def test_an_empty_or_missing_folder_and_one_without_matches_say_nothing(folder: Folder, tmp_path: Path) -> None:
    assert UnfinishedSearch(tmp_path / "none", HERE, WALL).claim_newest() is None
    (tmp_path / "holiday.petard").write_bytes(MAGIC)
    assert folder.search() == (None, "")


def test_an_old_recording_one_of_the_future_and_one_without_seats_say_why(folder: Folder, played: RecordedEnds) -> None:
    folder.add(NAME, played.files[1], played.proof, ago=AGE_MOST + 1)
    assert folder.search() == (None, f"{NAME}: It was written 91 seconds ago, and seats are kept for 90.")
    folder.add(NAME, played.files[1], played.proof, ago=-60)
    assert folder.search()[0] is None
    beside(folder.add(NAME, played.files[1], None), SEATS).unlink()
    assert folder.search() == (None, f"{NAME}: Without {NAME}.seats nobody could prove which seat is theirs.")
    folder.add(NAME, played.files[1], None, ago=AGE_MOST + 1)
    assert folder.search() == (None, "")


def test_a_damaged_recording_stays_and_one_that_ends_in_the_middle_of_a_block_goes_on(
    folder: Folder, played: RecordedEnds
) -> None:
    data = bytearray(played.files[1])
    folder.add(NAME, bytes(data[:-7]), played.proof)
    resumed, why = folder.search()
    assert resumed
    assert why == ""
    assert 0 < resumed.parent_at <= 400
    folder.release()
    data[len(data) // 2] ^= 1
    folder.add(NAME, bytes(data), played.proof)
    resumed, why = folder.search()
    assert resumed is None
    assert why.startswith(f"{NAME}: The block at byte ")
    folder.add(NAME, b"garbage", played.proof)
    assert folder.search()[1] == (
        f"{NAME}: This file is no demo of Petard, or one of a version that this Petard does not know."
    )


def test_another_port_a_changed_map_and_a_map_that_is_gone_leave_it_in_the_lobby(
    folder: Folder, played: RecordedEnds
) -> None:
    record = json.loads(played.proof) | {"port": 7777}
    folder.add(NAME, played.files[1], json.dumps(record).encode())
    assert folder.search(GameHere(7778, boards())) == (
        None,
        f"{NAME}: It was played on port 7777, and this server has port 7778.",
    )
    small = boards()["small"]
    rows = [*small.rows]
    rows[2] = rows[2].replace(".", "+", 1)
    assert rows != [*small.rows]
    changed = {"small": parse_map("\n".join(rows), "small")}
    for maps in (changed, {}):
        assert folder.search(GameHere(7777, maps)) == (None, f"{NAME}: The map small has changed.")
    assert folder.search(GameHere(7777, boards()))[0]


def test_another_version_of_petard_or_of_its_rules_leaves_it_in_the_lobby(
    folder: Folder, played: RecordedEnds, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.add(NAME, played.files[1], played.proof)
    with monkeypatch.context() as other:
        other.setattr("petard.server.room.resume.BUILD", "9.9.9")
        resumed, why = folder.search()
        assert resumed is None
        assert why.startswith(f"{NAME}: It was played with Petard ")
        assert why.endswith(", and this is 9.9.9.")
    with monkeypatch.context() as other:
        other.setattr("petard.shared.demo.rerun.RULES_VERSION", 99)
        assert "this Petard has rules 99" in folder.search()[1]
    assert folder.search()[0]


def test_a_match_that_has_ended_is_not_looked_at_again(folder: Folder) -> None:
    ends = RecordedEnds()
    ends.two()
    ends.tick(100)
    proof = ends.proof
    ends.room.close("Stopped.")
    ends.save()
    folder.add(NAME, ends.files[1], proof)
    assert folder.search() == (None, "")
    folder.add(NAME, ends.files[1], None)
    assert folder.search() == (None, "")


def test_two_servers_do_not_go_on_with_the_same_match(folder: Folder, played: RecordedEnds) -> None:
    file = folder.add(NAME, played.files[1], played.proof)
    assert folder.search()[0]
    assert folder.search() == (None, "")
    with pytest.raises(CannotResume, match="another server goes on with it"):
        claim(file)
    folder.release()
    assert folder.search()[0]


def test_a_lock_ends_with_the_process_that_is_killed(folder: Folder, played: RecordedEnds) -> None:
    file = folder.add(NAME, played.files[1], played.proof)
    code = (
        "import sys; from petard.shared.file_lock import lock; opened = open(sys.argv[1], 'r+b'); "
        "lock(opened); print('locked', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "locked\n"
        assert folder.search() == (None, "")
        other.kill()
        other.wait()
        assert folder.search()[0]


def test_a_recording_that_is_being_written_is_locked_and_can_be_read(tmp_path: Path, played: RecordedEnds) -> None:
    files = DemoFiles(tmp_path)
    files.write(DemoChunk(1, HEADER, played.files[1], is_last=False, rejoin_record=played.proof))
    (file,) = tmp_path.glob("*.petard")
    wall = file.stat().st_mtime
    assert UnfinishedSearch(tmp_path, HERE, wall).claim_newest() is None
    assert reader.read_demo(file.read_bytes()).length == 400
    files.close()
    found = UnfinishedSearch(tmp_path, HERE, wall).claim_newest()
    assert found
    found[0].release()


def test_a_match_that_went_on_does_not_go_on_again(folder: Folder, played: RecordedEnds) -> None:
    """Also if the second server was killed before it deleted the older rejoin record."""
    first = folder.add(NAME, played.files[1], played.proof, ago=30)
    after = played.go_on(played.killed())
    after.tick(2)
    after.flush()
    second = folder.add(SECOND, after.files[1], after.proof, ago=10)
    resumed, _ = folder.search()
    assert resumed
    assert resumed.parent == SECOND
    folder.claimed.pop().retire()
    assert not beside(first, SEATS).exists()
    assert not beside(second, SEATS).exists()
    assert folder.search()[0] is None


def test_a_recording_that_names_another_folder_deletes_nothing_there(folder: Folder, played: RecordedEnds) -> None:
    other = folder.path / "other"
    other.mkdir()
    (other / f"{NAME}{SEATS}").touch()
    after = played.go_on(replace(played.killed(), parent=f"other/{NAME}"))
    after.tick(2)
    after.flush()
    folder.add(SECOND, after.files[1], after.proof)
    assert folder.search()[0]
    assert (other / f"{NAME}{SEATS}").exists()


def test_a_full_disk_ends_the_rejoin_record_of_the_parent_too(tmp_path: Path, played: RecordedEnds) -> None:
    parent = tmp_path / NAME
    parent.write_bytes(played.files[1])
    beside(parent, SEATS).write_bytes(played.proof)
    blocked = tmp_path / "file"
    blocked.touch()
    files = DemoFiles(blocked / "demos", ClaimedDemo(parent))
    with pytest.raises(OSError, match=r"."):
        files.write(DemoChunk(1, HEADER, MAGIC, is_last=False, rejoin_record=b"{}"))
    assert not beside(parent, SEATS).exists()
    with parent.open("r+b") as opened:
        lock(opened)  # it is free
