"""Carries out what is said on the console, on standard input, and in chat behind a slash.

Rule 1: who may say what is in the table (server/policy/admin_commands.py), and nowhere else.
Rule 2: whatever is typed gets an answer: lines, or a BadOrder with one sentence.
Rule 3: what changes something is in the log, with who said it.
Rule 4: chat is answered with lines for that member only, and whoever asks too much is not heard for a while.
"""

import textwrap
from collections import deque
from collections.abc import Sequence

from petard.server.admin.issuer import Issuer, Orders
from petard.server.admin.match_commands import MatchCommands
from petard.server.admin.moderation import Moderation
from petard.server.admin.shutdown import Shutdown
from petard.server.admin.vote_commands import VoteCommands
from petard.server.config.config import Config
from petard.server.net.server import Server
from petard.server.policy.admin_commands import (
    BY_NAME,
    AdminRole,
    CommandError,
    ParsedCommand,
    orders_of,
    read,
    shortened,
)
from petard.server.policy.text import nearest
from petard.server.results.writer import ResultsWriter
from petard.server.room.chat import LINES_MOST, LINES_SECONDS, private_message
from petard.server.room.events import Happening
from petard.server.room.outgoing import Outgoing
from petard.server.room.status import Person
from petard.server.runtime.log import Log
from petard.shared.protocol.names import clean_chat, is_chat

ASIDES_MOST = 12  # lines of answer in chat
SLASHES_MOST = 4  # in a turn; the others wait for the next, so that no tick waits for them
ASIDE_WIDE = 60  # characters, as many as are seen of a line of chat over a match
QUIET = frozenset({"help", "status", "players", "bans", "follow", "vote", "yes", "no"})  # not in the log


class Dispatcher:
    """A service that answers in chat, and keeps votes and countdowns going. `ledger`: keeps the bans, if any does."""

    def __init__(
        self,
        net: Server,
        steward: MatchCommands,
        doorkeeper: Moderation,
        ballots: VoteCommands,
        closing: Shutdown,
        log: Log,
    ) -> None:
        self.ledger: ResultsWriter | None = None
        self._net, self._log = net, log
        self._doorkeeper, self._ballots, self._closing = doorkeeper, ballots, closing
        parts = (steward.orders, doorkeeper.orders, ballots.orders, closing.orders)
        self._orders: Orders = {"help": _help} | {name: does for part in parts for name, does in part.items()}
        self._lately: dict[int, deque[float]] = {}  # when each peer has said its last orders
        net.gate = doorkeeper

    def run(self, line: str, caller: Issuer, now: float) -> list[str]:
        """Carry out a line; answers with lines, or raises BadOrder."""
        said = read(line, caller.role)
        try:
            answer = self._orders[said.order.name](caller, said, now)
        except CommandError:
            raise
        except Exception as fault:  # ours, and no reason to leave anybody without an answer
            what = f"{type(fault).__name__}: {fault}"
            self._log.say(f"a fault in {said.order.name}, which {caller.by} said: {what}", now, "fault in an order")
            raise CommandError("that went wrong, and the log says how") from fault
        if said.order.name not in QUIET and (not said.words or said.text(0)):  # without, it only asks
            self._log.say(f"{caller.by}: {line.strip()}", now)
        return answer

    # As a service

    def turn(self, now: float) -> None:
        """Answer in chat, settle votes, count down, and let the bans be kept."""
        self._hear_all(now)
        self._ballots.turn(now)
        self._closing.turn(now)
        changes = self._doorkeeper.bans.changes()
        if self.ledger and changes:
            self.ledger.store(changes)

    def heard(self, happenings: Sequence[Happening], now: float) -> None:
        """Forget who is gone."""
        self._lately = {number: times for number, times in self._lately.items() if number in self._net.crowd.members}

    def next_at(self, now: float) -> float:
        """When the countdown is over."""
        return self._closing.next_at(now)

    def renew(self, config: Config, now: float) -> None:
        """Allow votes, or no longer."""
        self._ballots.is_on = config.votes

    def close(self) -> None:
        """Nothing is held."""

    # In chat

    def _hear_all(self, now: float) -> None:
        """Answer a few. Who says what is looked up once: they may go meanwhile, but nobody changes places."""
        said = [self._net.slashes.popleft() for _ in range(min(SLASHES_MOST, len(self._net.slashes)))]
        askers = {number for number, _ in said}
        persons = {one.peer: one for one in self._net.room.persons() if one.peer in askers} if said else {}
        for number, text in said:
            if number in self._net.crowd.members and number in persons:
                self._hear(persons[number], text, now)

    def _hear(self, person: Person, text: str, now: float) -> None:
        number = person.peer
        times = self._lately.setdefault(number, deque(maxlen=LINES_MOST))
        if len(times) == LINES_MOST and now - times[0] < LINES_SECONDS:
            answer = ["That was a lot in a short time: wait a few seconds."]
        else:
            times.append(now)
            answer = self._answer(person, text, now)
        self._net.say([Outgoing(number, private_message(line)) for line in _wrapped(answer)])

    def _answer(self, person: Person, text: str, now: float) -> list[str]:
        role = AdminRole.HOST if person.is_host else AdminRole.ANYBODY
        try:
            caller = Issuer(role, person.name, person.peer, person.member, person.home, person.muted_until)
            return self.run(text, caller, now)
        except CommandError as problem:
            return [str(problem) if str(problem).endswith("?") else f"{problem}."]


def _wrapped(lines: Sequence[str]) -> list[str]:
    """Lines as they fit into chat."""
    most = ASIDES_MOST * ASIDE_WIDE  # all that can be shown; to cut and to clean a text takes its time
    cut = [part for line in lines for part in textwrap.wrap(sentence_of(line[:most]), ASIDE_WIDE)][:ASIDES_MOST]
    cleaned = (text if is_chat(text) else clean_chat(text) for text in cut)
    return [text for text in cleaned if text]


def sentence_of(text: str) -> str:
    """A line as a sentence begins: with a large letter."""
    return text[:1].upper() + text[1:]


def _help(caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
    orders = orders_of(caller.role)
    name = said.text(0).lower().removeprefix("/")
    if not name:
        if not caller.is_console:
            return ["/" + ", /".join(order.name for order in orders) + "; /help NAME tells more"]
        wide = max(len(order.form) for order in orders)
        return [f"{order.form:{wide}}  {order.short}" for order in orders]
    order = BY_NAME.get(name)
    if not order or order not in orders:
        near = nearest(name, (order.name for order in orders))
        raise CommandError(f"no command {shortened(name)}" + (f"; did you mean {near}?" if near else "; try help"))
    return [f"{'' if caller.is_console else '/'}{order.form}: {order.told(caller.role)}"]
