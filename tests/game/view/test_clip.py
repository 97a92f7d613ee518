"""The last half minute of a stay: what comes out is what was seen, it is bounded, and it plays like any demo."""

from dataclasses import replace
from functools import cache

import pytest

from petard.game.replays.library import header_of
from petard.game.view.clip import KEPT, SNAPSHOTS_MOST, Clip
from petard.game.view.playback import Playback
from petard.game.view.view_builder import view_between
from petard.shared.demo.blocks import MAGIC
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import Seated
from petard.shared.protocol.messages import Phase, Round, Seat, Setup
from petard.shared.protocol.snapshot import Snapshot, snapshot_of
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from tests.ends import Ends, boards

DUEL = Setup("small", "duel", 3, 3, 2)
BOARD = Round(1, "small", LAST_ONE_STANDING, boards()["small"].width, boards()["small"].height, (0, 1))


def clip_of(ends: Ends) -> Demo:
    session = ends.sessions[1]
    return read_demo(b"".join(session.clip.encode(header_of(session, 1_790_000_000))))


@cache
def after_a_round() -> tuple[Demo, list[tuple[int, Snapshot]], tuple[Seat, ...]]:
    """A clip that was kept in the second round of a match, and what the client was told, and who sits there."""
    ends = Ends(DUEL)
    session = ends.join(1)
    ends.start()
    told: list[tuple[int, Snapshot]] = []
    while (
        session.announcement is None
        or session.announcement.number < 2
        or session.client_round is None
        or len(told) < 600
    ):
        ends.tick()
        if (
            session.client_round
            and session.client_round.server_snapshot
            and (not told or session.client_round.server_snapshot is not told[-1][1])
        ):
            told.append((session.client_round.announcement.number, session.client_round.server_snapshot))
        assert ends.now < 300
    for _ in range(400):
        ends.tick()
        assert session.client_round is not None
        assert session.client_round.server_snapshot is not None
        if session.client_round.server_snapshot is not told[-1][1]:
            told.append((session.client_round.announcement.number, session.client_round.server_snapshot))
    return clip_of(ends), told, tuple(replace(seat, ping=0) for seat in session.room.seats)


@pytest.mark.slow
def test_a_clip_shows_the_last_half_minute_as_it_was_received() -> None:
    demo, told, _ = after_a_round()
    playback = Playback(demo)
    assert KEPT - 120 < playback.length <= KEPT
    number, last = told[-1]
    playback.seek(playback.length)
    assert playback.announcement.number == number == 2
    assert playback.view() == view_between(last, last, 0.0, playback.announcement)
    seen = [(board.number, snapshot.tick) for board, snapshot in snapshots(demo)]
    assert seen == [(number, snapshot.tick) for number, snapshot in told[-len(seen) :]]
    assert all(ours == theirs for (_, ours), (_, theirs) in zip(snapshots(demo), told[-len(seen) :], strict=True))


def snapshots(demo: Demo) -> list[tuple[Round, Snapshot]]:
    """Everything that was told, once; what a keyframe tells again is left out."""
    found: list[tuple[Round, Snapshot]] = []
    board: Round | None = None
    for _, message, snapshot in demo.watch():
        board = message if isinstance(message, Round) else board
        assert board is not None
        if not found or found[-1] != (board, snapshot):
            found.append((board, snapshot))
    return found


@pytest.mark.slow
def test_a_clip_has_names_kills_and_both_rounds_but_no_inputs() -> None:
    demo, _, seats = after_a_round()
    playback = Playback(demo)
    assert [began.number for began in demo.rounds] == [1, 2]
    assert not demo.has_play
    assert {seat.name for seat in playback.seats} >= {"Ada"}
    assert playback.chapters.seats(playback.length) == seats
    while playback.chapters.search(10):
        pass
    assert playback.chapters.kills
    assert all("somebody" not in kill.words.lower() for kill in playback.chapters.kills)
    assert demo.header.map == "small"


def test_snapshots_are_encoded_only_on_saving_and_in_small_pieces() -> None:
    ends = Ends(DUEL)
    session = ends.join(1)
    ends.start()
    ends.tick_until(Phase.PLAYING, 60)
    for _ in range(600):
        ends.tick()
    pieces = list(session.clip.encode(header_of(session, 0)))
    assert pieces[0].startswith(MAGIC)
    assert len(pieces) >= 10
    assert read_demo(b"".join(pieces)).length > 500


def test_snapshots_received_while_a_clip_is_written_do_not_change_it() -> None:
    ends = Ends(DUEL)
    session = ends.join(1)
    ends.start()
    for _ in range(300):
        ends.tick()
    length = session.clip.length
    coming = session.clip.encode(header_of(session, 0))
    data = next(coming)
    for _ in range(60):
        ends.tick()
    data += b"".join(coming)
    assert read_demo(data).length == length < session.clip.length


def test_the_size_of_a_clip_is_bounded() -> None:
    clip, still = Clip(), told(0)
    for _ in range(3 * SNAPSHOTS_MOST):
        clip.add_snapshot(BOARD, still, ())  # the same tick for ever: a keyframe again and again
        clip.add_events([Event(EventType.BLAST, 0, 1, 1)] * 3000)
    assert len(clip.snapshots) == SNAPSHOTS_MOST
    assert max(len(one.events) for one in clip.snapshots) == 1024


def told(tick: int) -> Snapshot:
    world = new_world(LAST_ONE_STANDING, boards()["small"], (0, 1), 1)
    world.tick = tick
    return snapshot_of(world, {})


def test_after_a_gap_a_clip_starts_again_and_new_players_have_names() -> None:
    ends = Ends(DUEL)
    seats = ends.join(1).room.seats
    clip = Clip()
    for tick in (0, 1, 2, 500, 501, 20):
        clip.add_snapshot(BOARD, told(tick), seats[:1] if tick in (0, 1, 2) else seats)
    demo = read_demo(b"".join(clip.encode(header_of(ends.sessions[1], 0))))
    assert [snapshot.tick for _, snapshot in snapshots(demo)] == [0, 1, 2, 500, 501, 20]
    assert [note.seats for note in demo.notes if isinstance(note, Seated)] == [seats]
    assert Playback(demo).length == 3


def test_a_clip_without_snapshots_writes_nothing() -> None:
    ends = Ends(DUEL)
    session = ends.join(1)
    assert list(session.clip.encode(header_of(session, 0))) == []
