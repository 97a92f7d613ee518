"""The item of docs/items.md is added to a copy of Petard, by the three rows of that page alone, and played."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from petard.shared.rules.items import Item
from tests.tools.links import FOLDERS, ROOT

PAGE = (ROOT / "docs" / "items.md").read_text("utf-8")
# The line after which a row of the page stands.
PLACES = {
    "rules": ("shared/rules/items.py", "\n\nITEM_MOST"),
    "looks": ("game/view/item_looks.py", "}\nILLNESS_WORDS"),
    "picture": ("assets/source/icons.py", "}\n\n\ndef item("),
}
PLAY = """
import os
os.environ["SDL_VIDEODRIVER"] = "dummy"
from dataclasses import replace
from pathlib import Path
from petard.game.ui.render.hud import belongings
from petard.game.view.sprites import floor_sprites
from petard.game.view.view import ItemView, PlayerView, View
from petard.shared.bots.brain import Brain
from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.field_types import ITEM_NAMES
from petard.shared.protocol.messages import Round
from petard.shared.rules.items import Item, weights_of
from petard.shared.rules.maps import parse_map
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.step import step
import petard.assets

rules = replace(LAST_ONE_STANDING, bricks=0, loose=40, weights=weights_of({Item.CRATE: 1}))
assert decode(encode(Round(1, "small", rules, 13, 11, (0, 1)))).rules == rules
assert (Item.CRATE.value, "crate") in [(name.number, name.name) for name in ITEM_NAMES]
board = parse_map((Path(petard.assets.__file__).parent / "maps" / "small.txt").read_text("utf-8"), "small")
world = new_world(rules, board, range(2), 1)
bots = [Brain(slot, 3, 7) for slot in range(2)]
while max(player.bombs for player in world.players.values()) < 4:
    assert world.tick < 1200, "no bot walks to a crate"
    step(world, {bot.slot: bot.think(world) for bot in bots})
view = View(1.0, 13, 11, bytes(world.tiles), items=(ItemView(1, 1, int(Item.CRATE)),))
assert [sprite.name for sprite in floor_sprites(view)] == ["item-crate"]
shown = [icon for icon, _ in belongings(PlayerView(0, 1.5, 1.5, bombs=4), 1)]
assert shown == ["item-bomb", "item-flame", "item-skate"]
assert LAST_ONE_STANDING.weights[-1] == 2
"""


def row(what: str) -> str:
    """A row of the page, with its newline."""
    (found,) = re.findall(rf"```python {what}\n(.*?\n)```", PAGE, re.DOTALL)
    return str(found).replace("NEXT", str(max(Item) + 1))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder in which `petard` is a copy of the sources."""
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / "petard" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def ran(folder: Path, code: str) -> str:
    """What a Python prints that sees only the copy; "" if it is content."""
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=60)
    return done.stderr if done.returncode else ""


def test_an_item_that_raises_a_number_costs_one_row_in_each_table_and_its_picture(copy: Path) -> None:
    for what, (name, before) in PLACES.items():
        file = copy / "petard" / name
        text = file.read_text("utf-8")
        head, found, tail = text.rpartition(before) if what != "picture" else text.partition(before)
        assert found, f"{name} has no place for the row"
        file.write_text(head.rstrip("\n") + "\n" + row(what) + found + tail, "utf-8")
    draw = "from petard.assets.source.make_sprites import main; main(['item-crate'])"
    assert ran(copy, draw) == ""
    assert (copy / "petard" / "assets" / "sprites" / "item-crate.png").stat().st_size > 1000
    assert ran(copy, PLAY) == ""


def test_the_copy_is_what_is_tested_there(copy: Path) -> None:
    assert "AttributeError" in ran(copy, PLAY), "without its row there is no crate"
