"""Draws a View: the board, what is on it, and the effects.

Rule 1: a View is only read. The painter remembers looks alone: caches, particles, where the camera was.
Rule 2: an image is scaled, turned or tinted, and a text rendered, once for each size; after that it comes from a cache.
Rule 3: several players at one machine have a part of the window each on a board that is larger than the screen.
"""

from collections.abc import Collection, Iterable, Sequence

from petard.game.ui.render.board_pane import BoardParts, Pane, ground
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.effects import Comfort, Feel
from petard.game.ui.render.last_life import LastLifeInset
from petard.game.ui.render.play_layout import BarPlace, layout_for
from petard.game.ui.render.player_looks import figures_of
from petard.game.ui.render.sprite_cache import BoardLayer, SpriteCache, match_pictures
from petard.game.view.cues import Cue
from petard.game.view.view import View
from petard.shared.protocol.field_types import ItemName
from petard.shared.protocol.messages import Seat


class Painter:
    """Draws the pictures of one round. Make a new one for a new round."""

    def __init__(self, comfort: Comfort, tagged: bool = True, items: Iterable[ItemName] = ()) -> None:
        """`tagged`: marks and names stand over the bodies. `items`: the names of items that we may not know."""
        self.feel = Feel(comfort)
        pictures = match_pictures() if tagged else (SpriteCache(), BoardLayer())
        self._parts = BoardParts(self.feel, {item.number: item.name[:1].upper() for item in items}, *pictures)
        self._panes = [Pane(tagged)]
        self._inset = LastLifeInset()

    def handle_cues(self, cues: Sequence[Cue], now: float) -> None:
        self.feel.handle_cues(cues, self._panes[0].camera.near, now)
        self._parts.deaths.handle_cues(cues, self.feel.at(now))
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
        figures = figures_of(seats, view.mode.sides if view.mode else {})
        self.feel.smoke.update(view)
        self._inset.update(view, mine)
        self._panes += [Pane(self._panes[0].tags is not None) for _ in layout.fields[len(self._panes) :]]
        if layout.shape is BarPlace.TALL:
            canvas.surface.blit(ground(canvas.surface.get_size(), view.theme), (0, 0))
        owners = [tuple(mine)] if len(layout.fields) == 1 else [(slot,) for slot in mine]
        for pane, field, own in zip(self._panes, layout.fields, owners, strict=False):
            box = canvas.pixels(*field).clip(canvas.surface.get_rect())
            if box:  # else the window is so small that only the bar is in it
                aim = pane.camera.follow(view, box.size, canvas.scale, own, layout.aside, now)
                aim = aim.moved(self.feel.offset(then), canvas.scale)
                pane.draw(canvas, self._parts, view, seats, figures, own, (box, aim), now)
        self._inset.draw(canvas, layout, seats, figures, mine, now, self.feel.comfort.sway)
