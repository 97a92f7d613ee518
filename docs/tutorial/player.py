"""One client of the server of stages 6 and 7: its name, and the keys that it sent."""

import socket

from rules import DOWN, LEFT, RIGHT, UP, World, add
from stage4_room import Client


class Player(Client):
    """A client that plays. `waiting`: keys for the next ticks; `used`: how many were used by now."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self.name, self.waiting, self.held, self.used = "", list[int](), 0, 0

    def read(self, world: World) -> None:
        """Read `join NAME` and `keys BITS`. Anything else ends the connection."""
        for message in self.receive():
            words = message.decode("ascii", "replace").split()
            if words[:1] == ["join"] and len(words) == 2 and not self.name and words[1] not in world["players"]:
                self.name = words[1]
                add(world, self.name)
            elif words[:1] == ["keys"] and len(words) == 2 and words[1].isdecimal() and len(self.waiting) < 60:
                self.waiting.append(int(words[1]) & (LEFT | RIGHT | UP | DOWN))
            else:
                self.is_gone = True

    def next_keys(self) -> int:
        """Return the keys for this tick: the next ones that wait, or those that were held before."""
        if self.waiting:
            self.held, self.used = self.waiting.pop(0), self.used + 1
        return self.held
