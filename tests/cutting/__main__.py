"""Prints the figures of tests/tcpcut/README.md (minutes).

    python -m tests.cutting
    python -m tests.cutting --runs 200 --times 2     a quicker look

Exit status: 0 if no limit is missed, else 1. On a busy machine times are longer.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from tcpcut import Report, TcpcutError
from tcpcut.delivery import Delivery
from tests.cutting import PROJECT
from tests.cutting.cases import FIFTEEN, Case, splits_found
from tests.cutting.sessions import RIGHT, USUAL_WAYS, RightServer

LOAD = "import time, pytest; begun = time.process_time(); import tcpcut.plugin; print(time.process_time() - begun)"


class Figures:
    """Prints lines, and notes whether a limit was missed."""

    missed = False

    def line(self, text: str, good: bool = True) -> None:
        """Print a line, marked if it is not good."""
        self.missed |= not good
        sys.stdout.write(f"{text}{'' if good else '   <- MISSED'}\n")
        sys.stdout.flush()


def wrong_servers(figures: Figures) -> None:
    """Check the fifteen: the way, the session before and after, and the seconds."""
    figures.line("wrong server                  found by               session          smallest         found  shrunk")
    found = sum(_wrong_server(figures, case) for case in FIFTEEN)
    figures.line(f"{found} of {len(FIFTEEN)} wrong servers are found (at least 14)", found >= 14)


def _wrong_server(figures: Figures, case: Case) -> bool:
    plain = case.check(shrink_seconds=0.0)
    report = case.check()
    failure, name = report.failure, f"{case.server.__name__:<29}"
    if failure is None:
        figures.line(f"{name} not found in {report.runs} runs, {report.seconds:.1f} s")
        return False
    before, after = ("{:>4} bytes {:>2} fr.".format(*session.size) for session in (failure.before, failure.smallest))
    shrunk = max(0.0, report.seconds - plain.seconds)
    good = shrunk <= 5.5 and (not case.smallest or failure.smallest.size[0] <= case.smallest)
    way = failure.way.split(" at ")[0]
    figures.line(f"{name} {way:<21} {before} {after} {plain.seconds:>5.1f} s {shrunk:>5.1f} s", good)
    return True


def right_servers(figures: Figures, runs: int) -> None:
    """Play right servers so many times altogether; none may fail."""
    servers = [server for server in RIGHT.values() if not server.missing]
    for server in RIGHT.values():
        if server.missing:
            figures.line(f"{server.name:<14} left out: {server.missing}")
    total = 0
    for server in servers:
        played, seconds, failed, unsteady = 0, 0.0, 0, 0
        for report in _reports(server, runs // len(servers)):
            played, seconds = played + report.runs, seconds + report.seconds
            failed, unsteady = failed + (report.failure is not None), unsteady + report.unsteady
        total += played
        figures.line(
            f"{server.name:<14} {played:>5} runs, {failed} alarms, {unsteady} differences that did not come again, "
            f"{1000 * seconds / played:.1f} ms a run",
            not failed,
        )
    figures.line(f"{total} runs of right servers (at least {runs})", total >= runs)


def _reports(server: RightServer, runs: int) -> Iterator[Report]:
    played, ways = 0, f"{USUAL_WAYS} every"
    while played < runs:
        report = server.check(ways, seeds=5 if played == 0 else runs - played)
        yield report
        played += report.runs
        ways = "random"


def header_splits(figures: Figures, times: int) -> None:
    """Find the nine cuts inside the headers of a session: asking the kernel, pausing, and neither."""
    for name, kernel, pause in (("the kernel", True, 0.002), ("a pause of 2 ms", False, 0.002), ("nothing", False, 0)):
        counts = [splits_found(Delivery(kernel, pause)) for _ in range(times)]
        exact = kernel and sys.platform == "linux"
        good = not exact or counts == [9] * times
        figures.line(f"cuts inside headers, waiting for {name}: of 9 found {min(counts)} to {max(counts)}", good)


def cost(figures: Figures) -> None:
    """The time of a run in process, and what the plugin adds to the start of pytest."""
    begun = sum(os.times()[:4])  # of this process, and of the servers that have ended
    report = RIGHT["echo"].check("every")
    each, cpu = (1000 * seconds / report.runs for seconds in (report.seconds, sum(os.times()[:4]) - begun))
    figures.line(
        f"{each:.1f} ms a run in process, of {report.runs} runs; {cpu:.1f} of CPU time (at most 10)", each <= 10
    )
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(PROJECT)!r}); {LOAD}"]
    starts = [float(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(5)]
    figures.line(
        f"{1000 * sorted(starts)[2]:.1f} ms more at the start of pytest (at most 30)", sorted(starts)[2] <= 0.03
    )


def main() -> int:
    """Print all figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.cutting", description="Prints the figures of pytest-tcpcut.")
    parser.add_argument("--runs", type=int, default=2000, help="of right servers, altogether (default: %(default)s)")
    parser.add_argument("--times", type=int, default=20, help="to find the nine cuts (default: %(default)s)")
    given = parser.parse_args()
    figures, begun = Figures(), time.monotonic()
    try:
        cost(figures)
        header_splits(figures, given.times)
        wrong_servers(figures)
        right_servers(figures, given.runs)
    except TcpcutError as error:
        figures.line(f"stopped: {error}", good=False)
    figures.line(f"({time.monotonic() - begun:.0f} s)")
    return int(figures.missed)


if __name__ == "__main__":
    sys.exit(main())
