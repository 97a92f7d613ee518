"""Labs about the line: packets that come late or never, and a cable that is pulled."""

import heapq
import os
import random
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress

from petard.game.devtools.child_server import CannotRun, ChildServer
from petard.game.devtools.lab.experiment import OWN_PROGRAM, REAL_SERVER, Lab, LabClient, Show

SECONDS = 5
JITTER, LOSS = 0.03, 0.02  # seconds, share
INSIDE = "--inside-a-namespace"
WITHOUT_TIMEOUTS = (
    "import petard.server.net.listeners as listeners; "
    "import petard.server.policy.limits as limits, petard.server.policy.outbox as outbox; "
    "listeners.USER_TIMEOUT, listeners.KEEPALIVE = 0, {}; limits.SILENCE_MOST = limits.STALL = outbox.STUCK = 1e9"
)
PULLED = 12.0  # seconds that the cable is out


class _BadLine:
    """Carries packets from one socket to another, each a little late, some never. It runs in a thread of its own."""

    def __init__(self, entry: socket.socket, exit_to: socket.socket, jitter: float, loss: float) -> None:
        self.is_over = threading.Event()
        self._entry, self._exit_to, self._jitter, self._loss = entry, exit_to, jitter, loss
        self._chance = random.Random(3)
        self._waiting: list[tuple[float, bytes]] = []  # when each is due

    def carry(self) -> None:
        self._entry.settimeout(0.001)
        while not self.is_over.is_set():
            with suppress(TimeoutError):
                data = self._entry.recv(100)
                if self._chance.random() >= self._loss:
                    due = time.monotonic() + 0.02 + self._chance.random() * self._jitter
                    heapq.heappush(self._waiting, (due, data))
            while self._waiting and self._waiting[0][0] <= time.monotonic():
                self._entry.sendto(heapq.heappop(self._waiting)[1], self._exit_to.getsockname())


def _walk(sender: socket.socket, line: socket.socket) -> None:
    """Send a position 60 times a second."""
    due = time.monotonic()
    for step in range(SECONDS * 60):
        sender.sendto(struct.pack("!I", step), line.getsockname())
        due += 1 / 60
        time.sleep(max(0.0, due - time.monotonic()))


def _positions(jitter: float, loss: float, newest_only: bool) -> tuple[int, int]:
    """Send positions by UDP over a bad line. Return how many came, and how often the player jumped back."""
    with ExitStack() as stack:
        receiver, line, sender = (
            stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(3)
        )
        for sock in (receiver, line):
            sock.bind(("127.0.0.1", 0))
        receiver.settimeout(0.5)
        bad = _BadLine(line, receiver, jitter, loss)
        threads = [threading.Thread(target=bad.carry), threading.Thread(target=_walk, args=(sender, line))]
        for thread in threads:
            thread.start()
        came = back = last = 0
        with suppress(TimeoutError):
            while True:
                step = struct.unpack("!I", receiver.recv(100))[0]
                came += 1
                back += step < last and not newest_only
                last = max(step, last) if newest_only else step
        bad.is_over.set()
        for thread in threads:
            thread.join()
    return came, back


def udp(show: Show) -> str:
    results = {}

    def run(what: str, jitter: float, loss: float, newest_only: bool) -> None:
        results[what] = _positions(jitter, loss, newest_only)

    lines = (
        ("a line without trouble", 0.0, 0.0, False),
        ("30 ms of jitter, 2 % lost", JITTER, LOSS, False),
        ("the same, only newer positions count", JITTER, LOSS, True),
    )
    threads = [threading.Thread(target=run, args=line) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for what, *_ in lines:
        came, back = results[what]
        show(f"{what}: {came} of {SECONDS * 60} positions came, the player jumped back {back} times")
    jumps = results[lines[1][0]][1]
    return (
        f"No byte is wrong: each packet is whole. But of {SECONDS * 60} ticks, {jumps} showed the player at an "
        f"older place than "
        "the tick before, since packets overtake each other."
    )


def cable(show: Show) -> str:
    """Run this lab again in a network of its own, whose cable may be pulled."""
    needed = [program for program in ("unshare", "ip") if shutil.which(program) is None]
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or needed:
        raise CannotRun("This lab pulls a cable in a network of its own: it needs Linux, root, unshare and ip.")
    command = ["unshare", "--net", sys.executable, "-m", "petard.game", "lab", "cable", INSIDE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as inside:
        assert inside.stdout is not None
        try:
            *lines, last = [line.rstrip("\n") for line in inside.stdout] or [""]
        except KeyboardInterrupt:
            inside.terminate()  # a signal that came to this process alone
            raise
    if inside.returncode != 0 or not last:
        raise CannotRun("The network of its own could not be made.")
    for line in lines:
        show(line)
    return last


def pull_cable(show: Show) -> str:
    """Pull the cable of the only interface of this network. CannotRun: there are others, so it is not our own."""
    links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout.splitlines()
    if len(links) != 1 or ": lo:" not in links[0]:
        raise CannotRun("This is not a network of its own.")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    with (
        ChildServer() as right,
        ChildServer(swap=WITHOUT_TIMEOUTS) as wrong,
        LabClient(right.port) as ada,
        LabClient(wrong.port) as bo,
    ):
        for client in (ada, bo):
            client.play(1)
        subprocess.run(["ip", "link", "set", "lo", "down"], check=True)
        watchers = [_Watcher(server) for server in (right, wrong)]
        for watcher, what in zip(watchers, ("with time-outs", "without"), strict=True):
            after = f"after {watcher.seconds:.1f} s" if watcher.wait() else f"not in {PULLED:.0f} s"
            show(f"a server {what} notices it: {after}")
    return (
        f"Byte {ada.received}, in the lobby (tick {ada.tick}): the cable is out, no byte says so, and only a time-out "
        "notices it."
    )


class _Watcher:
    """Looks into the log of a server until it says that a client is gone. `seconds`: after how many."""

    def __init__(self, server: ChildServer) -> None:
        self.seconds = 0.0
        self._begin, self._server, self._noticed = time.monotonic(), server, threading.Event()
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while time.monotonic() < self._begin + PULLED:
            if any("Ada" in line and "joined" not in line for line in self._server.log.copy()):
                self.seconds = time.monotonic() - self._begin
                self._noticed.set()
                return
            time.sleep(0.02)

    def wait(self) -> bool:
        """Wait until PULLED seconds after the cable was pulled; return whether the server noticed it."""
        return self._noticed.wait(max(0.0, self._begin + PULLED - time.monotonic()))


LABS = (
    Lab(
        "udp",
        "Positions travel by UDP, and each one that arrives is shown.",
        udp,
        "Which number must be in each packet, and what does the receiver do with it?",
        (
            "The tick of the position. What is older than the last one shown is thrown away: with 'newest only' "
            "there is no jump. What is lost stays lost, and the next packet makes it good."
        ),
        "shared/protocol/state.py",
        "a-who",
        f"{OWN_PROGRAM} It only imitates a bad connection.",
    ),
    Lab(
        "cable",
        "A server has no time-outs.",
        cable,
        "Why does TCP itself not notice a pulled cable?",
        (
            "A connection is only what both ends remember. While nobody sends, nothing is missing. Who sends "
            "waits for an acknowledgement, for a quarter of an hour. TCP_USER_TIMEOUT, keepalive or a Ping of "
            "your own end it earlier."
        ),
        "server/policy/limits.py",
        "4-room",
        f"{REAL_SERVER} It needs Linux and root: it makes a network of its own (namespace), and touches no other.",
    ),
)
