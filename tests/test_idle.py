"""A bot plays for an idle player, and the player's next key takes over again."""

import pytest

from petard.game.client.room_state import RoomState
from petard.game.client.session import Session
from petard.game.flow.connection_status import status_of
from petard.game.view.view import View
from petard.server.room.inbox import STARVED
from petard.server.room.settings import READY_WAIT
from petard.shared.protocol.messages import Away, Chat, Input, Phase, Ready, Seat, Setup
from petard.shared.rules.ruleset import PRESETS, TICK_RATE, TILE
from petard.shared.rules.world import Keys
from tests.ends import Ends
from tests.lan.client import Client
from tests.lan.lan import Lan
from tests.sampled import sampled

IDLE = 2  # seconds
LONG = Setup("classic", "last-one-standing", 9, 0, 3)
COUNTDOWN = PRESETS["last-one-standing"].countdown
AWAY = "{} is away from the keys; a bot plays on."


def nothing() -> tuple[int, ...]:
    """The keys of an idle player."""
    return (Keys.NONE,)


def seat_of(session: Session, slot: int) -> Seat:
    return next(seat for seat in session.room.seats if seat.slot == slot)


def texts(session: Session) -> list[str]:
    return [line.text for line in session.chat.lines]


def idle_pair(line: str, seed: int = 3) -> tuple[Lan, Client, Client]:
    """Ada plays; Bo is idle, and a bot has just taken over for Bo. Both have such a connection."""
    lan = Lan(line, line, seed=seed, setup=LONG, idle=IDLE)
    ada, bo = lan.clients
    bo.keys = nothing
    lan.start()
    lan.until(lambda: bo.session.room.idle_slots, COUNTDOWN / TICK_RATE + IDLE + 2)
    return lan, ada, bo


@pytest.mark.parametrize("line", ["lan", "wifi"])
def test_all_players_are_told_once_and_a_banner_says_what_to_do(line: str) -> None:
    lan, ada, bo = idle_pair(line)
    lan.run(3.0)
    for session in (ada.session, bo.session):
        assert texts(session).count(AWAY.format("Bo")) == 1
        assert [seat.away for seat in session.room.seats] == [False, True]
    assert status_of(ada.visit, lan.now) is None
    sign = status_of(bo.visit, lan.now)
    assert sign
    assert sign.words == "A bot plays for you: press one of your keys."


def place_in(view: View | None, slot: int) -> tuple[float, float] | None:
    if view is None:
        return None
    return next(((body.x, body.y) for body in view.players if body.slot == slot and body.alive), None)


def errors(lan: Lan, client: Client, slot: int, seconds: float) -> list[float]:
    """The distance in tiles between the drawn and the true place of a body, once a tick."""
    drawn: dict[int, tuple[float, float]] = {}
    true: dict[int, tuple[float, float]] = {}
    for _ in range(round(seconds * TICK_RATE)):
        lan.run(1 / TICK_RATE)
        world, view = lan.room.world, client.session.view(lan.now)
        assert world
        body = world.players[slot]
        true[world.tick] = body.x / TILE, body.y / TILE
        place = place_in(view, slot)
        if view and place and body.died_at < 0:
            drawn[round(view.tick)] = place
    return [
        max(abs(one - other) for one, other in zip(place, true[tick], strict=True))
        for tick, place in drawn.items()
        if tick in true
    ]


@pytest.mark.parametrize("line", ["wifi", "far"])
def test_the_own_idle_body_is_drawn_like_those_of_others_and_not_predicted_from_keys(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan, _, bo = idle_pair(line)
    others = sum(errors(lan, bo, 1, 4.0))
    lan, _, bo = idle_pair(line)
    monkeypatch.setattr(RoomState, "idle_slots", frozenset())  # as if all our bodies were played here
    assert 0 < others < 0.7 * sum(errors(lan, bo, 1, 4.0))


def test_the_first_key_shows_in_the_next_picture_and_soon_all_clients_know() -> None:
    lan, ada, bo = idle_pair("far")
    lan.run(1.0)
    assert bo.session.client_round
    predictor = bo.session.client_round.predicted_view.predictor
    bo.session.view(lan.now)
    assert 1 not in predictor.keys.controlled
    bo.keys = lambda: (Keys.LEFT,)
    lan.run(2 / TICK_RATE)
    bo.session.view(lan.now)
    assert 1 in predictor.keys.controlled, "before the server can know"
    assert bo.session.room.idle_slots
    lan.until(lambda: not seat_of(ada.session, 1).away and not bo.session.room.idle_slots, 1.0)
    assert status_of(bo.visit, lan.now) is None
    lan.run(1.0)
    assert texts(ada.session).count(AWAY.format("Bo")) == 1


def room_of(away: Away = Away.BOT, rounds: int = 2, players: int = 1) -> Ends:
    """A running round with Ada, who plays, and Grace, who is idle; of two players at her computer one plays."""
    ends = Ends(Setup("small", "duel", rounds, 0, 3, away), idle=IDLE)
    ends.join(1)
    ends.join(2, "Grace", players)
    ends.start()
    return ends


def play(ends: Ends, seconds: float, both: bool = False) -> None:
    """Let time pass. Ada presses keys, and with `both` so does the second player beside Grace."""
    for tick in range(round(seconds * TICK_RATE)):
        tap = Keys.UP if tick // 6 % 2 else Keys.NONE
        ends.keys[1] = (tap,)
        ends.keys[2] = (Keys.NONE, tap) if both else (Keys.NONE,)
        ends.tick()


def away_in(ends: Ends) -> list[bool]:
    return [seat.away for seat in ends.sessions[1].room.seats]


def said(ends: Ends) -> list[str]:
    return [message.text for message in ends.sent if isinstance(message, Chat) and "away from" in message.text]


COUNT = PRESETS["duel"].countdown / TICK_RATE


def test_of_two_players_at_one_computer_a_bot_plays_only_for_the_idle_one() -> None:
    ends = room_of(players=2)
    play(ends, COUNT + IDLE + 0.2, both=True)
    assert away_in(ends) == [False, True, False]
    assert said(ends) == [AWAY.format("Grace")]
    assert ends.sessions[2].room.idle_slots == {1}


@pytest.mark.parametrize("away", sampled([Away.BOT, Away.NONE], 2))
def test_an_idle_player_plays_the_next_round_in_every_mode_for_disconnected_players(away: Away) -> None:
    ends = room_of(away, rounds=9)
    play(ends, COUNT + IDLE + 0.2)
    assert away_in(ends) == [False, True]
    ends.keys[1] = (Keys.NONE,)
    ends.tick_until(Phase.RESULTS)
    while ends.room.phase is Phase.RESULTS:
        play(ends, 1 / TICK_RATE)
    assert ends.room.phase is Phase.LOADING
    assert [seat.plays for seat in ends.sessions[1].room.seats] == [True, True]
    play(ends, 1.0)
    assert away_in(ends) == [False, True]
    assert said(ends).count(AWAY.format("Grace")) == 1, "all players know already"


def test_in_the_lobby_nobody_is_idle_and_the_wait_is_as_long_as_usual() -> None:
    ends = room_of(rounds=1)
    play(ends, COUNT + IDLE + 0.2)
    ends.deliver(ends.room.end_match())
    assert ends.room.phase is Phase.LOBBY
    assert away_in(ends) == [False, False]
    ends.sessions[1].link.send(Ready(True))
    ends.tick(READY_WAIT - 10)
    assert ends.room.phase is Phase.LOBBY
    ends.tick(20)
    assert ends.room.phase is not Phase.LOBBY


def test_an_idle_player_who_disconnects_and_rejoins_is_not_away() -> None:
    ends = room_of()
    play(ends, COUNT + IDLE + 0.2)
    ends.disconnect(2)
    play(ends, 3.0)  # long enough for the connection to count as silent
    assert away_in(ends) == [False, True]
    grace = ends.back(3, 2, "Grace")
    ends.tick(5)
    assert away_in(ends) == [False, False]
    assert texts(grace).count(AWAY.format("Grace")) == texts(ends.sessions[1]).count(AWAY.format("Grace")) == 1


def silence(ends: Ends, ticks: int) -> None:
    """Lose the Inputs of Grace, who holds a key, for so many ticks."""
    ends.silent.add(2)
    for _ in range(ticks):
        ends.keys[2] = (Keys.LEFT,)
        ends.tick()
    ends.silent.clear()


def test_a_player_is_away_while_a_bot_plays_since_no_inputs_come() -> None:
    ends = room_of()
    play(ends, 1.0)
    silence(ends, STARVED - 15)
    assert away_in(ends) == [False, False], "the last Input may have come 250 ms before"
    silence(ends, 16)
    assert away_in(ends) == [False, True]
    assert said(ends) == [], "nobody is idle"
    play(ends, 0.3)
    assert away_in(ends) == [False, False]


def test_a_player_is_away_while_signs_of_life_come_with_a_clock_that_stands_still() -> None:
    ends = room_of()
    play(ends, 1.0)
    for _ in range(STARVED // 15):
        silence(ends, 15)
        ends.deliver(ends.room.receive(2, Input(1, (Keys.LEFT,), 9), ends.now))
    assert away_in(ends) == [False, True]
    play(ends, 0.3)
    assert away_in(ends) == [False, False]


def test_where_no_bot_plays_for_a_silent_player_nobody_is_away() -> None:
    ends = room_of(Away.STATUE)
    play(ends, 1.0)
    silence(ends, STARVED + 30)
    assert away_in(ends) == [False, False]


def test_a_player_from_whom_nothing_has_come_yet_in_a_new_round_is_not_away() -> None:
    ends = Ends(Setup("small", "duel", 2, 0, 3))
    ends.join(1)
    ends.join(2, "Grace")
    ends.silent.add(2)
    ends.start()
    ends.tick(STARVED - 10)
    assert away_in(ends) == [False, False]
    ends.tick(20)
    assert away_in(ends) == [False, True]


def test_an_idle_player_who_falls_silent_stays_away_and_so_does_one_who_is_back_without_a_key() -> None:
    ends = room_of()
    play(ends, COUNT + IDLE + 0.2)
    ends.silent.add(2)
    for _ in range(4):
        play(ends, STARVED / TICK_RATE / 2)
        assert away_in(ends) == [False, True]
    ends.silent.clear()
    play(ends, 1.0)
    assert away_in(ends) == [False, True]
    assert said(ends) == [AWAY.format("Grace")]
