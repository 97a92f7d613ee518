"""Members vote on the map of the next match: in a real room, with real Sessions, and in the lobby screen."""

from dataclasses import replace

import pytest

from petard.game.ui.widgets.lobby_panels import vote_words
from petard.game.ui.widgets.widgets import ChoiceField
from petard.server.room.map_votes import VotedMaps
from petard.shared.protocol.capability_words import MODES_WORD
from petard.shared.protocol.later_messages import MapVote
from petard.shared.protocol.messages import Phase, Ready, Setup
from tests.ends import Ends
from tests.game.ui.screens.lobby_person import LobbyPerson
from tests.lan.memory import size_of

SETUP = Setup("classic", "last-one-standing", 1, 1, 2, map_vote=True)


def room(setup: Setup = SETUP) -> Ends:
    ends = Ends(setup)
    for peer, name in enumerate(("Ada", "Bo", "Cy"), 1):
        ends.join(peer, name)
    return ends


def vote(ends: Ends, peer: int, name: str) -> None:
    ends.sessions[peer].link.send(MapVote(name))
    ends.post()


def map_of(ends: Ends) -> str:
    lobby = ends.sessions[2].room.lobby
    assert lobby
    return lobby.map


def test_the_map_with_most_votes_is_played_and_a_tie_changes_nothing() -> None:
    ends = room()
    vote(ends, 2, "temple")
    assert map_of(ends) == "temple"
    vote(ends, 3, "arena")
    assert map_of(ends) == "temple"
    vote(ends, 1, "arena")
    assert map_of(ends) == "arena"
    assert ends.sessions[3].room.wishes.maps == (("arena", 2), ("temple", 1))
    vote(ends, 1, "")
    vote(ends, 3, "temple")
    assert map_of(ends) == "temple"
    for peer in (1, 2, 3):
        ends.sessions[peer].link.send(Ready(True))
    ends.post()
    ends.tick(3)
    announced = ends.sessions[1].announcement
    assert announced
    assert announced.map == "temple"


def test_each_member_has_one_vote_which_leaves_with_them() -> None:
    ends = room()
    for name in ("arena", "temple", "temple"):
        vote(ends, 2, name)
    vote(ends, 3, "arena")
    vote(ends, 1, "arena")
    assert dict(ends.sessions[1].room.wishes.maps) == {"arena": 2, "temple": 1}
    ends.leave(2)
    assert dict(ends.sessions[1].room.wishes.maps) == {"arena": 2}


@pytest.mark.parametrize("why", ["the host lets nobody vote", "a match runs", "there is no such map"])
def test_a_vote_that_cannot_count_is_answered_with_one_line(why: str) -> None:
    ends = room(replace(SETUP, map_vote=why != "the host lets nobody vote"))
    if why == "a match runs":
        for peer in (1, 2, 3):
            ends.sessions[peer].link.send(Ready(True))
        ends.post()
        assert ends.room.phase is Phase.LOADING
    before = len(ends.sessions[2].chat.lines)
    vote(ends, 2, "moon" if why == "there is no such map" else "temple")
    assert len(ends.sessions[2].chat.lines) == before + 1
    assert map_of(ends) == "classic"


def test_votes_of_those_who_are_not_here_do_not_count() -> None:
    votes = VotedMaps()
    votes.vote(1, "temple")
    votes.vote(2, "arena")
    assert votes.leader("classic", ("arena", "classic", "temple"), {1}) == "temple"
    assert votes.leader("classic", ("arena", "classic", "temple"), ()) == "classic"
    votes.clear()
    assert votes.leader("classic", ("arena", "classic", "temple"), {1, 2}) == "classic"


def test_the_host_lets_members_vote_and_a_guest_votes_in_the_lobby() -> None:
    person = LobbyPerson()
    person.changes("map_vote", "mouse")
    person.waits(1)
    lobby = person.ends.sessions[2].room.lobby
    assert lobby
    assert lobby.mode.map_vote
    assert person.context.settings.map_vote
    guest = LobbyPerson(host=False)
    guest.ends.deliver(guest.ends.room.choose(SETUP) or [])
    guest.waits(1)
    field = guest.widget("map")
    assert isinstance(field, ChoiceField)
    assert (field.enabled, guest.widget("rules").enabled, field.label) == (True, False, "My vote")
    guest.changes("map", "mouse")
    guest.waits(1)
    guest.waits(0.1)
    assert guest.ends.room.matches.choice.current.map == field.value != "classic"
    assert vote_words(guest.ends.sessions[2].room.wishes.maps).endswith(" 1")


def test_the_votes_of_members_who_left_are_not_kept_however_many_there_were() -> None:
    votes = VotedMaps()
    for member in range(2000):
        votes.vote(member, "arena")
        assert votes.leader("classic", ("classic", "arena"), {member}) == "arena"
    assert size_of(votes) < 2000


def test_a_server_of_yesterday_has_no_vote() -> None:
    person = LobbyPerson()
    welcome = person.ends.sessions[1].room.welcome
    assert welcome
    person.ends.sessions[1].room.welcome = replace(welcome, words=(MODES_WORD,))
    person.waits(1)
    assert person.widget("map_vote").hidden
    assert not person.widget("map_vote").enabled
