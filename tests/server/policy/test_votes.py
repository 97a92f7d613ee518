"""Votes: how many it takes, when they end, and how often one may be asked."""

import pytest

from petard.server.policy.votes import (
    ASKER_PAUSE,
    OPEN,
    ROOM_PAUSE,
    BadVote,
    VoteCount,
    VoteKind,
    VoteQuestion,
    VoteResult,
    Votes,
)

MAP = VoteQuestion(VoteKind.MAP, "small as the next map", "small")
ADA, GRACE, LINUS, ALAN = HERE = (1, 2, 3, 4)
KICK = VoteQuestion(VoteKind.KICK, "put Alan out", whom=ALAN)


def result_of(votes: Votes, now: float, here: tuple[int, ...] = HERE) -> VoteResult | None:
    settled = votes.settle(here, HERE, now)
    return settled[1] if settled else None


def test_more_than_half_carry_it_and_who_asks_has_said_yes() -> None:
    votes = Votes()
    assert votes.ask(MAP, ADA, str(ADA), HERE, 0.0) == VoteCount(1, 0, 3)
    assert votes.cast(GRACE, True, HERE) == VoteCount(2, 0, 3)
    assert result_of(votes, 1.0) is None
    votes.cast(LINUS, True, HERE)
    assert result_of(votes, 1.0) is VoteResult.CARRIED
    assert result_of(votes, 1.0) is None
    assert not votes.is_open


def test_it_takes_two_thirds_to_put_somebody_out() -> None:
    votes = Votes()
    assert votes.ask(KICK, ADA, str(ADA), HERE, 0.0).needed == 3
    for member, is_yes in ((GRACE, True), (ALAN, False), (LINUS, True)):
        assert result_of(votes, 1.0) is None
        votes.cast(member, is_yes, HERE)
    assert result_of(votes, 1.0) is VoteResult.CARRIED


def test_a_voice_may_be_changed_and_goes_with_who_leaves() -> None:
    votes = Votes()
    votes.ask(MAP, ADA, str(ADA), HERE, 0.0)
    votes.cast(GRACE, True, HERE)
    votes.cast(GRACE, False, HERE)
    votes.cast(GRACE, True, HERE)
    assert votes.count(HERE) == VoteCount(2, 0, 3)
    assert votes.count((ADA, LINUS, ALAN)) == VoteCount(1, 0, 2)
    assert result_of(votes, 1.0, (ADA, GRACE, LINUS)) is VoteResult.CARRIED


def test_it_ends_as_soon_as_it_cannot_be_carried_or_time_is_up() -> None:
    votes = Votes()
    votes.ask(MAP, ADA, str(ADA), HERE, 0.0)
    votes.cast(GRACE, False, HERE)
    assert result_of(votes, 1.0) is None
    votes.cast(LINUS, False, HERE)
    assert result_of(votes, 1.0) is VoteResult.FAILED
    votes.ask(MAP, GRACE, str(GRACE), HERE, 1.0 + ROOM_PAUSE)
    assert result_of(votes, ROOM_PAUSE + OPEN) is None
    assert result_of(votes, 1.0 + ROOM_PAUSE + OPEN) is VoteResult.FAILED


def test_one_at_a_time_with_a_pause_for_all_and_a_longer_one_for_who_was_not_carried() -> None:
    votes = Votes()
    votes.ask(MAP, ADA, str(ADA), HERE, 0.0)
    with pytest.raises(BadVote, match="another vote"):
        votes.ask(MAP, GRACE, str(GRACE), HERE, 1.0)
    assert result_of(votes, OPEN) is VoteResult.FAILED
    with pytest.raises(BadVote, match="wait 15 seconds"):
        votes.ask(MAP, GRACE, str(GRACE), HERE, OPEN + 0.1)
    with pytest.raises(BadVote, match="wait 45 seconds"):
        votes.ask(MAP, ADA, str(ADA), HERE, OPEN + ROOM_PAUSE + 0.1)
    votes.ask(MAP, GRACE, str(GRACE), HERE, OPEN + ROOM_PAUSE)
    for member in (ADA, LINUS):
        votes.cast(member, True, HERE)
    assert result_of(votes, OPEN + ASKER_PAUSE) is VoteResult.CARRIED
    votes.ask(MAP, GRACE, str(GRACE), HERE, OPEN + ASKER_PAUSE + ROOM_PAUSE)  # who was carried waits no longer than all


def test_it_takes_two_and_nobody_votes_on_themselves() -> None:
    with pytest.raises(BadVote, match="2 people"):
        Votes().ask(MAP, ADA, str(ADA), (ADA,), 0.0)
    with pytest.raises(BadVote, match="Escape"):
        Votes().ask(KICK, ALAN, str(ALAN), HERE, 0.0)
    with pytest.raises(BadVote, match="no vote now"):
        Votes().cast(ADA, True, HERE)


def test_pulling_the_cable_ends_no_vote_but_leaving_does() -> None:
    votes = Votes()
    votes.ask(KICK, ADA, str(ADA), HERE, 0.0)
    here = (ADA, GRACE, LINUS)
    assert votes.settle(here, HERE, 1.0) is None
    settled = votes.settle(here, here, 1.0)
    assert settled
    assert settled[1] is VoteResult.MOOT
    votes.ask(MAP, ADA, str(ADA), here, 1.0 + ROOM_PAUSE)  # that was no fault of who asked


def test_who_comes_after_the_question_has_no_voice_and_who_returns_has_theirs() -> None:
    votes = Votes()
    votes.ask(KICK, ADA, "home", (ADA, GRACE, ALAN), 0.0)
    crowd = (ADA, GRACE, ALAN, *range(5, 20))
    for member in (LINUS, *range(5, 20)):
        with pytest.raises(BadVote, match="before you joined"):
            votes.cast(member, True, crowd)
    assert votes.count(crowd) == VoteCount(1, 0, 2)
    assert votes.settle(crowd, crowd, 1.0) is None
    assert votes.count((ADA, ALAN)) == VoteCount(1, 0, 2)
    assert votes.cast(GRACE, True, crowd) == VoteCount(2, 0, 2)


def test_to_leave_and_come_back_is_no_way_round_the_pause() -> None:
    votes = Votes()
    votes.ask(MAP, ADA, "10.0.0.7", HERE, 0.0)
    assert result_of(votes, OPEN) is VoteResult.FAILED
    with pytest.raises(BadVote, match="wait"):
        votes.ask(MAP, LINUS, "10.0.0.7", HERE, OPEN + ROOM_PAUSE)
    votes.ask(MAP, GRACE, "10.0.0.8", HERE, OPEN + ROOM_PAUSE)
