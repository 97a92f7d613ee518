"""Every recorded session plays as recorded, in several ways, and the thing it is named for happens.

Why each is there: tests/sessions/README.md. How they were made: demos.py and captures.py there.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from petard.server.devtools.capture_difference import messages_in
from petard.server.devtools.capture_player import CapturePlayer
from petard.server.devtools.other_build import world_to_json
from petard.server.devtools.pytest_plugin import PetardReplay, PetardWire
from petard.server.room.round import RoundRunner
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.capture import (
    Accepted,
    CaptureEncoder,
    CaptureEnd,
    LoopTurn,
    Received,
    Sent,
    SocketCall,
    SocketFault,
    read_capture,
)
from petard.shared.demo.packing import state_record, world_at
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import Began, WorldState, decode_record, encode_record
from petard.shared.demo.rerun import Rerun
from petard.shared.demo.script import inputs_of, script_of
from petard.shared.protocol.changes import Changes
from petard.shared.protocol.messages import PROTOCOL, Delta, Keyframe, Message, Refused, Results, Welcome
from petard.shared.rules.ruleset import RULES_VERSION
from petard.shared.rules.world import World, copy_world
from tests.pythons import pythons
from tests.sessions.captures import RECORDED, WIRES
from tests.sessions.demos import DEMOS, HALL, OPEN, WHOLE_ROUNDS
from tests.sessions.happens import HAPPENS
from tests.sessions.making import play, presses
from tests.tools.links import link_tree

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "sessions"
DEMO_NAMES = [*DEMOS, *RECORDED]
# Captures of whole matches: they play once in a default run, and in every other way in a long one.
WHOLE_MATCHES = ("best_of_three", "slow_reader")
SHORT_WIRES = [name for name in WIRES if name not in WHOLE_MATCHES]


def in_turns(*ways: object) -> list[Any]:
    """Return each capture with each way to play it; of each short one a single way is in the default run, in turns."""
    return [
        pytest.param(name, way, marks=[pytest.mark.long] * (name in WHOLE_MATCHES or place != number % len(ways)))
        for number, name in enumerate([*SHORT_WIRES, *WHOLE_MATCHES])
        for place, way in enumerate(ways)
    ]


EACH_DEMO = [pytest.param(name, marks=[pytest.mark.long] * (name in WHOLE_ROUNDS)) for name in DEMO_NAMES]
SIZE_MOST = 1_000_000  # bytes of all together
LENGTH_MOST = 60 * 60  # ticks of each


# --- demos ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DEMO_NAMES)
def test_a_demo_plays_as_recorded_and_its_purpose_happens(replay: PetardReplay, name: str) -> None:
    played = replay(name)
    assert HAPPENS[name](played)
    assert 0 < played.demo.length <= LENGTH_MOST
    assert played.demo.damage == ""
    assert watch_demo(played.demo) == played.demo.length


@pytest.mark.parametrize("name", EACH_DEMO)
def test_a_demo_plays_with_its_world_copied_and_through_a_snapshot_and_back(replay: PetardReplay, name: str) -> None:
    copied, recorded = replay(name, copy_every=50), replay(name, through_state=50)
    assert copied.events == recorded.events
    assert copied.world == recorded.world


PLAY_ALL = """
import sys
from pathlib import Path
from petard.server.devtools.playback import play_demo
from petard.server.devtools.wire import play_capture
from petard.shared.demo.reader import read_demo
from petard.shared.demo.capture import read_capture
for file in sorted(Path(sys.argv[1]).glob("*.petard"))[:: int(sys.argv[2])]:
    play_demo(read_demo(file.read_bytes()))
for name in sys.argv[3:]:
    play_capture(read_capture((Path(sys.argv[1]) / f"{name}.wire").read_bytes()))
"""


@pytest.mark.parametrize("seed", [42, *(pytest.param(seed, marks=pytest.mark.long) for seed in (0, 1, 7, 1234))])
def test_all_sessions_play_under_any_hash_seed(seed: int) -> None:
    every = 3 if seed == 42 else 1  # a third of them in the default run
    short = [name for name in WIRES if name not in WHOLE_MATCHES]
    command = [sys.executable, "-c", PLAY_ALL, str(FOLDER), str(every), *short[::every]]
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    ended = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("python", pythons())
def test_demos_give_the_same_digests_on_every_installed_python(python: str) -> None:
    """Played by an interpreter that has nothing of ours but the rules."""
    names = ("chain_of_six", "sixteen_players", "duel")
    demos = [read_demo((FOLDER / f"{name}.petard").read_bytes()) for name in names]
    scripts = [script_of(demo) for demo in demos]
    questions = [
        {"world": world_to_json(script.start), "inputs": [list(keys.items()) for keys in inputs_of(script)], "look": []}
        for script in scripts
    ]
    done = subprocess.run(
        [python, str(ROOT / "server" / "devtools" / "other_build.py")],
        input="".join(json.dumps(question) + "\n" for question in questions),
        env={**os.environ, "PYTHONPATH": str(link_tree()), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    for demo, script, line in zip(demos, scripts, done.stdout.splitlines(), strict=True):
        assert json.loads(line)["digests"] == list(demo.digests[: script.ticks])


# --- captures ---------------------------------------------------------------------------------------------------------


def _heard(name: str) -> list[Received]:
    records = read_capture((FOLDER / f"{name}.wire").read_bytes()).socket_records()
    return [record for record in records if isinstance(record, Received)]


def messages_to(player: CapturePlayer, line: int) -> list[Message | bytes]:
    return messages_in(bytes(player.connections[line].sent))


def glued_hello(player: CapturePlayer) -> bool:
    first, second = _heard("glued_hello")[:2]
    size = 4 + int.from_bytes(first.data[:4], "big")
    return size < len(first.data) and len(second.data) > 100 and isinstance(messages_to(player, 1)[0], Welcome)


def split_hello(player: CapturePlayer) -> bool:
    pieces = _heard("split_hello")
    return all(len(piece.data) == 1 for piece in pieces[:30]) and isinstance(messages_to(player, 1)[0], Welcome)


def slow_reader(player: CapturePlayer) -> bool:
    """The slow client got fewer states than the other; one of them leads over all that it missed, up to the end."""
    slow, quick = (_ticks(messages_to(player, line)) for line in (1, 2))
    was_full = any(
        isinstance(record, Sent) and not record.data
        for record in read_capture((FOLDER / "slow_reader.wire").read_bytes()).socket_records()
    )
    return was_full and len(slow) + 100 < len(quick) and slow[0] > quick[0] + 100 and slow[-1] > quick[-1] - 30


def _ticks(messages: list[Message | bytes]) -> list[int]:
    """The ticks of the states in a stream."""
    ticks: list[int] = []
    for message in messages:
        match message:
            case Keyframe(tick):
                ticks.append(tick)
            case Delta(later):
                ticks.append(ticks[-1] + later)
    return ticks


def reset_in_mid_frame(player: CapturePlayer) -> bool:
    records = list(read_capture((FOLDER / "reset_in_mid_frame.wire").read_bytes()).socket_records())
    faults = [record for record in records if isinstance(record, SocketFault) and record.connection == 1]
    is_reset = any(fault.call is SocketCall.RECV for fault in faults)
    stream = b"".join(record.data for record in records if isinstance(record, Received) and record.connection == 1)
    at = 0
    while at + 4 <= len(stream):
        at += 4 + int.from_bytes(stream[at : at + 4], "big")
    return is_reset and at != len(stream)


def rejoin(player: CapturePlayer) -> bool:
    welcomes = [
        message for line in player.connections for message in messages_to(player, line) if isinstance(message, Welcome)
    ]
    return [welcome.returned for welcome in welcomes] == [False, False, True]


def _refused(player: CapturePlayer) -> int:
    return sum(isinstance(message, Refused) for line in player.connections for message in messages_to(player, line))


def _over(player: CapturePlayer) -> bool:
    return all(
        any(type(message) is Results and message.match_over for message in messages_to(player, n))
        for n in player.connections
    )


WIRE_HAPPENS: dict[str, Callable[[CapturePlayer], bool]] = {
    "glued_hello": glued_hello,
    "split_hello": split_hello,
    "slow_reader": slow_reader,
    "reset_in_mid_frame": reset_in_mid_frame,
    "malformed_peers": lambda player: _refused(player) == 7 and sum("broke the" in line for line in player.log) == 8,
    "flood": lambda player: any("inputs a second" in line for line in player.log),
    "silence": lambda player: _refused(player) == 2 and "sent nothing for 10 seconds" in player.log[-1],
    "crowd_of_strangers": lambda player: len(player.connections) == 71 and _refused(player) >= 8,
    "rejoin": rejoin,
    "best_of_three": _over,
    "stopped_for_a_while": lambda player: len(player.log) == 3 and isinstance(messages_to(player, 3)[0], Welcome),
}


@pytest.mark.parametrize("name", WIRES)
def test_a_capture_plays_as_recorded_and_its_purpose_happens(wire: PetardWire, name: str) -> None:
    assert WIRE_HAPPENS[name](wire(name))


@pytest.mark.parametrize(("name", "cut"), in_turns("bytes", 1, "whole"))
def test_a_capture_plays_the_same_however_it_is_cut(wire: PetardWire, name: str, cut: str | int) -> None:
    wire(name, cut=cut)


def _through_record(match: RoundRunner) -> World:
    """The world of a match, put together from its record."""
    state = decode_record(encode_record(state_record(0, match.world, {})))
    assert isinstance(state, WorldState)
    return world_at(Began(0, 1, 0, match.world.rules, ("." * match.world.width,) * match.world.height, (), ()), state)


def _copied(match: RoundRunner) -> World:
    return copy_world(match.world)


@pytest.mark.parametrize(("name", "anew"), in_turns(_copied, _through_record))
def test_a_capture_plays_with_another_but_equal_world(name: str, anew: Callable[[RoundRunner], World]) -> None:
    player = CapturePlayer(read_capture((FOLDER / f"{name}.wire").read_bytes()))
    for number, step in enumerate(read_capture((FOLDER / f"{name}.wire").read_bytes()).steps):
        player.step(step)
        match = player.room.matches.match
        if match and number % 50 == 0:
            match.round.world = anew(match.round)


@pytest.mark.parametrize("name", WIRES)
def test_no_token_and_no_address_is_in_a_capture(name: str) -> None:
    capture = read_capture((FOLDER / f"{name}.wire").read_bytes())
    stream = b"".join(getattr(record, "data", b"|") for record in capture.socket_records())
    assert set(re.findall(rb"[0-9a-f]{32}", stream)) <= {b"%032x" % number for number in range(100)}
    assert not re.search(rb"10\.0\.\d", stream)


@pytest.mark.parametrize("protocol", [1, PROTOCOL + 1])
def test_a_capture_of_another_protocol_is_refused_with_one_sentence(protocol: int) -> None:
    start = read_capture((FOLDER / "silence.wire").read_bytes()).start
    encoder = CaptureEncoder(replace(start, protocol=protocol))
    encoder.add([LoopTurn(0, 1), Accepted(1, 0), Received(1, b"\x00\x00\x00\x04\x93\x02\x01\x90"), CaptureEnd(1)])
    encoder.close_block()
    sentence = rf"^This capture is of protocol {protocol}; this Petard reads protocol {PROTOCOL}\.$"
    with pytest.raises(DemoError, match=sentence):
        read_capture(encoder.data_to_write())


# --- the collection ---------------------------------------------------------------------------------------------------


def _table(which: str) -> list[str]:
    text = (FOLDER / "README.md").read_text(encoding="utf-8").split(f"<!-- {which} -->")[1].split("<!-- end -->")[0]
    return re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)


def test_each_session_is_in_the_table_and_all_are_small() -> None:
    assert sorted(_table("demos")) == sorted(file.stem for file in FOLDER.glob("*.petard")) == sorted(DEMO_NAMES)
    assert sorted(_table("captures")) == sorted(file.stem for file in FOLDER.glob("*.wire")) == sorted(WIRES)
    assert sum(file.stat().st_size for file in FOLDER.rglob("*.*") if file.suffix in (".petard", ".wire")) < SIZE_MOST


def watch_demo(demo: Demo) -> int:
    """Watch all that the clients were sent; returns the number of ticks."""
    ticks, before = 0, 0
    for moment, message, _ in demo.watch():
        ticks += moment - before if isinstance(message, Changes) else 0
        before = moment
    return ticks


@pytest.mark.parametrize("version", range(1, RULES_VERSION + 1))
def test_a_demo_of_every_version_of_the_rules_can_be_watched_to_its_end(version: int) -> None:
    demo = read_demo((FOLDER / "versions" / f"{version}.petard").read_bytes())
    assert demo.header.rules == version
    assert demo.watch_starts
    assert watch_demo(demo) == demo.length > 600


def test_a_demo_of_other_rules_can_be_watched_but_not_run_again() -> None:
    demo = read_demo(play(OPEN, HALL, 120, {0: presses(".31 R60"), 1: []}, version=0))
    assert watch_demo(demo) == 120
    with pytest.raises(DemoError, match=r"^This demo was played by rules 0; .*can only show it\.$"):
        Rerun(demo)
