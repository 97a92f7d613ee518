"""Runs a module of ours in a Python that looks like Windows: what only POSIX has is gone, and files behave as there.

    python tests/pretended_windows.py petard.server --port 0 --ready json

Rule 1: the standard library and what we depend on are imported before, since they would ask for the real Windows.
Rule 2: what is gone raises AttributeError or ImportError, as on Windows, so a branch that is missing ends the program.
Rule 3: select takes sockets only; an open file is neither deleted nor replaced; a rename replaces nothing.
"""

import errno
import fcntl
import os
import runpy
import select
import selectors
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import Any

IMPORTED = (
    "argparse asyncio concurrent.futures.process ctypes datetime email http.client importlib.metadata json locale "
    "multiprocessing.util platform shutil sqlite3 statistics tempfile tomllib urllib.request wave zoneinfo "
    "msgpack platformdirs psutil pygame scramp tomli_w"
)
GONE: dict[Any, str] = {
    os: "chown fchmod fchown fork getegid geteuid getgid getgroups getloadavg getpgrp getuid killpg lchown "
    "mkfifo mknod openpty posix_fallocate pread pwrite sched_getaffinity sendfile set_blocking setgid setsid setuid "
    "statvfs sysconf tcgetpgrp uname wait O_CLOEXEC O_DIRECTORY O_NOCTTY O_NOFOLLOW O_NONBLOCK",
    signal: "SIGALRM SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGTTIN SIGUSR1 SIGUSR2 alarm pthread_sigmask setitimer",
    select: "epoll poll",
    socket: "AF_UNIX CMSG_LEN CMSG_SPACE SCM_RIGHTS SO_REUSEPORT",
    socket.socket: "recvmsg recvmsg_into sendmsg",
    selectors: "EpollSelector PollSelector",
}
ABSENT = ("fcntl", "grp", "pty", "pwd", "readline", "resource", "termios", "tty")
LOCKED, UNLOCKED = 2, 0  # LK_NBLCK, LK_UNLCK
NO_SOCKET = 10038  # WSAENOTSOCK
KILL = signal.SIGKILL


def main(words: list[str]) -> None:
    """Run the module that is named first, with the other words."""
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    for name in IMPORTED.split():
        import_module(name)
    pretend()
    sys.argv = words
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)


def pretend() -> None:
    """Make this process look like Windows, until it ends."""
    sys.modules["msvcrt"] = locks()
    files_of_windows()
    sockets_of_windows()
    subprocess.Popen.kill = lambda self: self.send_signal(KILL)  # type: ignore[method-assign]
    shutil._use_fd_functions = False  # type: ignore[attr-defined]  # private: it opens folders with POSIX flags
    sysfont = import_module("pygame.sysfont")
    sysfont.initsysfonts_win32 = sysfont.initsysfonts_unix  # type: ignore[attr-defined]  # there is no registry
    for module, names in GONE.items():
        for name in names.split():
            if name in vars(module):
                delattr(module, name)
            elif hasattr(module, name):  # of a class that it inherits from
                setattr(module, name, None)
    for name in ABSENT:
        sys.modules[name] = None  # type: ignore[assignment]
    added: dict[Any, dict[str, int]] = {
        os: {"O_BINARY": 0, "O_NOINHERIT": 0},
        signal: {"SIGBREAK": signal.SIGWINCH},
        socket: {"SO_EXCLUSIVEADDRUSE": socket.SO_KEEPALIVE},
        subprocess: {"CREATE_NEW_PROCESS_GROUP": 0, "CREATE_NO_WINDOW": 0},
    }
    for module, values in added.items():
        for name, value in values.items():
            setattr(module, name, value)
    sys.platform = "win32"


STAT, LISTED, OPENED = os.stat, os.listdir, os.fstat


def is_open(path: Any) -> bool:
    """Return whether this process has a file open that can be deleted on other systems."""
    with suppress(OSError):
        wanted, opened = STAT(path, follow_symlinks=False), set()
        for name in LISTED("/proc/self/fd"):
            with suppress(OSError):
                found = OPENED(int(name))
                opened.add((found.st_dev, found.st_ino))
        return stat.S_ISREG(wanted.st_mode) and (wanted.st_dev, wanted.st_ino) in opened
    return False


def refusing_open_files(change: Callable[..., None], count: int) -> Callable[..., None]:
    """Return `change`, which fails if one of the first `count` files is open."""

    def checked(*paths: Any, **more: Any) -> None:
        for path in paths[:count]:
            if is_open(path):
                raise PermissionError(errno.EACCES, "It is being used by another process", str(path))
        change(*paths, **more)

    return checked


def files_of_windows() -> None:
    """Let no open file be deleted or replaced, and no rename replace a file."""
    move = refusing_open_files(os.rename, 2)

    def rename(old: Any, new: Any, **more: Any) -> None:
        if os.path.lexists(new):
            raise FileExistsError(errno.EEXIST, "Cannot create a file when that file already exists", str(new))
        move(old, new, **more)

    os.unlink, os.remove = refusing_open_files(os.unlink, 1), refusing_open_files(os.remove, 1)
    os.rename = rename  # type: ignore[assignment]
    os.replace = refusing_open_files(os.replace, 2)


def sockets_of_windows() -> None:
    """Let `select` take sockets only, and make a pair of sockets by TCP."""
    select_any = select.select

    def select_sockets(*lists: Any) -> Any:
        for one in (one for some in lists[:3] for one in some):
            if not stat.S_ISSOCK(os.fstat(one if isinstance(one, int) else one.fileno()).st_mode):
                raise OSError(NO_SOCKET, "An operation was attempted on something that is not a socket")
        return select_any(*lists)

    def pair(*_: Any) -> tuple[socket.socket, socket.socket]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            one = socket.create_connection(listener.getsockname())
            return one, listener.accept()[0]

    select.select = select_sockets
    selectors.SelectSelector._select = staticmethod(select_sockets)  # type: ignore[attr-defined]  # private: kept
    selectors.DefaultSelector = selectors.SelectSelector  # type: ignore[assignment, misc]
    socket.socketpair = pair  # type: ignore[assignment]


def locks() -> ModuleType:
    """Return a `msvcrt` whose `locking` locks bytes from the position of the file on, for one open file."""
    module = ModuleType("msvcrt")

    def locking(descriptor: int, mode: int, count: int) -> None:
        kind = fcntl.F_UNLCK if mode == UNLOCKED else fcntl.F_WRLCK
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, struct.pack("hhqqixxxx", kind, os.SEEK_CUR, 0, count, 0))

    module.__dict__.update(locking=locking, LK_NBLCK=LOCKED, LK_UNLCK=UNLOCKED)
    return module


if __name__ == "__main__":
    main(sys.argv[1:])
