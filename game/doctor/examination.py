"""The examination: runs every check in a thread of its own, which returns facts and changes nothing else.

Rule 1: `poll` never waits. It collects the facts that have arrived, and starts the checks that are due.
Rule 2: a check that needs the facts of another one is started after it: the local checks after the networks, the
        remote ones after the servers, if no target was given.
Rule 3: if a check hangs or fails, the examination goes on without it after CHECK_MOST.
"""

import queue
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from petard.game.doctor.diagnosis.facts import CheckKind, Facts
from petard.game.doctor.local_checks import (
    check_broadcasts,
    check_listener,
    check_networks,
    check_owner,
    check_router,
    check_self_test,
)
from petard.game.doctor.remote_checks import check_query, check_servers, check_tcp

CHECK_MOST = 9.0  # seconds that one check may take

Check = Callable[[Facts], Facts]  # from the known facts to the same with one more


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """One check, and which others come before it."""

    check: Check
    after: frozenset[CheckKind] = frozenset()


_NETS = frozenset({CheckKind.NETS})
PLANS: dict[CheckKind, CheckPlan] = {  # the slowest first
    CheckKind.NETS: CheckPlan(check_networks),
    CheckKind.REACH: CheckPlan(check_tcp),
    CheckKind.SERVERS: CheckPlan(check_servers, _NETS),
    CheckKind.ASKED: CheckPlan(check_query),
    CheckKind.ROUTER: CheckPlan(check_router, _NETS),
    CheckKind.SHOUTS: CheckPlan(check_broadcasts, _NETS),
    CheckKind.LISTENER: CheckPlan(check_listener, _NETS),
    CheckKind.MIRROR: CheckPlan(check_self_test),
    CheckKind.OWNER: CheckPlan(check_owner),
}
OF_TARGET = (CheckKind.REACH, CheckKind.ASKED)
FIELDS = {kind: kind.name.lower() for kind in CheckKind}  # the field of Facts that each check fills


class Examination:
    """One examination. Poll it until `is_over`."""

    def __init__(self, facts: Facts, now: float, plans: Mapping[CheckKind, CheckPlan] = PLANS) -> None:
        """`facts`: the target, and nothing found out. Nothing is checked before the first poll."""
        self.facts = facts
        self._plans = plans
        self.started: dict[CheckKind, float] = {}  # when each check was started
        self._arrived: queue.SimpleQueue[tuple[CheckKind, Facts | None]] = queue.SimpleQueue()

    @property
    def is_over(self) -> bool:
        """True once everything was checked."""
        return self._wanted <= self.facts.done

    @property
    def _wanted(self) -> set[CheckKind]:
        return {kind for kind in self._plans if self.facts.host or kind not in OF_TARGET}

    def poll(self, now: float) -> None:
        """Collect the facts that have arrived, give up checks that hang, start one that is due. `now` in seconds."""
        while not self._arrived.empty():
            self._collect(*self._arrived.get_nowait())
        for kind, since in self.started.items():
            if now - since > CHECK_MOST:
                self._finish(kind)
        if CheckKind.SERVERS in self.facts.done and not self.facts.host:
            self._choose_target()
        due = [kind for kind in self._plans if self._is_due(kind)]
        if due:
            self._start(due[0], now)  # one at a time: each start delays a picture by some milliseconds

    def _is_due(self, kind: CheckKind) -> bool:
        is_wanted = kind in self._wanted and kind not in self.started
        return is_wanted and self._plans[kind].after <= self.facts.done

    def _start(self, kind: CheckKind, now: float) -> None:
        self.started[kind] = now
        arguments = (kind, self._plans[kind].check, self.facts, self._arrived)
        try:
            threading.Thread(name=f"doctor {FIELDS[kind]}", target=_run, args=arguments, daemon=True).start()
        except RuntimeError:  # the system gives no more threads
            self._finish(kind)

    def _collect(self, kind: CheckKind, found: Facts | None) -> None:
        if found is not None and kind not in self.facts.done:
            field = FIELDS[kind]
            self.facts = replace(self.facts, **{field: getattr(found, field)})
        self._finish(kind)

    def _finish(self, kind: CheckKind) -> None:
        self.facts = replace(self.facts, done=self.facts.done | {kind})

    def _choose_target(self) -> None:
        """Without a target: the first server that can be joined, or else the first."""
        servers = sorted(self.facts.servers, key=lambda seen: (bool(seen.reason), seen.ours))
        if servers:
            self.facts = replace(self.facts, host=servers[0].host, port=servers[0].port)


def _run(
    kind: CheckKind, check: Check, facts: Facts, arrived: "queue.SimpleQueue[tuple[CheckKind, Facts | None]]"
) -> None:
    try:
        arrived.put((kind, check(facts)))
    except Exception:  # one check that fails must not stop the others
        arrived.put((kind, None))


def facts_of(host: str, port: int, hosting: bool = False) -> Facts:
    """Return the facts before the first check: the target, if any, and the system."""
    return Facts(sys.platform, host, port if host else 0, hosting)
