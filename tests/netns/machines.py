"""Machines for tests: network namespaces with one device each, and a wire of ours between the devices.

    A  10.77.0.1, fd77::1  eth0 ── to-a │ the wire's own namespace │ to-b ── eth0  10.77.0.2, fd77::2  B

Or more than two machines at a hub of ours, which has its own namespace as well.

Rule 1: nothing is created, changed or sent outside these namespaces; their names are unique.
Rule 2: the processes that were started here are ended and the namespaces deleted in any case.
Rule 3: devices pass packets on as they were sent: not merged and with their checksums. Otherwise a raw socket would
        carry packets that no wire can carry, with checksums that nobody has computed.
"""

import ctypes
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any

import pytest

WIRE = Path(__file__).with_name("wire.py")
ROOT = Path(__file__).parents[2]
NAMED = Path("/run/netns")  # where `ip netns` keeps them
PROGRAMS = ("ip", "ethtool")
WANTED = "run as root on Linux with iproute2 and ethtool installed (Debian: apt-get install iproute2 ethtool)"
OFF = ("tx", "rx", "gso", "tso", "gro", "sg")
NEW_NETWORK = 0x40000000  # CLONE_NEWNET
PATIENCE = 20.0  # seconds for a command that takes milliseconds
_numbers = itertools.count(1)


@cache
def why_no_machines() -> str:
    """What a person has to do so that namespaces can be created; "" if they can."""
    if sys.platform != "linux" or os.geteuid() != 0 or not all(map(shutil.which, PROGRAMS)):
        return WANTED
    name = _new_name("probe")
    try:
        _run("ip", "netns", "add", name)
        _run("ip", "netns", "delete", name)
    except CannotRun as problem:
        return f"let root make network namespaces ({problem})"
    return ""


def skip_without_machines() -> None:
    """Skip a test that needs machines if they cannot be created; never for root in CI, or it would test nothing."""
    reason = why_no_machines()
    if reason and not (os.environ.get("CI") and sys.platform == "linux" and os.geteuid() == 0):
        pytest.skip(reason)
    assert not reason, reason


def _new_name(what: str) -> str:
    return f"petard-{os.getpid()}-{next(_numbers)}-{what}"


class CannotRun(Exception):
    """A command of the system failed; the text is the command and its error output."""


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if done.returncode:
        raise CannotRun(f"{' '.join(command)}: {done.stderr.strip()}")


class Machine:
    """One namespace. `address` is IPv4, `address6` IPv6; both are private. `local` is IPv6, link-local."""

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self.address = f"10.77.0.{number}"
        self.address6 = f"fd77::{number}"
        self.local = f"fe80::77:{number}"

    def command(self, *words: str) -> list[str]:
        """The command that runs `words` on this machine, in a process with the same pid."""
        return ["ip", "netns", "exec", self.name, *words]

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Sockets that this thread creates inside the block belong to this machine, and stay there."""
        with Path("/proc/thread-self/ns/net").open("rb") as home, (NAMED / self.name).open("rb") as here:
            _enter(here)
            try:
                yield
            finally:
                _enter(home)


def _enter(namespace: IO[bytes]) -> None:
    system = ctypes.CDLL(None, use_errno=True)  # Python has os.setns only from 3.12 on
    if system.setns(namespace.fileno(), NEW_NETWORK):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


class Wire:
    """The wire between the two machines: it can be made worse, unplugged and plugged in."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def bend(self, lag: float, jitter: float, loss: float) -> None:
        """Set the delay of one way and its jitter, both in milliseconds, and the loss in per cent."""
        self._order(f"bend {lag} {jitter} {loss}")

    def pull(self) -> None:
        """Unplug the cable."""
        self._order("pull")

    def plug(self) -> None:
        """Plug it in again."""
        self._order("plug")

    def count(self) -> dict[str, Any]:
        """What it has carried: the fields of tests.netns.wire.Count."""
        return self._order("count")

    def _order(self, order: str) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the process of the wire has ended"
        figures: dict[str, Any] = json.loads(answer)
        return figures


@contextmanager
def two_machines(seed: int = 1) -> Iterator[tuple[Machine, Machine, Wire]]:
    """Two machines and the wire between them, without delay and loss at first."""
    with ExitStack() as stack:
        middle = _new_namespace("wire", stack)
        machines = []
        for number, side in enumerate(("to-a", "to-b"), 1):
            machine = Machine(_new_namespace(side, stack), number)
            _plug_in(machine, side, middle)
            machines.append(machine)
        command = ["ip", "netns", "exec", middle, sys.executable, str(WIRE), "to-a", "to-b", str(seed)]
        process = stack.enter_context(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
        stack.callback(process.kill)
        wire = Wire(process)
        wire.count()  # an answer means that it runs
        yield machines[0], machines[1], wire


class Hub:
    """The hub between many machines: it can be made worse, and reset."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def order(self, *orders: str) -> None:
        """Send orders to it; they are listed in tests/netns/hub.py."""
        assert self._process.stdin
        assert self._process.stdout
        for order in orders:
            self._process.stdin.write(order + "\n")
            self._process.stdin.flush()
            assert self._process.stdout.readline() == "ok\n", order


@contextmanager
def machines_at_a_hub(count: int) -> Iterator[tuple[list[Machine], Hub]]:
    """Machines at a hub; the last one is the router of the others. The hub knows them as to-1, to-2 and so on."""
    with ExitStack() as stack:
        middle = _new_namespace("hub", stack)
        sides = [f"to-{number}" for number in range(1, count + 1)]
        machines = [Machine(_new_namespace(side, stack), number) for number, side in enumerate(sides, 1)]
        for machine, side in zip(machines, sides, strict=True):
            _plug_in(machine, side, middle)
            _run("ip", "-n", machine.name, "address", "add", f"{machine.local}/64", "dev", "eth0", "nodad")
        for machine in machines[:-1]:
            _run("ip", "-n", machine.name, "route", "replace", "default", "via", machines[-1].address)
        command = ["ip", "netns", "exec", middle, sys.executable, "-m", "tests.netns.hub", *sides]
        process = stack.enter_context(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        )
        stack.callback(process.kill)
        hub = Hub(process)
        hub.order("reset")  # an answer means that it runs
        yield machines, hub


def _new_namespace(what: str, stack: ExitStack) -> str:
    name = _new_name(what)
    _run("ip", "netns", "add", name)
    stack.callback(_run, "ip", "netns", "delete", name)
    return name


def _plug_in(machine: Machine, side: str, middle: str) -> None:
    """Give a machine its device, whose other end is called `side` and is in the namespace of the wire."""
    name = machine.name
    _run("ip", "-n", middle, "link", "add", "name", side, "type", "veth", "peer", "name", "eth0", "netns", name)
    for namespace, device in ((middle, side), (name, "eth0")):
        # The kernel must not add addresses of its own: they would cause traffic on the wire.
        _run("ip", "-n", namespace, "link", "set", device, "addrgenmode", "none")
        switches = [word for switch in OFF for word in (switch, "off")]
        _run("ip", "netns", "exec", namespace, "ethtool", "-K", device, *switches)
    _run("ip", "-n", name, "address", "add", f"{machine.address}/24", "dev", "eth0")
    _run("ip", "-n", name, "address", "add", f"{machine.address6}/64", "dev", "eth0", "nodad")
    for namespace, device in ((middle, side), (name, "lo"), (name, "eth0")):
        _run("ip", "-n", namespace, "link", "set", device, "up")
    _run("ip", "-n", name, "route", "add", "default", "dev", "eth0")
