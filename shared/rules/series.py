"""Best of N: the score of a match and when it is over."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from petard.shared.rules.ruleset import TICK_RATE, RuleSet

REPLAYS = 2  # how often a drawn round is repeated before the deciding round
EXTRA = 2  # deciding rounds after the last one, while two share the lead


@dataclass(slots=True)
class Series:
    """The score of a match with `best_of` rounds that count, and up to EXTRA more while two share the lead."""

    best_of: int
    wins: dict[int, int] = field(default_factory=dict)  # by slot
    counted: int = 0
    drawn: int = 0  # rounds drawn since the last one that counted
    sides: dict[int, int] = field(default_factory=dict)  # by slot, where sides play; others play each for themselves

    def add(self, winner: int, partners: Sequence[int] = ()) -> None:
        """Add a round; `winner` -1 is a draw. `partners`: all slots that have won it, the winner among them.

        A draw counts (without a winner) only if it was the deciding round.
        """
        for slot in partners or [winner] if winner >= 0 else ():
            self.wins[slot] = self.wins.get(slot, 0) + 1
        if winner < 0 and self.drawn <= REPLAYS:
            self.drawn += 1
            return
        self.counted += 1
        self.drawn = 0

    def is_over(self, slots: Iterable[int]) -> bool:
        """True if none of the given slots can catch up with the leader, or if no round is left."""
        best, second, *_ = [*sorted(self._best_by_side(slots).values(), reverse=True), 0, 0]
        left = self.best_of - self.counted
        if left <= 0:
            return best > second or best == 0 or left <= -EXTRA
        return best > self.best_of // 2 or best > second + left

    def champion(self) -> int:
        """Return the slot with the most wins, the lowest of a side; -1 if two share the lead or nobody has won."""
        leaders = sorted(slot for slot, wins in self.wins.items() if wins == max(self.wins.values()))
        return leaders[0] if len(self._best_by_side(leaders)) == 1 else -1

    def _best_by_side(self, slots: Iterable[int]) -> dict[int, int]:
        """Return the most wins of a slot of each side; a slot without a side is one of its own."""
        best: dict[int, int] = {}
        for slot in slots:
            side = self.sides.get(slot, -1 - slot)
            best[side] = max(best.get(side, 0), self.wins.get(slot, 0))
        return best

    def rules_of_next(self, rules: RuleSet) -> RuleSet:
        """Return the rules of the next round: after too many draws or rounds a deciding one of 30 s with closing walls.

        It has no bricks: a player who starts in the corner where the walls begin must be able to run. The first wall
        closes when the spawn shield ends, the last one 3 s before the end, and no tile is left.
        """
        if self.drawn <= REPLAYS and self.counted < self.best_of:
            return rules
        round_, closing = 30 * TICK_RATE, 25 * TICK_RATE
        hurry = round_ - 2 * TICK_RATE
        return replace(rules, bricks=0, round=round_, hurry=hurry, closing=closing, closing_core=0, closing_pause=0)
