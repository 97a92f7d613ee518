"""A number that equal worlds share, to compare two machines that never see each other.

CRC-32 over every field in declared order, as 64-bit little-endian numbers: fast in C and the same on every machine.
It finds accidents, not forgers. A demo has one for every tick, so the fields are written out by hand, which is twice as
fast as asking the dataclasses for them; a test asks them whether one is missing.
"""

from collections.abc import Callable
from dataclasses import astuple
from functools import lru_cache
from itertools import chain
from struct import Struct
from zlib import crc32

from petard.shared.rules.ruleset import RuleSet
from petard.shared.rules.world import World


def digest(world: World) -> int:
    """Sum up a world in 32 bits. Every field counts; the order in which tiles came into their dicts does not."""
    players, bombs, flames = world.players, world.bombs, world.flames
    by_tile, rng = (world.items, world.breaking, world.hidden), world.rng
    # fmt: off
    numbers = [
        world.width, world.height, world.tick, world.next_bomb, world.over_at, world.winner,
        rng & 0xFFFFFFFF, rng >> 32, len(players), len(bombs), len(flames), *map(len, by_tile),
    ]
    for p in players.values():
        numbers += (
            p.slot, p.x, p.y, p.facing, p.walking, p.keys, p.turn, p.turn_until, p.bomb_until, p.bomb_from, p.health,
            p.safe_until, p.shields, p.bombs, p.range, p.skates, p.kick, p.died_at,
        )
    # fmt: on
    for b in bombs.values():
        numbers += (b.id, b.owner, b.x, b.y, b.blows_at, b.range, b.rolls, b.lit_by)
    for tile in sorted(flames):
        f = flames[tile]
        numbers += (tile, f.until, f.owner, f.helper, f.shape)
    for table in by_tile:
        numbers += chain.from_iterable(sorted(table.items()))
    return crc32(_packing(len(numbers))(*numbers), crc32(world.tiles, _rules_sum(world.rules)))


@lru_cache(maxsize=1024)
def _packing(numbers: int) -> Callable[..., bytes]:
    return Struct(f"<{numbers}q").pack


def _rules_sum(rules: RuleSet) -> int:
    """The same for the rules, which are mostly those of the last call; to look up fifty numbers takes a while, too."""
    known, sum_ = _last[0]
    if rules is not known:
        sum_ = _sum_of(rules)
        _last[0] = rules, sum_
    return sum_


@lru_cache(maxsize=16)
def _sum_of(rules: RuleSet) -> int:
    return crc32(repr(astuple(rules)).encode())


_last: list[tuple[RuleSet | None, int]] = [(None, 0)]
