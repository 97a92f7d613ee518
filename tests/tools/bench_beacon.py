"""The cost of a flood on the discovery port: `python -m tests.tools.bench_beacon`. Loopback only, in CPU time.

Before each turn the buffer of the kernel is filled; then the turn is timed. The reference is to read as much and do
nothing with it, in the same run.
"""

import secrets
import socket
import statistics
import sys
import time
from collections.abc import Callable

from petard.server.policy.discovery_answers import BURST, Answerer, Asked
from petard.shared.protocol.beacon import SIZE, AnswerEncoder, Question, encode
from tests.server.beacons import FindableServer, free_port
from tests.shared.protocol.test_beacon import LONGEST

TURNS = 300
FILL = 256  # datagrams before each turn; the kernel keeps as many as it has room for
LIMIT = 5.0  # ms (TRUST.md 7)
HOSTS = 2000


def fill(asker: socket.socket, port: int, make: Callable[[], bytes]) -> None:
    """Send more than one update reads."""
    for _ in range(FILL):
        asker.sendto(make(), ("127.0.0.1", port))


def reference(make: Callable[[], bytes]) -> list[float]:
    """Milliseconds for reading the datagrams only, and microseconds per datagram."""
    times, each = [], []
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker,
    ):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        for _ in range(TURNS):
            fill(asker, sock.getsockname()[1], make)
            start, count = time.process_time(), 0
            while True:
                try:
                    sock.recvfrom(2048)
                except BlockingIOError:
                    break
                count += 1
            spent = time.process_time() - start
            times.append(1000 * spent)
            each.append(1e6 * spent / count)
    return [statistics.median(times), statistics.median(each), max(times)]


def turns(make: Callable[[], bytes]) -> list[float]:
    """Milliseconds of one update of a beacon under such a flood: the median and the worst."""
    findable = FindableServer(free_port())
    times = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        for number in range(TURNS):
            fill(asker, findable.beacon.sockets.port, make)
            start = time.process_time()
            findable.beacon.update(number / 60)
            times.append(1000 * (time.process_time() - start))
    findable.close()
    return [statistics.median(times), max(times)]


def many_sources() -> list[float]:
    """Milliseconds for 256 Questions from 256 addresses in one update, without sockets: median and worst."""
    answerer, answers_of_all = Answerer(), AnswerEncoder(LONGEST)
    asked = [Asked(encode(Question(number)), f"10.0.{number >> 8}.{number & 255}", 40000) for number in range(HOSTS)]
    times = []
    for turn in range(TURNS):
        start, answers = time.process_time(), 0
        for number in range(FILL):
            answers += bool(answerer.answer(asked[(turn * FILL + number) % HOSTS], answers_of_all, 1, turn * 1.0))
        times.append(1000 * (time.process_time() - start))
        assert answers == BURST
    return [statistics.median(times), max(times)]


def main() -> int:
    """Print the figures; return 1 if the worst update is longer than allowed."""
    question = encode(Question(1))
    bare = reference(lambda: question)
    say = sys.stdout.write
    say(f"reference: reading alone {bare[0]:.2f} ms a turn, {bare[1]:.1f} µs a datagram\n")
    floods = {
        "noise of the right length": turns(lambda: secrets.token_bytes(SIZE)),
        "questions from one address": turns(lambda: question),
        f"{FILL} questions from {FILL} addresses": many_sources(),
    }
    for name, (median, most) in floods.items():
        say(f"{name}: {median:.2f} ms a turn, worst {most:.2f} ms, {median / bare[0]:.1f} x the reference\n")
    worst = max(most for _, most in floods.values())
    say(f"worst turn {worst:.2f} ms of {LIMIT:.0f}\n")
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
