"""The mode of docs/modes.md is added to a copy of Petard, by the pieces of that page alone, and played."""

import re
from pathlib import Path

from petard.shared.rules.modes.table import MODES
from tests.test_new_item import copy, ran
from tests.tools.links import ROOT

__all__ = ["copy"]
PAGE = (ROOT / "docs" / "modes.md").read_text("utf-8")
PLAY = """
from dataclasses import replace
from petard.game.view.mode_views import mode_view_of
from petard.server.config.schema import read_maps, settings_of
from petard.shared.bots.brain import Brain
from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import snapshot_of, world_of
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.new_round import new_world
from petard.shared.rules.outcome import why_won
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.step import step

maps = read_maps()
rules = MODES["bricks"].rules(replace(LAST_ONE_STANDING, round=1500, hurry=60, closing=60, closing_pause=0))
assert decode(encode(Round(1, "small", rules, 13, 11, (0, 1)))).rules == rules
assert any(row.key == "mode" and row.parse("bricks") == "bricks" for row in settings_of(maps))
world = new_world(rules, maps["small"], range(2), 1)
bots = [Brain(slot, 2, 7) for slot in range(2)]
while world.over_at < 0:
    step(world, {bot.slot: bot.think(world) for bot in bots})
seen = world_of(snapshot_of(world, {}), rules, world.width, world.height)
assert sum(seen.points.values()) > 3 and why_won(seen) == why_won(world)
assert world.winner in (*world.points, -1)
view = mode_view_of(seen)
assert view and view.score == world.points
"""


def piece(what: str) -> str:
    """A piece of the page."""
    (found,) = re.findall(rf"```python {what}\n(.*?\n)```", PAGE, re.DOTALL)
    return str(found).replace("NEXT", str(len(MODES)))


def test_a_mode_costs_one_file_and_one_row(copy: Path) -> None:
    modes = copy / "petard" / "shared" / "rules" / "modes"
    (modes / "bricks.py").write_text(piece("mode"), "utf-8")
    table = modes / "table.py"
    head, found, tail = table.read_text("utf-8").partition("_BY_NUMBER =")
    assert found
    known = "from petard.shared.rules.modes.bricks import Bricks\n" + piece("row")
    table.write_text(head + known + found + tail, "utf-8")
    assert len((piece("mode") + piece("row")).splitlines()) <= 60
    assert ran(copy, PLAY) == ""
