"""How a round ended is computed once, from its last tick."""

from dataclasses import replace

import pytest

from petard.game.client.client_round import ClientRound
from petard.game.client.net_stats import NetcodeOptions
from petard.game.view.notices import title_words
from petard.game.view.riders import deaths_of
from petard.game.view.round_ending import RoundEnding, ending_of
from petard.game.view.view_builder import predicted_view, view_between
from petard.shared.protocol.messages import Phase, Round, Setup
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.protocol.state import State, keyframe_of
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import PRESETS
from petard.shared.rules.step import step
from petard.shared.rules.sudden_death import ends_at
from petard.shared.rules.tie_break import WinReason
from petard.shared.rules.world import World
from tests.ends import Ends, boards
from tests.game.view.test_playback import watched

RULES = PRESETS["last-one-standing"]
BOARD = Round(1, "small", RULES, boards()["small"].width, boards()["small"].height, (0, 1, 2))


def world_over(winner: int, *fallen: int) -> World:
    """A round of three that ended at tick 500 with the fall of some of them."""
    world = new_world(RULES, boards()["small"], (0, 1, 2), 1)
    world.tick = world.over_at = 500
    world.winner = winner
    for slot in fallen:
        world.players[slot].died_at = 500
    return world


def ending(world: World) -> RoundEnding | None:
    return ending_of(snapshot_of(world, {}), BOARD)


def test_a_running_round_has_no_ending() -> None:
    assert ending(new_world(RULES, boards()["small"], (0, 1, 2), 1)) is None


def test_the_last_one_standing_has_won() -> None:
    assert ending(world_over(0, 1, 2)) == RoundEnding(0, WinReason.LAST_STANDING, rivals=0, over_at=500, winners=(0,))


def test_a_draw_stays_a_draw_even_if_the_rules_would_have_a_winner() -> None:
    """As in a recording of the rules before."""
    world, late = world_over(-1), ends_at(RULES)
    world.tick = world.over_at = late
    assert ending(world) == RoundEnding(-1, WinReason.NOBODY, time_up=True, rivals=2, over_at=late)
    assert title_words(-1, {}) == "This round is a draw"


def test_the_ending_is_that_of_the_last_tick() -> None:
    """Later the flames are out and the living stand elsewhere, which would decide it in another way."""
    world, played = world_over(0), ClientRound(BOARD, 60, NetcodeOptions())
    played.handle_message(keyframe_of(State(snapshot_of(world, {}))), 0.0)
    first = played.ending
    world.tick += 60
    world.players[1].health = 0
    world.players[1].died_at = 530
    played.handle_message(keyframe_of(State(snapshot_of(world, {}))), 1.0)
    assert first is not None
    assert played.ending == first != ending(world)


def test_a_fallen_player_is_dead_until_the_server_brings_them_back_for_players_and_for_spectators() -> None:
    rules = MODES["paint"].rules(RULES)
    board = replace(BOARD, rules=rules)
    world = new_world(rules, boards()["small"], (0, 1, 2), 1)
    world.tick, world.back = 600, {0: 700}
    snapshot = snapshot_of(world, {})
    watched = view_between(snapshot, snapshot, 0.0, board).players[0]
    assert (watched.alive, watched.died_at, watched.back_in) == (False, 700 - rules.back_after, 100)
    step(world, {})
    ahead = predicted_view(world, snapshot, {1: (0, 0), 2: (0, 0)}, dict(deaths_of(snapshot, rules)), board).players
    assert (ahead[0].alive, ahead[0].back_in, ahead[1].alive, ahead[1].back_in) == (False, 99, True, -1)
    world.tick = 699
    step(world, {})
    assert view_between(later := snapshot_of(world, {}), later, 0.0, board).players[0].alive


@pytest.mark.slow
def test_players_and_spectators_see_the_ending_from_the_end_of_the_round_on() -> None:
    ends = Ends(Setup("small", "duel", 1, 3, 2))
    ends.join(1)
    ends.join(2, "Bo")
    ends.start()
    view = ends.sessions[1].view(ends.now)
    assert view is not None
    assert view.ending is None
    ends.tick_until(Phase.RESULTS)
    for session in ends.sessions.values():
        view = session.view(ends.now)
        assert view is not None
        assert session.room.results is not None
        assert view.ending is not None
        assert view.ending.winner == session.room.results.winner


def test_a_recording_shows_the_same_ending_at_every_moment_after_the_end() -> None:
    playback = watched()
    second = playback.demo.rounds[1].moment
    over = next(at for at in range(second) if playback.view(at).ending)
    playback.seek(second - 1)
    found = {playback.view(at).ending for at in (second - 1, over, over + 30)}
    assert len(found) == 1
    assert playback.view(second + 1).ending is None
