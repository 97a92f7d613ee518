"""Best of N: how rounds add up to a match."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from petard.shared.rules.ruleset import TICK_RATE, RuleSet

REPLAYS = 2  # so often a drawn round is played again before the decider


@dataclass(slots=True)
class Series:
    """The score of a match of at most `best_of` rounds that count."""

    best_of: int
    wins: dict[int, int] = field(default_factory=dict)  # by slot
    counted: int = 0
    drawn: int = 0  # rounds drawn since the last one that counted

    def add(self, winner: int) -> None:
        """Count one round; -1 is a draw. A draw counts, without a winner, only when even the decider was one."""
        if winner >= 0:
            self.wins[winner] = self.wins.get(winner, 0) + 1
        elif self.drawn <= REPLAYS:
            self.drawn += 1
            return
        self.counted += 1
        self.drawn = 0

    def is_over(self, slots: Iterable[int]) -> bool:
        """True if all rounds are played, or none of the slots that still play can catch up."""
        ranks = sorted((self.wins.get(slot, 0) for slot in slots), reverse=True)
        best, second = ranks[0] if ranks else 0, ranks[1] if len(ranks) > 1 else 0
        left = self.best_of - self.counted
        return left <= 0 or best > self.best_of // 2 or (left > 0 and best > second + left)

    def champion(self) -> int:
        """The slot with most wins, -1 if two share the lead or nobody has won."""
        ranks = sorted(self.wins.items(), key=lambda entry: -entry[1])
        if not ranks or (len(ranks) > 1 and ranks[0][1] == ranks[1][1]):
            return -1
        return ranks[0][0]

    def rules_of_next(self, rules: RuleSet) -> RuleSet:
        """The rules of the next round; after too many draws a decider of 30 s with closing walls.

        No bricks in it: who starts in the corner where the walls begin must be able to run. The first wall falls when
        the spawn shield ends, the last 3 s before the time is up, and it leaves no tile.
        """
        if self.drawn <= REPLAYS:
            return rules
        round_, closing = 30 * TICK_RATE, 25 * TICK_RATE
        return replace(rules, bricks=0, round=round_, hurry=round_ - 2 * TICK_RATE, closing=closing, closing_core=0)
