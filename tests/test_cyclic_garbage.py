"""A match makes hardly any objects that only the cyclic collector can free, so it may wait until the round is over."""

import gc

from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.hud import Hud, HudInfo
from petard.game.ui.render.painter import Painter
from petard.shared.garbage import QuietCollector
from petard.shared.protocol.messages import Phase, Setup
from tests.game.scenes import busy, seats
from tests.game.ui.pictures import dummy_canvas
from tests.lan.lan import Lan

SETUP = Setup("battle", "last-one-standing", 1, 15, 2)
SECONDS = 8
MADE_MOST = 100  # objects in circles; 0 were seen


def test_play_leaves_hardly_any_circles_on_the_server_and_in_the_client() -> None:
    lan = Lan("lan", setup=SETUP)
    lan.start()
    client = lan.clients[0]
    with QuietCollector():
        for _ in range(60 * SECONDS):
            lan.run(1 / 60)
            client.session.view(lan.now + client.station.leap)
            client.session.new_events()
        assert lan.room.phase is Phase.PLAYING
        assert gc.collect() <= MADE_MOST


def test_drawing_leaves_hardly_any_circles() -> None:
    canvas, painter, hud = dummy_canvas((640, 360)), Painter(Comfort()), Hud()
    info = HudInfo(seats(8), (0,), 1, 3, 20, 1, "Bomb: Space")
    with QuietCollector():
        for number in range(60):
            canvas.begin()
            view = busy(tick=700.0 + number)
            painter.draw(canvas, view, info.seats, number / 60, info.mine)
            hud.draw(canvas, view, info, number / 60)
        assert gc.collect() <= MADE_MOST
