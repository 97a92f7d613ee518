"""`petard doctor` in a terminal: each step, then the diagnosis; as JSON; and the exit status."""

import json
from dataclasses import replace
from io import BytesIO, TextIOWrapper

import pytest

import petard.game.__main__ as program
from petard.game.doctor import __main__ as command
from petard.game.doctor.diagnosis.cases import BEFORE
from petard.game.doctor.diagnosis.facts import CheckKind, Facts
from tests.game.doctor.example_facts import CASES, HEALTHY, SERVER, THERE


class FakeExamination:
    """An examination whose checks end in another order than they are shown in."""

    def __init__(self, asked: Facts, now: float) -> None:
        self.facts = replace(CASES["isolation"] if asked.host else CASES["alone"], done=frozenset())
        self._left = sorted(CheckKind, key=lambda kind: kind.value)

    @property
    def is_over(self) -> bool:
        return not self._left

    def poll(self, now: float) -> None:
        self.facts = replace(self.facts, done=self.facts.done | {self._left.pop(0)})


@pytest.fixture(autouse=True)
def _fake_examination(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "Examination", FakeExamination)
    monkeypatch.setattr(command, "STEP", 0.0)


OUTPUT = """\
  ok   Networks       eth0 10.77.0.3, eth0 fd77::3
  ok   Asking itself  a question over loopback was answered
  ok   The port       7777 is free
  ok   Being a server port 7777 opens, and can be reached at the address of this computer
  ok   Broadcasts     sent and heard: eth0 to 10.77.0.255
  odd  Servers        none answers or announces itself
  ok   The router     10.77.0.254 answers
  bad  Connection     TCP to 10.77.0.1 port 7777: nothing came back
  odd  The question   UDP to 10.77.0.1 port 7777: no answer

10.77.0.1 is in your network, but nothing gets there or back: the network keeps its computers apart.
Switch client isolation (guest network, AP isolation) off in the router, or use a cable or a phone's hotspot.
"""


def test_a_terminal_shows_each_step_once_in_order_and_ends_in_a_sentence_and_an_action(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert program.main(["doctor", THERE]) == 1
    assert capsys.readouterr().out == OUTPUT


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_the_answer_to_the_prompt_of_the_system_is_printed_first(
    system: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(CASES, "isolation", replace(CASES["isolation"], system=system))
    command.main([THERE])
    assert capsys.readouterr().out == f"{BEFORE[system]}\n\n{OUTPUT}"


def test_json_has_the_diagnosis_the_steps_and_the_facts(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["doctor", "--json"]) == 1
    output = json.loads(capsys.readouterr().out)
    assert output["verdict"]["case"] == "alone"
    assert [step["mark"] for step in output["steps"]] == ["ok", "ok", "ok", "ok", "ok", "odd", "ok"]
    assert output["facts"]["nets"][0] == {"name": "eth0", "address": "10.77.0.3", "network": "10.77.0.0/24"}
    assert output["facts"]["done"] == sorted(kind.name.lower() for kind in CheckKind)


def test_only_good_health_is_status_0(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(CASES, "isolation", HEALTHY)
    assert command.main([THERE]) == 0
    assert capsys.readouterr().out.endswith("Join it, from the list or with: petard 10.77.0.1\n")


def test_a_wrong_address_is_one_sentence_and_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["host:0"]) == 2
    assert capsys.readouterr().err == "petard doctor: 0 is no port. A port is a number from 1 to 65535.\n"


def test_a_name_with_letters_that_the_terminal_lacks_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = BytesIO()
    monkeypatch.setattr("sys.stdout", TextIOWrapper(raw, "ascii", write_through=True))
    monkeypatch.setitem(CASES, "isolation", replace(HEALTHY, servers=(replace(SERVER, name="D\u00e9n"),)))
    assert command.main([THERE]) == 0
    assert b"All is well: D\\xe9n at 10.77.0.1 is in the list" in raw.getvalue()
