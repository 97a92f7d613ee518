"""The service that announces this room at a directory on the Internet, when the owner has asked for that.

Rule: an update writes down what the room is now; a thread does the rest (directory_client.py).
"""

import json
import secrets
from collections.abc import Callable
from queue import Empty

from petard.server.config.config import Config
from petard.server.config.values import Endpoint
from petard.server.discovery.directory_client import DirectoryClient
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.runtime.service import Service
from petard.shared.control_channel import ListingState, encode_listing
from petard.shared.protocol.messages import BUILD, PROTOCOL

EVERY = 1.0  # seconds


class DirectoryAnnouncer(Service):
    """The service. `place_now`: returns where players connect; None: not known yet, and nothing is announced.

    `tell`: takes a line for the private channel of the process that started this server.
    """

    tell: Callable[[str], object] = str

    def __init__(self, url: str, place_now: Callable[[], Endpoint | None], net: Server, log: Log) -> None:
        """In a place, "" and 0 stand for what the directory and the listeners know."""
        self._told: ListingState | None = None
        self._place_now, self._net, self._log = place_now, net, log
        self._room = f"{net.room.matches.settings.room_id:016x}"
        self._secret = secrets.token_hex(16)
        self._next_at = 0.0
        self.client = DirectoryClient(url, self._room, self._secret)
        self.client.thread.start()

    def update(self, now: float) -> None:
        if now < self._next_at:
            return
        self._next_at = now + EVERY
        place = self._place_now()
        self.client.body = json.dumps(self.announcement(place)).encode("ascii") if place else b""
        self.client.end_if_late(now)
        try:
            while True:
                self._log.write(self.client.lines.get_nowait(), now)
        except Empty:
            pass
        if self.client.listing and self.client.listing is not self._told:
            self._told = self.client.listing
            self.tell(encode_listing(self._told))

    def announcement(self, place: Endpoint) -> dict[str, object]:
        """What is announced now; the fields are those of docs/directory.md."""
        room, listeners = self._net.room, self._net.handshake.listeners
        status, settings = room.status(), room.matches.settings
        address = {"address": place.host} if place.host else {}
        return address | {
            "id": self._room,
            "secret": self._secret,
            "port": place.port or listeners.port,
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


def open_announcer(
    config: Config,
    net: Server,
    log: Log,
    tell: Callable[[str], object],
    at_agones: Callable[[], Endpoint | None] | None,
    now: float,
) -> list[Service]:
    """Return the service, or log why there is none. `tell`: takes lines for the private channel.

    `at_agones`: returns the place that Agones has given this room. It counts if the owner has named none.
    """
    if config.public is None:
        return []
    if not net.room.matches.settings.room_id:
        log.write("this room is not announced at a directory, since a capture needs a room without a number", now)
        return []
    log.write(f"announces itself at {config.directory}", now)
    own = config.public
    place_now = at_agones if at_agones and own == Endpoint("", 0) else lambda: own
    announcer = DirectoryAnnouncer(config.directory, place_now, net, log)
    announcer.tell = tell
    return [announcer]
