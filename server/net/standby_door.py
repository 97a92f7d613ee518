"""Where standbys come in: which tickets are valid, and what clients and standbys say about copies.

A standby is a process at a member's computer that keeps a copy of the room (docs/standby.md). Its connection is a peer
and no member: it has no seat, is never host, and is not counted. It is sent what everybody is sent, and its copy.
"""

import hmac
from collections import deque

from petard.server.room.outgoing import Outgoing
from petard.shared.protocol.capability_words import SERVER_WORDS, STANDBY_WORD
from petard.shared.protocol.later_messages import CopyAck, StandbyAnswer
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello, RefusalCode, Refused, Welcome

MESSAGES_KEPT = 256
RATE = 60  # that of the Welcome: a standby gets no snapshots
OTHER_BUILD = f"A standby must be of the same build as the server, which has {BUILD}."
NO_TICKET = "This ticket for a standby is not valid, or no longer."


class StandbyDoor:
    """`tickets`: the valid ones, with the member that each was offered to. `messages`: with their peers.

    `after`: the addresses of the standbys that may have gone on with the room at the same moment as this server.
    """

    def __init__(self) -> None:
        self.tickets: dict[str, int] = {}
        self.after: tuple[str, ...] = ()
        self.lines: dict[int, int] = {}  # member by peer, of those that were let in
        self.messages: deque[tuple[int, StandbyAnswer | CopyAck]] = deque(maxlen=MESSAGES_KEPT)

    @staticmethod
    def is_standby(hello: Hello) -> bool:
        return STANDBY_WORD in hello.words and not hello.players

    def answer(self, peer: int, hello: Hello) -> list[Outgoing]:
        """Answer the Hello of a standby; a ticket lets one connection in, the newest."""
        if hello.protocol != PROTOCOL or hello.build != BUILD:
            return [Outgoing(peer, Refused(RefusalCode.BAD, OTHER_BUILD), closes=True)]
        member = 0
        for ticket, owner in self.tickets.items():  # all of them: no early end
            member = owner if hmac.compare_digest(ticket, hello.token) else member
        if not member:
            return [Outgoing(peer, Refused(RefusalCode.BAD, NO_TICKET), closes=True)]
        self.lines[peer] = member
        return [Outgoing(peer, Welcome(PROTOCOL, BUILD, member, "", RATE, "", words=SERVER_WORDS))]
