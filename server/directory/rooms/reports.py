"""What directories that share one list report to each other: a listed room, or that it is gone. Pure.

Rule: reports are checked like announcements, since whatever can write into the shared store could write them.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

from petard.server.directory.rooms.announcement import BadAnnouncement, RoomFacts, read_facts, read_object
from petard.server.directory.rooms.claims import Claim
from petard.server.directory.rooms.places import Place
from petard.server.policy.address_groups import plain

AGE_MOST = 3600.0  # seconds


@dataclass(frozen=True, slots=True)
class ReportedRoom:
    """A listed room. `age`: seconds since its last right Pong."""

    facts: RoomFacts
    place: Place
    age: float


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `secret`: the digest of the room's; `room`: None if it is gone."""

    id: str
    secret: str
    room: ReportedRoom | None


def report_text(id: str, secret: str, listed: Claim | None, now: float) -> str:
    """Write a report as JSON. `listed`: the room, None if it is gone."""
    said: dict[str, Any] = {"id": id, "secret": secret}
    if listed:
        age = round(max(0.0, now - listed.proof.proven_at), 1)
        said |= {"address": listed.place.address, "port": listed.place.port, "age": age, "room": asdict(listed.facts)}
    return json.dumps(said)


def read_report(text: bytes) -> Report:
    """Parse a report; raises BadAnnouncement."""
    said = read_object(text)
    id, secret = said.get("id"), said.get("secret")
    if not isinstance(id, str) or not isinstance(secret, str):
        raise BadAnnouncement("A report has an id and a secret.")
    if "room" not in said:
        return Report(id, secret, None)
    room, address, port, age = (said.get(name) for name in ("room", "address", "port", "age"))
    if not isinstance(room, dict) or room.get("id") != id:
        raise BadAnnouncement("A report has a room with its id.")
    if not isinstance(address, str) or not (ip := plain(address)) or type(port) is not int or not 0 < port < 65536:
        raise BadAnnouncement("A report has an address and a port.")
    if not isinstance(age, int | float) or not 0 <= age <= AGE_MOST:
        raise BadAnnouncement("A report says how old its Pong is.")
    return Report(id, secret, ReportedRoom(read_facts(room), Place(str(ip), port), float(age)))
