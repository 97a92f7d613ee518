"""Sentences in English that come from a server, from the network or from a file, and that are translated all the same:
each is a template, and what stands in its braces is kept.

Rule 1: a sentence that fits no template is shown as it came. What stands in its braces may be a sentence as well, but a
        name is only a name: a player may call herself "Bo left.".
Rule 2: a test looks for each template in the source, so that none is forgotten when a sentence is changed.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from petard.game.texts.phrases import Phrase, tr

KNOWN = (
    # the room
    tr("{name} joined."),
    tr("{name} watches."),
    tr("{name} left."),
    tr("{name} is back."),
    tr("{name} plays on from here."),
    tr("{name} did not come back."),
    tr("{name} is host now."),
    tr("{name} was kicked."),
    tr("Another player wears that colour already."),
    tr("Only the host changes the game."),
    tr("The game can be changed in the lobby only."),
    tr("This server does not have that map or those rules."),
    tr("Nobody votes on the map now."),
    tr("Sides are chosen in the lobby, where teams play."),
    tr("All have chosen the same side, so the room deals the sides."),
    tr("Players join and leave in the lobby only."),
    tr("This map has no place for one more player."),
    tr("A round is running: you watch this one and play the next."),
    tr("That was a lot in a short time: nobody hears you for {seconds} s."),
    tr("{name} has ended the match."),
    tr("{name} asks: {what}? /yes or /no ({count} needed)"),
    tr("Still open: {what}? /yes or /no ({count})"),
    tr("The server stops in {time}."),
    tr("The server stops in {time}, or when this round is over."),
    tr("The server goes on."),
    # why one is not let in, or put out
    tr("That is not the password of this room."),
    tr("Too many wrong passwords came from where you are. Try again {when}."),
    tr("The room is full: {count} people are in it. Try again later."),
    tr("Too many players are here from your address: {count} is the limit. Try again later."),
    tr("The server has no room for more connections now. Try again later."),
    tr("The server is about to stop: it takes nobody in any more."),
    tr("You came back over another connection."),
    tr("You were put out of this room."),
    tr("You were put out of this room. Try again in {seconds} seconds."),
    tr("You are banned from this server."),
    tr("{versions}: {who} must be updated."),
    tr("your game"),
    tr("the server"),
    tr("This room has a password."),
    tr("The server has closed the room."),
    tr("The server was restarted, or your seat is taken: you start again."),
    tr("Your seat is no longer kept. Join again."),
    # the connection
    tr("{reason} Trying again for {seconds} seconds did not help."),
    tr("The server closed the connection."),
    tr("The server does not finish its greeting."),
    tr("The server has been silent for {seconds} seconds."),
    tr("The server does not answer any more. Was a cable pulled, or the Wi-Fi lost?"),
    tr("There is no way to the server any more. Was a cable pulled, or the Wi-Fi lost?"),
    tr("The connection to the server broke."),
    tr("The server does not take data any more. The connection seems to be dead."),
    tr("The server sent what makes no sense ({what})."),
    tr("This is no Petard server ({what})."),
    tr("Nobody answers at {host} port {port}. Is the server running there?"),
    tr("{host} port {port} does not answer. Is the address right, and does a firewall let the game through?"),
    tr("There is no way from here to {host}. Is this computer on the same network?"),
    tr("This computer does not let the game reach {host}. Allow it in the firewall or privacy settings."),
    tr("That name is not known: {host}"),
    tr("{host} cannot be looked up. Is this computer on the network?"),
    tr("Looking up {host} takes too long. Is this computer on the network?"),
    tr("Looking for {host}"),
    tr("Connecting to {host}"),
    tr("Waiting for {host} to answer"),
    tr("your server"),
    tr("needs Petard {needed}, you have {build}"),
    tr('If the window "Windows Security Alert" opens now, choose "Allow access" for private networks.'),
    tr('If macOS asks now whether Petard may "find devices on your local network", choose "Allow".'),
    tr("{host} has closed the connection"),
    # the server of this game
    tr("The server could not be started ({why})."),
    tr("The server takes too long to start{why}"),
    tr("The server could not start{why}"),
    tr("The server has ended."),
    tr("The server on this computer has ended."),
    tr("The server does not answer."),
    tr("The game goes on at another computer."),
    tr("The server has crashed {times} times."),
    # what was typed
    tr("Write the password first."),
    tr("A password has {most} characters at most."),
    tr("There is nothing in it that counts in a password."),
    tr("It holds a character that passwords cannot have."),
    tr("Write the join code that the lobby of the host shows, or an address such as 192.168.1.20."),
    tr("{text} is no address. With a port, an IPv6 address needs brackets: [::1]:7777."),
    tr("{text} is no address. {hint}"),
    tr("Write it like 192.168.1.20 or 192.168.1.20:7777."),
    tr("Between the brackets of {text} there is no IPv6 address."),
    tr("After the colon of {text} a port is missing."),
    tr("{text} is no port. A port is a number from 1 to 65535."),
    # files
    tr("This user has no home folder, so nothing is kept."),
    tr("The settings could not be read ({why}), so this game starts with the usual ones."),
    tr("The settings could not be understood, so the usual ones are used. {rest}"),
    tr("The settings could not be saved ({why})."),
    tr("The old file is kept as {name}."),
    tr("There is nothing to watch in this demo."),
    tr("This demo can be run again, but not watched: it holds no snapshots."),
    tr("This file cannot be read ({why})."),
    tr("The clip could not be saved ({why})."),
    tr("It could not be deleted ({why})."),
    tr("The pin could not be changed ({why})."),
)
_NAME = re.compile(r"\\\{(\w+)\\\}")
NAME = "name"  # of a player, server or file
Templates = tuple[tuple[re.Pattern[str], Phrase], ...]


def templates(known: Iterable[Phrase]) -> Templates:
    """Return what `phrase_of` looks for: texts with names in braces."""
    return tuple([(re.compile(_NAME.sub(r"(?P<\1>.*)", re.escape(one)), re.DOTALL), one) for one in known])


def phrase_of(text: str, known: Templates, part_of: Callable[[str], str]) -> str:
    """Return the text as a phrase, if a template fits; `part_of` is called for what stands in its braces, but NAME."""
    if isinstance(text, Phrase):
        return text
    for pattern, template in known:
        if found := pattern.fullmatch(text):
            values = {name: part if name == NAME else part_of(part) for name, part in found.groupdict().items()}
            return template.fill(**values)
    return text


_TEMPLATES = templates(KNOWN)


@lru_cache(maxsize=256)
def known_line(text: str) -> str:
    """The sentence as a phrase, if it is known.

    >>> line = known_line("Ada left.")
    >>> line == "Ada left.", line.values
    (True, {'name': 'Ada'})
    """
    return phrase_of(text, _TEMPLATES, known_line)
