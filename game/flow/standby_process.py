"""The standby that this game has started for somebody else's room: a child process, which keeps a copy of the room.

Rule 1: nothing here waits (petard.game.flow.child_process). The child ends with the game, as a server of our own does.
Rule 2: its ticket is a secret: it goes over the pipe, never in a command line, which other users can read.
Rule 3: once promoted it is the server of the room, and is controlled like a server of our own.
"""

import ipaddress
import json
import os
import socket
from collections.abc import Sequence
from contextlib import closing, suppress
from enum import Enum, auto

from petard.game.client.server_control import ServerControl
from petard.game.config.arguments import Address
from petard.game.flow.child_process import ChildProcess
from petard.game.flow.local_server import SERVER, child_variables, own_address, serves_pages
from petard.shared.control_channel import decode_pace, decode_web_port, encode_order
from petard.shared.discovery.client import may_search
from petard.shared.host_port import join_host_port

CHILD = ("--ready", "json", "--parent-stdin", "--config", "off", "--console", "off", "--results", "off")


class StandbyState(Enum):
    """The states of a standby, in order; it never goes back."""

    STARTING = auto()
    LISTENING = auto()  # its port is known
    PROMOTED = auto()  # it is the server of the room
    ENDED = auto()


class StandbyProcess:
    """One standby. Poll it in every picture."""

    def __init__(self, server: Address, ticket: str, command: Sequence[str] = SERVER) -> None:
        """Start a standby for the room at `server`."""
        self.state = StandbyState.STARTING
        self.addresses: tuple[str, ...] = ()  # where others reach it, HOST:PORT, once it listens
        self.web = 0  # the port of its pages once it is promoted, 0 for none
        self.control = ServerControl()
        self._server = server
        self._child: ChildProcess | None = None
        words = [*command, "standby", join_host_port(*server), "--port", "0", *CHILD]
        self.web = free_port() if serves_pages(os.environ) else 0
        words += ["--web", str(self.web or "off")]
        words += [] if may_search(os.environ) else ["--discovery", "off"]
        try:
            self._child = ChildProcess(words, child_variables(os.environ))
            self._child.orders.put(f"ticket {ticket}\n".encode("ascii"))
        except OSError:
            self.state = StandbyState.ENDED

    @property
    def invitation(self) -> str:
        """The address that friends type, while it is the server of the room."""
        return self.addresses[0] if self.state is StandbyState.PROMOTED and self.addresses else ""

    def poll(self) -> None:
        child = self._child
        if child is None:
            return
        for _ in range(child.lines.qsize()):
            self._handle_line(child.lines.get_nowait())
        if child.has_ended:
            self.end()

    def _handle_line(self, line: str) -> None:
        if pace := decode_pace(line):
            self.control.set_pace(pace)
            return
        self.control.web_port = decode_web_port(line) or self.control.web_port
        with suppress(ValueError, RecursionError):
            match json.loads(line):
                case {"ready": True, "port": int(port)} if self.state is StandbyState.STARTING:
                    self.addresses = tuple([join_host_port(host, port) for host in hosts_toward(self._server)])
                    self.state = StandbyState.LISTENING
                case {"standby": "promoted"}:
                    self.state = StandbyState.PROMOTED

    def send_orders(self) -> None:
        """Send what `control` orders; only a server takes orders."""
        for order in self.control.take_orders():
            if self._child and self.state is StandbyState.PROMOTED:
                self._child.orders.put(encode_order(order))

    def end(self) -> None:
        """End it. If it is the server of the room, it hands the room over to the next standby. Returns at once."""
        child, self._child = self._child, None
        self.state = StandbyState.ENDED
        if child is not None:
            child.end()


def free_port() -> int:
    """A TCP port that nobody uses now; 0 if the system names none. Browsers are told of it before it is opened."""
    with suppress(OSError), closing(socket.socket()) as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])
    return 0


def hosts_toward(server: Address) -> list[str]:
    """The addresses of this computer by which the others in a room reach it: first the one that the server sees.

    No packet is sent; the system only tells which of its addresses it would send from.

    >>> hosts_toward(Address("127.0.0.1", 7777))
    ['127.0.0.1']
    """
    found = []
    with suppress(OSError, ValueError):
        version = ipaddress.ip_address(server.host).version
        with closing(socket.socket(socket.AF_INET if version == 4 else socket.AF_INET6, socket.SOCK_DGRAM)) as probe:
            probe.connect((server.host, 9))
            found.append(str(probe.getsockname()[0]))
    if found and ipaddress.ip_address(found[0]).is_loopback:
        return found
    return [one for one in dict.fromkeys([*found, own_address()]) if one]
