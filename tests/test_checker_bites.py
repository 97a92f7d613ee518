"""Every change of the rules makes a recorded session fail; some well-known replay checkers compared nothing.

Each mutation is one text of the rules replaced by another, planted in a copy of `shared`, where a process of its own
verifies the sessions until one is red. And the rules alone decide: a match goes on alike from copies of its worlds,
with its caches emptied, however often it is taken back and played again.
"""

import json
import sys
from collections import deque
from functools import cache
from pathlib import Path

import pytest

from petard.shared.demo.reader import read_demo
from petard.shared.demo.script import inputs_of, script_of
from petard.shared.rules.digest import digest
from petard.shared.rules.step import step
from petard.shared.rules.world import World, copy_world
from tests.sampled import sampled
from tests.server.devtools.planted import ROOT, Bug, build_with, copy_shared, run_in

SESSIONS = ROOT / "tests" / "sessions"  # those in shrunk/ are made by tests/tools/blind_spots.py
BACK = 8  # ticks that are taken back and played again
BOMBS, WALK, OUTCOME, CLOSING = "rules/bombs.py", "rules/movement.py", "rules/outcome.py", "rules/sudden_death.py"
PICKUPS, RNG, SETUP, STEP = "rules/pickups.py", "rules/rng.py", "rules/new_round.py", "rules/step.py"
RULES = "rules/ruleset.py"
KEY, THROWING, ILLNESS, TIES = "rules/bomb_key.py", "rules/throwing.py", "rules/illness.py", "rules/tie_break.py"
ROLL = "    roll(world, events)\n"
BETWEEN = """    move_thrown(world, events)
    use_bomb_keys(world, events)
    ride(world, inputs, events)
    if world.over_at < 0:
        remove_players_who_left(world, inputs, events)
        close_walls(world, events)
    explode(world, events)
"""

# fmt: off
MUTATIONS = (
    Bug("a fuse burns a tick longer", KEY, "world.tick + fuse_of(world.rules, player)",
        "world.tick + fuse_of(world.rules, player) + 1"),
    Bug("one bomb more than allowed", KEY, "lying >= player.bombs", "lying > player.bombs"),
    Bug("no pause between bombs", KEY, "world.tick < player.bomb_from or ", ""),
    Bug("a chain takes two ticks", BOMBS, "bomb.blows_at = world.tick + 1\n", "bomb.blows_at = world.tick + 2\n"),
    Bug("the kill is not handed down a chain", BOMBS, "bomb.lit_by = flame.owner", "bomb.lit_by = -1"),
    Bug("a blast is a tile short", BOMBS, "range(1, bomb.range + 1)", "range(1, bomb.range)"),
    Bug("the end of a flame looks like its arm", BOMBS, "if reach == bomb.range else", "if reach > bomb.range else"),
    Bug("a flame goes out a tick late", BOMBS, "if flame.until <= world.tick", "if flame.until < world.tick"),
    Bug("a kicked bomb rolls over items", BOMBS, " or tile in world.items:", ":"),
    Bug("a kick to the left is lost", BOMBS, "bomb.rolls = direction\n",
        "bomb.rolls = direction if direction != Direction.LEFT else -1\n"),
    Bug("all walk half a tick late", RULES, "speed * (tick + 1) // TICK_RATE - speed * tick // TICK_RATE",
        "(speed * (tick + 1) + 30) // TICK_RATE - (speed * tick + 30) // TICK_RATE"),
    Bug("a turn is forgotten a tick early", WALK, "world.tick + world.rules.keep_turn",
        "world.tick + world.rules.keep_turn - 1"),
    Bug("corners help less", WALK, "abs(aside) > world.rules.assist", "abs(aside) > world.rules.assist - 40"),
    Bug("who is hit has a tick less of mercy", OUTCOME, "world.tick + world.rules.immunity",
        "world.tick + world.rules.immunity - 1"),
    Bug("a draw has a winner", TIES, "slot, reason\n    return -1,", "slot, reason\n    return left[0].slot,"),
    Bug("own flames lose no tie", TIES, "    (WinReason.NOT_OWN_FLAME, _killed_by_others),\n", ""),
    Bug("the middle wins no tie", TIES, "    (WinReason.NEARER, _nearness),\n", ""),
    Bug("the walls close a tick late", CLOSING, "first + place * moving", "first + 1 + place * moving"),
    Bug("nobody is pushed by a wall", CLOSING, "elif overlaps(world, player, tile):", "elif False:"),
    Bug("an item counts twice", PICKUPS, "+ number_in(world.rules, step)", "+ 2 * number_in(world.rules, step)"),
    Bug("the dead leave nothing", PICKUPS, "had[: len(had) * world.rules.scatter // 100]", "had[:0]"),
    Bug("an unseeded choice", PICKUPS, "world.rng, free = shuffled(world.rng, _free_tiles(world))",
        'free = __import__("random").sample(_free_tiles(world), len(_free_tiles(world)))'),
    Bug("a shuffle spares the first", RNG, "range(len(mixed) - 1, 0, -1)", "range(len(mixed) - 1, 1, -1)"),
    Bug("bricks beside the spawns", SETUP, "(tile, tile - 1, tile + 1,", "(tile, tile - 1,"),
    Bug("explosions before the bombs roll", STEP, f"{ROLL}{BETWEEN}", f"{BETWEEN}{ROLL}"),
    Bug("a bomb flies a tick longer", THROWING, "far * world.rules.hop", "far * world.rules.hop + 1"),
    Bug("a line does not go on at its other end", THROWING, "range(least, least + size)", "range(least, least + 1)"),
    Bug("a punch lays a bomb, too", KEY, "(_punch, _lift, _lay, _fire)", "(_lift, _lay, _punch, _fire)"),
    Bug("the newest bomb is fired", KEY, "in world.bombs.values():  #", "in [*world.bombs.values()][::-1]:  #"),
    Bug("an illness is given back at once", ILLNESS, "world.tick + world.rules.immune", "world.tick"),
    Bug("exchanged keys do not matter", ILLNESS, "if player.ill != Illness.REVERSED:", "if True:"),
    Bug("a flame pierces walls that fell", BOMBS, "if bomb.pierce and world.tiles[tile] == Tile.BREAKING:",
        "if bomb.pierce:"),
    Bug("who left stays", STEP, "        remove_players_who_left(world, inputs, events)\n", ""),
)
# fmt: on
SEEN_BY = {  # the session that is verified first, where none of the small ones sees the mutation
    "a kick to the left is lost": "all_items",
    "the dead leave nothing": "last_one_standing",
    "bricks beside the spawns": "last_one_standing",
    "explosions before the bombs roll": "last_one_standing",
    "a bomb flies a tick longer": "new_items",
    "a line does not go on at its other end": "new_items",
    "a punch lays a bomb, too": "new_items",
    "the newest bomb is fired": "all_items",
    "an illness is given back at once": "sixteen_players",
    "exchanged keys do not matter": "new_items",
    "a flame pierces walls that fell": "all_items",
}
VERIFY = """
import json, sys
from pathlib import Path
from petard import shared
from petard.shared.demo.reader import read_demo
from petard.shared.demo.verify import verify
seen = []
folder = Path(sys.argv[1])
files = [*folder.glob("*.petard"), *folder.glob("shrunk/*.petard")]
for file in sorted(files, key=lambda file: (file.stem != sys.argv[2], file.stat().st_size)):
    mismatch = verify(read_demo(file.read_bytes())).mismatch
    seen.append(file.name)
    if mismatch:
        break
print(json.dumps({"from": shared.__file__, "seen": seen, "mismatch": mismatch.sentence() if mismatch else None}))
"""


def verified(build: Path, first: str = "") -> tuple[list[str], str | None]:
    """The sessions that a build looked at, from `first` on, and where the last of them parted; None if none did."""
    done = run_in(build, "-c", VERIFY, str(SESSIONS), first)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert Path(answer["from"]).is_relative_to(build)
    return answer["seen"], answer["mismatch"]


def test_without_a_mutation_all_sessions_are_green(tmp_path: Path) -> None:
    copy_shared(tmp_path)
    seen, mismatch = verified(tmp_path)
    assert mismatch is None
    assert len(seen) >= 15


@pytest.mark.parametrize("mutation", sampled(MUTATIONS, 4), ids=lambda bug: bug.name.replace(" ", "-"))
def test_a_mutation_turns_a_session_red(mutation: Bug, tmp_path: Path) -> None:
    build_with(mutation, tmp_path)
    seen, mismatch = verified(tmp_path, SEEN_BY.get(mutation.name, ""))
    assert mismatch, f"{mutation.name}: {len(seen)} sessions see nothing"
    sys.stdout.write(f"{mutation.name}: {seen[-1]}: {mismatch}\n")


def test_there_are_twenty_of_them_in_every_corner_of_the_rules() -> None:
    assert len(MUTATIONS) >= 20
    assert len({mutation.file for mutation in MUTATIONS}) >= 8


@cache
def session(name: str) -> tuple[World, list[dict[int, int]], list[int]]:
    """A recorded round: its first world, the keys of each tick, the digests."""
    demo = read_demo((SESSIONS / f"{name}.petard").read_bytes())
    script = script_of(demo)
    return script.start, inputs_of(script), list(demo.digests[: script.ticks])


def forget_all() -> None:
    """Empty every cache of the rules."""
    for name, module in list(sys.modules.items()):
        if name.startswith("petard.shared.rules."):
            for thing in list(vars(module).values()):
                if hasattr(thing, "cache_clear"):
                    thing.cache_clear()


@pytest.mark.parametrize("name", ["hurry", "mashed_keys"])
def test_a_match_that_continues_from_copies_is_the_same(name: str) -> None:
    """One straight on, one from a new copy in each tick with nothing cached."""
    start, inputs, digests = session(name)
    straight, copied = copy_world(start), copy_world(start)
    for tick, keys in enumerate(inputs):
        before, copied = copied, copy_world(copied)
        forget_all()
        events = step(copied, dict(keys))
        assert step(straight, keys) == events
        assert digest(straight) == digest(copied) == digests[tick], f"tick {tick + 1}"
        assert before.tick == copied.tick - 1, "the copy is stepped, and the world that it is from is not"


@pytest.mark.parametrize("name", ["chain_of_six", "first_blood"])
def test_a_match_that_is_rolled_back_and_played_again_is_the_same(name: str) -> None:
    """As rollback does: in each tick the last few are played again from a copy, which is thrown away then."""
    start, inputs, digests = session(name)
    world = copy_world(start)
    kept: deque[World] = deque(maxlen=BACK)
    for tick, keys in enumerate(inputs):
        kept.append(copy_world(world))
        step(world, keys)
        again = copy_world(kept[0])
        for later in range(tick + 1 - len(kept), tick + 1):
            step(again, inputs[later])
        assert digest(again) == digest(world) == digests[tick], f"tick {tick + 1}"
