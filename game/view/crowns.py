"""What is drawn over players in a mode: the crown that lies or is carried, and the skulls of zombies."""

from petard.game.view.mode_views import CROWN
from petard.game.view.sprites import Sprite
from petard.game.view.view import View

CARRIED = 0.76  # tiles over the middle of the carrier


def lying_crowns(view: View) -> list[Sprite]:
    """Return the crown on the floor."""
    marks = view.mode.marks if view.mode and view.mode.number == CROWN else ()
    return [Sprite("crown", tile % view.width + 0.5, tile // view.width + 0.5) for tile in marks]


def carried_crowns(view: View) -> list[Sprite]:
    """Return the crown over its carrier, and a skull over each zombie."""
    if view.mode is None or view.ending:
        return []
    worn = dict.fromkeys(view.mode.holders, "crown") | dict.fromkeys(view.mode.zombies, "worn-skull")
    living = [one for one in view.players if one.alive and one.slot in worn]
    return [Sprite(worn[one.slot], one.x, one.y - CARRIED) for one in living]
