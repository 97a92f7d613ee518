"""The commands `vote`, `yes` and `no` in chat: asks, counts, announces, and carries out the result.

Rule 1: what counts is decided in server/policy/votes.py; this module speaks and acts.
Rule 2: each member who is here at the start has one vote, however many play at that computer.
Rule 3: the host can kick and choose without a vote, so nobody votes on the host.
Rule 4: a muted member cannot start a vote, because everybody reads the question.
"""

from dataclasses import replace
from functools import partial

from petard.server.admin.moderation import Moderation
from petard.server.config.config import Config
from petard.server.config.schema import BadValue, Setting
from petard.server.net.server import Server
from petard.server.policy.address_groups import plain
from petard.server.policy.admin_commands import (
    CommandError,
    CommandHandlers,
    Issuer,
    ParsedCommand,
    find_player,
    shortened,
    single_word,
)
from petard.server.policy.votes import VoteCount, VoteKind, VoteQuestion, VoteResult, Votes
from petard.server.runtime.service import Service
from petard.shared.protocol.messages import Phase
from petard.shared.protocol.names import clean_chat

SETTLED_EVERY = 0.25  # seconds, and after each vote; it looks at all members


class VoteCommands(Service):
    """The votes of one room. `is_on`: votes are allowed. `maps`: the setting that parses a map."""

    def __init__(self, server: Server, moderation: Moderation, maps: Setting, is_on: bool) -> None:
        self.is_on, self._maps = is_on, maps
        self._server, self._moderation = server, moderation
        self._votes = Votes()
        self._due = 0.0  # when to look at the open vote again
        self.handlers: CommandHandlers = {
            "vote": self._ask,
            "yes": partial(self._cast, is_yes=True),
            "no": partial(self._cast, is_yes=False),
        }

    def apply_config(self, config: Config, now: float) -> None:
        self.is_on = config.votes

    def update(self, now: float) -> None:
        """Settle the open vote, or remind the players of it."""
        if not self._votes.is_open:
            return
        if not self.is_on:
            self._votes.cancel()
            self._announce("There is no vote any more: the server does not allow them.")
            return
        if now < self._due:
            return
        self._due = now + SETTLED_EVERY
        persons = self._server.room.persons()
        here = [person.member for person in persons if person.peer]
        settled = self._votes.settle(here, [person.member for person in persons], now)
        if settled:
            self._carry_out(*settled, now)
        elif again := self._votes.reminder(now):
            self._announce(f"Still open: {again.words}? /yes or /no ({self._votes.count(here)})")

    def _here(self) -> list[int]:
        return [person.member for person in self._server.room.persons() if person.peer]

    def _announce(self, text: str) -> None:
        self._server.announce(clean_chat(text))

    def _ask(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        if not self.is_on:
            raise CommandError("this server does not allow votes")
        what = parsed.text(0).lower()
        if what in ("yes", "no"):
            return self._cast(issuer, parsed, now, what == "yes")
        issuer.check_not_muted(now)
        question = self._question(what, parsed.text(1))
        count = self._votes.ask(question, issuer.member, _group_of(issuer), self._here(), now)
        self._due = now
        self._announce(f"{issuer.name} asks: {question.words}? /yes or /no ({count.needed} needed)")
        return []

    def _question(self, what: str, rest: str) -> VoteQuestion:
        if what == "restart" and not rest:
            if self._server.room.phase is Phase.LOBBY:
                raise CommandError("no match is on")
            return VoteQuestion(VoteKind.RESTART, "end this match")
        if what == "map" and rest:
            try:
                name = self._maps.parse(rest)
            except BadValue as problem:
                raise CommandError(str(problem)) from problem
            return VoteQuestion(VoteKind.MAP, f"{name} as the next map", name)
        if what == "kick" and rest:
            room = self._server.room
            person = find_player(single_word(rest), room.persons(), room.status())
            if person.is_host:
                raise CommandError("nobody votes on the host")
            return VoteQuestion(VoteKind.KICK, f"put {person.name} out", whom=person.member)
        raise CommandError(f"vote map NAME, vote restart or vote kick WHO, not {shortened(f'{what} {rest}'.strip())}")

    def _cast(self, issuer: Issuer, parsed: ParsedCommand, now: float, is_yes: bool) -> list[str]:
        count = self._votes.cast(issuer.member, is_yes, self._here())
        self._due = now
        return [f"you said {'yes' if is_yes else 'no'} ({count})"]

    def _carry_out(self, question: VoteQuestion, result: VoteResult, count: VoteCount, now: float) -> None:
        self._announce(f"{question.words[:1].upper()}{question.words[1:]}: {result.value} ({count}).")
        if result is not VoteResult.CARRIED:
            return
        room = self._server.room
        if question.kind is VoteKind.MAP:
            self._server.broadcaster.enqueue(room.choose(replace(room.matches.choice.planned, map=question.what)) or [])
        elif question.kind is VoteKind.RESTART and room.phase is not Phase.LOBBY:
            self._server.broadcaster.enqueue(room.end_match())
        elif question.kind is VoteKind.KICK:
            person = next((one for one in room.persons() if one.member == question.whom), None)
            if person and not person.is_host:  # they may have become the host meanwhile
                self._moderation.kick(person, "by vote", now)


def _group_of(issuer: Issuer) -> str:
    """Return what identifies an asker who leaves and joins again: the address group, or the member at this machine."""
    ip = plain(issuer.group)
    is_local = not issuer.group or (ip is not None and ip.is_loopback)
    return str(issuer.member) if is_local else issuer.group
