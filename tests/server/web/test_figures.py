"""What the loop measures, and when a server is well."""

from dataclasses import fields, replace

import pytest

from petard.server.room.status import SeatStatus, Status
from petard.server.web.figures import (
    BUCKETS,
    FIELDS,
    LATEST,
    SEAT_FIELDS,
    IntervalCounter,
    RoomReports,
    TurnIntervals,
)
from tests.server.web.sample import figures, report


def test_a_server_whose_loop_stands_still_is_hung_and_says_for_how_long() -> None:
    room = RoomReports(report(), 100.0)
    assert room.health(102.4) == (True, "ok")
    assert room.health(102.6) == (False, "hung: no tick for 2.6 s")
    assert room.health(103.24) == (False, "hung: no tick for 3.2 s")
    room.receive(report(), 103.0)
    assert room.health(103.24) == (True, "ok")


def test_a_server_that_drains_says_so_unless_it_hangs() -> None:
    room = RoomReports(report(draining=True), 100.0)
    assert room.health(101.0) == (False, "draining")
    assert room.health(109.0) == (False, "hung: no tick for 9.0 s")


def test_intervals_fall_into_buckets_whose_upper_end_belongs_to_them() -> None:
    watch = IntervalCounter()
    now = 0.0
    for interval in (0.0, 0.25, 0.5, 2.0):
        now += interval
        watch.add(now)
    intervals = watch.intervals()
    assert intervals.latest == (0.25, 0.5, 2.0)
    assert [(*BUCKETS, 9.9)[n] for n, count in enumerate(intervals.counts) if count] == [0.25, 1.0, 9.9]
    assert intervals.total == 2.75


def test_a_pause_is_no_interval_and_memory_is_bounded() -> None:
    watch = IntervalCounter()
    watch.add(1.0)
    watch.pause()
    watch.add(100.0)
    assert watch.intervals() == TurnIntervals()
    for turn in range(LATEST + 50):
        watch.add(101.0 + turn)
    assert len(watch.intervals().latest) == LATEST


def test_percentiles_are_of_the_nearest_rank() -> None:
    intervals = TurnIntervals(tuple(number / 1000 for number in range(100, 0, -1)))
    assert [intervals.percentile(percent) for percent in (1, 50, 99, 100)] == [0.001, 0.05, 0.099, 0.1]
    assert TurnIntervals().percentile(99) == 0.0


@pytest.mark.parametrize("shift", [-7200.0, 0.0, 1.8e9])
def test_a_clock_that_is_set_while_the_server_runs_does_not_change_how_long_it_has_run(shift: float) -> None:
    then = figures()
    now = replace(then, at=then.at + 10, clock=then.clock + 10 + shift)
    assert now.uptime == then.uptime + 10
    assert now.started == then.started + shift


def test_the_fields_of_status_json_are_those_of_the_table_and_hold_no_more_than_the_list_of_games() -> None:
    status = RoomReports(report(), 0.0).status(0.5)
    assert list(status) == list(FIELDS)
    assert [list(seat) for seat in status["seats"]] == [list(SEAT_FIELDS)] * 2
    assert status["seats"][0] == {
        "slot": 0, "name": "Ada", "colour": "red", "bot": False, "away": False, "alive": True, "wins": 2, "ping": 12,
    }  # fmt: skip
    assert (status["phase"], status["left"], status["uptime"], status["health"]) == ("playing", 99, 3600, "ok")
    assert status["interval"] == {"p50": 17.0, "p99": 30.0, "max": 30.0}
    known = {field.name for kind in (Status, SeatStatus) for field in fields(kind)}
    assert not {name for name in known if "token" in name or "address" in name}
