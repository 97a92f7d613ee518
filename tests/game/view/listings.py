"""What a directory answers, for tests."""

import json
from typing import Any

from petard.shared.protocol.messages import BUILD, PROTOCOL

DIRECTORY = "9.9.9.9"  # an address on the Internet; nothing is sent there


def listing(number: int = 1, **changed: Any) -> dict[str, Any]:
    """One room, as docs/directory.md describes it."""
    room = {
        "id": f"{number:016x}", "address": f"8.8.8.{number}", "port": 7777, "name": f"Room {number}", "build": BUILD,
        "protocol": PROTOCOL, "words": ["modes", "items"], "map": "classic", "mode": "last-one-standing",
        "rules": "last-one-standing", "phase": "lobby", "players": 1, "places": 8, "watchers": 0, "locked": False,
        "draining": False,
    }  # fmt: skip
    return room | changed


def page(*rooms: Any, after: Any = None) -> bytes:
    """One answer."""
    return json.dumps({"rooms": rooms, "next": after}).encode()
