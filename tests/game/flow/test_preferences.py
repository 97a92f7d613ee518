"""Settings at work, and in the file."""

from dataclasses import replace
from pathlib import Path

import pygame
import pytest

from petard.game.config.arguments import Arguments
from petard.game.config.key_sets import LETTERS
from petard.game.config.settings import Settings, load, save
from petard.game.flow.preferences import DEFAULT_NAME, SETTLED, Preferences, settings_for, user_name
from tests.game.ui.person import Person


def test_a_changed_setting_is_applied_at_once_and_saved(tmp_path: Path) -> None:
    person, file = Person(), tmp_path / "settings.toml"
    preferences = Preferences(file, Arguments())
    person.context.settings = replace(preferences.settings, volume=30, keys=(LETTERS, LETTERS))
    preferences.apply(person.context, person.canvas)
    assert person.context.audio.volume == pytest.approx(0.3)
    assert person.context.devices.keyboard.sets == (LETTERS, LETTERS)
    preferences.save()
    assert load(file)[0].volume == 30


def test_settings_of_the_command_line_are_not_saved(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    save(file, Settings(name="Ada", volume=50))
    person = Person()
    preferences = Preferences(file, Arguments(name="Zoe", full_screen=True, reduced_motion=True))
    assert (preferences.settings.name, preferences.settings.full_screen) == ("Zoe", True)
    assert preferences.settings.reduced_motion
    person.context.settings = replace(preferences.settings, volume=60)
    preferences.apply(person.context, person.canvas)
    preferences.save()
    assert load(file)[0] == Settings(name="Ada", volume=60)


def test_without_a_change_nothing_is_saved(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "settings.toml", Arguments())
    preferences.save()
    assert not (tmp_path / "settings.toml").exists()


def test_a_failed_save_is_reported_and_tried_again(tmp_path: Path) -> None:
    person, file = Person(), tmp_path / "settings.toml"
    preferences = Preferences(file, Arguments())
    person.context.settings = replace(preferences.settings, volume=30)
    preferences.apply(person.context, person.canvas)
    file.mkdir()  # nothing can be written over a folder
    assert preferences.save().startswith("The settings could not be saved (")
    file.rmdir()
    assert preferences.save() == ""
    assert load(file)[0].volume == 30


def test_an_empty_name_gets_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petard.game.flow.preferences.getpass.getuser", lambda: "ada")
    assert settings_for(Settings(), Arguments()).name == "Ada"
    monkeypatch.setattr("petard.game.flow.preferences.getpass.getuser", lambda: "\u200b")
    assert user_name() == DEFAULT_NAME

    def nobody() -> str:
        raise OSError("no such user")

    monkeypatch.setattr("petard.game.flow.preferences.getpass.getuser", nobody)
    assert user_name() == DEFAULT_NAME


def test_leaving_full_screen_restores_the_window_size_even_with_a_slow_window_manager(tmp_path: Path) -> None:
    person, preferences = Person(), Preferences(tmp_path / "settings.toml", Arguments())
    before = pygame.display.set_mode((900, 500)).get_size()

    def turn(full_screen: bool) -> None:
        person.context.settings = replace(preferences.settings, full_screen=full_screen)
        preferences.apply(person.context, person.canvas)
        person.canvas.begin()

    person.canvas.begin()
    person.context.settings = preferences.settings
    turn(True)
    pygame.display.set_mode((2000, 1200))
    person.canvas.begin()
    turn(False)
    pygame.display.set_mode((1992, 1144))  # as the window manager likes it
    person.canvas.begin()
    for _ in range(SETTLED):
        preferences.apply(person.context, person.canvas)
    assert pygame.display.get_surface().get_size() == before
    pygame.display.set_mode((700, 500))  # dragged by a person, later
    for _ in range(2 * SETTLED):
        person.canvas.begin()
        preferences.apply(person.context, person.canvas)
    assert pygame.display.get_surface().get_size() == (700, 500)
