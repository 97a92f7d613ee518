"""A player who is alone on a board with special floors is predicted exactly, and any client gets the board."""

from dataclasses import replace
from random import Random

import pytest

from petard.shared.protocol.messages import Setup
from petard.shared.protocol.state import WIRE_TABLES
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.world import Keys
from tests.ends import Ends, boards
from tests.game.client.delayed_game import DelayedGame, Pipe
from tests.shared.rules.boards import FLOORS
from tests.test_versions import changed

RULES = replace(LAST_ONE_STANDING, countdown=5, bricks=0, bombs=3, health=99, health_most=99)
GIMMICKS = [FLOORS, *[board for board in boards().values() if board.floors]]
NAMED = [pytest.param(board, marks=pytest.mark.long, id=board.name) for board in GIMMICKS[1:]]


@pytest.mark.parametrize("board", [pytest.param(FLOORS, id="all floors"), *NAMED])
def test_alone_on_special_floors_nothing_is_ever_corrected(board: Board) -> None:
    for seed in range(3):
        chance, keys = Random(seed), 0
        game = DelayedGame(RULES, board, Pipe([5]), Pipe([4]), every=3, seed=seed)
        for _ in range(500):
            if chance.random() < 0.1:
                keys = chance.choice((1, 2, 4, 8)) | (Keys.BOMB if chance.random() < 0.3 else 0)
            game.tick(keys)
        after = [seen for seen in game.seen if seen.tick > 40]
        assert len(after) > 100
        assert all(seen.same for seen in after)


def test_a_client_gets_the_floors_of_a_map_that_only_the_server_has() -> None:
    ends = Ends(Setup("catacombs", "last-one-standing", 1, 1, 2))
    session = ends.join(1, "Ada")
    ends.start()
    ends.tick(30)
    view = session.view(ends.now)
    assert view is not None
    assert view.floors == boards()["catacombs"].floors
    assert view.theme == "ruins"


class WithoutFloors(Ends):
    """A room whose clients do not know the table of special floors: it never arrives."""

    def to_client(self, data: bytes) -> bytes:
        return changed(data, without_floors, followed=0)


def without_floors(row: list[object]) -> list[object]:
    """A Keyframe without that table, as a client reads it that ignores it."""
    if row[0] == 37:
        row[3] = [table for table in row[3] if table[0] != WIRE_TABLES.index("floors")]  # type: ignore[attr-defined]
    return row


def test_a_client_that_knows_no_floors_plays_on_and_shows_plain_floor() -> None:
    ends = WithoutFloors(Setup("crevasse", "last-one-standing", 1, 1, 2))
    session = ends.join(1, "Ada")
    ends.start()
    for keys in (Keys.RIGHT, Keys.DOWN, Keys.LEFT, Keys.UP):
        ends.keys[1] = (keys,)
        ends.tick(60)  # digests come in this time
    assert session.problem == ""
    view = session.view(ends.now)
    assert view is not None
    assert view.floors == b""
