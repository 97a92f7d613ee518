"""A whole match over a bad network: real processes on two machines of our own and a wire that is bent and pulled.

The wire takes 20 ms, 7.5 more or less, for each way: 40 ± 15 ms there and back, and it loses 2 of 100 frames. For a
game the least it can do is to go on; for everybody on the far side of a pulled cable, to be back where they were.
"""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from petard.game.config.arguments import Address
from petard.shared.protocol.messages import Away, Phase, Ready, Setup
from tests.netns.machines import Machine, Wire, skip_without_machines, two_machines
from tests.onlooker import NAME, Onlooker, dress, home_of, is_same, petard
from tests.screens import PETARD_SERVER, running

pytestmark = pytest.mark.netns

LAG, JITTER, LOSS = 20.0, 7.5, 2.0  # ms, ms, per cent; each way
OUT = 10.0  # seconds without a cable
BACK = 8.0  # seconds that coming back may take: half a second, but after a SYN that was lost four more
MATCH = 90.0  # seconds for a round of two of whom one stands on its bombs; five are usual, but draws are played again
LONGEST_FRAME = 1514  # bytes; longer ones were glued together, and no wire carries them
LOOKS = {"Ada": (9, 6), "Bo": (11, 2)}  # colour, character
PLAYERS = tuple(LOOKS)


@pytest.fixture
def machines() -> Iterator[tuple[Machine, Machine, Wire]]:
    skip_without_machines()
    with two_machines() as machines:
        yield machines


def test_a_match_outlives_a_bad_wire_and_ten_seconds_without_a_cable(
    machines: tuple[Machine, Machine, Wire], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, wire = machines
    for variable, value in home_of(tmp_path / "onlooker").items():
        monkeypatch.setenv(variable, value)
    with ExitStack() as stack:
        rules = ["--map", "small", "--rules", "duel", "--rounds", "1", "--seed", "1", "--drain", "0"]
        words = [str(PETARD_SERVER), "--host", a.address, "--ready", "json", *rules]
        server = stack.enter_context(running(a.command(*words)))
        assert server.stdout
        place = Address(a.address, json.loads(server.stdout.readline())["port"])
        onlooker = Onlooker(place, a.entered)
        stack.callback(onlooker.visit.close)
        wire.bend(LAG, JITTER, LOSS)
        for name in PLAYERS:
            home = home_of(tmp_path / name)
            dress(home, name, *LOOKS[name])
            onlooker.games.append(stack.enter_context(petard(str(place), home, b.command())))
        play_and_pull(onlooker, wire)
        onlooker.visit.close()
        server.terminate()
        log = server.communicate(timeout=10)[1]
    for name in PLAYERS:
        assert log.count(f"{name} ({b.address}) joined") == 1, log
        assert log.count(f"{name} ({b.address}) came back") >= 1, log


def play_and_pull(onlooker: Onlooker, wire: Wire) -> None:
    """Play a match to its end, and pull the cable in it."""
    onlooker.look_until(lambda: onlooker.are_here(NAME, *PLAYERS), 30, "all are here")
    onlooker.look_until(lambda: all(onlooker.chair(name).ping for name in PLAYERS), 10, "the server knows the pings")
    onlooker.session.send(Setup("small", "duel", 1, 0, 2, Away.STATUE))
    onlooker.session.send(Ready(True))
    onlooker.look_until(onlooker.is_running, 30, "the round runs")
    wire.pull()
    pulled, before = time.monotonic(), {name: onlooker.chair(name) for name in PLAYERS}
    assert all(seat.ping >= 2 * (LAG - JITTER) for seat in before.values()), before
    onlooker.look_until(lambda: onlooker.are_away(*PLAYERS), OUT + 2, "both are away")
    statues = [onlooker.place(name) for name in PLAYERS]
    assert None not in statues
    onlooker.look_for(pulled + OUT - time.monotonic())
    assert [onlooker.place(name) for name in PLAYERS] == statues
    wire.plug()
    onlooker.look_until(lambda: onlooker.are_here(*PLAYERS), BACK, "both are back")
    assert all(is_same(onlooker.chair(name), before[name]) for name in PLAYERS), (before, onlooker.session.room.seats)
    onlooker.look_until(lambda: not set(statues) & {onlooker.place(name) for name in PLAYERS}, 5, "both steer again")
    onlooker.games.pop().terminate()  # one leaves, so that it does not last for ever
    onlooker.look_until(lambda: onlooker.seat(PLAYERS[-1]) is None, BACK, f"{PLAYERS[-1]} has left")
    onlooker.bombs = True
    onlooker.look_until(onlooker.is_over, MATCH, "the match is over")
    assert Phase.LOBBY not in onlooker.phases[1:]  # a round that was drawn is played again
    figures = wire.count()
    assert figures["lost"] > 0
    assert figures["cut"] > 0
    assert figures["longest"] <= LONGEST_FRAME
