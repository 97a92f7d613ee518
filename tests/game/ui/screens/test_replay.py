"""The viewer: everything by keys, mouse and pad; the line is dragged; sounds once; the board alone when hidden."""

import pygame
import pytest

from petard.game.ui.screens.replay import BUTTONS, KEYS, ReplayScreen
from petard.game.ui.screens.replays import ReplaysScreen
from petard.game.view.cues import Cue, Sound
from petard.game.view.music_choice import MusicChoice, Stem, theme_of
from petard.game.view.playback import Playback
from petard.shared.demo.reader import read_demo
from tests.game.ui.person import Person
from tests.game.ui.pictures import dummy_canvas, pixels
from tests.game.view.test_playback import jumps, two_rounds
from tests.sessions.make import FOLDER

SIGNS = {",": pygame.KSCAN_COMMA, ".": pygame.KSCAN_PERIOD, "-": pygame.KSCAN_MINUS, "+": pygame.KSCAN_EQUALS}


class ReplayPerson(Person):
    """A person in front of a recording, which stands still at moment 600."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = ReplayScreen(self.context, Playback(read_demo(two_rounds())))
        self.before(self.shown)
        self.playback = self.shown.playback
        self.playback.pause()
        self.playback.seek(600)
        self.waits()

    def does(self, deed: str, by: str) -> None:
        """Do it by the key, a click on the button, or a pad."""
        if by != "keys":
            self.pushes(deed, by)
            return
        scancode = next((code for code, name in KEYS.items() if name == deed), pygame.KSCAN_ESCAPE)
        sign = next((sign for sign, code in SIGNS.items() if code == scancode), "\0")
        for kind in (pygame.KEYDOWN, pygame.KEYUP):
            self.sends(pygame.event.Event(kind, key=ord(sign), scancode=scancode, mod=0, unicode=sign))
        self.waits()

    def mouse(self, kind: int, x: float, y: float) -> None:
        """One event of the mouse, with the first button held."""
        pixel = self.canvas.pixels(x, y, 0, 0).topleft
        self.sends(pygame.event.Event(kind, pos=pixel, rel=(1, 1), buttons=(1, 0, 0), button=1))


def test_each_button_does_what_it_says(by: str) -> None:
    person = ReplayPerson()
    playback = person.playback
    before, after = jumps(playback.demo)[:2]
    middle = (before + after) // 2
    playback.seek(middle)
    person.does("on", by)
    assert (playback.moment, playback.playing) == (middle + 1, False)
    person.does("back", by)
    person.does("back", by)
    assert playback.moment == middle - 1
    person.does("faster", by)
    person.does("faster", by)
    person.does("slower", by)
    assert playback.speed == 2
    person.does("next-kill", by)
    assert playback.moment == after
    person.does("last-kill", by)
    assert playback.moment == before
    person.does("follow", by)
    assert person.shown.followed == 0
    person.does("play", by)
    assert playback.playing
    person.waits()
    person.waits(0.1)
    assert playback.moment > before
    person.does("leave", by)
    assert isinstance(person.screen, ReplaysScreen)


def test_the_last_chance_of_a_player_can_be_played_again(by: str) -> None:
    person = ReplayPerson()
    person.shown.playback = Playback(read_demo((FOLDER / "first_blood.petard").read_bytes()))
    playback = person.shown.playback
    while playback.chapters.search(100) or playback.chapters.chances.search(100):
        pass
    (chance,) = playback.chapters.chances.found
    playback.seek(0)
    person.does("chance", by)
    assert (playback.moment, playback.playing) == (chance.moment, False)
    person.does("chance", by)
    assert playback.moment == chance.moment
    person.does("take-over", by)
    assert person.shown.request is not None or not isinstance(person.screen, ReplayScreen)


def test_every_button_has_a_key_and_follow_goes_through_all_players(by: str) -> None:
    person = ReplayPerson()
    assert {button[0] for button in BUTTONS} <= {*KEYS.values(), "leave"}
    followed = []
    for _ in range(6):
        person.does("follow", by)
        followed.append(person.shown.followed)
    assert followed == [0, 1, 2, 3, -1, 0]


def test_the_hud_can_be_hidden_and_shown_again(by: str) -> None:
    person = ReplayPerson()
    with_hud = pixels(person.canvas)
    person.does("hide", by)
    assert person.shown.hidden
    hidden = pixels(person.canvas)
    assert hidden != with_hud
    if by == "mouse":
        person.clicks_at(640, 300)
    else:
        person.pad("up")
    assert not person.shown.hidden
    assert person.navigator.screen is person.shown


def test_left_right_and_confirm_work_with_the_hud_hidden_too() -> None:
    person = ReplayPerson()
    for hidden in (False, True):
        person.shown.hidden = hidden
        person.playback.seek(600)
        person.keys("right")
        assert person.playback.moment == 900
        person.pad("left")
        assert person.playback.moment == 600
        person.pad("confirm")
        assert person.playback.playing
        person.keys("enter")
        assert not person.playback.playing
    person.keys("escape")
    assert person.navigator.screen is person.shown, "the first Escape shows the HUD again"
    assert not person.shown.hidden


def test_the_time_line_can_be_clicked_and_dragged_without_pausing() -> None:
    person = ReplayPerson()
    x, y, wide, tall = person.widget("line").box
    length = person.playback.length
    person.clicks_at(x + wide / 2, y + tall / 2)
    assert person.playback.moment == pytest.approx(length / 2, abs=3)
    assert not person.playback.playing
    person.playback.toggle()
    person.mouse(pygame.MOUSEBUTTONDOWN, x + wide * 0.25, y + tall / 2)
    assert not person.playback.playing
    for part in (0.3, 0.5, 0.7):
        person.mouse(pygame.MOUSEMOTION, x + wide * part, y - 200)  # far above the line: still dragged
        person.waits()
        assert person.playback.moment == pytest.approx(length * part, abs=3)
    person.mouse(pygame.MOUSEMOTION, 5000, 0)
    assert person.playback.moment == length
    person.mouse(pygame.MOUSEMOTION, x + wide * 0.7, y)
    person.mouse(pygame.MOUSEBUTTONUP, x + wide * 0.7, y - 200)
    assert person.playback.playing
    before = person.playback.moment
    person.mouse(pygame.MOUSEMOTION, x + wide * 0.1, y + 5)
    assert person.playback.moment == before, "it was let go"


def test_pointing_at_a_kill_shows_who_died() -> None:
    person = ReplayPerson()
    for _ in range(20):
        person.waits()
    x, y, wide, tall = person.widget("line").box
    kill = person.playback.chapters.kills[0]
    person.points(5, 5)
    before = pixels(person.canvas)
    person.points(x + wide * kill.moment / person.playback.length, y + tall / 2)
    person.waits()
    assert pixels(person.canvas) != before
    assert person.shown.time_bar.is_pointed


def test_every_sound_is_played_once_and_none_at_high_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    person = ReplayPerson()
    heard: list[str] = []

    def play_cues(cues: list[Cue], now: float) -> None:
        heard.extend(cue.name for cue in cues if isinstance(cue, Sound))

    monkeypatch.setattr(person.context.audio, "play_cues", play_cues)
    person.playback.seek(0)
    person.playback.toggle()
    small = dummy_canvas((320, 180))
    for picture in range(100):
        person.shown.draw(small, person.now + picture / 20)
    assert [name for name in heard if name in ("beep", "go")] == ["beep", "beep", "beep", "go"]
    heard.clear()
    person.playback.faster(3)
    for picture in range(20):
        person.shown.draw(small, person.now + 5 + picture / 20)
    assert heard == []


def test_a_stall_of_the_computer_does_not_skip_ahead() -> None:
    person = ReplayPerson()
    person.playback.toggle()
    person.waits()
    before = person.playback.moment
    person.now += 30
    person.waits()
    assert person.playback.moment - before <= 16


def test_the_music_of_a_recording_follows_its_match_while_it_plays_and_is_calm_while_it_stands() -> None:
    person = ReplayPerson()
    playback, screen = person.playback, person.shown
    theme = theme_of(playback.announcement.map)
    playback.seek(max(0, jumps(playback.demo)[1]))
    playback.toggle()
    person.waits()
    assert screen.music.track is theme
    assert Stem.DRUMS in screen.music.stems, "after a death"
    playback.pause()
    person.waits()
    assert screen.music == MusicChoice(theme)
