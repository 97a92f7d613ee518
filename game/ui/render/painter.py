"""Draws a View: the board, what is on it, and what makes it felt.

Rule 1: a View is only read. All that is remembered here is looks: caches, particles, where the camera was.
Rule 2: no picture is scaled, turned, tinted or written while drawing if it was needed before at this size.
Rule 3: the order is board, floor sprites, tags, bombs, flames, bodies, particles, arrows; so no name hides a bomb. One
        list of copies goes to the surface at a time.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

import pygame

from petard.assets.palette import PLAYER_COLOURS
from petard.game.ui.render.board_layer import BoardLayer
from petard.game.ui.render.camera import Aim, Camera
from petard.game.ui.render.canvas import HEIGHT, WIDTH, Cache, Canvas
from petard.game.ui.render.death_mark import DeathMarks
from petard.game.ui.render.effects import Comfort, Feel, Particle
from petard.game.ui.render.name_tags import FEET, Tags, draw_arrows, draw_tags
from petard.game.ui.render.sprite_cache import FigureSprite, SpriteCache, drawing
from petard.game.ui.render.top_bar import BAR
from petard.game.view.cues import Cue
from petard.game.view.fights import FightFinder
from petard.game.view.sprites import Sprite, floor_sprites, upper_sprites
from petard.game.view.view import PlayerView, View
from petard.shared.protocol.messages import Seat

FLASH = 46  # of 255: what a flash adds to every pixel
CHORES = 3  # pictures made ahead of their time while one is drawn
LINGER = 180  # ticks that the camera stays with somebody who is out

Copies = list[tuple[pygame.Surface, tuple[int, int]]]


class Painter:
    """Draws the pictures of one round. Make a new one for a new round."""

    def __init__(self, comfort: Comfort, tagged: bool = True) -> None:
        """`tagged`: marks and names stand over the bodies."""
        self.feel = Feel(comfort)
        self._tagged = tagged
        self._tags = Tags()
        self._sheets = SpriteCache()
        self._board = BoardLayer()
        self._camera = Camera()
        self._fights = FightFinder()
        self._deaths = DeathMarks()
        self._kept = Cache(12_000_000)
        self._chores: Iterator[pygame.Surface] = iter(())
        self._shown: View | None = None  # what the last picture showed
        self._near = (0.0, 0.0)  # where the person at this machine is, in tiles

    @property
    def shows(self) -> float:
        """The tick that the last picture showed; -1 before the first."""
        return self._shown.tick if self._shown else -1.0

    def hear(self, cues: Iterable[Cue], now: float) -> None:
        """Take the sparks and jolts among the cues."""
        cues = list(cues)
        self.feel.hear(cues, self._near, now)
        self._deaths.hear(cues, now)

    def draw(
        self,
        canvas: Canvas,
        view: View,
        seats: Sequence[Seat],
        now: float,
        mine: Collection[int] = (),
        room: tuple[float, float] = (BAR, 0.0),
    ) -> None:
        """Draw the board below the HUD's bar. `mine`: the slots of the people at this machine, none if they watch.

        `room`: what is kept free at the top and at the bottom, in logical units.
        """
        if self.feel.holds() and self._shown is not None:
            view = self._shown
        self._shown = view
        box = canvas.pixels(0, room[0], WIDTH, HEIGHT - room[0] - room[1]).clip(canvas.surface.get_rect())
        if not box:
            return  # a window so small that only the bar is in it
        field = canvas.surface.subsurface(box)
        size = field.get_size()
        field.blit(self._kept.find(("ground", size), lambda: _ground(size)), (0, 0))
        aim = self._aim(view, size, canvas.scale, mine, now)
        self._prepare(aim.side, seats)
        self._board.update(view, self._sheets)
        field.blit(self._board.surface, (aim.left, aim.top))
        field.blits([self._copy(sprite, aim) for sprite in floor_sprites(view, self.feel.comfort.danger)], False)
        tags = self._tags.place(canvas, box, view, seats, aim, mine, now) if self._tagged else []
        draw_tags(canvas, tags, box)
        field.blits(list(self._upper(view, seats, aim, mine)), False)
        field.blits(self._particles(self.feel.flying(now), aim), False)
        blinks = self.feel.comfort.flashes
        field.blits(self._deaths.copies(self._sheets, self._kept, aim, mine, now, blinks), False)
        draw_arrows(canvas, tags, view, box, aim, now)
        self._flash(field, now)

    def _prepare(self, side: int, seats: Sequence[Seat]) -> None:
        """Make a few pictures ahead of their time, in the quiet of the countdown."""
        if side != self._sheets.side:
            self._sheets.resize(side)
            self._chores = self._sheets.chores([FigureSprite(seat.character, seat.colour, seat.slot) for seat in seats])
        for _ in range(CHORES):
            next(self._chores, None)

    def _aim(self, view: View, field: tuple[int, int], scale: float, mine: Collection[int], now: float) -> Aim:
        own = [(body.x, body.y) for body in view.players if body.slot in mine and _is_followed(body, view.tick)]
        # Two people at one machine may be far apart: they see the whole board, as those do who watch.
        target = own[0] if len(own) == 1 else None
        if not own and any(body.slot in mine for body in view.players):
            target = self._fights.place(view)
        self._near = _mean(own) if own else target or (view.width / 2, view.height / 2)
        aim = self._camera.aim((view.width, view.height), field, scale, target, now)
        dx, dy = self.feel.offset(now)
        return Aim(aim.side, aim.left + round(dx * scale), aim.top + round(dy * scale))

    def _upper(
        self, view: View, seats: Sequence[Seat], aim: Aim, mine: Collection[int]
    ) -> Iterator[tuple[pygame.Surface, tuple[int, int]]]:
        figures = {seat.slot: FigureSprite(seat.character, seat.colour, seat.slot) for seat in seats}
        for sprite in upper_sprites(view, mine):
            figure = figures.get(sprite.slot) or FigureSprite(sprite.slot, sprite.slot, sprite.slot)
            if sprite.name == "body":
                if sprite.slot in mine and not sprite.turn:
                    yield self._ring(sprite, figure, aim)
                yield self._body(sprite, figure, aim)
            elif sprite.name == "bomb":
                surface = self._sheets.bomb(figure, sprite.cell)
                yield surface, _centred(surface, sprite.x, sprite.y, aim)
            elif sprite.name == "fuse":
                surface = self._sheets.fuse(sprite.cell)
                yield surface, _centred(surface, sprite.x, sprite.y, aim)
            else:
                yield self._copy(sprite, aim)

    def _copy(self, sprite: Sprite, aim: Aim) -> tuple[pygame.Surface, tuple[int, int]]:
        surface = self._sheets.picture(sprite.name, sprite.turn, sprite.alpha)
        return surface, _centred(surface, sprite.x, sprite.y, aim)

    def _body(self, sprite: Sprite, figure: FigureSprite, aim: Aim) -> tuple[pygame.Surface, tuple[int, int]]:
        surface = self._sheets.body(figure, sprite.cell, sprite.turn, sprite.alpha)
        left, top = _centred(surface, sprite.x, sprite.y, aim)
        if sprite.turn:
            return surface, (left, top)
        return surface, (left, aim.top + round((sprite.y + FEET) * aim.side) - surface.get_height())

    def _ring(self, sprite: Sprite, figure: FigureSprite, aim: Aim) -> tuple[pygame.Surface, tuple[int, int]]:
        surface = self._sheets.ring(PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)])
        return surface, _centred(surface, sprite.x, sprite.y + FEET - 0.08, aim)

    def _particles(self, particles: Iterable[Particle], aim: Aim) -> Copies:
        copies: Copies = []
        for one in particles:
            surface = self._sheets.picture(one.picture, 0, _fade(one.age / one.life))
            copies.append((surface, _centred(surface, one.x, one.y, aim)))
        return copies

    def _flash(self, field: pygame.Surface, now: float) -> None:
        """Added from a surface of one colour: `fill` with a blend mode takes twenty times as long."""
        light = round(FLASH * self.feel.light(now))
        if light:
            glow = self._kept.find(("glow", field.get_size()), lambda: pygame.Surface(field.get_size()).convert())
            glow.fill((light, light, light))
            field.blit(glow, (0, 0), special_flags=pygame.BLEND_RGB_ADD)


def _is_followed(body: PlayerView, tick: float) -> bool:
    """The living, and the dead for as long as they want to know what happened."""
    return body.alive or tick - body.died_at < LINGER


def _mean(places: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places)


def _centred(surface: pygame.Surface, x: float, y: float, aim: Aim) -> tuple[int, int]:
    """Where the surface's corner goes so that its middle is at (x, y), in tiles."""
    width, height = surface.get_size()
    return aim.left + round(x * aim.side - width / 2), aim.top + round(y * aim.side - height / 2)


def _fade(age: float) -> int:
    """Alpha of a particle by the part of its life that is over, in three steps, so that few pictures are kept."""
    return 255 if age < 0.5 else 170 if age < 0.8 else 85


def _ground(size: tuple[int, int]) -> pygame.Surface:
    """What lies around a board: the title's picture at dusk."""
    ground = pygame.transform.smoothscale(drawing("backdrop"), size).convert()
    ground.fill((104, 104, 122), special_flags=pygame.BLEND_RGB_MULT)
    return ground
