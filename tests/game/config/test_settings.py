"""The settings file: kept, read, and never in the way."""

import sys
from dataclasses import fields, replace
from pathlib import Path

import pygame
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petard.game.config.key_sets import (
    ARROWS,
    BUTTON_CODES,
    KEY_ACTIONS,
    LETTERS,
    NUMBERED,
    RESERVED_BUTTONS,
    USUAL_BUTTONS,
    USUAL_KEYS,
    KeySet,
    rebound,
    rebound_button,
)
from petard.game.config.settings import CHECKS, Settings, load, save, settings_of, settings_path

CHOSEN = Settings(name="Zoë", players=2, full_screen=True, volume=0, addresses=("[::1]:7777",), keys=(ARROWS, LETTERS))


def test_saved_settings_are_loaded_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "settings.toml"
    assert save(path, CHOSEN) == ""
    assert load(path) == (CHOSEN, "")
    assert [file.name for file in path.parent.iterdir()] == ["settings.toml"]


def test_without_a_file_the_usual_settings_count(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.toml") == (Settings(), "")


def test_every_field_has_a_check_that_takes_the_usual_value() -> None:
    assert list(CHECKS) == [field.name for field in fields(Settings)]


@pytest.mark.parametrize(
    "broken",
    [
        b"name = ",
        b"\xff\xfe\x00",
        b"name = 'Ada'\nname = 'Bob'",
        b"x = " + b"[" * 20_000,
        b"#" * 70_000,
    ],
)
def test_a_file_that_cannot_be_understood_is_kept_aside(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(broken)
    settings, sentence = load(path)
    assert settings == Settings()
    assert sentence.startswith("The settings could not be understood, so the usual ones are used.")
    assert sentence.endswith("The old file is kept as settings.broken.toml.")
    assert (tmp_path / "settings.broken.toml").read_bytes() == broken[: (1 << 16) + 1]


def test_a_second_broken_file_does_not_replace_the_copy_of_the_first(tmp_path: Path) -> None:
    path, said = tmp_path / "settings.toml", list[str]()
    for broken in (b"name = ", b"colour = ", b"name = "):
        path.write_bytes(broken)
        said.append(load(path)[1].split()[-1])
    assert said == ["settings.broken.toml.", "settings.broken-2.toml.", "settings.broken.toml."]
    assert (tmp_path / "settings.broken.toml").read_bytes() == b"name = "
    assert (tmp_path / "settings.broken-2.toml").read_bytes() == b"colour = "


def test_one_wrong_value_costs_that_value_only(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("volume = 1000\nname = 'Ada'\nfull_screen = 1\nfrom_a_later_version = true\n")
    settings, sentence = load(path)
    assert settings == Settings(name="Ada")
    assert sentence.startswith("In the settings, full_screen and volume make no sense and did not count.")


@pytest.mark.parametrize("switch", ["shake", "flashes", "particles"])
def test_a_switch_that_was_off_in_an_older_version_means_reduced_motion(tmp_path: Path, switch: str) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(f"name = 'Ada'\n{switch} = false\n")
    assert load(path) == (Settings(name="Ada", reduced_motion=True), "")
    path.write_text(f"name = 'Ada'\n{switch} = true\n")
    assert load(path) == (Settings(name="Ada"), "")
    path.write_text(f"{switch} = false\nreduced_motion = false\n")
    assert load(path) == (Settings(), ""), "what this version has written counts"


def test_a_file_saved_by_an_editor_on_windows_is_read(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xef\xbb\xbfname = 'Ada'\r\nvolume = 10\r\n")
    assert load(path) == (Settings(name="Ada", volume=10), "")


def test_a_folder_in_place_of_the_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").mkdir()
    settings, sentence = load(tmp_path / "settings.toml")
    assert settings == Settings()
    assert sentence.startswith("The settings could not be read (")
    assert save(tmp_path / "settings.toml", CHOSEN).startswith("The settings could not be saved (")
    assert [file.name for file in tmp_path.iterdir()] == ["settings.toml"]


def test_a_failed_save_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.toml"
    save(path, CHOSEN)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert save(path, Settings()) == "The settings could not be saved (No space left on device)."
    assert load(path) == (CHOSEN, "")
    assert [file.name for file in tmp_path.iterdir()] == ["settings.toml"]


_PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)
_ANYTHING = st.recursive(
    _PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner), max_leaves=8
)


@settings(deadline=None, max_examples=20)
@given(st.dictionaries(st.sampled_from(sorted(CHECKS)) | st.text(max_size=8), _ANYTHING))
def test_whatever_is_written_gives_legal_settings(written: dict[str, object]) -> None:
    settings, wrong = settings_of(written)
    assert all(getattr(settings, name) == getattr(Settings(), name) for name in wrong)
    assert settings_of({name: written[name] for name in CHECKS if name in written and name not in wrong}) == (
        settings,
        [],
    )


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [{}, {}],
        [{"up": [82]}] * 2,
        [{**{name: [4] for name in ("up", "down", "left", "right")}, "bomb": []}] * 2,
        [{**{name: [4] for name in ("up", "down", "left", "right")}, "bomb": [512]}] * 2,
        [{**{name: [4] for name in ("up", "down", "left", "right")}, "bomb": [True]}] * 2,
        [{**{name: [4] for name in ("up", "down", "left", "right")}, "bomb": [44, pygame.KSCAN_RETURN]}] * 2,
    ],
)
def test_keys_that_make_no_sense_are_the_usual_keys(keys: object) -> None:
    assert settings_of({"keys": keys}) == (Settings(), ["keys"])


def test_a_new_key_replaces_the_old_ones() -> None:
    keys = rebound((ARROWS, LETTERS), 0, "bomb", pygame.KSCAN_TAB)
    assert keys == (replace(ARROWS, bomb=(pygame.KSCAN_TAB,)), LETTERS)


@pytest.mark.parametrize("name", ["ESCAPE", "RETURN", "KP_ENTER", "F3", "F7", "F11"])
def test_a_key_that_every_screen_needs_is_no_key_of_a_player(name: str) -> None:
    keys = (ARROWS, LETTERS)
    assert rebound(keys, 0, "bomb", getattr(pygame, f"KSCAN_{name}")) == keys


def test_a_key_of_somebody_else_is_taken_from_them_and_never_leaves_them_without() -> None:
    keys = rebound((ARROWS, LETTERS), 0, "up", pygame.KSCAN_SPACE)
    assert keys[0].up == (pygame.KSCAN_SPACE,)
    assert keys[1].bomb == (pygame.KSCAN_LSHIFT,)
    keys = rebound(keys, 0, "up", pygame.KSCAN_LSHIFT)
    assert keys[1].bomb == (pygame.KSCAN_SPACE,)


def test_binding_a_key_where_it_is_already_keeps_it() -> None:
    keys = rebound((ARROWS, LETTERS), 1, "bomb", pygame.KSCAN_SPACE)
    assert keys[1].bomb == (pygame.KSCAN_SPACE,)
    assert rebound(keys, 1, "bomb", pygame.KSCAN_SPACE) == keys


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.sampled_from([0, 1]), st.sampled_from(["up", "bomb", "left"]), st.integers(1, 511))))
def test_after_any_rebinding_the_keys_can_be_saved(changes: list[tuple[int, str, int]]) -> None:
    keys = USUAL_KEYS
    for which, action, scancode in changes:
        first, second = rebound(keys, which, action, scancode)
        keys = (first, second)
    written = [{name: list(getattr(one, name)) for name in ("up", "down", "left", "right", "bomb")} for one in keys]
    assert settings_of({"keys": written}) == (Settings(keys=keys), [])


def written(keys: KeySet) -> dict[str, list[int]]:
    return {action: list(getattr(keys, action)) for action in KEY_ACTIONS}


def test_who_had_the_usual_keys_of_before_has_those_of_now_and_other_keys_stay() -> None:
    before = [written(ARROWS), written(LETTERS)]
    assert settings_of({"keys": before})[0].keys == USUAL_KEYS
    assert settings_of({"keys": before, "pads": written(USUAL_BUTTONS)})[0].keys == (ARROWS, LETTERS)
    own = [written(replace(ARROWS, bomb=(pygame.KSCAN_X,))), written(LETTERS)]
    assert settings_of({"keys": own})[0].keys[0].bomb == (pygame.KSCAN_X,)


def test_a_button_is_bound_on_pads_of_its_kind_and_taken_from_its_other_action() -> None:
    shoulder = pygame.CONTROLLER_BUTTON_LEFTSHOULDER
    pads = rebound_button(USUAL_BUTTONS, "bomb", shoulder)
    assert pads.bomb == (shoulder, NUMBERED, NUMBERED + 1), "pads without a map keep theirs"
    assert rebound_button(pads, "bomb", NUMBERED + 4).bomb == (shoulder, NUMBERED + 4)
    swapped = rebound_button(pads, "up", shoulder)
    assert (swapped.up, swapped.bomb[0]) == ((shoulder,), pygame.CONTROLLER_BUTTON_DPAD_UP)


def test_a_pad_is_never_without_a_button_for_bombs() -> None:
    one = rebound_button(USUAL_BUTTONS, "bomb", NUMBERED)
    assert rebound_button(one, "left", NUMBERED) == one, "the cross of this pad has no button to give in return"
    assert rebound_button(USUAL_BUTTONS, "left", NUMBERED).bomb == (0, 1, NUMBERED + 1)


@pytest.mark.parametrize("button", sorted(RESERVED_BUTTONS))
def test_a_button_that_menus_need_is_no_button_of_a_player(button: int) -> None:
    assert rebound_button(USUAL_BUTTONS, "bomb", button) == USUAL_BUTTONS
    wrong = {**written(USUAL_BUTTONS), "bomb": [button]}
    assert settings_of({"pads": wrong}) == (Settings(), ["pads"])


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.sampled_from(KEY_ACTIONS), st.sampled_from(sorted(BUTTON_CODES)))))
def test_after_any_rebinding_the_buttons_can_be_saved_and_none_has_two_actions(changes: list[tuple[str, int]]) -> None:
    pads = USUAL_BUTTONS
    for action, button in changes:
        pads = rebound_button(pads, action, button)
    codes = [code for action in KEY_ACTIONS for code in getattr(pads, action)]
    assert len(codes) == len(set(codes))
    assert settings_of({"pads": written(pads)}) == (Settings(pads=pads), [])


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these systems have one fixed folder")
def test_the_file_is_where_the_system_wants_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings_path() == tmp_path / "petard" / "settings.toml"


def test_without_a_home_folder_nothing_is_kept_and_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: Path("~/.config/petard"))
    assert load(settings_path()) == (Settings(), "This user has no home folder, so nothing is kept.")
    assert save(settings_path(), Settings(name="Ada")) == ""
