"""The bar is drawn on terminals only, once the work takes longer, and leaves nothing behind."""

import io
from itertools import count

from petard.shared.progress import with_progress


class Terminal(io.StringIO):
    """Takes text and says that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_the_bar_is_drawn_after_a_second_and_removed() -> None:
    now = [100.0]
    out = Terminal()
    shown = []
    for done in with_progress(range(102), 200, out, lambda: now[0]):
        shown.append(out.getvalue())
        now[0] = 100.9 if done < 99 else 102.0
    assert shown[:100] == [""] * 100
    assert shown[100] == shown[101] == "\r[############            ]  50 %   0:02 left "
    lines = out.getvalue().split("\r")
    assert lines[-1] == lines[-2].strip() == ""
    assert len(lines[-2]) >= len(lines[1])


def test_all_lines_have_one_length_while_things_are_passed_on() -> None:
    out, clock = Terminal(), count()
    assert list(with_progress(range(10), 10, out, lambda: next(clock) * 0.5)) == list(range(10))
    lines = out.getvalue().split("\r")
    assert len(lines) > 5
    assert " 50 %" in out.getvalue()
    assert len({len(line) for line in lines[1:-1]}) == 1


def test_nothing_is_drawn_where_nobody_looks() -> None:
    out, clock = io.StringIO(), count()
    assert list(with_progress(range(3), 3, out, lambda: next(clock) * 9.0)) == [0, 1, 2]
    assert out.getvalue() == ""
