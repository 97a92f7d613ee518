"""Print the table of settings into docs/hosting.md: `python -m tests.tools.settings_doc`."""

from pathlib import Path

from petard.server.config.maps import read_maps
from petard.server.config.report import rows
from petard.server.config.schema import settings_of

PAGE = Path(__file__).parents[2] / "docs" / "hosting.md"
OPEN, CLOSE = "<!-- table: settings -->\n", "<!-- end -->"


def settings_table() -> str:
    """All settings, in the order of `--help`."""
    lines = [("key", "takes", "default", "live", "what"), ("---",) * 5, *rows(settings_of(read_maps()))]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def with_table(page: str) -> str:
    """Return the page with the table as the code has it now."""
    before, mark, rest = page.partition(OPEN)
    after = rest.partition(CLOSE)[2]
    return f"{before}{mark}{settings_table()}{CLOSE}{after}"


def main() -> None:
    """Write the table into the page."""
    PAGE.write_text(with_table(PAGE.read_text("utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
