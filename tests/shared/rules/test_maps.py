"""Maps as text: reading, errors with line and column, and the maps of the game."""

import pytest

from petard import assets
from petard.shared.rules.maps import BadMap, Board, parse_map
from petard.shared.rules.world import Tile

GOOD = """\
#######
#2.+..#
#.#.#.#
#@...@#
#.#.#1#
#######
"""
MAPS = sorted(assets.path("maps").glob("*.txt"))
SPAWNS = {"small": 4, "classic": 8, "large": 10, "grand": 16, "arena": 32, "battle": 64}
SPAWNS |= {"foundry": 6, "temple": 6, "catacombs": 6, "pond": 6, "crevasse": 6, "lift": 6, "depot": 6, "rink": 6}
SPAWNS |= {"switchyard": 4, "hedge": 4, "orchard": 8, "glacier": 8}
SIZES = {"small": (13, 11), "classic": (15, 13), "large": (19, 15), "grand": (25, 17)}


def shipped(name: str) -> Board:
    """One of the maps of the game."""
    return parse_map(assets.path("maps", f"{name}.txt").read_text("utf-8"), name)


def test_a_map_gives_size_tiles_and_spawns_numbers_first() -> None:
    board = parse_map(GOOD, "good")
    assert (board.name, board.width, board.height) == ("good", 7, 6)
    assert board.spawns == (4 * 7 + 5, 7 + 1, 3 * 7 + 1, 3 * 7 + 5)
    assert [board.tiles[tile] for tile in (0, 8, 9, 10)] == [Tile.WALL, Tile.FLOOR, Tile.FLOOR, Tile.BRICK]


@pytest.mark.parametrize("text", [GOOD, GOOD.rstrip("\n"), GOOD + "\n\n"])
def test_line_ends_at_the_end_are_ignored(text: str) -> None:
    assert parse_map(text, "good") == parse_map(GOOD, "good")


@pytest.mark.parametrize(
    ("line", "row", "says"),
    [
        (3, "#.#.#.##", "map bad, line 3, column 8: 8 characters where line 1 has 7"),
        (3, "#.#.#", "map bad, line 3, column 6: 5 characters where line 1 has 7"),
        (3, "#.#.#..", "map bad, line 3, column 7: the edge must be wall"),
        (4, "+@...@#", "map bad, line 4, column 1: the edge must be wall"),
        (1, "###.###", "map bad, line 1, column 4: the edge must be wall"),
        (6, "##@####", "map bad, line 6, column 3: the edge must be wall"),
        (2, "#2.?..#", "map bad, line 2, column 4: unknown character '?'"),
        (2, "#2.q..#", "map bad, line 2, column 4: unknown character 'q'"),
        (2, "#2.0..#", "map bad, line 2, column 4: unknown character '0'"),
        (2, "#2...1#", "map bad, line 5, column 6: spawn 1 appears a second time"),
        (5, "#####1#", ""),
        (4, "#@..###", "map bad, line 5, column 6: no way leads from this spawn to the first"),
        (4, "#@..+@#\r", "map bad, line 4, column 8: 8 characters where line 1 has 7"),
    ],
)
def test_errors_give_line_and_column(line: int, row: str, says: str) -> None:
    rows = GOOD.split("\n")
    rows[line - 1] = row
    if says.endswith("to the first"):  # the first spawn is the one that is shut in, so the others are told
        rows[4] = "#.#.#1#"
        says = says.replace("line 5, column 6", "line 2, column 2")
    if not says:
        assert parse_map("\n".join(rows), "fine")
        return
    with pytest.raises(BadMap) as problem:
        parse_map("\n".join(rows), "bad")
    assert str(problem.value) == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "map bad: it is 0 x 1; 5 x 5 to 64 x 64 are possible"),
        ("####\n" * 5, "map bad: it is 4 x 5; 5 x 5 to 64 x 64 are possible"),
        ("#####\n" * 4, "map bad: it is 5 x 4; 5 x 5 to 64 x 64 are possible"),
        ("#" * 65 + "\n#", "map bad: it is 65 x 2; 5 x 5 to 64 x 64 are possible"),
        ("#####\n#1..#\n#...#\n#...#\n#####", "map bad: it has fewer than two spawns"),
    ],
)
def test_a_map_of_impossible_size_or_without_spawns_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadMap) as problem:
        parse_map(text, "bad")
    assert str(problem.value) == says


def test_bricks_may_separate_spawns_because_bombs_break_them() -> None:
    assert parse_map("#####\n#1+2#\n##.##\n#...#\n#####", "bricks").spawns == (6, 8)


# --- the maps of the game -------------------------------------------------------------------------------------------


def test_the_maps_of_the_game_are_the_ones_that_are_tested_here() -> None:
    assert {file.stem for file in MAPS} == set(SPAWNS), "SPAWNS has the number of spawns of each map"


@pytest.mark.parametrize("name", sorted({file.stem for file in MAPS}))
def test_each_map_of_the_game_is_legal(name: str) -> None:
    board = shipped(name)
    assert len(board.spawns) == SPAWNS[name]
    assert (board.width, board.height) == SIZES.get(name, (board.width, board.height))


@pytest.mark.parametrize("name", sorted({file.stem for file in MAPS}))
def test_on_each_map_every_spawn_has_room_to_hide_from_its_first_bomb(name: str) -> None:
    board = shipped(name)
    for tile in board.spawns:
        ways = [step for step in (-1, 1, -board.width, board.width) if board.tiles[tile + step] == Tile.FLOOR]
        assert any(abs(one) != abs(other) for one in ways for other in ways), f"spawn at {tile} has no corner"


@pytest.mark.parametrize("name", sorted({file.stem for file in MAPS}))
def test_on_each_map_spawns_are_at_least_four_steps_apart(name: str) -> None:
    board = shipped(name)
    for tile in board.spawns:
        for other in board.spawns:
            across = abs(tile % board.width - other % board.width) + abs(tile // board.width - other // board.width)
            assert tile == other or across >= 4
