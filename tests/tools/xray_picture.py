"""Makes docs/pictures/xray.png: `python -m tests.tools.xray_picture`. The X-ray over a match, fed with a capture."""

import os
import sys
from pathlib import Path

os.environ |= {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}

from petard.game.ui.screens.match import MatchScreen
from petard.game.ui.screens.xray import XrayScreen
from petard.server.devtools.xray import pieces_of
from petard.shared.demo.capture import read_capture
from tests.game.ui.screens.lobby_person import LobbyPerson

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "pictures" / "xray.png"
SESSION = ROOT / "tests" / "sessions" / "glued_hello.wire"
UNTIL = 0.9  # seconds of the capture


def main() -> None:
    """Draw the match, and over it the X-ray at the second piece that the client sent."""
    person = LobbyPerson()
    person.ends.start()
    person.ends.tick(230)
    traffic = person.context.net_tools.traffic
    traffic.switch_on()
    traffic.begin_connection()
    for is_sent, piece in pieces_of(read_capture(SESSION.read_bytes()), 1):
        if piece.at < UNTIL:
            traffic.add(is_sent, piece.at, piece.data)
    match = MatchScreen(person.context)
    person.context.devices.are_blocked = True  # as while a screen lies over the match
    screen = XrayScreen(person.context)
    screen.press("closer")
    while screen.view.chosen and screen.view.chosen.piece.at > 0.2:
        screen.press("earlier")
    screen.press("earlier")
    person.canvas.begin()
    match.draw(person.canvas, person.ends.now)
    person.canvas.fit_page()
    screen.draw(person.canvas, UNTIL)
    person.canvas.save(FILE)
    sys.stdout.write(f"{FILE.relative_to(ROOT)}: {FILE.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
