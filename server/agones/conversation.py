"""What a room says next to the sidecar of Agones, from what the room is and what the sidecar has answered.

Rule 1: no socket and no clock: `next_call` returns one Call, the caller carries it out, `receive` gets the answer.
Rule 2: nothing but a sign of life is sent until one was taken, and after one that was not: a sidecar that is away is
        asked one thing, and is one line in the log.
Rule 3: a part that fails is asked again after 0.5 s, then after twice that, up to its `pause_most`, and delays no
        other part. One failure alone is not logged: the sidecar often starts after the room.
"""

import math
from dataclasses import dataclass

from petard.server.agones.messages import BadAnswer, Call, GameServer, RoomReport, SidecarAnswer, check
from petard.server.agones.parts import AgonesPart, Health, Labels, Lifecycle, PlayerCounter, PlayerList, StateReader

PAUSE_FIRST = 0.5  # seconds
LOGGED_AT = 2  # failures in a row


@dataclass(slots=True)
class Attempts:
    """How it goes with one part: failures in a row, and when it may be asked again, in seconds."""

    failures: int = 0
    pause: float = 0.0
    until: float = -math.inf

    def fail(self, most: float, now: float) -> None:
        self.failures += 1
        self.pause = min(2 * self.pause or PAUSE_FIRST, most)
        self.until = now + self.pause


class Conversation:
    """One room and its sidecar."""

    def __init__(self) -> None:
        self._health, self._state = Health(), StateReader()
        parts = (self._health, self._state, Lifecycle(self._state), Labels(self._state), PlayerCounter(), PlayerList())
        self._attempts: dict[AgonesPart, Attempts] = {part: Attempts() for part in parts}
        self._asked: tuple[AgonesPart, Call, RoomReport] | None = None
        self.is_up = False  # the last sign of life was taken
        self.failures = 0  # of all calls

    @property
    def game_server(self) -> GameServer:
        """How Agones has this room, as far as it is known; the state is "" at first."""
        return self._state.game_server

    def next_call(self, report: RoomReport, now: float) -> Call | None:
        """Return what to ask now; None: nothing until a new report comes, or time has passed."""
        for part in self._attempts if self.is_up else (self._health,):
            if now >= self._attempts[part].until and (call := part.next_call(report, now)):
                self._asked = part, call, report
                return call
        return None

    def receive(self, answer: SidecarAnswer, now: float) -> str:
        """Use the answer to the last call; returns a line for the log, or ""."""
        assert self._asked, "there was no call"
        (part, call, report), self._asked = self._asked, None
        attempts = self._attempts[part]
        try:
            check(answer)
            part.receive(call, answer.body, report, now)
        except BadAnswer as problem:
            return self._fail(part, str(problem), now)
        was_logged = attempts.failures >= LOGGED_AT
        self.is_up = self.is_up or part is self._health
        attempts.failures, attempts.pause = 0, 0.0
        if not was_logged:
            return ""
        is_all = part is self._health
        return "the sidecar of Agones answers again" if is_all else f"{part.subject} is up to date again at Agones"

    def _fail(self, part: AgonesPart, problem: str, now: float) -> str:
        attempts = self._attempts[part]
        attempts.fail(part.pause_most, now)
        self.failures += 1
        self.is_up = self.is_up and part is not self._health
        if attempts.failures != LOGGED_AT:
            return ""
        then = "the game goes on" if part is self._health else f"{part.subject} is not up to date there"
        return f"the sidecar of Agones: {problem}; {then}, and it is asked again"
