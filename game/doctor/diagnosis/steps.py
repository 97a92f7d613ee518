"""The facts as lines for people, one for each check, and everything as JSON for programs."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from petard.game.config.arguments import DEFAULT_PORT, Address
from petard.game.doctor.diagnosis.cases import diagnose
from petard.game.doctor.diagnosis.facts import BroadcastResult, CheckKind, ConnectOutcome, Facts

LISTED = 4  # of several things this many are named
TITLE_WIDTH = 14  # characters of the longest title


class StepStatus(Enum):
    """How a check ended; the value is the word for it in a terminal."""

    WAITING = "..."
    GOOD = "ok"
    ODD = "odd"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class DoctorStep:
    """The line of one check."""

    kind: CheckKind
    status: StepStatus
    text: str


Result = tuple[StepStatus, str]


def steps(facts: Facts) -> list[DoctorStep]:
    """Return every step in order; without a target those about the target are left out."""
    kinds = [kind for kind in CheckKind if facts.host or kind not in (CheckKind.REACH, CheckKind.ASKED)]
    return [DoctorStep(kind, *_result_of(kind, facts)) for kind in kinds]


def _result_of(kind: CheckKind, facts: Facts) -> Result:
    busy, result = TEXTS[kind]
    return result(facts) if kind in facts.done else (StepStatus.WAITING, f"{busy} ...")


def _nets(facts: Facts) -> Result:
    if not facts.nets:
        return StepStatus.BAD, "none but this computer by itself"
    return StepStatus.GOOD, _some(f"{net.name} {net.address}" for net in facts.nets)


def _mirror(facts: Facts) -> Result:
    if facts.mirror and facts.mirror.answered:
        return StepStatus.GOOD, "a question over loopback was answered"
    return StepStatus.BAD, "no answer over loopback" + _why(facts.mirror.problem if facts.mirror else "")


def _owner(facts: Facts) -> Result:
    owner = facts.owner
    if owner is None or owner.hidden:
        return StepStatus.ODD, f"this system does not tell who has port {DEFAULT_PORT}"
    taken = [f"{way} belongs to {who}" for way, who in (("TCP", owner.stream), ("UDP", owner.questions)) if who]
    if not taken:
        return StepStatus.GOOD, f"{DEFAULT_PORT} is free"
    ours = all("petard" in who for who in (owner.stream, owner.questions) if who)
    later = "" if ours else "; a server here takes the next free one"
    return StepStatus.GOOD if ours else StepStatus.ODD, f"{DEFAULT_PORT}: {', '.join(taken)}{later}"


def _listener(facts: Facts) -> Result:
    listener = facts.listener
    if listener is None or not listener.port:
        return StepStatus.BAD, "no port could be opened" + _why(listener.problem if listener else "")
    if not listener.reached:
        text = f"port {listener.port} opens, but its own address does not lead there"
        return StepStatus.BAD, text + _why(listener.problem)
    return StepStatus.GOOD, f"port {listener.port} opens, and can be reached at the address of this computer"


def _shouts(facts: Facts) -> Result:
    good = [shout for shout in facts.shouts if shout.sent and shout.heard]
    bad = [shout for shout in facts.shouts if shout not in good]
    if not facts.shouts:
        return StepStatus.ODD, "no network to call into"
    if not bad:
        return StepStatus.GOOD, "sent and heard: " + _some(_call(shout) for shout in good)
    failed = _some(_call(shout) + (" was not heard" if shout.sent else " was not sent") for shout in bad)
    return StepStatus.ODD if good else StepStatus.BAD, failed


def _call(shout: BroadcastResult) -> str:
    return f"{shout.name} to {shout.to}{_why(shout.problem)}"


def _servers(facts: Facts) -> Result:
    if not facts.servers:
        return StepStatus.ODD, "none answers or announces itself"
    named = _some(f"{seen.name} at {Address(seen.host, seen.port)}" for seen in facts.servers)
    return StepStatus.GOOD, f"{len(facts.servers)} found: {named}"


def _router(facts: Facts) -> Result:
    if facts.router is None or facts.router.answers is None:
        return StepStatus.ODD, "not known"
    if facts.router.answers:
        return StepStatus.GOOD, f"{facts.router.address} answers"
    return StepStatus.ODD, f"{facts.router.address} does not answer"


def _reach(facts: Facts) -> Result:
    where = f"TCP to {facts.address} port {facts.port}"
    if facts.reach is None:
        return StepStatus.BAD, f"{where}: looking the name up takes too long"
    if facts.reach.way is ConnectOutcome.PETARD:
        return StepStatus.GOOD, f"{where}: {ConnectOutcome.PETARD.value} after {facts.reach.ms:.0f} ms"
    ports = f"; there is one at port {_some(map(str, facts.reach.others))}" if facts.reach.others else ""
    return StepStatus.BAD, f"{where}: {facts.reach.way.value}{ports}"


def _asked(facts: Facts) -> Result:
    where = f"UDP to {facts.address} port {DEFAULT_PORT}"
    if facts.asked is None or not facts.asked.answer:
        refused = facts.asked and facts.asked.refused
        how = "nobody listens there" if refused else "no answer"
        return StepStatus.ODD, f"{where}: {how}" + _why(facts.asked.problem if facts.asked else "")
    seen = facts.asked.answer
    version = f"Petard {seen.build}, protocol {seen.protocol}"
    status = StepStatus.GOOD if seen.protocol == facts.protocol else StepStatus.BAD
    return status, f"{where}: {version}, port {seen.port}, after {facts.asked.ms:.0f} ms"


# While a check runs, and once it is done.
TEXTS: dict[CheckKind, tuple[str, Callable[[Facts], Result]]] = {
    CheckKind.NETS: ("looking at the networks of this computer", _nets),
    CheckKind.MIRROR: ("asking itself over loopback", _mirror),
    CheckKind.OWNER: ("looking who has the port", _owner),
    CheckKind.LISTENER: ("opening a listener", _listener),
    CheckKind.SHOUTS: ("sending a broadcast into every network", _shouts),
    CheckKind.SERVERS: ("listening for servers", _servers),
    CheckKind.ROUTER: ("connecting to the router", _router),
    CheckKind.REACH: ("opening a TCP connection", _reach),
    CheckKind.ASKED: ("sending a question", _asked),
}


def terminal_line(step: DoctorStep) -> str:
    """Return one step as a line of a terminal."""
    return f"  {step.status.value:<4} {step.kind.value:<{TITLE_WIDTH}} {step.text}"


def to_json(facts: Facts) -> str:
    """Return the diagnosis, the steps and all facts as one JSON object."""
    found: dict[str, Any] = asdict(facts)
    found["done"] = sorted(kind.name.lower() for kind in facts.done)
    if facts.reach:
        found["reach"]["way"] = facts.reach.way.name.lower()
    lines = [{"step": one.kind.name.lower(), "mark": one.status.value, "text": one.text} for one in steps(facts)]
    return json.dumps({"verdict": asdict(diagnose(facts)), "steps": lines, "facts": found}, indent=2)


def _some(things: Iterable[str]) -> str:
    named = list(things)
    more = f" and {len(named) - LISTED} more" if len(named) > LISTED else ""
    return ", ".join(named[:LISTED]) + more


def _why(problem: str) -> str:
    return f" ({problem})" if problem else ""
