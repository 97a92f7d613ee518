"""Each fact as a line for people: what was looked at, what was seen, and whether that is as it should be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from petard.game.config.arguments import DEFAULT_PORT, Address
from petard.game.doctor.facts import AddressKind, BroadcastResult, DiscoveryMethod, Facts

LISTED = 4  # of several things, so many are named


class StepStatus(Enum):
    """How a step ended; the value is the word for it in a terminal."""

    WAITING = "..."
    GOOD = "ok"
    ODD = "odd"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the examination."""

    sort: AddressKind
    mark: StepStatus
    text: str


Said = tuple[StepStatus, str]

BUSY = {
    AddressKind.NETS: "looking at the networks of this computer",
    AddressKind.MIRROR: "asking itself over loopback",
    AddressKind.OWNER: "looking who has the port",
    AddressKind.LISTENER: "opening a server's door",
    AddressKind.SHOUTS: "calling into every network",
    AddressKind.SERVERS: "listening for servers",
    AddressKind.ROUTER: "knocking at the router",
    AddressKind.REACH: "opening a line",
    AddressKind.ASKED: "asking there",
}


def steps(facts: Facts) -> list[Step]:
    """Every step in its order; those about a place are left out while there is none."""
    wanted = [sort for sort in AddressKind if facts.host or sort not in (AddressKind.REACH, AddressKind.ASKED)]
    return [Step(sort, *(SAYS[sort](facts) if sort in facts.done else _busy(sort))) for sort in wanted]


def _busy(sort: AddressKind) -> Said:
    return StepStatus.WAITING, f"{BUSY[sort]} ..."


def _nets(facts: Facts) -> Said:
    if not facts.nets:
        return StepStatus.BAD, "none but this computer by itself"
    return StepStatus.GOOD, _some(f"{net.name} {net.address}" for net in facts.nets)


def _mirror(facts: Facts) -> Said:
    if facts.mirror and facts.mirror.answered:
        return StepStatus.GOOD, "a question over loopback was answered"
    return StepStatus.BAD, "no answer over loopback" + _why(facts.mirror.problem if facts.mirror else "")


def _owner(facts: Facts) -> Said:
    owner = facts.owner
    if owner is None or owner.hidden:
        return StepStatus.ODD, f"this system does not tell who has port {DEFAULT_PORT}"
    taken = [f"{way} belongs to {who}" for way, who in (("TCP", owner.stream), ("UDP", owner.questions)) if who]
    if not taken:
        return StepStatus.GOOD, f"{DEFAULT_PORT} is free"
    ours = all("petard" in who for who in (owner.stream, owner.questions) if who)
    later = "" if ours else "; a server here takes the next free one"
    return StepStatus.GOOD if ours else StepStatus.ODD, f"{DEFAULT_PORT}: {', '.join(taken)}{later}"


def _listener(facts: Facts) -> Said:
    door = facts.listener
    if door is None or not door.port:
        return StepStatus.BAD, "no port could be opened" + _why(door.problem if door else "")
    if not door.reached:
        return StepStatus.BAD, f"port {door.port} opens, but its own address does not lead there" + _why(door.problem)
    return StepStatus.GOOD, f"port {door.port} opens, and can be reached at the address of this computer"


def _shouts(facts: Facts) -> Said:
    good = [shout for shout in facts.shouts if shout.sent and shout.heard]
    bad = [shout for shout in facts.shouts if shout not in good]
    if not facts.shouts:
        return StepStatus.ODD, "no network to call into"
    if not bad:
        return StepStatus.GOOD, "sent and heard: " + _some(_call(shout) for shout in good)
    mark = StepStatus.ODD if good else StepStatus.BAD
    return mark, _some(_call(shout) + (" was not heard" if shout.sent else " was not sent") for shout in bad)


def _call(shout: BroadcastResult) -> str:
    return f"{shout.name} to {shout.to}{_why(shout.problem)}"


def _servers(facts: Facts) -> Said:
    if not facts.servers:
        return StepStatus.ODD, "none answers or announces itself"
    named = _some(f"{seen.name} at {Address(seen.host, seen.port)}" for seen in facts.servers)
    return StepStatus.GOOD, f"{len(facts.servers)} found: {named}"


def _router(facts: Facts) -> Said:
    if facts.router is None or facts.router.answers is None:
        return StepStatus.ODD, "not known"
    if facts.router.answers:
        return StepStatus.GOOD, f"{facts.router.address} answers"
    return StepStatus.ODD, f"{facts.router.address} does not answer"


def _reach(facts: Facts) -> Said:
    where = f"TCP to {facts.address} port {facts.port}"
    if facts.reach is None:
        return StepStatus.BAD, f"{where}: looking the name up takes too long"
    if facts.reach.way is DiscoveryMethod.PETARD:
        return StepStatus.GOOD, f"{where}: {DiscoveryMethod.PETARD.value} after {facts.reach.ms:.0f} ms"
    ports = f"; there is one at port {_some(map(str, facts.reach.others))}" if facts.reach.others else ""
    return StepStatus.BAD, f"{where}: {facts.reach.way.value}{ports}"


def _asked(facts: Facts) -> Said:
    where = f"UDP to {facts.address} port {DEFAULT_PORT}"
    if facts.asked is None or not facts.asked.answer:
        refused = facts.asked and facts.asked.refused
        how = "nobody listens there" if refused else "no answer"
        return StepStatus.ODD, f"{where}: {how}" + _why(facts.asked.problem if facts.asked else "")
    seen = facts.asked.answer
    version = f"Petard {seen.build}, protocol {seen.protocol}"
    mark = StepStatus.GOOD if seen.protocol == facts.protocol else StepStatus.BAD
    return mark, f"{where}: {version}, port {seen.port}, after {facts.asked.ms:.0f} ms"


SAYS: dict[AddressKind, Callable[[Facts], Said]] = {
    AddressKind.NETS: _nets,
    AddressKind.MIRROR: _mirror,
    AddressKind.OWNER: _owner,
    AddressKind.LISTENER: _listener,
    AddressKind.SHOUTS: _shouts,
    AddressKind.SERVERS: _servers,
    AddressKind.ROUTER: _router,
    AddressKind.REACH: _reach,
    AddressKind.ASKED: _asked,
}


def _some(things: Iterable[str]) -> str:
    named = list(things)
    more = f" and {len(named) - LISTED} more" if len(named) > LISTED else ""
    return ", ".join(named[:LISTED]) + more


def _why(problem: str) -> str:
    return f" ({problem})" if problem else ""
