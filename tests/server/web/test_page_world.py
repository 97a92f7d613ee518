"""The world that the pages keep equals Python's, state by state, in every recorded session; and the tables, too."""

import hashlib
import json
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from petard.assets import path
from petard.shared.demo.capture import Sent, read_capture
from petard.shared.demo.reader import read_demo
from petard.shared.demo.rerun import Rerun
from petard.shared.framing import LIMIT_SERVER, Decoder, frame
from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.messages import Delta, Digest, Keyframe, Message, Round
from petard.shared.protocol.snapshot import Table, snapshot_of
from petard.shared.protocol.snapshot_rows import floors_table, with_others
from petard.shared.protocol.state import (
    State,
    apply_delta,
    delta_of,
    digest_of,
    keyframe_of,
    moves_between,
    state_from_keyframe,
)
from tests.server.web.pages_in_node import command, needs_node
from tests.tools import web_tables

SESSIONS = Path(__file__).parents[2] / "sessions"
DEMOS = sorted(file.stem for file in SESSIONS.glob("*.petard"))
CAPTURES = sorted(file.stem for file in SESSIONS.glob("*.wire"))
SHORT = 70  # states of each session, in a run that is not long; a Digest is among them


def _line(state: State) -> str:
    """A state as follow_rounds.mjs prints it."""
    snapshot = state.snapshot
    tables = with_others(snapshot.tables, state.moves, state.applied, floors_table(snapshot.floors))
    rows = [[[key, *row] for key, row in sorted(table.items())] for table in tables]
    plain = json.dumps([state.tick, list(snapshot.tiles), rows], separators=(",", ":"))
    return hashlib.sha1(plain.encode()).hexdigest()


def _of_demo(name: str, most: int) -> Iterator[tuple[Message, str]]:
    """The messages that a watcher of a recorded match gets, and what the page must answer to each, if anything."""
    run = Rerun(read_demo((SESSIONS / f"{name}.petard").read_bytes()))
    number, old = -1, None
    for place in range(min(run.length, most)):
        run.step()
        snapshot = snapshot_of(run.world, {slot: (run.world.tick + slot, 2) for slot in run.world.players})
        if old is None or run.began.number != number:
            number, world = run.began.number, run.world
            slots = tuple(sorted(world.players))
            yield Round(number, "classic", world.rules, world.width, world.height, slots), ""
            old = State(snapshot)
            yield keyframe_of(old), _line(old)
            continue
        applied: Table = {slot: (place % 128,) for slot in run.world.players if place % 8 > slot}
        new = State(snapshot, moves_between(old.snapshot, snapshot, run.world.rules), applied)
        yield delta_of(old, new), _line(new)
        if place % 60 == 0:
            yield digest_of(new), "digest true"
        old = new


def _of_capture(name: str, most: int) -> Iterator[tuple[Message, str]]:
    """The same for what the server of a capture sent, one connection after the other."""
    streams: dict[int, bytearray] = {}
    for record in read_capture((SESSIONS / f"{name}.wire").read_bytes()).socket_records():
        if isinstance(record, Sent):
            streams.setdefault(record.connection, bytearray()).extend(record.data)
    for stream in streams.values():
        messages = [decode(payload) for payload in Decoder(LIMIT_SERVER).receive_data(bytes(stream))]
        board, state = (0, 0), None
        for message in messages[:most]:
            if isinstance(message, Round):
                board = message.width, message.height
                yield message, ""
            elif isinstance(message, Keyframe):
                state = state_from_keyframe(message, *board)
                yield message, _line(state)
            elif isinstance(message, Delta) and state:
                state = apply_delta(state, message)
                yield message, _line(state)
            elif isinstance(message, Digest):
                yield message, "digest true"


def _follow(played: Iterable[tuple[Message, str]], tmp_path: Path) -> tuple[list[str], list[str]]:
    """Return what the page should say of the messages, and what it says."""
    stream, wanted = bytearray(), []
    for message, line in played:
        stream += frame(encode(message))
        wanted += [line] if line else []
    node = command(tmp_path, "follow_rounds.mjs")
    done = subprocess.run(node, input=bytes(stream), capture_output=True, timeout=120, check=False)
    assert not done.stderr, done.stderr.decode()
    return wanted, done.stdout.decode().split("\n")[:-1]


def _beginnings() -> Iterator[tuple[Message, str]]:
    """Of every second session."""
    for name in DEMOS[::2]:
        yield from _of_demo(name, SHORT)
    for name in CAPTURES[::2]:
        yield from _of_capture(name, SHORT)


@needs_node
def test_the_world_of_the_pages_is_the_servers_as_each_session_begins(tmp_path: Path) -> None:
    wanted, found = _follow(_beginnings(), tmp_path)
    assert len(wanted) > 10 * SHORT
    assert found == wanted


@needs_node
@pytest.mark.long
@pytest.mark.parametrize("name", [*DEMOS, *CAPTURES])
def test_the_world_of_the_pages_is_the_servers_in_each_state_of_a_session(tmp_path: Path, name: str) -> None:
    wanted, found = _follow((_of_demo if name in DEMOS else _of_capture)(name, 1 << 30), tmp_path)
    assert found == wanted


def test_the_tables_of_the_pages_are_those_of_python() -> None:
    assert path("web", "tables.js").read_text("utf-8") == web_tables.text()
