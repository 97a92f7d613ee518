"""The small menus that say or ask one thing: about a connection, a password, the match, and a recording to play on in.

Rule 1: the pause menu says whether the match goes on, and follows when that changes: another player may join while it
        is open. On our own server the match is paused, and can be restarted, only while no other member is there; the
        rest of a round can be skipped there by who is out, in a cart, too, where the bomb key throws bombs.
Rule 2: only a player who lives at this moment of a recording can be taken over; if nobody can be, one sentence says
        why. Going back keeps the moment.
"""

from collections.abc import Mapping

from petard.assets.palette import ACCENT, DANGER, GOOD, INK, MUTED, PANEL, PANEL_LIGHT, PAPER
from petard.game.client.session import Session
from petard.game.texts.known_lines import known_line
from petard.game.texts.phrases import joined, tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.layout import BODY, SMALL, column, row
from petard.game.ui.render.canvas import WIDTH, Canvas
from petard.game.ui.screen import (
    HostGame,
    JoinServer,
    MatchMenuRequest,
    NavigationRequest,
    PlayFromReplay,
    ShowJoin,
    SimpleRequest,
)
from petard.game.ui.screens.menu import Menu, draw_sheet, others_here
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.time_bar import time_words
from petard.game.ui.widgets.widgets import Button, ChoiceField, Switch, Widget, draw_paragraph
from petard.game.view.playback import Playback
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.rerun import require_same_rules
from petard.shared.protocol.joincode import is_mistyped_code
from petard.shared.protocol.names import PASSWORD_MOST
from petard.shared.protocol.scram_client import fault_of
from petard.shared.protocol.snapshot import TABLES

MISTYPED = tr("If that was to be a join code, look at its letters once more.")
LEFT, WIDE = 240.0, 800.0  # of the panel about a connection, and of the fields for a password

PUBLIC = tr("Public: in the list of {place}")
STRANGERS = tr(
    "Everybody can see this room, and learns the address of your network. Without a password all may come in."
)
NOT_LISTED = tr("Only people in this network find this room, and those to whom you give its join code.")
WARNING = tr("You host: the game ends for everybody.")
HANDED_OVER = tr("You host: the game goes on elsewhere.")
PAUSED = (tr("Paused"), tr("The match waits for you."))
RUNNING = (tr("Menu"), tr("The match goes on meanwhile!"))
TO_LOBBY = "/restart"  # the command of the host that ends the match
TALL, GAP = 52.0, 10.0  # of a button of the pause menu, and between two
MANY, TALL_OF_MANY = 8, 46.0  # so many buttons are less tall
TOP, HEAD, INVITED, FOOT = 70.0, 142.0, 30.0, 14.0  # of the panel; above the buttons, with an invitation, and below
PAUSE_BUTTONS: dict[str, tuple[str, NavigationRequest]] = {
    "resume": (tr("Go on"), MatchMenuRequest.RESUME),
    "options": (tr("Options"), MatchMenuRequest.OPTIONS),
    "restart": (tr("Restart the match"), MatchMenuRequest.RESTART),
    "how": (tr("How to play"), MatchMenuRequest.HOW_TO_PLAY),
    "skip": (tr("Skip the rest of the round"), MatchMenuRequest.SKIP),  # in place of "how", for who is out
    "clip": (tr("Keep the last 30 s (F9)"), MatchMenuRequest.SAVE_CLIP),
    "xray": (tr("X-ray of the connection (F8)"), MatchMenuRequest.XRAY),
    "lobby": (tr("End the match: to the lobby"), MatchMenuRequest.RESUME),  # for the host
    "leave": (tr("Leave the game"), SimpleRequest.TITLE),
}

BOTS, RECORDED = tr("bots"), tr("what they did then")
ASK_LEFT, ASK_WIDE = 390.0, 500.0  # of the choices for a take-over


class ConnectingScreen(Menu):
    """Says what the connection waits for; one button cancels.

    It comes by itself, maybe while a player still presses the bomb key, which is Confirm here. Escape and a click
    cancel at once.
    """

    used = 840
    quiet_time = 2.0

    requests: Mapping[str, NavigationRequest] = {"title": SimpleRequest.TITLE}
    words = ""  # what is going on; the Navigator sets it

    def widgets(self) -> list[Widget]:
        return [Button("title", (440, 500, 400, 64), tr("Cancel"), size=32)]

    def draw_background(self, canvas: Canvas, now: float) -> None:
        draw_sheet(canvas, LEFT, 150, WIDE, 440)
        canvas.image(f"bomb-{int(now * 4) % 3}", WIDTH / 2 - 70, 172, 140, 140)
        canvas.text(joined("", [tr("One moment"), "." * (int(now * 3) % 4)]), 486, 360, 48, PAPER, "midleft")
        canvas.text(known_line(self.words), WIDTH / 2, 408, BODY, ACCENT, "center", 740)
        prompt = self.context.own_server.prompt
        draw_paragraph(canvas, known_line(prompt), WIDTH / 2, 442, 740, size=SMALL, anchor="center", pitch=25)


class DisconnectedScreen(Menu):
    """Says in one sentence why there is no connection, and offers what to do next."""

    used = 840

    opening_sound = "offline"

    def __init__(
        self, context: ScreenContext, sentence: str, address: str = "", was_in: bool = False, was_removed: bool = False
    ) -> None:
        """`address`: where to try again, "" where that makes no sense. `was_in`: the server had admitted us.

        `was_removed`: the server removed us, so the focus is not on trying again.
        """
        self.heading = tr("That is over") if was_in else tr("That did not work")
        self.requests = {"again": JoinServer(address), "change": ShowJoin(address), "title": SimpleRequest.TITLE}
        self.address = address
        is_mistyped = bool(address) and not was_in and is_mistyped_code(address)
        self.sentence = joined(" ", [known_line(sentence), MISTYPED if is_mistyped else ""])
        self.first_focus = "title" if was_in and was_removed else ""
        super().__init__(context)

    def widgets(self) -> list[Widget]:
        if not self.address:
            return [Button("title", (380, 536, 520, 66), tr("Back to the title"), size=32)]
        change, title = row(280, 536, 66, (352, 352), 16)
        return [
            Button("again", (280, 456, 720, 66), tr("Try again"), GOOD, 32),
            Button("change", change, tr("Change the address"), size=32),
            Button("title", title, tr("Back to the title"), size=32),
        ]

    def draw_background(self, canvas: Canvas, now: float) -> None:
        draw_sheet(canvas, LEFT, 120, WIDE, 510)
        canvas.image("skull", WIDTH / 2 - 48, 140, 96, 96)
        canvas.text(self.heading, WIDTH / 2, 268, 48, PAPER, "center")
        draw_paragraph(canvas, self.sentence, WIDTH / 2, 322, 720, anchor="center", most=4, pitch=32)


class PasswordScreen(Menu):
    """Asks for the password of a room: a field that hides it, and a switch that shows it.

    Where a directory is set, our own room may do without, and a second switch has it listed there.
    """

    used = 940

    def __init__(self, context: ScreenContext, address: str = "", sentence: str = "") -> None:
        """`address`: of the room to join, "" for our own room, which we host with the password.

        `sentence`: why it asks again, "" the first time.
        """
        self._address = address
        self._directory = context.joinable.internet.place if context.joinable.internet and not address else ""
        self.back_request = ShowJoin(address) if address else SimpleRequest.TITLE
        self.problem = sentence
        self.first_focus = "public" if self._directory else ""
        self._public = Switch("public", (LEFT, 426, WIDE, 54), PUBLIC.fill(place=self._directory), False)
        super().__init__(context)

    def widgets(self) -> list[Widget]:
        field = (LEFT, 232, WIDE, 60)
        self._field = TextField("password", field, "", PASSWORD_MOST, tr("the password"))
        self._field.masked = True
        y, tall = (362, 54) if self._directory else (388, 60)
        switch = Switch("show", (LEFT, y, WIDE, tall), tr("Show what I write"), False)
        back, enter = row(LEFT, 492 if self._directory else 500, 64, (388, 388), 24)
        words = tr("Go in") if self._address else tr("Host a game") if self._directory else tr("Host for friends")
        buttons = [Button("enter", enter, words, GOOD, 36), Button("back", back, tr("Back"))]
        return [self._field, switch, *([self._public] if self._directory else []), *buttons]

    def activate(self, key: str) -> None:
        """Show or hide the password, make the room public or not, or join or host with the password."""
        if key in ("show", "public"):
            self._field.masked ^= key == "show"
            return
        password = self._field.text
        self.problem = "" if self._directory and not password else fault_of(password)
        if self.problem:
            self.form.focus_on("password")
        elif self._address:
            self.request = JoinServer(self._address, password)
        else:
            self.request = HostGame(password, self._public.on)

    def draw_background(self, canvas: Canvas, now: float) -> None:
        heading = tr("A room with a password")
        above = tr("Tell it to your friends, and nobody else comes in:")
        below = tr("It is in no file and counts until you leave the room; you are not asked yourself.")
        if self._address:
            heading = tr("This room has a password")
            above = tr("The host of {address} knows it:", address=self._address)
            below = tr("It is not sent, only proved, and kept until you close the game.")
        elif self._directory:
            heading = tr("Host a game")
            above = tr("With a password only those come in who know it. Leave it empty for none:")
            below = STRANGERS if self._public.on else NOT_LISTED
        draw_sheet(canvas, LEFT - 48, 92, WIDE + 96, 540)
        canvas.text(heading, WIDTH / 2, 146, 54, PAPER, "center", WIDE)
        canvas.text(above, LEFT, 196, SMALL, MUTED, width=WIDE)
        if self.problem:
            canvas.panel(LEFT, 302, WIDE, 58, INK, 14, DANGER, 3)
            canvas.text(known_line(self.problem), WIDTH / 2, 331, SMALL, PAPER, "center", WIDE - 30)
        colour = ACCENT if self._public.on else MUTED
        draw_paragraph(canvas, below, LEFT, 596, WIDE, size=SMALL, colour=colour, pitch=26, centred=True)


class PauseScreen(Menu):
    """The menu over the match: back to the match, options, restart, save a clip, end the match, leave."""

    used = 600

    back_request = MatchMenuRequest.RESUME
    requests: Mapping[str, NavigationRequest] = {key: request for key, (_, request) in PAUSE_BUTTONS.items()}

    def __init__(self, context: ScreenContext, first_focus: str = "resume") -> None:
        self.first_focus = first_focus
        self.opening_sound = "pause" if first_focus == "resume" else ""
        self._is_paused, self._is_out = context.own_server.may_pause, all_out(context.session)
        self._is_host = context.session is not None and context.session.room.is_host
        self._top = TOP + HEAD + (INVITED if context.own_server.invitation else 0)  # of the first button
        super().__init__(context)

    def widgets(self) -> list[Widget]:
        may_skip = self._is_paused and self._is_out
        hidden = {"how" if may_skip else "skip", "" if self._is_paused else "restart", "" if self._is_host else "lobby"}
        keys = [key for key in PAUSE_BUTTONS if key not in hidden]
        self._tall = TALL if len(keys) < MANY else TALL_OF_MANY
        boxes = column((450, self._top, 380, self._tall), len(keys), GAP)
        return [
            Button(key, box, PAUSE_BUTTONS[key][0], *((GOOD, 34) if key == "resume" else (PANEL_LIGHT, 28)))
            for key, box in zip(keys, boxes, strict=True)
        ]

    def press(self, key: str) -> None:
        if key == "lobby" and self.context.session:
            self.context.session.send_chat(TO_LOBBY)
        super().press(key)

    def tick(self, now: float) -> None:
        super().tick(now)
        if self.context.own_server.may_pause is not self._is_paused:
            self._is_paused = self.context.own_server.may_pause
            self.form.widgets = self.widgets()

    @property
    def warning(self) -> str:
        """What leaving does to others, "" if nothing: our own server ends when we leave, and friends may be on it."""
        session = self.context.session
        if session is None or not (self.context.own_server.invitation and others_here(session)):
            return ""
        return HANDED_OVER if session.room.is_kept_elsewhere else WARNING

    def draw_background(self, canvas: Canvas, now: float) -> None:
        """Draw a panel that hides as little as possible."""
        bottom, invitation = self._top + len(self.form.widgets) * (self._tall + GAP), self.context.own_server.invitation
        canvas.panel(410, TOP, 460, bottom - TOP + FOOT + (24 if self.warning else 0), (*PANEL, 240), 30, ACCENT, 4)
        title, words = PAUSED if self._is_paused else RUNNING
        canvas.text(title, WIDTH / 2, TOP + 48, 46, PAPER, "center")
        canvas.text(words, WIDTH / 2, TOP + 98, BODY, MUTED if self._is_paused else ACCENT, "center", 420)
        if invitation:
            canvas.text(
                tr("Friends join {address}", address=invitation), WIDTH / 2, TOP + 131, SMALL, MUTED, "center", 420
            )
        canvas.text(self.warning, WIDTH / 2, bottom + 16, SMALL, ACCENT, "center", 420)


def all_out(session: Session | None) -> bool:
    """True while a round runs that our players only watch, or ride through in carts: none lives or comes back."""
    client_round = session.client_round if session else None
    snapshot = client_round.server_snapshot if client_round else None
    if not session or not client_round or not snapshot or client_round.ending:
        return False
    mine, back = session.room.my_slots, snapshot.tables[TABLES.index("back")]
    return bool(mine) and not any(client_round.is_alive(slot) or slot in back for slot in mine)


class TakeOverMenu(Menu):
    """A dialog over a paused recording: the person chooses a player to take over from here, and the opponents."""

    used = 640

    first_focus = "go"
    back_request = MatchMenuRequest.RESUME

    def __init__(self, context: ScreenContext, playback: Playback, followed: int = -1) -> None:
        """`followed`: the slot that is chosen at first, if it lives."""
        self._playback = playback
        self.tick_shown = min(int(playback.moment), len(playback.demo.digests))
        alive = {body.slot for body in playback.view(self.tick_shown).players if body.alive}
        self.living = [seat for seat in playback.seats if seat.slot in alive]
        self.reason = self._why_not()
        slots, names = [seat.slot for seat in self.living], [seat.name for seat in self.living]
        index = slots.index(followed) if followed in slots else 0
        self._player = ChoiceField("player", (ASK_LEFT, 316, ASK_WIDE, 58), tr("Play as"), names, index)
        self._others = ChoiceField("others", (ASK_LEFT, 386, ASK_WIDE, 58), tr("Others"), (BOTS, RECORDED))
        super().__init__(context)

    def _why_not(self) -> str:
        try:
            require_same_rules(self._playback.demo)
        except DemoError as problem:
            return str(problem)
        return "" if len(self.living) > 1 else tr("This round is over: go back a little.")

    def widgets(self) -> list[Widget]:
        """Two choices and two buttons; only Back if nobody can be taken over."""
        back = Button("back", (ASK_LEFT, 540, ASK_WIDE, 58), tr("Back to the recording"), size=28)
        go = Button(
            "go", (ASK_LEFT, 462, ASK_WIDE, 62), tr("Play on from {time}", time=time_words(self.tick_shown)), GOOD, 32
        )
        return [back] if self.reason else [self._player, self._others, go, back]

    def activate(self, key: str) -> None:
        if key == "go":
            slot = self.living[self._player.index].slot
            is_recorded = self._others.value == RECORDED
            self.request = PlayFromReplay(self._playback.source, self.tick_shown, slot, is_recorded)

    def draw_background(self, canvas: Canvas, now: float) -> None:
        canvas.panel(350, 180, 580, 450, (*PANEL, 244), 30, ACCENT, 4)
        canvas.text(tr("Take over"), WIDTH / 2, 226, 46, PAPER, "center")
        words = known_line(self.reason) or tr("The round goes on from this very tick.")
        draw_paragraph(canvas, words, WIDTH / 2, 280, 520, colour=ACCENT, anchor="center", most=4)
