"""A petard-server with a fault planted in it: `python -m tests.server.http.hanging` hangs when somebody comes in."""

import sys
from collections.abc import Sequence

from petard.server import __main__ as program
from petard.server.room.events import Happening, MemberJoined


class Trap:
    """A service with an endless loop in it."""

    def handle_events(self, events: Sequence[Happening], now: float) -> None:
        """Hang for good once somebody has joined."""
        while any(isinstance(one, MemberJoined) for one in events):
            pass

    def update(self, now: float) -> None:
        """Do nothing."""

    def next_due(self, now: float) -> float:
        """Want no turn."""
        return float("inf")

    def close(self) -> None:
        """Hold nothing."""


def main() -> int:
    """Serve until somebody comes in."""
    names = vars(program)
    plain = names["open_services"]
    names["open_services"] = lambda *about: [*plain(*about), Trap()]
    return program.main()


if __name__ == "__main__":
    sys.exit(main())
