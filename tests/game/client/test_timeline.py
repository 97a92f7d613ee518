"""The timeline: which two snapshots a picture lies between."""

import pytest

from game.client.timeline import KEPT, SLACK, Timeline
from shared.protocol.snapshot import Snapshot


def snapshot(tick: int) -> Snapshot:
    return Snapshot(tick, b"", ())


def shown(timeline: Timeline, now: float) -> float:
    older, newer, between = timeline.at(now)
    return older.tick + (newer.tick - older.tick) * between


def test_before_there_are_two_the_only_snapshot_is_shown() -> None:
    timeline = Timeline(snapshot(7), 100.0, 1)
    assert shown(timeline, 100.0) == 7


@pytest.mark.parametrize("interval", [1, 2, 3])
def test_a_steady_stream_is_shown_at_its_pace_one_interval_late(interval: int) -> None:
    timeline = Timeline(snapshot(0), 0.0, interval)
    for tick in range(interval, 60, interval):
        timeline.add(snapshot(tick), tick / 60)
    newest = 59 // interval * interval
    assert shown(timeline, newest / 60) == pytest.approx(newest - interval - SLACK, abs=0.1)
    assert shown(timeline, newest / 60 + 0.005) == pytest.approx(newest - interval - SLACK + 0.3, abs=0.1)


def test_a_late_arrival_does_not_move_the_clock() -> None:
    timeline = Timeline(snapshot(0), 0.0, 1)
    timeline.add(snapshot(1), 1 / 60 + 0.2)
    timeline.add(snapshot(2), 1 / 60 + 0.2)
    assert shown(timeline, 3.5 / 60) == pytest.approx(2, abs=0.1)


def test_without_news_the_newest_stays() -> None:
    timeline = Timeline(snapshot(0), 0.0, 1)
    timeline.add(snapshot(1), 1 / 60)
    assert shown(timeline, 50.0) == 1


def test_a_keyframe_of_an_earlier_tick_starts_over() -> None:
    timeline = Timeline(snapshot(500), 0.0, 1)
    timeline.add(snapshot(3), 1.0)
    assert timeline.newest.tick == 3
    assert shown(timeline, 0.0) == 3


def test_memory_is_bounded() -> None:
    timeline = Timeline(snapshot(0), 0.0, 1)
    for tick in range(1, 1000):
        timeline.add(snapshot(tick), tick / 60)
    assert len(timeline._kept) == KEPT
