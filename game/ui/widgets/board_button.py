"""The button of the lobby that shows the board which is chosen, and begins a practice round on it."""

from functools import lru_cache

import pygame

from petard.assets import path
from petard.assets.palette import ACCENT, INK, MUTED, NIGHT
from petard.game.texts.phrases import tr
from petard.game.ui.layout import SMALL
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.painter import Painter
from petard.game.ui.widgets.widgets import Button, draw_paragraph, draw_slab
from petard.game.view.practice import Practice
from petard.shared.files import FileProblem, read_file
from petard.shared.rules.maps import SIDE_MOST, BadMap, Board, parse_map
from petard.shared.user_folders import data_folder

OWN_MOST = SIDE_MOST * (SIDE_MOST + 2) + 64  # bytes of a map file
CALM = Comfort(*[False] * 6)
EDGE, FOOT = 8.0, 34.0  # around the picture, and below it
TRY, NO_PICTURE = tr("P: try it out"), tr("only the server has it")


@lru_cache(maxsize=32)
def board_of(name: str) -> Board | None:
    """The board of that name that came with the game; None for one that only the server has."""
    file = path("maps", f"{name}.txt")
    is_plain = name.replace("-", "").replace("_", "").isalnum()  # a name of a server is no path
    return parse_map(file.read_text(encoding="utf-8"), name) if is_plain and file.is_file() else None


@lru_cache(maxsize=32)
def own_board_of(name: str) -> Board | None:
    """The board of that name in the folder of this user's own maps, as it was when it was first asked for."""
    folder = data_folder()
    if folder is None or not name.replace("-", "").replace("_", "").replace(".", "").isalnum():
        return None
    try:
        text = read_file(folder / "maps" / f"{name}.txt", OWN_MOST).decode("utf-8")
        return parse_map(text.replace("\r\n", "\n"), name)
    except (FileProblem, UnicodeDecodeError, BadMap):
        return None


class BoardButton(Button):
    """Shows a board; a press begins to practise on it."""

    board: Board | None = None
    preset = ""  # the name of the chosen rules

    def show(self, name: str, has_seat: bool, is_ours: bool = False, preset: str = "") -> None:
        """Show the board of that name with the bricks and items of the chosen rules.

        `has_seat`: we have players who could practise; `is_ours`: we host the room; `preset`: the name of the rules.
        """
        self.preset = preset
        self.label, self.board = name, board_of(name) or (own_board_of(name) if is_ours else None)
        self.enabled = has_seat and self.board is not None

    def draw(self, canvas: Canvas, focused: bool, now: float) -> None:
        x, y, wide, tall = self.box
        draw_slab(canvas, self.box, focused, NIGHT)
        board = self.board
        foot = FOOT if tall > 160 else 0.0
        if board:
            picture = (x + EDGE, y + EDGE, wide - 2 * EDGE, tall - 2 * EDGE - foot)
            size = canvas.pixels(*picture).size
            canvas.stamp(
                ("board", self.label, self.preset, size),
                lambda: _picture(board, self.preset, size),
                picture[0],
                picture[1],
            )
        else:
            middle = x + wide / 2, y + (tall - foot) / 2
            draw_paragraph(
                canvas, NO_PICTURE, *middle, wide - 20, size=SMALL, colour=MUTED, anchor="center", centred=True
            )
        if foot and self.enabled:
            ink = INK if focused else ACCENT
            canvas.text(TRY, x + wide / 2, y + tall - FOOT / 2 - 2, SMALL, ink, "center", wide - 20)


def _picture(board: Board, preset: str, size: tuple[int, int]) -> pygame.Surface:
    surface = pygame.Surface(size, 0, 32)
    canvas = Canvas(surface)
    canvas.fit_window()
    Painter(CALM, tagged=False).draw(canvas, Practice(board, 1, preset, bricks_most=100).view(), (), 0.0, bare=True)
    return surface
