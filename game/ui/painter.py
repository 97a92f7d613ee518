"""Draws a View: the board, what is on it, and what makes it felt.

Rule 1: a View is only read. All that is remembered here is looks: caches, particles, where the camera was.
Rule 2: no picture is scaled, turned, tinted or written while drawing if it was needed before at this size.
Rule 3: the order is board, sprites, particles, tags; one list of copies goes to the surface at a time.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

import pygame

from assets.palette import ACCENT, INK, PAPER, PLAYER_COLOURS
from game.client.cues import Cue
from game.client.sprites import Sprite, sprites
from game.client.view import PlayerView, View
from game.ui.board import Board
from game.ui.camera import Aim, Camera
from game.ui.canvas import HEIGHT, WIDTH, Cache, Canvas
from game.ui.effects import Comfort, Feel, Particle
from game.ui.marks import badge
from game.ui.sheets import Figure, Sheets, drawing
from shared.protocol.messages import Seat

BAR = 64  # logical units at the top that belong to the HUD
FEET = 0.44  # tiles from the middle of a body down to its soles
FLASH = 46  # of 255: what a flash adds to every pixel
CHORES = 3  # pictures made ahead of their time while one is drawn
LINGER = 180  # ticks that the camera stays with somebody who is out
CROWDED = 16  # with more bodies than this only marks are shown, no names

Copies = list[tuple[pygame.Surface, tuple[int, int]]]


class Painter:
    """Draws the pictures of one round. Make a new one for a new round."""

    def __init__(self, comfort: Comfort, tagged: bool = True) -> None:
        """`tagged`: marks and names stand over the bodies."""
        self.feel = Feel(comfort)
        self._tagged = tagged
        self._sheets = Sheets()
        self._board = Board()
        self._camera = Camera()
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
        self.feel.hear(cues, self._near, now)

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
        field.blits(list(self._sprites(view, seats, aim, mine)), False)
        field.blits(self._particles(self.feel.flying(now), aim), False)
        if self._tagged:
            field.blits(list(self._labels(canvas, view, seats, aim, mine, now)), False)
        self._flash(field, now)

    def _prepare(self, side: int, seats: Sequence[Seat]) -> None:
        """Make a few pictures ahead of their time, in the quiet of the countdown."""
        if side != self._sheets.side:
            self._sheets.resize(side)
            self._chores = self._sheets.chores([Figure(seat.character, seat.colour, seat.slot) for seat in seats])
        for _ in range(CHORES):
            next(self._chores, None)

    def _aim(self, view: View, field: tuple[int, int], scale: float, mine: Collection[int], now: float) -> Aim:
        own = [(body.x, body.y) for body in view.players if body.slot in mine and _is_followed(body, view.tick)]
        self._near = _mean(own) if own else (view.width / 2, view.height / 2)
        # Two people at one machine may be far apart: they see the whole board, as those do who watch.
        target = own[0] if len(own) == 1 else None
        aim = self._camera.aim((view.width, view.height), field, scale, target, now)
        dx, dy = self.feel.offset(now)
        return Aim(aim.side, aim.left + round(dx * scale), aim.top + round(dy * scale))

    def _sprites(
        self, view: View, seats: Sequence[Seat], aim: Aim, mine: Collection[int]
    ) -> Iterator[tuple[pygame.Surface, tuple[int, int]]]:
        figures = {seat.slot: Figure(seat.character, seat.colour, seat.slot) for seat in seats}
        for sprite in sprites(view, self.feel.comfort.danger, mine):
            if sprite.name == "body":
                figure = figures.get(sprite.slot) or Figure(sprite.slot, sprite.slot, sprite.slot)
                if sprite.slot in mine and not sprite.turn:
                    yield self._ring(sprite, figure, aim)
                yield self._body(sprite, figure, aim)
            else:
                surface = self._sheets.picture(sprite.name, sprite.turn, sprite.alpha)
                yield surface, _centred(surface, sprite.x, sprite.y, aim)

    def _body(self, sprite: Sprite, figure: Figure, aim: Aim) -> tuple[pygame.Surface, tuple[int, int]]:
        surface = self._sheets.body(figure, sprite.cell, sprite.turn, sprite.alpha)
        left, top = _centred(surface, sprite.x, sprite.y, aim)
        if sprite.turn:
            return surface, (left, top)
        return surface, (left, aim.top + round((sprite.y + FEET) * aim.side) - surface.get_height())

    def _ring(self, sprite: Sprite, figure: Figure, aim: Aim) -> tuple[pygame.Surface, tuple[int, int]]:
        surface = self._sheets.ring(PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)])
        return surface, _centred(surface, sprite.x, sprite.y + FEET - 0.08, aim)

    def _particles(self, particles: Iterable[Particle], aim: Aim) -> Copies:
        copies: Copies = []
        for one in particles:
            surface = self._sheets.picture(one.picture, 0, _fade(one.age / one.life))
            copies.append((surface, _centred(surface, one.x, one.y, aim)))
        return copies

    def _labels(
        self, canvas: Canvas, view: View, seats: Sequence[Seat], aim: Aim, mine: Collection[int], now: float
    ) -> Iterator[tuple[pygame.Surface, tuple[int, int]]]:
        names = {seat.slot: seat for seat in seats}
        crowded = len(view.players) > CROWDED
        for player in sorted(view.players, key=lambda player: player.slot in mine):
            seat = names.get(player.slot)
            if not player.alive or seat is None:
                continue
            own = player.slot in mine
            surface = self._tag(canvas, seat, own, named=own or not crowded)
            left, top = _centred(surface, player.x, player.y, aim)
            top = aim.top + round((player.y + FEET - 1.32) * aim.side) - surface.get_height()
            yield surface, (left, top)
            if own:
                yield self._arrow(canvas, view, player, aim, top, now)

    def _tag(self, canvas: Canvas, seat: Seat, own: bool, named: bool) -> pygame.Surface:
        key = (seat.slot, seat.name, seat.colour, own, named, self._sheets.side, canvas.scale)
        return self._kept.find(key, lambda: _tag(canvas, seat, own, named))

    def _arrow(
        self, canvas: Canvas, view: View, player: PlayerView, aim: Aim, top: int, now: float
    ) -> tuple[pygame.Surface, tuple[int, int]]:
        """It bounces above one's own tag, large while the countdown runs; below the feet where there is no room."""
        side = round((34 if view.go_in > 0 else 15) * canvas.scale)
        bounce = round(abs((now * 1.6) % 1 - 0.5) * side * 0.8)
        below = top - side * 3 // 2 < 0
        surface = self._kept.find(("arrow", side, below), lambda: _arrow(side, below))
        y = aim.top + round((player.y + FEET + 0.2) * aim.side) + bounce if below else top - side - bounce
        return surface, (aim.left + round(player.x * aim.side) - side // 2, y)

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


def _tag(canvas: Canvas, seat: Seat, own: bool, named: bool) -> pygame.Surface:
    """A mark and a name on a small plate; one's own is light, the others' dark."""
    scale, colour = canvas.scale, PLAYER_COLOURS[seat.colour % len(PLAYER_COLOURS)]
    mark = badge(seat.slot, colour, round((24 if own else 21) * scale), canvas.fonts.of)
    if not named:
        return mark
    font = canvas.fonts.of(round((19 if own else 16) * scale))
    text = font.render(seat.name, True, INK if own else PAPER)
    gap = round(3 * scale)
    width, height = mark.get_width() + text.get_width() + 4 * gap, max(mark.get_height(), text.get_height()) + 2
    plate = pygame.Surface((width, height), pygame.SRCALPHA)
    pygame.draw.rect(plate, (*PAPER, 235) if own else (*INK, 150), plate.get_rect(), border_radius=height // 2)
    plate.blit(mark, (gap, (height - mark.get_height()) // 2))
    plate.blit(text, (mark.get_width() + 2 * gap, (height - text.get_height()) // 2))
    return plate


def _arrow(side: int, upwards: bool) -> pygame.Surface:
    big = pygame.Surface((side * 4, side * 4), pygame.SRCALPHA)
    half, way = side * 2, -1 if upwards else 1
    for grow, fill in ((1.9, INK), (1.35, ACCENT)):
        corners = [(-1.0, -0.7 * way), (1.0, -0.7 * way), (0.0, 0.9 * way)]
        pygame.draw.polygon(big, fill, [(half + x * side * grow, half + y * side * grow) for x, y in corners])
    return pygame.transform.smoothscale(big, (side, side))


def _ground(size: tuple[int, int]) -> pygame.Surface:
    """What lies around a board: the title's picture at dusk."""
    ground = pygame.transform.smoothscale(drawing("backdrop"), size).convert()
    ground.fill((104, 104, 122), special_flags=pygame.BLEND_RGB_MULT)
    return ground
