"""The page and the picture: complete, escaped, without foreign content, and without what clients may not know."""

import base64
import hashlib
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from petard.server.http.figures import ServerFigures
from petard.server.http.pages import POLICY, SCRIPT, STYLE, page
from petard.server.http.picture import picture
from petard.shared.protocol.messages import Phase
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.rules.items import ITEM_MOST, Item
from petard.shared.rules.world import Tile
from tests.ends import boards
from tests.server.http.sample import ADA, FIZZ, STATUS, figures, world

BAD = "<img src=x onerror=alert(1)>'\"&\u202e"
VOID = {"meta", "link", "img", "br"}


class Balance(HTMLParser):
    """Notes what is open, what was never opened, and all attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("style", "script"):
            self.text += f"{data} "


def parsed(html: str) -> Balance:
    balance = Balance()
    balance.feed(html)
    assert (balance.wrong, balance.open) == ([], [])
    return balance


def with_status(**changes: object) -> ServerFigures:
    return figures(replace(STATUS, **changes))  # type: ignore[arg-type]


def test_the_page_shows_players_score_and_board() -> None:
    text = " ".join(parsed(page(figures(), True, "ok")).text.split())
    for words in ("Den", "1:39", "Round 3", "best of 5", "Ada host · 12 ms 2", "Fizz bot · out 1", "Watching: Zoë"):
        assert words in text
    for words in ("Small", "Duel", "password", "1 of 4 places taken by people", "up 1 h", "port 7777"):
        assert words in text
    assert "p99 30.0 ms" in text
    assert "hung" not in text


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_has_a_complete_page(phase: Phase) -> None:
    found = replace(with_status(phase=phase), left=None, seen=None if phase is Phase.LOBBY else figures().seen)
    assert (
        f"Round 3{'' if phase is Phase.PLAYING else ' is'}" in parsed(page(found, True, "ok")).text
        or phase is Phase.LOBBY
    )


def test_an_empty_room_and_a_full_one_have_a_complete_page() -> None:
    nobody = with_status(phase=Phase.LOBBY, seats=(), watchers=(), host="", people=0)
    assert "Nobody is here yet." in parsed(page(nobody, True, "ok")).text
    crowd = tuple(replace(FIZZ, slot=slot, name=f"Bot {slot}", colour=slot % 16) for slot in range(64))
    assert "Bot 63" in parsed(page(with_status(seats=crowd), True, "ok")).text


@pytest.mark.parametrize(("health", "words"), [("draining", "about to stop"), ("hung: no tick for 3.2 s", "is hung")])
def test_a_server_that_is_not_well_says_so_on_its_page(health: str, words: str) -> None:
    assert words in parsed(page(figures(), False, health)).text


def test_names_are_escaped() -> None:
    seats = (replace(ADA, name=BAD), FIZZ)
    found = with_status(name=BAD, seats=seats, watchers=(BAD,), host=BAD, map=BAD, rules=BAD)
    html = page(found, False, BAD)
    assert "<img" not in html.lower()
    assert not [name for _, name, _ in parsed(html).attributes if name.startswith("on")]


def test_the_page_loads_nothing_from_elsewhere_and_needs_no_looser_policy() -> None:
    html = page(figures(), True, "ok")
    attributes = parsed(html).attributes
    links = [value for _, name, value in attributes if name in ("href", "src", "action", "data", "srcset")]
    assert links
    assert [value for value in links if not value.startswith(("/", "#", "data:image/svg+xml,"))] == []
    assert not re.search(r"url\((?!#|.?data:)|@import", html)
    assert "style" not in {name for _, name, _ in attributes}  # the policy would throw it away
    assert html.count("<style>") == html.count("<script>") == 1
    assert f"<style>{STYLE}</style>" in html
    assert f"<script>{SCRIPT}</script>" in html
    for kind, text in (("style", STYLE), ("script", SCRIPT)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'; " in POLICY
    assert "unsafe" not in POLICY
    assert POLICY.startswith("default-src 'none'")


def test_the_picture_is_well_formed_and_shows_all_that_a_round_has() -> None:
    seen = snapshot_of(world(), {})
    svg = picture(boards()["small"], seen, STATUS.seats)
    root = ElementTree.fromstring(svg)
    used = [element.get("href") for element in root.iter("use")]
    defined = {f"#{element.get('id')}" for element in root.iter() if element.get("id")}
    assert set(used) <= defined
    items = {"#bomb", "#flame", "#skate", "#kick", "#shield", "#fruit"}
    assert items | {"#petard", "#body", "#eyes"} <= set(used)
    assert [text.text for text in root.iter("text")] == ["Ada", "Fizz"]
    assert re.findall(r"url\((#\w+)\)", svg) == ["#floor", "#wall", "#brick"]


def test_an_item_of_a_later_version_is_drawn_with_a_question_mark() -> None:
    round_ = world()
    tile = next(iter(round_.items))
    svgs = []
    for number in (max(Item), max(Item) + 1, ITEM_MOST):
        round_.items = {tile: number}
        svgs.append(picture(boards()["small"], snapshot_of(round_, {}), ()))
    used = [re.findall(r'href="#(disease|unknown)"', svg) for svg in svgs]
    assert used == [["disease"], ["unknown"], ["unknown"]]
    assert 'id="unknown"' in svgs[1]


def test_every_tile_of_a_kind_is_drawn_once() -> None:
    seen = snapshot_of(world(), {})
    walls = re.search(r'<path fill="url\(#wall\)" d="([^"]+)"', picture(boards()["small"], seen, ()))
    assert walls
    boxes = re.findall(r"M(\d+) (\d+)h(\d+)v32h-\3z", walls[1])
    drawn = [(int(x) // 32 + step, int(y) // 32) for x, y, wide in boxes for step in range(int(wide) // 32)]
    tiles = [(at % seen.width, at // seen.width) for at, tile in enumerate(seen.tiles) if tile == Tile.WALL]
    assert drawn == tiles


def test_what_a_brick_hides_is_on_no_picture() -> None:
    full, bare = world(), world()
    assert full.hidden
    bare.hidden.clear()
    bare.rng = 7
    shown = [picture(boards()["small"], snapshot_of(one, {}), STATUS.seats) for one in (full, bare)]
    assert shown[0] == shown[1]


def test_a_player_who_is_out_is_not_on_the_board() -> None:
    round_ = world()
    round_.players[1].died_at = 5
    svg = picture(boards()["small"], snapshot_of(round_, {}), STATUS.seats)
    assert svg.count('href="#body"') == 1
    assert ">Fizz<" not in svg
