"""Draw docs/pictures/match.png, the picture of a match in README.md: `python -m tests.tools.match_picture`.

Eight bots play on `classic`, and the picture shows what the player in slot 0 would see at MOMENT. Rules and bots decide
what happens there, so after a change of them look at the picture; another SEED or MOMENT may show more.
"""

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("SDL_AUDIODRIVER", "dummy")

import pygame

from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.effects import Comfort
from petard.game.ui.render.hud import Hud, HudInfo
from petard.game.ui.render.painter import Painter
from petard.game.view.cues import Cues
from petard.game.view.view_builder import view_between
from petard.shared.bots.brain import Brain
from petard.shared.bots.perception import Percept
from petard.shared.protocol.messages import Round, Seat
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, TICK_RATE
from petard.shared.rules.step import step
from tests.tools.bot_rounds import board_of
from tests.tools.links import ROOT

SEED, MOMENT = 10, 10 * TICK_RATE  # MOMENT: ticks after the countdown
SIZE = (1280, 720)
NAMES = ("Ada", "Fizz", "Boomer", "Wick", "Sparky", "Cinder", "Margaret", "Bo Diddley")
PEOPLE = {0: 1, 7: 2}  # slot -> member: these two are shown as people, so their names stand over their heads
SKILL = 2


def draw() -> pygame.Surface:
    """Play the round up to MOMENT. Every tick is drawn, because sparks and smoke start in the ticks before."""
    canvas = Canvas(pygame.display.set_mode(SIZE))
    rules, board = LAST_ONE_STANDING, board_of("classic")
    slots = tuple(range(len(NAMES)))
    world = new_world(rules, board, slots, SEED)
    announcement = Round(1, board.name, rules, board.width, board.height, slots)
    seats = tuple(
        Seat(slot, PEOPLE.get(slot, 0), name, slot, slot, True, True, 0, 0) for slot, name in enumerate(NAMES)
    )
    info = HudInfo(seats, (0,), 1, 3, 0, rules.health_most, "")
    brains = [Brain(slot, SKILL, SEED) for slot in slots]
    painter, hud, cues, percept = Painter(Comfort()), Hud(), Cues((0,)), None
    while world.tick < rules.countdown + MOMENT:
        percept = Percept(world, percept)
        events = step(world, {brain.slot: brain.think(world, percept) for brain in brains})
        now, snapshot = world.tick / TICK_RATE, snapshot_of(world, {})
        view = view_between(snapshot, snapshot, 0.0, announcement)
        painter.handle_cues(cues.cues_of([(world.tick, event) for event in events], view), now)
        canvas.begin()
        painter.draw(canvas, view, seats, now, info.mine)
        hud.draw(canvas, view, info, now)
    return canvas.surface


def main() -> None:
    """Write the picture."""
    pygame.init()
    pygame.image.save(draw(), ROOT / "docs" / "pictures" / "match.png")


if __name__ == "__main__":
    main()
