"""Who can still get away: I after my bomb, I after my bomb and theirs, they after mine.

Rule 1: somebody else's next bomb is imagined where they are heading, now; that is where it hurts most often.
Rule 2: who is trapped can still be lucky (a kick, a shield): nothing here is certain.
"""

from petard.shared.bots.danger import NEVER, Danger
from petard.shared.bots.pathfinding import Reachable, SearchStart, delay, find_reachable
from petard.shared.bots.perception import PerceivedBody, Percept
from petard.shared.bots.targets import WARY, Targets, is_bold
from petard.shared.bots.traits import Traits
from petard.shared.rules.ruleset import HALF, TILE
from petard.shared.rules.world import Player

PLACES = 40  # that are looked at before somebody counts as trapped
ROOM = 8  # so many safe places are as good as more
SOON = 75  # ticks
CANDIDATES = 16  # safe places that are tried against every threat
SURPRISE = 24  # ticks that others are taken to need before they run
AHEAD = 4  # so many tiles somebody may come nearer before they bomb


def threats(sight: Percept, danger: Danger, found: Reachable, aims: Targets, wary_of: int) -> list[Danger]:
    """The danger as it would be if somebody near bombed now: one for each tile where they may do so."""
    now = found.times[0]
    spots: dict[int, int] = {}  # where somebody may bomb -> range
    for body in _within(aims, wary_of, WARY):
        for spot in _where_it_may_bomb(found, body.tile, sight.width):
            if spot not in danger.blows and not sight.tiles[spot]:
                spots[spot] = max(body.range, spots.get(spot, 0))
    return [danger.plus(spot, now, now + 1 + sight.rules.fuse, reach_) for spot, reach_ in spots.items()]


def _where_it_may_bomb(found: Reachable, tile: int, width: int) -> list[int]:
    """Where somebody stands, and the tiles on their way to me."""
    if tile not in found.tiles:
        return [tile]
    if tile == found.tiles[0]:  # on the same tile: it may go with me and bomb on the next
        return [tile - 1, tile + 1, tile - width, tile + width]
    return found.path(found.tiles.index(tile))[-AHEAD:]


def steady(found: Reachable, worse: list[Danger], start: SearchStart, traits: Traits) -> int:
    """The index of a safe place that stays one, and so does the way to it, whatever comes; -1 if there is none."""
    for index in roomy(found)[:CANDIDATES]:
        path = found.path(index)
        if all(delay(danger, start, path, traits.care) >= 0 for danger in worse):
            return index
    return -1


def roomy(found: Reachable) -> list[int]:
    """The safe places: those on a side of the start that has some room first, then the nearest."""
    firsts, room = _by_first_step(found)
    safe = [index for index, until in enumerate(found.untils) if until == NEVER]
    return sorted(safe, key=lambda index: (-min(room[firsts[index]], ROOM), index))


def _by_first_step(found: Reachable) -> tuple[list[int], dict[int, int]]:
    """For each place the first step that leads to it, and for each first step how many safe places it leads to."""
    firsts: list[int] = []
    room: dict[int, int] = {}
    for index, origin in enumerate(found.origins):
        firsts.append(firsts[origin] if origin > 0 else index)
        if found.untils[index] == NEVER:
            room[firsts[index]] = room.get(firsts[index], 0) + 1
    return firsts, room


def way_out_after(
    sight: Percept, danger: Danger, start: SearchStart, me: Player, aims: Targets, traits: Traits
) -> list[int] | None:
    """The way out after a bomb of mine here and now, if there is one even when those who are near bomb as well."""
    bold = is_bold(sight, me)
    after = danger.plus(start.tile, start.tick, start.tick + 1 + sight.rules.fuse, me.range)
    care = traits.care + (0 if bold else traits.slack)
    found = find_reachable(after, start, care, traits.depth * start.ticks(TILE), traits.places)
    worse = [after] if bold else [after, *threats(sight, after, found, aims, traits.guard)]
    if not bold and aims.near and aims.near[0][0] <= traits.doors and _ways_out(found) < 2:
        return None  # a player so near can bar the only way with one bomb
    index = steady(found, worse, start, traits)
    return found.path(index) if index >= 0 else None


def _ways_out(found: Reachable) -> int:
    """How many first steps lead to a safe place; to stay is none."""
    _, room = _by_first_step(found)
    return len(room.keys() - {0})


def is_pocket(found: Reachable) -> bool:
    """True if there is little room that can be reached soon: what lies behind a ticking bomb does not count."""
    soon = found.times[0] + SOON
    return sum(until == NEVER and time <= soon for until, time in zip(found.untils, found.times, strict=True)) < ROOM


def is_pinned(worse: list[Danger], found: Reachable, index: int, start: SearchStart, traits: Traits) -> bool:
    """True if somebody's next bomb may leave no way out of a place that a search found."""
    if not worse:
        return False
    width = worse[0].width
    tile, time = found.tiles[index], found.times[index]
    x, y = tile % width * TILE + HALF, tile // width * TILE + HALF
    there = SearchStart(time, tile, x, y, start.speed, start.safe_until)
    return not all(_gets_away(danger, there, traits.care) for danger in worse)


def trapped_by(sight: Percept, danger: Danger, start: SearchStart, me: Player, aims: Targets) -> int:
    """How many others would have no way out after a bomb of mine here and now."""
    near = _within(aims, 2, me.range + 2)
    if not near:
        return 0
    after = danger.plus(start.tile, start.tick, start.tick + 1 + sight.rules.fuse, me.range)
    return sum(
        body.tile in after.spans and not _gets_away(after, _start_of(sight, body, start.tick + SURPRISE), 0)
        for body in near
    )


def _gets_away(danger: Danger, start: SearchStart, care: int) -> bool:
    found = find_reachable(danger, start, care, 10 * start.ticks(TILE), PLACES, first_safe=True)
    return NEVER in found.untils or len(found.tiles) >= PLACES


def _within(aims: Targets, most: int, far: int) -> list[PerceivedBody]:
    """Up to `most` others within so many tiles, nearest first."""
    return [body for away, body in aims.near[:most] if away <= far]


def _start_of(sight: Percept, body: PerceivedBody, tick: int) -> SearchStart:
    x, y = body.tile % sight.width * TILE + HALF, body.tile // sight.width * TILE + HALF
    return SearchStart(tick, body.tile, x, y, body.speed, body.safe_until)
