"""What a player who is out reads at the bottom: the time until the return; or what moves a cart, and how to throw."""

from collections.abc import Sequence
from math import ceil

from petard.game.texts.phrases import joined, tr, trn
from petard.game.view.view import PlayerView
from petard.shared.rules.ruleset import TICK_RATE

GAP = "     "


def seconds_to_return(bodies: Sequence[PlayerView]) -> int:
    """Return the whole seconds until the first of these players comes back; 0 if one lives, or none comes back."""
    waits = [body.back_in for body in bodies if body.back_in >= 0]
    return 0 if not waits or any(body.alive for body in bodies) else max(1, ceil(min(waits) / TICK_RATE))


def back_line(seconds: int, as_zombie: bool = False) -> str:
    """Return the line for players who come back."""
    if as_zombie:
        return trn("You rise as a zombie in {count} second", "You rise as a zombie in {count} seconds", seconds)
    return trn("You are back in {count} second", "You are back in {count} seconds", seconds)


def cart_line(bodies: Sequence[PlayerView], rolls: str, throws: str) -> str:
    """Return the line for the players at one machine who are all out. `rolls`, `throws`: the names of their keys."""
    carts = [body.cart for body in bodies if body.cart]
    if not carts:
        return tr("You are out, but not for long: a cart is coming.")
    cart = min(carts, key=lambda one: one.ready_in)
    if cart.tiles and len(carts) == 1:
        if not cart.target:
            return tr("No free tile in this line: roll on")
        return trn("Let go to throw {count} tile", "Let go to throw {count} tiles", cart.tiles)
    roll = tr("Roll: {keys}", keys=rolls)
    if cart.ready_in > 0:
        return joined(GAP, [roll, tr("Next bomb in {seconds} s", seconds=ceil(cart.ready_in / TICK_RATE))])
    return joined(GAP, [roll, tr("Hold {keys}, let go to throw", keys=throws)])
