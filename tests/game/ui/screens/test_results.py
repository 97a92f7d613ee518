"""The results: how the round was won, panels that stand even, and nothing of the last picture that could be read."""

from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import combinations

import pygame
import pytest

from petard.game.client.session import Session
from petard.game.config.settings import Settings
from petard.game.flow.preferences import LARGE
from petard.game.ui.context import InputDevices, ScreenContext
from petard.game.ui.input.keyboard import Keyboard
from petard.game.ui.render.canvas import HEIGHT, WIDTH
from petard.game.ui.screens.results import AGAIN_AFTER, ResultsScreen, headline, panels_of, table
from petard.game.view.music_choice import MusicChoice, theme_of
from petard.game.view.round_ending import RoundEnding
from petard.game.view.tally import Deed
from petard.shared.protocol.messages import Phase, Results, Score, Setup
from petard.shared.rules.tie_break import WinReason
from tests.ends import Ends
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.person import SilentAudio
from tests.game.ui.pictures import dummy_canvas
from tests.game.ui.screens.lobby_person import LobbyPerson, seats
from tests.sampled import sampled

SIZES = [(1280, 720), (800, 600), (1920, 1080)]


class BoxCanvas(LegibleCanvas):
    """Notes the boxes of the panels, too."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__(dummy_canvas(size).surface, TextRules(12, apart=True))
        self.boxes: list[tuple[float, float, float, float]] = []

    def panel(self, x: float, y: float, w: float, h: float, *rest: object, **named: object) -> None:
        """Note it."""
        self.boxes.append((x, y, w, h))
        super().panel(x, y, w, h, *rest, **named)


@cache
def played(bots: int) -> Session:
    """The session of somebody who has just played a round against bots."""
    ends = Ends(Setup("small", "duel", 3, bots, 2))
    session = ends.join(1)
    ends.start()
    ends.tick_until(Phase.RESULTS)
    return session


def after_a_round(bots: int = 3) -> tuple[ResultsScreen, Session]:
    """What somebody sees after a round against bots, and the session that it shows, which the test may change."""
    session = deepcopy(played(bots))
    return ResultsScreen(
        ScreenContext(Settings(), InputDevices(Keyboard(Settings().keys)), SilentAudio(), session)
    ), session


def drawn(screen: ResultsScreen, size: tuple[int, int] = (1280, 720)) -> BoxCanvas:
    canvas = BoxCanvas(size)
    canvas.begin()
    screen.draw(canvas, 1.0)
    assert canvas.faults == []
    return canvas


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (WinReason.NEARER, "Photo finish: nearer to the middle"),
        (WinReason.LAST_STANDING, "Last one standing"),
    ],
)
def test_results_say_how_the_round_was_won(reason: WinReason, words: str) -> None:
    screen, session = after_a_round()
    assert session.room.results is not None
    assert session.client_round is not None
    session.room.results = replace(session.room.results, winner=0)
    session.client_round.ending = RoundEnding(0, reason)
    assert {"Ada wins the round!", words} <= set(drawn(screen).texts)


@pytest.mark.parametrize("bots", sampled([1, 3], 2))
def test_both_panels_have_the_same_height_and_are_centred(bots: int) -> None:
    large = [box for box in drawn(after_a_round(bots)[0]).boxes if box[3] > HEIGHT / 3 and box[2] < WIDTH / 2 + 100]
    assert len(large) == 2
    assert large[0][1::2] == large[1][1::2]
    left, right = large[0][0], large[1][0] + large[1][2]
    assert left == WIDTH - right


@pytest.mark.parametrize("size", [SIZES[1], *(pytest.param(size, marks=pytest.mark.long) for size in SIZES[::2])])
def test_the_blurred_picture_behind_the_results_has_no_legible_text(size: tuple[int, int]) -> None:
    """Pictures of rounds with and without a banner look nearly alike behind the results."""
    screen, pictures = after_a_round()[0], []
    for banner in ("", "HURRY UP!"):
        canvas = dummy_canvas(size)
        canvas.begin()
        canvas.text(banner, WIDTH / 2, HEIGHT / 2, 96, (255, 255, 255), "center")
        screen.behind = canvas.surface.copy()
        canvas = drawn(screen, size)
        pictures.append(pygame.image.tobytes(canvas.surface, "RGB"))
    assert max(abs(one - other) for one, other in zip(*pictures, strict=True)) <= 40


NAMES = {slot: f"P{slot}" for slot in range(3)}


def test_results_show_the_winner_and_the_wins_of_all() -> None:
    scores = (Score(0, 1), Score(1, 2), Score(2, 0))
    assert headline(Results(1, 1, scores, False, -1, 300), NAMES) == "P1 wins the round!"
    assert headline(Results(1, -1, scores, False, -1, 300), NAMES) == "This round is a draw"
    assert headline(Results(3, 0, scores, True, 1, 300), NAMES) == "P1 is the champion!"
    assert headline(Results(3, 0, scores, True, -1, 300), NAMES) == "The match is a draw"
    assert headline(Results(3, 2, scores, True, 2, 300), {0: "P0"}) == "A player is the champion!"
    assert [(seat.slot, wins) for seat, wins in table(Results(1, 1, scores, False, -1, 300), seats(2))] == [
        (1, 2),
        (0, 1),
    ]


def test_bomb_keys_do_nothing_in_the_results() -> None:
    person = LobbyPerson()
    assert person.context.session is not None
    person.context.session.room.results = Results(1, 0, (Score(0, 1), Score(1, 0)), False, -1, 300)
    person.before(ResultsScreen(person.context))
    person.keys("enter", "down", "enter")
    person.pad("confirm", "down", "confirm")
    person.clicks_at(640, 360)
    assert person.requests == []
    assert isinstance(person.screen, ResultsScreen)


def after_the_match() -> LobbyPerson:
    """A person who sees the results of a match that is over; the room of Ready is a lobby."""
    person = LobbyPerson()
    assert person.context.session is not None
    person.context.session.room.results = Results(1, 0, (Score(0, 1), Score(1, 0)), True, 0, 600)
    person.before(ResultsScreen(person.context))
    person.waits()
    return person


def test_keys_that_are_still_pressed_as_the_match_ends_ask_for_nothing() -> None:
    person = after_the_match()
    person.waits(AGAIN_AFTER - 0.2)
    person.keys("enter")
    assert not person.seat().ready


@pytest.mark.parametrize("device", ["keyboard", "pad", "mouse"])
def test_one_press_asks_for_another_match(device: str) -> None:
    person = after_the_match()
    person.waits(AGAIN_AFTER + 0.1)
    if device == "keyboard":
        person.keys("enter")
    elif device == "pad":
        person.pad("confirm")
    else:
        x, y, wide, tall = panels_of(1280, 720)[3]
        person.clicks_at(x + wide - 60, y + tall / 2)
    assert person.seat().ready


def test_a_spectator_cannot_ask() -> None:
    person = after_the_match()
    assert person.context.session is not None
    person.context.session.room.seats = ()
    person.waits(AGAIN_AFTER + 0.1)
    person.keys("enter")
    assert person.ends.room.phase is Phase.LOBBY
    assert not any(seat.ready for seat in person.ends.sessions[2].room.seats if seat.name == "Ada")


def test_the_results_show_kills_and_awards() -> None:
    screen, session = after_a_round()
    tally = session.room.tally.match
    tally.add("Ada", Deed.KILLS, 12)
    tally.add("Fizz", Deed.CHAIN, 5)
    found = drawn(screen).texts
    assert {"Most kills", "Longest chain", "x5", "12"} <= set(found)


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (800, 600), (600, 1000), (2560, 1080)])
@pytest.mark.parametrize("text_size", [1.0, LARGE])
def test_the_panels_lie_in_the_window_and_apart(size: tuple[int, int], text_size: float) -> None:
    canvas = dummy_canvas(size)
    canvas.text_size = text_size
    canvas.fit_window()
    boxes = panels_of(canvas.wide, canvas.tall)
    assert all(x >= 0 and y >= 0 and x + w <= canvas.wide and y + h <= canvas.tall for x, y, w, h in boxes)
    for (x, y, w, h), (x2, y2, w2, h2) in combinations(boxes, 2):
        assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y


def test_the_results_keep_the_theme_of_the_round_and_are_calm() -> None:
    screen, _ = after_a_round()
    assert screen.music == MusicChoice(theme_of("small"))
