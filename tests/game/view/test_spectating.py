"""What a player who is out sees: the camera, rounds that only bots play, and the promise of the next round."""

from dataclasses import replace
from random import Random

import pytest

from petard.game.view.spectating import (
    AFTER_END,
    LOOK_EVERY,
    SHOWN,
    STAY,
    BotsOnly,
    FightFinder,
    has_next_round,
    has_seat,
    may_win,
)
from petard.game.view.view import BombView, PlayerView, View
from petard.shared.protocol.messages import Seat, Spectator
from petard.shared.rules.series import Series

VIEW = View(tick=1000.0, width=60, height=30, tiles=bytes(1800))
SMALL = View(tick=900.0, width=15, height=13, tiles=bytes(195))
BOT = Seat(0, 0, "Fizz", 0, 0, True, True, 0, 0)

# Where the camera looks


def body(slot: int, x: float, y: float, died_at: float = -1.0) -> PlayerView:
    return PlayerView(slot, x, y, alive=died_at < 0, died_at=died_at)


DUEL = (body(1, 40.5, 20.5), body(2, 42.5, 20.5))
LONELY = (body(3, 5.5, 5.5), body(4, 50.5, 3.5))


def at(tick: float, *bodies: PlayerView, bombs: tuple[BombView, ...] = ()) -> View:
    return replace(VIEW, tick=tick, players=bodies, bombs=bombs)


def test_the_camera_shows_two_close_bodies_and_not_a_single_one() -> None:
    assert FightFinder().target(at(1000, *LONELY, *DUEL)) in ((40.5, 20.5), (42.5, 20.5))


def test_a_bomb_makes_a_place_interesting() -> None:
    bombs = tuple(BombView(6.5, 5.5, 3, 60.0, 2) for _ in range(3))
    assert FightFinder().target(at(1000, *LONELY, bombs=bombs)) == (5.5, 5.5)


def test_the_camera_stays_with_a_fight_and_leaves_it_only_for_a_better_one() -> None:
    finder = FightFinder()
    first = finder.target(at(1000, *LONELY, *DUEL))
    crowd = tuple(body(slot, 10.5 + slot, 8.5) for slot in range(5, 9))
    assert finder.target(at(1000 + LOOK_EVERY, *LONELY, *DUEL, *crowd)) == first
    later = finder.target(at(1000 + STAY + LOOK_EVERY, *LONELY, *DUEL, *crowd))
    assert later is not None
    assert later[0] < 20
    as_good = (body(10, 30.5, 20.5), body(11, 32.4, 20.5))
    finder, first = FightFinder(), (40.5, 20.5)
    assert finder.target(at(0, *DUEL)) == first
    assert finder.target(at(10 * STAY, *DUEL, *as_good)) == first


def test_the_camera_stays_a_moment_with_a_death_then_looks_at_another_fight() -> None:
    finder = FightFinder()
    slot = 1 if finder.target(at(1000, *DUEL)) == (40.5, 20.5) else 2
    dead = tuple(replace(one, alive=False, died_at=1010.0) if one.slot == slot else one for one in DUEL)
    fallen = next(one for one in dead if not one.alive)
    assert finder.target(at(1010 + AFTER_END - 1, *dead, *LONELY)) == (fallen.x, fallen.y)
    assert finder.target(at(1010 + AFTER_END, *dead, *LONELY)) != (fallen.x, fallen.y)


def test_without_bodies_there_is_nothing_to_look_at() -> None:
    assert FightFinder().target(at(1000)) is None


# Whether only bots still play


def view_of(*alive: int, bodies: int = 4) -> View:
    return replace(SMALL, players=tuple(PlayerView(slot, 1.5, 1.5, alive=slot in alive) for slot in range(bodies)))


def test_only_bots_play_is_true_two_seconds_after_the_last_of_our_players_is_out() -> None:
    left = BotsOnly()
    assert not left.update(view_of(1, 2, 3), (0,), 10.0)
    assert not left.update(view_of(1, 2, 3), (0,), 10.0 + SHOWN - 0.1)
    assert left.update(view_of(1, 2, 3), (0,), 10.0 + SHOWN)


def test_only_bots_play_is_false_while_one_of_our_players_lives() -> None:
    left = BotsOnly()
    assert not left.update(view_of(1, 2, 3), (0, 1), 0.0)
    assert not left.update(view_of(1, 2, 3), (0, 1), 100.0)
    assert not left.update(view_of(2, 3), (0, 1), 101.0)
    assert left.update(view_of(2, 3), (0, 1), 101.0 + SHOWN)


def test_a_spectator_counts_as_well() -> None:
    left = BotsOnly()
    assert not left.update(view_of(0, 1, 2, 3), (), 0.0)
    assert left.update(view_of(0, 1, 2, 3), (), SHOWN)


def test_a_player_who_comes_back_is_not_out_and_may_still_win() -> None:
    left, view = BotsOnly(), view_of(1, 2, 3)
    back = replace(view, players=(replace(view.players[0], back_in=90.0), *view.players[1:]))
    assert not left.update(back, (0,), 0.0)
    assert not left.update(back, (0,), 100.0)
    assert not left.may_skip
    assert may_win(back) == [0, 1, 2, 3]


def test_a_countdown_and_a_decided_round_do_not_count() -> None:
    left = BotsOnly()
    left.update(view_of(1), (0,), 0.0)
    assert not left.update(view_of(1), (0,), 100.0)
    left.update(replace(view_of(1, 2), go_in=60.0), (0,), 101.0)
    assert not left.update(replace(view_of(1, 2), go_in=1.0), (0,), 200.0)


# Whether the next round has a seat


def seats(*wins: int) -> list[Seat]:
    return [replace(BOT, slot=slot, wins=won) for slot, won in enumerate(wins)]


@pytest.mark.parametrize(
    ("wins", "living", "number", "rounds", "sure"),
    [
        ((0, 0, 0), (1, 2), 1, 3, True),
        ((0, 0, 0), (1, 2), 1, 1, False),  # the only round
        ((0, 1, 0), (1, 2), 2, 3, False),  # 1 wins the match with this round
        ((0, 1, 0), (2,), 2, 3, True),  # 1 is out, so it is 1 to 1
        ((1, 1, 0), (2,), 3, 3, True),  # all three have one win then, and a deciding round follows
        ((0, 0, 0), (1, 2), 3, 3, False),  # two draws, or two wins of players who left: not known, so not promised
        ((0, 1, 0, 0), (2, 3), 3, 3, False),  # the winner of the first round has left, and with them their win
        ((0, 0, 0), (1, 2), 2, 3, True),
        ((0, 0, 0), (1, 2), 4, 1, False),
        ((2, 0, 0), (1, 2), 3, 5, True),
        ((2, 2, 0), (0, 1), 5, 5, False),
    ],
)
def test_a_round_follows_unless_a_living_player_can_end_the_match(
    wins: tuple[int, ...], living: tuple[int, ...], number: int, rounds: int, sure: bool
) -> None:
    assert has_next_round(seats(*wins), living, number, rounds) is sure


def test_the_best_of_the_living_says_as_much_as_each_of_them() -> None:
    chance = Random(1)
    for _ in range(500):
        wins = tuple(chance.choice((0, 0, 1, 2, 3)) for _ in range(chance.randint(2, 6)))
        living = tuple(slot for slot in range(len(wins)) if chance.random() < 0.6)
        number, rounds = chance.randint(1, 7), chance.randint(1, 7)
        sides = {slot: slot % 2 for slot in range(len(wins))} if chance.random() < 0.5 else {}
        by_slot = dict(enumerate(wins))
        ends = [Series(rounds, {**by_slot, slot: wins[slot] + 1}, number, sides=sides) for slot in living]
        ends.append(Series(rounds, by_slot, number, sides=sides))
        goes_on = not any(end.is_over(range(len(wins))) for end in ends)
        assert has_next_round(seats(*wins), living, number, rounds, sides) is goes_on


def test_a_member_with_a_seat_plays_the_next_round() -> None:
    assert has_seat([replace(BOT, member=7)], [], 7, 1)


def test_bots_make_way_for_a_spectator() -> None:
    assert has_seat(seats(0, 0), [Spectator(7, "Ada")], 7, 2)
    assert not has_seat(seats(0), [Spectator(7, "Ada")], 7, 2)


def test_earlier_spectators_get_their_seats_first() -> None:
    earlier, later = Spectator(5, "Bo"), Spectator(9, "Cy")
    assert has_seat(seats(0, 0, 0), [Spectator(7, "Ada"), later], 7, 1)
    assert not has_seat(seats(0, 0, 0), [earlier, Spectator(7, "Ada")], 7, 1)


def test_without_bots_no_seat_is_promised() -> None:
    assert not has_seat([replace(BOT, member=3)], [Spectator(7, "Ada")], 7, 1)
