"""Particles, shake and flashes: all of them have an end."""

from math import hypot

from petard.game.config.settings import Settings
from petard.game.ui.render.effects import (
    FLASH_WINDOW,
    FLASHES,
    KINDS,
    POOL,
    SHAKE_MOST,
    SHAKE_TIME,
    Comfort,
    Feel,
    Flashes,
    Pool,
    Shake,
    comfort_of,
)
from petard.game.view.cues import Cue, Jolt, PlayerDied, Sparks


def test_the_pool_never_holds_more_than_four_hundred() -> None:
    pool = Pool(seed=1)
    for number in range(100):
        for kind in KINDS:
            pool.throw(kind, 5, 5, 50)
            assert len(pool.particles) <= POOL == 400
        pool.fly(number / 60)
    assert len(pool.particles) > 300


def test_one_throw_of_too_many_is_limited() -> None:
    pool = Pool(seed=1)
    pool.throw("chip", 5, 5, 10**9)
    assert len(pool.particles) == POOL


def test_particles_fly_away_and_end() -> None:
    pool = Pool(seed=1)
    pool.fly(0.0)
    pool.throw("spark", 5, 5, 10)
    before = [(one.x, one.y) for one in pool.particles]
    pool.fly(0.05)
    assert all(place != (one.x, one.y) for place, one in zip(before, pool.particles, strict=True))
    for number in range(1, 20):
        pool.fly(number / 10)
    assert list(pool.particles) == []


def test_after_a_pause_no_particle_jumps() -> None:
    pool = Pool(seed=1)
    pool.fly(0.0)
    pool.throw("puff", 5, 5, 10)
    pool.fly(3600.0)
    assert all(hypot(one.x - 5, one.y - 5) < 2 for one in pool.particles)
    assert len(pool.particles) == 10


def longest(shake: Shake, since: float) -> float:
    return max(hypot(*shake.offset(since + at / 1000)) for at in range(300))


def test_the_shake_is_three_pixels_at_most_and_falls_with_distance() -> None:
    near, middle, far = Shake(), Shake(), Shake()
    near.jolt(0, 1.0)
    middle.jolt(6, 1.0)
    far.jolt(40, 1.0)
    assert SHAKE_MOST >= longest(near, 1.0) > longest(middle, 1.0) > 0
    assert longest(far, 1.0) == 0


def test_the_shake_ends_after_its_time() -> None:
    shake = Shake()
    shake.jolt(0, 1.0)
    assert shake.offset(1.001 + SHAKE_TIME) == (0.0, 0.0)


def test_ten_blasts_at_once_shake_no_more_than_one() -> None:
    shake = Shake()
    for _ in range(10):
        shake.jolt(0, 1.0)
    assert longest(shake, 1.0) <= SHAKE_MOST


def test_there_are_never_more_than_three_flashes_in_any_second() -> None:
    flashes = Flashes()
    lit = [now / 100 for now in range(1000) if flashes.start(now / 100)]
    for start in lit:
        assert sum(start <= now < start + FLASH_WINDOW for now in lit) <= FLASHES == 3
    assert len(lit) == 30


def test_a_flash_fades_within_a_tenth_of_a_second() -> None:
    flashes = Flashes()
    assert flashes.strength(0.0) == 0
    flashes.start(1.0)
    assert flashes.strength(1.0) == 1
    assert flashes.strength(1.1) == 0


def test_each_effect_can_be_switched_off() -> None:
    cues: list[Cue] = [Sparks("chip", 1, 1, 12), Jolt(1, 1), PlayerDied(0, 1, 0.5, 0.5)]
    loud, calm = Feel(Comfort()), Feel(Comfort(*[False] * 6))
    for feel in (loud, calm):
        feel.handle_cues(cues, (1, 1), 1.0)
    assert (len(loud.pool.particles), loud.flashes.strength(1.0)) == (12, 1)
    assert longest(loud.shake, 1.0) > 0
    assert loud.at(1.05) < 1.05
    assert (len(calm.pool.particles), calm.flashes.strength(1.0)) == (0, 0)
    assert longest(calm.shake, 1.0) == 0
    assert calm.at(1.05) == 1.05


def test_reduced_motion_switches_off_everything_that_moves_and_not_the_warning() -> None:
    calm = comfort_of(Settings(reduced_motion=True))
    assert calm == Comfort(shake=False, flashes=False, particles=False, danger=True, time=False, sway=False)
    assert comfort_of(Settings()) == Comfort()
    assert not comfort_of(Settings(danger=False)).danger
