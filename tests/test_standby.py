"""A room outlives its host: real servers, real standbys, guests over real sockets; the server is killed, or leaves.

`python -m tests.tools.standby` does the same for many seeds, with a machine of its own for each process, and measures.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from petard.server.cli.replay_verify import main as replay_verify
from petard.shared.protocol.messages import Phase
from tests.guest import ALONE, play_until
from tests.netns.machines import machines_at_a_hub, skip_without_machines
from tests.observer import posix_only
from tests.server.server_process import PATIENCE, ServerProcess
from tests.tools.standby import HOW, SAID, START, Drill, drill, is_back, run, seats_of

GUESTS = 3


@contextmanager
def begun(folder: Path) -> Iterator[Drill]:
    """A match that has two standbys."""
    with drill(1, GUESTS, None, folder) as this:
        this.begin()
        yield this


def goes_on(this: Drill) -> None:
    """All come back, and nobody has lost anything."""
    this.wait_for_return()
    this.check()


def test_a_match_goes_on_when_its_server_is_killed_and_again_when_the_next_one_leaves(tmp_path: Path) -> None:
    with begun(tmp_path) as this:
        this.lose("killed")
        goes_on(this)
        does_not_start_again(this)
        host = next(one for one in this.guests if any("promoted" in child.states for child in one.children))
        assert host.children[0].process.poll() is None
        others = [one for one in this.guests if one is not host]
        play_until(this.guests, time.monotonic, lambda: bool(others[0].standbys.standbys), PATIENCE)
        this.seats, at = seats_of(host), time.monotonic()
        host.child = None  # it is the server, which its game ends now
        host.children[0].end()
        play_until(this.guests, time.monotonic, lambda: all(is_back(one, at) for one in others), PATIENCE)
        assert {seat[0] for seat in seats_of(others[0])} == {seat[0] for seat in this.seats}
        files = this.end()
    assert len(files) == 3
    assert replay_verify(["--as-one", "--cores", "1", *map(str, files)]) == 0


def does_not_start_again(this: Drill) -> None:
    """A killed server that starts again finds its room elsewhere, says so and ends; the guests notice nothing."""
    again = ["--port", "0", "--ready", "json", *ALONE, "--web", "off", "--record", str(this.folder / "host")]
    done = subprocess.run([*START, *again], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stdout
    assert "so this server does not start" in done.stderr
    this.play(0.1)
    assert all(one.is_in for one in this.guests)


@pytest.mark.long
@posix_only
def test_a_host_that_was_only_asleep_yields_before_its_next_tick(tmp_path: Path) -> None:
    with begun(tmp_path) as this:
        this.seats = seats_of(this.guests[0])
        os.kill(this.server.pid, signal.SIGSTOP)
        this.killed_at = time.monotonic()
        for guest in this.guests:
            guest.chat.clear()
        goes_on(this)
        os.kill(this.server.pid, signal.SIGCONT)
        assert this.server.wait(PATIENCE) == 0
        assert "by now, so this server stops" in (tmp_path / "host.log").read_text("utf-8")
        this.play(0.1)
        assert all(one.is_in for one in this.guests)


@pytest.mark.long  # tests/server/policy/test_room_copy.py has it without processes
def test_a_room_in_the_lobby_lives_on_as_well(tmp_path: Path) -> None:
    with drill(1, GUESTS, None, tmp_path) as this:
        for guest in this.guests:
            guest.is_ready = False
        play_until(this.guests, time.monotonic, lambda: len(this.guests[0].standbys.standbys) == 2, PATIENCE)
        this.guests[0].say(SAID)
        play_until(this.guests, time.monotonic, lambda: bool(this.guests[2].chat), PATIENCE)
        this.play(0.3)
        this.lose("killed")
        members = {one.name: one.member for one in this.guests}
        came = len(this.guests[0].lost_at)
        play_until(this.guests, time.monotonic, lambda: len(this.guests[0].lost_at) > came, PATIENCE)
        play_until(this.guests, time.monotonic, lambda: all(one.is_in for one in this.guests), PATIENCE)
        this.check()
        assert {one.name: one.member for one in this.guests} == members
        assert this.guests[0].phase is Phase.LOBBY


def test_a_ticket_that_is_not_valid_lets_no_standby_in() -> None:
    with ServerProcess("--standby", "on", "--web", "off") as server:
        command = [*START, "standby", f"127.0.0.1:{server.port}", "--port", "0", "--ready", "json", *ALONE]
        surroundings = os.environ | {"PETARD_STANDBY_TICKET": "0" * 32}
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=surroundings, check=False)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line.get("standby") for line in said] == [None, "ended"]
    assert "not valid" in str(said[-1]["reason"])


@posix_only
def test_a_standby_that_is_stopped_before_it_has_a_ticket_ends_without_a_word() -> None:
    command = [*START, "standby", "127.0.0.1:9", "--port", "0", "--parent-stdin", "--ready", "json", *ALONE]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as standby:
        assert standby.stdout
        assert json.loads(standby.stdout.readline())["ready"]
        standby.send_signal(signal.SIGTERM)
        assert standby.wait(PATIENCE) == 0
        assert standby.stderr
        assert not standby.stderr.read()


@pytest.mark.parametrize(("words", "sentence"), [([], "HOST"), (["127.0.0.1:9"], "needs the ticket")])
def test_a_standby_that_cannot_start_says_why_in_one_line(words: list[str], sentence: str) -> None:
    command = [*START, "standby", *words, *(("--port", "0", *ALONE) if words else ())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode in (1, 2)
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.long
@pytest.mark.netns
@pytest.mark.parametrize("how", HOW)
def test_a_match_goes_on_between_machines_that_lose_packets(how: str) -> None:
    skip_without_machines()
    with machines_at_a_hub(10) as machines:
        for seed in (1, 2):
            assert run(seed, how, 8, machines, 2.0)["first tick"]
