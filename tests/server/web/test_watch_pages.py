"""Chromium at the pages that watch: they follow a player, play sounds on request, and show a room how it stands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from petard.server.room.outgoing import Outgoing
from petard.server.web import relay
from petard.shared.protocol.messages import Events, Message, Results, Roster, Score, Seat
from petard.shared.rules.events import Event, EventType
from tests.server.web.browser_page import PATIENCE, BrowserPage
from tests.server.web.chromium import chromium, needs_chromium
from tests.server.web.live_room import LiveRoom, Pace, live_room

REAL, SLOW = 1 / 60, 0.25  # seconds between two ticks: as for people; so that nobody dies meanwhile
FOLLOWED = "document.querySelector('#players [aria-pressed=true] b')?.textContent"
WHOLE = (  # all of the board is seen, and the camera has arrived
    "(() => { const board = document.querySelector('#board'), { width, height } = petard.world;"
    " return !camera.moves && camera.side === Math.floor(Math.min(board.width / width, board.height / height)) })()"
)
NEAR = "!camera.moves && Math.abs(camera.side - document.querySelector('#board').height / 9) < 1"
NEXT = "document.querySelector('#next').textContent"
WATCH_THE_CAMERA = (  # it may be near and back again between two looks of a slow machine
    "void (window.nearest = 0, window.look = () => {"
    " nearest = Math.max(nearest, camera.side); requestAnimationFrame(look) }, look())"
)
SOUNDS = "performance.getEntriesByType('resource').filter(({ name }) => name.includes('/sounds/')).length"
NAMES = (
    "Maximilian Weber",
    "Wolfgang Mueller",
    "Anne-Marie Lopez",
    "Bartholomew King",
    "Guillaume Dupont",
    "Hannelore Fische",
)
CUT = (  # the names in the list that are shortened, and those that are below its lower edge
    "(() => { const list = document.querySelector('#players'), all = [...list.querySelectorAll('b')];"
    " return all.filter((name) => name.scrollWidth > name.clientWidth"
    " || name.getBoundingClientRect().bottom > list.getBoundingClientRect().bottom)"
    ".map((name) => name.textContent) })()"
)
WITH_CODE = (  # the room has an address that phones reach, so the picture for them is below the list
    "void (document.querySelector('#join img').style.height = '46vh', document.body.classList.add('joinable'))"
)

pytestmark = [pytest.mark.slow, needs_chromium]


@pytest.fixture(autouse=True)
def _quick_confirmations(monkeypatch: pytest.MonkeyPatch) -> None:
    """A relay that confirms late on a busy machine is spared events."""
    monkeypatch.setattr(relay, "CONFIRM_EVERY", 0.02)


@asynccontextmanager
async def watched(path: str) -> AsyncIterator[tuple[LiveRoom, BrowserPage, "asyncio.Task[None]", Pace]]:
    """A page in a room where Ada, by a task, plays a round with a bot."""
    pace = Pace(REAL)
    async with live_room(pace=pace) as room, chromium() as browser:
        page = await browser.page()
        await page.screen(1280, 720)
        await page.open(f"{room.origin()}{path}")
        await page.until("window.petard?.lobby.map")
        async with room.browser("pad") as pad:
            await pad.join("Ada")
            await page.until("petard.seats.some(({ name }) => name === 'Ada')")
            playing = asyncio.create_task(pad.play(100_000))
            try:
                yield room, page, playing, pace
            finally:
                playing.cancel()
        assert not page.faults


async def key(page: BrowserPage, name: str) -> None:
    """Press a key."""
    await page.value(f"void document.dispatchEvent(new KeyboardEvent('keydown', {{ key: {name!r} }}))")


def send(room: LiveRoom, *messages: Message) -> None:
    """Let all read something."""
    room.loopback.server.broadcaster.enqueue([Outgoing(None, message) for message in messages])


def test_a_page_follows_who_is_named_in_its_address_or_chosen_by_click_or_key_and_is_silent_until_it_is_asked() -> None:
    async def conversation() -> None:
        async with watched("/watch?follow=ADA") as (_, page, _, pace):
            await page.until("petard.world?.tick > 0")
            pace.pause = SLOW
            await page.until(f"{FOLLOWED} === 'Ada'")
            await page.until(NEAR)
            await page.value("void document.querySelector('#players [aria-pressed=true]').click()")
            await page.until(WHOLE)
            await key(page, "2")
            await page.until(f"{FOLLOWED} && {FOLLOWED} !== 'Ada'")
            await page.until(NEAR)
            await key(page, "Escape")
            await page.until(WHOLE)
            assert await page.value(SOUNDS) == 0
            await page.value("void document.querySelector('#sound').click()")
            await page.until("window.sounds?.count > 15")
            assert await page.value("document.querySelector('#sound').ariaPressed") == "true"

    asyncio.run(conversation())


def test_a_projector_shows_the_next_match_the_table_of_the_evening_and_where_something_happens() -> None:
    async def conversation() -> None:
        async with watched("/stage") as (room, page, playing, pace):
            await page.until(f"{NEXT}.endsWith('Best of 3')")
            assert await page.value(NEXT) == "Classic\nLast one standing\nBest of 3"
            await page.value(WATCH_THE_CAMERA)
            assert await page.value("document.querySelector('#evening').hidden")
            await page.until("petard.world && !petard.secondsToGo()")
            pace.pause = SLOW
            await page.until(WHOLE)
            seats = room.loopback.room.seats.by_slot
            ada, bot = sorted(seats, key=lambda slot: seats[slot].name != "Ada")
            died = Events(1, (Event(EventType.DIED, bot, 20, ada),))
            await page.value("void (nearest = 0)")
            send(room, died)
            await page.until(f"document.querySelector('#spoken').textContent === 'Ada got {seats[bot].name}'")
            await page.until("nearest > 1.05 * document.querySelector('#board').height / petard.world.height")
            await page.until(WHOLE)
            playing.cancel()
            send(room, Results(1, ada, (Score(ada, 1), Score(bot, 0)), False, -1, 300))
            await page.until("document.querySelector('#spoken').textContent === 'Ada wins the round. Ada leads'")
            room.loopback.server.broadcaster.enqueue(room.loopback.room.end_match())
            line = "[...document.querySelectorAll('#lines td')].map(({ textContent }) => textContent).join()"
            await page.until(f"{line} === ',Ada,0,1,1'")
            await page.reload()
            await page.until(f"{line} === ',Ada,0,1,1'")

    asyncio.run(conversation())


@pytest.mark.long
def test_the_names_of_24_players_are_whole_on_a_projector() -> None:
    async def conversation() -> None:
        async with watched("/stage") as (room, page, _, pace):
            await page.screen(1920, 1080)
            await page.until("petard.world?.tick > 0")
            pace.pause = SLOW
            await page.value(WITH_CODE)
            for count in (12, 24):
                named = [
                    (slot, NAMES[slot % len(NAMES)][: 16 - slot // 12] + "2" * (slot // 12)) for slot in range(count)
                ]
                seats = tuple(Seat(slot, 0, name, slot % 8, slot % 8, False, True, slot % 4, 0) for slot, name in named)
                is_whole = f"document.querySelectorAll('#players li').length === {count} && {CUT}.length === 0"
                async with asyncio.timeout(PATIENCE):
                    while not await page.value(is_whole):
                        send(room, Roster(seats, ()))  # again: the room may send its own meanwhile
                        await asyncio.sleep(0.05)

    asyncio.run(conversation())


def test_without_scripts_the_room_is_a_plain_table() -> None:
    async def conversation() -> None:
        async with live_room(pace=Pace(REAL)) as room, chromium() as browser:
            page = await browser.page()
            await page.call("Emulation.setScriptExecutionDisabled", value=True)
            await page.open(f"{room.origin()}/watch")
            await page.until("location.pathname === '/table' && document.querySelector('table')")
            assert "In the lobby" in await page.value("document.body.textContent")

    asyncio.run(conversation())
