"""The lobby: who is here, what they look like, what will be played, and what is being said.

Rule 1: what is shown is what the server told last. A change of ours shows at once and is believed for PATIENCE seconds.
Rule 2: only the host changes the match; the others read it in the same places.
Rule 3: leaving takes two pushes, however it is done: the first one asks, and a step elsewhere takes the question back.
"""

from collections.abc import Sequence
from dataclasses import replace

import pygame

from petard.assets.palette import ACCENT, CHARACTERS, GOOD, INK, MUTED, PANEL, PAPER, PLAYER_NAMES
from petard.game.client.session import Session
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import UiEvent
from petard.game.ui.input.key_hints import control_hints
from petard.game.ui.layout import BODY, SMALL
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.screen import Request, ShowDoctor
from petard.game.ui.screens.menu import DIM, Menu
from petard.game.ui.widgets.lobby_heading import draw_heading
from petard.game.ui.widgets.seat_cards import SeatCards
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, ChoiceField, Widget
from petard.game.view.lobby_text import button_words
from petard.shared.bots.traits import SKILL_NAMES
from petard.shared.protocol.messages import Away, Chat, Look, Ready, Seat, Setup
from petard.shared.protocol.names import CHAT_MOST, clean_chat

PATIENCE = 0.6  # seconds
SEATS = (28.0, 92.0, 828.0, 408.0)
RIGHT, WIDE = 874.0, 382.0
EDGE = 14.0  # of the panels around the column on the right
MATCH_TOP, YOU_TOP, PITCH, TALL = 128.0, 463.0, 51.0, 43.0
MATCH_PANEL, YOU_PANEL = (84.0, 357.0), (451.0, 170.0)  # top and height
CHAT_BOTTOM, CHAT_LINES, CHAT_PITCH = 631.0, 4, 30.0
CHAT_TOP = CHAT_BOTTOM - CHAT_LINES * CHAT_PITCH
DOCTOR_LEFT, DOCTOR_WIDE = 1118.0, 152.0
FEW, MORE_LINES = 4, 7  # so few seats leave room for more lines
HINT = "Press T to say something, Escape twice to leave"
WRITING = "Enter says it, Escape leaves this line, /help lists commands"
LEAVE, LEAVE_TO_ALL = "Again: leave this room", "Again: end it for everybody"
SETUP = {
    "map": "Map",
    "rules": "Rules",
    "rounds": "Rounds",
    "bots": "Bots",
    "skill": "Bot skill",
    "away": "If one drops",
}
AWAY_WORDS = {Away.BOT: "bot", Away.STATUE: "statue", Away.NONE: "nobody"}  # who plays on


class LobbyScreen(Menu):
    """Shows the lobby that the context's session is in."""

    def __init__(self, context: ScreenContext) -> None:
        assert context.session is not None
        self._session: Session = context.session
        self._cards = SeatCards()
        self._asked = -PATIENCE  # when we last asked for a change
        self._people = len(self._session.room.seats)  # that we have heard come in
        self._asks = False  # whether to leave
        super().__init__(context)
        self._follow()

    def widgets(self) -> list[Widget]:
        """The big button first: who only wants to play presses it and nothing else."""
        self._ready = Button("ready", (RIGHT + 122, 640, WIDE - 122, 60), "Start", GOOD, 36)
        self._leave = Button("leave", (RIGHT, 640, 108, 60), "Leave", size=28)
        self._line = TextField("chat", (SEATS[0], 644, SEATS[2] - 10, 52), "", CHAT_MOST, HINT)
        self._setup = {
            key: ChoiceField(key, (RIGHT, MATCH_TOP + row * PITCH, WIDE, TALL), label, ())
            for row, (key, label) in enumerate(SETUP.items())
        }
        for key in ("map", "rules"):
            self._setup[key].share = 0.252  # short names, long values
        self._setup["away"].share = 0.5  # the other way round
        players = [str(number + 1) for number in range(len(self._session.room.my_slots))]
        self._player = ChoiceField("player", (RIGHT, YOU_TOP, WIDE, TALL), "Player", players)
        self._character = ChoiceField("character", (RIGHT, YOU_TOP + PITCH, WIDE, TALL), "I am a", CHARACTERS)
        self._colour = ChoiceField("colour", (RIGHT, YOU_TOP + 2 * PITCH, WIDE, TALL), "in", PLAYER_NAMES)
        looks = [self._player, self._character, self._colour]
        self._doctor = Button("doctor", (DOCTOR_LEFT, 18, DOCTOR_WIDE, 52), "Can't join?", size=22)
        return [self._ready, *self._setup.values(), *looks, self._leave, self._line, self._doctor]

    # What people do

    def handle_event(self, event: UiEvent) -> None:
        """T goes to the line of chat; Back leaves it."""
        is_key = event.raw.type == pygame.KEYDOWN
        if is_key and event.raw.key == pygame.K_t and not self.typing and not self.form.is_busy:
            self.form.focus_on("chat")
        else:
            super().handle_event(event)
        self._asks = self._asks and self.form.focus == "leave"

    def activate(self, key: str) -> None:
        """Tell the server."""
        if key == "ready":
            self.context.prompt = ""  # it was there to be read long enough
            self._session.send(Ready(not any(seat.ready for seat in self._mine())))
        elif key == "leave":
            self._ask_or_leave()
        elif key == "chat":
            self._say()
        elif key == "doctor":
            self.request = ShowDoctor()
        elif key in self._setup:
            self._choose_match()
        elif key in ("character", "colour"):
            self._dress()
        elif key == "player":
            self._asked = self.now - PATIENCE
            self._follow()

    def back(self) -> None:
        """Out of the chat; then ask whether to leave; then out."""
        if self.form.focus == "chat":
            self.move_focus("ready")
        else:
            self._ask_or_leave()

    def _ask_or_leave(self) -> None:
        if self._asks:
            self.request = Request.TITLE
        self._asks = True
        self.form.focus_on("leave")

    def _mine(self) -> list[Seat]:
        return [seat for seat in self._session.room.seats if seat.slot in self._session.room.my_slots]

    def _say(self) -> None:
        """Send the line and leave it, so that keys are keys again; an empty one is left, too."""
        if not self._session.link.is_in:
            return  # the line is broken; what was written stays until it holds again
        line = clean_chat(self._line.text)
        if line:
            self._session.send_chat(line)
        self._line.set_text("")
        self.move_focus("ready")

    def _choose_match(self) -> None:
        chosen = {key: choice.index for key, choice in self._setup.items()}
        self._asked = self.now
        self._session.send(
            Setup(
                self._setup["map"].value,
                self._setup["rules"].value,
                chosen["rounds"] + 1,
                chosen["bots"],
                chosen["skill"],
                Away(chosen["away"]),
            )
        )
        setup = self._setup
        if self.context.is_solo:
            return  # what *Play* starts stays the same, and so does what was hosted last
        self.context.settings = replace(
            self.context.settings,
            map=setup["map"].value,
            rules=setup["rules"].value,
            rounds=chosen["rounds"] + 1,
            bots=chosen["bots"],
            skill=chosen["skill"],
            away=chosen["away"],
        )

    def _dress(self) -> None:
        colour = PLAYER_NAMES.index(self._colour.value) if self._colour.options else 0
        self._asked = self.now
        self._session.send(Look(self._player.index, colour, self._character.index))
        if not self._player.index:
            self.context.settings = replace(self.context.settings, colour=colour, character=self._character.index)

    # What the server told

    def tick(self, now: float) -> None:
        """Follow the server."""
        super().tick(now)
        self._line.hint = WRITING if self.form.focus == "chat" else HINT
        people = sum(seat.member > 0 for seat in self._session.room.seats) + len(self._session.room.watchers)
        if people > self._people:
            self.context.audio.play("join", now)
            self.context.prompt = ""  # whatever the system asked, it lets people in
        self._people = people
        if now - self._asked >= PATIENCE:
            self._follow()

    def _follow(self) -> None:
        self._doctor.enabled = bool(self.context.invitation)
        self._doctor.hidden = not self._doctor.enabled
        lobby, mine = self._session.room.lobby, self._mine()
        if lobby is None:
            return
        numbers = tuple(str(number) for number in range(64))
        self._show("map", lobby.maps, lobby.map)
        self._show("rules", lobby.presets, lobby.rules)
        self._show("rounds", numbers[1:10], str(lobby.rounds))
        self._show("bots", numbers, str(lobby.bots))
        self._show("skill", SKILL_NAMES, SKILL_NAMES[lobby.skill])
        self._show("away", tuple(AWAY_WORDS.values()), AWAY_WORDS[lobby.away])
        for choice in self._setup.values():
            choice.enabled = self._session.room.is_host
        for choice in (self._player, self._character, self._colour):
            choice.enabled = bool(mine)
        self._player.enabled = len(mine) > 1
        self._player.hidden = not self._player.enabled
        self._player.options = tuple(str(number + 1) for number in range(len(mine)))
        self._ready.enabled = bool(mine)
        self._ready.label = button_words(self._session.room.seats, self._session.room.my_slots)
        if mine:
            self._wear(mine[self._player.index % len(mine)])

    def _show(self, key: str, options: Sequence[str], value: str) -> None:
        choice = self._setup[key]
        choice.options = tuple(options)
        choice.index = choice.options.index(value) if value in choice.options else 0

    def _wear(self, seat: Seat) -> None:
        """The colours of other people are not to be had."""
        worn = {other.colour for other in self._session.room.seats if other.member and other.slot != seat.slot}
        free = tuple(name for colour, name in enumerate(PLAYER_NAMES) if colour not in worn or colour == seat.colour)
        self._colour.options = free
        self._colour.index = free.index(PLAYER_NAMES[seat.colour])
        self._character.index = seat.character

    # What people see

    def draw(self, canvas: Canvas, now: float) -> None:
        """Everything; the question lies over the widgets."""
        super().draw(canvas, now)
        if self._asks:
            self._draw_question(canvas)

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Everything but the widgets."""
        session = self._session
        canvas.backdrop(dim=DIM)
        draw_heading(canvas, session, self.context.invitation)
        canvas.panel(RIGHT - EDGE, MATCH_PANEL[0], WIDE + 2 * EDGE, MATCH_PANEL[1], (*PANEL, 235), 24)
        canvas.text(
            "The match" if session.room.is_host else "The match (the host chooses)",
            RIGHT + 2,
            93,
            BODY,
            MUTED,
            width=WIDE,
        )
        canvas.panel(RIGHT - EDGE, YOU_PANEL[0], WIDE + 2 * EDGE, YOU_PANEL[1], (*PANEL, 235), 24)
        if self._player.hidden:
            canvas.text("You", RIGHT + 2, YOU_TOP + 8, BODY, MUTED)
        host = session.room.lobby.host if session.room.lobby else 0
        area = SEATS if not session.room.watchers else (*SEATS[:3], SEATS[3] - 32)
        hints = control_hints(self.context.settings.keys, len(session.room.my_slots), self.context.gamepads.numbers)
        self._cards.draw(canvas, session.room.seats, area, host, session.room.my_slots, now, hints)
        if session.room.watchers:
            names = "Watching: " + ", ".join(watcher.name for watcher in session.room.watchers)
            canvas.text(names, SEATS[0], SEATS[1] + SEATS[3] - 34, SMALL, PAPER, width=SEATS[2])
        self._draw_chat(canvas)

    def _draw_question(self, canvas: Canvas) -> None:
        """What the next push does, over the button."""
        session = self._session
        people = {seat.member for seat in session.room.seats} | {watcher.member for watcher in session.room.watchers}
        is_for_all = bool(self.context.invitation) and bool(people - {0, session.room.member})
        canvas.panel(RIGHT - EDGE, 562, WIDE + 2 * EDGE, 60, INK, 14, ACCENT, 4)
        words = LEAVE_TO_ALL if is_for_all else LEAVE
        canvas.text(words, RIGHT + WIDE / 2, 592, BODY, PAPER, "center", WIDE)

    def _draw_chat(self, canvas: Canvas) -> None:
        x, _, wide, _ = SEATS
        few = len(self._session.room.seats) <= FEW and not self._session.room.watchers
        lines, top = (MORE_LINES, CHAT_BOTTOM - MORE_LINES * CHAT_PITCH) if few else (CHAT_LINES, CHAT_TOP)
        canvas.panel(x, top - 7, wide - 10, CHAT_BOTTOM - top + 14, (*PANEL, 220), 18)
        prompt = canvas.wrap_text(self.context.prompt, SMALL, wide - 42, 2) if self.context.prompt else []
        rows = [(line, ACCENT) for line in prompt]
        rows += [(said(chat), PAPER if chat.name else MUTED) for chat in self._session.chat.lines]
        for row, (words, colour) in enumerate(rows[-lines:]):
            canvas.text(words, x + 16, top + row * CHAT_PITCH, SMALL, colour, width=wide - 42)


def said(chat: Chat) -> str:
    """A line of chat with who said it.

    >>> said(Chat(0, "Ada", "hello")), said(Chat(-1, "", "Bo left."))
    ('Ada: hello', 'Bo left.')
    """
    return f"{chat.name}: {chat.text}" if chat.name else chat.text
