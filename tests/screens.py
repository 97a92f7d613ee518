"""Real windows for tests: a virtual screen, programs on it, and key presses for them."""

import os
import shutil
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import cast

import pytest

NEEDED = ("Xvfb", "xdotool")
MISSING = [program for program in NEEDED if not shutil.which(program)]
wants_screen = pytest.mark.skipif(
    bool(MISSING) and not os.environ.get("CI"),
    reason=f"install {' and '.join(MISSING).lower()} (Debian: apt-get install xvfb xdotool)",
)
FRAMEBUFFER = "Xvfb_screen0"  # the file in which Xvfb keeps the pixels of its screen
PETARD = Path(sys.executable).with_name("petard")  # the installed commands, not the modules
PETARD_SERVER = Path(sys.executable).with_name("petard-server")


class Screen:
    """One virtual screen of 1280 x 720, with its own home folder for the programs on it."""

    def __init__(self, display: str, home: Path, server: subprocess.Popen[bytes]) -> None:
        self._home = home
        self._server = server
        self._env = {name: value for name, value in os.environ.items() if not name.startswith(("SDL_", "WAYLAND"))}
        self._env |= {"DISPLAY": display, "SDL_AUDIODRIVER": "dummy", "HOME": str(home)}
        self._env |= {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}

    @contextmanager
    def petard(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Run the game on this screen; it is ended after the block."""
        with running([str(PETARD), *arguments], self._env) as game:
            yield game

    def press(self, *keys: str) -> None:
        """Press keys, by their X names, one after the other."""
        subprocess.run(["xdotool", "key", "--delay", "60", *keys], env=self._env, check=True, timeout=20)

    def await_window(self) -> None:
        """Wait until a window is open, and give it the keyboard focus."""
        find = ["xdotool", "search", "--sync", "--onlyvisible", "--class", "petard"]
        window = subprocess.run(find, env=self._env, check=True, timeout=30, capture_output=True, text=True)
        number = window.stdout.split()[0]
        subprocess.run(["xdotool", "windowfocus", "--sync", number], env=self._env, check=True, timeout=10)

    @property
    def shown(self) -> bytes:
        """The pixels of the whole screen, as they lie in its memory: an XWD file without its head and its palette."""
        raw = (self._home / FRAMEBUFFER).read_bytes()
        head = struct.unpack(">25I", raw[:100])
        return raw[head[0] + 12 * head[19] :]

    def colour(self, x: int, y: int) -> tuple[int, int, int]:
        """Return red, green and blue of a pixel of the screen, 0 to 255 each, whatever its bits are."""
        raw = (self._home / FRAMEBUFFER).read_bytes()
        head = struct.unpack(">25I", raw[:100])
        size, order, bits, line = head[0] + 12 * head[19], head[7], head[11], head[12]
        start = size + y * line + x * bits // 8
        value = int.from_bytes(raw[start : start + bits // 8], "big" if order else "little")
        parts = ((value & mask) * 255 // mask for mask in head[14:17])
        return cast("tuple[int, int, int]", tuple(parts))

    def vanish(self) -> None:
        """End the X server under the programs on the screen."""
        self._server.kill()
        self._server.wait(10)


@contextmanager
def screen(home: Path, depth: int = 24, *options: str) -> Iterator[Screen]:
    """A virtual screen with so many bits of colour, and options of Xvfb; it is closed after the block."""
    home.mkdir(exist_ok=True)
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"1280x720x{depth}", "-nolisten", "tcp"]
    command += ["-fbdir", str(home), *options]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            yield Screen(f":{pipe.readline().strip()}", home, server)
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def running(command: Sequence[str], env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """A process with pipes; it is ended after the block."""
    with ExitStack() as stack:
        child = stack.enter_context(
            subprocess.Popen(
                command, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        )
        stack.callback(child.kill)
        yield child


def line_with(child: "subprocess.Popen[str]", text: str, seconds: float = 20.0) -> str:
    """Read stderr of a process up to a line with this text; after so many seconds end the process, and fail."""
    assert child.stderr
    timer = threading.Timer(seconds, child.kill)
    timer.start()
    lines = []
    try:
        for line in child.stderr:
            lines.append(line)
            if text in line:
                return line
    finally:
        timer.cancel()
    raise AssertionError(f"no {text!r} within {seconds} s in:\n{''.join(lines)}")
