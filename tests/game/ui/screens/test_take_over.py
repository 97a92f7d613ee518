"""Taking over in the viewer: living players can be chosen; the request has the tick, the slot and the opponents."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from petard.game.flow.local_server import LocalServerOptions, command_line_of
from petard.game.ui.screen import PlayFromReplay
from petard.game.ui.screens.dialogs import TakeOverMenu
from petard.game.ui.screens.replay import ReplayScreen
from petard.game.view.playback import Playback
from petard.shared.control_channel import Pace
from petard.shared.demo.reader import Demo, read_demo
from tests.game.ui.person import Person
from tests.shared.demo.matches import deaths, record, record_where

SOURCE = "demos/match.petard"


@cache
def demo() -> Demo:
    """Four bots; all live at moment 402, one dies well before the others, and the round is over at the end."""

    def fits(demo: Demo) -> bool:
        moments = [moment for moment, _ in deaths(demo)]
        return len(moments) > 2 and 402 < moments[0] < moments[1] - 60

    return read_demo(record_where(fits))


def watcher(at: int, shown: Demo | None = None) -> Person:
    """A person who watches a recording from a moment on."""
    person = Person()
    playback = Playback(shown or demo(), SOURCE)
    person.navigator.show(ReplayScreen(person.context, playback))
    playback.seek(at)
    person.waits()
    return person


def menu(person: Person) -> TakeOverMenu:
    """The question that lies over the recording."""
    assert isinstance(person.navigator.overlay, TakeOverMenu)
    return person.navigator.overlay


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[LocalServerOptions]:
    """The options of the servers that would have been started."""
    started: list[LocalServerOptions] = []

    class NoChild:
        port, pace, problem = None, Pace.NORMAL, ""

        def __init__(self, options: LocalServerOptions, now: float) -> None:
            self.options = options
            started.append(options)

        def poll(self, now: float) -> None: ...

        def end(self) -> None: ...

    monkeypatch.setattr("petard.game.flow.server_joiner.LocalServer", NoChild)
    return started


def test_keys_choose_the_player_and_the_opponents(started: list[LocalServerOptions]) -> None:
    person = watcher(400)
    person.types("t")
    assert menu(person).reason == ""
    person.keys("up", "up", "right", "right", "down", "right", "down", "enter")
    [options] = started
    assert options.scene
    assert (options.scene.source, options.scene.slot, options.scene.others_recorded) == (SOURCE, 2, True)
    assert 400 <= options.scene.tick <= 402
    assert person.navigator.overlay is None
    assert not options.for_friends
    assert person.navigator.context.session
    assert person.navigator.context.session.link.hello.players == 1


def test_the_mouse_chooses_the_player_and_back_keeps_the_moment(
    started: list[LocalServerOptions],
) -> None:
    person = watcher(400)
    person.clicks("take-over")
    at = menu(person).tick_shown
    person.clicks("back")
    assert person.navigator.overlay is None
    assert isinstance(person.navigator.screen, ReplayScreen)
    assert person.navigator.screen.playback.moment == at
    assert not person.navigator.screen.playback.playing
    person.clicks("take-over", "go")
    assert [options.scene for options in started] == [PlayFromReplay(SOURCE, at, 0, others_recorded=False)]


def test_only_living_players_can_be_taken_over() -> None:
    moment, slot = deaths(demo())[0]
    for at, lives in ((moment - 20, True), (moment + 20, False)):
        person = watcher(at)
        person.types("t")
        assert (slot in [seat.slot for seat in menu(person).living]) is lives


def test_if_nobody_can_be_taken_over_a_sentence_says_why(started: list[LocalServerOptions]) -> None:
    other = read_demo(record(4, 300))
    other.header = replace(other.header, rules=99)
    over = watcher(demo().length)
    over.types("t")
    assert menu(over).reason == "This round is over: go back a little."
    strange = watcher(200, other)
    strange.types("t")
    assert "rules 99" in menu(strange).reason
    strange.keys("enter")
    assert strange.navigator.overlay is None
    assert started == []


def test_the_server_is_started_with_the_demo_the_tick_and_the_slot() -> None:
    words = command_line_of(LocalServerOptions(skill=3, scene=PlayFromReplay("a.petard", 77, 4, others_recorded=True)))
    told = dict(zip(words[-8::2], words[-7::2], strict=True))
    assert told == {
        "--take-over": str(Path("a.petard").resolve()),
        "--at": "77",
        "--slot": "4",
        "--others": "recorded",
    }
    assert words[words.index("--port") + 1] == "0"
