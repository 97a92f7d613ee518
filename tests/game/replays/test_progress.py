"""A bar on a terminal, and nothing anywhere else."""

import io
from itertools import count

from petard.game.replays.progress import watched


class Terminal(io.StringIO):
    """Takes text and says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_how_long_it_will_take_and_a_clean_line_at_the_end() -> None:
    out, clock = Terminal(), count()
    assert list(watched(range(10), 10, out, lambda: next(clock) * 0.5)) == list(range(10))
    lines = out.getvalue().split("\r")
    assert len(lines) > 5
    assert " 50 %" in out.getvalue()
    assert "0:0" in lines[5]
    assert lines[-2].strip() == lines[-1] == ""
    assert len({len(line) for line in lines[1:-1]}) == 1


def test_a_file_gets_nothing() -> None:
    out = io.StringIO()
    assert list(watched(range(3), 3, out)) == [0, 1, 2]
    assert out.getvalue() == ""
