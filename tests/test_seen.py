"""A real server seen from outside: alone it sleeps and is well; a loop that hangs and a process that was stopped are
noticed within three seconds; a web process that ends comes back; that it is about to stop is told before it does.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

import psutil  # type: ignore[import-untyped]
import pytest

from petard.server.web.figures import EVERY, HUNG
from petard.shared.protocol.messages import BUILD, PROTOCOL, Delta, Hello, Keyframe, Ready, Round, Welcome
from tests.observer import posix_only
from tests.server.loopback import RawClient
from tests.server.server_process import PATIENCE, ServerProcess, read_until
from tests.server.web.fake_room import upgrade
from tests.server.web.sample import ask
from tests.tools.bench_http import PATHS, measure

SLEEPS = 2.6  # seconds alone; a server without a pulse would look hung after 2.5
WORD = b"hung: no tick for "
KEYFRAME_BEGINS = bytes((0x94, 37))  # of four parts: its number, tick, tiles, tables


@contextmanager
def seen_server(*options: str, start: tuple[str, ...] = ("-m", "petard.server")) -> Iterator[tuple[ServerProcess, int]]:
    """A server with a page, and its port."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    with ServerProcess("--http", f"127.0.0.1:{port}", *options, start=start) as server:
        wait_for(port, "ok")
        yield server, port


def wait_for(port: int, words: str) -> None:
    """Ask until /healthz begins so."""
    began, pause = time.monotonic(), threading.Event()
    while time.monotonic() - began < PATIENCE:
        with suppress(ConnectionError):  # it is about to open, or has just gone
            body = ask(port, "/healthz")[2].decode()
            if body.startswith(words):
                return
        pause.wait(0.05)
    raise AssertionError(f"it never said {words!r}")


def joined(server: ServerProcess) -> RawClient:
    """Somebody who is in."""
    guest = RawClient(server.port)
    guest.send(Hello(PROTOCOL, BUILD, "Ada", 1, ""))
    read_until(guest, Welcome)
    return guest


def test_a_sleeping_server_is_healthy_and_a_hanging_loop_is_noticed_within_three_seconds() -> None:
    with seen_server(start=("-m", "tests.server.web.server_that_hangs")) as (server, port):
        threading.Event().wait(SLEEPS)
        assert ask(port, "/healthz")[0] == 200
        guest = RawClient(server.port)
        guest.send(Hello(PROTOCOL, BUILD, "Ada", 1, ""))  # and with that the trap falls
        wait_for(port, "hung: no tick for ")
        status, _, body = ask(port, "/healthz")
        assert (status, body[: len(WORD)]) == (503, WORD)
        assert b"The server is hung" in ask(port, "/table")[2]
        guest.sock.close()


def test_what_is_silent_for_three_seconds_is_hung() -> None:
    assert EVERY < HUNG <= 3.0


@posix_only
def test_a_stopped_room_is_hung_a_stopped_web_process_gives_no_answer_and_both_are_healthy_when_they_continue() -> None:
    with seen_server() as (server, port):
        (web,) = psutil.Process(server.process.pid).children()
        web.suspend()
        try:
            with pytest.raises(TimeoutError):
                ask(port, "/healthz", patience=1.0)
        finally:
            web.resume()
        wait_for(port, "ok")
        os.kill(server.process.pid, signal.SIGSTOP)
        try:
            wait_for(port, "hung: no tick for ")
        finally:
            os.kill(server.process.pid, signal.SIGCONT)
        wait_for(port, "ok")


@posix_only
def test_a_web_process_that_is_killed_comes_back_and_the_room_goes_on_and_none_outlives_the_room() -> None:
    with seen_server("--rules", "duel", "--bots", "1") as (server, port):
        room = psutil.Process(server.process.pid)
        (web,) = room.children()
        ada = joined(server)
        ada.send(Ready(True))
        read_until(ada, Keyframe)
        web.kill()
        web.wait(PATIENCE)  # or it may answer once more
        wait_for(port, "ok")
        (again,) = room.children()
        assert again.pid != web.pid
        ada.received.clear()
        read_until(ada, Delta)
        (folder,) = {Path(one.laddr).parent for one in room.net_connections("unix") if str(one.laddr).endswith("/room")}
        server.process.kill()
        again.wait(PATIENCE)
        assert not folder.exists(), "a room that is killed leaves nothing behind"
        ada.sock.close()


def watch(port: int) -> None:
    """Watch as a browser does, until a Keyframe has come."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        with suppress(ConnectionError), socket.create_connection(("127.0.0.1", port), PATIENCE) as sock:
            sock.sendall(upgrade(port, "watch"))
            received = b""
            while new := sock.recv(1 << 16):
                received += new
                if KEYFRAME_BEGINS in received:
                    return
    raise AssertionError("no Keyframe came")


@posix_only
def test_a_relay_that_is_killed_comes_back_and_the_match_goes_on() -> None:
    with seen_server("--rules", "duel", "--bots", "1") as (server, port):
        room = psutil.Process(server.process.pid)
        ada = joined(server)
        ada.send(Ready(True))
        read_until(ada, Keyframe)
        pids = {one.pid for one in room.children()}
        watch(port)
        (relay,) = (one for one in room.children() if one.pid not in pids)
        assert "relay" in relay.cmdline()
        relay.kill()
        relay.wait(PATIENCE)
        watch(port)
        (again,) = (one for one in room.children() if one.pid not in pids)
        assert again.pid != relay.pid
        ada.received.clear()
        read_until(ada, Delta)
        ada.sock.close()


@pytest.mark.long
def test_fifty_requests_a_second_do_not_delay_the_ticks() -> None:
    with seen_server("--map", "grand", "--rounds", "9", "--bots", "8") as (server, port):
        blocks = measure(server.port, port, 4, 50.0, PATHS)
    without, with_them = (median(block["p99"] for block in blocks[start::2]) for start in (0, 1))
    assert all(block["asked"] > 45 for block in blocks[1::2])
    assert with_them < 1.2 * without


@posix_only
def test_a_draining_server_says_so_while_the_last_round_runs() -> None:
    with seen_server("--drain", "90", "--rules", "duel", "--bots", "1") as (server, port):
        ada = joined(server)
        ada.send(Ready(True))
        read_until(ada, Round)
        server.process.terminate()
        wait_for(port, "draining")
        assert ask(port, "/healthz")[0] == 503
        ada.sock.close()
