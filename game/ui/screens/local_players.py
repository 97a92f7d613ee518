"""The page of the lobby with the people at this machine: who they are, what they play with, who joins in.

Rule 1: Y on a pad, or J on the keyboard, lets one more person play here, with that pad or with the second keys; the
        same press takes them out again. The lobby and this page take it alike.
Rule 2: each has a name and a look of their own. The names are kept for the next game; who plays is not.
"""

from dataclasses import replace

from petard.assets.palette import ACCENT, ALARM, CHARACTERS, GOOD, MUTED, NIGHT, PAPER, PLAYER_NAMES
from petard.game.client.joining_in import can_change_players, can_choose_sides, change_players, choose_side
from petard.game.texts.phrases import joined, tr
from petard.game.ui.context import ScreenContext
from petard.game.ui.input.key_hints import ControlHint, control_hints
from petard.game.ui.input.local_players import (
    Devices,
    devices_of,
    press_of_keys,
    press_of_pad,
    shares_keyboard,
    without,
)
from petard.game.ui.layout import BODY, SMALL, Box
from petard.game.ui.render.canvas import TALL_WIDTH, WIDTH, Canvas
from petard.game.ui.render.player_looks import draw_badge, draw_portrait
from petard.game.ui.screens.menu import Menu, draw_sheet
from petard.game.ui.widgets.seat_cards import cards_of
from petard.game.ui.widgets.text_field import TextField
from petard.game.ui.widgets.widgets import Button, ChoiceField, Widget
from petard.game.view.mode_views import side_choices
from petard.shared.protocol.field_types import PLAYERS_MOST
from petard.shared.protocol.messages import Look, Seat
from petard.shared.protocol.names import NAME_MOST, clean_name

ANSWERED = 60  # ticks in which a server answers
EDGE = 56.0  # from the side of the page to the rows
HOW = tr("Y on a pad, or J on the keyboard: one more plays here. The same button again: they leave.")
FREE = tr("free: press Y on a pad, or J on the keyboard")
FREE_FOR_PADS = tr("free: press Y on a pad")
ADD = tr("One more at the keyboard (J)")
NOT_HERE = tr("Players join in the lobby, if the server can do it.")


class LocalPlayers:
    """The people at this machine, in a lobby: changes who they are, and tells the server."""

    def __init__(self, context: ScreenContext) -> None:
        assert context.session is not None
        self._context, self._session = context, context.session
        self._wanted: list[str] = []  # the names that were sent and that no Roster has confirmed
        self._before: tuple[Devices, ...] = ()  # the devices to go back to if the server says no
        self._waits = 0  # ticks for that

    @property
    def seats(self) -> list[Seat]:
        return self._session.room.my_seats

    @property
    def hints(self) -> tuple[ControlHint, ...]:
        """What each of them presses."""
        devices, keys = self._context.devices, self._context.settings.keys
        pads = devices.gamepads
        return control_hints(keys, len(self.seats), pads.numbers, devices.chosen, pads.bomb_name)

    @property
    def may_change(self) -> bool:
        return can_change_players(self._session.room) and bool(self.seats)

    def tick(self) -> bool:
        """Let those who have pressed Y on a pad join in or leave; True if one did. Call it once a tick."""
        self._waits -= 1
        if self._wanted and len(self.seats) == len(self._wanted):
            self._wanted = []
        elif self._wanted and self._waits <= 0:  # the server has said why in the chat
            self._wanted, self._context.devices.chosen = [], self._before
        pressed = self._context.devices.gamepads.take_joining()
        for pad in pressed:
            self._change(press_of_pad(self._devices, pad))
        return bool(pressed)

    @property
    def shares_keyboard(self) -> bool:
        """True if two people play at the keyboard."""
        return shares_keyboard(self._devices)

    def press_keys(self) -> None:
        """Let a second person at the keyboard join in, or leave."""
        self._change(press_of_keys(self._devices))

    def leave(self, player: int) -> None:
        """Take out a player, who is not the first."""
        self._change(without(self._devices, player), player)

    @property
    def _devices(self) -> tuple[Devices, ...]:
        devices, count = self._context.devices, len(self._names)
        chosen = devices.chosen
        return chosen if len(chosen) == count else devices_of(count, devices.gamepads.numbers)

    @property
    def _names(self) -> list[str]:
        """The names of those who shall play, as far as the server has not said otherwise."""
        return list(self._wanted) or [seat.name for seat in self.seats]

    def _change(self, after: tuple[Devices, ...], left: int | None = None) -> None:
        before = self._devices
        if not self.may_change or len(after) == len(before):
            return
        names = self._names
        if len(after) > len(before):
            guest = dict(enumerate(self._context.settings.guests)).get(len(before) - 1, "")
            names.append(guest or names[0])
        else:
            gone = left if left is not None else next(n for n, one in enumerate(before) if n and one not in after)
            del names[gone]
        devices = self._context.devices
        self._before = self._before if self._wanted else devices.chosen
        self._wanted, self._waits = names, ANSWERED
        devices.chosen = after if len(after) > 1 else ()
        change_players(self._session.link, self._session.room, tuple(names))

    def rename(self, player: int, name: str) -> None:
        """Give a player another name, and keep it for the next game."""
        names = [seat.name for seat in self.seats]
        names[player] = name
        settings = self._context.settings
        if player:
            guests = [*settings.guests, *[""] * PLAYERS_MOST][: PLAYERS_MOST - 1]
            guests[player - 1] = name
            self._context.settings = replace(settings, guests=tuple(guests))
        else:
            self._context.settings = replace(settings, name=name)
        change_players(self._session.link, self._session.room, tuple(names))

    @property
    def has_sides(self) -> bool:
        """True if they may choose their sides."""
        return can_choose_sides(self._session.room)

    def choose_side(self, player: int, side: int) -> None:
        """Let a player play on a side, -1: on any; that of the first one is kept for the next evening."""
        choose_side(self._session.link, self._session.room, player, side)
        if not player:
            self._context.settings = replace(self._context.settings, side=side)

    def look(self, player: int, colour: int, character: int) -> None:
        self._session.link.send(Look(player, colour, character))
        if not player:
            self._context.settings = replace(self._context.settings, colour=colour, character=character)


class LocalPlayersPage(Menu):
    """Lies over the lobby; `request` says that it is closed."""

    has_tall_page = True
    first_focus = "back"

    def __init__(self, context: ScreenContext, players: LocalPlayers) -> None:
        assert context.session is not None
        self._session, self._players = context.session, players
        self._shown: tuple[object, ...] = ()
        super().__init__(context)

    def _row(self, player: int) -> Box:
        if self.is_tall:
            return EDGE, 170 + player * 212, TALL_WIDTH - 2 * EDGE, 200
        return EDGE, 128 + player * 122, WIDTH - 2 * EDGE, 112

    def widgets(self) -> list[Widget]:
        widgets: list[Widget] = []
        for player, seat in enumerate(self._players.seats):
            widgets += self._widgets_of(player, seat)
        words = tr("The second at the keyboard leaves (J)") if self._players.shares_keyboard else ADD
        add = Button("add", (0, 0, 0, 0), words, size=BODY)
        add.enabled = self._players.may_change
        x, y, wide, _ = self._row(PLAYERS_MOST)
        add.box, back = (x, y, wide * 0.62, 56), (x + wide * 0.64, y, wide * 0.36, 56)
        if self.is_tall:
            add.box, back = (x, y, wide, 56), (x, y + 72, wide, 56)
        return [*widgets, add, Button("back", back, tr("Done"), GOOD, 30)]

    def _widgets_of(self, player: int, seat: Seat) -> list[Widget]:
        x, y, wide, _ = self._row(player)
        name = TextField(f"name:{player}", (0, 0, 0, 0), seat.name, NAME_MOST, tr("name"))
        taken = {other.colour for other in self._session.room.seats if other.member and other.slot != seat.slot}
        free = tuple(word for colour, word in enumerate(PLAYER_NAMES) if colour not in taken - {seat.colour})
        character = ChoiceField(f"character:{player}", (0, 0, 0, 0), "", tuple(CHARACTERS), seat.character, 0.06)
        colour = ChoiceField(f"colour:{player}", (0, 0, 0, 0), "", free, free.index(PLAYER_NAMES[seat.colour]), 0.06)
        if self._players.has_sides:  # those of sides count
            colour = self._side_of(player, seat)
        leave = Button(f"leave:{player}", (0, 0, 0, 0), tr("Leave"), size=SMALL)
        leave.enabled, leave.hidden = player > 0, player == 0
        if self.is_tall:
            half = (wide - 100 - 12) / 2
            name.box, leave.box = (x + 88, y + 10, wide - 232, 52), (x + wide - 132, y + 10, 120, 52)
            character.box, colour.box = (x + 88, y + 76, half, 52), (x + 100 + half, y + 76, half - 12, 52)
        else:
            name.box, leave.box = (x + 100, y + 12, 380, 46), (x + wide - 132, y + 12, 120, 46)
            character.box, colour.box = (x + 500, y + 12, 250, 46), (x + 766, y + 12, 250, 46)
        return [name, character, colour, leave]

    def _side_of(self, player: int, seat: Seat) -> ChoiceField:
        lobby, side = self._session.room.lobby, self._session.room.sides.get(seat.slot)
        chosen = side.side + 1 if side and side.is_chosen else 0
        return ChoiceField(
            f"side:{player}", (0, 0, 0, 0), "", side_choices(lobby.mode.sides if lobby else 0), chosen, 0.06
        )

    def tick(self, now: float) -> None:
        """Follow the server; what somebody types stays."""
        super().tick(now)
        pads = self.context.devices.gamepads.numbers
        seats = tuple(replace(seat, ping=0) for seat in self._players.seats)
        shown = (seats, self._players.may_change, pads, self._session.room.wishes.sides)
        if shown != self._shown and not self.form.typing and self.form.keyboard is None:
            self._shown = shown
            self.arrange()

    def activate(self, key: str) -> None:
        what, _, number = key.partition(":")
        player = int(number or 0)
        if what == "add":
            self._players.press_keys()
        elif what == "leave":
            self._players.leave(player)
            self.move_focus("back")
        elif what == "name":
            field = self.form[key]
            assert isinstance(field, TextField)
            name, seat = clean_name(field.text), self._players.seats[player]
            if name and name != seat.name:
                self._players.rename(player, name)
            field.set_text(name or seat.name)
            self.move_focus(f"character:{player}")
        elif what == "side":
            self._players.choose_side(player, self._choice(key).index - 1)
        else:
            character = self._choice(f"character:{player}")
            colour = self._players.seats[player].colour
            if not self._players.has_sides:
                colour = PLAYER_NAMES.index(self._choice(f"colour:{player}").value)
            self._players.look(player, colour, character.index)

    def _choice(self, key: str) -> ChoiceField:
        field = self.form[key]
        assert isinstance(field, ChoiceField)
        return field

    def draw_background(self, canvas: Canvas, now: float) -> None:
        wide, tall = (TALL_WIDTH, 1168) if self.is_tall else (WIDTH, 688)
        draw_sheet(canvas, 20, 16, wide - 40, tall)
        canvas.text(tr("Players at this computer"), wide / 2, 54, 44, PAPER, "center", wide - 120)
        words = HOW if self._players.may_change else NOT_HERE
        lines = canvas.wrap_text(words, SMALL, wide - 110, 2)
        for place, line in enumerate(lines):
            canvas.text(line, wide / 2, 100 + place * 30, SMALL, ACCENT, "center", wide - 100)
        hints = dict(enumerate(self._players.hints))
        cards = {one.seat.slot: one for one in cards_of(self._session.room)}
        for player in range(PLAYERS_MOST):
            x, y, row, high = self._row(player)
            seat = next(iter(self._players.seats[player : player + 1]), None)
            canvas.panel(x, y, row, high - 6, (*NIGHT, 200 if seat else 90), 18)
            if seat is None:
                free = FREE_FOR_PADS if self._players.shares_keyboard else FREE
                canvas.text(free, x + row / 2, y + high / 2 - 3, BODY, MUTED, "center", row - 60)
                continue
            card = cards[seat.slot]
            draw_portrait(canvas, card.figure, x + 46, y + 92, 62)
            draw_badge(canvas, seat.slot, card.seat.colour, 30, x + 8, y + 6)
            hint = hints.get(player)
            if hint:
                said = joined(" ", list(hint.lines))
                middle = y + (152 if self.is_tall else 80)
                canvas.text(said, x + 100, middle, SMALL, ALARM if hint.is_missing else PAPER, "midleft", row - 130)
