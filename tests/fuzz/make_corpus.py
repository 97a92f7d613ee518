"""Writes the seeds of the corpus from golden vectors, recorded sessions and the lines below.

Run: python -m tests.fuzz.make_corpus

Rule: a seed is named `seed-N`. Other files of the corpus were found by the fuzzer, and stay as they are.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain
from pathlib import Path
from random import Random

from petard.server.policy.bans import Ban
from petard.server.policy.proxy_header import Purpose, encode_header
from petard.server.policy.room_record import RoomNumbers, RoomRecord, write_room_record
from petard.server.policy.scram import ScramKeys
from petard.server.results.database import open_for_writing
from petard.server.room.inbox import Inbox
from petard.server.room.member import Member
from petard.server.room.rejoin import RejoinToken
from petard.server.room.resume import RejoinRecord, write_rejoin_record
from petard.shared.demo.blocks import BlockType, blocks_in, payloads_in
from petard.shared.demo.capture import Sent, encode_record, read_capture
from petard.shared.framing import frame
from petard.shared.protocol import beacon
from petard.shared.protocol.codec import encode
from petard.shared.protocol.later_messages import Standby, Standbys
from petard.shared.protocol.link import TRANSITIONS, LinkState, Role
from petard.shared.protocol.messages import Chat, Message, Roster, Seat, Setup
from petard.shared.protocol.snapshot import snapshot_of, world_of
from petard.shared.protocol.state import State, delta_of, keyframe_of, moves_between
from petard.shared.rules.ruleset import PRESETS
from petard.shared.rules.step import step
from petard.shared.rules.world import Keys
from tests.fuzz.mutators import split_frames
from tests.fuzz.seed_texts import SEED_TEXTS
from tests.fuzz.target import ROOT
from tests.fuzz.wire_targets import CARD, CLIENT_FIRST, ROUND, SIDE, first_state
from tests.hostile.later_version import unknown_message, with_more, with_more_tables
from tests.server.agones.sidecar import RECORDED
from tests.server.loopback import maps
from tests.server.web.sample import status_json
from tests.shared.protocol.samples import SAMPLES

CORPUS = ROOT / "tests" / "fuzz" / "corpus"
SESSIONS = ROOT / "tests" / "sessions"
DEMOS = ("own_bomb", "draw", "leaver", "shrunk/no_pause_between_bombs", "shrunk/nobody_is_pushed_by_a_wall")
OLD_DEMO, OLD_DEMO_MOST = "versions/1", 3000  # its first bytes: a file that was cut off
CAPTURES = ("crowd_of_strangers", "glued_hello", "malformed_peers")
SESSION_MOST = 6000  # bytes of what a server sent


def payloads_of(data: bytes) -> Iterator[bytes]:
    """The payloads of all records of a demo."""
    blocks, _ = blocks_in(data)
    for kind in BlockType:
        group: list[bytes] = []
        for number, block in enumerate(blocks):
            if block.kind is kind and block.starts:
                behind = [one for one in blocks[number:] if one.kind is kind]
                end = next((at for at, one in enumerate(behind) if at and one.starts), len(behind))
                group += chain.from_iterable(payloads for _, payloads in payloads_in(behind[:end], int))
        yield from group


def of_each_kind(payloads: list[bytes]) -> list[bytes]:
    """The first payload with each first two bytes."""
    return list({payload[:2]: payload for payload in reversed(payloads)}.values())


def server_streams() -> Iterator[bytes]:
    """The beginnings of what a server sent to clients, in whole frames."""
    for name in ("glued_hello", "rejoin"):
        capture = read_capture((SESSIONS / f"{name}.wire").read_bytes())
        sent: dict[int, bytes] = {}
        for record in capture.socket_records():
            if isinstance(record, Sent):
                sent[record.connection] = sent.get(record.connection, b"") + record.data
        for stream in sent.values():
            payloads, size = [], 0
            for payload in split_frames(stream)[0]:
                size += len(payload)
                if size > SESSION_MOST:
                    break
                payloads.append(payload)
            yield b"".join(map(frame, payloads))


def legal_stream(role: Role, state: LinkState) -> bytes:
    """One message of each type that an end may send in a state."""
    legal = TRANSITIONS[state][role]
    found = {type(message): message for message in SAMPLES.values() if type(message) in legal}
    return b"".join(frame(encode(message)) for message in found.values())


def state_streams() -> Iterator[bytes]:
    """A Keyframe and the Deltas of a few ticks, from small boards: both walk, a bomb, and what a later version adds."""
    state, world = first_state(), world_of(first_state().snapshot, ROUND.rules, SIDE, SIDE)
    world.rules = replace(world.rules, countdown=0)
    messages: list[Message] = [keyframe_of(state)]
    for tick in range(12):
        step(world, {0: Keys.RIGHT | Keys.BOMB if tick > 8 else Keys.RIGHT, 1: Keys.LEFT})
        snapshot = snapshot_of(world, {0: (tick, 1), 1: (tick, 0)})
        after = State(snapshot, moves_between(state.snapshot, snapshot, world.rules), {0: (tick,)})
        messages.append(delta_of(state, after))
        state = after
    yield b"".join(frame(encode(message)) for message in messages)
    yield frame(encode(keyframe_of(state)))
    yield frame(encode(with_more_tables(keyframe_of(state), Random(1))))
    yield frame(with_more(encode(messages[-1]), Random(3)))


def other_versions() -> Iterator[bytes]:
    """Payloads that version 1 or a later one sends."""
    hello = encode(SAMPLES["hello"])
    yield bytes((hello[0] - 1,)) + hello[1:-1]
    for seed, message in enumerate(SAMPLES.values()):
        yield with_more(encode(message), Random(seed))
    yield unknown_message(Random(1))


def wire_seeds() -> dict[str, list[bytes]]:
    """What comes over a network, by folder."""
    streams = [legal_stream(role, state) for role in Role for state in LinkState if state is not LinkState.CLOSED]
    answer = beacon.encode(beacon.Answer(7, 1_800_000_000_000, 40, CARD))
    datagrams = [beacon.encode(beacon.Question(7)), answer, beacon.encode(beacon.Notice(CARD))]
    datagrams.append(beacon.encode(beacon.Farewell(1)))
    found = b"".join(bytes([5 + at]) + len(one).to_bytes(2, "big") + one for at, one in enumerate(datagrams[1:]))
    final = f"c=biws,r=rOprNGfwEbeRWgbNEkqO3rfcNHYJY1ZVvWVs7jTheLIE,p={'A' * 43}="
    status = json.dumps(status_json(), indent=1)
    return {
        "http-answer": [
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 500 Internal Server Error\r\n\r\nno",
        ],
        "sidecar-answer": sorted({one["answer"].encode() for one in RECORDED}),
        "status-answer": [status.encode(), status.replace("playing", "lobby").encode()],
        "proxy-header": [
            encode_header(("10.0.0.7", 4000), ("10.0.0.1", 80), bytes(16), Purpose.PAD),
            encode_header(("2001:db8::7", 4000), ("2001:db8::1", 80)) + b"\0\0\0\5",
            encode_header(None),
        ],
        "framing": [bytes([number]) + stream for number, stream in enumerate(streams)],
        "codec": [*(encode(message) for message in SAMPLES.values()), *other_versions()],
        "states": list(state_streams()),
        "named-rules": [encode(replace(ROUND, rules=rules)) for rules in PRESETS.values()],
        "stream": streams,
        "session": [stream for stream in server_streams() if stream],
        "datagram": datagrams,
        "server-list": [found, found * 3],
        "scram-server": [f"{CLIENT_FIRST}\n{final}".encode(), CLIENT_FIRST.encode()],
        "scram-client": [
            b"r=rOprNGfwEbeRWgbNEkqO3rfcNHYJY1ZV,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096\nv=" + b"A" * 43 + b"="
        ],
    }


def recorded_seeds() -> dict[str, list[bytes]]:
    """What stands in recordings, by folder."""
    demos = [(SESSIONS / f"{name}.petard").read_bytes() for name in DEMOS]
    demos.append((SESSIONS / f"{OLD_DEMO}.petard").read_bytes()[:OLD_DEMO_MOST])
    captures = [(SESSIONS / f"{name}.wire").read_bytes() for name in CAPTURES]
    records = of_each_kind(list(payloads_of(demos[0])))
    captured = [encode_record(record) for record in read_capture(captures[1]).socket_records()]
    member = Member(1, ("Ada",), Inbox(1), RejoinToken(b"1" * 32, b"2" * 32, is_confirmed=True))
    setup = Setup("classic", "duel", 3, 0, 2)
    kept = write_rejoin_record(RejoinRecord(setup, 9, (member,)))
    return {
        "demo": demos,
        "capture": captures,
        "demo-record": records,
        "payloads": [b"".join(records)],
        "capture-record": list({record[:1]: record for record in captured}.values()),
        "rejoin-record": [kept],
        "room-record": [write_room_record(room_record(RejoinRecord(setup, 9, (member,), room=7)))],
    }


def room_record(rejoin: RejoinRecord) -> RoomRecord:
    """A room in the lobby, of which a copy is kept."""
    board, standbys = maps()["classic"], Standbys((Standby(1, ("10.0.0.7:7779",), 8080),))
    seats = Roster((Seat(0, 1, "Ada", 3, 1, True, False, 0, 0), Seat(1, 0, "Fizz", 4, 2, True, False, 0, 0)), ())
    room = (seats, (Chat(0, "Ada", "hello", 9),), board, standbys, (1,), "on")
    bans, keys = (Ban("name", "Zoe", "rude", 0, "console", 1),), ScramKeys(b"salt", b"stored", b"server", 20000)
    return RoomRecord("Den", RoomNumbers(60, 60, 128, 8), 0, rejoin, rejoin.setup, *room, bans, keys)


def seeds() -> dict[str, bytes]:
    """All seeds by their path in the corpus."""
    texts = {folder: [text.encode() for text in lines] for folder, lines in SEED_TEXTS.items()}
    folders = wire_seeds() | recorded_seeds() | texts
    return {f"{folder}/seed-{number}": data for folder, some in folders.items() for number, data in enumerate(some)}


def write(corpus: Path) -> int:
    """Write all seeds, and delete those that are none any more; returns how many there are."""
    for old in corpus.glob("*/seed-*"):
        old.unlink()
    for name, data in seeds().items():
        file = corpus / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return len(seeds())


def write_database(file: Path) -> None:
    """Write a small database of results. Its bytes differ between versions of SQLite, so it is no seed."""
    file.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA page_size = 512")
        connection.execute("VACUUM")
    with closing(open_for_writing(file)) as connection:
        for row in SEED_TEXTS["result-rows"][0].split("\n"):
            table, *values = row.split("|")
            connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)
        connection.execute("INSERT INTO bans VALUES ('name', 'Zoe', 'rude', 0, 'console', 1, '')")


if __name__ == "__main__":
    write(CORPUS)
    if not (CORPUS / "results" / "sound").exists():
        write_database(CORPUS / "results" / "sound")
