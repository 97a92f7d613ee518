"""What the lobby shows beside cards and choices: its heading, how friends join, who has won so far, the chat."""

from collections.abc import Sequence

from petard.assets.palette import ACCENT, COOL, INK, MUTED, PANEL, PAPER
from petard.game.client.server_control import ServerControl
from petard.game.client.session import Session
from petard.game.config.arguments import address_of
from petard.game.texts.known_lines import known_line
from petard.game.texts.names import spoken_map
from petard.game.texts.phrases import Phrase, joined, tr
from petard.game.ui.layout import BODY, SMALL, Box, column
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.player_looks import draw_badge
from petard.game.ui.widgets.room_rows import draw_padlock
from petard.game.ui.widgets.score_panels import AWARD_WORDS
from petard.game.view.mode_views import side_counts
from petard.game.view.notices import chat_text
from petard.game.view.rooms import waiting_words
from petard.game.view.tally import MISHAPS, Deed, Tally
from petard.shared.control_channel import ListingState
from petard.shared.protocol.joincode import encode_join_code
from petard.shared.protocol.messages import Seat

LEFT = 28.0
NAME_WIDE = 400.0
WORDS_RIGHT, WORDS_WIDE, WORDS_MIDDLE = 844.0, 404.0, 46.0
WORDS_PITCH = 36.0  # from line to line: holds letters with accents and a rim, which take up to 1.4 times their size
INVITATION: Box = (860.0, 14.0, 248.0, 62.0)
SHORT = 21  # characters of an address that fit into one line
LOCKED = tr("Joining needs the password")
PITCH = 30.0  # from line to line of the chat
PAD = 14.0
BEST = 4  # players of the table of all matches; those at this machine are always among them
TABLE_TOP, TABLE_PITCH = 46.0, 34.0
COUNT_WIDE = 84.0  # a column of it
SO_FAR = tr("So far")
LISTINGS: dict[ListingState, Phrase] = {
    ListingState.LISTED: tr("Everybody finds this room now, in the list of {place}."),
    ListingState.NOT_LISTED: tr("{place} does not reach this room: open its port in the router."),
    ListingState.NO_DIRECTORY: tr("{place} does not answer, so nobody finds this room there yet."),
}
VOTES_SHOWN = 4  # maps
LINE_TIME = 4.0  # seconds
ABOUT_MOST = 3  # lines of what a map, rules or a mode is
ROOMY = 200.0  # a panel of this height has room for that, unasked


def tally_lines(tally: Tally) -> list[tuple[str, str]]:
    """Who won the last match, and the awards of all matches: each is shown for LINE_TIME seconds, with its picture."""
    words = tr("{name} won the last match", name=tally.champion) if tally.champion else SO_FAR
    awards = tally.evening.awards()
    return [
        ("crown", words),
        *(
            (
                "skull" if one.deed in MISHAPS else "crown",
                tr("{award}: {name} x{count}", award=AWARD_WORDS[one.deed], name=one.name, count=one.count),
            )
            for one in awards
        ),
    ]


def draw_tally(canvas: Canvas, box: Box, tally: Tally, seats: Sequence[Seat], mine: Sequence[str], now: float) -> float:
    """Draw one of `tally_lines`, and the best of all matches, at the top of the box; return the height of that.

    `mine`: the names of the players at this machine.
    """
    lines = tally.evening.best(BEST, mine)
    if not lines:
        return 0.0
    x, y, wide, tall = box
    by_name = {seat.name: seat for seat in seats}
    shown = tally_lines(tally)
    picture, words = shown[int(now / LINE_TIME) % len(shown)]
    canvas.image(picture, x + PAD, y + 9, 28, 28)
    canvas.text(words, x + PAD + 36, y + 24, SMALL, ACCENT, "midleft", wide - PAD - 50)
    used = TABLE_TOP + len(lines) * TABLE_PITCH
    if tall < used:
        return 40.0
    for (name, counts), (left, top, _, high) in zip(
        lines, column((x + PAD, y + 44, 0, 32), len(lines), 2), strict=True
    ):
        middle, end = top + high / 2, x + wide - PAD
        if seat := by_name.get(name):
            draw_badge(canvas, seat.slot, seat.colour, 26, left, middle - 13)
        canvas.text(name, left + 36, middle, 24, PAPER, "midleft", end - 2 * COUNT_WIDE - left - 44)
        for place, (picture, deed) in enumerate((("skull", Deed.KILLS), ("crown", Deed.ROUNDS))):
            start = end - (place + 1) * COUNT_WIDE
            canvas.image(picture, start, middle - 14, 28, 28)
            canvas.text(str(counts[deed]), start + 34, middle, 24, PAPER, "midleft", COUNT_WIDE - 36)
    return used


def listing_words(control: ServerControl | None, place: str) -> str:
    """Return what came of the announcement of our room at the directory `place`; "" if there was none."""
    listing = control.listing if control else None
    return LISTINGS[listing].fill(place=place) if listing and place else ""


def vote_words(votes: Sequence[tuple[str, int]]) -> str:
    """Return how the vote on the map stands."""
    if not votes:
        return tr("Vote on the map: choose one as yours.")
    parts = [tr("{map} {count}", map=spoken_map(name), count=count) for name, count in votes[:VOTES_SHOWN]]
    return tr("Votes: {maps}", maps=joined(", ", parts))


def draw_about(canvas: Canvas, box: Box, about: str) -> float:
    """Draw what the map, the rules or the mode is at the top of the box; return the height of that."""
    x, y, wide, _ = box
    size = SMALL * canvas.frame.grow
    lines = canvas.wrap_text(about, size, wide - 32, ABOUT_MOST)
    if canvas.width_of(lines[-1], size) > wide - 32:
        size = SMALL
        lines = canvas.wrap_text(about, size, wide - 32, ABOUT_MOST)
    pitch = PITCH * size / SMALL
    for place, line in enumerate(lines):
        fit, shown = canvas.fitted(line, size, wide - 32)  # no line is larger than another
        canvas.text(shown, x + 16, y + 24 + place * pitch, fit, PAPER, "midleft")
    return len(lines) * pitch + 12


def draw_info(
    canvas: Canvas, box: Box, session: Session, prompt: str, now: float, about: tuple[str, bool] = ("", False)
) -> None:
    """Draw a panel with who has won so far, and as many of the newest lines of chat as there is room for.

    `prompt`: what to answer the system, above the chat, "" for nothing. `about`: a sentence, and if it is asked for:
    then it stands in place of who has won, else where there is room.
    """
    x, y, wide, tall = box
    room, (sentence, is_asked) = session.room, about
    canvas.panel(*box, (*PANEL, 220), 18)
    used = 0.0
    if not is_asked:
        used = draw_tally(canvas, box, room.tally, room.seats, [one.name for one in room.my_seats], now)
    if sentence and (is_asked or (not used and tall > ROOMY)):
        used = draw_about(canvas, box, sentence)
    above = [side_counts(one.side for one in room.wishes.sides)] if room.wishes.sides else []
    above += [vote_words(room.wishes.maps)] if room.lobby and room.lobby.mode.map_vote else []
    for words in above:
        canvas.text(words, x + 16, y + used + 24, SMALL, ACCENT, "midleft", wide - 32)
        used += 36
    most = int((tall - used - PAD) // PITCH)
    shown = [(line, ACCENT) for line in canvas.wrap_text(known_line(prompt), SMALL, wide - 32, 2)] if prompt else []
    shown += [(chat_text(chat), PAPER if chat.name else MUTED) for chat in session.chat.lines]
    top = y + tall - most * PITCH - PAD / 2
    for line, (words, colour) in enumerate(shown[-most:] if most else ()):
        canvas.text(words, x + 16, top + line * PITCH, SMALL, colour, width=wide - 32)


def draw_heading(canvas: Canvas, session: Session) -> None:
    """Draw the name of the room, whether it has a password, and what everybody waits for."""
    name = session.room.welcome.server_name if session.room.welcome else ""
    left, locked = LEFT + 4, session.link.login.has_proved
    middle, size = (34, 40) if locked else (46, 48)
    canvas.text(name or tr("Lobby"), left, middle, size, PAPER, "midleft", NAME_WIDE, shade=INK)
    if locked:
        draw_padlock(canvas, left, 70, ACCENT, 24, "midleft")
        canvas.text(LOCKED, left + 28, 71, SMALL, ACCENT, "midleft", NAME_WIDE - 28, shade=INK)
    words = waiting_words(session.room.seats, session.room.my_slots)
    lines = canvas.wrap_text(words, BODY, WORDS_WIDE - 10, 2)
    for place, line in enumerate(lines):
        y = WORDS_MIDDLE + (place - (len(lines) - 1) / 2) * WORDS_PITCH
        canvas.text(line, WORDS_RIGHT, y, BODY, ACCENT, "midright", WORDS_WIDE, shade=INK)


def draw_invitation(canvas: Canvas, address: str) -> None:
    """Draw what friends type: the join code, if the address has one, and the address."""
    x, y, wide, tall = INVITATION
    code = encode_join_code(*address_of(address))
    if code or len(address) <= SHORT:
        lines = (code or address, address if code else tr("it has no join code"))
    else:
        lines = (address[: len(address) // 2], address[len(address) // 2 :])
    canvas.panel(x, y, wide, tall, COOL, 18)
    for line, middle, size in zip(lines, (34, 62), (34 if code else BODY, SMALL), strict=True):
        canvas.text(line, x + wide / 2, middle, size, INK, "center", wide - 18)
