"""How to play: three pages of small boards that move, each with what to press or to know."""

from collections.abc import Mapping
from math import ceil

import pygame

from petard.assets.palette import ACCENT, GOOD, INK, NIGHT, PAPER
from petard.game.texts.phrases import tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.key_hints import walk_and_bomb
from petard.game.ui.layout import BODY, SMALL, Box, column, row
from petard.game.ui.render.board_blits import floor_blits, upper_blits
from petard.game.ui.render.camera import Aim
from petard.game.ui.render.canvas import TALL_WIDTH, WIDTH, Canvas
from petard.game.ui.render.carts import draw_carts
from petard.game.ui.render.player_looks import FigureSprite
from petard.game.ui.render.sprite_cache import SOLIDS, Blit, SpriteCache
from petard.game.ui.screen import NavigationRequest, ShowTutorial, SimpleRequest
from petard.game.ui.screens.menu import Menu, draw_sheet
from petard.game.ui.widgets.widgets import Button, Widget, draw_paragraph
from petard.game.view.floor_looks import sign_of
from petard.game.view.lessons import PAGES, SIZE, Lesson, LessonRun, words_of
from petard.game.view.sprites import floor_sprites, upper_sprites
from petard.game.view.view import View
from petard.shared.rules.ruleset import TICK_RATE

CARDS, TALL_CARDS = (58.0, 78.0, 1164.0, 572.0), (30.0, 84.0, 660.0, 1032.0)  # all of them; on a tall page
GAP, PAD = 12.0, 10.0  # between two cards; in a card, above its board
WORDS, PITCH = 94.0, 28.0  # what the words below a board take; from line to line
OTHER = FigureSprite(1, 1, 1)  # the look of the opponent
PAUSED_AT = 100  # ticks: what is shown with reduced motion


def places(is_tall: bool, count: int) -> list[Box]:
    """Return the places of so many cards: in two rows, or in two columns (of three rows or more) on a tall page.

    >>> places(False, 6)[4], places(True, 8)[1], places(True, 4) == places(True, 6)[:4]
    ((450.0, 370.0, 380.0, 280.0), (366.0, 84.0, 324.0, 249.0), True)
    """
    x, y, wide, tall = TALL_CARDS if is_tall else CARDS
    across, down = (2, max(3, ceil(count / 2))) if is_tall else (ceil(count / 2), 2)
    card = (wide - (across - 1) * GAP) / across, (tall - (down - 1) * GAP) / down
    lines = column((x, y, *card), down, GAP)
    return [box for line in lines for box in row(x, line[1], card[1], (card[0],) * across, GAP)][:count]


class HowToPlayScreen(Menu):
    """Shows the lessons."""

    has_tall_page = True

    requests: Mapping[str, NavigationRequest] = {"try": ShowTutorial(SimpleRequest.HOW_TO_PLAY)}

    def __init__(self, context: ScreenContext, back: NavigationRequest = SimpleRequest.TITLE) -> None:
        """`back`: the request that leaving this screen makes."""
        self.back_request = back
        self._pages = [[LessonRun(lesson) for lesson in page] for page in PAGES]
        self._shown = 0  # the page
        self._since: float | None = None  # when this page was drawn first
        self._sprites = SpriteCache()
        super().__init__(context)

    def widgets(self) -> list[Widget]:
        """The way back; and from the title, where no match waits, one into the first round."""
        middle, y, tall, widths = (
            (TALL_WIDTH / 2, 1126, 56, (152, 152, 332)) if self.is_tall else (WIDTH / 2, 656, 50, (368, 368, 368))
        )
        count = 3 if self.back_request is SimpleRequest.TITLE else 2
        left = middle - sum(widths[:count]) / 2 - (count - 1) * 8
        boxes = row(left, y, tall, widths[:count], 16)
        label = tr("More") if self._shown < len(PAGES) - 1 else tr("The basics")
        more = Button("more", boxes[1], label, size=28)
        begin = [Button("try", boxes[2], tr("Try it in 40 seconds"), size=28)] if count > 2 else []
        return [Button("back", boxes[0], tr("Back"), GOOD, 30), more, *begin]

    def activate(self, key: str) -> None:
        """Turn the page."""
        self._shown, self._since = (self._shown + 1) % len(PAGES), None
        self.arrange()

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Draw the cards, each at the same moment of its run."""
        sheet, high = (TALL_WIDTH, 1184) if self.is_tall else (WIDTH - 24, 698)
        draw_sheet(canvas, (self.page_wide - sheet + 24) / 2, 12, sheet - 24, high)
        canvas.text(tr("How to play"), self.page_wide / 2, 48, 46, PAPER, "center")
        self._since = now if self._since is None else self._since
        ticks = PAUSED_AT if self.context.settings.reduced_motion else int((now - self._since) * TICK_RATE)
        settings = self.context.settings
        hints = walk_and_bomb(settings.keys, self.context.devices.gamepads.bomb_name)
        figures = {0: FigureSprite(max(0, settings.character), settings.colour, 0), 1: OTHER}
        page = self._pages[self._shown]
        boxes = places(self.is_tall, len(page))
        side = min((boxes[0][2] - 2 * PAD) / SIZE[0], (boxes[0][3] - PAD - WORDS) / SIZE[1])
        board = SIZE[0] * side, SIZE[1] * side
        self._sprites.prepare(canvas.length(side), list(figures.values()))
        for run, (x, y, wide, tall) in zip(page, boxes, strict=True):
            canvas.panel(x, y, wide, tall, NIGHT, 18)
            place = canvas.pixels(x + (wide - board[0]) / 2, y + PAD, 0, 0).topleft
            _draw_board(canvas, place, self._sprites, run.view(ticks), figures)
            _draw_words(canvas, run.lesson, (x, y + PAD + board[1], wide, WORDS), hints)


def _draw_words(canvas: Canvas, lesson: Lesson, box: Box, hints: Mapping[str, str]) -> None:
    x, y, wide, tall = box
    canvas.text(lesson.title, x + wide / 2, y + 22, BODY, ACCENT, "center", wide - 20)
    words, middle = words_of(lesson, hints), y + (tall + 38) / 2
    draw_paragraph(
        canvas, words, x + wide / 2, middle, wide - 16, size=SMALL, anchor="center", pitch=PITCH, centred=True
    )


def _draw_board(
    canvas: Canvas, place: tuple[int, int], cache: SpriteCache, view: View, figures: dict[int, FigureSprite]
) -> None:
    side = cache.side
    box = pygame.Rect(place, (view.width * side, view.height * side)).clip(canvas.surface.get_rect())
    if not box:
        return
    surface, aim = canvas.surface.subsurface(box), Aim(side, 0, 0)
    surface.fill(INK)
    blits: list[Blit] = []
    for tile, kind in enumerate(view.tiles):
        row, column = divmod(tile, view.width)
        blits.append((cache.image(f"floor-{(row + column) % 2}"), (column * side, row * side)))
        if kind in SOLIDS:
            blits.append((cache.image(SOLIDS[kind]), (column * side, row * side)))
        elif view.floors and (sign := sign_of(view.floors[tile])):
            blits.append((cache.image(*sign), (column * side, row * side)))
    blits += floor_blits(cache, floor_sprites(view, bobs=True), aim, {}, canvas.fonts.of)
    blits += upper_blits(cache, upper_sprites(view, (0,)), figures, aim, (0,))
    surface.blits(blits, False)
    draw_carts(canvas, surface, cache, view, {}, figures, (0,), aim)
