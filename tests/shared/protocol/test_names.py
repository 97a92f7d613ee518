"""Typed text: kept unchanged, or made harmless."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petard.shared.protocol.names import (
    CHAT_MOST,
    MARKS,
    NAME_MOST,
    clean_chat,
    clean_line,
    clean_name,
    is_chat,
    is_display_line,
    is_display_name,
    is_name,
    looks,
    skeleton,
    unique_name,
)

# Written with \N and \u only: who reads this file should see what is in it.
GOOD = [
    "Ada",
    "a",
    "A" * NAME_MOST,
    "Ada 2",
    "O'Neill",
    "x_X_x",
    "<b>Ada</b>",  # harmless: nothing here is HTML
    "%s %d {0}",
    "Robert'); DROP",
    "../../etc",
    "Zo\u00eb",
    "\u6f22\u5b57",  # Han
    "\ud55c\uae00",  # Hangul
    "\u0395\u03bb\u03bb\u03ac\u03b4\u03b1",  # Greek
    "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd",  # Hebrew with points, written right to left
    "\u0645\u0631\u062d\u0628\u0627",  # Arabic
    "\u0928\u092e\u0938\u094d\u0924\u0947",  # Devanagari
    "\u0e01\u0e34\u0e49\u0e19",  # Thai, two marks on one letter
    "\U0001f389",
    "\U0001f9d1 Ada",
    "\U0001faff",  # a picture that Python 3.11 does not know yet
    "q\u0323\u0307",  # two marks for which there is no single code point
]

# What came, and the name that becomes of it.
NASTY = [
    ("", ""),
    (" ", ""),
    ("   \t\n ", ""),
    (" Ada", "Ada"),
    ("Ada ", "Ada"),
    ("Ada  Lovelace", "Ada Lovelace"),
    ("Ada\tB", "Ada B"),
    ("Ada\nB", "Ada B"),
    ("Ada\r\nB", "Ada B"),
    ("Ada\x0bB", "Ada B"),
    ("Ada\x00", "Ada"),
    ("\x00", ""),
    ("\x07\x08\x7f", ""),
    ("\x1b[31mRed\x1b[0m", "[31mRed[0m"),
    ("\x1b]0;title\x07", "]0;title"),
    ("A\x80\x9fB", "AB"),
    ("A\u0085B", "A B"),  # next line
    ("A\u2028B", "A B"),  # line separator
    ("A\u2029B", "A B"),  # paragraph separator
    ("A\u00a0B", "A B"),  # no-break space
    ("A\u3000B", "A B"),  # ideographic space
    ("\u2003Ada\u2009", "Ada"),  # em space, thin space
    ("A\u1680B", "A B"),
    ("Ada\u200b", "Ada"),  # zero-width space
    ("A\u200cd\u200da", "Ada"),  # zero-width joiners
    ("\ufeffAda", "Ada"),  # byte order mark
    ("A\u2060da", "Ada"),  # word joiner
    ("A\u00adda", "Ada"),  # soft hyphen
    ("\u202eadA", "adA"),  # right-to-left override
    ("\u202dAda\u202c", "Ada"),
    ("\u202aA\u202bd\u202ca", "Ada"),  # embeddings
    ("\u2066A\u2067d\u2068a\u2069", "Ada"),  # isolates
    ("\u200eAda\u200f", "Ada"),  # direction marks
    ("\u061cAda", "Ada"),  # Arabic letter mark
    ("\u115fAda", "Ada"),  # Hangul fillers look like nothing
    ("\u1160", ""),
    ("\u3164\u3164\u3164", ""),
    ("\uffa0Ada", "Ada"),
    ("\u2800\u2800", ""),  # empty braille
    ("A\u034fda", "Ada"),  # combining grapheme joiner
    ("A\ufe0fda", "Ada"),  # variation selectors
    ("A\U000e0100da", "Ada"),
    ("A\u180bd\u180ea", "Ada"),
    ("\u17b4Ada\u17b5", "Ada"),
    ("A\U000e0041\U000e0042da", "Ada"),  # tags
    ("\U0001d173Ada", "Ada"),  # musical control
    ("A\ufff9d\ufffba", "Ada"),  # interlinear notes
    ("A\ufffcda", "Ada"),  # object replacement
    ("A\ue000da", "Ada"),  # private use
    ("A\U000f0000da", "Ada"),
    ("A\U0010fffdda", "Ada"),
    ("A\ufdd0da", "Ada"),  # noncharacters
    ("A\ufffeda\uffff", "Ada"),
    ("A\U0001ffffda", "Ada"),
    ("A\u0378da", "Ada"),  # not assigned
    ("A\U000e0fffda", "Ada"),
    ("A\ud800da", "Ada"),  # lone surrogates
    ("\udfffAda", "Ada"),
    ("Zoe\u0308", "Zo\u00eb"),  # composed
    ("\u1112\u1161\u11ab", "\ud55c"),  # Hangul from its letters
    ("\u212b", "\u00c5"),  # the angstrom sign is that letter
    ("\u2126", "\u03a9"),
    ("\u0301Ada", "Ada"),  # a mark with nothing to stand on
    ("Ada \u0301\u0302B", "Ada B"),
    ("\u0489Ada", "Ada"),
    ("q" + "\u0323" * 40, "q" + "\u0323" * MARKS),  # a flood of marks
    ("Z" + "\u0335\u0489" * 9 + "x", "Z\u0335\u0489\u0335x"),
    ("q" + "\u0323\u0903" * 8, "q\u0323\u0903\u0323\u0903\u0323\u0903"),  # spacing marks between them do not help
    ("A" * 17, "A" * 16),
    ("A" * 15 + " B", "A" * 15),
    ("\U0001f389" * 40, "\U0001f389" * 16),
    ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\U0001f469\U0001f467"),  # a family falls apart
    ("\ufdfa" * 3, "\ufdfa" * 3),  # one code point, 18 letters wide; NFC leaves it
]


def test_the_lists_of_names_are_long_enough() -> None:
    assert len({text for text, _ in NASTY}) == len(NASTY) >= 60


@pytest.mark.parametrize("name", GOOD)
def test_a_good_name_is_legal_and_stays_as_it_is(name: str) -> None:
    assert is_name(name)
    assert clean_name(name) == name
    assert is_chat(name)
    assert clean_chat(name) == name


@pytest.mark.parametrize(("text", "name"), NASTY, ids=[ascii(text)[:40] for text, _ in NASTY])
def test_a_nasty_name_is_refused_or_made_harmless(text: str, name: str) -> None:
    assert clean_name(text) == name
    assert is_name(text) == (text == name != "")
    assert name == "" or is_name(name)


@pytest.mark.parametrize(("text", "_name"), NASTY, ids=[ascii(text)[:40] for text, _ in NASTY])
def test_nasty_chat_is_made_harmless_too(text: str, _name: str) -> None:
    line = clean_chat(text)
    assert line == "" or is_chat(line)
    assert clean_chat(line) == line


def test_chat_keeps_its_inner_spaces_and_is_cut_at_its_length() -> None:
    assert clean_chat("  a   b ") == "a   b"
    assert is_chat("a   b")
    assert not is_chat(" a")
    assert not is_chat("")
    assert clean_chat("x" * 500) == "x" * CHAT_MOST
    assert not is_chat("x" * (CHAT_MOST + 1))


def test_a_line_may_be_empty_but_has_no_space_at_an_end_and_no_control() -> None:
    assert is_display_line("")
    assert is_display_line("two  words")
    assert not is_display_line(" word")
    assert not is_display_line("word ")
    assert not is_display_line(" ")
    assert not is_display_line("bell\x07")
    assert not is_display_line("\u0301x")


def test_every_code_point_alone_is_shown_or_refused_as_its_category_says() -> None:
    for number in range(0x110000):
        mark = chr(number)
        if unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
            assert not is_display_line("a" + mark), hex(number)


NEW = "\u0378"  # not assigned in any Unicode so far: what a letter of 2030 is to us


def test_a_letter_of_a_newer_unicode_is_legal_from_a_server_but_not_from_a_client() -> None:
    assert unicodedata.category(NEW) == "Cn"
    assert is_display_name(f"Ada {NEW}")
    assert is_display_line(f"hello {NEW}")
    assert is_display_line(NEW)
    assert not is_name(f"Ada {NEW}")
    assert not is_chat(f"hello {NEW}")
    assert clean_name(f"Ada {NEW}") == "Ada"


@pytest.mark.parametrize(
    "mark", ["\ufdd0", "\uffff", "\U0010fffe", "\u2065", "\ufff0", "\U000e0fff", "\ue000", "\u202e"]
)
def test_a_noncharacter_is_illegal_from_a_server_too(mark: str) -> None:
    assert not is_display_line(f"A{mark}")
    assert not is_display_name(f"A{mark}")
    assert not is_display_line(f"A{mark}")


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_cleaned_text_is_legal_and_cleaning_twice_changes_nothing(text: str) -> None:
    for clean, is_legal in ((clean_name, is_name), (clean_chat, is_chat)):
        cleaned = clean(text)
        assert cleaned == "" or is_legal(cleaned)
        assert clean(cleaned) == cleaned
    assert is_display_line(clean_line(text))


MARKED = st.text(
    st.sampled_from("ae o\u0301\u0308\u0323\u0489\u0903\u0cbf\u0cd5\u1100\u1161\u200b\u0338="), max_size=24
)


@given(MARKED)
@settings(max_examples=200, deadline=None)
def test_cleaned_text_has_no_more_marks_per_letter_than_allowed(text: str) -> None:
    line = clean_line(text)
    assert is_display_line(line)
    height = 0
    for mark in line:
        height = height + 1 if unicodedata.category(mark) in ("Mn", "Me") else 0
        assert height <= MARKS


def test_the_second_ada_is_ada_2() -> None:
    taken: list[str] = []
    for _ in range(12):
        taken.append(unique_name("Ada", taken))
    assert taken == ["Ada", *(f"Ada {number}" for number in range(2, 13))]


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("Ada", [], "Ada"),
        ("ADA", ["Ada"], "ADA 2"),
        ("\uff21da", ["Ada"], "\uff21da 2"),  # a wide A
        ("stra\u00dfe", ["STRASSE"], "stra\u00dfe 2"),
        ("A" * 16, ["A" * 16], "A" * 14 + " 2"),
        ("A" * 13 + " BC", ["A" * 13 + " BC"], "A" * 13 + " 2"),
        ("Ada 2", ["Ada 2"], "Ada 2 2"),
        ("Ada", ["Ada", "Ada 3"], "Ada 2"),
    ],
)
def test_a_name_that_looks_like_another_gets_a_number(wanted: str, taken: list[str], name: str) -> None:
    assert unique_name(wanted, taken) == name
    assert is_name(name)


@given(st.lists(st.text(max_size=20).map(clean_name).filter(bool), max_size=8))
@settings(max_examples=40, deadline=None)
def test_unique_names_are_legal_and_look_different(names: list[str]) -> None:
    taken: list[str] = []
    for name in names:
        taken.append(unique_name(name, taken))
    assert all(map(is_name, taken))
    assert len({unicodedata.normalize("NFKC", name).casefold() for name in taken}) == len(taken)


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
