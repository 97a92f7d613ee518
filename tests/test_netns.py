"""A whole match over a bad network: real processes in two network namespaces, and a wire that is slow and unplugged.

The wire takes 20 ± 7.5 ms each way, so 40 ± 15 ms there and back, and it loses 2 % of the frames. The match has to go
on, and the players behind the unplugged cable have to rejoin with their seats.
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
from tests.observer import NAME, Observer, bot_game, environment_of, is_same_seat, write_settings
from tests.screens import PETARD_SERVER, running

pytestmark = pytest.mark.netns

LAG, JITTER, LOSS = 20.0, 7.5, 2.0  # ms, ms, per cent; each way
OUT = 4.0  # seconds without a cable, after which a game has connected again by itself
OUT_LONG = 10.0  # after which the server has given up the connection
BACK = 8.0  # seconds that rejoining may take: half a second, and four more after a lost SYN
MATCH = 90.0  # seconds for a round of two of whom one stands on its bombs; five are usual, but draws are played again
LONGEST_FRAME = 1514  # bytes; longer ones were merged by the system, and no wire carries them
LOOKS = {"Ada": (9, 6), "Bo": (11, 2)}  # colour, character
PLAYERS = tuple(LOOKS)


@pytest.fixture
def machines() -> Iterator[tuple[Machine, Machine, Wire]]:
    skip_without_machines()
    with two_machines() as machines:
        yield machines


@pytest.mark.parametrize("out", [OUT, pytest.param(OUT_LONG, marks=pytest.mark.long)])
def test_a_match_survives_a_bad_wire_and_seconds_without_a_cable(
    machines: tuple[Machine, Machine, Wire], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: float
) -> None:
    a, b, wire = machines
    for variable, value in environment_of(tmp_path / "observer").items():
        monkeypatch.setenv(variable, value)
    with ExitStack() as stack:
        rules = ["--map", "small", "--rules", "duel", "--rounds", "1", "--seed", "1", "--drain", "0"]
        words = [str(PETARD_SERVER), "--host", a.address, "--ready", "json", *rules]
        server = stack.enter_context(running(a.command(*words)))
        assert server.stdout
        place = Address(a.address, json.loads(server.stdout.readline())["port"])
        observer = Observer(place, a.entered)
        stack.callback(observer.connection.close)
        wire.bend(LAG, JITTER, LOSS)
        for name in PLAYERS:
            home = environment_of(tmp_path / name)
            write_settings(home, name, *LOOKS[name])
            observer.games.append(stack.enter_context(bot_game(str(place), home, b.command())))
        play_and_pull(observer, wire, out)
        if out >= OUT_LONG:
            end_the_match(observer)
        assert Phase.LOBBY not in observer.phases[1:]  # a round that was drawn is played again
        observer.connection.close()
        server.terminate()
        log = server.communicate(timeout=10)[1]
    for name in PLAYERS:
        assert log.count(f"{name} ({b.address}) joined") == 1, log
        assert log.count(f"{name} ({b.address}) came back") >= 1, log


def play_and_pull(observer: Observer, wire: Wire, out: float) -> None:
    """Play a match, unplug the cable for so many seconds during it, and wait until all play on."""
    observer.wait_until(lambda: observer.are_here(NAME, *PLAYERS), 30, "all are here")
    observer.wait_until(lambda: all(observer.seat_of(name).ping for name in PLAYERS), 10, "the server knows the pings")
    observer.session.link.send(Setup("small", "duel", 1, 0, 2, Away.STATUE))
    observer.session.link.send(Ready(True))
    observer.wait_until(observer.is_running, 30, "the round runs")
    wire.pull()
    pulled, before = time.monotonic(), {name: observer.seat_of(name) for name in PLAYERS}
    assert all(seat.ping >= 2 * (LAG - JITTER) for seat in before.values()), before
    if out >= OUT_LONG:
        observer.wait_until(lambda: observer.are_away(*PLAYERS), out + 2, "both are away")
    still = [observer.position_of(name) for name in PLAYERS]
    assert None not in still
    observer.wait(pulled + out - time.monotonic())
    assert [observer.position_of(name) for name in PLAYERS] == still or out < OUT_LONG, "a statue has moved"
    still = [observer.position_of(name) for name in PLAYERS]
    wire.plug()
    observer.wait_until(lambda: observer.are_here(*PLAYERS), BACK, "both are back")
    assert all(is_same_seat(observer.seat_of(name), before[name]) for name in PLAYERS), (
        before,
        observer.session.room.seats,
    )
    observer.wait_until(
        lambda: not set(still) & {observer.position_of(name) for name in PLAYERS}, BACK, "both steer again"
    )
    figures = wire.count()
    assert figures["lost"] > 0
    assert figures["cut"] > 0
    assert figures["longest"] <= LONGEST_FRAME


def end_the_match(observer: Observer) -> None:
    """Let one player leave and the observer lose, so that the match ends."""
    observer.games.pop().terminate()
    observer.wait_until(lambda: observer.seat(PLAYERS[-1]) is None, BACK, f"{PLAYERS[-1]} has left")
    observer.bombs = True
    observer.wait_until(observer.is_over, MATCH, "the match is over")
