"""What the doctor says, for the window: a terminal and `--json` have the same sentences in English.

Rule: the first template that fits counts; what stands in its braces is translated in the same way, if it is known.
"""

from functools import lru_cache

from petard.game.texts.known_lines import phrase_of, templates
from petard.game.texts.phrases import tr

DOCTOR = (
    # what it says, and what to do
    tr("Nobody here knows a computer called {host}."),
    tr("Ask the host for the address in numbers: the lobby shows it."),
    tr(
        "{at} has Petard {theirs} (protocol {their_protocol}) and you have {yours} (protocol "
        "{your_protocol}): the two cannot play together."
    ),
    tr("Install Petard {newer} on both computers."),
    tr("The server on this computer runs, but answers no question of the list."),
    tr("Start it with --discovery on, or tell the others the address {mine}."),
    tr("As far as this computer can tell, everybody in {networks} can see your server and join it."),
    tr("If a computer does not see it, run the doctor there: petard doctor {mine}"),
    tr("All is well: {name} at {at} is in the list and can be joined."),
    tr("Join it, from the list or with: petard {at}"),
    tr("{at} can be reached, but no list shows it here, because PETARD_DISCOVERY switches the search off."),
    tr("Join it by its address (petard {at}), or remove the variable."),
    tr("{at} can be reached, but is in another network than this computer, and no list looks into another network."),
    tr("Join it by its address: petard {at}"),
    tr("{at} can be reached, but this network carries no broadcasts, so the list cannot find it."),
    tr("Join it by its address, and the list will ask it by itself from then on: petard {at}"),
    tr("{at} can be reached, but takes no part in the list: nobody there listens for the list's questions."),
    tr("Join it by its address (petard {at}), or start the server with --discovery on."),
    tr("{at} can be reached, but none of the list's questions gets an answer: a firewall drops UDP."),
    tr("Join it by its address (petard {at}), or let UDP port {questions} through the firewall of that computer."),
    tr("On {host} there is a server at port {other}, and none at port {port}."),
    tr("Join it there: petard {at_other}"),
    tr("{at} answers the list's questions, but no connection to it opens: a firewall drops TCP."),
    tr("Let TCP port {port} through the firewall of that computer {how}."),
    tr("No server answers at {at}, but {instead} does at {at_instead}."),
    tr("Join that one (petard {at_instead}), or see that {host} is switched on, has this address, and has a server."),
    tr("At {at} another program answers, and no Petard server."),
    tr("Ask the host for the port: the lobby shows it behind the address."),
    tr("{host} is there, but no server listens at its port {port}."),
    tr("Start the server there, or ask its host for the port: the lobby shows it behind the address."),
    tr("This computer is in no network."),
    tr("Join the Wi-Fi that the others are in, or plug in the cable."),
    tr("This computer does not let Petard into the network."),
    tr("Let Petard through the firewall of this computer: TCP and UDP port {port}."),
    tr("{host} is in another network than this computer, which is in {networks}, and there is no way between the two."),
    tr("Join the Wi-Fi or the cable that the host is on, then ask for the address again."),
    tr("{host} is there, but turns everything of Petard away: its firewall does."),
    tr("Let TCP and UDP port {port} through the firewall of that computer."),
    tr("What this computer says to everybody does not get out of it."),
    tr("Others answer in this network, but {host} does not."),
    tr("See that it is switched on, has this address, and lets Petard through its firewall {how}."),
    tr('(there Windows asks in the window "Windows Security Alert": Allow access)'),
    tr("{host} should be in your network, but nobody answers there, not even the router."),
    tr("See that this computer is in the right Wi-Fi or on the right cable, and ask for the address again."),
    tr("{host} is in your network, but nothing gets there or back: the network keeps its computers apart."),
    tr("Switch client isolation (guest network, AP isolation) off in the router, or use a cable or a phone's hotspot."),
    tr("No server is searched for, because PETARD_DISCOVERY switches the search off."),
    tr("Remove the variable, or give the doctor an address: petard doctor ADDRESS"),
    tr("This computer is well, but no server answers in {networks}."),
    tr("Ask the host for the address in the lobby, and give it to the doctor: petard doctor ADDRESS"),
    tr(
        "Tick Python or Petard for private networks in Windows Security > Firewall & network protection > "
        'Allow an app through firewall; when the window "Windows Security Alert" asks, choose "Allow access".'
    ),
    tr(
        "Switch on Petard, Python or the terminal in System Settings > Privacy & Security > Local Network; "
        'when macOS asks because it "would like to find devices on your local network", choose "Allow".'
    ),
    tr("no network"),
    # how a check ended
    tr("ok"),
    tr("odd"),
    tr("bad"),
    # the checks
    tr("Networks"),
    tr("Asking itself"),
    tr("The port"),
    tr("Being a server"),
    tr("Broadcasts"),
    tr("Servers"),
    tr("The router"),
    tr("Connection"),
    tr("The question"),
    # while a check runs
    tr("looking at the networks of this computer ..."),
    tr("asking itself over loopback ..."),
    tr("looking who has the port ..."),
    tr("opening a listener ..."),
    tr("sending a broadcast into every network ..."),
    tr("listening for servers ..."),
    tr("connecting to the router ..."),
    tr("opening a TCP connection ..."),
    tr("sending a question ..."),
    # what was found
    tr("none but this computer by itself"),
    tr("a question over loopback was answered"),
    tr("no answer over loopback{why}"),
    tr("this system does not tell who has port {port}"),
    tr("{port} is free"),
    tr("{port}: {taken}; a server here takes the next free one"),
    tr("no port could be opened{why}"),
    tr("port {port} opens, but its own address does not lead there{why}"),
    tr("port {port} opens, and can be reached at the address of this computer"),
    tr("not tried, because PETARD_DISCOVERY switches it off"),
    tr("no network to call into"),
    tr("sent and heard: {calls}"),
    tr("none answers or announces itself"),
    tr("{count} found: {names}"),
    tr("not known"),
    tr("{address} answers"),
    tr("{address} does not answer"),
    tr("TCP to {host} port {port}: {what}"),
    tr("UDP to {host} port {port}: {what}"),
    tr("looking the name up takes too long"),
    tr("{what}; there is one at port {ports}"),
    tr("nobody listens there"),
    tr("no answer"),
    tr("Petard {build}, protocol {protocol}, port {port}, after {ms} ms"),
    tr("{what} after {ms} ms"),
    tr("something answered, but no Petard server"),
    tr("that computer answered: nobody listens there"),
    tr("this computer forbids it"),
    tr("nothing came back"),
    tr("there is no way there"),
    tr("nobody knows that name"),
    tr("a Petard server answered"),
    tr("{call} was not {done}"),
    tr("heard"),
    tr("sent"),
)
_TEMPLATES = templates(DOCTOR)


@lru_cache(maxsize=256)
def doctor_line(text: str) -> str:
    """The sentence as a phrase, if the doctor is known to say it.

    >>> doctor_line("TCP to ada port 7777: nobody knows that name").values
    {'host': 'ada', 'port': '7777', 'what': 'nobody knows that name'}
    """
    return phrase_of(text, _TEMPLATES, doctor_line)
