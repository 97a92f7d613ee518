"""The chat of a room: numbered lines, the last of them kept for members that rejoin.

Rule 1: every line for everybody gets the next number, and no number is used twice while the server runs.
Rule 2: lines of people are kept longer than lines of the server: a member that joins and leaves, or disconnects every
few seconds, must not push them out.
Rule 3: a member that writes too much in a short time is muted for a while. To leave and join again does not help: a
new member from the same address group takes over what one that left had written.
"""

from collections import deque
from collections.abc import Iterable
from math import ceil

from petard.server.room.match_recorder import MatchRecorder
from petard.server.room.member import ChatLimit, Member
from petard.server.room.outgoing import Outgoing
from petard.shared.protocol.messages import Chat

KEPT = 50  # lines
LINES_MOST, LINES_SECONDS = 8, 10.0  # more lines than these in so many seconds mute
MUTED_FOR = 30.0  # seconds
GROUPS_MOST = 64  # address groups for which the limits of members that left are kept
SERVER = -1  # the slot of a line of the server or of a spectator


class ChatLog:
    """The lines for everybody: `last` are those that are kept, `number` is that of the newest."""

    def __init__(self, recorder: MatchRecorder) -> None:
        self.last: deque[Chat] = deque()
        self.number = 0
        self.recorder = recorder
        self._left: dict[str, list[ChatLimit]] = {}  # by address group; the newest stands last

    def resume(self, lines: Iterable[Chat], number: int) -> None:
        """Take over the lines of another server, and continue with the next number."""
        for line in lines:
            self._keep(line)
        self.number = number

    def server_line(self, text: str) -> Chat:
        return self._add(SERVER, "", text)

    def announce(self, text: str) -> list[Outgoing]:
        """Add a line of the server, and send it to everybody."""
        return [Outgoing(None, self.server_line(text))]

    def say(self, member: Member, slots: tuple[int, ...], text: str, now: float) -> Chat | None:
        """Add a line of a member with these slots; None if the member is muted."""
        limit = member.chat_limit
        if now < limit.muted_until:
            return None
        limit.lines = [then for then in limit.lines if now - then < LINES_SECONDS]
        if len(limit.lines) >= LINES_MOST:
            limit.muted_until = now + MUTED_FOR
            return None
        limit.lines.append(now)
        return self._add(slots[0] if slots else SERVER, member.name, text)

    def lines_after(self, number: int) -> list[Chat]:
        if self.number <= number:
            return []
        return [line for line in self.last if line.number > number]

    def keep_limit(self, member: Member) -> None:
        """Keep the limit of a member that leaves for good."""
        if member.chat_limit.lines:
            self._left[member.address_group] = [*self._left.pop(member.address_group, []), member.chat_limit]
        if len(self._left) > GROUPS_MOST:
            del self._left[next(iter(self._left))]

    def take_over_limit(self, member: Member, now: float) -> None:
        """Give a new member the strictest limit that a member left in its address group, if it still counts.

        Those that count no more are forgotten, of all groups.
        """
        counting = {
            group: [one for one in left if now < max(one.muted_until, one.lines[-1] + LINES_SECONDS)]
            for group, left in self._left.items()
        }
        self._left = {group: left for group, left in counting.items() if left}
        if valid := self._left.pop(member.address_group, []):
            member.chat_limit = max(valid, key=lambda one: (one.muted_until, len(one.lines)))
            valid.remove(member.chat_limit)
        if valid:
            self._left[member.address_group] = valid

    def _add(self, slot: int, name: str, text: str) -> Chat:
        self.number += 1
        line = Chat(slot, name, text, self.number)
        self._keep(line)
        self.recorder.note_chat(line)
        return line

    def _keep(self, line: Chat) -> None:
        self.last.append(line)
        if len(self.last) > KEPT:
            self.last.remove(next((one for one in self.last if not one.name), self.last[0]))


def mute_notice(member: Member, now: float) -> Chat:
    seconds = ceil(member.chat_limit.muted_until - now)
    return private_message(f"That was a lot in a short time: nobody hears you for {seconds} s.")


def private_message(text: str) -> Chat:
    """A line of the server for one member only."""
    return Chat(SERVER, "", text)
