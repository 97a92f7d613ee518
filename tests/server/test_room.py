"""The room: who may do what in which phase, and that nobody is left waiting."""

import pytest

from game.client.session import Session
from server.room import CHAT_LINES, CHAT_SECONDS, MEMBERS_MOST, Room, RoomSettings
from server.rounds import AFTERGLOW, CHAMPION_SHOWN, LOADING_MOST, RESULTS_SHOWN
from server.seats import BOT_NAMES
from shared.protocol.messages import Bye, Hello, Keyframe, Phase, RefusalCode, Refused, Results, Round, Setup, Welcome
from shared.rules.events import What
from shared.rules.ruleset import TICK_RATE
from shared.rules.world import Keys
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
    newer, older = (room.join(peer, Hello(peer, "x", "Ada", 1, ""), "0" * 32, 0.0)[0] for peer in (2, 0))
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
        assert isinstance(room.join(peer, Hello(1, "x", "Ada", 1, ""), "0" * 32, 0.0)[0].message, Welcome)
    last = room.join(999, Hello(1, "x", "Ada", 1, ""), "0" * 32, 0.0)[0]
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
    assert texts(grace)[-1] == "Ada lost the connection."


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


def test_a_client_that_never_loads_is_waited_for_three_seconds_at_most() -> None:
    ends = Ends()
    ends.join(1)
    ends.join(2, "Grace")
    ends.deaf.add(2)
    for session in ends.sessions.values():
        session.ready(True)
    ends.post()
    phases = []
    for _ in range(LOADING_MOST):
        phases.append(ends.room.phase)
        ends.tick()
    assert phases == [Phase.LOADING] * LOADING_MOST
    assert ends.room.phase is Phase.PLAYING


def test_who_joins_in_a_round_watches_it_and_plays_the_next() -> None:
    ends = Ends(Setup("classic", "last-one-standing", 2, 0, 0))
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    ends.tick(10)
    late = ends.join(3, "Edsger")
    assert late.view(ends.now)
    assert not late.my_slots
    assert texts(late)[-1] == "A round is running: you watch this one and play the next."
    ends.leave(2)
    ends.tick_until(Phase.RESULTS)
    ends.tick_until(Phase.PLAYING)
    assert late.my_slots == (1,)
    assert late.round
    assert late.round.slots == (0, 1)


def test_who_leaves_in_a_round_leaves_the_board_and_the_round_goes_on() -> None:
    ends = Ends()
    for peer, name in enumerate(("Ada", "Grace", "Edsger"), 1):
        ends.join(peer, name)
    ends.start()
    ends.tick(4 * TICK_RATE)
    ends.leave(2)
    ends.tick(5)
    view = ends.sessions[1].view(ends.now + 1)
    assert view
    assert [player.alive for player in view.players] == [True, False, True]
    assert ends.room.phase is Phase.PLAYING


def test_a_match_goes_from_the_lobby_over_rounds_to_a_champion_and_back() -> None:
    ends = Ends(Setup("small", "last-one-standing", 3, 0, 0))
    ada, grace = ends.join(1), ends.join(2, "Grace")
    ends.start()
    for number in (1, 2):
        assert ada.round
        assert ada.round.number == number
        ends.keys[2] = (Keys.BOMB,)
        ends.tick_until(Phase.RESULTS)  # Grace stands on her bomb
        assert ada.results
        assert ada.results.winner == 0
        assert ada.results.next_in == (RESULTS_SHOWN if number == 1 else CHAMPION_SHOWN)
        ends.keys[2] = (0,)
        ends.tick_until(Phase.LOADING if number == 1 else Phase.LOBBY)
    results = [message for message in ends.sent if isinstance(message, Results)]
    assert [(result.match_over, result.champion) for result in results] == [(False, -1), (True, 0)]
    assert not any(seat.ready for seat in grace.seats)
    assert ends.room.phase is Phase.LOBBY


def test_the_world_goes_on_for_a_moment_after_the_last_death() -> None:
    ends = Ends(Setup("small", "last-one-standing", 1, 0, 0))
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    ends.keys[2] = (Keys.BOMB,)
    ends.tick_until(Phase.RESULTS)
    rounds = ends.room._rounds
    assert rounds
    assert rounds._match.world.tick - rounds._match.world.over_at == AFTERGLOW - 1


def test_the_last_one_to_leave_leaves_an_idle_lobby() -> None:
    ends = Ends(Setup("classic", "last-one-standing", 1, 2, 0))
    ends.join(1)
    ends.start()
    ends.tick(10)
    ends.leave(1)
    assert ends.room.is_idle
    assert ends.room.phase is Phase.LOBBY
    assert ends.room.keyframe() is None


def test_a_keyframe_is_of_the_last_delta_so_that_the_next_fits() -> None:
    ends = Ends(snapshots=20)
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    ends.tick(100)
    keyframe = ends.room.keyframe()
    assert isinstance(keyframe, Keyframe)
    assert keyframe.tick == ends.deltas()[-1].tick
    assert ends.room._rounds
    assert keyframe.tick < ends.room._rounds._match.world.tick


@pytest.mark.parametrize("snapshots", [20, 30, 60])
def test_as_many_snapshots_are_sent_as_were_asked_for(snapshots: int) -> None:
    ends = Ends(snapshots=snapshots)
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    ends.sent.clear()
    ends.tick(2 * TICK_RATE)
    assert len(ends.deltas()) == 2 * snapshots


def test_who_chats_too_much_has_to_wait_and_nobody_else_reads_it() -> None:
    ends = Ends()
    ada, grace = ends.join(1), ends.join(2, "Grace")
    for number in range(CHAT_LINES + 1):
        ada.say(f"line {number}")
    ends.post()
    assert texts(grace)[-1] == f"line {CHAT_LINES - 1}"
    assert "wait a few seconds" in texts(ada)[-1]
    ends.now += CHAT_SECONDS + 1
    for session in ends.sessions.values():
        session.receive_data(b"", ends.now - 1)
    ada.say("again")
    for session in (ada, grace):
        session.talk._heard = ends.now
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


def test_who_comes_late_gets_the_round_before_its_keyframe() -> None:
    ends = Ends()
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    ends.sent.clear()
    ends.join(3, "Edsger")
    kinds = [type(message) for message in ends.sent]
    assert kinds.index(Welcome) < kinds.index(Round) < kinds.index(Keyframe)


def test_the_same_seed_makes_the_same_rounds() -> None:
    def boards_of(seed: int) -> list[tuple[int, ...]]:
        ends = Ends(seed=seed)
        ends.join(1)
        ends.join(2, "Grace")
        ends.start()
        return [message.tiles for message in ends.sent if isinstance(message, Keyframe)]

    assert boards_of(5) == boards_of(5)
    assert boards_of(5) != boards_of(6)


def begun(rounds: int) -> tuple[Ends, Session, Session]:
    """Ada and Grace at the start of the first round."""
    ends = Ends(Setup("small", "last-one-standing", rounds, 0, 0))
    ada, grace = ends.join(1), ends.join(2, "Grace")
    ends.start()
    return ends, ada, grace


def test_a_second_match_waits_for_loading_as_the_first_did() -> None:
    ends, _, _ = begun(1)
    ends.keys[2] = (Keys.BOMB,)
    ends.tick_until(Phase.LOBBY)
    ends.deaf.add(2)
    for session in ends.sessions.values():
        session.ready(True)
    ends.post()
    ends.tick(LOADING_MOST - 1)
    assert ends.room.phase is Phase.LOADING


def test_the_champion_may_leave_and_the_match_stays_over() -> None:
    ends, _, grace = begun(1)
    ends.join(3, "Edsger")
    ends.keys[2] = (Keys.BOMB,)
    ends.tick_until(Phase.RESULTS)
    assert grace.results
    assert (grace.results.match_over, grace.results.champion) == (True, 0)
    ends.leave(1)
    ends.tick(CHAMPION_SHOWN + 1)
    assert ends.room.phase is Phase.LOBBY


def test_who_leaves_after_the_last_death_does_not_turn_the_win_into_a_draw() -> None:
    ends, _, grace = begun(3)
    ends.join(3, "Edsger")
    ends.keys[2] = (Keys.BOMB,)
    while not any(event.what is What.OVER for _, event in grace.news()):
        ends.tick()
    ends.leave(1)
    ends.tick_until(Phase.RESULTS)
    assert grace.results
    assert grace.results.winner == -1, "who has left has no name any more"
    ends.tick_until(Phase.PLAYING)
    assert ends.room._rounds
    assert ends.room._rounds._series.counted == 1


def test_who_leaves_while_others_load_is_not_waited_for() -> None:
    ends = Ends()
    for peer, name in enumerate(("Ada", "Grace", "Edsger"), 1):
        ends.join(peer, name)
    ends.deaf.add(3)
    for session in ends.sessions.values():
        session.ready(True)
    ends.post()
    ends.tick(5)
    assert ends.room.phase is Phase.LOADING
    ends.leave(3)
    ends.tick_until(Phase.PLAYING, 3)


def test_a_long_load_leaves_no_delay_in_the_keys() -> None:
    ends = Ends(Setup("small", "last-one-standing", 1, 0, 0))
    ends.join(1)
    ends.join(2, "Grace")
    ends.deaf.add(2)
    for session in ends.sessions.values():
        session.ready(True)
    ends.tick_until(Phase.PLAYING, LOADING_MOST + 5)
    ends.tick(5)
    assert ends.room._rounds
    body = ends.room._rounds._match.world.players[0]
    ends.keys[1] = (Keys.LEFT,)
    waited = 0
    while not body.keys:
        ends.tick()
        waited += 1
    assert waited <= 3


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


def test_all_bots_of_a_tick_look_at_one_sight() -> None:
    ends = Ends(Setup("grand", "last-one-standing", 1, 15, 2))
    ends.join(1)
    ends.start()
    ends.tick(5)
    assert ends.room._rounds
    match = ends.room._rounds._match
    assert {id(brain._seen[-1]) for brain in match._brains.values()} == {id(match._sight)}
