"""The clients of a bad day: eight faults at once, in a process of its own.

    python -m tests.faults PORT CONSOLE_PORT WEB_PORT SECONDS

Each fault repeats until the time is over, whatever the server answers: a reader that does not read, connections that
are reset, half of a Hello, a flood of Inputs, a client that is stopped by SIGSTOP, members who vote all the time,
wrong passwords at the console, and requests to the web page as fast as it answers. Talks to 127.0.0.1 only.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello, Input, Ping, Ready, Say
from tests.server.loopback import HELLO, RawClient, framed

PAUSE = 0.05  # seconds between two tries of one fault
MEMBER = "import sys, time\nfrom tests import faults\nfaults.keep_a_member(int(sys.argv[1]))"


def member(port: int, name: str, read_buffer: int = 0) -> RawClient:
    """A client that has sent its Hello."""
    client = RawClient(port, read_buffer=read_buffer)
    client.send(Hello(PROTOCOL, BUILD, name, 1, ""))
    client.sock.settimeout(2.0)
    return client


def keep_a_member(port: int) -> None:
    """Be a member that reads and pings, until the process is ended."""
    client = member(port, "Stopped")
    for number in range(1000):
        client.read()
        client.send(Ping(number))
        time.sleep(PAUSE)


def read_nothing(port: int) -> None:
    client = member(port, "Slow", read_buffer=4096)
    client.read()
    client.send(Ready(True))
    for number in range(60):
        client.send(Ping(number))
        time.sleep(PAUSE)


def reset(port: int) -> None:
    client = member(port, "Reset")
    client.read()
    client.reset()


def half_a_hello(port: int) -> None:
    client = RawClient(port)
    client.send_bytes(framed(HELLO)[:9])
    time.sleep(1.0)


def flood(port: int) -> None:
    client = member(port, "Flood")
    client.read()
    for clock in range(1, 5000):
        client.send_bytes(framed(Input(clock, (17,), 0)))


def stop(port: int) -> None:
    child = subprocess.Popen([sys.executable, "-c", MEMBER, str(port)])
    time.sleep(2.0)
    if sys.platform != "win32":
        os.kill(child.pid, signal.SIGSTOP)
    time.sleep(3.0)
    child.kill()
    child.wait()


def vote(port: int) -> None:
    client = member(port, "Voter")
    client.read()
    for text in ("/vote kick Honest 1", "/yes", "/vote restart", "/yes", "/vote map small", "/yes") * 3:
        client.send(Say(text))
        time.sleep(PAUSE)


def guess(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 2.0) as console:
        for number in range(20):
            console.sendall(f"guess {number}\n".encode())
            if not console.recv(4096):
                break


def ask(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 2.0) as web:
        web.sendall(b"GET /status.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while web.recv(1 << 16):
            pass


def repeat(fault: Callable[[int], None], port: int, until: float) -> None:
    """Do it again and again; that the server ends it is what it should do."""
    while time.monotonic() < until:
        with suppress(OSError):
            fault(port)
        time.sleep(PAUSE)


def main(port: int, console: int, web: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    faults = [(one, port) for one in (read_nothing, reset, half_a_hello, flood, stop, vote)]
    for fault, at in [*faults, (guess, console), (ask, web)]:
        Thread(target=repeat, args=(fault, at, until)).start()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
