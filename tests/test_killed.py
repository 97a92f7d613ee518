"""Processes that die or fall asleep in the middle of a match, and are back in it: SIGKILL and SIGSTOP, nothing gentler.

Everything is real: the installed game with a bot on the seat, a server in a process, and an onlooker among them, who
tells what the room shows.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from petard.game.client.client_round import ClientRound
from petard.game.config.arguments import Address
from petard.shared.demo.reader import read_demo
from petard.shared.protocol.messages import Phase, Ready, Seat
from petard.shared.rules.ruleset import TICK_RATE
from tests.onlooker import CHARACTER, COLOUR, NAME, Onlooker, dress, home_of, is_same, petard, posix_only
from tests.server.process import Server
from tests.server.taping import inflated

pytestmark = posix_only

RULES = ("--map", "small", "--rules", "duel", "--rounds", "9", "--seed", "3")
WHO, WORN = "Bo", (9, 6)  # the game that all of this happens to; colour and character
SLEEP = 12.0  # seconds with the lid closed; the server waits for ten
HANG = 5.0  # seconds in which the server is not there; clients wait for three
LOST_MOST = 2 * TICK_RATE  # ticks that are gone when a killed server goes on
BACK = 10.0  # seconds that coming back may take on a busy machine; two to five are usual


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The home of Bo. The onlooker has another one: they are not the same person."""
    for variable, value in home_of(tmp_path / "onlooker").items():
        monkeypatch.setenv(variable, value)
    home = home_of(tmp_path / WHO)
    dress(home, WHO, *WORN)
    return home


@contextmanager
def onlooker_at(port: int) -> Iterator[Onlooker]:
    onlooker = Onlooker(Address("127.0.0.1", port))
    try:
        yield onlooker
    finally:
        onlooker.visit.close()


def begin(onlooker: Onlooker) -> Seat:
    """Start a match with Bo, and wait until everybody may move; answers with Bo's chair."""
    onlooker.look_until(lambda: onlooker.are_here(NAME, WHO), 30, "both are here")
    onlooker.session.send(Ready(True))
    onlooker.look_until(onlooker.is_running, 20, "the round runs")
    return onlooker.chair(WHO)


@contextmanager
def stopped(process: "subprocess.Popen[str]") -> Iterator[None]:
    """A process that sleeps; it is woken up whatever happens."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


def test_a_game_that_is_killed_in_mid_round_comes_back_to_its_chair_and_to_what_was_won_on_it_meanwhile(
    home: dict[str, str],
) -> None:
    with Server(*RULES) as server, onlooker_at(server.port) as onlooker, ExitStack() as stack:
        address = f"127.0.0.1:{server.port}"
        game = stack.enter_context(petard(address, home))
        before = begin(onlooker)
        game.kill()
        onlooker.look_until(lambda: onlooker.are_away(WHO), 5, "the chair is away")
        onlooker.bombs = True
        places = places_until_won(onlooker)
        onlooker.bombs = False
        assert len(places) > 9, "nobody plays for the one who is away"
        stack.enter_context(petard(address, home))
        onlooker.look_until(lambda: onlooker.are_here(WHO), BACK, "the game is back")
        assert is_same(onlooker.chair(WHO), replace(before, wins=onlooker.chair(WHO).wins))
        assert onlooker.chair(WHO).wins >= 1
        assert Phase.LOBBY not in onlooker.phases[1:]


def places_until_won(onlooker: Onlooker) -> set[tuple[float, float] | None]:
    """Where Bo's body was until a round counted for it."""
    places, begun = set(), time.monotonic()
    while not onlooker.chair(WHO).wins:
        assert time.monotonic() < begun + 60, "a round lasts for ever"
        onlooker.look()
        places.add(onlooker.place(WHO))
    return places


def test_a_laptop_that_slept_and_a_server_that_hung_cost_nobody_the_match(home: dict[str, str]) -> None:
    with Server(*RULES) as server, onlooker_at(server.port) as onlooker, ExitStack() as stack:
        game = stack.enter_context(petard(f"127.0.0.1:{server.port}", home))
        onlooker.games.append(game)
        before, mine = begin(onlooker), onlooker.chair(NAME)
        with stopped(game):
            begun = time.monotonic()
            onlooker.look_until(lambda: onlooker.are_away(WHO), SLEEP, "the chair is away")
            onlooker.look_for(begun + SLEEP - time.monotonic())
        onlooker.look_until(lambda: onlooker.are_here(WHO), BACK, "the game is awake and back")
        before = replace(before, wins=onlooker.chair(WHO).wins)
        with stopped(server.process):
            onlooker.look_for(HANG)
            sign = onlooker.visit.status(time.monotonic())
            assert sign
            assert sign.broken
        onlooker.look_until(lambda: onlooker.visit.status(time.monotonic()) is None, BACK, "the onlooker is back")
        onlooker.look_until(lambda: onlooker.are_here(NAME, WHO), BACK, "all are back")
        assert is_same(onlooker.chair(WHO), before)
        assert is_same(onlooker.chair(NAME), mine)
        assert Phase.LOBBY not in onlooker.phases[1:]


def test_a_server_that_is_killed_and_started_again_has_its_players_back_in_the_lobby(home: dict[str, str]) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(Server(*RULES))
        onlooker = stack.enter_context(onlooker_at(server.port))
        onlooker.games.append(stack.enter_context(petard(f"127.0.0.1:{server.port}", home)))
        begin(onlooker)
        server.process.kill()
        server.process.wait(10)
        again = stack.enter_context(Server("--port", str(server.port), *RULES))
        assert again.port == server.port
        onlooker.look_until(lambda: onlooker.phases[-1] is Phase.LOBBY, BACK, "the onlooker is in the new lobby")
        onlooker.look_until(lambda: onlooker.are_here(NAME, WHO), BACK, "both are back")
        onlooker.look_until(lambda: looks(onlooker) == [(COLOUR, CHARACTER), WORN], BACK, "both look as they did")


def test_a_server_that_is_killed_in_mid_round_goes_on_with_the_match_from_its_recording(
    home: dict[str, str], tmp_path: Path
) -> None:
    demos = tmp_path / "demos"
    with ExitStack() as stack:
        server = stack.enter_context(Server(*RULES, "--record", str(demos)))
        onlooker = stack.enter_context(onlooker_at(server.port))
        onlooker.games.append(stack.enter_context(petard(f"127.0.0.1:{server.port}", home)))
        begin(onlooker)
        win_a_round(onlooker)
        onlooker.look_for(1.5)
        before, chairs, phases = played(onlooker), onlooker.session.room.seats, len(onlooker.phases)
        server.process.kill()
        server.process.wait(10)
        (demo,) = demos.glob("*.petard")
        resume = ("--resume", str(demo), "--record", str(demos), "--port", str(server.port))
        stack.enter_context(Server(*resume))
        onlooker.look_until(lambda: played(onlooker) is not before, BACK, "the onlooker is back")
        after = played(onlooker)
        assert after.announcement == before.announcement
        assert before.server_snapshot
        assert after.server_snapshot
        assert 0 <= before.server_snapshot.tick - after.server_snapshot.tick <= LOST_MOST
        onlooker.look_until(lambda: onlooker.are_here(NAME, WHO) and onlooker.is_running(), BACK, "the round goes on")
        assert all(map(is_same, onlooker.session.room.seats, chairs))
        assert sum(seat.wins for seat in chairs) == 1
        assert onlooker.phases[phases:] == [Phase.LOADING, Phase.PLAYING]
        onlooker.look_until(lambda: len(list(demos.glob("*.petard"))) == 2, 5, "there is a recording of it")
        onlooker.look_for(1.5)
        parent, child = sorted((file.stat().st_mtime, file) for file in demos.glob("*.petard"))
        assert read_demo(child[1].read_bytes()).header.parent == parent[1].name == demo.name
        told = inflated(parent[1].read_bytes()) + inflated(child[1].read_bytes())
        assert WHO.encode() in told
        assert b"127.0.0.1" not in told, "there is an address in a demo"


def played(onlooker: Onlooker) -> ClientRound:
    """The round as the onlooker knows it; another object each time it is told it anew."""
    assert onlooker.session.client_round
    return onlooker.session.client_round


def win_a_round(onlooker: Onlooker) -> None:
    """Let Bo win one, and wait until everybody may move in the next."""
    onlooker.bombs = True
    onlooker.look_until(lambda: onlooker.session.room.results, 60, "a round is over")
    onlooker.bombs = False
    onlooker.look_until(
        lambda: played(onlooker).announcement.number == 2 and onlooker.is_running(), 30, "the next one runs"
    )


def looks(onlooker: Onlooker) -> list[tuple[int, int]]:
    """How the onlooker and Bo look."""
    return [(seat.colour, seat.character) for seat in map(onlooker.chair, (NAME, WHO))]
