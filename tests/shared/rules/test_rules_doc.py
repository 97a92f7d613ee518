"""docs/rules.md says the numbers that the rules play by."""

from dataclasses import fields

from petard.shared.rules.ruleset import RuleSet
from tests.tools.rules_doc import NUMBERS, PAGE, boards, filled, numbers


def test_the_tables_of_the_page_are_those_of_the_rules() -> None:
    page = PAGE.read_text("utf-8")
    assert page == filled(page), "print them with `python -m tests.tools.rules_doc`"
    assert numbers() in page
    assert boards() in page


def test_every_number_of_the_rules_is_on_the_page() -> None:
    assert list(NUMBERS) == [field.name for field in fields(RuleSet) if field.name != "name"]


def test_a_number_that_is_out_of_date_would_be_found() -> None:
    page = PAGE.read_text("utf-8")
    assert "| fuse | 2.5 s | 5 s |" in page
    stale = page.replace("| fuse | 2.5 s | 5 s |", "| fuse | 2.4 s | 5 s |")
    assert filled(stale) == page != stale
