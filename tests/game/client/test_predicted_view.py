"""What a player sees on the own clock: their own keys at once, the dead only when told, each sound once."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from petard.game.client.client_round import ClientRound
from petard.game.client.netcode_options import NetcodeOptions
from petard.game.view.view import PlayerView, View
from petard.shared.protocol.delta import diff
from petard.shared.protocol.messages import Events, Round
from petard.shared.protocol.snapshot import Snapshot, keyframe_of, snapshot_of
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE, TILE
from petard.shared.rules.step import step
from petard.shared.rules.world import Keys, World
from tests.ends import boards

RULES = replace(LAST_ONE_STANDING, countdown=0, bricks=0, spawn_shield=0, fuse=20)
DELAY = 6  # ticks there and back
Script = Callable[[World], dict[int, int]]


class Far:
    """A server's world, and a Played that hears of it DELAY ticks late; slot 0 is ours."""

    def __init__(self, keys: Script, snapshots: int = TICK_RATE) -> None:
        self.world = new_world(RULES, boards()["arena"], [0, 1], seed=1)
        self.switches = NetcodeOptions()
        board = Round(1, "arena", RULES, self.world.width, self.world.height, (0, 1))
        self.played = ClientRound(board, snapshots, self.switches)
        self.keys = keys
        self.snapshot = snapshot_of(self.world, {0: (0, 1)})
        self.told: list[tuple[Snapshot, list[Event]]] = []
        self.seq, self.now = DELAY, 0.0
        self.played.take(keyframe_of(self.snapshot), 0.0)
        for seq in range(1, DELAY + 1):
            self.played.press(seq, (0,), (0,))

    def tick(self, keys: int = 0) -> View:
        """A tick on both ends; what is seen after it."""
        self.now += 1 / TICK_RATE
        self.seq += 1
        self.played.press(self.seq, (keys,), (0,))
        events = step(self.world, self.keys(self.world))
        self.told.append((snapshot_of(self.world, {0: (self.world.tick, 1)}), events))
        if len(self.told) > 1:
            snapshot, happened = self.told.pop(0)
            self.played.take(diff(self.snapshot, snapshot), self.now)
            if happened:
                self.played.take(Events(snapshot.tick, tuple(happened)), self.now)
            self.snapshot = snapshot
        view = self.played.view(self.now)
        assert view
        return view


def body(view: View, slot: int = 0) -> PlayerView:
    return next(player for player in view.players if player.slot == slot)


def still(world: World) -> dict[int, int]:
    return {}


def test_the_picture_is_of_the_tick_in_which_the_keys_will_count() -> None:
    far = Far(still)
    views = [far.tick() for _ in range(20)]
    assert all(later.tick == view.tick + 1 for view, later in pairwise(views))
    assert views[-1].tick == far.world.tick + DELAY


def test_who_is_only_feared_dead_stands_and_who_was_told_dead_lies_since_then() -> None:
    """Slot 1 drops a bomb under itself and stays; the flame is seen before the death is told."""
    far = Far(lambda world: {1: Keys.BOMB if world.tick == 5 else 0})
    views = [far.tick() for _ in range(60)]
    burning = next(view for view in views if view.flames)
    fallen = next(view for view in views if not body(view, 1).alive)
    assert burning.tick < fallen.tick
    assert body(burning, 1).alive
    assert body(fallen, 1).died_at == fallen.tick, "the death is shown from its first picture on"
    assert body(views[-1], 1).died_at == fallen.tick


def test_what_happens_is_heard_once_and_ahead() -> None:
    keys = {30: Keys.BOMB}
    far = Far(lambda world: {0: keys.get(world.tick + 1, 0)})
    heard: list[tuple[int, int, Event]] = []
    for _ in range(80):
        far.tick(keys.get(far.seq + 1, 0))
        heard += ((far.world.tick, tick, event) for tick, event in far.played.news())
    for what in (EventType.DROPPED, EventType.BLAST):
        (found,) = (one for one in heard if one[2].what is what)
        assert found[0] < found[1], f"{what.name} was heard before the server came to it"
    assert [one[2].what for one in heard].count(EventType.DIED) == 1


def test_the_bomb_of_mine_that_was_not_to_be_is_told_once() -> None:
    """Our key is pressed, but its Command never counts."""
    far = Far(still)
    refused = []
    for tick in range(40):
        far.tick(Keys.BOMB if tick == 10 else 0)
        refused += far.played.refused()
    assert len(refused) == 1


def walks(world: World) -> dict[int, int]:
    return {1: (Keys.LEFT, Keys.DOWN, Keys.RIGHT, Keys.UP)[world.tick // 15 % 4]}


def jumps(switches: NetcodeOptions) -> float:
    """The farthest that somebody who walks in circles moves between two pictures, in tiles."""
    far = Far(walks)
    far.played._switches = switches
    spots = [(body(view, 1).x, body(view, 1).y) for view in (far.tick() for _ in range(120))]
    return max(abs(x - u) + abs(y - v) for (x, y), (u, v) in pairwise(spots))


def test_smoothing_and_running_ahead_do_what_they_say() -> None:
    smooth, rough = jumps(NetcodeOptions()), jumps(NetcodeOptions(smoothing=False))
    late = jumps(NetcodeOptions(run_ahead=False))
    step_ = RULES.speed / TICK_RATE / TILE
    assert late < 1.6 * step_ < rough
    assert smooth < rough


def test_without_prediction_one_sees_what_was_told() -> None:
    far = Far(still)
    for _ in range(20):
        far.tick()
    far.switches.prediction = False
    assert far.tick().tick < far.world.tick


@pytest.mark.parametrize("shown", [60, 20])
def test_fewer_snapshots_are_fewer_corrections(shown: int) -> None:
    far = Far(walks)
    far.switches.snapshots = shown
    far.tick()
    far.played.corrections()
    for _ in range(60):
        far.tick()
    assert len(far.played.corrections()) == shown


def test_a_dead_body_that_a_server_takes_away_breaks_nothing() -> None:
    far = Far(lambda world: {1: Keys.BOMB if world.tick == 5 else 0})
    far.switches.snapshots = 20
    while body(far.tick(), 1).alive:
        pass
    assert far.played.told
    table = dict(far.played.told.tables[1])
    del table[1]
    tables = (far.played.told.tables[0], table, *far.played.told.tables[2:])
    far.played.told = replace(far.played.told, tables=tables)
    assert far.played.view(far.now)
