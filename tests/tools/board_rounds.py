"""How rounds of four normal bots go on boards with a gimmick: `python -m tests.tools.board_rounds [ROUNDS [BOARD…]]`.

Contact: two bodies within four tiles of each other.
"""

import sys
from statistics import median

from petard.shared.bots.brain import Brain
from petard.shared.bots.perception import Percept
from petard.shared.rules.events import EventType
from petard.shared.rules.maps import Board
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE
from petard.shared.rules.step import step
from petard.shared.rules.world import World, distance, living, tile_at
from tests.tools.bot_rounds import board_of
from tests.tools.markdown import rows_of

OLDER = ("foundry", "lift", "switchyard", "orchard", "temple", "hedge", "pond", "crevasse", "catacombs", "glacier")
NAMES = (*OLDER, "depot", "rink")
PLAYERS, SKILL, NEAR = 4, 2, 4


def has_contact(world: World) -> bool:
    """True if two bodies are near each other, walls ignored."""
    tiles = [tile_at(world, player.x, player.y) for player in living(world)]
    pairs = ((one, other) for place, one in enumerate(tiles) for other in tiles[place + 1 :])
    return any(distance(world.width, one, other) <= NEAR for one, other in pairs)


def played(board: Board, seed: int) -> tuple[int, int, list[tuple[int, int]]]:
    """Play a round; return its length and its first contact in ticks, and each death with its killer."""
    world = new_world(LAST_ONE_STANDING, board, range(PLAYERS), seed)
    brains, percept = [Brain(slot, SKILL, seed) for slot in range(PLAYERS)], None
    deaths: list[tuple[int, int]] = []
    start, contact = world.rules.countdown, 0
    while world.over_at < 0:
        percept = Percept(world, percept)
        events = step(world, {brain.slot: brain.think(world, percept) for brain in brains})
        deaths += [(event.slot, event.other) for event in events if event.what is EventType.DIED]
        if not contact and world.tick > start and has_contact(world):
            contact = world.tick - start
    return world.tick - start, contact or world.tick - start, deaths


def row_of(name: str, rounds: int) -> list[str]:
    """The row of one board."""
    results = [played(board_of(name), seed) for seed in range(rounds)]
    deaths = [death for *_, some in results for death in some]
    own = sum(slot == killer for slot, killer in deaths)
    walls = sum(killer < 0 for _, killer in deaths)
    shares = [f"{100 * count // len(deaths)} %" for count in (len(deaths) - own - walls, own, walls)]
    lengths, contacts = zip(*[(length, contact) for length, contact, _ in results], strict=True)
    times = [f"{median(ticks) / TICK_RATE:.0f} s" for ticks in (lengths, contacts)]
    return [f"`{name}`", *times, *shares]


def main() -> None:
    """Print the table."""
    rounds, *names = sys.argv[1:] or ["20"]
    rows = [row_of(name, int(rounds)) for name in names or NAMES]
    sys.stdout.write(
        rows_of("board", "a round", "first contact", "killed by others", "by themselves", "by walls", rows=rows)
    )


if __name__ == "__main__":
    main()
