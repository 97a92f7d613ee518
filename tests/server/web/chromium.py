"""Chromium without a window, driven by its DevTools protocol over a WebSocket of aiohttp."""

import asyncio
import base64
import contextlib
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from tests.server.web.browser_page import PATIENCE, BrowserPage, Commands, Point
from tests.server.web.programs import needs, program

NAMES = ("chromium", "chromium-browser")
PROGRAM = program(*NAMES)
needs_chromium = needs("chromium", *NAMES)
OPTIONS = (
    *("--headless=new", "--no-sandbox", "--remote-debugging-port=0", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--hide-scrollbars", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-default-apps", "--disable-sync", "--disable-extensions", "--mute-audio"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


class Page(BrowserPage):
    """One page of Chromium."""

    def __init__(self, browser: "Chromium", session: str) -> None:
        super().__init__()
        self._browser, self._session = browser, session
        self._touching = 0  # fingers

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol."""
        return await self._browser.call(method, parameters, sessionId=self._session)

    async def screen(self, width: int, height: int, scale: float = 1, is_phone: bool = False) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": is_phone}
        await self.call("Emulation.setDeviceMetricsOverride", **size)
        await self.call("Emulation.setTouchEmulationEnabled", enabled=is_phone, maxTouchPoints=5 if is_phone else 1)

    async def open(self, url: str) -> None:
        found = await self.call("Page.navigate", url=url)
        assert "errorText" not in found, found

    async def reload(self) -> None:
        await self.call("Page.reload")

    async def value(self, expression: str) -> Any:
        found = await self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, (expression, found["exceptionDetails"])
        return found["result"].get("value")

    async def fingers(self, *points: Point) -> None:
        kind = "touchMove" if points and self._touching else "touchStart" if points else "touchEnd"
        self._touching = len(points)
        touch = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        await self.call("Input.dispatchTouchEvent", type=kind, touchPoints=touch)

    async def languages(self, accepted: str) -> None:
        """Let the browser be set to languages, as the header Accept-Language lists them."""
        agent = await self.value("navigator.userAgent")
        await self.call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=accepted)

    async def picture(self, file: Path) -> None:
        found = await self.call("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(found["data"]))


class Chromium(Commands):
    """A running browser."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        super().__init__(ws)
        self._pages: dict[str, Page] = {}

    def note(self, event: dict[str, Any]) -> None:
        page, method, parameters = self._pages.get(event.get("sessionId", "")), event["method"], event["params"]
        if page is None:
            return
        if method == "Runtime.exceptionThrown":
            page.faults.append(json.dumps(parameters["exceptionDetails"])[:500])
        elif method == "Runtime.consoleAPICalled" and parameters["type"] == "error":
            page.faults.append(json.dumps(parameters["args"])[:500])
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            page.faults.append(f"{parameters['entry']['text']} {parameters['entry'].get('url', '')}")

    async def page(self) -> Page:
        """Open a page with a storage of its own, as on another phone."""
        context = (await self.call("Target.createBrowserContext", {}))["browserContextId"]
        target = await self.call("Target.createTarget", {"url": "about:blank", "browserContextId": context})
        attached = await self.call("Target.attachToTarget", {"targetId": target["targetId"], "flatten": True})
        page = self._pages[attached["sessionId"]] = Page(self, attached["sessionId"])
        for domain in ("Page", "Runtime", "Log"):
            await page.call(f"{domain}.enable")
        return page


@asynccontextmanager
async def chromium() -> AsyncIterator[Chromium]:
    """Start a browser, and end it."""
    assert PROGRAM
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        nothing = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            PROGRAM, *OPTIONS, f"--user-data-dir={folder}", "about:blank", stdout=nothing, stderr=nothing
        )
        try:
            told = Path(folder, "DevToolsActivePort")
            async with asyncio.timeout(PATIENCE):
                while not told.exists() or told.read_text().count("\n") < 1:
                    await asyncio.sleep(0.02)
            port, path = told.read_text().split("\n")[:2]
            url = f"ws://127.0.0.1:{port}{path}"
            async with aiohttp.ClientSession() as session, session.ws_connect(url, max_msg_size=0) as ws:
                browser = Chromium(ws)
                reading = asyncio.create_task(browser.read())
                yield browser
                with contextlib.suppress(AssertionError, TimeoutError):
                    await browser.call("Browser.close", {})
                await reading
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
            await process.wait()
