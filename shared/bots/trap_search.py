"""Where one bomb, two bombs or a kicked bomb leave another player no way out.

Rule 1: the other player is assumed to run `Traits.startle` ticks after a bomb, `SURPRISE` ticks after the first of two,
        on the best way; it knows all bombs.
Rule 2: the number of bombs that are tried (`Traits.plots`) bounds the time that a plan takes.
"""

from collections.abc import Iterator

from petard.shared.bots.pathfinding import Reachable, SearchStart, find_reachable
from petard.shared.bots.perception import NEVER, Danger, PerceivedBody
from petard.shared.bots.targets import Situation, Targets, ahead_of
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import distance

TRAP = 90  # worth of a bomb that leaves a player no way out
SQUEEZE = 8  # worth of each place less than `ROOM` that a bomb leaves to a player
ROOM = 5  # a player who has so many safe places is free
PLACES = 40  # places to search before a player counts as free
LONG = 200  # ticks: no fire burns longer than the fuse and the flame of a bomb that is dropped now
SURPRISE = 24  # ticks that others are assumed to need before they run from the first of two bombs
VICTIMS = 2  # how many of the nearest players are considered
WALK = 4  # tiles: how far a bot walks to drop the bomb that closes a trap
STAY = 20  # ticks: the least time that the tile of a second bomb must be free of fire
LEAVE = 12  # ticks: the least time from a drop until fire comes, so that the bot can leave


def is_trapped(after: Danger, body: PerceivedBody, at: int) -> bool:
    """True if a player has no way out from the tick `at` on, from where it was seen nor from where it walks."""
    return body.tile in after.spans and not room_of(after, body, at, 1)


def gets_away(danger: Danger, start: SearchStart, care: int = 0) -> bool:
    """True if a body reaches a safe place, or more places than are searched."""
    return bool(_safe_places(danger, start, care, 1))


def _safe_places(danger: Danger, start: SearchStart, care: int, most: int) -> int:
    """Return how many safe places a body reaches, up to `most`; more places than are searched count as safe."""
    found = find_reachable(danger, start, care, LONG, PLACES, safe_most=most)
    return most if len(found.tiles) >= PLACES else found.untils.count(NEVER)


def room_of(danger: Danger, body: PerceivedBody, at: int, most: int) -> int:
    """Return how many safe places, up to `most`, a player reaches from the tick `at` on."""
    room = _safe_places(danger, SearchStart(at, body.tile, body.speed, body.safe_until), 0, most)
    ahead = ahead_of(danger.board, body)
    if room < most and ahead != body.tile:
        room = max(room, _safe_places(danger, SearchStart(at, ahead, body.speed, body.safe_until), 0, most))
    return room


def trapped_by_bomb(here: Situation, players: list[tuple[int, PerceivedBody]], surprise: int = 0) -> list[int]:
    """Return the slots of the nearest of these players who would have no way out after a bomb here and now.

    `surprise`: how many ticks they stand still.
    """
    near = _victims(here, players, 2)
    if not near:
        return []
    after, tick = here.after_bomb(), here.start.tick + surprise
    return [body.slot for body in near if is_trapped(after, body, tick)]


def add_traps(here: Situation, found: Reachable, targets: Targets) -> None:
    """Make the tiles worth more from which a bomb leaves a player few places, or none."""
    if targets.bombs and here.traits.plots:
        for tile, worth in trap_tiles(here, found).items():
            targets.strikes[tile] = targets.strikes.get(tile, 0) + worth


def trap_tiles(here: Situation, found: Reachable) -> dict[int, int]:
    """Return the tiles near the bot from which a bomb leaves a player no way out, or little room, and their worth."""
    fuse, reach, tried = here.seen.board.rules.fuse, here.reach, 0
    traps: dict[int, int] = {}
    for body in _victims(here, here.foes, WALK):
        now = room_of(here.danger, body, here.start.tick, ROOM)
        for index in _places_to_bomb(here, found, body):
            tried += 1
            if tried > here.traits.plots:
                return traps
            tile, at = found.tiles[index], found.times[index]
            after = here.danger.plus(tile, at, at + 1 + fuse, reach)
            left = room_of(after, body, at + here.traits.startle, ROOM)
            if left < now:
                traps[tile] = max(traps.get(tile, 0), (now - left) * SQUEEZE if left else TRAP)
    return traps


def _victims(here: Situation, players: list[tuple[int, PerceivedBody]], walk: int) -> list[PerceivedBody]:
    """Return the nearest players that a bomb within `walk` tiles can reach."""
    return [body for away, body in players[:VICTIMS] if away <= here.me.range + walk]


def _places_to_bomb(here: Situation, found: Reachable, body: PerceivedBody) -> Iterator[int]:
    """Yield the places whose bomb reaches a player, or may block the way of one who must run; nearest first."""
    last, width, blows = here.start.tick + WALK * here.start.ticks(TILE), here.seen.board.width, here.danger.blows
    in_line = here.seen.board.blast(body.tile, here.reach)[0]
    must_run = body.tile in here.danger.spans
    for index, tile in enumerate(found.tiles):
        if found.times[index] > last:
            return
        if tile in blows or here.refused.get(tile, 0) > here.start.tick:
            continue
        if found.untils[index] < found.times[index] + LEAVE:
            continue
        if tile in in_line or (must_run and distance(width, tile, body.tile) <= WALK):
            yield index


def way_to_second_bomb(here: Situation) -> list[int] | None:
    """Return the way to the tile where a second bomb, after one here and now, leaves a player no way out."""
    victims = [body for body in _victims(here, here.foes, 2) if not body.bombs]
    if not victims:
        return None  # one who can drop a bomb would close the bot's own way
    after, start = here.after_bomb(), here.start
    found = find_reachable(after, start, here.traits.care, WALK * start.ticks(TILE), here.traits.plots)
    for body in victims:
        runs = SearchStart(start.tick + SURPRISE, body.tile, body.speed, body.safe_until)
        flight = find_reachable(after, runs, 0, WALK * runs.ticks(TILE), PLACES)
        there = dict(zip(reversed(flight.tiles), reversed(flight.times), strict=True))  # tile -> first arrival
        for index in range(1, len(found.tiles)):
            at = found.times[index]
            is_first = found.untils[index] >= at + STAY and there.get(found.tiles[index], NEVER) > at
            if is_first and _closes_trap(here, after, body, found.tiles[index], at):
                return found.path(index)
    return None


def _closes_trap(here: Situation, after: Danger, body: PerceivedBody, tile: int, at: int) -> bool:
    """True if a second bomb on `tile` at the tick `at` leaves a player no way out, but one for the bot itself."""
    start, traits, fuse = here.start, here.traits, here.seen.board.rules.fuse
    both = after.plus(tile, at, at + 1 + fuse, here.reach)
    if not is_trapped(both, body, start.tick + SURPRISE):
        return False
    return gets_away(both, SearchStart(at, tile, start.speed, start.safe_until), traits.care + traits.slack)
