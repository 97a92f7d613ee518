"""What is printed on a key, for hints and for the options."""

import pygame

# The names of scancodes that the layout gives no letter.
_PLACES = {getattr(pygame, name): name[6:].replace("_", " ") for name in reversed(dir(pygame)) if name[:6] == "KSCAN_"}
_SHORT = {"RCTRL": "right Ctrl", "LCTRL": "left Ctrl", "RSHIFT": "right Shift", "LSHIFT": "left Shift"}


def key_name(scancode: int) -> str:
    """Return what is printed on a key: its letter in this layout, else the name of its place on a US keyboard.

    Needs a window (`pygame.display`), since layouts belong to it.
    """
    letter = _printed().get(scancode)
    place = _PLACES.get(scancode, f"key {scancode}")
    return letter or _SHORT.get(place) or place.capitalize()


def _printed() -> dict[int, str]:
    # pygame cannot turn a scancode into the letter on it. But a ScancodeWrapper finds the scancode of a letter, so one
    # that holds its own indexes returns, letter by letter, where each of them is.
    where = pygame.key.ScancodeWrapper(tuple(range(512)))  # type: ignore[arg-type] # it holds bools by nature
    letters = [code for code in (*range(0x21, 0x7F), *range(0xA1, 0x180), *range(0x3B1, 0x3CA), *range(0x430, 0x460))]
    return {where[code]: chr(code).upper() for code in reversed(letters) if where[code]}
