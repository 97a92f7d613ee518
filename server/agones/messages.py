"""Requests to the sidecar of Agones, and its answers: the REST interface of https://agones.dev/site/docs/guides/client-sdks/rest/

Rule 1: an answer is not trusted: what is read from it is checked, and anything else is a BadAnswer.
Rule 2: the answer to a change is its status alone. A sidecar in a cluster answers with empty objects, and carries the
change out later; so what counts is read again.
Rule 3: numbers of 64 bits are text in this interface.
"""

import json
import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

LABEL_PREFIX = "agones.dev/sdk-"  # the sidecar puts it before each key
ALLOCATED_AT = "agones.dev/last-allocated"  # the annotation that each allocation writes
COUNTER = "/v1beta1/counters/players"
LIST = "/v1beta1/lists/players"
VALUES_MOST = 1000  # in a list, as Agones has it
GAME_PORT = "game"  # the name of the game's port in the fleet; without one, the first counts
ADDRESS_TYPES = ("ExternalIP", "InternalIP")  # of a node; the first that there is counts
LABEL_MOST = 63  # characters of a value, as Kubernetes has it
MESSAGE_MOST = 160  # characters of an error message that are shown
_COUNT_MOST = 2**63
_STATE = re.compile("[A-Za-z]{0,32}")
_NOT_IN_LABELS = re.compile(r"[^A-Za-z0-9._-]")


class BadAnswer(Exception):
    """An answer that is none of this interface, or an error; the text says what came."""


@dataclass(frozen=True, slots=True)
class RoomReport:
    """The room in one turn of its loop. `beat` is another number in each report."""

    beat: int
    people: int  # connected; relays do not count
    players: tuple[str, ...]  # names of the people with a seat, those who may rejoin included
    places: int  # seats on this map
    labels: tuple[tuple[str, str], ...]  # values as `label_value` returns them


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `body`: is sent as JSON; None: nothing."""

    method: str
    path: str
    body: dict[str, str] | None = None


READY = Call("POST", "/ready", {})
ALLOCATE = Call("POST", "/allocate", {})
HEALTH = Call("POST", "/health", {})  # without a body the sidecar answers 400
SHUTDOWN = Call("POST", "/shutdown", {})
GET_STATE = Call("GET", "/gameserver")
GET_COUNTER = Call("GET", COUNTER)
GET_LIST = Call("GET", LIST)


@dataclass(frozen=True, slots=True)
class SidecarAnswer:
    """The answer to a Call. `status`: of HTTP; 0: none came, and `problem` says why."""

    status: int
    body: bytes = b""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class GameServer:
    """What Agones knows of this room. `labels`: with their prefix; `allocated_at`: "" before the first allocation.

    `address`, `port`: where players connect, an address of IP; "" and 0 until Agones has given the room a node.
    """

    state: str
    allocated_at: str
    labels: dict[str, str]
    address: str = ""
    port: int = 0


@dataclass(frozen=True, slots=True)
class Count:
    """A Counter of Agones."""

    count: int
    capacity: int


@dataclass(frozen=True, slots=True)
class ValueList:
    """A List of Agones."""

    values: tuple[str, ...]
    capacity: int


def label_value(text: str) -> str:
    """Return a text as the value of a label; what Kubernetes does not allow there becomes a dash.

    The sidecar takes any value, but one that is not allowed keeps it from writing labels ever again.

    >>> label_value("classic"), label_value("_my map! "), label_value("ab" * 40)[60:]
    ('classic', 'my-map', 'aba')
    """
    return _NOT_IN_LABELS.sub("-", text)[:LABEL_MOST].strip("._-")


def check(answer: SidecarAnswer) -> None:
    """Raise BadAnswer unless the answer is a success."""
    if not answer.status:
        raise BadAnswer(answer.problem)
    if answer.status != 200:
        raise BadAnswer(f"it answers {answer.status}{_message_of(answer.body)}")


def _message_of(body: bytes) -> str:
    """Return the message of an error, with what goes before it, or ""."""
    try:
        message = _object_of(body).get("message")
    except BadAnswer:
        return ""
    return f", {message[:MESSAGE_MOST]}" if isinstance(message, str) and message else ""


def game_server_of(body: bytes) -> GameServer:
    """Read the answer to GET_STATE; raises BadAnswer."""
    whole = _object_of(body)
    meta, status = _part(whole, "object_meta"), _part(whole, "status")
    state, allocated_at = status.get("state"), _part(meta, "annotations").get(ALLOCATED_AT, "")
    labels = {key: text for key, text in _part(meta, "labels").items() if isinstance(text, str)}
    if not isinstance(state, str) or not _STATE.fullmatch(state) or not isinstance(allocated_at, str):
        raise BadAnswer("it answers with no state of a game server")
    address, port = _place_of(status)
    return GameServer(state, allocated_at, labels, address, port)


def _place_of(status: dict[str, Any]) -> tuple[str, int]:
    """Return where players connect; "" and 0 while that is not known, or is not what it should be.

    The address that Agones prefers can be a name of DNS, which a directory does not take: then one of the others
    counts.
    """
    others = [one for one in _objects(status, "addresses") if one.get("type") in ADDRESS_TYPES]
    others.sort(key=lambda one: ADDRESS_TYPES.index(one["type"]))
    addresses = (status.get("address"), *(one.get("address") for one in others))
    address = next((one for one in addresses if isinstance(one, str) and _is_address(one)), "")
    ports = sorted(_objects(status, "ports"), key=lambda one: one.get("name") != GAME_PORT)
    port = ports[0].get("port") if ports else 0
    return (address, port) if address and type(port) is int and 0 < port < 65536 else ("", 0)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text  # a zone means nothing elsewhere


def _objects(whole: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the objects of a list; what is none is left out."""
    found = whole.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def count_of(body: bytes) -> Count:
    """Read the answer to GET_COUNTER; raises BadAnswer."""
    whole = _object_of(body)
    return Count(_number(whole, "count"), _number(whole, "capacity"))


def list_of(body: bytes) -> ValueList:
    """Read the answer to GET_LIST; raises BadAnswer."""
    whole = _object_of(body)
    values = whole.get("values") or []
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise BadAnswer("it answers with a list whose values are no texts")
    if len(values) > VALUES_MOST:
        raise BadAnswer(f"it answers with a list of more than {VALUES_MOST} values")
    return ValueList(tuple(values), _number(whole, "capacity"))


def _object_of(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise BadAnswer("it answers with no JSON") from None
    if not isinstance(found, dict):
        raise BadAnswer("it answers with something else than an object")
    return found


def _part(whole: dict[str, Any], key: str) -> dict[str, Any]:
    """Return an object in an object; one that is missing or null is empty."""
    found = whole.get(key) or {}
    if not isinstance(found, dict):
        raise BadAnswer(f"it answers with a {key} that is no object")
    return found


def _number(whole: dict[str, Any], key: str) -> int:
    """Return a number of 64 bits, which is text; one that is missing is 0."""
    found = whole.get(key, "0")
    text = str(found) if isinstance(found, int) and not isinstance(found, bool) else found
    if not isinstance(text, str) or not re.fullmatch("[0-9]{1,19}", text) or int(text) >= _COUNT_MOST:
        raise BadAnswer(f"it answers with a {key} that is no number")
    return int(text)
