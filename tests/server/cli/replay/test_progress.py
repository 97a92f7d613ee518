"""The bar is drawn on terminals only, once something takes longer, and leaves nothing behind."""

from io import StringIO

import pytest

from petard.server.cli.replay import progress
from petard.server.cli.replay.progress import ProgressBar


class Terminal(StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


def test_it_is_drawn_after_a_second_and_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("petard.server.cli.replay.progress.time.monotonic", lambda: now[0])
    out = Terminal()
    shown = ProgressBar(200, out)
    now[0] = 100.9
    shown.show(90)
    assert out.getvalue() == ""
    now[0] = 102.0
    shown.show(100)
    shown.show(101)
    assert out.getvalue() == "\r[###############               ]  50 %     2 s left "
    shown.clear()
    lines = out.getvalue().split("\r")
    assert lines[-1] == ""
    assert not lines[-2].strip()
    assert len(lines[-2]) >= len(lines[1])


def test_nothing_is_drawn_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "WAIT", 0.0)
    out = StringIO()
    shown = ProgressBar(2, out)
    shown.show(1)
    shown.clear()
    assert out.getvalue() == ""
