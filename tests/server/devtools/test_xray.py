"""`petard-server replay xray` shows which reads were glued and torn, and every byte of them."""

from pathlib import Path

import pytest

from petard.server.cli.replay import main
from petard.server.devtools.xray import hex_lines, pieces_of
from petard.shared.demo.capture import Received, read_capture
from petard.shared.demo.xray import PieceKind

FILE = Path(__file__).parents[2] / "sessions" / "glued_hello.wire"


def test_the_glued_and_torn_reads_of_a_capture_are_marked_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["xray", str(FILE)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "  recv  19 pieces, 73 messages: 21 % glued, 15 % torn"
    assert "    0.067 s                         26 B GLUED TORN  > Hello | bytes 0 to 5 of 9" in lines
    assert len(lines) == 5 + 40


def test_only_odd_pieces_from_a_time_on_and_with_their_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["xray", str(FILE), "--odd", "--hex", "--from", "0.6", "--rows", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()[5:]
    assert lines[0].startswith("    0.667 s")
    assert "GLUED TORN" in lines[0]
    assert lines[0].endswith("> Input (its last 2 of 10 bytes) | Loaded | 29 x Input")
    assert lines[1].strip().endswith("Input(clock=20, keys[0]=4, states=0) (its last 2 bytes)")
    assert lines[2].strip() == "[00 00 00 03] 92 07 01  Loaded(round=1)"


def test_every_byte_is_in_the_hex_of_its_piece() -> None:
    capture = read_capture(FILE.read_bytes())
    received = [one.data for one in capture.socket_records() if isinstance(one, Received) and one.data]
    pieces = [piece for is_up, piece in pieces_of(capture, 1) if is_up]
    assert [piece.data for piece in pieces] == received
    assert {piece.kind for piece in pieces} >= {PieceKind.EXACT, PieceKind.GLUED | PieceKind.TORN}
    for piece in pieces:
        shown = "".join(line.partition("  ")[0] for line in hex_lines(piece))
        assert shown.replace("[", "").replace("]", "").replace(" ", "") == piece.data.hex()


def test_wrong_words_get_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for words, sentence in (
        ([str(FILE), "--connection", "7"], "there is no connection '7'; there are 1: 1"),
        ([str(FILE), "--rows", "many"], "--rows takes a number"),
        ([str(tmp_path / "none.wire")], "none.wire"),
    ):
        assert main(["xray", *words]) == 2
        printed = capsys.readouterr().err
        assert sentence in printed
        assert printed.count("\n") == 1
