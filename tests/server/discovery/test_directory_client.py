"""The thread that announces a room, against directories that are away, slow, strange or hostile."""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import Empty

import pytest

from petard.server.discovery import directory_client
from petard.server.discovery.directory_client import DirectoryClient

PATIENCE = 20.0  # real seconds until a test gives up
LISTED = {"listed": True, "address": "203.0.113.7", "port": 7777}
WAITS = {"listed": False, "why": "No answer."}


def answer(status: int, body: object, *headers: str) -> bytes:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(data)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + data


def read_request(sock: socket.socket) -> bytes:
    """Read one request with its body; b"" at the end of the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := sock.recv(1 << 16)):
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    while length and len(body) < int(length[1]):
        body += sock.recv(1 << 16)
    return head + b"\r\n\r\n" + body


class ScriptedDirectory:
    """Answers each connection by a function, in a thread; `requests`: what has come."""

    def __init__(self, talk: Callable[[socket.socket], object]) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/petard"
        self.requests: list[bytes] = []
        self._talk = talk
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self.listener.accept()
                sock.settimeout(PATIENCE)
                with sock, suppress(OSError):
                    while (data := read_request(sock)) and self._talk(sock):
                        self.requests.append(data)

    def close(self) -> None:
        with suppress(OSError):  # macOS
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join(PATIENCE)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {"EVERY": 0.02, "SOON": 0.01, "WITHIN": 0.3, "GOODBYE_WITHIN": 1.0}.items():
        monkeypatch.setattr(directory_client, name, seconds)


@contextmanager
def announcing(url: str) -> Iterator[DirectoryClient]:
    client = DirectoryClient(url, "0" * 15 + "1", "2" * 32)
    client.body = b'{"id": 1}'
    client.thread.start()
    try:
        yield client
    finally:
        client.close()
        client.thread.join(PATIENCE)
        assert not client.thread.is_alive()


def first_line(talk: Callable[[socket.socket], object]) -> str:
    """The first line in the log of a room whose directory does that."""
    directory = ScriptedDirectory(talk)
    try:
        with announcing(directory.url) as client:
            return client.lines.get(timeout=PATIENCE)
    finally:
        directory.close()


def sends(data: bytes) -> Callable[[socket.socket], bool]:
    def talk(sock: socket.socket) -> bool:
        sock.sendall(data)
        return False

    return talk


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (answer(200, LISTED), "players find this room"),
        (answer(202, WAITS), "is not in the list of"),
        (answer(403, {"error": "Not this address."}), "does not list this room: Not this address."),
        (answer(503, {"error": "Full."}), "is tried again: Full."),
        (answer(302, b"", "Location: http://127.0.0.1:1/"), "it answers with status 302"),
        (answer(200, b"<html>"), "it answers with status 200"),
        (answer(200, {"listed": True, "address": 7, "port": "x"}), "players find this room"),
        (answer(200, b"[" * 5000), "it answers with status 200"),
        (b"220 mail.example.org ESMTP\r\n", "speaks no HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n", "speaks no HTTP"),
        (b"", "cannot be used now"),
    ],
)
def test_what_a_directory_says_is_one_line_in_the_log(data: bytes, words: str) -> None:
    assert words in first_line(sends(data))


def test_a_directory_that_says_nothing_is_given_up_and_tried_again() -> None:
    over = threading.Event()
    directory = ScriptedDirectory(lambda sock: over.wait(PATIENCE))
    with announcing(directory.url) as client:
        assert "no answer in time" in client.lines.get(timeout=PATIENCE)
        over.set()
    directory.close()


def test_a_directory_that_sends_a_byte_now_and_then_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory_client, "LATE", 0.3)

    over = threading.Event()

    def trickle(sock: socket.socket) -> bool:
        while not over.wait(0.05):
            sock.sendall(b"H")
        return False

    directory = ScriptedDirectory(trickle)
    with announcing(directory.url) as client:
        line, until = "", time.monotonic() + PATIENCE
        while not line:
            client.end_if_late(time.monotonic())
            assert time.monotonic() < until
            with suppress(Empty):
                line = client.lines.get(timeout=0.05)
        assert "cannot be used now" in line
        over.set()
    directory.close()


def test_a_directory_that_is_away_is_one_line_and_its_return_another() -> None:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))  # it refuses connections until it listens, and nobody else gets the port
    with announcing(f"http://127.0.0.1:{listener.getsockname()[1]}") as client:
        assert "is tried again" in client.lines.get(timeout=PATIENCE)
        listener.listen()
        sock, _ = listener.accept()
        with listener, sock:
            for _ in range(5):
                assert read_request(sock).startswith(b"POST /rooms HTTP/1.1\r\n")
                sock.sendall(answer(200, LISTED))
            assert "as 203.0.113.7:7777" in client.lines.get(timeout=PATIENCE)
            assert client.lines.empty(), "what stays as it is is not said again"
            sock.settimeout(PATIENCE)
            goodbye = threading.Thread(target=client.close)
            goodbye.start()
            received = b""
            while b"DELETE" not in received:
                received = read_request(sock)
                assert received
                sock.sendall(answer(200, LISTED))
            goodbye.join(PATIENCE)
    assert received.startswith(b"DELETE /rooms/0000000000000001 HTTP/1.1\r\n")
    assert b"Authorization: Bearer " + b"2" * 32 in received


def test_one_connection_carries_all_announcements_below_the_path_of_the_url() -> None:
    def listed(sock: socket.socket) -> bool:
        sock.sendall(answer(200, LISTED))
        return True

    directory = ScriptedDirectory(listed)
    with announcing(directory.url) as client:
        client.lines.get(timeout=PATIENCE)
        until = time.monotonic() + PATIENCE
        while len(directory.requests) < 4:
            assert time.monotonic() < until
    directory.close()
    assert all(one.startswith(b"POST /petard/rooms HTTP/1.1\r\n") for one in directory.requests[:3])
