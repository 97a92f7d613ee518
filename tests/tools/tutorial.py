"""Write code, output and pictures into the pages of the tutorial: `python -m tests.tools.tutorial`.

A page says `<!-- code: FILE NAME -->` for a function or class of docs/tutorial/FILE, and `<!-- output: FILE WORDS -->`
for what that program prints. This tool writes the block behind such a line; tests/tutorial/test_pages.py compares it.
"""

import ast
import functools
import os
import re
import subprocess
import sys

from tests.tools.links import ROOT

FOLDER = ROOT / "docs" / "tutorial"
PAGES = sorted(FOLDER.rglob("*.md"))
PICTURES = ("stage5_window.py", "5-window.png"), ("stage7_predict.py", "7-predict.png")
CODE = re.compile(r"(<!-- code: (\S+) (\S+) -->)\n(?:```python\n.*?```\n)?", re.DOTALL)
OUTPUT = re.compile(r"(<!-- output: (\S+) (.+?) -->)\n(?:```\n(.*?)```\n)?", re.DOTALL)


def code_of(file: str, name: str) -> str:
    """Return the lines of a function or class; LookupError if the file has none of that name."""
    source = (FOLDER / file).read_text("utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return "\n".join(source.splitlines()[node.lineno - 1 : node.end_lineno]) + "\n"
    raise LookupError(f"{file} has no {name}")


@functools.cache  # the translations show the same output
def printed(file: str, words: str) -> str:
    """Return a command of the tutorial and what it prints, as a terminal shows it."""
    environment = {**os.environ, "SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    command = [sys.executable, str(FOLDER / file), *words.split()]
    run = subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=60, check=True)
    return f"$ python {file} {words}\n{run.stdout}"


def with_code(page: str) -> str:
    """Return a page with its code as the programs have it now."""
    return CODE.sub(lambda found: f"{found[1]}\n```python\n{code_of(found[2], found[3])}```\n", page)


def with_output(page: str) -> str:
    """Return a page with what the programs print now."""
    return OUTPUT.sub(lambda found: f"{found[1]}\n```\n{printed(found[2], found[3])}```\n", page)


def main() -> None:
    """Write all pages and pictures."""
    for page in PAGES:
        page.write_text(with_output(with_code(page.read_text("utf-8"))), encoding="utf-8", newline="\n")
    for program, picture in PICTURES:
        printed(program, f"picture {picture}")


if __name__ == "__main__":
    main()
