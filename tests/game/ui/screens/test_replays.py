"""The list of what was recorded: newest first, with how it ended; watched, pinned, deleted after a question."""

import os
from pathlib import Path

import pygame
import pytest

from petard.game.replays.store import DemoFolder
from petard.game.ui.screen import SimpleRequest
from petard.game.ui.screens.replay import ReplayScreen
from petard.game.ui.screens.replays import EMPTY, ReplaysScreen, line_of, title_of
from petard.game.ui.screens.title import TitleScreen
from tests.game.ui.person import Person
from tests.game.ui.pictures import pixels
from tests.game.view.test_playback import two_rounds

DRAW = Path(__file__).parents[3] / "sessions" / "draw.petard"


class ReplaysPerson(Person):
    """A person in front of the list of a folder with so many demos; the newest is called 00."""

    def __init__(self, folder: Path, count: int) -> None:
        super().__init__(demos=folder)
        for number in range(count):
            file = folder / f"{number:02}.petard"
            file.write_bytes(two_rounds())
            os.utime(file, (1_790_000_000 - number,) * 2)
        self.folder = folder
        self.navigator.answer(SimpleRequest.REPLAYS, 0.0)
        for _ in range(count):
            self.navigator.poll(self.now)
        self.waits()

    @property
    def shown(self) -> ReplaysScreen:
        assert isinstance(self.screen, ReplaysScreen)
        return self.screen

    @property
    def chosen(self) -> str:
        card = self.shown.card
        assert card is not None
        return card.name

    def does(self, deed: str, by: str) -> None:
        """Push one of the buttons beside the list."""
        if by != "mouse" and self.shown.form.focus.startswith("row:"):
            (self.keys if by == "keys" else self.pad)("right")
        self.pushes(deed, by)

    def names(self) -> list[str]:
        return sorted(file.name for file in self.folder.iterdir())


def test_the_selected_demo_is_watched_and_back_returns_to_it(by: str, tmp_path: Path) -> None:
    person = ReplaysPerson(tmp_path, 3)
    person.pushes("row:01.petard", by)
    if by == "mouse":
        assert person.chosen == "01.petard"
        person.clicks("row:01.petard")  # once more
    assert isinstance(person.screen, ReplayScreen)
    person.keys("escape")
    assert person.chosen == "01.petard"
    assert person.shown.form.focus == "row:01.petard"
    person.does("watch", by)
    assert isinstance(person.screen, ReplayScreen)
    person.keys("escape")
    person.keys("escape")
    assert isinstance(person.screen, TitleScreen)


def test_the_first_enter_watches_the_demo_that_is_shown_as_selected(by: str, tmp_path: Path) -> None:
    person = ReplaysPerson(tmp_path, 2)
    assert person.shown.form.focus == "row:00.petard"
    if by == "mouse":
        person.clicks("row:00.petard")
    else:
        (person.keys if by == "keys" else person.pad)("enter" if by == "keys" else "confirm")
    assert isinstance(person.screen, ReplayScreen)


def test_the_newest_demo_is_selected_even_if_older_ones_are_read_first(tmp_path: Path) -> None:
    person = ReplaysPerson(tmp_path, 2)
    person.keys("escape")
    (tmp_path / "new.petard").write_bytes(two_rounds())
    person.navigator.answer(SimpleRequest.REPLAYS, person.now)
    assert person.chosen == "00.petard"
    person.navigator.poll(person.now)
    assert (person.chosen, person.shown.form.focus) == ("new.petard", "row:new.petard")
    person.keys("enter")
    assert isinstance(person.screen, ReplaysScreen), "it was another one a moment before"
    person.waits(1.0)
    person.keys("enter")
    assert isinstance(person.screen, ReplayScreen)
    assert person.screen.playback.source == str(tmp_path / "new.petard")


@pytest.mark.parametrize(("key", "chosen", "focus"), [("down", "01", "row:01.petard"), ("right", "00", "watch")])
def test_the_selected_demo_stays_selected_when_a_newer_one_is_read(
    key: str, chosen: str, focus: str, tmp_path: Path
) -> None:
    person = ReplaysPerson(tmp_path, 2)
    person.keys("escape")
    (tmp_path / "new.petard").write_bytes(two_rounds())
    person.navigator.answer(SimpleRequest.REPLAYS, person.now)
    person.keys(key)
    person.navigator.poll(person.now)
    assert (person.chosen, person.shown.form.focus) == (f"{chosen}.petard", focus)


def test_a_demo_is_pinned_and_unpinned(by: str, tmp_path: Path) -> None:
    person = ReplaysPerson(tmp_path, 2)
    person.does("pin", by)
    assert person.names() == ["00.petard", "00.petard.pin", "01.petard"]
    assert person.chosen == "00.petard"
    person.does("pin", by)
    assert person.names() == ["00.petard", "01.petard"]


def test_a_demo_is_written_as_a_page_piece_by_piece_and_never_over_another(by: str, tmp_path: Path) -> None:
    person, pages = ReplaysPerson(tmp_path, 1), tmp_path / "pages"
    (tmp_path / "00.petard").write_bytes(DRAW.read_bytes())  # it is shorter
    for name in ("00.html", "00-2.html") if by == "keys" else ("00.html",):
        person.does("page", by)
        said = []
        while not person.shown.saved.startswith("Saved: "):
            person.navigator.poll(person.now)
            person.waits()
            said.append(person.shown.saved)
        assert said[0] == "Writing the page: 0 %"
        assert said[-1] == f"Saved: {name} in {pages}"
        assert (pages / name).read_bytes().startswith(b"<!DOCTYPE html>")
    (tmp_path / "00.petard").unlink()
    person.does("page", by)
    person.navigator.poll(person.now)
    assert person.names() == ["pages"]


def test_deleting_a_demo_asks_first(by: str, tmp_path: Path) -> None:
    person = ReplaysPerson(tmp_path, 2)
    person.does("ask", by)
    assert person.shown.form.focus == "keep", "one push too many deletes nothing"
    person.does("keep", by)
    person.does("ask", by)
    person.keys("escape")
    assert person.names() == ["00.petard", "01.petard"]
    person.does("ask", by)
    person.does("delete", by)
    assert person.names() == ["01.petard"]
    assert person.chosen == "01.petard"


@pytest.mark.parametrize("way", ["keys", "pad"])
def test_moving_to_the_buttons_and_back_selects_no_other_demo(way: str, tmp_path: Path) -> None:
    person = ReplaysPerson(tmp_path, ReplaysScreen.rows)
    step = person.keys if way == "keys" else person.pad
    step("down", "right")
    assert person.shown.form.focus == "watch"
    step("down", "left")
    assert person.shown.form.focus == "pin"
    step("left")
    assert person.shown.form.focus == "row:01.petard"
    assert person.chosen == "01.petard"


@pytest.mark.parametrize("way", ["keys", "pad"])
def test_down_goes_through_a_list_that_is_longer_than_the_screen(way: str, tmp_path: Path) -> None:
    person = ReplaysPerson(tmp_path, ReplaysScreen.rows + 3)
    step = person.keys if way == "keys" else person.pad
    for _ in range(ReplaysScreen.rows + 8):
        step("down")
    assert person.chosen == f"{ReplaysScreen.rows + 2:02}.petard"
    assert person.shown.form.focus == f"row:{person.chosen}"
    for _ in range(ReplaysScreen.rows + 1):
        step("up")
    assert person.chosen == "01.petard"


def test_the_wheel_scrolls_the_list_and_a_moving_mouse_selects_nothing(tmp_path: Path) -> None:
    person = ReplaysPerson(tmp_path, ReplaysScreen.rows + 3)
    for _ in range(9):
        person.sends(pygame.event.Event(pygame.MOUSEWHEEL, x=0, y=-1))
    rows = [widget.key for widget in person.shown.form.widgets if widget.key.startswith("row:")]
    assert rows[-1] == f"row:{ReplaysScreen.rows + 2:02}.petard"
    assert len(rows) == ReplaysScreen.rows
    person.points(5, 5)
    person.points(300, 300)
    assert person.chosen == "00.petard"


def test_the_list_fills_while_it_is_shown(tmp_path: Path) -> None:
    person = ReplaysPerson(tmp_path, 0)
    for name in ("a.petard", "b.petard"):
        (tmp_path / name).write_bytes(two_rounds())
    person.navigator.answer(SimpleRequest.REPLAYS, 0.0)
    counts = []
    for _ in range(3):
        counts.append(len(person.shown.cards))
        person.navigator.poll(person.now)
        person.waits()
    assert counts == [0, 1, 2]


def test_an_empty_list_says_how_to_record_demos(tmp_path: Path) -> None:
    person = ReplaysPerson(tmp_path, 0)
    assert "Play" in EMPTY[1]
    assert "F9" in EMPTY[2]
    empty = pixels(person.canvas)
    person.shown.unread = 1
    person.waits()
    assert pixels(person.canvas) != empty
    person.pushes("back", "pad")
    assert isinstance(person.screen, TitleScreen)


def test_a_file_that_is_not_a_demo_shows_a_sentence_and_can_be_deleted(tmp_path: Path) -> None:
    person = ReplaysPerson(tmp_path, 0)
    (tmp_path / "bad.petard").write_text("rubbish")
    person.navigator.answer(SimpleRequest.REPLAYS, 0.0)
    person.navigator.poll(person.now)
    person.waits()
    card = person.shown.card
    assert card is not None
    assert title_of(card) == "bad.petard"
    assert line_of(card).startswith("This file is no demo")
    assert "watch" not in [widget.key for widget in person.shown.form.widgets]
    person.keys("enter")
    assert isinstance(person.screen, ReplaysScreen)
    person.does("ask", "keys")
    person.does("delete", "keys")
    assert person.names() == []


def test_watching_a_deleted_demo_shows_one_sentence(tmp_path: Path) -> None:
    person = ReplaysPerson(tmp_path, 2)
    (tmp_path / "00.petard").unlink()
    person.does("watch", "keys")
    assert person.shown.notice.startswith("This file cannot be read")
    assert person.chosen == "01.petard"


def test_a_clip_is_marked_as_one(tmp_path: Path) -> None:
    demos = DemoFolder(tmp_path)
    name = demos.save_clip(two_rounds(), "small")
    card = demos.summary(name)
    assert card is not None
    assert "clip" in line_of(card)
    assert len(card.seats) == 4
    assert title_of(card) == "Classic, standard"
