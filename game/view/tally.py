"""What everybody did, counted from the events: in this match, and in all matches since we joined. And the awards.

Rule 1: it is kept by name, since a seat may change hands between two matches.
Rule 2: everything comes from what the server sent; nothing is asked of it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from petard.game.view.feats import CHAIN_LEAST, Chains
from petard.shared.protocol.messages import Events, Results, Seat
from petard.shared.rules.events import Event, EventType

AWARDS_MOST = 4
NAMES_MOST = 256  # in a list of all matches; more people than ever meet in an evening


class Deed(Enum):
    """What is counted."""

    KILLS = "kills"
    CHAIN = "chain"  # the longest, in bombs
    BRICKS = "bricks"
    ITEMS = "items"
    CLOSE = "close"  # narrow escapes
    BOMBS = "bombs"
    OWN_BOMB = "own bomb"  # deaths by it
    WALLS = "walls"  # deaths by them
    ROUNDS = "rounds"  # that were won
    MATCHES = "matches"  # that were won


HIGHEST = frozenset({Deed.CHAIN})  # of these the highest counts, of the others the sum
# The awards, the best first, and the least for each.
AWARDS = {
    Deed.KILLS: 2,
    Deed.CHAIN: CHAIN_LEAST,
    Deed.CLOSE: 1,
    Deed.BRICKS: 8,
    Deed.ITEMS: 4,
    Deed.OWN_BOMB: 1,
    Deed.WALLS: 1,
    Deed.BOMBS: 12,
}
MISHAPS = frozenset({Deed.OWN_BOMB, Deed.WALLS})  # nobody is proud of these


@dataclass(frozen=True, slots=True)
class Award:
    """Who did the most of something, and how much of it."""

    deed: Deed
    name: str
    count: int


@dataclass(slots=True)
class Deeds:
    """The counts of everybody, by name."""

    of: dict[str, Counter[Deed]] = field(default_factory=dict)

    def add(self, name: str, deed: Deed, count: int = 1) -> None:
        if name not in self.of and len(self.of) >= NAMES_MOST:
            return
        mine = self.of.setdefault(name, Counter())
        mine[deed] = max(mine[deed], count) if deed in HIGHEST else mine[deed] + count

    def count(self, name: str, deed: Deed) -> int:
        return self.of.get(name, Counter())[deed]

    def awards(self, most: int = AWARDS_MOST) -> list[Award]:
        """The awards that somebody has alone, the best first; nobody gets two as long as others have none."""
        found: list[Award] = []
        for deed, least in AWARDS.items():
            best = sorted(((counts[deed], name) for name, counts in self.of.items()), reverse=True)[:2]
            if best and best[0][0] >= least and (len(best) < 2 or best[1][0] < best[0][0]):
                found.append(Award(deed, best[0][1], best[0][0]))
        firsts = {award.name: award for award in reversed(found)}
        return sorted(found, key=lambda award: firsts[award.name] is not award)[:most]

    def table(self) -> list[tuple[str, Counter[Deed]]]:
        """Everybody with a win or a kill, the best first."""
        lines = [(name, counts) for name, counts in self.of.items() if any(counts[deed] for deed in RANKS)]
        return sorted(lines, key=lambda line: (*(-line[1][deed] for deed in RANKS), line[0]))

    def best(self, most: int, always: Sequence[str]) -> list[tuple[str, Counter[Deed]]]:
        """So many lines of the table, in any case those of the names in `always`, some with 0; [] without a table."""
        table = self.table()
        listed = {name for name, _ in table}
        table += [(name, self.of.get(name, Counter())) for name in always if name not in listed] if table else []
        others = [name for name, _ in table if name not in always][: max(0, most - len(always))]
        return [line for line in table if line[0] in always or line[0] in others]


RANKS = (Deed.MATCHES, Deed.ROUNDS, Deed.KILLS)


class Tally:
    """The counts of this match and of all matches since we joined."""

    def __init__(self) -> None:
        self.match, self.evening = Deeds(), Deeds()
        self.champion = ""  # the name of who won the last match, "" if nobody did
        self._chains, self._starters = Chains(), dict[int, str]()
        self._is_over = False  # the match; the next round begins another one
        self._counted: Results | None = None

    def begin_round(self) -> None:
        self._chains, self._starters = Chains(), {}
        if self._is_over:
            self.match, self._is_over = Deeds(), False

    def add_events(self, message: Events, seats: Iterable[Seat], width: int) -> None:
        """Count the events of one tick. `width`: of the board."""
        names = {seat.slot: seat.name for seat in seats}
        for event in message.events:
            if event.what is EventType.BLAST:
                number, length = self._chains.add(message.tick, event, width)
                name = self._starters.setdefault(number, names.get(event.slot, ""))
                self._add(name, Deed.CHAIN, length)
            for slot, deed in _deeds_of(event):
                self._add(names.get(slot, ""), deed)

    def add_escape(self, name: str) -> None:
        self._add(name, Deed.CLOSE)

    def add_results(self, results: Results, seats: Iterable[Seat]) -> None:
        """Count who won the round, and the match. A server may send the same results again."""
        if results == self._counted:
            return
        self._counted = results
        names = {seat.slot: seat.name for seat in seats}
        self._add(names.get(results.winner, ""), Deed.ROUNDS)
        if results.match_over:
            self.champion, self._is_over = names.get(results.champion, ""), True
            self._add(self.champion, Deed.MATCHES)

    def _add(self, name: str, deed: Deed, count: int = 1) -> None:
        if name:
            self.match.add(name, deed, count)
            self.evening.add(name, deed, count)


def _deeds_of(event: Event) -> Iterable[tuple[int, Deed]]:
    """The slot and the deed of an event: one, or none."""
    match event.what:
        case EventType.DIED if event.other < 0:
            return [(event.slot, Deed.WALLS)]
        case EventType.DIED:
            return [(event.slot, Deed.OWN_BOMB) if event.other == event.slot else (event.other, Deed.KILLS)]
        case _:
            return [(event.slot, SIMPLE[event.what])] if event.what in SIMPLE else []


SIMPLE: Mapping[EventType, Deed] = {
    EventType.BRICK: Deed.BRICKS,
    EventType.TAKEN: Deed.ITEMS,
    EventType.DROPPED: Deed.BOMBS,
}
