"""The net graph over a match, and the words of a line that was bent on purpose."""

import pytest

from game.ui.screens.lobby import LobbyScreen
from game.ui.screens.lost import Waiting
from game.ui.screens.match import MatchScreen
from game.ui.screens.results import ResultsScreen
from shared.protocol.messages import Phase
from tests.game.test_director import Visitor
from tests.game.ui.pictures import pixels

# Bent


@pytest.mark.parametrize("kind", [Waiting, LobbyScreen, MatchScreen, ResultsScreen])
def test_a_bent_line_is_told_on_every_screen_of_a_visit(kind: type) -> None:
    visitor = Visitor()
    visitor.visit.is_in = kind is not Waiting
    if kind in (MatchScreen, ResultsScreen):
        visitor.ends.sessions[1].ready(True)
        visitor.ends.tick_until(Phase.PLAYING if kind is MatchScreen else Phase.RESULTS)
    assert visitor.goes_on() is kind

    def picture(words: str) -> bytes:
        visitor.kit.bent = words
        visitor.canvas.begin()
        visitor.director.draw(visitor.now)
        return pixels(visitor.canvas)

    straight = picture("")
    assert picture("") == straight
    assert picture("line bent: +100 ms") != straight
