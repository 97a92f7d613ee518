"""A bot on a person's seat: for tests, for screenshots, and for a break.

Rule: it knows what this client knows and sends what a person could press; the server cannot tell the difference.
"""

from petard.game.client.session import Session
from petard.shared.bots.brain import Brain
from petard.shared.protocol.messages import Round

SKILL = 2
READY_EVERY = 60  # ticks between two times at which it gets ready in the lobby


class Autopilot:
    """Plays every local player of a session."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._brains: dict[int, Brain] = {}
        self._announcement: Round | None = None
        self._seen: tuple[int, tuple[int, ...]] = (-1, ())  # the tick and the slots of the last keys
        self._keys: tuple[int, ...] = ()
        self._ticks = 0

    def keys(self, session: Session) -> tuple[int, ...]:
        """The keys to hold in this tick, one number for each of the local players."""
        client_round, slots = session.client_round, session.room.my_slots
        newest = client_round.server_snapshot if client_round else None
        if client_round is None or newest is None:
            return (0,) * len(slots)
        if client_round.announcement is not self._announcement:
            self._announcement, self._seen, self._brains = client_round.announcement, (-1, ()), {}
        if self._seen != (newest.tick, slots) and (world := client_round.world()):
            self._seen = newest.tick, slots
            self._brains |= {slot: Brain(slot, SKILL, self._seed) for slot in slots if slot not in self._brains}
            self._keys = tuple(self._brains[slot].think(world) for slot in slots)
        return self._keys

    def is_ready_due(self) -> bool:
        """True once a second; call it once a tick."""
        self._ticks += 1
        return self._ticks % READY_EVERY == 0
