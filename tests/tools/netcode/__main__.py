"""Print the figures of docs/netcode.md, or write them into it: `python -m tests.tools.netcode [--write] [--quick]`.

Takes about ten minutes; --quick plays for seconds and shows only that it works. All but the last table are the same
on every machine.
"""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean

from tests.lan.quality import Quality
from tests.tools.netcode.key import others_ms, own_ticks
from tests.tools.netcode.play import play
from tests.tools.netcode.slow import play as play_slow
from tests.tools.netcode.traffic import MAPS, bytes_down, bytes_up

PAGE = Path(__file__).parents[3] / "docs" / "netcode.md"
PINGS = (0, 30, 60, 100, 150)  # ms there and back
LINES: dict[str, Quality] = {
    **{f"{ping} ms": Quality(delay=ping / 2000, jitter=0.002, bandwidth=1.25e6) for ping in PINGS},
    "60 ± 15 ms, 1 % loss": Quality(delay=0.0225, jitter=0.015, loss=0.01, bandwidth=1.25e6),
}
PLAYERS = 6
SNAPSHOTS = (20, 30, 60)
SHARES = (0.75, 0.5, 0.25, 0.1)


def percentile(numbers: Sequence[float], percent: float) -> float:
    """The percentile of some numbers; 0.0 if there are none."""
    return sorted(numbers)[min(len(numbers) - 1, int(len(numbers) * percent / 100))] if numbers else 0.0


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def others(quick: bool) -> str:
    """Corrections of the own bodies, and errors of the others."""
    rows = []
    for name, line in LINES.items():
        found = play(line, 8.0 if quick else 60.0, PLAYERS)
        wrong = [error for error in found.corrections if error]
        own = [f"{100 * len(wrong) / max(1, len(found.corrections)):.2f} %", f"{mean(wrong or [0]):.0f}"]
        own.append(f"{max(wrong, default=0):.0f}")
        both = [
            f"{mean(e or [0]):.0f} / {percentile(e, 99):.0f} / {max(e or [0]):.0f}" for e in (found.ahead, found.late)
        ]
        rows.append([name, *own, *both])
    head = ["line", "corrected", "mean", "worst", "others run ahead", "others between snapshots"]
    return _table(head, rows)


def traffic(quick: bool) -> str:
    """Bytes a second to each client."""
    rows = []
    for players, board in MAPS.items():
        down = [bytes_down(players, snapshots, 3.0 if quick else 60.0) for snapshots in SNAPSHOTS]
        cells = [f"{rate / 1000:.1f} kB ({rate / players:.0f} B)" for rate in down]
        rows.append([f"{players} on `{board}`", *cells])
    head = ["players", *(f"{snapshots} snapshots" for snapshots in SNAPSHOTS)]
    (count, size), (held, least) = (bytes_up(60, 3.0 if quick else 60.0, plays) for plays in (True, False))
    up = f"{size:.0f} B in {count:.1f} messages a second while its player does so, {least:.0f} B in {held:.1f} while"
    return f"{_table(head, rows)}\n\nEach client sends {up} one key is held (60 snapshots)."


def own(quick: bool) -> str:
    """Ticks from the own key to the own picture."""
    pings = PINGS[:2] if quick else PINGS
    return _table(
        ["ping", *(f"{ping} ms" for ping in pings)], [["extra ticks", *(str(own_ticks(ping)) for ping in pings)]]
    )


def another(quick: bool) -> str:
    """Milliseconds from a key to another's picture."""
    found = others_ms(20 if quick else 400)
    rows = [
        ["least possible: half a tick and half a picture", "16.7"],
        ["median", f"{percentile(found, 50):.1f}"],
        ["p99", f"{percentile(found, 99):.1f}"],
    ]
    return _table(["own key to another's picture, this machine", "ms"], rows)


def slow(quick: bool) -> str:
    """How old is what a reader on a slow line sees."""
    rows = []
    for players, seconds in ((8, 45.0), (64, 10.0)):
        needed = play_slow(players, seconds).rate if not quick else play_slow(2, 4.0).rate
        for share in SHARES:
            for watches in (False, True):
                found = play_slow(2 if quick else players, 4.0 if quick else seconds, needed * share, watches)
                cut = "yes" if any(word in found.log for word in ("closed", "lost", "unread")) else "no"
                ages = [f"{age:.2f} s" for age in (found.oldest, found.limit(needed * share), found.oldest_of_others)]
                reader = "watches" if watches else "plays"
                rows.append([f"{players}, it {reader}, {share:.0%}", f"{found.states:.1f}", *ages, cut])
    head = [
        "players, reader, share of the bytes needed",
        "states a second",
        "oldest seen",
        "limit",
        "by the others",
        "cut",
    ]
    return _table(head, rows)


TABLES: dict[str, Callable[[bool], str]] = {
    "others": others,
    "traffic": traffic,
    "own": own,
    "another": another,
    "slow": slow,
}


def main() -> None:
    """Measure, and print or write."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.netcode")
    parser.add_argument("tables", nargs="*", help=f"of {', '.join(TABLES)}; without any, all of them")
    parser.add_argument("--write", action="store_true", help="put them into docs/netcode.md")
    parser.add_argument("--quick", action="store_true", help="play for seconds only")
    given = parser.parse_args()
    for name in given.tables or TABLES:
        table = TABLES[name](given.quick)
        sys.stdout.write(f"{name}\n\n{table}\n\n")
        if given.write:
            page = PAGE.read_text("utf-8")
            marks = rf"(<!-- table: {name} -->\n).*?(<!-- end -->)"
            filled = re.sub(marks, lambda found, text=table: f"{found[1]}{text}\n{found[2]}", page, flags=re.DOTALL)  # type: ignore[misc]
            PAGE.write_text(filled, "utf-8")


if __name__ == "__main__":
    main()
