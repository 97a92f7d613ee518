"""What is worth a word on the board: an item that was taken, two kills at once, a chain of bombs, a narrow escape.

Rule 1: everything comes from the events that are due and from the Views, so players, spectators and recordings see the
        same; a View that is older than the last one, as in a recording that is wound, starts all of it over.
Rule 2: what only concerns a player is told at the machine of that player, and to spectators.
Rule 3: memory and words are bounded: BLASTS_MOST blasts, one narrow escape in CLOSE_EVERY.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from petard.game.texts.names import spoken
from petard.game.texts.phrases import tr
from petard.game.view.item_looks import ITEM_LOOKS
from petard.game.view.view import View
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.items import Item
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.tie_break import WinReason

GAIN_UNKNOWN = tr("new item")
ITEM_NAMES = {int(item): item.name.lower().replace("_", " ") for item in Item}
CHAIN_LEAST = 3  # bombs
CHAINED = 2  # ticks from the blast that lights a bomb to its own: one, and one for a prediction that was corrected
BLASTS_MOST = 64
AT_ONCE = TICK_RATE  # ticks; two kills of one player within them are a double
KILLS = {2: tr("DOUBLE"), 3: tr("TRIPLE")}
CLOSE = tr("CLOSE!")
RIDE, BACK = tr("YOU RIDE!"), tr("BACK IN!")  # a cart, and alive again
CLOSE_TICKS = 6  # 100 ms: who leaves a tile so late before it burns has escaped narrowly
CLOSE_AFTER = 15  # ticks; a player who still lives then has escaped: the server may report a death that late
CLOSE_EVERY = 2 * TICK_RATE  # ticks
NARROW = frozenset({WinReason.NOT_OWN_FLAME, WinReason.HEALTH, WinReason.NEARER})  # the tie rules


@dataclass(frozen=True, slots=True)
class Rising:
    """A word that rises over the board. Another one with the same key replaces it. The place is in tiles."""

    text: str
    x: float
    y: float
    key: tuple[str, int]
    great: bool = False  # larger, and shown for longer


@dataclass(frozen=True, slots=True)
class Decided:
    """The round is decided, now. `narrow`: only a tie rule knew a winner."""

    narrow: bool


@dataclass(frozen=True, slots=True)
class Escaped:
    """The player in a slot left a tile just before it burnt."""

    slot: int


Feat = Rising | Decided | Escaped


class Feats:
    """The feats of one round. Call `cues_of` with every picture."""

    def __init__(self, my_slots: Collection[int]) -> None:
        """`my_slots`: of the players at this machine; none for spectators, who see the words of all."""
        self._my_slots = my_slots
        self._begin()

    def _begin(self) -> None:
        self._chains = Chains()
        self._kills: dict[int, tuple[int, int]] = {}  # by slot: the tick of the last kill, and how many there were
        self._escapes = Escapes()
        self._is_over = self._is_told = False
        self._tick = 0.0

    def cues_of(self, events: Sequence[tuple[int, Event]], view: View) -> list[Feat]:
        """The feats of this picture. `events`: those that are due, each with its tick."""
        if view.tick < self._tick:
            self._begin()
        self._tick = view.tick
        feats: list[Feat] = []
        for tick, event in events:
            feats += self._feats_of(tick, event, view)
        escaped = self._escapes.update(view)
        feats += [Rising(CLOSE, x, y, ("close", slot), True) for slot, x, y in escaped if self._concerns_us(slot)]
        feats += [Escaped(slot) for slot, _, _ in escaped]
        if self._is_over and view.ending and not self._is_told:
            self._is_told = True
            feats.append(Decided(view.ending.reason in NARROW and not view.ending.time_up))
        return feats

    def _concerns_us(self, slot: int) -> bool:
        return slot in self._my_slots or not self._my_slots

    def _feats_of(self, tick: int, event: Event, view: View) -> Iterator[Feat]:
        width = view.width
        x, y = event.tile % width + 0.5, event.tile // width + 0.5
        match event.what:
            case EventType.TAKEN if self._concerns_us(event.slot):
                yield Rising(gain_words(event.other), x, y, ("gain", event.slot))
            case EventType.BLAST:
                number, count = self._chains.add(tick, event, width)
                if count >= CHAIN_LEAST:
                    yield Rising(tr("CHAIN x{number}", number=count), x, y, ("chain", number), True)
            case EventType.DIED if event.other >= 0 and event.other != event.slot and not _rides(view, event.other):
                last, count = self._kills.get(event.other, (tick, 0))
                count = count + 1 if tick - last <= AT_ONCE else 1
                self._kills[event.other] = tick, count
                if count > 1:
                    yield Rising(
                        KILLS.get(count, tr("KILLS x{number}", number=count)), x, y, ("kills", event.other), True
                    )
            case EventType.RIDES if event.slot in self._my_slots:
                inside = min(max(x, 3.0), width - 3.0), min(max(y, 2.5), view.height - 1.5)  # so that no edge cuts it
                yield Rising(RIDE, *inside, ("ride", event.slot), True)
            case EventType.RETURNED:
                yield Rising(BACK, x, y, ("back", event.slot), True)
            case EventType.OVER:
                self._is_over = True


def _rides(view: View, slot: int) -> bool:
    """True if the player is in a cart: a kill from there is no feat."""
    return any(body.slot == slot and body.cart for body in view.players)


def gain_words(item: int) -> str:
    """What the player reads who takes an item.

    >>> gain_words(2), gain_words(4), gain_words(31)
    ('+1 flame', 'kick', 'new item')
    """
    look = ITEM_LOOKS.get(item)
    return (look.gain or spoken(ITEM_NAMES[item])) if look else GAIN_UNKNOWN


class Chains:
    """Which blasts lit which bombs: a bomb explodes in the tick after the flame that lights it."""

    def __init__(self) -> None:
        self._blasts: deque[tuple[int, Event, int]] = deque(maxlen=BLASTS_MOST)  # tick, blast, number of the chain
        self._counts: dict[int, int] = {}  # bombs by number of the chain
        self._next = self._tick = 0
        self._lighters: list[tuple[Event, int]] = []  # what may light a bomb in `_tick`, the last first

    def add(self, tick: int, blast: Event, width: int) -> tuple[int, int]:
        """Add a blast; return the number of its chain, and how many bombs that has by now."""
        if tick != self._tick:
            self._tick = tick
            self._lighters = [
                (other, number) for then, other, number in reversed(self._blasts) if 0 < tick - then <= CHAINED
            ]
        lit_by = (number for other, number in self._lighters if _reaches(other, blast.tile, width))
        number = next(lit_by, self._next)
        if number == self._next:
            self._next += 1
            if len(self._counts) >= 2 * BLASTS_MOST:
                self._counts = {one: self._counts[one] for _, _, one in self._blasts}
        self._counts[number] = self._counts.get(number, 0) + 1
        self._blasts.append((tick, blast, number))
        return number, self._counts[number]


def _reaches(blast: Event, tile: int, width: int) -> bool:
    """True if a tile is in line with a blast and within its range. Walls are not asked: the ticks say enough."""
    across, along = abs(blast.tile % width - tile % width), abs(blast.tile // width - tile // width)
    return min(across, along) == 0 and max(across, along) <= blast.other


class Escapes:
    """Who has left a tile just before it burnt, and lives on."""

    def __init__(self) -> None:
        self._ways: dict[int, deque[tuple[float, int]]] = {}  # by slot, the last ticks with the tile of each
        self._flames: set[int] = set()
        self._narrow: dict[int, float] = {}  # by slot, since when it was a narrow escape
        self._told_at = float(-CLOSE_EVERY)

    def update(self, view: View) -> Iterable[tuple[int, float, float]]:
        """The slot and the place of who has escaped; at most one in CLOSE_EVERY."""
        flames = {flame.y * view.width + flame.x for flame in view.flames}
        fresh, self._flames = flames - self._flames, flames
        for body in view.players:
            tile = int(body.y) * view.width + int(body.x)
            if not body.alive or body.safe or body.shields or tile in flames:
                self._ways.pop(body.slot, None)
                self._narrow.pop(body.slot, None)
                continue
            way = self._ways.setdefault(body.slot, deque(maxlen=CLOSE_TICKS + 1))
            if any(then in fresh and view.tick - tick <= CLOSE_TICKS for tick, then in way):
                self._narrow.setdefault(body.slot, view.tick)
            way.append((view.tick, tile))
        return self._escaped(view)

    def _escaped(self, view: View) -> list[tuple[int, float, float]]:
        places = {body.slot: (body.x, body.y) for body in view.players}
        escaped = [slot for slot, since in self._narrow.items() if view.tick - since >= CLOSE_AFTER]
        for slot in escaped:
            del self._narrow[slot]
        if not escaped or view.tick - self._told_at < CLOSE_EVERY:
            return []
        self._told_at = view.tick
        return [(escaped[0], *places[escaped[0]])]
