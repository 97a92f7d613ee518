"""The settings of a person, in a file that they can read and change, and where this system keeps that and other files.

Rule 1: a broken file never stops the game. Wrong values do not count, the file is kept aside, one sentence says so.
Rule 2: the type of each field of Settings carries the check that says which values are legal.
Rule 3: the file is replaced as a whole or not at all, so a crash while saving loses nothing.
"""

import errno
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import tomli_w

from petard.game.config.directory_url import is_directory_url
from petard.game.config.key_sets import (
    ARROWS,
    BUTTON_CODES,
    KEY_CODES,
    LETTERS,
    USUAL_BUTTONS,
    USUAL_KEYS,
    KeySet,
    is_key_set,
    key_set_of,
)
from petard.game.config.languages import LANGUAGES
from petard.shared.files import FileProblem, Version, make_private_folder, read_start, write_file
from petard.shared.protocol.names import is_name
from petard.shared.rules.item_choice import is_item_choice
from petard.shared.user_folders import config_folder, data_folder, state_folder

NOWHERE = Path(os.devnull)  # the folder of a user without a home: no file can be in it, so nothing is kept
ADDRESSES = 5  # recent ones that are kept
STARRED = 20  # starred addresses that are kept
STANDBYS = ("off", "ask", "on")
KEEP_COPIES = ("no", "ask", "yes")
KEPT_ASIDE = 9  # broken files of settings
LARGEST_FILE = 1 << 16  # bytes


Check = Callable[[Any], bool]


def _whole(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def _text(most: int) -> Check:
    return lambda value: type(value) is str and len(value) <= most and (value == "" or value.isprintable())


def _one_of(*values: str) -> Check:
    return lambda value: type(value) is str and value in values


def _texts(most: int) -> Check:
    return lambda value: type(value) is list and len(value) <= most and all(map(_text(300), value))


def _is_guest(name: str) -> bool:
    return name == "" or is_name(name)


def _are_key_sets(value: Any) -> bool:
    return type(value) is list and len(value) == 2 and all(is_key_set(one, KEY_CODES) for one in value)


Switch = Annotated[bool, lambda value: type(value) is bool]
Name = Annotated[str, lambda value: value == "" or (type(value) is str and is_name(value))]
Directory = Annotated[str, lambda value: type(value) is str and is_directory_url(value)]
KeySets = Annotated[tuple[KeySet, ...], _are_key_sets]
Buttons = Annotated[KeySet, lambda value: is_key_set(value, BUTTON_CODES)]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a person can choose. Change it with `dataclasses.replace`, then `save` it."""

    name: Name = ""  # "": not chosen yet
    players: Annotated[int, _whole(1, 4)] = 1  # people at this machine
    # The names of the others at this machine, "" for one who has none yet.
    guests: Annotated[tuple[str, ...], lambda value: _texts(3)(value) and all(map(_is_guest, value))] = ()
    colour: Annotated[int, _whole(0, 15)] = 0
    # -1: neither this nor the colour was chosen yet; the server assigns free ones
    character: Annotated[int, _whole(-1, 7)] = -1
    full_screen: Switch = False
    volume: Annotated[int, _whole(0, 100)] = 70  # percent, of the sounds
    music: Annotated[int, _whole(0, 100)] = 50  # percent
    muted: Switch = False  # neither sounds nor music, whatever the volumes are
    reduced_motion: Switch = False  # no shake, no flashes, no particles, no slow motion; nothing bobs
    large_text: Switch = False  # text a fifth larger, where there is room
    danger: Switch = True  # tint the tiles that are about to burn
    # Of servers that were joined, as the person wrote them, the last one first; and addresses to keep.
    addresses: Annotated[tuple[str, ...], _texts(ADDRESSES)] = ()
    starred: Annotated[tuple[str, ...], _texts(STARRED)] = ()
    directory: Directory = ""  # the URL of the list of rooms on the Internet, "" for none
    map: Annotated[str, _text(32)] = ""  # for our own matches; "": the default of the server
    rules: Annotated[str, _text(32)] = ""
    mode: Annotated[str, _text(32)] = ""
    sides: Annotated[int, _whole(2, 4)] = 2  # of teams
    friendly_fire: Switch = False
    side: Annotated[int, _whole(-1, 3)] = -1  # of the first player here, where sides can be chosen; -1: any
    items: Annotated[str, lambda value: type(value) is str and is_item_choice(value)] = ""
    map_vote: Switch = False
    rounds: Annotated[int, _whole(1, 9)] = 3
    bots: Annotated[int, _whole(0, 63)] = 3
    skill: Annotated[int, _whole(0, 3)] = 1
    away: Annotated[int, _whole(0, 2)] = 0  # what plays for a disconnected player (Away)
    standby: Annotated[str, _one_of(*STANDBYS)] = "on"  # whether another computer keeps a copy of our room for friends
    keep_copies: Annotated[str, _one_of(*KEEP_COPIES)] = "ask"  # whether this computer does so for others
    keys: KeySets = USUAL_KEYS
    pads: Buttons = USUAL_BUTTONS  # of all game pads
    language: Annotated[str, _one_of("", *LANGUAGES)] = ""  # "": that of the computer
    tutorial_seen: Switch = False  # the first round was played or skipped; it never begins by itself again


MOTION_BEFORE = ("shake", "flashes", "particles")  # the switches of 0.1.0; now `reduced_motion` is one for all of them
KEYS_BEFORE = (ARROWS, LETTERS)  # the usual keys before there was a field `pads`

_HINTS = get_type_hints(Settings, include_extras=True)
CHECKS: dict[str, Check] = {name: hint.__metadata__[0] for name, hint in _HINTS.items()}


def settings_path() -> Path:
    return (config_folder() or NOWHERE) / "settings.toml"


def ticket_path() -> Path:
    """Return the file of the rejoin tickets; each game adds a number to the name."""
    return (state_folder() or NOWHERE) / "ticket.toml"


def timedemo_path() -> Path:
    return (state_folder() or NOWHERE) / "timedemo.json"


def demos_path() -> Path:
    """Return the folder in which servers of this person record by default."""
    return (data_folder() or NOWHERE) / "demos"


def load(path: Path) -> tuple[Settings, str]:
    """Read the settings; with a sentence for the person if something in the file was wrong, else "".

    A missing file is not wrong. Never raises.
    """
    if path.parent == NOWHERE:
        return Settings(), "This user has no home folder, so nothing is kept."
    try:
        raw = read_start(path, LARGEST_FILE + 1)
    except FileProblem as error:
        if error.errno == errno.ENOENT:
            return Settings(), ""
        problem = f"The settings could not be read ({error.strerror}), so this game starts with the usual ones."
        return Settings(), problem
    try:
        settings, wrong = settings_of(parse(raw))
    except (ValueError, RecursionError):  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        return Settings(), f"The settings could not be understood, so the usual ones are used. {_keep_aside(path, raw)}"
    if not wrong:
        return settings, ""
    verb = "makes" if len(wrong) == 1 else "make"
    problem = f"In the settings, {' and '.join(wrong)} {verb} no sense and did not count."
    return settings, f"{problem} {_keep_aside(path, raw)}"


def parse(raw: bytes) -> dict[str, Any]:
    """Return what is written in a file of settings. Raises ValueError (bad TOML, bad text) or RecursionError."""
    if len(raw) > LARGEST_FILE:
        raise ValueError("too long")
    return tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))


def settings_of(written: Mapping[str, Any]) -> tuple[Settings, list[str]]:
    """The legal fields, and the names of the others. Fields that this version does not know are ignored.

    A file of 0.1.0 in which a switch of MOTION_BEFORE is off means reduced motion; KEYS_BEFORE means the usual keys.
    """
    if "reduced_motion" not in written and any(written.get(name) is False for name in MOTION_BEFORE):
        written = {**written, "reduced_motion": True}
    wrong = [name for name in CHECKS if name in written and not CHECKS[name](written[name])]
    good = {name: written[name] for name in CHECKS if name in written and name not in wrong}
    if "keys" in good:
        good["keys"] = tuple(map(key_set_of, good["keys"]))
        if good["keys"] == KEYS_BEFORE and "pads" not in written:
            good["keys"] = USUAL_KEYS
    if "pads" in good:
        good["pads"] = key_set_of(good["pads"])
    for name in {"addresses", "starred", "guests"} & good.keys():
        good[name] = tuple(good[name])
    return Settings(**good), wrong


def save(
    path: Path, settings: Settings, others: Mapping[str, Any] | None = None, version: Version | None = None
) -> str:
    """Write the settings; return "", or a sentence that says why that failed.

    `others`: fields that this version does not know, to be written, too. `version`: of the file as it was read; raises
    FileChanged if it has another one by now, and nothing else.
    """
    if path.parent == NOWHERE:
        return ""  # `load` has said so
    text = tomli_w.dumps({**(others or {}), **asdict(settings)})
    try:
        make_private_folder(path.parent)
        write_file(path, text.encode(), private=True, version=version)
    except OSError as error:
        return f"The settings could not be saved ({error.strerror or type(error).__name__})."
    return ""


def _keep_aside(path: Path, raw: bytes) -> str:
    """Copy a broken file; an earlier copy with other content is kept, too, up to KEPT_ASIDE of them."""
    names = [".broken.toml", *(f".broken-{number}.toml" for number in range(2, KEPT_ASIDE + 1))]
    try:
        free = (aside for aside in map(path.with_suffix, names) if not aside.exists() or aside.read_bytes() == raw)
        aside = next(free, path.with_suffix(names[-1]))
        write_file(aside, raw, private=True)
    except OSError:
        return "No copy of the old file could be made."
    return f"The old file is kept as {aside.name}."
