"""A room with a password over bad connections: a player who has given it once rejoins without being asked again."""

import secrets

import pytest

from petard.server.net.scram_keys import keys_of
from petard.server.policy.scram import WRONG, ScramServer
from tests.lan.lan import Lan

OLD, NEW = (keys_of(password, 4096) for password in ("fuse", "spark"))


def locked(*lines: str) -> Lan:
    """Players with these connections, who know the old password, in a room that has it."""
    lan = Lan(*lines)
    lock(lan, is_old=True)
    for client in lan.clients:
        client.session.link.login.password = "fuse"
    lan.until(lambda: lan.room.people == len(lines))
    lan.run(1.0)
    return lan


def lock(lan: Lan, is_old: bool) -> None:
    assert lan.host.net
    lan.host.net.handshake.scram = ScramServer(OLD if is_old else NEW, lambda: secrets.token_hex(12))


def restart(lan: Lan, is_old: bool) -> None:
    """Start another server at the same address, which knows no tokens."""
    lan.host.kill()
    lan.run(1.0)
    lan.host.start()
    lock(lan, is_old)


@pytest.mark.parametrize("line", ["lan", "far", "bad"])
def test_a_restarted_server_admits_clients_that_know_the_password_without_asking_the_players(line: str) -> None:
    lan = locked(line, line)
    restart(lan, is_old=True)
    lan.until(lambda: lan.room.people == 2, 30.0)
    assert not any(client.visit.problem for client in lan.clients)


def test_a_disconnected_member_rejoins_although_the_password_has_changed() -> None:
    lan = locked("lan", "lan")
    lock(lan, is_old=False)
    ada = lan.clients[0]
    for wire in ada.lines:
        wire.break_off()
    lan.until(lambda: ada.session.room.welcome and ada.session.room.welcome.returned, 10.0)
    assert ada.visit.problem == ""


def test_after_a_restart_with_another_password_the_player_is_asked_again() -> None:
    lan = locked("lan")
    restart(lan, is_old=False)
    (ada,) = lan.clients
    lan.until(lambda: ada.visit.problem, 30.0)
    assert ada.visit.problem == WRONG
    assert ada.session.link.login.wants_password


def test_a_client_without_a_password_disconnects_at_once_and_does_not_stay_pending() -> None:
    lan = locked("lan")
    bo = lan.join("lan", name="Bo")
    lan.until(lambda: bo.visit.problem, 1.0)
    assert bo.visit.problem == "This room has a password."
    bo.leave()  # as the game does when it shows the password screen
    lan.run(0.5)
    assert lan.host.net
    assert not lan.host.net.connections.pending
