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
from petard.shared.rules.items import Item
from petard.shared.rules.ruleset import HALF, LAST_ONE_STANDING, TILE
from petard.shared.rules.step import step
from petard.shared.rules.sudden_death import closing_times, hurry_at
from petard.shared.rules.world import Keys, Player, Tile, World

SIZE = (7, 5)  # tiles of each board
RULES = replace(LAST_ONE_STANDING, closing=360, closing_pause=0)  # one wall in 24 ticks
_TILES = {"#": Tile.WALL, "+": Tile.BRICK}
Script = tuple[tuple[int, int], ...]  # (ticks, keys held for so long)


@dataclass(frozen=True, slots=True)
class Lesson:
    """One picture with its words. In `rows`, digits are players, "i" is an item and "?" a brick with one in it."""

    title: Phrase
    words: Phrase  # with the names of keys in braces
    rows: str
    keys: Script
    length: int  # ticks
    kick: int = 0
    walls: bool = False  # it begins as the walls start to close


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
        announcement = Round(1, "", RULES, *SIZE, tuple(self.world.players))
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
    marks = "".join(lesson.rows.split())
    world = World(RULES, *SIZE, bytearray(_TILES.get(mark, Tile.FLOOR) for mark in marks), tick=RULES.countdown + 1)
    for tile, mark in enumerate(marks):
        if mark.isdigit():
            x, y = tile % SIZE[0] * TILE + HALF, tile // SIZE[0] * TILE + HALF
            world.players[int(mark)] = Player(int(mark), x, y, bombs=1, range=RULES.range, kick=lesson.kick)
        elif mark == "i":
            world.items[tile] = Item.FLAME if world.items else Item.BOMB
        elif mark == "?":
            world.tiles[tile], world.hidden[tile] = Tile.BRICK, Item.SKATE
    world.players = dict(sorted(world.players.items()))
    if lesson.walls:
        first = min(closing_times(RULES, *SIZE).values(), default=hurry_at(RULES))
        world.tick = first - 60
    return world
