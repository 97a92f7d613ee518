"""How a game that could be joined is drawn: on the title, in the list of the Join screen, and all about it there."""

import pygame

from petard.assets.palette import ACCENT, GOOD, INK, MUTED, PANEL, PANEL_LIGHT, PAPER
from petard.game.ui.layout import BODY, SMALL, Box
from petard.game.ui.render.canvas import Canvas, Colour
from petard.game.ui.screens.list_menu import ROW
from petard.game.ui.widgets.widgets import Button, slab
from petard.game.view.join_list import JoinEntry, KnownPlace, doing, entry_of, entry_words, how_full
from petard.game.view.lobby_text import match_words
from petard.shared.protocol.beacon import FoundServer

FINE = 4  # signs are drawn so many times larger and scaled down, for smooth edges
QUICK, SLOW = 40, 120  # ms; a ping up to the one is good, beyond the other it is felt


class Offer(Button):
    """Something that the title offers beside its menu: a deed, and what it leads to."""

    def __init__(self, key: str, box: Box, label: str, below: str, is_locked: bool = False) -> None:
        super().__init__(key, box, label, GOOD)
        self.below = below
        self.address = ""  # of the room, as it is dialled now; other ways to the same one may be found later
        self._is_locked = is_locked

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """Two lines, and a padlock where a password is asked for."""
        x, y, w, h = self.box
        slab(canvas, self.box, focused, self.colour)
        room = w - 40 - (48 if self._is_locked else 0)
        canvas.text(self.label, x + 20, y + h * 0.34, 32, INK, "midleft", room)
        canvas.text(self.below, x + 20, y + h * 0.73, SMALL, INK, "midleft", room)
        if self._is_locked:
            padlock(canvas, x + w - 20, y + h / 2, INK, 40, "midright")


def offer_of(key: str, box: Box, found: FoundServer, address: str) -> Offer:
    """A room on the title."""
    entry = entry_of(found)
    verb = "Watch" if entry is JoinEntry.WATCH else "Join"
    offer = Offer(key, box, f"{verb} {found.name}", entry_words(found), found.locked)
    offer.address = address
    return offer


def padlock(canvas: Canvas, x: float, y: float, colour: Colour, size: float, anchor: str = "center") -> None:
    """The sign for a password, `size` units high; `anchor` names the corner or side at (x, y)."""
    tall = canvas.length(size)
    wide = max(1, round(tall * 0.8))

    def make() -> pygame.Surface:
        big = pygame.Surface((wide * FINE, tall * FINE), pygame.SRCALPHA)
        w, h = big.get_size()
        pygame.draw.rect(big, colour, (0, h * 0.44, w, h * 0.56), border_radius=round(h * 0.1))
        pygame.draw.rect(
            big, colour, (w * 0.16, 0, w * 0.68, h * 0.8), width=round(h * 0.11), border_radius=round(w * 0.34)
        )
        pygame.draw.circle(big, (0, 0, 0, 0), (w / 2, h * 0.68), h * 0.08)
        pygame.draw.rect(big, (0, 0, 0, 0), (w / 2 - h * 0.035, h * 0.68, h * 0.07, h * 0.18))
        return pygame.transform.smoothscale(big, (wide, tall))

    canvas.stamp(("padlock", tall, colour), make, x, y, anchor)


class RoomRow(Button):
    """One room of the list."""

    def __init__(self, place: KnownPlace, box: Box, chosen: bool) -> None:
        super().__init__(ROW + place.address, box, "")
        self._place = place
        self._chosen = chosen

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """What it is called and what is played; to the right how full it is and how far away."""
        x, y, w, h = self.box
        place, found = self._place, self._place.found
        slab(canvas, self.box, focused, PANEL_LIGHT if self._chosen else PANEL)
        is_grey = bool(place.reason)
        quiet = PAPER if self._chosen else MUTED  # on the lighter slab of what is chosen, MUTED is hard to read
        ink = INK if focused else quiet if is_grey else PAPER
        faint = INK if focused else quiet
        room = w - 230
        canvas.text(place.name, x + 18, y + h * 0.31, BODY, ink, "midleft", room)
        below = place.reason if is_grey or found is None else f"{match_words(found.map, found.rules)} · {doing(found)}"
        canvas.text(below, x + 18, y + h * 0.71, SMALL, faint, "midleft", w - 200)
        right = x + w - 18
        if found is not None and not found.reason:
            canvas.text(how_full(found), right - 100, y + h * 0.31, BODY, ink, "midright")
            canvas.text(ping_words(found.ping), right, y + h * 0.31, SMALL, faint, "midright")
        tags = {"password": found is not None and found.locked, "starred": place.is_starred}
        words = " · ".join(word for word, is_so in tags.items() if is_so)
        canvas.text(words, right, y + h * 0.71, SMALL, INK if focused else ACCENT, "midright")


def draw_room(canvas: Canvas, place: KnownPlace, box: Box) -> None:
    """Everything that is known of a room."""
    x, y, w, h = box
    found = place.found
    canvas.panel(x, y, w, h, (*PANEL, 240), 24)
    canvas.text(place.name, x + 24, y + 42, 40, PAPER, "midleft", w - 48)
    canvas.text(place.address, x + 24, y + 82, SMALL, MUTED, "midleft", w - 48)
    if found is None:
        words = "Nothing is heard from it now. It may be switched off, or on a network that lets no questions through."
        for row, line in enumerate(canvas.wrap_text(words, BODY, w - 48, 4)):
            canvas.text(line, x + 24, y + 134 + row * 34, BODY, MUTED, "midleft", w - 48)
        return
    rows = [("Game", match_words(found.map, found.rules)), ("Now", doing(found)), ("People", people_words(found))]
    rows += [("Ping", ping_words(found.ping)), ("Version", found.build)]
    for row, (label, words) in enumerate(rows):
        at = y + 124 + row * 34
        canvas.text(label, x + 24, at, SMALL, MUTED, "midleft")
        canvas.text(words, x + 130, at, BODY, _ink(label, found), "midleft", w - 154)
    if found.reason or found.locked:
        words = f"It {found.reason}." if found.reason else "It asks for a password."
        canvas.text(words, x + 24, y + h - 26, SMALL, ACCENT, "midleft", w - 48)


def _ink(label: str, found: FoundServer) -> tuple[int, int, int]:
    if label != "Ping" or found.ping is None:
        return PAPER
    return GOOD if found.ping <= QUICK else PAPER if found.ping <= SLOW else ACCENT


def people_words(found: FoundServer) -> str:
    """Who is there, in words.

    >>> from petard.shared.protocol.messages import Phase
    >>> people_words(FoundServer("", "", "", "", Phase.LOBBY, 1, 8, 2, False, "", 1, "", 1, None))
    '1 of 8 seats taken, 2 watch'
    """
    seats = f"{found.players} of {found.seats} seats taken"
    return f"{seats}, {found.watchers} watch{'' if found.watchers > 1 else 'es'}" if found.watchers else seats


def ping_words(ping: int | None) -> str:
    """A ping for people.

    >>> ping_words(None), ping_words(0), ping_words(12)
    ('...', '< 1 ms', '12 ms')
    """
    return "..." if ping is None else f"{ping} ms" if ping else "< 1 ms"
