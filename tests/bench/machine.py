"""The machine that is measured on: what it is, how busy it is, and what CPU time a process used."""

import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]

if sys.platform != "win32":
    import resource

LOOPS = 100_000
SERVER_CORE, LOAD_CORE = 0, 1


def description() -> dict[str, object]:
    """What may be compared only with its like."""
    return {
        "system": platform.system(),
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "python": platform.python_version(),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text("utf-8").splitlines() if cpuinfo.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def busy_seconds() -> float:
    """The CPU time that all processes together have used, in seconds since the start of the machine."""
    cpu = psutil.cpu_times()
    return float(sum(cpu) - cpu.idle - getattr(cpu, "iowait", 0.0) - getattr(cpu, "guest", 0.0))


def own_seconds() -> float:
    """The CPU time of this process and of its children that have ended."""
    return sum(os.times()[:4])


class Neighbours:
    """How much of the machine others use, in cores, from the start of this object on."""

    def __init__(self) -> None:
        self._clock, self._busy, self._own = time.monotonic(), busy_seconds(), own_seconds()

    def cores(self) -> float:
        """The mean since the start. Children that still run count as others."""
        seconds = max(0.001, time.monotonic() - self._clock)
        return max(0.0, (busy_seconds() - self._busy - own_seconds() + self._own) / seconds)


def cpu_of(process: int) -> float:
    """The CPU time of a process in seconds; to the nanosecond on Linux, else to some milliseconds."""
    tasks = Path(f"/proc/{process}/task")
    try:
        return sum(int(file.read_text("ascii").split()[0]) for file in tasks.glob("*/schedstat")) / 1e9
    except (OSError, IndexError):
        cpu = psutil.Process(process).cpu_times()
        return float(cpu.user + cpu.system)


@contextmanager
def load_on_its_own_core() -> Iterator[None]:
    """Keep this process, which is the load, off the core of the server, where the system can do that."""
    pin = getattr(os, "sched_setaffinity", None)
    before = os.sched_getaffinity(0) if pin else set()
    if pin and {SERVER_CORE, LOAD_CORE} <= before:
        pin(0, {LOAD_CORE})
    try:
        yield
    finally:
        if pin:
            pin(0, before)


def pin_server(process: int) -> None:
    """Put a server that was just started on its own core."""
    pin = getattr(os, "sched_setaffinity", None)
    if pin and (os.cpu_count() or 1) > LOAD_CORE:
        pin(process, {SERVER_CORE})


def may_open(files: int) -> int:
    """Allow so many open files, here and in processes that are started from now on; returns how many there may be."""
    if sys.platform == "win32":
        return files
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = files if hard == resource.RLIM_INFINITY else min(files, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(soft, most)


def loop_microseconds() -> float:
    """What a fixed loop that does nothing takes now: the machine itself is slower or faster from time to time."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        for _ in range(LOOPS):
            pass
        spent.append(time.process_time() - start)
    return 1e6 * statistics.median(spent)
