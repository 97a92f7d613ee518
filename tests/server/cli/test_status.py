"""petard-server status: what it prints of a server, of none, and of something that is no server."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator

import pytest

from petard.server.cli import status
from petard.server.cli.status import main, status_text
from petard.server.room.status import SeatStatus
from petard.shared.protocol.messages import BUILD
from tests.server.web.fake_room import open_site
from tests.server.web.sample import report, status_json


def test_the_state_is_printed_in_lines_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    with open_site() as port:
        assert main([f"127.0.0.1:{port}"]) == 0
    assert capsys.readouterr().out == (
        f"Den: Petard {BUILD}, port 7777, up 1 h\n"
        "Round 3, best of 5, playing, 1:39 left, on small by duel, with a password\n"
        "WINS  NAME\n"
        "   2  Ada   host, 12 ms\n"
        "   1  Fizz  bot, out\n"
        "Watching: Zoë\n"
        "ms between ticks: p50 17.0, p99 30.0, max 30.0\n"
    )


def test_json_is_printed_over_ipv6_too(capsys: pytest.CaptureFixture[str]) -> None:
    with open_site("::1") as port:
        assert main(["--json", f"[::1]:{port}"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(status_json()))


def test_a_server_that_is_not_well_gives_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    with open_site(told=report(draining=True)) as port:
        assert main([f"127.0.0.1:{port}"]) == 1
    assert capsys.readouterr().out.startswith(f"Den: Petard {BUILD}, port 7777, up 1 h, draining\n")


def test_a_game_server_of_agones_shows_its_state_there() -> None:
    lines = status_text(status_json() | {"agones": "Allocated"}).splitlines()
    assert lines[2] == "Agones: Allocated"


def test_names_cannot_send_control_characters_to_the_terminal() -> None:
    shown = status_json()
    shown["name"] = shown["seats"][0]["name"] = shown["map"] = "\x1b[2J\x9b31m\n"
    assert all(mark.isprintable() for line in status_text(shown).splitlines() for mark in line)


@contextlib.contextmanager
def other_program(answer: bytes, hangs: bool = False) -> Iterator[int]:
    """Another program that listens: it answers one connection with these bytes, and may never close it."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        with contextlib.suppress(OSError), listener.accept()[0] as sock:
            sock.settimeout(5)
            sock.recv(4096)
            sock.sendall(answer)
            if hangs:
                over.wait(10)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.close()
        thread.join()


OK = b"HTTP/1.1 200 OK\r\n\r\n"
STRANGE = {
    b"SSH-2.0-OpenSSH\r\n": "speaks no HTTP",
    b"": "speaks no HTTP",
    b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n{}": "speaks no HTTP",
    b"HTTP/1.1 404 \x1b[2J\r\n\r\n": "shows no state of Petard: it says 404",
    OK + b"hello": "is no Petard, or a much newer one",
    OK + b"[]": "is no Petard",
    OK + b"[" * 100_000: "is no Petard",
    OK + json.dumps({"name": 1}).encode(): "is no Petard",
    OK + json.dumps(status_json() | {"uptime": "x"}).encode(): "is no Petard",
    OK + json.dumps(status_json() | {"uptime": 1e999}).encode(): "is no Petard",
    OK + json.dumps(status_json() | {"seats": [[]]}).encode(): "is no Petard",
    OK + b" " * (status.BYTES_MOST + 1): "does not come to an end",
}


@pytest.mark.parametrize(("answer", "words"), STRANGE.items(), ids=lambda value: str(value)[:40])
def test_anything_else_that_answers_is_reported_in_one_sentence(
    answer: bytes, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with other_program(answer) as port:
        assert main([f"127.0.0.1:{port}"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err
    assert err.startswith("petard-server: ")
    assert len(err.splitlines()) == 1


def test_a_server_that_hangs_and_one_that_is_missing_are_distinguished(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "WITHIN", 0.3)
    with other_program(b"HTTP/1.1 200", hangs=True) as port:
        assert main([f"127.0.0.1:{port}"]) == 1
    assert main([f"127.0.0.1:{port}"]) == 1
    hung, gone = capsys.readouterr().err.splitlines()
    assert "did not answer within 0 seconds: it hangs, or a firewall" in hung
    assert f"nobody answers at 127.0.0.1:{port}; was that server started with --web {port}?" in gone


def test_an_invalid_address_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("", "localhost:x", "localhost:99999", ":80"):
        with pytest.raises(SystemExit) as left:
            main([word])
        assert left.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 4


def test_an_impossible_host_name_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"{'a' * 64}.local"]) == 1
    assert capsys.readouterr().err.endswith("a.local is no name of a machine.\n")


def test_every_player_is_in_the_table() -> None:
    seats = tuple(SeatStatus(slot, f"N{slot}", 0, True, False, True, slot % 3, 0) for slot in range(64))
    shown = status_json() | {
        "seats": [{**status_json()["seats"][0], "slot": one.slot, "name": one.name, "wins": one.wins} for one in seats]
    }
    lines = status_text(shown).splitlines()
    assert len([line for line in lines if " N" in line and "NAME" not in line]) == 64
    assert lines[3].split()[:2] == ["2", "N2"]
