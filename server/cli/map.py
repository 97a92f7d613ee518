"""`petard-server map`: checks map files, and writes new ones to begin with.

Rule 1: `check` prints a sentence for each fault, with line and column; the exit status is 1 if there is one.
Rule 2: `new` replaces no file, and writes no map that has a fault.
"""

import sys
from argparse import ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from petard.server.config.config import CliParser, fail
from petard.server.config.own_maps import check_name, own_maps_folder, read_map_text
from petard.shared.files import FileProblem, problem_text, shown_path, write_file
from petard.shared.rules.floors import theme_of
from petard.shared.rules.maps import SIDE_LEAST, SIDE_MOST, BadMap, faults_of_map, parse_map
from petard.shared.user_folders import BadPath, file_path

SYMMETRIES = ("turn", "mirror")
# What a letter is in the lower half, if its board is turned by half a turn, or reflected at its middle row.
_IN_LOWER_HALF = {
    "turn": str.maketrans("udlrUDLR^v<>", "durlDURLv^><"),
    "mirror": str.maketrans("udUD^v", "duDUv^"),
}
_NUMBERS = str.maketrans("123456789", "@" * 9)


def main(words: Sequence[str]) -> int:
    """Run `check` or `new`; returns the exit status: 0, 1 if a map has a fault, 2 for wrong arguments."""
    parser = CliParser("map", "Checks maps, and writes new ones to begin with (docs/maps.md).")
    verbs = parser.add_subparsers(dest="verb", metavar="check|new", required=True, parser_class=_VerbParser)
    check = verbs.add_parser("check", about="Says what is wrong with a map.")
    check.add_argument("files", nargs="+", type=file_path, metavar="FILE")
    new = verbs.add_parser("new", about="Writes a map with walls, pillars and four spawns.")
    new.add_argument("name", metavar="NAME")
    new.add_argument(
        "--size", type=size_of, default=(15, 13), metavar="WxH", help="odd sides; 15x13 if nothing is said"
    )
    new.add_argument("--from", type=file_path, dest="source", metavar="FILE", help="a map whose upper half is copied")
    about = "how it is copied to the lower half: turned by half a turn, or reflected"
    new.add_argument("--symmetry", choices=SYMMETRIES, default=SYMMETRIES[0], help=about)
    new.add_argument("--folder", type=file_path, help="where to write it, if not to your folder of maps")
    given = parser.parse_args(words)
    try:
        return _check(given.files) if given.verb == "check" else _new(given)
    except (BadMap, BadPath, FileProblem) as problem:
        return fail(problem, 1)


class _VerbParser(CliParser):
    """The parser of one verb."""

    def __init__(self, about: str, **more: object) -> None:
        super().__init__(f"map {str(more['prog']).rpartition(' ')[2]}", about)


def size_of(text: str) -> tuple[int, int]:
    """Parse the size of a board; raises ArgumentTypeError.

    >>> size_of("19x15")
    (19, 15)
    """
    wide, _, tall = text.partition("x")
    sides = [int(side) if side.isascii() and side.isdigit() and len(side) < 4 else 0 for side in (wide, tall)]
    if not all(SIDE_LEAST + 2 <= side <= SIDE_MOST and side % 2 for side in sides):
        most = SIDE_MOST - 1
        raise ArgumentTypeError(f"{text[:20]!r} is no size: two odd numbers from 7 to {most}, for instance 15x13")
    return sides[0], sides[1]


def _check(files: Sequence[Path]) -> int:
    status = 0
    for file in files:
        try:
            text = read_map_text(file)
            faults = faults_of_map(text, file.stem)
        except BadMap as problem:
            faults = [str(problem)]
        if faults:
            status = 1
            sys.stdout.writelines(f"{shown_path(fault)}\n" for fault in faults)
            continue
        board = parse_map(text, file.stem)
        theme = theme_of(board.floors) or "plain"
        size = f"{board.width} x {board.height}"
        sys.stdout.write(f"map {shown_path(board.name)}: {size}, {len(board.spawns)} spawns, theme {theme}, no fault\n")
    return status


def _new(given: Namespace) -> int:
    check_name(given.name)
    folder = given.folder or own_maps_folder()
    if folder is None:
        raise BadMap("there is no home folder for your maps: say --folder")
    rows = symmetric(read_map_text(given.source).splitlines(), given.symmetry) if given.source else pillars(*given.size)
    text = "\n".join(rows) + "\n"
    if faults := faults_of_map(text, given.name):
        sys.stdout.writelines(f"{shown_path(fault)}\n" for fault in faults)
        return 1
    file = folder / f"{given.name}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise BadMap(f"{shown_path(folder)} cannot be made: {problem_text(problem)}") from problem
    write_file(file, text.encode(), force=False)
    sys.stdout.write(f"{shown_path(file)}\n")
    return 0


def pillars(width: int, height: int) -> list[str]:
    """Return the rows of a board with a pillar on every second tile of every second row, and a spawn in each corner.

    >>> pillars(7, 5)
    ['#######', '#1...3#', '#.#.#.#', '#4...2#', '#######']
    """
    wall = "#" * width
    rows = [
        wall,
        *("#." * (width // 2) + "#" if y % 2 == 0 else f"#{'.' * (width - 2)}#" for y in range(1, height - 1)),
    ]
    rows[1], rows[-1] = f"#1{'.' * (width - 4)}3#", f"#4{'.' * (width - 4)}2#"
    return [*rows, wall]


def symmetric(rows: Sequence[str], symmetry: str) -> list[str]:
    """Return a map whose lower half is the upper half of `rows`, turned or reflected; the middle row stays.

    Copied numbered spawns become `@`. A teleport of which the upper half has one gets its partner below.
    """
    upper, middle = list(rows[: len(rows) // 2]), list(rows[len(rows) // 2 :][: len(rows) % 2])
    lower = [row.translate(_IN_LOWER_HALF[symmetry]).translate(_NUMBERS) for row in reversed(upper)]
    if symmetry == "turn":
        lower = [row[::-1] for row in lower]
    doubled = {letter for letter, count in Counter("".join(upper)).items() if letter in "TXYZ" and count > 1}
    lower = ["".join("." if letter in doubled else letter for letter in row) for row in lower]
    theme = upper[0][:1] if upper else ""
    if lower and theme != "#":  # the theme is named in one corner only
        lower[-1] = lower[-1].replace(theme, "#")
    return [*upper, *middle, *lower]
