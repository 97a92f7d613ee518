"""Print the tables of what is seen from outside into docs/hosting.md: `python -m tests.tools.seen_doc`."""

import re
from pathlib import Path

from petard.server.http.metrics import rows
from petard.server.http.site import PATHS
from petard.server.http.told import FIELDS, SEAT_FIELDS, table
from tests.server.http.stage import figures

PAGE = Path(__file__).parents[2] / "docs" / "hosting.md"


def _lines(head: str, found: list[str]) -> str:
    columns = head.count("|") - 1
    return "".join(f"{line}\n" for line in (head, "|" + "---|" * columns, *found))


TABLES = {
    "paths": _lines("| path | |", [f"| `{path}` | {about} |" for path, about in PATHS.items()]),
    "status": table(FIELDS),
    "seats": table(SEAT_FIELDS),
    "metrics": _lines(
        "| metric | type | |", [f"| `{name}` | {kind} | {about} |" for name, kind, about in rows(figures())]
    ),
}


def with_tables(page: str) -> str:
    """Return the page with each table as the code has it now."""
    for name, text in TABLES.items():
        between = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        page, count = between.subn(lambda found, text=text: f"{found[1]}{text}{found[2]}", page)  # type: ignore[misc]
        if count != 1:
            raise LookupError(f"the page has {count} places for the table {name}")
    return page


def main() -> None:
    """Write them into the page."""
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
