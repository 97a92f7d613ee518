"""PROTOCOL.md says what the code does: its tables are the code's, and its examples decode from the page alone."""

import ast
import json
import re
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from petard.shared.framing import LIMIT_SERVER, Decoder
from petard.shared.protocol.beacon import Question
from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.later_messages import CopyKind, CopyPart, Promote, SeatSide, SideChoice, Sides
from petard.shared.protocol.messages import MESSAGES, PROTOCOL, Delta, Input, Message, RefusalCode, Refused, Say
from petard.shared.protocol.snapshot import Table
from petard.shared.protocol.state import delta_of, digest_of, keyframe_of
from petard.shared.rules.ruleset import CLASSIC_COURSE, DUEL, LAST_ONE_STANDING, RuleSet
from tests.ends import boards
from tests.server.beacons import FindableServer, ask, free_port
from tests.shared.protocol.test_beacon import ANSWER, DEN, GOLDEN
from tests.shared.protocol.test_state import play
from tests.tools import second_beacon, second_decoder, second_state
from tests.tools.links import ROOT
from tests.tools.protocol_doc import TABLES_OF_THE_PAGE
from tests.tools.vectors import FILE, plain

TEXT = (ROOT / "PROTOCOL.md").read_text(encoding="utf-8")
VECTORS = json.loads(FILE.read_text(encoding="utf-8"))
WORKED: list[list[Message]] = [
    [Input(300, (17,), 12)],
    [Say("hi"), Refused(RefusalCode.FULL, "Full, sorry!")],
    [SideChoice(1, 2), Sides((SeatSide(0, 1, True), SeatSide(1, 0, False)))],
    [CopyPart(CopyKind.ROOM, 0, 0, "e30=", True), Promote("Bye.")],
    [Delta(1, ((0, 17, 1, 1), (8, 0, 3, 3, 1024), (9, 0, 1, 3)))],
]


def worked_examples(kind: str = "hex") -> list[bytes]:
    """Return the bytes of each block of a kind; words behind two spaces explain them."""
    blocks = re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)
    return [bytes.fromhex("".join(line.split("  ")[0] for line in block.splitlines())) for block in blocks]


def test_every_table_is_on_the_page_once() -> None:
    assert sorted(re.findall(r"<!-- table: (\w+) -->", TEXT)) == sorted(TABLES_OF_THE_PAGE)


def test_the_page_states_its_version() -> None:
    assert f"Protocol version {PROTOCOL}." in TEXT


def test_the_worked_examples_are_what_the_page_says_they_are() -> None:
    streams = worked_examples()
    assert [[decode(payload) for payload in Decoder(LIMIT_SERVER).receive_data(data)] for data in streams] == WORKED


def test_the_second_decoder_reads_the_worked_examples() -> None:
    read = [
        [second_decoder.message(payload) for payload in second_decoder.payloads(data)] for data in worked_examples()
    ]
    assert read == [[(type(said).__name__, plain(said)) for said in example] for example in WORKED]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_second_decoder_reads_every_golden_vector(vector: dict[str, Any]) -> None:
    read = second_decoder.message(bytes.fromhex(vector["payload"]))
    assert json.dumps(read) == json.dumps([vector["message"], vector["fields"]])  # JSON tells true from 1


def test_the_second_decoder_knows_every_message() -> None:
    assert {number: kind.__name__ for number, kind in MESSAGES.items()} == second_decoder.NAMES


def test_the_second_decoder_skips_a_message_from_64_on() -> None:
    assert second_decoder.message(b"\x92\x65\xc0") == ("", [])


@pytest.mark.parametrize("program", [second_decoder, second_state])
def test_a_program_written_from_the_page_alone_knows_nothing_of_the_game(program: ModuleType) -> None:
    tree = ast.parse(Path(program.__file__ or "").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


@pytest.mark.parametrize(("rules", "every", "gap"), [(LAST_ONE_STANDING, 1, 1), (CLASSIC_COURSE, 3, 1), (DUEL, 2, 7)])
def test_a_program_written_from_the_page_alone_agrees_with_every_digest(rules: RuleSet, every: int, gap: int) -> None:
    states = play(rules, 4, 900, every, seed=every)[::gap]
    board = boards()["classic"]
    followed = second_state.SecondState(board.width, board.height)
    followed.take_keyframe(*_fields_of(keyframe_of(states[0])))
    for number, (old, new) in enumerate(pairwise(states)):
        followed.take_delta(*_fields_of(delta_of(old, new)))
        if not number % 20:
            assert (followed.tick, followed.checksum()) == tuple(_fields_of(digest_of(new)))
    assert followed.tick == states[-1].tick


def test_a_digest_is_of_the_first_nine_tables_alone() -> None:
    state = play(DUEL, 2, 9, 3, seed=1)[-1]
    row: Table = {1: (1,)}
    snapshot = replace(state.snapshot, tables=(*state.snapshot.tables[:-4], row, row, row, row))
    later = replace(state, snapshot=replace(snapshot, floors=b"\0\1".ljust(len(snapshot.tiles), b"\0")))
    board = boards()["classic"]
    followed = second_state.SecondState(board.width, board.height)
    followed.take_keyframe(*_fields_of(keyframe_of(later)))
    assert followed.tables[10] == followed.tables[14] == {1: [1]}
    assert (followed.tick, followed.checksum()) == tuple(_fields_of(digest_of(state)))


def _fields_of(message: Message) -> list[Any]:
    return second_decoder.message(encode(message))[1]


def test_the_worked_datagrams_are_the_golden_ones() -> None:
    question, answer = worked_examples("datagram")
    assert [question.hex(), answer.hex()] == [GOLDEN[Question(300)], GOLDEN[ANSWER]]
    name, fields = second_beacon.datagram(answer)
    assert isinstance(fields[3], dict)
    assert (name, fields[:3]) == ("Answer", [300, 1_700_000_000_000, 16_000])
    assert list(fields[3].values()) == list(plain(DEN))
    assert second_beacon.datagram(question.ljust(second_beacon.SIZE, b"\0")) == ("Question", [300])


def test_a_program_written_from_the_page_alone_finds_a_server() -> None:
    with (
        closing(FindableServer(free_port())) as findable,
        ask(findable.beacon.sockets.port, second_beacon.question(1_000_000)) as asker,
    ):
        findable.beacon.update(0.0)
        name, (nonce, _, _, card) = second_beacon.datagram(asker.recv(4096))
        assert (name, nonce) == ("Answer", 1_000_000)
        assert isinstance(card, dict)
        assert (card["id"], card["port"], card["locked"]) == (findable.id, findable.loopback.listeners.port, False)
