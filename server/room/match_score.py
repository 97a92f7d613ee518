"""The score of one match: which round runs, who has won how many, and when the match is decided."""

from collections.abc import Iterable

from petard.shared.protocol.messages import Results, Score
from petard.shared.rules.series import Series


class MatchScore:
    """Which round of the match runs (`round`, from 1), and how those before it ended."""

    def __init__(self, series: Series) -> None:
        self.series = series
        self.round = 0
        self.is_over = False  # the match has its result, also if members leave after that
        self.results: Results | None = None  # while they are shown
        self._winner = -1

    def count(self, winner: int, slots: Iterable[int]) -> None:
        """Count the round in the tick in which it is decided: members that leave after that change nothing."""
        self._winner = winner
        self.series.add(winner)
        self.is_over = self.series.is_over(slots)

    def results_of(self, slots: Iterable[int], next_in: int) -> Results:
        """The results of the round for these slots; what follows comes in `next_in` ticks."""
        rows = tuple(Score(slot, self.series.wins.get(slot, 0)) for slot in sorted(slots))
        winner = self._winner if any(row.slot == self._winner for row in rows) else -1  # if it left, it has no name
        champion = self.series.champion() if self.is_over else -1
        self.results = Results(self.round, winner, rows, self.is_over, champion, next_in)
        return self.results

    def forget(self, slots: Iterable[int]) -> None:
        """Forget the wins of slots that have another player now."""
        for slot in slots:
            self.series.wins.pop(slot, None)
