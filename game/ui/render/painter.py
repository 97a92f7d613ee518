"""Draws a View: the board, what is on it, and the effects.

Rule 1: a View is only read. The painter remembers looks alone: caches, particles, where the camera was.
Rule 2: an image is scaled, turned or tinted, and a text rendered, once for each size; after that it comes from a cache.
Rule 3: the order is board, floor sprites, names, bombs, flames, bodies, particles, arrows; so no name hides a bomb.
        Each list of sprites goes to the surface in one call.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain

import pygame

from petard.assets.palette import PLAYER_COLOURS
from petard.game.ui.render.board_pictures import FontOf, body, bomb, crate, fuse, ground_ring
from petard.game.ui.render.camera import Aim, Camera
from petard.game.ui.render.canvas import HEIGHT, WIDTH, Canvas, drawing
from petard.game.ui.render.confetti import draw_confetti
from petard.game.ui.render.effects import Comfort, Feel, Particle
from petard.game.ui.render.player_looks import FigureSprite, figure_of
from petard.game.ui.render.player_marks import FEET, DeathMarks, Tags, draw_arrows, draw_tags, draw_words
from petard.game.ui.render.sprite_cache import Blit, BoardLayer, SpriteCache, centred
from petard.game.ui.render.top_bar import BAR
from petard.game.view.confetti import party_age
from petard.game.view.cues import Cue
from petard.game.view.sprites import floor_sprites, upper_sprites
from petard.game.view.view import Area, View
from petard.shared.protocol.messages import ItemName, Seat

UNSEEN = 0.02  # seconds: how old a particle is when it is first drawn
FLASH = 46  # of 255: what a flash adds to every pixel


class Painter:
    """Draws the pictures of one round. Make a new one for a new round."""

    def __init__(self, comfort: Comfort, tagged: bool = True, items: Iterable[ItemName] = ()) -> None:
        """`tagged`: marks and names stand over the bodies. `items`: the names of items that we may not know."""
        self.feel = Feel(comfort)
        self._tags = Tags() if tagged else None
        self._letters = {item.number: item.name[:1].upper() for item in items}
        self._sprites = SpriteCache()
        self._board = BoardLayer()
        self._camera = Camera()
        self._deaths = DeathMarks()

    def handle_cues(self, cues: Iterable[Cue], now: float) -> None:
        cues = list(cues)
        self.feel.handle_cues(cues, self._camera.near, now)
        self._deaths.handle_cues(cues, self.feel.at(now))

    def draw(
        self,
        canvas: Canvas,
        view: View,
        seats: Sequence[Seat],
        now: float,
        mine: Collection[int] = (),
        margins: tuple[float, float] = (BAR, 0.0),
    ) -> None:
        """Draw the board below the top bar. `mine`: the slots of the players at this machine, none for spectators.

        `margins`: logical units that are kept free at the top and at the bottom.
        """
        view, then = self.feel.shown(view, now, mine), self.feel.at(now)
        box = field_of(canvas, margins)
        if not box:
            return  # the window is so small that only the bar is in it
        field = canvas.surface.subsurface(box)
        aim = self._camera.follow(view, box.size, canvas.scale, mine, now).moved(self.feel.offset(then), canvas.scale)
        figures = {seat.slot: figure_of(seat) for seat in seats}
        self._sprites.prepare(aim.side, list(figures.values()))
        area = aim.area(box.size)
        self.feel.smoke.update(view)
        view = view.within(area)
        self._draw_floor(field, view, aim, area, canvas.fonts.of)
        tags = self._tags.place(canvas, box, view, seats, aim, mine, now) if self._tags else []
        draw_tags(canvas, tags, box)
        field.blits(list(self._upper(view, figures, aim, mine, area)), False)
        field.blits(list(self._particles(self.feel.flying(then), aim)), False)
        field.blits(list(self._deaths.blits(self._sprites, aim, mine, then, self.feel.comfort.flashes)), False)
        if self.feel.comfort.particles:
            draw_confetti(field, view, canvas.scale)
        words = self.feel.words.shown(then, self.feel.comfort.sway) if party_age(view) < 0 else ()
        draw_words(canvas, words, box, aim)
        draw_arrows(canvas, tags, view.go_in > 0, box, aim, now)
        light, glow = round(FLASH * self.feel.light(then)), _glow(box.size)
        if light:  # from a surface of one colour: `fill` with a blend mode takes twenty times as long
            glow.fill((light, light, light))
            field.blit(glow, (0, 0), special_flags=pygame.BLEND_RGB_ADD)

    def _draw_floor(self, field: pygame.Surface, view: View, aim: Aim, area: Area, font: FontOf) -> None:
        field.blit(ground(field.get_size()), (0, 0))
        self._board.update(view, self._sprites, area)
        field.blit(self._board.surface, (aim.left, aim.top))
        pictures: list[Blit] = []
        comfort = self.feel.comfort
        smoke = self.feel.smoke.sprites(view, area) if comfort.particles else ()
        for one in chain(floor_sprites(view, comfort.danger, area, comfort.sway), smoke):
            if one.name == "crate":
                picture = self._sprites.find(crate, self._letters.get(one.cell, "?"), font)
            else:
                picture = self._sprites.image(one.name, one.turn, one.alpha)
            pictures.append(centred(picture, one.x, one.y, aim))
        field.blits(pictures, False)

    def _upper(
        self, view: View, figures: Mapping[int, FigureSprite], aim: Aim, mine: Collection[int], area: Area
    ) -> Iterator[Blit]:
        find = self._sprites.find
        for sprite in upper_sprites(view, mine, area, self.feel.comfort.sway):
            x, y, name = sprite.x, sprite.y, sprite.name
            figure = figures.get(sprite.slot) or FigureSprite(sprite.slot, sprite.slot, sprite.slot)
            if name == "body":
                if sprite.slot in mine and not sprite.turn:
                    ring = find(ground_ring, PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)])
                    yield centred(ring, x, y + FEET - 0.08, aim)
                picture, (left, top) = centred(find(body, figure, sprite.cell, sprite.turn, sprite.alpha), x, y, aim)
                if not sprite.turn:  # the soles stand on the tile
                    top = aim.top + round((y + FEET) * aim.side) - picture.get_height()
                yield picture, (left, top)
            elif name == "bomb":
                yield centred(find(bomb, figure, sprite.cell), x, y, aim)
            elif name == "fuse":
                yield centred(find(fuse, sprite.cell), x, y, aim)
            else:
                yield centred(self._sprites.image(name, sprite.turn, sprite.alpha), x, y, aim)

    def _particles(self, particles: Iterable[Particle], aim: Aim) -> Iterator[Blit]:
        """They fade in three steps, by the part of their life that is over, so that few pictures are kept.

        New ones lie on each other while the picture holds at a kill, and would hide who was hit.
        """
        for one in (particle for particle in particles if particle.age >= UNSEEN):
            age = one.age / one.life
            alpha = 255 if age < 0.5 else 170 if age < 0.8 else 85
            yield centred(self._sprites.image(one.picture, 0, alpha), one.x, one.y, aim)


def field_of(canvas: Canvas, margins: tuple[float, float]) -> pygame.Rect:
    """Return the pixels of the window where the board is drawn; see Painter.draw."""
    return canvas.pixels(0, margins[0], WIDTH, HEIGHT - sum(margins)).clip(canvas.surface.get_rect())


@lru_cache(maxsize=2)  # of a match and of the thumbnails in a list
def ground(size: tuple[int, int]) -> pygame.Surface:
    """Return what lies around a board: the title's picture at dusk."""
    ground = pygame.transform.smoothscale(drawing("backdrop"), size).convert(32)
    ground.fill((104, 104, 122), special_flags=pygame.BLEND_RGB_MULT)
    return ground


@lru_cache(maxsize=2)
def _glow(size: tuple[int, int]) -> pygame.Surface:
    return pygame.Surface(size, 0, 32)
