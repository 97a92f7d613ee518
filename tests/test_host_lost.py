"""A room that outlives its host, with real games: a server is killed, and the room goes on at a player's computer.

Everything is real: the server process, the installed game with a bot that plays, the standby that this game starts by
itself, and an observer with the game's own connection. All run on one machine, so the standby is on the server's own
computer, which it is only where no other computer is in the room.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.connection_status import moved_notice, status_of
from petard.game.flow.local_server import SERVER, LocalServer, LocalServerOptions
from petard.game.flow.server_connection import ServerConnection
from petard.shared.protocol.messages import Phase, Ready
from tests.guest import Guest
from tests.observer import NAME, Observer, bot_game, environment_of, is_same_seat, posix_only, write_settings
from tests.server.server_process import ServerProcess

pytestmark = posix_only

RULES = ("--map", "small", "--rules", "duel", "--rounds", "9", "--seed", "3", "--standby", "on")
BO, CY = "Bo", "Cy"
PATIENCE = 40.0  # seconds, on a busy machine; three are usual
OLD_MOST = 30  # ticks by which a copy may be old; six are usual


@pytest.fixture
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """The environments of the games; the observer's is that of this process."""
    for variable, value in environment_of(tmp_path / "observer").items():
        monkeypatch.setenv(variable, value)
    homes = {}
    for number, name in enumerate((BO, CY)):
        homes[name] = environment_of(tmp_path / name) | {"PETARD_WEB": "off"}
        write_settings(homes[name], name, 8 + number, 5 + number)
    return homes


@contextmanager
def playing(homes: dict[str, dict[str, str]], *names: str) -> Iterator[tuple[ServerProcess, Observer]]:
    """A match of these games and the observer on a server that is to be killed, once somebody keeps a copy of it."""
    with ExitStack() as stack:
        server = stack.enter_context(ServerProcess(*RULES))
        observer = Observer(Address("127.0.0.1", server.port))
        stack.callback(observer.connection.close)
        observer.games += [stack.enter_context(bot_game(f"127.0.0.1:{server.port}", homes[one])) for one in names]
        observer.wait_until(lambda: observer.are_here(NAME, *names), PATIENCE, "all are here")
        observer.session.link.send(Ready(True))
        observer.wait_until(observer.is_running, PATIENCE, "the round runs")
        copies = min(len(names), 2)
        observer.wait_until(lambda: len(observer.session.room.keepers) == copies, PATIENCE, "copies are kept")
        yield server, observer


def loses_its_host(server: ServerProcess, observer: Observer, *names: str) -> None:
    """Kill the server with SIGKILL, and see that the same round goes on elsewhere, with the same people."""
    session = observer.session
    before = {name: observer.seat_of(name) for name in (NAME, *names)}
    number, keeper = session.announcement, session.room.keepers[0].name
    assert number
    assert session.client_round
    assert session.client_round.server_snapshot
    tick = session.client_round.server_snapshot.tick
    server.process.kill()
    observer.wait_until(lambda: observer.connection.is_disconnected, PATIENCE, "the loss is noticed")
    status = status_of(observer.connection, time.monotonic())
    assert status
    assert status.coming == f"Looking there and at {keeper}'s"
    observer.wait_until(lambda: not observer.connection.is_disconnected, PATIENCE, "the observer is back")
    assert f"The game goes on at {keeper}'s." in moved_notice(observer.connection, time.monotonic())
    observer.wait_until(lambda: observer.are_here(NAME, *names), PATIENCE, "all are back")
    assert session.room.welcome
    assert session.room.welcome.returned
    for name, seat in before.items():
        assert is_same_seat(observer.seat_of(name), replace(seat, wins=observer.seat_of(name).wins))
        assert observer.seat_of(name).wins >= seat.wins
    again = session.announcement
    assert again
    assert again.number >= number.number
    snapshot = session.client_round.server_snapshot
    assert again.number > number.number or (snapshot and snapshot.tick >= tick - OLD_MOST)
    assert Phase.LOBBY not in observer.phases[1:]
    observer.wait_until(observer.is_running, PATIENCE, "the room goes on")


def test_after_the_host_was_killed_the_game_goes_on_at_the_computer_of_a_player(
    homes: dict[str, dict[str, str]],
) -> None:
    with playing(homes, BO) as (server, observer):
        loses_its_host(server, observer, BO)


@pytest.mark.long  # the same with two copies, and a second player
def test_two_games_go_on_without_their_host(homes: dict[str, dict[str, str]]) -> None:
    with playing(homes, BO, CY) as (server, observer):
        loses_its_host(server, observer, BO, CY)


@pytest.mark.long  # tests/game/flow/test_room_addresses.py has the goodbye without processes
def test_when_the_player_who_hosts_leaves_the_game_goes_on_at_another_computer(
    homes: dict[str, dict[str, str]],
) -> None:
    with ExitStack() as stack:
        options = LocalServerOptions(bots=1, rounds=9)
        server = LocalServer(options, time.monotonic(), (*SERVER, "--standby", "on"))
        owner = ServerConnection(Settings(name="Ada"), None, server, eager=False)
        stack.callback(owner.close)
        while not owner.is_admitted:
            owner.poll(time.monotonic())
            assert not owner.problem, owner.problem
            threading.Event().wait(0.01)
        observer = Observer(Address("127.0.0.1", server.port or 0))
        stack.callback(observer.connection.close)
        observer.games.append(stack.enter_context(bot_game(f"127.0.0.1:{server.port}", homes[BO])))

        def is_kept() -> bool:
            owner.poll(time.monotonic())
            return len(observer.session.room.keepers) == 1

        observer.wait_until(is_kept, PATIENCE, "a copy is kept")
        owner.close()
        observer.wait_until(lambda: observer.connection.addresses.moved_at is not None, PATIENCE, "it goes on")
        assert moved_notice(observer.connection, time.monotonic()) == "The server has closed. The game goes on at Bo's."
        observer.wait_until(lambda: observer.are_here(NAME, BO), PATIENCE, "both are back")
        assert observer.seat("Ada") is None or observer.are_away("Ada")


def test_the_host_may_end_all_copies_in_the_lobby_and_allow_them_again() -> None:
    with ServerProcess("--parent-stdin", "--standby", "on") as server:
        guests = [Guest(name, f"127.0.0.1:{server.port}", seed) for seed, name in enumerate(("Ada", BO))]
        try:
            for order, are_kept in (("", True), ("standby-off\n", False), ("standby-on\n", True)):
                assert server.process.stdin
                server.process.stdin.write(order)
                server.process.stdin.flush()
                until = time.monotonic() + PATIENCE
                while any(bool(one.standbys.standbys) is not are_kept for one in guests):
                    assert time.monotonic() < until, (order, [one.standbys for one in guests])
                    for one in guests:
                        one.is_ready = False
                        one.poll(time.monotonic())
                    threading.Event().wait(0.01)
                assert all(bool(one.lobby and one.lobby.addresses) is are_kept for one in guests)
        finally:
            for one in guests:
                one.close()
