"""What is heard and felt of events: once a tick, and from where."""

from dataclasses import replace

from petard.game.view.cues import OTHERS, STALE, WAITING_MOST, Banner, Cues, Jolt, PlayerDied, Sound, Sparks
from petard.game.view.view import View
from petard.shared.rules.events import Event, EventType

VIEW = View(tick=9, width=15, height=13, tiles=bytes(195))


def tile(x: int, y: int) -> int:
    return y * 15 + x


def test_a_rejected_bomb_disappears_with_a_puff_and_without_a_sound() -> None:
    assert Cues((0,)).rejected_bombs([tile(3, 1)], VIEW) == [Sparks("puff", 3.5, 1.5, 6)]


def test_an_event_becomes_a_cue_when_the_picture_reaches_its_tick() -> None:
    cues = Cues((0,))
    news = [(5, Event(EventType.GO)), (7, Event(EventType.HURRY))]
    assert cues.cues_of(news, replace(VIEW, tick=4.9)) == []
    assert cues.cues_of([], replace(VIEW, tick=5.0)) == [Sound("go"), Banner("GO!")]
    assert cues.cues_of([], replace(VIEW, tick=6.9)) == []
    assert cues.cues_of([], replace(VIEW, tick=7.5)) == [Sound("hurry"), Banner("HURRY UP!")]
    assert cues.cues_of([], replace(VIEW, tick=9.0)) == []


def test_events_that_are_never_drawn_cost_no_memory() -> None:
    cues = Cues((0,))
    for tick in range(2 * WAITING_MOST):
        assert cues.cues_of([(tick, Event(EventType.GO))], replace(VIEW, tick=-1.0)) == []
    assert len(cues.waiting) == WAITING_MOST


def test_events_that_arrive_late_give_texts_but_no_sounds() -> None:
    news = [(5, Event(EventType.HURRY)), (5, Event(EventType.DIED, 0, 17, 2)), (40, Event(EventType.BLAST, 0, 17, 2))]
    view = replace(VIEW, tick=6.0 + STALE)
    assert Cues((0,)).cues_of(news, view) == [Banner("HURRY UP!"), PlayerDied(0, 2, 2.5, 1.5)]
    assert Cues((0,)).cues_of(news[:2], replace(VIEW, tick=5.0 + STALE))[0] == Sound("hurry")


def test_all_events_of_one_tick_count() -> None:
    news = [(7, Event(EventType.BLAST, 0, tile(3, 3), 2)), (7, Event(EventType.BRICK, 0, tile(4, 3)))]
    names = [cue.name for cue in Cues((0,)).cues_of(news, VIEW) if isinstance(cue, Sound)]
    assert names == ["blast", "brick"]


def test_the_sound_of_a_blast_is_panned_by_its_column() -> None:
    def pan(x: int) -> float:
        cues = Cues((0,)).cues_of([(1, Event(EventType.BLAST, 0, tile(x, 3), 2))], VIEW)
        return next(cue.pan for cue in cues if isinstance(cue, Sound))

    assert pan(1) < 0 < pan(13)
    assert pan(7) == 0
    assert pan(1) == -pan(13)


def test_a_brick_throws_twelve_to_twenty_sparks_from_its_place() -> None:
    cues = Cues(()).cues_of([(1, Event(EventType.BRICK, 0, tile(4, 3)))], VIEW)
    sparks = [cue for cue in cues if isinstance(cue, Sparks)]
    assert {(cue.x, cue.y) for cue in sparks} == {(4.5, 3.5)}
    assert 12 <= sum(cue.count for cue in sparks) <= 20


def test_sounds_of_other_players_are_quieter_except_blasts() -> None:
    def volume(what: EventType, slot: int) -> float:
        cues = Cues((0,)).cues_of([(1, Event(what, slot, tile(4, 3), 1))], VIEW)
        return next(cue.volume for cue in cues if isinstance(cue, Sound))

    assert volume(EventType.DROPPED, 0) == 1.0
    assert volume(EventType.DROPPED, 5) == OTHERS
    assert volume(EventType.BLAST, 5) == 1.0


def test_the_countdown_beeps_once_for_each_second() -> None:
    cues = Cues(())
    beeps = [
        cue
        for ticks in range(200, -1, -1)
        for cue in cues.countdown(View(tick=0, width=15, height=13, tiles=b"", go_in=ticks))
    ]
    assert beeps == [Sound("beep")] * 3


def test_blasts_and_closing_walls_shake_the_screen() -> None:
    for what in (EventType.BLAST, EventType.CLOSED):
        assert Jolt(4.5, 3.5) in Cues(()).cues_of([(1, Event(what, 0, tile(4, 3)))], VIEW)


def test_the_cue_of_a_death_names_the_slot_of_its_cause() -> None:
    assert PlayerDied(3, 1, 4.5, 3.5) in Cues(()).cues_of([(1, Event(EventType.DIED, 3, tile(4, 3), 1))], VIEW)


def test_go_and_hurry_are_banners() -> None:
    news = [(1, Event(EventType.GO)), (1, Event(EventType.HURRY))]
    cues = Cues(()).cues_of(news, VIEW)
    assert [cue.text for cue in cues if isinstance(cue, Banner)] == ["GO!", "HURRY UP!"]
    assert Sound("go") in cues


def test_a_win_a_loss_and_a_draw_sound_different() -> None:
    def end(winner: int) -> list[object]:
        return list(Cues((0,)).cues_of([(1, Event(EventType.OVER, winner))], VIEW))

    assert end(-1) == [Sound("draw")]
    assert end(0) == [Sound("win")]
    assert end(2) == [Sound("win", volume=OTHERS)]


def test_every_event_type_is_handled() -> None:
    for what in EventType:
        Cues((0,)).cues_of([(1, Event(what)), (2, Event(what, 1, tile(2, 2), 0))], VIEW)
