"""Sidecars of Agones that answer in memory or over HTTP.

LocalSidecar answers as `recorded.json` says that a real one did (test_recorded.py compares them). ClusterSidecar is
what runs beside a game server in a cluster: it answers changes with empty objects, and carries them out later.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any, ClassVar

from petard.server.agones.messages import LABEL_PREFIX

RECORDED = json.loads((Path(__file__).parent / "recorded.json").read_text("utf-8"))["calls"]
STATES = {"/ready": "Ready", "/allocate": "Allocated", "/shutdown": "Shutdown", "/reserve": "Reserved"}
METADATA = {"/metadata/label": "labels", "/metadata/annotation": "annotations"}


class Failure(Exception):
    """An error that the sidecar answers: HTTP status, code of gRPC, message."""

    def __init__(self, message: str, status: int = 500, code: int = 2) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class LocalSidecar:
    """A sidecar without a cluster. `asked`: the requests so far."""

    def __init__(self) -> None:
        self.state = "Ready"
        self.counters = {"rooms": [1, 10]}
        self.lists: dict[str, tuple[int, list[str]]] = {"players": (100, ["test0", "test1", "test2"])}
        self.meta: dict[str, dict[str, str]] = {"annotations": {"annotation": "true"}, "labels": {"islocal": "true"}}
        self.asked: list[tuple[str, str, Any]] = []
        self.failed: list[str] = []
        self.lock = Lock()

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(one[1] == path for one in self.asked)

    def allocate(self, at: str) -> None:
        """The allocator gives this game server to somebody."""
        self.state = "Allocated"
        self.meta["annotations"]["agones.dev/last-allocated"] = at

    def answer(self, method: str, path: str, sent: bytes | None) -> tuple[int, bytes]:
        """Answer one request: HTTP status and body."""
        with self.lock:
            return self._answer(method, path, sent)

    def _answer(self, method: str, path: str, sent: bytes | None) -> tuple[int, bytes]:
        if path == "/health" and not sent:
            return 400, b""
        try:
            self.asked.append((method, path, json.loads(sent) if sent else None))
            found = self.found_for(*self.asked[-1])
        except json.JSONDecodeError:
            message = "invalid character 'b' looking for beginning of object key string"
            return 400, _text({"code": 3, "message": message, "details": []})
        except Failure as failure:
            self.failed.append(f"{path}: {failure}")
            return failure.status, _text({"code": failure.code, "message": str(failure), "details": []})
        return 200, _text(found)

    def found_for(self, method: str, path: str, body: Any) -> dict[str, Any]:
        """What a request with this body is answered; raises Failure."""
        match method, path.split("/")[1:]:
            case "GET", ["gameserver"]:
                return self._game_server()
            case "POST", [word] if f"/{word}" in STATES:
                self.state = STATES[path]
            case "POST", ["health"]:
                pass
            case "PUT", ["metadata", _] if path in METADATA:
                self.meta[METADATA[path]][LABEL_PREFIX + body["key"]] = body["value"]
            case _, ["v1beta1", "counters", name]:
                return self._counter(name, body)
            case _, ["v1beta1", "lists", name]:
                return self._list(name.partition(":")[0], name.partition(":")[2], body)
            case _, ["alpha", *_]:
                raise Failure("PlayerTracking not enabled")
            case "GET", [word] if f"/{word}" in STATES:
                raise Failure("Method Not Allowed", 501, 12)
            case _:
                raise Failure("Not Found", 404, 5)
        return {}

    def _game_server(self) -> dict[str, Any]:
        about = {
            "name": "local",
            "namespace": "default",
            "uid": "1234",
            "resource_version": "v1",
            "generation": "1",
            "creation_timestamp": "1795252776",
            "deletion_timestamp": "0",
        }
        health = {"disabled": False, "period_seconds": 3, "failure_threshold": 5, "initial_delay_seconds": 10}
        counters = {name: {"count": str(one[0]), "capacity": str(one[1])} for name, one in self.counters.items()}
        lists = {name: {"capacity": str(one[0]), "values": one[1]} for name, one in self.lists.items()}
        status = {
            "state": self.state,
            "address": "127.0.0.1",
            "addresses": [],
            "ports": [{"name": "default", "port": 7777}],
            "players": None,
            "counters": counters,
            "lists": lists,
        }
        meta = {word: dict(sorted(self.meta[word].items())) for word in ("annotations", "labels")}
        return {"object_meta": about | meta, "spec": {"health": health}, "status": status}

    def _counter(self, name: str, body: Any) -> dict[str, Any]:
        if name not in self.counters:
            raise Failure(f"not found. {name} Counter not found")
        count, capacity = self.counters[name]
        if body:
            capacity = int(body.get("capacity", capacity))
            count = int(body.get("count", count)) + int(body.get("countDiff", 0))
            if not 0 <= count <= capacity:
                range_ = f"Count must be within range [0,Capacity]. Found Count: {count}, Capacity: {capacity}"
                raise Failure(f"out of range. {range_}")
            self.counters[name] = [count, capacity]
        return {"name": name, "count": str(count), "capacity": str(capacity)}

    def _list(self, name: str, verb: str, body: Any) -> dict[str, Any]:
        if name not in self.lists:
            raise Failure(f"not found. {name} List not found")
        capacity, values = self.lists[name]
        if verb == "addValue":
            values = self._with(name, capacity, values, body["value"])
        elif verb == "removeValue":
            if body["value"] not in values:
                raise Failure(f"not found. Value: {body['value']} not found in List: {name}")
            values = [one for one in values if one != body["value"]]
        elif body:
            capacity = int(body["capacity"])
            values = values[:capacity]
        self.lists[name] = capacity, values
        return {"name": name, "capacity": str(capacity), "values": values}

    def _with(self, name: str, capacity: int, values: list[str], value: str) -> list[str]:
        if len(values) >= capacity:
            raise Failure(
                f"out of range. No available capacity. Current Capacity: {capacity}, List Size: {len(values)}"
            )
        if value in values:
            raise Failure(f"already exists. Value: {value} already in List: {name}")
        return [*values, value]


class ClusterSidecar(LocalSidecar):
    """One in a cluster. Its list forgets a removal that comes after an addition of the same batch.

    So it is in Agones: an addition notes the whole list as it is then, and the batch removes first and adds afterwards.
    """

    def __init__(self) -> None:
        super().__init__()
        self.state = "Scheduled"
        self.counters = {"players": [0, 0]}
        self.lists = {"players": (0, [])}
        self._state = ""
        self._batch: tuple[set[str], list[str]] = set(), []
        self._capacity: int | None = None

    def carry_out(self) -> None:
        """Let the cluster have all changes so far."""
        with self.lock:
            self._carry_out()

    def _carry_out(self) -> None:
        self.state, self._state = self._state or self.state, ""
        capacity, values = self.lists["players"]
        capacity = capacity if self._capacity is None else self._capacity
        removed, added = self._batch
        kept = [one for one in values if one not in removed]
        self.lists["players"] = capacity, [*kept, *(one for one in added if one not in kept)][:capacity]
        self._batch, self._capacity = (set(), []), None

    def found_for(self, method: str, path: str, body: Any) -> dict[str, Any]:
        if path in STATES:
            self._state = STATES[path]
            return {}
        found = super().found_for(method, path, body)
        return {} if body else found

    def _list(self, name: str, verb: str, body: Any) -> dict[str, Any]:
        capacity, values = self.lists[name]
        capacity = capacity if self._capacity is None else self._capacity
        removed, added = self._batch
        seen = [one for one in values if one not in removed]
        seen += [one for one in added if one not in seen]
        if verb == "addValue":
            self._batch = removed, self._with(name, capacity, seen, body["value"])
        elif verb == "removeValue":
            if body["value"] not in seen:
                raise Failure(f"not found. Value: {body['value']} not found in List: {name}")
            self._batch = removed | {body["value"]}, added
        elif body:
            self._capacity = int(body["capacity"])
        return {"name": name, "capacity": str(capacity), "values": seen[:capacity]}


def _text(found: dict[str, Any]) -> bytes:
    """JSON as the sidecar writes it."""
    return json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode()


class _Handler(BaseHTTPRequestHandler):
    """Answers by a sidecar in memory."""

    protocol_version = "HTTP/1.1"
    sidecar: ClassVar[LocalSidecar]

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", "0"))) or None
        status, body = self.sidecar.answer(self.command, self.path, sent)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = _answer  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@contextmanager
def served(sidecar: LocalSidecar, port: int = 0) -> Iterator[int]:
    """Serve a sidecar over HTTP; yields its port."""
    handler = type("Handler", (_Handler,), {"sidecar": sidecar})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
