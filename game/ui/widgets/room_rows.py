"""Draws rooms that can be joined: as buttons on the title, as rows and in full on the Join screen; and what that screen
shows while it finds none: what to do, step by step, and where a join code is.
"""

from dataclasses import dataclass

import pygame

from petard.assets.palette import ACCENT, COOL, GOOD, INK, MUTED, NIGHT, PANEL, PANEL_LIGHT, PAPER
from petard.game.texts.known_lines import known_line
from petard.game.texts.phrases import joined, tr, trn
from petard.game.ui.layout import BODY, SMALL, Box, row
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.player_looks import FigureSprite, draw_portrait
from petard.game.ui.render.rounded import Colour
from petard.game.ui.widgets.widgets import Button, draw_paragraph, draw_slab, draw_smooth
from petard.game.view.rooms import JoinEntry, KnownPlace, entry_of, entry_words, how_full
from petard.shared.protocol.beacon import FoundServer

QUICK, SLOW = 40, 120  # ms; a ping up to the first is good, one beyond the second can be felt
STEPS_TALL = 372.0  # the least height that the steps need
HEAD = 76.0  # above the steps
SEARCHING, QUIET = tr("Looking for games"), tr("No game is heard yet")
NOT_HEARD = tr("Nothing is heard from it now. It may be switched off, or on a network that lets no questions through.")
STEPS = (
    tr("A friend starts Petard on their computer and chooses “Host for friends”."),
    tr("Their game appears here by itself. Then press Enter."),
    tr("If it does not: type the join code that their lobby shows."),
    tr("Still nothing? “I can't see it” finds out why."),
)
SAMPLE_PLAYERS = 4
SAMPLE_CODE, SAMPLE_ADDRESS = "DUEFG", "192.168.0.17"


@dataclass(eq=False, kw_only=True)
class OfferButton(Button):
    """A button of the title with a second line: the way back into a game, or a room to join."""

    below: str
    colour: tuple[int, int, int] = GOOD
    is_locked: bool = False
    address: str = ""  # of the room as it is dialled now; another address of the same room may be found later

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        x, y, w, h = self.box
        draw_slab(canvas, self.box, focused, self.colour)
        room = w - (88 if self.is_locked else 40)
        canvas.text(self.label, x + 20, y + h * 0.31, 32, INK, "midleft", room)
        canvas.text(self.below, x + 20, y + h * 0.75, SMALL, INK, "midleft", room)
        if self.is_locked:
            draw_padlock(canvas, x + w - 20, y + h / 2, INK, 40, "midright")


def offer_of(key: str, box: Box, found: FoundServer, address: str) -> OfferButton:
    """Return the button for a room."""
    words = tr("Watch {room}") if entry_of(found) is JoinEntry.WATCH else tr("Join {room}")
    return OfferButton(
        key, box, words.fill(room=found.name), below=entry_words(found), is_locked=found.locked, address=address
    )


def draw_padlock(canvas: Canvas, x: float, y: float, colour: Colour, size: float, anchor: str = "center") -> None:
    """Draw the sign for a password, `size` units high; `anchor` names the corner or side at (x, y)."""
    tall = canvas.length(size)
    wide = max(1, round(tall * 0.8))

    def draw(big: pygame.Surface) -> None:
        w, h = big.get_size()
        pygame.draw.rect(big, colour, (0, h * 0.44, w, h * 0.56), border_radius=round(h * 0.1))
        shackle = (w * 0.16, 0, w * 0.68, h * 0.8)
        pygame.draw.rect(big, colour, shackle, width=round(h * 0.11), border_radius=round(w * 0.34))
        pygame.draw.circle(big, (0, 0, 0, 0), (w / 2, h * 0.68), h * 0.08)
        pygame.draw.rect(big, (0, 0, 0, 0), (w / 2 - h * 0.035, h * 0.68, h * 0.07, h * 0.18))

    draw_smooth(canvas, ("padlock", tall, colour), (wide, tall), draw, x, y, anchor)


@dataclass(eq=False, kw_only=True)
class Tab(Button):
    """The button of one of two lists of rooms. `is_shown`: it is the list on the screen."""

    is_shown: bool

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        x, y, w, h = self.box
        draw_slab(canvas, self.box, focused, PANEL_LIGHT if self.is_shown else NIGHT)
        ink = INK if focused else PAPER if self.is_shown else MUTED
        canvas.text(self.label, x + w / 2, y + h / 2 - (2 if self.is_shown else 0), 30, ink, "center", w - 28)
        if self.is_shown:
            canvas.panel(x + 20, y + h - 10, w - 40, 6, INK if focused else ACCENT, 3)


def tabs_of(shows_internet: bool, heard: int) -> list[Tab]:
    """Return the buttons for the games of this network, of which so many are heard, and for those on the Internet."""
    here = tr("This network ({number})", number=heard) if heard else tr("This network")
    labels = {"lan": here, "internet": tr("Internet")}
    return [
        Tab(key, box, label, is_shown=shows_internet == (key == "internet"))
        for (key, label), box in zip(labels.items(), row(36, 32, 54, (344, 344), 12), strict=True)
    ]


@dataclass(eq=False, kw_only=True)
class RoomRow(Button):
    """One room of the list."""

    place: KnownPlace
    selected: bool

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        x, y, w, h = self.box
        place, found = self.place, self.place.found
        draw_slab(canvas, self.box, focused, PANEL_LIGHT if self.selected else PANEL)
        # MUTED is hard to read on the lighter slab of the selected row.
        faint = INK if focused else PAPER if self.selected else MUTED
        ink = INK if focused else faint if place.reason else PAPER
        canvas.text(place.name, x + 18, y + h * 0.31, BODY, ink, "midleft", w - 254)
        below, right = place.reason, x + w - 18
        if found is not None and not place.reason:
            below = joined(" · ", [place.game, place.now])
            canvas.text(how_full(found), right - 100, y + h * 0.31, BODY, ink, "midright", 110)
            canvas.text(ping_words(found.ping), right, y + h * 0.31, SMALL, faint, "midright", 92)
        tags = [*([tr("password")] if found and found.locked else []), *([tr("starred")] if place.is_starred else [])]
        wide = canvas.text(joined(" · ", tags), right, y + h * 0.71, SMALL, INK if focused else ACCENT, "midright")
        canvas.text(known_line(below), x + 18, y + h * 0.71, SMALL, faint, "midleft", w - 36 - (wide and wide + 14))


def draw_room(canvas: Canvas, place: KnownPlace, box: Box) -> None:
    """Draw everything that is known of a room."""
    x, y, w, h = box
    found = place.found
    canvas.panel(x, y, w, h, (*PANEL, 240), 24)
    canvas.text(place.name, x + 24, y + 42, 40, PAPER, "midleft", w - 48)
    canvas.text(place.address, x + 24, y + 82, SMALL, MUTED, "midleft", w - 48)
    if found is None:
        draw_paragraph(canvas, NOT_HEARD, x + 24, y + 134, w - 48, colour=MUTED, most=4)
        return
    rows = {
        tr("Game"): place.game,
        tr("Now"): place.now,
        tr("People"): people_words(found),
        tr("Ping"): ping_words(found.ping),
        tr("Version"): found.build,
    }
    felt = PAPER if found.ping is None or QUICK < found.ping <= SLOW else GOOD if found.ping <= QUICK else ACCENT
    for line, (label, words) in enumerate(rows.items()):
        at = y + 124 + line * 34
        canvas.text(label, x + 24, at, SMALL, MUTED, "midleft", 100)
        canvas.text(words, x + 130, at, BODY, felt if label == "Ping" else PAPER, "midleft", w - 154)
    canvas.text(place.note, x + 24, y + h - 26, SMALL, ACCENT, "midleft", w - 48)


def people_words(found: FoundServer) -> str:
    """Return in words who is there.

    >>> from petard.shared.protocol.messages import Phase
    >>> people_words(FoundServer("", "", "", "", Phase.LOBBY, 1, 8, 2, False, "", 1, "", 1, None))
    '1 of 8 seats taken, 2 watch'
    """
    seats = tr("{taken} of {seats} seats taken", taken=found.players, seats=found.seats)
    return joined(", ", [seats, trn("{count} watches", "{count} watch", found.watchers) if found.watchers else ""])


def ping_words(ping: int | None) -> str:
    """Return a ping (ms) in words.

    >>> ping_words(None), ping_words(0), ping_words(12)
    ('...', '< 1 ms', '12 ms')
    """
    return "..." if ping is None else tr("{number} ms", number=ping) if ping else tr("< 1 ms")


def draw_steps(canvas: Canvas, box: Box, is_quiet: bool, now: float) -> None:
    """Draw what to do where no room is found. `is_quiet`: there was time enough to find one."""
    x, y, w, h = box
    canvas.panel(x, y, w, h, (*PANEL, 240), 24)
    canvas.image(f"bomb-{int(now * 3) % 3}", x + 20, y + 10, 64, 64)
    words = QUIET if is_quiet else SEARCHING
    canvas.text(joined("", [words, "." * (int(now * 2) % 4)]), x + 100, y + 44, 38, PAPER, "midleft")
    pitch = (h - HEAD - 16) / len(STEPS)
    for number, step in enumerate(STEPS):
        middle = y + HEAD + pitch * (number + 0.5)
        canvas.panel(x + 28, middle - 23, 46, 46, ACCENT, 23)
        canvas.text(str(number + 1), x + 51, middle, 30, INK, "center")
        draw_paragraph(canvas, step, x + 100, middle, w - 130, pitch=32, centred=True)


def draw_sample(canvas: Canvas, box: Box) -> None:
    """Draw a small lobby, with the join code in the place where the real one has it."""
    x, y, w, h = box
    canvas.panel(x, y, w, h, (*PANEL, 240), 24)
    canvas.text(tr("Where the join code is"), x + 24, y + 36, 34, PAPER, "midleft", w - 48)
    left, top, wide, tall = x + 24, y + 70, w - 48, 216.0
    canvas.panel(left, top, wide, tall, NIGHT, 14, INK, 4)
    canvas.text(tr("Ada's game"), left + 18, top + 40, BODY, PAPER, "midleft", 170)
    canvas.panel(left + wide - 246, top + 12, 230, 84, COOL, 16, PAPER, 4)
    canvas.text(SAMPLE_CODE, left + wide - 131, top + 42, 38, INK, "center")
    canvas.text(SAMPLE_ADDRESS, left + wide - 131, top + 76, SMALL, INK, "center")
    for place in range(SAMPLE_PLAYERS):
        at = left + 18 + place * 62
        canvas.panel(at, top + 112, 56, 88, PANEL_LIGHT, 10)
        draw_portrait(canvas, FigureSprite(place, place, place), at + 28, top + 192, 50)
    for line, colour in enumerate((PANEL_LIGHT, PANEL_LIGHT, GOOD)):
        canvas.panel(left + wide - 146, top + 112 + line * 31, 130, 26, colour, 8)
    words = tr("The host's lobby shows it at the top, with the address below it.")
    draw_paragraph(canvas, words, x + 24, y + 318, w - 48)
