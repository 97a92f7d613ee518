"""The examination: every look at the network in a thread of its own, which returns facts and touches nothing else.

Rule 1: `poll` never waits. It takes the facts that have come, and starts the looks whose turn it is.
Rule 2: a look that needs another one's facts is started after it: the doors of this computer after its networks, the
        place after the servers, if nobody said which place.
Rule 3: whatever a look does, hangs or fails at, PATIENCE later the examination goes on without it.
"""

import queue
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from petard.game.doctor.doors import look_at_listener, look_at_owner, look_at_router
from petard.game.doctor.facts import AddressKind, Facts
from petard.game.doctor.lists import look_at_mirror, look_at_nets, look_at_servers, look_at_shouts
from petard.game.doctor.place import look_at_asked, look_at_reach

PATIENCE = 9.0  # seconds that one look may take

Look = Callable[[Facts], Facts]  # from what is known to the same with one more fact


@dataclass(frozen=True, slots=True)
class ExaminationPlan:
    """One look, and which others come before it."""

    look: Look
    after: frozenset[AddressKind] = frozenset()


_NETS = frozenset({AddressKind.NETS})
PLANS: dict[AddressKind, ExaminationPlan] = {  # what takes longest is started first
    AddressKind.NETS: ExaminationPlan(look_at_nets),
    AddressKind.REACH: ExaminationPlan(look_at_reach),
    AddressKind.SERVERS: ExaminationPlan(look_at_servers, _NETS),
    AddressKind.ASKED: ExaminationPlan(look_at_asked),
    AddressKind.ROUTER: ExaminationPlan(look_at_router, _NETS),
    AddressKind.SHOUTS: ExaminationPlan(look_at_shouts, _NETS),
    AddressKind.LISTENER: ExaminationPlan(look_at_listener, _NETS),
    AddressKind.MIRROR: ExaminationPlan(look_at_mirror),
    AddressKind.OWNER: ExaminationPlan(look_at_owner),
}
OF_A_PLACE = (AddressKind.REACH, AddressKind.ASKED)
FIELDS = {sort: sort.name.lower() for sort in AddressKind}  # the field of Facts that each look fills


class Examination:
    """One visit to the doctor. Poll it until `is_over`."""

    def __init__(self, facts: Facts, now: float, plans: Mapping[AddressKind, ExaminationPlan] = PLANS) -> None:
        """`facts`: what was asked for, and nothing found out. Nothing is looked at before the first poll."""
        self.facts = facts
        self._plans = plans
        self._started: dict[AddressKind, float] = {}
        self._news: queue.SimpleQueue[tuple[AddressKind, Facts | None]] = queue.SimpleQueue()

    @property
    def is_over(self) -> bool:
        """True once everything was looked at."""
        return self._wanted <= self.facts.done

    @property
    def _wanted(self) -> set[AddressKind]:
        return {sort for sort in self._plans if self.facts.host or sort not in OF_A_PLACE}

    def poll(self, now: float) -> None:
        """Take what has come, give up on what hangs, start what is due. `now` in seconds."""
        while not self._news.empty():
            self._take(*self._news.get_nowait())
        for sort, since in self._started.items():
            if now - since > PATIENCE:
                self._finish(sort)
        if AddressKind.SERVERS in self.facts.done and not self.facts.host:
            self._choose_place()
        due = [sort for sort in self._plans if self._is_due(sort)]
        if due:
            self._start(due[0], now)  # one at a time: each start costs a picture some milliseconds

    def _is_due(self, sort: AddressKind) -> bool:
        is_wanted = sort in self._wanted and sort not in self._started
        return is_wanted and self._plans[sort].after <= self.facts.done

    def _start(self, sort: AddressKind, now: float) -> None:
        self._started[sort] = now
        words = (sort, self._plans[sort].look, self.facts, self._news)
        try:
            threading.Thread(name=f"doctor {FIELDS[sort]}", target=_run, args=words, daemon=True).start()
        except RuntimeError:  # no more threads to be had
            self._finish(sort)

    def _take(self, sort: AddressKind, found: Facts | None) -> None:
        if found is not None and sort not in self.facts.done:
            field = FIELDS[sort]
            self.facts = replace(self.facts, **{field: getattr(found, field)})
        self._finish(sort)

    def _finish(self, sort: AddressKind) -> None:
        self.facts = replace(self.facts, done=self.facts.done | {sort})

    def _choose_place(self) -> None:
        """Nobody said which place: the first server that can be joined, or the first that there is."""
        servers = sorted(self.facts.servers, key=lambda seen: (bool(seen.reason), seen.ours))
        if servers:
            self.facts = replace(self.facts, host=servers[0].host, port=servers[0].port)


def _run(
    sort: AddressKind, look: Look, facts: Facts, news: "queue.SimpleQueue[tuple[AddressKind, Facts | None]]"
) -> None:
    try:
        news.put((sort, look(facts)))
    except Exception:  # one look that fails must not leave the person without the others
        news.put((sort, None))


def facts_of(host: str, port: int, hosting: bool = False) -> Facts:
    """What is known before the first look: the place, if any, and the system."""
    return Facts(sys.platform, host, port if host else 0, hosting)
