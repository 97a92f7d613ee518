"""The tables of docs/lan.md: what the doctor says (tests/tools/docs.py)."""

from petard.game.doctor.diagnosis import CASES, PERMIT, PROMPTS
from tests.tools.markdown import Tables, rows_of

SYSTEMS = {"win32": "Windows", "darwin": "macOS"}
EXAMPLES = {
    "host": "192.168.1.20",
    "port": "7777",
    "at": "192.168.1.20",
    "mine": "192.168.1.7",
    "other": "7778",
    "at_other": "192.168.1.20:7778",
    "name": "Den",
    "instead": "Attic",
    "at_instead": "192.168.1.21",
    "theirs": "0.4",
    "their_protocol": "3",
    "yours": "0.3",
    "your_protocol": "2",
    "newer": "0.4",
    "questions": "7777",
    "networks": "192.168.1.0/24",
}

OTHERS = {"unknown name": "ada-laptop", "other network": "10.0.0.5"}  # hosts that fit these better


def cases_table() -> str:
    """Return every sentence with its action, for a server that should be at 192.168.1.20."""
    rows = []
    for case in CASES:
        words = EXAMPLES | {"host": OTHERS.get(case.case, EXAMPLES["host"])}
        rows.append((case.sentence.format(**words), case.action.format(**words)))
    return rows_of("it says", "and what to do", rows=rows)


def prompts_table() -> str:
    """Return how to permit Petard on each system."""
    rows = [(SYSTEMS[system], words) for system, words in PROMPTS.items()]
    return rows_of("system", "what to do", rows=[*rows, ("all others", PERMIT.format(**EXAMPLES))])


TABLES: Tables = {"cases": cases_table, "prompts": prompts_table}
