"""Runs cases: those that only wait beside each other, all others one after the other."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from petard.game.devtools.conform.case import Case, CheckedServer
from petard.game.devtools.conform.probe import CaseFailed
from petard.game.devtools.conform.report import Outcome
from petard.game.devtools.conform.visit import Visit

S = TypeVar("S", CheckedServer, Visit)
AT_ONCE = 5  # cases that wait


def run_case(case: Case[S], begin: Callable[[], S], page: str) -> Outcome:
    """Run one case with a fresh CheckedServer or Visit. OSError: the server or the program is missing."""
    problem, start = "", time.monotonic()
    with begin() as subject:
        try:
            case.run(subject)
        except CaseFailed as failed:
            problem = str(failed)
        except OSError as error:
            problem = f"A connection failed: {error.strerror or error}."
        seconds, log = time.monotonic() - start, tuple(subject.log_lines())
    link = f"{page}#{case.section.lower().replace(' ', '-')}"
    return Outcome(case.group, case.name, case.rule, link, problem, log, seconds)


def run_cases(
    cases: Sequence[Case[S]], begin: Callable[[], S], page: str, done: Callable[[Outcome], None]
) -> list[Outcome]:
    """Run cases; `done` is called after each. Return all outcomes, those of the cases that wait at the end."""
    outcomes, begun = [], list[S]()

    def begin_and_note() -> S:
        begun.append(begin())
        return begun[-1]

    for case in (case for case in cases if not case.waits):
        outcomes.append(run_case(case, begin, page))
        done(outcomes[-1])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(run_case, case, begin_and_note, page) for case in cases if case.waits]
        try:
            for future in waiting:
                outcomes.append(future.result())
                done(outcomes[-1])
        except BaseException:  # Ctrl-C, or output that is lost: the cases that run end, and no other begins
            pool.shutdown(wait=False, cancel_futures=True)
            for subject in begun:
                subject.stop()
            raise
    return outcomes
