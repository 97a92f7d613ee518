"""`petard-server replay wire`: one line for each capture, and a status that a script can use.

A cut changes pieces, never bytes, order or turns.
"""

import re
from collections import defaultdict
from functools import partial
from pathlib import Path

import pytest

from petard.server.cli.replay import main
from petard.server.devtools.capture_difference import messages_in
from petard.server.devtools.rechunk import rechunk
from petard.server.devtools.wire import play_capture
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.capture import (
    CAPTURE_MAGIC,
    Accepted,
    Capture,
    CaptureRecord,
    CaptureStep,
    Received,
    read_capture,
)
from petard.shared.protocol.messages import PROTOCOL, Bye, Chat, Say, Welcome
from tests.lan.captured_lan import CapturedLan
from tests.sessions.making import RawClient, hello

FILE = Path(__file__).parents[2] / "sessions" / "glued_hello.wire"


def test_a_capture_that_plays_the_same_gives_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    for cut in ("was", "whole", "bytes", "7"):
        assert main(["wire", str(FILE), "--cut", cut]) == 0
    assert capsys.readouterr().out == f"{FILE}: 4.8 s, 1 connection, all as it was.\n" * 4


def test_a_server_that_differs_gives_status_1_and_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    welcome = partial(Welcome, PROTOCOL, "0.0.9")
    monkeypatch.setattr("petard.server.room.membership.Welcome", lambda *fields: welcome(*fields[2:]))
    assert main(["wire", str(FILE)]) == 1
    assert "connection 1 is sent Welcome.build = '0.0.9'; in the capture it is '" in capsys.readouterr().out


def test_a_file_that_is_no_capture_gives_status_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for content, sentence in (
        (b"", "no wire capture"),
        (CAPTURE_MAGIC, "no beginning"),
    ):
        (tmp_path / "x.wire").write_bytes(content)
        assert main(["wire", str(tmp_path / "x.wire")]) == 2
        printed = capsys.readouterr()
        assert sentence in printed.out + printed.err
    assert main(["wire", str(tmp_path / "none.wire")]) == 2
    with pytest.raises(SystemExit, match="2"):
        main(["wire", "--cut", "sideways", str(FILE)])
    assert "was, whole, bytes, or by a seed" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        main(["wire", "--until", "noon", str(FILE)])
    assert "a number of seconds is such as 12 or 12.5, not 'noon'" in capsys.readouterr().err


def test_a_capture_of_a_killed_server_is_played_to_its_end_and_says_how_far(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    data, file = FILE.read_bytes(), tmp_path / "x.wire"
    file.write_bytes(data[: 3 * len(data) // 4])
    assert main(["wire", str(file)]) == 0
    printed = capsys.readouterr()
    assert re.fullmatch(
        rf"{re.escape(str(file))}: 1\.0 s, 1 connection, all as it was up to there\. "
        r"The file ends in the middle of a block\.\n",
        printed.out,
    )
    damaged = bytearray(data)
    damaged[-20] ^= 1
    file.write_bytes(damaged)
    assert main(["wire", str(file)]) == 2, "what stands behind the damage is lost"
    assert re.search(r"up to there\. The block at byte \d+ is damaged\.", capsys.readouterr().out)


def test_a_part_of_a_capture_can_be_played(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wire", str(FILE), "--until", "2.5"]) == 0
    assert capsys.readouterr().out == f"{FILE}: 2.5 s, 1 connection, all as it was up to there.\n"
    whole = read_capture(FILE.read_bytes())
    assert 2.0 < play_capture(whole, until=2.25).seconds <= 2.25
    assert play_capture(whole, until=2000.0).seconds == whole.seconds


def test_a_test_that_plays_a_capture_without_an_end_must_say_how_far() -> None:
    data = FILE.read_bytes()
    cut_off = read_capture(data[: 3 * len(data) // 4])
    with pytest.raises(DemoError, match=r"middle of a block\. Up to there, .* with until=(\d\.\d)\.$") as found:
        play_capture(cut_off)
    until = float(str(found.value)[:-1].rpartition("=")[2])
    assert until - 0.1 < play_capture(cut_off, until=until).seconds <= until
    with pytest.raises(DemoError, match="middle of a block"):
        play_capture(cut_off, until=until + 1)


@pytest.mark.parametrize("cut", ["was", "whole", "bytes", 1, 2, 3])
@pytest.mark.parametrize("name", ["glued_hello", "reset_in_mid_frame", "malformed_peers", "flood"])
def test_a_cut_keeps_the_bytes_of_each_connection(name: str, cut: str | int) -> None:
    def streams(of: Capture) -> dict[int, bytes]:
        found: dict[int, bytes] = defaultdict(bytes)
        for step in of.steps:
            for record in step.records:
                if isinstance(record, Received):
                    found[record.connection] += record.data
        return found

    def others(of: Capture) -> list[CaptureRecord]:
        return [record for record in of.socket_records() if not isinstance(record, Received)]

    original = read_capture((FILE.parent / f"{name}.wire").read_bytes())
    anew = rechunk(original, cut)
    assert streams(anew) == streams(original)
    assert others(anew) == others(original)
    assert of_first_turns(anew) == of_first_turns(original) or cut == "whole"
    if cut == "bytes":
        assert set(pieces_of(anew)) == {1}
    elif cut != "was":
        assert pieces_of(anew) != pieces_of(original)


def of_first_turns(of: Capture) -> list[Received]:
    """What arrived in the turn that accepted the connection: a server reads it once, so it is never cut."""
    return [record for one, record in _received(of) if record.connection in _accepted_in(one)]


def pieces_of(of: Capture) -> list[int]:
    """The sizes of what arrived in later turns, in the order of arrival."""
    return [
        len(record.data) for one, record in _received(of) if record.data and record.connection not in _accepted_in(one)
    ]


def _received(of: Capture) -> list[tuple[CaptureStep, Received]]:
    return [(one, record) for one in of.steps for record in one.records if isinstance(record, Received)]


def _accepted_in(one: CaptureStep) -> set[int]:
    return {record.connection for record in one.records if isinstance(record, Accepted)}


@pytest.mark.parametrize("is_glued", [True, False])
def test_who_says_something_and_goodbye_in_one_piece_does_not_get_the_line_back(is_glued: bool) -> None:
    net = CapturedLan("lan")
    net.run(0.5)
    client = RawClient(net)
    client.send_messages(hello("Glue"))
    client.pass_time(0.5)
    if is_glued:
        client.send_messages(Say("So long!"), Bye(""))
    else:
        client.send_messages(Say("So long!"))
        client.pass_time(0.5)
        client.send_messages(Bye(""))
    client.pass_time(0.5)
    capture = read_capture(net.finish())
    player = play_capture(capture)
    lines = {
        number: [one.text for one in messages_in(sock.sent) if isinstance(one, Chat) and one.name == "Glue"]
        for number, sock in player.connections.items()
    }
    assert lines == {1: ["So long!"], 2: [] if is_glued else ["So long!"]}
    for cut in ("whole", "bytes", 1):
        play_capture(capture, cut)


def test_there_are_no_other_ways_to_cut() -> None:
    with pytest.raises(ValueError, match="was, whole, bytes, or by a number"):
        rechunk(read_capture(FILE.read_bytes()), "sideways")
    with pytest.raises(ValueError, match="not True"):
        rechunk(read_capture(FILE.read_bytes()), cut=True)
