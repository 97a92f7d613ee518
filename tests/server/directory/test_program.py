"""petard-directory as a program, with a real room that is public."""

import http.client
import json
import socket
import time
from contextlib import suppress

import pytest

from petard.server.__main__ import main as serve
from petard.server.config.config import read_config
from petard.server.config.schema import read_maps
from petard.server.config.values import Endpoint
from petard.server.directory.__main__ import main
from petard.server.directory.options import REDIS_VARIABLE, Options, read_options
from tests.server.directory_process import PATIENCE, DirectoryProcess
from tests.server.server_process import ServerProcess


def rooms_of(directory: DirectoryProcess) -> list[dict[str, object]]:
    line = http.client.HTTPConnection("127.0.0.1", directory.port, timeout=PATIENCE)
    line.request("GET", "/rooms")
    found = list(json.loads(line.getresponse().read())["rooms"])
    line.close()
    return found


def until_rooms(directory: DirectoryProcess, count: int) -> list[dict[str, object]]:
    began = time.monotonic()
    while len(found := rooms_of(directory)) != count:
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.05)
    return found


def test_a_public_room_is_in_the_list_while_it_runs_and_both_end_cleanly() -> None:
    with DirectoryProcess("--allow-private", "--host", "127.0.0.1") as directory:
        flags = ("--web", "off", "--name", "Mia's", "--mode", "teams", "--directory", directory.url, "--public")
        with ServerProcess(*flags) as server:
            (room,) = until_rooms(directory, 1)
            assert (room["name"], room["mode"], room["port"]) == ("Mia's", "teams", server.port)
            assert room["address"] == "127.0.0.1"
            assert server.stop() == 0
            assert until_rooms(directory, 0) == []
            assert f"announces itself at {directory.url}" in server.log
            assert "Traceback" not in server.log
        assert directory.stop() == 0
        assert "Traceback" not in directory.log


def test_a_room_whose_directory_is_away_says_so_and_ends_cleanly() -> None:
    refusing = socket.socket()
    refusing.bind(("127.0.0.1", 0))  # and does not listen
    url = f"http://127.0.0.1:{refusing.getsockname()[1]}"
    with refusing, ServerProcess("--web", "off", "--directory", url, "--public") as server:
        line = ""
        while "is tried again" not in line:
            assert server.process.stderr
            line = server.process.stderr.readline()
            assert line, "it has ended"
        assert server.stop() == 0


def test_a_room_is_not_public_unless_its_owner_says_so(capfd: pytest.CaptureFixture[str]) -> None:
    maps = read_maps()
    config = ("--config", "off")
    assert read_config([*config, "--directory", "http://a.example.org"], maps, {}).public is None
    assert read_config([*config, "--public"], maps, {}).public == Endpoint("", 0)
    assert read_config([*config, "--public", "203.0.113.7"], maps, {}).public == Endpoint("203.0.113.7", 0)
    assert serve([*config, "--port", "0", "--public"]) == 2
    assert capfd.readouterr().err == (
        "petard-server: a public room is announced at a directory: say which, by --directory URL\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ["--port", "70000"], ["--redis", "localhost"], ["--redis", "redis://localhost:port"], ["--allocator", "agones"],
        ["--allocator-cert", "x"], ["--allocator", "http://a", "--allocator-cert", "x"], ["--uncounted", "everybody"],
        ["--allocator", "https://a", "--allocator-cert", "missing.pem", "--allocator-key", "missing.pem"],
        ["--per-address", "0"], ["--prot", "7"], ["status"], ["--host", "127.1"], ["--proxy-from", "a/b"],
    ],
)  # fmt: skip
def test_wrong_arguments_are_one_sentence_and_status_2(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    status: object = None
    with suppress(SystemExit):
        status = main(["--port", "0", *words])
    said = capfd.readouterr().err
    assert status in (None, 2)
    assert said.startswith("petard-directory: ")
    assert said.count("\n") == 1


def test_a_port_that_is_taken_is_one_sentence_and_status_1(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        assert main(["--host", "127.0.0.1", "--port", str(sock.getsockname()[1])]) == 1
    assert capfd.readouterr().err.startswith("petard-directory: Cannot listen on port ")


def test_the_url_of_redis_comes_from_the_environment_where_nobody_else_reads_it() -> None:
    url = "redis://:secret@localhost:6379/0"
    options = read_options([], {REDIS_VARIABLE: url})
    assert options.redis == url
    assert "secret" not in repr(options)
    assert read_options(["--redis", ""], {REDIS_VARIABLE: url}).redis == ""
    assert read_options([], {}) == Options()
