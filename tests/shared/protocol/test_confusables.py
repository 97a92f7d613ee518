"""Names that look alike are detected in letters of all scripts; different names stay unchanged."""

import pytest

from petard.shared.protocol.confusables import looks, skeleton
from petard.shared.protocol.names import clean_name, is_name, unique_name

HERE = (
    "Ada",
    "Bob",
    "Fizz",
    "Boomer",
    "Hallo Pop",
    "Willi",
    "O'Neill",
    "Karl-Otto",
    "Stra\u00dfe",
    "Player 10",
    "\u041c\u0438\u043b\u0430\u043d\u0430",
)

# Sixty strings of people who mean no good. Written with \N and \u only: who reads this should see what is in it.
POSING = [
    "ADA", "ada", "aDa", "Ad\u0430", "\u0410d\u0430", "\u0391da", "\u13aada", "\ua4eeda", "\uff21\uff44\uff41",
    "\U0001d400\U0001d41d\U0001d41a", "\u24b6\u24d3\u24d0", "\U0001f170\U0001f173\U0001f170",
    "\U0001f1e6\U0001f1e9\U0001f1e6", "\u1d00\u1d05\u1d00", "\u0251da", "A\u0501a",
    "\u2c80da",
    "B0b", "B\u043eb", "\u0412ob", "\u0392\u03bfb", "Bo\u044c", "B\u0585b", "B\u05e1b",
    "\u13f4ob", "B\u3007b", "\U0001d539\U0001d560\U0001d553", "B\u0966b", "\u0299ob",
    "F\u0456zz", "Fi\u1d22\u1d22", "\ua4ddizz", "F\u13a5zz", "\ufb01zz", "\u0492izz",
    "Boorner", "B\u03bf\u03bfmer", "B00mer", "\u0412\u043e\u043e\u043cer", "Boom\u0435r",
    "Ha1lo Pop", "HaI1o Pop", "Hal\u04cfo Pop", "Ha|lo Pop", "Hallo \u0420op", "\u041dallo Pop",
    "Hallo P\u043ep", "HALLO POP",
    "VViIli", "Wi\uff4cli", "Wil1i",
    "O\u2019Neill", "O`Neill", "\u041e'Neil\u0406",
    "Karl\u2010Otto", "Karl\u2212\u039ftto", "STRASSE", "Player 1O", "P1ayer lo",
    "\u041c\u0438\u043ba\u043da",
]  # fmt: skip
HONEST = [
    "Kai",
    "Kal",
    "Mia",
    "Max",
    "Ida",
    "Ana",
    "Rob",
    "Rod",
    "\u0418\u0434\u0430",
    "\u0410\u043d\u043d\u0430",
    "Zo\u00eb",
    "Zoe",
]


def test_the_list_of_names_is_long_enough() -> None:
    assert len(POSING) == len(set(POSING)) == 60


@pytest.mark.parametrize("name", POSING, ids=ascii)
def test_a_name_that_imitates_another_gets_a_number(name: str) -> None:
    assert is_name(name)
    given = unique_name(name, HERE)
    assert given == f"{name[:14].rstrip()} 2"
    assert is_name(given)
    again = unique_name(name, (*HERE, given))
    assert again.endswith(" 3")


def test_different_names_stay_unchanged() -> None:
    taken: list[str] = []
    for name in HONEST:
        taken.append(unique_name(name, taken))
    assert taken == HONEST


def test_the_skeleton_of_a_skeleton_is_itself() -> None:
    for name in (*HERE, *POSING, *HONEST):
        assert skeleton(skeleton(name)) == skeleton(name)
        assert looks(name) >= {skeleton(name)}


@pytest.mark.parametrize(
    "name",
    ["A\u202eda", "Ad\u200ba", "Ada\u00ad", "A\u0336d\u0336a\u0336\u0336\u0336\u0336", "A\x1b[2Jda", "\u115fAda"],
)
def test_a_name_with_hidden_characters_is_illegal_and_cleaning_removes_them(name: str) -> None:
    assert not is_name(name)
    assert unique_name(clean_name(name), ["Ada", "A\u0336d\u0336a\u0336\u0336\u0336", "A[2Jda"]).endswith(" 2")
