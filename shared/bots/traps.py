"""Traps: whether the bot gets away after its own bomb and after bombs of others, and others after its bomb.

Rule 1: the next bomb of another player is assumed where that player is heading, now; it is most dangerous there.
Rule 2: a trapped player can still survive (a kick, a shield): nothing here is certain.
"""

from petard.shared.bots.danger import NEVER, Danger
from petard.shared.bots.pathfinding import Reachable, SearchStart, delay, find_reachable
from petard.shared.bots.perception import PerceivedBody, Percept
from petard.shared.bots.targets import WARY, Targets, is_bold
from petard.shared.bots.traits import Traits
from petard.shared.rules.ruleset import HALF, TILE
from petard.shared.rules.world import Player

PLACES = 40  # places to search before a player counts as trapped
ROOM = 8  # this many safe places are as good as more
SOON = 75  # ticks
CANDIDATES = 16  # safe places that are tested against every threat
SURPRISE = 24  # ticks that others are assumed to need before they run
AHEAD = 4  # tiles that another player may come nearer before dropping a bomb


def threats(percept: Percept, danger: Danger, found: Reachable, targets: Targets, wary_of: int) -> list[Danger]:
    """Return the danger after a bomb of a near player now: one Danger for each tile where it may be dropped."""
    now = found.times[0]
    spots: dict[int, int] = {}  # tile where another player may drop a bomb -> range
    for body in _within(targets, wary_of, WARY):
        for spot in _where_it_may_bomb(found, body.tile, percept.board.width):
            if spot not in danger.blows and not percept.board.tiles[spot]:
                spots[spot] = max(body.range, spots.get(spot, 0))
    return [danger.plus(spot, now, now + 1 + percept.board.rules.fuse, reach) for spot, reach in spots.items()]


def _where_it_may_bomb(found: Reachable, tile: int, width: int) -> list[int]:
    """Return the tile of a player, and the tiles on the way from there to the bot."""
    if tile not in found.tiles:
        return [tile]
    if tile == found.tiles[0]:  # on the same tile: it may walk along and drop a bomb on the next tile
        return [tile - 1, tile + 1, tile - width, tile + width]
    return found.path(found.tiles.index(tile))[-AHEAD:]


def steady(found: Reachable, worse: list[Danger], start: SearchStart, traits: Traits) -> int:
    """Return the index of a place that is safe to reach and to stay at under every threat; -1 if there is none."""
    for index in roomy(found)[:CANDIDATES]:
        path = found.path(index)
        if all(delay(danger, start, path, traits.care) >= 0 for danger in worse):
            return index
    return -1


def roomy(found: Reachable) -> list[int]:
    """Return the safe places: first those in a direction with some room, then the nearest."""
    firsts, room = _by_first_step(found)
    safe = [index for index, until in enumerate(found.untils) if until == NEVER]
    return sorted(safe, key=lambda index: (-min(room[firsts[index]], ROOM), index))


def _by_first_step(found: Reachable) -> tuple[list[int], dict[int, int]]:
    """Return for each place the first step to it, and for each first step the number of safe places behind it."""
    firsts: list[int] = []
    room: dict[int, int] = {}
    for index, origin in enumerate(found.origins):
        firsts.append(firsts[origin] if origin > 0 else index)
        if found.untils[index] == NEVER:
            room[firsts[index]] = room.get(firsts[index], 0) + 1
    return firsts, room


def way_out_after(
    percept: Percept, danger: Danger, start: SearchStart, me: Player, targets: Targets, traits: Traits
) -> list[int] | None:
    """Return the way out after a bomb here and now, if there is one even if the near players drop bombs as well."""
    bold = is_bold(percept, me)
    after = danger.plus(start.tile, start.tick, start.tick + 1 + percept.board.rules.fuse, me.range)
    care = traits.care + (0 if bold else traits.slack)
    found = find_reachable(after, start, care, traits.depth * start.ticks(TILE), traits.places)
    worse = [after] if bold else [after, *threats(percept, after, found, targets, traits.guard)]
    if not bold and targets.near and targets.near[0][0] <= traits.doors and _ways_out(found) < 2:
        return None  # a player this near can block the only way with one bomb
    index = steady(found, worse, start, traits)
    return found.path(index) if index >= 0 else None


def _ways_out(found: Reachable) -> int:
    """Return how many first steps lead to a safe place; to stay is no step."""
    _, room = _by_first_step(found)
    return len(room.keys() - {0})


def is_pocket(found: Reachable) -> bool:
    """True if there are few safe places to reach soon; places behind a bomb take too long and do not count."""
    soon = found.times[0] + SOON
    return sum(until == NEVER and time <= soon for until, time in zip(found.untils, found.times, strict=True)) < ROOM


def is_pinned(worse: list[Danger], found: Reachable, index: int, start: SearchStart, traits: Traits) -> bool:
    """True if the next bomb of another player may leave no way out of a place that a search found."""
    if not worse:
        return False
    width = worse[0].width
    tile, time = found.tiles[index], found.times[index]
    x, y = tile % width * TILE + HALF, tile // width * TILE + HALF
    there = SearchStart(time, tile, x, y, start.speed, start.safe_until)
    return not all(_gets_away(danger, there, traits.care) for danger in worse)


def trapped_by(percept: Percept, danger: Danger, start: SearchStart, me: Player, targets: Targets) -> int:
    """Return how many other players would have no way out after a bomb here and now."""
    near = _within(targets, 2, me.range + 2)
    if not near:
        return 0
    after = danger.plus(start.tile, start.tick, start.tick + 1 + percept.board.rules.fuse, me.range)
    return sum(
        body.tile in after.spans and not _gets_away(after, _start_of(percept, body, start.tick + SURPRISE), 0)
        for body in near
    )


def _gets_away(danger: Danger, start: SearchStart, care: int) -> bool:
    found = find_reachable(danger, start, care, 10 * start.ticks(TILE), PLACES, first_safe=True)
    return NEVER in found.untils or len(found.tiles) >= PLACES


def _within(targets: Targets, most: int, far: int) -> list[PerceivedBody]:
    """Return up to `most` other players within `far` tiles, nearest first."""
    return [body for away, body in targets.near[:most] if away <= far]


def _start_of(percept: Percept, body: PerceivedBody, tick: int) -> SearchStart:
    x, y = body.tile % percept.board.width * TILE + HALF, body.tile // percept.board.width * TILE + HALF
    return SearchStart(tick, body.tile, x, y, body.speed, body.safe_until)
