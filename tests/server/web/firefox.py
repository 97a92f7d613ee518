"""Firefox without a window, driven by WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/) over a WebSocket."""

import asyncio
import base64
import contextlib
import json
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.server.web.browser_page import PATIENCE, BrowserPage, Commands, Point
from tests.server.web.programs import needs, program

NAMES = ("firefox-esr", "firefox")
PROGRAM = program(*NAMES)
needs_firefox = needs("firefox-esr", *NAMES)
START_WITHIN = 2 * PATIENCE  # seconds
END_WITHIN = 10.0  # seconds
OPTIONS = ("--headless", "--no-remote", "--remote-debugging-port", "0")
SETTINGS: dict[str, bool | int | str] = {
    # Nothing leaves this machine, as far as Firefox can be told so.
    "network.dns.localDomains": "nothing.invalid",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.server": "",
    "browser.safebrowsing.update.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "browser.newtabpage.enabled": False,
    "browser.startup.page": 0,
    "browser.shell.checkDefaultBrowser": False,
    "toolkit.cosmeticAnimations.enabled": False,
    "dom.ipc.processPrelaunch.enabled": False,  # no process in reserve: two cores have enough to do
    "dom.w3c_touch_events.enabled": 1,
    "intl.accept_languages": "ru, en",
    "dom.disable_open_during_load": False,
    "toolkit.startup.max_resumed_crashes": -1,
}


class FirefoxPage(BrowserPage):
    """One page of Firefox."""

    def __init__(self, browser: "Firefox", context: str) -> None:
        super().__init__()
        self._browser, self._context = browser, context
        self._touching: list[Point] = []

    async def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return await self._browser.call(method, {"context": self._context} | parameters)

    async def screen(self, width: int, height: int, scale: float = 1, is_phone: bool = False) -> None:
        size = {"width": width, "height": height}
        await self._call("browsingContext.setViewport", viewport=size, devicePixelRatio=scale)

    async def open(self, url: str) -> None:
        await self._call("browsingContext.navigate", url=url, wait="interactive")

    async def reload(self) -> None:
        await self._call("browsingContext.reload", wait="interactive")

    async def value(self, expression: str) -> Any:
        text = f"(async () => JSON.stringify(await ({expression})) ?? 'null')()"
        target = {"context": self._context}
        found = await self._browser.call(
            "script.evaluate", {"expression": text, "target": target, "awaitPromise": True}
        )
        assert found["type"] == "success", (expression, found.get("exceptionDetails"))
        return json.loads(found["result"]["value"])

    async def fingers(self, *points: Point) -> None:
        before, self._touching = self._touching, list(points)
        hands = [self._finger(number, before, points) for number in range(max(len(before), len(points)))]
        if hands:
            await self._call("input.performActions", actions=hands)

    @staticmethod
    def _finger(number: int, before: list[Point], now: tuple[Point, ...]) -> dict[str, Any]:
        """What one finger does, in two steps for all of them: it moves, and it is put down or lifted."""
        steps: list[dict[str, Any]] = [{"type": "pause"}, {"type": "pause"}]
        if number < len(now):
            x, y = now[number]
            steps[0] = {"type": "pointerMove", "x": round(x), "y": round(y)}
        if number >= len(before):
            steps[1] = {"type": "pointerDown", "button": 0}
        elif number >= len(now):
            steps[1] = {"type": "pointerUp", "button": 0}
        touch = {"pointerType": "touch"}
        return {"type": "pointer", "id": f"finger {number}", "parameters": touch, "actions": steps}

    async def picture(self, file: Path) -> None:
        found = await self._call("browsingContext.captureScreenshot")
        file.write_bytes(base64.b64decode(found["data"]))


class Firefox(Commands):
    """A running browser."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        super().__init__(ws)
        self._pages: dict[str, FirefoxPage] = {}

    def note(self, event: dict[str, Any]) -> None:
        entry = event["params"]
        page = self._pages.get(entry.get("source", {}).get("context", ""))
        if page and entry.get("level") == "error":
            page.faults.append(str(entry["text"])[:500])

    async def page(self) -> FirefoxPage:
        """Open a page with a storage of its own, as on another phone."""
        user = (await self.call("browser.createUserContext", {}))["userContext"]
        made = await self.call("browsingContext.create", {"type": "window", "userContext": user})
        page = self._pages[made["context"]] = FirefoxPage(self, made["context"])
        return page


@asynccontextmanager
async def firefox() -> AsyncIterator[Firefox]:
    """Start a browser, and end it with all its processes."""
    assert PROGRAM
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lines = [f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in SETTINGS.items()]
        Path(folder, "user.js").write_text("".join(lines))
        nothing = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *(PROGRAM, *OPTIONS, "--profile", folder, "about:blank"),
            stdout=nothing,
            stderr=nothing,
            env=os.environ | {"HOME": folder, "MOZ_CRASHREPORTER_DISABLE": "1"},
        )
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.ws_connect(
                    await _address(process, Path(folder, "WebDriverBiDiServer.json")), max_msg_size=0
                ) as ws,
            ):
                browser = Firefox(ws)
                reading = asyncio.create_task(browser.read())
                await browser.call("session.new", {"capabilities": {}})
                await browser.call("session.subscribe", {"events": ["log.entryAdded"]})
                yield browser
                with contextlib.suppress(AssertionError, TimeoutError):
                    await browser.call("browser.close", {})
                await reading
        finally:
            await _end(process)


async def _address(process: asyncio.subprocess.Process, told: Path) -> str:
    """Where it listens, once it has written that down."""
    async with asyncio.timeout(START_WITHIN):
        while True:
            assert process.returncode is None, f"Firefox has ended with {process.returncode}"
            with contextlib.suppress(OSError, ValueError):
                found = json.loads(told.read_text())
                return f"ws://{found['ws_host']}:{found['ws_port']}/session"
            await asyncio.sleep(0.02)


async def _end(process: asyncio.subprocess.Process) -> None:
    """Wait until it has ended; its other processes end with it."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), END_WITHIN)
    with contextlib.suppress(ProcessLookupError):
        if process.returncode is None:
            process.kill()
    await process.wait()
