"""Files that people name: only regular ones are read, links are written through, and a full disk costs nothing old."""

import errno
import os
import socket
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from petard.shared.files import (
    FileProblem,
    check_target,
    make_private_folder,
    read_file,
    read_start,
    read_text,
    remove_parts,
    replacing,
    write_file,
)
from tests.full_disk import FULL, full_disk

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
MOST = 1000


def reason(file: Path) -> str:
    with pytest.raises(FileProblem) as problem:
        read_file(file, MOST)
    assert str(problem.value) == f"{file} cannot be read: {problem.value.strerror}"
    return str(problem.value.strerror)


def test_a_file_of_as_many_bytes_as_are_allowed_is_read_and_a_longer_one_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * MOST)
    assert read_file(file, MOST) == b"x" * MOST
    assert read_start(file, 3) == b"xxx"
    file.write_bytes(b"x" * (MOST + 1))
    assert reason(file) == "it has 1001 bytes, and 1000 are the most"
    file.write_bytes(b"")
    assert (read_file(file, MOST), read_start(file, 3)) == (b"", b"")


def test_a_text_has_plain_line_ends_and_no_mark_at_its_begin(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_bytes(b"\xef\xbb\xbf#\r\n\xc3\xa9\n")
    assert read_text(file, 100) == "#\n\u00e9\n"
    with pytest.raises(FileProblem, match="2 are the most"):
        read_text(file, 2)


def test_a_file_that_reports_no_size_is_read_up_to_the_limit() -> None:
    file = Path("/proc/self/maps")
    if not file.exists():
        pytest.skip("this system has no such file")
    assert len(read_file(file, 100)) == 100


@posix
def test_what_is_no_regular_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(tmp_path / "socket"))
        for name, kind in (("pipe", "pipe"), ("folder", "folder"), ("link", "folder"), ("socket", "socket")):
            assert reason(tmp_path / name) == f"it is a {kind}, not a regular file"
    assert reason(tmp_path / "gone") == os.strerror(2)
    (tmp_path / "circle").symlink_to("circle")
    assert reason(tmp_path / "circle") == os.strerror(40)


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b"])
def test_a_name_that_no_file_can_have_is_a_problem_with_that_file(name: str) -> None:
    if sys.platform == "win32" and "\0" not in name:
        pytest.skip("Windows allows it")
    for act in (lambda: read_file(Path(name), MOST), lambda: write_file(Path(name), b"")):
        with pytest.raises(FileProblem, match=r"a\\.*b cannot be .*: no file can have that name"):
            act()


def test_a_mistake_of_ours_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ours"), replacing(tmp_path / "file"):
        raise ValueError("ours")
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_written_whole_and_an_old_one_only_with_force(tmp_path: Path) -> None:
    file = tmp_path / ("x" * 240)  # there is no room for a longer name beside it
    write_file(file, b"one", force=False)
    with pytest.raises(FileProblem, match="is there already; --force writes over it"):
        write_file(file, b"two", force=False)
    assert file.read_bytes() == b"one"
    write_file(file, b"two")
    assert file.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "file"
    writing = replacing(file, force=False)
    writing.__enter__().write_bytes(b"late")
    file.write_bytes(b"first")
    with pytest.raises(FileProblem, match="is there already"):
        writing.__exit__(None, None, None)
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"file": b"first"}


@posix
def test_permissions_are_kept_and_a_new_private_file_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_file(file, b"one", private=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o640)
    write_file(file, b"two", private=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    write_file(tmp_path / "other", b"")
    (tmp_path / "usual").touch()
    assert (tmp_path / "other").stat().st_mode == (tmp_path / "usual").stat().st_mode


@posix
def test_links_are_followed_to_the_file_that_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "old").symlink_to("real/old")
    (tmp_path / "new").symlink_to("real/new")
    (tmp_path / "far").symlink_to("old")
    (tmp_path / "real" / "old").write_bytes(b"old")
    write_file(tmp_path / "far", b"one")
    write_file(tmp_path / "new", b"two", force=False)
    assert {file.name: file.read_bytes() for file in (tmp_path / "real").iterdir()} == {"old": b"one", "new": b"two"}
    assert all((tmp_path / name).is_symlink() for name in ("old", "new", "far"))


@posix
def test_what_is_no_regular_file_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("pipe")
    (tmp_path / "circle").symlink_to("circle")
    terminal, other = os.openpty()
    device = Path(os.ttyname(other))
    before = sorted(tmp_path.iterdir())
    try:
        for name in ("pipe", "folder", "link", "circle", device, "gone/file"):
            with pytest.raises(FileProblem, match="cannot be written: "):
                write_file(tmp_path / name, b"x")
        assert device.is_char_device()
    finally:
        os.close(terminal)
        os.close(other)
    assert sorted(tmp_path.iterdir()) == before
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    with pytest.raises(FileProblem, match="it is a pipe"):
        check_target(tmp_path / "link")


@posix
@pytest.mark.parametrize("old", [None, b"old"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, old: bytes | None) -> None:
    file = tmp_path / "file"
    if old:
        file.write_bytes(old)
    with full_disk(1000), pytest.raises(FileProblem, match=f"file cannot be written: {FULL}"):
        write_file(file, bytes(2000))
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [old] * bool(old)


def test_what_a_killed_program_left_is_removed_after_a_day(tmp_path: Path) -> None:
    for name in (".petard-0123abcd.part", "mine.part", ".petard-mine"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (1000, 1000))
    remove_parts(tmp_path, 1000 + 86400)
    assert len(list(tmp_path.iterdir())) == 3
    remove_parts(tmp_path, 1000 + 86401)
    assert sorted(file.name for file in tmp_path.iterdir()) == [".petard-mine", "mine.part"]
    remove_parts(tmp_path / "gone", 0.0)


def test_of_many_who_write_one_new_file_one_does_and_replaces_nothing(tmp_path: Path) -> None:
    target, together = tmp_path / "file", Barrier(8)

    def write(number: int) -> bool:
        together.wait()
        try:
            write_file(target, b"%d" % number, force=False)
        except FileProblem as problem:
            return problem.errno != errno.EEXIST
        return True

    with ThreadPoolExecutor(8) as pool:
        for _ in range(10):
            written = [number for number, is_written in enumerate(pool.map(write, range(8))) if is_written]
            assert [target.read_bytes()] == [b"%d" % number for number in written]
            assert list(tmp_path.iterdir()) == [target]
            target.unlink()


@posix
def test_a_new_file_is_written_where_there_are_no_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    target = tmp_path / "file"
    write_file(target, b"new", force=False)
    with pytest.raises(FileProblem, match="it is there already"):
        write_file(target, b"newer", force=False)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"new"]


@posix
@pytest.mark.parametrize("mask", [0o022, 0o000])
def test_a_private_folder_and_those_that_are_made_for_it_are_for_their_owner_only(mask: int, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir(0o755)
    before = os.umask(mask)
    try:
        for _ in range(2):
            make_private_folder(tmp_path / "old" / "new" / "newer")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in sorted(tmp_path.rglob("*"))]
    assert modes == [0o755 & ~before, 0o700, 0o700]
