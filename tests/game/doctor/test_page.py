"""docs/lan.md says what the doctor says; its run is compared in tests/test_found.py."""

from tests.tools.doctor_doc import PAGE, with_tables


def test_the_tables_of_the_page_are_those_of_the_code() -> None:
    text = PAGE.read_text("utf-8")
    assert with_tables(text) == text, "run: python -m tests.tools.doctor_doc"
