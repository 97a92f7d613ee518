"""What tests do with a page, in any browser; how a browser is told to do it is in chromium.py and firefox.py."""

import asyncio
import contextlib
import json
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import aiohttp

PATIENCE = 30.0  # seconds
MIDDLE = (
    "(() => { const b = document.querySelector('%s').getBoundingClientRect();"
    " return [b.x + b.width / 2, b.y + b.height / 2] })()"
)

Point = tuple[float, float]  # CSS pixels


class BrowserPage(ABC):
    """One page. `faults`: what its console was told of errors, and exceptions that nobody caught."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    @abstractmethod
    async def screen(self, width: int, height: int, scale: float = 1, is_phone: bool = False) -> None:
        """Set the size of the screen in CSS pixels; a phone has touch and no mouse, where the browser can do that."""

    @abstractmethod
    async def open(self, url: str) -> None:
        """Go to a page."""

    @abstractmethod
    async def reload(self) -> None:
        """Load the page again."""

    @abstractmethod
    async def value(self, expression: str) -> Any:
        """Return the value of an expression, as JSON."""

    @abstractmethod
    async def fingers(self, *points: Point) -> None:
        """Put fingers there; those that were elsewhere move or are lifted."""

    @abstractmethod
    async def picture(self, file: Path) -> None:
        """Keep what the screen shows, as PNG."""

    async def until(self, expression: str) -> None:
        """Wait until an expression is true."""
        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(AssertionError):  # the page may still be loading
                    if await self.value(f"!!({expression})"):
                        return
                await asyncio.sleep(0.02)

    async def tap(self, selector: str) -> None:
        """Tap the middle of an element."""
        x, y = await self.value(MIDDLE % selector)
        await self.fingers((x, y))
        await self.fingers()


class Commands:
    """Calls of a browser over a WebSocket: each has a number, by which its answer is found."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self._ws, self._last = ws, 0
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def read(self) -> None:
        """Read all that comes; ends with the browser."""
        async for message in self._ws:
            told = json.loads(message.data)
            if told.get("id") is not None:
                self._answers.pop(told["id"]).set_result(told)
            elif "method" in told:
                self.note(told)

    def note(self, event: dict[str, Any]) -> None:
        """Take in what the browser says by itself."""

    async def call(self, method: str, parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Call a method and return its result."""
        self._last += 1
        answer = self._answers[self._last] = asyncio.get_running_loop().create_future()
        await self._ws.send_str(json.dumps({"id": self._last, "method": method, "params": parameters} | more))
        async with asyncio.timeout(PATIENCE):
            told = await answer
        assert "error" not in told, (method, told)
        return dict(told["result"])
