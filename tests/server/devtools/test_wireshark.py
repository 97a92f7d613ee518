"""A capture that is written for Wireshark: tshark finds the same messages in it, with the same values."""

import shutil
import struct
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from enum import IntEnum
from pathlib import Path
from typing import Any

import msgpack  # type: ignore[import-untyped]
import pytest

from petard.server.cli.replay import main
from petard.server.devtools.dissector import dissector, filter_name
from petard.server.devtools.pcapng import pcapng_of
from petard.shared.demo.capture import UNITS_PER_SECOND, Capture, Closed, Received, Sent, read_capture
from petard.shared.demo.message_fields import message_fields
from petard.shared.framing import LIMIT_SERVER, Decoder, FrameError
from petard.shared.protocol.codec import RemoteProtocolError, decode
from petard.shared.protocol.messages import Lobby, Round
from tests.lan.captured_lan import CapturedLan
from tests.sessions.captures import WIRES
from tests.sessions.making import RawClient

SESSIONS = Path(__file__).parents[2] / "sessions"
SAMPLE = ("glued_hello", "malformed_peers", "rejoin")  # in the default run; the others are long
EACH = [pytest.param(name, marks=[pytest.mark.long] * (name not in SAMPLE)) for name in WIRES]
needs_tshark = pytest.mark.skipif(not shutil.which("tshark"), reason="needs tshark")
Values = dict[tuple[int, bool], dict[str, list[str]]]  # by connection and direction (True: to the server), and field


def capture_of(name: str) -> Capture:
    return read_capture((SESSIONS / f"{name}.wire").read_bytes())


def tshark(file: Path, script: Path, *options: str) -> list[list[str]]:
    """The columns of each line that tshark prints."""
    command = ["tshark", "-n", "-X", f"lua_script:{script}", "-r", str(file), *options]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True)
    assert "lua" not in done.stderr.lower(), done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]


def fields_on_the_wire(payload: bytes) -> Iterator[tuple[str, Any]]:
    """The fields of a payload, as names of filters; fields that were left out are none."""
    message, row = decode(payload), msgpack.unpackb(payload, use_list=False)
    kind = f"petard.{filter_name(type(message).__name__)}"
    present = list(type(message).__slots__)[: len(row) - 1]
    for path, value in message_fields(message):
        table_or_field = path.split(".")[1].partition("[")[0]
        if table_or_field not in present and "tables" not in present:
            continue
        if isinstance(message, Round) and table_or_field == "rules":
            continue
        plain = ".".join(part.partition("[")[0] for part in path.split(".")[1:])
        if value == "removed":
            yield f"{kind}.{plain}.removed", int(path.partition("[")[2][:-1])
        elif isinstance(message, Lobby) and plain.startswith("mode."):
            if list(type(message.mode).__slots__).index(plain.partition(".")[2]) < len(row[len(present)]):
                yield f"{kind}.{plain}", value
        else:
            yield f"{kind}.{plain}", value
    if isinstance(message, Round):
        rules = row[3]
        yield f"{kind}.rules.name", rules[0]
        for which, pairs in zip(("numbers", "weights"), rules[1:], strict=False):
            for name, number in pairs:
                yield f"{kind}.rules.{which}.name", name
                yield f"{kind}.rules.{which}.number", number


def expected(capture: Capture) -> Values:
    """What our own decoder finds."""
    streams: dict[tuple[int, bool], bytes] = defaultdict(bytes)
    for record in capture.socket_records():
        if isinstance(record, Received | Sent):
            streams[record.connection, isinstance(record, Received)] += record.data
    found: Values = {}
    for key, stream in streams.items():
        values = found[key] = defaultdict(list)
        try:
            payloads = Decoder(LIMIT_SERVER).receive_data(stream)
        except FrameError as problem:
            payloads = list(problem.payloads)
        for payload in payloads:
            try:
                fields = [("petard.message", type(decode(payload)).__name__), *fields_on_the_wire(payload)]
            except RemoteProtocolError:
                continue
            for name, value in fields:
                if value != "":  # tshark prints nothing for it
                    values[name].append(str(int(value) if isinstance(value, bool | IntEnum) else value))
    return found


def found_by_tshark(file: Path, script: Path, names: list[str]) -> Values:
    options = ["-Y", "petard.message", "-T", "fields", "-E", "aggregator=~", "-e", "tcp.srcport", "-e", "tcp.dstport"]
    rows = tshark(file, script, *options, *(word for name in names for word in ("-e", name)))
    found: Values = defaultdict(lambda: defaultdict(list))
    for source, target, *columns in rows:
        is_up = target == "7777"
        values = found[int(source if is_up else target) - 20_000, is_up]
        for name, column in zip(names, columns, strict=True):
            values[name] += [{"True": "1", "False": "0"}.get(one, one) for one in column.split("~") if one]
    return found


@needs_tshark
@pytest.mark.parametrize("name", EACH)
def test_tshark_finds_the_same_messages_with_the_same_values(name: str, tmp_path: Path) -> None:
    file, script = tmp_path / "x.pcapng", tmp_path / "petard.lua"
    assert main(["wire", str(SESSIONS / f"{name}.wire"), "--pcapng", str(file), "--lua", str(script)]) == 0
    ours = {key: {n: v for n, v in values.items() if v} for key, values in expected(capture_of(name)).items()}
    names = sorted({name for values in ours.values() for name in values})
    theirs = found_by_tshark(file, script, names)
    assert sum(len(values.get("petard.message", [])) for values in ours.values()) >= 8
    for key, values in ours.items():
        for field, wanted in values.items():
            assert theirs[key][field] == wanted, (key, field)
    count = {key: len(values["petard.message"]) for key, values in theirs.items()}
    assert count == {key: len(values["petard.message"]) for key, values in ours.items() if values}
    checks = ("-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE")
    bad = "tcp.checksum.status==0 || ip.checksum.status==0 || tcp.analysis.flags || _ws.lua.error"
    assert tshark(file, script, *checks, "-Y", bad) == []


@needs_tshark
def test_the_packets_have_times_comments_and_the_ends_of_both_halves(tmp_path: Path) -> None:
    net = CapturedLan("lan")
    net.run(0.5)
    client = RawClient(net)
    client.pass_time(6.5)  # no Hello: the server says why, ends its half, and then the connection
    capture = read_capture(net.finish())
    closed = [one.is_half for one in capture.socket_records() if isinstance(one, Closed) and one.connection == 2]
    assert closed == [1, 0]
    started = 1_790_000_000
    file, script = tmp_path / "x.pcapng", tmp_path / "petard.lua"
    dated = replace(capture, start=replace(capture.start, started=started))
    file.write_bytes(b"".join(pcapng_of(dated)))
    script.write_text(dissector(), encoding="utf-8")
    what = ("-T", "fields", "-e", "frame.time_epoch", "-e", "frame.comment", "-e", "petard.refused.sentence")
    rows = tshark(
        file, script, "-Y", "tcp.port == 20002 && tcp.srcport == 7777 && (petard || tcp.flags.fin == 1)", *what
    )
    assert len(rows) == 2
    (sent_at, comment, sentence), (_, ending, _) = rows
    sending = next(s for s in capture.steps for r in s.records if isinstance(r, Sent) and r.connection == 2)
    assert float(sent_at) == pytest.approx(started + sending.at / UNITS_PER_SECOND, abs=1e-5)
    assert comment.startswith("turn ")
    assert "send took" in comment
    assert "no Hello" in sentence
    assert "the server ended its half" in ending


def test_the_file_is_a_row_of_blocks_whose_lengths_fit() -> None:
    data, kinds, at = b"".join(pcapng_of(capture_of("glued_hello"))), [], 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        assert size % 4 == 0
        assert struct.unpack_from("<I", data, at + size - 4) == (size,)
        kinds.append(kind)
        at += size
    assert kinds[:2] == [0x0A0D0D0A, 1]
    assert set(kinds[2:]) == {6}


def test_no_file_is_overwritten_and_wrong_words_get_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.pcapng"
    out.write_bytes(b"mine")
    assert main(["wire", str(SESSIONS / "glued_hello.wire"), "--pcapng", str(out)]) == 2
    assert out.read_bytes() == b"mine"
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["wire", str(SESSIONS / "glued_hello.wire"), "--pcapng", str(out), "--force"]) == 0
    for words, sentence in (
        (["wire"], "name a FILE to play"),
        (["wire", "a.wire", "b.wire", "--pcapng", str(out)], "name one FILE"),
    ):
        with pytest.raises(SystemExit, match="2"):
            main(words)
        assert sentence in capsys.readouterr().err
    assert main(["wire", "--lua", str(tmp_path / "petard.lua")]) == 0
