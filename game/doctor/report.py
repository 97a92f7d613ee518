"""The examination as text for a terminal, and as JSON for a program."""

import json
from dataclasses import asdict
from typing import Any

from petard.game.doctor.facts import Facts
from petard.game.doctor.steps import Step, steps
from petard.game.doctor.verdict import verdict

WIDEST = 14  # characters of the longest title


def line_of(step: Step) -> str:
    """One step, as a line of a terminal."""
    return f"  {step.mark.value:<4} {step.sort.value:<{WIDEST}} {step.text}"


def ending_of(facts: Facts) -> str:
    """The sentence and the action."""
    said = verdict(facts)
    return f"{said.sentence}\n{said.action}"


def json_of(facts: Facts) -> str:
    """Everything that was found out, the steps and the verdict, as one JSON object."""
    said = verdict(facts)
    found: dict[str, Any] = asdict(facts)
    found["done"] = sorted(sort.name.lower() for sort in facts.done)
    if facts.reach:
        found["reach"]["way"] = facts.reach.way.name.lower()
    marks = [{"step": step.sort.name.lower(), "mark": step.mark.value, "text": step.text} for step in steps(facts)]
    return json.dumps({"verdict": asdict(said), "steps": marks, "facts": found}, indent=2)
