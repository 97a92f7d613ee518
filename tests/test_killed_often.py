"""Servers that are killed at random moments, again and again: every match goes on, and all recordings verify as one.

In virtual time the kill also cuts what is just being written; with real processes eight clients play and rejoin.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from petard.server.recording.demo_store import DemoFiles
from petard.server.recording.unfinished import UnfinishedSearch, beside
from petard.server.room.resume import GameHere
from petard.shared.demo.records import SEATS
from petard.shared.protocol.messages import Setup
from tests.ends import boards
from tests.full_disk import full_disk_code
from tests.observer import posix_only
from tests.server.recorded_ends import RecordedEnds
from tests.tools.kill_server import KillDrill, verify_chain

SEEDS, SEEDS_LONG = range(6), range(200)
KILLS_LONG = 200
HERE = GameHere(0, boards())
RULES = ("--map", "arena", "--rounds", "9")
FULL_AFTER = 3000  # bytes of a file
LITTLE_DISK = (
    "-c",
    f"{full_disk_code(FULL_AFTER)}; from petard.server.__main__ import main; sys.exit(main())",
)


def killed_while_writing(ends: RecordedEnds, files: DemoFiles, chance: random.Random) -> None:
    """Write all that was recorded, but of the last bytes and of the rejoin records only what a kill leaves."""
    *before, last = (page for page in ends.pages if page.data or page.rejoin_record)
    for page in before:
        files.write(page)
    whole = sum(len(page.data) for page in before)
    files.write(last)
    assert files.file
    if last.data and not last.rejoin_record:
        files.file.truncate(whole + chance.randrange(len(last.data) + 1))
    files.close()


def kill_chain(folder: Path, seed: int) -> None:
    """A match of two players whose server is killed three times."""
    chance = random.Random(seed)
    ends, peers, files = RecordedEnds(Setup("small", "duel", 9, 1, 2), seed=seed), (1, 2), DemoFiles(folder)
    ends.two()
    for life in range(1, 4):
        for _ in range(chance.randrange(2, 500)):
            ends.lay_bombs()
            ends.tick()
        killed_while_writing(ends, files, chance)
        (parent,) = folder.glob(f"*.petard{SEATS}")
        left = parent.read_bytes()
        search = UnfinishedSearch(folder, HERE, time.time())
        found = search.claim_newest()
        assert found, f"seed {seed}, life {life}: {search.why}"
        claimed, resumed = found
        assert beside(claimed.path, SEATS) == parent
        files = DemoFiles(folder, claimed)
        tokens, ends = ends.tokens, ends.go_on(resumed, later=1)
        if chance.random() < 0.3:  # killed again before anybody is back
            ends.tick(chance.randrange(1, 4))
            killed_while_writing(ends, files, chance)
            parent.write_bytes(left)  # and before the older rejoin record was deleted
            found = UnfinishedSearch(folder, HERE, time.time()).claim_newest()
            assert found
            claimed, resumed = found
            assert not parent.exists()
            files, ends = DemoFiles(folder, claimed), ends.go_on(resumed, later=1)
        ends.tokens = dict(tokens)
        names = ("Ada", "Grace")
        peers, was = (10 * life + 1, 10 * life + 2), peers
        for peer, before, name in zip(peers, was, names, strict=True):
            welcome = ends.back(peer, before, name).room.welcome
            assert welcome
            assert welcome.returned, f"seed {seed}, life {life}"
        ends.keys[1] = ends.keys[peers[0]]
    ends.room.close("The end.")
    ends.save()
    for page in ends.pages:
        files.write(page)
    files.close()
    assert UnfinishedSearch(folder, HERE, time.time()).claim_newest() is None
    assert verify_chain(folder) >= 3


@pytest.mark.parametrize("seed", SEEDS)
def test_a_match_goes_on_whenever_its_server_is_killed(tmp_path: Path, seed: int) -> None:
    kill_chain(tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS_LONG)
def test_two_hundred_matches_go_on_whenever_their_servers_are_killed(tmp_path: Path, seed: int) -> None:
    kill_chain(tmp_path, seed)


@contextmanager
def drill(folder: Path, clients: int, seed: int) -> Iterator[KillDrill]:
    drill = KillDrill(folder / "demos", clients, seed, *RULES)
    try:
        yield drill
    finally:
        drill.end()


@posix_only
@pytest.mark.slow
def test_a_server_that_is_killed_twice_in_a_row_goes_on_with_all_eight_players(tmp_path: Path) -> None:
    with drill(tmp_path, 8, 1) as killed:
        killed.play(0.5)
        killed.kill(pause=0.8)
        killed.kill_and_return()
    assert "goes on with the match of" in killed.log
    verify_chain(killed.folder)


@posix_only
@pytest.mark.long
def test_two_hundred_kills_at_random_moments_cost_no_match(tmp_path: Path) -> None:
    with drill(tmp_path, 8, 1) as killed:
        assert len(killed.run(KILLS_LONG)) == KILLS_LONG
    verify_chain(killed.folder)


@posix_only
@pytest.mark.long  # tests/server/test_recording.py has the full disk alone
def test_after_a_full_disk_the_server_begins_in_the_lobby_and_the_log_says_why(tmp_path: Path) -> None:
    with drill(tmp_path, 2, 1) as killed:
        killed.play()
        killed.kill(start=LITTLE_DISK)
        killed.poll_until(lambda: "is not recorded any further" in killed.log, "the disk is full")
        killed.kill()
        killed.poll_until(lambda: "begins in the lobby" in killed.log, "it is in the lobby")
        assert ".seats nobody could prove which seat is theirs." in killed.log
        killed.poll_until(lambda: all(one.is_in for one in killed.players), "all are there")
