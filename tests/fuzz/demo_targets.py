"""The targets that read recordings and captures, and the match that is continued from one.

Rule: a target that runs a match again runs a few seconds of it at most, so that its time does not grow with the match.
"""

from collections.abc import Callable
from contextlib import suppress

from petard.game.view.playback import Playback, demo_summary_of
from petard.server.cli.replay import lines_about
from petard.server.devtools.capture_difference import ReplayMismatch, messages_in
from petard.server.devtools.capture_dump import capture_json, capture_text, lines_about_capture
from petard.server.devtools.pcapng import pcapng_of
from petard.server.devtools.rechunk import rechunk
from petard.server.devtools.to_test import pytest_code
from petard.server.devtools.wire import play_capture
from petard.server.devtools.xray import hex_lines, pieces_of, row_of
from petard.server.policy.room_record import read_room_record, write_room_record
from petard.server.room.resume import (
    CannotResume,
    RejoinRecord,
    read_rejoin_record,
    resume,
    take_over,
    write_rejoin_record,
)
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.demo.blocks import BlockType, DemoError, blocks_in, payloads_in
from petard.shared.demo.budget import WorkRate
from petard.shared.demo.capture import Accepted, Action, decode_record, encode_record, read_capture
from petard.shared.demo.diff import diff_demos
from petard.shared.demo.dump import json_lines, text_lines
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.redact import Redactor
from petard.shared.demo.rerun import Rerun
from petard.shared.demo.script import script_of
from petard.shared.demo.trim import trim
from petard.shared.demo.verify import verify
from petard.shared.protocol.messages import Setup
from tests.fuzz.mutators import Mutator, changed_capture, changed_demo, changed_text
from tests.fuzz.target import ROOT, FuzzTarget, PassTarget

CONNECTIONS_MOST = 4  # that a target shows
TICKS_MOST = 120  # that a target runs again
SESSIONS = ROOT / "tests" / "sessions"
INFLATED = 64 << 20  # bytes of memory: a small recording inflates to groups of 2 MiB, as the reader allows


def _blocks(data: bytes) -> None:
    blocks, damage = blocks_in(data)
    assert damage.isprintable()
    for kind in BlockType:
        group = [block for block in blocks if block.kind is kind][:8]
        for _, payloads in payloads_in(group, int):
            assert all(isinstance(payload, bytes) for payload in payloads)


def _on_demo(use: Callable[[Demo], object]) -> Callable[[bytes], object]:
    """Make a target of something that is done with a demo."""
    return lambda data: use(read_demo(data))


def _read(demo: Demo) -> None:
    notes = demo.notes
    assert len(demo.rounds) <= len(notes)
    with suppress(DemoError):
        demo.round_at(demo.length // 2)
    for kind in BlockType:
        for _ in demo.records(kind=kind):
            pass


def _watch(demo: Demo) -> None:
    for _ in demo.watch():
        pass
    for _ in demo.event_blocks():
        pass


def _rerun(demo: Demo) -> None:
    run = Rerun(demo, max(0, demo.length - TICKS_MOST) if demo.length % 2 else 0)
    for _ in range(min(TICKS_MOST, demo.length - run.moment)):
        run.step()


def _verify(demo: Demo) -> None:
    result = verify(demo, 0, TICKS_MOST)
    assert (result.mismatch.sentence() if result.mismatch else result.failed).isprintable()


def _trim(demo: Demo) -> None:
    piece = read_demo(trim(demo, demo.length // 2, demo.length, "parent.petard"))
    assert not piece.damage


def _dump(demo: Demo) -> None:
    for lines in (text_lines, json_lines):
        assert all(line.isprintable() for line in lines(demo))


def _info(demo: Demo) -> None:
    assert all(line.isprintable() for line in lines_about(demo))


def _play_back(demo: Demo) -> None:
    playback = Playback(demo)
    for place in range(3):
        playback.seek(playback.length * place / 2)
        playback.toggle()
        playback.pass_time(0.3)
        assert playback.view()
        playback.passed()
        playback.found_chapters()
        assert str((playback.seats, playback.warnings, playback.ending, playback.announcement))
    while playback.chapters.search(60):
        pass
    playback.to_last_kill()
    playback.to_next_kill()


def _diff(demo: Demo) -> None:
    for found in diff_demos(read_demo((SESSIONS / "own_bomb.petard").read_bytes()), demo):
        assert found.what.isprintable()


def _to_test(demo: Demo) -> None:
    script_of(demo)
    compile(pytest_code(demo, "fuzzed.petard"), "fuzzed", "exec")


def _resume(data: bytes) -> None:
    record = write_rejoin_record(RejoinRecord(Setup("classic", "duel", 3, 0, 2), 9, ()))
    with suppress(CannotResume):
        assert resume(data, record, "fuzzed.petard").board.tiles
    with suppress(CannotResume):
        assert take_over(data, "fuzzed.petard", 60, 0, repeats=True, skill=1).board.tiles


def _room_record(text: bytes) -> None:
    """What a standby is sent; what is legal in it makes a room that can be gone on with."""
    found = read_room_record(text)
    assert read_room_record(write_room_record(found)).rejoin.room == found.rejoin.room
    found = found.playable([found.board.name])
    room = Room(RoomSettings(found.planned, found.name), {found.board.name: found.board}, 1)
    room.resume_lobby(found.rejoin, found.planned, found.roster.seats, found.chat)
    assert room.membership.state()


def _rejoin_record(text: bytes) -> None:
    found = read_rejoin_record(text)
    again = read_rejoin_record(write_rejoin_record(found))
    assert [(one.id, one.name, one.players) for one in again.members] == [
        (one.id, one.name, one.players) for one in found.members
    ]


def _capture(data: bytes) -> None:
    capture = read_capture(data)
    assert capture.seconds >= 0
    assert capture.damage.isprintable()
    redactor = Redactor()
    for record in capture.socket_records():
        redactor.add(record)
        redactor.take()
    redactor.finish()
    for cut in ("whole", "bytes", 1):
        for _ in rechunk(capture, cut).steps:
            pass


def _capture_dump(data: bytes) -> None:
    """What `replay info` and `replay dump` print of a capture."""
    capture = read_capture(data)
    for lines in (lines_about_capture, capture_text, capture_json):
        assert all(line.isprintable() for line in lines(capture))


def _pcapng(data: bytes) -> None:
    """What `replay wire --pcapng` writes: each block says its length twice, and is a multiple of four bytes."""
    for block in pcapng_of(read_capture(data)):
        assert int.from_bytes(block[4:8], "little") == len(block) == int.from_bytes(block[-4:], "little")
        assert len(block) % 4 == 0


def _xray(data: bytes) -> None:
    """What `replay xray --hex` prints of each connection, up to so many."""
    capture = read_capture(data)
    opened = dict.fromkeys(one.connection for one in capture.socket_records() if isinstance(one, Accepted))
    for connection in [*opened][:CONNECTIONS_MOST]:
        for is_up, piece in pieces_of(capture, connection):
            lines = [row_of(is_up, piece), *hex_lines(piece)]
            assert all(line.isprintable() for line in lines)
            assert sum(part.size for part in piece.parts) == len(piece.data)


def _capture_record(payload: bytes) -> None:
    record = decode_record(payload)
    assert decode_record(encode_record(record)) == record
    assert isinstance(record, Action) or encode_record(record) == payload  # later fields of an action are ignored


def _wire(data: bytes) -> None:
    play_capture(read_capture(data))


def _demo(
    name: str, about: str, use: Callable[[Demo], object], rate: WorkRate = WorkRate.PLAY, passes: int = 1
) -> FuzzTarget:
    return _file(name, about, _on_demo(use), changed_demo, "demo", rate, passes)


def _file(
    name: str,
    about: str,
    run: Callable[[bytes], object],
    mutate: Mutator,
    corpus: str,
    rate: WorkRate = WorkRate.PLAY,
    passes: int = 1,
) -> FuzzTarget:
    allowed = (DemoError, CannotResume, ReplayMismatch)
    return PassTarget(name, about, run, allowed, corpus, mutate, memory=INFLATED, passes=passes, rate=rate)


# Behind each: ms of CPU time for the slowest real file of the corpus and for the slowest of 150 made ones (of some KiB,
# on a busy machine), and how many ms of those that its passes allow came nearest to the limit.
TARGETS = (
    _file("demo-blocks", "the blocks of a recording", _blocks, changed_demo, "demo", WorkRate.SKIM),  # 0, 4 of 50
    _demo("demo-reader", "all records of a recording", _read, WorkRate.READ, 2),  # 4, 43 of 100
    _demo("demo-watch", "what clients were sent", _watch, passes=2),  # 11, 54 of 100
    _demo("demo-rerun", "a recording, run again", _rerun),  # 4, 4 of 50
    _demo("demo-verify", "a recording, run again and compared", _verify),  # 6, 6 of 50
    _demo("demo-trim", "a recording, cut", _trim, passes=2),  # 18, 65 of 100
    _demo("demo-dump", "a recording as text and JSON", _dump, passes=3),  # 24, 33 of 150: JSON has each number
    _demo("demo-info", "what is in a recording", _info, WorkRate.SKIM),  # 0, 4 of 50
    _demo("demo-playback", "a recording, watched", _play_back, passes=2),  # 13, 26 of 100
    _demo("demo-diff", "a recording, compared with another", _diff, passes=2),  # 10, 11 of 100: each is run again
    _demo("demo-to-test", "a recording as the code of a test", _to_test),  # 23, 23 of 50
    _file("demo-summary", "a recording in the list of recordings", lambda data: demo_summary_of("a", data),
          changed_demo, "demo", passes=2),  # 12, 29 of 100
    _file("resume", "a recording that a match goes on from", _resume, changed_demo, "demo"),  # 1, 39 of 50
    FuzzTarget("rejoin-record", "the members beside a recording (.seats)", _rejoin_record, (CannotResume,),
               mutate=changed_text),
    FuzzTarget("room-record", "the room, as a standby is sent it", _room_record, (CannotResume,),
               mutate=changed_text, slow=0.1),
    _file("capture", "a wire capture", _capture, changed_capture, "capture", WorkRate.CAPTURE, 7),  # 5, 6 of 350
    _file("capture-dump", "a wire capture as text and JSON", _capture_dump, changed_capture, "capture",
          WorkRate.CAPTURE, 4),  # 59, 67 of 200: three passes, and JSON has each number
    _file("capture-pcapng", "a wire capture, written for Wireshark", _pcapng, changed_capture, "capture",
          WorkRate.CAPTURE, 2),  # 9, 10 of 100
    _file("capture-xray", "the X-ray of a wire capture", _xray, changed_capture, "capture",
          WorkRate.CAPTURE, 4),  # 27, 31 of 200
    FuzzTarget("capture-record", "the payload of one record of a capture", _capture_record, (DemoError,)),
    FuzzTarget("captured-stream", "the stream that a capture shows", messages_in, (), "stream"),
    _file("capture-player", "a capture, played to a real server", _wire, changed_capture, "capture",
          WorkRate.SERVE),  # 65, 45 of 63: 4.8 s of a real server
)  # fmt: skip
