"""The lobby: the players and their looks, the setup of the match, and the chat.

Rule 1: it shows what the server has sent last. A change of ours is shown at once, and kept for CHANGE_SHOWN seconds.
Rule 2: only the host changes the match; the others read it in the same places.
Rule 3: leaving takes two presses with every device: the first one asks, and moving the focus cancels the question.
"""

from dataclasses import replace

import pygame

from petard.assets.palette import ACCENT, COOL, GOOD, INK, MUTED, PANEL, PAPER
from petard.game.client.session import Session
from petard.game.config.arguments import address_of
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import UiEvent
from petard.game.ui.input.key_hints import control_hints
from petard.game.ui.layout import BODY, SMALL, Box, row
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.screen import ShowDoctor, SimpleRequest
from petard.game.ui.screens.lobby_choices import LookChoices, MatchChoices
from petard.game.ui.screens.menu import DIM, Menu, others_here
from petard.game.ui.widgets.room_rows import draw_padlock
from petard.game.ui.widgets.seat_cards import SeatCards
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, Widget
from petard.game.view.notices import chat_text
from petard.game.view.rooms import button_words, waiting_words
from petard.shared.protocol.joincode import encode_join_code
from petard.shared.protocol.messages import Look, Ready, Seat
from petard.shared.protocol.names import CHAT_MOST, clean_chat

CHANGE_SHOWN = 0.6  # seconds that a change of ours is shown before the server confirms it
SEATS = (28.0, 92.0, 828.0, 408.0)
RIGHT, WIDE, TALL = 874.0, 382.0, 43.0  # the column on the right, and the height of a choice
EDGE = 14.0  # of the panels around the column on the right
MATCH_TOP, YOU_TOP = 128.0, 463.0
MATCH_PANEL, YOU_PANEL = (84.0, 357.0), (451.0, 170.0)  # top and height
CHAT_BOTTOM, CHAT_PITCH = 631.0, 30.0
CHAT_LINES, MORE_LINES, FEW = 4, 7, 4  # lines of chat; more lines with few seats
NAME_WIDE = 400.0
WORDS_RIGHT, WORDS_WIDE, WORDS_MIDDLE = 844.0, 404.0, 46.0
WORDS_PITCH = 36.0  # from line to line: holds letters with accents and a rim, which take up to 1.4 times their size
INVITATION: Box = (860.0, 14.0, 248.0, 62.0)
SHORT = 21  # characters of an address that fit into one line
LOCKED = "Joining needs the password"
HINT = "Press T to say something, Escape twice to leave"
WRITING = "Enter says it, Escape leaves this line, /help lists commands"
LEAVE, LEAVE_TO_ALL = "Again: leave this room", "Again: end it for everybody"


class LobbyScreen(Menu):
    """Shows the lobby of the session."""

    def __init__(self, context: ScreenContext) -> None:
        assert context.session is not None
        self._session: Session = context.session
        self._cards = SeatCards()
        self._changed_at = -CHANGE_SHOWN  # when we last sent a change
        self._people = len(self._session.room.seats)  # who have joined so far
        self._asks = False  # whether to leave
        super().__init__(context)
        self._follow()

    def widgets(self) -> list[Widget]:
        """The large button first: to play it is enough to press Enter."""
        leave, ready = row(RIGHT, 640, 60, (108, WIDE - 122), 14)
        self._match = MatchChoices((RIGHT, MATCH_TOP, WIDE, TALL))
        self._looks = LookChoices((RIGHT, YOU_TOP, WIDE, TALL), len(self._session.room.my_slots))
        return [
            Button("ready", ready, "Start", GOOD, 36),
            *self._match.fields.values(),
            self._looks.player,
            self._looks.character,
            self._looks.colour,
            Button("leave", leave, "Leave", size=28),
            TextField("chat", (SEATS[0], 644, SEATS[2] - 10, 52), "", CHAT_MOST, HINT),
            Button("doctor", (1118, 18, 152, 52), "Can't join?", size=22),
        ]

    @property
    def _chat_field(self) -> TextField:
        field = self.form["chat"]
        assert isinstance(field, TextField)
        return field

    def handle_event(self, event: UiEvent) -> None:
        """T starts a line of chat; Back leaves it."""
        is_key = event.raw.type == pygame.KEYDOWN
        if is_key and event.raw.key == pygame.K_t and not self.typing and not self.form.is_busy:
            self.form.focus_on("chat")
        else:
            super().handle_event(event)
        self._asks = self._asks and self.form.focus == "leave"

    def activate(self, key: str) -> None:
        """Send the change to the server."""
        if key == "ready":
            self.context.own_server.prompt = ""  # it was shown long enough
            self._session.send(Ready(not any(seat.ready for seat in self._my_seats())))
        elif key == "leave":
            self._ask_or_leave()
        elif key == "chat":
            self._send_chat()
        elif key == "doctor":
            self.request = ShowDoctor()
        elif key in self._match.fields:
            self._send_setup()
        elif key in ("character", "colour"):
            self._send_look()
        elif key == "player":
            self._changed_at = self.now - CHANGE_SHOWN
            self._follow()

    def back(self) -> None:
        """Leave the line of chat; then ask whether to leave; then leave."""
        if self.form.focus == "chat":
            self.move_focus("ready")
        else:
            self._ask_or_leave()

    def _ask_or_leave(self) -> None:
        if self._asks:
            self.request = SimpleRequest.TITLE
        self._asks = True
        self.form.focus_on("leave")

    def _my_seats(self) -> list[Seat]:
        return [seat for seat in self._session.room.seats if seat.slot in self._session.room.my_slots]

    def _send_chat(self) -> None:
        """Send the line and leave the field, so that keys are keys again; an empty line is not sent."""
        if not self._session.link.is_admitted:
            return  # we are disconnected; the text stays until we are back
        line = clean_chat(self._chat_field.text)
        if line:
            self._session.send_chat(line)
        self._chat_field.set_text("")
        self.move_focus("ready")

    def _send_setup(self) -> None:
        setup = self._match.setup
        self._changed_at = self.now
        self._session.send(setup)
        if self.context.own_server.is_solo:
            return  # "Play" starts the same match as ever, and the setup of the last hosted room is kept
        self.context.settings = replace(
            self.context.settings,
            map=setup.map,
            rules=setup.rules,
            rounds=setup.rounds,
            bots=setup.bots,
            skill=setup.skill,
            away=setup.away.value,
        )

    def _send_look(self) -> None:
        player, colour, character = self._looks.look
        self._changed_at = self.now
        self._session.send(Look(player, colour, character))
        if not player:
            self.context.settings = replace(self.context.settings, colour=colour, character=character)

    def tick(self, now: float) -> None:
        """Follow the server; play a sound when a player joins."""
        super().tick(now)
        self._chat_field.hint = WRITING if self.form.focus == "chat" else HINT
        people = sum(seat.member > 0 for seat in self._session.room.seats) + len(self._session.room.spectators)
        if people > self._people:
            self.context.audio.play("join", now)
            self.context.own_server.prompt = ""  # whatever the system has asked, it lets people in
        self._people = people
        if now - self._changed_at >= CHANGE_SHOWN:
            self._follow()

    def _follow(self) -> None:
        doctor, ready = self.form["doctor"], self.form["ready"]
        doctor.enabled = bool(self.context.own_server.invitation)
        doctor.hidden = not doctor.enabled
        session, mine = self._session, self._my_seats()
        if session.room.lobby is None:
            return
        self._match.show(session.room.lobby, session.room.is_host)
        self._looks.show(session.room.seats, mine)
        ready.enabled = bool(mine)
        ready.label = button_words(session.room.seats, session.room.my_slots)

    def draw(self, canvas: Canvas, now: float) -> None:
        """Draw everything; the question lies over the widgets."""
        super().draw(canvas, now)
        if self._asks:
            is_for_all = bool(self.context.own_server.invitation) and others_here(self._session)
            canvas.panel(RIGHT - EDGE, 562, WIDE + 2 * EDGE, 60, INK, 14, ACCENT, 4)
            words = LEAVE_TO_ALL if is_for_all else LEAVE
            canvas.text(words, RIGHT + WIDE / 2, 592, BODY, PAPER, "center", WIDE)

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Draw everything but the widgets."""
        session = self._session
        canvas.backdrop(dim=DIM)
        _draw_heading(canvas, session)
        if self.context.own_server.invitation:
            _draw_invitation(canvas, self.context.own_server.invitation)
        canvas.panel(RIGHT - EDGE, MATCH_PANEL[0], WIDE + 2 * EDGE, MATCH_PANEL[1], (*PANEL, 235), 24)
        heading = "The match" if session.room.is_host else "The match (the host chooses)"
        canvas.text(heading, RIGHT + 2, 93, BODY, MUTED, width=WIDE)
        canvas.panel(RIGHT - EDGE, YOU_PANEL[0], WIDE + 2 * EDGE, YOU_PANEL[1], (*PANEL, 235), 24)
        if self._looks.player.hidden:
            canvas.text("You", RIGHT + 2, YOU_TOP + 8, BODY, MUTED)
        host = session.room.lobby.host if session.room.lobby else 0
        area = SEATS if not session.room.spectators else (*SEATS[:3], SEATS[3] - 32)
        pads = self.context.devices.gamepads.numbers
        hints = control_hints(self.context.settings.keys, len(session.room.my_slots), pads)
        self._cards.draw(canvas, session.room.seats, area, host, session.room.my_slots, now, hints)
        if session.room.spectators:
            names = "Watching: " + ", ".join(one.name for one in session.room.spectators)
            canvas.text(names, SEATS[0], SEATS[1] + SEATS[3] - 34, SMALL, PAPER, width=SEATS[2])
        self._draw_chat(canvas)

    def _draw_chat(self, canvas: Canvas) -> None:
        x, _, wide, _ = SEATS
        few = len(self._session.room.seats) <= FEW and not self._session.room.spectators
        lines = MORE_LINES if few else CHAT_LINES
        top = CHAT_BOTTOM - lines * CHAT_PITCH
        canvas.panel(x, top - 7, wide - 10, CHAT_BOTTOM - top + 14, (*PANEL, 220), 18)
        prompt = self.context.own_server.prompt
        shown = [(line, ACCENT) for line in canvas.wrap_text(prompt, SMALL, wide - 42, 2)] if prompt else []
        shown += [(chat_text(chat), PAPER if chat.name else MUTED) for chat in self._session.chat.lines]
        for line, (words, colour) in enumerate(shown[-lines:]):
            canvas.text(words, x + 16, top + line * CHAT_PITCH, SMALL, colour, width=wide - 42)


def _draw_heading(canvas: Canvas, session: Session) -> None:
    """Draw the name of the room, whether it has a password, and what everybody waits for."""
    name, left = session.room.welcome.server_name if session.room.welcome else "", SEATS[0] + 4
    if session.link.login.has_proved:
        canvas.text(name or "Lobby", left, 34, 40, PAPER, "midleft", NAME_WIDE, shade=INK)
        draw_padlock(canvas, left, 70, ACCENT, 24, "midleft")
        canvas.text(LOCKED, left + 28, 71, SMALL, ACCENT, "midleft", NAME_WIDE - 28, shade=INK)
    else:
        canvas.text(name or "Lobby", left, 46, 48, PAPER, "midleft", NAME_WIDE, shade=INK)
    lines = canvas.wrap_text(waiting_words(session.room.seats, session.room.my_slots), BODY, WORDS_WIDE - 10, 2)
    top = WORDS_MIDDLE - (len(lines) - 1) * WORDS_PITCH / 2
    for place, line in enumerate(lines):
        canvas.text(line, WORDS_RIGHT, top + place * WORDS_PITCH, BODY, ACCENT, "midright", WORDS_WIDE, shade=INK)


def _draw_invitation(canvas: Canvas, address: str) -> None:
    """Draw what friends type: the join code, if the address has one, and the address."""
    x, y, wide, tall = INVITATION
    code = encode_join_code(*address_of(address))
    if code or len(address) <= SHORT:
        lines = (code or address, address if code else "it has no join code")
    else:
        lines = (address[: len(address) // 2], address[len(address) // 2 :])
    canvas.panel(x, y, wide, tall, COOL, 18)
    for line, middle, size in zip(lines, (34, 62), (34 if code else BODY, SMALL), strict=True):
        canvas.text(line, x + wide / 2, middle, size, INK, "center", wide - 18)
