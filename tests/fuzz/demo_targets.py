"""The targets that read recordings and captures, and the match that is continued from one.

Rule: a target that runs a match again runs a few seconds of it at most, so that its time does not grow with the match.
"""

from collections.abc import Callable
from contextlib import suppress

from petard.game.view.playback import Playback, demo_summary_of
from petard.server.cli.replay import lines_about
from petard.server.devtools.capture_player import ReplayMismatch, messages_in
from petard.server.devtools.to_test import pytest_code
from petard.server.devtools.wire import play_capture, rechunk
from petard.server.room.resume import (
    CannotResume,
    RejoinRecord,
    read_rejoin_record,
    resume,
    take_over,
    write_rejoin_record,
)
from petard.shared.demo.blocks import BlockType, DemoError, blocks_in, payloads_in
from petard.shared.demo.capture import decode_record, encode_record, read_capture
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
from tests.fuzz.target import ROOT, FuzzTarget

TICKS_MOST = 120  # that a target runs again
SESSIONS = ROOT / "tests" / "sessions"
RERUN = 0.6  # CPU seconds for a recording of a few KiB: it holds minutes, and a second of a match takes some 20 ms
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
        rechunk(capture, cut)


def _capture_record(payload: bytes) -> None:
    assert encode_record(decode_record(payload)) == payload


def _wire(data: bytes) -> None:
    play_capture(read_capture(data))


def _demo(name: str, about: str, use: Callable[[Demo], object], slow: float = 0.2) -> FuzzTarget:
    return FuzzTarget(name, about, _on_demo(use), (DemoError,), "demo", changed_demo, slow, INFLATED)


def _file(name: str, about: str, run: Callable[[bytes], object], mutate: Mutator, corpus: str) -> FuzzTarget:
    allowed = (DemoError, CannotResume, ReplayMismatch)
    return FuzzTarget(name, about, run, allowed, corpus, mutate, RERUN, INFLATED)


TARGETS = (
    FuzzTarget("demo-blocks", "the blocks of a recording", _blocks, (DemoError,), "demo", changed_demo, 0.1, INFLATED),
    _demo("demo-reader", "all records of a recording", _read),
    _demo("demo-watch", "what clients were sent", _watch),
    _demo("demo-rerun", "a recording, run again", _rerun, RERUN),
    _demo("demo-verify", "a recording, run again and compared", _verify, RERUN),
    _demo("demo-trim", "a recording, cut", _trim, RERUN),
    _demo("demo-dump", "a recording as text and JSON", _dump, RERUN),
    _demo("demo-info", "what is in a recording", _info),
    _demo("demo-playback", "a recording, watched", _play_back, RERUN),
    _demo("demo-diff", "a recording, compared with another", _diff, RERUN),
    _demo("demo-to-test", "a recording as the code of a test", _to_test, RERUN),
    FuzzTarget("demo-summary", "a recording in the list of recordings", lambda data: demo_summary_of("a", data), (),
               "demo", changed_demo, RERUN, INFLATED),
    _file("resume", "a recording that a match goes on from", _resume, changed_demo, "demo"),
    FuzzTarget("rejoin-record", "the members beside a recording (.seats)", _rejoin_record, (CannotResume,),
               mutate=changed_text),
    FuzzTarget("capture", "a wire capture", _capture, (DemoError,), "capture", changed_capture, RERUN, INFLATED),
    FuzzTarget("capture-record", "the payload of one record of a capture", _capture_record, (DemoError,)),
    FuzzTarget("captured-stream", "the stream that a capture shows", messages_in, (), "stream"),
    _file("capture-player", "a capture, played to a real server", _wire, changed_capture, "capture"),
)  # fmt: skip
