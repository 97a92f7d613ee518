"""Machines of our own at one hub, each with a trouble of its own, and what the doctor says on each of them.

1 server   2 server of another version   3 client   4 no UDP   5 no TCP   6 no broadcasts   7 kept apart   8 router
"""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from petard.game.config.arguments import address_of
from petard.game.doctor.diagnosis import Diagnosis, diagnose
from petard.game.doctor.examination import CHECKS, Check, Examination, facts_of
from petard.game.doctor.facts import CheckKind, Facts, PortOwner
from petard.shared.protocol.messages import BUILD, PROTOCOL
from tests.netns.machines import Hub, Machine, machines_at_a_hub, skip_without_machines
from tests.observer import environment_of
from tests.screens import PETARD, PETARD_SERVER, running
from tests.tools.links import ROOT

pytestmark = pytest.mark.netns

MACHINES = 8
PATIENCE = 12.0  # seconds
STEP = 0.02  # seconds
SHOWN_WITHIN = 1.5  # seconds from the start of the game to a server in its list
PLAYERS = ("Ada", "Bo")
LATER = f"""
import sys
from petard.shared.protocol import messages
messages.PROTOCOL, messages.BUILD = {PROTOCOL + 1}, "9.0"
from petard.server.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
DISCOVERY = {"PETARD_DISCOVERY": "on", "PETARD_CONSOLE": "off"}

# Case, machine, address that is asked for, sentence.
SERVER, LATE = "10.77.0.1", "10.77.0.2"
ADDRESSES = (SERVER, "fd77::1", "fe80::77:1%eth0")  # any of them may be the first whose answer arrives
SAID = [
    (
        "host",
        1,
        "127.0.0.1",
        "As far as this computer can tell, everybody in 10.77.0.0/24 can see your server and join it.",
    ),
    ("healthy", 3, SERVER, f"All is well: Den at {SERVER} is in the list and can be joined."),
    ("healthy", 3, "fd77::1", "All is well: Den at fd77::1 is in the list and can be joined."),
    ("healthy", 3, "fe80::77:1%eth0", "All is well: Den at fe80::77:1%eth0 is in the list and can be joined."),
    ("other port", 3, f"{SERVER}:7779", f"On {SERVER} there is a server at port 7777, and none at port 7779."),
    (
        "other version",
        3,
        LATE,
        f"{LATE} has Petard 9.0 (protocol {PROTOCOL + 1}) and you have {BUILD} (protocol {PROTOCOL}): the two cannot "
        "play together.",
    ),
    (
        "other network",
        3,
        "10.78.0.1",
        "10.78.0.1 is in another network than this computer, which is in 10.77.0.0/24, and there is no way between the "
        "two.",
    ),
    (
        "firewall drops UDP",
        4,
        SERVER,
        f"{SERVER} can be reached, but none of the list's questions gets an answer: a firewall drops UDP.",
    ),
    (
        "firewall drops TCP",
        5,
        SERVER,
        f"{SERVER} answers the list's questions, but no connection to it opens: a firewall drops TCP.",
    ),
    (
        "no broadcast",
        6,
        SERVER,
        f"{SERVER} can be reached, but this network carries no broadcasts, so the list cannot find it.",
    ),
    (
        "isolation",
        7,
        SERVER,
        f"{SERVER} is in your network, but nothing gets there or back: the network keeps its computers apart.",
    ),
]
FIRST = 1  # the first of those on machine 3
TROUBLES = ["firewall to-4 udp", "firewall to-5 tcp", "casts to-6", "apart to-7 to-1", "apart to-7 to-2"]


@pytest.fixture(scope="module")
def network() -> Iterator[tuple[list[Machine], Hub]]:
    """The machines, with both servers up."""
    skip_without_machines()
    with machines_at_a_hub(MACHINES) as (machines, hub), ExitStack() as stack:
        words = ["--name", "Den", "--map", "small", "--rules", "duel", "--record", "off", "--ready", "json"]
        programs = [[str(PETARD_SERVER)], [sys.executable, "-c", LATER]]
        servers = [
            stack.enter_context(running(machine.command(*program, *words), os.environ | DISCOVERY))
            for machine, program in zip(machines, programs, strict=False)
        ]
        for server in servers:
            assert server.stdout
            assert json.loads(server.stdout.readline())["port"] == 7777
        yield machines, hub


class Patient:
    """One examination on one machine. All on a machine share one look for servers, as people have one list."""

    def __init__(self, machine: Machine, address: str, seen: "list[Facts] | None") -> None:
        place = address_of(address)
        self.machine = machine
        checks: dict[CheckKind, Check] = CHECKS | {CheckKind.OWNER: lambda facts: PortOwner()}  # else of this process
        if seen is not None:
            checks |= {CheckKind.SERVERS: lambda facts: wait_for(seen).servers}
        self.examination = Examination(facts_of(*place), time.monotonic(), checks)

    def poll(self) -> bool:
        """Go on; answer with whether it is over."""
        with self.machine.entered():
            self.examination.poll(time.monotonic())
        return self.examination.is_over

    @property
    def verdict(self) -> Diagnosis:
        """What the doctor says in the end."""
        return diagnose(self.examination.facts)


def wait_for(seen: list[Facts]) -> Facts:
    """The facts of the first on this machine, once it has looked for servers."""
    until = time.monotonic() + PATIENCE
    while not seen and time.monotonic() < until:
        threading.Event().wait(STEP)
    return seen[0]


def run_on_the_page() -> str:
    """What docs/lan.md shows of the doctor on the machine without UDP."""
    block = (ROOT / "docs" / "lan.md").read_text("utf-8").split("<!-- run -->\n")[1].split("<!-- end -->")[0]
    lines = block.splitlines()
    assert lines[:2] == ["```", f"$ petard doctor {SERVER}"]
    return "\n".join(lines[2:-1]) + "\n"


def without_times(text: str) -> str:
    """The same, however long it took."""
    return re.sub(r"[\d.]+ ms", "N ms", text)


def test_the_doctor_names_every_problem_with_its_own_sentence(network: tuple[list[Machine], Hub]) -> None:
    machines, hub = network
    hub.order(*TROUBLES)
    program = subprocess.Popen(
        machines[3].command(str(PETARD), "doctor", SERVER),
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | DISCOVERY,
    )
    seen: list[Facts] = []
    patients = [
        Patient(machines[number - 1], address, seen if index > FIRST and number == 3 else None)
        for index, (_, number, address, _) in enumerate(SAID)
    ]
    until = time.monotonic() + PATIENCE
    while not all([patient.poll() for patient in patients]):
        if not seen and CheckKind.SERVERS in patients[FIRST].examination.facts.done:
            seen.append(patients[FIRST].examination.facts)
        assert time.monotonic() < until, [patient.examination.facts for patient in patients]
        threading.Event().wait(STEP)
    printed, _ = program.communicate(timeout=PATIENCE)
    assert (without_times(printed), program.returncode) == (without_times(run_on_the_page()), 1)
    told = [(patient.verdict.case, patient.verdict.sentence) for patient in patients]
    assert told == [(case, sentence) for case, _, _, sentence in SAID]
    actions = {patient.verdict.action for patient in patients}
    assert len(actions) == len(SAID)
    assert [patient.verdict.is_healthy for patient in patients] == [case in ("host", "healthy") for case, *_ in SAID]


def test_two_games_find_the_server_and_join_it_with_return_alone(
    network: tuple[list[Machine], Hub], tmp_path: Path
) -> None:
    machines, hub = network
    hub.order("reset")
    with ExitStack() as stack:
        games = []
        for name, machine in zip(PLAYERS, machines[2:], strict=False):
            command = machine.command(sys.executable, "-m", "tests.netns.player", name, str(len(PLAYERS)))
            games.append(stack.enter_context(running(command, environment_of(tmp_path / name) | DISCOVERY)))
        told = [json.loads(game.stdout.readline()) for game in games if game.stdout]
    for one in told:
        assert any(["Den", address, ""] in one["seen"] for address in ADDRESSES), told
        assert one["after"] <= SHOWN_WITHIN, told
        assert one["here"] == sorted(PLAYERS), told
