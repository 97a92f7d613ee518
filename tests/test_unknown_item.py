"""An item of a later version is drawn, predicted and no trouble for bots; one that Welcome does not name is refused."""

from dataclasses import replace
from typing import Any

import pytest

from petard.game.client.autopilot import Autopilot
from petard.game.ui.render.demo_renderer import OffscreenRenderer
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.painter import Painter
from petard.game.ui.screens.match import MatchScreen
from petard.game.view.view import ItemView
from petard.server.devtools.to_test import pytest_code
from petard.server.room.outgoing import Outgoing
from petard.server.room.resume import CannotResume, take_over
from petard.shared.bots.brain import Brain
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import read_demo
from petard.shared.demo.script import Script, demo_of, play_script, script_of
from petard.shared.demo.verify import verify
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.field_types import ItemName
from petard.shared.protocol.messages import Welcome
from petard.shared.rules.events import EventType
from petard.shared.rules.items import ITEM_MOST, Item
from petard.shared.rules.world import Keys, Tile, copy_world, tile_at
from tests.ends import Ends
from tests.game.scenes import seats, view_of
from tests.game.ui.person import Person
from tests.game.ui.pictures import dummy_canvas, pixels
from tests.shared.demo.matches import HEADER, recorded

GLOVE = ItemName(max(Item) + 1, "gadget")
ROOM = """
    #####
    #...#
    #####
"""


class LaterServer(Ends):
    """A server of a later version, which has one item more."""

    def deliver(self, mail: list[Outgoing]) -> None:
        """Name the item in each Welcome."""
        for place, one in enumerate(mail):
            if isinstance(one.message, Welcome):
                mail[place] = replace(one, message=replace(one.message, items=(*one.message.items, GLOVE)))
        super().deliver(mail)


def beside_the_item(ends: Ends) -> tuple[int, int]:
    """Begin a round in which the item lies beside player 0; return its tile, and the key to walk there."""
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    world = ends.room.world
    assert world
    ends.tick(world.rules.countdown + 30)
    here = tile_at(world, world.players[0].x, world.players[0].y)
    steps = {Keys.RIGHT: 1, Keys.LEFT: -1, Keys.UP: -world.width, Keys.DOWN: world.width}
    tile, key = next((here + step, key) for key, step in steps.items() if world.tiles[here + step] == Tile.FLOOR)
    world.items[tile] = GLOVE.number
    ends.tick(5)
    return tile, key


def test_it_is_taken_as_predicted_and_changes_nothing_that_we_know_of() -> None:
    ends = LaterServer()
    tile, key = beside_the_item(ends)
    ada = ends.sessions[1]
    assert ada.client_round
    ada.view(ends.now)
    ada.new_events()
    ada.client_round.predicted_view.take_corrections()
    ends.keys[1] = (key,)
    taken = []
    for _ in range(60):
        ends.tick()
        assert ada.view(ends.now)
        taken += [event for _, event in ada.new_events() if event.what is EventType.TAKEN]
    assert [(event.tile, event.other) for event in taken] == [(tile, GLOVE.number)]
    assert set(ada.client_round.predicted_view.take_corrections()) == {0}
    assert ada.problem == ends.sessions[2].problem == ""


def test_bots_and_the_match_screen_go_on_with_it() -> None:
    ends = LaterServer()
    tile, _ = beside_the_item(ends)
    ada, pilot = ends.sessions[1], Autopilot(1)
    person = Person(session=ada)
    screen = MatchScreen(person.context)
    for _ in range(120):
        ends.keys[1] = pilot.keys(ada)
        ends.tick()
        person.canvas.begin()
        screen.draw(person.canvas, ends.now)
    assert ada.client_round
    world = ada.client_round.world()
    assert world
    world.items[tile] = GLOVE.number
    for skill in range(1, 4):
        Brain(0, skill, 1).think(world)
    assert ada.problem == ""


def test_an_item_without_a_name_ends_the_connection() -> None:
    ends = Ends()
    beside_the_item(ends)
    assert (
        ends.sessions[1].problem == f"The server sent what makes no sense (item {GLOVE.number} has no name in Welcome)."
    )


def test_so_does_one_that_a_breaking_brick_hides() -> None:
    ends = Ends(snapshots=60)
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    world = ends.room.world
    assert world
    brick = world.tiles.index(Tile.BRICK)
    world.tiles[brick], world.breaking[brick], world.hidden[brick] = Tile.BREAKING, 10**6, GLOVE.number
    ends.tick()
    assert f"item {GLOVE.number} has no name in Welcome" in ends.sessions[1].problem


def test_a_welcome_that_names_an_item_twice_makes_no_sense() -> None:
    class Confused(LaterServer):
        """Names the item once more."""

        def deliver(self, mail: list[Outgoing]) -> None:
            for place, one in enumerate(mail):
                if isinstance(one.message, Welcome):
                    mail[place] = replace(one, message=replace(one.message, items=(GLOVE, GLOVE)))
            Ends.deliver(self, mail)

    ada = Confused().join(1)
    assert "Welcome names an item twice" in ada.problem


def test_each_unknown_item_is_drawn_with_the_first_letter_of_its_name() -> None:
    canvas = dummy_canvas((640, 360))

    def picture(number: int, *names: ItemName) -> bytes:
        canvas.begin()
        view = view_of(ROOM, items=(ItemView(2, 1, number),))
        Painter(Comfort(), items=names).draw(canvas, view, seats(1), 0.0)
        return pixels(canvas)

    numbers = range(max(Item) + 1, ITEM_MOST + 1)
    assert len({picture(number) for number in numbers}) == 1, "a question mark on each"
    drawn = {name: picture(GLOVE.number, ItemName(GLOVE.number, name)) for name in ("gadget", "gun", "wings", "magnet")}
    assert drawn["gadget"] == drawn["gun"]
    assert len({*drawn.values(), picture(GLOVE.number)}) == 4


def demo_with(number: int) -> bytes:
    """The file of a second in which such an item lies on a free tile, and another is in a brick that is hit."""
    start = script_of(recorded(2, 60)).start
    taken = {tile_at(start, player.x, player.y) for player in start.players.values()}
    free = next(tile for tile, kind in enumerate(start.tiles) if kind == Tile.FLOOR and tile not in taken)
    hit = start.tiles.index(Tile.BRICK)
    start.tiles[hit], start.breaking[hit] = Tile.BREAKING, start.tick + 30
    start.items[free] = start.hidden[hit] = int(number)
    script = Script(start, 60)
    return demo_of(script, [copy_world(world) for world in play_script(script)], HEADER, "an item of a later version")


@pytest.mark.parametrize("number", [1, GLOVE.number, ITEM_MOST])
def test_a_recording_holds_items_up_to_the_highest_number(number: int) -> None:
    demo = read_demo(demo_with(number))
    assert verify(demo).ok
    script = script_of(demo)
    assert number in script.start.items.values()
    assert number in script.start.hidden.values()
    code = pytest_code(demo, "a.petard")
    made: dict[str, Any] = {}
    exec(compile(code, "a_test", "exec"), made)
    made["test_it_plays_as_it_was_recorded"]()
    assert made["first_world"]().items == script.start.items


def test_a_recording_with_a_higher_number_makes_no_sense() -> None:
    with pytest.raises((DemoError, RemoteProtocolError)):
        script_of(read_demo(demo_with(ITEM_MOST + 1)))


def test_a_recording_is_drawn_with_it_and_with_what_appears_from_a_brick() -> None:
    pictures: list[list[bytes]] = []
    for number in (max(Item), GLOVE.number, ITEM_MOST):
        canvas = dummy_canvas((640, 360))
        renderer = OffscreenRenderer(read_demo(demo_with(number)), Comfort(particles=False))
        pictures.append([])
        for moment in (10.0, 50.0):
            canvas.begin()
            renderer.draw(canvas, moment)
            pictures[-1].append(pixels(canvas))
    known, glove, other = pictures
    assert glove == other, "no names are in a recording"
    assert all(one != unknown for one, unknown in zip(known, glove, strict=True))


def test_a_server_goes_on_only_with_items_that_its_welcome_can_name() -> None:
    take_over(demo_with(max(Item)), "a.petard", 10, 0, False, 2)
    with pytest.raises(CannotResume, match="an item on the board or in a brick"):
        take_over(demo_with(GLOVE.number), "a.petard", 10, 0, False, 2)
