"""The lobby: the players and their looks, the setup of the match, its board, who has won so far, and the chat.

Rule 1: it shows what the server has sent last. A change of ours is shown at once, and kept for CHANGE_SHOWN seconds.
Rule 2: only the host changes the match; the others read it in the same places.
Rule 3: while people wait they may play a practice round on that board, on their machine alone.
Rule 4: leaving takes two presses with every device: the first one asks, and moving the focus cancels the question.
"""

from collections.abc import Mapping
from dataclasses import replace

import pygame

from petard.assets.palette import ACCENT, GOOD, INK, MUTED, PANEL, PAPER
from petard.game.client.session import Session
from petard.game.config.settings import STANDBYS
from petard.game.texts.phrases import tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent, is_click
from petard.game.ui.layout import BODY, SMALL, Box, row
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.screen import NavigationRequest, ShowDoctor, SimpleRequest
from petard.game.ui.screens.items import ItemsPage, keep_setup
from petard.game.ui.screens.local_players import LocalPlayers, LocalPlayersPage
from petard.game.ui.screens.match_controls import WRITE_KEYS
from petard.game.ui.screens.menu import DIM, Menu, others_here
from petard.game.ui.screens.phones import PhonesPage, phone_link_of
from petard.game.ui.screens.practice import PracticeScene
from petard.game.ui.widgets.board_button import BoardButton
from petard.game.ui.widgets.lobby_choices import CHANGE_SHOWN, LOOKS, RIGHT, TALL, WIDE, LobbyChoices
from petard.game.ui.widgets.lobby_panels import draw_heading, draw_info, draw_invitation, listing_words
from petard.game.ui.widgets.phone_card import PhoneCard
from petard.game.ui.widgets.seat_cards import draw_seat_cards, shape_of
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, Widget
from petard.game.view.lobby_cues import LobbyCues
from petard.game.view.music_choice import LOBBY_MUSIC, MusicChoice
from petard.game.view.rooms import button_words, listed
from petard.shared.protocol.capability_words import ITEMS_WORD
from petard.shared.protocol.later_messages import MapVote
from petard.shared.protocol.messages import Look, Ready, Setup
from petard.shared.protocol.names import CHAT_MOST, clean_chat

SEATS = (28.0, 92.0, 828.0, 408.0)
EDGE = 14.0  # of the panels around the column on the right
YOU_TOP = 463.0
YOU_WIDE = 140.0
PEOPLE = (RIGHT + YOU_WIDE + 10, YOU_TOP - 3, WIDE - YOU_WIDE - 10, TALL)
MATCH_PANEL, YOU_PANEL = (84.0, 357.0), (451.0, 170.0)  # top and height
BOTTOM, BELOW = 632.0, 8.0  # the lower edge of the panels on the left; between the cards and them
CARDS_TALL = {1: 244.0, 2: 290.0, 3: 290.0, 4: 300.0}  # by their rows; with more rows they take all of SEATS
BOARD_WIDE, BOARD_SMALL = 330.0, 160.0  # the width of the board; below the cards of many seats
BOARD_BESIDE, PHONES_TALL, PHONES_WIDE = 250.0, 172.0, 300.0  # with a QR code; the code for few and many seats
SPECTATORS_TALL = 32.0  # a line below the cards
HINT = tr("T: say something   P: try the board   Escape twice to leave")
WRITING = tr("Enter says it, Escape leaves this line, /help lists commands")
LEAVE, LEAVE_TO_ALL = tr("Again: leave this room"), tr("Again: end it for everybody")
HAND_OVER = tr("Again: it goes on without you")

PAGES = ("items", "people", "phones")  # buttons that open one
# Letters, while nobody types.
SHORTCUTS = {pygame.K_t: "chat", pygame.K_p: "board", pygame.K_i: "items", pygame.K_j: "join", pygame.K_k: "copy-key"}


class LobbyScreen(Menu):
    """Shows the lobby of the session."""

    requests: Mapping[str, NavigationRequest] = {"doctor": ShowDoctor()}
    opening_sound = "lobby"
    fold_at = 854.0

    def __init__(self, context: ScreenContext) -> None:
        assert context.session is not None
        self._session: Session = context.session
        self._choices = LobbyChoices()
        self._cues = LobbyCues()
        self._asks = False  # whether to leave
        self._practice: PracticeScene | None = None  # while it is played
        self._local = LocalPlayers(context)
        self.page: ItemsPage | LocalPlayersPage | PhonesPage | None = None  # while it lies over the lobby
        super().__init__(context)
        self._chat.skips_arrows = True
        self._follow()

    @property
    def music(self) -> MusicChoice:
        return LOBBY_MUSIC

    def widgets(self) -> list[Widget]:
        """The large button first: to play it is enough to press Enter."""
        leave, ready = row(RIGHT, 640, 60, (108, WIDE - 122), 14)
        return [
            Button("ready", ready, tr("Start"), GOOD, 36, tr("Enter")),
            *self._choices.fields.values(),
            Button("leave", leave, tr("Leave"), size=28),
            *self._choices.copies.widgets,
            TextField("chat", (SEATS[0], 644, SEATS[2] - 10, 52), "", CHAT_MOST, HINT),
            BoardButton("board", self._boxes()[1]),
            Button("doctor", (1118, 18, 152, 52), tr("Can't join?"), size=22),
            Button("people", PEOPLE, tr("Players here"), size=SMALL),
            PhoneCard("phones", self._boxes()[2]),
            Button("items", (RIGHT + WIDE - 176, 89, 176, 34), tr("Items (I)"), size=SMALL),
        ]

    @property
    def text_field(self) -> TextField | None:
        return self.page.text_field if self.page else super().text_field

    @property
    def takes_letters(self) -> bool:
        return self.page.takes_letters if self.page else super().takes_letters

    @property
    def _chat(self) -> TextField:
        field = self.form["chat"]
        assert isinstance(field, TextField)
        return field

    @property
    def is_played(self) -> bool:
        """True while the practice round gets the keys."""
        return self._practice is not None

    def _boxes(self) -> tuple[Box, Box, Box, Box]:
        """Where the cards, the board, the QR code and the chat are, by how many seats and spectators there are."""
        room = self._session.room
        x, y, wide, tall = SEATS
        rows = shape_of(len(room.seats))[1]
        is_few, cards = rows in CARDS_TALL, CARDS_TALL.get(rows, tall - self._choices.copies.tall)
        top = y + cards + BELOW
        board = BOARD_WIDE if is_few else BOARD_SMALL
        phones = 0.0
        if phone_link_of(self.context.own_server):
            board, phones = (BOARD_BESIDE, PHONES_TALL) if is_few else (board, PHONES_WIDE)
        used, rest = board + (phones + BELOW if phones else 0.0), BOTTOM - self._choices.copies.tall - top
        shown, info, card = row(x, top, rest, (board, wide - 10 - used - BELOW, phones), BELOW)
        return (x, y, wide, cards - (SPECTATORS_TALL if room.spectators else 0.0)), shown, card, info

    def handle_event(self, event: UiEvent) -> None:
        """T starts a line of chat, P a practice round, I shows the items; Back leaves all of these."""
        key = event.raw.key if event.raw.type == pygame.KEYDOWN else None
        if self._practice:
            self._handle_practice(event)
            return
        if self.page:
            if key == pygame.K_j and not self.page.takes_letters:
                self._local.press_keys()
            else:
                self.page.handle_event(event)
            return
        is_letter = key in SHORTCUTS and not self.typing and not self.form.is_busy
        if is_letter and key == pygame.K_t:
            self.form.focus_on("chat")
        elif key is not None and is_letter and (key != pygame.K_i or self.form["items"].enabled):
            self.activate(SHORTCUTS[key])
        else:
            super().handle_event(event)
        self._asks = self._asks and self.form.focus == "leave"

    def _handle_practice(self, event: UiEvent) -> None:
        """Back ends the practice round, and Enter says that we are ready; all else is for the players."""
        is_enter = event.raw.type == pygame.KEYDOWN and event.raw.scancode in WRITE_KEYS
        if event.action is MenuAction.BACK or is_click(event):
            self._practice = None
            self.context.audio.play("back", self.now)
        elif is_enter and self.form["ready"].enabled:
            self.press("ready")

    def _start_practice(self) -> None:
        button, room = self.form["board"], self._session.room
        if isinstance(button, BoardButton) and button.board and room.my_seats:
            self._practice = PracticeScene(self.context, room, button.board, button.preset)
            self.context.audio.play("select", self.now)

    def activate(self, key: str) -> None:
        if key == "ready":
            self.context.own_server.prompt = ""  # it was shown long enough
            self._session.link.send(Ready(not any(seat.ready for seat in self._session.room.my_seats)))
        elif key == "leave":
            self.back()
        elif key == "chat":
            self._send_chat()
        elif key == "board":
            self._start_practice()
        elif key in PAGES:
            self.page = self._page_of(key)
        elif key == "join":
            self._local.press_keys()
        elif key in ("copy", "standby", "copy-key"):
            self._choose_copy(key)
        elif key == "side":
            self._choices.changed_at = self.now
            self._local.choose_side(0, self._choices.fields["side"].index - 1)
        elif key == "map" and self._session.room.lobby and self._session.room.lobby.mode.map_vote:
            self._choices.changed_at = self.now
            self._choices.vote = self._choices.fields["map"].value
            self._session.link.send(MapVote(self._choices.vote))
        else:
            self._choices.changed_at = self.now
            self._send_choice(self._choices.look if key in LOOKS else self._choices.setup)

    def _choose_copy(self, key: str) -> None:
        """Keep a copy here or not; or, as the host, let another computer keep one or not."""
        if key == "copy-key":
            self._choices.copies.press()
        own, copies = self.context.own_server, self._choices.copies
        if copies.shown is copies.here:
            own.consent.wanted = copies.here.on
        elif copies.shown and own.control:
            chosen = STANDBYS[copies.elsewhere.index]
            self.context.settings = replace(self.context.settings, standby=chosen)
            own.control.keep_copies(chosen)

    def _page_of(self, key: str) -> ItemsPage | LocalPlayersPage | PhonesPage:
        if key == "people":
            return LocalPlayersPage(self.context, self._local)
        return PhonesPage(self.context) if key == "phones" else ItemsPage(self.context)

    def back(self) -> None:
        """Leave the line of chat; then ask whether to leave; then leave."""
        if self.form.focus == "chat":
            self.move_focus("ready")
            return
        if self._asks:
            self.request = SimpleRequest.TITLE
        self._asks = True
        self.form.focus_on("leave")

    def _send_chat(self) -> None:
        """Send the line and leave the field, so that keys are keys again; an empty line is not sent."""
        if not self._session.link.is_admitted:
            return  # we are disconnected; the text stays until we are back
        line = clean_chat(self._chat.text)
        if line:
            self._session.send_chat(line)
        self._chat.set_text("")
        self.move_focus("ready")

    def _send_choice(self, choice: Setup | Look) -> None:
        """Send a choice, and keep it for the next room."""
        self._session.link.send(choice)
        if isinstance(choice, Setup):
            keep_setup(self.context, choice)
        else:
            self.context.settings = replace(self.context.settings, colour=choice.colour, character=choice.character)

    def tick(self, now: float) -> None:
        """Follow the server, and play a sound for what others do."""
        super().tick(now)
        if self._practice and self._session.room.my_seats:
            self._practice.tick(now)
        else:
            self._practice = None
        if self._local.tick():
            self.context.audio.play("join", now)
        if self.page:
            self.page.tick(now)
            if self.page.request is not None:
                is_to_start = isinstance(self.page, LocalPlayersPage)
                self.page = None
                if is_to_start:
                    self.move_focus("ready")
        self._chat.hint = WRITING if self.form.focus == "chat" else HINT
        room = self._session.room
        for name in self._cues.update(room.seats, room.spectators, self._session.chat.lines):
            self.context.audio.play(name, now)
            if name == "join":
                self.context.own_server.prompt = ""  # whatever the system has asked, it lets people in
        if now - self._choices.changed_at >= CHANGE_SHOWN:
            self._follow()

    def _follow(self) -> None:
        doctor, ready = self.form["doctor"], self.form["ready"]
        doctor.enabled = bool(self.context.own_server.invitation)
        doctor.hidden = not doctor.enabled
        room, items = self._session.room, self.form["items"]
        own = self.context.own_server
        self._choices.copies.show(room, own.consent, own.control if own.invitation else None)
        items.enabled = room.lobby is not None and room.welcome is not None and ITEMS_WORD in room.welcome.words
        items.hidden = not items.enabled
        if room.lobby is None:
            return
        self._choices.show_setup(room.lobby, room.is_host, room.welcome.words if room.welcome else ())
        self._choices.show_looks(room.seats, room.my_seats)
        self._choices.show_sides(room)
        board, card, own = self.form["board"], self.form["phones"], self.context.own_server
        assert isinstance(board, BoardButton)
        assert isinstance(card, PhoneCard)
        card.link, card.is_open = phone_link_of(own), own.control is None or own.control.choices.takes_pads
        card.enabled, card.hidden = bool(card.link), not card.link
        _, board.box, card.box, _ = self._boxes()
        is_ours = own.control is not None
        name = room.lobby.map if room.lobby.mode.map_vote else self._choices.fields["map"].value
        board.show(name, bool(room.my_seats), is_ours, self._choices.fields["rules"].value)
        ready.enabled = bool(room.my_seats)
        ready.label = button_words(room.seats, room.my_slots)

    def draw(self, canvas: Canvas, now: float) -> None:
        if self.page:
            self.page.draw(canvas, now)
        else:
            super().draw(canvas, now)

    def draw_over(self, canvas: Canvas, now: float) -> None:
        """Draw the practice round, and the question whether to leave."""
        if self._practice:
            x, y, wide, _ = SEATS
            self._practice.draw(canvas, (x, y, wide - 10, BOTTOM - y), now)
        if self._asks:
            is_for_all = bool(self.context.own_server.invitation) and others_here(self._session)
            canvas.panel(RIGHT - EDGE, 562, WIDE + 2 * EDGE, 60, INK, 14, ACCENT, 4)
            for_all = HAND_OVER if self._session.room.is_kept_elsewhere else LEAVE_TO_ALL
            words = for_all if is_for_all else LEAVE
            canvas.text(words, RIGHT + WIDE / 2, 592, BODY, PAPER, "center", WIDE)

    def draw_background(self, canvas: Canvas, now: float) -> None:
        room, own_server = self._session.room, self.context.own_server
        canvas.backdrop(dim=DIM)
        draw_heading(canvas, self._session)
        if own_server.invitation:
            draw_invitation(canvas, own_server.invitation)
        for top, tall in (MATCH_PANEL, YOU_PANEL):
            canvas.panel(RIGHT - EDGE, top, WIDE + 2 * EDGE, tall, (*PANEL, 235), 24)
        heading = tr("The match") if room.is_host else tr("The host chooses")
        canvas.text(heading, RIGHT + 2, 93, BODY, MUTED, width=WIDE - 186)
        canvas.text(tr("You"), RIGHT + 2, YOU_TOP + 8, BODY, MUTED, width=YOU_WIDE)
        area, _, _, info = self._boxes()
        self._choices.copies.draw(canvas)
        draw_seat_cards(canvas, room, area, now, self._local.hints, own_server.control is not None)
        if room.spectators:
            names = [one.name for one in room.spectators]
            shown = listed(names, room.audience.unlisted) if room.audience.unlisted else ", ".join(names)
            text = tr("Watching: {names}", names=shown)
            canvas.text(text, area[0], area[1] + area[3] - 2, SMALL, PAPER, width=area[2])
        internet = self.context.joinable.internet
        prompt = own_server.prompt or listing_words(own_server.control, internet.place if internet else "")
        draw_info(canvas, info, self._session, prompt, now, self._choices.about(self.form.focus))
