"""Every admin command of the console, of standard input, and of chat lines that begin with a slash. One table.

From a row come how a line is parsed, the text of `help`, who may give the command, and the table in docs/hosting.md
(`python -m tests.tools.docs`).

Rule 1: spaces separate words; "double quotes" make one word of several. The rest of a line (a reason, a text) needs no
quotes. WHO is a name, a similar one, the beginning of a name, or the number of a slot; if two could be meant, it is an
error, so that nobody is removed by mistake.
Rule 2: every mistake is a CommandError whose sentence says what would be right.
Rule 3: no command takes a secret: chat may be captured, and console lines are logged.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from math import ceil

from petard.server.policy.text import did_you_mean, is_alike, is_digits, parse_int
from petard.server.room.status import Person, Status

HOSTS_PART = "the host: "  # begins a part of `about` that concerns hosts only


class CommandError(ValueError):
    """A command that cannot be carried out: one sentence."""


class AdminRole(Enum):
    """Who gives a command."""

    CONSOLE = "console"
    HOST = "the host, in chat"
    ANYBODY = "anybody, in chat"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who gives a command. `peer` and `member` are 0 for the console."""

    role: AdminRole
    name: str
    peer: int = 0
    member: int = 0
    group: str = field(default="", repr=False)  # the address group; "" where it is not known
    muted_until: float = 0.0  # seconds

    @property
    def is_console(self) -> bool:
        return self.role is AdminRole.CONSOLE

    @property
    def by(self) -> str:
        """The name that bans and the log show."""
        return self.name if self.is_console else f"host {self.name}"

    def check_not_muted(self, now: float) -> None:
        """Raise CommandError if their chat is muted: then no other command reaches everybody, either."""
        if now < self.muted_until:
            raise CommandError(f"you are muted for another {ceil(self.muted_until - now)} s")


CONSOLE = Issuer(AdminRole.CONSOLE, "console")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line; a quoted one is a name, whatever it looks like."""

    text: str
    is_quoted: bool = False


@dataclass(frozen=True, slots=True)
class AdminCommand:
    """One row of the table."""

    name: str
    takes: tuple[str, ...]  # arguments; brackets mark optional ones, dots one that takes the rest of the line
    about: str  # what it does; the list of all commands shows only the part before the first semicolon
    may: tuple[AdminRole, ...]

    @property
    def form(self) -> str:
        """The command with its arguments."""
        return " ".join([self.name, *(take.replace("...", "") for take in self.takes)])


@dataclass(frozen=True, slots=True)
class ParsedCommand:
    """A parsed line: one word for each argument of the command, "" for one that was left out."""

    command: AdminCommand
    words: tuple[Word, ...]

    def text(self, place: int) -> str:
        return self.words[place].text


# Carries out one command and returns lines, or raises CommandError. The float is `now`.
CommandHandler = Callable[[Issuer, ParsedCommand, float], list[str]]
CommandHandlers = Mapping[str, CommandHandler]

ALL = (AdminRole.CONSOLE, AdminRole.HOST, AdminRole.ANYBODY)
_HOSTS = (AdminRole.CONSOLE, AdminRole.HOST)
_CONSOLE = (AdminRole.CONSOLE,)
_IN_CHAT = (AdminRole.HOST, AdminRole.ANYBODY)

# fmt: off
COMMANDS: tuple[AdminCommand, ...] = (
    AdminCommand("help", ("[COMMAND]",), "list the commands, or explain one", ALL),
    AdminCommand("status", (), "show the state of the room", _HOSTS),
    AdminCommand("players", (), "list who is here, with slot numbers", ALL),
    AdminCommand("say", ("TEXT...",), "send a line of chat to everybody", _HOSTS),
    AdminCommand("kick", ("WHO", "[REASON...]"), "remove a player, for at least a minute", _HOSTS),
    AdminCommand("ban", ("WHO", "[TIME] [REASON...]"),
          "keep out a player, a name, an address or a network; TIME is such as 30m, 2h, 7d or forever "
          "(default: a day); the host: only players who are here, for a day at most", _HOSTS),
    AdminCommand("unban", ("WHAT",),
          "lift a ban, by what `bans` shows or by its number; the host: only bans by a host", _HOSTS),
    AdminCommand("bans", (), "list the bans, with their time and reason", _HOSTS),
    AdminCommand("map", ("[NAME]",), "choose the map of the next match, or list all", _HOSTS),
    AdminCommand("mode", ("[RULES]",), "choose the rules of the next match, or list all", _HOSTS),
    AdminCommand("set", ("[KEY]", "[VALUE...]"),
          "change a setting at once, or list the settings; the host: only those of the match", _HOSTS),
    AdminCommand("restart", (), "end the running match and go back to the lobby", _HOSTS),
    AdminCommand("record", ("on|off|pin",),
          "record matches from now on, or stop recording; pin: never delete the recording of this match", _CONSOLE),
    AdminCommand("save", (), "write the recording of this match up to now, and pin it", _HOSTS),
    AdminCommand("shutdown", ("[SECONDS|cancel]",),
          "stop the server after this round, or after so many seconds; the chat says so", _CONSOLE),
    AdminCommand("follow", ("[on|off]",), "show events as they happen, on lines that begin with a star", _CONSOLE),
    AdminCommand("vote", ("map|restart|kick", "[WHAT...]"),
          "start a vote on the next map, a restart, or removing a player", _IN_CHAT),
    AdminCommand("yes", (), "vote for it", _IN_CHAT),
    AdminCommand("no", (), "vote against it", _IN_CHAT),
)
# fmt: on
BY_NAME = {command.name: command for command in COMMANDS}
_PIECE = re.compile(r'"([^"]*)"?|(\S+)')


def commands_of(role: AdminRole) -> list[AdminCommand]:
    return [command for command in COMMANDS if role in command.may]


def unknown_command(name: str, role: AdminRole) -> CommandError:
    hint = did_you_mean(name.lower(), (command.name for command in commands_of(role)), "try help")
    return CommandError(f"no command {shortened(name)}{hint}")


def help_lines(role: AdminRole, name: str) -> list[str]:
    """Return the commands of a role, or what is said about one of them; raises CommandError for an unknown one."""
    commands, slash = commands_of(role), "" if role is AdminRole.CONSOLE else "/"
    name = name.lower().removeprefix("/")
    if not name and slash:
        return ["/" + ", /".join(command.name for command in commands) + "; /help COMMAND explains one"]
    if not name:
        width = max(len(command.form) for command in commands)
        return [f"{command.form:{width}}  {command.about.partition('; ')[0]}" for command in commands]
    command = BY_NAME.get(name)
    if not command or command not in commands:
        raise unknown_command(name, role)
    parts = [part for part in command.about.split("; ") if slash or not part.startswith(HOSTS_PART)]
    return [f"{slash}{command.form}: {'; '.join(parts)}"]


def parse_command(line: str, role: AdminRole) -> ParsedCommand:
    """Parse a line; raises CommandError if the command is unknown, not for this role, or has wrong arguments."""
    name, rest = [*line.split(maxsplit=1), "", ""][:2]
    command = BY_NAME.get(name.lower())
    if not command:
        raise unknown_command(name, role)
    if role not in command.may:
        raise CommandError(f"{command.name} is not for {'the console' if role is AdminRole.CONSOLE else 'you to say'}")
    return ParsedCommand(command, _words(command, rest.strip()))


def _words(command: AdminCommand, rest: str) -> tuple[Word, ...]:
    words = []
    for take in command.takes:
        if take.endswith(("...", "...]")):
            words.append(Word(rest))
            rest = ""
        elif found := _PIECE.match(rest):
            words.append(Word(found[2] or found[1] or "", found[2] is None))
            rest = rest[found.end() :].lstrip()
        else:
            words.append(Word(""))
        if not words[-1].text and not take.startswith("["):
            raise CommandError(f"usage: {command.form}")
    if rest:
        raise CommandError(f"usage: {command.form}")
    return tuple(words)


def single_word(text: str) -> Word:
    """Return the rest of a line as one word, without its quotes."""
    found = _PIECE.fullmatch(text)
    return Word(found[1], True) if found and found[1] else Word(text)


def shortened(text: str) -> str:
    """Return a text in quotes, cut to 40 characters, for an error sentence."""
    return repr(text if len(text) <= 40 else text[:37] + "...")


class NoSuchPlayer(CommandError):
    """Nobody here has such a name."""


def find_player(word: Word, persons: Sequence[Person], status: Status) -> Person:
    """Return the member that is meant; raises CommandError if there is none, or more than one."""
    if is_digits(word.text) and not word.is_quoted:
        return _find_in_slot(parse_int(word.text), persons, status)
    tests: tuple[Callable[[str], bool], ...] = (
        lambda name: name == word.text,
        lambda name: is_alike(name, word.text),
        lambda name: name.casefold().startswith(word.text.casefold()),
    )
    for fits in tests:
        found = [person for person in persons if any(fits(name) for name in names_of(person))]
        if len(found) > 1:
            names = " and ".join(_quoted(person.name) for person in found[:3])
            raise CommandError(f"{shortened(word.text)} fits {names}: give more of the name, or the slot number")
        if found:
            return found[0]
    if any(seat.is_bot and is_alike(seat.name, word.text) for seat in status.seats):
        raise CommandError(f"{word.text} is a bot; `set bots NUMBER` changes how many there are")
    near = did_you_mean(word.text, (name for person in persons for name in names_of(person)), shown=_quoted)
    raise NoSuchPlayer(f"nobody here is {shortened(word.text)}{near}")


def _find_in_slot(slot: int | None, persons: Sequence[Person], status: Status) -> Person:
    for person in persons:
        if any(number == slot for number, _ in person.seats):
            return person
    if any(seat.slot == slot for seat in status.seats):
        raise CommandError(f"slot {slot} is a bot's; `set bots NUMBER` changes how many there are")
    where = "a slot of so large a number" if slot is None else f"slot {slot}"
    raise CommandError(f"nobody sits in {where}; use the name of a spectator")


def names_of(person: Person) -> list[str]:
    """Return the names that a member is seen by: one for each local player."""
    return list(dict.fromkeys([person.name, *(name for _, name in person.seats)]))


def _quoted(name: str) -> str:
    return f'"{name}"' if " " in name or name.isdigit() else name
