"""The match: sends the input once a tick, draws the view of the session, and writes lines of chat.

Rule 1: nothing is decided here. The session gives the view; the painter, the HUD and the audio show and play it.
Rule 2: while a line of chat is written, no key moves a player (context.devices.are_blocked).
Rule 3: a round has its own painter and cues; the HUD stays, so that no line of chat is lost between rounds. Rounds are
        told apart by their announcement: the number may come again, in the next match or after a rejoin.
Rule 4: while our own server is paused, everything that moves by itself here stands still, too (PausableClock).
"""

from collections.abc import Collection
from dataclasses import dataclass

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
from petard.game.view.notices import PausableClock, chat_text
from petard.game.view.spectating import BotsOnly, has_next_round, has_seat
from petard.game.view.view import View
from petard.shared.control_channel import Pace
from petard.shared.protocol.messages import Chat, Round
from petard.shared.protocol.names import CHAT_MOST, clean_chat
from petard.shared.rules.world import Keys

WRITE_KEYS = frozenset({pygame.KSCAN_RETURN, pygame.KSCAN_KP_ENTER})
FIELD = (290.0, HEIGHT - 62.0, 700.0, 50.0)


class ChatInput:
    """The line of chat that is being written over the match, and which lines of others are new."""

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
                self._show(TextField("chat", FIELD, "", CHAT_MOST))
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
        return not line or session is None or session.link.is_in

    def new_lines(self, chat: Collection[Chat]) -> list[Chat]:
        """Return the lines since the last call. They are told apart by identity: two may have the same text."""
        lines = list(chat)
        known = next((place for place, line in enumerate(lines) if line is self._newest), -1)
        self._newest = lines[-1] if lines else None
        return lines[known + 1 :]


class RestOfRound:
    """Shortens a round on our own server in which only bots still play: it runs fast, or is skipped by a bomb key."""

    def __init__(self, context: ScreenContext) -> None:
        self._context = context
        self._bots_only = BotsOnly()
        self._may_hurry = False  # none of our players has been alive for long enough
        self._bomb_held = False  # a bomb key was held in the last tick

    def begin_round(self) -> None:
        """Start to watch a new round."""
        self._bots_only, self._may_hurry = BotsOnly(), False

    def update(self, view: View, mine: Collection[int], now: float) -> None:
        """Look whether only bots still play."""
        self._may_hurry = self._bots_only.update(view, mine, now)

    def handle_input(self, bomb_held: bool) -> None:
        """Run fast, or skip the rest at a new press of a bomb key; call it once a tick."""
        is_new, self._bomb_held = bomb_held and not self._bomb_held, bomb_held
        control = self._context.own_server.control
        if control and self._may_hurry and self._context.own_server.may_pause and not self._context.devices.autopilot:
            control.run_fast()
            if is_new and self._bots_only.may_skip:
                control.skip()

    @property
    def words(self) -> str:
        """How the rest of the round runs, and what to press; "" where it cannot be shortened."""
        control, settings = self._context.own_server.control, self._context.settings
        if not control or not self._may_hurry or not self._context.own_server.may_pause:
            return ""
        return hurry_line(control.pace, settings.keys, len(self._context.devices.gamepads.names))


@dataclass(frozen=True, slots=True)
class RoundParts:
    """What is made for each round."""

    announcement: Round | None
    painter: Painter
    cues: Cues


class MatchScreen:
    """Shows the round of the session."""

    def __init__(self, context: ScreenContext) -> None:
        self.request: NavigationRequest | None = None
        self.chat = ChatInput(context)
        self._context = context
        self._rest = RestOfRound(context)
        self.hud = Hud()
        self._clock = PausableClock()
        self._begin_round(None)

    @property
    def typing(self) -> bool:
        """True while a line of chat is written."""
        return self.chat.field is not None

    def handle_event(self, event: UiEvent) -> None:
        """F3 to F7 are for the net graph, everything else is for the chat."""
        if not self._context.net_tools.graph.handle_event(event, self._context.session):
            self.chat.handle_event(event)

    def tick(self, now: float) -> None:
        """Send the input of the players at this machine."""
        session = self._context.session
        if session:
            inputs = self._context.devices.poll(max(1, len(session.room.my_slots)), session)
            session.send_keys(inputs)
            self._rest.handle_input(any(bits & Keys.BOMB for bits in inputs))

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draw one picture, and play the sounds of what has happened since the last one."""
        session = self._context.session
        view = session.view(now) if session else None
        if not session or not session.announcement or not view:
            canvas.backdrop()
            canvas.text("Loading the round...", WIDTH / 2, HEIGHT / 2, 40, PAPER, "center")
            return
        if session.announcement is not self.round.announcement:
            self._begin_round(session.announcement)
        real, now = now, self._clock.at(now, self._context.own_server.is_paused)
        self.round.painter.feel.comfort = comfort_of(self._context.settings)
        self._rest.update(view, session.room.my_slots, now)
        info = self._hud_info(session, session.announcement, view)
        self._handle_cues(session, view, info, now)
        self.round.painter.draw(canvas, view, info.seats, now, info.mine)
        self.hud.draw(canvas, view, info, now)
        self._context.net_tools.graph.draw(canvas, session, real)
        if self.chat.field:
            self.chat.field.draw(canvas, True, now)

    def _begin_round(self, announcement: Round | None) -> None:
        session = self._context.session
        painter = Painter(comfort_of(self._context.settings))
        self.round = RoundParts(announcement, painter, Cues(session.room.my_slots if session else ()))
        self._rest.begin_round()

    def _hud_info(self, session: Session, announcement: Round, view: View) -> HudInfo:
        room, settings, gamepads = session.room, self._context.settings, self._context.devices.gamepads
        rounds = room.lobby.rounds if room.lobby else announcement.number
        return HudInfo(
            seats=room.seats,
            mine=room.my_slots,
            round=announcement.number,
            rounds=rounds,
            ping=session.link.heartbeat.ping,
            health_most=announcement.rules.health_most,
            keys=hint_line(settings.keys, len(room.my_slots), len(gamepads.names)),
            hints=control_hints(settings.keys, len(room.my_slots), gamepads.numbers),
            plays_next=_plays_next(session, view, announcement.number),
            hurry=self._rest.words,
        )

    def _handle_cues(self, session: Session, view: View, info: HudInfo, now: float) -> None:
        """Pass every cue to the audio, the painter and the notices, and new lines of chat to the notices."""
        cues: list[Cue] = [
            *self.round.cues.cues_of(session.new_events(), view),
            *self.round.cues.rejected_bombs(session.rejected_bombs(), view),
            *self.round.cues.countdown(view),
        ]
        if session.server_pace is not Pace.SKIP:  # hundreds of blasts a second would only flash and roar
            self._context.audio.play_cues(cues, now)
            self.round.painter.handle_cues(cues, now)
        names = {seat.slot: seat.name for seat in info.seats}
        self.hud.notices.add_cues(cues, info.mine, names, now)
        for chat in self.chat.new_lines(session.chat.lines):
            self.hud.notices.add_chat(chat_text(chat), now)


def _plays_next(session: Session, view: View, number: int) -> bool:
    """Return whether a player of ours plays in the next round. `number`: of this one."""
    room = session.room
    alive = [player.slot for player in view.players if player.alive]
    if view.ending:  # decided: the winner may have died in the same tick as the others
        alive = [view.ending.winner] if view.ending.winner >= 0 else []
    is_seated = has_seat(room.seats, room.watchers, room.member, session.link.hello.players)
    return is_seated and has_next_round(room.seats, alive, number, room.lobby.rounds if room.lobby else 1)


def _is_write_key(event: pygame.event.Event, sets: Collection[KeySet]) -> bool:
    """Return whether a key starts a line of chat: Enter without Alt, or T unless it is a key of a player."""
    if event.type != pygame.KEYDOWN or event.mod & pygame.KMOD_ALT:
        return False
    bound = any(event.scancode in getattr(keys, action) for keys in sets for action in KEY_ACTIONS)
    return event.scancode in WRITE_KEYS or (event.key == pygame.K_t and not bound)
