"""The names over players who are people, and the arrows over the players of this machine.

Rule 1: bots have no tag: the bar shows their colours and patterns, and a board full of names hides the bombs.
Rule 2: names never overlap: one that would is moved up, or down at the top of the field.
Rule 3: tags are drawn below bombs, flames and bodies, arrows above everything.
Rule 4: where another body stands in front of a tag of this machine, that tag goes below the feet if it is seen there.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from math import exp

import pygame

from petard.assets.palette import ACCENT, COAL, INK, PAPER
from petard.game.ui.render.camera import Aim
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.player_badges import draw_badge
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


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag: its box in pixels of the field, and what is on it."""

    seat: Seat
    own: bool
    named: bool
    x: float
    y: float
    w: float
    h: float
    low: bool = False  # below the feet

    def overlaps(self, other: "Tag") -> bool:
        """True if the two boxes have a pixel in common."""
        across = self.x < other.x + other.w and other.x < self.x + self.w
        return across and self.y < other.y + other.h and other.y < self.y + self.h


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
        seen = [player for player in view.players if player.alive and _is_in(field, player, aim)]
        wanted = _wanted(canvas, seen, seats, aim, mine)
        passed, self._then = max(0.0, now - self._then), now
        part = 1 - exp(-EASE * passed)
        pushes, tags = {}, []
        for tag, free in zip(wanted, spread(wanted), strict=True):
            goal = free.y - tag.y
            before = self._pushes.get(tag.seat.slot, goal)
            pushes[tag.seat.slot] = before + (goal - before) * part
            tags.append(replace(tag, y=round(tag.y + pushes[tag.seat.slot])))
        self._pushes = pushes
        return tags


def draw_tags(canvas: Canvas, tags: Sequence[Tag], field: pygame.Rect) -> None:
    """Draw tags, those of this machine last. `field`: where on the window the board is, in pixels."""
    for tag in reversed(tags):
        _draw_tag(canvas, tag, canvas.to_logical((field.x + tag.x, field.y + tag.y)))


def draw_arrows(canvas: Canvas, tags: Sequence[Tag], view: View, field: pygame.Rect, aim: Aim, now: float) -> None:
    """Draw the arrows that bounce over the tags of this machine, large while the countdown runs."""
    bodies = {player.slot: player for player in view.players}
    side = round((34 if view.go_in > 0 else 18) * canvas.scale)
    bounce = round(abs((now * 1.6) % 1 - 0.5) * side * 0.8)
    for tag in tags:
        if tag.own:
            _draw_arrow(canvas, tag, bodies[tag.seat.slot], field, aim, side, bounce)


def spread(tags: Iterable[Tag]) -> list[Tag]:
    """Move tags until none overlaps another; the earlier in the list stays, the later is moved up, or else down.

    Badges without a name stay where they are: there are many of them, and they hide little.
    """
    placed: list[Tag] = []
    marks: list[Tag] = []
    for tag in tags:
        if not tag.named:
            marks.append(tag)
            continue
        up = _moved(tag, placed, up=True)
        placed.append(up if up.y >= 0 else _moved(replace(tag, y=max(0.0, tag.y)), placed, up=False))
    return placed + marks


def _moved(tag: Tag, placed: Collection[Tag], up: bool) -> Tag:
    while blocking := [other for other in placed if tag.overlaps(other)]:
        y = min(other.y for other in blocking) - tag.h if up else max(other.y + other.h for other in blocking)
        tag = replace(tag, y=y)
    return tag


def _is_in(field: pygame.Rect, player: PlayerView, aim: Aim) -> bool:
    """True if the middle of a body is in the part of the board that is shown."""
    x, y = aim.left + player.x * aim.side, aim.top + player.y * aim.side
    return 0 <= x < field.w and 0 <= y < field.h


def _wanted(
    canvas: Canvas, bodies: Sequence[PlayerView], seats: Sequence[Seat], aim: Aim, mine: Collection[int]
) -> list[Tag]:
    """Return the tags over their bodies: first those of this machine, then from the bottom of the board to its top."""
    people = {seat.slot: seat for seat in seats if seat.member > 0 or seat.slot in mine}
    tagged = [player for player in bodies if player.slot in people]
    tagged.sort(key=lambda player: (player.slot not in mine, -round(player.y), player.slot))
    crowded = len(tagged) > CROWDED
    found = []
    for player in tagged:
        own = player.slot in mine
        seat, named = people[player.slot], own or not crowded
        wide, tall = canvas.length(_width_of(canvas, seat, own, named)), canvas.length(_height_of(own))
        x = aim.left + round(player.x * aim.side - wide / 2)
        y = aim.top + round((player.y + FEET - TALL) * aim.side) - tall
        tag = Tag(seat, own, named, x, y, wide, tall)
        low = replace(tag, y=aim.top + round((player.y + FEET + UNDER) * aim.side), low=True)
        others = [body for body in bodies if body is not player] if own else []
        found.append(low if _is_hidden(tag, others, aim) and not _is_hidden(low, others, aim) else tag)
    return found


def _is_hidden(tag: Tag, bodies: Iterable[PlayerView], aim: Aim) -> bool:
    """True if one of the bodies is drawn over the tag."""
    box = pygame.Rect(tag.x, tag.y, tag.w, tag.h)
    half, tall = BODY[0] * aim.side / 2, BODY[1] * aim.side
    for body in bodies:
        x, soles = aim.left + body.x * aim.side, aim.top + (body.y + FEET) * aim.side
        if box.colliderect((x - half, soles - tall, 2 * half, tall)):
            return True
    return False


def _height_of(own: bool) -> float:
    return (OWN_NAME if own else NAME) + 4


def _width_of(canvas: Canvas, seat: Seat, own: bool, named: bool) -> float:
    if not named:
        return _height_of(own)
    size, name = canvas.fitted(seat.name, OWN_NAME if own else NAME, NAME_WIDEST)
    return _height_of(own) + canvas.width_of(name, size) + 3 * GAP


def _draw_tag(canvas: Canvas, tag: Tag, at: tuple[float, float]) -> None:
    """A badge and a name on a small plate; light for the players of this machine, dark for others."""
    x, y = at
    tall = _height_of(tag.own)
    if tag.named:
        ground = (*PAPER, 240) if tag.own else (*INK, 205)
        canvas.panel(x, y, tag.w / canvas.scale, tag.h / canvas.scale, ground, tall / 2)
        ink, size = (COAL, OWN_NAME) if tag.own else (PAPER, NAME)
        canvas.text(tag.seat.name, x + tall + GAP, y + tall / 2 + 1, size, ink, "midleft", NAME_WIDEST)
    draw_badge(canvas, tag.seat.slot, tag.seat.colour, tall, x, y)


def _draw_arrow(
    canvas: Canvas, tag: Tag, body: PlayerView, field: pygame.Rect, aim: Aim, side: int, bounce: int
) -> None:
    """Draw it above the tag; below the feet where there is no room, or below a tag that is there already."""
    below = tag.low or tag.y - side * 3 // 2 < 0
    feet = aim.top + round((body.y + FEET + 0.2) * aim.side)
    y = (tag.y + tag.h if tag.low else feet) + bounce if below else tag.y - side - bounce
    x = aim.left + round(body.x * aim.side) - side // 2
    key = ("arrow", side, below)
    canvas.surface.blit(canvas.cache.find(key, lambda: _arrow(side, below)), (field.x + x, field.y + y))


def _arrow(side: int, upwards: bool) -> pygame.Surface:
    big = pygame.Surface((side * 4, side * 4), pygame.SRCALPHA)
    half, way = side * 2, -1 if upwards else 1
    for grow, fill in ((1.9, INK), (1.35, ACCENT)):
        corners = [(-1.0, -0.7 * way), (1.0, -0.7 * way), (0.0, 0.9 * way)]
        pygame.draw.polygon(big, fill, [(half + x * side * grow, half + y * side * grow) for x, y in corners])
    return pygame.transform.smoothscale(big, (side, side))
