"""docs/recordings.md is complete: a reader written from it alone reads every recorded demo as ours does."""

import ast
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import pytest

from petard.shared.demo.blocks import BlockType
from petard.shared.demo.packing import key_changes
from petard.shared.demo.reader import read_demo
from petard.shared.demo.records import RECORDS, Inputs, Record
from tests.sampled import sampled
from tests.shared.demo.matches import record
from tests.tools import second_demo_reader

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
GOLDEN = sorted((ROOT / "tests" / "sessions").rglob("*.petard"))
PAGE = (ROOT / "docs" / "recordings.md").read_text("utf-8")


def plain(value: object) -> object:
    """Tuples as lists, numbers as plain numbers."""
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def named(one: Record) -> tuple[str, object]:
    """A record as the second reader gives it."""
    return type(one).__name__, plain(astuple(one))


@pytest.mark.parametrize("path", sampled(GOLDEN, 5), ids=lambda path: path.stem)
def test_the_second_reader_reads_every_golden_demo(path: Path) -> None:
    is_read_alike(path.read_bytes())


@pytest.mark.slow
def test_it_reads_what_is_written_now() -> None:
    """Without lengths before the records, which the golden ones have: they are of the first days."""
    is_read_alike(record(ticks=700, rounds=2))


def is_shortened(old: Any, read: Any) -> bool:
    """True if a record is what is read of it, but for numbers at the end of its arrays: older files lack some of them.

    New files lack those that are at their defaults (docs/recordings.md).
    """
    if isinstance(old, list | tuple):
        return len(old) <= len(read) and all(map(is_shortened, old, read))
    return bool(old == read)


def is_read_alike(data: bytes) -> None:
    """Record for record, digest for digest, key for key."""
    demo = read_demo(data)
    play, digests, watch = second_demo_reader.read(data)
    assert is_shortened(play, [named(one) for one in demo.records()])
    assert digests == list(demo.digests)
    assert is_shortened(watch, [named(one) for one in demo.records(kind=BlockType.WATCH)])
    changes = [
        (at, slot, keys) for name, row in play if name == "Inputs" for at, slot, keys in second_demo_reader.keys(row)
    ]
    ours = (one for one in demo.records() if isinstance(one, Inputs))
    assert changes == [(at, *pair) for one in ours for at, changed in key_changes(one) for pair in changed.items()]


def test_there_are_golden_demos() -> None:
    assert len(GOLDEN) >= 15


def test_it_stops_where_a_file_is_damaged() -> None:
    data = bytearray(record(ticks=600))
    data[-3000] ^= 1
    digests = second_demo_reader.read(bytes(data))[1]
    assert 0 < len(digests) < 600
    assert digests == list(read_demo(bytes(data)).digests)


def test_it_is_short_and_knows_nothing_of_ours() -> None:
    text = Path(second_demo_reader.__file__).read_text("utf-8")
    assert len(text.splitlines()) <= 60
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert {name for node in imports for name in (getattr(node, "module", None) or node.names[0].name).split()} == {
        "typing",
        "zlib",
    }


def test_every_record_and_field_is_on_the_page() -> None:
    for number, kind in RECORDS.items():
        names = ", ".join(field.name for field in fields(kind))
        assert f"| {number} | {kind.__name__} | {names} |" in PAGE
