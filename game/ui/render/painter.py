"""Draws a View: the board, what is on it, and the effects.

Rule 1: a View is only read. The painter remembers looks alone: caches, particles, where the camera was.
Rule 2: an image is scaled, turned or tinted, and a text rendered, once for each size; after that it comes from a cache.
Rule 3: the order is board, floor sprites, names, bombs, flames, bodies, particles, arrows; so no name hides a bomb.
        Each list of sprites goes to the surface in one call.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain

import pygame

from petard.game.ui.render.board_blits import floor_blits, upper_blits
from petard.game.ui.render.board_pictures import FontOf
from petard.game.ui.render.camera import Aim, Camera
from petard.game.ui.render.canvas import Canvas, drawing
from petard.game.ui.render.confetti import draw_confetti
from petard.game.ui.render.effects import Comfort, Feel, Particle
from petard.game.ui.render.last_life import LastLifeInset
from petard.game.ui.render.play_layout import BarPlace, layout_for
from petard.game.ui.render.player_looks import FigureSprite, figure_of
from petard.game.ui.render.player_marks import DeathMarks, Tags, draw_arrows, draw_tags, draw_words
from petard.game.ui.render.sprite_cache import Blit, BoardLayer, SpriteCache, centred
from petard.game.view.confetti import party_age
from petard.game.view.cues import Cue
from petard.game.view.sprites import floor_sprites, upper_sprites
from petard.game.view.view import Area, View
from petard.shared.protocol.messages import ItemName, Seat

UNSEEN = 0.02  # seconds: how old a particle is when it is first drawn
FLASH = 46  # of 255: what a flash adds to every pixel


class Pane:
    """What is remembered for one part of the window: where its camera was, and the places of names."""

    def __init__(self, tagged: bool) -> None:
        self.camera = Camera()
        self.tags = Tags() if tagged else None


class Painter:
    """Draws the pictures of one round. Make a new one for a new round."""

    def __init__(self, comfort: Comfort, tagged: bool = True, items: Iterable[ItemName] = ()) -> None:
        """`tagged`: marks and names stand over the bodies. `items`: the names of items that we may not know."""
        self.feel = Feel(comfort)
        self._panes = [Pane(tagged)]
        self._letters = {item.number: item.name[:1].upper() for item in items}
        self._sprites = SpriteCache()
        self._board = BoardLayer()
        self._deaths = DeathMarks()
        self._inset = LastLifeInset()

    def handle_cues(self, cues: Iterable[Cue], now: float) -> None:
        cues = list(cues)
        self.feel.handle_cues(cues, self._panes[0].camera.near, now)
        self._deaths.handle_cues(cues, self.feel.at(now))
        self._inset.handle_cues(cues, now)

    def draw(
        self,
        canvas: Canvas,
        view: View,
        seats: Sequence[Seat],
        now: float,
        mine: Collection[int] = (),
        foot: float = 0.0,
        bare: bool = False,
    ) -> None:
        """Draw the board where the layout of the match has it.

        `mine`: the slots of the players at this machine, none for spectators; `foot`: logical units at the bottom that
        are kept free; `bare`: nothing will be written over the board.
        """
        view, then = self.feel.shown(view, now, mine), self.feel.at(now)
        layout = layout_for(canvas, view, len(mine), foot, bare)
        figures = {seat.slot: figure_of(seat) for seat in seats}
        self.feel.smoke.update(view)
        self._inset.update(view, mine)
        self._panes += [Pane(self._panes[0].tags is not None) for _ in layout.fields[len(self._panes) :]]
        if layout.shape is BarPlace.TALL:
            canvas.surface.blit(ground(canvas.surface.get_size()), (0, 0))
        owners = [tuple(mine)] if len(layout.fields) == 1 else [(slot,) for slot in mine]
        for pane, field, own in zip(self._panes, layout.fields, owners, strict=False):
            box = canvas.pixels(*field).clip(canvas.surface.get_rect())
            if box:  # else the window is so small that only the bar is in it
                aim = pane.camera.follow(view, box.size, canvas.scale, own, layout.aside, now)
                aim = aim.moved(self.feel.offset(then), canvas.scale)
                self._draw_pane(canvas, pane, view, seats, figures, own, (box, aim), now)
        self._inset.draw(canvas, layout, seats, figures, mine, now, self.feel.comfort.sway)

    def _draw_pane(
        self,
        canvas: Canvas,
        pane: Pane,
        view: View,
        seats: Sequence[Seat],
        figures: dict[int, FigureSprite],
        mine: Collection[int],
        place: tuple[pygame.Rect, Aim],
        now: float,
    ) -> None:
        """Draw one part of the window. `place`: the pixels of it, and what is seen there."""
        (box, aim), then = place, self.feel.at(now)
        field, area = canvas.surface.subsurface(box), aim.area(box.size)
        self._sprites.prepare(aim.side, list(figures.values()))
        view = view.within(area)
        self._draw_floor(field, view, aim, area, canvas.fonts.of)
        tags = pane.tags.place(canvas, box, view, seats, aim, mine, now) if pane.tags else []
        draw_tags(canvas, tags, box)
        sprites = upper_sprites(view, mine, area, self.feel.comfort.sway)
        field.blits(list(upper_blits(self._sprites, sprites, figures, aim, mine)), False)
        self._draw_effects(canvas, view, box, aim, mine, then)
        draw_arrows(canvas, tags, view.go_in > 0, box, aim, now)

    def _draw_effects(
        self, canvas: Canvas, view: View, box: pygame.Rect, aim: Aim, mine: Collection[int], then: float
    ) -> None:
        """Draw what lies over the bodies. `then`: the time for effects, in seconds."""
        field, feel = canvas.surface.subsurface(box), self.feel
        field.blits(list(self._particles(feel.flying(then), aim)), False)
        field.blits(list(self._deaths.blits(self._sprites, aim, mine, then, feel.comfort.flashes)), False)
        if feel.comfort.particles:
            draw_confetti(field, view, canvas.scale)
        draw_words(canvas, feel.words.shown(then, feel.comfort.sway) if party_age(view) < 0 else (), box, aim)
        light, glow = round(FLASH * feel.light(then)), _glow(box.size)
        if light:  # from a surface of one colour: `fill` with a blend mode takes twenty times as long
            glow.fill((light, light, light))
            field.blit(glow, (0, 0), special_flags=pygame.BLEND_RGB_ADD)

    def _draw_floor(self, field: pygame.Surface, view: View, aim: Aim, area: Area, font: FontOf) -> None:
        left, top = field.get_offset()
        field.blit(ground(field.get_parent().get_size()), (-left, -top))
        self._board.update(view, self._sprites, area)
        field.blit(self._board.surface, (aim.left, aim.top))
        comfort = self.feel.comfort
        smoke = self.feel.smoke.sprites(view, area) if comfort.particles else ()
        sprites = chain(floor_sprites(view, comfort.danger, area, comfort.sway), smoke)
        field.blits(list(floor_blits(self._sprites, sprites, aim, self._letters, font)), False)

    def _particles(self, particles: Iterable[Particle], aim: Aim) -> Iterator[Blit]:
        """They fade in three steps, by the part of their life that is over, so that few pictures are kept.

        New ones lie on each other while the picture holds at a kill, and would hide who was hit.
        """
        for one in (particle for particle in particles if particle.age >= UNSEEN):
            age = one.age / one.life
            alpha = 255 if age < 0.5 else 170 if age < 0.8 else 85
            yield centred(self._sprites.image(one.picture, 0, alpha), one.x, one.y, aim)


@lru_cache(maxsize=2)  # of a match and of the thumbnails in a list
def ground(size: tuple[int, int]) -> pygame.Surface:
    """Return what lies around a board: the title's picture at dusk."""
    ground = pygame.transform.smoothscale(drawing("backdrop"), size).convert(32)
    ground.fill((104, 104, 122), special_flags=pygame.BLEND_RGB_MULT)
    return ground


@lru_cache(maxsize=2)
def _glow(size: tuple[int, int]) -> pygame.Surface:
    return pygame.Surface(size, 0, 32)
