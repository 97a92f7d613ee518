"""The wire by itself: a cable on paper, and what a byte takes over a real one."""

import socket
import statistics
import time
from contextlib import ExitStack

import pytest

from tests.netns.machines import Machine, skip_without_machines, two_machines
from tests.netns.wire import Cable

LAG, JITTER, LOSS = 20.0, 7.5, 2.0  # ms, ms, per cent; each way
TIMES = 30


def there_and_back(a: Machine, b: Machine, at: str) -> list[float]:
    """Milliseconds that a byte takes from b to a and back, over and over, sorted."""
    family = socket.AF_INET6 if ":" in at else socket.AF_INET
    with ExitStack() as stack:
        with a.entered():
            listener = stack.enter_context(socket.create_server((at, 0), family=family))
        with b.entered():
            caller = stack.enter_context(socket.socket(family))
        for sock in (listener, caller):
            sock.settimeout(20)
        caller.connect(listener.getsockname())
        called = stack.enter_context(listener.accept()[0])
        for sock in (caller, called):
            sock.settimeout(20)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        taken = []
        for _ in range(TIMES):
            begun = time.monotonic()
            for speaker, hearer in ((caller, called), (called, caller)):
                speaker.sendall(b"?")
                assert hearer.recv(1) == b"?"
            taken.append(1000 * (time.monotonic() - begun))
    return sorted(taken)


def test_a_cable_keeps_the_order_and_its_figures() -> None:
    cable = Cable(seed=1)
    cable.obey(f"bend {LAG} {JITTER} {LOSS}")
    taken = []
    for number in range(5000):
        cable.add(number % 2, b"%d" % number, number / 100)
        taken += [(side, int(frame), number / 100) for side, frame in cable.take(number / 100)]
    assert 60 <= cable.count.lost <= 140
    assert all(side == 1 - number % 2 for side, number, _ in taken)
    for wanted in (0, 1):
        numbers = [number for side, number, _ in taken if side == wanted]
        assert numbers == sorted(numbers)
    late = {round(1000 * now - 10 * number) for _, number, now in taken}
    assert late == {20, 30}  # it was looked at every 10 ms, and takes 12.5 to 27.5
    cable.obey("pull")
    cable.add(0, b"gone", 50.0)
    assert cable.wait(50.0) is None


@pytest.mark.netns
def test_the_wire_is_as_long_and_as_uneven_as_it_is_bent() -> None:
    skip_without_machines()
    with two_machines() as (a, b, wire):
        assert statistics.median(there_and_back(a, b, a.address)) < 20
        wire.bend(LAG, JITTER, 0)
        for at in (a.address, a.address6):
            taken = there_and_back(a, b, at)
            assert statistics.median(taken) > 35, taken
            assert taken[len(taken) // 4] < 55, taken  # a busy machine adds to many of them
            assert 25 <= taken[0] < 38 < 44 < taken[-1], taken
        figures = wire.count()
        assert (figures["lost"], figures["cut"]) == (0, 0)
        assert figures["longest"] <= 1514, "the devices still glue packets together"
        wire.bend(0, 0, 10)
        slow = there_and_back(a, b, a.address)
        assert slow[-1] > 150, "nothing was lost, or nobody sent it again"
