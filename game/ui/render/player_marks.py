"""The marks at players: names over people, arrows over the players of this machine, and the tile where one was hit.

Rule 1: bots have no name: the bar shows their colours and patterns, and a board full of names hides the bombs.
Rule 2: names never overlap: one that would is moved up, or down at the top of the field.
Rule 3: names are drawn below bombs, flames and bodies, arrows above everything.
Rule 4: where another body stands in front of a name of this machine, that name goes below the feet if it is seen there.
Rule 5: the tile of a hit can be seen over flames and on floor: a frame closes in on it, light and red in turn, with a
        dark rim; a skull follows. It is shown for SHOWN seconds, never blinks more than three times a second, and not
        at all without flashes.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp

import pygame

from petard.assets.palette import ACCENT, COAL, DANGER, INK, PAPER
from petard.game.ui.render.camera import Aim
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.player_looks import draw_badge
from petard.game.ui.render.sprite_cache import Blit, SpriteCache, centred
from petard.game.view.cues import Cue, PlayerDied
from petard.game.view.feats import Rising
from petard.game.view.spectating import SHOWN
from petard.game.view.view import PlayerView, View
from petard.shared.protocol.messages import Seat

FEET = 0.44  # tiles from the middle of a body down to its soles
TALL = 1.32  # tiles from the soles up to the lower edge of a tag
UNDER = 0.1  # tiles from the soles down to a tag below them
BODY = 0.7, 1.1  # tiles: what of a body hides a tag
CROWDED = 16  # with more tags than this, those of other machines show the badge only
NAME_WIDEST = 168.0  # logical units; a longer name is cut
NAME, OWN_NAME = 20.0, 22.0  # the size of text
GAP = 4.0
EASE = 14.0  # a second: how quickly a tag moves to its place when it is pushed

GAIN, GREAT = 24.0, 34.0  # the size of a word that rises, and of a great one
WORD_ABOVE, WORD_RIM = 0.9, 6.0  # tiles from the middle of a tile up to the word; units beside it

CLOSING = 0.3  # seconds in which the frame around the tile of a hit closes in
WIDEST, AROUND = 3.2, 1.3  # tiles: its sides at first and at its end
SIZES = 8  # of pictures on the way in
BLINK = 0.4  # seconds for once light and red
PANE = 120  # how red the tile in it is, of 255
SKULL_AFTER = 0.5  # seconds, when the flames are out and the body has fallen


@dataclass(frozen=True, slots=True)
class Tag:
    """The name over one body: its box in pixels of the field, and what is on it."""

    seat: Seat
    body: PlayerView
    own: bool
    named: bool
    box: pygame.Rect
    low: bool = False  # below the feet


class Tags:
    """Places the tags of one round. It remembers how far each is moved, so that none jumps."""

    def __init__(self) -> None:
        self._pushes: dict[int, float] = {}  # pixels, by slot
        self._then = 0.0

    def place(
        self,
        canvas: Canvas,
        field: pygame.Rect,
        view: View,
        seats: Sequence[Seat],
        aim: Aim,
        mine: Collection[int],
        now: float,
    ) -> list[Tag]:
        """Return the tags of this picture, each at its place. `field`: where on the window the board is."""
        wanted = _wanted(canvas, field, view, seats, aim, mine)
        passed, self._then = max(0.0, now - self._then), now
        part = 1 - exp(-EASE * passed)
        pushes, tags = {}, []
        for tag, free in zip(wanted, spread(wanted), strict=True):
            goal = free.box.y - tag.box.y
            before = self._pushes.get(tag.seat.slot, goal)
            pushes[tag.seat.slot] = before + (goal - before) * part
            tags.append(replace(tag, box=tag.box.move(0, round(pushes[tag.seat.slot]))))
        self._pushes = pushes
        return tags


def draw_tags(canvas: Canvas, tags: Sequence[Tag], field: pygame.Rect) -> None:
    """Draw a badge and a name on a small plate each: light for this machine, which comes last, dark for others."""
    for tag in reversed(tags):
        x, y = canvas.to_logical((field.x + tag.box.x, field.y + tag.box.y))
        tall = _height_of(tag.own)
        if tag.named:
            ground, ink, size = ((*PAPER, 240), COAL, OWN_NAME) if tag.own else ((*INK, 205), PAPER, NAME)
            canvas.panel(x, y, tag.box.w / canvas.scale, tag.box.h / canvas.scale, ground, tall / 2)
            canvas.text(tag.seat.name, x + tall + GAP, y + tall / 2 + 1, size, ink, "midleft", NAME_WIDEST)
        draw_badge(canvas, tag.seat.slot, tag.seat.colour, tall, x, y)


def draw_arrows(canvas: Canvas, tags: Sequence[Tag], is_large: bool, field: pygame.Rect, aim: Aim, now: float) -> None:
    """Draw the arrows that bounce over the tags of this machine.

    An arrow goes below the feet where there is no room above, or below a tag that is there already.
    """
    side = round((34 if is_large else 18) * canvas.scale)
    bounce = round(abs((now * 1.6) % 1 - 0.5) * side * 0.8)
    for tag in tags:
        if not tag.own:
            continue
        below = tag.low or tag.box.y - side * 3 // 2 < 0
        feet = aim.top + round((tag.body.y + FEET + 0.2) * aim.side)
        y = (tag.box.bottom if tag.low else feet) + bounce if below else tag.box.y - side - bounce
        x = aim.left + round(tag.body.x * aim.side) - side // 2
        canvas.surface.blit(_arrow(side, below), (field.x + x, field.y + y))


def draw_words(canvas: Canvas, words: Iterable[tuple[Rising, float]], field: pygame.Rect, aim: Aim) -> None:
    """Draw the words that rise over the board, each so many tiles above its place; none leaves the field."""
    for word, lift in words:
        x = field.x + aim.left + word.x * aim.side
        y = field.y + aim.top + (word.y - WORD_ABOVE - lift) * aim.side
        size, ink = (GREAT, ACCENT) if word.great else (GAIN, PAPER)
        half = canvas.width_of(word.text, size) * canvas.scale / 2 + WORD_RIM * canvas.scale
        x = min(max(x, field.left + half), field.right - half)
        y = min(max(y, field.top + size * canvas.scale / 2), field.bottom - size * canvas.scale / 2)
        canvas.text(word.text, *canvas.to_logical((x, y)), size, ink, "center", shade=INK)


def spread(tags: Iterable[Tag]) -> list[Tag]:
    """Move tags until none overlaps another; the earlier in the list stays, the later is moved up, or else down.

    Badges without a name stay where they are: there are many of them, and they hide little.
    """
    placed: list[pygame.Rect] = []
    found: list[Tag] = []
    for tag in tags:
        box = tag.box
        if tag.named:
            box = _moved(tag.box, placed, up=True)
            if box.y < 0:
                box = _moved(tag.box.move(0, max(0, -tag.box.y)), placed, up=False)
            placed.append(box)
        found.append(replace(tag, box=box))
    return found


def _moved(box: pygame.Rect, placed: list[pygame.Rect], up: bool) -> pygame.Rect:
    while blocking := [placed[number] for number in box.collidelistall(placed)]:
        y = min(other.top for other in blocking) - box.h if up else max(other.bottom for other in blocking)
        box = box.move(0, y - box.y)
    return box


def _wanted(
    canvas: Canvas, field: pygame.Rect, view: View, seats: Sequence[Seat], aim: Aim, mine: Collection[int]
) -> list[Tag]:
    """Return the tags over their bodies: first those of this machine, then from the bottom of the board to its top."""
    people = {seat.slot: seat for seat in seats if seat.member > 0 or seat.slot in mine}
    bodies = [body for body in view.players if body.alive and _is_in(field, body, aim)]
    tagged = [body for body in bodies if body.slot in people]
    tagged.sort(key=lambda body: (body.slot not in mine, -round(body.y), body.slot))
    found = []
    for body in tagged:
        seat, own = people[body.slot], body.slot in mine
        named = own or len(tagged) <= CROWDED
        wide, tall = canvas.length(_width_of(canvas, seat, own, named)), canvas.length(_height_of(own))
        x = aim.left + round(body.x * aim.side - wide / 2)
        y = aim.top + round((body.y + FEET - TALL) * aim.side) - tall
        tag = Tag(seat, body, own, named, pygame.Rect(x, y, wide, tall))
        below = tag.box.move(0, aim.top + round((body.y + FEET + UNDER) * aim.side) - y)
        others = [other for other in bodies if other is not body] if own else []
        if _is_hidden(tag.box, others, aim) and not _is_hidden(below, others, aim):
            tag = replace(tag, box=below, low=True)
        found.append(tag)
    return found


def _is_in(field: pygame.Rect, body: PlayerView, aim: Aim) -> bool:
    """True if the middle of a body is in the part of the board that is shown."""
    x, y = aim.left + body.x * aim.side, aim.top + body.y * aim.side
    return 0 <= x < field.w and 0 <= y < field.h


def _is_hidden(box: pygame.Rect, bodies: Iterable[PlayerView], aim: Aim) -> bool:
    wide, tall = BODY[0] * aim.side, BODY[1] * aim.side
    return any(
        box.colliderect(
            (aim.left + body.x * aim.side - wide / 2, aim.top + (body.y + FEET) * aim.side - tall, wide, tall)
        )
        for body in bodies
    )


def _height_of(own: bool) -> float:
    return (OWN_NAME if own else NAME) + 4


def _width_of(canvas: Canvas, seat: Seat, own: bool, named: bool) -> float:
    if not named:
        return _height_of(own)
    size, name = canvas.fitted(seat.name, OWN_NAME if own else NAME, NAME_WIDEST)
    return _height_of(own) + canvas.width_of(name, size) + 3 * GAP


@lru_cache(maxsize=8)
def _arrow(side: int, upwards: bool) -> pygame.Surface:
    big = pygame.Surface((side * 4, side * 4), pygame.SRCALPHA, 32)
    half, way = side * 2, -1 if upwards else 1
    for grow, fill in ((1.9, INK), (1.35, ACCENT)):
        corners = [(-1.0, -0.7 * way), (1.0, -0.7 * way), (0.0, 0.9 * way)]
        pygame.draw.polygon(big, fill, [(half + x * side * grow, half + y * side * grow) for x, y in corners])
    return pygame.transform.smoothscale(big, (side, side))


class DeathMarks:
    """Remembers which player fell where, and when."""

    def __init__(self) -> None:
        self._fallen: dict[int, tuple[float, PlayerDied]] = {}  # by slot

    def handle_cues(self, cues: Iterable[Cue], now: float) -> None:
        self._fallen |= {cue.slot: (now, cue) for cue in cues if isinstance(cue, PlayerDied)}

    def blits(self, sprites: SpriteCache, aim: Aim, mine: Collection[int], now: float, blinks: bool) -> Iterator[Blit]:
        """Return the marks of the players in `mine` at `now`, from back to front."""
        for age, cue in [(now - since, cue) for since, cue in self._fallen.values() if cue.slot in mine]:
            if age >= SHOWN:
                continue
            step = min(SIZES, int(age / CLOSING * SIZES))
            is_light = blinks and age >= CLOSING and (age - CLOSING) % BLINK < BLINK / 2
            yield centred(sprites.find(_frame, step, is_light), cue.x, cue.y, aim)
            if age >= SKULL_AFTER:
                yield centred(sprites.image("skull"), cue.x, cue.y, aim)


def _frame(tile: int, step: int, is_light: bool) -> pygame.Surface:
    """A thick frame around a red pane; it is widest at `step` 0 and has closed in at SIZES."""
    side = round((WIDEST + (AROUND - WIDEST) * step / SIZES) * tile)
    surface = pygame.Surface((side, side), pygame.SRCALPHA, 32)
    thick, rim, box = max(4, side // 9), max(1, side // 40), surface.get_rect()
    surface.fill((*DANGER, PANE), box.inflate(-2 * thick, -2 * thick))
    pygame.draw.rect(surface, INK, box, thick, side // 6)
    colour = PAPER if is_light else DANGER
    pygame.draw.rect(surface, colour, box.inflate(-2 * rim, -2 * rim), thick - 2 * rim, side // 6)
    return surface
