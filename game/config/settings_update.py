"""Saves changed settings into what their file holds now, since another game may have changed it meanwhile.

Rule 1: only what the person has changed in this game is written; everything else stays as it is in the file.
Rule 2: lists are merged entry by entry, keys action by action. If both games change a value, the later
        one counts.
Rule 3: fields of another version are kept.
Rule 4: two games that save at once do so one by one, by a lock. A game that was held up in its turn (by a busy disk, or
        since it was stopped) finds that the file has changed, and begins again.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from petard.game.config.key_sets import KEY_ACTIONS, KeySet
from petard.game.config.settings import ADDRESSES, CHECKS, LARGEST_FILE, STARRED, Settings, parse, save, settings_of
from petard.shared.file_lock import exclusively
from petard.shared.files import FileChanged, Version, make_private_folder, read_file, version_of

MOST = {"addresses": ADDRESSES, "starred": STARRED}  # entries of a list


def update(path: Path, before: Settings, after: Settings, known: Settings) -> tuple[Settings, str]:
    """Write what differs between `before` and `after`; return what the file holds then.

    Also return "", or a sentence that says why it failed. `known`: what the file held when it was read last, for values
    that cannot be read now. Never raises.
    """
    with suppress(OSError):
        make_private_folder(path.parent)
    with exclusively(path):
        while True:
            version = version_of(path)
            with suppress(FileChanged):
                return _update_once(path, before, after, known, version)


def _update_once(
    path: Path, before: Settings, after: Settings, known: Settings, version: Version
) -> tuple[Settings, str]:
    """Do as `update` says, unless the file has another version when all is ready: then raise FileChanged."""
    written = _written(path)
    good, wrong = settings_of(written)
    missing = [field.name for field in fields(Settings) if field.name in wrong or field.name not in written]
    found = replace(good, **{name: getattr(known, name) for name in missing})
    wanted = merged(before, after, found)
    if wanted == good and not missing:
        return wanted, ""
    return wanted, save(path, wanted, {name: value for name, value in written.items() if name not in CHECKS}, version)


def _written(path: Path) -> Mapping[str, Any]:
    """Return what is in the file now, nothing if it cannot be read."""
    with suppress(OSError, ValueError, RecursionError):
        return parse(read_file(path, LARGEST_FILE))
    return {}


def merged(before: Settings, after: Settings, found: Settings) -> Settings:
    """Return the settings that were found, with what has changed between `before` and `after`."""
    changed: dict[str, Any] = {}
    for field in fields(Settings):
        old, new, there = (getattr(settings, field.name) for settings in (before, after, found))
        if new == old:
            continue
        if field.name in MOST:
            new = merged_list(old, new, there)[: MOST[field.name]]
        elif field.name == "keys":
            new = merged_keys(old, new, there)
        changed[field.name] = new
    return replace(found, **changed)


def merged_list(old: tuple[str, ...], new: tuple[str, ...], found: tuple[str, ...]) -> tuple[str, ...]:
    """Return a list: our entries, then those that were added to the file, without any that either has removed.

    >>> merged_list(("a", "b"), ("c", "a", "b"), ("d", "a"))
    ('c', 'a', 'd')
    """
    is_first_ours = new[:1] != old[:1]
    ours = [one for place, one in enumerate(new) if one in found or one not in old or (is_first_ours and place == 0)]
    return (*ours, *(one for one in found if one not in new and one not in old))


def merged_keys(old: tuple[KeySet, ...], new: tuple[KeySet, ...], found: tuple[KeySet, ...]) -> tuple[KeySet, ...]:
    """Return the keys that were found, with the actions that got other keys; `new` if a key then had two actions."""
    sets = tuple(
        replace(
            there,
            **{name: getattr(ours, name) for name in KEY_ACTIONS if getattr(ours, name) != getattr(past, name)},
        )
        for past, ours, there in zip(old, new, found, strict=True)
    )
    codes = [code for one in sets for name in KEY_ACTIONS for code in getattr(one, name)]
    return sets if len(codes) == len(set(codes)) else new
