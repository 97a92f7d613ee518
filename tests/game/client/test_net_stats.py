"""What the net graph tells is what the line does: bytes, jitter, lateness, corrections, and nothing kept for ever."""

import sys
from collections.abc import Iterable
from itertools import pairwise
from random import Random

import pytest

from petard.game.client.net_stats import COLUMNS, NetBar, NetFigures, NetSample, NetStats
from petard.shared.rules.ruleset import TICK_RATE


def watched(looks: Iterable[NetSample], begin: float = 1000.0, every: float = 1 / 60) -> NetStats:
    """A meter after so many pictures."""
    meter = NetStats()
    for number, look in enumerate(looks):
        meter.add(look, begin + number * every)
    return meter


def arriving(delays: Iterable[float]) -> NetStats:
    """A meter that was shown one snapshot a tick, each so many seconds after its tick."""
    meter = NetStats()
    meter.add(NetSample(tick=0), 0.0)
    for tick, delay in enumerate(delays, 1):
        meter.add(NetSample(tick=tick), tick / TICK_RATE + delay)
    return meter


def test_before_the_first_look_there_is_nothing_to_read() -> None:
    assert (NetStats().figures(), NetStats().bars()) == (NetFigures(), [])
    meter = watched([NetSample(tick=7)])
    assert (meter.figures(), meter.bars()) == (NetFigures(), [])


def test_bytes_are_counted_by_the_second_from_the_first_look_on() -> None:
    figures = watched(NetSample(1_000_000 + 100 * number, 5000 + 30 * number) for number in range(300)).figures()
    assert figures.received == pytest.approx(6000, rel=0.02)
    assert figures.sent == pytest.approx(1800, rel=0.02)


def test_a_paused_or_fast_server_of_our_own_is_not_measured() -> None:
    looks = [NetSample(tick=number) for number in range(120)]
    looks += [NetSample(tick=119, is_off_pace=True) for _ in range(60)]
    looks += [NetSample(tick=119 + 3 * number, is_off_pace=True) for number in range(60)]
    looks += [NetSample(tick=296 + number) for number in range(60)]
    meter = watched(looks)
    assert meter.figures().jitter < 1.0
    assert all(bar.late is not None and bar.late < 1.0 for bar in meter.bars())
    unsteered = watched(NetSample(tick=look.tick) for look in looks)
    assert any(bar.late is None or bar.late > 100 for bar in unsteered.bars())


def test_bytes_of_more_than_a_second_ago_count_no_more() -> None:
    looks = [NetSample(received=100 * min(number, 60)) for number in range(140)]
    assert watched(looks).figures().received == 0.0


def test_a_new_connection_counts_from_0_and_no_figure_turns_negative() -> None:
    meter = watched([NetSample(received=900_000)] * 30)
    for number in range(30):
        meter.add(NetSample(received=600 + number), 1000.5 + number / 60)
    assert meter.figures().received == pytest.approx(600 / 0.9, rel=0.2)


def test_a_constant_delay_has_no_jitter() -> None:
    meter = arriving([0.35] * 300)
    assert meter.figures().jitter == pytest.approx(0.0, abs=1e-6)
    assert max(bar.late or 0.0 for bar in meter.bars()) == pytest.approx(0.0, abs=1e-6)


def test_jitter_is_that_of_rfc_3550() -> None:
    chance = Random(3)
    delays = [chance.uniform(0.02, 0.03) for _ in range(200)]
    jitter = 0.0
    for old, new in pairwise(delays):
        jitter += (abs(new - old) - jitter) / 16
    assert arriving(delays).figures().jitter == pytest.approx(jitter * 1000)


def test_a_stall_shows_as_columns_without_a_snapshot_and_then_a_late_one() -> None:
    meter = NetStats()
    for picture in range(240):
        stalled = 121 <= picture < 139
        meter.add(NetSample(tick=120 if stalled else picture), picture / 60)
    bars = meter.bars()
    assert [number for number, bar in enumerate(bars) if bar.late is None] == [21, 22]
    assert max(bar.late or 0.0 for bar in bars) == pytest.approx(0.0, abs=1e-6), "what came after was in time again"
    late = arriving([0.02] * 120 + [0.32 - number / 60 for number in range(18)] + [0.02] * 60)
    assert max(bar.late or 0.0 for bar in late.bars()) == pytest.approx(300, abs=1)


def test_a_new_round_whose_ticks_begin_at_0_is_neither_late_nor_jitter() -> None:
    meter = NetStats()
    for picture in range(120):
        meter.add(NetSample(tick=picture % 60), picture / 60)
    assert meter.figures().jitter == pytest.approx(0.0, abs=1e-6)
    assert max(bar.late or 0.0 for bar in meter.bars()) == pytest.approx(0.0, abs=1e-6)


def test_corrections_are_counted_per_second_and_the_largest_is_kept_as_long_as_its_bar() -> None:
    looks = [
        NetSample(corrections=[0, 0, 40 if number == 100 else 7] if number % 20 == 0 else [0]) for number in range(600)
    ]
    meter = watched(looks[:360])
    assert meter.figures().corrections == pytest.approx(3.0, rel=0.07)
    assert meter.figures().largest == 40
    assert [bar.correction for bar in meter.bars()].count(40) == 1
    assert watched(looks).figures().largest == 7


def test_corrections_before_the_graph_was_opened_do_not_count() -> None:
    meter = watched([NetSample(corrections=[99] * 500), NetSample(corrections=[])])
    assert (meter.figures().corrections, meter.figures().largest) == (0.0, 0)


def test_ping_early_and_pace_are_the_last_that_were_seen() -> None:
    figures = watched(
        [NetSample(ping=30, input_lead=2, clock_rate=0.99), NetSample(ping=45, input_lead=None)]
    ).figures()
    assert (figures.ping, figures.input_lead, figures.clock_rate) == (45, None, 1.0)


def test_time_without_a_look_has_its_columns_too() -> None:
    meter = NetStats()
    meter.add(NetSample(), 0.05)
    meter.add(NetSample(received=500), 1.05)
    meter.add(NetSample(received=500), 1.15)
    assert meter.bars() == [NetBar(0.0, 0)] * 10 + [NetBar(None, 0)], "nobody looked, so nobody knows what came when"
    assert meter.figures().received == pytest.approx(500)


def test_six_seconds_are_kept_at_most() -> None:
    meter = watched(NetSample(tick=number) for number in range(20_000))
    assert len(meter.bars()) == COLUMNS - 1
    held = sys.getsizeof(meter.columns)
    meter.add(NetSample(tick=30_000), 1e6)
    assert sys.getsizeof(meter.columns) <= held
    assert meter.bars() == [NetBar(0.0, 0)] * (COLUMNS - 1)
