"""What counts of the answer of a directory: whatever it sends, only what is safe to show and to connect to."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from petard.game.view.listed_rooms import PAGE, ROOMS_MOST, BadList, PublicRoom, RoomQuery, rooms_in
from petard.shared.protocol.beacon import FoundServer
from petard.shared.protocol.messages import BUILD, PROTOCOL, Phase
from tests.game.view.listings import DIRECTORY, listing, page


def one(peer: str = DIRECTORY, **changed: Any) -> list[PublicRoom]:
    """What counts of a list with one room."""
    return [*rooms_in(page(listing(**changed)), peer).rooms]


def test_a_room_has_what_the_directory_says() -> None:
    answer = rooms_in(page(listing(phase="playing", watchers=2, locked=True, draining=True), after="WzMs"), DIRECTORY)
    facts = ("classic", "last-one-standing", Phase.PLAYING, 1, 8, 2, True, BUILD, PROTOCOL, "8.8.8.1", 7777, None)
    assert answer.rooms == (
        PublicRoom(FoundServer("0000000000000001", "Room 1", *facts), "last-one-standing", is_draining=True),
    )
    assert answer.after == "WzMs"


def test_fields_may_be_missing_or_new_where_the_document_says_so() -> None:
    room = listing(later={"much": [1]})
    del room["watchers"], room["draining"], room["words"]
    assert len(rooms_in(page(room), DIRECTORY).rooms) == 1
    assert one(phase="intermission")[0].found.phase != Phase.LOBBY  # of a later version


NO_VALUES: tuple[Any, ...] = (None, [], {}, 1.5)
NUMBERS = ("port", "players", "places", "watchers", "protocol")
WRONG: list[dict[str, Any]] = [
    *({key: value} for key in listing() if key != "words" for value in NO_VALUES),
    *({key: ""} for key in ("id", "address", "name", "map", "mode", "rules")),
    *({key: 7} for key in ("id", "address", "name", "build", "map", "mode", "rules", "phase", "locked")),
    *({key: value} for key in NUMBERS for value in (-1, 65536, 10**30, True, "7")),
    *({"port": value} for value in (0, 22, 1023)),
    *({"id": value} for value in ("0" * 16, "0123456789ABCDEF", "0123456789abcde", "0123456789abcdef0", "g" * 16)),
    *({key: "x" * 33} for key in ("map", "mode", "rules", "build")),
    *({key: "../etc"} for key in ("map", "mode", "rules")),
    {"name": "\u202e\u200b"}, {"name": "x" * 501}, {"draining": "no"},
    {"address": "example.org"}, {"address": "8.8.8.8:7777"}, {"address": "2001:4860::8%eth0"}, {"address": "010.8.8.8"},
    {"address": "8.8.8"}, {"address": "224.0.0.1"}, {"address": "0.0.0.0"}, {"address": "255.255.255.255"},
    {"address": "::"}, {"address": "ff02::1"}, {"address": "2002:7f00:1::"}, {"address": "240.0.0.1"},
]  # fmt: skip


@pytest.mark.parametrize("changed", WRONG, ids=str)
def test_a_room_with_a_wrong_field_is_left_out_and_the_others_count(changed: dict[str, Any]) -> None:
    rooms = rooms_in(page(listing(1, **changed), listing(2)), DIRECTORY).rooms
    assert [room.found.name for room in rooms] == ["Room 2"]


PRIVATE = (
    "10.0.0.1",
    "192.168.1.1",
    "172.16.0.1",
    "169.254.1.1",
    "100.64.0.1",
    "fe80::1",
    "fc00::1",
    "::ffff:10.0.0.1",
)
LOOPBACK = ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")
GLOBAL = ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8")


@pytest.mark.parametrize(
    ("peer", "allowed"),
    [
        ("9.9.9.9", GLOBAL), ("2606:4700::1", GLOBAL), ("::ffff:9.9.9.9", GLOBAL),
        ("192.168.1.5", GLOBAL + PRIVATE), ("fe80::5%eth0", GLOBAL + PRIVATE),
        ("127.0.0.1", GLOBAL + PRIVATE + LOOPBACK), ("::1", GLOBAL + PRIVATE + LOOPBACK),
    ],
)  # fmt: skip
def test_a_directory_cannot_send_us_into_a_network_that_it_is_not_in(peer: str, allowed: tuple[str, ...]) -> None:
    assert tuple(address for address in GLOBAL + PRIVATE + LOOPBACK if one(peer, address=address)) == allowed


def test_texts_are_cleaned_and_names_are_not_too_long() -> None:
    found = one(name="  A\x1b[31m\u202eda\t\n \u200b" + "x" * 100, build="0.2.0\x00")[0].found
    assert found.name == "A[31mda " + "x" * 24
    assert found.build == "0.2.0"


def test_rooms_whose_names_look_alike_are_marked() -> None:
    names = ("Den", "\u0414en", "D\u0435n", "Attic", "dEN")
    rooms = rooms_in(page(*(listing(number, name=name) for number, name in enumerate(names, 1))), DIRECTORY).rooms
    assert [room.found.name for room in rooms if room.is_doubtful] == ["Den", "D\u0435n", "dEN"]


def test_a_room_and_an_address_are_there_once() -> None:
    entries = [listing(1), listing(1, name="Again", address="8.8.8.9"), listing(2, address="8.8.8.1"), listing(3)]
    assert [room.found.name for room in rooms_in(page(*entries), DIRECTORY).rooms] == ["Room 1", "Room 3"]


def test_a_room_of_another_version_says_what_is_needed() -> None:
    assert one(protocol=PROTOCOL + 1, build="9.0")[0].found.reason == f"needs Petard 9.0, you have {BUILD}"


BAD: list[bytes] = [
    b"", b"null", b"[]", b"{}", b'{"rooms": {}}', b"{", b"\xff\xfe", b"<html>", b"[" * 100_000,
    b'{"rooms": ' + b"[" * 50_000, b'{"rooms": [' + b"9" * 5000 + b"]}", b"NaN",
]  # fmt: skip


@pytest.mark.parametrize("body", BAD, ids=range(len(BAD)))
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(BadList):
        rooms_in(body, DIRECTORY)


@pytest.mark.parametrize("after", [1, "", "x" * 501, "a b", "\u00e9", "a\n", [], {}, True])
def test_a_cursor_that_is_none_ends_the_list(after: object) -> None:
    assert rooms_in(page(listing(), after=after), DIRECTORY).after == ""


def test_only_so_many_rooms_are_read() -> None:
    rooms = [listing(1, id=f"{number:016x}", port=1024 + number) for number in range(1, ROOMS_MOST + 99)]
    assert len(rooms_in(json.dumps({"rooms": rooms}).encode(), DIRECTORY).rooms) == ROOMS_MOST


def test_a_query_is_the_path_that_the_document_describes() -> None:
    asked = urlsplit(RoomQuery("a&b=\u00e9 #", "teams", True, True, "x+/=").path)
    assert asked.path == "/rooms"
    wanted = {"limit": PAGE, "name": "a&b=\u00e9 #", "mode": "teams", "free": "yes", "locked": "no", "after": "x+/="}
    assert parse_qs(asked.query) == {key: [str(value)] for key, value in wanted.items()}
    assert parse_qs(urlsplit(RoomQuery().path).query) == {"limit": [str(PAGE)]}
