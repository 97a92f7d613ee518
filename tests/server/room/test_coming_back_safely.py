"""Who may come back and who may not, and that nobody who is gone, and no flood of returns, holds memory."""

import pytest

from petard.game.client.session import Session
from petard.server.room.chat import KEPT
from petard.server.room.outgoing import Outgoing
from petard.server.room.rejoin import SEAT_KEPT
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Away,
    Bye,
    Hello,
    Input,
    Keyframe,
    Ready,
    RefusalCode,
    Refused,
    Setup,
)
from tests.ends import SETUP, Ends, boards
from tests.server.running_round import LONG_AND_SAFE, begun, hello, pass_time, round_of, welcome_in


def texts(session: Session) -> list[str]:
    return [line.text for line in session.chat.lines]


# The token


def test_a_thousand_old_tokens_are_a_thousand_strangers() -> None:
    room = Room(RoomSettings(SETUP), boards(), 1)
    token, old = "", []
    for number in range(1000):
        told = f"{number:032x}"
        welcome = welcome_in(room.membership.join(number, hello(token), told, 0.0))
        room.receive(number, Input(1, (0,), 0), 0.0)  # the welcome has arrived
        assert (welcome.member, welcome.returned) == (1, number > 0)
        old.append(token)
        token = told
    for number, tried in enumerate(old[1:], 1001):
        assert not welcome_in(room.membership.join(number, hello(tried), f"{number:032x}", 0.0)).returned
        room.membership.leave(number, "left")
    assert welcome_in(room.membership.join(9999, hello(token), "f" * 32, 0.0)).returned


def test_who_comes_back_from_elsewhere_is_known_by_where_they_are_now() -> None:
    room = Room(RoomSettings(SETUP), boards(), 1)
    room.membership.join(1, hello(""), "1" * 32, 0.0, "10.0.0.7")
    room.receive(1, Input(1, (0,), 0), 0.0)  # the welcome has arrived
    room.membership.disconnect(1)
    assert welcome_in(room.membership.join(2, hello("1" * 32), "2" * 32, 0.0, "10.0.0.8")).returned
    room.membership.disconnect(2)
    assert [person.address_group for person in room.persons()] == ["10.0.0.8"]


def test_the_answer_to_a_ping_too_tells_that_the_welcome_has_arrived() -> None:
    room = Room(RoomSettings(SETUP), boards(), 1)
    room.membership.join(1, hello(""), "a" * 32, 0.0)
    room.membership.join(2, hello("a" * 32), "b" * 32, 0.0)
    room.confirm_welcome(2, 5)
    assert not welcome_in(room.membership.join(3, hello("a" * 32), "c" * 32, 0.0)).returned


def test_a_token_opens_the_door_to_its_owners_seat_only() -> None:
    ends, _, _ = begun()
    ends.disconnect(1, 2)
    assert ends.back(8, was=2, name="Ada").room.my_slots == (1,)
    assert ends.back(9, was=1, name="Grace").room.my_slots == (0,)


def test_a_new_line_takes_over_from_one_that_nobody_knows_to_be_dead() -> None:
    ends, _, grace = begun()
    mail = ends.room.membership.join(9, hello(ends.tokens[1]), "f" * 32, ends.now)
    assert mail[0] == Outgoing(1, Bye("You came back over another connection."), closes=True)
    assert welcome_in(mail).returned
    assert ends.room.membership.disconnect(1) == [], "what becomes of the old line matters to nobody"
    assert ends.room.membership.leave(1, "left") == []
    assert ends.room.people == 2
    assert not any("Ada" in text for text in texts(grace))


# Floods

MEMBERS = RoomSettings(SETUP).members


def sizes(room: Room) -> list[int]:
    """How much a room holds of each thing that people bring."""
    seats, matches = room.seats, room.matches
    match = matches.match.round if matches.match else None
    return [len(seats.members), len(seats.by_peer), len(seats.by_slot), len(match.people.inboxes) if match else 0]


@pytest.mark.slow
def test_a_hundred_who_come_lose_the_line_and_do_not_return_leave_nothing() -> None:
    ends, _, _ = begun(Away.STATUE)
    room = ends.room
    round_of(ends).world.rules = LONG_AND_SAFE
    before = sizes(room)
    for number in range(100):
        room.membership.join(100 + number, hello(""), f"{100 + number:032x}", 0.0, "127.0.0.1")
        room.confirm_welcome(100 + number)
        room.membership.disconnect(100 + number)
        assert len(room.seats.members) <= MEMBERS
        if number == 99:
            pass_time(room, SEAT_KEPT)
            assert sizes(room) == before


@pytest.mark.slow
def test_a_flood_of_returns_with_one_good_token_after_another_stays_one_member() -> None:
    ends, _, _ = begun()
    before = sizes(ends.room)
    token = ends.tokens[2]
    for number in range(2000):
        told = f"{number + 100:032x}"
        assert welcome_in(ends.room.membership.join(100 + number, hello(token), told, ends.now)).returned
        token = told
        if number % 2:
            ends.room.membership.disconnect(100 + number)
        ends.room.tick(ends.now)
    assert ends.room.people == 1
    ends.room.membership.join(9999, hello(token), "f" * 32, ends.now)
    assert sizes(ends.room) == before
    assert len(ends.room.chat.last) == KEPT


def full_room(address_groups: int) -> Room:
    """A room with all its members, alternately from so many addresses."""
    room = Room(RoomSettings(Setup("small", "duel", 1, 0, 2)), boards(), 1)
    for peer in range(MEMBERS):
        group = f"10.0.0.{peer % address_groups}"
        room.membership.join(peer, Hello(PROTOCOL, BUILD, "Ada", 1, ""), f"{peer:032x}", 0.0, group)
        room.confirm_welcome(peer)
    return room


def test_a_full_room_keeps_the_seats_of_those_who_are_away_from_addresses_with_no_more_than_eight() -> None:
    room = full_room(address_groups=MEMBERS // 8)
    room.membership.disconnect(0)
    (refused,) = room.membership.join(1000, hello(""), "f" * 32, 0.0, "10.0.1.0")
    assert isinstance(refused.message, Refused)
    assert refused.message.code is RefusalCode.FULL
    assert not room.membership.join(1001, hello(f"{0:032x}"), "e" * 32, 0.0, "10.0.1.0")[0].closes
    room.membership.disconnect(1)
    room.matches.settings.per_address = 7
    assert not welcome_in(room.membership.join(1002, hello(""), "d" * 32, 0.0, "10.0.1.1")).returned


def test_who_is_away_counts_in_a_full_room_but_gives_way_the_watchers_first() -> None:
    room = full_room(address_groups=1)
    for peer in range(4):
        room.receive(peer, Ready(True), 0.0)
    for peer in (0, 90, 80):
        room.membership.disconnect(peer)
        room.tick(0.0)
    for peer in range(1000, 1003):
        assert not welcome_in(room.membership.join(peer, hello(""), f"{peer:032x}", 0.0)).returned
        assert len(room.seats.members) == MEMBERS
        kept = [member.id - 1 for member in room.seats.members.values() if member.token.ticks_left]
        assert kept == [[0, 80], [0], []][peer - 1000]
    (refused,) = room.membership.join(1003, hello(""), "f" * 32, 0.0)
    assert isinstance(refused.message, Refused)


def test_all_who_join_in_one_tick_of_a_round_get_the_same_keyframe_and_later_ones_a_newer() -> None:
    ends, _, _ = begun()
    room, found = ends.room, []
    for peer in (100, 101, 102):
        answer = room.membership.join(peer, hello(""), f"{peer:032x}", 0.0)
        found.append(next(item.message for item in answer if isinstance(item.message, Keyframe)))
        assert room.feed
        assert found[-1] == room.feed.keyframe()
        if peer == 101:
            ends.tick(3)  # until the next state
    assert found[0] is found[1]
    assert found[2].tick > found[1].tick


# Clients that connect and end at once


def test_nothing_is_kept_for_who_was_never_heard_after_the_welcome() -> None:
    ends = Ends(Setup("small", "last-one-standing", 1, 0, 2))
    room = ends.room
    for peer in range(1, 5):  # bad Wi-Fi: the Welcome is lost with the line, every time
        room.membership.join(peer, hello(""), f"{peer:032x}", 0.0)
        assert room.membership.disconnect(peer) == []
    assert room.is_idle
    assert ends.join(9, "Grace").room.my_slots == (0,)
    ends.join(10, "Bob")
    ends.disconnect(10)
    assert len(room.seats.members) == 2, "who was heard has the token, and may come back"


def test_in_the_lobby_who_is_away_makes_way_for_who_is_here_where_places_are_short() -> None:
    ends = Ends(Setup("small", "last-one-standing", 1, 0, 2))
    ada, bob, grace, edsger = (ends.join(peer, name) for peer, name in enumerate(("Ada", "Bob", "Grace", "Edsger"), 1))
    assert [session.room.my_slots for session in (ada, bob, grace, edsger)] == [(0,), (1,), (2,), (3,)]
    ends.disconnect(2)
    ends.tick()
    ends.disconnect(3)
    assert ends.join(8, "Cy", players=4).room.my_slots == (), "four cannot be seated anyway, so nobody stands up"
    assert len(ada.room.seats) == 4
    assert ends.join(9, "Lin").room.my_slots == (1,), "who is away longest stood up"
    back = ends.back(10, was=2)
    assert back.room.my_slots == (2,), "and is here again now, and so goes before who is not"
    assert [seat.away for seat in ada.room.seats] == [False] * 4
    again = ends.back(11, was=3)
    assert again.room.welcome
    assert (again.room.welcome.returned, again.room.my_slots) == (True, ())


def test_between_two_rounds_nobody_who_is_away_makes_way() -> None:
    ends, _, _ = begun(peers=4)
    ends.disconnect(2)
    ends.join(9, "Lin")
    number = round_of(ends)
    round_of(ends).people.retired += (0, 2, 3)
    for _ in range(20 * 60):
        ends.tick()
        if round_of(ends) is not number:
            break
    assert ends.back(10, was=2).room.my_slots == (1,)
