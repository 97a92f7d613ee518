"""What a player sees predicted: own keys at once, the dead only when the server says so, each event once; and how
prediction errors fade: until nobody sees them, but at once at walls, over long distances and for the dead.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from petard.game.client.client_round import ClientRound
from petard.game.client.net_stats import NetcodeOptions
from petard.game.client.predicted_view import LEAP, ErrorSmoothing
from petard.game.client.predictor import UnusedKeys
from petard.game.view.view import PlayerView, View
from petard.shared.protocol.messages import Events, Round
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.protocol.state import State, delta_of, keyframe_of
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE, TILE
from petard.shared.rules.step import step
from petard.shared.rules.world import Keys, Tile, World, middle_of
from tests.ends import boards

RULES = replace(LAST_ONE_STANDING, countdown=0, bricks=0, spawn_shield=0, fuse=20)
DELAY = 6  # ticks there and back
FREE = 3 * 31 + 8  # a tile in a row of the arena without walls
Script = Callable[[World], dict[int, int]]


class DelayedRound:
    """A server's world, and a ClientRound that receives it DELAY ticks late; slot 0 is ours."""

    def __init__(self, keys: Script, snapshots: int = TICK_RATE, options: NetcodeOptions | None = None) -> None:
        self.world = new_world(RULES, boards()["arena"], [0, 1], seed=1)
        self.options = options or NetcodeOptions()
        announcement = Round(1, "arena", RULES, self.world.width, self.world.height, (0, 1))
        self.client_round = ClientRound(announcement, snapshots, self.options)
        self.keys = keys
        self.state = State(snapshot_of(self.world, {0: (0, 1)}), {}, {0: (0,)})
        self.told: list[tuple[State, list[Event]]] = []
        self.clock, self.now = DELAY, 0.0
        self.changes = [(0, 0)]  # of our keys: clock and keys
        self.client_round.handle_message(keyframe_of(self.state), 0.0)
        for clock in range(1, DELAY + 1):
            self.keys_of_predictor.add(clock, (0,), (0,))

    @property
    def keys_of_predictor(self) -> UnusedKeys:
        return self.client_round.predicted_view.predictor.keys

    def tick(self, keys: int = 0) -> View:
        """A tick on both ends; what is seen after it."""
        self.now += 1 / TICK_RATE
        self.clock += 1
        if keys != self.changes[-1][1]:
            self.changes.append((self.clock, keys))
        self.keys_of_predictor.add(self.clock, (keys,), (0,))
        events = step(self.world, self.keys(self.world))
        snapshot = snapshot_of(self.world, {0: (self.world.tick, 1)})
        used = sum(clock <= self.world.tick for clock, _ in self.changes) - 1
        self.told.append((State(snapshot, {}, {0: (used,)}), events))
        if len(self.told) > 1:
            state, happened = self.told.pop(0)
            self.client_round.handle_message(delta_of(self.state, state), self.now)
            if happened:
                self.client_round.handle_message(Events(state.tick, tuple(happened)), self.now)
            self.state = state
        view = self.client_round.view(self.now)
        assert view
        return view


def body(view: View, slot: int = 0) -> PlayerView:
    return next(player for player in view.players if player.slot == slot)


def still(world: World) -> dict[int, int]:
    return {}


def test_the_picture_is_of_the_tick_in_which_the_keys_will_count() -> None:
    game = DelayedRound(still)
    game.tick()  # no state with our keys has come
    game.tick()
    views = [game.tick() for _ in range(20)]
    assert all(later.tick == view.tick + 1 for view, later in pairwise(views))
    assert views[-1].tick == game.world.tick + DELAY


def test_the_first_keyframe_of_a_round_says_nothing_of_our_keys() -> None:
    """After a rejoin it still has the clock and the count of the connection before."""
    game = DelayedRound(still)
    assert game.tick().tick == 0, "no later state has come: nothing is predicted"
    game.tick()
    assert game.tick().tick == game.world.tick + DELAY


def test_a_predicted_death_is_not_drawn_before_the_server_confirms_it() -> None:
    """Slot 1 drops a bomb under itself and stays; the flame is seen before the death is sent."""
    game = DelayedRound(lambda world: {1: Keys.BOMB if world.tick == 5 else 0})
    views = [game.tick() for _ in range(60)]
    burning = next(view for view in views if view.flames)
    fallen = next(view for view in views if not body(view, 1).alive)
    assert burning.tick < fallen.tick
    assert body(burning, 1).alive
    assert body(fallen, 1).died_at == fallen.tick, "the death is shown from its first picture on"
    assert body(views[-1], 1).died_at == fallen.tick


def test_each_event_is_reported_once_and_ahead_of_the_server() -> None:
    keys = {30: Keys.BOMB}
    game = DelayedRound(lambda world: {0: keys.get(world.tick + 1, 0)})
    heard: list[tuple[int, int, Event]] = []
    for _ in range(80):
        game.tick(keys.get(game.clock + 1, 0))
        heard += ((game.world.tick, tick, event) for tick, event in game.client_round.events.take())
    for what in (EventType.DROPPED, EventType.BLAST):
        (found,) = (one for one in heard if one[2].what is what)
        assert found[0] < found[1], f"{what.name} was reported before the server came to it"
    assert [one[2].what for one in heard].count(EventType.DIED) == 1


def test_a_rejected_bomb_is_reported_once() -> None:
    """Our key is pressed, but the server never uses it."""
    game = DelayedRound(still)
    refused = []
    for tick in range(40):
        game.tick(Keys.BOMB if tick == 10 else 0)
        refused += game.client_round.predicted_view.take_rejected_bombs()
    assert len(refused) == 1


def walks(world: World) -> dict[int, int]:
    return {1: (Keys.LEFT, Keys.DOWN, Keys.RIGHT, Keys.UP)[world.tick // 15 % 4]}


def jumps(options: NetcodeOptions) -> float:
    """The longest distance that a player who walks in circles moves between two pictures, in tiles."""
    game = DelayedRound(walks, options=options)
    spots = [(body(view, 1).x, body(view, 1).y) for view in (game.tick() for _ in range(120))]
    return max(abs(x - u) + abs(y - v) for (x, y), (u, v) in pairwise(spots))


def test_smoothing_and_running_ahead_do_what_they_say() -> None:
    smooth, rough = jumps(NetcodeOptions()), jumps(NetcodeOptions(smoothing=False))
    late = jumps(NetcodeOptions(run_ahead=False))
    step_ = RULES.speed / TICK_RATE / TILE
    assert late < 1.6 * step_ < rough
    assert smooth < rough


def test_without_prediction_the_snapshots_are_drawn() -> None:
    game = DelayedRound(still)
    for _ in range(20):
        game.tick()
    game.options.prediction = False
    assert game.tick().tick < game.world.tick


@pytest.mark.parametrize("shown", [60, 20])
def test_fewer_snapshots_are_fewer_corrections(shown: int) -> None:
    game = DelayedRound(walks)
    game.options.snapshots = shown
    for _ in range(4):  # until a state with our keys has come
        game.tick()
    game.client_round.predicted_view.take_corrections()
    for _ in range(60):
        game.tick()
    assert len(game.client_round.predicted_view.take_corrections()) == shown


def test_a_dead_body_that_the_server_removes_breaks_nothing() -> None:
    game = DelayedRound(lambda world: {1: Keys.BOMB if world.tick == 5 else 0})
    game.options.snapshots = 20
    while body(game.tick(), 1).alive:
        pass
    snapshot = game.client_round.server_snapshot
    assert snapshot
    clock, players, *others = snapshot.tables
    gone = replace(snapshot, tables=(clock, {0: players[0]}, *others))
    assert game.client_round.predicted_view.build(gone, None, smoothing=True)


# Smoothing


def open_world() -> World:
    made = new_world(replace(LAST_ONE_STANDING, bricks=0), boards()["arena"], [0, 1], seed=1)
    made.players[0].x, made.players[0].y = middle_of(made, FREE)
    return made


def faded(error: int, known: World) -> ErrorSmoothing:
    """The smoothing of a body that was predicted so many sub-units to the right."""
    smoothing = ErrorSmoothing()
    body = known.players[0]
    smoothing.correct({0: (body.x + error, body.y)}, known)
    return smoothing


def test_a_body_is_first_drawn_where_it_was_predicted_and_after_100_ms_where_it_is() -> None:
    smoothing = faded(40, open_world())
    assert smoothing.offset(0) == (40, 0)
    lefts = []
    for _ in range(6):
        smoothing.decay(1)
        lefts.append(smoothing.offset(0)[0])
    assert lefts == sorted(lefts, reverse=True)
    assert lefts[0] > 20
    assert lefts[-1] < 40 / 20
    smoothing.decay(6)
    assert smoothing.offset(0) == (0.0, 0.0)


def test_a_second_error_adds_to_what_is_left_of_the_first() -> None:
    known = open_world()
    smoothing = faded(40, known)
    smoothing.decay(1)
    body = known.players[0]
    smoothing.correct({0: (body.x + 10, body.y - 5)}, known)
    assert smoothing.offset(0) == (40 * 0.6 + 10, -5)


def test_nothing_fades_through_a_wall() -> None:
    known = open_world()
    known.tiles[FREE + 1] = Tile.WALL
    assert faded(TILE + TILE // 2, known).offset(0) == (0.0, 0.0)
    assert faded(40, known).offset(0) == (40, 0)


@pytest.mark.parametrize(("error", "shown"), [(LEAP, LEAP), (LEAP + 1, 0)])
def test_an_error_over_a_long_distance_is_not_smoothed(error: int, shown: int) -> None:
    assert faded(error, open_world()).offset(0)[0] == shown


def test_the_dead_are_drawn_where_they_died() -> None:
    known = open_world()
    known.players[0].died_at = 5
    assert faded(40, known).offset(0) == (0.0, 0.0)


def test_a_body_that_left_or_was_predicted_right_leaves_nothing_behind() -> None:
    known = open_world()
    smoothing = faded(40, known)
    smoothing.correct({0: (known.players[0].x - 40, known.players[0].y), 9: (1, 1)}, known)
    assert smoothing.offset(0) == (0.0, 0.0)
    assert smoothing.offset(9) == (0.0, 0.0)
    assert smoothing.offsets == {}
