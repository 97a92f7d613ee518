"""The words that rise over the board: how high each is, and for how long.

Rule 1: WORDS_MOST words at most; the oldest make room. Two at one place never cover each other: the later is higher.
Rule 2: `now` is an argument, in seconds.
"""

from collections.abc import Iterator

from petard.game.view.feats import Rising

WORDS_MOST = 10
GAIN_TIME, GREAT_TIME = 0.9, 1.1  # seconds
RISE = 0.8  # tiles in all
WIDE, TALL = 3.0, 0.7  # tiles: how near two words may begin


class RisingWords:
    """The words of one round."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, int], tuple[float, Rising, float]] = {}  # by key: since when, and how much higher

    def add(self, word: Rising, now: float) -> None:
        before = self._words.pop(word.key, None)
        lift = before[2] if before else 0.0
        while any(_is_near(word, lift, other, height) for _, other, height in self._alive(now)):
            lift += TALL
        self._words[word.key] = now, word, lift
        while len(self._words) > WORDS_MOST:
            del self._words[next(iter(self._words))]

    def shown(self, now: float, rises: bool = True) -> Iterator[tuple[Rising, float]]:
        """The words with the tiles that each is above its place; without `rises` they stand still."""
        for since, word, lift in self._alive(now):
            part = min(1.0, max(0.0, (now - since) / time_of(word)))
            yield word, lift + (RISE * part * (2 - part) if rises else 0.0)

    def _alive(self, now: float) -> list[tuple[float, Rising, float]]:
        return [(since, word, lift) for since, word, lift in self._words.values() if now - since < time_of(word)]


def time_of(word: Rising) -> float:
    """For how many seconds a word is shown."""
    return GREAT_TIME if word.great else GAIN_TIME


def _is_near(word: Rising, lift: float, other: Rising, height: float) -> bool:
    return abs(word.x - other.x) < WIDE and abs(word.y - lift - (other.y - height)) < TALL * 0.99
