"""Looks at this computer itself: who has the port, can it be a server, does the router answer.

Rule: each blocks for a few seconds at most, so it is called in a thread of its own, and returns facts with one more.
"""

import ipaddress
import socket
import struct
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from petard.game.config.arguments import DEFAULT_PORT
from petard.game.doctor.facts import DiscoveryMethod, Facts, Listener, LocalNetwork, PortOwner, Router, plain
from petard.game.doctor.place import HandshakeResult, knock

ROUTES = Path("/proc/thread-self/net/route")  # Linux
ROUTER_PORTS = (53, 80, 443)  # where routers answer or refuse
ROUTER_WAIT = 0.8  # seconds
DOOR_WAIT = 1.5  # seconds
TRIES = 11  # as a server does: its port and the ten after it


def look_at_owner(facts: Facts) -> Facts:
    """Ask the system who has the game's port. Some systems tell that to administrators only."""
    try:
        lines = psutil.net_connections("inet")
    except (psutil.Error, OSError):
        return replace(facts, owner=PortOwner(hidden=True))
    held = [line for line in lines if line.laddr and line.laddr.port == DEFAULT_PORT]
    stream = [line.pid for line in held if line.type == socket.SOCK_STREAM and line.status == psutil.CONN_LISTEN]
    questions = [line.pid for line in held if line.type == socket.SOCK_DGRAM]
    return replace(facts, owner=PortOwner(_program_of(stream), _program_of(questions)))


def _program_of(pids: list[int | None]) -> str:
    """Its name and number; a program of somebody else has neither for us."""
    if not pids:
        return ""
    pid = next((pid for pid in pids if pid), None)
    if pid is None:
        return "another user's program"
    with suppress(psutil.Error, OSError):
        return f"{_name_of(psutil.Process(pid))} (pid {pid})"
    return f"pid {pid}"


def _name_of(program: psutil.Process) -> str:
    """The name that a person knows it by: of Python, the script that it runs."""
    name: str = program.name()
    words: list[str] = program.cmdline() if name.startswith("python") else []
    script = next((word for word in words[1:] if not word.startswith("-")), "")
    return Path(script).name or name


def look_at_listener(facts: Facts) -> Facts:
    """Open a listener where a server would, and knock at it from an address that others would use."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as door:
        problem = _open(door)
        port = 0 if problem else door.getsockname()[1]
        if problem:
            return replace(facts, listener=Listener(0, False, problem))
        own = next((net.address for net in facts.nets if ":" not in net.address), "127.0.0.1")
        try:
            socket.create_connection((own, port), timeout=DOOR_WAIT).close()
        except OSError as error:
            return replace(facts, listener=Listener(port, False, error.strerror or type(error).__name__))
    return replace(facts, listener=Listener(port, True))


def _open(door: socket.socket) -> str:
    """Bind it to the first port that is free; answer with what the system says if none is."""
    problem = ""
    for port in range(DEFAULT_PORT, DEFAULT_PORT + TRIES):
        try:
            door.bind(("", port))
            door.listen(1)
            return ""
        except OSError as error:
            problem = error.strerror or type(error).__name__
    return problem


def look_at_router(facts: Facts) -> Facts:
    """Knock at the computer that leads out of here. A refusal is an answer, too."""
    known = _routed()
    router = known or _guessed(facts.nets)
    if not router or any(plain(net.address) == plain(router) for net in facts.nets):
        return replace(facts, router=Router(router, None))
    answers = any(_answers(router, port) for port in ROUTER_PORTS)
    return replace(facts, router=Router(router, answers if answers or known else None))  # a guess may be wrong


def _answers(router: str, port: int) -> bool:
    heard: HandshakeResult = knock(router, port, ROUTER_WAIT)
    if heard.line:
        heard.line.close()
    return heard.way in (DiscoveryMethod.OTHER, DiscoveryMethod.REFUSED)


def _routed() -> str:
    """The gateway of the default route, from Linux's table; "" on other systems."""
    with suppress(OSError, ValueError, IndexError):
        for row in ROUTES.read_text("ascii").splitlines()[1:]:
            _, target, gateway, *_ = row.split()
            if target == "00000000" and gateway != "00000000":
                return socket.inet_ntoa(struct.pack("=L", int(gateway, 16)))
    return ""


def _guessed(nets: tuple[LocalNetwork, ...]) -> str:
    """Where routers mostly are: the first address of the first network of IPv4."""
    for net in nets:
        network = ipaddress.ip_network(net.network, strict=False)
        if network.version == 4 and network.num_addresses > 2:
            return str(network[1])
    return ""
