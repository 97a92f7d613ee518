"""Reads what a room says about itself, and cleans it, since it comes from strangers and is shown to everybody.

Rule 1: FIELDS is the table in docs/directory.md: what is wrong is a BadAnnouncement whose sentence names the field. It
        never quotes what was received.
Rule 2: text is cleaned by the rules of names (petard.shared.protocol.names); what is cleaned away is no error.
Rule 3: of the secret only a digest is kept.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from petard.server.policy.address_groups import plain
from petard.shared.protocol.messages import Phase
from petard.shared.protocol.names import clean_line

BODY_MOST = 4096  # bytes
NAME_MOST = 32  # code points, as in Welcome
WORDS_MOST = 32  # the count of capability words
PORT_LEAST = 1024  # below it listen the services of a system
PHASES = tuple(phase.name.lower() for phase in Phase)
UNNAMED = "Petard"  # the name of a room in whose own name nothing can be shown

_hex = {size: re.compile(f"[0-9a-f]{{{size}}}").fullmatch for size in (16, 32)}
_word = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}").fullmatch


class BadAnnouncement(ValueError):
    """This is no announcement; the text is a sentence that says what is wrong."""


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """What the list says of a room beside its address. The fields are those of docs/directory.md."""

    id: str
    name: str
    build: str
    protocol: int
    words: tuple[str, ...]
    map: str
    mode: str
    rules: str
    phase: str
    players: int
    places: int
    watchers: int
    locked: bool
    draining: bool

    @property
    def has_free_place(self) -> bool:
        return self.players < self.places and not self.draining


@dataclass(frozen=True, slots=True)
class Announcement:
    """One announcement. `secret`: its digest; `address`: "" for the one from which it comes."""

    facts: RoomFacts
    secret: str
    port: int
    address: str


def secret_digest(secret: str) -> str:
    """Return the digest of a secret, which is random, so that it needs no salt.

    >>> secret_digest("0" * 32)
    '84e0c0eafaa95a34c293f278ac52e45ce537bab5e752a00e6959a13ae103b65a'
    """
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def read_object(body: bytes) -> dict[str, Any]:
    """Parse a body of JSON that is one object; raises BadAnnouncement."""
    try:
        found = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):  # also UnicodeDecodeError, and digits without end
        raise BadAnnouncement("The body is no JSON in UTF-8.") from None
    if not isinstance(found, dict):
        raise BadAnnouncement("The body is no JSON object.")
    return found


def read_announcement(body: bytes) -> Announcement:
    """Read an announcement; raises BadAnnouncement."""
    said = read_object(body)
    secret = _field(said, "secret", SECRET)
    port = _field(said, "port", PORT)
    address = _field(said, "address", ADDRESS, "")
    return Announcement(read_facts(said), secret_digest(secret), port, address)


def read_facts(said: Mapping[str, Any]) -> RoomFacts:
    """Read and clean the facts of a room; raises BadAnnouncement."""
    facts = {name: _field(said, name, *rule) for name, rule in FIELDS.items()}
    return RoomFacts(**{**facts, "name": facts["name"] or UNNAMED})


def read_word(said: Mapping[str, Any], name: str) -> str:
    """Return a field that is a word; raises BadAnnouncement."""
    return str(_field(said, name, WORD))


Rule = tuple[Callable[[Any], Any], str]  # makes the value or raises ValueError; and what it should be


def _field(said: Mapping[str, Any], name: str, rule: Rule, *default: Any) -> Any:
    """Return the cleaned value of a field, or its default if it is missing or null and has one."""
    value = said.get(name)
    if value is None and default:
        return default[0]
    read, what = rule
    try:
        return read(value)
    except ValueError:
        raise BadAnnouncement(f"The field {name} is {what}.") from None


def _digits(size: int, value: object) -> str:
    if not isinstance(value, str) or not _hex[size](value) or not value.strip("0"):
        raise ValueError
    return value


def _whole(least: int, most: int, value: object) -> int:
    if type(value) is not int or not least <= value <= most:  # a bool is no number
        raise ValueError
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _line(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError
    return " ".join(clean_line(value[: 8 * NAME_MOST]).split())[:NAME_MOST].rstrip()


def _id_word(value: object) -> str:
    if not isinstance(value, str) or not _word(value):
        raise ValueError
    return value


def _words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > WORDS_MOST:
        raise ValueError
    return tuple(map(_id_word, value))


def _phase(value: object) -> str:
    if value not in PHASES:
        raise ValueError
    return str(value)


def _address(value: object) -> str:
    ip = plain(value) if isinstance(value, str) and "%" not in value else None
    if ip is None:
        raise ValueError
    return str(ip)


COUNT: Rule = (partial(_whole, 0, 9999), "a whole number from 0 to 9999")
SWITCH: Rule = (_truth, "true or false")
WORD: Rule = (_id_word, "a word of 1 to 32 letters, digits, dots, dashes and underscores")
LINE: Rule = (_line, "text")
SECRET: Rule = (partial(_digits, 32), "32 hex digits in small letters, and not zero")
PORT: Rule = (partial(_whole, PORT_LEAST, 65535), f"a whole number from {PORT_LEAST} to 65535")
ADDRESS: Rule = (_address, "an IPv4 or IPv6 address without a zone")
FIELDS: dict[str, tuple[Any, ...]] = {  # of the facts: the rule, and the default of one that may be left out
    "id": ((partial(_digits, 16), "16 hex digits in small letters, and not zero"),),
    "name": (LINE,),
    "build": (LINE,),
    "protocol": ((partial(_whole, 0, 65535), "a whole number from 0 to 65535"),),
    "words": ((_words, f"a list of at most {WORDS_MOST} words"), ()),
    "map": (WORD,),
    "mode": (WORD,),
    "rules": (WORD,),
    "phase": ((_phase, f"one of {', '.join(PHASES)}"),),
    "players": (COUNT,),
    "places": (COUNT,),
    "watchers": (COUNT, 0),
    "locked": (SWITCH,),
    "draining": (SWITCH, False),
}
