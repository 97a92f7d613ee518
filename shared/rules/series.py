"""Best of N: the score of a match and when it is over."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from petard.shared.rules.ruleset import TICK_RATE, RuleSet

REPLAYS = 2  # how often a drawn round is repeated before the deciding round


@dataclass(slots=True)
class Series:
    """The score of a match with at most `best_of` rounds that count."""

    best_of: int
    wins: dict[int, int] = field(default_factory=dict)  # by slot
    counted: int = 0
    drawn: int = 0  # rounds drawn since the last one that counted

    def add(self, winner: int) -> None:
        """Add a round; `winner` -1 is a draw. A draw counts (without a winner) only if it was the deciding round."""
        if winner >= 0:
            self.wins[winner] = self.wins.get(winner, 0) + 1
        elif self.drawn <= REPLAYS:
            self.drawn += 1
            return
        self.counted += 1
        self.drawn = 0

    def is_over(self, slots: Iterable[int]) -> bool:
        """True if all rounds are played, or if none of the given slots can catch up with the leader."""
        best, second, *_ = [*sorted((self.wins.get(slot, 0) for slot in slots), reverse=True), 0, 0]
        left = self.best_of - self.counted
        return left <= 0 or best > self.best_of // 2 or best > second + left

    def champion(self) -> int:
        """Return the slot with the most wins; -1 if two slots share the lead or nobody has won a round."""
        leaders = [slot for slot, wins in self.wins.items() if wins == max(self.wins.values())]
        return leaders[0] if len(leaders) == 1 else -1

    def rules_of_next(self, rules: RuleSet) -> RuleSet:
        """Return the rules of the next round: after too many draws, a deciding round of 30 s with closing walls.

        It has no bricks: a player who starts in the corner where the walls begin must be able to run. The first wall
        closes when the spawn shield ends, the last one 3 s before the end, and no tile is left.
        """
        if self.drawn <= REPLAYS:
            return rules
        round_, closing = 30 * TICK_RATE, 25 * TICK_RATE
        return replace(rules, bricks=0, round=round_, hurry=round_ - 2 * TICK_RATE, closing=closing, closing_core=0)
