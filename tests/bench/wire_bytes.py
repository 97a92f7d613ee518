"""Bytes and messages on the wire, in virtual time, so the same on every machine: without TCP and IP."""

from functools import partial

from petard.shared.framing import LIMIT_SERVER, Decoder
from petard.shared.protocol.messages import Setup
from petard.shared.rules.world import Keys
from tests.bench.model import Effort, Figure, Probe, Run, Source, Values, at_most
from tests.lan.lan import Lan
from tests.lan.random_keys import RandomKeys
from tests.tools.netcode.traffic import bytes_down

SECONDS = {Effort.QUICK: 3.0, Effort.USUAL: 20.0, Effort.LONG: 60.0}
SETTLED = 4.0  # seconds
LAN = ("lan",) * 4
SETUP = Setup("classic", "last-one-standing", 9, 0, 2)


def start_down(effort: Effort, players: int) -> Run:
    """All walk and drop bombs, and nobody dies."""
    return lambda: {"value": bytes_down(players, 60, SECONDS[effort])}


def start_up(effort: Effort, holds: bool) -> Run:
    """Players on a good network who press other keys now and then, or hold one."""

    def run() -> Values:
        net = Lan(*LAN, setup=SETUP)
        for number, client in enumerate(net.clients):  # without bombs, since who is dead sends nothing
            client.keys = (lambda: (Keys.RIGHT,)) if holds else RandomKeys(1, number, bombs=0).keys
        net.start()
        net.run(SETTLED)  # at first the server wants to hear more often which states have come
        sent: list[bytes] = []
        for client in net.clients:
            _note(client.lines[-1], sent)
        net.run(SECONDS[effort])
        messages = Decoder(LIMIT_SERVER).receive_data(b"".join(sent))  # each is sent whole
        each = SECONDS[effort] * len(net.clients)
        return {"value": len(messages) / each, "bytes": sum(map(len, sent)) / each}

    return run


def _note(line: object, sent: list[bytes]) -> None:
    plain = line.send  # type: ignore[attr-defined]

    def noted(data: bytes) -> None:
        sent.append(data)
        plain(data)

    line.send = noted  # type: ignore[attr-defined]


TABLE = "wire"
PROBES: tuple[Probe, ...] = (
    *(Probe(f"wire.down-{players}", TABLE, partial(start_down, players=players), 3) for players in (8, 64)),
    Probe("wire.up-plays", TABLE, partial(start_up, holds=False), 3),
    Probe("wire.up-holds", TABLE, partial(start_up, holds=True), 3),
)
FIGURES: tuple[Figure, ...] = (
    Figure(
        "wire.down-8", "to each of 8 players, 60 snapshots", "B/s", TABLE, Source("wire.down-8"), None, at_most(1500)
    ),
    Figure(
        "wire.down-64", "to each of 64 players, 60 snapshots", "B/s", TABLE, Source("wire.down-64"), None, at_most(9000)
    ),
    Figure("wire.up-plays", "from a player who plays", "messages/s", TABLE, Source("wire.up-plays"), None, at_most(10)),
    Figure(
        "wire.up-holds", "from a player who holds a key", "messages/s", TABLE, Source("wire.up-holds"), None, at_most(6)
    ),
    Figure("wire.up-bytes", "from a player who plays", "B/s", TABLE, Source("wire.up-plays", "bytes")),
)
