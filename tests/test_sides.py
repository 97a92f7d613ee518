"""People choose their sides: in a real room with real Sessions, and in recordings."""

from dataclasses import replace

import msgpack  # type: ignore[import-untyped]
import pytest

from petard.game.client.lobby_entry import LobbyEntry
from petard.server.room.resume import take_over
from petard.server.room.sides import ONE_SIDE
from petard.shared.demo.reader import read_demo
from petard.shared.demo.records import Began, encode_record
from petard.shared.demo.verify import verify
from petard.shared.protocol.later_messages import Players, SideChoice, Sides
from petard.shared.protocol.messages import Away, Phase, Setup
from petard.shared.rules.modes.teams import dealt
from tests.ends import Ends
from tests.server.recorded_ends import NAME, RecordedEnds

TEAMS = Setup("classic", "duel", 9, 2, 2, Away.BOT, "teams")
RED, BLUE, YELLOW = range(3)


def room(setup: Setup = TEAMS, players: int = 1, others: tuple[str, ...] = ("Bo",)) -> RecordedEnds:
    """Ada and others in the lobby of a room, on its first slots."""
    ends = RecordedEnds(replace(setup, bots=0))
    ends.join(1, "Ada", players)
    for peer, name in enumerate(others, 2):
        ends.join(peer, name)
    ends.deliver(ends.room.choose(setup) or [])
    return ends


def choose(ends: Ends, peer: int, side: int, player: int = 0) -> None:
    ends.sessions[peer].link.send(SideChoice(player, side))
    ends.post()


def shown(ends: Ends, peer: int = 1) -> dict[int, int]:
    """The side of each slot, as a client knows it."""
    return {slot: one.side for slot, one in ends.sessions[peer].room.sides.items()}


def lines(ends: Ends, peer: int = 2) -> list[str]:
    return [line.text for line in ends.sessions[peer].chat.lines]


def began(ends: RecordedEnds) -> list[Began]:
    ends.flush()
    return list(ends.demo().rounds)


def next_round(ends: RecordedEnds) -> None:
    """Let this round end, and the next begin."""
    before = ends.world
    for slot in list(before.players)[1:]:
        before.players[slot].died_at = before.tick
    while ends.world is before:
        ends.tick()


def test_the_match_is_played_on_the_sides_that_the_lobby_shows() -> None:
    ends = room()
    assert shown(ends) == {0: RED, 1: BLUE, 2: RED, 3: BLUE}
    choose(ends, 1, BLUE)
    assert shown(ends) == {0: BLUE, 1: RED, 2: RED, 3: BLUE}, "Bo left it to the room, and bots make the sides even"
    choose(ends, 2, BLUE)
    assert shown(ends) == shown(ends, 2) == {0: BLUE, 1: BLUE, 2: RED, 3: RED}
    assert [one.is_chosen for one in ends.sessions[2].room.sides.values()] == [True, True, False, False]
    ends.start()
    assert ends.world.sides == {0: BLUE, 1: BLUE, 2: RED, 3: RED}
    client_round = ends.sessions[2].client_round
    assert client_round
    view = client_round.view(ends.now)
    assert view
    assert view.mode
    assert view.mode.sides == ends.world.sides


def test_a_choice_that_is_taken_back_leaves_no_trace() -> None:
    ends = room()
    choose(ends, 1, BLUE)
    choose(ends, 1, -1)
    assert shown(ends) == {0: RED, 1: BLUE, 2: RED, 3: BLUE}
    ends.start()
    assert began(ends)[0].sides == ()


def test_where_nobody_chooses_a_recording_has_the_bytes_of_before() -> None:
    ends = room()
    ends.start()
    first = began(ends)[0]
    assert ends.world.sides == dealt([0, 1, 2, 3], 2)
    assert len(msgpack.unpackb(encode_record(first))) == 8, "the number of the record, and its first seven fields"
    assert len(msgpack.unpackb(encode_record(replace(first, sides=(0, 1, 0, 1))))) == 9


def test_uneven_sides_are_possible_but_not_one_side_alone() -> None:
    ends = room(replace(TEAMS, bots=1))
    choose(ends, 1, BLUE)
    choose(ends, 2, BLUE)
    assert sorted(shown(ends).values()) == [RED, BLUE, BLUE], "the bot is alone on the other side"
    assert ONE_SIDE not in lines(ends)
    ends.deliver(ends.room.choose(replace(TEAMS, bots=0)) or [])
    assert shown(ends) == {0: RED, 1: BLUE}
    assert lines(ends).count(ONE_SIDE) == 1
    choose(ends, 2, BLUE)
    assert lines(ends).count(ONE_SIDE) == 1, "it is said once"
    ends.deliver(ends.room.choose(TEAMS) or [])
    assert sorted(shown(ends).values()) == [RED, RED, BLUE, BLUE]
    ends.deliver(ends.room.choose(replace(TEAMS, bots=0)) or [])
    ends.start()
    assert ends.world.sides == {0: RED, 1: BLUE}
    assert lines(ends).count(ONE_SIDE) == 2


def test_with_fewer_sides_a_choice_beyond_them_waits() -> None:
    ends = room(replace(TEAMS, sides=3))
    choose(ends, 1, YELLOW)
    assert shown(ends)[0] == YELLOW
    ends.deliver(ends.room.choose(TEAMS) or [])
    assert shown(ends) == {0: RED, 1: BLUE, 2: RED, 3: BLUE}
    ends.deliver(ends.room.choose(replace(TEAMS, sides=3)) or [])
    assert shown(ends)[0] == YELLOW


def test_in_another_mode_no_sides_are_sent_and_the_choice_is_kept_for_later() -> None:
    ends = room()
    choose(ends, 1, BLUE)
    ends.sent.clear()
    ends.deliver(ends.room.choose(replace(TEAMS, mode="crown")) or [])
    assert not any(isinstance(message, Sides) for message in ends.sent)
    assert shown(ends) == {}
    ends.deliver(ends.room.choose(TEAMS) or [])
    assert shown(ends)[0] == BLUE


@pytest.mark.parametrize("why", ["another mode", "a match runs", "no such player", "no such side"])
def test_a_choice_that_cannot_count_is_answered_with_one_line(why: str) -> None:
    ends = room(replace(TEAMS, mode="crown") if why == "another mode" else TEAMS)
    if why == "a match runs":
        ends.start()
    choose(ends, 2, YELLOW if why == "no such side" else BLUE, player=int(why == "no such player"))
    assert lines(ends)[-1] == "Sides are chosen in the lobby, where teams play."
    assert "Sides are chosen" not in "".join(lines(ends, 1))


def test_sides_hold_over_rounds_also_when_a_player_leaves() -> None:
    ends = room(others=("Bo", "Cy"))
    choose(ends, 2, RED)
    ends.start()
    first = dict(ends.world.sides)
    assert (first[0], first[1], first[2]) == (BLUE, RED, RED), "Ada and Cy left it to the room"
    next_round(ends)
    assert ends.world.sides == first
    ends.leave(1)
    next_round(ends)
    assert {slot: ends.world.sides[slot] for slot in (1, 2)} == {1: RED, 2: RED}
    assert set(ends.world.sides.values()) == {RED, BLUE}


def test_a_recording_knows_chosen_sides_and_runs_again() -> None:
    ends = room()
    choose(ends, 1, BLUE)
    ends.start()
    ends.tick(70)
    assert began(ends)[0].sides == (BLUE, RED, RED, BLUE)
    assert verify(ends.demo()).ok
    ends.deliver(ends.room.restart_match())
    assert ends.world.sides == {0: BLUE, 1: RED, 2: RED, 3: BLUE}


def test_sides_hold_after_the_server_was_killed_and_in_the_lobby_after_that() -> None:
    ends = room()
    choose(ends, 1, BLUE)
    choose(ends, 2, BLUE)
    ends.start()
    ends.tick(130)
    ends.flush()
    after = ends.go_on(ends.killed())
    after.back(11, was=1)
    after.back(12, was=2, name="Bo")
    after.tick_until(Phase.PLAYING, 10)
    assert after.world.sides == {0: BLUE, 1: BLUE, 2: RED, 3: RED}
    next_round(after)
    assert after.world.sides == {0: BLUE, 1: BLUE, 2: RED, 3: RED}
    after.deliver(after.room.end_match())
    assert shown(after, 11) == {0: BLUE, 1: BLUE, 2: RED, 3: RED}


def test_who_takes_a_player_over_plays_on_with_the_same_sides() -> None:
    ends = room()
    choose(ends, 1, BLUE)
    choose(ends, 2, BLUE)
    ends.start()
    ends.tick(70)
    ends.room.close("The end.")
    ends.save()
    after = RecordedEnds()
    after.room.resume(take_over(ends.files[1], NAME, 60, 1, False, 2))
    after.join(1, "Zoe")
    after.tick_until(Phase.PLAYING, 600)
    assert after.world.sides == {0: BLUE, 1: BLUE, 2: RED, 3: RED}
    after.tick(70)
    after.flush()
    assert verify(read_demo(after.files[1])).ok
    next_round(after)
    assert after.world.sides == {0: BLUE, 1: BLUE, 2: RED, 3: RED}


def test_each_local_player_has_a_side_which_stays_when_another_one_leaves() -> None:
    ends = room(players=3)
    looks = [seat.colour for seat in ends.sessions[1].room.my_seats]
    choose(ends, 1, BLUE, player=0)
    choose(ends, 1, BLUE, player=2)
    ends.sessions[1].link.send(Players(("Ada", "Ada 3")))
    ends.post()
    seats = ends.sessions[1].room.my_seats
    assert [ends.sessions[1].room.sides[seat.slot].is_chosen for seat in seats] == [True, True]
    assert [ends.sessions[1].room.sides[seat.slot].side for seat in seats] == [BLUE, BLUE]
    assert [seat.colour for seat in seats] == [looks[0], looks[2]]


def test_a_member_that_leaves_takes_the_choice_along_and_one_that_comes_back_has_it() -> None:
    ends = room()
    choose(ends, 2, RED)
    ends.disconnect(2)
    ends.back(3, was=2, name="Bo")
    assert ends.sessions[3].room.sides[1].is_chosen
    ends.leave(3)
    ends.join(4, "Cy")
    assert not ends.sessions[4].room.sides[1].is_chosen


def test_a_side_of_an_earlier_evening_is_asked_for_once_where_there_is_one() -> None:
    for side, sides, is_asked in ((BLUE, 2, True), (YELLOW, 2, False), (YELLOW, 3, True)):
        ends = room(replace(TEAMS, sides=sides))
        entry, session = LobbyEntry((), is_eager=False, asks_sides=True), ends.sessions[1]
        session.room.wishes.own_sides[0] = side
        entry.update(session, 0.0)
        ends.post()
        assert (session.room.sides[0].is_chosen, session.room.sides[0].side == side) == (is_asked, is_asked)
        entry.update(session, 1.0)
        assert session.link.data_to_send() == b""


def test_a_server_that_was_started_anew_is_told_the_side_once_more() -> None:
    ends = room()
    entry, session = LobbyEntry((), is_eager=False), ends.sessions[1]
    entry.update(session, 0.0)
    session.room.wishes.own_sides[0] = BLUE
    welcome = session.room.welcome
    assert welcome
    session.room.welcome = replace(welcome)  # of another start: it does not say that we returned
    entry.update(session, 1.0)
    ends.post()
    assert ends.sessions[1].room.sides[0].is_chosen
    entry.update(session, 2.0)
    assert session.link.data_to_send() == b""
