"""Rooms that a directory on the Internet lists (docs/directory.md): what it is asked, and what counts of its answer.

Rule 1: whatever the bytes are, `rooms_in` returns rooms that are safe to show and to connect to, or raises BadList.
        A room with a wrong field is left out, and the others count. Fields that this version does not know are ignored.
Rule 2: a directory cannot send us into a network that it is not in itself: of one on the Internet only addresses on the
        Internet count; of one in a private network those of private networks, too; of one on this computer, all.
        Addresses are numbers, since a name could stand for any of these, and ports are those that rooms may have.
Rule 3: of rooms whose names look alike each is shown with its address.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlencode

from petard.game.texts.names import spoken, spoken_map
from petard.game.texts.phrases import joined, tr
from petard.game.view.mode_views import MODE_NAMES
from petard.game.view.rooms import JoinEntry, KnownPlace, doing, entry_of
from petard.shared.protocol.beacon import FoundServer, Notice, ServerCard, encode
from petard.shared.protocol.codec import EncodeError
from petard.shared.protocol.messages import Phase
from petard.shared.protocol.names import clean_line, skeleton
from petard.shared.rules.modes.table import LAST_ONE_STANDING

PAGE = 50  # rooms in one answer
ROOMS_MOST = 200  # that are read of one answer
ROOM_NAME_MOST = 32  # code points
TEXT_MOST = 500  # code points of any text of a room
CURSOR = re.compile(r"[!-~]{1,500}")
PORTS = range(1024, 65536)  # where rooms may listen: below are the services of systems
PHASES = {phase.name.lower(): phase for phase in Phase}
ROOM_ID = re.compile(r"[0-9a-f]{16}")
FIELDS: Mapping[str, type] = {
    **dict.fromkeys(("id", "address", "name", "build", "map", "mode", "rules", "phase"), str),
    **dict.fromkeys(("port", "protocol", "players", "places", "watchers"), int),
    **dict.fromkeys(("locked", "draining"), bool),
}
MAY_MISS = ("watchers", "draining")
Address = IPv4Address | IPv6Address


class BadList(ValueError):
    """These bytes are no list of rooms."""


@dataclass(frozen=True, slots=True)
class RoomQuery:
    """Which rooms a person wants to see."""

    name: str = ""  # a part of the name, "" for all
    mode: str = ""
    free: bool = False  # with a free place
    open: bool = False  # without a password
    after: str = ""  # where the page begins: `RoomPage.after` of the page before

    @property
    def path(self) -> str:
        """What is asked of the directory.

        >>> RoomQuery("Mia & co", free=True).path
        '/rooms?limit=50&name=Mia+%26+co&free=yes'
        """
        asked = {"limit": str(PAGE), "name": self.name, "mode": self.mode, "free": "yes" if self.free else ""}
        asked |= {"locked": "no" if self.open else "", "after": self.after}
        return "?".join(("/rooms", urlencode({key: value for key, value in asked.items() if value})))


@dataclass(frozen=True, slots=True)
class PublicRoom:
    """One room as the directory describes it. `found.ping` is not known."""

    found: FoundServer
    mode: str
    is_draining: bool  # it is about to stop
    is_doubtful: bool = False  # another room has a name that looks like this one's

    @property
    def place(self) -> tuple[str, int]:
        """Where it is: address and TCP port."""
        return self.found.host, self.found.port


@dataclass(frozen=True, slots=True)
class RoomPage:
    """One answer. `after`: the cursor of the next page, "" at the end of the list."""

    rooms: tuple[PublicRoom, ...] = ()
    after: str = ""


@dataclass(frozen=True, slots=True)
class ListedPlace(KnownPlace):
    """A room in the list of the screen. `found` is never None here."""

    mode: str = ""
    is_doubtful: bool = False
    is_draining: bool = False
    trouble: str = ""  # why it is perhaps not there any more, or ""

    @property
    def name(self) -> str:
        name = self.found.name if self.found else ""
        return f"{name} ({self.address})" if self.is_doubtful else name

    @property
    def reason(self) -> str:
        """Why it cannot be joined, or perhaps cannot."""
        return (self.found.reason if self.found else "") or self.trouble

    @property
    def note(self) -> str:
        """One sentence about joining it, or ""."""
        lookalike = tr("Another room has a similar name.")
        return lookalike if self.is_doubtful and not self.reason else KnownPlace.note.__get__(self)

    @property
    def game(self) -> str:
        """The map, and what decides how one plays: the mode, or the rules of the usual mode."""
        if not self.found:
            return ""
        is_usual = self.mode == LAST_ONE_STANDING.name
        how = spoken(self.found.rules) if is_usual else MODE_NAMES.get(self.mode, self.mode.replace("-", " "))
        return joined(", ", [spoken_map(self.found.map), how])

    @property
    def now(self) -> str:
        """What happens there, and what that means for somebody who joins."""
        if not self.found:
            return ""
        if self.is_draining:
            return tr("about to stop")
        match entry_of(self.found):
            case JoinEntry.WATCH:
                return tr("full: you watch")
            case JoinEntry.WATCH_FIRST:
                return tr("in a match: you watch first")
            case _:
                return doing(self.found) if self.found.phase is Phase.LOBBY else tr("in a match")


def rooms_in(body: bytes, peer: str) -> RoomPage:
    """Read an answer to RoomQuery. `peer`: the address of the directory. Raises BadList."""
    try:
        answer = json.loads(body)
        nearest = _distance(ip_address(peer.partition("%")[0]))
    except (ValueError, RecursionError):
        raise BadList from None
    if not isinstance(answer, dict) or not isinstance(answer.get("rooms"), list):
        raise BadList
    listed = [room for entry in answer["rooms"][:ROOMS_MOST] if (room := _room(entry, nearest))]
    by_id = {room.found.id: room for room in reversed(listed)}  # of equal ones the first counts
    by_place = {room.place: room for room in by_id.values()}
    looks = Counter(skeleton(room.found.name) for room in by_place.values())
    rooms = [
        replace(room, is_doubtful=looks[skeleton(room.found.name)] > 1)
        for room in listed
        if by_place.get(room.place) is room
    ]
    after = answer.get("next")
    return RoomPage(tuple(rooms), after if isinstance(after, str) and CURSOR.fullmatch(after) else "")


def _room(entry: Any, nearest: int) -> PublicRoom | None:
    """Return the room, None if a field is wrong or its address does not count."""
    facts = _facts(entry)
    if facts is None:
        return None
    room, phase, address = facts["id"], PHASES.get(facts["phase"], Phase.PLAYING), _address(facts["address"], nearest)
    if address is None or facts["port"] not in PORTS or not ROOM_ID.fullmatch(room) or not int(room, 16):
        return None
    name = " ".join(clean_line(facts["name"]).split())[:ROOM_NAME_MOST].rstrip()
    counts = facts["players"], facts["places"], facts["watchers"], facts["locked"]
    what = facts["map"], facts["rules"], phase, *counts
    card = ServerCard(int(room, 16), facts["protocol"], clean_line(facts["build"]), facts["port"], name, *what)
    try:
        encode(Notice(card))  # it checks each field
        encode(Notice(replace(card, rules=facts["mode"])))
    except EncodeError:
        return None
    where = card.build, card.protocol, str(address), card.port, None, card.incompatibility()
    return PublicRoom(FoundServer(room, name, *what, *where), facts["mode"], facts["draining"])


def _facts(entry: Any) -> dict[str, Any] | None:
    """Return the known fields, each of the right type and of some length; None if one is missing or wrong."""
    if not isinstance(entry, dict):
        return None
    facts = {key: entry.get(key, kind() if key in MAY_MISS else None) for key, kind in FIELDS.items()}
    if any(type(facts[key]) is not kind for key, kind in FIELDS.items()):
        return None
    return None if any(len(value) > TEXT_MOST for value in facts.values() if isinstance(value, str)) else facts


def _address(text: str, nearest: int) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if "%" in text:
        return None
    if isinstance(address, IPv6Address):
        if address.teredo or address.sixtofour:  # an IPv4 address of any network can hide in these
            return None
        address = address.ipv4_mapped or address
    if address.is_multicast or address.is_unspecified or (address.is_reserved and not address.is_loopback):
        return None
    return address if _distance(address) >= nearest else None


def _distance(address: Address) -> int:
    """Return 0 for this computer, 1 for a network that is not on the Internet, 2 for the Internet."""
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return 0 if address.is_loopback else 2 if address.is_global else 1
