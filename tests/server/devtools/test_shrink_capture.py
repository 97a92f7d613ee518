"""A capture that shows a planted framing bug becomes a few bytes, and still shows it."""

from pathlib import Path

import pytest

from petard.server.cli.replay import main
from petard.server.devtools.capture_difference import ReplayMismatch
from petard.server.devtools.shrink_capture import CaptureShrinker, file_of
from petard.server.devtools.wire import play_capture
from petard.shared.demo.capture import Received, read_capture
from petard.shared.framing import HEADER, Decoder
from petard.shared.protocol.messages import Ping, Say
from tests.lan.captured_lan import CapturedLan
from tests.sessions.making import RawClient, hello

SESSIONS = Path(__file__).parents[2] / "sessions"


def forgets_a_split_header(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that forgets the beginning of a frame when a read ends within its header, after the first frame."""
    plain = Decoder.receive_data

    def receive_data(self: Decoder, data: bytes) -> list[bytes]:
        payloads = plain(self, data)
        if payloads and 0 < self.buffered < HEADER:
            plain(self, bytes(HEADER - self.buffered - 1) + b"\x01\x00")  # swallows it
        return payloads

    monkeypatch.setattr(Decoder, "receive_data", receive_data)


def chatty_evening() -> bytes:
    """Two clients that talk; nothing is cut."""
    net = CapturedLan("lan")
    net.run(0.3)
    client = RawClient(net)
    client.send_messages(hello("Glue"))
    client.pass_time(0.3)
    for number in range(1, 6):
        client.send_messages(Say(f"line {number}"), Ping(number))
        client.pass_time(0.2)
    return net.finish()


def test_nothing_is_shrunk_on_which_the_server_does_not_fail(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = SESSIONS / "glued_hello.wire"
    assert main(["shrink", str(file), "-o", str(tmp_path / "x.wire")]) == 1
    assert capsys.readouterr().out.startswith("Nothing fails: cut as it was, bytes, 1, 2, 3, the server answers")
    assert not (tmp_path / "x.wire").exists()


def test_a_framing_bug_becomes_one_connection_and_few_pieces(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file, out = tmp_path / "evening.wire", tmp_path / "small.wire"
    file.write_bytes(chatty_evening())
    forgets_a_split_header(monkeypatch)
    assert main(["shrink", str(file), "-o", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "connection 2 is sent" in printed
    assert "by whole frames it is sent" in printed
    small = read_capture(out.read_bytes())
    received = [one for one in small.socket_records() if isinstance(one, Received)]
    assert len({one.connection for one in received}) == 1
    assert sum(len(one.data) for one in received) <= 60, "a Hello, and one or two frames"
    assert len(small.steps) <= 6
    with pytest.raises(ReplayMismatch):
        play_capture(small)
    play_capture(small, "whole")
    monkeypatch.undo()
    play_capture(small)  # without the bug it plays


def test_a_server_that_raises_is_found_and_only_what_makes_it_raise_stays(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    capture = read_capture(chatty_evening())

    def broken(self: object, *arguments: object) -> None:
        raise KeyError("planted")

    monkeypatch.setattr("petard.server.room.chat.ChatLog.say", broken)
    shrinker = CaptureShrinker(capture)
    small = shrinker.shrink()
    assert shrinker.fault.kind.startswith("KeyError in broken")
    received = [one for one in small.socket_records() if isinstance(one, Received)]
    assert len(received) == 2, "a Hello and a Say"
    again = read_capture(file_of(small))
    with pytest.raises(KeyError, match="planted"):
        play_capture(again)
    file = tmp_path / "small.wire"
    file.write_bytes(file_of(small))
    assert main(["wire", str(file)]) == 1
    assert "the server raises KeyError in broken ('planted')" in capsys.readouterr().out
