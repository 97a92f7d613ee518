"""A player who is alone on a board with special floors is predicted exactly, and any client gets the board."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from petard.game.ui.screens.match import UNKNOWN_FLOOR, MatchScreen
from petard.shared.protocol.messages import Setup
from petard.shared.protocol.state import WIRE_TABLES
from petard.shared.rules.floors import Floor, switched
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.world import Keys, tile_at
from tests.ends import Ends, boards
from tests.game.client.delayed_game import DelayedGame, Pipe
from tests.game.ui.person import Person
from tests.shared.rules.boards import FLOORS, MOVING_FLOORS
from tests.test_versions import changed

LATER = 20  # added to the number of a floor
FLOORS_TABLE = WIRE_TABLES.index("floors")
RULES = replace(LAST_ONE_STANDING, countdown=5, bricks=0, bombs=3, health=99, health_most=99, range=8)
GIMMICKS = [FLOORS, *[board for board in boards().values() if board.floors]]
NAMED = [pytest.param(board, marks=pytest.mark.long, id=board.name) for board in GIMMICKS[1:]]


def walked(board: Board, seed: int) -> Iterator[DelayedGame]:
    """A game after each of 500 ticks, in which the only player holds keys at random."""
    chance, keys = Random(seed), 0
    game = DelayedGame(RULES, board, Pipe([5]), Pipe([4]), every=3, seed=seed)
    for _ in range(500):
        if chance.random() < 0.1:
            keys = chance.choice((1, 2, 4, 8)) | (Keys.BOMB if chance.random() < 0.3 else 0)
        game.tick(keys)
        yield game


@pytest.mark.parametrize("board", [pytest.param(FLOORS, id="floors"), *NAMED])
def test_alone_on_special_floors_nothing_is_ever_corrected(board: Board) -> None:
    for seed in range(3):
        *_, game = walked(board, seed)
        after = [seen for seen in game.seen if seen.tick > 40]
        assert len(after) > 100
        assert all(seen.same for seen in after)


def test_slides_over_ice_and_thrown_switches_are_predicted_exactly() -> None:
    floors, icy = set[bytes](), 0
    for seed in range(3):
        for game in walked(MOVING_FLOORS, seed):
            body = game.world.players[0]
            icy += game.world.floors[tile_at(game.world, body.x, body.y)] == Floor.ICE
            floors.add(game.world.floors)
        assert all(seen.same for seen in game.seen if seen.tick > 40)
    assert len(floors) == 2, "a switch was thrown"
    assert icy > 100


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


def without_floors(row: list[Any]) -> list[Any]:
    """A Keyframe or Delta without that table, as a client reads it that ignores it."""
    if row[0] in (37, 38):
        row[-1] = [table for table in row[-1] if table[0] != FLOORS_TABLE]
    return row


@pytest.mark.parametrize("name", ["crevasse", "depot", "rink"])
def test_a_client_that_knows_no_floors_plays_on_and_shows_plain_floor(name: str) -> None:
    ends = WithoutFloors(Setup(name, "last-one-standing", 1, 1, 2))
    session = ends.join(1, "Ada")
    ends.start()
    world = ends.room.world
    assert world
    world.floors = switched(world.floors)
    for keys in (Keys.RIGHT, Keys.DOWN, Keys.LEFT, Keys.UP):
        ends.keys[1] = (keys,)
        ends.tick(60)  # digests come in this time
    assert session.problem == ""
    view = session.view(ends.now)
    assert view is not None
    assert view.floors == b""


class LaterFloors(Ends):
    """A room with special floors that its clients do not know: those from ice on have other numbers."""

    def to_client(self, data: bytes) -> bytes:
        return changed(data, with_later_floors, followed=0)


def with_later_floors(row: list[Any]) -> list[Any]:
    """A Keyframe or Delta in which the numbers of ice, switches and gates are unknown ones."""
    for table in row[-1] if row[0] in (37, 38) else ():
        if table[0] == FLOORS_TABLE:
            places = range(3, len(table), 2) if row[0] == 37 else range(3, len(table), 3)
            for place in places:
                table[place] += LATER if table[place] >= Floor.ICE else 0
    return row


@pytest.mark.parametrize(("name", "is_told"), [("depot", True), ("rink", True), ("crevasse", False)])
def test_a_client_that_does_not_know_a_floor_says_so_in_a_sentence_and_plays_on(name: str, is_told: bool) -> None:
    ends = LaterFloors(Setup(name, "last-one-standing", 1, 1, 2))
    session = ends.join(1, "Ada")
    ends.start()
    person = Person(session=session)
    screen = MatchScreen(person.context)
    for tick, keys in enumerate((Keys.RIGHT, Keys.DOWN, Keys.LEFT, Keys.UP) * 60):
        ends.keys[1] = (keys,)
        ends.tick()
        if tick == 120 and ends.room.world:
            ends.room.world.floors = switched(ends.room.world.floors)
        person.canvas.begin()
        screen.draw(person.canvas, ends.now)
    assert session.problem == ""
    lines = [line.text for line in screen.hud.notices.lines(ends.now)]
    assert (UNKNOWN_FLOOR in lines) == is_told
