"""The match: keys go out once a tick, a picture comes in each time one is drawn, and lines of chat are written here.

Rule 1: nothing is decided here. The session tells what to show; the painter, the HUD and the speaker show it.
Rule 2: while a line is written, nobody's keys walk (context.input_blocked).
Rule 3: a round has its own painter and cues; the HUD stays, so that no line of chat is lost between rounds. A round is
        told apart by its announcement: its number may come again, in the next match or after a return.
Rule 4: while our own server is paused, all that moves by itself here stands still, too (PausableClock).
"""

from collections.abc import Collection

import pygame

from petard.assets.palette import PAPER
from petard.game.client.session import Session
from petard.game.config.settings import KEY_ACTIONS, KeySet
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.input.key_hints import control_hints, hint_line, hurry_line
from petard.game.ui.render.canvas import HEIGHT, WIDTH, Canvas
from petard.game.ui.render.effects import comfort_of
from petard.game.ui.render.hud import Hud, HudInfo
from petard.game.ui.render.painter import Painter
from petard.game.ui.screen import NavigationRequest
from petard.game.ui.widgets.text_field import TextField
from petard.game.view.cues import Cue, Cues
from petard.game.view.notices import PausableClock
from petard.game.view.spectating import BotsOnly, has_next_round, has_seat
from petard.game.view.view import View
from petard.shared.control_channel import Pace
from petard.shared.protocol.messages import Chat, Round
from petard.shared.protocol.names import CHAT_MOST, clean_chat
from petard.shared.rules.world import Keys

WRITE_KEYS = frozenset({pygame.KSCAN_RETURN, pygame.KSCAN_KP_ENTER})
LINE_BOX = (290.0, HEIGHT - 62.0, 700.0, 50.0)


class MatchScreen:
    """Shows the round that the context's session is in."""

    def __init__(self, context: ScreenContext) -> None:
        self.request: NavigationRequest | None = None
        self._context = context
        context.input_blocked = False  # the last match may have ended in the middle of a line
        self._round: Round | None = None  # the one that painter and cues are for
        self._painter = Painter(comfort_of(context.settings))
        self._cues = Cues(())
        self._hud = Hud()
        lines = context.session.chat.lines if context.session else None
        self._heard: Chat | None = lines[-1] if lines else None
        self._line: TextField | None = None  # the line of chat that is being written
        self._clock = PausableClock()
        self._bots_only = BotsOnly()
        self._is_left = False  # nobody here lives any more, for long enough to hurry
        self._bombs = False  # a key that drops bombs was down in the last tick

    @property
    def typing(self) -> bool:
        """True while a line of chat is written."""
        return self._line is not None

    # What people do

    def handle_event(self, event: UiEvent) -> None:
        """Enter or T opens a line of chat, Enter sends it, Back drops it. Everything else but F3 to F7 goes into it."""
        if self._context.net_graph.handle_event(event, self._context.session):
            return
        if self._line is None:
            if _is_write_key(event.raw, self._context.settings.keys):
                self._open_line()
        elif event.action is MenuAction.BACK:
            self._close_line()
        elif event.action is MenuAction.CONFIRM and event.raw.type == pygame.KEYDOWN:
            if self._say(self._line.text):
                self._close_line()
        else:
            self._line.handle_event(event)

    def _open_line(self) -> None:
        self._line = TextField("chat", LINE_BOX, "", CHAT_MOST)
        self._context.input_blocked = True
        self._context.keyboard.release()

    def _close_line(self) -> None:
        self._line = None
        self._context.input_blocked = False
        self._context.keyboard.release()

    def _say(self, text: str) -> bool:
        """False while the line is broken: what was written stays until it holds again."""
        line, session = clean_chat(text), self._context.session
        if line and session:
            session.send_chat(line)
        return not line or session is None or session.link.is_in

    def tick(self, now: float) -> None:
        """Tell the server what everybody here holds down."""
        session = self._context.session
        if session:
            keys = self._context.poll_inputs(max(1, len(session.room.my_slots)))
            session.send_keys(keys)
            self._hurry(any(held & Keys.BOMB for held in keys))

    def _hurry(self, bombs: bool) -> None:
        """Once only bots play, on a server of our own: fast, or at once where somebody presses a key for bombs."""
        is_new, self._bombs = bombs and not self._bombs, bombs
        control = self._context.server_control
        if control and self._is_left and self._context.may_pause and not self._context.autopilot:
            control.run_fast()
            if is_new and self._bots_only.may_skip:
                control.skip()

    # What people see and hear

    def draw(self, canvas: Canvas, now: float) -> None:
        """One picture, and the sounds of what happened since the last one."""
        session = self._context.session
        view = session.view(now) if session else None
        if not session or not session.announcement or not view:
            canvas.backdrop()
            canvas.text("Loading the round...", WIDTH / 2, HEIGHT / 2, 40, PAPER, "center")
            return
        if session.announcement is not self._round:
            self._begin_round(session.announcement)
        real, now = now, self._clock.at(now, self._context.is_paused)
        self._painter.feel.comfort = comfort_of(self._context.settings)
        self._is_left = self._bots_only.update(view, session.room.my_slots, now)
        info = self._hud_info(view)
        self._tell(view, info, now)
        self._painter.draw(canvas, view, info.seats, now, info.mine)
        self._hud.draw(canvas, view, info, now)
        self._context.net_graph.draw(canvas, session, real)
        if self._line:
            self._line.draw(canvas, True, now)

    def _begin_round(self, board: Round) -> None:
        self._round = board
        self._painter = Painter(comfort_of(self._context.settings))
        self._cues = Cues(self._context.session.room.my_slots if self._context.session else ())
        self._bots_only, self._is_left = BotsOnly(), False

    def _hurry_words(self) -> str:
        """How the rest of the round runs, and what to press; "" where nobody may hurry it."""
        control, settings = self._context.server_control, self._context.settings
        if not control or not self._is_left or not self._context.may_pause:
            return ""
        return hurry_line(control.pace, settings.keys, len(self._context.gamepads.names))

    def _plays_next(self, session: Session, view: View, number: int) -> bool:
        living = [player.slot for player in view.players if player.alive]
        if view.ending:  # decided: the winner may have fallen in the same tick as the others
            living = [view.ending.winner] if view.ending.winner >= 0 else []
        rounds = session.room.lobby.rounds if session.room.lobby else 1
        chair = has_seat(session.room.seats, session.room.watchers, session.room.member, session.link.hello.players)
        return chair and has_next_round(session.room.seats, living, number, rounds)

    def _hud_info(self, view: View) -> HudInfo:
        session = self._context.session
        assert session is not None
        assert session.announcement is not None
        return HudInfo(
            seats=session.room.seats,
            mine=session.room.my_slots,
            round=session.announcement.number,
            rounds=session.room.lobby.rounds if session.room.lobby else session.announcement.number,
            ping=session.link.heartbeat.ping,
            health_most=session.announcement.rules.health_most,
            keys=hint_line(self._context.settings.keys, len(session.room.my_slots), len(self._context.gamepads.names)),
            hints=control_hints(
                self._context.settings.keys, len(session.room.my_slots), self._context.gamepads.numbers
            ),
            plays_next=self._plays_next(session, view, session.announcement.number),
            hurry=self._hurry_words(),
        )

    def _tell(self, view: View, info: HudInfo, now: float) -> None:
        """Hand every cue to whoever can make it heard, seen or read."""
        session = self._context.session
        assert session is not None
        cues: list[Cue] = [
            *self._cues.hear(session.new_events(), view),
            *self._cues.refuse(session.rejected_bombs(), view),
            *self._cues.count(view),
        ]
        if session.server_pace is not Pace.SKIP:  # hundreds of blasts a second would only flash and roar
            self._context.audio.play_cues(cues, now)
            self._painter.handle_cues(cues, now)
        names = {seat.slot: seat.name for seat in info.seats}
        self._hud.notices.hear(cues, info.mine, names, now)
        for chat in self._fresh(session.chat.lines):
            self._hud.notices.say(f"{chat.name}: {chat.text}" if chat.name else chat.text, now)

    def _fresh(self, chat: Collection[Chat]) -> list[Chat]:
        """The lines that came since the last picture. They are told apart by identity: two may say the same."""
        lines = list(chat)
        known = next((place for place, line in enumerate(lines) if line is self._heard), -1)
        self._heard = lines[-1] if lines else None
        return lines[known + 1 :]


def _is_write_key(event: pygame.event.Event, sets: Collection[KeySet]) -> bool:
    """Enter or T alone: with Alt, Enter is for the window; and T may be a key of a player."""
    if event.type != pygame.KEYDOWN or event.mod & pygame.KMOD_ALT:
        return False
    bound = any(event.scancode in getattr(keys, action) for keys in sets for action in KEY_ACTIONS)
    return event.scancode in WRITE_KEYS or (event.key == pygame.K_t and not bound)
