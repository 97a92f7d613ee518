"""The one secret: its digest is all that is kept, each counts once, and none is lost with the line that carried it."""

import random

from petard.server.room.rejoin import RejoinToken, token_digest

TOKENS = [f"{number:032x}" for number in range(1, 5)]


def test_nothing_that_is_kept_or_shown_is_the_token() -> None:
    claim = RejoinToken()
    claim.renew(TOKENS[0], TOKENS[1])
    assert claim.fits(token_digest(TOKENS[0]))
    assert all(token not in repr(claim) for token in TOKENS)
    assert all(len(kept) == 32 for kept in (claim.current, claim.previous))


def test_a_token_counts_until_the_next_one_has_arrived_and_no_longer() -> None:
    claim = RejoinToken()
    claim.renew("", TOKENS[0])
    claim.renew(TOKENS[0], TOKENS[1])
    assert [claim.fits(token_digest(token)) for token in TOKENS] == [True, True, False, False]
    claim.renew(TOKENS[0], TOKENS[2])  # the Welcome with the second was lost on its way
    assert [claim.fits(token_digest(token)) for token in TOKENS] == [True, False, True, False]
    claim.confirm()
    assert [claim.fits(token_digest(token)) for token in TOKENS] == [False, False, True, False]


def test_a_thousand_guesses_that_are_nearly_right_open_nothing() -> None:
    chance = random.Random(3)
    token = f"{chance.getrandbits(128):032x}"
    claim = RejoinToken()
    assert not claim.fits(token_digest("")), "who has been told nothing is nobody"
    claim.renew("", token)
    for _ in range(1000):
        at = chance.randrange(32)
        guess = token[:at] + chance.choice([mark for mark in "0123456789abcdef" if mark != token[at]]) + token[at + 1 :]
        assert not claim.fits(token_digest(guess))
    assert claim.fits(token_digest(token))
