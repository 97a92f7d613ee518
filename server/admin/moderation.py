"""The commands `kick`, `ban`, `unban` and `bans`, and the check of clients that join against kicks and bans.

Rule 1: a removed player cannot rejoin: the token is no longer valid, and the seat is free.
Rule 2: a kick keeps a player out for KICK_SECONDS, because a game that reconnects by itself would be back at once.
Rule 3: a host is only the player who came first. So hosts kick and ban players who are here, for a day at most, and
lift only bans of hosts; they do not see addresses. The console may do all of it.
"""

from collections import deque
from collections.abc import Callable, Sequence
from math import ceil

from petard.server.net.server import Server
from petard.server.policy.address_groups import Own, plain
from petard.server.policy.admin_commands import (
    CommandError,
    CommandHandlers,
    Issuer,
    NoSuchPlayer,
    ParsedCommand,
    Word,
    find_player,
    shortened,
)
from petard.server.policy.bans import (
    ADDRESS,
    FOR_EVER,
    NAME,
    REASON_MOST,
    BadBan,
    Ban,
    BanMatcher,
    Bans,
    is_address_or_network,
    parse_span,
)
from petard.server.policy.text import is_alike, is_digits, parse_int, span_words
from petard.server.room.status import Person
from petard.server.runtime.service import Service
from petard.shared.demo.server_actions import ForgetMember, Kick
from petard.shared.protocol.names import clean_chat

KICK_SECONDS = 60.0
KICKS_KEPT = 256
DAY = 86400  # seconds

StoreBans = Callable[[Sequence[tuple[str, Ban]]], object]


class Moderation(Service):
    """The access control of a Server. `clock`: seconds since 1970; `own_addresses`: reads those of this machine again.

    `store`: takes the changes of bans as `Bans.changes` returns them; None: bans end with the server.
    """

    def __init__(
        self,
        server: Server,
        bans: Bans,
        clock: Callable[[], float],
        own_addresses: Callable[[], Own] | None = None,
        store: StoreBans | None = None,
    ) -> None:
        self.bans, self.own_addresses, self.store = bans, own_addresses, store
        self._server = server
        self._clock: Callable[[], int] = lambda: int(clock())
        self.kicks: deque[tuple[float, BanMatcher]] = deque(maxlen=KICKS_KEPT)  # each with its end (seconds)
        server.handshake.access_control = self.refusal
        self.handlers: CommandHandlers = {
            "kick": self._kick,
            "ban": self._ban,
            "unban": self._unban,
            "bans": self._list,
        }

    def refusal(self, address: str, name: str, now: float) -> str:
        """Return why a client with this address and name is refused; "" if it is not."""
        ban = self.bans.find(address, name, self._clock())
        if ban:
            return ban.sentence(self._clock())
        client = self.bans.client_key(address, name)
        ends = [until for until, matcher in self.kicks if until > now and matcher.matches(client)]
        return f"You were put out of this room. Try again in {ceil(ends[-1] - now)} seconds." if ends else ""

    def update(self, now: float) -> None:
        changes = self.bans.changes()
        if self.store and changes:
            self.store(changes)

    def kick(self, person: Person, reason: str, now: float) -> None:
        """Remove a player, tell them and the others why, and keep them out for a while."""
        self._update_own_addresses()
        kind, what = (NAME, person.name) if self._is_beside_host(person) else self._identity(person)
        self.kicks.append((now + KICK_SECONDS, _matcher(kind, what)))
        self._remove(person, f"You were put out of this room{_because(reason)}.", f"was put out{_because(reason)}", now)

    # Commands

    def _kick(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        person = self._find(parsed.words[0], issuer)
        note = self._note(person, issuer)
        self.kick(person, clean_chat(parsed.text(1), REASON_MOST), now)
        return [f"{person.name} was put out{note}"]

    def _ban(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        seconds, reason = _terms(parsed.text(1))
        if not issuer.is_console and not 0 < seconds <= DAY:
            raise CommandError("a host bans for a day at most; the console can ban for longer")
        until = FOR_EVER if seconds == FOR_EVER else self._clock() + seconds
        self._update_own_addresses()
        targets, note = self._targets(parsed.words[0], issuer)
        bans = [Ban(kind, what, reason, until, issuer.by, self._clock(), whom) for kind, what, whom in targets]
        for ban in bans:
            self.bans.add(ban)
        removed = []
        for person in self._server.room.persons():
            if ban_in_force := self.bans.find(self._address(person), person.name, self._clock()):
                sentence, why = ban_in_force.sentence(self._clock()), _because(ban_in_force.reason)
                self._remove(person, sentence, f"was banned{why}", now)
                removed.append(person.name)
        what = " and ".join(_shown(ban, issuer) for ban in bans)
        put_out = f"; put out: {', '.join(removed)}" if removed else ""
        return [f"banned {what} {_for(seconds)}{note}{put_out}"]

    def _targets(self, word: Word, issuer: Issuer) -> tuple[list[tuple[str, str, str]], str]:
        """Return what to ban (kind, what, whose it is), and a note for the issuer. Raises CommandError."""
        if issuer.is_console and not word.is_quoted and is_address_or_network(word.text):
            return [(*self.bans.target_of(word.text), "")], ""
        try:
            person = self._find(word, issuer)
        except NoSuchPlayer:
            if not issuer.is_console:
                raise
            return [(*self.bans.target_of(word.text, is_name=True), "")], ""
        kind, what = self._identity(person)
        note = self._note(person, issuer)
        return [(NAME, person.name, ""), *([(kind, what, person.name)] if kind != NAME and not note else [])], note

    def _unban(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        word = parsed.words[0]
        listed = self.bans.listed(self._clock())
        if is_digits(word.text) and not word.is_quoted:
            number = parse_int(word.text)
            chosen = listed[number - 1 : number] if number else []
        else:
            chosen = [ban for ban in listed if _names(ban, word.text)]
        if not chosen:
            raise CommandError(f"there is no ban of {shortened(word.text)}; `bans` lists them")
        if not issuer.is_console and any(not ban.by.startswith("host ") for ban in chosen):
            raise CommandError("only the console can lift that ban")
        self.bans.lift(chosen)
        return [f"lifted the ban of {' and '.join(_shown(ban, issuer) for ban in chosen)}"]

    def _list(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        lines = []
        for number, ban in enumerate(self.bans.listed(self._clock()), 1):
            left = FOR_EVER if ban.until == FOR_EVER else ban.until - self._clock()
            why = f": {ban.reason}" if ban.reason else ""
            lines.append(f"{number}. {_shown(ban, issuer)} {_for(left)}, by {ban.by}{why}")
        return lines or ["nobody is banned"]

    # Members

    def _find(self, word: Word, issuer: Issuer) -> Person:
        room = self._server.room
        person = find_player(word, room.persons(), room.status())
        if person.member == issuer.member:
            raise CommandError("that is you; to leave, press Escape")
        return person

    def _remove(self, person: Person, sentence: str, reason: str, now: float) -> None:
        if person.peer:
            self._server.perform(Kick(person.peer, sentence, reason), now)
        else:
            self._server.perform(ForgetMember(person.member, reason), now)

    def _identity(self, person: Person) -> tuple[str, str]:
        """Return what identifies a player who joins again: the address; the name at this machine, or if unknown."""
        try:
            return self.bans.target_of_address(self._address(person))
        except BadBan:
            return NAME, person.name

    def _is_beside_host(self, person: Person) -> bool:
        """Return True if a ban of this player's address would hit the host, too: they share a router."""
        host = next((one for one in self._server.room.persons() if one.is_host), None)
        kind, what = self._identity(person)
        if host is None or host.member == person.member or kind == NAME:
            return False
        return _matcher(kind, what).matches(self.bans.client_key(self._address(host), ""))

    def _note(self, person: Person, issuer: Issuer) -> str:
        """Return what a host must know about the removed player."""
        beside = not issuer.is_console and self._is_beside_host(person)
        return ", by name alone: you come from the same address" if beside else ""

    def _address(self, person: Person) -> str:
        """Return a member's address; of one who is away the last, of a /64 its first address."""
        peer = self._server.connections.members.get(person.peer)
        return peer.identity.address if peer else person.address_group.partition("/")[0]

    def _update_own_addresses(self) -> None:
        """Read this machine's addresses again: a router may have given it another."""
        if self.own_addresses:
            self.bans.own = self._server.connections.own_addresses = tuple(self.own_addresses())


def _because(reason: str) -> str:
    return f": {reason.rstrip('.')}" if reason else ""


def _matcher(kind: str, what: str) -> BanMatcher:
    return BanMatcher(Ban(kind, what, "", FOR_EVER, "", 0))


def _terms(rest: str) -> tuple[int, str]:
    """Parse the time (in seconds) and the reason of a ban."""
    first, _, others = rest.partition(" ")
    seconds = parse_span(first)
    if seconds is None and first[:1].isdigit():
        raise CommandError(f"a time is such as 30m, 2h, 7d or forever, not {shortened(first)}")
    return (DAY, clean_chat(rest, REASON_MOST)) if seconds is None else (seconds, clean_chat(others, REASON_MOST))


def _names(ban: Ban, text: str) -> bool:
    """Return True if a typed text means this ban."""
    if ban.whom and is_alike(ban.whom, text):
        return True
    ip = plain(text)
    return ban.what == (str(ip) if ip else text) or (ban.kind == NAME and is_alike(ban.what, text))


def _shown(ban: Ban, issuer: Issuer) -> str:
    of = f" of {ban.whom}" if ban.whom else ""
    if ban.kind == NAME:
        return f"the name {ban.what}"
    kind = "the address" if ban.kind == ADDRESS else "the network"
    return f"{kind} {ban.what}{of}" if issuer.is_console else f"{kind}{of}"


def _for(seconds: int) -> str:
    return "for ever" if seconds == FOR_EVER else f"for {span_words(seconds)}"
