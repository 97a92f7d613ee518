"""Where everything of a match lies, by the shape of the window: pure arithmetic, in logical units.

Rule 1: the board gets as much room as it can. Where the window is wide, the bar stands aside in two columns beside the
        board (SIDES); else it lies above (TOP); in a window that is higher than wide, what does not belong to the board
        lies above and below it (TALL).
Rule 2: a board whose tiles would be less than FOLLOW_UNDER is seen in part, with a part of the window for each of the
        players at this machine, and a small map. Spectators see all of it.
Rule 3: nothing here depends on who is still alive, so nothing jumps during a round.
Rule 4: what a person reads who is out covers no tile of a board that is shown whole: it is in a column beside it, or
        where the bar lies above, in a strip below the board.
"""

from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from math import ceil

from petard.game.ui.layout import Box, column, row
from petard.game.ui.render.canvas import Canvas
from petard.game.view.view import View

FOLLOW_UNDER = 32.0  # a smaller tile is not played on
LARGEST = 72.0  # a tile
BAR = 64.0  # the height of the bar above the board
FOOT_TALL = 36.0  # the height of the line at the bottom
CLOCK = 206.0  # the width of the clock
ASIDE = 108.0  # what the plates need beside the board
COLUMN, COLUMN_FOR_FOUR = 168.0, 204.0  # the least width of a column beside the board; for 3 or 4 players here
EDGE, GAP = 10.0, 6.0  # from the edge of the window; between two chips
CHIP_TALL, MINI_TALL = 52.0, 44.0
CHIP_WIDEST, CHIP_LEAST = 176.0, 108.0  # a chip with a name
MINI = 60.0  # a chip without one
CHIPS_MOST, MINIS_MOST = 8, 16  # players; with more, chips have no names; with more, they are small marks
MARK = 29.0  # the pitch of the small marks
PLATES = 162.0  # the height that the plates of two players take in the columns
PLATES_BELOW = 150.0  # and the height that all plates take below the board
FEED_TOP, CHAT_TOP = 34.0, 330.0  # in the right column
SEAM = 4.0  # between two parts of the window


class BarPlace(Enum):
    """Where the bar is."""

    TOP = auto()
    SIDES = auto()
    TALL = auto()
    BARE = auto()  # nothing is written over the board


class ChipKind(Enum):
    """How much of a player the bar shows."""

    NAMED = auto()
    MINI = auto()
    MARK = auto()


@dataclass(frozen=True, slots=True)
class PlayLayout:
    """The boxes of one round."""

    shape: BarPlace
    fields: tuple[Box, ...]  # where the board is drawn: one, or one for each player at this machine
    aside: float  # the units at the left and the right of a field that the board leaves free if it can
    room: float  # the units beside a board that is shown whole; 0 for one that is not
    clock: Box
    chips: tuple[Box, ...]  # one for each player
    kind: ChipKind

    @property
    def bottom(self) -> float:
        """The lower edge of the boards."""
        return self.fields[-1][1] + self.fields[-1][3]

    def down(self, share: float) -> float:
        """Return the height on the screen that is this share of the way down the boards."""
        top = self.fields[0][1] if self.shape is BarPlace.TALL else 0.0
        return top + (self.bottom - top) * share


def layout_for(canvas: Canvas, view: View, mine: int, foot: float = 0.0, bare: bool = False) -> PlayLayout:
    """Return the layout of a round on this canvas.

    `mine`: how many players are at this machine; `foot`: units at the bottom that something else uses; `bare`: nothing
    is written over the board.
    """
    if bare:
        field = 0.0, 0.0, canvas.wide, canvas.tall
        return PlayLayout(BarPlace.BARE, (field,), ASIDE if mine else 0.0, 0.0, field, (), ChipKind.NAMED)
    strip = 0.0 if foot else FOOT_TALL
    return _layout_of((canvas.wide, canvas.tall - foot), (view.width, view.height), len(view.players), mine, strip)


@lru_cache(maxsize=16)
def _layout_of(size: tuple[float, float], board: tuple[int, int], players: int, mine: int, strip: float) -> PlayLayout:
    if size[0] < 0.9 * size[1]:
        return _tall(size, board, players, mine)
    aside = ASIDE if mine else 0.0
    beside = COLUMN_FOR_FOUR if mine > 2 else COLUMN
    above = _side(board, size[0] - 2 * aside, size[1] - BAR - strip)
    apart = _side(board, size[0] - 2 * beside, size[1])
    if FOLLOW_UNDER <= apart > 1.02 * above and players <= MINIS_MOST:
        return _sides(size, board, players, mine, beside)
    boxes, kind = _chips_above(size[0], players)
    field = 0.0, BAR, size[0], size[1] - BAR - strip
    room = max(1.0, (size[0] - above * board[0]) / 2) if above >= FOLLOW_UNDER or not mine else 0.0
    clock = (size[0] - CLOCK) / 2, 2.0, CLOCK, BAR - 4
    return PlayLayout(BarPlace.TOP, _parts(field, 1 if room else mine), aside, room, clock, boxes, kind)


def _side(board: tuple[int, int], wide: float, tall: float) -> float:
    """The side of a tile of a board that is shown whole in this area."""
    return min(wide / board[0], tall / board[1], LARGEST)


def _parts(field: Box, players: int) -> tuple[Box, ...]:
    """A part of the field for each player: side by side, or in two rows.

    >>> _parts((0, 64, 1284, 656), 2)
    ((0.0, 64.0, 640.0, 656.0), (644.0, 64.0, 640.0, 656.0))
    >>> len(_parts((0, 64, 1284, 656), 3))
    3
    """
    if players < 2:
        return (field,)
    x, y, wide, tall = field
    across, down = (1, 2) if wide < tall and players == 2 else (2, 1 if players == 2 else 2)
    part = (wide - (across - 1) * SEAM) / across, (tall - (down - 1) * SEAM) / down
    lines = column((x, y, *part), down, SEAM)
    return tuple(box for line in lines for box in row(x, line[1], part[1], (part[0],) * across, SEAM))[:players]


def _sides(size: tuple[float, float], board: tuple[int, int], players: int, mine: int, beside: float) -> PlayLayout:
    """The clock and the chips are in the left column."""
    room = (size[0] - _side(board, size[0] - 2 * beside, size[1]) * board[0]) / 2
    clock = EDGE, 8.0, min(CLOCK, room - 2 * EDGE), BAR
    top = clock[1] + clock[3] + 12
    left = size[1] - top - PLATES * ceil(mine / 2)
    if players <= CHIPS_MOST and players * (CHIP_TALL + GAP) <= left:
        boxes = column((EDGE, top, min(CHIP_WIDEST + 24, room - 2 * EDGE), CHIP_TALL), players, GAP)
        kind = ChipKind.NAMED
    else:
        across = int((room - 2 * EDGE + GAP) // (MINI + GAP))
        lines = column((EDGE, top, MINI, MINI_TALL), ceil(players / across), 3.0)
        boxes = [box for line in lines for box in row(EDGE, line[1], MINI_TALL, (MINI,) * across, GAP)][:players]
        kind = ChipKind.MINI
    return PlayLayout(BarPlace.SIDES, ((0.0, 0.0, *size),), beside, room, clock, tuple(boxes), kind)


def _chips_above(wide: float, players: int) -> tuple[tuple[Box, ...], ChipKind]:
    """Half of the players left of the clock, half right of it; small marks in two rows where they are many."""
    half = (players + 1) // 2
    room = (wide - CLOCK) / 2 - GAP
    named = min(CHIP_WIDEST, room / max(1, half) - GAP)
    if players <= CHIPS_MOST and named >= CHIP_LEAST:
        pitch, kind, lines = named + GAP, ChipKind.NAMED, 1
    elif players <= MINIS_MOST and half * (MINI + GAP) <= room:
        pitch, kind, lines = MINI + GAP, ChipKind.MINI, 1
    else:
        pitch, kind, lines = min(MARK, room / max(1, ceil(half / 2))), ChipKind.MARK, 2
    across = ceil(half / lines)
    starts = (wide - CLOCK) / 2 - GAP - across * pitch, (wide + CLOCK) / 2 + GAP
    box = (pitch, pitch) if kind is ChipKind.MARK else (pitch - GAP, CHIP_TALL)
    boxes = []
    for place in range(players):
        start, at = (starts[0], place) if place < half else (starts[1], place - half)
        boxes.append((start + at // lines * pitch, (3.0 if lines > 1 else GAP) + at % lines * MARK, *box))
    return tuple(boxes), kind


def _tall(size: tuple[float, float], board: tuple[int, int], players: int, mine: int) -> PlayLayout:
    """The clock, the chips below it, the board, and below that room for all the rest."""
    wide, tall = size
    kind = ChipKind.NAMED if players <= CHIPS_MOST else ChipKind.MINI if players <= MINIS_MOST else ChipKind.MARK
    each, high = {
        ChipKind.NAMED: ((wide - 2 * EDGE - 3 * GAP) / 4, CHIP_TALL),
        ChipKind.MINI: (MINI, CHIP_TALL),
        ChipKind.MARK: (MARK, MARK),
    }[kind]
    gap = 0.0 if kind is ChipKind.MARK else GAP
    across = max(1, min(players, int((wide - 2 * EDGE + gap + 0.01) // (each + gap))))
    lines = column(((wide - across * (each + gap) + gap) / 2, BAR, each, high), ceil(players / across), gap)
    boxes = [box for line in lines for box in row(line[0], line[1], high, (each,) * across, gap)][:players]
    top = BAR + len(lines) * (high + gap) + GAP
    side = _side(board, wide, tall - top - PLATES_BELOW)
    is_whole = side >= FOLLOW_UNDER or not mine
    field = 0.0, top, wide, side * board[1] if is_whole else tall - top - PLATES_BELOW
    room = max(1.0, (wide - side * board[0]) / 2) if is_whole else 0.0
    clock = (wide - CLOCK) / 2, 2.0, CLOCK, BAR - 4
    return PlayLayout(BarPlace.TALL, _parts(field, 1 if is_whole else mine), 0.0, room, clock, tuple(boxes), kind)
