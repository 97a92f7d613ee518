"""Words that rise over the board are few, short, and never lie on each other."""

from petard.game.view.feats import Rising
from petard.game.view.rising import GAIN_TIME, GREAT_TIME, RISE, TALL, WORDS_MOST, RisingWords


def word(text: str, number: int = 0, x: float = 5.5, great: bool = False) -> Rising:
    return Rising(text, x, 5.5, ("test", number), great)


def shown(words: RisingWords, now: float, rises: bool = True) -> list[tuple[str, float]]:
    return [(one.text, round(lift, 3)) for one, lift in words.shown(now, rises)]


def test_a_word_rises_and_is_gone_after_its_time() -> None:
    words = RisingWords()
    words.add(word("+1 flame"), 10.0)
    lifts = [shown(words, 10.0 + part * GAIN_TIME / 10)[0][1] for part in range(10)]
    assert lifts == sorted(set(lifts))
    assert 0.0 == lifts[0] < lifts[-1] <= RISE
    assert shown(words, 10.01 + GAIN_TIME) == []


def test_a_great_word_is_shown_for_longer() -> None:
    words = RisingWords()
    words.add(word("DOUBLE", great=True), 10.0)
    assert shown(words, 10.01 + GAIN_TIME) != []
    assert shown(words, 10.01 + GREAT_TIME) == []


def test_with_reduced_motion_words_stand_still() -> None:
    words = RisingWords()
    words.add(word("+1 flame"), 10.0)
    assert shown(words, 10.0, rises=False) == shown(words, 10.5, rises=False) == [("+1 flame", 0.0)]


def test_a_word_with_the_same_key_replaces_the_first() -> None:
    words = RisingWords()
    words.add(word("CHAIN x3"), 10.0)
    words.add(word("CHAIN x4"), 10.1)
    assert shown(words, 10.1) == [("CHAIN x4", 0.0)]


def test_words_of_one_place_are_one_above_the_other() -> None:
    words = RisingWords()
    for number in range(3):
        words.add(word(str(number), number), 10.0)
    words.add(word("far", 4, x=15.5), 10.0)
    lifts = dict(shown(words, 10.0))
    assert lifts == {"0": 0.0, "1": round(TALL, 3), "2": round(2 * TALL, 3), "far": 0.0}


def test_a_board_full_of_words_is_bounded() -> None:
    words = RisingWords()
    for number in range(1000):
        words.add(word(str(number), number, x=number * 4.0), 10.0)
    assert [text for text, _ in shown(words, 10.0)] == [str(number) for number in range(1000 - WORDS_MOST, 1000)]
