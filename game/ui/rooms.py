"""One game in the list of those that could be joined, and all about it: for the Join screen."""

from assets.palette import ACCENT, DANGER, GOOD, INK, MUTED, PANEL, PANEL_LIGHT, PAPER
from game.client.lobby_words import match_words
from game.client.rooms import Place, doing, how_full
from game.ui.canvas import Canvas
from game.ui.lines import wrapped
from game.ui.screens.choosing import ROW
from game.ui.widgets import BODY, SMALL, Box, Button, slab
from shared.protocol.beacon import Found

QUICK, SLOW = 40, 120  # ms; a ping up to the one is good, beyond the other it is felt


class RoomRow(Button):
    """One room of the list."""

    def __init__(self, place: Place, box: Box, chosen: bool) -> None:
        super().__init__(ROW + place.address, box, "")
        self._place = place
        self._chosen = chosen

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        """What it is called and what is played; to the right how full it is and how far away."""
        x, y, w, h = self.box
        place, found = self._place, self._place.found
        slab(canvas, self.box, focused, PANEL_LIGHT if self._chosen else PANEL)
        is_grey = bool(place.reason)
        ink = INK if focused else MUTED if is_grey else PAPER
        faint = INK if focused else MUTED
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


def paint_room(canvas: Canvas, place: Place, box: Box) -> None:
    """Everything that is known of a room."""
    x, y, w, h = box
    found = place.found
    canvas.panel(x, y, w, h, (*PANEL, 240), 24)
    canvas.text(place.name, x + 24, y + 42, 40, PAPER, "midleft", w - 48)
    canvas.text(place.address, x + 24, y + 82, SMALL, MUTED, "midleft", w - 48)
    if found is None:
        words = "Nothing is heard from it now. It may be switched off, or on a network that lets no questions through."
        for row, line in enumerate(wrapped(canvas, words, BODY, w - 48, 4)):
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
        canvas.text(words, x + 24, y + h - 26, SMALL, DANGER if found.reason else ACCENT, "midleft", w - 48)


def _ink(label: str, found: Found) -> tuple[int, int, int]:
    if label != "Ping" or found.ping is None:
        return PAPER
    return GOOD if found.ping <= QUICK else PAPER if found.ping <= SLOW else DANGER


def people_words(found: Found) -> str:
    """Who is there, in words.

    >>> from shared.protocol.messages import Phase
    >>> people_words(Found("", "", "", "", Phase.LOBBY, 1, 8, 2, False, "", 1, "", 1, None))
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
