"""A recorded match as one HTML file: it asks for nothing, takes no name for HTML, and plays what was recorded."""

import asyncio
import hashlib
import json
import random
import re
import subprocess
from base64 import b64encode
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest

from petard.game.replays import page_stream
from petard.game.replays.export import main as export
from petard.game.replays.page_file import page_of
from petard.game.replays.page_stream import MatchStream
from petard.game.view.demo_contents import Chapters
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import Began, Record, Seated
from petard.shared.protocol.messages import Events
from petard.shared.protocol.snapshot import COLUMNS, TABLES, Snapshot, Table
from petard.shared.protocol.snapshot_rows import floors_table, with_others
from petard.shared.rules.events import EventType
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import Keys
from tests.server.web.chromium import Page, chromium, needs_chromium
from tests.server.web.pages_in_node import command, needs_node
from tests.shared.demo.matches import record

SESSIONS = Path(__file__).parents[2] / "sessions"
DEMOS = sorted(file.stem for file in SESSIONS.glob("*.petard"))
SIZE_MOST = 450_000  # bytes of a page with three minutes of eight players
BARE_MOST = 300_000  # of that, without the match
LOAD_MOST = 120  # ms until the first picture, on a machine without other work
SAID = (EventType.DIED, EventType.HURRY, EventType.RETURNED)
UNSEEN = ("acks", "moves", "applied", "next_bomb", "turn", "turn_until", "bomb_until", "bomb_from")
EVIL = "</script><b>x&y"  # a legal name
LOADED = "performance.getEntriesByType('resource').map((e) => e.name).filter((name) => !name.startsWith('data:'))"
SIZES = ((390, 844, 2, True), (844, 390, 2, True), (768, 1024, 1, True), (1920, 1080, 1, False))


def demo_of(name: str) -> Demo:
    return read_demo((SESSIONS / f"{name}.petard").read_bytes())


def page_from(demo: Demo, start: int = 0, end: int | None = None) -> str:
    stream = MatchStream(demo, start, end)
    assert list(stream.pieces())[-1] <= 1
    assert not stream.damage
    return page_of(demo.header, stream)


class Tags(HTMLParser):
    """All elements of a page with their attributes, and all that is in scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

        if tag in ("script", "style", "title"):
            self._open = str(dict(attrs).get("id") or tag)

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts[self._open] = self.texts.get(self._open, "") + data


@pytest.fixture(scope="module")
def evil() -> Demo:
    """A match of three rounds; its server, and who has won the first, have names that end a script."""
    demo = demo_of("best_of_three")

    def renamed(note: Record) -> Record:
        if not isinstance(note, Began | Seated):
            return note
        return replace(note, seats=tuple(replace(seat, name=EVIL) if seat.slot == 2 else seat for seat in note.seats))

    vars(demo)["notes"] = tuple(map(renamed, demo.notes))
    demo.header = replace(demo.header, server=EVIL)
    return demo


def test_a_page_names_nothing_outside_of_itself_and_allows_only_its_own_script_and_style(evil: Demo) -> None:
    page = page_from(evil)
    tags = Tags(page)
    addresses = [value for _, found in tags.tags for name, value in found.items() if name in ("src", "href", "action")]
    assert addresses == []
    assert not re.search(r"https?:|wss?:|url\(|@import|\bimport\b|fetch\(|XMLHttp|WebSocket|eval\(", page)
    assert set(re.findall(r'"(/[^"<]*)"', tags.texts["script"])) == {"/s/sheet.webp"}, "which is there for other pages"
    policy = next(found["content"] for tag, found in tags.tags if tag == "meta" and "http-equiv" in found)
    sums = {
        kind: b64encode(hashlib.sha256(tags.texts[kind].encode()).digest()).decode() for kind in ("script", "style")
    }
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{sums['script']}'; style-src 'sha256-{sums['style']}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    assert page.index("Content-Security-Policy") < page.index("<style>"), "what stands before it would be free"
    assert all(name[:2] != "on" and name != "style" for _, found in tags.tags for name in found)


def test_names_are_text_whatever_is_in_them(evil: Demo) -> None:
    page = page_from(evil)
    tags = Tags(page)
    assert [found.get("id") for tag, found in tags.tags if tag == "script"] == [
        "outline",
        "pieces",
        "words",
        "stream",
        None,
    ]
    assert "b" not in [tag for tag, _ in tags.tags]
    assert json.loads(tags.texts["outline"])["about"].startswith(EVIL)
    assert tags.texts["title"].startswith(EVIL)
    assert EVIL in {name for kill in json.loads(tags.texts["outline"])["kills"] for name in kill[3:5]}


def test_a_page_is_small(evil: Demo) -> None:
    every = MatchStream(demo_of("all_items"))
    list(every.pieces())
    assert len(page_of(evil.header, every).encode()) - len(b64encode(every.data)) <= BARE_MOST


@pytest.mark.long
def test_three_minutes_of_eight_players_are_a_small_page() -> None:
    demo = read_demo(record(8, 3600, rounds=5))
    assert len(page_from(demo, 0, 180 * TICK_RATE).encode()) <= SIZE_MOST


def _rows(name: str, table: Table) -> list[list[int]]:
    """All rows of a table, without the columns that a page does not show."""
    masks = [Keys.GONE if column == "keys" else -1 for column in COLUMNS.get(name, ("floor",))]
    columns = [n for n, column in enumerate(COLUMNS.get(name, ("floor",))) if column not in UNSEEN]
    return [[key, *(row[column] & masks[column] for column in columns)] for key, row in sorted(table.items())]


def _line(moment: int, demo: Demo, seen: list[tuple[int, int, Snapshot, int]], happened: list[list[int]]) -> str:
    """What play_recording.mjs must print for a moment. `seen`: moment, round, snapshot, winner."""
    _, number, snapshot, winner = next(entry for entry in reversed(seen) if entry[0] <= moment)
    names, tables = with_others(TABLES, "floors"), with_others(snapshot.tables, floors_table(snapshot.floors))
    rows = [_rows(name, table) for name, table in zip(names, tables, strict=True) if name not in UNSEEN]
    plain = json.dumps([snapshot.tick, list(snapshot.tiles), rows], separators=(",", ":"))
    sitting = Chapters(demo, is_listed=False).seats(moment)
    seats = [[seat.slot, seat.name, seat.colour, seat.character] for seat in sitting]
    over = winner if snapshot.clock[1] >= 0 else None
    line = [moment, number, hashlib.sha1(plain.encode()).hexdigest(), seats, over, happened]
    return json.dumps(line, separators=(",", ":"), ensure_ascii=False)


def _wanted(demo: Demo, moments: list[int]) -> Iterator[str]:
    """The lines for moments to play one after the other, from the recording itself."""
    seen: list[tuple[int, int, Snapshot, int]] = []
    events: list[tuple[int, list[int]]] = []
    number = 0
    for moment, message, snapshot in demo.watch():
        number = getattr(message, "number", number)
        if isinstance(message, Events):
            events += [
                (moment, [one.what, one.slot, one.tile, one.other]) for one in message.events if one.what in SAID
            ]
        seen.append((moment, number, snapshot, snapshot.clock[2]))
    before, group_of = 0, partial(bisect_right, demo.watch_starts)
    for moment in moments:
        jumps = moment < before or group_of(moment) > group_of(before) + 1
        yield _line(moment, demo, seen, [] if jumps else [what for at, what in events if before < at <= moment])
        before = moment


def _plays_alike(tmp_path: Path, name: str, moments: list[int]) -> None:
    demo = demo_of(name)
    moments = [moment for moment in moments if moment <= demo.watch_length]
    node = command(tmp_path, "play_recording.mjs", json.dumps(moments), json.dumps(UNSEEN))
    page = page_from(demo).encode()
    done = subprocess.run(node, input=page, capture_output=True, timeout=120, check=False)
    assert not done.stderr, done.stderr.decode()
    assert done.stdout.decode().splitlines() == list(_wanted(demo, moments))


def _moments(length: int, step: int) -> list[int]:
    """Some played one after the other, then some by chance, then back to the begin."""
    chance = random.Random(14)
    return [*range(1, length, step), *(chance.randrange(length) for _ in range(20)), 0]


@needs_node
@pytest.mark.parametrize("name", ["best_of_three", "rejoin"])
def test_what_a_page_plays_is_what_was_recorded(tmp_path: Path, name: str) -> None:
    _plays_alike(tmp_path, name, _moments(2000, 23))


@needs_node
@pytest.mark.long
@pytest.mark.parametrize("name", DEMOS)
def test_every_moment_that_a_page_plays_is_what_was_recorded(tmp_path: Path, name: str) -> None:
    _plays_alike(tmp_path, name, _moments(demo_of(name).watch_length, 1))


def test_a_page_of_a_part_begins_there_and_lists_the_kills_in_it() -> None:
    demo, stream = demo_of("best_of_three"), MatchStream(demo_of("best_of_three"), 500, 1500)
    list(stream.pieces())
    died = [moment for _, block in demo.event_blocks() for moment, event in block if event.what == EventType.DIED]
    outline = stream.outline
    assert [kill[0] for kill in outline.kills] == [moment - 500 for moment in died if 500 <= moment <= 1500] != []
    assert (outline.length, outline.groups[0][:2]) == (1000, (0, 0))
    assert outline.rounds == [(0, 1), (52, 2), (593, 3)]


def test_an_export_says_what_it_made_and_refuses_what_is_too_long_or_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out, demo = tmp_path / "a.html", str(SESSIONS / "draw.petard")
    assert export([demo, "--html", "-o", str(out)]) == 0
    said = capsys.readouterr()
    assert re.fullmatch(rf"{out}: [\d.]+ s, 1 rounds, 2 kills, \d+ kB\n", said.out)
    kept = out.read_bytes()
    assert export([demo, "--html", "-o", str(out)]) == 2
    assert "it is there already; --force writes over it." in capsys.readouterr().err
    assert export([demo, "--html", "--to", "2s", "--force", "-o", str(out)]) == 0
    assert out.read_bytes() != kept
    with pytest.raises(SystemExit):
        export([demo, "--html", "--plain"])
    assert "a page fits every window" in capsys.readouterr().err
    for name, most, says in (("MINUTES_MOST", 0, "at most 0 minutes"), ("STREAM_MOST", 99, "too large for a page")):
        monkeypatch.setattr(page_stream, name, most)
        assert export([demo, "--html", "-o", str(tmp_path / "b.html")]) == 2
        assert says in capsys.readouterr().err
        monkeypatch.undo()
    assert [file.name for file in tmp_path.iterdir()] == ["a.html"]


def test_a_damaged_recording_is_a_page_up_to_the_damage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cut = tmp_path / "cut.petard"
    cut.write_bytes((SESSIONS / "best_of_three.petard").read_bytes()[:-6000])
    assert export([str(cut), "--html"]) == 0
    assert "seconds before that can be played" in capsys.readouterr().err
    assert (tmp_path / "cut.html").stat().st_size > 100_000


@pytest.mark.slow
@needs_chromium
def test_a_browser_plays_a_page_from_the_disk(evil: Demo, tmp_path: Path) -> None:
    file = tmp_path / "a match.html"
    file.write_bytes(page_from(evil).encode())

    async def conversation() -> None:
        async with chromium() as browser:
            page = await browser.page()
            await page.screen(*SIZES[-1])
            await page.open(file.as_uri())
            await page.until("window.petard && petard.drawn")
            await _is_worked_by_keys(page)
            await _is_worked_by_touch(page)
            for number, size in enumerate(SIZES):
                await page.screen(*size)
                await page.until(f"innerWidth === {size[0]} && petard.drawn.includes(' {size[0]} ')")
                await _fits(page)
                await page.picture(tmp_path / f"{number}.png")
            await page.open(f"{file.as_uri()}?lang=ru")
            await page.until("window.petard && petard.drawn && document.documentElement.lang === 'ru'")
            assert await page.value("document.querySelector('#follow').textContent") == "Всё поле"
            assert await page.value("document.querySelector('#at').ariaLabel") == "Момент"
            assert await page.value(LOADED) == []
            assert not page.faults

    asyncio.run(conversation())


async def _press(page: Page, key: str) -> None:
    for kind in ("keyDown", "keyUp"):
        await page.call("Input.dispatchKeyEvent", type=kind, key=key, text=key if len(key) == 1 else "")


async def _is_worked_by_keys(page: Page) -> None:
    await _press(page, " ")
    await page.until("!petard.isPlaying && document.querySelector('#play').ariaLabel === 'Play the match'")
    await _press(page, "Home")
    await page.until("petard.moment === 0 && petard.room.world.tick === 0")
    await _press(page, "n")
    await page.until("petard.moment > 0 && petard.room.world.tick === petard.moment")
    await page.value("void petard.seek(petard.kills[0].moment)")
    await page.until("document.querySelector('#said').textContent === petard.kills[0].words")
    assert await page.value("document.querySelector('#at').ariaValueText.endsWith('round 1')")
    await _press(page, "End")
    await page.until(f"document.querySelector('#banner').textContent === {EVIL + ' wins the match!'!r}")
    assert EVIL in await page.value("[...document.querySelectorAll('#players b')].map((name) => name.textContent)")
    assert await page.value("document.querySelectorAll('#list button').length") == 3 + 8
    await _press(page, "+")
    await page.until("document.querySelector('#speed').textContent === '2\u00d7'")


async def _is_worked_by_touch(page: Page) -> None:
    await page.screen(*SIZES[0])
    await page.until("petard.drawn.includes(' 390 ')")
    await page.tap("#at")
    await page.until("Math.abs(petard.moment - petard.outline.length / 2) < 60")
    await page.tap("#players button")
    await page.until("petard.followed >= 0 && document.querySelector('#players [aria-pressed=true]')")
    await page.tap("#list .here")
    await page.until("petard.entries.some(({ start }) => start === petard.moment)")
    await page.tap("#play")
    await page.until("petard.isPlaying && petard.room.world.tick > 5")
    await page.tap("#play")
    await page.until("!petard.isPlaying")
    await page.value("void petard.seek(petard.kills[1].moment)")


async def _fits(page: Page) -> None:
    """All buttons are on the screen and large enough for a thumb, and so is the entry of the list that is played."""
    boxes = await page.value(
        "[...document.querySelectorAll('footer button, #board, #players li, .here')].map((one) => "
        "one.getBoundingClientRect())"
        ".map((b) => [b.left, b.top, innerWidth - b.right, innerHeight - b.bottom, b.width, b.height])"
    )
    assert all(min(box[:4]) >= -1 for box in boxes), boxes
    assert all(box[4] >= 40 and box[5] >= 26 for box in boxes), boxes
    left, right = await page.value("(({ left, right }) => [left, innerWidth - right])(board.getBoundingClientRect())")
    assert left == right or min(left, right) > 100, "the board is in the middle, or between two lists"
