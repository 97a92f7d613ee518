"""Whatever a server may say about a round and its world can be drawn: what cannot was refused before."""

from dataclasses import replace
from itertools import starmap

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petard.game.client.predictor import Predictor
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.painter import Painter
from petard.game.view.view_builder import view_between
from petard.shared.protocol.codec import EncodeError, RemoteProtocolError, decode, encode
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import COLUMNS, FIRST_TABLES, TABLES, world_of
from petard.shared.protocol.snapshot_rows import (
    KEYS,
    PLACE,
    RANGES,
    SnapshotRows,
    snapshot_from_rows,
    with_others,
    without_others,
)
from petard.shared.protocol.state import State
from petard.shared.rules.floors import FLOOR_MOST, TELEPORTS
from petard.shared.rules.ruleset import LAST_ONE_STANDING, PRESETS, TILE, Range, RuleSet
from petard.shared.rules.world import fault_of_world
from tests.game.scenes import sprites
from tests.game.ui.pictures import dummy_canvas
from tests.shared.protocol.any_message import rules

ROUND = Round(1, "hall", LAST_ONE_STANDING, 15, 13, (0, 1))


def within(one: Range) -> st.SearchStrategy[int]:
    return st.sampled_from((one.low, one.high)) | st.integers(one.low, one.high)


@st.composite
def snapshot_rows(draw: st.DrawFn, width: int, height: int) -> SnapshotRows:
    """Any numbers within the ranges of their columns, on a board of this size."""
    place = {"x": Range(0, width * TILE - 1), "y": Range(0, height * TILE - 1)}
    tables = []
    for name in TABLES:
        columns = [place[column] if RANGES[column] is PLACE else RANGES[column] for column in COLUMNS[name]]
        key = Range(0, min(KEYS[name].high, width * height - 1))
        row = st.tuples(*map(within, (key, *columns)))
        least = 1 if name == "clock" else 0
        tables.append(tuple(draw(st.lists(row, min_size=least, max_size=3 - 2 * least))))
    floor = st.tuples(within(Range(0, width * height - 1)), within(Range(1, FLOOR_MOST)))
    floors = tuple(draw(st.lists(floor, max_size=5)))
    tiles = draw(st.binary(min_size=width * height, max_size=width * height))  # in one go: 320 draws take a while
    together = with_others(tuple(tables), floors)
    return SnapshotRows(draw(st.integers(0, 2**31 - 2)), tuple(tile & 3 for tile in tiles), together)


SIZES = st.sampled_from([(5, 5), (15, 13), (5, 64)])


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), SIZES, rules() | st.sampled_from(list(PRESETS.values())))
def test_every_accepted_snapshot_can_be_drawn(data: st.DataObject, size: tuple[int, int], chosen: RuleSet) -> None:
    told = decode(encode(replace(ROUND, rules=chosen, width=size[0], height=size[1])))
    assert isinstance(told, Round)
    older, newer = (snapshot_from_rows(data.draw(snapshot_rows(*size)), *size) for _ in range(2))
    canvas = dummy_canvas((320, 180))
    for view in starmap(view_between, [(older, newer, 0.5, told), (newer, newer, 0.0, told)]):
        assert isinstance(sprites(view), list)
        Painter(Comfort()).draw(canvas, view, (), 0.0, (0,))


def walled(rows: SnapshotRows, wide: int, high: int) -> SnapshotRows:
    """The same within a closed rim, with everybody and everything that moves inside of it, and slot 0 steered by us."""
    rim = {tile for tile in range(wide * high) if tile % wide in (0, wide - 1) or tile // wide in (0, high - 1)}
    tiles = tuple(1 if tile in rim else kind for tile, kind in enumerate(rows.tiles))
    tables = dict(zip(TABLES, without_others(rows.tables, 1), strict=True))
    floors = tuple(row for row in rows.tables[len(FIRST_TABLES)] if row[1] not in TELEPORTS)
    first = (0, *(tables["players"][0][1:] if tables["players"] else (0,) * len(COLUMNS["players"])))
    tables["players"] = (first, *(row for row in tables["players"][1:] if row[0]))
    for name in ("players", "bombs"):
        x, y = (1 + COLUMNS[name].index(column) for column in "xy")
        tables[name] = tuple(inside(inside(row, x, wide), y, high) for row in tables[name])
    broken = {row[0] for row in tables["breaking"]} - rim
    tables["breaking"] = tuple(row for row in tables["breaking"] if row[0] in broken)
    tiles = tuple(3 if tile in broken else kind for tile, kind in enumerate(tiles))
    tables["acks"] = ((0, -rows.tick, 1),)
    return SnapshotRows(rows.tick, tiles, with_others(tuple(tables.values()), floors))


def inside(row: tuple[int, ...], column: int, tiles: int) -> tuple[int, ...]:
    """The row with a place that is a body's width off the rim."""
    place = min(max(row[column], 3 * TILE // 2), (tiles - 1) * TILE - TILE // 2)
    return (*row[:column], place, *row[column + 1 :])


@pytest.mark.slow
@settings(max_examples=35, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.data(),
    SIZES,
    rules() | st.sampled_from(list(PRESETS.values())),
    st.lists(st.integers(0, 31), min_size=1, max_size=60),
)
def test_every_safe_snapshot_can_be_predicted_from(
    data: st.DataObject, size: tuple[int, int], chosen: RuleSet, keys: list[int]
) -> None:
    told = replace(ROUND, rules=chosen, width=size[0], height=size[1])
    snapshot = snapshot_from_rows(walled(data.draw(snapshot_rows(*size)), *size), *size)
    assert fault_of_world(world_of(snapshot, chosen, *size)) == ""
    predictor = Predictor(told)
    for clock, held in enumerate(keys, 1):
        predictor.keys.add(clock, (held,), (0,))
    predictor.set_state(State(snapshot, {}, {0: (0,)}))
    ahead = predictor.run()
    assert ahead
    assert ahead.world.tick == snapshot.tick + len(keys)


@pytest.mark.parametrize(
    "wrong",
    [
        {"closing_core": -(2**31)},
        {"hurry": 2**31 - 1},
        {"hurry": 7201},
        {"closing": 0},
        {"speed_more": 0},
        {"speed": 1921},
        {"speed_most": 256 * 60},
        {"body": 128},
        {"range_most": 65},
        {"fuse": -1},
        {"health": 0},
        {"weights": ()},
        {"weights": (1,) * 7},
        {"weights": (0,) * 7},
        {"weights": (0, 0, 0, 0, 0, 0, 1001)},
        {"name": "two words"},
    ],
)
def test_impossible_rules_are_neither_sent_nor_accepted(wrong: dict[str, object]) -> None:
    with pytest.raises(EncodeError, match="RuleSet"):
        encode(replace(ROUND, rules=replace(LAST_ONE_STANDING, **wrong)))  # type: ignore[arg-type]


def test_a_round_whose_rules_do_not_fit_together_is_malformed() -> None:
    payload = encode(replace(ROUND, rules=replace(LAST_ONE_STANDING, round=7200, hurry=7200)))
    longer = payload.replace(b"round\xcd\x1c\x20", b"round\xcd\x1c\x1f")
    assert longer != payload
    with pytest.raises(RemoteProtocolError, match="has more hurry than round"):
        decode(longer)
