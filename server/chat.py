"""What is said to everybody in a room: numbered lines, the last of them kept for who comes back.

Rule 1: every line for everybody gets the next number, and no number comes twice while the server runs.
Rule 2: what people say is kept for longer than news of the server: a bad Wi-Fi that makes news every few seconds, or
somebody who comes and goes, must not push it out.
Rule 3: nobody fills the others' screens: who writes too much in a short time has to wait.
"""

from collections import deque
from collections.abc import Iterable

from server.seats import Member
from server.tape import Tape
from shared.protocol.messages import Chat

KEPT = 50  # lines
LINES_MOST, LINES_SECONDS = 8, 10.0  # who writes more than so many lines in so many seconds has to wait
SERVER = -1  # the slot of a line that no player wrote


class Chatter:
    """The lines for everybody; `last` are those that are kept, `number` is that of the newest."""

    def __init__(self, tape: Tape) -> None:
        self.last: deque[Chat] = deque()
        self.number = 0
        self._tape = tape

    def resume(self, lines: Iterable[Chat], number: int) -> None:
        """Take up what another server has told, and count on from a number."""
        for line in lines:
            self._keep(line)
        self.number = number

    def news(self, text: str) -> Chat:
        """A line of the server."""
        return self._line(SERVER, "", text)

    def say(self, member: Member, slots: tuple[int, ...], text: str, now: float) -> Chat | None:
        """A line of a member who steers these slots; None if it was one too many."""
        member.lines = [then for then in member.lines if now - then < LINES_SECONDS]
        if len(member.lines) >= LINES_MOST:
            return None
        member.lines.append(now)
        return self._line(slots[0] if slots else SERVER, member.name, text)

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


def aside(text: str) -> Chat:
    """A line of the server for one member only."""
    return Chat(SERVER, "", text)
