"""The rooms of one directory on the Join screen: which page is shown, when the directory is asked again, what it said.

Rule 1: a list that is asked again by itself does not move under the cursor: rooms keep their places, those that are
        gone stay and say so, and new ones come behind them. Only what the person does (a filter, a page, Refresh)
        puts the rooms into the order of the directory.
Rule 2: nothing is asked before the person has opened the list; then every REFRESH seconds while it is shown.
Rule 3: no socket and no clock: the requests go out as values, and the answers come in as values.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from petard.game.texts.phrases import tr
from petard.game.view.listed_rooms import BadList, ListedPlace, PublicRoom, RoomPage, RoomQuery, rooms_in

REFRESH = 10.0  # seconds from an answer to the next request
RETRY = 20.0  # the same, after one that failed
KEPT_MOST = 300  # rooms of one page, with those that are gone

UNKNOWN_ID = "0" * 16  # of a server that does not say which room it is
ETAG = re.compile(r"[!-~]{1,200}")
GONE = tr("is not on this page any more")
NO_LIST = tr("{place} sent no list of rooms. Is it a directory of Petard?")

HostPort = tuple[str, int]  # an address in numbers, and a TCP port


@dataclass(frozen=True, slots=True)
class RoomPing:
    """What came of the Pings to one room. `ms`: the ping, None if it did not answer; `id`: which room answered."""

    ms: int | None
    id: str
    at: float  # when that was, in seconds


@dataclass(slots=True)
class Pages:
    """The pages that are known. `cursors`: where each begins."""

    cursors: list[str] = field(default_factory=lambda: [""])
    index: int = 0  # of the one that is shown

    def extend(self, after: str) -> None:
        """Note that a page begins at `after` behind the one that is shown; "": there is none."""
        self.cursors = [*self.cursors[: self.index + 1], *([after] if after else [])]


@dataclass(slots=True)
class Schedule:
    """When the directory is asked."""

    due_at: float = 0.0
    is_asking: bool = False
    answered_at: float | None = None  # the last time
    is_new: bool = True  # the next answer is put into the order of the directory
    query: RoomQuery | None = None  # of the last answer
    etag: str = ""  # of the last answer
    page: RoomPage = field(default_factory=RoomPage)  # the last answer


@dataclass(slots=True)
class Sight:
    """The rooms on the screen, which get Pings, and what came of all Pings so far."""

    shown: Sequence[HostPort] = ()
    pings: Mapping[HostPort, RoomPing] = field(default_factory=dict)


class InternetList:
    """What the directory lists. `place`: what people know the directory by."""

    def __init__(self, place: str, write: Callable[[str, int], str]) -> None:
        """`write` returns host and port as a person would write them."""
        self.place, self.write = place, write
        self.query = RoomQuery()
        self.problem = ""  # one sentence: why there is no new answer
        self.pages = Pages()
        self.schedule = Schedule()
        self.sight = Sight()
        self._rooms: dict[str, tuple[PublicRoom, bool]] = {}  # by id, as they are shown; True: it is gone

    # What the person does

    def ask(self, query: RoomQuery) -> None:
        """Show the first page of other rooms."""
        self.pages = Pages()
        self._show(replace(query, after=""))

    def turn_to(self, index: int) -> None:
        """Show another one of the known pages."""
        if 0 <= index < len(self.pages.cursors):
            self.pages.index = index
            self._show(replace(self.query, after=self.pages.cursors[index]))

    @property
    def is_refreshing(self) -> bool:
        """True from what the person has done until the answer to it."""
        return self.schedule.is_new and (self.schedule.is_asking or not self.schedule.due_at)

    def refresh(self) -> None:
        """Ask again, and show the rooms in the order of the directory."""
        self.schedule.due_at, self.schedule.is_new = 0.0, True

    def _show(self, query: RoomQuery) -> None:
        if query != self.query:
            self.query, self.schedule.is_asking = query, False
        self.refresh()

    # What the directory says

    def next_request(self, now: float) -> tuple[str, str] | None:
        """Return the path to ask for and the ETag of what is known, when that is due."""
        if self.schedule.is_asking or now < self.schedule.due_at:
            return None
        self.schedule.is_asking = True
        return self.query.path, self._known_etag

    def receive(self, status: int, etag: str, body: bytes, peer: str, now: float) -> None:
        """Take in an answer."""
        schedule = self.schedule
        if status == 200:
            try:
                schedule.page = rooms_in(body, peer)
            except BadList:
                self.fail(NO_LIST.fill(place=self.place), now)
                return
            schedule.query, schedule.etag = self.query, etag if ETAG.fullmatch(etag) else ""
        elif status != 304 or not self._known_etag:
            self.fail(_sentence_for(status, self.place), now)
            return
        self.problem, self._rooms = "", self._merged(schedule.page)
        self.pages.extend(schedule.page.after)
        schedule.is_asking, schedule.is_new, schedule.answered_at = False, False, now
        schedule.due_at = now + REFRESH

    @property
    def _known_etag(self) -> str:
        return self.schedule.etag if self.schedule.query == self.query else ""

    def fail(self, sentence: str, now: float) -> None:
        """There is no answer. What was known is still shown, if it was what the person asks for."""
        if self.schedule.query != self.query:
            self._rooms = {}
        self.problem, self.schedule.is_asking, self.schedule.due_at = sentence, False, now + RETRY

    def _merged(self, page: RoomPage) -> dict[str, tuple[PublicRoom, bool]]:
        there = {room.found.id: (room, False) for room in page.rooms}
        if self.schedule.is_new:
            return there
        kept = {key: there.get(key, (room, True)) for key, (room, _) in self._rooms.items()}
        return dict([*(kept | there).items()][:KEPT_MOST])

    # What is shown

    def places(self, starred: Sequence[str], before: Sequence[str]) -> list[ListedPlace]:
        """Return the rooms in the order of the list. `starred`, `before`: addresses as people write them."""
        found = []
        for room, is_gone in self._rooms.values():
            ping, address = self.sight.pings.get(room.place), self.write(*room.place)
            trouble = GONE if is_gone else "" if ping is None else _trouble(room, ping)
            server = replace(room.found, ping=None if ping is None or trouble else ping.ms)
            marks = address in starred, address in before
            found.append(ListedPlace(address, server, *marks, room.mode, room.is_doubtful, room.is_draining, trouble))
        return found


def _trouble(room: PublicRoom, ping: RoomPing) -> str:
    if ping.ms is None:
        return tr("does not answer")
    return "" if ping.id in (room.found.id, UNKNOWN_ID) else tr("is somewhere else now")


def _sentence_for(status: int, place: str) -> str:
    """Say what a status of HTTP means for a person."""
    if status == 429:
        return tr("{place} is asked too often from here. It is asked again in a moment.", place=place)
    if status >= 500:
        return tr("{place} has a problem of its own (HTTP {status}). Try again later.", place=place, status=status)
    if 300 <= status < 400 and status != 304:
        return tr("The list is not at {place} any more. Ask for its new address.", place=place)
    return NO_LIST.fill(place=place)
