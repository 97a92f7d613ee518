"""The pytest plugin: the fixture `cut_check`, and a line in the summary where cuts could not be exact.

Rule: every pytest that runs where this is installed loads this module, so it imports nothing else of the package until
      a test asks for the fixture.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from tcpcut import Report, Source, Target


class CutCheck(Protocol):
    """The fixture `cut_check`."""

    def __call__(self, capture: "Source", target: "Target", **options: Any) -> "Report":
        """Run `tcpcut.check` with these arguments; fail with the smallest session that is answered differently."""


@pytest.fixture
def cut_check(request: pytest.FixtureRequest) -> CutCheck:
    """Checks that a server's answers do not depend on how TCP cuts the stream."""
    tcpcut = import_module("tcpcut")

    def run(capture: "Source", target: "Target", **options: Any) -> "Report":
        __tracebackhide__ = True
        try:
            report: Report = tcpcut.check(capture, target, **options)
        except tcpcut.TcpcutError as error:
            pytest.fail(str(error), pytrace=False)
        if not report.exact:
            request.node.user_properties.append(("tcpcut", report.cuts))  # goes to junit.xml, too
        if report.failure:
            test = tcpcut.to_test(report.failure.smallest.capture(), target, {**options, "ways": "recorded"})
            pytest.fail(tcpcut.explain(report, test), pytrace=False)
        return report

    return run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many checks could not cut exactly, and why."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    reasons = [why for test in reports for name, why in getattr(test, "user_properties", ()) if name == "tcpcut"]
    for why in dict.fromkeys(reasons):
        terminalreporter.write_line(f"tcpcut, {reasons.count(why)} checks: {why}")
