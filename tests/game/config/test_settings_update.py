"""Two games of one person: neither loses what the other one has changed."""

import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pygame
import pytest

from petard.game.config.arguments import Arguments
from petard.game.config.key_sets import ARROWS, LETTERS, rebound
from petard.game.config.settings import Settings, load, save
from petard.game.config.settings_update import merged, merged_keys, merged_list
from petard.game.flow.preferences import Preferences
from petard.shared import file_lock
from tests.game.ui.person import Person

# Changes one setting again and again: another process, with a lock of its own.
OTHER_GAME = """
import sys
from dataclasses import replace
from pathlib import Path
from petard.game.config.settings import Settings, load
from petard.game.config.settings_update import update
path, name = Path(sys.argv[1]), sys.argv[2]
for number in range(16):
    before = load(path)[0]
    assert update(path, before, replace(before, starred=(f"{name}{number}", *before.starred)[:20]), before)[1] == ""
    if number % 4 == 3:
        after = load(path)[0]
        mine = tuple(one for one in after.starred if not one.startswith(name))
        assert update(path, after, replace(after, starred=mine), after)[1] == ""
before = load(path)[0]
update(path, before, replace(before, starred=(f"{name}-last", *before.starred)), before)
"""


# Saves one setting, and is held up for a while when all is ready to be saved, as by a busy disk.
HELD_UP = """
import os, sys
from dataclasses import replace
from pathlib import Path
from petard.game.config.settings import load
from petard.game.config.settings_update import update
path, fsync = Path(sys.argv[1]), os.fsync

def slow(handle):
    os.fsync = fsync
    print(flush=True)
    sys.stdin.readline()
    fsync(handle)

os.fsync = slow
before = load(path)[0]
assert update(path, before, replace(before, volume=10), before) == (replace(load(path)[0], volume=10), "")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings.toml"
    save(path, Settings(name="Ada", volume=50, addresses=("a", "b"), starred=("s",)))
    return path


def change(game: Preferences, person: Person, **changed: object) -> None:
    """Choose something in a game, which saves it."""
    person.context.settings = replace(game.settings, **changed)  # type: ignore[arg-type]
    game.apply(person.context, person.canvas)
    assert game.save() == ""


def test_two_games_keep_what_each_of_them_has_changed(file: Path) -> None:
    person = Person()
    first, second = Preferences(file, Arguments()), Preferences(file, Arguments())
    change(first, person, volume=10, addresses=("first", "a", "b"))
    change(second, person, reduced_motion=True, addresses=("second", "a", "b"), name="Zoe")
    change(first, person, danger=False, addresses=("third", "first", "a", "b"))
    after = load(file)[0]
    assert (after.volume, after.reduced_motion, after.danger, after.name) == (10, True, False, "Zoe")
    assert after.addresses == ("third", "first", "a", "b", "second")


def test_the_last_one_counts_if_both_change_the_same(file: Path) -> None:
    person = Person()
    first, second = Preferences(file, Arguments()), Preferences(file, Arguments())
    change(first, person, volume=10)
    change(second, person, volume=20)
    assert load(file)[0].volume == 20
    change(first, person, volume=30)
    assert load(file)[0].volume == 30


def test_keys_that_two_games_bind_are_all_kept() -> None:
    keys = ARROWS, LETTERS
    ours, theirs = rebound(keys, 0, "bomb", pygame.KSCAN_M), rebound(keys, 1, "up", pygame.KSCAN_I)
    both = merged_keys(keys, ours, theirs)
    assert (both[0].bomb, both[1].up) == ((pygame.KSCAN_M,), (pygame.KSCAN_I,))


def test_no_key_gets_two_actions_because_two_games_chose_it() -> None:
    keys = ARROWS, LETTERS
    ours, theirs = rebound(keys, 0, "bomb", pygame.KSCAN_M), rebound(keys, 1, "up", pygame.KSCAN_M)
    assert merged_keys(keys, ours, theirs) == ours


def test_an_entry_that_either_game_removes_stays_away() -> None:
    assert merged_list(("a", "b"), ("b",), ("a", "b", "c")) == ("b", "c")
    assert merged_list(("a", "b"), ("n", "a", "b"), ("a",)) == ("n", "a")
    assert merged_list(("a", "b"), ("b", "a"), ("a",)) == ("b", "a"), "b was joined again"


def test_a_list_never_grows_beyond_its_limit() -> None:
    few = tuple("abcde")
    wanted = merged(Settings(addresses=few), Settings(addresses=("n", *few[:4])), Settings(addresses=("o", *few[:4])))
    assert wanted.addresses == ("n", *few[:4])


@pytest.mark.parametrize("broken", [b"", b"name = ", b"\xff", b"volume = 1000\nname = 7"])
def test_a_file_that_was_broken_meanwhile_gets_the_settings_as_they_were_known(file: Path, broken: bytes) -> None:
    game = Preferences(file, Arguments())
    file.write_bytes(broken)
    change(game, Person(), danger=False)
    assert load(file) == (Settings(name="Ada", volume=50, danger=False, addresses=("a", "b"), starred=("s",)), "")


def test_fields_of_another_version_are_kept(file: Path) -> None:
    file.write_text(file.read_text("utf-8") + '[voice]\nmicrophone = "usb"\n', "utf-8")
    change(Preferences(file, Arguments()), Person(), volume=10)
    written = tomllib.loads(file.read_text("utf-8"))
    assert (written["voice"], written["volume"]) == ({"microphone": "usb"}, 10)


def test_two_processes_that_save_at_the_same_time_lose_nothing(file: Path) -> None:
    games = [subprocess.Popen([sys.executable, "-c", OTHER_GAME, str(file), name]) for name in ("x", "y")]
    assert [game.wait(60) for game in games] == [0, 0]
    assert {"x-last", "y-last", "s"} <= set(load(file)[0].starred)
    assert {one.name for one in file.parent.iterdir()} == {"settings.toml", "settings.toml.lock"}


def test_a_game_that_is_held_up_while_it_saves_loses_nothing_that_another_one_has_saved_meanwhile(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_lock, "PATIENCE", 0.05)
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HELD_UP, str(file)], stdin=pipe, stdout=pipe) as held_up:
        assert held_up.stdout is not None
        held_up.stdout.readline()
        change(Preferences(file, Arguments()), Person(), danger=False)
        held_up.communicate(b"\n", timeout=60)
    assert held_up.returncode == 0
    after = load(file)[0]
    assert (after.volume, after.danger) == (10, False)
