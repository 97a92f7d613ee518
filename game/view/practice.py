"""A small round to pass the time in the lobby: run by the rules on this machine alone, on the board that is chosen.

Rule 1: it has the players of this machine, and one more body that stands still and may be bombed. Nobody else sees it.
Rule 2: bricks and items lie as the chosen rules have them; but a round to pass the time has fewer bricks.
Rule 3: AGAIN_AFTER ticks after a death it begins anew.
"""

from collections.abc import Sequence
from dataclasses import replace

from petard.game.view.view import View
from petard.game.view.view_builder import view_between
from petard.shared.protocol.messages import Round, Seat
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.rules.events import Event
from petard.shared.rules.maps import Board
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING, PRESETS, TICK_RATE
from petard.shared.rules.step import step
from petard.shared.rules.world import World

RULES = replace(LAST_ONE_STANDING, name="practice", countdown=0, spawn_shield=TICK_RATE, round=600 * TICK_RATE, hurry=0)
BRICKS_MOST = 45  # per cent of the floor
AGAIN_AFTER = 2 * TICK_RATE  # ticks
TARGET = "-"  # the name of the body that stands still; it is never shown


class Practice:
    """One run. `restarts` grows whenever it begins anew."""

    def __init__(self, board: Board, players: int, preset: str = "", bricks_most: int = BRICKS_MOST) -> None:
        """`players`: at this machine; the board has places for one more. `preset`: the name of the chosen rules."""
        chosen = PRESETS.get(preset, RULES)
        self._rules = replace(RULES, bricks=min(chosen.bricks, bricks_most), loose=chosen.loose, weights=chosen.weights)
        self.board, self.players = board, min(players, len(board.spawns) - 1)
        self.restarts = 0
        self._world = self._new_world()

    def _new_world(self) -> World:
        return new_world(self._rules, self.board, range(self.players + 1), self.restarts + 1)

    @property
    def slots(self) -> tuple[int, ...]:
        """The slots of the players of this machine."""
        return tuple(range(self.players))

    def tick(self, keys: Sequence[int]) -> list[tuple[int, Event]]:
        """Advance by a tick with the held keys of each player; return what happened, with the tick."""
        world = self._world
        if 0 <= world.over_at < world.tick - AGAIN_AFTER:
            self.restarts += 1
            world = self._world = self._new_world()
        return [(world.tick, event) for event in step(world, dict(zip(self.slots, keys, strict=False)))]

    def view(self) -> View:
        """What to draw now."""
        snapshot = snapshot_of(self._world, {})
        announcement = Round(1, "", self._rules, self.board.width, self.board.height, tuple(self._world.players))
        return view_between(snapshot, snapshot, 0.0, announcement)

    def seats(self, mine: Sequence[Seat]) -> list[Seat]:
        """The looks of all bodies. `mine`: the seats of the players of this machine in the room."""
        own = [replace(seat, slot=slot, away=False) for slot, seat in enumerate(mine[: self.players])]
        colour = next(colour for colour in range(16) if colour not in {seat.colour for seat in mine})
        return [*own, Seat(self.players, 0, TARGET, colour, 3, True, True, 0, 0)]
