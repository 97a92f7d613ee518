"""A match as one text of at most 280 characters, which a host copies and another host pastes.

    petard map=temple rules=last-one-standing mode=teams sides=3 rounds=5 items=kick:0,remote:5

Rule 1: the word `petard`, and then one `key=value` for each thing that is chosen, with spaces or line ends between. The
        keys are the names of the settings of the server. `map` and `rules` must be there, and a key comes once.
Rule 2: what is not named is as usual: last one standing, two sides, no friendly fire, three rounds, the items of the
        rules. Bots, their skill, and who plays for the absent belong to the room and not to the text.
Rule 3: everything else is refused with one sentence, so that no match is half of what was meant.
"""

import re
from collections.abc import Callable
from dataclasses import fields, replace

from petard.shared.protocol.field_types import FIRST_MODE
from petard.shared.protocol.messages import Setup
from petard.shared.rules.item_choice import BadItems, is_item_choice, read_items

MATCH_TEXT_MOST = 280  # characters
FIRST_WORD = "petard"
USUAL_ROUNDS = 3
_SWITCH = {"on": True, "off": False}
_WORD = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
# The key of each part of a text, and the field of Setup; in the order in which they are written.
KEYS = {
    "map": "map",
    "rules": "rules",
    "mode": "mode",
    "sides": "sides",
    "friendly-fire": "friendly_fire",
    "rounds": "rounds",
    "items": "items",
}
_USUAL = {field.name: field.default for field in fields(Setup)} | {"rounds": USUAL_ROUNDS}
_NEEDED = ("map", "rules")


class BadMatchText(ValueError):
    """The text is no match; one sentence says why. `key`: which part is wrong, "" for the whole."""

    def __init__(self, sentence: str, key: str = "") -> None:
        super().__init__(sentence)
        self.key = key


def match_text(setup: Setup) -> str:
    """Return the text of a match.

    >>> match_text(Setup("temple", "duel", 3, 0, 0, items="kick:0"))
    'petard map=temple rules=duel items=kick:0'
    """
    words = [FIRST_WORD]
    for key, name in KEYS.items():
        value = getattr(setup, name)
        if key in _NEEDED or value != _USUAL[name]:
            words.append(f"{key}={'on' if value is True else value}")
    return " ".join(words)


def read_match_text(text: str) -> dict[str, str]:
    """Return the values of all KEYS, as the settings of the server are written; raises BadMatchText."""
    if len(text.strip()) > MATCH_TEXT_MOST:
        raise BadMatchText(f"a match has {MATCH_TEXT_MOST} characters at most")
    first, *words = text.split() or [""]
    if first != FIRST_WORD:
        raise BadMatchText(f"a match begins with the word {FIRST_WORD}")
    found: dict[str, str] = {}
    for word in words:
        key, _, value = word.partition("=")
        if key not in KEYS or not value:
            raise BadMatchText(
                f"a match has {', '.join(KEYS)}, each with = and a value, and no {word[:40]!r}", word[:20]
            )
        if key in found:
            raise BadMatchText(f"{key} is there twice", key)
        _check(key, value)
        found[key] = value
    if missing := [key for key in _NEEDED if key not in found]:
        raise BadMatchText(f"{missing[0]}= is missing", missing[0])
    usual = {"mode": FIRST_MODE, "sides": "2", "friendly-fire": "off", "rounds": str(USUAL_ROUNDS), "items": ""}
    return {key: found.get(key, usual.get(key, "")) for key in KEYS}


def _number(low: int, high: int) -> Callable[[str], bool]:
    numbers = {str(number) for number in range(low, high + 1)}
    return numbers.__contains__


_CHECKS: dict[str, tuple[Callable[[str], object], str]] = {
    "map": (_WORD.fullmatch, "the name of a map"),
    "rules": (_WORD.fullmatch, "the name of rules"),
    "mode": (_WORD.fullmatch, "the name of a mode"),
    "sides": (_number(2, 4), "2 to 4"),
    "friendly-fire": (_SWITCH.__contains__, "on or off"),
    "rounds": (_number(1, 9), "1 to 9"),
    "items": (is_item_choice, "like kick:0,remote:5, with weights from 0 to 100"),
}


def _check(key: str, value: str) -> None:
    is_legal, right = _CHECKS[key]
    if not is_legal(value):
        raise BadMatchText(f"{key} is {right}, not {value[:40]!r}", key)


def setup_with(setup: Setup, text: str) -> Setup:
    """Return the Setup with the match that the text describes; raises BadMatchText."""
    found = read_match_text(text)
    try:
        read_items(found["items"])
    except BadItems as problem:
        raise BadMatchText(str(problem), "items") from problem
    return replace(
        setup,
        map=found["map"],
        rules=found["rules"],
        mode=found["mode"],
        sides=int(found["sides"]),
        friendly_fire=_SWITCH[found["friendly-fire"]],
        rounds=int(found["rounds"]),
        items=found["items"],
    )
