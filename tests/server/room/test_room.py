"""The room: who may do what in which phase, and that nobody is left waiting."""

import pytest

from petard.game.client.session import Session
from petard.server.room.chat import LINES_MOST, LINES_SECONDS, MUTED_FOR
from petard.server.room.lobby import PATIENCE
from petard.server.room.membership import MEMBERS_MOST
from petard.server.room.room import Room
from petard.server.room.seats import BOT_NAMES
from petard.server.room.settings import RoomSettings
from petard.shared.protocol.messages import Bye, Hello, Phase, RefusalCode, Refused, Setup, Welcome
from tests.ends import SETUP, Ends, boards


def texts(session: Session) -> list[str]:
    return [line.text for line in session.chat]


def test_the_first_who_comes_is_host_and_sits_on_slot_0_with_bots_around() -> None:
    ends = Ends(Setup("classic", "last-one-standing", 3, 3, 1))
    ada = ends.join(1)
    assert ada.is_host
    assert ada.my_slots == (0,)
    assert [seat.member for seat in ada.seats] == [1, 0, 0, 0]
    assert len({seat.name for seat in ada.seats}) == 4
    assert len({seat.colour for seat in ada.seats}) == 4


def test_a_bot_more_has_a_name_of_its_own_while_there_are_names() -> None:
    ends = Ends(Setup("grand", "last-one-standing", 1, 3, 0))
    ada = ends.join(1)
    ada.setup(Setup("grand", "last-one-standing", 1, 15, 0))
    ends.post()
    names = [seat.name for seat in ada.seats if not seat.member]
    assert len(set(names)) == 15
    assert not any(name.endswith(" 2") for name in names[: len(BOT_NAMES)])


def test_the_second_ada_is_ada_2_for_everybody() -> None:
    ends = Ends()
    ada, other = ends.join(1, "Ada"), ends.join(2, "Ada")
    assert [seat.name for seat in ada.seats] == [seat.name for seat in other.seats] == ["Ada", "Ada 2"]


def test_several_players_of_one_connection_each_get_a_seat() -> None:
    ends = Ends()
    family = ends.join(1, "Ada", players=3)
    assert family.my_slots == (0, 1, 2)
    assert [seat.name for seat in family.seats] == ["Ada", "Ada 2", "Ada 3"]


def test_another_protocol_is_refused_with_who_must_update() -> None:
    room = Room(RoomSettings(SETUP), boards(), 1)
    newer, older = (room.membership.join(peer, Hello(peer, "x", "Ada", 1, ""), "0" * 32, 0.0)[0] for peer in (2, 0))
    assert isinstance(newer.message, Refused)
    assert isinstance(older.message, Refused)
    assert newer.message.code is RefusalCode.PROTOCOL
    assert newer.message.sentence.endswith("the server must be updated.")
    assert older.message.sentence.endswith("your game must be updated.")
    assert newer.closes
    assert room.is_idle


def test_the_room_is_full_at_its_limit_and_says_so() -> None:
    room = Room(RoomSettings(SETUP), boards(), 1)
    for peer in range(MEMBERS_MOST):
        assert isinstance(room.membership.join(peer, Hello(1, "x", "Ada", 1, ""), "0" * 32, 0.0)[0].message, Welcome)
    last = room.membership.join(999, Hello(1, "x", "Ada", 1, ""), "0" * 32, 0.0)[0]
    assert isinstance(last.message, Refused)
    assert last.message.code is RefusalCode.FULL


def test_more_people_than_spawns_watch_and_bots_make_room() -> None:
    ends = Ends(Setup("small", "last-one-standing", 1, 4, 1))
    for peer in range(1, 6):
        ends.join(peer)
    session = ends.sessions[5]
    assert {seat.member for seat in session.seats} == {1, 2, 3, 4}
    assert [watcher.member for watcher in session.watchers] == [5]
    assert session.my_slots == ()


def test_hosting_passes_on_when_the_host_leaves() -> None:
    ends = Ends()
    ends.join(1)
    grace = ends.join(2, "Grace")
    assert not grace.is_host
    ends.leave(1)
    assert grace.is_host
    assert texts(grace)[-2:] == ["Ada left.", "Grace is host now."]


def test_only_the_host_changes_the_game_and_only_in_the_lobby() -> None:
    ends = Ends()
    ada, grace = ends.join(1), ends.join(2, "Grace")
    grace.setup(Setup("small", "last-one-standing", 1, 0, 0))
    ends.post()
    assert texts(grace)[-1] == "Only the host changes the game."
    ada.setup(Setup("small", "classic-course", 5, 2, 3))
    ends.post()
    assert grace.lobby
    assert (grace.lobby.map, grace.lobby.rules, grace.lobby.rounds, grace.lobby.bots) == (
        "small",
        "classic-course",
        5,
        2,
    )
    ends.start()
    ada.setup(SETUP)
    ends.post()
    assert texts(ada)[-1] == "The game can be changed in the lobby only."


@pytest.mark.parametrize("setup", [Setup("nowhere", "last-one-standing", 1, 0, 0), Setup("small", "chess", 1, 0, 0)])
def test_a_map_or_rules_that_do_not_exist_change_nothing(setup: Setup) -> None:
    ends = Ends()
    ada = ends.join(1)
    ada.setup(setup)
    ends.post()
    assert ada.lobby
    assert (ada.lobby.map, ada.lobby.rules) == ("classic", "last-one-standing")
    assert "does not have that map" in texts(ada)[-1]


def test_a_colour_of_a_person_is_kept_and_one_of_a_bot_is_given_up() -> None:
    ends = Ends(Setup("classic", "last-one-standing", 1, 1, 1))
    ada, grace = ends.join(1), ends.join(2, "Grace")
    mine, hers = ada.seats[0].colour, next(seat.colour for seat in ada.seats if seat.member == 2)
    bots = next(seat.colour for seat in ada.seats if not seat.member)
    ada.look(0, hers, 5)
    ends.post()
    assert ada.seats[0].colour == mine
    assert "wears that colour" in texts(ada)[-1]
    ada.look(0, bots, 5)
    ends.post()
    assert (grace.seats[0].colour, grace.seats[0].character) == (bots, 5)
    assert len({seat.colour for seat in ada.seats}) == 3


def test_one_alone_cannot_begin_and_is_told_what_to_do() -> None:
    ends = Ends()
    ada = ends.join(1)
    ada.ready(True)
    ends.tick(5)
    assert ends.room.phase is Phase.LOBBY
    assert texts(ada)[-1] == "It takes two: wait for a friend, or add a bot."
    assert not ada.seats[0].ready, "or a bot that is added later would find everybody ready and nothing happen"


def test_it_begins_when_the_last_is_ready_and_not_before() -> None:
    ends = Ends()
    ada, grace = ends.join(1), ends.join(2, "Grace")
    ada.ready(True)
    ends.tick(5)
    assert ends.room.phase is Phase.LOBBY
    grace.ready(True)
    ends.tick_until(Phase.PLAYING, 5)
    assert ada.round
    assert ada.round.slots == (0, 1)


def test_who_was_not_ready_and_leaves_does_not_hold_up_the_others() -> None:
    ends = Ends()
    sessions = [ends.join(1), ends.join(2, "Grace"), ends.join(3, "Edsger")]
    for session in sessions[:2]:
        session.ready(True)
    ends.tick(5)
    ends.leave(3)
    ends.tick_until(Phase.PLAYING, 5)


def test_the_last_one_to_leave_leaves_an_idle_lobby() -> None:
    ends = Ends(Setup("classic", "last-one-standing", 1, 2, 0))
    ends.join(1)
    ends.start()
    ends.tick(10)
    ends.leave(1)
    assert ends.room.is_idle
    assert ends.room.phase is Phase.LOBBY
    assert ends.room.keyframe() is None


def test_who_chats_too_much_is_muted_is_told_for_how_long_and_nobody_else_reads_it() -> None:
    ends = Ends()
    ada, grace = ends.join(1), ends.join(2, "Grace")
    for number in range(LINES_MOST + 1):
        ada.say(f"line {number}")
    ends.post()
    assert texts(grace)[-1] == f"line {LINES_MOST - 1}"
    assert texts(ada)[-1] == "That was a lot in a short time: nobody hears you for 30 s."
    ends.now += LINES_SECONDS + 1
    ada.say("too early")
    ends.post()
    assert texts(ada)[-1] == "That was a lot in a short time: nobody hears you for 19 s."
    ends.now = MUTED_FOR
    ada.say("again")
    ends.post()
    assert texts(grace)[-1] == "again"


def test_a_watchers_chat_shows_the_name_without_a_slot() -> None:
    ends = Ends()
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    late = ends.join(3, "Edsger")
    late.say("who wins?")
    ends.post()
    assert (late.chat[-1].slot, late.chat[-1].name) == (-1, "Edsger")


def test_closing_says_goodbye_to_everybody_with_the_reason() -> None:
    room = Room(RoomSettings(SETUP), boards(), 1)
    (mail,) = room.close("The server was stopped.")
    assert mail.message == Bye("The server was stopped.")
    assert mail.to is None
    assert mail.closes


def test_a_smaller_map_that_unseats_the_only_one_who_was_not_ready_begins() -> None:
    ends = Ends(Setup("classic", "last-one-standing", 1, 0, 0))
    for peer in range(1, 6):
        ends.join(peer)
    for peer in range(1, 5):
        ends.sessions[peer].ready(True)
    ends.post()
    ends.sessions[1].setup(Setup("small", "last-one-standing", 1, 0, 0))
    ends.tick_until(Phase.PLAYING, 5)
    assert ends.sessions[5].my_slots == ()


def test_somebody_who_is_away_holds_a_ready_host_up_for_twenty_seconds_at_most() -> None:
    ends = Ends()
    ada, grace = ends.join(1), ends.join(2, "Grace")
    ada.ready(True)
    ends.tick(2)
    assert texts(grace)[-1] == "The host is ready: it begins in 20 seconds."
    ends.tick(PATIENCE - 10)
    assert ends.room.phase is Phase.LOBBY
    ends.tick_until(Phase.PLAYING, 15)
    assert grace.round
    assert grace.round.slots == (0, 1)


def test_a_host_who_is_not_ready_any_more_stops_the_clock_and_a_guest_starts_none() -> None:
    ends = Ends()
    ada, grace = ends.join(1), ends.join(2, "Grace")
    ada.ready(True)
    ends.tick(PATIENCE - 5)
    ada.ready(False)
    grace.ready(True)
    ends.tick(PATIENCE + 5)
    assert ends.room.phase is Phase.LOBBY
