"""The timeline: which two snapshots a picture lies between."""

from itertools import pairwise

import pytest

from petard.game.client.timeline import KEPT, SLACK, WINDOW, Timeline
from petard.shared.control_channel import Pace
from petard.shared.protocol.snapshot import Snapshot


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


def test_without_new_snapshots_the_newest_stays() -> None:
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
    assert len(timeline.snapshots) == KEPT
    assert len(timeline.arrivals) <= 60


def smooth_from(timeline: Timeline, tick: int, since: float, interval: int) -> float:
    """Let snapshots come from `tick` at `since` on, look 240 times a second, and tell after how long all is smooth."""
    rough, last = 0.0, shown(timeline, since)
    for look in range(2 * 240):
        now = since + look / 240
        if look % (4 * interval) == 0:
            timeline.add(snapshot(tick + look // 4), now)
        place = shown(timeline, now)
        if not 0.1 <= place - last <= 0.4:  # a quarter of a tick each
            rough = now - since
        last = place
    assert last == pytest.approx(tick + 120 - interval - SLACK, abs=interval + 0.1)
    return rough


@pytest.mark.parametrize("interval", [1, 2, 3])
@pytest.mark.parametrize("wait", [0.1, 0.2, 0.5, 1.0, 3.0])
def test_after_a_wait_in_tick_0_the_picture_soon_runs_smoothly(wait: float, interval: int) -> None:
    timeline = Timeline(snapshot(0), 100.0, interval)
    assert smooth_from(timeline, interval, 100.0 + wait, interval) <= WINDOW + 0.1


@pytest.mark.parametrize("interval", [1, 2, 3])
@pytest.mark.parametrize("stall", [0.1, 0.5, 2.0])
def test_after_a_server_stood_still_the_picture_soon_runs_smoothly(stall: float, interval: int) -> None:
    timeline = Timeline(snapshot(0), 100.0, interval)
    assert smooth_from(timeline, interval, 100.0, interval) <= 0.1
    assert smooth_from(timeline, 120 + interval, 102.0 + stall, interval) <= WINDOW + 0.1


def test_one_lost_packet_does_not_move_the_clock() -> None:
    timeline = Timeline(snapshot(0), 0.0, 1)
    for tick in range(1, 60):
        timeline.add(snapshot(tick), max(tick / 60, 0.6 if tick >= 24 else 0.0))  # 0.2 s late, then all at once
    assert shown(timeline, 59.0 / 60) == pytest.approx(59 - 1 - SLACK, abs=0.1)


def test_a_shorter_delay_is_adopted_at_once() -> None:
    timeline = Timeline(snapshot(0), 0.2, 1)
    timeline.add(snapshot(1), 1 / 60)
    timeline.add(snapshot(2), 2 / 60)
    assert shown(timeline, 2.5 / 60) == pytest.approx(1, abs=0.1)


def steady(rate: int, first: int, ticks: int, since: float) -> list[tuple[int, float]]:
    return [(first + number, since + number / (60 * rate)) for number in range(1, ticks)]


@pytest.mark.parametrize("rate", [1, 3])
def test_changes_to_fast_pace_and_back_are_followed_evenly(rate: int) -> None:
    timeline = Timeline(snapshot(0), 0.0, 1)
    for tick, now in steady(1, 0, 60, 0.0):
        timeline.add(snapshot(tick), now)
    timeline.set_pace(Pace.FAST if rate == Pace.FAST.rate else Pace.SKIP, 1.0)
    arrivals = steady(rate, 59, 120, 1.0)
    pictures = [1.0 + number / 60 for number in range(1, 60 // rate)]
    places = []
    for now in pictures:
        while arrivals and arrivals[0][1] <= now + 1e-9:
            timeline.add(snapshot(arrivals[0][0]), arrivals.pop(0)[1])
        places.append(shown(timeline, now))
    steps = [later - earlier for earlier, later in pairwise(places)]
    assert all(step == pytest.approx(rate, abs=0.05) for step in steps[2:])
    assert all(step >= 0 for step in steps)


def test_at_another_pace_the_picture_goes_on_from_where_it_is() -> None:
    timeline = Timeline(snapshot(0), 0.0, 1)
    for tick, now in steady(1, 0, 60, 0.0):
        timeline.add(snapshot(tick), now)
    before = shown(timeline, 1.0)
    timeline.set_pace(Pace.FAST, 1.0)
    assert shown(timeline, 1.0) == pytest.approx(before)
