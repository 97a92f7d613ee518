"""Write the pages of the labs: `python -m tests.tools.labs [NAME...]`. Each lab is run, and what it prints is shown.

All of a page but what the lab printed follows from the lab itself; tests/game/devtools/test_labs.py compares that.
"""

import re
import subprocess
import sys

from petard.game.devtools.lab.command import LABS
from petard.game.devtools.lab.experiment import Lab
from tests.tools.links import ROOT

FOLDER = ROOT / "docs" / "labs"
PRINTED = re.compile(r"```\n(\$ petard lab .*?)```\n", re.DOTALL)


def page_of(lab: Lab, printed: str) -> str:
    """Return the page of a lab."""
    return f"""# Lab: {lab.name}

**Done wrong on purpose:** {lab.wrong[0].lower()}{lab.wrong[1:]}

**What runs:** {lab.note}

```
{printed}```

**Question.** {lab.question}

<details><summary>Answer</summary>

{lab.answer}

</details>

In Petard, [`{lab.right}`](../../{lab.right}) does it right. In the tutorial: [{lab.stage}](../tutorial/{lab.stage}.md).
[All labs](README.md)
"""


def index() -> str:
    """Return the page with all labs."""
    rows = "".join(f"| [{lab.name}]({lab.name}.md) | {lab.wrong} | {lab.note} |\n" for lab in LABS.values())
    return f"""# Labs: wrong on purpose

Each lab does one thing wrong, against the real server or in a small program beside it, and shows within seconds what
breaks: numbers, one sentence, and a question. `petard lab NAME` starts one; with `--answer` it shows the answer, too.
(Install Petard first; in this copy: `python3 -m venv .venv && .venv/bin/pip install -e .`,
and then `.venv/bin/petard lab`.)
Everything happens on your own computer. No lab opens the game's window.

A *tick* is one step of the game, 60 a second; the *lobby* is where players wait for a match; *let in*: the server has
accepted the player; *Byte N*: how far the stream had come.

| lab | what is done wrong | what runs |
|---|---|---|
{rows}
The [tutorial](../tutorial/README.md) builds the right way step by step.
"""


def printed_by(lab: Lab) -> str:
    """Run a lab; return the command and what it printed, up to the question."""
    command = [sys.executable, "-m", "petard.game", "lab", lab.name]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    _, _, measured = done.stdout.partition("\n\n")
    return f"$ petard lab {lab.name}\n\n{measured.partition('Question:')[0].rstrip()}\n"


def main() -> None:
    """Write the pages of the labs that are named, or of all."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "README.md").write_text(index(), encoding="utf-8", newline="\n")
    for name in sys.argv[1:] or LABS:
        page = page_of(LABS[name], printed_by(LABS[name]))
        (FOLDER / f"{name}.md").write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
