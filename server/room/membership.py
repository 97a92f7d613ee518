"""Who comes, who comes back, and who goes: what becomes of their chairs, and what everybody is told of it.

Rule 1: a line that is lost is no goodbye. Its member keeps chair, wins and items for a while (claim.py).
Rule 2: who may not come in is told why, in one sentence, and nothing of them is kept.
Rule 3: all that is for everybody goes through `spread`, so that the diary misses nothing.
"""

from collections.abc import Iterable

from petard.server.room.chat import ChatLog, private_message
from petard.server.room.events import EventLog, MemberDisconnected, MemberJoined, MemberLeft, MemberReturned
from petard.server.room.lobby import ServerLobby
from petard.server.room.outgoing import Outgoing, to_all
from petard.server.room.rejoin import LOST, LOST_AT_REST
from petard.server.room.seats import Member, Seats
from petard.shared.protocol.messages import PROTOCOL, Bye, Hello, Message, RefusalCode, Refused, Welcome

MEMBERS_MOST = 128  # players and watchers, and those whose chairs are kept


class Membership:
    """The way in and out of one room. `name`, `snapshots` and `build` are told to who comes in."""

    def __init__(
        self,
        name: str,
        snapshots: int,
        build: str,
        seats: Seats,
        chatter: ChatLog,
        matches: ServerLobby,
        diary: EventLog,
    ) -> None:
        self.name = name
        self.closing = ""  # why nobody new comes in any more
        self._snapshots, self._build = snapshots, build
        self._seats, self._chatter, self._matches, self._diary = seats, chatter, matches, diary

    def join(self, peer: int, hello: Hello, token: str, now: float, home: str) -> list[Outgoing]:
        """Answer a Hello with Welcome and all that is going on, or with Refused. `token`: a fresh secret for them.

        `home`: what counts as the address that they come from.
        """
        mail = self._answer(peer, hello, token)
        member = self._seats.by_peer.get(peer)
        if member and home:
            is_new, member.home = not member.home, home  # who comes back may come from elsewhere
            if is_new:
                self._chatter.come(member, now)
        return mail

    def _answer(self, peer: int, hello: Hello, token: str) -> list[Outgoing]:
        if hello.protocol != PROTOCOL:
            return [Outgoing(peer, _other_protocol(hello, self._build), closes=True)]
        known = self._seats.owner_of(hello.token)
        if known and known.players == hello.players:
            return self._come_back(peer, known, hello.token, token)
        if self.closing:
            return [Outgoing(peer, Refused(RefusalCode.CLOSING, self.closing), closes=True)]
        heir = None if known else self._seats.heir(hello.players)
        if heir:
            self._seats.rename(heir, hello.name)  # or the recording would say that somebody else played on
            return self._come_back(peer, heir, "", token)
        if known:  # with more or fewer players: that is somebody new, and no longer who they were
            return [*self._hang_up(known), *self._let_go(known, "left"), *self._let_in(peer, hello, token)]
        if len(self._seats.members) < MEMBERS_MOST:
            return self._let_in(peer, hello, token)
        giver = self._seats.giver()  # or a crowd that comes and breaks off would keep everybody out
        if giver:
            return [*self._let_go(giver, "did not come back in time"), *self._let_in(peer, hello, token)]
        full = f"The room is full: {MEMBERS_MOST} people are in it. Try again later."
        return [Outgoing(peer, Refused(RefusalCode.FULL, full), closes=True)]

    def _let_in(self, peer: int, hello: Hello, token: str) -> list[Outgoing]:
        member = self._seats.admit(peer, hello.name, hello.players)
        member.claim.renew("", token)
        self._diary.note(MemberJoined(member.id, member.name))
        if not self._matches.rounds:
            self._matches.fill()
            return [self._welcome(peer, member, token), *self.tell_all()]
        mail = [self._welcome(peer, member, token), *self.tell_all(), *self._show_round(peer)]
        return [*mail, Outgoing(peer, private_message("A round is running: you watch this one and play the next."))]

    def _come_back(self, peer: int, member: Member, shown: str, token: str) -> list[Outgoing]:
        """Give somebody their chair again, also if the server has not noticed yet that their old line is dead."""
        was_away, host = bool(member.claim.left), self._seats.host
        mail = self._hang_up(member)
        inbox = self._seats.restore(peer, member)
        member.claim.renew(shown, token)
        if self._matches.rounds:
            self._matches.rounds.hand_over(inbox, member.inbox)
        else:
            self._matches.fill()
        mail += [self._welcome(peer, member, token, returned=True), *self.tell_all()]
        mail += [Outgoing(peer, line) for line in self._chatter.last]
        mail += self._show_round(peer)
        if was_away:
            self._diary.note(MemberReturned(member.id, member.name))
        words = "is back" if shown else "plays on from here"
        return mail + (self.news(f"{member.name} {words}.") + self._news_of_host(host) if was_away else [])

    def _hang_up(self, member: Member) -> list[Outgoing]:
        peer = self._seats.peer_of(member)
        return [] if peer is None else [Outgoing(peer, Bye("You came back on another line."), closes=True)]

    def _welcome(self, peer: int, member: Member, token: str, returned: bool = False) -> Outgoing:
        return Outgoing(peer, Welcome(PROTOCOL, self._build, member.id, token, self._snapshots, self.name, returned))

    def _show_round(self, peer: int) -> list[Outgoing]:
        return [Outgoing(peer, part) for part in self._matches.rounds.catch_up()] if self._matches.rounds else []

    def lose(self, peer: int) -> list[Outgoing]:
        """Keep the chair of somebody whose line was lost without a word, until they come back or their time is up."""
        member = self._seats.by_peer.get(peer)
        if not member:
            return []
        if not member.claim.is_heard:
            return self._let_go(member, "lost the line")
        host = self._seats.host
        self._seats.lose(member)
        self._diary.note(MemberDisconnected(member.id, member.name))
        in_round = self._matches.rounds and self._seats.slots_of(member)
        words = LOST[self._matches.setup.away] if in_round else LOST_AT_REST
        news = self.news(f"{member.name} {words}") + self._news_of_host(host)
        return [*news, *self.tell_all(), *self.spread(self._matches.start_if_ready())]

    def leave(self, peer: int, reason: str) -> list[Outgoing]:
        """Forget somebody for good. `reason`: such as "left"."""
        member = self._seats.by_peer.get(peer)
        return self._let_go(member, reason) if member else []

    def dismiss(self, member: int, reason: str) -> list[Outgoing]:
        """Forget somebody for good who is away. `reason`: such as "was kicked"."""
        known = self._seats.members.get(member)
        return self._let_go(known, reason) if known and known.claim.left else []

    def overdue(self) -> list[Outgoing]:
        """Let a tick pass for those who are away; whose time is up is forgotten."""
        return [item for member in self._seats.overdue() for item in self._let_go(member, "did not come back")]

    def _let_go(self, member: Member, reason: str) -> list[Outgoing]:
        """Bodies leave the board, seats are free, hosting passes on."""
        self._chatter.leave(member)
        host = self._seats.host
        self._matches.leave(member)
        self._diary.note(MemberLeft(member.id, member.name, reason))
        if not self._seats.members:
            self._chatter.last.clear()
            return []
        news = self.news(f"{member.name} {reason}.") + self._news_of_host(host)
        return [*news, *self.tell_all(), *self.spread(self._matches.start_if_ready())]

    def tell_all(self) -> list[Outgoing]:
        """Show everybody the room as it is now."""
        return to_all(self._matches.shown())

    def spread(self, messages: Iterable[Message]) -> list[Outgoing]:
        """What the matches say to everybody, noted on the way."""
        messages = tuple(messages)
        for message in messages:
            self._diary.hear(message, self._matches.setup.map, self._matches.setup.rules)
        return to_all(messages)

    def news(self, text: str) -> list[Outgoing]:
        """A line of the server for everybody."""
        return [Outgoing(None, self._chatter.news(text))]

    def _news_of_host(self, before: int) -> list[Outgoing]:
        host = self._seats.host
        if not before or not host or host == before:
            return []
        return self.news(f"{self._seats.members[host].name} is host now.")


def _other_protocol(hello: Hello, build: str) -> Refused:
    who = "your game" if hello.protocol < PROTOCOL else "the server"
    what = f"You speak protocol {hello.protocol} (build {hello.build}), the server {PROTOCOL} (build {build})"
    return Refused(RefusalCode.PROTOCOL, f"{what}: {who} must be updated.")
