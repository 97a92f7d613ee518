"""What tests do on the pages of a room in a browser: a phone joins, walks and bombs; a projector shows a board."""

from tests.server.web.browser_page import MIDDLE, BrowserPage
from tests.server.web.live_room import LiveRoom

PHONE = (390, 844, 1, True)
COLOURS = (
    "(() => { const c = document.querySelector('#board'), colours = new Set();"
    " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
    " for (let i = 0; i < d.length; i += 404) colours.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]);"
    " return colours.size })()"
)
FREE = (  # a step from the tile of the player to one without walls and bricks
    "(() => { const { body, room: { world } } = petard, x = body.x >> 8, y = body.y >> 8;"
    " return [[1, 0], [-1, 0], [0, 1], [0, -1]].find(([a, b]) => world.tiles[(y + b) * world.width + x + a] === 0)"
    " })()"
)


async def join(room: LiveRoom, phone: BrowserPage, name: str) -> None:
    """A phone comes into the lobby."""
    await phone.screen(*PHONE)
    await phone.open(f"{room.origin()}/j/AAAUT")
    await phone.until("document.querySelector('#join button')")
    await phone.until("window.petard")
    await phone.value(f"void (document.querySelector('#name').value = {name!r})")
    await phone.tap("#join button")
    await phone.until("petard.seat")


async def drag(phone: BrowserPage, x: float, y: float, *others: tuple[float, float]) -> None:
    """Put the thumb on the stick and move it, while other fingers stay where they are."""
    left, top = await phone.value(MIDDLE % "#left")
    await phone.fingers((left, top), *others)
    await phone.fingers((left + x, top + y), *others)


async def walk_and_bomb(phone: BrowserPage) -> None:
    """The player walks where the way is free, stops, and then puts a bomb down with a second finger."""
    place = "JSON.stringify([petard.body.x, petard.body.y])"
    before, (x, y) = await phone.value(place), await phone.value(FREE)
    await drag(phone, 60 * x + 5, 60 * y + 5)
    await phone.until(f"{place} !== {before!r}")
    await phone.fingers()
    await phone.until("petard.body.keys === 0")
    await drag(phone, 0, 60, tuple(await phone.value(MIDDLE % "#bomb")))
    await phone.until("petard.keys === 18")  # down and bomb, with two fingers
    await phone.until("[...petard.room.world.tables.bombs.values()].some((bomb) => bomb.owner === petard.seat.slot)")
    await phone.fingers()
    await phone.until("petard.keys === 0")


async def shows_a_board(watcher: BrowserPage) -> None:
    """The canvas holds many colours, the list all players, and the page is told aloud."""
    assert await watcher.value(COLOURS) > 100
    assert await watcher.value("document.querySelectorAll('#players li').length") == 3
    assert "Zoë" in await watcher.value("document.querySelector('#players').textContent")
    assert await watcher.value("document.querySelector('#spoken').ariaLive") == "polite"
