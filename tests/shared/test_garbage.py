"""Garbage is collected at quiet moments, and in a match only where memory grows beyond a bound."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from petard.shared.garbage import BUSY_MOST, QUIET_LEAST, QuietCollector


class Circle:
    """An object that refers to itself, which only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collector() -> Iterator[QuietCollector]:
    with QuietCollector() as collector:
        yield collector


def lost_circle() -> weakref.ref[Circle]:
    return weakref.ref(Circle())


def test_a_match_is_not_stopped_for_a_collection(collector: QuietCollector) -> None:
    circle = lost_circle()
    new: list[list[int]] = [[] for _ in range(2 * QUIET_LEAST)]
    assert not collector.collect_if_due(is_quiet=False)
    assert circle()
    assert new


def test_a_quiet_moment_frees_what_a_match_has_left(collector: QuietCollector) -> None:
    circle = lost_circle()
    new: list[list[int]] = [[] for _ in range(QUIET_LEAST)]
    assert collector.collect_if_due(is_quiet=True)
    assert not circle()
    assert new


def test_a_quiet_moment_with_nothing_new_costs_no_collection(collector: QuietCollector) -> None:
    circle = lost_circle()
    assert not collector.collect_if_due(is_quiet=True)
    assert circle()


def test_memory_that_grows_in_a_match_is_collected_at_its_bound(collector: QuietCollector) -> None:
    circle = lost_circle()
    new: list[list[int]] = [[] for _ in range(BUSY_MOST)]
    assert collector.collect_if_due(is_quiet=False)
    assert not circle()
    assert new


def test_what_the_start_has_made_is_left_out_until_the_end() -> None:
    with QuietCollector():
        assert gc.get_freeze_count() > 10_000
        assert not gc.isenabled()
    assert gc.get_freeze_count() == 0
    assert gc.isenabled()
