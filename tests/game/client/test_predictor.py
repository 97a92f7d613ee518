"""The world run ahead: exact while nobody else is there, corrected when it was wrong, and never twice in one's ears."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from petard.game.client.predictor import Predictor
from petard.server.room.inbox import WAITING_KEPT
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.protocol.state import State
from petard.shared.rules.events import EventType
from petard.shared.rules.items import Item
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.world import Keys, World, tile_at
from tests.ends import boards
from tests.game.client.delayed_game import DelayedGame, Pipe

ABSORBED = WAITING_KEPT  # ticks of jitter
RULES = replace(LAST_ONE_STANDING, countdown=100, hidden_share=60, weights=(0, 5, 5, 5, 5, 5, 0), spawn_shield=7000)
KEY = st.sampled_from([0, 1, 2, 4, 8, 5, 10, 16, 17, 18, 20, 24])
WALKS = st.lists(st.tuples(KEY, st.integers(1, 25)), min_size=5, max_size=30)
WOBBLES = st.lists(st.integers(0, 25), min_size=10, max_size=300)
DELAYS = st.integers(0, 20).flatmap(lambda both: st.tuples(st.just(both), st.integers(0, both)))


def held(walk: list[tuple[int, int]]) -> list[int]:
    """The keys of each tick."""
    return [keys for keys, ticks in walk for _ in range(ticks)]


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(DELAYS, st.lists(st.integers(0, ABSORBED), min_size=1, max_size=200), WALKS, st.sampled_from([1, 2, 3]))
def test_alone_on_the_board_nothing_is_ever_corrected(
    delays: tuple[int, int], jitter: list[int], walk: list[tuple[int, int]], every: int
) -> None:
    both, there = delays
    wobbling = [there + ABSORBED, *(there + more for more in jitter)]
    game = DelayedGame(RULES, boards()["classic"], Pipe(wobbling), Pipe([both - there]), every=every)
    for keys in [0] * RULES.countdown + held(walk):
        game.tick(keys)
    after = [seen for seen in game.seen if seen.tick > RULES.countdown]
    assert after
    assert all(seen.same for seen in after)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(WOBBLES, WALKS)
@example([0] * 6 + [1] + [0] * 3, [(0, 1)] * 3)  # the first change of the count comes in the countdown
def test_alone_only_a_late_change_is_corrected(delays: list[int], walk: list[tuple[int, int]]) -> None:
    only_shifted_ones_are_corrected(delays, walk)


@pytest.mark.long
@settings(max_examples=300, deadline=None)
@given(WOBBLES, WALKS)
def test_hundreds_of_random_walks_are_never_corrected(delays: list[int], walk: list[tuple[int, int]]) -> None:
    only_shifted_ones_are_corrected(delays, walk)


def only_shifted_ones_are_corrected(delays: list[int], walk: list[tuple[int, int]]) -> None:
    """Nothing is corrected but where a change was late."""
    game = DelayedGame(RULES, boards()["classic"], Pipe(delays), Pipe([3]))
    for keys in [0] * RULES.countdown + held(walk):
        game.tick(keys)
    assert all(seen.same for seen in game.seen if not seen.shifted)


def test_an_own_key_shows_in_the_next_picture_at_every_delay() -> None:
    for delay in (0, 3, 6, 9, 20):
        game = DelayedGame(RULES, boards()["classic"], Pipe([delay]), Pipe([delay]))
        for _ in range(160):
            ahead = game.tick(0)
        assert ahead
        before = ahead.world.players[0].x
        ahead = game.tick(Keys.RIGHT if before < 1000 else Keys.LEFT)
        assert ahead
        assert ahead.world.players[0].x != before


def test_each_event_is_predicted_once() -> None:
    game = DelayedGame(RULES, boards()["classic"], Pipe([2, 4, 2, 7, 2]), Pipe([5]))
    for tick in range(400):
        game.tick(Keys.BOMB if tick == 160 else 0)
    kinds = [event.what for _, event in game.events]
    assert kinds.count(EventType.GO) == kinds.count(EventType.DROPPED) == kinds.count(EventType.BLAST) == 1
    assert EventType.DIED not in kinds
    assert [tick for tick, _ in game.events] == sorted(tick for tick, _ in game.events)


def test_an_item_in_a_brick_is_known_before_it_can_be_taken() -> None:
    rules = replace(RULES, hidden_share=100, hidden_most=100, weights=(0, 1, 0, 0, 0, 0, 0), fuse=20)
    game = DelayedGame(rules, boards()["classic"], Pipe([10]), Pipe([10]))
    found: dict[int, int] = {}
    for tick in range(400):
        ahead = game.tick(Keys.BOMB if tick == 160 else 0)
        found.update(ahead.world.items if ahead else {})
    assert found
    assert set(found.values()) == {int(Item.BOMB)}
    assert all(seen.same for seen in game.seen if seen.tick > rules.countdown)


def test_a_rejected_bomb_is_reported_with_its_place() -> None:
    def intruder(world: World) -> dict[int, int]:
        """Somebody drops a bomb on our tile just before we do."""
        return {1: Keys.BOMB if world.tick == 160 else 0}

    game = DelayedGame(
        replace(RULES, bricks=0), boards()["classic"], Pipe([8]), Pipe([8]), slots=(0, 1), others=intruder
    )
    game.world.players[1].x, game.world.players[1].y = game.world.players[0].x, game.world.players[0].y
    for tick in range(1, 220):
        game.tick(Keys.BOMB if tick == 160 else 0)
    mine = game.world.players[0]
    assert game.refused == [tile_at(game.world, mine.x, mine.y)]


def test_actions_of_other_players_are_corrected_and_never_predicted() -> None:
    def wanderer(world: World) -> dict[int, int]:
        return {1: (Keys.LEFT, Keys.DOWN, Keys.RIGHT, Keys.UP)[world.tick // 20 % 4] | (Keys.BOMB * (world.tick % 2))}

    game = DelayedGame(
        replace(RULES, bricks=0), boards()["classic"], Pipe([4]), Pipe([4]), slots=(0, 1), others=wanderer
    )
    for _ in range(300):
        game.tick(0)
    moved = [seen for seen in game.seen if seen.ahead.predicted and seen.tick > 160]
    errors = [abs(s.ahead.predicted[1][0] - game.world.players[1].x) for s in moved]
    assert any(not seen.same for seen in moved)
    assert any(errors)
    assert all(
        event.slot == 0
        for _, event in game.events
        if event.what in (EventType.DROPPED, EventType.TAKEN, EventType.KICKED)
    )


def test_until_the_server_knows_the_clock_of_a_new_connection_nothing_is_predicted() -> None:
    world = new_world(RULES, boards()["classic"], (0, 1), 1)
    world.tick = 500
    predictor = Predictor(Round(1, "classic", RULES, world.width, world.height, (0, 1)))
    for clock in (1, 2, 3):
        predictor.keys.add(clock, (0,), (0,))
    predictor.set_state(State(snapshot_of(world, {0: (4000, 1)}), {}, {0: (90,)}))  # of the connection before
    assert predictor.run() is None
    predictor.set_state(State(snapshot_of(world, {}), {}, {}))
    assert predictor.run() is None
    predictor.set_state(State(snapshot_of(world, {0: (2, 1)}), {}, {0: (0,)}))
    ahead = predictor.run()
    assert ahead
    assert ahead.world.tick == 501
