"""The rooms that are listed, in order, and what a query finds. Pure.

Rule 1: the rooms with most players come first, then by name. The order is kept at each change, so that a page of a long
        list costs no more than a page of a short one.
Rule 2: the JSON of a room is made when the room changes, not when it is asked for.
Rule 3: a cursor is the key of the last room on a page, so it stays good when rooms come and go.
"""

import base64
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from petard.server.directory.rooms.announcement import RoomFacts
from petard.server.directory.rooms.places import Place

LIMIT, LIMIT_MOST = 100, 200
TEXT_MOST = 64  # characters of a parameter
CURSOR_MOST = 1024


class BadQuery(ValueError):
    """A parameter is wrong; the text is a sentence that says which."""


class Key(NamedTuple):
    """The order of rooms."""

    minus_players: int
    name: str  # folded
    id: str


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for; None and "" where nothing is said."""

    name: str = ""  # folded
    mode: str = ""
    map: str = ""
    rules: str = ""
    free: bool = False
    locked: bool | None = None
    protocol: int | None = None
    limit: int = LIMIT
    after: Key | None = None

    def tests(self) -> "list[Callable[[ListedRoom], object]]":
        """Return what must be true of a room: only what is asked for, since a long list is tested room by room."""
        name, mode, map, rules, locked, protocol = (
            self.name, self.mode, self.map, self.rules, self.locked, self.protocol,
        )  # fmt: skip
        asked = [
            (mode, lambda room: room.facts.mode == mode),
            (map, lambda room: room.facts.map == map),
            (rules, lambda room: room.facts.rules == rules),
            (name, lambda room: name in room.key.name),
            (self.free, lambda room: room.facts.has_free_place),
            (locked is not None, lambda room: room.facts.locked == locked),
            (protocol is not None, lambda room: room.facts.protocol == protocol),
        ]
        return [test for is_asked, test in asked if is_asked]


def read_query(items: Mapping[str, str]) -> Query:
    """Read the parameters of a request; raises BadQuery."""
    found: dict[str, Any] = {}
    for name, text in items.items():
        if name not in PARAMETERS:
            raise BadQuery(f"There is no such parameter; there are {', '.join(PARAMETERS)}.")
        read, what = PARAMETERS[name]
        try:
            found[name] = read(text)
        except ValueError:
            raise BadQuery(f"The parameter {name} is {what}.") from None
    return Query(**found)


def _text(text: str) -> str:
    if len(text) > TEXT_MOST:
        raise ValueError
    return text


def _choice(choices: Mapping[str, bool], text: str) -> bool:
    if text not in choices:
        raise ValueError
    return choices[text]


def _number(least: int, most: int, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and least <= int(text) <= most):
        raise ValueError
    return int(text)


def cursor_of(key: Key) -> str:
    """Return a key as text for a URL."""
    return base64.urlsafe_b64encode(json.dumps(key).encode("ascii")).decode("ascii").rstrip("=")


def _key(text: str) -> Key:
    if len(text) > CURSOR_MOST:
        raise ValueError
    try:
        minus_players, name, id = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
    except (TypeError, RecursionError):
        raise ValueError from None
    if type(minus_players) is not int or not isinstance(name, str) or not isinstance(id, str):
        raise ValueError
    return Key(minus_players, name, id)


_WORD = (_text, f"text of at most {TEXT_MOST} characters")
PARAMETERS: dict[str, tuple[Callable[[str], Any], str]] = {  # how each is read, and what it is
    "name": (lambda text: _text(text).casefold(), _WORD[1]),
    "mode": _WORD,
    "map": _WORD,
    "rules": _WORD,
    "free": (partial(_choice, {"yes": True}), "yes, or left out"),
    "locked": (partial(_choice, {"yes": True, "no": False}), "yes or no"),
    "protocol": (partial(_number, 0, 65535), "a whole number from 0 to 65535"),
    "limit": (partial(_number, 1, LIMIT_MOST), f"a whole number from 1 to {LIMIT_MOST}"),
    "after": (_key, "the `next` of an earlier answer"),
}


class ListedRoom(NamedTuple):
    """A listed room. `text`: its JSON."""

    key: Key
    facts: RoomFacts
    place: Place
    text: bytes


class Listing:
    """All listed rooms."""

    def __init__(self) -> None:
        self.rows: dict[str, ListedRoom] = {}  # by room id
        self._keys: list[Key] = []  # sorted
        self._ordered: list[ListedRoom] = []  # in the same order

    def put(self, facts: RoomFacts, place: Place) -> None:
        """List a room, or show its new facts or place."""
        old = self.rows.get(facts.id)
        if old and old.facts == facts and old.place == place:
            return
        self.drop(facts.id)
        key = Key(-facts.players, facts.name.casefold(), facts.id)
        text = json.dumps({"id": facts.id, **place._asdict(), **asdict(facts)}, ensure_ascii=False).encode("utf-8")
        room = self.rows[facts.id] = ListedRoom(key, facts, place, text)
        where = bisect_left(self._keys, key)
        self._keys.insert(where, key)
        self._ordered.insert(where, room)

    def drop(self, id: str) -> bool:
        """Take a room off the list; False if it is not there."""
        if old := self.rows.pop(id, None):
            where = bisect_left(self._keys, old.key)
            del self._keys[where], self._ordered[where]
        return old is not None

    def page(self, query: Query) -> bytes:
        """Return the body of the answer to a query."""
        first = bisect_right(self._keys, query.after) if query.after else 0
        rooms: Iterator[ListedRoom] = islice(self._ordered, first, None)
        for test in query.tests():
            rooms = filter(test, rooms)
        found = list(islice(rooms, query.limit + 1))
        shown = found[: query.limit]
        cursor = f'"{cursor_of(shown[-1].key)}"'.encode("ascii") if len(found) > query.limit else b"null"
        return b'{"rooms": [' + b", ".join(room.text for room in shown) + b'], "next": ' + cursor + b"}\n"
