"""Browsers at a real room: two phones join, one walks, bombs, and comes back after a reload; a projector watches."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from ipaddress import ip_interface
from pathlib import Path

import pygame
import pytest

from petard.server.net.scram_keys import keys_of
from petard.server.policy.scram import ScramServer
from petard.server.room.outgoing import Outgoing
from petard.shared.protocol.later_messages import GoesOn, MapVotes, Standby, Standbys
from petard.shared.protocol.messages import Bye, Setup
from tests.server.web.browser_page import BrowserPage
from tests.server.web.chromium import Chromium, chromium, needs_chromium
from tests.server.web.firefox import Firefox, firefox, needs_firefox
from tests.server.web.live_room import Pace, live_room
from tests.server.web.page_steps import PHONE, join, shows_a_board, walk_and_bomb
from tests.server.web.test_join_picture import ZBARIMG, decoded

TEAMS = Setup("classic", "last-one-standing", 3, 2, 1, mode="teams", sides=2)
REAL = 1 / 60  # seconds between two ticks, as for people
Browser = Callable[[], AbstractAsyncContextManager[Chromium | Firefox]]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("browser_of", "ready"),
    [
        pytest.param(chromium, "Ready?", marks=needs_chromium),
        pytest.param(firefox, "Готовы?", marks=[pytest.mark.long, needs_firefox]),
    ],
    ids=["Chromium", "Firefox in Russian"],
)
def test_two_phones_play_and_one_is_back_after_a_reload_while_a_projector_shows_them(
    browser_of: Browser, ready: str
) -> None:
    async def conversation() -> None:
        pace = Pace(REAL)
        async with live_room(pace=pace) as room, browser_of() as browser:
            watcher = await browser.page()
            await watcher.screen(960, 540)
            await watcher.open(f"{room.origin()}/watch")
            phone, other = await browser.page(), await browser.page()
            await join(room, phone, "Zoë")
            await join(room, other, "Bo")
            for one in (phone, other):
                await one.until(f"document.querySelector('#ready').textContent === {ready!r}")
                await one.tap("#ready")
            pace.pause = REAL / 4  # nobody walks in the countdown
            await phone.until("petard.room.world && petard.room.world.tick > 120")
            pace.pause = REAL
            await phone.until("petard.room.secondsToGo() === 0 && petard.body && petard.room.phase === 3")
            await walk_and_bomb(phone)
            await other.until("petard.body && petard.seat.slot !== 0")
            await phone.reload()
            await phone.until("window.petard && petard.isReturned && petard.body")
            assert await phone.value("petard.seat.name") == "Zoë"
            await watcher.until("petard.world && petard.world.tick > 180")
            await shows_a_board(watcher)
            for page in (phone, other, watcher):
                assert not page.faults
            await watcher.until("petard.checked")  # by a Digest

    asyncio.run(conversation())


@needs_firefox
def test_a_phone_with_firefox_in_russian_is_in_the_lobby_and_a_projector_knows_its_name() -> None:
    async def conversation() -> None:
        async with live_room(pace=Pace(REAL)) as room, firefox() as browser:
            phone, watcher = await browser.page(), await browser.page()
            await join(room, phone, "Zoë")
            await phone.until("document.querySelector('#ready').textContent === 'Готовы?'")
            await watcher.open(f"{room.origin()}/watch")
            await watcher.until("petard.seats.some((seat) => seat.name === 'Zoë')")
            assert not phone.faults
            assert not watcher.faults

    asyncio.run(conversation())


@needs_chromium
def test_a_phone_chooses_a_side_in_the_lobby(tmp_path: Path) -> None:
    async def conversation() -> None:
        pace = Pace(REAL)
        async with live_room(pace=pace) as room, chromium() as browser:
            phone = await browser.page()
            await join(room, phone, "Zoë")
            assert await phone.value("document.querySelector('#side').hidden")
            room.loopback.server.broadcaster.enqueue(room.loopback.room.choose(TEAMS) or [])
            await phone.until("!document.querySelector('#side').hidden")
            own = "petard.room.sides.get(petard.seat.slot)"
            for side, word in (("Red", 0), ("Blue", 1), ("any", -1), ("Red", 0), ("Blue", 1)):
                await phone.tap("#side" if word else "#colour")
                await phone.until(f"document.querySelector('#side').textContent === 'Side: {side}'")
                assert await phone.value(f"{own}.is_chosen ? {own}.side : -1") == word
            assert await phone.value("document.querySelector('#paint').hidden")
            await phone.picture(tmp_path / "sides.png")
            await phone.tap("#ready")
            pace.pause = REAL / 4
            await phone.until("petard.room.phase === 3 && petard.body")
            assert await phone.value("petard.room.side(petard.seat.slot)") == 1
            assert not phone.faults

    asyncio.run(conversation())


@pytest.mark.long
@needs_chromium
def test_a_phone_asks_for_the_password_again_after_a_wrong_one() -> None:
    async def conversation() -> None:
        async with live_room(pace=Pace(REAL)) as room, chromium() as browser:
            keys = keys_of("Zündschnur", 4096)
            room.loopback.server.handshake.scram = ScramServer(keys, lambda: secrets.token_hex(12))
            phone = await browser.page()
            await phone.screen(*PHONE)
            await phone.open(f"{room.origin()}/j")
            await phone.until("window.petard")
            await phone.value("void (document.querySelector('#name').value = 'Zoë')")
            await phone.tap("#join button")
            await phone.until("!document.querySelector('#lock').hidden")
            for password, then in {
                "Zundschnur": "document.querySelector('#problem').textContent",
                "Zündschnur": "petard.seat",
            }.items():
                await phone.value(f"void (document.querySelector('#password').value = {password!r})")
                await phone.tap("#join button")
                await phone.until(then)
            assert not phone.faults

    asyncio.run(conversation())


@pytest.mark.long
@needs_chromium
def test_a_stage_shows_a_code_that_a_camera_reads_and_an_overlay_has_no_ground(tmp_path: Path) -> None:
    async def conversation() -> None:
        async with live_room("", Pace(REAL)) as room, chromium() as browser:
            room.loopback.server.connections.own_addresses = (ip_interface("10.0.0.5/24"),)
            while (await room.session.get(f"{room.origin()}/join.svg")).status != 200:
                await asyncio.sleep(0.05)
            stage = await browser.page()
            await stage.screen(1280, 720)
            await stage.open(f"{room.origin()}/stage")
            await stage.until("document.body.classList.contains('joinable')")
            await stage.picture(tmp_path / "stage.png")
            if ZBARIMG:
                link = f"http://10.0.0.5:{room.port}/j"
                assert decoded(pygame.image.load(tmp_path / "stage.png"), tmp_path / "again.png") == link
            await stage.open(f"{room.origin()}/watch?overlay")
            await stage.until("document.body.classList.contains('overlay')")
            assert await stage.value("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"
            assert await stage.value("getComputedStyle(document.body).backgroundImage") == "none"
            assert not stage.faults

    asyncio.run(conversation())


@needs_chromium
def test_a_phone_and_a_projector_go_where_the_room_goes_on_with_all_that_they_keep() -> None:
    async def conversation() -> None:
        async with live_room(pace=Pace(REAL)) as elsewhere, chromium() as browser:
            phone, stage = await browser.page(), await browser.page()
            async with live_room(pace=Pace(REAL)) as room:
                await join(room, phone, "Zoë")
                await stage.open(f"{room.origin()}/stage?lang=fr")
                await stage.until("petard.seats.some((seat) => seat.name === 'Zoë')")
                await stage.value("sessionStorage.setItem('petard.evening', JSON.stringify({deeds: {}, last: 'x'}))")
                standby = Standby(1, ("127.0.0.1:1",), elsewhere.port)
                room.loopback.server.broadcaster.enqueue([Outgoing(None, Standbys((standby,)))])
                await asyncio.sleep(0)
                for page in (phone, stage):
                    await page.until("performance.getEntriesByType('resource').some((one) => /finder/.test(one.name))")
                assert await phone.value("location.port") == str(room.port), "it stays while the room is here"
                room.loopback.server.broadcaster.enqueue([Outgoing(None, GoesOn(("127.0.0.1:1",)))])
                await phone.until("petard.isMoving")
                room.loopback.server.close("The host has left.", room.loopback.now)
            for page in (phone, stage):
                await page.until(f"location.port === '{elsewhere.port}' && window.petard")
            await phone.until("petard.seat")
            assert await phone.value("[petard.seat.name, location.hash, location.pathname]") == ["Zoë", "", "/j"]
            await stage.until("petard.seats.some((seat) => seat.name === 'Zoë')")
            assert await stage.value("[location.search, sessionStorage.getItem('petard.evening')]") == [
                "?lang=fr",
                '{"deeds":{},"last":"x"}',
            ]

    asyncio.run(conversation())


@needs_chromium
def test_a_phone_votes_on_the_map_and_sets_the_match_up_once_it_is_host() -> None:
    async def conversation() -> None:
        async with live_room(pace=Pace(REAL)) as room, chromium() as browser:
            phone = await browser.page()
            async with room.browser("pad") as host:
                await host.join("Ada")
                await host.send(Setup("classic", "duel", 5, 0, 1, map_vote=True))
                await join(room, phone, "Zoë")
                assert await phone.value(CHOICES) == ["map"]
                await _choose(phone, "map", "temple")
                await phone.until("document.querySelector('#game p').textContent.startsWith('Temple · ')")
                await phone.until("[...document.querySelectorAll('option')].some((one) => one.text === 'Temple (1)')")
                await host.until(lambda: any(isinstance(one, MapVotes) and one.votes for one in host.received))
                await host.send(Setup("classic", "duel", 5, 0, 1))
                await phone.until("petard.room.lobby.map === 'classic'")
                assert await phone.value(CHOICES) == []
                await host.send(Bye(""))
            await phone.until(f"{CHOICES}.length === 3")
            await _choose(phone, "map", "small")
            await phone.until("petard.room.lobby.map === 'small'")
            await _choose(phone, "mode", "crown")
            await phone.until("petard.room.lobby.mode?.name === 'crown'")
            await _choose(phone, "bots", "2")
            await phone.until("petard.room.lobby.bots === 2")
            kept = await phone.value("[petard.room.lobby.map, petard.room.lobby.rules, petard.room.lobby.rounds]")
            assert kept == ["small", "duel", 5]
            assert not phone.faults

    asyncio.run(conversation())


CHOICES = "[...document.querySelectorAll('#game select')].filter((one) => one.checkVisibility()).map((one) => one.name)"


async def _choose(phone: BrowserPage, name: str, value: str) -> None:
    """Choose an entry of a list as a person does."""
    change = "list.dispatchEvent(new Event('change'))"
    await phone.value(
        f"(() => {{ const list = document.querySelector('[name={name}]'); list.value = {value!r}; {change} }})()"
    )
