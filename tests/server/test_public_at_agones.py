"""A public room in a cluster announces the address and the port of its node, which only the sidecar knows."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any

import pytest

from petard.server.agones.messages import game_server_of
from petard.server.config.values import Endpoint
from petard.server.discovery.directory_announcer import DirectoryAnnouncer
from tests.server.agones.sidecar import LocalSidecar, served
from tests.server.loopback import LoopbackServer
from tests.server.server_process import PATIENCE, ServerProcess

EXTERNAL = {"type": "ExternalIP", "address": "203.0.113.7"}
INTERNAL = {"type": "InternalIP", "address": "10.0.0.7"}
NAME = {"type": "ExternalDNS", "address": "node7.example.org"}
GAME, PAGES = {"name": "game", "port": 7012}, {"name": "web", "port": 7013}


class NodeSidecar(LocalSidecar):
    """A sidecar of a room that has a node with a name and two addresses."""

    def found_for(self, method: str, path: str, body: Any) -> dict[str, Any]:
        found = super().found_for(method, path, body)
        node = {"address": NAME["address"], "addresses": [NAME, INTERNAL, EXTERNAL], "ports": [PAGES, GAME]}
        return found | {"status": found["status"] | node} if path == "/gameserver" else found


@contextmanager
def directory() -> Iterator[tuple[int, Queue[dict[str, Any]]]]:
    """Run a directory that lists nothing: its port, and what is announced."""
    announced: Queue[dict[str, Any]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            announced.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answer = b'{"listed": false, "why": "a test", "every": 5, "vanishes": 15}'
            self.send_response(202)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_DELETE(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], announced
        server.shutdown()


def test_a_room_announces_the_address_and_the_port_of_its_node(monkeypatch: pytest.MonkeyPatch) -> None:
    with served(NodeSidecar()) as port, directory() as (place, announced):
        monkeypatch.setenv("AGONES_SDK_HTTP_PORT", str(port))
        with ServerProcess("--web", "off", "--public", "on", "--directory", f"http://127.0.0.1:{place}") as room:
            first = announced.get(timeout=PATIENCE)
            assert (first["address"], first["port"]) == ("203.0.113.7", 7012)
            assert room.stop() == 0


def test_nothing_is_announced_until_the_place_is_known(loopback: LoopbackServer) -> None:
    places: list[Endpoint | None] = [None, Endpoint("203.0.113.7", 7012)]
    announcer = DirectoryAnnouncer("http://127.0.0.1:9", lambda: places[0], loopback.server, loopback.log)
    announcer.client.close()  # what it would send is enough here
    announcer.update(0.0)
    assert announcer.client.body == b""
    places.pop(0)
    announcer.update(1.0)
    assert json.loads(announcer.client.body)["address"] == "203.0.113.7"
    places.insert(0, None)
    announcer.update(2.0)
    assert announcer.client.body == b"", "a place that is not known any more is not announced any more"


def test_the_place_that_an_owner_names_counts_before_that_of_agones(monkeypatch: pytest.MonkeyPatch) -> None:
    with served(LocalSidecar()) as port, directory() as (place, announced):
        monkeypatch.setenv("AGONES_SDK_HTTP_PORT", str(port))
        where = ("--public", "198.51.100.9:7800", "--directory", f"http://127.0.0.1:{place}")
        with ServerProcess("--web", "off", *where) as room:
            first = announced.get(timeout=PATIENCE)
            assert (first["address"], first["port"]) == ("198.51.100.9", 7800)
            assert room.stop() == 0


@pytest.mark.parametrize(
    ("status", "place"),
    [
        ({"address": "203.0.113.7", "ports": [GAME]}, ("203.0.113.7", 7012)),
        ({"address": "203.0.113.7", "ports": [{"name": "default", "port": 7100}]}, ("203.0.113.7", 7100)),
        ({"address": "2001:db8::7", "addresses": [INTERNAL], "ports": [PAGES, GAME]}, ("2001:db8::7", 7012)),
        ({"address": NAME["address"], "addresses": [INTERNAL, EXTERNAL], "ports": [GAME]}, ("203.0.113.7", 7012)),
        ({"address": NAME["address"], "addresses": [NAME, INTERNAL], "ports": [GAME]}, ("10.0.0.7", 7012)),
        ({"address": NAME["address"], "addresses": [NAME], "ports": [GAME]}, ("", 0)),
        ({"address": "203.0.113.7", "ports": []}, ("", 0)),
        ({"address": "203.0.113.7", "ports": [{"name": "game", "port": "7012"}]}, ("", 0)),
        ({"address": "203.0.113.7", "ports": [{"name": "game", "port": True}]}, ("", 0)),
        ({"address": "203.0.113.7", "ports": [{"name": "game", "port": 70000}]}, ("", 0)),
        ({"address": "fe80::7%eth0", "ports": [GAME]}, ("", 0)),
        ({"address": ["203.0.113.7"], "addresses": "203.0.113.7", "ports": {"game": 7012}}, ("", 0)),
        ({"address": None, "addresses": [None, 7, {"type": []}], "ports": [7, None, GAME]}, ("", 0)),
        ({}, ("", 0)),
    ],
)
def test_the_place_is_the_address_of_the_node_with_the_port_of_the_game(
    status: dict[str, Any], place: tuple[str, int]
) -> None:
    found = game_server_of(json.dumps({"object_meta": {}, "status": {"state": "Ready"} | status}).encode())
    assert (found.address, found.port) == place
