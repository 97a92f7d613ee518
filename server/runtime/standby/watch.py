"""A standby at work: keeps its copy fresh while the line holds, and asks around once it is lost.

Rule 1: what it has seen goes to Promotion, which decides; here are the sockets.
Rule 2: the server's address and those of earlier standbys are asked every ASK_EVERY, over connections of their own.
"""

import time
from collections.abc import Collection

from petard.server.net.room_probe import RoomProbe
from petard.server.policy.log import Log
from petard.server.policy.promotion import Decision, Promotion
from petard.server.policy.room_copy import RoomCopy
from petard.server.room.rejoin import token_digest
from petard.server.runtime.standby.server_line import ServerLine
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.later_messages import CopyAck, CopyPart, Promote
from petard.shared.protocol.messages import BUILD, Message, Welcome

ASK_EVERY = 0.25  # seconds


class RoomSearch:
    """Asks the server and the earlier standbys which room runs there. `earlier`: addresses by member."""

    def __init__(self) -> None:
        self._probes: list[tuple[int, RoomProbe]] = []  # 0: the server
        self._asked_at = -ASK_EVERY

    def ask(self, server: str, earlier: dict[int, tuple[str, ...]], now: float) -> list[tuple[int, int]]:
        """Returns new answers: which member's standby (0: the server), and which room runs there."""
        if now - self._asked_at >= ASK_EVERY:
            self._asked_at = now
            self._probes.append((0, RoomProbe(server, now)))
            self._probes += [
                (one, RoomProbe(address, now)) for one, addresses in earlier.items() for address in addresses
            ]
        for _, probe in self._probes:
            probe.poll(now)
        answers = [(member, probe.room) for member, probe in self._probes if probe.room is not None]
        self._probes = [(member, probe) for member, probe in self._probes if not probe.is_over]
        return answers

    def stop(self) -> None:
        """Ask no more, until the next `ask`."""
        for _, probe in self._probes:
            probe.close()
        self._probes = []


class Watch:
    """One standby. `line`: to the server. `why`: the reason why it has to end, "" while there is none."""

    def __init__(self, line: ServerLine, copy: RoomCopy, log: Log) -> None:
        self.why = ""
        self.line = line
        self.promotion = Promotion()
        self._copy, self._log, self._search = copy, log, RoomSearch()
        self._member = 0
        self._seen = ""  # of promotion.why, for the log

    @property
    def is_whole(self) -> bool:
        """True once there is a copy to go on with."""
        return self._copy.room is not None

    def update(self, knocked: Collection[int], now: float) -> Decision:
        """Do what is due; `knocked`: the members who have come with their tokens."""
        if not self.promotion.is_lost:
            self._listen(now)
        if self.promotion.is_lost:
            self.promotion.knocked |= set(knocked)
            self._search_room(now)
        decision = self.promotion.decide(self._copy.room.awaited if self._copy.room else (), now)
        if decision is Decision.LEAVE or (decision is Decision.PROMOTE and not self.is_whole):
            self.why = self.why or self.promotion.why or "there is no whole copy to go on with"
        if decision is Decision.WAIT and self.promotion.why != self._seen:
            self._seen = self.promotion.why
            self._log.write(f"waits: {self._seen}", now)
        return Decision.LEAVE if self.why else decision

    def _listen(self, now: float) -> None:
        before = self._copy.parts
        for message in self.line.poll(now):
            try:
                self._take(message)
            except RemoteProtocolError as problem:
                self.why = str(problem)
            except OSError as problem:
                self.why = f"the copy cannot be kept: {problem.strerror or problem}"
        if self._copy.parts > before:
            self.line.send(CopyAck(self._copy.parts))
        else:
            self.line.flush()
        if self.line.goodbye is not None and not self.promotion.server_leaves:
            self.why = self.line.goodbye or "the server has said goodbye"
        elif self.line.lost and not self.promotion.server_leaves:
            self._log.write(f"the line is lost: {self.line.lost}", now)
            self.line.close()
            self.promotion.lose_line(now, self._earlier())

    def _take(self, message: Message) -> None:
        match message:
            case Welcome():
                self._member = message.member
                if message.build != BUILD:
                    raise RemoteProtocolError(f"The server has build {message.build}, and this standby {BUILD}.")
            case CopyPart():
                self._copy.take(message)
            case Promote(reason):
                self._log.write(f"the server leaves: {reason}", time.monotonic())
                self.promotion.note_leaving()
            case _:
                pass  # what all members are sent

    def _earlier(self) -> dict[int, tuple[str, ...]]:
        """The addresses of the standbys before this one, by member."""
        found: dict[int, tuple[str, ...]] = {}
        for one in self._copy.room.standbys.standbys if self._copy.room else ():
            if one.member == self._member:
                break
            found[one.member] = one.addresses
        return found

    def later(self) -> tuple[str, ...]:
        """The addresses of the standbys after this one."""
        standbys = self._copy.room.standbys.standbys if self._copy.room else ()
        members = [one.member for one in standbys]
        if self._member not in members:
            return ()
        return tuple([at for one in standbys[members.index(self._member) + 1 :] for at in one.addresses])

    def _search_room(self, now: float) -> None:
        room = self._copy.room.rejoin.room if self._copy.room else -1
        for member, found in self._search.ask(self.line.address, self._earlier(), now):
            if member:
                self.promotion.see_earlier(member, found == room, now)
            else:
                self.promotion.see_server(found == room, now)

    def connect_again(self, line: ServerLine) -> None:
        """The server is back: use this line from now on."""
        self.line = line
        self._copy.parts = 0
        self.promotion.restore_line()
        self._search.stop()

    def member_of(self, token: str) -> int:
        """The member for whom a token is valid, 0 for nobody."""
        members = self._copy.room.rejoin.members if self._copy.room and token else ()
        digest = token_digest(token)
        return next((one.id for one in members if one.token.fits(digest)), 0)

    def close(self) -> None:
        self.line.close()
        self._search.stop()
