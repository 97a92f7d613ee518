"""docs/rules.md says the numbers that the rules play by."""

from dataclasses import fields

from petard.shared.rules.ruleset import RuleSet
from tests.tools.links import ROOT
from tests.tools.markdown import fill
from tests.tools.rules_doc import NUMBERS, TABLES


def test_every_number_of_the_rules_is_on_the_page() -> None:
    assert list(NUMBERS) == [field.name for field in fields(RuleSet) if field.name != "name"]


def test_a_number_that_is_out_of_date_would_be_found() -> None:
    page = (ROOT / "docs" / "rules.md").read_text("utf-8")
    assert "| fuse | 2.5 s | 5 s |" in page
    stale = page.replace("| fuse | 2.5 s | 5 s |", "| fuse | 2.4 s | 5 s |")
    assert fill(stale, TABLES) == page != stale
