"""The list: its order, what a query finds, and pages that stay good while rooms come and go."""

import json
import random
from dataclasses import replace
from typing import Any

import pytest

from petard.server.directory.rooms.announcement import RoomFacts, read_announcement
from petard.server.directory.rooms.listing import LIMIT, BadQuery, Key, Listing, cursor_of, read_query
from petard.server.directory.rooms.places import Place
from tests.server.directory_process import announcement


def facts(number: int, **other: Any) -> RoomFacts:
    return read_announcement(json.dumps(announcement(number, **other)).encode()).facts


def listing(*rooms: RoomFacts) -> Listing:
    found = Listing()
    for room in rooms:
        found.put(room, Place("8.8.8.8", 7777))
    return found


def names(found: Listing, **query: str) -> list[str]:
    return [room["name"] for room in json.loads(found.page(read_query(query)))["rooms"]]


def test_the_rooms_with_most_players_come_first_then_by_name() -> None:
    found = listing(
        facts(1, name="b"), facts(2, name="a", players=1), facts(3, name="A", players=2), facts(4, name="a")
    )
    assert names(found) == ["A", "a", "a", "b"]
    found.put(facts(1, name="b", players=9), Place("8.8.8.8", 7777))
    found.drop(f"{2:016x}")
    assert names(found) == ["b", "A", "a"]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, "abcd"),
        ({"name": "HALL"}, "bc"),
        ({"mode": "teams"}, "c"),
        ({"map": "small"}, "b"),
        ({"rules": "duel"}, "d"),
        ({"free": "yes"}, "ad"),
        ({"locked": "yes"}, "d"),
        ({"locked": "no"}, "abc"),
        ({"protocol": "3"}, "a"),
        ({"free": "yes", "locked": "no"}, "a"),
        ({"name": "nobody"}, ""),
    ],
)
def test_a_query_finds_what_it_asks_for(query: dict[str, str], shown: str) -> None:
    found = listing(
        facts(1, name="a", protocol=3, players=4),
        facts(2, name="b Hall", map="small", players=3, places=3),
        facts(3, name="c hall", mode="teams", players=2, draining=True),
        facts(4, name="d", rules="duel", locked=True, players=1),
    )
    assert "".join(name[0] for name in names(found, **query)) == shown


WRONG = {
    "free": ("no", "", "1"), "locked": ("maybe",), "protocol": ("-1", "x", "65536", "\u0663", "1" * 500),
    "limit": ("0", "201", "", " 5"), "name": ("x" * 65,), "order": ("name",), "": ("",),
    "after": ("x", "W10", "bnVsbA", "WzEsMiwzXQ", "\u00e9", "W" * 5000, cursor_of(Key(0, "a", "b")) + "!"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRONG.items() for text in texts])
def test_a_wrong_parameter_is_one_sentence(name: str, text: str) -> None:
    with pytest.raises(BadQuery, match="parameter"):
        read_query({name: text})


def test_pages_hold_each_room_once_also_while_others_come_and_go() -> None:
    chance = random.Random(5)
    found = listing(*(facts(number, name=f"r\u00e9 {number % 50}", players=number % 3) for number in range(1, 501)))
    kept = set(found.rows)
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = json.loads(found.page(read_query({"limit": "7"} | ({"after": after} if after else {}))))
        assert len(page["rooms"]) <= 7
        seen += [room["id"] for room in page["rooms"]]
        after = page["next"]
        gone = page["rooms"][-1]["id"]  # the cursor's own room is one of those that go
        found.drop(gone)
        found.put(facts(chance.randrange(1000, 9999)), Place("8.8.8.8", 7777))
    assert kept <= set(seen)
    assert len(seen) == len(set(seen))


def test_a_page_has_a_hundred_rooms_and_the_last_one_ends_the_list() -> None:
    found = listing(*map(facts, range(1, LIMIT + 1)))
    page = json.loads(found.page(read_query({})))
    assert (len(page["rooms"]), page["next"]) == (LIMIT, None)


def test_a_room_that_says_the_same_again_costs_no_new_text() -> None:
    found = listing(facts(1))
    text = found.rows[f"{1:016x}"].text
    found.put(facts(1), Place("8.8.8.8", 7777))
    assert found.rows[f"{1:016x}"].text is text
    found.put(replace(facts(1), players=2), Place("8.8.8.8", 7777))
    assert json.loads(found.rows[f"{1:016x}"].text)["players"] == 2
