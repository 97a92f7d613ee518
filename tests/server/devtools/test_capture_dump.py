"""`replay info` and `replay dump` read captures as well as demos."""

import json
from pathlib import Path

import pytest

from petard.server.cli.replay import main
from petard.shared.demo.capture import Received, read_capture

FILE = Path(__file__).parents[2] / "sessions" / "rejoin.wire"


def test_info_says_what_is_in_a_capture(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["info", str(FILE)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{FILE}: {FILE.stat().st_size} bytes"
    assert "  length    11.2 s, 690 turns, 3 connections" in lines
    assert "  names     Ada, Bo" in lines
    assert any("received" in line and "8 % glued" in line for line in lines)
    cut = tmp_path / "cut"  # the name says nothing
    cut.write_bytes(FILE.read_bytes()[:-60])
    assert main(["info", str(cut)]) == 0
    assert "  end       The file ends in the middle of a block." in capsys.readouterr().out.splitlines()


def test_dump_prints_each_record_with_its_messages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dump", str(FILE)]) == 0
    out = capsys.readouterr().out
    assert "recv returned 19 bytes: Hello(protocol=2, build='0.2.0', name='Ada'" in out
    assert "send took" in out
    assert "the server stops: 'The test is over.'" in out


def test_dump_as_json_has_every_record_and_every_byte(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dump", "--json", str(FILE)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    capture = read_capture(FILE.read_bytes())
    assert rows[0]["record"] == "CaptureStart"
    assert len(rows) == 1 + len(capture.steps) + sum(len(step.records) for step in capture.steps)
    received = [one.data.hex() for one in capture.socket_records() if isinstance(one, Received)]
    assert [row["data"] for row in rows if row["record"] == "Received"] == received
    hello = next(row for row in rows if row["record"] == "Received")["messages"][0]
    assert hello["Hello.name"] == "Ada"


def test_a_damaged_capture_is_dumped_up_to_the_damage(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "x.wire"
    file.write_bytes(FILE.read_bytes()[:-60])
    assert main(["dump", str(file)]) == 2
    assert "Hello" in capsys.readouterr().out
