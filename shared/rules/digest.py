"""A number that equal worlds share, to compare two machines that never see each other.

CRC-32 over every field in declared order, as 64-bit little-endian numbers: fast in C and the same on every machine.
It finds accidents, not forgers.
"""

from dataclasses import astuple, fields
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from struct import pack
from zlib import crc32

from shared.rules.ruleset import RuleSet
from shared.rules.world import Bomb, Flame, Player, World

_player_row = attrgetter(*(field.name for field in fields(Player)))
_bomb_row = attrgetter(*(field.name for field in fields(Bomb)))
_flame_row = attrgetter(*(field.name for field in fields(Flame)))


def digest(world: World) -> int:
    """Sum up a world in 32 bits. Every field counts; the order in which tiles came into their dicts does not."""
    tables = (world.players, world.bombs, world.flames, world.items, world.breaking, world.hidden)
    numbers: list[int] = [world.width, world.height, world.tick, world.next_bomb, world.over_at, world.winner]
    numbers += (world.rng & 0xFFFFFFFF, world.rng >> 32, *(len(table) for table in tables))
    numbers += chain.from_iterable(map(_player_row, world.players.values()))
    numbers += chain.from_iterable(map(_bomb_row, world.bombs.values()))
    for tile in sorted(world.flames):
        numbers.append(tile)
        numbers += _flame_row(world.flames[tile])
    for table in (world.items, world.breaking, world.hidden):
        numbers += chain.from_iterable(sorted(table.items()))
    return crc32(pack(f"<{len(numbers)}q", *numbers), crc32(world.tiles, _rules_sum(world.rules)))


@lru_cache(maxsize=16)
def _rules_sum(rules: RuleSet) -> int:
    return crc32(repr(astuple(rules)).encode())
