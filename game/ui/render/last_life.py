"""Draws the inset after a death: the last two seconds once more, who did it, and the tile that would have been safe.

Rule 1: it has pictures of its own size; those that it needs are made a few at a time before it is shown.
Rule 2: it is in the lower right corner, left of what a second player carries, and above what a player reads who is out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import pygame

from petard.assets.palette import ALARM, GOOD, INK, NIGHT, PAPER
from petard.game.texts.names import SOMEBODY
from petard.game.texts.phrases import tr, trc
from petard.game.ui.render.board_blits import floor_blits, upper_blits
from petard.game.ui.render.camera import Aim
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.foot import LINES, column_box
from petard.game.ui.render.play_layout import EDGE, PLATES_BELOW, BarPlace, PlayLayout
from petard.game.ui.render.player_looks import FigureSprite, draw_badge
from petard.game.ui.render.sprite_cache import SOLIDS, Blit, SpriteCache, centred
from petard.game.view.cues import Cue, PlayerDied
from petard.game.view.floor_looks import sign_of
from petard.game.view.last_life import LENGTH, LastLife, LifeRecorder, words_of
from petard.game.view.sprites import floor_sprites, upper_sprites
from petard.game.view.view import View
from petard.shared.protocol.messages import Seat
from petard.shared.rules.ruleset import TICK_RATE

AFTER = 0.8  # seconds after the death: first it is seen on the board
STAYS = 5.5  # seconds after the death until the inset goes
SIDE = 34.0  # logical units to a tile
WIDE, BOARD, HEAD, FOOT = 252.0, 172.0, 36.0, 34.0  # logical units: the width, and the heights of its three parts
TALL = HEAD + BOARD + FOOT
RIGHT, ASIDE, BELOW = 12.0, 160.0, 72.0  # kept free beside it; for a second player; under it, where no strip is
TEXT = 22.0


class LastLifeInset:
    """The inset of one round."""

    def __init__(self) -> None:
        self._recorder = LifeRecorder()
        self._sprites = SpriteCache()
        self._died: list[PlayerDied] = []  # in this picture
        self._since = 0.0
        self._life: LastLife | None = None

    def handle_cues(self, cues: Iterable[Cue], now: float) -> None:
        self._died = [cue for cue in cues if isinstance(cue, PlayerDied)]
        if self._died:
            self._since = now

    def update(self, view: View, mine: Collection[int]) -> None:
        """Note what is shown. The death of the last player in `mine` begins the inset, which is in no way then."""
        self._recorder.add(view)
        is_playing = any(body.alive and body.slot in mine for body in view.players)
        for died in [died for died in self._died if died.slot in mine and not is_playing]:
            self._life = self._recorder.last_life(died)
        self._died = []

    def draw(
        self,
        canvas: Canvas,
        layout: PlayLayout,
        seats: Sequence[Seat],
        figures: Mapping[int, FigureSprite],
        mine: Collection[int],
        now: float,
        moves: bool = True,
    ) -> None:
        """Draw it where the layout has room. Without `moves` it shows the last moment only."""
        life, age = self._life, now - self._since
        if not life or life.died.slot not in mine or not 0 <= age < STAYS:
            self._life = None if life and age >= STAYS else life
            return
        self._sprites.prepare(canvas.length(SIDE), _near(life, figures))
        x, y = _corner(canvas, layout, len(mine))
        box = canvas.pixels(x + 4, y + HEAD, WIDE - 8, BOARD)
        if age < AFTER or not canvas.surface.get_rect().contains(box):
            return
        canvas.panel(x, y, WIDE, TALL, (*NIGHT, 240), 14, rim=ALARM, rim_width=3)
        _draw_head(canvas, life, seats, x, y)
        ticks = (age - AFTER) * TICK_RATE if moves else LENGTH
        self._draw_board(canvas, canvas.surface.subsurface(box), life, figures, ticks)
        words, size = words_of(life), 20.0
        shift = 0.0 if life.safe < 0 or life.stood else 15.0
        if shift:
            place = canvas.pixels(x + WIDE / 2 - canvas.width_of(words, size) / 2 - 20, y + HEAD + BOARD + 7, 20, 20)
            canvas.surface.blit(_mark(place.w), place)
        ink = PAPER if life.safe >= 0 else ALARM
        canvas.text(words, x + WIDE / 2 + shift, y + HEAD + BOARD + FOOT / 2, size, ink, "center", WIDE - 20 - shift)

    def _draw_board(
        self,
        canvas: Canvas,
        surface: pygame.Surface,
        life: LastLife,
        figures: Mapping[int, FigureSprite],
        ticks: float,
    ) -> None:
        view, side = life.view(ticks), self._sprites.side
        aim = _aim(life, view.width, surface.get_size(), side)
        area = aim.area(surface.get_size())
        shown = view.within(area)
        surface.fill(INK)
        self._sprites.theme = view.theme
        blits: list[Blit] = []
        for tile in area.tiles(range(len(view.tiles)), view.width):
            row, column = divmod(tile, view.width)
            place = aim.left + column * side, aim.top + row * side
            blits.append((self._sprites.image(f"floor-{(row + column) % 2}"), place))
            sign = sign_of(view.floors[tile]) if view.floors else None
            if view.tiles[tile] in SOLIDS:
                blits.append((self._sprites.image(SOLIDS[view.tiles[tile]]), place))
            elif sign:
                blits.append((self._sprites.image(*sign), place))
        blits += floor_blits(self._sprites, floor_sprites(shown, True, area), aim, {}, canvas.fonts.of)
        blits += upper_blits(self._sprites, upper_sprites(shown, (), area), figures, aim, (life.died.slot,))
        if life.safe >= 0:
            row, column = divmod(life.safe, view.width)
            blits.append(centred(self._sprites.find(_mark), column + 0.5, row + 0.5, aim))
        surface.blits(blits, False)


def _corner(canvas: Canvas, layout: PlayLayout, players: int) -> tuple[float, float]:
    """Return where it lies. `players`: at this machine; what the second one carries is in the same corner."""
    if layout.shape is BarPlace.TALL:
        return canvas.wide - WIDE - RIGHT, canvas.tall - TALL - BELOW - (PLATES_BELOW if players > 2 else 0.0)
    x, bottom = canvas.wide - WIDE - RIGHT - (ASIDE if players > 1 else 0.0), layout.bottom - BELOW
    if layout.shape is BarPlace.TOP:
        bottom = layout.bottom - EDGE
    elif layout.shape is BarPlace.SIDES:
        left, top, *_ = column_box(canvas, layout, LINES, players, 0.0)
        bottom = bottom if left < canvas.wide / 2 else top - EDGE
    return x, bottom - TALL


def _near(life: LastLife, figures: Mapping[int, FigureSprite]) -> list[FigureSprite]:
    """The looks of the players who can be seen in the inset, first of all the one who died."""
    near = {
        body.slot
        for body in life.views[0].players + life.views[-1].players
        if abs(body.x - life.died.x) + abs(body.y - life.died.y) < 9
    }
    return [figures[slot] for slot in sorted(near, key=lambda slot: slot != life.died.slot) if slot in figures]


def _aim(life: LastLife, width: int, size: tuple[int, int], side: int) -> Aim:
    """Look at the middle between the death and the safe tile, so that the death is never outside."""
    x, y = life.died.x, life.died.y
    if life.safe >= 0:
        reach_x, reach_y = size[0] / side / 2 - 1, size[1] / side / 2 - 1
        half_x, half_y = (life.safe % width + 0.5 - x) / 2, (life.safe // width + 0.5 - y) / 2
        x, y = x + max(-reach_x, min(reach_x, half_x)), y + max(-reach_y, min(reach_y, half_y))
    return Aim(side, round(size[0] / 2 - x * side), round(size[1] / 2 - y * side))


def _draw_head(canvas: Canvas, life: LastLife, seats: Sequence[Seat], x: float, y: float) -> None:
    killer = next((seat for seat in seats if seat.slot == life.died.by), None)
    if life.died.by < 0:
        words = tr("A wall fell")
    elif life.died.by == life.died.slot:
        words = tr("Your own bomb")
    else:
        words = trc("short", "{name} got you", name=killer.name if killer else SOMEBODY)
    room = WIDE - 20
    if killer:
        draw_badge(canvas, killer.slot, killer.colour, 26, x + 10, y + 6)
        x, room = x + 30, room - 30
    canvas.text(words, x + 10, y + HEAD / 2 + 1, TEXT, PAPER, "midleft", room)


def _mark(side: int) -> pygame.Surface:
    """A green frame with a tick in it: told apart from the frame of danger by its shape, too."""
    big = pygame.Surface((side * 4, side * 4), pygame.SRCALPHA, 32)
    big.fill((*GOOD, 70))
    pygame.draw.rect(big, INK, big.get_rect(), side * 3 // 4, side // 2)
    pygame.draw.rect(big, GOOD, big.get_rect().inflate(-side // 4, -side // 4), side // 2, side // 2)
    corners = [(side * share, side * down) for share, down in ((1.1, 2.1), (1.8, 2.8), (3.0, 1.3))]
    pygame.draw.lines(big, INK, False, corners, side * 3 // 4)
    pygame.draw.lines(big, GOOD, False, corners, side // 2)
    return pygame.transform.smoothscale(big, (side, side))
