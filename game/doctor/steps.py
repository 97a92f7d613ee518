"""Each fact as a line for people: what was looked at, what was seen, and whether that is as it should be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from petard.game.arguments import DEFAULT_PORT, Address
from petard.game.doctor.facts import Facts, Shout, Sort, Way

LISTED = 4  # of several things, so many are named


class Mark(Enum):
    """How a step ended; the value is the word for it in a terminal."""

    WAITING = "..."
    GOOD = "ok"
    ODD = "odd"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the examination."""

    sort: Sort
    mark: Mark
    text: str


Said = tuple[Mark, str]

BUSY = {
    Sort.NETS: "looking at the networks of this computer",
    Sort.MIRROR: "asking itself over loopback",
    Sort.OWNER: "looking who has the port",
    Sort.LISTENER: "opening a server's door",
    Sort.SHOUTS: "calling into every network",
    Sort.SERVERS: "listening for servers",
    Sort.ROUTER: "knocking at the router",
    Sort.REACH: "opening a line",
    Sort.ASKED: "asking there",
}


def steps(facts: Facts) -> list[Step]:
    """Every step in its order; those about a place are left out while there is none."""
    wanted = [sort for sort in Sort if facts.host or sort not in (Sort.REACH, Sort.ASKED)]
    return [Step(sort, *(SAYS[sort](facts) if sort in facts.done else _busy(sort))) for sort in wanted]


def _busy(sort: Sort) -> Said:
    return Mark.WAITING, f"{BUSY[sort]} ..."


def _nets(facts: Facts) -> Said:
    if not facts.nets:
        return Mark.BAD, "none but this computer by itself"
    return Mark.GOOD, _some(f"{net.name} {net.address}" for net in facts.nets)


def _mirror(facts: Facts) -> Said:
    if facts.mirror and facts.mirror.answered:
        return Mark.GOOD, "a question over loopback was answered"
    return Mark.BAD, "no answer over loopback" + _why(facts.mirror.problem if facts.mirror else "")


def _owner(facts: Facts) -> Said:
    owner = facts.owner
    if owner is None or owner.hidden:
        return Mark.ODD, f"this system does not tell who has port {DEFAULT_PORT}"
    taken = [f"{way} belongs to {who}" for way, who in (("TCP", owner.stream), ("UDP", owner.questions)) if who]
    if not taken:
        return Mark.GOOD, f"{DEFAULT_PORT} is free"
    ours = all("petard" in who for who in (owner.stream, owner.questions) if who)
    later = "" if ours else "; a server here takes the next free one"
    return Mark.GOOD if ours else Mark.ODD, f"{DEFAULT_PORT}: {', '.join(taken)}{later}"


def _listener(facts: Facts) -> Said:
    door = facts.listener
    if door is None or not door.port:
        return Mark.BAD, "no port could be opened" + _why(door.problem if door else "")
    if not door.reached:
        return Mark.BAD, f"port {door.port} opens, but its own address does not lead there" + _why(door.problem)
    return Mark.GOOD, f"port {door.port} opens, and can be reached at the address of this computer"


def _shouts(facts: Facts) -> Said:
    good = [shout for shout in facts.shouts if shout.sent and shout.heard]
    bad = [shout for shout in facts.shouts if shout not in good]
    if not facts.shouts:
        return Mark.ODD, "no network to call into"
    if not bad:
        return Mark.GOOD, "sent and heard: " + _some(_call(shout) for shout in good)
    mark = Mark.ODD if good else Mark.BAD
    return mark, _some(_call(shout) + (" was not heard" if shout.sent else " was not sent") for shout in bad)


def _call(shout: Shout) -> str:
    return f"{shout.name} to {shout.to}{_why(shout.problem)}"


def _servers(facts: Facts) -> Said:
    if not facts.servers:
        return Mark.ODD, "none answers or announces itself"
    named = _some(f"{seen.name} at {Address(seen.host, seen.port)}" for seen in facts.servers)
    return Mark.GOOD, f"{len(facts.servers)} found: {named}"


def _router(facts: Facts) -> Said:
    if facts.router is None or facts.router.answers is None:
        return Mark.ODD, "not known"
    if facts.router.answers:
        return Mark.GOOD, f"{facts.router.address} answers"
    return Mark.ODD, f"{facts.router.address} does not answer"


def _reach(facts: Facts) -> Said:
    where = f"TCP to {facts.address} port {facts.port}"
    if facts.reach is None:
        return Mark.BAD, f"{where}: looking the name up takes too long"
    if facts.reach.way is Way.PETARD:
        return Mark.GOOD, f"{where}: {Way.PETARD.value} after {facts.reach.ms:.0f} ms"
    ports = f"; there is one at port {_some(map(str, facts.reach.others))}" if facts.reach.others else ""
    return Mark.BAD, f"{where}: {facts.reach.way.value}{ports}"


def _asked(facts: Facts) -> Said:
    where = f"UDP to {facts.address} port {DEFAULT_PORT}"
    if facts.asked is None or not facts.asked.answer:
        refused = facts.asked and facts.asked.refused
        how = "nobody listens there" if refused else "no answer"
        return Mark.ODD, f"{where}: {how}" + _why(facts.asked.problem if facts.asked else "")
    seen = facts.asked.answer
    version = f"Petard {seen.build}, protocol {seen.protocol}"
    mark = Mark.GOOD if seen.protocol == facts.protocol else Mark.BAD
    return mark, f"{where}: {version}, port {seen.port}, after {facts.asked.ms:.0f} ms"


SAYS: dict[Sort, Callable[[Facts], Said]] = {
    Sort.NETS: _nets,
    Sort.MIRROR: _mirror,
    Sort.OWNER: _owner,
    Sort.LISTENER: _listener,
    Sort.SHOUTS: _shouts,
    Sort.SERVERS: _servers,
    Sort.ROUTER: _router,
    Sort.REACH: _reach,
    Sort.ASKED: _asked,
}


def _some(things: Iterable[str]) -> str:
    named = list(things)
    more = f" and {len(named) - LISTED} more" if len(named) > LISTED else ""
    return ", ".join(named[:LISTED]) + more


def _why(problem: str) -> str:
    return f" ({problem})" if problem else ""
