"""A bot on a person's seat: for tests, for pictures, and for whoever needs a cup of tea.

Rule: it knows what this client knows and says what a person could press; the server cannot tell the difference.
"""

from petard.game.client.session import Session
from petard.shared.bots.brain import Brain

SKILL = 2


class Autopilot:
    """Plays every local player of a session."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._brains: dict[int, Brain] = {}
        self._round = 0
        self._tick = -1
        self._keys: tuple[int, ...] = ()

    def keys(self, session: Session) -> tuple[int, ...]:
        """The keys to hold in this tick, one number for each of `session.my_slots`."""
        world = session.world()
        if world is None or session.round is None:
            return (0,) * len(session.my_slots)
        if session.round.number != self._round:
            self._round, self._tick, self._brains = session.round.number, -1, {}
        if world.tick != self._tick:  # nothing new, nothing to think about
            self._tick = world.tick
            self._keys = tuple(self._brain(slot).think(world) for slot in session.my_slots)
        return self._keys

    def _brain(self, slot: int) -> Brain:
        if slot not in self._brains:
            self._brains[slot] = Brain(slot, SKILL, self._seed)
        return self._brains[slot]
