"""What is said to everybody in a room: numbered lines, the last of them kept for who comes back.

Rule 1: every line for everybody gets the next number, and no number comes twice while the server runs.
Rule 2: what people say is kept for longer than news of the server: a bad Wi-Fi that makes news every few seconds, or
somebody who comes and goes, must not push it out.
Rule 3: nobody fills the others' screens: who writes too much in a short time is muted for a while. To leave and come
back does not help: who comes from the same address takes up what somebody had said who has left from there.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from petard.server.room.match_recorder import MatchRecorder
from petard.server.room.seats import Member
from petard.shared.protocol.messages import Chat

KEPT = 50  # lines
LINES_MOST, LINES_SECONDS = 8, 10.0  # who writes more than so many lines in so many seconds is muted
MUTED_FOR = 30.0  # seconds
HOMES_MOST = 64  # addresses of which is remembered who has left
SERVER = -1  # the slot of a line that no player wrote


@dataclass(frozen=True, slots=True)
class _Left:
    """What is remembered of somebody who has left: when they said their last lines, and when their mute is over."""

    lines: list[float]
    muted_until: float


class ChatLog:
    """The lines for everybody; `last` are those that are kept, `number` is that of the newest."""

    def __init__(self, tape: MatchRecorder) -> None:
        self.last: deque[Chat] = deque()
        self.number = 0
        self._tape = tape
        self._left: OrderedDict[str, list[_Left]] = OrderedDict()  # who has left lately, by their address

    def resume(self, lines: Iterable[Chat], number: int) -> None:
        """Take up what another server has told, and count on from a number."""
        for line in lines:
            self._keep(line)
        self.number = number

    def news(self, text: str) -> Chat:
        """A line of the server."""
        return self._line(SERVER, "", text)

    def say(self, member: Member, slots: tuple[int, ...], text: str, now: float) -> Chat | None:
        """A line of a member who steers these slots; None if nobody may hear it."""
        if now < member.muted_until:
            return None
        member.lines = [then for then in member.lines if now - then < LINES_SECONDS]
        if len(member.lines) >= LINES_MOST:
            member.muted_until = now + MUTED_FOR
            return None
        member.lines.append(now)
        return self._line(slots[0] if slots else SERVER, member.name, text)

    def leave(self, member: Member) -> None:
        """Remember what somebody said who leaves for good."""
        if member.lines:
            self._left.setdefault(member.home, []).append(_Left(member.lines, member.muted_until))
            self._left.move_to_end(member.home)
        if len(self._left) > HOMES_MOST:
            self._left.popitem(last=False)

    def come(self, member: Member, now: float) -> None:
        """Let somebody new take up what was said by one who has left from there, the most talkative of them."""
        left = self._left.pop(member.home, [])
        lately = [one for one in left if now < max(one.muted_until, one.lines[-1] + LINES_SECONDS)]
        if lately:
            loudest = max(lately, key=lambda one: (one.muted_until, len(one.lines)))
            lately.remove(loudest)
            member.lines, member.muted_until = loudest.lines, loudest.muted_until
        if lately:
            self._left[member.home] = lately

    def _line(self, slot: int, name: str, text: str) -> Chat:
        self.number += 1
        line = Chat(slot, name, text, self.number)
        self._keep(line)
        self._tape.said(line)
        return line

    def _keep(self, line: Chat) -> None:
        self.last.append(line)
        if len(self.last) > KEPT:
            self.last.remove(next((one for one in self.last if not one.name), self.last[0]))


def mute_notice(member: Member, now: float) -> Chat:
    """What somebody is told whom nobody hears."""
    return private_message(f"That was a lot in a short time: nobody hears you for {ceil(member.muted_until - now)} s.")


def private_message(text: str) -> Chat:
    """A line of the server for one member only."""
    return Chat(SERVER, "", text)
