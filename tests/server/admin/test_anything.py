"""Random commands in every phase: each gets lines or one sentence, and the room goes on."""

import contextlib
import random

import pytest

from petard.server.policy.admin_commands import COMMANDS, CONSOLE, AdminRole, CommandError, Issuer
from petard.shared.protocol.messages import Loaded, Ping, Ready
from tests.server.admin.admin_server import AdminServer

NAMES = ("Ada", "Grace", "Linus", "Ada 2", "7")
ODD = (
    '"',
    '""',
    "\u202e",
    "\u0661",
    "\u00b2",
    "x" * 300,
    "-1",
    "1e3",
    "%s",
    "{0}",
    "\\",
    "99999999",
    "127.0.0.1",
    "0.0.0.0/0",
)
WHO = ("Ada", "A", "Grace", "0", "1", "2", "3", '"Ada 2"', '"7"', "Linus", "Zoe", "10.0.0.1", "2001:db8::/48")
REST = ("", "", "30m spam", "forever", "2d", "being loud", "small", "duel", "hard", "none", "3", "on", "off", "pin")
KEYS = ("bots", "skill", "away", "rounds", "name", "votes", "log", "map", "rules")


def random_command(chance: random.Random) -> str:
    """Return a command that mostly makes sense and does not stop the server."""
    words = [command.name for command in COMMANDS if command.name not in ("follow", "shutdown")]
    if chance.random() < 0.3:
        return " ".join(chance.choices([*words, *ODD, *WHO, *KEYS], k=chance.randrange(1, 5)))
    likely = (
        f"{chance.choice(words)} {chance.choice(WHO)} {chance.choice(REST)}",
        f"{chance.choice(words)} {chance.choice(REST)}",
        f"set {chance.choice(KEYS)} {chance.choice(REST)}",
        f"vote {chance.choice(('map small', 'restart', 'yes', 'kick ' + chance.choice(WHO)))}",
        chance.choice(("shutdown 86000", "shutdown cancel")),
    )
    return chance.choice(likely)


def pass_time(admin: AdminServer, chance: random.Random) -> None:
    """Let removed players join again, get ready, and let time pass."""
    admin.bans.lift(admin.bans.listed(0))
    admin.moderation.kicks.clear()
    here = {peer.identity.name for peer in admin.loopback.server.connections.members.values()}
    for name in NAMES:
        if name not in here:
            admin.loopback.member(name)
    for guest in list(admin.loopback.clients):
        if guest.is_over:
            guest.sock.close()
            admin.loopback.clients.remove(guest)
            continue
        with contextlib.suppress(Exception):  # not every word is legal in every phase
            guest.send(Ping(1))
            guest.send(Ready(True))
            guest.send(Loaded(1))
    admin.loopback.update(chance.randrange(4), 0.25)
    admin.loopback.now += chance.choice((0.0, 0.0, 20.0))
    admin.settle()
    admin.loopback.room.take_demo_chunks()


@pytest.mark.parametrize(("seed", "orders"), [(1, 1500), pytest.param(2, 40_000, marks=pytest.mark.long)])
def test_every_command_line_gets_lines_or_one_error(admin: AdminServer, seed: int, orders: int) -> None:
    chance = random.Random(seed)
    admin.loopback.room.recorder.is_on = True
    succeeded = 0
    for number in range(orders):
        if not number % 20:
            pass_time(admin, chance)
        person = chance.choice([one for one in admin.loopback.room.persons() if one.peer] or [None])
        role = chance.choice(list(AdminRole))
        is_console = role is AdminRole.CONSOLE or not person
        issuer = CONSOLE if is_console or not person else Issuer(role, person.name, person.peer, person.member)
        with contextlib.suppress(CommandError):
            answer = admin.dispatcher.run(random_command(chance), admin.loopback.now, issuer)
            assert all(isinstance(line, str) for line in answer)
            succeeded += 1
    assert succeeded > orders / 10
    assert not admin.signals.reason
    assert not [line for line in admin.loopback.log_lines if line.startswith("a fault")]
