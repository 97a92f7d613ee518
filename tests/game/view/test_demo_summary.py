"""The card of a demo: who won a match that came to its end, and who led in one that was broken off."""

import pytest

from petard.game.ui.screens.replays import line_of
from petard.game.view.demo_summary import demo_summary_of
from petard.server.room.round import RoundRunner
from petard.shared.demo.recorder import Recorder
from petard.shared.demo.records import Scored
from petard.shared.protocol.messages import Results, Score
from tests.shared.demo.matches import record


def card_line(*scores: Results) -> str:
    """What the list says of a match with these results."""

    def noted(tape: Recorder, match: RoundRunner) -> None:
        if match.world.tick == 1:
            for results in scores:
                tape.note(Scored(tape.moment, results))

    return line_of(demo_summary_of("a.petard", record(4, 60, each=noted)))


def after(number: int, winner: int, *wins: int, champion: int | None = None) -> Results:
    """The results of a round."""
    rows = tuple(Score(slot, won) for slot, won in enumerate(wins))
    return Results(number, winner, rows, champion is not None, -1 if champion is None else champion, 300)


@pytest.mark.parametrize(
    ("scores", "ends"),
    [
        ([after(1, 2, 0, 0, 1, 0), after(2, 2, 0, 0, 2, 0, champion=2)], "Bot 2 won"),
        ([after(1, 2, 0, 0, 1, 0)], "left early, Bot 2 led 1 to 0"),
        ([after(1, 2, 0, 0, 1, 0), after(2, 1, 0, 1, 1, 0)], "left early at 1 to 1"),
        ([after(1, 2, 1, 0, 2, 0), after(2, -1, 1, 0, 2, 0)], "left early, Bot 2 led 2 to 1"),
        ([after(1, -1, 0, 0, 0, 0, champion=-1)], ""),
        ([], "left early"),
    ],
)
def test_only_a_finished_match_has_a_winner(scores: list[Results], ends: str) -> None:
    assert card_line(*scores).split(" · ")[-1] == ends
