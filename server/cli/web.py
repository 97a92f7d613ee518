"""`petard-server web`: serves browsers. A room starts it, and tells it on standard input what to do."""

from collections.abc import Sequence

from petard.server.config.config import CliParser
from petard.server.web.process import main as serve


def main(words: Sequence[str]) -> int:
    """Serve until the room ends; returns the exit status."""
    parser = CliParser("web", "Serves pages and WebSockets for a room. The room starts it by itself: see --web.")
    parser.add_argument("--room", action="store_true", required=True, help="a room has started it")
    parser.parse_args(words)
    return serve()
