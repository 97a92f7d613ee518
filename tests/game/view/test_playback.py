"""Watching a demo: any moment alike however one comes there, speeds, steps, kills, names, damage, other rules."""

from dataclasses import replace
from functools import cache

import pytest

import petard.shared.demo.recorder as recorder
from petard.game.ui.screens.replays import line_of
from petard.game.view.chapter import ChapterKind
from petard.game.view.demo_contents import KEPT, DemoMoments
from petard.game.view.playback import SPEEDS, Playback, demo_summary_of
from petard.game.view.view_builder import view_between
from petard.server.room.round import RoundRunner
from petard.shared.demo.blocks import MAGIC, BlockEncoder, BlockType, DemoError, blocks_in
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.recorder import Recorder
from petard.shared.demo.records import Mark, Said, Scored, Seated, encode_record
from petard.shared.framing import HEADER, frame
from petard.shared.protocol.messages import Chat, Results, Round, Score
from petard.shared.protocol.snapshot import Snapshot
from tests.made_once import made_once
from tests.shared.demo.matches import HEADER as USUAL
from tests.shared.demo.matches import deaths, record, record_where, seats

pytestmark = pytest.mark.slow


def noted(tape: Recorder, match: RoundRunner) -> None:
    """What a server notes beside the play: a word, a mark, somebody who gets a name, and a round that is over."""
    if tape.moment == 100:
        tape.note(Said(100, Chat(0, "Bot 0", "hello")))
        tape.note(Mark(100, "look here"))
        tape.note(Seated(100, tuple(replace(seat, name=f"Ada {seat.slot}") for seat in seats(4))))
    if match.world.over_at >= 0 and match.world.over_at == match.world.tick - 60:
        winner = match.world.winner
        wins = (Score(max(0, winner), 1),)
        tape.note(Scored(tape.moment, Results(1, winner, wins, False, -1, 300)))


def jumps(demo: Demo) -> list[int]:
    """Where a jump to a kill lands: a second before it, but in its round; kills of one tick are one jump."""
    starts = [began.moment for began in demo.rounds]
    return sorted({max(moment - 60, *(start for start in starts if start <= moment)) for moment, _ in deaths(demo)})


@cache
def two_rounds() -> bytes:
    """Two rounds; somebody dies in mid-round in the first, and the next death is more than a second later."""

    def fits(demo: Demo) -> bool:
        first, second = jumps(demo)[:2]
        apart = 300 < first < second - 60 and second < demo.rounds[1].moment
        return apart and len(demo.watch_starts) > KEPT

    return made_once("two rounds with notes", lambda: record_where(fits, rounds=2, seed=3, each=noted))


def watched(data: bytes = b"") -> Playback:
    return Playback(read_demo(data or two_rounds()))


def frames_of(demo: Demo) -> dict[int, tuple[Round, Snapshot]]:
    """What was told at each moment, read once from the start to the end; of two rounds that meet the later one."""
    found, board = {}, None
    for moment, message, snapshot in demo.watch():
        board = message if isinstance(message, Round) else board
        assert board is not None
        found[moment] = board, snapshot
    return found


@pytest.mark.slow
def test_any_moment_shows_the_recorded_snapshot_no_matter_how_it_was_reached() -> None:
    playback = watched()
    told = frames_of(playback.demo)
    for moment in (0, 1, 599, 600, 601, 1500, 30, playback.length, 1234, playback.demo.rounds[1].moment, 61):
        board, snapshot = told[moment]
        playback.seek(moment)
        assert replace(playback.view(), ending=None) == view_between(snapshot, snapshot, 0.0, board), moment
        assert playback.announcement == board


@pytest.mark.slow
def test_between_two_ticks_bodies_are_between_their_places() -> None:
    playback = watched()
    moment = next(
        moment for moment in range(200, 600)
        if playback.view(moment).players[1].x != playback.view(moment + 1).players[1].x
    )  # fmt: skip
    places = [playback.view(moment + part).players[1].x for part in (0, 0.5, 1)]
    assert places[1] == pytest.approx((places[0] + places[2]) / 2)


def test_no_picture_lies_between_two_rounds() -> None:
    playback = watched()
    start = playback.demo.rounds[1].moment
    before, after = playback.view(start - 0.5), playback.view(start)
    assert before.tick > 900
    assert after.tick == 0


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_second_of_play_passes_at_the_chosen_speed(speed: float) -> None:
    playback = watched()
    playback.speed = speed
    for _ in range(60):
        playback.pass_time(1 / 60)
    assert playback.moment == pytest.approx(60 * speed)


def test_steps_pause_the_playback_and_stop_at_both_ends() -> None:
    playback = watched()
    playback.seek(10.4)
    playback.step(1)
    assert (playback.moment, playback.playing) == (11, False)
    playback.seek(10.4)
    playback.step(-1)
    assert playback.moment == 10
    playback.step(-20)
    assert playback.moment == 0
    playback.seek(playback.length)
    playback.step(1)
    assert playback.moment == playback.length
    for _ in range(9):
        playback.faster(-1)
    assert playback.speed == SPEEDS[0]


def test_the_playback_stops_at_the_end_and_starts_again_on_play() -> None:
    playback = watched()
    playback.seek(playback.length - 3)
    playback.pass_time(1.0)
    assert (playback.moment, playback.playing, playback.is_over) == (playback.length, False, True)
    playback.toggle()
    assert (playback.moment, playback.playing) == (0, True)


def test_every_event_is_returned_once_while_it_plays() -> None:
    playback = watched()
    events, notes = [], []
    while not playback.is_over:
        playback.pass_time(1 / 50)
        passed = playback.passed()
        events += passed.events
        notes += passed.notes
        assert playback.passed() == ([], []), "nothing twice"
    happened = [event for _, found in playback.demo.event_blocks() for _, event in found]
    assert [event for _, event in events] == happened
    assert any(isinstance(note, Said) for note in notes)
    assert sum(isinstance(note, Scored) for note in notes) == 2


def test_skipped_reversed_or_fast_parts_return_no_events() -> None:
    playback = watched()
    playback.passed()
    playback.seek(1000)
    playback.pass_time(0.02)
    assert not [note for note in playback.passed().notes if isinstance(note, Said)]
    playback.seek(50)
    assert playback.passed() == ([], [])
    playback.faster(2)
    playback.pass_time(2.0)
    assert playback.passed() == ([], [])


def test_kills_are_found_with_names_and_a_jump_goes_to_just_before_one() -> None:
    playback = watched()
    landed = []
    while playback.to_next_kill():
        landed.append(playback.moment)
    kills = [chapter for chapter in playback.found_chapters() if chapter.kind is ChapterKind.KILL]
    assert [kill.moment for kill in kills] == [moment for moment, _ in deaths(playback.demo)]
    assert any("Ada" in kill.words for kill in kills)
    assert landed == jumps(playback.demo)
    assert len(landed) >= 3
    playback.pause()
    back = [playback.moment]
    while playback.to_last_kill():
        back.append(playback.moment)
    assert back == landed[::-1]


def test_a_jump_back_searches_for_kills_first() -> None:
    playback = watched()
    playback.pause()
    playback.seek(playback.length)
    assert playback.to_last_kill()
    assert playback.moment > playback.demo.rounds[1].moment


def test_names_and_wins_are_those_at_the_moment() -> None:
    playback = watched()
    assert playback.chapters.names(99)[1] == "Bot 1"
    assert playback.chapters.names(100)[1] == "Ada 1"
    results = [note for note in playback.demo.notes if isinstance(note, Scored)]
    winner = results[-1].results.wins[0].slot
    assert sum(seat.wins for seat in playback.chapters.seats(99)) == 0
    assert next(seat for seat in playback.chapters.seats(playback.length) if seat.slot == winner).wins == 1
    assert [chapter.words for chapter in playback.found_chapters() if chapter.kind is ChapterKind.MARK] == ["look here"]


def test_only_a_few_stretches_are_cached() -> None:
    reel = DemoMoments(read_demo(two_rounds()))
    openings = reel.demo.watch_starts
    assert len(openings) > KEPT
    for moment in openings:
        reel.at(moment)
    assert len(reel.kept) == KEPT
    assert list(reel.between(0, 10**6))[-1].moment == reel.demo.watch_length
    assert [frame.moment for frame in reel.stretch(0, 10**6)] == list(range(openings[1] + 1))


def test_a_demo_of_other_rules_plays_to_its_end_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    data = two_rounds()
    blocks, _ = blocks_in(data)
    first = int.from_bytes(data[len(MAGIC) : len(MAGIC) + HEADER], "big") + len(MAGIC) + HEADER
    other = frame(encode_record(replace(USUAL, rules=7)))
    monkeypatch.setattr(recorder, "digest", lambda world: 0)
    assert blocks[0].kind is BlockType.PLAY
    playback = Playback(read_demo(MAGIC + BlockEncoder(BlockType.PLAY, 0).encode(0, [], other) + data[first:]))
    assert "rules 7" in playback.warnings[0]
    while not playback.is_over:
        playback.pass_time(0.25)
        playback.view()
    assert playback.moment == watched().length


@pytest.mark.parametrize("part", [0.25, 0.5, 0.9])
def test_a_truncated_file_plays_to_its_last_whole_block_with_a_warning(part: float) -> None:
    data = two_rounds()
    playback = watched(data[: int(len(data) * part)])
    whole = watched()
    assert "ends in the middle of a block" in playback.warnings[0]
    assert 0 < playback.length < whole.length
    assert playback.view(playback.length - 1) == whole.view(playback.length - 1)


def test_a_block_with_invalid_data_ends_the_playback() -> None:
    data = two_rounds()
    nonsense = BlockEncoder(BlockType.WATCH, 10**6).encode(10**6, [], frame(b"\x93\x11\x01\xc0"))
    playback = watched(data + nonsense)
    playback.seek(2 * 10**6)
    assert playback.view() == watched().view(playback.length)
    while playback.chapters.search(100):
        pass


def test_a_demo_without_pictures_is_one_sentence() -> None:
    only = MAGIC + BlockEncoder(BlockType.PLAY, 0).encode(0, [], frame(encode_record(USUAL)))
    with pytest.raises(DemoError, match="not watched"):
        watched(only)
    empty = only + BlockEncoder(BlockType.WATCH, 0).encode(0, [], b"")
    with pytest.raises(DemoError, match="nothing to watch"):
        watched(empty)


# The entry of a demo in a list


def card_line(*scores: Results) -> str:
    """What the list says of a match with these results."""

    def noted(tape: Recorder, match: RoundRunner) -> None:
        if match.world.tick == 1:
            for results in scores:
                tape.note(Scored(tape.moment, results))

    return line_of(demo_summary_of("a.petard", record(4, 60, each=noted)))


def after(number: int, winner: int, *wins: int, champion: int | None = None) -> Results:
    """The results of a round."""
    rows = tuple(Score(slot, won) for slot, won in enumerate(wins))
    return Results(number, winner, rows, champion is not None, -1 if champion is None else champion, 300)


@pytest.mark.parametrize(
    ("scores", "ends"),
    [
        ([after(1, 2, 0, 0, 1, 0), after(2, 2, 0, 0, 2, 0, champion=2)], "Bot 2 won"),
        ([after(1, 2, 0, 0, 1, 0)], "left early, Bot 2 led 1 to 0"),
        ([after(1, 2, 0, 0, 1, 0), after(2, 1, 0, 1, 1, 0)], "left early at 1 to 1"),
        ([after(1, 2, 1, 0, 2, 0), after(2, -1, 1, 0, 2, 0)], "left early, Bot 2 led 2 to 1"),
        ([after(1, -1, 0, 0, 0, 0, champion=-1)], ""),
        ([], "left early"),
    ],
)
def test_only_a_finished_match_has_a_winner(scores: list[Results], ends: str) -> None:
    assert card_line(*scores).split(" · ")[-1] == ends
