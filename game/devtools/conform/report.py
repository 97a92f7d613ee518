"""What the cases of a level gave, as text for people and as JUnit XML for graders."""

from dataclasses import dataclass
from typing import TextIO
from xml.etree import ElementTree

SHOWN_LINES = 6  # of the log, in a failure


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one case gave. `problem`: one sentence, "" if it passed. `log`: the wire, a line each."""

    group: str
    name: str
    rule: str
    link: str
    problem: str
    log: tuple[str, ...]
    seconds: float


def write_outcome(out: TextIO, outcome: Outcome) -> None:
    """Write one line for a case that passed; for one that failed the rule, why, and the last lines of the wire."""
    if not outcome.problem:
        out.write(f"ok    {outcome.group}/{outcome.name}\n")
        return
    out.write(f"FAIL  {outcome.group}/{outcome.name}\n      {outcome.rule} ({outcome.link})\n      {outcome.problem}\n")
    for line in outcome.log[-SHOWN_LINES:]:
        out.write(f"        {line}\n")


def summary(level: str, outcomes: list[Outcome]) -> str:
    """Return the last line: how many passed."""
    passed = sum(not outcome.problem for outcome in outcomes)
    return f"{level}: {passed} of {len(outcomes)} cases pass.\n"


def junit(level: str, outcomes: list[Outcome]) -> bytes:
    """Return the outcomes as JUnit XML, one test suite; the log of a failure is its text."""
    failures = str(sum(bool(outcome.problem) for outcome in outcomes))
    attributes = {"name": f"petard conform {level}", "tests": str(len(outcomes)), "failures": failures}
    suite = ElementTree.Element("testsuite", attributes)
    for outcome in outcomes:
        attributes = {"classname": f"{level}.{outcome.group}", "name": outcome.name, "time": f"{outcome.seconds:.3f}"}
        test = ElementTree.SubElement(suite, "testcase", attributes)
        if outcome.problem:
            failure = ElementTree.SubElement(test, "failure", message=outcome.problem)
            failure.text = "\n".join((outcome.rule, outcome.link, *outcome.log))
    ElementTree.indent(suite)
    text: str = ElementTree.tostring(suite, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()
