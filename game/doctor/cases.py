"""Every way in which it can be: the table CASES, which is printed in docs/lan.md.

Rule 1: the first case that fits is the verdict. What was reached counts before what was not, the place that was asked
        for before the network around it, and what is certain before what is likely.
Rule 2: the sentence says what is wrong, the action what a person can do about it, in words that stand on their screen.
Rule 3: the systems ask for permission in words of their own; where it is missing on this computer, the action quotes
        the words of this computer's system.
"""

from collections.abc import Callable
from dataclasses import dataclass

from petard.game.doctor.facts import DiscoveryMethod, Facts

PROMPTS = {
    "win32": (
        "Tick Python or Petard for private networks in Windows Security > Firewall & network protection > Allow an app"
        ' through firewall; when the window "Windows Security Alert" asks, choose "Allow access".'
    ),
    "darwin": (
        "Switch on Petard, Python or the terminal in System Settings > Privacy & Security > Local Network; when macOS"
        ' asks because it "would like to find devices on your local network", choose "Allow".'
    ),
}
BEFORE = {  # said before the first look, since a look is what makes the system ask
    "win32": 'If the window "Windows Security Alert" opens now, choose "Allow access" for private networks.',
    "darwin": 'If macOS asks now whether Petard may "find devices on your local network", choose "Allow".',
}
PERMIT = "Let Petard through the firewall of this computer: TCP and UDP port {port}."
ALLOW = '(there Windows asks in the window "Windows Security Alert": Allow access)'
DEAD = (DiscoveryMethod.SILENT, DiscoveryMethod.NO_WAY)
QUICK = 1000.0  # ms


@dataclass(frozen=True, slots=True)
class Case:
    """One way in which it can be. `sentence` and `action` have words in braces."""

    name: str
    fits: Callable[[Facts], bool]
    sentence: str
    action: str
    is_healthy: bool = False
    permit: bool = False  # the action is to permit it, in the words of this computer's system where it has some
    join: str = ""  # the address at which it can be joined all the same


def _ended(*ways: DiscoveryMethod) -> Callable[[Facts], bool]:
    return lambda facts: facts.reach is not None and facts.reach.way in ways


_open, _dead = _ended(DiscoveryMethod.PETARD), _ended(*DEAD)


def _is_hosting(facts: Facts) -> bool:
    return facts.hosting or facts.is_own


def _is_other(facts: Facts) -> bool:
    return facts.answer is not None and facts.answer.protocol != facts.protocol


def _is_kept_out(facts: Facts) -> bool:
    """It answers questions, but no line opens; from another network that may as well be for want of a way."""
    ways = DEAD if facts.is_near else (DiscoveryMethod.SILENT,)
    return facts.answer is not None and _ended(DiscoveryMethod.REFUSED, *ways)(facts)


def _is_elsewhere(facts: Facts) -> bool:
    """Addresses change, and people misread them."""
    ways = (DiscoveryMethod.REFUSED, DiscoveryMethod.OTHER, *(DEAD if facts.is_near else ()))
    return facts.instead is not None and _ended(*ways)(facts)


def _is_rejected(facts: Facts) -> bool:
    """Linux says "no route to host" at once only if that host has said so; its own guess takes three seconds."""
    is_quick = facts.reach is not None and facts.reach.way is DiscoveryMethod.NO_WAY and facts.reach.ms < QUICK
    return is_quick and facts.is_near and facts.system == "linux"


def _is_mute(facts: Facts) -> bool:
    return bool(facts.shouts) and not any(shout.sent and shout.heard for shout in facts.shouts)


def _has_silent_router(facts: Facts) -> bool:
    return facts.router is not None and facts.router.answers is False


CASES: tuple[Case, ...] = (
    Case(
        "unknown name",
        lambda facts: bool(facts.host) and (facts.reach is None or _ended(DiscoveryMethod.UNKNOWN)(facts)),
        "Nobody here knows a computer called {host}.",
        "Ask the host for the address in numbers: the lobby shows it.",
    ),
    Case(
        "other version",
        _is_other,
        "{at} has Petard {theirs} (protocol {their_protocol}) and you have {yours} (protocol {your_protocol}): the two "
        "cannot play together.",
        "Install Petard {newer} on both computers.",
    ),
    Case(
        "server that hides",
        lambda facts: _open(facts) and _is_hosting(facts) and not facts.answer,
        "The server on this computer runs, but answers no question of the list.",
        "Start it with --discovery on, or tell the others the address {mine}.",
    ),
    Case(
        "host",
        lambda facts: _open(facts) and _is_hosting(facts),
        "As far as this computer can tell, everybody in {networks} can see your server and join it.",
        "Let whoever does not see it run the doctor there: petard doctor {mine}",
        is_healthy=True,
        permit=True,
    ),
    Case(
        "healthy",
        lambda facts: _open(facts) and facts.listed is not None,
        "All is well: {name} at {at} is in the list and can be joined.",
        "Join it, from the list or with: petard {at}",
        is_healthy=True,
        join="{at}",
    ),
    Case(
        "other network, open",
        lambda facts: _open(facts) and not facts.is_near,
        "{at} can be reached, but is in another network than this computer, and no list looks into another network.",
        "Join it by its address: petard {at}",
        join="{at}",
    ),
    Case(
        "no broadcast",
        lambda facts: _open(facts) and facts.answer is not None,
        "{at} can be reached, but this network carries no broadcasts, so the list cannot find it.",
        "Join it by its address, and the list will ask it by itself from then on: petard {at}",
        join="{at}",
    ),
    Case(
        "no discovery",
        lambda facts: _open(facts) and facts.asked is not None and facts.asked.refused,
        "{at} can be reached, but takes no part in the list: nobody there listens for the list's questions.",
        "Join it by its address (petard {at}), or start the server with --discovery on.",
        join="{at}",
    ),
    Case(
        "firewall drops UDP",
        _open,
        "{at} can be reached, but none of the list's questions gets an answer: a firewall drops UDP.",
        "Join it by its address (petard {at}), or let UDP port {questions} through the firewall of that computer.",
        join="{at}",
    ),
    Case(
        "other port",
        lambda facts: facts.reach is not None and bool(facts.elsewhere),
        "On {host} there is a server at port {other}, and none at port {port}.",
        "Join it there: petard {at_other}",
        join="{at_other}",
    ),
    Case(
        "firewall drops TCP",
        _is_kept_out,
        "{at} answers the list's questions, but no line to it opens: a firewall drops TCP.",
        f"Let TCP port {{port}} through the firewall of that computer {ALLOW}.",
    ),
    Case(
        "other address",
        _is_elsewhere,
        "No server answers at {at}, but {instead} does at {at_instead}.",
        "Join that one (petard {at_instead}), or see that {host} is switched on, has this address, and has a server.",
        join="{at_instead}",
    ),
    Case(
        "no Petard",
        _ended(DiscoveryMethod.OTHER),
        "At {at} another program answers, and no Petard server.",
        "Ask the host for the port: the lobby shows it behind the address.",
    ),
    Case(
        "nobody listens",
        _ended(DiscoveryMethod.REFUSED),
        "{host} is there, but no server listens at its port {port}.",
        "Start the server there, or ask its host for the port: the lobby shows it behind the address.",
    ),
    Case(
        "no network",
        lambda facts: not facts.nets,
        "This computer is in no network.",
        "Join the Wi-Fi that the others are in, or plug in the cable.",
    ),
    Case(
        "forbidden",
        _ended(DiscoveryMethod.FORBIDDEN),
        "This computer does not let Petard into the network.",
        PERMIT,
        permit=True,
    ),
    Case(
        "other network",
        lambda facts: _dead(facts) and not facts.is_near,
        "{host} is in another network than this computer, which is in {networks}, and there is no way between the two.",
        "Join the Wi-Fi or the cable that the host is on, then ask for the address again.",
    ),
    Case(
        "firewall rejects",
        _is_rejected,
        "{host} is there, but turns everything of Petard away: its firewall does.",
        "Let TCP and UDP port {port} through the firewall of that computer.",
    ),
    Case(
        "mute",
        _is_mute,
        "What this computer says to everybody does not get out of it.",
        PERMIT,
        permit=True,
    ),
    Case(
        "not there",
        lambda facts: _dead(facts) and bool(facts.company),
        "Others answer in this network, but {host} does not.",
        f"See that it is switched on, has this address, and lets Petard through its firewall {ALLOW}.",
    ),
    Case(
        "cut off",
        lambda facts: _dead(facts) and _has_silent_router(facts),
        "{host} should be in your network, but nobody answers there, not even the router.",
        "See that this computer is in the right Wi-Fi or on the right cable, and take the address anew.",
    ),
    Case(
        "isolation",
        _dead,
        "{host} is in your network, but nothing gets there or back: the network keeps its computers apart.",
        "Switch client isolation (guest network, AP isolation) off in the router, or use a cable or a phone's hotspot.",
    ),
    Case(
        "alone",
        lambda facts: True,
        "This computer is well, but no server answers in {networks}.",
        "Ask the host for the address in the lobby, and give it to the doctor: petard doctor ADDRESS",
    ),
)
