"""The examination: runs each check in a thread, shows a line for each, and in the end the diagnosis (`petard doctor`).

Rule 1: `poll` never waits. It collects the facts that have arrived, and starts the checks that are due.
Rule 2: a check that needs the facts of another one is started after it: those of NEED_NETS after the networks, those
        of the target after the servers, if no target was given.
Rule 3: if a check hangs or fails, the examination goes on without it after CHECK_MOST.
Rule 4: nothing here opens a window; `petard doctor` works over ssh, too.
"""

import argparse
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from enum import Enum
from itertools import takewhile
from typing import Any, NamedTuple

from petard.game.config.arguments import DEFAULT_PORT, Address, BadAddress, address_of
from petard.game.doctor import checks, target_checks
from petard.game.doctor.diagnosis import BEFORE, diagnose
from petard.game.doctor.facts import OF_TARGET, CanFail, CheckKind, ConnectOutcome, Facts, some
from petard.shared.discovery.client import may_search

CHECK_MOST = 9.0  # seconds that one check may take
SWITCHED_OFF = "not tried, because PETARD_DISCOVERY switches it off"
STEP = 0.02  # seconds between two polls

Check = Callable[[Facts], object]  # from the known facts to one more, the value of the field of its CheckKind
CHECKS: dict[CheckKind, Check] = {  # the slowest first
    CheckKind.NETS: checks.check_networks,
    CheckKind.REACH: target_checks.check_tcp,
    CheckKind.SERVERS: checks.check_servers,
    CheckKind.ASKED: target_checks.check_query,
    CheckKind.ROUTER: checks.check_router,
    CheckKind.SHOUTS: checks.check_broadcasts,
    CheckKind.LISTENER: checks.check_listener,
    CheckKind.MIRROR: checks.check_self_test,
    CheckKind.OWNER: checks.check_owner,
}
NEED_NETS = (CheckKind.SERVERS, CheckKind.ROUTER, CheckKind.SHOUTS, CheckKind.LISTENER)


def facts_of(host: str, port: int, hosting: bool = False, searches: bool = True) -> Facts:
    """Return the facts before the first check: the target, if any, and the system."""
    return Facts(sys.platform, host, port if host else 0, hosting, searches)


class Examination:
    """One examination. Poll it until `is_over`."""

    def __init__(self, facts: Facts, now: float, tried: Mapping[CheckKind, Check] = CHECKS) -> None:
        """`facts`: the target, and nothing found out. Nothing is checked before the first poll."""
        self.facts = facts
        self.started: dict[CheckKind, float] = {}  # when each check was started
        self._checks = tried
        self._arrived: queue.SimpleQueue[tuple[CheckKind, Any]] = queue.SimpleQueue()  # None: the check has failed

    @property
    def is_over(self) -> bool:
        """True once everything was checked."""
        return self._wanted <= self.facts.done

    @property
    def _wanted(self) -> set[CheckKind]:
        return {kind for kind in self._checks if self.facts.host or kind not in OF_TARGET}

    def poll(self, now: float) -> None:
        """Collect the facts that have arrived, give up checks that hang, start one that is due. `now` in seconds."""
        while not self._arrived.empty():
            kind, found = self._arrived.get_nowait()
            if found is not None and kind not in self.facts.done:
                self.facts = replace(self.facts, **{kind.field: found})
            self._finish(kind)
        for kind, since in self.started.items():
            if now - since > CHECK_MOST:
                self._finish(kind)
        if CheckKind.SERVERS in self.facts.done and not self.facts.host and self.facts.servers:
            target = min(self.facts.servers, key=lambda seen: (bool(seen.reason), seen.ours))  # one that can be joined
            self.facts = replace(self.facts, host=target.host, port=target.port)
        if due := next(filter(self._is_due, self._checks), None):
            self._start(due, now)  # one at a time: each start delays a picture by some milliseconds

    def _is_due(self, kind: CheckKind) -> bool:
        may_start = kind not in NEED_NETS or CheckKind.NETS in self.facts.done
        return may_start and kind in self._wanted and kind not in self.started

    def _start(self, kind: CheckKind, now: float) -> None:
        self.started[kind] = now
        check, facts = self._checks[kind], self.facts

        def run() -> None:
            try:
                self._arrived.put((kind, check(facts)))
            except Exception:  # one check that fails must not stop the others
                self._arrived.put((kind, None))

        try:
            threading.Thread(name=f"doctor {kind.field}", target=run, daemon=True).start()
        except RuntimeError:  # the system gives no more threads
            self._finish(kind)

    def _finish(self, kind: CheckKind) -> None:
        self.facts = replace(self.facts, done=self.facts.done | {kind})


# The line of each check


class StepStatus(Enum):
    """How a check ended; the value is the word for it in a terminal."""

    WAITING = "..."
    GOOD = "ok"
    ODD = "odd"
    BAD = "bad"


GOOD, ODD, BAD = StepStatus.GOOD, StepStatus.ODD, StepStatus.BAD
Result = tuple[StepStatus, str]


class DoctorStep(NamedTuple):
    kind: CheckKind
    status: StepStatus
    text: str


def steps(facts: Facts) -> list[DoctorStep]:
    """Return every step in order; without a target those about the target are left out."""
    kinds = [kind for kind in CheckKind if facts.host or kind not in OF_TARGET]
    return [DoctorStep(kind, *_result_of(kind, facts)) for kind in kinds]


def _result_of(kind: CheckKind, facts: Facts) -> Result:
    return RESULTS[kind](facts) if kind in facts.done else (StepStatus.WAITING, f"{kind.busy} ...")


def _nets(facts: Facts) -> Result:
    named = some(f"{net.name} {net.address}" for net in facts.nets)
    return (GOOD, named) if named else (BAD, "none but this computer by itself")


def _mirror(facts: Facts) -> Result:
    if facts.mirror and facts.mirror.answered:
        return GOOD, "a question over loopback was answered"
    return BAD, "no answer over loopback" + _why(facts.mirror)


def _owner(facts: Facts) -> Result:
    owner = facts.owner
    if owner is None or owner.hidden:
        return ODD, f"this system does not tell who has port {DEFAULT_PORT}"
    users = {way: user for way, user in (("TCP", owner.stream), ("UDP", owner.questions)) if user}
    taken = ", ".join(f"{way} belongs to {user}" for way, user in users.items())
    if all("petard" in user for user in users.values()):
        return GOOD, f"{DEFAULT_PORT}: {taken}" if taken else f"{DEFAULT_PORT} is free"
    return ODD, f"{DEFAULT_PORT}: {taken}; a server here takes the next free one"


def _listener(facts: Facts) -> Result:
    listener = facts.listener
    if listener is None or not listener.port:
        return BAD, "no port could be opened" + _why(listener)
    if not listener.reached:
        return BAD, f"port {listener.port} opens, but its own address does not lead there" + _why(listener)
    return GOOD, f"port {listener.port} opens, and can be reached at the address of this computer"


def _shouts(facts: Facts) -> Result:
    if not facts.searches:
        return ODD, SWITCHED_OFF
    if not facts.shouts:
        return ODD, "no network to call into"
    calls = [(shout, f"{shout.name} to {shout.to}{_why(shout)}") for shout in facts.shouts]
    good = [call for shout, call in calls if shout.sent and shout.heard]
    lost = [(shout, call) for shout, call in calls if not (shout.sent and shout.heard)]
    bad = [f"{call} was not {'heard' if shout.sent else 'sent'}" for shout, call in lost]
    return (ODD if good else BAD, some(bad)) if bad else (GOOD, "sent and heard: " + some(good))


def _servers(facts: Facts) -> Result:
    if not facts.searches:
        return ODD, SWITCHED_OFF
    named = some(f"{seen.name} at {Address(seen.host, seen.port)}" for seen in facts.servers)
    return (GOOD, f"{len(facts.servers)} found: {named}") if named else (ODD, "none answers or announces itself")


def _router(facts: Facts) -> Result:
    router = facts.router
    if router is None or router.answers is None:
        return ODD, "not known"
    return (GOOD, f"{router.address} answers") if router.answers else (ODD, f"{router.address} does not answer")


def _reach(facts: Facts) -> Result:
    where, reach = f"TCP to {facts.address} port {facts.port}", facts.reach
    if reach is None:
        return BAD, f"{where}: looking the name up takes too long"
    if reach.way is ConnectOutcome.PETARD:
        return GOOD, f"{where}: {reach.way.value} after {reach.ms:.0f} ms"
    ports = f"; there is one at port {some(map(str, reach.others))}" if reach.others else ""
    return BAD, f"{where}: {reach.way.value}{ports}"


def _asked(facts: Facts) -> Result:
    where, asked = f"UDP to {facts.address} port {DEFAULT_PORT}", facts.asked
    if asked is None or not asked.answer:
        how = "nobody listens there" if asked and asked.refused else "no answer"
        return ODD, f"{where}: {how}" + _why(asked)
    seen = asked.answer
    version = f"Petard {seen.build}, protocol {seen.protocol}"
    status = GOOD if seen.protocol == facts.protocol else BAD
    return status, f"{where}: {version}, port {seen.port}, after {asked.ms:.0f} ms"


RESULTS: dict[CheckKind, Callable[[Facts], Result]] = dict(
    zip(CheckKind, (_nets, _mirror, _owner, _listener, _shouts, _servers, _router, _reach, _asked), strict=True)
)


def _why(fact: CanFail | None) -> str:
    return f" ({fact.problem})" if fact and fact.problem else ""


# `petard doctor`


def main(words: Sequence[str]) -> int:
    """Examine, and print each fact when it is found. Exit status 0: all is well; 1: it is not; 2: a bad argument."""
    parser = argparse.ArgumentParser(
        prog="petard doctor", description="Find out why a server cannot be seen or joined.", allow_abbrev=False
    )
    parser.add_argument("address", nargs="?", metavar="HOST[:PORT]", help="the server, or its join code")
    parser.add_argument("--json", action="store_true", help="print all facts as one JSON object")
    options = parser.parse_args(words)
    try:
        target = address_of(options.address) if options.address else Address("", 0)
    except BadAddress as problem:
        sys.stderr.write(f"petard doctor: {problem}\n")
        return 2
    examination, printed = Examination(facts_of(*target, searches=may_search(os.environ)), time.monotonic()), 0
    if (system := examination.facts.system) in BEFORE and not options.json:
        sys.stdout.write(f"{BEFORE[system]}\n\n")
    try:
        while not examination.is_over:
            examination.poll(time.monotonic())
            fresh = [] if options.json else steps(examination.facts)[printed:]  # each once, in order
            for step in takewhile(lambda step: step.status is not StepStatus.WAITING, fresh):
                sys.stdout.write(f"  {step.status.value:<4} {step.kind.title:<14} {step.text}\n")
                sys.stdout.flush()
                printed += 1
            time.sleep(STEP)
    except KeyboardInterrupt:
        return 1
    diagnosis = diagnose(examination.facts)
    text = to_json(examination.facts) if options.json else f"\n{diagnosis.sentence}\n{diagnosis.action}"
    sys.stdout.write(f"{text}\n")
    return 0 if diagnosis.is_healthy else 1


def to_json(facts: Facts) -> str:
    """Return the diagnosis, the steps and all facts as one JSON object."""
    found = asdict(facts)
    found["done"] = sorted(kind.field for kind in facts.done)
    if facts.reach:
        found["reach"]["way"] = facts.reach.way.name.lower()
    lines = [{"step": one.kind.field, "mark": one.status.value, "text": one.text} for one in steps(facts)]
    verdict = {key: getattr(diagnose(facts), key) for key in ("case", "sentence", "action", "is_healthy", "join")}
    return json.dumps({"verdict": verdict, "steps": lines, "facts": found}, indent=2)
