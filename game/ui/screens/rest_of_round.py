"""Shortens a round on our own server in which only bots still play."""

from collections.abc import Collection

from petard.game.ui.context import ScreenContext
from petard.game.ui.input.key_hints import hurry_line
from petard.game.view.spectating import BotsOnly
from petard.game.view.view import View


class RestOfRound:
    """Shortens a round on our own server in which only bots still play: it runs fast, or is skipped by a bomb key."""

    def __init__(self, context: ScreenContext) -> None:
        self._context = context
        self._bots_only = BotsOnly()
        self._may_be_fast = False  # none of our players has been alive for long enough
        self._bomb_held = False  # a bomb key was held in the last tick

    def begin_round(self) -> None:
        """Start to watch a new round."""
        self._bots_only, self._may_be_fast = BotsOnly(), False

    def update(self, view: View, mine: Collection[int], now: float) -> None:
        """Look whether only bots still play."""
        self._may_be_fast = self._bots_only.update(view, mine, now)

    def handle_input(self, bomb_held: bool) -> None:
        """Run fast, or skip the rest at a new press of a bomb key; call it once a tick."""
        is_new, self._bomb_held = bomb_held and not self._bomb_held, bomb_held
        control = self._context.own_server.control
        if control and self._may_be_fast and self._context.own_server.may_pause and not self._context.devices.autopilot:
            control.run_fast()
            if is_new and self._bots_only.may_skip:
                control.skip()

    @property
    def words(self) -> str:
        """How the rest of the round runs, and what to press; "" where it cannot be shortened."""
        control, settings = self._context.own_server.control, self._context.settings
        if not control or not self._may_be_fast or not self._context.own_server.may_pause:
            return ""
        return hurry_line(control.pace, settings.keys, len(self._context.devices.gamepads.names))
