"""Illnesses: how players catch them, pass them on and recover. What each one does stands where it counts.

Rule 1: the tick in which the item is taken decides which illness it is: no random number, which clients do not know, so
        prediction is right. A player has one illness at most; the newer one counts.
Rule 2: who touches a healthy player passes the illness on: the other has it for the rest of its time, the first is
        well, and catches none for `RuleSet.immune` ticks. Bodies that overlap touch.
"""

from petard.shared.rules.events import Event, EventType
from petard.shared.rules.items import Illness
from petard.shared.rules.world import Keys, Player, World, living, tile_at

_WAYS = Keys.UP | Keys.DOWN | Keys.LEFT | Keys.RIGHT


def fall_ill(world: World, player: Player, events: list[Event]) -> None:
    """Give a player the illness of this tick."""
    player.ill, player.ill_until = 1 + world.tick % len(Illness), world.tick + world.rules.ill
    events.append(Event(EventType.ILL, player.slot, tile_at(world, player.x, player.y), player.ill))


def spread_illness(world: World, events: list[Event]) -> None:
    """Let players recover whose time is over, and pass each illness on to one healthy player who is touched."""
    ill = [player for player in living(world) if player.ill]
    for player in ill:
        if player.ill_until <= world.tick:
            player.ill = 0
    for player in ill:
        other = _touched(world, player) if player.ill else None
        if other:
            other.ill, other.ill_until = player.ill, player.ill_until
            player.ill, player.immune_until = 0, world.tick + world.rules.immune
            events.append(Event(EventType.ILL, other.slot, tile_at(world, other.x, other.y), other.ill))


def _touched(world: World, player: Player) -> Player | None:
    """Return the first healthy player whose body overlaps, if any."""
    reach = 2 * world.rules.body
    for other in living(world):
        touches = abs(other.x - player.x) < reach and abs(other.y - player.y) < reach
        if touches and not other.ill and other.immune_until <= world.tick:
            return other
    return None


def meant_keys(player: Player, keys: int) -> int:
    """Return the keys as the player's legs understand them: an illness may exchange left and right, up and down."""
    if player.ill != Illness.REVERSED:
        return keys
    swapped = (keys & (Keys.UP | Keys.LEFT)) << 1 | (keys & (Keys.DOWN | Keys.RIGHT)) >> 1
    return keys & ~_WAYS | swapped
