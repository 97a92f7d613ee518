"""A server is checked as strictly as a client: what does not fit to what it sent before ends the session."""

from dataclasses import replace
from itertools import groupby

import pytest

from petard.game.client.autopilot import Autopilot
from petard.game.client.server_checks import PHASE_UNITS, ROUND_UNITS, UNIT, WORK_MOST, WORK_RATE
from petard.game.client.session import Session
from petard.shared.control_channel import Pace
from petard.shared.framing import LIMIT_CLIENT, Decoder
from petard.shared.protocol.codec import decode
from petard.shared.protocol.messages import (
    PROTOCOL,
    Chat,
    Delta,
    Digest,
    Events,
    Input,
    Keyframe,
    Lobby,
    Message,
    Phase,
    Ping,
    Pong,
    Results,
    Roster,
    Seat,
    Spectator,
)
from petard.shared.protocol.names import CHAT_MOST
from petard.shared.protocol.snapshot import DIED_AT, TABLES, Row
from petard.shared.protocol.state import digest_of, keyframe_of, state_from_keyframe
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.world import Tile
from tests.game.client.server_transcript import WELCOME, raw
from tests.game.scripted_server import round_one

ROUND, KEYFRAME = round_one()
ADA, BO = Seat(0, 7, "Ada", 0, 0, False, True, 0, 0), Seat(1, 8, "Bo", 1, 0, False, True, 0, 0)


def playing(players: int = 1) -> Session:
    """A session that was let in and plays the first round."""
    session = Session("Ada", players)
    session.room.wishes.names = ("Ada",) * players
    session.link.heartbeat.open(0.0)
    tell(session, WELCOME, Roster((ADA, BO), ()), ROUND, KEYFRAME)
    assert session.problem == ""
    session.link.data_to_send()
    return session


def tell(session: Session, *messages: Message) -> None:
    """The server sends messages at once, and pictures follow until all of them are handled. No time passes."""
    session.receive_data(raw(*messages), 0.0)
    while session.work.is_behind and not session.problem:
        session.receive_data(b"", 0.0)


def inputs(session: Session) -> list[Input]:
    """The Inputs that the client has sent since the last call."""
    sent = map(decode, Decoder(LIMIT_CLIENT).receive_data(session.link.data_to_send()))
    return [message for message in sent if isinstance(message, Input)]


STATE = state_from_keyframe(KEYFRAME, ROUND.width, ROUND.height)


def other(tick: int = STATE.tick, tile: tuple[int, Tile] | None = None, **tables: tuple[Row, ...]) -> Keyframe:
    """The keyframe with other rows, or with one other tile."""
    rows = dict(zip(TABLES, STATE.snapshot.tables, strict=True))
    rows |= {name: {row[0]: row[1:] for row in table} for name, table in tables.items()}
    tiles = bytearray(STATE.snapshot.tiles)
    if tile:
        tiles[tile[0]] = int(tile[1])
    snapshot = replace(STATE.snapshot, tick=tick, tiles=bytes(tiles), tables=tuple(rows.values()))
    return keyframe_of(replace(STATE, snapshot=snapshot, applied={}))


PLAYERS = tuple([(slot, *row) for slot, row in STATE.snapshot.players.items()])
BOMB = (1, 0, 384, 384, 150, 2, -1, -1)  # id, owner, x, y, ...
BOARD = ROUND.width * ROUND.height
EVENTS_MOST = 1024  # in one message
LOBBIES = [Lobby(phase, 7, "classic", "duel", 1, 8, 1, ("classic",), ("duel",)) for phase in Phase]
FREE = KEYFRAME.tiles.index(Tile.FLOOR)


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (Roster((ADA, replace(BO, slot=0)), ()), "two seats with one slot"),
        (Roster((ADA, replace(BO, member=7)), ()), "gives us more than 1 seats"),
        (Roster((ADA,), (Spectator(9, "Cy"), Spectator(9, "Di"))), "a spectator twice"),
        (Roster((ADA,), (Spectator(0, "Cy"),)), "a bot as one"),
        (Roster((ADA,), (Spectator(7, "Ada"),)), "a spectator who has a seat"),
        (replace(ROUND, slots=()), "no slots"),
        (replace(ROUND, slots=(0, 0)), "one of them twice"),
        (other(players=PLAYERS[:1]), "the players are not those of the Round"),
        (other(players=(*PLAYERS, (2, *PLAYERS[0][1:]))), "the players are not those of the Round"),
        (other(bombs=((*BOMB[:1], 5, *BOMB[2:]),)), "of nobody in the Round"),
        (other(flames=((20, 99, 5, -1, 0),)), "of nobody in the Round"),
        (other(acks=((5, 0, 1),)), "of nobody in the Round"),
        (other(tile=(0, Tile.FLOOR)), "the edge of the board is open"),
        (other(tile=(BOARD - 1, Tile.BRICK)), "the edge of the board is open"),
        (Delta(1, ((0, 3, 1, 0),)), "the edge of the board is open"),
        (Digest(STATE.tick, 0), "differs from the server's"),
        (other(bombs=((*BOMB[:2], 0, 0, *BOMB[4:]),)), "in the edge of the board"),
        (other(players=((0, 0, 0, *PLAYERS[0][3:]), *PLAYERS[1:])), "in the edge of the board"),
        (other(breaking=((0, 9, 0),)), "a brick breaks where there is none"),
        (other(flames=((0, 99, 0, -1, 0),)), "a flame or an item is in a wall or a brick"),
        (other(tile=(FREE, Tile.BRICK), items=((FREE, 1),)), "a flame or an item is in a wall or a brick"),
        (other(flames=((FREE, 99, 0, -1, 0),), items=((FREE, 1),)), "an item lies in a flame"),
        (Events(1, (Event(EventType.BLAST, 0, BOARD),)), "off the board"),
        (Events(1, (Event(EventType.DIED, 5, 20),)), "of nobody in the Round"),
        (Results(2, 0, (), False, -1, 60), "not of the last Round"),
    ],
)
def test_what_does_not_fit_to_the_round_ends_the_session(message: Message, sentence: str) -> None:
    session = playing()
    tell(session, message)
    assert session.problem.startswith("The server sent what makes no sense (")
    assert sentence in session.problem


def test_time_goes_forward_in_a_round_and_begins_again_in_the_next() -> None:
    session = playing()
    tell(session, other(tick=100), other(tick=100), ROUND, KEYFRAME)
    assert session.problem == ""
    tell(session, other(tick=100), other(tick=99))
    assert "goes back from tick 100 to 99" in session.problem


@pytest.mark.parametrize(
    ("welcome", "sentence"),
    [
        (replace(WELCOME, protocol=PROTOCOL + 1), f"is of protocol {PROTOCOL + 1}"),
        (replace(WELCOME, member=0), "member 0"),
    ],
)
def test_a_welcome_that_does_not_fit_to_our_hello_ends_the_session_at_once(welcome: Message, sentence: str) -> None:
    session = Session("Ada")
    session.link.heartbeat.open(0.0)
    tell(session, welcome, ROUND, KEYFRAME)
    assert sentence in session.problem
    assert session.announcement is None


def test_a_server_that_sends_more_than_a_game_needs_for_long_ends_the_session() -> None:
    line = raw(Chat(-1, "", "x" * CHAT_MOST))
    session, second = playing(), line * (2 * WORK_RATE * UNIT // len(line))
    fine = len(second) // 2
    for now in range(1, 11):
        session.receive_data(second[:fine], float(now))
    assert session.problem == "", "a half of it goes on for ever"
    for now in range(11, 20):
        session.receive_data(second, float(now))
    assert "more than a game can need" in session.problem


def test_many_small_messages_and_many_events_are_more_than_a_game_needs() -> None:
    blasts = Events(1, (Event(EventType.BLAST, 0, 5, 2),) * EVENTS_MOST)
    for message, each in ((Ping(1), 1), (Pong(1), 1), (blasts, EVENTS_MOST)):
        session, half = playing(), WORK_MOST // each // 2
        tell(session, *[message] * half)
        assert session.problem == ""
        tell(session, *[message] * (half + 2))
        assert "more than a game can need" in session.problem


def test_what_a_server_sends_while_this_computer_stands_still_for_a_second_is_handled_in_one_picture() -> None:
    session = playing()
    states = [other(tick=tick) for tick in range(1, 61)]
    session.receive_data(raw(*states, *LOBBIES, replace(ROUND, number=2), KEYFRAME), 1.0)
    assert not session.work.is_behind
    assert session.announcement
    assert session.announcement.number == 2
    assert session.view(1.0)


def test_what_waits_is_of_no_use_on_the_next_connection_and_does_not_grow_without_end() -> None:
    session = playing()
    session.receive_data(raw(*[Ping(1)] * WORK_MOST), 0.0)
    assert session.work.is_behind
    session.renew_link()
    assert not session.work.is_behind
    session.receive_data(bytes(2 * WORK_MOST * UNIT), 0.0)
    assert "more than a game can need" in session.problem


def test_a_digest_that_comes_again_for_the_same_state_costs_no_more_than_its_bytes() -> None:
    session, digest = playing(), digest_of(state_from_keyframe(KEYFRAME, ROUND.width, ROUND.height))
    tell(session, *[digest] * (WORK_MOST // 2))
    assert session.problem == ""
    tell(session, replace(digest, checksum=digest.checksum ^ 1))
    assert "differs" in session.problem


def test_rounds_begin_no_faster_than_they_can_be_drawn() -> None:
    session = playing()
    for now in range(1, 101):
        session.receive_data(raw(ROUND, KEYFRAME), float(now))
    assert session.problem == ""
    tell(session, *[ROUND] * (WORK_MOST // ROUND_UNITS + 1))
    assert "more than a game can need" in session.problem


def test_screens_change_no_faster_than_they_can_be_drawn() -> None:
    session = playing()
    for now in range(1, 101):
        session.receive_data(raw(*LOBBIES, *LOBBIES), float(now))
    assert session.problem == ""
    tell(session, *LOBBIES * (WORK_MOST // PHASE_UNITS))
    assert "more than a game can need" in session.problem


def test_a_server_of_our_own_may_run_as_fast_as_it_can() -> None:
    session = playing()
    session.server_pace = Pace.SKIP
    tell(session, *[ROUND] * (WORK_MOST // ROUND_UNITS + 1))
    assert session.problem == ""


def test_the_dead_stay_dead() -> None:
    session = playing()
    dead = (*PLAYERS[0][: 1 + DIED_AT], 5, *PLAYERS[0][2 + DIED_AT :])
    tell(session, other(tick=5, players=(dead, *PLAYERS[1:])), other(tick=6, players=(dead, *PLAYERS[1:])))
    assert session.problem == ""
    tell(session, other(tick=7))
    assert "a dead player lives again" in session.problem


def test_a_bot_follows_a_roster_that_changes_while_the_tick_stands_still() -> None:
    session = playing(players=2)
    bot = Autopilot(1)
    for seats in ((), (ADA,), (ADA, replace(BO, member=7)), (ADA,)):
        tell(session, Roster(seats, ()))
        session.send_keys(bot.keys(session))
    assert [players for players, _ in groupby(len(one.keys) for one in inputs(session)) if players] == [1, 2, 1]


def test_a_bot_stands_still_by_rules_in_which_nobody_walks() -> None:
    session = playing()
    slow = replace(ROUND, rules=replace(ROUND.rules, speed=0, speed_most=0, countdown=0))
    bot = Autopilot(1)
    tell(session, slow, KEYFRAME)
    for tick in range(1, 60):
        tell(session, other(tick=tick, bombs=(BOMB,)))
        session.send_keys(bot.keys(session))
    assert session.problem == ""
    assert session.link.inputs
    assert session.link.inputs.clock == 59
