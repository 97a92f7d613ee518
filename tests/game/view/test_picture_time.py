"""The picture holds at a kill and is slow at the end; the own body and what kills are never late."""

from dataclasses import replace
from itertools import pairwise

import pytest

from petard.game.view.cues import PlayerDied
from petard.game.view.feats import Decided
from petard.game.view.picture_time import CAUGHT_UP, SLOW, SLOW_TIME, STOP, PictureTime, between
from petard.game.view.sprites import SPIN, STRUCK, upper_sprites
from petard.game.view.view import NEVER, BombView, FlameView, PlayerView, View
from petard.shared.rules.world import Shape
from tests.game.scenes import view_of

ROOM = """
    ###########
    #.........#
    ###########
"""
SPEED = 4 / 60  # tiles in a tick


def moment(tick: int, died_at: float = NEVER) -> View:
    """Three players who walk to the right, of whom slot 2 dies; a bomb burns down and a flame burns out."""
    dead = died_at >= 0 and tick >= died_at
    bodies = [PlayerView(slot, 2 + (tick - 600) * SPEED, 1.5, walking=True) for slot in (0, 1)]
    bodies.append(PlayerView(2, 5.5, 1.5, alive=not dead, died_at=died_at if dead else NEVER))
    bombs = (BombView(8.5, 1.5, 1, 700.0 - tick, 2),)
    flames = (FlameView(7, 1, Shape.LYING, max(0.0, 640.0 - tick)),)
    return view_of(ROOM, tick=float(tick), players=tuple(bodies), bombs=bombs, flames=flames)


def pictures(cue: PlayerDied | Decided, count: int, mine: tuple[int, ...] = ()) -> list[View]:
    """One picture a tick; the cue is at tick 610, and slot 2 dies then."""
    time, shown = PictureTime(), []
    for tick in range(600, 600 + count):
        now = tick / 60
        if tick == 610:
            time.handle_cues([cue], now)
        shown.append(time.view(moment(tick, 610), now, mine))
    return shown


def places(shown: list[View], slot: int) -> list[float]:
    return [next(body.x for body in view.players if body.slot == slot) for view in shown]


def newest(count: int, slot: int) -> list[float]:
    return places([moment(600 + number, 610) for number in range(count)], slot)


@pytest.mark.parametrize("cue", [PlayerDied(2, 1, 5.5, 1.5), PlayerDied(2, 0, 5.5, 1.5)])
def test_a_living_player_of_this_machine_is_never_late_at_a_kill(cue: PlayerDied) -> None:
    assert places(pictures(cue, 60, mine=(0,)), 0) == newest(60, 0)


def test_what_kills_is_never_late_at_a_kill() -> None:
    for number, view in enumerate(pictures(PlayerDied(2, 1, 5.5, 1.5), 60)):
        live = moment(600 + number, 610)
        assert (view.tick, view.tiles, view.bombs, view.flames) == (live.tick, live.tiles, live.bombs, live.flames)


def test_the_killer_stands_for_four_pictures_and_then_catches_up_without_a_leap() -> None:
    shown = places(pictures(PlayerDied(2, 1, 5.5, 1.5), 40), 1)
    assert len(set(shown[9:15])) <= 2
    assert shown[10] == shown[11] == shown[12] == shown[13]
    assert shown[:10] == newest(40, 1)[:10]
    assert shown[25:] == newest(40, 1)[25:]
    assert all(0 <= after - before < 3 * SPEED for before, after in pairwise(shown[10:]))


def test_who_was_hit_is_struck_for_four_pictures_and_then_spins_for_half_a_second() -> None:
    def cells(view: View) -> list[int]:
        return [sprite.cell for sprite in upper_sprites(view) if sprite.name == "body" and sprite.slot == 2]

    shown = [cells(view) for view in pictures(PlayerDied(2, 1, 5.5, 1.5), 60)]
    assert shown[10:14] == [[STRUCK]] * 4
    assert shown[14 : 14 + SPIN] == [[0]] * SPIN
    assert shown[14 + SPIN :] == [[]] * (60 - 14 - SPIN)
    assert pytest.approx(4 / 60) == STOP


def test_particles_hold_for_four_pictures_and_lose_no_time_in_the_end() -> None:
    time = PictureTime()
    assert time.at(10.0) == 10.0
    time.handle_cues([PlayerDied(2, 1, 5.5, 1.5)], 10.0)
    times = [time.at(10.0 + picture / 60) for picture in range(30)]
    assert times[:4] == pytest.approx([10.0] * 4)
    assert times == sorted(times)
    assert times[-1] == 10.0 + 29 / 60


def test_a_chain_of_kills_holds_once() -> None:
    time = PictureTime()
    for picture in range(6):
        time.handle_cues([PlayerDied(2, 1, 5.5, 1.5)], 10.0 + picture / 60)
    assert time.at(10.0 + 15 / 60) == 10.0 + 15 / 60


def test_the_last_kill_runs_at_a_third_for_600_milliseconds_and_then_the_picture_catches_up() -> None:
    shown = [view.tick for view in pictures(Decided(False), 140)]
    assert shown[:11] == [600 + number for number in range(11)]
    slow = round(SLOW_TIME * 60)
    assert slow == 36
    steps = [after - before for before, after in pairwise(shown)]
    assert steps[11 : 10 + slow] == pytest.approx([SLOW] * (slow - 1), abs=0.01)
    assert all(0 <= step < 1.6 for step in steps)
    caught = 10 + round(CAUGHT_UP * 60) + 1
    assert shown[caught:] == [600 + number for number in range(caught, 140)]
    assert CAUGHT_UP < 2.0, "the world runs for two seconds after the end"


def test_bodies_move_smoothly_in_slow_motion() -> None:
    shown = places(pictures(Decided(False), 140), 0)
    assert all(-0.001 < after - before < 2 * SPEED for before, after in pairwise(shown))
    assert len(set(shown[12:44])) > 25, "no picture is shown twice"


def test_between_two_views_bombs_and_flames_burn_down_and_nothing_leaps() -> None:
    half = between(moment(600), moment(602), 0.5)
    assert (half.tick, half.bombs, half.flames) == (601.0, moment(601).bombs, moment(601).flames)
    gone = replace(moment(602), bombs=(), players=(PlayerView(0, 9.5, 1.5),))
    assert between(moment(600), gone, 0.5).players == moment(600).players, "who leaves or leaps stays for the moment"


def test_a_recording_that_is_wound_or_paused_is_shown_as_it_is() -> None:
    time = PictureTime()
    time.view(moment(600), 10.0, ())
    time.handle_cues([Decided(False)], 10.0)
    time.view(moment(601), 10.0 + 1 / 60, ())
    assert time.view(moment(650), 10.0 + 2 / 60, ()) == moment(650)
    assert time.at(10.0 + 2 / 60) == 10.0 + 2 / 60
    time.handle_cues([Decided(False)], 11.0)
    time.settle()
    assert time.view(moment(651), 11.0 + 1 / 60, ()) == moment(651)


def test_a_clock_that_stands_still_shows_the_same_picture() -> None:
    time = PictureTime()
    time.view(moment(600), 10.0, ())
    time.handle_cues([Decided(False)], 10.0)
    first = [time.view(moment(600 + number), 10.0 + number / 60, ()) for number in range(6)][-1]
    assert time.view(moment(605), 10.0 + 5 / 60, ()).tick == first.tick
