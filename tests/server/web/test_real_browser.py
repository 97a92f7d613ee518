"""Chromium at a real room: two phones join, one walks, bombs, and comes back after a reload; a projector watches."""

import asyncio
import secrets
from ipaddress import ip_interface
from pathlib import Path

import pygame
import pytest

from petard.server.net.scram_keys import keys_of
from petard.server.policy.scram import ScramServer
from tests.server.web.chromium import PROGRAM, Chromium, Page, chromium
from tests.server.web.live_room import LiveRoom, Pace, live_room
from tests.server.web.test_join_picture import ZBARIMG, decoded

PHONE = (390, 844, 1, True)
REAL = 1 / 60  # seconds between two ticks, as for people
MIDDLE = (
    "(() => { const b = document.querySelector('%s').getBoundingClientRect();"
    " return [b.x + b.width / 2, b.y + b.height / 2] })()"
)
COLOURS = (
    "(() => { const c = document.querySelector('#board'), colours = new Set();"
    " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
    " for (let i = 0; i < d.length; i += 404) colours.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]);"
    " return colours.size })()"
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not PROGRAM, reason="chromium is not installed")]


async def _phone(room: LiveRoom, browser: Chromium, name: str) -> Page:
    """A phone in the lobby."""
    phone = await browser.page()
    await phone.screen(*PHONE)
    await phone.open(f"{room.origin()}/j/AAAUT")
    await phone.until("document.querySelector('#join button')")
    await phone.until("window.petard")
    await phone.value(f"void (document.querySelector('#name').value = {name!r})")
    await phone.tap("#join button")
    await phone.until("petard.seat")
    return phone


async def _drag(phone: Page, x: float, y: float, *others: tuple[float, float]) -> None:
    """Put the thumb on the stick and move it, while other fingers stay where they are."""
    left, top = await phone.value(MIDDLE % "#left")
    await phone.fingers((left, top), *others)
    await phone.fingers((left + x, top + y), *others)


def test_two_phones_play_and_one_is_back_after_a_reload_while_a_projector_shows_them() -> None:
    async def conversation() -> None:
        pace = Pace(REAL)
        async with live_room(pace=pace) as room, chromium() as browser:
            watcher = await browser.page()
            await watcher.screen(960, 540)
            await watcher.open(f"{room.origin()}/watch")
            phone = await _phone(room, browser, "Zoë")
            other = await _phone(room, browser, "Bo")
            for one in (phone, other):
                await one.tap("#ready")
            pace.pause = REAL / 4  # nobody walks in the countdown
            await phone.until("petard.room.world && petard.room.world.tick > 120")
            pace.pause = REAL
            await phone.until("petard.room.secondsToGo() === 0 && petard.body && petard.room.phase === 3")
            await _walks_and_bombs(phone)
            await other.until("petard.body && petard.seat.slot !== 0")
            await phone.call("Page.reload")
            await phone.until("window.petard && petard.isReturned && petard.body")
            assert await phone.value("petard.seat.name") == "Zoë"
            await watcher.until("petard.world && petard.world.tick > 180")
            await _shows_a_board(watcher)
            for page in (phone, other, watcher):
                assert not page.faults
            await watcher.until("petard.checked")  # by a Digest

    asyncio.run(conversation())


@pytest.mark.long
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


async def _walks_and_bombs(phone: Page) -> None:
    place = "JSON.stringify([petard.body.x, petard.body.y])"
    before = await phone.value(place)
    for x, y in ((60, 5), (-60, 5), (5, 60), (5, -60)):  # two of these ways are free
        await _drag(phone, x, y)
        await asyncio.sleep(0.15)
        await phone.fingers()
        if await phone.value(place) != before:
            break
    assert await phone.value(place) != before
    await phone.until("petard.body.keys === 0")
    await _drag(phone, 0, 60, tuple(await phone.value(MIDDLE % "#bomb")))
    await phone.until("petard.keys === 18")  # down and bomb, with two fingers
    await phone.until("[...petard.room.world.tables.bombs.values()].some((bomb) => bomb.owner === petard.seat.slot)")
    await phone.fingers()
    await phone.until("petard.keys === 0")


async def _shows_a_board(watcher: Page) -> None:
    """The canvas holds many colours, the list all players, and the page is told aloud."""
    assert await watcher.value(COLOURS) > 100
    assert await watcher.value("document.querySelectorAll('#players li').length") == 3
    assert "Zoë" in await watcher.value("document.querySelector('#players').textContent")
    assert await watcher.value("document.querySelector('#spoken').ariaLive") == "polite"
