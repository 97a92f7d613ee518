"""The room: which member may do what in which phase, and that nobody has to wait for ever.

Most tests are transcripts: `ada >> Ready(True)` is what Ada sends, `ada << Roster` what the room sends to her.
"""

import pytest

from petard.server.room.chat import LINES_MOST, LINES_SECONDS, MUTED_FOR
from petard.server.room.seats import BOT_NAMES
from petard.server.room.settings import READY_WAIT, THIS_VERSION
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Bye,
    Chat,
    Hello,
    Keyframe,
    Lobby,
    Look,
    Phase,
    Pings,
    Ready,
    RefusalCode,
    Refused,
    Roster,
    Round,
    Say,
    Setup,
    Welcome,
)
from tests.ends import SETUP, Ends
from tests.server.room.room_transcript import RoomTranscript, notice
from tests.transcript import NOTHING

STATE = (Roster, Lobby)  # what the room sends to all after each change of the seats or the setup


def names_of(roster: Roster) -> list[str]:
    return [seat.name for seat in roster.seats]


def members_of(roster: Roster) -> list[int]:
    return [seat.member for seat in roster.seats]


def test_the_first_member_is_host_on_slot_0_with_bots_beside_it() -> None:
    talk = RoomTranscript(setup=Setup("classic", "last-one-standing", 3, 3, 1))
    ada = talk.connect("Ada")
    ada >> Hello(PROTOCOL, BUILD, "Ada", 1, "")
    ada << Welcome(PROTOCOL, BUILD, 1, f"{1:032x}", 60, "Test", words=THIS_VERSION.words) << Lobby << Roster << NOTHING
    assert members_of(ada.last) == [1, 0, 0, 0]
    assert len(set(names_of(ada.last))) == 4
    assert len({seat.colour for seat in ada.last.seats}) == 4


def test_each_additional_bot_has_its_own_name_while_there_are_names() -> None:
    talk = RoomTranscript(Lobby, setup=Setup("grand", "last-one-standing", 1, 3, 0))
    ada = talk.join("Ada")
    ada >> Setup("grand", "last-one-standing", 1, 15, 0)
    ada << Roster
    names = [seat.name for seat in ada.last.seats if not seat.member]
    assert len(set(names)) == 15
    assert not any(name.endswith(" 2") for name in names[: len(BOT_NAMES)])


def test_the_second_ada_is_ada_2_for_all() -> None:
    talk = RoomTranscript(Lobby)
    ada, other = talk.join("Ada"), talk.connect("the other Ada")
    other >> Hello(PROTOCOL, BUILD, "Ada", 1, "")
    other << Welcome << Roster
    ada << Roster << NOTHING
    assert names_of(ada.last) == names_of(other.last) == ["Ada", "Ada 2"]


def test_each_player_of_one_connection_gets_a_seat() -> None:
    ends = Ends()
    family = ends.join(1, "Ada", players=3)
    assert family.room.my_slots == (0, 1, 2)
    assert [seat.name for seat in family.room.seats] == ["Ada", "Ada 2", "Ada 3"]


@pytest.mark.parametrize(("protocol", "who"), [(PROTOCOL + 1, "the server"), (PROTOCOL - 1, "your game")])
def test_another_protocol_is_refused_and_the_sentence_says_who_must_update(protocol: int, who: str) -> None:
    talk = RoomTranscript()
    ada = talk.connect("Ada")
    ada >> Hello(protocol, "x", "Ada", 1, "")
    versions = f"You speak protocol {protocol} (build x), the server {PROTOCOL} (build {BUILD})"
    ada << Refused(RefusalCode.PROTOCOL, f"{versions}: {who} must be updated.") << NOTHING
    assert talk.room.is_idle


@pytest.mark.parametrize("members", [3, 200])
def test_a_full_room_refuses_one_more_member(members: int) -> None:
    talk = RoomTranscript()
    talk.room.matches.settings.members = members
    for _ in range(members):
        talk.join("Ada")
    one_more = talk.connect("one more")
    one_more >> Hello(PROTOCOL, BUILD, "Ada", 1, "")
    one_more << Refused << NOTHING
    assert one_more.last.code is RefusalCode.FULL
    assert one_more.last.sentence == f"The room is full: {members} people are in it. Try again later."


def test_members_without_a_spawn_watch_and_bots_make_room() -> None:
    talk = RoomTranscript(Lobby, setup=Setup("small", "last-one-standing", 1, 4, 1))
    for name in ("Ada", "Bo", "Cy", "Di"):
        talk.join(name)
    eve = talk.connect("Eve")
    eve >> Hello(PROTOCOL, BUILD, "Eve", 1, "")
    eve << Welcome << Roster
    assert set(members_of(eve.last)) == {1, 2, 3, 4}
    assert [watcher.member for watcher in eve.last.watchers] == [5]


def test_when_the_host_leaves_another_member_is_host() -> None:
    talk = RoomTranscript(Roster)
    ada, grace = talk.join("Ada"), talk.join("Grace")
    ada >> Bye("")
    grace << notice("Ada left.", 1) << notice("Grace is host now.", 2) << Lobby << NOTHING


def test_only_the_host_changes_the_setup_and_only_in_the_lobby() -> None:
    talk = RoomTranscript(Roster)
    ada, grace = talk.join("Ada"), talk.join("Grace")
    grace >> Setup("small", "last-one-standing", 1, 0, 0)
    grace << notice("Only the host changes the game.") << NOTHING
    ada >> Setup("small", "classic-course", 5, 2, 3)
    grace << Lobby << NOTHING
    lobby = grace.last
    assert (lobby.map, lobby.rules, lobby.rounds, lobby.bots) == ("small", "classic-course", 5, 2)
    ada << Lobby
    ada >> Ready(True)
    talk.skip()
    grace >> Ready(True)
    grace << Lobby << Round << Keyframe << NOTHING
    talk.skip()
    ada >> SETUP
    ada << notice("The game can be changed in the lobby only.") << NOTHING


@pytest.mark.parametrize("setup", [Setup("nowhere", "last-one-standing", 1, 0, 0), Setup("small", "chess", 1, 0, 0)])
def test_an_unknown_map_or_rule_set_changes_nothing(setup: Setup) -> None:
    talk = RoomTranscript()
    ada = talk.join("Ada")
    ada >> setup
    ada << notice("This server does not have that map or those rules.") << NOTHING


def test_a_person_keeps_their_colour_and_a_bot_gives_its_colour_away() -> None:
    talk = RoomTranscript(setup=Setup("classic", "last-one-standing", 1, 1, 1))
    ada, grace = talk.join("Ada"), talk.join("Grace")
    seats = talk.room.seats.roster().seats
    hers = next(seat.colour for seat in seats if seat.member == 2)
    bots = next(seat.colour for seat in seats if not seat.member)
    ada >> Look(0, hers, 5)
    ada << notice("Another player wears that colour already.") << NOTHING
    ada >> Look(0, bots, 5)
    ada << Roster << NOTHING
    grace << Roster << NOTHING
    assert (grace.last.seats[0].colour, grace.last.seats[0].character) == (bots, 5)
    assert len({seat.colour for seat in grace.last.seats}) == 3


def test_one_player_alone_cannot_begin_and_reads_what_to_do() -> None:
    talk = RoomTranscript()
    ada = talk.join("Ada")
    ada >> Ready(True)
    ada << Roster << Roster << notice("It takes two: wait for a friend, or add a bot.", 1) << NOTHING
    assert not talk.room.seats.roster().seats[0].ready, "else a bot that is added later would start the match"
    talk.tick(5)
    assert talk.room.phase is Phase.LOBBY


def test_a_match_begins_when_the_last_player_is_ready() -> None:
    talk = RoomTranscript(Chat, *STATE)
    ada, grace = talk.join("Ada"), talk.join("Grace")
    ada >> Ready(True)
    talk.tick(5)
    ada << NOTHING
    grace >> Ready(True)
    ada << Round << Keyframe << NOTHING
    grace << Round
    assert grace.last.slots == (0, 1)


def test_a_player_who_is_not_ready_and_leaves_does_not_delay_the_others() -> None:
    talk = RoomTranscript(Chat, *STATE)
    ada, grace, edsger = talk.join("Ada"), talk.join("Grace"), talk.join("Edsger")
    ada >> Ready(True)
    grace >> Ready(True)
    talk.tick(5)
    grace << NOTHING
    edsger >> Bye("")
    grace << Round << Keyframe


def test_after_the_last_member_the_lobby_is_idle() -> None:
    ends = Ends(Setup("classic", "last-one-standing", 1, 2, 0))
    ends.join(1)
    ends.start()
    ends.tick(10)
    ends.leave(1)
    assert ends.room.is_idle
    assert ends.room.phase is Phase.LOBBY
    assert ends.room.feed is None


def test_a_member_who_chats_too_much_is_muted_and_reads_for_how_long() -> None:
    talk = RoomTranscript()
    ada, grace = talk.join("Ada"), talk.join("Grace")
    for number in range(LINES_MOST):
        ada >> Say(f"line {number}")
        ada << Chat(0, "Ada", f"line {number}", 1 + number)
        grace << Chat(0, "Ada", f"line {number}", 1 + number)
    ada >> Say("one more")
    ada << notice("That was a lot in a short time: nobody hears you for 30 s.")
    grace << NOTHING
    talk.now += LINES_SECONDS + 1
    ada >> Say("too early")
    ada << notice("That was a lot in a short time: nobody hears you for 19 s.")
    grace << NOTHING
    talk.now = MUTED_FOR
    ada >> Say("again")
    grace << Chat(0, "Ada", "again", 1 + LINES_MOST) << NOTHING


def test_the_chat_of_a_spectator_has_a_name_and_no_slot() -> None:
    talk = RoomTranscript(*STATE)
    ada, grace = talk.join("Ada"), talk.join("Grace")
    ada >> Ready(True)
    talk.skip()
    grace >> Ready(True)
    edsger = talk.join("Edsger")
    edsger >> Say("who wins?")
    edsger << Chat
    assert (edsger.last.slot, edsger.last.name, edsger.last.text) == (-1, "Edsger", "who wins?")


def test_a_room_that_closes_says_bye_to_all_with_the_reason() -> None:
    talk = RoomTranscript()
    ada, grace = talk.join("Ada"), talk.join("Grace")
    talk.post(talk.room.close("The server was stopped."))
    ada << Bye("The server was stopped.") << NOTHING
    grace << Bye("The server was stopped.") << NOTHING


def test_a_smaller_map_that_unseats_the_only_player_who_is_not_ready_begins_the_match() -> None:
    talk = RoomTranscript(Chat, *STATE)
    ada, *others = (talk.join(name) for name in ("Ada", "Bo", "Cy", "Di", "Eve"))
    for player in (ada, *others[:3]):
        player >> Ready(True)
    ada << NOTHING
    ada >> Setup("small", "last-one-standing", 1, 0, 0)
    ada << Round << Keyframe
    others[-1] << Round
    assert others[-1].last.slots == (0, 1, 2, 3)


def test_a_player_who_never_gets_ready_delays_a_ready_host_for_twenty_seconds() -> None:
    talk = RoomTranscript(Pings, *STATE)
    ada, grace = talk.join("Ada"), talk.join("Grace")
    ada >> Ready(True)
    talk.tick(2)
    grace << notice("The host is ready: it begins in 20 seconds.", 1) << NOTHING
    talk.tick(READY_WAIT - 10)
    grace << NOTHING
    talk.tick(15)
    grace << Round
    assert grace.last.slots == (0, 1)


def test_a_host_who_is_no_longer_ready_stops_the_countdown_and_a_guest_starts_none() -> None:
    talk = RoomTranscript(Chat, Pings, *STATE)
    ada, grace = talk.join("Ada"), talk.join("Grace")
    ada >> Ready(True)
    talk.tick(READY_WAIT - 5)
    ada >> Ready(False)
    grace >> Ready(True)
    talk.tick(READY_WAIT + 5)
    ada << NOTHING
    grace << NOTHING
    assert talk.room.phase is Phase.LOBBY
