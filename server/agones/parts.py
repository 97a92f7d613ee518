"""The parts of the report of a room to Agones. Each part knows its next request.

Rule 1: `next_call` returns what is to be said now, or None; it changes nothing. `receive` gets the answer if it was a
success, with the report that the call was made from; it raises BadAnswer for one that says something else.
Rule 2: what Agones has is read and brought to what the room has, not told as a list of changes: so it comes right
after any failure, after a restart of the sidecar, and when others change it.
Rule 3: a change is carried out some time after its answer, so it is checked SETTLE seconds later; if others keep
changing it, after ever longer times.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Generic, TypeVar

from petard.server.agones.messages import (
    ALLOCATE,
    COUNTER,
    GET_COUNTER,
    GET_LIST,
    GET_STATE,
    HEALTH,
    LABEL_PREFIX,
    LIST,
    READY,
    VALUES_MOST,
    Call,
    Count,
    GameServer,
    RoomReport,
    ValueList,
    count_of,
    game_server_of,
    list_of,
)

HEALTH_EVERY = 2.0  # seconds
STATE_EVERY = 5.0  # seconds
SETTLE = 5.0  # seconds until a change can be read
READY_AGAIN = 30.0  # seconds
CHECK_EVERY = 60.0  # seconds between two checks of what should not have changed

Known = TypeVar("Known")
NOT_YET = ("", "PortAllocation", "Creating", "Starting", "Scheduled")
ALLOCATABLE = ("RequestReady", "Ready", "Reserved")


class AgonesPart(ABC):
    """One part. `subject`: what is not up to date while it fails; `pause_most`: seconds between two attempts."""

    subject: str
    pause_most = 60.0

    @abstractmethod
    def next_call(self, report: RoomReport, now: float) -> Call | None:
        """Return what to say now."""

    @abstractmethod
    def receive(self, call: Call, body: bytes, report: RoomReport, now: float) -> None:
        """Use a successful answer."""


class Health(AgonesPart):
    """The sign of life, which is sent only if the loop of the room has moved since the last one."""

    subject = "the health of the room"
    pause_most = 2.0

    def __init__(self) -> None:
        self._due, self._beat = -math.inf, -1

    def next_call(self, report: RoomReport, now: float) -> Call | None:
        return HEALTH if now >= self._due and report.beat != self._beat else None

    def receive(self, call: Call, body: bytes, report: RoomReport, now: float) -> None:
        self._due, self._beat = now + HEALTH_EVERY, report.beat


class StateReader(AgonesPart):
    """Reads how the game server stands at Agones, since others change that, too."""

    subject = "what the room knows of its state"

    def __init__(self) -> None:
        self.game_server = GameServer("", "", {})
        self.read_at = -math.inf
        self._told_until = -math.inf

    def next_call(self, report: RoomReport, now: float) -> Call | None:
        return GET_STATE if now >= self.read_at + STATE_EVERY else None

    def receive(self, call: Call, body: bytes, report: RoomReport, now: float) -> None:
        found = game_server_of(body)
        if now < self._told_until:  # it may not be carried out yet
            found = replace(found, state=self.game_server.state)
        self.game_server, self.read_at = found, now

    def tell(self, state: str, now: float) -> None:
        """The sidecar has taken a change of the state."""
        self.game_server, self._told_until = replace(self.game_server, state=state), now + SETTLE


class Lifecycle(AgonesPart):
    """Ready at first, and Allocated once somebody is in the room, so that no autoscaler ends it.

    It never goes back to Ready: a new room has none of what the people before have chosen. Ready is said again only to
    an Agones that has not heard it for READY_AGAIN, since it would end an allocation that has not been read yet.
    """

    subject = "the state of the room"
    pause_most = 2.0

    def __init__(self, state: StateReader) -> None:
        self._state = state
        self._ready_at = -math.inf

    def next_call(self, report: RoomReport, now: float) -> Call | None:
        state, was_ready = self._state.game_server.state, self._ready_at > -math.inf
        if not was_ready and state in (*NOT_YET, "Ready"):
            return READY
        if report.people and state in (*NOT_YET, *ALLOCATABLE):
            return ALLOCATE
        return READY if state in NOT_YET and now >= self._ready_at + READY_AGAIN else None

    def receive(self, call: Call, body: bytes, report: RoomReport, now: float) -> None:
        self._ready_at = now
        self._state.tell("Ready" if call is READY else "Allocated", now)


class Labels(AgonesPart):
    """The labels by which an allocation chooses a room."""

    subject = "a label of the room"

    def __init__(self, state: StateReader) -> None:
        self._state = state
        self._said: dict[str, str] = {}
        self._said_at = -math.inf

    def next_call(self, report: RoomReport, now: float) -> Call | None:
        said = self._said
        if self._state.read_at > self._said_at + SETTLE:
            here = self._state.game_server.labels
            said = {key: here.get(LABEL_PREFIX + key, "") for key, _ in report.labels}
        changed = ({"key": key, "value": text} for key, text in report.labels if said.get(key) != text)
        body = next(changed, None)
        return Call("PUT", "/metadata/label", body) if body else None

    def receive(self, call: Call, body: bytes, report: RoomReport, now: float) -> None:
        assert call.body
        self._said[call.body["key"]], self._said_at = call.body["value"], now


class Mirror(AgonesPart, Generic[Known]):
    """Something at Agones that is to equal what the room has."""

    def __init__(self) -> None:
        self._known: Known | None = None
        self._check_at, self._settle = -math.inf, SETTLE

    def _use_found(self, found: Known, now: float) -> None:
        """What was read counts from now on."""
        is_other = self._known is not None and found != self._known
        self._settle = min(2 * self._settle, CHECK_EVERY) if is_other else SETTLE
        self._known, self._check_at = found, now + CHECK_EVERY

    def _use_change(self, known: Known, now: float) -> None:
        """A change was taken."""
        self._known, self._check_at = known, now + self._settle


class PlayerCounter(Mirror[Count]):
    """The Counter `players`: how many people have a seat, and the places of this map."""

    subject = "the counter of players"

    def next_call(self, report: RoomReport, now: float) -> Call | None:
        if not (known := self._known) or now >= self._check_at:
            return GET_COUNTER
        count = len(report.players)
        capacity = max(count, report.places)
        if capacity > known.capacity or (capacity < known.capacity and count == known.count):  # never below the count
            return Call("PATCH", COUNTER, {"capacity": str(capacity)})
        return Call("PATCH", COUNTER, {"count": str(count)}) if count != known.count else None

    def receive(self, call: Call, body: bytes, report: RoomReport, now: float) -> None:
        if call.body is None:
            self._use_found(count_of(body), now)
        elif self._known:
            self._use_change(replace(self._known, **{key: int(text) for key, text in call.body.items()}), now)


class PlayerList(Mirror[ValueList]):
    """The List `players`: the names of the people with a seat, and the places of this map."""

    subject = "the list of players"

    def next_call(self, report: RoomReport, now: float) -> Call | None:
        if not (known := self._known) or now >= self._check_at:
            return GET_LIST
        wanted = report.players[:VALUES_MOST]
        for value in known.values:
            if value not in wanted:
                return Call("POST", f"{LIST}:removeValue", {"value": value})
        if (capacity := max(len(wanted), report.places)) != known.capacity:
            return Call("PATCH", LIST, {"capacity": str(capacity)})
        missing = next((name for name in wanted if name not in known.values), None)
        return Call("POST", f"{LIST}:addValue", {"value": missing}) if missing is not None else None

    def receive(self, call: Call, body: bytes, report: RoomReport, now: float) -> None:
        if call.body is None:
            self._use_found(list_of(body), now)
            return
        if not self._known:
            return
        values, value = self._known.values, call.body.get("value", "")
        if "capacity" in call.body:
            known = replace(self._known, capacity=int(call.body["capacity"]))
        elif call.path.endswith(":addValue"):
            known = replace(self._known, values=(*values, value))
        else:
            known = replace(self._known, values=tuple(one for one in values if one != value))
        self._use_change(known, now)
