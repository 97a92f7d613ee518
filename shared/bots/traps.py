"""Whether the bot itself gets away: after its own bomb, and after the next bombs of others.

Rule: the next bomb of another player is assumed where that player is heading, now; it is most dangerous there.
"""

from collections.abc import Sequence
from dataclasses import replace

from petard.shared.bots.pathfinding import Reachable, delay, find_reachable
from petard.shared.bots.perception import LOOK_AHEAD, NEVER, Danger, PerceivedBody
from petard.shared.bots.targets import WARY, Situation
from petard.shared.bots.traits import FAR
from petard.shared.bots.trap_search import gets_away
from petard.shared.rules.ruleset import TILE

ROOM = 8  # this many safe places are as good as more
SOON = 75  # ticks
CANDIDATES = 16  # safe places that are tested against every threat
NEAREST = 3  # players: no more of them can block a way
BRAVE = 600  # ticks: no fire that is known burns longer
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


def way_out_after_bomb(here: Situation, trapped: Sequence[int] = ()) -> list[int] | None:
    """Return the way out after a bomb here and now, if there is one even if the near players drop bombs as well.

    `trapped`: the slots of players who die by that bomb, and are no threat.
    """
    path = _late_way_out(here, here.after_bomb()) if here.is_late else _steady_way_out(_with_outlook(here), trapped)
    return None if path and len(path) > here.traits.way and not here.is_bold else path


def _with_outlook(here: Situation) -> Situation:
    """Return the same, but closing walls count earlier: the bomb may block the way out of a pocket while it lies."""
    outlook = here.seen.board.rules.fuse + here.traits.outlook
    return replace(here, start=replace(here.start, foresight=max(here.start.foresight, outlook)))


def _steady_way_out(here: Situation, trapped: Sequence[int]) -> list[int] | None:
    """Return the way out to a place at which the bot is safe, whatever the near players do."""
    after, traits, is_bold = here.after_bomb(), here.traits, here.is_bold
    found = here.search(after, traits.care + (0 if is_bold else traits.slack))
    near = [one for one in here.near if one[1].slot not in trapped] if trapped else here.near
    worse = [after] if is_bold else [after, *threats(replace(here, near=near), after, found, traits.guard)]
    is_watched = traits.doors == FAR or any(away <= traits.doors and body.bombs for away, body in near[:NEAREST])
    if is_watched and not is_bold:
        _, room = _by_first_step(found)
        if len(room.keys() - {0}) < 2:  # first steps to safety; to stay is no step
            return None  # a player this near, or a cart, can block the only way with one bomb
    index = steady(here, found, worse)
    return found.path(index) if index >= 0 else None


def _late_way_out(here: Situation, after: Danger) -> list[int] | None:
    """Return the way out near the end, when all places close soon: the bot must live as long as without the bomb."""
    rules, traits, start = here.seen.board.rules, here.traits, replace(here.start, foresight=LOOK_AHEAD)
    depth = traits.depth * start.ticks(TILE)
    before = find_reachable(here.danger, start, traits.care, depth, traits.places)
    found = find_reachable(after, start, traits.care, depth, traits.places)
    best = max(range(len(found.tiles)), key=found.untils.__getitem__)
    least = min(max(before.untils), start.tick + rules.fuse + rules.flame + 1)
    return found.path(best) if found.untils[best] >= least else None


def way_through_fire(here: Situation) -> list[int]:
    """Return the way through flames to the nearest place that neither burns nor closes; empty if there is none.

    It is for a bot that survives a hit, on a tile that a wall will close.
    """
    found = here.search(here.danger, 0, here.start.tick + BRAVE)
    calm = [index for index in found.safe() if found.tiles[index] not in here.danger.spans]
    return found.path(calm[0]) if calm else []


def is_pocket(found: Reachable) -> bool:
    """True if there are few safe places to reach soon; places behind a bomb take too long and do not count."""
    soon = found.times[0] + SOON
    return sum(until == NEVER and time <= soon for until, time in zip(found.untils, found.times, strict=True)) < ROOM


def is_pinned(here: Situation, worse: list[Danger], found: Reachable, index: int) -> bool:
    """True if the next bomb of another player may leave no way out of a place that a search found."""
    start = here.start
    there = replace(start, tick=found.times[index], tile=found.tiles[index], dx=0, dy=0)
    return not all(gets_away(danger, there, here.traits.care) for danger in worse)


def _within(here: Situation, most: int, far: int) -> list[PerceivedBody]:
    """Return up to `most` other players within `far` tiles who may drop a bomb, nearest first."""
    trusts = here.traits.trusts
    return [body for away, body in here.near[:most] if away <= far and (body.bombs or not trusts)]
