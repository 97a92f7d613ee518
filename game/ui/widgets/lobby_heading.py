"""The top of the lobby: what the room is called, whether it asks for a password, what everybody waits for, and what
friends type to come in.
"""

from petard.assets.palette import ACCENT, COOL, INK, PAPER
from petard.game.client.session import Session
from petard.game.config.arguments import address_of
from petard.game.ui.layout import BODY, SMALL, Box
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.widgets.room_rows import padlock
from petard.game.view.lobby_text import waiting_words
from petard.shared.protocol.joincode import encode_join_code

LEFT, NAME_WIDE = 32.0, 400.0
WORDS_RIGHT, WORDS_WIDE, WORDS_MIDDLE = 844.0, 404.0, 46.0
WORDS_PITCH = 36.0  # from line to line: holds letters with accents and a rim, which take up to 1.4 times their size
CORNER: Box = (860.0, 14.0, 248.0, 62.0)  # of the invitation
SHORT = 21  # characters of an address that are read in one line
LOCKED = "Joining needs the password"


def draw_heading(canvas: Canvas, session: Session, invitation: str) -> None:
    """All of it; `invitation` is the address for friends, "" where there is none to tell."""
    name = session.room.welcome.server_name if session.room.welcome else ""
    if session.link.login.has_proved:
        canvas.text(name or "Lobby", LEFT, 34, 40, PAPER, "midleft", NAME_WIDE, shade=INK)
        padlock(canvas, LEFT, 70, ACCENT, 24, "midleft")
        canvas.text(LOCKED, LEFT + 28, 71, SMALL, ACCENT, "midleft", NAME_WIDE - 28, shade=INK)
    else:
        canvas.text(name or "Lobby", LEFT, 46, 48, PAPER, "midleft", NAME_WIDE, shade=INK)
    if invitation:
        _draw_invitation(canvas, invitation)
    lines = canvas.wrap_text(waiting_words(session.room.seats, session.room.my_slots), BODY, WORDS_WIDE - 10, 2)
    top = WORDS_MIDDLE - (len(lines) - 1) * WORDS_PITCH / 2
    for row, line in enumerate(lines):
        y = top + row * WORDS_PITCH
        canvas.text(line, WORDS_RIGHT, y, BODY, ACCENT, "midright", WORDS_WIDE, shade=INK)


def _draw_invitation(canvas: Canvas, text: str) -> None:
    """The join code, if this address has one, and the address."""
    x, y, wide, tall = CORNER
    code = encode_join_code(*address_of(text))
    if code or len(text) <= SHORT:
        lines = (code or text, text if code else "it has no join code")
    else:
        lines = (text[: len(text) // 2], text[len(text) // 2 :])
    canvas.panel(x, y, wide, tall, COOL, 18)
    for line, middle, size in zip(lines, (34, 62), (34 if code else BODY, SMALL), strict=True):
        canvas.text(line, x + wide / 2, middle, size, INK, "center", wide - 18)
