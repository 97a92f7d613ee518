"""A petard-server with a planted fault: `python -m tests.server.web.server_that_hangs` hangs when somebody joins."""

import sys
from collections.abc import Sequence

from petard.server import __main__ as program
from petard.server.room.status import MemberChange, MemberEvent, RoomEvent
from petard.server.runtime.service import Service


class EndlessService(Service):
    """A service with an endless loop."""

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        """Never return once somebody has joined."""
        while any(isinstance(one, MemberEvent) and one.change is MemberChange.JOINED for one in events):
            pass


def main() -> int:
    """Serve until somebody joins."""
    names = vars(program)
    plain = names["open_services"]
    names["open_services"] = lambda *about: [*plain(*about), EndlessService()]
    return program.main()


if __name__ == "__main__":
    sys.exit(main())
