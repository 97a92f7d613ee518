"""The digest and the copy: neither forgets a field; a copy behaves the same and shares nothing.

Which fields there are is asked of the dataclasses, so a new one that `digest` or `copy_world` does not know is red.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import pytest

from petard.shared.rules.digest import digest
from petard.shared.rules.ruleset import PRESETS, RuleSet
from petard.shared.rules.step import step
from petard.shared.rules.world import HIDDEN, Bomb, Flame, Player, Tile, World, copy_world
from tests.shared.rules.boards import scene
from tests.tools.rules_vectors import random_keys

BOARD = "######### #A.b.*1+# #.B.a.%.# #########"


def full_world() -> World:
    """A world with something in every table."""
    world = scene(BOARD)
    world.hidden = {16: 4}
    world.rng = 0x123456789ABCDEF0
    world.sides, world.points, world.marks, world.back = {0: 1, 1: 0}, {0: 7}, {12: 2}, {1: 99}
    return world


def places(record: Any, path: str = "") -> Iterator[tuple[str, Any, str]]:
    """Every (path, owner, field name) of a world, its records included, the rules excluded (they are frozen)."""
    for field in fields(record):
        yield f"{path}{field.name}", record, field.name
        value = getattr(record, field.name)
        if isinstance(value, dict):
            for key, entry in value.items():
                if is_dataclass(entry):
                    yield from places(entry, f"{path}{field.name}[{key}].")


def changed(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, RuleSet):
        return replace(value, fuse=value.fuse + 1)
    if isinstance(value, dict):
        return dict(list(value.items())[1:])
    if isinstance(value, bytearray):
        return value.replace(bytes([Tile.BRICK]), bytes([Tile.FLOOR]))
    if isinstance(value, bytes):
        return value + b"\1"
    return value + 1


PATHS = [path for path, _, _ in places(full_world())]


def with_change(path: str) -> World:
    """A full world, one field of it changed."""
    world = full_world()
    for found, record, name in places(world):
        if found == path:
            setattr(record, name, changed(getattr(record, name)))
            return world
    raise AssertionError(path)


def test_the_paths_reach_every_record() -> None:
    kinds = {type(record) for _, record, _ in places(full_world())}
    assert kinds == {World, Player, Bomb, Flame}


@pytest.mark.parametrize("path", PATHS)
def test_the_digest_sees_every_field(path: str) -> None:
    assert digest(with_change(path)) != digest(full_world())


@pytest.mark.parametrize("path", PATHS)
def test_a_copy_keeps_every_field(path: str) -> None:
    world = with_change(path)
    twin = copy_world(world)
    assert twin == world
    assert digest(twin) == digest(world)


@pytest.mark.parametrize("field", [field.name for field in fields(RuleSet)])
def test_the_digest_sees_every_number_of_the_rules(field: str) -> None:
    for rules in PRESETS.values():
        value = getattr(rules, field)
        other: Any = f"{value}!" if isinstance(value, str) else (*value, 1) if isinstance(value, tuple) else value + 1
        world, twin = full_world(), full_world()
        world.rules, twin.rules = rules, replace(rules, **{field: other})
        assert digest(world) != digest(twin)
        assert copy_world(twin).rules == twin.rules


def test_every_value_of_the_rules_is_plain() -> None:
    for rules in PRESETS.values():
        for field in fields(RuleSet):
            value = getattr(rules, field.name)
            assert type(value) in (int, str, tuple), field.name
            assert type(value) is not tuple or {type(entry) for entry in value} <= {int}, field.name


@pytest.mark.parametrize("table", ["items", "breaking", "hidden", "flames", "sides", "points", "marks", "back"])
def test_the_digest_sees_keys_and_values_of_a_table_but_not_their_order(table: str) -> None:
    def with_table(entries: dict[int, Any]) -> int:
        world = full_world()
        setattr(world, table, entries)
        return digest(world)

    (key, value), *_ = getattr(full_world(), table).items()
    variants = [{key: value, key + 1: value}, {key: value}, {key + 1: value}, {}]
    assert len({with_table(variant) for variant in variants}) == len(variants)
    assert with_table({key: value, key + 1: value}) == with_table({key + 1: value, key: value})


def test_the_insertion_order_of_tiles_changes_nothing() -> None:
    for seed in range(4):
        world = scene("########### #A1.*.2b*B# #.+.+.+.%.# #...3.*..C# ###########")
        world.hidden = {13: 1, 15: 2, 17: 3}
        for number, tile in enumerate(world.flames):
            world.flames[tile].until = 5 + seed + number
        twin = copy_world(world)
        for table in ("flames", "items", "breaking", "hidden"):
            setattr(twin, table, dict(reversed(getattr(twin, table).items())))
        keys = random_keys(seed, [0, 1, 2])
        for _ in range(250):
            inputs = next(keys)
            assert [step(world, inputs), digest(world)] == [step(twin, inputs), digest(twin)]


def test_an_entry_that_moves_from_one_table_to_another_is_seen() -> None:
    one, other = full_world(), full_world()
    one.items, one.hidden = {15: 1, 16: 4}, {}
    other.items, other.hidden = {15: 1}, {16: 4}
    assert digest(one) != digest(other)


def mutables(record: Any) -> Iterator[Any]:
    """Every object in a world that can change."""
    yield record
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, (dict, bytearray)):
            yield value
        if isinstance(value, dict):
            for entry in value.values():
                if is_dataclass(entry):
                    yield from mutables(entry)


def test_a_copy_shares_nothing_that_changes() -> None:
    world = full_world()
    mine = {id(part) for part in mutables(world)}
    twin = copy_world(world)
    assert not [part for part in mutables(twin) if id(part) in mine]


def test_a_copy_keeps_the_order_of_the_tables() -> None:
    world = full_world()
    world.items = {30: 1, 10: 2, 20: 3}
    assert list(copy_world(world).items) == [30, 10, 20]


def test_a_copy_behaves_the_same_and_does_not_change_the_first() -> None:
    for seed in range(6):
        world = full_world()
        world.rng = seed
        keys = random_keys(seed, list(world.players))
        for _ in range(30):
            step(world, next(keys))
        twin = copy_world(world)
        kept = digest(world)
        script = [next(keys) for _ in range(300)]
        events = [event for inputs in script for event in step(twin, inputs)]
        assert digest(world) == kept
        assert [event for inputs in script for event in step(world, inputs)] == events
        assert world == twin


def test_a_copy_for_clients_hides_what_they_must_not_know_and_nothing_else() -> None:
    world = full_world()
    shown = copy_world(world, hide=True)
    differ = [field.name for field in fields(World) if getattr(world, field.name) != getattr(shown, field.name)]
    assert tuple(differ) == HIDDEN
    assert (shown.hidden, shown.rng) == ({}, 0)


# --- the tests themselves can fail ----------------------------------------------------------------------------------


@dataclass(slots=True)
class Longer(Player):
    """A player with one field more than `copy_world` and `digest` know."""

    luck: int = 0


@pytest.mark.parametrize("check", [test_the_digest_sees_every_field, test_a_copy_keeps_every_field])
def test_a_forgotten_field_would_be_seen(check: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    def longer() -> World:
        world = scene(BOARD)
        world.players = {
            slot: Longer(*(getattr(player, field.name) for field in fields(Player)))
            for slot, player in world.players.items()
        }
        return world

    monkeypatch.setitem(globals(), "full_world", longer)
    with pytest.raises(AssertionError):
        check("players[0].luck")
