"""Connections through proxies that the owner has named: each becomes one of the client that its PROXY header names."""

from petard.server.net.proxied import ProxiedConnections
from petard.server.net.server import Server
from petard.server.policy.log import Log
from petard.server.runtime.service import Service


class ProxyService(Service):
    """Reads the headers. A connection of the proxy itself, such as a health check, counts as one of its address."""

    def __init__(self, net: Server, log: Log) -> None:
        self._net, self._log = net, log
        self._proxied = ProxiedConnections(net.connections)

    def update(self, now: float) -> None:
        proxies = self._net.handshake.listeners.proxies
        for sock, address in proxies.take_accepted():
            self._proxied.add(sock, address, now)
        for new in self._proxied.poll(now):
            self._net.connections.add(new.sock, new.header.address or new.proxy, now)
        for sentence in self._proxied.take_refused():
            self._log.write(sentence, now, kind="a proxy without a header")

    def next_due(self, now: float) -> float:
        """When a header is late."""
        return self._proxied.next_due()

    def close(self) -> None:
        for sock, _ in self._net.handshake.listeners.proxies.take_accepted():
            sock.close()
        self._proxied.close()
