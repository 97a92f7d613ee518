"""What a server can make the game do in one picture is bounded: counted in sprites, tiles, particles and bytes."""

from typing import Any

import pygame
import pytest

from petard.game.client.server_checks import AT_ONCE, PICTURE_UNITS, PIECE, ROUND_UNITS, UNIT, WORK_RATE
from petard.game.client.session import Session
from petard.game.net.tcp_transport import READ_SIZE
from petard.game.ui.render.effects import POOL, Comfort, Feel, Pool
from petard.game.ui.render.sprite_cache import KEPT_MOST, BoardLayer, SpriteCache
from petard.game.view.change_pace import CHANGES_MOST, CHANGES_RATE, ChangePace
from petard.game.view.cues import CHAIN, CUES_MOST, Cues, Sparks
from petard.game.view.danger import REACHED_MOST, tiles_in_danger
from petard.game.view.notices import LINES, LINES_EVERY, Notices
from petard.game.view.sprites import floor_sprites, upper_sprites
from petard.game.view.view import EVERYWHERE, Area, BombView, View
from petard.game.view.view_builder import view_between
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.world import Tile
from tests.game.ui.pictures import dummy_canvas
from tests.hostile.heavy_server import HEAVY, ROUND, HeavyServer, full


def full_view(tick: int = 1) -> View:
    """The largest board, with something of everything on each tile."""
    return view_between(full(tick), full(tick), 0.0, ROUND)


def test_only_what_is_on_the_screen_becomes_sprites() -> None:
    view, area = full_view(), Area(10, 10, 38, 25)
    part = view.within(area)
    flat, upright = floor_sprites(part, area=area), upper_sprites(part, area=area)
    bodies = [sprite for sprite in upright if sprite.name in ("body", "bubble")]
    assert all(area.has(sprite.x, sprite.y) for sprite in (*flat, *upright) if sprite not in bodies)
    tiles = 28 * 15
    assert tiles / 4 < len(flat) < 3 * tiles
    assert tiles / 4 < len(upright) - len(bodies) < tiles
    assert view.within(EVERYWHERE) is view


class CountedTiles(bytes):
    """Tiles of a board; counts those that are read."""

    reads = 0

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        self.reads += 1 if isinstance(found, int) else len(found)
        return found


def test_the_tiles_about_to_burn_are_searched_a_bounded_number_of_times() -> None:
    tiles = CountedTiles(4096)
    bombs = tuple(BombView(0.5 + number % 64, 0.5 + number // 64, 0, 20.0, 64) for number in range(512))
    assert len(tiles_in_danger(View(0.0, 64, 64, tiles, bombs=bombs))) > 1000
    assert REACHED_MOST / 2 <= tiles.reads <= REACHED_MOST + 4 * 64


def test_only_the_part_of_the_board_that_is_seen_is_painted() -> None:
    dummy_canvas()
    layer, sprites = BoardLayer(), SpriteCache()
    sprites.resize(8)
    floor, wall = (View(0.0, 64, 64, bytes([kind]) * 4096) for kind in (Tile.FLOOR, Tile.WALL))
    assert layer.update(floor, sprites, Area(-2, -2, 10, 5)) == 50
    assert layer.update(floor, sprites, Area(-2, -2, 11, 5)) == 5, "those that came into sight"
    assert layer.update(wall, sprites, Area(60, 60, 70, 70)) == 16
    assert layer.update(wall, sprites, EVERYWHERE) == 4096 - 16
    fresh = BoardLayer()
    fresh.update(wall, sprites, EVERYWHERE)
    assert pygame.image.tobytes(fresh.surface, "RGB") == pygame.image.tobytes(layer.surface, "RGB")


def test_a_flood_of_events_gives_a_bounded_number_of_cues_and_the_rest_in_the_next_pictures() -> None:
    cues, view = Cues(()), View(5.0, 64, 64, bytes(4096))
    given = [
        cues.cues_of([(5, Event(EventType.BLAST, 0, 70, 8))] * 1024, view),
        *(cues.cues_of((), view) for _ in range(16)),
    ]
    assert max(map(len, given)) < CUES_MOST + 4
    assert sum(map(len, given)) == 3 * 1024 + 1024 // CHAIN, "sound, sparks and jolt of each, and the chains"


def test_a_flood_of_phases_and_rounds_changes_the_window_a_few_times_a_second() -> None:
    pace = ChangePace()
    assert sum(pace.allows(10 + picture / 60) for picture in range(60)) <= CHANGES_MOST + CHANGES_RATE
    assert pace.allows(11 + 1 / CHANGES_RATE), "the last one is shown in the end"


class CountingPool(Pool):
    """Counts what is thrown."""

    thrown = 0

    def throw(self, kind: str, x: float, y: float, count: int) -> None:
        """Throw, and count."""
        self.thrown += count
        super().throw(kind, x, y, count)


def test_a_picture_throws_no_more_particles_than_can_fly() -> None:
    feel, pool = Feel(Comfort()), CountingPool(1)
    feel.pool = pool
    feel.handle_cues([Sparks("spark", float(number), 0.0, 10) for number in range(1024)], (0.0, 0.0), 0.0)
    assert pool.thrown == len(pool.particles) == POOL
    assert min(one.x for one in pool.particles) > 1024 - POOL / 10 - 2, "the last ones are seen"


def test_pictures_of_ever_new_looks_do_not_fill_the_memory() -> None:
    cache = SpriteCache()
    made = [cache.find(_number, number) for number in range(KEPT_MOST + 10)]
    assert made[-1] is cache.find(_number, KEPT_MOST + 9)
    assert made[0] is not cache.find(_number, 0), "the first ones were dropped"


def _number(side: int, number: int) -> pygame.Surface:
    return pygame.Surface((1, 1))


def test_a_flood_of_chat_changes_the_lines_a_few_times_a_second() -> None:
    notices = Notices()
    seen = set()
    for picture in range(60):
        for line in range(20):
            notices.add_chat(f"{picture}/{line}", picture / 60)
        seen.add(tuple(line.text for line in notices.lines(picture / 60)))
    assert len(seen) <= 1 / LINES_EVERY + 1
    assert all(len(lines) == LINES for lines in seen)
    assert [line.text for line in notices.lines(1.5)][-1] == "59/19", "the last line is shown in the end"


PICTURES = 40
UNITS = AT_ONCE + PICTURES * max(PICTURE_UNITS, WORK_RATE // 30)  # that so many pictures handle
STATE_UNITS = 4400 // 16  # of a burning board: its flames, bombs and players


def handled_in_picture(session: Session, sent: bytearray, now: float) -> int:
    """Read and handle what the game does in a picture; return how many messages that were."""
    size = 0 if session.work.is_behind else READ_SIZE
    before = session.link.traffic.messages
    session.receive_data(bytes(sent[:size]), now)
    session.link.data_to_send()
    del sent[:size]
    return session.link.traffic.messages - before


@pytest.mark.parametrize(
    ("load", "each"),
    [
        ("pings", 1),
        ("pongs", 1),
        ("unknown_messages", 1),
        ("many_events", 1024),
        ("new_rounds", ROUND_UNITS / 2),
        ("deltas", STATE_UNITS),
    ],
)
def test_a_flood_is_handled_by_a_bounded_number_of_messages_in_a_picture_and_the_rest_in_the_next(
    load: str, each: float
) -> None:
    server, session = HeavyServer(HEAVY[load]), Session("Ada")
    session.link.heartbeat.open(0.0)
    sent, now = bytearray(server.welcome()), 1 / 60
    while sent or session.work.is_behind:
        handled_in_picture(session, sent, now)
        now += 1 / 60
    handled = []
    for number in range(PICTURES):
        while len(sent) < READ_SIZE:
            sent += server.picture()
        handled.append(handled_in_picture(session, sent, now + number / 60))
    assert session.problem == ""
    assert sum(handled) <= (UNITS + UNIT * PICTURES) / each + PIECE // 8
    assert sum(handled[PICTURES // 2 :]) > 0, "it goes on"
