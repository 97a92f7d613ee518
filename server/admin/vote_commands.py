"""Votes in chat: what is asked and answered, what everybody is told, and what is done about it.

Rule 1: what counts is decided in server/policy/votes.py; this is its voice, and its hand.
Rule 2: each member who is here when it is asked has one voice, however many play at that computer.
Rule 3: the host may put out and choose without asking, so nobody votes on the host.
Rule 4: who is muted asks nothing, since all read the question.
"""

from dataclasses import replace

from petard.server.admin.issuer import Issuer, Orders
from petard.server.admin.moderation import Moderation
from petard.server.config.parsers import BadValue
from petard.server.config.schema import Setting
from petard.server.net.server import Server
from petard.server.policy.address_groups import plain
from petard.server.policy.admin_commands import CommandError, ParsedCommand, only, shortened
from petard.server.policy.player_lookup import find
from petard.server.policy.votes import BadVote, Count, Question, Verdict, Votes, Wish
from petard.shared.protocol.messages import Phase
from petard.shared.protocol.names import clean_chat

SETTLED_EVERY = 0.25  # seconds, and whenever somebody has said something; it looks at everybody


class VoteCommands:
    """The votes of one room. `is_on`: there may be any. `maps` is the row of the settings that reads a map."""

    def __init__(self, net: Server, doorkeeper: Moderation, maps: Setting, is_on: bool) -> None:
        self.is_on = is_on
        self._net, self._doorkeeper, self._maps = net, doorkeeper, maps
        self._votes = Votes()
        self._due = 0.0  # when to see again what comes of the question
        self.orders: Orders = {"vote": self._ask, "yes": self._say_yes, "no": self._say_no}

    def turn(self, now: float) -> None:
        """See what came of the question that is open."""
        if not self._votes.is_open:
            return
        if not self.is_on:
            self._votes.drop()
            self._tell("There is no vote any more: the server does not allow them.")
            return
        if now < self._due:
            return
        self._due = now + SETTLED_EVERY
        persons = self._net.room.persons()
        here = [person.member for person in persons if person.peer]
        settled = self._votes.settle(here, [person.member for person in persons], now)
        if settled:
            self._carry_out(*settled, now)
        elif again := self._votes.reminder(now):
            self._tell(f"Still open: {again.words}? /yes or /no ({self._votes.count(here)})")

    def _here(self) -> list[int]:
        return [person.member for person in self._net.room.persons() if person.peer]

    def _tell(self, text: str) -> None:
        self._net.say(self._net.room.news(clean_chat(text)))

    # What people say

    def _ask(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        if not self.is_on:
            raise CommandError("this server does not allow votes")
        what = said.text(0).lower()
        if what in ("yes", "no"):
            return self._answer(caller, what == "yes", now)
        caller.speak_up(now)
        question = self._question(what, said.text(1))
        try:
            count = self._votes.ask(question, caller.member, _line_of(caller), self._here(), now)
        except BadVote as problem:
            raise CommandError(str(problem)) from problem
        self._due = now
        self._tell(f"{caller.name} asks: {question.words}? /yes or /no ({count.needed} needed)")
        return []

    def _question(self, what: str, rest: str) -> Question:
        if what == "restart" and not rest:
            if self._net.room.phase is Phase.LOBBY:
                raise CommandError("no match is on")
            return Question(Wish.RESTART, "end this match")
        if what == "map" and rest:
            try:
                name = self._maps.reads(rest)
            except BadValue as problem:
                raise CommandError(str(problem)) from problem
            return Question(Wish.MAP, f"{name} as the next map", name)
        if what == "kick" and rest:
            room = self._net.room
            person = find(only(rest), room.persons(), room.status())
            if person.is_host:
                raise CommandError("nobody votes on the host")
            return Question(Wish.KICK, f"put {person.name} out", whom=person.member)
        raise CommandError(f"vote map NAME, vote restart or vote kick WHO, not {shortened(f'{what} {rest}'.strip())}")

    def _say_yes(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        return self._answer(caller, True, now)

    def _say_no(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        return self._answer(caller, False, now)

    def _answer(self, caller: Issuer, is_yes: bool, now: float) -> list[str]:
        try:
            count = self._votes.say(caller.member, is_yes, self._here())
        except BadVote as problem:
            raise CommandError(str(problem)) from problem
        self._due = now
        return [f"you said {'yes' if is_yes else 'no'} ({count})"]

    # What becomes of it

    def _carry_out(self, question: Question, verdict: Verdict, count: Count, now: float) -> None:
        words = question.words[:1].upper() + question.words[1:]
        self._tell(f"{words}: {verdict.value} ({count}).")
        if verdict is not Verdict.CARRIED:
            return
        room = self._net.room
        if question.wish is Wish.MAP:
            self._net.say(room.choose(replace(room.planned, map=question.what)) or [])
        elif question.wish is Wish.RESTART and room.phase is not Phase.LOBBY:
            self._net.say(room.restart())
        elif question.wish is Wish.KICK:
            person = next((one for one in room.persons() if one.member == question.whom), None)
            if person and not person.is_host:  # hosting may have come to them meanwhile
                self._doorkeeper.put_out(person, "by vote", now)


def _line_of(caller: Issuer) -> str:
    """By what to know somebody who leaves and comes back: where they come from, but everybody at this machine apart."""
    ip = plain(caller.home)
    is_here = not caller.home or (ip is not None and ip.is_loopback)
    return str(caller.member) if is_here else caller.home
