"""Processes that are killed or stopped in the middle of a match, and rejoin it: SIGKILL and SIGSTOP, nothing gentler.

Everything is real: the installed game with a bot that plays, a server process, and an observer in the room.
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
from petard.game.flow.connection_status import status_of
from petard.shared.demo.reader import read_demo
from petard.shared.protocol.messages import Phase, Ready, Seat
from petard.shared.rules.ruleset import TICK_RATE
from tests.observer import (
    CHARACTER,
    COLOUR,
    NAME,
    Observer,
    bot_game,
    environment_of,
    is_same_seat,
    posix_only,
    write_settings,
)
from tests.server.recorded_ends import inflated
from tests.server.server_process import ServerProcess

pytestmark = posix_only

RULES = ("--map", "small", "--rules", "duel", "--rounds", "9", "--seed", "3")
WHO, WORN = "Bo", (9, 6)  # the player whose game is killed; colour and character
SLEEP = 12.0  # seconds with the lid closed; the server waits for ten
HANG = 4.0  # seconds for which the server is stopped; clients wait for three
RECORDED = 1.5  # seconds after which a tick is in the recording, which is written once a second
LOST_MOST = 2 * TICK_RATE  # ticks that may be lost when a killed server goes on
BACK = 10.0  # seconds that rejoining may take on a busy machine; two to five are usual


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of Bo. The observer has another one: they are not the same player."""
    for variable, value in environment_of(tmp_path / "observer").items():
        monkeypatch.setenv(variable, value)
    home = environment_of(tmp_path / WHO)
    write_settings(home, WHO, *WORN)
    return home


@contextmanager
def observer_at(port: int) -> Iterator[Observer]:
    observer = Observer(Address("127.0.0.1", port))
    try:
        yield observer
    finally:
        observer.connection.close()


def begin(observer: Observer) -> Seat:
    """Start a match with Bo, and wait until players can move; return Bo's seat."""
    observer.wait_until(lambda: observer.are_here(NAME, WHO), 30, "both are here")
    observer.session.link.send(Ready(True))
    observer.wait_until(observer.is_running, 20, "the round runs")
    return observer.seat_of(WHO)


@contextmanager
def stopped(process: "subprocess.Popen[str]") -> Iterator[None]:
    """A stopped process; it continues after the block in any case."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


@pytest.mark.long  # tests/game/test_rejoin.py and test_killed_often.py have parts of it
def test_a_game_that_is_killed_during_a_round_rejoins_with_its_seat_and_the_wins_of_its_bot(
    home: dict[str, str],
) -> None:
    with ServerProcess(*RULES) as server, observer_at(server.port) as observer, ExitStack() as stack:
        address = f"127.0.0.1:{server.port}"
        game = stack.enter_context(bot_game(address, home))
        before = begin(observer)
        game.kill()
        observer.wait_until(lambda: observer.are_away(WHO), 5, "the player is away")
        observer.bombs = True
        places = places_until_won(observer)
        observer.bombs = False
        assert len(places) > 9, "no bot plays for the player who is away"
        stack.enter_context(bot_game(address, home))
        observer.wait_until(lambda: observer.are_here(WHO), BACK, "the game is back")
        assert is_same_seat(observer.seat_of(WHO), replace(before, wins=observer.seat_of(WHO).wins))
        assert observer.seat_of(WHO).wins >= 1
        assert Phase.LOBBY not in observer.phases[1:]


def places_until_won(observer: Observer) -> set[tuple[float, float] | None]:
    """Where Bo's body was until a round counted for it."""
    places, begun = set(), time.monotonic()
    while not observer.seat_of(WHO).wins:
        assert time.monotonic() < begun + 60, "a round lasts for ever"
        observer.poll()
        places.add(observer.position_of(WHO))
    return places


@pytest.mark.long  # tests/test_same_match.py has both in virtual time
@pytest.mark.parametrize("sleeps", [False, True])
def test_a_laptop_that_sleeps_and_a_server_that_hangs_cost_nobody_the_match(home: dict[str, str], sleeps: bool) -> None:
    with ServerProcess(*RULES) as server, observer_at(server.port) as observer, ExitStack() as stack:
        game = stack.enter_context(bot_game(f"127.0.0.1:{server.port}", home))
        observer.games.append(game)
        before, mine = begin(observer), observer.seat_of(NAME)
        if sleeps:
            sleep(observer, game)
            before = replace(before, wins=observer.seat_of(WHO).wins)
        with stopped(server.process):
            observer.wait(HANG)
            sign = status_of(observer.connection, time.monotonic())
            assert sign
            assert sign.broken
        observer.wait_until(
            lambda: status_of(observer.connection, time.monotonic()) is None, BACK, "the observer is back"
        )
        observer.wait_until(lambda: observer.are_here(NAME, WHO), BACK, "all are back")
        assert is_same_seat(observer.seat_of(WHO), before)
        assert is_same_seat(observer.seat_of(NAME), mine)
        assert Phase.LOBBY not in observer.phases[1:]


def sleep(observer: Observer, game: "subprocess.Popen[str]") -> None:
    """Stop the game for longer than the server waits, and wait until it is back."""
    with stopped(game):
        begun = time.monotonic()
        observer.wait_until(lambda: observer.are_away(WHO), SLEEP, "the player is away")
        observer.wait(begun + SLEEP - time.monotonic())
    observer.wait_until(lambda: observer.are_here(WHO), BACK, "the game is awake and back")


@pytest.mark.long  # tests/test_same_match.py has it in virtual time
def test_after_a_server_is_killed_and_started_again_its_players_are_in_the_lobby(home: dict[str, str]) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(ServerProcess(*RULES))
        observer = stack.enter_context(observer_at(server.port))
        observer.games.append(stack.enter_context(bot_game(f"127.0.0.1:{server.port}", home)))
        begin(observer)
        server.process.kill()
        server.process.wait(10)
        again = stack.enter_context(ServerProcess("--port", str(server.port), *RULES))
        assert again.port == server.port
        observer.wait_until(lambda: observer.phases[-1] is Phase.LOBBY, BACK, "the observer is in the new lobby")
        observer.wait_until(lambda: observer.are_here(NAME, WHO), BACK, "both are back")
        observer.wait_until(lambda: looks(observer) == [(COLOUR, CHARACTER), WORN], BACK, "both look as they did")


@pytest.mark.parametrize("wins", [0, pytest.param(1, marks=pytest.mark.long)])
def test_a_server_that_is_killed_during_a_round_goes_on_with_the_match_without_a_flag(
    home: dict[str, str], tmp_path: Path, wins: int
) -> None:
    demos = tmp_path / "demos"
    with ExitStack() as stack:
        server = stack.enter_context(ServerProcess(*RULES, "--record", str(demos)))
        observer = stack.enter_context(observer_at(server.port))
        observer.games.append(stack.enter_context(bot_game(f"127.0.0.1:{server.port}", home)))
        begin(observer)
        if wins:
            win_a_round(observer)
        observer.wait(RECORDED)
        before, seats, phases = played(observer), observer.session.room.seats, len(observer.phases)
        server.process.kill()
        server.process.wait(10)
        (demo,) = demos.glob("*.petard")
        stack.enter_context(ServerProcess("--record", str(demos), "--port", str(server.port)))
        observer.wait_until(lambda: played(observer) is not before, BACK, "the observer is back")
        after = played(observer)
        assert after.announcement == before.announcement
        assert before.server_snapshot
        assert after.server_snapshot
        assert 0 <= before.server_snapshot.tick - after.server_snapshot.tick <= LOST_MOST
        observer.wait_until(lambda: observer.are_here(NAME, WHO) and observer.is_running(), BACK, "the round goes on")
        assert all(map(is_same_seat, observer.session.room.seats, seats))
        assert sum(seat.wins for seat in seats) == wins
        assert observer.phases[phases:] == [Phase.LOADING, Phase.PLAYING]
        observer.wait_until(lambda: len(list(demos.glob("*.petard"))) == 2, 5, "there is a recording of it")
        observer.wait(RECORDED)
        parent, child = sorted((file.stat().st_mtime, file) for file in demos.glob("*.petard"))
        assert read_demo(child[1].read_bytes()).header.parent == parent[1].name == demo.name
        told = inflated(parent[1].read_bytes()) + inflated(child[1].read_bytes())
        assert WHO.encode() in told
        assert b"127.0.0.1" not in told, "there is an address in a demo"


def played(observer: Observer) -> ClientRound:
    """The round as the observer knows it; another object each time the server sends it again."""
    assert observer.session.client_round
    return observer.session.client_round


def win_a_round(observer: Observer) -> None:
    """Let Bo win a round, and wait until players can move in the next."""
    observer.bombs = True
    observer.wait_until(lambda: observer.session.room.results, 60, "a round is over")
    observer.bombs = False
    observer.wait_until(
        lambda: played(observer).announcement.number == 2 and observer.is_running(), 30, "the next one runs"
    )


def looks(observer: Observer) -> list[tuple[int, int]]:
    """How the observer and Bo look."""
    return [(seat.colour, seat.character) for seat in map(observer.seat_of, (NAME, WHO))]
