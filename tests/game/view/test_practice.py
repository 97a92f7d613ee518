"""The practice round of the lobby."""

from petard.assets import path
from petard.game.view.practice import AGAIN_AFTER, TARGET, Practice
from petard.shared.protocol.messages import Seat
from petard.shared.rules.events import EventType
from petard.shared.rules.maps import parse_map
from petard.shared.rules.world import Keys, Tile

BOARD = parse_map("#######\n#1...2#\n#.#.#.#\n#3....#\n#######", "tiny")


def seat(slot: int, colour: int) -> Seat:
    return Seat(slot, 7, f"P{slot}", colour, 0, False, False, 0, 0)


def test_keys_move_the_players_of_this_machine_and_the_target_stands_still() -> None:
    practice = Practice(BOARD, 1)
    before = {body.slot: (body.x, body.y) for body in practice.view().players}
    for _ in range(20):
        practice.tick((Keys.RIGHT | Keys.DOWN | Keys.LEFT | Keys.UP,))
        practice.tick((Keys.RIGHT,))
        practice.tick((Keys.DOWN,))
        practice.tick((Keys.LEFT,))
    after = {body.slot: (body.x, body.y) for body in practice.view().players}
    assert practice.slots == (0,)
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_who_stays_at_a_bomb_dies_and_it_begins_anew_on_another_lay_of_bricks() -> None:
    practice = Practice(BOARD, 1)
    happened = [event.what for _ in range(230) for _, event in practice.tick((Keys.BOMB,))]
    assert EventType.BLAST in happened
    assert EventType.DIED in happened
    assert practice.restarts == 0
    for _ in range(AGAIN_AFTER + 2):
        practice.tick((0,))
    assert practice.restarts == 1
    assert all(body.alive for body in practice.view().players)


def test_there_are_never_more_players_than_places() -> None:
    assert Practice(BOARD, 4).slots == (0, 1)


def test_players_look_as_in_the_room_and_the_target_has_a_colour_of_its_own() -> None:
    found = Practice(BOARD, 2).seats([seat(4, 0), seat(9, 1)])
    assert [(one.slot, one.name) for one in found] == [(0, "P4"), (1, "P9"), (2, TARGET)]
    assert len({one.colour for one in found}) == 3


def test_no_wall_closes_in() -> None:
    practice = Practice(BOARD, 1)
    events = [event.what for _ in range(90 * 60) for _, event in practice.tick((0,))]
    assert EventType.CLOSED not in events
    assert EventType.HURRY not in events


def test_bricks_and_items_lie_as_the_chosen_rules_have_them() -> None:
    board = parse_map(path("maps", "glacier.txt").read_text("utf-8"), "glacier")

    def lies(preset: str, **rest: int) -> tuple[int, int]:
        view = Practice(board, 1, preset, **rest).view()
        return view.tiles.count(Tile.BRICK), len(view.items)

    bricks, loose = lies("classic-course", bricks_most=100)
    assert (bricks, loose > 0) == (0, True)
    assert lies("duel") == (0, 0)
    usual, _ = lies("last-one-standing")
    whole, _ = lies("last-one-standing", bricks_most=100)
    assert 0 < usual < whole
    assert lies("rules that only the server has") == (usual, 0)
