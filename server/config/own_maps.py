"""The maps that people made themselves: a folder of text files, beside the recordings and other data of this user.

Rule 1: the name of a map is that of its file without `.txt`: a word of the protocol that is no map of the game.
Rule 2: there are none without the folder, or without the right to look into it; a file that cannot be read or is no
        legal map raises BadMap, which says why.
"""

import contextlib
import os
import re
from collections.abc import Collection
from pathlib import Path

from petard.shared.files import FileProblem, read_text
from petard.shared.rules.maps import SIDE_MOST, BadMap, Board, parse_map
from petard.shared.user_folders import data_folder

BYTES_MOST = SIDE_MOST * (SIDE_MOST + 2) + 64  # of a file; a line may end with two characters
MAPS_MOST = 32  # that a room can offer, with those of the game
_NAME = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}")


def own_maps_folder() -> Path | None:
    """Return the folder, which need not exist; None for a user without a home folder."""
    data = data_folder()
    return data / "maps" if data else None


def readable_maps_folder() -> tuple[Path | None, str]:
    """Return the folder, or None with a line for the log if the files in it cannot be found."""
    folder = own_maps_folder()
    if folder is None:
        return None, ""
    try:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            os.scandir(f"{folder}{os.sep}{os.curdir}").close()  # which needs the rights to list and to enter
    except OSError as problem:
        return None, f"maps in {folder} are not offered: {problem.strerror or problem}"
    return folder, ""


def check_name(name: str) -> None:
    """Raise BadMap for a name that no map can have."""
    if not _NAME.fullmatch(name):
        raise BadMap(f"{name[:60]!r} is no name for a map: it has 1 to 32 letters, digits, dots, dashes and underlines")


def read_map_text(file: Path) -> str:
    """Return the text of a map file; raises BadMap if it cannot be read."""
    try:
        return read_text(file, BYTES_MOST)
    except FileProblem as problem:
        raise BadMap(str(problem)) from problem
    except UnicodeDecodeError as problem:
        raise BadMap(f"map {file.stem}: it is no text in UTF-8") from problem


def read_own_maps(folder: Path | None, taken: Collection[str]) -> list[Board]:
    """Return the maps in a folder that can be read, by name. `taken`: the names of the maps of the game."""
    boards = []
    for file in sorted(folder.glob("*.txt")) if folder else ():
        check_name(file.stem)
        if file.stem in taken:
            raise BadMap(f"{file} has the name of a map of the game: rename it")
        boards.append(parse_map(read_map_text(file), file.stem))
    if len(boards) + len(taken) > MAPS_MOST:
        raise BadMap(
            f"{folder} has {len(boards)} maps; a room can offer {MAPS_MOST - len(taken)} beside those of the game"
        )
    return boards
