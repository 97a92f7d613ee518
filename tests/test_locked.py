"""A room with a password over bent lines: whoever has said it once comes back without being asked again."""

import secrets

import pytest

from petard.server.net.scram_keys import keys_of
from petard.server.policy.scram import WRONG, ScramServer
from tests.lan.lan import Lan

OLD, NEW = (keys_of(password, 4096) for password in ("fuse", "spark"))


def locked(*lines: str) -> Lan:
    """Somebody behind each of these lines, who knows the old password, in a room that has it."""
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
    """Another process at the same address, which knows nobody's token."""
    lan.host.kill()
    lan.run(1.0)
    lan.host.start()
    lock(lan, is_old)


@pytest.mark.parametrize("line", ["lan", "far", "bad"])
def test_a_server_that_was_started_anew_lets_in_who_knows_the_password_without_asking_anybody(line: str) -> None:
    lan = locked(line, line)
    restart(lan, is_old=True)
    lan.until(lambda: lan.room.people == 2, 30.0)
    assert not any(client.visit.problem for client in lan.clients)


def test_whoever_has_a_chair_comes_back_though_the_password_is_another_by_now() -> None:
    lan = locked("lan", "lan")
    lock(lan, is_old=False)
    ada = lan.clients[0]
    for wire in ada.lines:
        wire.break_off()
    lan.until(lambda: ada.session.room.welcome and ada.session.room.welcome.returned, 10.0)
    assert ada.visit.problem == ""


def test_where_the_password_is_another_the_person_is_asked_anew() -> None:
    lan = locked("lan")
    restart(lan, is_old=False)
    (ada,) = lan.clients
    lan.until(lambda: ada.visit.problem, 30.0)
    assert ada.visit.problem == WRONG
    assert ada.session.link.login.wants_password


def test_who_has_no_password_hangs_up_at_once_and_holds_no_line() -> None:
    lan = locked("lan")
    bo = lan.join("lan", name="Bo")
    lan.until(lambda: bo.visit.problem, 1.0)
    assert bo.visit.problem == "This room has a password."
    bo.leave()  # as whoever shows the screen for the password does
    lan.run(0.5)
    assert lan.host.net
    assert not lan.host.net.connections.pending
