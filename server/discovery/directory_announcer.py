"""The service that announces this room at a directory on the Internet, when the owner has asked for that.

Rule: an update writes down what the room is now; a thread does the rest (directory_client.py).
"""

import json
import secrets
from queue import Empty

from petard.server.config.config import Config
from petard.server.config.values import Endpoint
from petard.server.discovery.directory_client import DirectoryClient
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.runtime.service import Service
from petard.shared.protocol.messages import BUILD, PROTOCOL

EVERY = 1.0  # seconds


class DirectoryAnnouncer(Service):
    """The service. `place`: where players connect; "" and 0 where the directory and the listeners know that."""

    def __init__(self, url: str, place: Endpoint, net: Server, log: Log) -> None:
        self.place = place
        self._net, self._log = net, log
        self._room = f"{net.room.matches.settings.room_id:016x}"
        self._secret = secrets.token_hex(16)
        self._next_at = 0.0
        self.client = DirectoryClient(url, self._room, self._secret)
        self.client.thread.start()

    def update(self, now: float) -> None:
        if now < self._next_at:
            return
        self._next_at = now + EVERY
        self.client.body = json.dumps(self.announcement()).encode("ascii")
        self.client.end_if_late(now)
        try:
            while True:
                self._log.write(self.client.lines.get_nowait(), now)
        except Empty:
            pass

    def announcement(self) -> dict[str, object]:
        """What is announced now; the fields are those of docs/directory.md."""
        room, listeners = self._net.room, self._net.handshake.listeners
        status, settings = room.status(), room.matches.settings
        address = {"address": self.place.host} if self.place.host else {}
        return address | {
            "id": self._room,
            "secret": self._secret,
            "port": self.place.port or listeners.port,
            "name": status.name,
            "build": BUILD,
            "protocol": PROTOCOL,
            "words": list(settings.version.words),
            "map": status.map,
            "mode": room.matches.choice.current.mode,
            "rules": status.rules,
            "phase": status.phase.name.lower(),
            "players": sum(not seat.is_bot for seat in status.seats),
            "places": status.places,
            "watchers": len(status.watchers),
            "locked": self._net.handshake.scram.keys is not None,
            "draining": room.is_draining,
        }

    def next_due(self, now: float) -> float:
        return self._next_at

    def close(self) -> None:
        """Say goodbye to the directory."""
        self.client.close()


def open_announcer(config: Config, net: Server, log: Log, now: float) -> list[Service]:
    """Return the service, or log why there is none."""
    if config.public is None:
        return []
    if not net.room.matches.settings.room_id:
        log.write("this room is not announced at a directory, since a capture needs a room without a number", now)
        return []
    log.write(f"announces itself at {config.directory}", now)
    return [DirectoryAnnouncer(config.directory, config.public, net, log)]
