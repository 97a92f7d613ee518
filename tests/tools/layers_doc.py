"""Print the table of layers into ARCHITECTURE.md: `python -m tests.tools.layers_doc`."""

from tests.test_architecture import ROOT, layers_table

OPEN, CLOSE = "<!-- table: layers -->\n", "<!-- end -->"


def main() -> None:
    """Put the table between its marks."""
    page = ROOT / "ARCHITECTURE.md"
    before, mark, rest = page.read_text("utf-8").partition(OPEN)
    after = rest.partition(CLOSE)[2]
    page.write_text(f"{before}{mark}{layers_table()}{CLOSE}{after}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
