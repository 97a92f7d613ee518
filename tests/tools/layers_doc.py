"""Print the table of layers in ARCHITECTURE.md: `python -m tests.tools.layers_doc`, with `--write` into the page."""

import sys

from tests.test_architecture import ROOT, layers_table

OPEN, CLOSE = "<!-- table: layers -->\n", "<!-- end -->"


def main() -> None:
    """Print the table, or put it between its marks."""
    if "--write" not in sys.argv:
        sys.stdout.write(layers_table())
        return
    page = ROOT / "ARCHITECTURE.md"
    before, mark, rest = page.read_text("utf-8").partition(OPEN)
    after = rest.partition(CLOSE)[2]
    page.write_text(f"{before}{mark}{layers_table()}{CLOSE}{after}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
