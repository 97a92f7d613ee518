"""Game pads: which are plugged in, what is held on each, and what a press means in a menu.

Rule 1: pads come and go at any time. A pad keeps its number while it is here; the next one gets the first free number.
Rule 2: a pad that SDL has a map for sends events with named buttons. Of any other, the first hat, the first two axes
        and the first two buttons are used. A mapped pad sends both kinds of events, and only the named ones count.
Rule 3: a tap between two ticks is not lost, as on the keyboard.
Rule 4: what a button does for a player is in the settings. What it does in menus is not, nor is the stick: so no pad
        can lose its way into Options.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

import pygame
from pygame._sdl2 import controller

from petard.game.config.key_sets import KEY_ACTIONS, NUMBERED, USUAL_BUTTONS, KeySet
from petard.game.texts.phrases import tr
from petard.game.ui.input.actions import ActionRepeat, MenuAction
from petard.shared.rules.world import Keys

DEAD_ZONE = 0.4  # of the way to the rim
RELEASE_ZONE = 0.3  # a held direction is released here, so that a stick on the edge does not flutter
SIDEWAYS = 0.5  # the lesser axis counts from this part of the greater one on, so that walking straight is possible
RIM = 32767  # SDL's value at the rim of a mapped pad

BITS = {"up": Keys.UP, "down": Keys.DOWN, "left": Keys.LEFT, "right": Keys.RIGHT, "bomb": Keys.BOMB}
# Bits beyond those of Keys: a press may mean one thing in the game and another in a menu.
CONFIRM, BACK, START, JOIN = 1 << 8, 1 << 9, 1 << 10, 1 << 11
MENU = 12  # a direction in a menu is its bit of Keys, moved up by so many places
GAME_BITS = Keys.UP | Keys.DOWN | Keys.LEFT | Keys.RIGHT | Keys.BOMB
MENU_ACTIONS: dict[int, MenuAction] = {
    Keys.UP << MENU: MenuAction.UP,
    Keys.DOWN << MENU: MenuAction.DOWN,
    Keys.LEFT << MENU: MenuAction.LEFT,
    Keys.RIGHT << MENU: MenuAction.RIGHT,
    CONFIRM: MenuAction.CONFIRM,
    BACK: MenuAction.BACK,
    START: MenuAction.CONFIRM,
}
# What buttons mean in menus, by their codes (see KeySet).
MENU_BUTTONS: dict[int, int] = {
    pygame.CONTROLLER_BUTTON_DPAD_UP: Keys.UP << MENU,
    pygame.CONTROLLER_BUTTON_DPAD_DOWN: Keys.DOWN << MENU,
    pygame.CONTROLLER_BUTTON_DPAD_LEFT: Keys.LEFT << MENU,
    pygame.CONTROLLER_BUTTON_DPAD_RIGHT: Keys.RIGHT << MENU,
    pygame.CONTROLLER_BUTTON_A: CONFIRM,
    pygame.CONTROLLER_BUTTON_B: BACK,
    pygame.CONTROLLER_BUTTON_Y: JOIN,
    pygame.CONTROLLER_BUTTON_START: START,
    pygame.CONTROLLER_BUTTON_BACK: BACK,
    **{NUMBERED + number: bit for number, bit in ((0, CONFIRM), (1, BACK), (3, JOIN), (7, START), (9, START))},
}
BUTTON_NAMES: dict[int, str] = {
    pygame.CONTROLLER_BUTTON_A: "A",
    pygame.CONTROLLER_BUTTON_B: "B",
    pygame.CONTROLLER_BUTTON_X: "X",
    pygame.CONTROLLER_BUTTON_LEFTSTICK: "L3",
    pygame.CONTROLLER_BUTTON_RIGHTSTICK: "R3",
    pygame.CONTROLLER_BUTTON_LEFTSHOULDER: "L1",
    pygame.CONTROLLER_BUTTON_RIGHTSHOULDER: "R1",
    pygame.CONTROLLER_BUTTON_DPAD_UP: tr("cross up"),
    pygame.CONTROLLER_BUTTON_DPAD_DOWN: tr("cross down"),
    pygame.CONTROLLER_BUTTON_DPAD_LEFT: tr("cross left"),
    pygame.CONTROLLER_BUTTON_DPAD_RIGHT: tr("cross right"),
}
NAMES_SHOWN = 2  # of the buttons of an action
PRESSES = {pygame.CONTROLLERBUTTONDOWN: 0, pygame.JOYBUTTONDOWN: NUMBERED}  # the code of the first button
RELEASES = frozenset({pygame.CONTROLLERBUTTONUP, pygame.JOYBUTTONUP})
MAPPED = frozenset({pygame.CONTROLLERBUTTONDOWN, pygame.CONTROLLERBUTTONUP, pygame.CONTROLLERAXISMOTION})
UNMAPPED = frozenset({pygame.JOYBUTTONDOWN, pygame.JOYBUTTONUP, pygame.JOYAXISMOTION, pygame.JOYHATMOTION})


@dataclass(slots=True)
class _Pad:
    """One pad: the bits that each part (a button, a hat, the stick) holds, and those tapped since the last tick."""

    joystick: pygame.joystick.JoystickType
    mapped: controller.Controller | None
    number: int
    parts: dict[tuple[str, int], int] = field(default_factory=dict)
    stick: list[float] = field(default_factory=lambda: [0.0, 0.0])
    tapped: int = 0

    @property
    def bits(self) -> int:
        return reduce(or_, self.parts.values(), Keys.NONE)


class Gamepads:
    """All pads of this machine. Make it after `pygame.init`; no pads and no support for pads are fine."""

    def __init__(self) -> None:
        self._pads: dict[int, _Pad] = {}  # by SDL's instance id, in the order in which they were plugged in
        self._repeat = ActionRepeat()
        self._joining: list[int] = []  # the pads on which JOIN was pressed
        self.buttons = USUAL_BUTTONS  # what they do for players; may be changed at any time
        try:
            pygame.joystick.init()  # SDL reports each pad that is plugged in already as if it came now
            controller.init()
        except pygame.error:
            pygame.joystick.quit()

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the pads report, by number."""
        return tuple(pad.joystick.get_name() for pad in sorted(self._pads.values(), key=lambda pad: pad.number))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the pads that are plugged in, in order."""
        return tuple(sorted(pad.number for pad in self._pads.values()))

    @property
    def are_numbered(self) -> bool:
        """True if SDL has no map for any of the pads that are plugged in, so that their buttons have no names."""
        return bool(self._pads) and all(pad.mapped is None for pad in self._pads.values())

    @property
    def bomb_name(self) -> str:
        """The name of the first button that drops bombs; "" where no pad is plugged in."""
        return names_of_buttons(self.buttons.bomb, self.are_numbered)[0] if self.numbers else ""

    def is_press(self, event: pygame.event.Event) -> bool:
        """True for a press of a button. A pad that SDL has a map for sends two events for each; only one counts."""
        return event.type in PRESSES and self._pad_of(event) is not None

    def handle_event(self, event: pygame.event.Event, now: float, playing: bool = False) -> list[MenuAction]:
        """Handle one event of the window and return what it means in a menu.

        While a match is `playing`, the pads belong to the players: only Start means something more, namely BACK, as
        Escape does on the keyboard.
        """
        if event.type == pygame.JOYDEVICEADDED:
            self._add(event.device_index)
        elif event.type == pygame.JOYDEVICEREMOVED:
            self._pads.pop(event.instance_id, None)
            self._repeat.release_all(event.instance_id)
        elif event.type == pygame.WINDOWFOCUSLOST:
            self.release()
        elif event.type in MAPPED or event.type in UNMAPPED:
            pad = self._pad_of(event)
            if pad is not None:
                return self._press(event.instance_id, pad, event, now, playing)
        return []

    def _pad_of(self, event: pygame.event.Event) -> _Pad | None:
        """Return the pad of an event; None if it is not here, or if it sends another event for the same press."""
        pad = self._pads.get(event.instance_id)
        return pad if pad is not None and (pad.mapped is not None) == (event.type in MAPPED) else None

    def poll_repeats(self, now: float) -> list[MenuAction]:
        """Return the directions that count again because they are still held."""
        return self._repeat.poll(now)

    def poll(self) -> tuple[int, ...]:
        """Return what each pad holds, as bits of `Keys`, by its number (0 for a free number). Call it once a tick."""
        inputs = [Keys.NONE] * (1 + max((pad.number for pad in self._pads.values()), default=-1))
        for pad in self._pads.values():
            inputs[pad.number] = (pad.bits | pad.tapped) & GAME_BITS
            pad.tapped = 0
        return tuple(inputs)

    def take_joining(self) -> list[int]:
        """Return the numbers of the pads on which Y (the fourth button) was pressed since the last call."""
        joining, self._joining = self._joining, []
        return joining

    def release(self) -> None:
        """Release everything, as when the focus is lost."""
        for instance, pad in self._pads.items():
            pad.parts.clear()
            pad.tapped = 0
            self._repeat.release_all(instance)

    def _add(self, index: int) -> None:
        try:
            joystick = pygame.joystick.Joystick(index)
            mapped = controller.Controller(index) if controller.is_controller(index) else None
        except pygame.error:
            return  # unplugged again already
        if joystick.get_instance_id() not in self._pads:
            number = next(number for number in range(len(self._pads) + 1) if number not in self.numbers)
            self._pads[joystick.get_instance_id()] = _Pad(joystick, mapped, number)

    def _press(
        self, instance: int, pad: _Pad, event: pygame.event.Event, now: float, playing: bool
    ) -> list[MenuAction]:
        before = pad.bits
        _update(pad, event, self.buttons)
        pressed, released = pad.bits & ~before, before & ~pad.bits
        pad.tapped |= pressed
        if pressed & JOIN and len(self._joining) < len(self._pads):
            self._joining.append(pad.number)
        actions: list[MenuAction] = []
        for bit, action in MENU_ACTIONS.items():
            if released & bit:
                self._repeat.release(instance, action)
            elif pressed & bit and not playing:
                actions += self._repeat.press(instance, action, now)
            elif pressed & bit & START:
                actions.append(MenuAction.BACK)
        return actions


def bits_of(keys: KeySet, held: Collection[int]) -> int:
    """Return the bits of Keys of the actions of which a key or button is held."""
    return sum(BITS[action] for action in KEY_ACTIONS if any(code in held for code in getattr(keys, action)))


def code_of(press: pygame.event.Event) -> int:
    """Return the code of the button that was pressed (see KeySet); -1 for another event."""
    return int(PRESSES[press.type] + press.button) if press.type in PRESSES else -1


def names_of_buttons(codes: Iterable[int], are_numbered: bool) -> list[str]:
    """Return what is printed on some buttons: of pads with a map, or of those whose buttons are `are_numbered`.

    >>> names_of_buttons((0, 1, NUMBERED + 5), False), names_of_buttons((0, NUMBERED + 5), True)
    (['A', 'B'], ['button 6'])
    """
    kind = [code for code in codes if (code >= NUMBERED) == are_numbered]
    if not kind:
        return [tr("cross")]  # the directions, on a pad whose cross has no buttons
    return [BUTTON_NAMES.get(code) or tr("button {number}", number=code % NUMBERED + 1) for code in kind[:NAMES_SHOWN]]


def _update(pad: _Pad, event: pygame.event.Event, buttons: KeySet) -> None:
    if event.type in PRESSES:
        code = code_of(event)
        pad.parts["button", event.button] = MENU_BUTTONS.get(code, 0) | bits_of(buttons, (code,))
    elif event.type in RELEASES:
        pad.parts["button", event.button] = 0
    elif event.type == pygame.JOYHATMOTION:
        bits = bits_of_stick(event.value[0], -event.value[1], 0)  # of a hat, up is +1
        pad.parts["hat", event.hat] = bits | bits << MENU
    elif event.axis < 2:  # the left stick of a mapped pad, and of nearly every other
        pad.stick[event.axis] = event.value / RIM if event.type == pygame.CONTROLLERAXISMOTION else event.value
        bits = bits_of_stick(pad.stick[0], pad.stick[1], pad.parts.get(("stick", 0), 0))
        pad.parts["stick", 0] = bits | bits << MENU


def bits_of_stick(x: float, y: float, held: int) -> int:
    """Return the bits of Keys for a stick, where down and right are +1; `held`: the bits of the moment before.

    >>> bits_of_stick(0.9, 0.2, 0) == Keys.RIGHT, bits_of_stick(0.7, 0.7, 0) == Keys.RIGHT | Keys.DOWN
    (True, True)
    """
    bits = Keys.NONE
    for value, other, low, high in ((x, y, Keys.LEFT, Keys.RIGHT), (y, x, Keys.UP, Keys.DOWN)):
        bit = low if value < 0 else high
        edge = RELEASE_ZONE if held & bit else DEAD_ZONE
        if abs(value) >= max(edge, SIDEWAYS * abs(other)):
            bits |= bit
    return bits
