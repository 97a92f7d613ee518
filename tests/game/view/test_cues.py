"""What is heard and felt of events: once a tick, and from where."""

from dataclasses import replace

from petard.game.view.cues import (
    BIG,
    OTHERS,
    STALE,
    WAITING_MOST,
    Banner,
    Cue,
    Cues,
    Jolt,
    PlayerDied,
    Sound,
    Sparks,
)
from petard.game.view.item_looks import ITEM_LOOKS, TAKEN_SOUND
from petard.game.view.round_ending import RoundEnding
from petard.game.view.view import PlayerView, View
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.floors import Floor
from petard.shared.rules.tie_break import WinReason

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


def test_a_thrown_switch_is_heard_by_all_and_dust_rises_at_each_gate() -> None:
    floors = bytearray(195)
    floors[tile(5, 5)], floors[tile(9, 7)], floors[tile(3, 1)] = Floor.GATE_SHUT, Floor.GATE_OPEN, Floor.SWITCH_ON
    cues = Cues((0,)).cues_of([(9, Event(EventType.SWITCHED, 3, tile(3, 1)))], replace(VIEW, floors=bytes(floors)))
    assert [cue.volume for cue in cues if isinstance(cue, Sound)] == [1.0]
    dust = [(cue.x, cue.y) for cue in cues if isinstance(cue, Sparks) and cue.kind == "puff"]
    assert dust == [(5.5, 5.5), (9.5, 7.5)]


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
        for cue in cues.picture_cues(View(tick=0, width=15, height=13, tiles=b"", go_in=ticks))
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
    assert end(2) == [Sound("lost", volume=OTHERS)]
    assert list(Cues(()).cues_of([(1, Event(EventType.OVER, 2))], VIEW)) == [Sound("win", volume=OTHERS)], "watched"


def names_of(cues: list[Cue]) -> list[str]:
    return [cue.name for cue in cues if isinstance(cue, Sound)]


def test_a_bomb_that_reaches_far_has_a_sound_of_its_own() -> None:
    reach = {tiles: names_of(Cues(()).cues_of([(1, Event(EventType.BLAST, 0, 17, tiles))], VIEW)) for tiles in (2, BIG)}
    assert reach == {2: ["blast"], BIG: ["blast-big"]}


def test_three_blasts_within_a_tenth_of_a_second_are_a_chain_and_the_fourth_begins_anew() -> None:
    blast = Event(EventType.BLAST, 0, 17, 2)
    quick = Cues(()).cues_of([(tick, blast) for tick in (1, 4, 7, 8)], VIEW)
    assert names_of(quick) == ["blast", "blast", "blast", "chain", "blast"]
    slow = Cues(()).cues_of([(tick, blast) for tick in (1, 4, 8)], VIEW)
    assert names_of(slow) == ["blast"] * 3


def test_an_item_has_the_sound_of_its_row_and_one_of_the_future_that_of_all_others() -> None:
    taken = {
        item: names_of(Cues(()).cues_of([(1, Event(EventType.TAKEN, 0, 17, item))], VIEW)) for item in (*ITEM_LOOKS, 31)
    }
    assert taken.pop(31) == [TAKEN_SOUND]
    assert taken == {item: [look.sound] if look.sound else [] for item, look in ITEM_LOOKS.items()}


def test_your_own_death_the_death_of_others_and_your_kill_sound_different() -> None:
    def of(slot: int, by: int) -> list[str]:
        return names_of(Cues((0, 1)).cues_of([(1, Event(EventType.DIED, slot, 17, by))], VIEW))

    assert of(0, 5) == of(0, 1) == of(0, -1) == ["death-own"]
    assert of(5, 6) == ["death"]
    assert of(5, 0) == ["death", "kill"]


def test_only_your_own_assist_is_heard() -> None:
    assert names_of(Cues((0,)).cues_of([(1, Event(EventType.ASSIST, 0, -1, 5))], VIEW)) == ["assist"]
    assert names_of(Cues((0,)).cues_of([(1, Event(EventType.ASSIST, 3, -1, 5))], VIEW)) == []


def test_the_last_five_seconds_tick_until_the_round_is_decided() -> None:
    cues, ending = Cues(()), RoundEnding(0, WinReason.LAST_STANDING)
    pictures = [replace(VIEW, ticks_left=left) for left in range(400, -1, -1)]
    assert [cue for view in pictures for cue in cues.picture_cues(view)] == [Sound("clock")] * 5
    assert Cues(()).picture_cues(replace(VIEW, ticks_left=100, ending=ending)) == []


def test_that_only_two_are_left_is_heard_once_and_never_in_a_duel() -> None:
    def living(count: int) -> View:
        return replace(VIEW, players=tuple(PlayerView(slot, 1, 1, alive=slot < count) for slot in range(4)))

    cues = Cues(())
    heard = [names_of(cues.picture_cues(living(count))) for count in (4, 3, 2, 2, 1)]
    assert heard == [[], [], ["last-two"], [], []]
    assert Cues(()).picture_cues(living(2)) == []


def test_every_event_type_is_handled() -> None:
    for what in EventType:
        Cues((0,)).cues_of([(1, Event(what)), (2, Event(what, 1, tile(2, 2), 0))], VIEW)


def test_two_kills_at_once_and_a_tie_have_sounds_of_their_own() -> None:
    died = [Event(EventType.DIED, slot, 17, 0) for slot in (5, 6)]
    double = Cues(()).cues_of([(1, event) for event in died], VIEW)
    assert names_of(double)[-1] == "double"
    assert "double" not in names_of(Cues(()).cues_of([(1, died[0])], VIEW))
    over = Event(EventType.OVER, 2)
    ends = {
        reason: names_of(Cues(()).cues_of([(1, over)], replace(VIEW, ending=RoundEnding(2, reason))))
        for reason in (WinReason.LAST_STANDING, WinReason.NEARER)
    }
    assert ends == {WinReason.LAST_STANDING: ["win"], WinReason.NEARER: ["win", "photo-finish"]}
