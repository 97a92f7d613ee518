"""`petard-server map`: what it says about maps, what it writes, and that a server offers the maps of one's own."""

from pathlib import Path

import pytest

from petard.server.cli.map import main, symmetric
from petard.server.config.own_maps import BYTES_MOST, MAPS_MOST
from petard.server.config.schema import BadMapFiles, read_maps
from petard.shared.rules.maps import parse_map
from tests.tools.links import ROOT

GOOD = "g######\n#1.>..#\n#T#.#.#\n#..o.@#\n#.#.#T#\n#@...@#\n#######\n"


def written(folder: Path, text: str, name: str = "mine") -> Path:
    """A map file."""
    file = folder / f"{name}.txt"
    file.write_text(text, encoding="utf-8", newline="\n")
    return file


def test_a_good_map_is_described_with_status_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(written(tmp_path, GOOD))]) == 0
    assert capsys.readouterr().out == "map mine: 7 x 7, 4 spawns, theme garden, no fault\n"


def test_every_fault_of_a_map_is_told_with_line_and_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path, GOOD.replace("#T#.#.#", "#?#.#..").replace("#@...@#", "#11..@#"))
    assert main(["check", str(file)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "map mine, line 3, column 2: unknown character '?'",
        "map mine, line 3, column 7: the edge must be wall",
        "map mine, line 6, column 2: spawn 1 appears a second time",
        "map mine, line 6, column 3: spawn 1 appears a second time",
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("#T#.#.#", "#.#.#.#", "map mine, line 5, column 6: there must be two teleports T, not 1"),
        ("#T#.#.#", "#T#T#.#", "map mine, line 5, column 6: there must be two teleports T, not 3"),
        ("#1.>..#", "#1#.@.#", ""),
        ("#@...@#", "#@#..@#", "map mine, line 6, column 2: no way leads to this spawn from the first"),
    ],
)
def test_teleports_come_in_pairs_and_ways_lead_to_each_spawn_and_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, says: str
) -> None:
    text = GOOD.replace(old, new)
    if "to this spawn" in says:
        text = text.replace("#.#.#T#", "#U#.#T#")
    assert main(["check", str(written(tmp_path, text))]) == bool(says)
    assert says in capsys.readouterr().out


IN_HALVES = "f########\n#1..#..3#\n#.#.#.#.#\n#...H...#\n#.#.#.#.#\n#4.S#S.2#\n#########\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("", "", "map mine: 9 x 7, 4 spawns, theme factory, no fault\n"),
        ("S", ".", "map mine, line 4, column 5: a gate needs a switch (S) on the board\n"),
        (
            "H",
            ".",
            "map mine, line 6, column 4: a switch needs a gate, an arrow, a one-way door or a belt on the board\n",
        ),
        ("#S.2#", "#..2#", "map mine, line 6, column 8: no way leads from this spawn to the first\n"),
    ],
)
def test_gates_need_a_switch_in_reach_of_all_whom_they_keep_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, says: str
) -> None:
    assert main(["check", str(written(tmp_path, IN_HALVES.replace(old, new) if old else IN_HALVES))]) == bool(old)
    assert capsys.readouterr().out.startswith(says)


def test_a_gate_that_may_shut_behind_somebody_is_a_trap(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = IN_HALVES.replace("3#", ".#").replace("2#", ".#").replace("H", "h")
    assert main(["check", str(written(tmp_path, text))]) == 0
    assert main(["check", str(written(tmp_path, text.replace("#S..#", "#...#")))]) == 1
    says = "map mine, line 2, column 6: no way leads from here to the spawns once a switch was thrown\n"
    assert capsys.readouterr().out.endswith(says)


ON_ICE = "s########\n#1.iiii.#\n#.#####.#\n#.#...#.#\n#.......#\n#...@...#\n#########\n"


def test_ice_from_which_a_slide_leads_nowhere_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(written(tmp_path, ON_ICE))]) == 0
    assert main(["check", str(written(tmp_path, ON_ICE.replace("iiii.#", "iiiR.#").replace("#.#####.#", "#.#######")))])
    assert "line 2, column 8: no way leads from here to the spawns" in capsys.readouterr().out


def test_a_file_that_is_no_map_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bytes.txt").write_bytes(b"\xff\xfe")
    (tmp_path / "long.txt").write_bytes(b"#" * (BYTES_MOST + 1))
    files = [str(tmp_path / name) for name in ("bytes.txt", "long.txt", "missing.txt")]
    assert main(["check", *files]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0] == "map bytes: it is no text in UTF-8"


def test_lines_may_end_as_on_windows(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert main(["check", str(file)]) == 0


def test_a_new_map_is_legal_and_replaces_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["new", "mine", "--size", "9x7", "--folder", str(tmp_path / "maps")]
    assert main(words) == 0
    file = tmp_path / "maps" / "mine.txt"
    assert capsys.readouterr().out == f"{file}\n"
    assert len(parse_map(file.read_text("utf-8"), "mine").spawns) == 4
    before = file.read_bytes()
    assert main(words) == 1
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "words", [["new", "a b"], ["new", "x", "--size", "8x7"], ["new", "x", "--size", "65x7"], ["fly"]]
)
def test_wrong_arguments_are_one_sentence(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status = main(words)
    except SystemExit as stop:
        status = int(str(stop.code))
    assert status in (1, 2)
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(("symmetry", "last"), [("turn", ["#..<.@#", "#######"]), ("mirror", ["#@.>..#", "#######"])])
def test_the_upper_half_is_copied_to_the_lower_one(tmp_path: Path, symmetry: str, last: list[str]) -> None:
    source = written(tmp_path, GOOD, "old")
    assert main(["new", "mine", "--from", str(source), "--symmetry", symmetry, "--folder", str(tmp_path)]) == 0
    rows = (tmp_path / "mine.txt").read_text("utf-8").splitlines()
    assert rows[:4] == GOOD.splitlines()[:4]
    assert rows[-2:] == last
    assert symmetric(rows, symmetry) == rows


def test_a_server_offers_the_maps_of_ones_own_after_those_of_the_game(tmp_path: Path) -> None:
    assert list(read_maps(tmp_path / "missing")) == list(read_maps())
    written(tmp_path, GOOD)
    maps = read_maps(tmp_path)
    assert list(maps) == [*read_maps(), "mine"]
    assert maps["mine"].floors


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("classic", GOOD, "has the name of a map of the game: rename it"),
        ("a b", GOOD, "'a b' is no name for a map"),
        ("mine", "###", "map mine: it is 3 x 1"),
    ],
)
def test_a_server_says_which_map_of_ones_own_is_wrong(tmp_path: Path, name: str, text: str, says: str) -> None:
    written(tmp_path, text, name)
    with pytest.raises(BadMapFiles, match="The maps cannot be read") as problem:
        read_maps(tmp_path)
    assert says in str(problem.value)


def test_a_room_offers_no_more_maps_than_fit_into_its_message(tmp_path: Path) -> None:
    for number in range(MAPS_MOST - len(read_maps()) + 1):
        written(tmp_path, GOOD, f"m{number}")
    with pytest.raises(BadMapFiles, match="a room can offer"):
        read_maps(tmp_path)


def test_the_map_of_the_page_is_legal() -> None:
    page = (ROOT / "docs" / "maps.md").read_text("utf-8")
    board = parse_map(page.split("```text\n")[1].split("```")[0], "page")
    assert len(board.spawns) == 4
    assert board.floors
