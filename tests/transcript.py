"""Tests that read as the transcript of a conversation.

    ada >> Ready(True)                   # Ada sends this to what is tested
    ada << Chat(0, "", "It takes two.")  # what is tested sends this to Ada
    ada << Roster << NOTHING             # ... then any Roster, and nothing after it

Rule 1: each line is checked at once, so the traceback of a failure points at the line that is wrong.
Rule 2: nothing is skipped. An end has to read what it received before it sends again; what a test is not about
        is named once, in `ignore`.
Rule 3: pure: no socket and no clock. A subclass says how a message gets into what is tested (`deliver`).
(The idea is that of mitmproxy's Playbook.)
"""

from abc import ABC, abstractmethod
from collections import deque
from typing import Any, Final, Self


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


NOTHING: Final = _Nothing()  # `ada << NOTHING`: Ada has received no more than what the test has read


class End:
    """One end of a conversation. `>>` sends a message from here; `<<` reads what has arrived here."""

    def __init__(self, name: str, transcript: "Transcript") -> None:
        self.name = name
        self.last: Any = None  # the message that was read last
        self.unread = deque[Any]()
        self._transcript = transcript

    def __rshift__(self, message: object) -> Self:
        """Send a message; fails if there is something to be read first."""
        __tracebackhide__ = True
        self << NOTHING
        self._transcript.lines.append(f"{self.name} >> {message!r}")
        self._transcript.deliver(self, message)
        return self

    def __lshift__(self, expected: object) -> Self:
        """Read the next message: it has to equal `expected`, or to be of that type. Chains: `ada << A << B`."""
        __tracebackhide__ = True
        self._transcript.collect()
        received = self.unread[0] if self.unread else NOTHING
        if not (isinstance(received, expected) if isinstance(expected, type) else received == expected):
            self._fail(expected)
        if expected is NOTHING:
            return self
        self.last = self.unread.popleft()
        self._transcript.lines.append(f"{self.name} << {self.last!r}")
        return self

    def receive(self, message: object) -> None:
        """Note that what is tested has sent a message here."""
        if not isinstance(message, self._transcript.ignore):
            self.unread.append(message)

    def _fail(self, expected: object) -> None:
        __tracebackhide__ = True
        lines = [f"  {line}" for line in self._transcript.lines]
        lines += [f"expected: {self.name} << {expected.__name__ if isinstance(expected, type) else repr(expected)}"]
        lines += [f"received: {self.name} << {message!r}" for message in self.unread or [NOTHING]]
        raise AssertionError("\n".join(["this is not how the conversation goes on:", *lines]))


class Transcript(ABC):
    """A conversation with what is tested. `ignore`: types of messages that no test line has to read."""

    def __init__(self, *ignore: type) -> None:
        self.ignore = ignore
        self.lines: list[str] = []  # what was sent and read so far

    def end(self, name: str) -> End:
        """Return a new end of the conversation."""
        return End(name, self)

    @abstractmethod
    def deliver(self, sender: End, message: Any) -> None:
        """Give a message that `sender` sends to what is tested."""

    def collect(self) -> None:  # noqa: B027 - most subclasses hand over the answers in `deliver`
        """Hand over what the tested object has to say by now, with `End.receive`."""
