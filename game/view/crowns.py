"""The crown of the mode of that name: where it lies, and which player carries it."""

from petard.game.view.mode_views import CROWN
from petard.game.view.sprites import Sprite
from petard.game.view.view import View

CARRIED = 0.76  # tiles over the middle of the carrier


def lying_crowns(view: View) -> list[Sprite]:
    """Return the crown on the floor."""
    marks = view.mode.marks if view.mode and view.mode.number == CROWN else ()
    return [Sprite("crown", tile % view.width + 0.5, tile // view.width + 0.5) for tile in marks]


def carried_crowns(view: View) -> list[Sprite]:
    """Return the crown over its carrier."""
    holders = view.mode.holders if view.mode and not view.ending else ()
    return [Sprite("crown", one.x, one.y - CARRIED) for one in view.players if one.alive and one.slot in holders]
