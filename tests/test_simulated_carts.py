"""Whole matches with carts over simulated networks; and one's own cart is predicted exactly, alone on a good line."""

from dataclasses import replace

import pytest

from petard.game.client.session import Session
from petard.server.room.resume import PAUSE, take_over
from petard.shared.demo.reader import read_demo
from petard.shared.demo.rerun import Rerun
from petard.shared.protocol.messages import Phase, Setup
from petard.shared.rules.carts import Carts, place_at
from petard.shared.rules.digest import digest
from petard.shared.rules.events import EventType
from petard.shared.rules.ruleset import PRESETS
from petard.shared.rules.world import Flame, Keys, tile_at
from tests.ends import Ends
from tests.shared.demo.matches import SHORT, deaths, record
from tests.test_simulation import Simulation

LONG_SEEDS = 20


@pytest.mark.parametrize("seed", [pytest.param(seed, marks=pytest.mark.long) for seed in range(40, 40 + LONG_SEEDS)])
def test_a_match_with_carts_survives_trouble(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("duel", "last-one-standing"):
        carts = replace(PRESETS[name], carts=1 + seed % 2, cart_after=30, cart_pause=40, bombs=2)
        monkeypatch.setitem(PRESETS, name, carts)
    Simulation(seed).play()


def ends_with_a_rider(rules: str) -> Ends:
    """Three players; the first has just got a cart."""
    ends = Ends(Setup("small", rules, 1, 0, 2))
    for peer, name in enumerate(("Ada", "Grace", "Alan"), 1):
        ends.join(peer, name)
    ends.start()
    world = ends.room.world
    assert world
    ends.tick(world.rules.countdown + 10)
    ada = world.players[0]
    ada.safe_until = 0
    world.flames[tile_at(world, ada.x, ada.y)] = Flame(world.tick + 20, 1, -1, 0)
    ends.tick(world.rules.cart_after + 5)
    assert ada.rim >= 0
    return ends


def test_ones_own_cart_and_throw_are_predicted_exactly() -> None:
    ends = ends_with_a_rider("last-one-standing")
    world, session = ends.room.world, ends.sessions[1]
    assert world
    assert session.client_round
    events = []
    for tick in range(150):
        ends.keys[1] = ((Keys.RIGHT if tick % 50 < 30 else 0) | (Keys.BOMB if tick < 60 else 0),)
        ends.tick()
        view = session.view(ends.now)
        assert view
        assert view.players[0].cart
        events += [event.what for _, event in session.new_events()]
    own = session.client_round.predicted_view.predictor.run()
    assert own
    place = place_at(own.world, own.world.players[0], own.world.tick)
    assert abs(place - place_at(world, world.players[0], own.world.tick)) == 0
    assert events.count(EventType.THROWN) == 1, "by prediction, and not once more by the server"
    assert session.problem == ends.sessions[2].problem == ""


def test_in_super_all_clients_see_who_comes_back() -> None:
    ends = ends_with_a_rider("super-carts")
    world = ends.room.world
    assert world
    assert world.rules.carts == Carts.SUPER
    grace = world.players[1]
    grace.safe_until = 0
    world.flames[tile_at(world, grace.x, grace.y)] = Flame(world.tick + 20, 0, -1, 0)
    ends.tick(30)
    assert world.players[0].died_at == -1
    for peer in (1, 2, 3):
        view = ends.sessions[peer].view(ends.now)
        assert view
        assert view.players[0].alive, ends.sessions[peer].problem
        assert ends.sessions[peer].problem == ""


def rides(session: Session, now: float) -> bool:
    """Whether a client sees the first player in a cart, and got nothing that it does not believe."""
    view = session.view(now)
    return session.problem == "" and view is not None and view.players[0].cart is not None


def test_a_rider_who_loses_the_connection_comes_back_into_the_cart_and_steers_it() -> None:
    ends = ends_with_a_rider("last-one-standing")
    world = ends.room.world
    assert world
    ends.disconnect(1)
    ends.tick(60)
    back = ends.back(4, was=1)
    ends.tick(3)
    assert back.room.my_slots == (0,)
    assert rides(back, ends.now)
    before = place_at(world, world.players[0], world.tick)
    for tick in range(90):  # along whichever side it is, clockwise
        ends.keys[4] = ((Keys.RIGHT, Keys.DOWN, Keys.LEFT, Keys.UP)[tick // 20 % 4],)
        ends.tick()
    assert place_at(world, world.players[0], world.tick) != before
    assert back.client_round
    own = back.client_round.predicted_view.predictor.run()
    assert own
    assert place_at(own.world, own.world.players[0], world.tick) == place_at(world, world.players[0], world.tick)


def test_who_comes_in_the_middle_of_a_round_sees_the_riders_and_their_bombs() -> None:
    ends = ends_with_a_rider("last-one-standing")
    late = ends.join(4, "Zoe")
    happened = []
    for tick in range(120):
        ends.keys[1] = (Keys.BOMB if tick < 60 else 0,)
        ends.tick()
        happened += [event.what for _, event in late.new_events()]
    assert late.room.my_slots == (), "all seats of the round are taken"
    assert rides(late, ends.now)
    assert happened.count(EventType.THROWN) == 1


def test_who_takes_over_a_living_player_meets_the_same_riders() -> None:
    rules = replace(SHORT, carts=int(Carts.ON), cart_after=30, cart_pause=60)
    for seed in range(1, 20):
        data = record(4, 900, rules, "small", seed=seed)
        demo = read_demo(data)
        fallen = deaths(demo)
        at = fallen[0][0] + rules.cart_after + 20 if fallen else demo.length
        living = {0, 1, 2, 3} - {slot for moment, slot in fallen if moment <= at + 100}
        if at + 100 < demo.length and len(living) > 1:
            break
    ends, slot, run = Ends(), max(living), Rerun(demo, at)
    ends.room.resume(take_over(data, "then.petard", at, slot, True, 2))
    session = ends.join(1)
    ends.tick_until(Phase.PLAYING, PAUSE + 5)
    world = ends.room.world
    assert world
    assert session.room.my_slots == (slot,)
    assert world.players[fallen[0][1]].rim >= 0
    for _ in range(100):
        run.step()
        ends.keys[1] = (run.inputs.get(slot, 0),)
        ends.tick()
    assert digest(world) == digest(run.world)
    assert session.problem == ""
