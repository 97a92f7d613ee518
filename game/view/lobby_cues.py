"""Turns what changes in the lobby into names of sounds: a player joined, left, is ready, or wrote a line of chat."""

from collections.abc import Collection, Sequence

from petard.shared.protocol.messages import Chat, Seat, Spectator


class LobbyCues:
    """The sounds of one lobby. The first update only notes how it is."""

    def __init__(self) -> None:
        self._people = -1  # who are here, spectators too; -1: not known yet
        self._ready = 0  # seats that are ready
        self._newest: Chat | None = None  # of the lines that were there; told apart by identity

    def update(self, seats: Collection[Seat], spectators: Collection[Spectator], lines: Sequence[Chat]) -> list[str]:
        """The sounds for what has changed since the last update."""
        people = sum(seat.member > 0 for seat in seats) + len(spectators)
        ready = sum(seat.ready for seat in seats if seat.member)
        newest = next((line for line in reversed(lines) if line.name), None)  # the room itself has no name
        is_new = {
            "join": people > self._people,
            "leave": people < self._people,
            "ready": ready > self._ready,
            "chat": newest is not None and newest is not self._newest,
        }
        is_first = self._people < 0
        self._people, self._ready, self._newest = people, ready, newest
        return [] if is_first else [name for name, happened in is_new.items() if happened]
