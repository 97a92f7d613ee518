"""Game pads: which are here, what is held on each, and what a press means in a menu.

Rule 1: pads come and go at any time. A pad keeps its place while it is here; the next one gets the first free place.
Rule 2: a pad that SDL has a map for speaks in buttons with names. Any other is guessed at: first hat, first two axes,
        first two buttons. The events of both kinds arrive for a mapped pad, and only the named ones count.
Rule 3: a tap between two ticks is not lost, as on the keyboard.
"""

from dataclasses import dataclass, field

import pygame
from pygame._sdl2 import controller

from petard.game.ui.input.actions import MenuAction, Repeat
from petard.shared.rules.world import Keys

DEAD_ZONE = 0.4  # of the way to the rim
LET_GO = 0.3  # a held direction is let go of here, so that a stick on the edge does not flutter
SIDEWAYS = 0.5  # the lesser axis counts from this part of the greater one, or nobody could walk straight
RIM = 32767  # what SDL calls the rim for a mapped pad

# Beyond the bits of Keys. A press may mean one thing in the game and another in a menu.
CONFIRM, BACK, START = 1 << 8, 1 << 9, 1 << 10
GAME_BITS = Keys.UP | Keys.DOWN | Keys.LEFT | Keys.RIGHT | Keys.BOMB
MEANS: dict[int, MenuAction] = {
    Keys.UP: MenuAction.UP,
    Keys.DOWN: MenuAction.DOWN,
    Keys.LEFT: MenuAction.LEFT,
    Keys.RIGHT: MenuAction.RIGHT,
    CONFIRM: MenuAction.CONFIRM,
    BACK: MenuAction.BACK,
    START: MenuAction.CONFIRM,
}
BUTTONS: dict[int, int] = {
    pygame.CONTROLLER_BUTTON_DPAD_UP: Keys.UP,
    pygame.CONTROLLER_BUTTON_DPAD_DOWN: Keys.DOWN,
    pygame.CONTROLLER_BUTTON_DPAD_LEFT: Keys.LEFT,
    pygame.CONTROLLER_BUTTON_DPAD_RIGHT: Keys.RIGHT,
    pygame.CONTROLLER_BUTTON_A: Keys.BOMB | CONFIRM,
    pygame.CONTROLLER_BUTTON_B: Keys.BOMB | BACK,
    pygame.CONTROLLER_BUTTON_START: START,
    pygame.CONTROLLER_BUTTON_BACK: BACK,
}
GUESSED_BUTTONS: dict[int, int] = {0: Keys.BOMB | CONFIRM, 1: Keys.BOMB | BACK, 7: START, 9: START}
MAPPED = frozenset({pygame.CONTROLLERBUTTONDOWN, pygame.CONTROLLERBUTTONUP, pygame.CONTROLLERAXISMOTION})
UNMAPPED = frozenset({pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP, pygame.JOYAXISMOTION, pygame.JOYHATMOTION})


@dataclass(slots=True)
class _Pad:
    """One pad: what each part of it holds down, and what went down since the last tick."""

    joystick: pygame.joystick.JoystickType
    mapped: controller.Controller | None
    place: int
    parts: dict[tuple[str, int], int] = field(default_factory=dict)
    stick: list[float] = field(default_factory=lambda: [0.0, 0.0])
    tapped: int = 0

    @property
    def bits(self) -> int:
        together = 0
        for bits in self.parts.values():
            together |= bits
        return together


class Gamepads:
    """All pads of this machine. Make it after `pygame.init`; no pads and no support for pads are fine."""

    def __init__(self) -> None:
        self._pads: dict[int, _Pad] = {}  # by instance id, in the order of their coming
        self._repeat = Repeat()
        try:
            pygame.joystick.init()  # every pad that is here already is told of as if it came now
            controller.init()
        except pygame.error:
            pygame.joystick.quit()

    @property
    def names(self) -> tuple[str, ...]:
        """What the pads call themselves, by place."""
        return tuple(pad.joystick.get_name() for pad in sorted(self._pads.values(), key=lambda pad: pad.place))

    @property
    def places(self) -> tuple[int, ...]:
        """The places that are taken, in order."""
        return tuple(sorted(pad.place for pad in self._pads.values()))

    def hear(self, event: pygame.event.Event, now: float, playing: bool = False) -> list[MenuAction]:
        """Take note of one event and answer with what it means in a menu.

        While somebody is `playing`, the pad is for the game: only Start means something beside it, namely BACK, the
        same as Escape on the keyboard.
        """
        if event.type == pygame.JOYDEVICEADDED:
            self._add(event.device_index)
        elif event.type == pygame.JOYDEVICEREMOVED:
            self._pads.pop(event.instance_id, None)
            self._repeat.forget(event.instance_id)
        elif event.type == pygame.WINDOWFOCUSLOST:
            self.release()
        elif event.type in MAPPED or event.type in UNMAPPED:
            pad = self._pads.get(event.instance_id)
            if pad is not None and (pad.mapped is not None) == (event.type in MAPPED):
                return self._press(event.instance_id, pad, event, now, playing)
        return []

    def tick(self, now: float) -> list[MenuAction]:
        """Answer with the directions that count again because they are still held."""
        return self._repeat.tick(now)

    def held(self) -> tuple[int, ...]:
        """Answer with the Input of each pad, by place (0 on a free place); call it once a tick."""
        inputs = [Keys.NONE] * (1 + max((pad.place for pad in self._pads.values()), default=-1))
        for pad in self._pads.values():
            inputs[pad.place] = (pad.bits | pad.tapped) & GAME_BITS
            pad.tapped = 0
        return tuple(inputs)

    def release(self) -> None:
        """Let go of everything, as when the focus is lost."""
        for instance, pad in self._pads.items():
            pad.parts.clear()
            pad.tapped = 0
            self._repeat.forget(instance)

    def _add(self, index: int) -> None:
        try:
            joystick = pygame.joystick.Joystick(index)
            mapped = controller.Controller(index) if controller.is_controller(index) else None
        except pygame.error:
            return  # gone again already
        if joystick.get_instance_id() not in self._pads:
            taken = {pad.place for pad in self._pads.values()}
            place = next(place for place in range(len(taken) + 1) if place not in taken)
            self._pads[joystick.get_instance_id()] = _Pad(joystick, mapped, place)

    def _press(
        self, instance: int, pad: _Pad, event: pygame.event.Event, now: float, playing: bool
    ) -> list[MenuAction]:
        before = pad.bits
        _take(pad, event)
        after = pad.bits
        pad.tapped |= after & ~before
        actions: list[MenuAction] = []
        for bit, action in MEANS.items():
            if before & ~after & bit:
                self._repeat.release(instance, action)
            elif after & ~before & bit and not playing:
                actions += self._repeat.press(instance, action, now)
            elif after & ~before & bit & START:
                actions.append(MenuAction.BACK)
        return actions


def _take(pad: _Pad, event: pygame.event.Event) -> None:
    if event.type in (pygame.CONTROLLERBUTTONDOWN, pygame.CONTROLLERBUTTONUP):
        pad.parts["button", event.button] = BUTTONS.get(event.button, 0) * (event.type == pygame.CONTROLLERBUTTONDOWN)
    elif event.type in (pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP):
        pad.parts["button", event.button] = GUESSED_BUTTONS.get(event.button, 0) * (event.type == pygame.JOYBUTTONDOWN)
    elif event.type == pygame.JOYHATMOTION:
        pad.parts["hat", event.hat] = bits_of_hat(*event.value)
    elif event.axis < 2:  # a mapped pad's left stick, and what is the left stick of nearly every other
        pad.stick[event.axis] = event.value / RIM if event.type == pygame.CONTROLLERAXISMOTION else event.value
        pad.parts["stick", 0] = bits_of_stick(pad.stick[0], pad.stick[1], pad.parts.get(("stick", 0), 0))


def bits_of_hat(x: int, y: int) -> int:
    """Turn a hat, where up is +1, into the bits of Keys.

    >>> bits_of_hat(-1, 1) == Keys.LEFT | Keys.UP
    True
    """
    across = (Keys.LEFT, Keys.NONE, Keys.RIGHT)[x + 1]
    return across | (Keys.DOWN, Keys.NONE, Keys.UP)[y + 1]


def bits_of_stick(x: float, y: float, held: int) -> int:
    """Turn a stick, where down and right are +1, into the bits of Keys; `held` are those of the moment before.

    >>> bits_of_stick(0.9, 0.2, 0) == Keys.RIGHT, bits_of_stick(0.7, 0.7, 0) == Keys.RIGHT | Keys.DOWN
    (True, True)
    """
    bits = Keys.NONE
    for value, other, low, high in ((x, y, Keys.LEFT, Keys.RIGHT), (y, x, Keys.UP, Keys.DOWN)):
        bit = low if value < 0 else high
        edge = LET_GO if held & bit else DEAD_ZONE
        if abs(value) >= max(edge, SIDEWAYS * abs(other)):
            bits |= bit
    return bits
