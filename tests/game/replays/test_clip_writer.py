"""F9 in a match saves the last 30 seconds, piece by piece, and a notice says where."""

import time
from pathlib import Path

import pygame
import pytest

from petard.game.replays.library import ReplayLibrary
from petard.game.replays.store import DemoFolder, read_recording
from petard.game.view.playback import Playback
from petard.shared.demo.reader import read_demo
from petard.shared.protocol.messages import Phase, Ready
from tests.game.flow.fake_connection import ConnectedPerson
from tests.game.ui.pictures import pixels


class Player(ConnectedPerson):
    """A person in a match, with a folder for clips."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.demos = DemoFolder(folder)
        self.navigator.replays = ReplayLibrary(self.context, self.demos)
        self.ends.sessions[1].link.send(Ready(True))
        self.ends.tick_until(Phase.PLAYING, 60)
        for _ in range(150):
            self.ends.tick()
        self.goes_on()

    def presses_f9(self) -> None:
        for kind in (pygame.KEYDOWN, pygame.KEYUP):
            self.sends(pygame.event.Event(kind, key=pygame.K_F9, scancode=pygame.KSCAN_F9, mod=0, unicode=""))

    def goes_on_for(self, turns: int) -> None:
        for _ in range(turns):
            self.navigator.poll(self.now)

    @property
    def notice(self) -> str:
        return self.navigator.replays.clips.notice(self.now)


@pytest.mark.parametrize("way", ["F9", "keys", "mouse", "pad"])
def test_a_clip_is_saved_by_keys_mouse_and_pad(way: str, tmp_path: Path) -> None:
    player = Player(tmp_path)
    before = pixels(player.canvas)
    if way == "F9":
        player.presses_f9()
    else:
        player.keys("escape")
        player.pushes("clip", way)
        assert player.navigator.overlay is None, "the menu has closed"
    assert player.demos.names() == []
    player.goes_on_for(2)
    assert player.demos.names() == [], "it is written piece by piece"
    player.goes_on_for(60)
    assert len(player.demos.names()) == 1
    playback = Playback(read_demo(read_recording(player.demos.folder / player.demos.names()[0])))
    assert playback.length >= 150
    assert "Ada" in [seat.name for seat in playback.seats]
    assert player.notice.startswith("Clip saved: the last ")
    player.waits()
    assert pixels(player.canvas) != before
    player.now += 10
    assert player.notice == ""


def test_two_presses_at_once_save_one_clip(tmp_path: Path) -> None:
    player = Player(tmp_path)
    player.presses_f9()
    player.presses_f9()
    player.goes_on_for(60)
    assert len(player.demos.names()) == 1


@pytest.mark.parametrize(("clock", "started"), [(1.0, 0), (-1e9, 0), (1e11, 2**32 - 1)])
def test_a_clip_is_saved_whatever_the_clock_says(
    clock: float, started: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = Player(tmp_path)
    monkeypatch.setattr(time, "time", lambda: clock)
    player.presses_f9()
    player.goes_on_for(60)
    (name,) = player.demos.names()
    assert read_demo(read_recording(tmp_path / name)).header.started == started


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    player = Player(tmp_path / "file")
    player.presses_f9()
    player.goes_on_for(60)
    assert player.notice.startswith("The clip could not be saved (")


def test_before_the_first_round_there_is_nothing_to_save(tmp_path: Path) -> None:
    person = ConnectedPerson()
    person.navigator.replays = ReplayLibrary(person.context, DemoFolder(tmp_path))
    person.navigator.replays.clips.start(person.context.session, person.now)
    assert person.navigator.replays.clips.notice(person.now) == "There is nothing to keep yet."
