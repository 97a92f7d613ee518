"""Votes: how many are needed, when a vote ends, and how often one may be started."""

import pytest

from petard.server.policy.admin_commands import CommandError
from petard.server.policy.votes import (
    ASKER_PAUSE,
    OPEN,
    ROOM_PAUSE,
    VoteCount,
    VoteKind,
    VoteQuestion,
    VoteResult,
    Votes,
)

MAP = VoteQuestion(VoteKind.MAP, "small as the next map", "small")
ADA, GRACE, LINUS, ALAN = HERE = ("10.0.0.1", "10.0.0.2", "2001:db8::/64", "member 4")
MEMBERS = (1, 2, 3, 4)
KICK = VoteQuestion(VoteKind.KICK, "put Alan out", whom=4)


def result_of(votes: Votes, now: float, here: tuple[str, ...] = HERE) -> VoteResult | None:
    settled = votes.settle(here, MEMBERS, now)
    return settled[1] if settled else None


def test_more_than_half_carry_a_vote_and_the_asker_has_voted_yes() -> None:
    votes = Votes()
    assert votes.ask(MAP, ADA, HERE, 0.0) == VoteCount(1, 0, 3)
    assert votes.cast(GRACE, True, HERE) == VoteCount(2, 0, 3)
    assert result_of(votes, 1.0) is None
    votes.cast(LINUS, True, HERE)
    assert result_of(votes, 1.0) is VoteResult.CARRIED
    assert result_of(votes, 1.0) is None
    assert votes.poll is None


def test_two_thirds_are_needed_to_remove_a_player() -> None:
    votes = Votes()
    assert votes.ask(KICK, ADA, HERE, 0.0).needed == 3
    for member, is_yes in ((GRACE, True), (ALAN, False), (LINUS, True)):
        assert result_of(votes, 1.0) is None
        votes.cast(member, is_yes, HERE)
    assert result_of(votes, 1.0) is VoteResult.CARRIED


def test_a_vote_may_be_changed_and_is_dropped_with_its_voter() -> None:
    votes = Votes()
    votes.ask(MAP, ADA, HERE, 0.0)
    votes.cast(GRACE, True, HERE)
    votes.cast(GRACE, False, HERE)
    votes.cast(GRACE, True, HERE)
    assert votes.count(HERE) == VoteCount(2, 0, 3)
    assert votes.count((ADA, LINUS, ALAN)) == VoteCount(1, 0, 2)
    assert result_of(votes, 1.0, (ADA, GRACE, LINUS)) is VoteResult.CARRIED


def test_a_vote_ends_as_soon_as_it_cannot_be_carried_or_time_is_up() -> None:
    votes = Votes()
    votes.ask(MAP, ADA, HERE, 0.0)
    votes.cast(GRACE, False, HERE)
    assert result_of(votes, 1.0) is None
    votes.cast(LINUS, False, HERE)
    assert result_of(votes, 1.0) is VoteResult.FAILED
    votes.ask(MAP, GRACE, HERE, 1.0 + ROOM_PAUSE)
    assert result_of(votes, ROOM_PAUSE + OPEN) is None
    assert result_of(votes, 1.0 + ROOM_PAUSE + OPEN) is VoteResult.FAILED


def test_votes_are_one_at_a_time_with_pauses() -> None:
    votes = Votes()
    votes.ask(MAP, ADA, HERE, 0.0)
    with pytest.raises(CommandError, match="another vote"):
        votes.ask(MAP, GRACE, HERE, 1.0)
    assert result_of(votes, OPEN) is VoteResult.FAILED
    with pytest.raises(CommandError, match="wait 15 seconds"):
        votes.ask(MAP, GRACE, HERE, OPEN + 0.1)
    with pytest.raises(CommandError, match="wait 45 seconds"):
        votes.ask(MAP, ADA, HERE, OPEN + ROOM_PAUSE + 0.1)
    votes.ask(MAP, GRACE, HERE, OPEN + ROOM_PAUSE)
    for member in (ADA, LINUS):
        votes.cast(member, True, HERE)
    assert result_of(votes, OPEN + ASKER_PAUSE) is VoteResult.CARRIED
    votes.ask(MAP, GRACE, HERE, OPEN + ASKER_PAUSE + ROOM_PAUSE)  # who was carried waits no longer than all


def test_a_vote_needs_two_voters() -> None:
    with pytest.raises(CommandError, match="2 players at least"):
        Votes().ask(MAP, ADA, (ADA,), 0.0)
    with pytest.raises(CommandError, match="no vote now"):
        Votes().cast(ADA, True, HERE)


def test_a_disconnect_does_not_end_a_vote_but_leaving_does() -> None:
    votes = Votes()
    votes.ask(KICK, ADA, HERE, 0.0)
    here = (ADA, GRACE, LINUS)
    assert votes.settle(here, MEMBERS, 1.0) is None
    settled = votes.settle(here, MEMBERS[:3], 1.0)
    assert settled
    assert settled[1] is VoteResult.MOOT
    votes.ask(MAP, ADA, here, 1.0 + ROOM_PAUSE)  # that was no fault of who asked


def test_later_members_have_no_vote_and_rejoined_ones_keep_theirs() -> None:
    votes = Votes()
    votes.ask(KICK, ADA, (ADA, GRACE, ALAN), 0.0)
    everybody = (ADA, GRACE, ALAN, *map(str, range(5, 20)))
    for member in (LINUS, *map(str, range(5, 20))):
        with pytest.raises(CommandError, match="before you joined"):
            votes.cast(member, True, everybody)
    assert votes.count(everybody) == VoteCount(1, 0, 2)
    assert votes.settle(everybody, MEMBERS, 1.0) is None
    assert votes.count((ADA, ALAN)) == VoteCount(1, 0, 2)
    assert votes.cast(GRACE, True, everybody) == VoteCount(2, 0, 2)
