"""The maps that this server has, read once at the start.

Rule: a map's name is its file's name, and a file that is no map stops the server with a sentence.
"""

from petard.assets import path
from petard.shared.rules.maps import BadMap, Board, parse_map


class BadMapFiles(Exception):
    """The maps cannot be read; the sentence says which and why."""


def read_maps() -> dict[str, Board]:
    """Read all maps, small ones first; raises BadFiles when there are none or one is not right."""
    boards = []
    try:
        for file in sorted(path("maps").glob("*.txt")):
            boards.append(parse_map(file.read_text("utf-8"), file.stem))
    except (OSError, UnicodeDecodeError, BadMap) as problem:
        raise BadMapFiles(f"The maps cannot be read: {problem}") from problem
    if not boards:
        raise BadMapFiles(f"There are no maps in {path('maps')}.")
    return {board.name: board for board in sorted(boards, key=lambda board: (len(board.spawns), board.name))}
