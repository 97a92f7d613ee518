"""A lost connection costs no player the game: the seat is kept, a bot plays on, and the token gives it back."""

import pytest

from petard.game.client.session import Session
from petard.server.room.chat import KEPT
from petard.server.room.inbox import STARVED
from petard.server.room.match_state import LOADING_MOST
from petard.server.room.rejoin import DISCONNECTED, DISCONNECTED_AT_REST, SEAT_KEPT
from petard.shared.protocol.messages import (
    Away,
    Bye,
    Chat,
    Keyframe,
    Loaded,
    Lobby,
    Message,
    Phase,
    Ready,
    Results,
    Roster,
    Round,
    Setup,
    Welcome,
)
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import Keys
from tests.ends import Ends
from tests.server.running_round import LONG_AND_SAFE, begun, hello, pass_time, round_of, welcome_in

MODES = list(Away)
NOBODY_MOVES = 3 * TICK_RATE


def texts(session: Session) -> list[str]:
    return [line.text for line in session.chat.lines]


def lose_round(ends: Ends, *slots: int) -> None:
    """Let bodies leave the board, and wait for the results."""
    ends.tick_until(Phase.PLAYING)
    round_of(ends).people.retired += slots
    ends.tick_until(Phase.RESULTS, 4 * TICK_RATE)


# What becomes of the body


@pytest.mark.parametrize("mode", MODES)
def test_the_body_of_who_lost_the_line_does_as_the_host_chose(mode: Away) -> None:
    ends, ada, _ = begun(mode, peers=3)
    ends.tick(NOBODY_MOVES)
    ends.disconnect(2)
    body = round_of(ends).world.players[1]
    start = body.x, body.y
    ends.tick(2)
    assert (body.died_at >= 0) is (mode is Away.NONE)
    ends.tick(STARVED + 2 * TICK_RATE)
    assert ((body.x, body.y) != start) is (mode is Away.BOT)
    assert texts(ada)[-1] == f"Grace {DISCONNECTED[mode]}"
    assert [seat.away for seat in ada.room.seats] == [False, True, False]


def test_the_words_for_others_are_plain() -> None:
    assert DISCONNECTED[Away.BOT] == "disconnected; a bot plays on for up to 90 seconds."
    assert DISCONNECTED_AT_REST == "disconnected; the place is kept for up to 90 seconds."


def test_who_is_back_steers_with_the_first_command_and_a_bot_until_then() -> None:
    ends, _, _ = begun()
    ends.tick(NOBODY_MOVES)
    ends.disconnect(2)
    ends.tick(STARVED)
    back = ends.back(9, was=2)
    assert list(round_of(ends).bots.stand_ins) == [1]
    ends.keys[9] = (Keys.DOWN,)
    ends.tick()
    assert not round_of(ends).bots.stand_ins
    assert round_of(ends).world.players[1].keys == Keys.DOWN
    assert back.room.my_slots == (1,)


def test_off_the_board_is_for_one_round_and_the_wins_stay() -> None:
    ends, ada, _ = begun(Away.NONE, rounds=5)
    lose_round(ends, 0)
    ends.join(3, "Edsger")
    ends.tick_until(Phase.PLAYING)
    ends.disconnect(2)
    lose_round(ends, 0, 2)  # a draw
    ends.tick_until(Phase.PLAYING)
    assert ada.announcement
    assert ada.announcement.slots == (0, 2), "who is away does not play"
    assert [(seat.plays, seat.wins) for seat in ada.room.seats] == [(True, 0), (False, 1), (True, 0)]
    back = ends.back(9, was=2)
    assert back.room.my_slots == (1,)
    lose_round(ends, 0, 2)
    ends.tick_until(Phase.PLAYING)
    assert back.announcement
    assert back.announcement.slots == (0, 1, 2)
    assert back.room.seats[1].wins == 1


def test_a_match_waits_for_the_only_other_one_off_the_board_and_no_win_is_lost() -> None:
    ends, ada, _ = begun(Away.NONE, rounds=5)
    lose_round(ends, 1)
    ends.tick(10)
    ends.disconnect(2)
    ends.tick(30 * TICK_RATE)
    assert ends.room.phase is Phase.RESULTS
    assert texts(ada)[-1] == "It goes on as soon as another player is back."
    back = ends.back(9, was=2)
    assert (back.room.my_slots, back.room.results and back.room.results.next_in) == ((1,), 0)
    ends.tick_until(Phase.PLAYING, 10)
    assert back.announcement
    assert (back.announcement.number, back.announcement.slots) == (2, (0, 1))
    assert [seat.wins for seat in back.room.seats] == [1, 0]


def test_a_match_waits_no_longer_than_the_seat_is_kept() -> None:
    ends, ada, _ = begun(Away.NONE)
    lose_round(ends, 1)
    ends.disconnect(2)
    ends.tick(SEAT_KEPT - 1)
    assert ends.room.matches.match
    ends.tick_until(Phase.LOBBY, 2)
    assert texts(ada)[-1] == "There is nobody left to play against."


# What somebody finds who is back


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("phase", list(Phase))
def test_in_every_phase_they_get_their_number_seat_and_name_again(mode: Away, phase: Phase) -> None:
    ends = Ends(Setup("small", "duel", 3, 0, 2, mode))
    ada, grace = ends.join(1), ends.join(2, "Grace")
    if phase is not Phase.LOBBY:
        ends.deaf |= {1} if phase is Phase.LOADING else set()
        for session in (ada, grace):
            session.link.send(Ready(True))
        ends.tick_until(Phase.LOADING if phase is Phase.LOADING else Phase.PLAYING)
    if phase is Phase.RESULTS:
        lose_round(ends, 0)
    looks = ada.room.seats[1]
    ends.disconnect(2)
    ends.tick(5)
    back = ends.back(9, was=2, name="Somebody")
    assert ends.room.phase in (phase, Phase.PLAYING)
    assert back.room.welcome
    assert (back.room.welcome.returned, back.room.member, back.room.my_slots) == (True, 2, (1,))
    assert (back.room.seats[1].name, back.room.seats[1].colour, back.room.seats[1].away) == (
        "Grace",
        looks.colour,
        False,
    )
    assert bool(back.room.results) is (phase is Phase.RESULTS)
    assert "Grace is back." in texts(ada)
    ends.deaf.clear()
    ends.tick(2)
    if phase is not Phase.LOBBY:
        assert back.view(ends.now)


def test_wins_and_items_are_theirs_again() -> None:
    ends, _, _ = begun()
    lose_round(ends, 0)
    ends.tick_until(Phase.PLAYING)
    round_of(ends).world.players[1].bombs = 5
    ends.disconnect(2)
    ends.tick(60)
    back = ends.back(9, was=2)
    assert back.room.seats[1].wins == 1
    assert back.client_round
    world = back.client_round.world()
    assert world
    assert world.players[1].bombs == 5


def test_the_welcome_comes_first_then_the_room_then_the_chat_then_the_round() -> None:
    ends, ada, _ = begun()
    for number in range(KEPT + 5):
        ends.now += 10.0
        ada.send_chat(f"line {number}")
        ends.post()
    ends.disconnect(2)
    mail = ends.room.membership.join(9, hello(ends.tokens[2]), "f" * 32, ends.now)
    told: list[Message] = [letter.message for letter in mail if letter.to in (9, None)]
    kinds = [type(message) for message in told]
    assert kinds == [Welcome, Lobby, Roster, *[Chat] * KEPT, Round, Keyframe, Chat]
    numbers = [message.number for message in told if isinstance(message, Chat)]
    said = range(numbers[0], numbers[0] + KEPT)
    assert numbers == [*said, said.stop + 1], "talk, and the news; the loss itself was news for the others"


def test_who_lost_the_line_in_the_results_sees_them_again_for_as_long_as_they_last() -> None:
    ends, ada, _ = begun()
    lose_round(ends, 0)
    assert ada.room.results
    ends.disconnect(2)
    ends.tick(100)
    mail = ends.room.membership.join(9, hello(ends.tokens[2]), "f" * 32, ends.now)
    (results,) = [letter.message for letter in mail if isinstance(letter.message, Results)]
    assert (results.winner, results.next_in) == (1, ada.room.results.next_in - 100)


def test_another_number_of_players_is_somebody_new_and_the_old_seat_is_free() -> None:
    ends, ada, _ = begun(peers=3)
    ends.disconnect(2)
    back = ends.join(9, "Grace", players=2, token=ends.tokens[2])
    assert back.room.welcome
    assert (back.room.welcome.returned, back.room.member, back.room.my_slots) == (False, 4, ())
    assert [seat.member for seat in ada.room.seats] == [1, 3]
    assert back.room.spectators[0].name == "Grace", "and so is the name"


# How long


@pytest.mark.slow
def test_the_seat_is_kept_for_ninety_seconds_and_then_it_is_as_if_they_had_left() -> None:
    ends, _, _ = begun(peers=3)
    ends.disconnect(2)
    room, world = ends.room, round_of(ends).world
    world.rules = LONG_AND_SAFE
    pass_time(room, SEAT_KEPT - 1)
    assert list(room.seats.by_slot) == [0, 1, 2]
    assert world.players[1].died_at < 0
    pass_time(room, 1)
    assert list(room.seats.by_slot) == [0, 2]
    assert world.players[1].died_at >= 0
    assert room.chat.last[-1].text == "Grace did not come back."
    assert not welcome_in(room.membership.join(9, hello(ends.tokens[2]), "f" * 32, 0.0)).returned


def test_while_nobody_is_here_the_round_stands_still_and_goes_on_where_it_was() -> None:
    ends, _, _ = begun(Away.NONE)
    ends.tick(NOBODY_MOVES)
    tick = round_of(ends).world.tick
    ends.disconnect(1, 2)
    ends.tick(60 * TICK_RATE)
    assert not ends.room.is_idle, "or the loop would sleep, and nobody count the seconds"
    assert ends.room.people == 0
    assert round_of(ends).world.tick == tick
    ada = ends.back(8, was=1)
    grace = ends.back(9, was=2)
    ends.tick(5)
    view = grace.view(ends.now)
    assert view
    assert [player.alive for player in view.players] == [True, True]
    assert (ada.room.my_slots, grace.room.my_slots) == ((0,), (1,))


@pytest.mark.parametrize("phase", [Phase.LOBBY, Phase.PLAYING])
def test_when_nobody_comes_back_it_is_an_idle_lobby_again(phase: Phase) -> None:
    ends = Ends(Setup("small", "last-one-standing", 3, 2, 2))
    ends.join(1)
    if phase is Phase.PLAYING:
        ends.start()
    ends.disconnect(1)
    ends.tick(SEAT_KEPT - 1)
    assert not ends.room.is_idle
    ends.tick(1)
    assert ends.room.is_idle
    assert ends.room.phase is Phase.LOBBY
    assert not ends.room.chat.last, "what they said is nobody's any more"
    assert ends.join(2).room.seats[0].member == 2


def test_a_goodbye_is_for_good_and_at_once() -> None:
    ends, ada, grace = begun(peers=3)
    grace.link.send(Bye(""))
    ends.tick(2)
    assert [seat.member for seat in ada.room.seats] == [1, 3]
    back = ends.back(9, was=2)
    assert back.room.welcome
    assert not back.room.welcome.returned


# Nobody waits


def test_who_is_away_holds_up_neither_the_start_nor_the_loading() -> None:
    ends = Ends()
    ada = ends.join(1)
    ends.join(2, "Grace")
    ends.disconnect(2)
    assert texts(ada)[-1] == f"Grace {DISCONNECTED_AT_REST}"
    ada.link.send(Ready(True))
    ends.tick_until(Phase.PLAYING, 5)
    assert LOADING_MOST > 5
    assert ada.announcement
    assert ada.announcement.slots == (0, 1)


def test_who_is_back_while_a_round_loads_is_waited_for_again() -> None:
    ends = Ends(Setup("small", "duel", 1, 0, 2))
    for peer in range(1, 4):
        ends.join(peer)
    ends.deaf.add(3)
    for session in ends.sessions.values():
        session.link.send(Ready(True))
    ends.tick(3)
    ends.disconnect(2)
    ends.room.membership.join(9, hello(ends.tokens[2]), "f" * 32, ends.now)
    ends.leave(3)
    ends.tick(5)
    assert ends.room.phase is Phase.LOADING
    ends.room.receive(9, Loaded(1), ends.now)
    ends.tick_until(Phase.PLAYING, 2)


def test_with_everybody_else_off_the_board_one_is_alone() -> None:
    ends = Ends(Setup("small", "last-one-standing", 3, 0, 2, Away.NONE))
    ada = ends.join(1)
    ends.join(2, "Grace")
    ends.disconnect(2)
    ada.link.send(Ready(True))
    ends.tick(5)
    assert ends.room.phase is Phase.LOBBY
    assert texts(ada)[-1] == "It takes two: wait for a friend, or add a bot."


def test_hosting_passes_on_while_the_host_is_away_and_comes_back_with_them() -> None:
    ends = Ends()
    ends.join(1)
    grace = ends.join(2, "Grace")
    ends.disconnect(1)
    assert grace.room.is_host
    assert texts(grace)[-1] == "Grace is host now."
    ada = ends.back(9, was=1)
    assert ada.room.is_host
    assert not grace.room.is_host
    assert texts(grace)[-2:] == ["Ada is back.", "Ada is host now."]


def test_a_watcher_who_is_away_takes_no_seat_and_is_not_shown() -> None:
    ends, ada, _ = begun()
    ends.join(3, "Edsger")
    ends.disconnect(3)
    assert not ada.room.spectators
    lose_round(ends, 0)
    ends.tick_until(Phase.LOADING)
    assert len(ada.room.seats) == 2
    back = ends.back(9, was=3)
    assert back.room.spectators[0].name == "Edsger"
