"""The moving pictures of How to play: tiny rounds with scripted keys, run by the rules themselves.

Rule: a Lesson runs in a circle; the ticks since its screen was opened alone decide what it shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from petard.game.texts.phrases import Phrase, tr
from petard.game.view.view import View
from petard.game.view.view_builder import view_between
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.rules.floors import Floor
from petard.shared.rules.items import Item, weights_of
from petard.shared.rules.ruleset import HALF, LAST_ONE_STANDING, TILE, RuleSet
from petard.shared.rules.step import step
from petard.shared.rules.sudden_death import closing_times, hurry_at
from petard.shared.rules.world import Keys, Player, Tile, World

SIZE = (7, 5)  # tiles of each board
RULES = replace(LAST_ONE_STANDING, closing=360, closing_pause=0)  # one wall in 24 ticks
_TILES = {"#": Tile.WALL, "+": Tile.BRICK}
FLOORS = {
    ">": Floor.BELT_RIGHT,
    "T": Floor.TELEPORT_1,
    "v": Floor.ARROW_DOWN,
    "o": Floor.PIT,
    "d": Floor.DOOR_RIGHT,
    "~": Floor.ICE,
    "S": Floor.SWITCH_OFF,
    "H": Floor.GATE_SHUT,
}
HEARTS = replace(RULES, health=30, health_most=50, damage=10, weights=weights_of({Item.FRUIT: 1}))
Script = tuple[tuple[int, int], ...]  # (ticks, keys held for so long)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One picture with its words.

    In `rows`, digits are players, "i" is an item, "?" a brick with one in it, and FLOORS has the special floors.
    """

    title: Phrase
    words: Phrase  # with the names of keys in braces
    rows: str
    keys: Script
    length: int  # ticks
    kick: int = 0
    bombs: int = 1
    walls: bool = False  # it begins as the walls start to close
    rides: bool = False  # the first player is out and rides
    rules: RuleSet = RULES


_R, _L, _U, _D, _B = Keys.RIGHT, Keys.LEFT, Keys.UP, Keys.DOWN, Keys.BOMB
LESSONS: Sequence[Lesson] = (
    Lesson(
        tr("Walk"),
        tr("{walk}"),
        "####### #0....# #.#.#.# #.....# #######",
        ((60, _R), (30, _D), (60, _L), (30, _U)),
        180,
    ),
    Lesson(
        tr("Bomb, then step aside"),
        tr("{bomb}"),
        "####### #0.?..# #.#+#.# #.....# #######",
        ((15, _R), (2, _B), (15, _L), (33, _D), (150, 0)),
        240,
    ),
    Lesson(
        tr("Take what lies there"),
        tr("More bombs, longer flames, speed"),
        "####### #0.i.i# #.#.#.# #.....# #######",
        ((18, 0), (60, _R), (30, _D), (12, 0)),
        120,
    ),
    Lesson(
        tr("Kick with the boot"),
        tr("Walk against a bomb: it rolls"),
        "####### #0....# #.#.#.# #.....# #######",
        ((15, _R), (2, _B), (15, _L), (6, 0), (30, _R), (10, _L), (32, _D), (140, 0)),
        250,
        kick=1,
    ),
    Lesson(
        tr("Catch the others"),
        tr("The last one standing wins"),
        "####### ##1.0.# ###.#.# #.....# #######",
        ((15, _L), (2, _B), (31, _R), (33, _D), (150, 0)),
        250,
    ),
    Lesson(
        tr("Walls close in"),
        tr("Watch the shadows on the floor"),
        "####### #0....# #.#.#.# #.....# #######",
        ((20, 0), (30, _R), (15, _D), (240, 0)),
        260,
        walls=True,
    ),
)
MORE_LESSONS: Sequence[Lesson] = (
    Lesson(
        tr("Out? You ride"),
        tr("Hold the bomb key, let go"),
        "####### #0...1# #.#.#.# #....2# #######",
        ((10, 0), (30, _R), (30, _B), (170, 0)),
        240,
        rides=True,
    ),
    Lesson(
        tr("Hearts, in some rules"),
        tr("A flame takes ten, fruit helps"),
        "####### #0....# #.#.#.# #....i# #######",
        ((15, _R), (2, _B), (15, _L), (160, 0), (60, _R), (30, _D), (60, 0)),
        342,
        rules=HEARTS,
    ),
    Lesson(
        tr("Chains"),
        tr("A flame sets off other bombs"),
        "####### #0....# #.#.#.# #.....# #######",
        ((15, _R), (2, _B), (30, _R), (2, _B), (15, _R), (30, _D), (150, 0)),
        250,
        bombs=2,
    ),
    Lesson(
        tr("Belts"),
        tr("They carry you, and bombs"),
        "####### #0>>>.# #.#.#.# #.....# #######",
        ((15, _R), (60, 0), (30, _R), (30, _D), (60, _L), (30, _U)),
        225,
    ),
    Lesson(
        tr("Teleports"),
        tr("In at one, out at the other"),
        "####### #0.T..# #.#.#.# #T....# #######",
        ((31, _R), (30, 0), (60, _R), (30, _U), (30, 0)),
        181,
    ),
    Lesson(
        tr("Ice"),
        tr("You slide on until it ends"),
        "####### #0~~~.# #.#.#.# #.....# #######",
        ((10, _R), (50, 0), (20, _R), (30, _D), (62, _L), (30, _U)),
        202,
    ),
)
FLOOR_LESSONS: Sequence[Lesson] = (
    Lesson(
        tr("Arrows"),
        tr("They turn bombs that roll"),
        "####### #0..v.# #.#...# #.....# #######",
        ((15, _R), (2, _B), (15, _L), (6, 0), (30, _R), (10, _L), (32, _D), (140, 0)),
        250,
        kick=1,
    ),
    Lesson(
        tr("Pits"),
        tr("Bombs fall in, nobody walks in"),
        "####### #0..o.# #.#.#.# #.....# #######",
        ((15, _R), (2, _B), (15, _L), (6, 0), (30, _R), (30, _L), (30, _D), (60, 0)),
        190,
        kick=1,
    ),
    Lesson(
        tr("One-way doors"),
        tr("You pass only where they point"),
        "####### #0d...# ###.#.# #.....# #######",
        ((30, _R), (40, _L), (30, _R), (30, _D), (60, _L), (30, 0)),
        220,
    ),
    Lesson(
        tr("Switches"),
        tr("A flame at one moves all gates"),
        "####### #0..S.# #.###H# #.....# #######",
        ((15, _R), (2, _B), (15, _L), (33, _D), (110, 0), (60, _R), (50, _U)),
        290,
    ),
)
PAGES = (LESSONS, MORE_LESSONS, FLOOR_LESSONS)


@dataclass(slots=True)
class LessonRun:
    """One Lesson that runs. Each call of `view` may show a later moment."""

    lesson: Lesson
    world: World = field(init=False)
    ticks: int = 0

    def __post_init__(self) -> None:
        self.world = _world_of(self.lesson)

    def view(self, ticks: int) -> View:
        """The View so many ticks after the begin of the first run."""
        for _ in range(min(ticks - self.ticks, self.lesson.length)):
            if self.ticks % self.lesson.length == 0:
                self.world = _world_of(self.lesson)
            step(self.world, {0: keys_at(self.lesson.keys, self.ticks % self.lesson.length)})
            self.ticks += 1
        self.ticks = max(self.ticks, ticks)
        snapshot = snapshot_of(self.world, {})
        announcement = Round(1, "", self.lesson.rules, *SIZE, tuple(self.world.players))
        return view_between(snapshot, snapshot, 0.0, announcement)


def keys_at(script: Script, tick: int) -> int:
    """The keys that are held in a tick of a script.

    >>> keys_at(((2, 8), (3, 1)), 1), keys_at(((2, 8), (3, 1)), 4), keys_at(((2, 8), (3, 1)), 5)
    (8, 1, 0)
    """
    for ticks, keys in script:
        if tick < ticks:
            return keys
        tick -= ticks
    return 0


def words_of(lesson: Lesson, hints: Mapping[str, str]) -> str:
    """The words below a picture. `hints`: what "walk" and "bomb" are called with the keys of this person."""
    return lesson.words.fill(**hints)


def _world_of(lesson: Lesson) -> World:
    marks, rules = "".join(lesson.rows.split()), lesson.rules
    world = World(rules, *SIZE, bytearray(_TILES.get(mark, Tile.FLOOR) for mark in marks), tick=rules.countdown + 1)
    world.floors = bytes(FLOORS.get(mark, 0) for mark in marks) if FLOORS.keys() & set(marks) else b""
    for tile, mark in enumerate(marks):
        if mark.isdigit():
            x, y = tile % SIZE[0] * TILE + HALF, tile // SIZE[0] * TILE + HALF
            world.players[int(mark)] = Player(
                int(mark), x, y, health=rules.health, bombs=lesson.bombs, range=rules.range, kick=lesson.kick
            )
        elif mark == "i":
            world.items[tile] = Item.FRUIT if rules is HEARTS else Item.FLAME if world.items else Item.BOMB
        elif mark == "?":
            world.tiles[tile], world.hidden[tile] = Tile.BRICK, Item.SKATE
    world.players = dict(sorted(world.players.items()))
    if lesson.rides:
        world.players[0].died_at = world.tick - rules.cart_after
    if lesson.walls:
        first = min(closing_times(RULES, *SIZE).values(), default=hurry_at(RULES))
        world.tick = first - 60
    return world
