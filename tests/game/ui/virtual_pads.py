"""Plug virtual pads into the SDL that pygame has loaded, run a story, and print the results of Gamepads.

Run as a script, since joysticks belong to a whole process. Exit status 3: this SDL cannot do it.
"""

import ctypes
import json
import sys
from pathlib import Path

import pygame

from petard.game.config.key_sets import NUMBERED, rebound_button
from petard.game.ui.input.gamepads import Gamepads

KINDS = {"mapped": 1, "unmapped": 0}  # SDL_JOYSTICK_TYPE_GAMECONTROLLER has a map of its own, UNKNOWN has none
A, B, X, START, CROSS_UP = 0, 1, 2, {"mapped": 6, "unmapped": 7}, 11


def loaded_sdl() -> ctypes.CDLL:
    """Find the SDL that this process uses; another copy would not know our window."""
    pygame.init()
    pygame.display.set_mode((8, 8))
    maps = Path("/proc/self/maps")
    paths = {line.split()[-1] for line in maps.read_text().splitlines() if "libSDL2-2" in line} if maps.exists() else ()
    for path in paths:
        return ctypes.CDLL(path)
    sys.stderr.write("the SDL of this process cannot be found\n")
    sys.exit(3)


class VirtualPads:
    """Virtual pads of SDL, and the Gamepads under test."""

    def __init__(self) -> None:
        self.sdl = loaded_sdl()
        self.sdl.SDL_JoystickFromInstanceID.restype = ctypes.c_void_p
        if not hasattr(self.sdl, "SDL_JoystickAttachVirtual"):
            sys.exit(3)
        self.pads = Gamepads()
        self.now = 0.0
        self.playing = False
        self.handles: list[ctypes.c_void_p] = []
        self.indexes: list[int] = []

    def plug(self, kind: str) -> None:
        index = self.sdl.SDL_JoystickAttachVirtual(KINDS[kind], 6, 15, 1)
        if index < 0:
            sys.stderr.write("this SDL has no virtual joysticks\n")
            sys.exit(3)
        self.poll()
        instance = self.sdl.SDL_JoystickGetDeviceInstanceID(index)
        self.handles.append(ctypes.c_void_p(self.sdl.SDL_JoystickFromInstanceID(instance)))

    def button(self, button: int, pressed: bool, pad: int = 0) -> None:
        self.sdl.SDL_JoystickSetVirtualButton(self.handles[pad], button, int(pressed))

    def stick(self, x: float) -> None:
        self.sdl.SDL_JoystickSetVirtualAxis(self.handles[0], 0, ctypes.c_int16(int(x * 32767)))

    def cross_up(self, kind: str, pressed: bool) -> None:
        if kind == "mapped":
            self.button(CROSS_UP, pressed)
        else:
            self.sdl.SDL_JoystickSetVirtualHat(self.handles[0], 0, ctypes.c_uint8(int(pressed)))

    def poll(self) -> list[list[object]]:
        """Handle all events; return the Input of each pad and the actions."""
        self.sdl.SDL_JoystickUpdate()
        actions = [a for event in pygame.event.get() for a in self.pads.handle_event(event, self.now, self.playing)]
        actions += self.pads.poll_repeats(self.now)
        return [list(self.pads.poll()), [action.name for action in actions]]


def tour(bench: VirtualPads, kind: str) -> dict[str, object]:
    seen: dict[str, object] = {"before": bench.poll()[0]}
    bench.plug(kind)
    seen["names"] = len(bench.pads.names)
    bench.button(A, True)
    seen["bomb"] = bench.poll()
    seen["again"] = bench.poll()
    bench.button(A, False)
    bench.poll()
    bench.button(B, True)
    bench.sdl.SDL_JoystickUpdate()
    bench.button(B, False)
    seen["tap"] = bench.poll()
    seen["after tap"] = bench.poll()
    bench.cross_up(kind, True)
    seen["cross"] = bench.poll()
    bench.cross_up(kind, False)
    bench.poll()
    bench.stick(0.9)
    seen["stick"] = bench.poll()
    bench.now += 0.5
    seen["held on"] = bench.poll()
    bench.stick(0.2)
    seen["little"] = bench.poll()
    bench.playing = True
    bench.button(A, True)
    seen["playing"] = bench.poll()
    bench.button(A, False)
    bench.poll()
    bench.button(START[kind], True)
    seen["start"] = bench.poll()
    bench.button(START[kind], False)
    bench.poll()
    bench.playing = False
    seen |= rebound_tour(bench, kind)
    bench.button(A, True)
    bench.poll()
    pygame.event.post(pygame.event.Event(pygame.WINDOWFOCUSLOST))
    seen["focus lost"] = bench.poll()
    bench.sdl.SDL_JoystickDetachVirtual(0)
    seen["unplugged"] = bench.poll()
    return seen


def rebound_tour(bench: VirtualPads, kind: str) -> dict[str, object]:
    """Another button drops bombs; in menus nothing changes."""
    buttons, first = bench.pads.buttons, 0 if kind == "mapped" else NUMBERED
    bench.pads.buttons = rebound_button(rebound_button(buttons, "bomb", first + X), "up", first + B)
    seen: dict[str, object] = {"bomb name": bench.pads.bomb_name}
    for name, button in (("other bomb", X), ("no bomb", A), ("other up", B)):
        bench.button(button, True)
        seen[name] = bench.poll()
        bench.button(button, False)
        bench.poll()
    bench.pads.buttons = buttons
    return seen


def numbers(bench: VirtualPads) -> dict[str, object]:
    bench.plug("mapped")
    bench.plug("mapped")
    bench.button(A, True, pad=1)
    both = bench.poll()[0]
    bench.sdl.SDL_JoystickDetachVirtual(0)
    gone = bench.poll()[0]
    bench.plug("unmapped")
    bench.button(A, True, pad=2)
    return {"both": both, "first gone": gone, "third here": bench.poll()[0]}


if __name__ == "__main__":
    story = sys.argv[1]
    seen = numbers(VirtualPads()) if story == "numbers" else tour(VirtualPads(), story)
    sys.stdout.write(json.dumps(seen) + "\n")
