"""Plays conversations of a hostile server with a client, by seed, and finds those that the client does not bear.

Rule 1: one seed is one conversation, and depends on no other seed.
Rule 2: a finding says the seed, so that `python -m tests.hostile --seed N` plays it again alone.
"""

import traceback
import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.hostile.hostile_server import HostileServer
from tests.hostile.pure_client import PureClient
from tests.hostile.real_client import RealClient

SENTENCE_MOST = 400  # characters


class Conversation(NamedTuple):
    """How one conversation went. `sentence`: why it ended, "" if it went on. `slowest`: seconds of the longest picture.

    `shown`: how many pictures had a round in them.
    """

    sentence: str
    pictures: int
    shown: int
    slowest: float


def with_session(seed: int, pictures: int) -> Conversation:
    """Play with the client without sockets and pixels."""
    client = PureClient(seed)
    client.run(pictures)
    sentence = client.session.problem
    _check(sentence)
    return Conversation(sentence, len(client.spent), client.shown, max(client.spent))


def with_game(seed: int, pictures: int) -> Conversation:
    """Play with the whole game: a real socket, SDL's dummy drivers, and for every second seed a bot."""
    with TemporaryDirectory() as folder:
        client = RealClient(HostileServer(seed), Path(folder), seed, bot=seed % 2 == 0)
        sentence = client.run(pictures)
    assert bool(sentence) == client.is_over, "it is over without a sentence on the screen"
    _check(sentence)
    return Conversation(sentence, len(client.spent), client.shown, max(client.spent))


def has_controls(text: str) -> bool:
    """True for text with characters that move a cursor, turn the direction or hide; new emoji are none of them."""
    return any(unicodedata.category(mark) in ("Cc", "Cf", "Cs", "Zl", "Zp") for mark in text)


def _check(sentence: str) -> None:
    assert len(sentence) <= SENTENCE_MOST, sentence
    assert not has_controls(sentence), repr(sentence)


CLIENTS: dict[str, Callable[[int, int], Conversation]] = {"session": with_session, "game": with_game}


class Conversations:
    """What came of many conversations. `findings`: tracebacks, by the seed."""

    def __init__(self, client: str, pictures: int) -> None:
        """`client`: a key of CLIENTS. `pictures`: the most of one conversation."""
        self.ended: dict[int, Conversation] = {}
        self.findings: dict[int, str] = {}
        self._client, self._pictures = client, pictures

    def play(self, seeds: Iterable[int]) -> "Conversations":
        """Play all of these; returns itself."""
        for seed in seeds:
            try:
                self.ended[seed] = CLIENTS[self._client](seed, self._pictures)
            except Exception:
                command = f"python -m tests.hostile --client {self._client} --pictures {self._pictures} --seed {seed}"
                self.findings[seed] = f"{traceback.format_exc()}again: {command}"
        return self

    def figures(self) -> dict[str, object]:
        """How many there were, how many ended with a sentence, and the longest picture."""
        every = self.ended.values()
        slowest = max(self.ended, key=lambda seed: self.ended[seed].slowest, default=-1)
        return {
            "client": self._client,
            "conversations": len(self.ended) + len(self.findings),
            "findings": len(self.findings),
            "with_a_sentence": sum(bool(one.sentence) for one in every),
            "sentences": len({one.sentence for one in every} - {""}),
            "pictures": sum(one.pictures for one in every),
            "with_a_round": sum(one.shown for one in every),
            "longest_picture_ms": round(1000 * self.ended[slowest].slowest, 1) if self.ended else 0.0,
            "longest_picture_seed": slowest,
        }
