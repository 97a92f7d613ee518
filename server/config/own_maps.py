"""The maps that people made themselves: a folder of text files, beside the recordings and other data of this user.

Rule 1: the name of a map is that of its file without `.txt`: a word of the protocol that is no map of the game.
Rule 2: without the folder there are none; a file that cannot be read or is no legal map raises BadMap, which says why.
"""

import re
from collections.abc import Collection
from pathlib import Path

from petard.shared.files import FileProblem, read_file
from petard.shared.rules.maps import SIDE_MOST, BadMap, Board, parse_map
from petard.shared.user_folders import data_folder

BYTES_MOST = SIDE_MOST * (SIDE_MOST + 2) + 64  # of a file; a line may end with two characters
MAPS_MOST = 32  # that a room can offer, with those of the game
_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


def own_maps_folder() -> Path | None:
    """Return the folder, which need not exist; None for a user without a home folder."""
    data = data_folder()
    return data / "maps" if data else None


def check_name(name: str) -> None:
    """Raise BadMap for a name that no map can have."""
    if not _NAME.fullmatch(name):
        raise BadMap(f"{name[:60]!r} is no name for a map: it has 1 to 32 letters, digits, dots, dashes and underlines")


def read_map_text(file: Path) -> str:
    """Return the text of a map file, with plain line ends; raises BadMap if it cannot be read."""
    try:
        return read_file(file, BYTES_MOST).decode("utf-8").replace("\r\n", "\n")
    except FileProblem as problem:
        raise BadMap(str(problem)) from problem
    except UnicodeDecodeError as problem:
        raise BadMap(f"map {file.stem}: it is no text in UTF-8") from problem


def read_own_maps(folder: Path | None, taken: Collection[str]) -> list[Board]:
    """Return the maps in a folder, by name. `taken`: the names of the maps of the game."""
    boards = []
    try:
        files = sorted(folder.glob("*.txt")) if folder else []
    except OSError as problem:
        raise BadMap(f"the folder {folder} cannot be read: {problem.strerror}") from problem
    for file in files:
        check_name(file.stem)
        if file.stem in taken:
            raise BadMap(f"{file} has the name of a map of the game: rename it")
        boards.append(parse_map(read_map_text(file), file.stem))
    if len(boards) + len(taken) > MAPS_MOST:
        raise BadMap(
            f"{folder} has {len(boards)} maps; a room can offer {MAPS_MOST - len(taken)} beside those of the game"
        )
    return boards
