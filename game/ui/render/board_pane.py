"""One part of the window with a part of the board in it: all of the window, or one for each player at this machine.

Rule: the order is board, floor sprites, names, bombs, flames, bodies, particles, arrows; so no name hides a bomb. Each
      list of sprites goes to the surface in one call.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

import pygame

from petard.game.ui.render.board_blits import floor_blits, upper_blits
from petard.game.ui.render.board_pictures import FontOf
from petard.game.ui.render.camera import Aim, Camera
from petard.game.ui.render.canvas import Canvas, drawing
from petard.game.ui.render.carts import draw_carts
from petard.game.ui.render.confetti import draw_confetti
from petard.game.ui.render.effects import Feel, Particle
from petard.game.ui.render.player_looks import FigureSprite
from petard.game.ui.render.player_marks import DeathMarks, Tags, draw_arrows, draw_tags, draw_words
from petard.game.ui.render.sprite_cache import Blit, BoardLayer, SpriteCache, centred
from petard.game.view.confetti import party_age
from petard.game.view.crowns import carried_crowns, lying_crowns
from petard.game.view.sprites import floor_sprites, upper_sprites
from petard.game.view.view import Area, View
from petard.shared.protocol.messages import Seat

UNSEEN = 0.02  # seconds: how old a particle is when it is first drawn
FLASH = 46  # of 255: what a flash adds to every pixel


@dataclass(slots=True)
class BoardParts:
    """What all parts of the window share."""

    feel: Feel
    letters: Mapping[int, str]  # of the items that we may not know, by their numbers
    sprites: SpriteCache
    board: BoardLayer
    deaths: DeathMarks = field(default_factory=DeathMarks)


class Pane:
    """Remembers where its camera was, and the places of names."""

    def __init__(self, tagged: bool) -> None:
        self.camera = Camera()
        self.tags = Tags() if tagged else None

    def draw(
        self,
        canvas: Canvas,
        parts: BoardParts,
        view: View,
        seats: Sequence[Seat],
        figures: dict[int, FigureSprite],
        mine: Collection[int],
        place: tuple[pygame.Rect, Aim],
        now: float,
    ) -> None:
        """Draw the board. `place`: the pixels of the window, and what is seen there."""
        (box, aim), then = place, parts.feel.at(now)
        field, area = canvas.surface.subsurface(box), aim.area(box.size)
        parts.sprites.prepare(aim.side, list(figures.values()))
        view = view.within(area)
        _draw_floor(parts, field, view, aim, area, (canvas.fonts.of, figures))
        tags = self.tags.place(canvas, box, view, seats, aim, mine, now) if self.tags else []
        draw_tags(canvas, tags, box)
        sprites = upper_sprites(view, mine, area, parts.feel.comfort.sway) + carried_crowns(view)
        field.blits(list(upper_blits(parts.sprites, sprites, figures, aim, mine)), False)
        draw_carts(canvas, field, parts.sprites, view, {seat.slot: seat for seat in seats}, figures, mine, aim)
        _draw_effects(canvas, parts, view, box, aim, mine, then)
        draw_arrows(canvas, tags, view.go_in > 0, box, aim, now)


def _draw_effects(
    canvas: Canvas, parts: BoardParts, view: View, box: pygame.Rect, aim: Aim, mine: Collection[int], then: float
) -> None:
    """Draw what lies over the bodies. `then`: the time for effects, in seconds."""
    field, feel = canvas.surface.subsurface(box), parts.feel
    field.blits(list(_particles(parts.sprites, feel.flying(then), aim)), False)
    field.blits(list(parts.deaths.blits(parts.sprites, aim, mine, then, feel.comfort.flashes)), False)
    if feel.comfort.particles:
        draw_confetti(field, view, canvas.scale)
    draw_words(canvas, feel.words.shown(then, feel.comfort.sway) if party_age(view) < 0 else (), box, aim)
    light, glow = round(FLASH * feel.light(then)), _glow(box.size)
    if light:  # from a surface of one colour: `fill` with a blend mode takes twenty times as long
        glow.fill((light, light, light))
        field.blit(glow, (0, 0), special_flags=pygame.BLEND_RGB_ADD)


def _draw_floor(
    parts: BoardParts,
    field: pygame.Surface,
    view: View,
    aim: Aim,
    area: Area,
    looks: tuple[FontOf, Mapping[int, FigureSprite]],
) -> None:
    font, figures = looks
    left, top = field.get_offset()
    field.blit(ground(field.get_parent().get_size(), view.theme), (-left, -top))
    parts.board.update(view, parts.sprites, area, {slot: one.colour for slot, one in figures.items()})
    field.blit(parts.board.surface, (aim.left, aim.top))
    comfort = parts.feel.comfort
    smoke = parts.feel.smoke.sprites(view, area) if comfort.particles else ()
    sprites = chain(floor_sprites(view, comfort.danger, area, comfort.sway), smoke, lying_crowns(view))
    field.blits(list(floor_blits(parts.sprites, sprites, aim, parts.letters, font)), False)


def _particles(sprites: SpriteCache, particles: Iterable[Particle], aim: Aim) -> Iterator[Blit]:
    """They fade in three steps, by the part of their life that is over, so that few pictures are kept.

    New ones lie on each other while the picture holds at a kill, and would hide who was hit.
    """
    for one in (particle for particle in particles if particle.age >= UNSEEN):
        age = one.age / one.life
        alpha = 255 if age < 0.5 else 170 if age < 0.8 else 85
        yield centred(sprites.image(one.picture, 0, alpha), one.x, one.y, aim)


@lru_cache(maxsize=2)  # of a match and of the thumbnails in a list
def ground(size: tuple[int, int], theme: str) -> pygame.Surface:
    """Return what lies around a board: the picture of its theme, or the title's at dusk, without its figures.

    Beside a board they would look like players. Of the picture, the lower middle part is shown that has the shape of
    `size`, so that nothing of it is stretched.
    """
    picture = drawing(f"{theme}-ground" if theme else "stage")
    (wide, tall), share = picture.get_size(), max(size[0] / picture.get_width(), size[1] / picture.get_height())
    seen = min(wide, round(size[0] / share)), min(tall, round(size[1] / share))
    part = picture.subsurface(((wide - seen[0]) // 2, tall - seen[1]), seen)
    ground = pygame.transform.smoothscale(part, size).convert(32)
    ground.fill((190, 190, 204) if theme else (104, 104, 122), special_flags=pygame.BLEND_RGB_MULT)
    return ground


@lru_cache(maxsize=2)
def _glow(size: tuple[int, int]) -> pygame.Surface:
    return pygame.Surface(size, 0, 32)
