"""A match as one text that is copied and pasted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.match_text import MATCH_TEXT_MOST, BadMatchText, match_text, read_match_text, setup_with
from petard.shared.protocol.messages import Away, Setup
from petard.shared.rules.item_choice import WEIGHT_MOST, items_text
from petard.shared.rules.items import Item
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.ruleset import PRESETS

NAMES = st.from_regex("[A-Za-z0-9][A-Za-z0-9._-]{0,31}", fullmatch=True)
ITEMS = st.dictionaries(st.sampled_from(Item), st.integers(0, WEIGHT_MOST)).map(items_text)
SETUPS = st.builds(
    Setup,
    NAMES,
    st.sampled_from([*PRESETS]),
    st.integers(1, 9),
    st.integers(0, 63),
    st.integers(0, 3),
    st.sampled_from(Away),
    st.sampled_from([*MODES]),
    st.integers(2, 4),
    st.booleans(),
    ITEMS,
)
MATCH = ("map", "rules", "rounds", "mode", "sides", "friendly_fire", "items")
OTHER = Setup("classic", "duel", 9, 7, 3, Away.STATUE, "crown", 4, True, "kick:1")


@given(SETUPS, SETUPS)
def test_another_host_gets_the_match_that_was_copied_and_keeps_bots_and_absence(setup: Setup, other: Setup) -> None:
    pasted = setup_with(other, match_text(setup))
    match = tuple(getattr(setup, name) for name in MATCH)
    assert match == tuple(getattr(pasted, name) for name in MATCH)
    assert (pasted.bots, pasted.skill, pasted.away) == (other.bots, other.skill, other.away)
    assert decode(encode(pasted)) == pasted


def test_the_longest_match_has_280_characters_at_most() -> None:
    items = items_text(dict.fromkeys(Item, WEIGHT_MOST))
    longest = max(PRESETS, key=len), max(MODES, key=len)
    text = match_text(Setup("m" * 32, longest[0], 9, 63, 3, Away.BOT, longest[1], 4, True, items))
    assert len(text) <= MATCH_TEXT_MOST
    assert setup_with(OTHER, text).items == items


def test_line_ends_and_spaces_that_a_chat_adds_do_not_matter() -> None:
    assert setup_with(OTHER, "  petard\r\n map=temple\n\trules=duel  ") == Setup("temple", "duel", 3, 7, 3, Away.STATUE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "Petard map=temple rules=duel",
        "petard",
        "petard map=temple",
        "petard rules=duel",
        "petard map=temple rules=duel map=classic",
        "petard map= rules=duel",
        "petard map=../../etc rules=duel",
        "petard map=a\u202eb rules=duel",
        "petard map=temple rules=duel sides=5",
        "petard map=temple rules=duel sides=٣",
        "petard map=temple rules=duel rounds=03",
        "petard map=temple rules=duel friendly-fire=true",
        "petard map=temple rules=duel items=kick",
        "petard map=temple rules=duel items=kick:101",
        "petard map=temple rules=duel items=kick:1,kick:2",
        "petard map=temple rules=duel items=,",
        "petard map=temple rules=duel items=rocket:3",
        "petard map=temple rules=duel password=x",
        "petard map=temple rules=duel " + "x" * 400,
        "petard " + "a=b " * 60_000,
    ],
)
def test_what_is_no_match_is_refused_with_one_short_sentence(text: str) -> None:
    with pytest.raises(BadMatchText) as refusal:
        setup_with(OTHER, text)
    sentence = str(refusal.value)
    assert "\n" not in sentence
    assert sentence.isprintable()
    assert len(sentence) < 220


@settings(max_examples=200)
@given(
    st.text()
    | st.lists(st.sampled_from(["petard", "map=a", "rules=duel", "items=", "kick:1", "=", "sides=2"])).map(" ".join)
)
def test_any_text_is_a_match_or_is_refused(text: str) -> None:
    try:
        found = read_match_text(text)
    except BadMatchText:
        return
    assert setup_with(OTHER, text).map == found["map"]
