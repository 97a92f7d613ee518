"""Reads and writes the files that people name, whatever they are: a pipe, a device, a link, huge, on a full disk.

Rule 1: only regular files are read. Opening one never waits, and the number of bytes that are read is limited.
Rule 2: a file is written beside its target under another name, flushed to the disk, then renamed. So the target is the
        old file or the whole new one, and a failure leaves nothing behind.
Rule 3: links are followed: the file behind a link is replaced and the link stays. What is no regular file is refused.
Rule 4: every error is a FileProblem, which names the file and the reason.
"""

import errno
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

PREFIX, PART = ".petard-", ".part"  # of the name of a file that is not complete yet
IN_THE_WAY = "it is there already; --force writes over it"
DAY = 86400  # seconds
Version = tuple[int, int, int]
_FLAGS = ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT")  # those that this system has
_SAFE = sum(getattr(os, name, 0) for name in _FLAGS)
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class FileProblem(OSError):
    """A file that cannot be read or written. The text is one sentence without its full stop; `strerror`: why."""

    def __init__(self, file: Path, act: str, problem: OSError | str) -> None:
        """`act`: "read" or "written"."""
        self.act = act
        number = problem.errno if isinstance(problem, OSError) else errno.EINVAL
        reason = problem.strerror or type(problem).__name__ if isinstance(problem, OSError) else problem
        super().__init__(number, reason, str(file))

    def __str__(self) -> str:
        return f"{shown_path(self.filename)} cannot be {self.act}: {self.strerror}"


class FileChanged(Exception):
    """Another process has replaced the file since it was read."""


def problem_text(problem: OSError) -> str:
    """Return what is wrong, and with which file, without the number of the error.

    >>> problem_text(PermissionError(13, "Permission denied", "old/step.py"))
    'old/step.py: Permission denied'
    """
    if isinstance(problem, FileProblem) or not problem.strerror:
        return str(problem) or type(problem).__name__
    return f"{shown_path(problem.filename)}: {problem.strerror}" if problem.filename else problem.strerror


def shown_path(file: Path | str) -> str:
    r"""Return the name of a file as text that any terminal can show in one line.

    >>> shown_path("films/final: round 2.mp4"), shown_path("a\nb\udcff")
    ('films/final: round 2.mp4', 'a\\nb\\udcff')
    """
    escaped = (char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in str(file))
    return "".join(escaped)


def read_file(file: Path, most: int) -> bytes:
    """Return the bytes of a regular file; raises FileProblem, also if there are more than `most`."""
    with _as_problem(file, "read"), _reader(file) as stream:
        return read_opened(stream, most)


def read_text(file: Path, most: int) -> str:
    """Return the text of a regular file in UTF-8, with plain line ends and without a mark at its begin.

    Raises FileProblem, also for more than `most` bytes; UnicodeDecodeError for what is no UTF-8.
    """
    return read_file(file, most).decode("utf-8-sig").replace("\r\n", "\n")


def read_opened(stream: IO[bytes], most: int) -> bytes:
    """Return the bytes of an open regular file; raises OSError if there are more than `most`."""
    size = os.fstat(stream.fileno()).st_size
    if size > most:
        raise OSError(errno.EFBIG, f"it has {size} bytes, and {most} are the most")
    return stream.read(size or most)  # some files of the system report no size


def read_start(file: Path, most: int) -> bytes:
    """Return the first `most` bytes of a regular file, or all if it has fewer; raises FileProblem."""
    with _as_problem(file, "read"), _reader(file) as stream:
        return stream.read(most)


def _reader(file: Path) -> IO[bytes]:
    return os.fdopen(open_regular(file, os.O_RDONLY), "rb")


def open_regular(file: Path, flags: int, mode: int = 0o666) -> int:
    """Open a file as `os.open` does, but without waiting; raises OSError if it is not a regular file."""
    with suppress(FileNotFoundError):
        _check_kind(file.stat().st_mode)  # before it is opened, because opening some devices starts something
    handle = os.open(file, flags | _SAFE, mode)
    try:
        _check_kind(os.fstat(handle).st_mode)
    except OSError:
        os.close(handle)
        raise
    return handle


def _check_kind(mode: int) -> None:
    """Raise OSError for the mode of anything but a regular file."""
    if not stat.S_ISREG(mode):
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(number, f"it is {_KINDS.get(stat.S_IFMT(mode), 'something else')}, not a regular file")


def check_target(target: Path, force: bool = True) -> tuple[Path, os.stat_result | None]:
    """Check that a file may be written; return where it really is, and the status of the old file, if there is one.

    `force`: an old file may be replaced. Raises FileProblem.
    """
    with _as_problem(target, "written"):
        try:
            real = target.resolve()
            old = real.stat()
        except FileNotFoundError:
            return target.resolve(), None
        except RuntimeError as problem:  # how Python up to 3.12 reports links in a circle
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from problem
        _check_kind(old.st_mode)
        if not force:
            raise OSError(errno.EEXIST, IN_THE_WAY)
        if not os.access(real, os.W_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
        return real, old


def version_of(file: Path) -> Version:
    """Return what is different after a file was written or replaced; the same for all files that are missing."""
    try:
        status = file.stat()
    except OSError:
        return 0, 0, 0
    return status.st_ino, status.st_mtime_ns, status.st_size


@contextmanager
def replacing(
    target: Path, force: bool = True, private: bool = False, durable: bool = True, version: Version | None = None
) -> Iterator[Path]:
    """Yield the name of an empty file to write to; when the block ends, it replaces `target`. Raises FileProblem.

    `force`: as in `check_target`. `private`: a new file is for its owner only; an old one keeps its permissions.
    `durable`: wait for the disk; else a power cut could leave an empty file. `version`: of the target as it was read;
    raises FileChanged if it has another one when all is written. An OSError of the block becomes a FileProblem, and
    after any exception the new file is removed.
    """
    real, _ = check_target(target, force)
    fresh = part_beside(real)
    with _as_problem(target, "written"):
        try:
            os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFE, 0o600 if private else 0o666))
            yield fresh
            _, old = check_target(target, force)  # again: the block may have taken an hour
            if old:
                _copy_permissions(old, fresh)
            if durable:
                _flush(fresh)
            if version is not None and version_of(real) != version:
                raise FileChanged
            if force:
                fresh.replace(real)
            else:
                _give_new_name(fresh, real)
        finally:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)


def _give_new_name(file: Path, name: Path) -> None:
    """Rename a file to a name that is free; raises OSError if another program has taken it meanwhile."""
    try:
        if sys.platform == "win32":
            file.rename(name)  # replaces nothing there
            return
        try:
            name.hardlink_to(file)
        except FileExistsError:
            raise
        except OSError:  # a file system without such links
            os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFE, 0o600))
            file.replace(name)
    except FileExistsError as problem:
        raise OSError(errno.EEXIST, IN_THE_WAY) from problem


def part_beside(target: Path) -> Path:
    """Return a new name in the same folder, for a file or folder that is not complete yet."""
    return target.with_name(f"{PREFIX}{secrets.token_hex(4)}{PART}")


def write_file(
    target: Path,
    data: bytes,
    force: bool = True,
    private: bool = False,
    durable: bool = True,
    version: Version | None = None,
) -> None:
    """Write a whole file; the arguments are those of `replacing`. Raises FileProblem, and FileChanged."""
    with replacing(target, force, private, durable, version) as fresh:
        fresh.write_bytes(data)


def make_private_folder(folder: Path) -> None:
    """Create a folder, and those above it that are missing, for the owner only; raises OSError.

    `Path.mkdir` gives that mode to the last one alone. A folder that is there keeps its mode.
    """
    missing = [one for one in folder.parents if not one.exists()]
    for one in (*reversed(missing), folder):
        one.mkdir(0o700, exist_ok=True)


def remove_parts(folder: Path, wall: float) -> None:
    """Remove incomplete files that killed programs left in a folder a day ago. `wall`: seconds since 1970."""
    with suppress(OSError):
        for file in folder.glob(f"{PREFIX}*{PART}"):
            with suppress(OSError):
                if wall - file.lstat().st_mtime > DAY:
                    file.unlink()


def _copy_permissions(old: os.stat_result, fresh: Path) -> None:
    if hasattr(os, "chown"):
        with suppress(OSError):  # only the superuser may give a file away
            os.chown(fresh, old.st_uid, old.st_gid)
    fresh.chmod(stat.S_IMODE(old.st_mode))


def _flush(file: Path) -> None:
    handle = os.open(file, os.O_RDWR | _SAFE)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _as_problem(file: Path, act: str) -> Iterator[None]:
    """Raise FileProblem for an OSError, and for a name that no file can have."""
    try:
        yield
    except FileProblem:
        raise
    except OSError as problem:
        raise FileProblem(file, act, problem) from problem
    except ValueError as problem:  # a NUL in the name, or half a character
        if "\0" not in str(file) and not isinstance(problem, UnicodeEncodeError):
            raise
        raise FileProblem(file, act, "no file can have that name") from problem
