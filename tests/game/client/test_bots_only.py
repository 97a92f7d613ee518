"""When a round is left to bots."""

from dataclasses import replace

from petard.game.client.bots_only import SHOWN, BotsOnly
from petard.game.view.view import PlayerView, View

VIEW = View(tick=900.0, width=15, height=13, tiles=bytes(195))


def view_of(*alive: int, bodies: int = 4) -> View:
    return replace(VIEW, players=tuple(PlayerView(slot, 1.5, 1.5, alive=slot in alive) for slot in range(bodies)))


def test_it_is_left_to_bots_two_seconds_after_the_last_of_us_is_out() -> None:
    left = BotsOnly()
    assert not left.look(view_of(1, 2, 3), (0,), 10.0)
    assert not left.look(view_of(1, 2, 3), (0,), 10.0 + SHOWN - 0.1)
    assert left.look(view_of(1, 2, 3), (0,), 10.0 + SHOWN)


def test_as_long_as_one_of_several_lives_it_is_not() -> None:
    left = BotsOnly()
    assert not left.look(view_of(1, 2, 3), (0, 1), 0.0)
    assert not left.look(view_of(1, 2, 3), (0, 1), 100.0)
    assert not left.look(view_of(2, 3), (0, 1), 101.0)
    assert left.look(view_of(2, 3), (0, 1), 101.0 + SHOWN)


def test_who_only_watches_counts_as_well() -> None:
    left = BotsOnly()
    assert not left.look(view_of(0, 1, 2, 3), (), 0.0)
    assert left.look(view_of(0, 1, 2, 3), (), SHOWN)


def test_a_countdown_and_a_round_that_is_decided_are_not_hurried() -> None:
    left = BotsOnly()
    left.look(view_of(1), (0,), 0.0)
    assert not left.look(view_of(1), (0,), 100.0)
    left.look(replace(view_of(1, 2), go_in=60.0), (0,), 101.0)
    assert not left.look(replace(view_of(1, 2), go_in=1.0), (0,), 200.0)
