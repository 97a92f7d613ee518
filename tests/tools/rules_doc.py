"""The tables of docs/rules.md: the numbers of each set of rules, and the boards (tests/tools/docs.py)."""

from collections.abc import Callable

from petard.shared.rules.carts import Carts
from petard.shared.rules.items import Illness, Item
from petard.shared.rules.maps import Board, parse_map
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import PRESETS, TICK_RATE, TILE, RuleSet
from petard.shared.rules.world import Tile
from tests.tools.links import ROOT
from tests.tools.markdown import Tables


def _seconds(ticks: int) -> str:
    return f"{ticks / TICK_RATE:.4g} s"


def _tiles(length: int) -> str:
    return f"{length / TILE:.3g} tile" + "s" * (length > TILE)


def _speed(speed: int) -> str:
    return f"{speed / TILE:.3g} tiles/s"


def _share(percent: int) -> str:
    return f"{percent} %"


def item_name(item: Item) -> str:
    """Return the name as people read it."""
    return item.name.lower().replace("_", " ")


def _weights(weights: tuple[int, ...]) -> str:
    return ", ".join(f"{item_name(item)} {weights[item]}" for item in Item if weights[item])


# Every field of RuleSet but its name: how to say the number, and what it is.
NUMBERS: dict[str, tuple[Callable[..., str], str]] = {
    "countdown": (_seconds, "countdown, in which nobody moves"),
    "round": (_seconds, "a round, from the end of the countdown"),
    "hurry": (_seconds, "time before the end at which the walls start to close"),
    "closing": (_seconds, "from the first closing wall to the last"),
    "closing_core": (str, "tiles of the shorter side that never close"),
    "speed": (_speed, "walking"),
    "speed_more": (_speed, "more for each skate"),
    "speed_most": (_speed, "top speed"),
    "body": (_tiles, "from the middle of a body to its edge, where walls stop it"),
    "assist": (_tiles, "distance from the middle of an opening from which you slide into it"),
    "keep_bomb": (_seconds, "a bomb key pressed too early is remembered"),
    "keep_turn": (_seconds, "a turn pressed too early is remembered"),
    "health": (str, "health at the start"),
    "health_most": (str, "most health"),
    "damage": (str, "health that a blast takes"),
    "immunity": (_seconds, "after a hit that you survive, nothing hurts you"),
    "spawn_shield": (_seconds, "after the countdown, nothing hurts you"),
    "fuse": (_seconds, "fuse"),
    "flame": (_seconds, "flame"),
    "bombs": (str, "bombs at once at the start"),
    "bombs_most": (str, "most bombs at once"),
    "range": (str, "tiles that a flame reaches to each side at the start"),
    "range_most": (str, "most tiles that a flame reaches"),
    "bomb_pause": (_seconds, "least time between two bombs of a player"),
    "roll": (_speed, "a kicked bomb"),
    "bricks": (_share, "of the free cells are bricks"),
    "hidden_share": (_share, "of the bricks hide an item, at least"),
    "hidden_each": (str, "items for each player, at least"),
    "hidden_most": (_share, "of the bricks hide an item, at most"),
    "loose": (str, "items on the board from the start"),
    "scatter": (_share, "of the items of a dead player come back to the board"),
    "fruit": (str, "health in a fruit"),
    "weights": (_weights, "relative frequency of each item"),
    "punch": (str, "tiles that a punched bomb flies, at least"),
    "throw": (str, "tiles that a thrown bomb flies, at least"),
    "hop": (_seconds, "a bomb in the air flies a tile in"),
    "waits": (_seconds, "fuse of bombs with a remote"),
    "ill": (_seconds, "an illness lasts"),
    "immune": (_seconds, "who passed an illness on catches none for"),
    "carts": (lambda number: Carts(number).name.lower(), "carts for the dead"),
    "cart_after": (_seconds, "from a death to the cart"),
    "cart_speed": (_speed, "a cart"),
    "cart_least": (str, "tiles of the shortest throw, counted from the innermost closed wall"),
    "cart_most": (str, "tiles of the longest throw"),
    "cart_charge": (_seconds, "a throw gets a tile longer in"),
    "cart_pause": (_seconds, "least time between two bombs of a rider"),
    "cart_range": (str, "tiles that the flame of such a bomb reaches to each side"),
    "cart_flight": (_seconds, "such a bomb is in the air for"),
    "mode": (str, "number of the mode (docs/modes.md)"),
    "sides": (str, "sides in the mode teams, at most"),
    "friendly_fire": (lambda number: ("off", "on")[number], "flames hurt players of the same side"),
    "closing_pause": (_seconds, "the closing walls rest while 5 tiles of the shorter side are left, for"),
    "crown_hold": (_seconds, "in the mode crown: who has held it for so long in all wins"),
    "crown_speed": (_share, "of the speed of others, for the one who carries the crown"),
    "back_after": (_seconds, "from a death to the return, in modes in which the dead come back"),
    "paint_time": (_seconds, "a round of the mode paint"),
    "zombie_time": (_seconds, "a round of the mode zombie"),
    "zombie_speed": (_share, "of the speed of others, for a zombie"),
}
CROWDS = {"small": (2, 3, 4), "classic": (2, 4, 5, 6, 8), "large": (8, 10), "grand": (12, 16), "arena": (17, 32)}
CROWDS |= {"battle": (33, 64)}
CROWDS |= {name: (2, 4, 6) for name in ("foundry", "temple", "catacombs", "pond", "crevasse", "lift", "depot", "rink")}
CROWDS |= {"switchyard": (2, 4), "hedge": (2, 4), "orchard": (4, 8), "glacier": (4, 8)}


def numbers() -> str:
    """Return one row for each number, one column for each set of rules."""
    lines = [f"| | {' | '.join(PRESETS)} |", "|---|" + "---|" * len(PRESETS)]
    for field, (say, what) in NUMBERS.items():
        values = " | ".join(say(getattr(rules, field)) for rules in PRESETS.values())
        lines.append(f"| {what} | {values} |")
    return "\n".join(lines) + "\n"


def boards() -> str:
    """Return one row for each map: its size, and the bricks and items by number of players."""
    lines = ["| map | size | players | bricks | items in them |", "|---|---|---|---|---|"]
    rules = next(iter(PRESETS.values()))
    files = {file.stem: file for file in (ROOT / "assets" / "maps").glob("*.txt")}
    if wrong := files.keys() ^ CROWDS:
        raise LookupError(f"CROWDS in tests/tools/rules_doc.py must have one row for each map: {sorted(wrong)}")
    for name, crowds in CROWDS.items():
        board = parse_map(files[name].read_text("utf-8"), name)
        counts = [_contents(rules, board, players) for players in crowds]
        bricks, items = (" / ".join(str(count[column]) for count in counts) for column in (0, 1))
        players = " / ".join(map(str, crowds))
        lines.append(f"| `{name}` | {board.width} x {board.height} | {players} | {bricks} | {items} |")
    return "\n".join(lines) + "\n"


def _contents(rules: RuleSet, board: Board, players: int) -> tuple[int, int]:
    world = new_world(rules, board, range(players), 1)
    return world.tiles.count(Tile.BRICK), len(world.hidden)


def items() -> str:
    """Return one row for each item: what it does."""
    return "| item | effect |\n|---|---|\n" + "".join(f"| {item_name(item)} | {item.row.does} |\n" for item in Item)


def illnesses() -> str:
    """Return one row for each illness: what it does."""
    rows = [f"| {illness.name.lower().replace('_', ' ')} | {illness.does} |\n" for illness in Illness]
    return "| illness | what it does |\n|---|---|\n" + "".join(rows)


TABLES: Tables = {"items": items, "illnesses": illnesses, "numbers": numbers, "boards": boards}
