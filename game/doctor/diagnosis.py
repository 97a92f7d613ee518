"""From the facts to one sentence and one action, by the table CASES, which is printed in docs/lan.md.

Rule 1: the first case that fits is the diagnosis. What was reached counts before what was not, the target before the
        network around it, and what is certain before what is likely.
Rule 2: the sentence says what is wrong, the action what a person can do about it, in words that are on their screen.
Rule 3: where a permission is missing on this computer, the action quotes the words in which its system asks for it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from petard.game.config.arguments import DEFAULT_PORT, Address
from petard.game.doctor.facts import ConnectOutcome, Facts, SeenServer, is_in_network, some

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
BEFORE = {  # shown before the first check, since a check makes the system ask
    "win32": 'If the window "Windows Security Alert" opens now, choose "Allow access" for private networks.',
    "darwin": 'If macOS asks now whether Petard may "find devices on your local network", choose "Allow".',
}
PERMIT = "Let Petard through the firewall of this computer: TCP and UDP port {port}."
ALLOW = '(there Windows asks in the window "Windows Security Alert": Allow access)'
DEAD = (ConnectOutcome.SILENT, ConnectOutcome.NO_WAY)
QUICK = 1000.0  # ms


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the doctor says. In CASES the texts have placeholders in braces; `diagnose` fills them."""

    case: str
    fits: Callable[[Facts], object]  # true or false
    sentence: str
    action: str
    is_healthy: bool = False
    permit: bool = False  # PROMPTS replaces the action where it has an entry for this system
    join: str = ""  # the address at which the server can be joined now


def _ended(*outcomes: ConnectOutcome) -> Callable[[Facts], bool]:
    return lambda facts: facts.reach is not None and facts.reach.way in outcomes


_open, _dead = _ended(ConnectOutcome.PETARD), _ended(*DEAD)


def _is_hosted(facts: Facts) -> bool:
    return _open(facts) and (facts.hosting or facts.is_own)


def _closed(*outcomes: ConnectOutcome) -> Callable[[Facts], bool]:
    """So, or near this computer without an answer; in another network NO_WAY may have another reason."""
    return lambda facts: _ended(*outcomes, *(DEAD if facts.is_near else ()))(facts)


_is_kept_out = _closed(ConnectOutcome.REFUSED, ConnectOutcome.SILENT)
_is_elsewhere = _closed(ConnectOutcome.REFUSED, ConnectOutcome.OTHER)


def _is_rejected(facts: Facts) -> bool:
    """Linux reports "no route to host" at once only if that host has sent it; its own guess takes three seconds."""
    is_quick = facts.reach is not None and facts.reach.way is ConnectOutcome.NO_WAY and facts.reach.ms < QUICK
    return is_quick and facts.is_near and facts.system == "linux"


# fmt: off
CASES = (
    Diagnosis("unknown name",
        lambda facts: facts.host and (facts.reach is None or facts.reach.way is ConnectOutcome.UNKNOWN),
        "Nobody here knows a computer called {host}.",
        "Ask the host for the address in numbers: the lobby shows it."),
    Diagnosis("other version", lambda facts: facts.answer and facts.answer.protocol != facts.protocol,
        "{at} has Petard {theirs} (protocol {their_protocol}) and you have {yours} (protocol {your_protocol}): the two "
        "cannot play together.",
        "Install Petard {newer} on both computers."),
    Diagnosis("server that hides", lambda facts: _is_hosted(facts) and not facts.answer,
        "The server on this computer runs, but answers no question of the list.",
        "Start it with --discovery on, or tell the others the address {mine}."),
    Diagnosis("host", _is_hosted,
        "As far as this computer can tell, everybody in {networks} can see your server and join it.",
        "If a computer does not see it, run the doctor there: petard doctor {mine}",
        is_healthy=True, permit=True),
    Diagnosis("healthy", lambda facts: _open(facts) and facts.listed,
        "All is well: {name} at {at} is in the list and can be joined.",
        "Join it, from the list or with: petard {at}", is_healthy=True, join="{at}"),
    Diagnosis("not searched, open", lambda facts: _open(facts) and not facts.searches,
        "{at} can be reached, but no list shows it here, because PETARD_DISCOVERY switches the search off.",
        "Join it by its address (petard {at}), or remove the variable.", join="{at}"),
    Diagnosis("other network, open", lambda facts: _open(facts) and not facts.is_near,
        "{at} can be reached, but is in another network than this computer, and no list looks into another network.",
        "Join it by its address: petard {at}", join="{at}"),
    Diagnosis("no broadcast", lambda facts: _open(facts) and facts.answer,
        "{at} can be reached, but this network carries no broadcasts, so the list cannot find it.",
        "Join it by its address, and the list will ask it by itself from then on: petard {at}", join="{at}"),
    Diagnosis("no discovery", lambda facts: _open(facts) and facts.asked and facts.asked.refused,
        "{at} can be reached, but takes no part in the list: nobody there listens for the list's questions.",
        "Join it by its address (petard {at}), or start the server with --discovery on.", join="{at}"),
    Diagnosis("firewall drops UDP", _open,
        "{at} can be reached, but none of the list's questions gets an answer: a firewall drops UDP.",
        "Join it by its address (petard {at}), or let UDP port {questions} through the firewall of that computer.",
        join="{at}"),
    Diagnosis("other port", lambda facts: facts.reach and facts.elsewhere,
        "On {host} there is a server at port {other}, and none at port {port}.",
        "Join it there: petard {at_other}", join="{at_other}"),
    Diagnosis("firewall drops TCP", lambda facts: facts.answer and _is_kept_out(facts),
        "{at} answers the list's questions, but no connection to it opens: a firewall drops TCP.",
        f"Let TCP port {{port}} through the firewall of that computer {ALLOW}."),
    Diagnosis("other address", lambda facts: facts.instead and _is_elsewhere(facts),
        # Addresses change, and people misread them.
        "No server answers at {at}, but {instead} does at {at_instead}.",
        "Join that one (petard {at_instead}), or see that {host} is switched on, has this address, and has a server.",
        join="{at_instead}"),
    Diagnosis("no Petard", _ended(ConnectOutcome.OTHER),
        "At {at} another program answers, and no Petard server.",
        "Ask the host for the port: the lobby shows it behind the address."),
    Diagnosis("nobody listens", _ended(ConnectOutcome.REFUSED),
        "{host} is there, but no server listens at its port {port}.",
        "Start the server there, or ask its host for the port: the lobby shows it behind the address."),
    Diagnosis("no network", lambda facts: not facts.nets,
        "This computer is in no network.",
        "Join the Wi-Fi that the others are in, or plug in the cable."),
    Diagnosis("forbidden", _ended(ConnectOutcome.FORBIDDEN),
        "This computer does not let Petard into the network.", PERMIT, permit=True),
    Diagnosis("other network", lambda facts: _dead(facts) and not facts.is_near,
        "{host} is in another network than this computer, which is in {networks}, and there is no way between the two.",
        "Join the Wi-Fi or the cable that the host is on, then ask for the address again."),
    Diagnosis("firewall rejects", _is_rejected,
        "{host} is there, but turns everything of Petard away: its firewall does.",
        "Let TCP and UDP port {port} through the firewall of that computer."),
    Diagnosis("mute", lambda facts: facts.shouts and not any(shout.sent and shout.heard for shout in facts.shouts),
        "What this computer says to everybody does not get out of it.", PERMIT, permit=True),
    Diagnosis("not there", lambda facts: _dead(facts) and facts.company,
        "Others answer in this network, but {host} does not.",
        f"See that it is switched on, has this address, and lets Petard through its firewall {ALLOW}."),
    Diagnosis("cut off", lambda facts: _dead(facts) and facts.router and facts.router.answers is False,
        "{host} should be in your network, but nobody answers there, not even the router.",
        "See that this computer is in the right Wi-Fi or on the right cable, and ask for the address again."),
    Diagnosis("isolation", _dead,
        "{host} is in your network, but nothing gets there or back: the network keeps its computers apart.",
        "Switch client isolation (guest network, AP isolation) off in the router, or use a cable or a phone's "
        "hotspot."),
    Diagnosis("not searched", lambda facts: not facts.searches,
        "No server is searched for, because PETARD_DISCOVERY switches the search off.",
        "Remove the variable, or give the doctor an address: petard doctor ADDRESS"),
    Diagnosis("alone", lambda facts: True,
        "This computer is well, but no server answers in {networks}.",
        "Ask the host for the address in the lobby, and give it to the doctor: petard doctor ADDRESS"),
)
# fmt: on


def diagnose(facts: Facts) -> Diagnosis:
    """Return the first case that fits, as text for people, once everything was checked."""
    found = next(one for one in CASES if one.fits(facts))
    action = PROMPTS.get(facts.system, found.action) if found.permit else found.action
    sentence, action, join = (text.format(**_words(facts)) for text in (found.sentence, action, found.join))
    return replace(found, sentence=sentence, action=action, join=join)


def _words(facts: Facts) -> dict[str, object]:
    seen = facts.answer or SeenServer("", "", facts.host, facts.port, facts.protocol, facts.build)
    other_port = facts.elsewhere[0] if facts.elsewhere else facts.port
    instead = facts.instead or seen
    # The address of this computer that others would use: the one near the router, IPv4 before IPv6.
    router = facts.router.address if facts.router else ""
    nets = sorted(facts.nets, key=lambda net: (":" in net.address, not is_in_network(router, net.network)))
    own = nets[0].address if nets else facts.host
    return {
        "host": facts.host,
        "port": facts.port or DEFAULT_PORT,
        "at": Address(facts.host, facts.port),
        "mine": Address(own, facts.port),
        "other": other_port,
        "at_other": Address(facts.host, other_port),
        "name": seen.name,
        "instead": instead.name,
        "at_instead": Address(instead.host, instead.port),
        "theirs": seen.build,
        "their_protocol": seen.protocol,
        "yours": facts.build,
        "your_protocol": facts.protocol,
        "newer": seen.build if seen.protocol > facts.protocol else facts.build,
        "questions": DEFAULT_PORT,
        "networks": networks(facts),
    }


def networks(facts: Facts) -> str:
    """Return the networks of this computer as text: those of IPv4, else those of IPv6."""
    known = dict.fromkeys(net.network for net in facts.nets)
    return some([one for one in known if ":" not in one] or known, most=3) or "no network"
