"""What is written over the match: the bar, what the players here carry, the chat, and what just happened.

Rule 1: it can be read from a sofa: nothing is smaller than 20 logical units, light on dark or dark on light.
Rule 2: who am I, how long, who is left, what can I do: each has one place that never moves.
Rule 3: where each lies is computed in petard.game.ui.render.play_layout, by the shape of the window.
Rule 4: texts that come and go are kept by petard.game.view.notices, which uses no pygame.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from petard.assets.palette import ACCENT, ALARM, GOOD, INK, MUTED, NIGHT, PANEL, PAPER, PLAYER_COLOURS
from petard.game.texts.phrases import joined, tr
from petard.game.ui.input.key_hints import GAP, ControlHint
from petard.game.ui.layout import Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.foot import draw_foot
from petard.game.ui.render.kill_feed import draw_kill_feed, feed_top
from petard.game.ui.render.last_life import TALL as INSET_TALL
from petard.game.ui.render.mode_line import draw_mode_line
from petard.game.ui.render.play_layout import (
    CHAT_TOP,
    FEED_TOP,
    FOOT_TALL,
    PLATES,
    BarPlace,
    PlayLayout,
    layout_for,
)
from petard.game.ui.render.player_looks import draw_badge
from petard.game.ui.render.small_map import draw_small_map
from petard.game.ui.render.top_bar import draw_top_bar, match_words
from petard.game.view.cart_words import back_line, cart_line, seconds_to_return
from petard.game.view.cues import HURRY
from petard.game.view.item_looks import ILLNESS_WORDS, ITEM_LOOKS, HudForm
from petard.game.view.mode_views import line_of, names_of_winners
from petard.game.view.notices import ChatLine, Notices, SlowLine, reason_words, title_words
from petard.game.view.round_ending import RoundEnding
from petard.game.view.view import PlayerView, View
from petard.shared.protocol.messages import Seat
from petard.shared.rules.items import Item, Raises
from petard.shared.rules.ruleset import TICK_RATE

ROW = 36  # the height of a row of the plate that lists what a player carries
PLATE, PLATE_WIDE = 92, 152  # the width of the plate, where the board is beside it and where it is not
CHAT_TOP_AT_END = 450.0  # below the title that says who won, and the kill feed
HINT = 22  # the text size of hints
CHAT = 20  # the text size of chat
CHAT_ROWS = 4  # for one line of chat
FEW_LETTERS = 8  # fewer than fit into a row
HINT_UNTIL = 9 * 60  # the tick until which the keys are shown
SLOW = 120  # ms: a ping that players notice
PHOTO = tr("PHOTO FINISH")
WATCHING = tr("You are watching.")
OUT = tr("You are out. Watch the others.")
WATCHING_NOW = tr("You are watching. You play the next round.")
OUT_NOW = tr("You are out. You play the next round.")
FATE_LOW, FATE_HIGH = 0.72, 0.34  # where the text about your end stands, of the height
FATE_UP = INSET_TALL + 40.0  # how far above the lower edge of the board it is where it would lie on the inset


@dataclass(frozen=True, slots=True)
class HudInfo:
    """What the HUD needs beside the View."""

    seats: tuple[Seat, ...]
    mine: tuple[int, ...]  # slots of the players at this machine
    round: int
    rounds: int  # best of so many; a draw is played again, so there may be more
    ping: int | None  # ms; None on a server of our own, which has no line
    health_most: int  # what a body can have; 1 where one hit is the end
    keys: str  # a line of hints: what to press
    foot: float = 0.0  # logical units at the bottom that are used by something else
    recorded: bool = False  # a demo: nobody plays here, and there is no connection to a server
    hints: tuple[ControlHint, ...] = ()  # one for each player at this machine
    cart_keys: tuple[str, str] | None = None  # what rolls a cart, and what throws from it; None: there are no carts
    plays_next: bool = False  # the players at this machine surely play the next round
    is_slow: bool = False  # the line brings too few pictures
    fast_forward: str = ""  # how fast the rest of a round between bots runs, and how to skip it


class Hud:
    """Draws the HUD. Keep one for a whole match."""

    def __init__(self) -> None:
        self.notices = Notices()
        self._slow_line = SlowLine()

    def draw(self, canvas: Canvas, view: View, info: HudInfo, now: float) -> None:
        words, banner = match_words(info.round, info.rounds), self.notices.banner(now)
        alarm = self._slow_line.words(info.is_slow, now)
        layout = layout_for(canvas, view, len(info.mine), info.foot)
        draw_top_bar(canvas, layout, view, info.seats, info.mine, words, banner, now, alarm)
        if not layout.room:
            draw_small_map(canvas, layout, view, info.seats, info.mine)
        used = draw_mode_line(canvas, layout, line_of(view.mode, info.seats, info.mine))
        bodies = {player.slot: player for player in view.players}
        for place, slot in enumerate(info.mine[:4]):
            if slot in bodies:
                box = _draw_belongings(canvas, layout, bodies[slot], info, place)
                if place < len(info.hints) and len(info.mine) > 1:
                    _draw_hint(canvas, info.hints[place], box, view, layout.shape is BarPlace.TALL)
        kills, is_over = self.notices.kills.shown(now), view.ending is not None
        draw_kill_feed(canvas, layout, kills, info.seats, info.mine, is_over, used)
        _draw_chat(canvas, self.notices.lines(now), chat_box(canvas, layout, info, is_over))
        self._draw_banner(canvas, layout, view, info, now)
        if not info.recorded:
            _draw_foot(canvas, layout, view, info)

    def _draw_banner(self, canvas: Canvas, layout: PlayLayout, view: View, info: HudInfo, now: float) -> None:
        """The countdown or the newest announcement, and what became of you."""
        words, middle, wide = self.notices.banner(now), canvas.wide / 2, canvas.wide - 80
        title_y = layout.down(0.25)
        if view.go_in > 0:
            canvas.text(str(ceil(view.go_in / 60)), middle, layout.down(0.47), 210, PAPER, "center", shade=INK)
        elif self.notices.is_photo_finish(now):
            canvas.text(PHOTO, middle, title_y, 96, PAPER, "center", wide, shade=INK)
        elif view.ending and self.notices.shows_title(now):
            _draw_ending(canvas, title_y, view.ending, names_of_winners(info.seats, view.mode))
        elif (
            words and words != HURRY and not view.ending
        ):  # the top bar shows that one: here it would hide players who run from the walls
            canvas.text(words, middle, layout.down(0.32), 96, ACCENT, "center", wide, shade=INK)
        own = [body for body in view.players if body.slot in info.mine]
        if (seconds := seconds_to_return(own)) and not view.ending:
            canvas.text(str(seconds), middle, layout.down(0.5), 130, PAPER, "center", shade=INK)
        fate = self.notices.fate(now)
        if fate and not (
            view.ending and self.notices.shows_title(now)
        ):  # low, unless it happened there; on a board that is not shown whole it happened in the middle
            is_high = layout.room and fate.y > view.height * 0.55
            low = layout.bottom - FATE_UP if layout.shape is BarPlace.TOP else layout.down(FATE_LOW)
            y, ink = layout.down(FATE_HIGH) if is_high else low, GOOD if fate.good else PAPER
            canvas.text(fate.text, middle, y, 42, ink, "center", wide, shade=INK)


def _draw_ending(canvas: Canvas, y: float, ending: RoundEnding, names: Mapping[int, str]) -> None:
    title = title_words(ending.winner, names)
    ink, middle = ACCENT if ending.winner >= 0 else PAPER, canvas.wide / 2
    canvas.text(title, middle, y, 84, ink, "center", canvas.wide - 80, shade=INK)
    words = reason_words(ending)
    if not words:
        return
    wide = min(canvas.width_of(words, 40) + 48, canvas.wide - 24)
    canvas.panel(middle - wide / 2, y + 50, wide, 54, (*INK, 230), 20)
    canvas.text(words, middle, y + 77, 40, PAPER, "center", wide - 20)


def chat_box(canvas: Canvas, layout: PlayLayout, info: HudInfo, is_over: bool) -> Box:
    """Where chat is: in the right column, below the board, or at the left edge of it. `is_over`: the round is."""
    bottom = canvas.tall - info.foot
    if layout.shape is BarPlace.SIDES:
        top = CHAT_TOP_AT_END if is_over else CHAT_TOP if len(info.mine) < 4 else CHAT_TOP - PLATES
        return canvas.wide - layout.room + 8, top, layout.room - 16, bottom - top
    if layout.shape is BarPlace.TALL and layout.room:
        top = layout.fields[-1][1] + layout.fields[-1][3] + 10
        return 12.0, top, canvas.wide / 2 - 20, bottom - top
    wide = max(layout.room - 28, 250.0 if layout.room > 150 else 300.0)  # a usual sentence fits into CHAT_ROWS
    return 12.0, layout.fields[0][1] + 10.0, wide, bottom


def belongings(body: PlayerView, health_most: int) -> tuple[tuple[str, str], ...]:
    """Return icon and text for each thing that a player carries."""
    rows = [("heart", str(body.health))] if health_most > 1 else []
    for item in Item:
        look, effect = ITEM_LOOKS[item], item.row.effect
        number = int(getattr(body, effect.field)) if isinstance(effect, Raises) else 0
        match look.form:
            case HudForm.NUMBER:
                rows.append((look.picture, str(number)))
            case HudForm.NUMBER_ABOVE_0 if number:
                rows.append((look.picture, str(number)))
            case HudForm.ON if number:
                rows.append((look.picture, "on"))
    rows += [("item-disease", tr("{number} s", number=ceil(body.ill_left / TICK_RATE)))] if body.ill else []
    return tuple(rows)


def plate_lines(rows: Sequence[tuple[str, str]], is_wide: bool = False) -> list[list[tuple[str, str]]]:
    """Return the rows as lines of a plate: what is only on comes last, without text, and two of them share a line.

    Two of all rows share one on a plate that is wide.

    >>> plate_lines([("a", "2"), ("b", "on"), ("c", "1"), ("d", "on"), ("e", "on")])
    [[('a', '2')], [('c', '1')], [('b', ''), ('d', '')], [('e', '')]]
    """
    lit = [(icon, "") for icon, words in rows if words == "on"]
    counted = [row for row in rows if row[1] != "on"]
    each = 2 if is_wide else 1
    return [counted[at : at + each] for at in range(0, len(counted), each)] + [
        lit[at : at + 2] for at in range(0, len(lit), 2)
    ]


def foot_line(view: View, info: HudInfo) -> str:
    """Return the line at the bottom: that you watch, that you are out, or, at the start, what to press."""
    bodies = [player for player in view.players if player.slot in info.mine]
    if not any(body.alive for body in bodies):
        if (seconds := seconds_to_return(bodies)) and not view.ending:
            return back_line(seconds, bool(view.mode and view.mode.zombies))
        if bodies and info.cart_keys and not view.ending:
            return cart_line(bodies, *info.cart_keys)
        words = (OUT_NOW if bodies else WATCHING_NOW) if info.plays_next else (OUT if bodies else WATCHING)
        return joined(GAP, [words, info.fast_forward])
    ill = next((body.ill for body in bodies if body.alive and body.ill in ILLNESS_WORDS), 0)
    if ill:
        return tr("{illness}! Touch another player to pass it on.", illness=ILLNESS_WORDS[ill])
    return info.keys if view.tick < HINT_UNTIL else ""


def _draw_belongings(canvas: Canvas, layout: PlayLayout, body: PlayerView, info: HudInfo, place: int) -> Box:
    """Draw a plate at the lower left, the lower right, and above those for four players; return its box.

    Below the board all of them stand in a row.
    """
    is_wide = layout.shape is not BarPlace.TOP
    lines = plate_lines(belongings(body, info.health_most), is_wide)
    wide, tall = PLATE_WIDE if is_wide else PLATE, ROW * len(lines) + 12
    x = 12 if place % 2 == 0 else canvas.wide - wide - 12
    y = layout.bottom - 12 - tall - (place // 2) * (PLATES if is_wide else ROW * 6 + 30)
    if layout.shape is BarPlace.TALL:
        x, y = 12 + place * (wide + 12), canvas.tall - info.foot - FOOT_TALL - tall
    seat = next((seat for seat in info.seats if seat.slot == body.slot), None)
    colour = PLAYER_COLOURS[seat.colour % len(PLAYER_COLOURS)] if seat else PANEL
    canvas.panel(x, y, wide, tall, (*NIGHT, 225) if body.alive else (*INK, 200), 14, rim=colour, rim_width=3)
    ink, alpha = (PAPER, 255) if body.alive else (MUTED, 90)
    for row, line in enumerate(lines):
        pitch = 40 if not any(words for _, words in line) else 70
        for column, (icon, words) in enumerate(line):
            left = x + 10 + pitch * column
            canvas.image(icon, left, y + 8 + row * ROW, 32, 32, alpha)
            canvas.text(words, left + 40, y + 24 + row * ROW, 27, ink, "midleft", width=pitch - 40 if is_wide else 36)
    if seat and len(info.mine) > 1:
        draw_badge(canvas, seat.slot, seat.colour, 28, x + wide - 20, y - 12)
    return x, y, wide, tall


def _draw_hint(canvas: Canvas, hint: ControlHint, box: Box, view: View, is_short: bool) -> None:
    """Draw the hint above the plate while the round begins; it stays while the player has no device.

    `is_short`: another plate is close by, so a hint that is wider than its plate is one word.
    """
    if view.tick >= HINT_UNTIL and not hint.is_missing:
        return
    lines = hint.lines
    wide = max(canvas.width_of(line, HINT) for line in lines) + 20
    if is_short and wide > box[2]:
        lines, wide = (hint.word,), canvas.width_of(hint.word, HINT) + 20
    tall = len(lines) * (HINT + 4) + 8
    x, y = box[0] if box[0] < canvas.wide / 2 else box[0] + box[2] - wide, box[1] - tall - 20
    canvas.panel(x, y, wide, tall, (*INK, 225), 10, ALARM if hint.is_missing else None, 3)
    for row, line in enumerate(lines):
        ink = ALARM if hint.is_missing else PAPER
        canvas.text(line, x + wide / 2, y + 4 + (row + 0.5) * (HINT + 4), HINT, ink, "center")


def _draw_chat(canvas: Canvas, lines: Sequence[ChatLine], box: Box) -> None:
    """Draw as many of the newest lines as fit into the box, from its top down."""
    left, top, wide, tall = box
    shown = [(chat_rows(canvas, line.text, wide - 20), MUTED if line.faint else PAPER) for line in lines]
    while sum(len(rows) * (CHAT + 9) + 4 for rows, _ in shown) > tall:
        shown.pop(0)
    y = top
    for rows, ink in shown:
        for words in rows:
            canvas.panel(left, y, canvas.width_of(words, CHAT) + 20, CHAT + 8, (*INK, 215), 9)
            canvas.text(words, left + 10, y + CHAT / 2 + 4, CHAT, ink, "midleft")
            y += CHAT + 9
        y += 4


def chat_rows(canvas: Canvas, text: str, width: float) -> list[str]:
    """Cut a text into CHAT_ROWS rows at most, between words if possible; "…" stands for what is left out."""
    rows: list[str] = []
    rest = " ".join(canvas.said(text).split())
    while rest and len(rows) < CHAT_ROWS:
        kept = max(1, _fitting(canvas, rest, width))
        if kept < len(rest):
            space = rest.rfind(" ", 0, kept + 1)
            kept = space if space > 0 else kept
        rows.append(rest[:kept])
        rest = rest[kept:].lstrip()
    if rest:
        last = f"{rows[-1]} {rest}"
        rows[-1] = last[: _fitting(canvas, last, width, "…")].rstrip() + "…"
    return rows


def _fitting(canvas: Canvas, text: str, width: float, end: str = "") -> int:
    """Return how many letters fit into the width, with `end` after them."""
    most = FEW_LETTERS  # doubled, not all of them at once: each new letter of other scripts is looked up in the fonts
    while most < len(text) and canvas.width_of(text[:most] + end, CHAT) <= width:
        most *= 2
    tried = range(1, min(most, len(text)) + 1)
    return bisect_right(tried, width, key=lambda kept: canvas.width_of(text[:kept] + end, CHAT))


def _draw_foot(canvas: Canvas, layout: PlayLayout, view: View, info: HudInfo) -> None:
    is_out = not any(body.alive for body in view.players if body.slot in info.mine)
    draw_foot(canvas, layout, foot_line(view, info), len(info.mine), info.foot, is_out)
    if info.ping is None:
        return
    colour = MUTED if info.ping < SLOW else ALARM
    y = feed_top(layout) - FEED_TOP + 16
    canvas.text(tr("{number} ms", number=info.ping), canvas.wide - 12, y, 20, colour, "midright", shade=INK)
