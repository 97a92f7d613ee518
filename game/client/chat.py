"""The chat of one room: the lines that were received, and our own lines that may be lost.

Rule 1: a line with a number is kept once: after a reconnect the server sends the last lines again.
Rule 2: a line that was sent before a Ping has arrived when its Pong comes, whatever the room made of it.
Rule 3: a line that may be lost is sent again over the next connection, unless the room shows there that it received it.
"""

from collections import deque

from petard.shared.protocol.messages import Chat

LINES_KEPT = 50
UNACKED_KEPT = 8  # lines; nobody writes more in ten seconds


class ChatHistory:
    """The lines to show. Pings are known by their ids, which grow; a new connection counts them from 1 again."""

    def __init__(self) -> None:
        self.lines: deque[Chat] = deque(maxlen=LINES_KEPT)
        self._last_number = 0  # of the last line with a number
        self._in_flight: list[tuple[int, str]] = []  # our lines, with the last Ping that was sent before them
        self._unsure: list[str] = []  # the connection broke before we knew whether they arrived

    def receive(self, line: Chat, is_ours: bool) -> None:
        """Add a line, unless it was received before. `is_ours`: a player of ours wrote it."""
        if line.number and line.number <= self._last_number:
            return
        self.lines.append(line)
        if line.number:
            self._last_number = line.number
            if is_ours:
                self.confirm(line.text)

    def start_over(self, text: str) -> None:
        """The server does not know us: its numbers begin again, nothing is sent again. `text` says so in the chat."""
        self._in_flight, self._unsure = [], []
        self._last_number = 0
        self.lines.append(Chat(-1, "", text))

    def sent(self, text: str, last_ping: int) -> None:
        """Note a line that is sent now, after the Ping `last_ping`."""
        self._in_flight = [*self._in_flight, (last_ping, text)][-UNACKED_KEPT:]

    def confirm(self, text: str) -> None:
        """Note that the room has received a line of ours."""
        if text in self._unsure:
            self._unsure.remove(text)
            return
        at = next((at for at, (_, sent) in enumerate(self._in_flight) if sent == text), None)
        if at is not None:
            del self._in_flight[at]

    def disconnect(self) -> None:
        """The connection is gone, and with it perhaps the lines that were in flight."""
        self._unsure = [*self._unsure, *(text for _, text in self._in_flight)][-UNACKED_KEPT:]
        self._in_flight = []

    def lines_to_resend(self, last_pong: int) -> list[str]:
        """What to send again, once; `last_pong`: the last answered Ping of this connection, 0 before the first.

        The room sends its last lines before it answers, so by then we know what it has received.
        """
        if not last_pong:
            return []
        self._in_flight = [(last_ping, text) for last_ping, text in self._in_flight if last_ping >= last_pong]
        due, self._unsure = self._unsure, []
        return due
