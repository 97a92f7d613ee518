"""What is written over the match: the clock, everybody's chip, your own things, and what just happened.

Rule 1: it must be read from a sofa: nothing smaller than 14 logical units, light on dark or dark on light.
Rule 2: who am I, how long, who is left, what can I do: each has one place that never moves.
Rule 3: the words that come and go are kept by game.client.notices, which knows no pygame.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from assets.palette import ACCENT, DANGER, GOOD, INK, MUTED, NIGHT, PANEL, PAPER, PLAYER_COLOURS
from game.client.notices import Line, Notices
from game.client.view import PlayerView, View
from game.ui.camera import ASIDE, FOLLOW_UNDER, LARGEST
from game.ui.canvas import HEIGHT, WIDTH, Canvas
from game.ui.portraits import draw_badge
from game.ui.sheets import Figure, Sheets
from shared.protocol.messages import Seat

BAR = 64  # logical units: the height of the bar
CLOCK = 172  # and the width of the clock in its middle
CHIP = (124, 52)
CHIP_PITCH = CHIP[0] + 7
CHIPS_MOST = 8  # with more players the bar shows small marks
SMALL = 29  # the pitch of the small marks
ROW = 36  # the height of a line of one's own things
PLATE = 92  # and the width of their plate
CHAT = 18  # the size of chat
CHAT_ROWS = 3  # for one line of it
HINT_UNTIL = 9 * 60  # the tick to which the keys are shown
LATE = 30 * 60  # ticks left at which the clock turns warm
AWAY_SHADE = 110  # how dark the mark of somebody is whose line is lost, of 255
SLOW = 120  # ms: a ping that is felt
WATCHING = "You are watching."
OUT = "You are out. Watch the others."


@dataclass(frozen=True, slots=True)
class Standing:
    """What the HUD needs beside the View: the room's side of things."""

    seats: tuple[Seat, ...]
    mine: tuple[int, ...]  # slots of the people at this machine
    round: int
    rounds: int  # best of so many; a draw is played again, so there may be more
    ping: int  # ms
    health_most: int  # what a body can have; 1 where one hit is the end
    keys: str  # a line that says what to press
    foot: float = 0.0  # logical units at the bottom that belong to something else
    recorded: bool = False  # nobody plays here, and there is no line to a server


class Hud:
    """Draws all of it. Keep one for a whole match."""

    def __init__(self) -> None:
        self.notices = Notices()
        self._faces = Sheets()

    def draw(self, canvas: Canvas, view: View, standing: Standing, now: float) -> None:
        """Draw everything over the painter's picture."""
        self._faces.resize(canvas.length(40))
        canvas.box(0, 0, WIDTH, BAR, NIGHT)
        _draw_clock(canvas, view, standing)
        self._draw_players(canvas, view, standing)
        bodies = {player.slot: player for player in view.players}
        for place, slot in enumerate(standing.mine[:4]):
            if slot in bodies:
                _draw_belongings(canvas, bodies[slot], standing, place)
        _draw_chat(canvas, self.notices.lines(now), margin(view))
        self._draw_banner(canvas, view, now)
        if not standing.recorded:
            _draw_foot(canvas, view, standing)

    def _draw_players(self, canvas: Canvas, view: View, standing: Standing) -> None:
        bodies = {player.slot: player for player in view.players}
        seats = [seat for seat in standing.seats if seat.slot in bodies]
        half = (len(seats) + 1) // 2
        for place, seat in enumerate(seats):
            own, alive = seat.slot in standing.mine, bodies[seat.slot].alive
            if len(seats) > CHIPS_MOST:
                _draw_small(canvas, seat, alive, own, *_small_place(place, half))
                continue
            side = (WIDTH - CLOCK) / 2 - half * CHIP_PITCH if place < half else (WIDTH + CLOCK) / 2 + 7
            self._draw_chip(canvas, seat, alive, own, side + place % half * CHIP_PITCH)

    def _draw_chip(self, canvas: Canvas, seat: Seat, alive: bool, own: bool, x: float) -> None:
        ground = (PAPER if own else PANEL) if alive else INK
        ink = (INK if own else PAPER) if alive else MUTED
        canvas.panel(x, 6, *CHIP, ground, 12)
        if alive:
            figure = Figure(seat.character, seat.colour, seat.slot)
            canvas.stamp(("face", figure), lambda: self._faces.body(figure, 0), x + 24, 57, "midbottom")
        else:
            canvas.picture("skull", x + 6, 13, 36, 36, 190)
        canvas.text(seat.name, x + 48, 9, 20, ink, width=CHIP[0] - 54)
        draw_badge(canvas, seat.slot, seat.colour, 22, x + 48, 32)
        for crown in range(min(2, seat.wins)):
            canvas.picture("crown", x + 74 + crown * 22, 32, 22, 22)
        if seat.wins > 2:
            canvas.text(f"+{seat.wins - 2}", x + CHIP[0] - 4, 34, 17, ink, "topright", width=20)
        if seat.away:
            canvas.panel(x, 6, *CHIP, (*NIGHT, AWAY_SHADE), 12)
            canvas.panel(x + 2, 36, 46, 21, INK, 8)
            canvas.text("away", x + 25, 46, 17, ACCENT, "center", 42)

    def _draw_banner(self, canvas: Canvas, view: View, now: float) -> None:
        """The countdown or the newest word for everybody, and what became of you."""
        words = self.notices.banner(now)
        if view.go_in > 0:
            _draw_number(canvas, ceil(view.go_in / 60))
        elif words:
            colour = DANGER if words.startswith("HURRY") else ACCENT
            canvas.text(words, WIDTH / 2, HEIGHT * 0.32, 96, colour, "center", shade=INK)
        fate = self.notices.fate(now)
        if fate:
            canvas.text(fate.text, WIDTH / 2, HEIGHT * 0.72, 42, GOOD if fate.good else PAPER, "center", shade=INK)


def _draw_number(canvas: Canvas, number: int) -> None:
    """Larger than any other text, with a rim that is thin for its size."""
    tall, rim = canvas.length(210), canvas.length(6)
    key = ("number", number, tall)
    canvas.stamp(
        key, lambda: canvas.fonts.render(str(number), tall, PAPER, INK, rim), WIDTH / 2, HEIGHT * 0.47, "center"
    )


def margin(view: View) -> float:
    """Logical units beside a board that is shown whole; 0 for one that is not.

    >>> margin(View(0.0, 15, 15, bytes(225))), margin(View(0.0, 60, 30, bytes(1800)))
    (312.0, 0.0)
    """
    side = min((WIDTH - 2 * ASIDE) / view.width, (HEIGHT - BAR) / view.height, LARGEST)
    return round((WIDTH - side * view.width) / 2, 3) if side >= FOLLOW_UNDER else 0.0


def clock(ticks: float) -> str:
    """Minutes and seconds, rounded up, so that 0:00 means that it is over.

    >>> clock(7200), clock(59), clock(0)
    ('2:00', '0:01', '0:00')
    """
    seconds = ceil(ticks / 60)
    return f"{seconds // 60}:{seconds % 60:02}"


def round_words(standing: Standing) -> str:
    """Which round it is, and how many it takes to win the match.

    >>> round_words(Standing((), (), 5, 3, 0, 1, ""))
    'Round 5 · first to 2'
    """
    return f"Round {standing.round} · first to {standing.rounds // 2 + 1}"


def belongings(body: PlayerView, health_most: int) -> tuple[tuple[str, str], ...]:
    """Icon and words for each thing that somebody carries."""
    rows = [("heart", str(body.health))] if health_most > 1 else []
    rows += [("item-bomb", str(body.bombs)), ("item-flame", str(body.flame)), ("item-skate", str(body.skate))]
    rows += [("item-kick", "on")] if body.kick else []
    rows += [("item-shield", str(body.shields))] if body.shields else []
    return tuple(rows)


def foot_line(view: View, standing: Standing) -> str:
    """The line at the bottom: that you watch, that you are out, or, at the start, what to press."""
    bodies = [player for player in view.players if player.slot in standing.mine]
    if not bodies:
        return WATCHING
    if not any(body.alive for body in bodies):
        return OUT
    return standing.keys if view.tick < HINT_UNTIL else ""


def _draw_clock(canvas: Canvas, view: View, standing: Standing) -> None:
    canvas.panel((WIDTH - CLOCK) / 2, 4, CLOCK, BAR - 8, PANEL, 14)
    late = view.hurry or view.ticks_left <= LATE
    canvas.text(clock(view.ticks_left), WIDTH / 2, 25, 42, ACCENT if late else PAPER, "center")
    canvas.text(round_words(standing), WIDTH / 2, 49, 17, MUTED, "center", width=CLOCK - 16)


def _small_place(place: int, half: int) -> tuple[float, float]:
    """Where a small mark goes: two rows left and two rows right of the clock."""
    if place < half:
        return (WIDTH - CLOCK) / 2 - ((half + 1) // 2 - place // 2) * SMALL - 4, 3 + place % 2 * SMALL
    place -= half
    return (WIDTH + CLOCK) / 2 + place // 2 * SMALL + 6, 3 + place % 2 * SMALL


def _draw_small(canvas: Canvas, seat: Seat, alive: bool, own: bool, x: float, y: float) -> None:
    if own:
        canvas.panel(x, y, SMALL, SMALL, PAPER, 8)
    if alive:
        draw_badge(canvas, seat.slot, seat.colour, 24, x + 2.5, y + 2.5)
    else:
        canvas.picture("skull", x + 4.5, y + 4.5, 20, 20, 130)
    if seat.away:
        canvas.panel(x + 1, y + 1, SMALL - 2, SMALL - 2, (*NIGHT, AWAY_SHADE), 8)


def _draw_belongings(canvas: Canvas, body: PlayerView, standing: Standing, place: int) -> None:
    """A plate at the edge: left and right below for two people, above those for four."""
    rows = belongings(body, standing.health_most)
    tall = ROW * len(rows) + 12
    x = 12 if place % 2 == 0 else WIDTH - PLATE - 12
    y = HEIGHT - standing.foot - 12 - tall - (place // 2) * (ROW * 6 + 30)
    seat = next((seat for seat in standing.seats if seat.slot == body.slot), None)
    colour = PLAYER_COLOURS[seat.colour % len(PLAYER_COLOURS)] if seat else PANEL
    canvas.panel(x, y, PLATE, tall, (*NIGHT, 225) if body.alive else (*INK, 200), 14, rim=colour, rim_width=3)
    for row, (icon, words) in enumerate(rows):
        canvas.picture(icon, x + 10, y + 8 + row * ROW, 32, 32, 255 if body.alive else 90)
        canvas.text(words, x + 50, y + 24 + row * ROW, 27, PAPER if body.alive else MUTED, "midleft", width=PLATE - 56)
    if seat and len(standing.mine) > 1:
        draw_badge(canvas, seat.slot, seat.colour, 28, x + PLATE - 20, y - 12)


def _draw_chat(canvas: Canvas, lines: Sequence[Line], room: float) -> None:
    """Lines at the left edge; `room` is what the board leaves free there; they keep to it if they can."""
    y = BAR + 10.0
    wide = max(room - 28, 250.0 if room > 150 else 300.0)  # a usual sentence fits into CHAT_ROWS
    for line in lines:
        for words in broken(canvas, line.text, wide - 20):
            canvas.panel(12, y, canvas.width_of(words, CHAT) + 20, CHAT + 8, (*INK, 110 if line.faint else 200), 9)
            canvas.text(words, 22, y + CHAT / 2 + 4, CHAT, MUTED if line.faint else PAPER, "midleft")
            y += CHAT + 9
        y += 4


def broken(canvas: Canvas, text: str, width: float) -> list[str]:
    """Cut into CHAT_ROWS at most, between words where it can; what is left out is a "…" at the end."""
    rows: list[str] = []
    rest = " ".join(text.split())
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
    """How many letters fit into the width, with `end` after them."""
    return bisect_right(range(1, len(text) + 1), width, key=lambda kept: canvas.width_of(text[:kept] + end, CHAT))


def _draw_foot(canvas: Canvas, view: View, standing: Standing) -> None:
    words = foot_line(view, standing)
    if words:
        wide = canvas.width_of(words, 24) + 36
        canvas.panel((WIDTH - wide) / 2, HEIGHT - 44, wide, 38, (*INK, 225), 14)
        canvas.text(words, WIDTH / 2, HEIGHT - 25, 24, PAPER, "center")
    colour = MUTED if standing.ping < SLOW else DANGER
    canvas.text(f"{standing.ping} ms", WIDTH - 12, BAR + 16, 18, colour, "midright", shade=INK)
