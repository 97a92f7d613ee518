"""Asks the allocator of Agones for a game server that is ready, by its REST interface (`/gameserverallocation`).

Rule 1: at most RUNNING_MOST requests run at once, each for WITHIN seconds; one more is refused.
Rule 2: what the allocator answers is checked like everything that comes from outside.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from petard.server.directory.rooms.announcement import BadAnnouncement, read_object, read_word
from petard.shared.host_port import host_problem
from petard.shared.protocol.names import clean_line

PATH = "/gameserverallocation"
WITHIN = 5.0  # seconds
RUNNING_MOST = 8
ANSWER_MOST = 64 * 1024  # bytes
NAME_MOST = 253  # characters, of a Kubernetes object
NONE_READY = 429  # HTTP status: the fleet has no server that is ready
FLEET = "agones.dev/fleet"
SDK = "agones.dev/sdk-"  # the beginning of labels that a game server has set itself
LABELS = ("map", "mode")  # of them, those that may be asked for


class NotAllocated(Exception):
    """There is no fresh room now; the text is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """Where rooms come from. `certificate` and `key`: of this client, for mutual TLS; `authority`: signed theirs."""

    url: str
    namespace: str = "default"
    name: str = "petard"
    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None

    def tls(self) -> ssl.SSLContext | bool:
        """Return what a connection needs; raises OSError (ssl.SSLError is one) if the files cannot be used."""
        if not self.url.startswith("https:"):
            return True
        context = ssl.create_default_context(cafile=str(self.authority) if self.authority else None)
        if self.certificate:
            context.load_cert_chain(self.certificate, self.key)
        return context


def read_wishes(body: bytes) -> dict[str, str]:
    """Read the labels that a fresh room should have if possible; raises BadAnnouncement."""
    said = read_object(body) if body else {}
    return {name: read_word(said, name) for name in LABELS if said.get(name) is not None}


class Allocator:
    """One client of the allocator."""

    def __init__(self, fleet: Fleet) -> None:
        """Raises OSError if the files for TLS cannot be used."""
        self._fleet = fleet
        self._tls = fleet.tls()
        self._running = 0

    async def allocate(self, wishes: dict[str, str]) -> dict[str, Any]:
        """Return `address`, `port` and `name` of a fresh room; raises NotAllocated."""
        if self._running >= RUNNING_MOST:
            raise NotAllocated("Too many ask for a room at this moment.")
        self._running += 1
        try:
            status, body = await self._post(wishes)
        except TimeoutError:
            raise NotAllocated(f"The allocator did not answer within {WITHIN:.0f} seconds.") from None
        except (ClientError, OSError):
            raise NotAllocated("The allocator cannot be reached.") from None
        finally:
            self._running -= 1
        if status == NONE_READY:
            raise NotAllocated("No room is ready at this moment.")
        if status != 200:
            raise NotAllocated(f"The allocator answered with status {status}.")
        return read_allocation(body)

    async def _post(self, wishes: dict[str, str]) -> tuple[int, bytes]:
        fleet = {FLEET: self._fleet.name}
        wanted = [fleet | {SDK + name: word for name, word in wishes.items()}] if wishes else []
        selectors = [{"matchLabels": labels} for labels in (*wanted, fleet)]
        request = {"namespace": self._fleet.namespace, "gameServerSelectors": selectors}
        url = self._fleet.url.rstrip("/") + PATH
        async with (
            ClientSession(timeout=ClientTimeout(total=WITHIN)) as session,
            session.post(url, json=request, ssl=self._tls, allow_redirects=False) as answer,
        ):
            body = b""
            async for piece in answer.content.iter_any():
                body += piece
                if len(body) > ANSWER_MOST:
                    raise NotAllocated("The allocator's answer is too long.")
            return answer.status, body


def read_allocation(body: bytes) -> dict[str, Any]:
    """Read the answer of the allocator; raises NotAllocated."""
    try:
        said = read_object(body)
    except BadAnnouncement:
        said = {}
    ports = said.get("ports")
    first = ports[0] if isinstance(ports, list) and ports and isinstance(ports[0], dict) else {}
    port, address, name = first.get("port"), said.get("address"), said.get("gameServerName", "")
    host = clean_line(address)[:NAME_MOST] if isinstance(address, str) else ""
    if not host or host != address or host_problem(host) or type(port) is not int or not 0 < port < 65536:
        raise NotAllocated("The allocator's answer names no address.")
    return {"address": host, "port": port, "name": clean_line(str(name))[:NAME_MOST]}
