"""The first round of a new player: alone with a dummy, on a small board, with one thing to do at a time.

Rule 1: the rules of the game run it, so what is learned here holds in a match.
Rule 2: a step is over when the player has done it. A player who dies begins again with the bomb or the kick.
Rule 3: who does nothing is not kept: a step that takes TIME_MOST ends it. A death begins the step again, and its time.
"""

from dataclasses import dataclass, field, replace
from enum import Enum

from petard.game.texts.phrases import Phrase, tr
from petard.game.view.view import View
from petard.game.view.view_builder import view_between
from petard.shared.protocol.messages import Round
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.items import Item
from petard.shared.rules.ruleset import HALF, LAST_ONE_STANDING, TICK_RATE, TILE
from petard.shared.rules.step import step
from petard.shared.rules.world import Direction, Keys, Player, Tile, World, copy_world, tile_at

ROWS = (
    "#############",
    "#0...+......#",
    "#.#.#+#.#.#.#",
    "#....+.....1#",
    "#.#.#+#.#.#.#",
    "#....+......#",
    "#############",
)
SIZE = len(ROWS[0]), len(ROWS)
RULES = replace(LAST_ONE_STANDING, round=600 * TICK_RATE, hurry=0, spawn_shield=0)
TILES = {"#": Tile.WALL, "+": Tile.BRICK}
BRICKS = ROWS[1].index("+")  # the column of all bricks
ME = 0  # the slot of the player; the other one is the dummy
AGAIN_AFTER = 80  # ticks from a death to the next try
DONE_FOR = 210  # ticks that the end is shown: the kicked bomb explodes
TIME_MOST = 90 * TICK_RATE  # for each step
SILENT = frozenset({EventType.OVER, EventType.GO})  # nothing is won or lost here


class TutorialStep(Enum):
    """What the player learns, in this order."""

    WALK = 0
    BOMB = 1
    AWAY = 2
    ITEM = 3
    KICK = 4
    DONE = 5


@dataclass(frozen=True, slots=True)
class StepLook:
    """What a step shows: a picture in assets/sprites, and what to do; names of keys are in braces."""

    picture: str
    words: Phrase


STEP_LOOKS: dict[TutorialStep, StepLook] = {
    TutorialStep.WALK: StepLook("star", tr("Walk to the bricks: {walk}")),
    TutorialStep.BOMB: StepLook("bomb-0", tr("Lay a bomb beside them: {bomb}")),
    TutorialStep.AWAY: StepLook("flame-centre-1", tr("Quick, round a corner! Flames go straight.")),
    TutorialStep.ITEM: StepLook("item-kick", tr("Take the boot: it kicks bombs")),
    TutorialStep.KICK: StepLook("bomb-3", tr("Lay a bomb, step back, then walk against it")),
    TutorialStep.DONE: StepLook("crown", tr("That is all. The last one standing wins!")),
}
TOO_CLOSE = tr("Too close! Once more.")


@dataclass(slots=True)
class Tutorial:
    """The round. Call `tick` 60 times a second."""

    world: World = field(init=False)
    step: TutorialStep = TutorialStep.WALK
    ticks: int = 0
    since: int = 0  # the tick in which the step began
    checkpoint: tuple[World, TutorialStep] = field(init=False)  # from where a player who died begins again

    def __post_init__(self) -> None:
        self.world = new_board()
        self.checkpoint = copy_world(self.world), self.step

    @property
    def is_over(self) -> bool:
        is_done = self.step is TutorialStep.DONE and self.ticks - self.since >= DONE_FOR
        return is_done or self.ticks - self.since >= TIME_MOST

    @property
    def is_dead(self) -> bool:
        """True from a death of the player to the next try."""
        return self.world.players[ME].died_at >= 0

    def view(self) -> View:
        snapshot = snapshot_of(self.world, {})
        return view_between(snapshot, snapshot, 0.0, Round(1, "", RULES, *SIZE, tuple(self.world.players)))

    def tick(self, keys: int) -> list[tuple[int, Event]]:
        """Advance by 1/60 s; `keys`: held, as bits of `Keys`. Return what is to be heard and seen, with its tick."""
        self.ticks += 1
        events = step(self.world, {ME: keys & ~Keys.GONE})
        if not self.is_dead:
            self._follow(events)
        elif self.world.tick - self.world.players[ME].died_at >= AGAIN_AFTER:
            world, self.step = self.checkpoint
            self.world, self.since = copy_world(world), self.ticks
        return [(self.world.tick, event) for event in events if event.what not in SILENT]

    def _follow(self, events: list[Event]) -> None:
        """Go on to the next step once this one is done; go back to the bomb if it hit no brick."""
        world, me = self.world, self.world.players[ME]
        match self.step:
            case TutorialStep.WALK if me.x // TILE >= BRICKS - 1:
                self._begin(TutorialStep.BOMB, is_safe=True)
            case TutorialStep.BOMB if any(event.what is EventType.DROPPED for event in events):
                self._begin(TutorialStep.AWAY)
            case TutorialStep.AWAY if not world.bombs and not world.flames:
                self._begin(TutorialStep.ITEM if world.items else TutorialStep.BOMB, is_safe=True)
            case TutorialStep.ITEM if me.kick:
                self._begin(TutorialStep.KICK, is_safe=True)
            case TutorialStep.ITEM if not world.items and not world.breaking:
                world.items[tile_at(world, me.x, me.y)] = Item.KICK  # the boot was burnt: here is another one
            case TutorialStep.KICK if any(bomb.rolls != Direction.NONE for bomb in world.bombs.values()):
                self._begin(TutorialStep.DONE)
        if world.items:
            world.hidden.clear()  # one boot is enough

    def _begin(self, new: TutorialStep, is_safe: bool = False) -> None:
        """Begin a step. `is_safe`: nothing burns now, so a player who dies later may begin again here."""
        self.step, self.since = new, self.ticks
        if is_safe and not self.world.bombs:
            self.checkpoint = copy_world(self.world), new


def new_board() -> World:
    """The board at the start: each brick hides a boot."""
    marks = "".join(ROWS)
    world = World(RULES, *SIZE, bytearray(TILES.get(mark, Tile.FLOOR) for mark in marks), tick=RULES.countdown + 1)
    for tile, mark in enumerate(marks):
        if mark.isdigit():
            x, y = tile % SIZE[0] * TILE + HALF, tile // SIZE[0] * TILE + HALF
            world.players[int(mark)] = Player(int(mark), x, y, bombs=1, range=RULES.range)
        elif mark == "+":
            world.hidden[tile] = Item.KICK
    world.players = dict(sorted(world.players.items()))
    return world
