"""What can be said to the desk of a server: on the console, on standard input, and in chat behind a slash. One table.

From a row come how a line is read, what `help` says, who may, and the table in docs/hosting.md
(`python -m tests.tools.docs`).

Rule 1: words are parted by spaces; "double quotes" hold a word with spaces together. What ends a line, a reason or
something to say, needs none. Who is meant is a name, the beginning of one, or the number of a slot.
Rule 2: what is wrong is a BadOrder, whose sentence says what would be right.
Rule 3: no row takes a secret: lines of chat may be captured, and lines of the console are in the log.

They are called orders here, since a Command is the keys of a tick.
"""

import re
from dataclasses import dataclass
from enum import Enum

from petard.server.policy.text import nearest

HOSTS_PART = "the host: "  # a part of what an order does that begins so is for hosts


class CommandError(ValueError):
    """An order that cannot be carried out: one sentence."""


class AdminRole(Enum):
    """Who gives an order."""

    CONSOLE = "console"
    HOST = "the host, in chat"
    ANYBODY = "anybody, in chat"


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line; in quotes it is a name, whatever it looks like."""

    text: str
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class AdminCommand:
    """One row. `takes`: its arguments; in brackets what may be left out, with dots what takes the rest of the line.

    `about`: what it does, and behind semicolons what only who asks for help with it is told.
    """

    name: str
    takes: tuple[str, ...]
    about: str
    may: tuple[AdminRole, ...]

    @property
    def form(self) -> str:
        """How it is said."""
        return " ".join([self.name, *(take.replace("...", "") for take in self.takes)])

    @property
    def short(self) -> str:
        """What it does, in a few words."""
        return self.about.partition("; ")[0]

    def told(self, role: AdminRole) -> str:
        """All that is to be said of it to somebody; what a host may do is nothing to the console."""
        parts = self.about.split("; ")
        return "; ".join(part for part in parts if role is not AdminRole.CONSOLE or not part.startswith(HOSTS_PART))


@dataclass(frozen=True, slots=True)
class ParsedCommand:
    """A line that was read; as many words as the order takes, "" for what was left out."""

    order: AdminCommand
    words: tuple[Word, ...]

    def text(self, place: int) -> str:
        """The text of one argument."""
        return self.words[place].text


ALL = (AdminRole.CONSOLE, AdminRole.HOST, AdminRole.ANYBODY)
_HOSTS = (AdminRole.CONSOLE, AdminRole.HOST)
_CONSOLE = (AdminRole.CONSOLE,)
_IN_CHAT = (AdminRole.HOST, AdminRole.ANYBODY)

# fmt: off
ORDERS: tuple[AdminCommand, ...] = (
    AdminCommand("help", ("[COMMAND]",), "what can be said here, or more about one command", ALL),
    AdminCommand("status", (), "how the room stands", _HOSTS),
    AdminCommand("players", (), "who is here, with the numbers of their slots", ALL),
    AdminCommand("say", ("TEXT...",), "tell everybody something", _HOSTS),
    AdminCommand("kick", ("WHO", "[REASON...]"), "put somebody out, for a minute at least", _HOSTS),
    AdminCommand("ban", ("WHO", "[TIME] [REASON...]"),
          "keep somebody out: who is here, a name, an address or a network; for a TIME such as 30m, 2h, 7d or forever "
          "(a day, if none is said); the host: who is here, for a day at most", _HOSTS),
    AdminCommand("unban", ("WHAT",),
          "let them in again: what `bans` shows, or its number; the host: what a host has banned", _HOSTS),
    AdminCommand("bans", (), "who is kept out, for how long and why", _HOSTS),
    AdminCommand("map", ("[NAME]",), "choose the map of the next match, or list all", _HOSTS),
    AdminCommand("mode", ("[RULES]",), "choose the rules of the next match, or list all", _HOSTS),
    AdminCommand("set", ("[KEY]", "[VALUE...]"),
          "change a setting at once, or show them; the host: those of the match", _HOSTS),
    AdminCommand("restart", (), "end the match that runs: back to the lobby", _HOSTS),
    AdminCommand("record", ("on|off|pin",),
          "keep recordings from now on, or none; pin: that of this match is never deleted", _CONSOLE),
    AdminCommand("save", (), "write the recording of this match up to now, and pin it", _HOSTS),
    AdminCommand("shutdown", ("[SECONDS|cancel]",),
          "stop the server, at once or after so many seconds; everybody is told of those", _CONSOLE),
    AdminCommand("follow", ("[on|off]",), "show what happens here, a line each that begins with a star", _CONSOLE),
    AdminCommand("vote", ("map|restart|kick", "[WHAT...]"),
          "ask everybody: the next map, a restart, or somebody put out", _IN_CHAT),
    AdminCommand("yes", (), "vote for it", _IN_CHAT),
    AdminCommand("no", (), "vote against it", _IN_CHAT),
)
# fmt: on
BY_NAME = {order.name: order for order in ORDERS}
_PIECE = re.compile(r'"([^"]*)"?|(\S+)')


def orders_of(role: AdminRole) -> list[AdminCommand]:
    """What somebody may say."""
    return [order for order in ORDERS if role in order.may]


def read(line: str, role: AdminRole) -> ParsedCommand:
    """Read a line of somebody; raises BadOrder if there is no such order, if it is not for them, or said wrongly."""
    name, rest = [*line.split(maxsplit=1), "", ""][:2]
    order = BY_NAME.get(name.lower())
    if not order:
        near = nearest(name.lower(), (order.name for order in orders_of(role)))
        hint = f"did you mean {near}?" if near else "try help"
        raise CommandError(f"no command {shortened(name)}; {hint}")
    if role not in order.may:
        raise CommandError(f"{order.name} is not for {'the console' if role is AdminRole.CONSOLE else 'you to say'}")
    return ParsedCommand(order, _words(order, rest.strip()))


def _words(order: AdminCommand, rest: str) -> tuple[Word, ...]:
    words = []
    for take in order.takes:
        if take.endswith(("...", "...]")):
            words.append(Word(rest))
            rest = ""
        elif found := _PIECE.match(rest):
            words.append(Word(found[2] or found[1] or "", found[2] is None))
            rest = rest[found.end() :].lstrip()
        else:
            words.append(Word(""))
        if not words[-1].text and not take.startswith("["):
            raise wrong_form(order)
    if rest:
        raise wrong_form(order)
    return tuple(words)


def wrong_form(order: AdminCommand) -> CommandError:
    """The sentence for who said too much, too little or something else."""
    return CommandError(f"it is said so: {order.form}")


def only(text: str) -> Word:
    """The rest of a line as one word, with its quotes taken off.

    >>> only('"Ada 2"'), only("Ada 2")
    (Word(text='Ada 2', is_quoted=True), Word(text='Ada 2', is_quoted=False))
    """
    found = _PIECE.fullmatch(text)
    return Word(found[1], True) if found and found[1] else Word(text)


def shortened(text: str) -> str:
    """A text as it may be shown in a sentence, in quotes."""
    return repr(text if len(text) <= 40 else text[:37] + "...")
