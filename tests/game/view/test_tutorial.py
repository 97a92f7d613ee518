"""The first round teaches one thing after the other, forgives a death, and ends by itself."""

from petard.game.view.tutorial import AGAIN_AFTER, ME, ROWS, TIME_MOST, Tutorial, TutorialStep
from petard.shared.rules.events import EventType
from petard.shared.rules.items import Item
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import Keys

# What a player does who reads each line: keys, and for how many ticks.
WALK = ((Keys.RIGHT, 50),)
BOMB = ((Keys.BOMB, 2),)
AWAY = ((Keys.LEFT, 16), (Keys.DOWN, 32), (0, 150))
BOOT = ((Keys.UP, 32), (Keys.RIGHT, 36))
KICK = ((Keys.RIGHT, 24), (Keys.BOMB, 2), (Keys.LEFT, 26), (Keys.RIGHT, 24))


def held(tutorial: Tutorial, *parts: tuple[int, int]) -> list[EventType]:
    """Hold keys one after the other; return what happened."""
    happened = []
    for keys, ticks in parts:
        for _ in range(ticks):
            happened += [event.what for _, event in tutorial.tick(keys)]
    return happened


def test_each_step_begins_when_the_one_before_was_done() -> None:
    tutorial = Tutorial()
    for parts, step in (
        (WALK, TutorialStep.BOMB),
        (BOMB, TutorialStep.AWAY),
        (AWAY, TutorialStep.ITEM),
        (BOOT, TutorialStep.KICK),
        (KICK, TutorialStep.DONE),
    ):
        held(tutorial, *parts)
        assert tutorial.step is step
    assert list(tutorial.world.items.values()) == []
    happened = held(tutorial, (Keys.LEFT, 30), (0, 200))
    assert EventType.DIED in happened  # the dummy, by the kicked bomb
    assert not tutorial.is_dead
    assert tutorial.is_over
    assert tutorial.ticks < 40 * TICK_RATE


def test_a_player_who_dies_lays_the_bomb_again() -> None:
    tutorial = Tutorial()
    happened = held(tutorial, *WALK, *BOMB, (0, 160))
    assert EventType.DIED in happened
    assert EventType.OVER not in happened
    assert tutorial.is_dead
    held(tutorial, (0, AGAIN_AFTER))
    assert not tutorial.is_dead
    assert tutorial.step is TutorialStep.BOMB
    held(tutorial, (Keys.RIGHT, 12), *BOMB, *AWAY)
    assert tutorial.step is TutorialStep.ITEM


def test_a_bomb_that_hits_no_brick_is_laid_again() -> None:
    tutorial = Tutorial()
    held(tutorial, *WALK, (Keys.LEFT, 46), *BOMB, (Keys.DOWN, 32), (Keys.RIGHT, 20), (0, 180))
    assert tutorial.step is TutorialStep.BOMB


def test_a_boot_that_burns_comes_back() -> None:
    tutorial = Tutorial()
    held(tutorial, *WALK, *BOMB, *AWAY)
    tutorial.world.items.clear()
    held(tutorial, (0, 3))
    assert tutorial.world.players[ME].kick
    assert tutorial.step is TutorialStep.KICK
    assert Item.KICK not in tutorial.world.hidden.values()


def test_one_boot_is_enough() -> None:
    tutorial = Tutorial()
    assert len(tutorial.world.hidden) == "".join(ROWS).count("+")
    held(tutorial, *WALK, *BOMB, *AWAY)
    assert tutorial.world.hidden == {}
    assert list(tutorial.world.items.values()) == [Item.KICK]


def test_who_does_nothing_is_not_kept() -> None:
    tutorial = Tutorial()
    while not tutorial.is_over:
        tutorial.tick(0)
    assert tutorial.ticks == TIME_MOST


def test_who_reads_slowly_or_dies_has_the_whole_time_for_the_next_step_again() -> None:
    tutorial = Tutorial()
    held(tutorial, (0, TIME_MOST - 300), *WALK, *BOMB, (0, 400))
    assert tutorial.ticks > TIME_MOST
    assert tutorial.step is TutorialStep.BOMB, "the player has died, and tries again"
    assert not tutorial.is_over
    held(tutorial, (0, TIME_MOST - 500))
    assert not tutorial.is_over


def test_the_view_shows_the_player_and_the_dummy() -> None:
    view = Tutorial().view()
    assert [body.slot for body in view.players] == [0, 1]
    assert view.go_in == 0
    assert not view.hurry
