"""Puts people out and keeps them out: kick, ban, unban, bans; and the gate that is asked when somebody knocks.

Rule 1: who is put out is gone for good: the token counts no more, the chair is free.
Rule 2: a kick keeps out for KICKED seconds, or who dials again by a habit would be back at once.
Rule 3: a host is a player who came first. So they put out and ban who is here, for a day at most, and lift only what
hosts have banned; addresses are not shown to them. Whoever runs the server may do all of it on the console.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from petard.server.admin.issuer import Issuer, Orders
from petard.server.net.server import Server
from petard.server.policy.address_groups import Own, plain
from petard.server.policy.admin_commands import CommandError, ParsedCommand, Word, shortened
from petard.server.policy.bans import (
    ADDRESS,
    FOR_EVER,
    NAME,
    BadBan,
    Ban,
    Bans,
    Bar,
    bar_of,
    clean_reason,
    is_alike,
    is_place,
    read_span,
)
from petard.server.policy.numbers import is_number, whole
from petard.server.policy.player_lookup import Nobody, find
from petard.server.policy.text import span_words
from petard.server.room.status import Person

KICKED = 60.0  # seconds
KICKS_KEPT = 256
DAY = 86400  # seconds


@dataclass(frozen=True, slots=True)
class _Kick:
    """Who has to wait, and until when (seconds)."""

    until: float
    bar: Bar


class Moderation:
    """The gate of a Net. `wall` is a clock, seconds since 1970; `survey` reads the addresses of this machine anew."""

    def __init__(
        self, net: Server, bans: Bans, wall: Callable[[], float], survey: Callable[[], Own] | None = None
    ) -> None:
        self.bans = bans
        self._net, self._wall, self._survey = net, wall, survey
        self._kicks: deque[_Kick] = deque(maxlen=KICKS_KEPT)
        self.orders: Orders = {"kick": self._kick, "ban": self._ban, "unban": self._unban, "bans": self._list}

    @property
    def _clock(self) -> int:
        return int(self._wall())

    def refusal(self, address: str, name: str, now: float) -> str:
        """Why nobody of this name may come in from this address; "" if they may."""
        ban = self.bans.hit(address, name, self._clock)
        if ban:
            return ban.sentence(self._clock)
        knock = self.bans.knock(address, name)
        kicks = [kick for kick in self._kicks if kick.until > now and kick.bar.stops(knock)]
        if not kicks:
            return ""
        return f"You were put out of this room. Try again in {ceil(kicks[-1].until - now)} seconds."

    # Orders

    def _kick(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        person = self._meant(said.words[0], caller)
        reason = clean_reason(said.text(1))
        but = self._but(person, caller)
        self.put_out(person, reason, now)
        return [f"{person.name} was put out{but}"]

    def put_out(self, person: Person, reason: str, now: float) -> None:
        """Kick somebody: with a sentence for them, one for the others, and a while in which they cannot come back."""
        self._look_round()
        kind, what = (NAME, person.name) if self._is_beside_host(person) else self._known_by(person)
        self._kicks.append(_Kick(now + KICKED, bar_of(Ban(kind, what, "", FOR_EVER, "", 0))))
        why = f": {reason.rstrip('.')}" if reason else ""
        self._remove(person, f"You were put out of this room{why}.", f"was put out{why}", now)

    def _known_by(self, person: Person) -> tuple[str, str]:
        """By what to know somebody who comes back: the address; the name, if that is this machine's or not known."""
        try:
            return self.bans.span_of(self._address(person))
        except BadBan:
            return NAME, person.name

    def _is_beside_host(self, person: Person) -> bool:
        """True if to keep out the address of somebody keeps out the host, too: they share a router."""
        host = next((one for one in self._net.room.persons() if one.is_host), None)
        kind, what = self._known_by(person)
        if host is None or host.member == person.member or kind == NAME:
            return False
        return bar_of(Ban(kind, what, "", FOR_EVER, "", 0)).stops(self.bans.knock(self._address(host), ""))

    def _but(self, person: Person, caller: Issuer) -> str:
        """What a host has to know of whom they put out."""
        beside = not caller.is_console and self._is_beside_host(person)
        return ", by name alone: you come from the same address" if beside else ""

    def _address(self, person: Person) -> str:
        """Where somebody is; of who is away, where they came from, of a /64 its first address."""
        peer = self._net.crowd.members.get(person.peer)
        return peer.address if peer else person.home.partition("/")[0]

    def _look_round(self) -> None:
        """See which addresses are ours by now: a router may have given us another."""
        if self._survey:
            self.bans.own = self._net.crowd.own = tuple(self._survey())

    def _remove(self, person: Person, sentence: str, reason: str, now: float) -> None:
        if person.peer:
            self._net.remove(person.peer, sentence, reason, now)
        else:
            self._net.say(self._net.room.dismiss(person.member, reason))

    def _meant(self, word: Word, caller: Issuer) -> Person:
        room = self._net.room
        person = find(word, room.persons(), room.status())
        if person.member == caller.member:
            raise CommandError("that is you; to go, press Escape")
        return person

    def _ban(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        seconds, reason = self._terms(said.text(1))
        if not caller.is_console and not 0 < seconds <= DAY:
            raise CommandError("a host bans for a day at most; for longer, it is said on the console")
        until = FOR_EVER if seconds == FOR_EVER else self._clock + seconds
        self._look_round()
        try:
            targets, but = self._targets(said.words[0], caller)
            bans = [Ban(kind, what, reason, until, caller.by, self._clock, whom) for kind, what, whom in targets]
            for ban in bans:
                self.bans.add(ban)
        except BadBan as problem:
            raise CommandError(str(problem)) from problem
        gone = self._sweep(now)
        what = " and ".join(_shown(ban, caller) for ban in bans)
        put_out = f"; put out: {', '.join(gone)}" if gone else ""
        return [f"banned {what} {_for(seconds)}{but}{put_out}"]

    def _terms(self, rest: str) -> tuple[int, str]:
        """For how many seconds, and why."""
        first, _, others = rest.partition(" ")
        seconds = read_span(first)
        if seconds is None and first[:1].isdigit():
            raise CommandError(f"a time is such as 30m, 2h, 7d or forever, not {shortened(first)}")
        return (DAY, clean_reason(rest)) if seconds is None else (seconds, clean_reason(others))

    def _targets(self, word: Word, caller: Issuer) -> tuple[list[tuple[str, str, str]], str]:
        """What is to be banned: kind, what, and whose it is; and what to say of it. Raises BadBan and BadOrder."""
        if caller.is_console and not word.is_quoted and is_place(word.text):
            return [(*self.bans.target_of(word.text), "")], ""
        try:
            person = self._meant(word, caller)
        except Nobody:
            if not caller.is_console:
                raise
            return [(*self.bans.target_of(word.text, is_name=True), "")], ""
        kind, what = self._known_by(person)
        but = self._but(person, caller)
        return [(NAME, person.name, ""), *([(kind, what, person.name)] if kind != NAME and not but else [])], but

    def _sweep(self, now: float) -> list[str]:
        """Put out whoever may not be here any more; answers with their names."""
        gone = []
        for person in self._net.room.persons():
            ban = self.bans.hit(self._address(person), person.name, self._clock)
            if ban:
                why = f": {ban.reason.rstrip('.')}" if ban.reason else ""
                self._remove(person, ban.sentence(self._clock), f"was banned{why}", now)
                gone.append(person.name)
        return gone

    def _unban(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        word = said.words[0]
        listed = self.bans.listed(self._clock)
        if is_number(word.text) and not word.is_quoted:
            number = whole(word.text)
            chosen = listed[number - 1 : number] if number else []
        else:
            chosen = [ban for ban in listed if _names(ban, word.text)]
        if not chosen:
            raise CommandError(f"there is no ban of {shortened(word.text)}; `bans` lists them")
        if not caller.is_console and any(not ban.by.startswith("host ") for ban in chosen):
            raise CommandError("that was banned on the console, and can be lifted there")
        self.bans.lift(chosen)
        return [f"lifted the ban of {' and '.join(_shown(ban, caller) for ban in chosen)}"]

    def _list(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        lines = []
        for number, ban in enumerate(self.bans.listed(self._clock), 1):
            left = FOR_EVER if ban.until == FOR_EVER else ban.until - self._clock
            why = f": {ban.reason}" if ban.reason else ""
            lines.append(f"{number}. {_shown(ban, caller)} {_for(left)}, by {ban.by}{why}")
        return lines or ["nobody is banned"]


def _names(ban: Ban, text: str) -> bool:
    """True if somebody means this ban by what they typed."""
    if ban.whom and is_alike(ban.whom, text):
        return True
    ip = plain(text)
    return ban.what == (str(ip) if ip else text) or (ban.kind == NAME and is_alike(ban.what, text))


def _shown(ban: Ban, caller: Issuer) -> str:
    of = f" of {ban.whom}" if ban.whom else ""
    if ban.kind == NAME:
        return f"the name {ban.what}"
    kind = "the address" if ban.kind == ADDRESS else "the network"
    return f"{kind} {ban.what}{of}" if caller.is_console else f"{kind}{of}"


def _for(seconds: int) -> str:
    return "for ever" if seconds == FOR_EVER else f"for {span_words(seconds)}"
