"""Tables in Markdown, and where they stand in a document: between `<!-- table: NAME -->` and `<!-- end -->`."""

import re
from collections.abc import Callable, Iterable, Mapping

Tables = Mapping[str, Callable[[], str]]


def rows_of(*head: str, rows: Iterable[Iterable[object]]) -> str:
    """Return a table; a `|` in a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def fill(page: str, tables: Tables) -> str:
    """Return a page with its tables as the code has them now; LookupError if one is not there exactly once."""
    for name, table in tables.items():
        between = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        parts = between.split(page)
        if len(parts) != 4:
            raise LookupError(f"the page has {(len(parts) - 1) // 3} places for the table {name}")
        before, opening, closing, after = parts
        page = f"{before}{opening}{table()}{closing}{after}"
    return page
