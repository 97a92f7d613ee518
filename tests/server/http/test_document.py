"""docs/hosting.md says what the code does: paths, fields and metrics are printed from it."""

from tests.tools.seen_doc import PAGE, with_tables


def test_the_tables_are_those_of_the_code() -> None:
    page = PAGE.read_text("utf-8")
    assert with_tables(page) == page, "run: python -m tests.tools.seen_doc"
