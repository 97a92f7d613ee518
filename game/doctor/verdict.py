"""From what was found out to one sentence and one action, by the table in game/doctor/cases.py."""

from dataclasses import dataclass

from petard.game.config.arguments import DEFAULT_PORT, Address
from petard.game.doctor.cases import CASES, PROMPTS
from petard.game.doctor.facts import Facts, SeenServer, is_in


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the doctor says in the end."""

    case: str
    sentence: str
    action: str
    is_healthy: bool
    join: str  # the address at which it can be joined now, "" where that makes no sense


def verdict(facts: Facts) -> Diagnosis:
    """What it comes to, once everything was looked at."""
    case = next(case for case in CASES if case.fits(facts))
    action = PROMPTS.get(facts.system, case.action) if case.permit else case.action
    words = _words(facts)
    sentence, action, join = (text.format(**words) for text in (case.sentence, action, case.join))
    return Diagnosis(case.name, sentence, action, case.is_healthy, join)


def _words(facts: Facts) -> dict[str, object]:
    seen = facts.answer or SeenServer("", "", facts.host, facts.port, facts.protocol, facts.build)
    other = facts.elsewhere[0] if facts.elsewhere else facts.port
    instead = facts.instead or seen
    newer = seen.build if seen.protocol > facts.protocol else facts.build
    return {
        "host": facts.host,
        "port": facts.port or DEFAULT_PORT,
        "at": str(Address(facts.host, facts.port)),
        "mine": str(Address(own_address(facts), facts.port)),
        "other": other,
        "at_other": str(Address(facts.host, other)),
        "name": seen.name,
        "instead": instead.name,
        "at_instead": str(Address(instead.host, instead.port)),
        "theirs": seen.build,
        "their_protocol": seen.protocol,
        "yours": facts.build,
        "your_protocol": facts.protocol,
        "newer": newer,
        "questions": DEFAULT_PORT,
        "networks": networks(facts),
    }


def own_address(facts: Facts) -> str:
    """The address of this computer that others would use: the one beside the router, IPv4 before IPv6."""
    router = facts.router.address if facts.router else ""
    nets = sorted(facts.nets, key=lambda net: (":" in net.address, not is_in(router, net.network)))
    return nets[0].address if nets else facts.host


def networks(facts: Facts, most: int = 3) -> str:
    """The networks that this computer is in, those of IPv4 first, as a person would name them."""
    known = list(dict.fromkeys(net.network for net in facts.nets))
    named = [one for one in known if ":" not in one] or known
    more = f" and {len(named) - most} more" if len(named) > most else ""
    return (", ".join(named[:most]) + more) or "no network"
