"""Traps: whether the bot gets away after its own bomb and after bombs of others, and others after its bomb.

Rule 1: the next bomb of another player is assumed where that player is heading, now; it is most dangerous there.
Rule 2: a trapped player can still survive (a kick, a shield): nothing here is certain.
"""

from petard.shared.bots.pathfinding import Reachable, SearchStart, delay, find_reachable
from petard.shared.bots.perception import NEVER, Danger, PerceivedBody
from petard.shared.bots.targets import WARY, Situation
from petard.shared.rules.ruleset import TILE

PLACES = 40  # places to search before a player counts as trapped
ROOM = 8  # this many safe places are as good as more
SOON = 75  # ticks
CANDIDATES = 16  # safe places that are tested against every threat
SURPRISE = 24  # ticks that others are assumed to need before they run
AHEAD = 4  # tiles that another player may come nearer before dropping a bomb


def threats(here: Situation, danger: Danger, found: Reachable, most: int) -> list[Danger]:
    """Return the danger after a bomb of one of `most` near players now, for each tile where it may be dropped."""
    now, board = here.start.tick, here.seen.board
    spots: dict[int, int] = {}  # tile where another player may drop a bomb -> range
    for body in _within(here, most, WARY):
        for spot in _where_it_may_bomb(found, body.tile, board.width):
            if spot not in danger.blows and not board.tiles[spot]:
                spots[spot] = max(body.reach, spots.get(spot, 0))
    return [danger.plus(spot, now, now + 1 + board.rules.fuse, reach) for spot, reach in spots.items()]


def _where_it_may_bomb(found: Reachable, tile: int, width: int) -> list[int]:
    """Return the tile of a player, and the tiles on the way from there to the bot."""
    if tile not in found.tiles:
        return [tile]
    if tile == found.tiles[0]:  # on the same tile: it may walk along and drop a bomb on the next tile
        return [tile - 1, tile + 1, tile - width, tile + width]
    return found.path(found.tiles.index(tile))[-AHEAD:]


def steady(here: Situation, found: Reachable, worse: list[Danger]) -> int:
    """Return the index of a place that is safe to reach and to stay at under every threat; -1 if there is none.

    Places in a direction with some room are tested first, then the nearest.
    """
    firsts, room = _by_first_step(found)
    roomy = sorted(found.safe(), key=lambda index: (-min(room[firsts[index]], ROOM), index))
    for index in roomy[:CANDIDATES]:
        path = found.path(index)
        if all(delay(danger, here.start, path, here.traits.care) >= 0 for danger in worse):
            return index
    return -1


def _by_first_step(found: Reachable) -> tuple[list[int], dict[int, int]]:
    """Return for each place the first step to it, and for each first step the number of safe places behind it."""
    firsts: list[int] = []
    room: dict[int, int] = {}
    for index, origin in enumerate(found.origins):
        firsts.append(firsts[origin] if origin > 0 else index)
        if found.untils[index] == NEVER:
            room[firsts[index]] = room.get(firsts[index], 0) + 1
    return firsts, room


def way_out_after_bomb(here: Situation) -> list[int] | None:
    """Return the way out after a bomb here and now, if there is one even if the near players drop bombs as well."""
    after, traits, is_bold = here.after_bomb(), here.traits, here.is_bold
    found = here.search(after, traits.care + (0 if is_bold else traits.slack))
    worse = [after] if is_bold else [after, *threats(here, after, found, traits.guard)]
    if not is_bold and here.near and here.near[0][0] <= traits.doors:
        _, room = _by_first_step(found)
        if len(room.keys() - {0}) < 2:  # first steps to safety; to stay is no step
            return None  # a player this near can block the only way with one bomb
    index = steady(here, found, worse)
    return found.path(index) if index >= 0 else None


def is_pocket(found: Reachable) -> bool:
    """True if there are few safe places to reach soon; places behind a bomb take too long and do not count."""
    soon = found.times[0] + SOON
    return sum(until == NEVER and time <= soon for until, time in zip(found.untils, found.times, strict=True)) < ROOM


def is_pinned(here: Situation, worse: list[Danger], found: Reachable, index: int) -> bool:
    """True if the next bomb of another player may leave no way out of a place that a search found."""
    there = SearchStart(found.times[index], found.tiles[index], here.start.speed, here.start.safe_until)
    return not all(_gets_away(danger, there, here.traits.care) for danger in worse)


def traps_somebody(here: Situation) -> bool:
    """True if another player would have no way out after a bomb here and now."""
    near = [body for far, body in here.foes[:2] if far <= here.me.range + 2]
    if not near:
        return False
    after, tick = here.after_bomb(), here.start.tick + SURPRISE
    return any(
        body.tile in after.spans
        and not _gets_away(after, SearchStart(tick, body.tile, body.speed, body.safe_until), care=0)
        for body in near
    )


def _gets_away(danger: Danger, start: SearchStart, care: int) -> bool:
    found = find_reachable(danger, start, care, 10 * start.ticks(TILE), PLACES, first_safe=True)
    return NEVER in found.untils or len(found.tiles) >= PLACES


def _within(here: Situation, most: int, far: int) -> list[PerceivedBody]:
    """Return up to `most` other players within `far` tiles, nearest first."""
    return [body for away, body in here.near[:most] if away <= far]
