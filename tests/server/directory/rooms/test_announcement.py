"""What a room says about itself: clean text, exact types, and one sentence for everything else."""

import json
from typing import Any

import pytest

from petard.server.directory.rooms.announcement import (
    BODY_MOST,
    FIELDS,
    BadAnnouncement,
    read_announcement,
    secret_digest,
)
from petard.shared.protocol.names import is_display_line
from tests.server.directory_process import announcement


def read(**other: Any) -> Any:
    return read_announcement(json.dumps(announcement(**other)).encode())


def test_what_is_said_is_what_is_read() -> None:
    found = read(number=7, address="2001:DB8::7", players=3)
    said = announcement(7, address="2001:DB8::7", players=3)
    assert {name: said[name] for name in FIELDS} == {
        name: list(value) if isinstance(value := getattr(found.facts, name), tuple) else value for name in FIELDS
    }
    assert (found.port, found.address) == (7777, "2001:db8::7")


def test_the_secret_is_not_kept() -> None:
    found = read(secret="ab" * 16)
    assert found.secret == secret_digest("ab" * 16)
    assert "abab" not in repr(found)


def test_what_may_be_left_out_has_a_default() -> None:
    said = announcement()
    for name in ("words", "watchers", "draining"):
        del said[name]
    facts = read_announcement(json.dumps(said).encode()).facts
    assert (facts.words, facts.watchers, facts.draining) == ((), 0, False)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Ada's \t den ", "Ada's den"),
        ("a\u202eb\u200bc\x1b[2J", "abc[2J"),
        ("x" * 500, "x" * 32),
        ("\u202e\u0007", "Petard"),
        ("e\u0301" * 40, "\u00e9" * 32),
        ("Z\u0300\u0301\u0302\u0303\u0304", "Z\u0300\u0301\u0302"),
    ],
)
def test_names_are_cleaned_as_in_the_room(typed: str, shown: str) -> None:
    name = read(name=typed).facts.name
    assert name == shown
    assert is_display_line(name)


WRONG: list[tuple[str, Any]] = [
    ("id", 7), ("id", "0" * 16), ("id", "ABCDEF0123456789"), ("id", "1" * 17), ("id", None),
    ("secret", "1"), ("secret", "0" * 32), ("secret", ["1" * 32]),
    ("port", 0), ("port", 22), ("port", 65536), ("port", "7777"), ("port", True), ("port", 7777.0),
    ("address", "example.org"), ("address", "127.1"), ("address", "fe80::1%eth0"), ("address", 1), ("address", ""),
    ("name", 5), ("name", None), ("name", ["Ada"]), ("build", {}), ("protocol", -1), ("protocol", 10**30),
    ("words", "modes"), ("words", [1]), ("words", ["a"] * 33), ("words", ["\u202e"]),
    ("map", ""), ("map", "../etc"), ("map", "x" * 33), ("mode", 1), ("rules", "a b"),
    ("phase", "LOBBY"), ("phase", 1), ("players", True), ("players", -1), ("places", 10_000), ("watchers", "0"),
    ("locked", 1), ("locked", "no"), ("draining", 0),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_field_is_one_sentence_that_names_it(field: str, value: Any) -> None:
    with pytest.raises(BadAnnouncement, match=f"^The field {field} is .*\\.$"):
        read(**{field: value})


@pytest.mark.parametrize("name", [name for name in ("id", "secret", "port", *FIELDS) if len(FIELDS.get(name, "1")) < 2])
def test_a_field_that_is_needed_is_missed(name: str) -> None:
    said = announcement()
    del said[name]
    with pytest.raises(BadAnnouncement, match=f"field {name} "):
        read_announcement(json.dumps(said).encode())


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b"7", b"\xff\xfe{\x00}\x00", b"{", b"[" * BODY_MOST, b'{"a":' * 800, b"9" * BODY_MOST,
        b'{"id": NaN}', b'"\\ud800"', b"\x00" * 100,
    ],
)  # fmt: skip
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(BadAnnouncement):
        read_announcement(body)


def test_a_surrogate_in_a_name_reaches_no_list() -> None:
    assert read(name="a\ud800b").facts.name == "ab"
