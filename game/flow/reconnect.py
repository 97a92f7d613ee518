"""The lines of one visit, one after the other: when one breaks, the next is dialled, and the session goes on over it.

Rule 1: only who was let in once is tried for again; before that, a failure is a failure.
Rule 2: what the server said ends it: Bye and nonsense are no broken lines. Nor is Refused, unless who comes back may
        be let in later: that is a try that failed.
Rule 3: a server that is silent for SILENCE counts as a broken line, too: a cable tells nobody that it was pulled.
Rule 4: a try that has come so far as to say hello is not given up before GREETING_MOST: a server that was stopped for
        a moment answers it, and a second hello would only come to a chair that is taken.
"""

from collections.abc import Callable

from petard.game.client.backoff import TRYING_MOST, Backoff
from petard.game.client.session import Session
from petard.game.config.arguments import Address
from petard.game.net.connection import State
from petard.game.net.transport import Dial, Transport
from petard.game.view.connection_status import ConnectionStatus, disconnect_status, silence_status

SILENCE = 3.0  # seconds without a word; a server that lives is heard twice a second
GREETING_MOST = 10.0  # seconds from our hello to the welcome


class Reconnector:
    """Carries the bytes of a session. `problem` is why there is no line any more, "" while there is hope."""

    def __init__(self, session: Session, dial: Dial, chance: Callable[[], float]) -> None:
        """`chance`: a number from 0 to 1, another one every time."""
        self.problem = ""
        self.line: Transport | None = None
        self._session = session
        self._dial = dial
        self._chance = chance
        self._redial = Backoff()
        self._opened_at: float | None = None  # when this line was open, and we said hello
        self._reason = ""  # why the last line broke

    @property
    def is_broken(self) -> bool:
        """True from the break of a line until we are in again."""
        return self._redial.is_on

    def hear(self, address: Address, now: float) -> None:
        """See to it that there is a line, and give the session what came over it."""
        if self.line is None and (not self.is_broken or self._redial.is_due(now)):
            self.line = self._dial(address.host, address.port, now)
        if self.line is None:
            return
        arrived = self.line.poll(now)
        if self._opened_at is None and self.line.state is State.OPEN:
            self._opened_at = now
            self._session.open(now)
        if self._opened_at is not None:
            refusal = self._session.receive_data(arrived, now)
            if refusal:
                self._break(refusal, now)
        if self.is_broken and self._session.talk.is_in:
            self._redial.back(now)

    def speak(self, now: float) -> None:
        """Send what the session wants to say, then see whether the line still holds."""
        if self.line is None:
            return
        if self._opened_at is not None:
            self.line.send(self._session.data_to_send())
        reason = self._why_broken(self.line, now)
        if reason and not self._session.problem:
            self._break(reason, now)

    def _why_broken(self, line: Transport, now: float) -> str:
        if line.state is State.CLOSED:
            return line.problem or "The server closed the connection."
        if self._opened_at is None:
            return ""
        if not self._session.talk.is_in:
            slow = now - self._opened_at > GREETING_MOST
            return "The server does not finish its greeting." if slow else ""
        quiet = self._session.quiet(now)
        return f"The server has been silent for {quiet:.0f} seconds." if quiet > SILENCE else ""

    def _break(self, reason: str, now: float) -> None:
        self._hang_up()
        if not self._session.welcomed:
            self.problem = reason
            return
        self._reason = reason
        self._redial.lost(now, self._chance())
        self._session.renew()
        if self._redial.is_over:
            self.problem = f"{reason} Trying again for {TRYING_MOST:.0f} seconds did not help."

    def sign(self, now: float) -> ConnectionStatus | None:
        """What is to be shown over the screen; None while all is well."""
        if self.is_broken:
            return disconnect_status(self._reason, None if self.line else self._redial.next_at - now)
        return silence_status(self._session.quiet(now)) if self._session.talk.is_in else None

    def give_up(self) -> None:
        """The person has waited long enough for a line that is broken."""
        if self.is_broken:
            self.problem = self._reason

    def close(self, goodbye: bool = True) -> None:
        """Hang up; with `goodbye` after saying so, as far as there is somebody to say it to."""
        if self.line is not None and self._opened_at is not None and goodbye and not self._session.problem:
            self._session.bye()
            self.line.send(self._session.data_to_send())
        self._hang_up()

    def _hang_up(self) -> None:
        line, self.line, self._opened_at = self.line, None, None
        if line is not None:
            line.close()
