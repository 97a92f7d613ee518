"""The winner dances and confetti falls, as the tick of the View says."""

from dataclasses import replace

from petard.game.view.confetti import PARTY_AFTER, SCRAPS, confetti, party_age
from petard.game.view.round_ending import RoundEnding
from petard.game.view.sprites import upper_sprites
from petard.game.view.view import PlayerView, View
from petard.shared.rules.tie_break import WinReason
from tests.game.scenes import view_of

ROOM = """
    #####
    #...#
    #####
"""


def ended(age: float, winner: int = 0, over_at: int = 600) -> View:
    winners = (winner,) if winner >= 0 else ()
    ending = RoundEnding(winner, WinReason.LAST_STANDING, over_at=over_at, winners=winners)
    return replace(view_of(ROOM, tick=600 + age, players=(PlayerView(0, 1.5, 1.5),)), ending=ending)


def test_the_party_begins_when_the_last_kill_was_seen() -> None:
    assert party_age(ended(PARTY_AFTER - 1)) < 0
    assert party_age(ended(PARTY_AFTER)) == 0
    assert party_age(view_of(ROOM)) < 0
    assert party_age(ended(100, winner=-1)) < 0, "nobody has won"
    assert party_age(ended(100, over_at=-1)) < 0, "nobody knows when"


def test_confetti_falls_over_the_whole_width_and_ends() -> None:
    assert list(confetti(ended(0))) == []
    shown = [list(confetti(ended(age))) for age in range(PARTY_AFTER, 400)]
    assert max(map(len, shown)) <= SCRAPS
    assert len(shown[70]) > 60
    assert {int(scrap.x * 4) for scrap in shown[70]} >= {0, 1, 2, 3}
    assert {int(scrap.y * 4) for scrap in shown[70]} >= {0, 1, 2}
    assert shown[-1] == []


def test_the_same_moment_gives_the_same_confetti() -> None:
    assert list(confetti(ended(80))) == list(confetti(ended(80)))
    assert list(confetti(ended(80))) != list(confetti(ended(81)))


def test_the_winner_hops_and_turns_under_a_crown_if_motion_is_wanted() -> None:
    def dancing(age: float, dances: bool = True) -> list[str]:
        return [str(sprite) for sprite in upper_sprites(ended(age), dances=dances)]

    still = dancing(0)
    assert still == ["body 1.50,1.50 slot 0 cell 0"]
    party = [dancing(age) for age in range(PARTY_AFTER, 120)]
    assert all(sprite.startswith("crown ") for _, sprite in party)
    assert len({body.rpartition(" ")[2] for body, _ in party}) > 4
    assert len({body.split()[1] for body, _ in party}) >= 10
    assert {tuple(dancing(age, dances=False)) for age in range(120)} == {tuple(still)}
