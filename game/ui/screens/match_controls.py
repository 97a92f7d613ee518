"""What keys do in a match besides moving players: they write a line of chat, and shorten a round of bots only."""

from collections.abc import Collection

import pygame

from petard.game.config.key_sets import KeySet, is_bound
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.input.key_hints import hurry_line
from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import HEIGHT, WIDTH
from petard.game.ui.widgets.text_field import TextField
from petard.game.view.notices import Notices, chat_text
from petard.game.view.spectating import BotsOnly
from petard.game.view.view import View
from petard.shared.protocol.messages import Chat
from petard.shared.protocol.names import CHAT_MOST, clean_chat

WRITE_KEYS = frozenset({pygame.KSCAN_RETURN, pygame.KSCAN_KP_ENTER})
FIELD_WIDE = 700.0  # logical units


class ChatInput:
    """The line of chat that is being written over the match, and which lines of others are new.

    While a line is written, no key moves a player (context.devices.are_blocked).
    """

    def __init__(self, context: ScreenContext) -> None:
        self.field: TextField | None = None  # while a line is written
        self._context = context
        lines = context.session.chat.lines if context.session else None
        self._newest: Chat | None = lines[-1] if lines else None  # of the lines that were shown
        context.devices.are_blocked = False  # the last match may have ended while a line was written

    def handle_event(self, event: UiEvent) -> None:
        """Enter or T starts a line, Enter sends it, Back drops it; everything else goes into it."""
        if self.field is None:
            if _is_write_key(event.raw, self._context.settings.keys):
                self._show(TextField("chat", field_box(WIDTH, HEIGHT), "", CHAT_MOST))
        elif event.action is MenuAction.BACK:
            self._show(None)
        elif event.action is MenuAction.CONFIRM and event.raw.type == pygame.KEYDOWN:
            if self._send(self.field.text):
                self._show(None)
        else:
            self.field.handle_event(event)

    def _show(self, field: TextField | None) -> None:
        self.field = field
        self._context.devices.are_blocked = field is not None
        self._context.devices.keyboard.release()

    def _send(self, text: str) -> bool:
        """Send a line; False while we are disconnected: the text stays until we are back."""
        line, session = clean_chat(text), self._context.session
        if line and session:
            session.send_chat(line)
        return not line or session is None or session.link.is_admitted

    def show_new_lines(self, chat: Collection[Chat], notices: Notices, now: float) -> None:
        """Show the lines since the last call, with a sound for those of people."""
        for line in self.new_lines(chat):
            notices.add_chat(chat_text(line), now)
            if line.name:
                self._context.audio.play("chat", now)

    def new_lines(self, chat: Collection[Chat]) -> list[Chat]:
        """Return the lines since the last call. They are told apart by identity: two may have the same text."""
        lines = list(chat)
        known = next((place for place, line in enumerate(lines) if line is self._newest), -1)
        self._newest = lines[-1] if lines else None
        return lines[known + 1 :]


def field_box(wide: float, tall: float) -> Box:
    """Return where the line is written, in a window of that size.

    >>> field_box(1280.0, 720.0), field_box(720.0, 1200.0)
    ((290.0, 658.0, 700.0, 50.0), (12.0, 1138.0, 696.0, 50.0))
    """
    field = min(FIELD_WIDE, wide - 24)
    return (wide - field) / 2, tall - 62.0, field, 50.0


def _is_write_key(event: pygame.event.Event, sets: Collection[KeySet]) -> bool:
    """Return whether a key starts a line of chat: Enter without Alt, or T unless it is a key of a player."""
    if event.type != pygame.KEYDOWN or event.mod & pygame.KMOD_ALT:
        return False
    return event.scancode in WRITE_KEYS or (event.key == pygame.K_t and not is_bound(sets, event.scancode))


class RestOfRound:
    """Shortens a round on our own server in which only bots still play: it runs fast, or is skipped by a bomb key."""

    def __init__(self, context: ScreenContext) -> None:
        self._context = context
        self._bots_only = BotsOnly()
        self._may_be_fast = False  # none of our players has been alive for long enough
        self._bomb_held = False  # a bomb key was held in the last tick

    def begin_round(self) -> None:
        self._bots_only, self._may_be_fast = BotsOnly(), False

    def update(self, view: View, mine: Collection[int], now: float) -> None:
        session = self._context.session
        rides = bool(mine) and session and session.announcement and session.announcement.rules.carts
        self._may_be_fast = self._bots_only.update(view, mine, now) and not rides  # in a cart one plays on

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
        return hurry_line(control.pace, settings.keys, self._context.devices.gamepads.bomb_name)
