"""Carries out admin commands of the console and of chat.

Rule 1: who may give which command is in the table (server/policy/admin_commands.py), and nowhere else.
Rule 2: every line gets an answer: lines, or a CommandError with one sentence.
Rule 3: a command that changes something is logged, with its issuer.
Rule 4: an answer in chat goes to that member only; a member who sends too many commands is ignored for a while.
"""

import textwrap
from collections import deque
from collections.abc import Sequence

from petard.server.net.server import Server
from petard.server.policy.admin_commands import (
    CONSOLE,
    AdminRole,
    CommandError,
    CommandHandlers,
    Issuer,
    help_lines,
    parse_command,
)
from petard.server.policy.log import Log
from petard.server.room.chat import LINES_MOST, LINES_SECONDS
from petard.server.room.status import Person, RoomEvent
from petard.server.runtime.service import Service
from petard.shared.demo.server_actions import Tell
from petard.shared.protocol.names import clean_chat, is_chat

ANSWER_LINES_MOST = 12  # in chat
COMMANDS_MOST = 4  # from chat in one turn; the others wait for the next, so that no tick waits for them
CHAT_WIDTH = 60  # characters, as many as are visible in a line of chat during a match
NOT_LOGGED = frozenset({"help", "status", "players", "bans", "follow", "vote", "yes", "no"})


class Dispatcher(Service):
    """A service that answers commands in chat. `handlers`: of all commands but help, by name."""

    def __init__(self, server: Server, handlers: CommandHandlers, log: Log) -> None:
        self._server, self._log = server, log
        self.handlers = {"help": lambda issuer, parsed, now: help_lines(issuer.role, parsed.text(0)), **handlers}
        self._lately: dict[int, deque[float]] = {}  # the times of each peer's last commands

    def run(self, line: str, now: float, issuer: Issuer = CONSOLE) -> list[str]:
        """Carry out a line; returns lines, or raises CommandError."""
        parsed = parse_command(line, issuer.role)
        name = parsed.command.name
        try:
            answer = self.handlers[name](issuer, parsed, now)
        except CommandError:
            raise
        except Exception as fault:  # our bug; the issuer still gets an answer
            what = f"{type(fault).__name__}: {fault}"
            self._log.write(f"a fault in {name}, given by {issuer.by}: {what}", now, "fault in a command")
            raise CommandError("that went wrong, and the log says how") from fault
        if name not in NOT_LOGGED and (not parsed.words or parsed.text(0)):  # without a word, it only asks
            self._log.write(f"{issuer.by}: {line.strip()}", now)
        return answer

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        self._lately = {peer: times for peer, times in self._lately.items() if peer in self._server.connections.members}

    def update(self, now: float) -> None:
        """Answer a few commands. The members are looked up once: some may leave meanwhile, but no slot changes."""
        slashes = self._server.slash_commands
        lines = [slashes.popleft() for _ in range(min(COMMANDS_MOST, len(slashes)))]
        askers = {peer for peer, _ in lines}
        persons = {one.peer: one for one in self._server.room.persons() if one.peer in askers} if lines else {}
        for peer, text in lines:
            if peer in self._server.connections.members and peer in persons:
                self._answer_member(persons[peer], text, now)

    def _answer_member(self, person: Person, text: str, now: float) -> None:
        times = self._lately.setdefault(person.peer, deque(maxlen=LINES_MOST))
        role = AdminRole.HOST if person.is_host else AdminRole.ANYBODY
        issuer = Issuer(role, person.name, person.peer, person.member, person.address_group, person.muted_until)
        try:
            if len(times) == LINES_MOST and now - times[0] < LINES_SECONDS:
                raise CommandError("that was a lot in a short time: wait a few seconds")
            times.append(now)
            answer = self.run(text, now, issuer)
        except CommandError as problem:
            answer = [str(problem) if str(problem).endswith("?") else f"{problem}."]
        self._server.perform(Tell(person.peer, tuple(_wrapped(answer))), now)


def _wrapped(lines: Sequence[str]) -> list[str]:
    """Cut lines to fit into chat; each begins with a capital letter."""
    most = ANSWER_LINES_MOST * CHAT_WIDTH  # all that can be shown; cutting and cleaning takes time
    sentences = (line[:1].upper() + line[1:most] for line in lines)
    cut = [part for sentence in sentences for part in textwrap.wrap(sentence, CHAT_WIDTH)][:ANSWER_LINES_MOST]
    cleaned = (text if is_chat(text) else clean_chat(text) for text in cut)
    return [text for text in cleaned if text]
