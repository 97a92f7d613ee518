"""Chromium without a window, driven by its DevTools protocol over a WebSocket of aiohttp."""

import asyncio
import base64
import contextlib
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

PROGRAM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
PATIENCE = 30.0  # seconds
OPTIONS = (
    *("--headless=new", "--no-sandbox", "--remote-debugging-port=0", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--hide-scrollbars", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-default-apps", "--disable-sync", "--disable-extensions", "--mute-audio"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

Point = tuple[float, float]  # CSS pixels


@dataclass
class Page:
    """One page. `faults`: what its console was told of errors, and exceptions that nobody caught."""

    browser: "Chromium"
    session: str
    faults: list[str] = field(default_factory=list)

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol."""
        return await self.browser.call(method, parameters, self.session)

    async def screen(self, width: int, height: int, scale: float = 1, is_phone: bool = False) -> None:
        """Set the size of the screen in CSS pixels; a phone has touch and no mouse."""
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": is_phone}
        await self.call("Emulation.setDeviceMetricsOverride", **size)
        await self.call("Emulation.setTouchEmulationEnabled", enabled=is_phone, maxTouchPoints=5 if is_phone else 1)

    async def open(self, url: str) -> None:
        """Go to a page."""
        found = await self.call("Page.navigate", url=url)
        assert "errorText" not in found, found

    async def value(self, expression: str) -> Any:
        """Return the value of an expression, as JSON."""
        found = await self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, (expression, found["exceptionDetails"])
        return found["result"].get("value")

    async def until(self, expression: str) -> None:
        """Wait until an expression is true."""
        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(AssertionError):  # the page may still be loading
                    if await self.value(f"!!({expression})"):
                        return
                await asyncio.sleep(0.02)

    async def fingers(self, *points: Point) -> None:
        """Put fingers there; those that were elsewhere move or are lifted."""
        kind = (
            "touchMove"
            if points and self.browser.touching.get(self.session)
            else "touchStart"
            if points
            else "touchEnd"
        )
        self.browser.touching[self.session] = len(points)
        touch = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        await self.call("Input.dispatchTouchEvent", type=kind, touchPoints=touch)

    async def tap(self, selector: str) -> None:
        """Tap the middle of an element."""
        box = f"(() => {{ const b = document.querySelector({selector!r}).getBoundingClientRect();"
        x, y = await self.value(f"{box} return [b.x + b.width / 2, b.y + b.height / 2]; }})()")
        await self.fingers((x, y))
        await self.fingers()

    async def picture(self, file: Path) -> None:
        """Keep what the screen shows."""
        found = await self.call("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(found["data"]))


class Chromium:
    """A running browser."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self._ws, self._last = ws, 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._pages: dict[str, Page] = {}
        self.touching: dict[str, int] = {}  # fingers by session

    async def read(self) -> None:
        """Read all that comes; ends with the browser."""
        async for message in self._ws:
            told = json.loads(message.data)
            if "id" in told:
                self._answers.pop(told["id"]).set_result(told)
            elif page := self._pages.get(told.get("sessionId", "")):
                self._note(page, told["method"], told["params"])

    @staticmethod
    def _note(page: Page, method: str, parameters: dict[str, Any]) -> None:
        if method == "Runtime.exceptionThrown":
            page.faults.append(json.dumps(parameters["exceptionDetails"])[:500])
        elif method == "Runtime.consoleAPICalled" and parameters["type"] == "error":
            page.faults.append(json.dumps(parameters["args"])[:500])
        elif method == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            page.faults.append(f"{parameters['entry']['text']} {parameters['entry'].get('url', '')}")

    async def call(self, method: str, parameters: dict[str, Any], session: str = "") -> dict[str, Any]:
        """Call a method and return its result."""
        self._last += 1
        answer = self._answers[self._last] = asyncio.get_running_loop().create_future()
        order = {"id": self._last, "method": method, "params": parameters} | ({"sessionId": session} if session else {})
        await self._ws.send_str(json.dumps(order))
        async with asyncio.timeout(PATIENCE):
            told = await answer
        assert "error" not in told, (method, told["error"])
        return dict(told["result"])

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
