"""What the loop counts, and when a server counts as well."""

from dataclasses import replace

import pytest

from petard.server.http.figures import BUCKETS, LATEST, Beat, Stopwatch, Tally, Window
from petard.server.room.events import MemberJoined, MemberLeft, RoundBegan
from tests.server.http.stage import figures


def test_a_server_whose_loop_stands_still_is_hung_and_says_for_how_long() -> None:
    window = Window(figures(), 100.0)
    assert window.health(102.0) == (True, "ok")
    assert window.health(103.24) == (False, "hung: no tick for 3.2 s")
    window.turned = 103.0
    assert window.health(103.24) == (True, "ok")


def test_a_server_that_drains_says_so_unless_it_hangs() -> None:
    window = Window(figures(draining=True), 100.0)
    assert window.health(101.0) == (False, "draining")
    assert window.health(109.0) == (False, "hung: no tick for 9.0 s")


def test_intervals_fall_into_buckets_whose_upper_end_belongs_to_them() -> None:
    watch = Stopwatch()
    now = 0.0
    for interval in (0.0, 0.25, 0.5, 2.0):
        now += interval
        watch.add(now)
    beat = watch.beat()
    assert beat.latest == (0.25, 0.5, 2.0)
    assert [(*BUCKETS, 9.9)[n] for n, count in enumerate(beat.counts) if count] == [0.25, 1.0, 9.9]
    assert beat.total == 2.75


def test_a_pause_is_no_interval_and_memory_is_bounded() -> None:
    watch = Stopwatch()
    watch.add(1.0)
    watch.pause()
    watch.add(100.0)
    assert watch.beat() == Beat()
    for turn in range(LATEST + 50):
        watch.add(101.0 + turn)
    assert len(watch.beat().latest) == LATEST


def test_percentiles_are_of_the_nearest_rank() -> None:
    beat = Beat(tuple(number / 1000 for number in range(100, 0, -1)))
    assert [beat.percentile(percent) for percent in (1, 50, 99, 100)] == [0.001, 0.05, 0.099, 0.1]
    assert Beat().percentile(99) == 0.0


def test_happenings_are_counted_by_their_kind() -> None:
    tally = Tally()
    tally.add([MemberJoined(1, "Ada"), RoundBegan(1, "small", "duel", (0,)), MemberJoined(2, "Bo")])
    tally.add([MemberLeft(1, "Ada", "left")])
    assert dict(tally.counts()) == {"joined": 2, "returned": 0, "lost": 0, "left": 1, "rounds": 0, "matches": 0}


@pytest.mark.parametrize("shift", [-7200.0, 0.0, 1.8e9])
def test_a_clock_that_is_set_while_the_server_runs_does_not_change_how_long_it_has_run(shift: float) -> None:
    then = figures()
    now = replace(then, at=then.at + 10, clock=then.clock + 10 + shift)
    assert now.uptime == then.uptime + 10
    assert now.started == then.started + shift
