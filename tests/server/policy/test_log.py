"""The log: no flood, no forged line, no control characters."""

from petard.server.policy.log import LINE_MOST, Log, LogLine, shown


def test_equal_lines_are_shown_once_a_second_with_a_count() -> None:
    lines: list[str] = []
    log = Log(lines.append)
    for step in range(1000):
        log.write("a bad frame", now=10 + step / 1000)
    log.write("a bad frame", now=11.0)
    assert lines == ["a bad frame", "a bad frame (and 999 more like this)"]


def test_lines_that_differ_in_numbers_only_are_the_same() -> None:
    lines: list[str] = []
    log = Log(lines.append)
    log.write("a frame of 7 bytes", now=1.0)
    log.write("a frame of 9 bytes", now=1.1)
    log.write("another thing", now=1.1)
    assert lines == ["a frame of 7 bytes", "another thing"]


def test_a_held_line_is_shown_when_due_although_nothing_follows() -> None:
    lines: list[str] = []
    log = Log(lines.append)
    for number in range(4):
        log.write(f"peer {number} left", now=1.0)
    log.flush_due(now=1.5)
    assert lines == ["peer 0 left"]
    log.flush_due(now=2.0)
    assert lines == ["peer 0 left", "peer 3 left (and 2 more like this)"]
    log.flush_due(now=3.0)
    assert len(lines) == 2


def test_a_flood_of_ten_minutes_is_a_dozen_lines_that_count_it() -> None:
    lines: list[str] = []
    log = Log(lines.append)
    for step in range(60_000):
        log.write("a bad frame", now=1 + step / 100)
        if step % 100 == 0:
            log.flush_due(now=1 + step / 100)
    log.close()
    assert len(lines) < 20
    assert sum(1 + int(line.partition("(and ")[2].partition(" ")[0] or 0) for line in lines) == 60_000


def test_after_a_pause_an_equal_line_is_shown_again() -> None:
    lines: list[str] = []
    log = Log(lines.append)
    for now in (1.0, 1.1, 2.0, 2.1, 4.0, 100.0, 101.0):
        log.write("a bad frame", now)
    assert lines[-2:] == ["a bad frame", "a bad frame"]


def test_a_million_lines_of_many_kinds_neither_flood_the_log_nor_the_memory() -> None:
    lines: list[str] = []
    log = Log(lines.append)
    for step in range(100_000):
        log.write(f"pending connection from 10.0.0.{step % 256} is gone: bad", now=1 + step / 100_000, kind="bad")
    log.close()
    assert len(lines) == 2
    for step in range(1000):
        log.write(chr(0x4E00 + step), now=2.0)
    assert len(log.kinds) <= 256


def test_nothing_is_lost_at_the_end() -> None:
    lines: list[str] = []
    log = Log(lines.append)
    for _ in range(3):
        log.write("again", now=1.0)
    log.close()
    assert lines == ["again", "again (and 1 more like this)"]


def test_control_bytes_and_bidi_marks_are_shown_escaped() -> None:
    assert shown("a\x1b[2J\r\nb\u202e\u200b\x7f") == r"a\x1b[2J\r\nb\u202e\u200b\x7f"
    assert shown("Zoë 東京") == "Zoë 東京"


def test_a_line_is_cut() -> None:
    assert len(shown("x" * 100_000)) == LINE_MOST
    assert len(shown("\x00" * 100_000)) == LINE_MOST


def test_every_line_is_escaped() -> None:
    lines: list[str] = []
    log = Log(lines.append)
    log.write("Ada\x1b[2J joined\nroot logged in", now=1.0)
    assert lines == [r"Ada\x1b[2J joined\nroot logged in"]


def test_fields_are_separate_from_the_line_and_escaped() -> None:
    lines: list[str] = []
    log = Log(lines.append)
    for number in range(3):
        log.write(f"Ada\x1b joined for the {number}. time", now=1.0, fields={"name": "Ada\x1b", "peer": number})
    log.flush_due(now=2.0)
    first, second = (line for line in lines if isinstance(line, LogLine))
    assert (first.event, first.fields) == (r"Ada\x1b joined for the 0. time", {"name": r"Ada\x1b", "peer": 0})
    assert second == r"Ada\x1b joined for the 2. time (and 1 more like this)"
    assert second.event == r"Ada\x1b joined for the 2. time"
    assert second.fields == {"name": r"Ada\x1b", "peer": 2, "more": 1}
