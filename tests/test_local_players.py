"""More people join in at one computer: in a real room, with real Sessions, without a socket."""

from dataclasses import replace

import pytest

from petard.game.client.joining_in import change_players
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.protocol.capability_words import MODES_WORD
from petard.shared.protocol.later_messages import Players
from petard.shared.protocol.messages import BUILD, PROTOCOL, Chat, Hello, Look, Phase, Ready, Seat, Setup
from petard.shared.rules.world import Keys
from tests.ends import Ends, boards

SETUP = Setup("small", "last-one-standing", 1, 3, 0)


def here(ends: Ends, peer: int = 1) -> list[Seat]:
    """The seats of a client, as it knows them."""
    return ends.sessions[peer].room.my_seats


def names(ends: Ends, peer: int = 1) -> list[str]:
    return [seat.name for seat in here(ends, peer)]


def lobby(setup: Setup = SETUP) -> Ends:
    ends = Ends(setup)
    ends.join(1, "Ada")
    ends.join(2, "Bo")
    return ends


def change(ends: Ends, *names: str, peer: int = 1) -> None:
    change_players(ends.sessions[peer].link, ends.sessions[peer].room, names)
    ends.post()


def test_people_join_in_with_names_and_looks_of_their_own_and_leave_again() -> None:
    ends = lobby()
    ends.sessions[1].link.send(Look(0, 9, 5))
    change(ends, "Ada", "Cy", "Bo")
    assert names(ends) == ["Ada", "Cy", "Bo 2"]
    assert [seat.slot for seat in here(ends)] == sorted(seat.slot for seat in here(ends))
    assert (here(ends)[0].colour, here(ends)[0].character) == (9, 5)
    assert len({seat.colour for seat in ends.sessions[2].room.seats}) == 4
    ends.sessions[1].link.send(Look(2, 12, 1))
    ends.post()
    assert (here(ends)[2].colour, here(ends)[2].character) == (12, 1)
    change(ends, "Zoe")
    assert names(ends) == ["Zoe"]
    assert names(ends, 2) == ["Bo"]
    assert not ends.sessions[1].problem


def test_those_who_joined_in_play_the_match_and_every_state_agrees() -> None:
    ends = lobby()
    change(ends, "Ada", "Cy", "Dee")
    for _ in range(2):
        for peer, players in ((1, 3), (2, 1)):
            ends.keys[peer] = (0,) * players
            ends.sessions[peer].link.send(Ready(True))
        ends.post()
        ends.tick(30)
        for number in range(12):
            ends.keys[1] = ((Keys.RIGHT, Keys.DOWN)[number % 2], Keys.LEFT, (Keys.NONE, Keys.UP)[number % 2])
            ends.tick(30)
            feed, client = ends.room.feed, ends.sessions[1].client_round
            assert feed
            assert client
            assert client.server_snapshot == feed.sent
        assert not any(seat.away for seat in here(ends))
        ends.deliver(ends.room.end_match())
        change(ends, "Ada", "Cy", "Eve")
    change(ends, "Ada")
    assert (names(ends), ends.sessions[1].problem) == (["Ada"], "")


def test_who_comes_back_has_the_seats_of_those_who_joined_in() -> None:
    ends = lobby()
    change(ends, "Ada", "Cy")
    session = ends.sessions[1]
    ends.disconnect(1)
    session.renew_link()
    assert (session.link.hello.players, session.link.hello.name) == (2, "Ada")
    ends.join(3, "Ada", 2, session.link.hello.token)
    assert names(ends, 3) == ["Ada", "Cy"]


@pytest.mark.parametrize("why", ["full", "a match runs", "the address has too many", "it only watches"])
def test_nobody_joins_in_where_there_is_no_place_and_one_line_says_why(why: str) -> None:
    room = Room(RoomSettings(replace(SETUP, bots=0), per_address=3), boards(), 1)
    room.membership.join(
        1, Hello(PROTOCOL, BUILD, "Ada", 0 if why == "it only watches" else 2, ""), "1" * 32, 0.0, "a", True
    )
    room.membership.join(2, Hello(PROTOCOL, BUILD, "Bo", 2, ""), "2" * 32, 0.0, "b", True)
    room.confirm_welcome(1)
    room.confirm_welcome(2)
    if why == "a match runs":
        room.receive(1, Ready(True), 0.0)
        room.receive(2, Ready(True), 0.0)
        assert room.phase is Phase.LOADING
    wanted = ("Ada", "Cy", "Dee", "Eve") if why == "the address has too many" else ("Ada", "Cy", "Dee")
    if why == "the address has too many":
        room.membership.leave(2, "left")
    before = dict(room.seats.by_slot)
    answers = [one.message for one in room.receive(1, Players(wanted), 0.0)]
    lines = [line.text for line in answers if isinstance(line, Chat)]
    assert len(lines) == 1
    assert room.seats.by_slot.keys() == before.keys()


def test_a_server_of_yesterday_is_sent_no_players() -> None:
    ends = lobby()
    welcome = ends.sessions[1].room.welcome
    assert welcome
    ends.sessions[1].room.welcome = replace(welcome, words=(MODES_WORD,))
    change(ends, "Ada", "Cy")
    assert names(ends) == ["Ada"]


def test_names_that_are_known_at_the_start_are_sent_after_the_welcome() -> None:
    ends = Ends(SETUP)
    session = ends.join(1, "Ada", 2)
    assert names(ends) == ["Ada", "Ada 2"]
    change_players(session.link, session.room, ("Ada", "Cy"))
    ends.post()
    assert names(ends) == ["Ada", "Cy"]
