"""What has become of the dead players who are seen: they ride a cart, or come back, or are out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from petard.game.view.cart_views import cart_view
from petard.game.view.view import PlayerView
from petard.shared.protocol.snapshot import DIED_AT, TABLES, Snapshot
from petard.shared.rules.ruleset import RuleSet
from petard.shared.rules.world import World

_BACK = TABLES.index("back")


def deaths_of(snapshot: Snapshot, rules: RuleSet) -> dict[int, int]:
    """Return the tick of the death of each player who is dead, by slot: those who come back, too."""
    deaths = {slot: row[DIED_AT] for slot, row in snapshot.players.items() if row[DIED_AT] >= 0}
    returns = snapshot.tables[_BACK]
    return deaths | {slot: tick - rules.back_after for slot, (tick,) in returns.items() if slot not in deaths}


def with_fates(players: Iterable[PlayerView], world: World, tick: float) -> Iterator[PlayerView]:
    """Yield the players, the dead with their carts or the ticks until they come back."""
    for player in players:
        body = world.players[player.slot]
        if player.alive:
            yield player
        elif body.died_at < 0:
            yield replace(player, back_in=max(0.0, world.back.get(player.slot, 0) - tick))
        else:
            cart = cart_view(world, body, tick)
            yield replace(player, cart=cart) if cart else player
