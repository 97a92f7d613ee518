"""Which of the players that are seen ride a cart."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from petard.game.view.cart_views import cart_view
from petard.game.view.view import PlayerView
from petard.shared.rules.world import World


def with_carts(players: Iterable[PlayerView], world: World, tick: float) -> Iterator[PlayerView]:
    """Yield the players, the dead with their carts."""
    for player in players:
        cart = None if player.alive else cart_view(world, world.players[player.slot], tick)
        yield replace(player, cart=cart) if cart else player
