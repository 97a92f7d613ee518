"""Draws a View: the board, what is on it, and the effects.

Rule 1: a View is only read. The painter remembers looks alone: caches, particles, where the camera was.
Rule 2: an image is scaled, turned or tinted, and a text rendered, once for each size; after that it comes from a cache.
Rule 3: the order is board, floor sprites, tags, bombs, flames, bodies, particles, arrows; so no name hides a bomb. Each
        list of sprites goes to the surface in one call.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import pygame

from petard.assets.palette import PLAYER_COLOURS
from petard.game.ui.render.board_layer import BoardLayer
from petard.game.ui.render.camera import Aim, Viewpoint
from petard.game.ui.render.canvas import HEIGHT, WIDTH, Cache, Canvas
from petard.game.ui.render.death_mark import DeathMarks
from petard.game.ui.render.effects import Comfort, Feel, Particle
from petard.game.ui.render.name_tags import FEET, Tags, draw_arrows, draw_tags
from petard.game.ui.render.sprite_cache import Blit, FigureSprite, SpriteCache, drawing
from petard.game.ui.render.top_bar import BAR
from petard.game.view.cues import Cue
from petard.game.view.sprites import Sprite, floor_sprites, upper_sprites
from petard.game.view.view import View
from petard.shared.protocol.messages import Seat

FLASH = 46  # of 255: what a flash adds to every pixel


class Painter:
    """Draws the pictures of one round. Make a new one for a new round."""

    def __init__(self, comfort: Comfort, tagged: bool = True) -> None:
        """`tagged`: marks and names stand over the bodies."""
        self.feel = Feel(comfort)
        self._tags = Tags() if tagged else None
        self._sprites = SpriteCache()
        self._board = BoardLayer()
        self._viewpoint = Viewpoint()
        self._deaths = DeathMarks()
        self._kept = Cache(12_000_000)
        self.shown: View | None = None  # what the last picture showed

    def handle_cues(self, cues: Iterable[Cue], now: float) -> None:
        """Start the effects that the cues ask for."""
        cues = list(cues)
        self.feel.handle_cues(cues, self._viewpoint.near, now)
        self._deaths.handle_cues(cues, now)

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
        if self.feel.holds() and self.shown is not None:
            view = self.shown
        self.shown = view
        box = canvas.pixels(0, margins[0], WIDTH, HEIGHT - sum(margins)).clip(canvas.surface.get_rect())
        if not box:
            return  # the window is so small that only the bar is in it
        field = canvas.surface.subsurface(box)
        aim = self._viewpoint.aim(view, box.size, canvas.scale, mine, now).moved(self.feel.offset(now), canvas.scale)
        figures = {seat.slot: FigureSprite(seat.character, seat.colour, seat.slot) for seat in seats}
        self._sprites.prepare(aim.side, list(figures.values()))
        self._draw_floor(field, view, aim)
        tags = self._tags.place(canvas, box, view, seats, aim, mine, now) if self._tags else []
        draw_tags(canvas, tags, box)
        field.blits(list(self._upper(view, figures, aim, mine)), False)
        field.blits(self._particles(self.feel.flying(now), aim), False)
        blinks = self.feel.comfort.flashes
        field.blits(self._deaths.blits(self._sprites, self._kept, aim, mine, now, blinks), False)
        draw_arrows(canvas, tags, view, box, aim, now)
        self._flash(field, now)

    def _draw_floor(self, field: pygame.Surface, view: View, aim: Aim) -> None:
        size = field.get_size()
        field.blit(self._kept.find(("ground", size), lambda: _ground(size)), (0, 0))
        self._board.update(view, self._sprites)
        field.blit(self._board.surface, (aim.left, aim.top))
        field.blits([self._blit(sprite, aim) for sprite in floor_sprites(view, self.feel.comfort.danger)], False)

    def _upper(
        self, view: View, figures: Mapping[int, FigureSprite], aim: Aim, mine: Collection[int]
    ) -> Iterator[Blit]:
        for sprite in upper_sprites(view, mine):
            figure = figures.get(sprite.slot) or FigureSprite(sprite.slot, sprite.slot, sprite.slot)
            if sprite.name == "body":
                if sprite.slot in mine and not sprite.turn:
                    ring = self._sprites.ring(PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)])
                    yield _centred(ring, sprite.x, sprite.y + FEET - 0.08, aim)
                yield self._body(sprite, figure, aim)
            elif sprite.name == "bomb":
                yield _centred(self._sprites.bomb(figure, sprite.cell), sprite.x, sprite.y, aim)
            elif sprite.name == "fuse":
                yield _centred(self._sprites.fuse(sprite.cell), sprite.x, sprite.y, aim)
            else:
                yield self._blit(sprite, aim)

    def _blit(self, sprite: Sprite, aim: Aim) -> Blit:
        return _centred(self._sprites.image(sprite.name, sprite.turn, sprite.alpha), sprite.x, sprite.y, aim)

    def _body(self, sprite: Sprite, figure: FigureSprite, aim: Aim) -> Blit:
        surface = self._sprites.body(figure, sprite.cell, sprite.turn, sprite.alpha)
        _, (left, top) = _centred(surface, sprite.x, sprite.y, aim)
        if not sprite.turn:  # the soles stand on the tile
            top = aim.top + round((sprite.y + FEET) * aim.side) - surface.get_height()
        return surface, (left, top)

    def _particles(self, particles: Iterable[Particle], aim: Aim) -> list[Blit]:
        pictures = ((one, self._sprites.image(one.picture, 0, _fade(one.age / one.life))) for one in particles)
        return [_centred(picture, one.x, one.y, aim) for one, picture in pictures]

    def _flash(self, field: pygame.Surface, now: float) -> None:
        """Add light from a surface of one colour: `fill` with a blend mode takes twenty times as long."""
        light = round(FLASH * self.feel.light(now))
        if light:
            glow = self._kept.find(("glow", field.get_size()), lambda: pygame.Surface(field.get_size()).convert())
            glow.fill((light, light, light))
            field.blit(glow, (0, 0), special_flags=pygame.BLEND_RGB_ADD)


def _centred(surface: pygame.Surface, x: float, y: float, aim: Aim) -> Blit:
    """The surface and where its corner goes so that its middle is at (x, y), in tiles."""
    width, height = surface.get_size()
    return surface, (aim.left + round(x * aim.side - width / 2), aim.top + round(y * aim.side - height / 2))


def _fade(age: float) -> int:
    """Alpha of a particle by the part of its life that is over, in three steps, so that few pictures are kept."""
    return 255 if age < 0.5 else 170 if age < 0.8 else 85


def _ground(size: tuple[int, int]) -> pygame.Surface:
    """What lies around a board: the title's picture at dusk."""
    ground = pygame.transform.smoothscale(drawing("backdrop"), size).convert()
    ground.fill((104, 104, 122), special_flags=pygame.BLEND_RGB_MULT)
    return ground
