"""The match: sends the input once a tick, and draws the view of the session.

Rule 1: nothing is decided here. The session gives the view; the painter, the HUD and the audio show and play it.
Rule 2: a round has its own painter, cues and music; the HUD stays, so that no line of chat is lost between rounds.
        Rounds are told apart by their announcement: the number may come again, in the next match or after a rejoin.
Rule 3: while our own server is paused, everything that moves by itself here stands still, too (PausableClock).
"""

from dataclasses import dataclass, replace

from petard.assets.palette import PAPER
from petard.game.client.session import Session
from petard.game.texts.phrases import tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import UiEvent
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.effects import comfort_of
from petard.game.ui.render.hud import Hud, HudInfo
from petard.game.ui.render.painter import Painter
from petard.game.ui.render.xray_strips import draw_live, is_xray_key
from petard.game.ui.screen import MatchMenuRequest, Screen
from petard.game.ui.screens.match_controls import ChatInput, RestOfRound, field_box
from petard.game.ui.screens.match_hud import hud_info_of
from petard.game.ui.widgets.text_field import TextField
from petard.game.view.cues import Cue, Cues
from petard.game.view.feats import Escaped
from petard.game.view.floor_looks import has_unknown_floor
from petard.game.view.music_choice import LOBBY_MUSIC, MusicChoice, RoundMusic
from petard.game.view.notices import PausableClock
from petard.game.view.view import View
from petard.shared.control_channel import Pace
from petard.shared.protocol.messages import Round
from petard.shared.rules.world import Keys

UNKNOWN_FLOOR = tr("Update Petard to see what the floors with a question mark do.")


@dataclass(frozen=True, slots=True)
class RoundParts:
    """What is made for each round."""

    announcement: Round | None
    painter: Painter
    cues: Cues
    music: RoundMusic


class MatchScreen(Screen):
    """Shows the round of the session."""

    shows_play = True

    def __init__(self, context: ScreenContext) -> None:
        self.chat = ChatInput(context)
        self._context = context
        self._rest = RestOfRound(context)
        self.hud = Hud()
        self._clock = PausableClock()
        self._begin_round(None, b"", 0.0)

    @property
    def text_field(self) -> TextField | None:
        return self.chat.field

    @property
    def is_played(self) -> bool:
        return not self.typing

    @property
    def music(self) -> MusicChoice:
        return self.round.music.choice if self.round.announcement else LOBBY_MUSIC

    def handle_event(self, event: UiEvent) -> None:
        """F3 to F7 are for the net graph, F8 is for the X-ray, everything else is for the chat."""
        if is_xray_key(event):
            self.request = None if self._context.net_tools.traffic.start() else MatchMenuRequest.XRAY
        elif not self._context.net_tools.graph.handle_event(event, self._context.session):
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
        canvas.fit_window()
        session = self._context.session
        view = session.view(now) if session else None
        begins = session is not None and session.announcement is not self.round.announcement
        if not (session and session.announcement and view) or (begins and not session.work.changes.allows(now)):
            canvas.backdrop()
            canvas.text(tr("Loading the round..."), canvas.wide / 2, canvas.tall / 2, 40, PAPER, "center")
            return
        if begins:
            self._begin_round(session.announcement, view.floors, now)
        real, now = now, self._clock.at(now, self._context.own_server.is_paused)
        self.round.painter.feel.comfort = comfort_of(self._context.settings)
        self._rest.update(view, session.room.my_slots, now)
        self.round.music.update(view)
        info = replace(hud_info_of(self._context, session, session.announcement, view), fast_forward=self._rest.words)
        self._handle_cues(session, view, info, now)
        self.round.painter.draw(canvas, view, info.seats, now, info.mine)
        self.hud.draw(canvas, view, info, now)
        canvas.fit_page()
        self._context.net_tools.graph.draw(canvas, session, real)
        draw_live(canvas, self._context.net_tools.traffic, session, self._context.devices.are_blocked, real)
        canvas.fit_window()
        if self.chat.field:
            self.chat.field.box = field_box(canvas.wide, canvas.tall)
            self.chat.field.draw(canvas, True, now)

    def _begin_round(self, announcement: Round | None, floors: bytes, now: float) -> None:
        session = self._context.session
        welcome, my_slots = (session.room.welcome, session.room.my_slots) if session else (None, ())
        painter = Painter(comfort_of(self._context.settings), items=welcome.items if welcome else ())
        music = RoundMusic(announcement.map if announcement else "", my_slots)
        self.round = RoundParts(announcement, painter, Cues(my_slots), music)
        self._rest.begin_round()
        if has_unknown_floor(floors):
            self.hud.notices.add_chat(UNKNOWN_FLOOR, now)

    def _handle_cues(self, session: Session, view: View, info: HudInfo, now: float) -> None:
        """Pass every cue to the audio, the painter and the notices, and new lines of chat to the notices."""
        cues: list[Cue] = [
            *self.round.cues.cues_of(session.new_events(), view),
            *self.round.cues.rejected_bombs(session.rejected_bombs(), view),
            *self.round.cues.picture_cues(view),
        ]
        if session.server_pace is not Pace.SKIP:  # hundreds of blasts a second would only flash and roar
            self._context.audio.play_cues(cues, now)
            self.round.painter.handle_cues(cues, now)
        names = {seat.slot: seat.name for seat in info.seats}
        self.hud.notices.add_cues(cues, info.mine, names, now)
        for cue in cues:
            if isinstance(cue, Escaped):
                session.room.tally.add_escape(names.get(cue.slot, ""))
        self.chat.show_new_lines(session.chat.lines, self.hud.notices, now)
