"""A relay on Twisted: Int32StringReceiver and msgpack.

python -m tests.bench.peers.twisted_relay RATE
"""

import json
import sys
from typing import Any

import msgpack  # type: ignore[import-untyped]

from petard.shared.lazy import lazy


def serve(rate: float) -> None:
    """Relay until the process is ended."""
    reactor, task = lazy("twisted.internet.reactor"), lazy("twisted.internet.task")
    rows: dict[int, list[int]] = {}
    clients: set[Any] = set()
    ticks = [0]

    def made(self: Any) -> None:
        self.transport.setTcpNoDelay(True)
        clients.add(self)

    def received(self: Any, payload: bytes) -> None:
        row = msgpack.unpackb(payload)
        rows[row[0]] = row

    def tick() -> None:
        ticks[0] += 1
        payload = msgpack.packb([ticks[0], list(rows.values())])
        for client in clients:
            client.sendString(payload)

    methods = {
        "connectionMade": made,
        "connectionLost": lambda self, reason: clients.discard(self),
        "stringReceived": received,
    }
    factory = lazy("twisted.internet.protocol").Factory()
    factory.protocol = type("Relay", (lazy("twisted.protocols.basic").Int32StringReceiver,), methods)
    port = reactor.listenTCP(0, factory, backlog=1024, interface="127.0.0.1")
    sys.stdout.write(json.dumps({"port": port.getHost().port}) + "\n")
    sys.stdout.flush()
    task.LoopingCall(tick).start(1 / rate)
    reactor.run()


if __name__ == "__main__":
    serve(float(sys.argv[1]))
