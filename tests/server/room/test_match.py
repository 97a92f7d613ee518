"""The rounds of a match: loading, playing, results, and those who come and go meanwhile."""

import pytest

from petard.game.client.session import Session
from petard.server.room.match_state import AFTERGLOW, CHAMPION_SHOWN, LOADING_MOST, RESULTS_SHOWN
from petard.shared.protocol.messages import Keyframe, Phase, Ready, Results, Round, Setup, Welcome
from petard.shared.rules.events import EventType
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import Keys
from tests.ends import Ends


def texts(session: Session) -> list[str]:
    return [line.text for line in session.chat.lines]


def test_a_client_that_never_loads_is_waited_for_three_seconds_at_most() -> None:
    ends = Ends()
    ends.join(1)
    ends.join(2, "Grace")
    ends.deaf.add(2)
    for session in ends.sessions.values():
        session.link.send(Ready(True))
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
    assert not late.room.my_slots
    assert texts(late)[-1] == "A round is running: you watch this one and play the next."
    ends.leave(2)
    ends.tick_until(Phase.RESULTS)
    ends.tick_until(Phase.PLAYING)
    assert late.room.my_slots == (1,)
    assert late.announcement
    assert late.announcement.slots == (0, 1)


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


@pytest.mark.slow
def test_a_match_goes_from_the_lobby_over_rounds_to_a_champion_and_back() -> None:
    ends = Ends(Setup("small", "last-one-standing", 3, 0, 0))
    ada, grace = ends.join(1), ends.join(2, "Grace")
    ends.start()
    for number in (1, 2):
        assert ada.announcement
        assert ada.announcement.number == number
        ends.keys[2] = (Keys.BOMB,)
        ends.tick_until(Phase.RESULTS)  # Grace stands on her bomb
        assert ada.room.results
        assert ada.room.results.winner == 0
        assert ada.room.results.next_in == (RESULTS_SHOWN if number == 1 else CHAMPION_SHOWN)
        ends.keys[2] = (0,)
        ends.tick_until(Phase.LOADING if number == 1 else Phase.LOBBY)
    results = [message for message in ends.sent if isinstance(message, Results)]
    assert [(result.match_over, result.champion) for result in results] == [(False, -1), (True, 0)]
    assert not any(seat.ready for seat in grace.room.seats)
    assert ends.room.phase is Phase.LOBBY


@pytest.mark.slow
def test_the_world_goes_on_for_a_moment_after_the_last_death() -> None:
    ends = Ends(Setup("small", "last-one-standing", 1, 0, 0))
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    ends.keys[2] = (Keys.BOMB,)
    ends.tick_until(Phase.RESULTS)
    rounds = ends.room.matches.match
    assert rounds
    assert rounds.round.world.tick - rounds.round.world.over_at == AFTERGLOW - 1


def test_a_keyframe_is_of_the_last_delta_so_that_the_next_fits() -> None:
    ends = Ends(snapshots=20)
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    ends.tick(100)
    feed, session = ends.room.feed, ends.sessions[1]
    assert feed
    assert session.client_round
    assert session.client_round.server_snapshot == feed.sent
    assert feed.keyframe().tick == feed.sent.tick
    assert ends.room.world
    assert feed.sent.tick < ends.room.world.tick


@pytest.mark.parametrize("snapshots", [20, 30, 60])
def test_as_many_snapshots_are_sent_as_were_asked_for(snapshots: int) -> None:
    ends = Ends(snapshots=snapshots)
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    ends.sent.clear()
    ends.tick(2 * TICK_RATE)
    assert len(ends.deltas()) == 2 * snapshots


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


@pytest.mark.slow
def test_a_second_match_waits_for_loading_as_the_first_did() -> None:
    ends, _, _ = begun(1)
    ends.keys[2] = (Keys.BOMB,)
    ends.tick_until(Phase.LOBBY)
    ends.deaf.add(2)
    for session in ends.sessions.values():
        session.link.send(Ready(True))
    ends.post()
    ends.tick(LOADING_MOST - 1)
    assert ends.room.phase is Phase.LOADING


@pytest.mark.slow
def test_the_champion_may_leave_and_the_match_stays_over() -> None:
    ends, _, grace = begun(1)
    ends.join(3, "Edsger")
    ends.keys[2] = (Keys.BOMB,)
    ends.tick_until(Phase.RESULTS)
    assert grace.room.results
    assert (grace.room.results.match_over, grace.room.results.champion) == (True, 0)
    ends.leave(1)
    ends.tick(CHAMPION_SHOWN + 1)
    assert ends.room.phase is Phase.LOBBY


@pytest.mark.slow
def test_who_leaves_after_the_last_death_does_not_turn_the_win_into_a_draw() -> None:
    ends, _, grace = begun(3)
    ends.join(3, "Edsger")
    ends.keys[2] = (Keys.BOMB,)
    while not any(event.what is EventType.OVER for _, event in grace.new_events()):
        ends.tick()
    ends.leave(1)
    ends.tick_until(Phase.RESULTS)
    assert grace.room.results
    assert grace.room.results.winner == -1, "who has left has no name any more"
    ends.tick_until(Phase.PLAYING)
    assert ends.room.matches.match
    assert ends.room.matches.match.score.series.counted == 1


def test_who_leaves_while_others_load_is_not_waited_for() -> None:
    ends = Ends()
    for peer, name in enumerate(("Ada", "Grace", "Edsger"), 1):
        ends.join(peer, name)
    ends.deaf.add(3)
    for session in ends.sessions.values():
        session.link.send(Ready(True))
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
        session.link.send(Ready(True))
    ends.tick_until(Phase.PLAYING, LOADING_MOST + 5)
    ends.tick(5)
    assert ends.room.matches.match
    body = ends.room.matches.match.round.world.players[0]
    ends.keys[1] = (Keys.LEFT,)
    waited = 0
    while not body.keys:
        ends.tick()
        waited += 1
    assert waited <= 3


def test_all_bots_of_a_tick_look_at_one_sight() -> None:
    ends = Ends(Setup("grand", "last-one-standing", 1, 15, 2))
    ends.join(1)
    ends.start()
    ends.tick(5)
    assert ends.room.matches.match
    match = ends.room.matches.match.round
    memories = [brain._memory for brain in match.bots.seated.values()]  # private: shared by all, for speed
    percepts = {id(memory.percepts[-1]) for memory in memories}
    assert percepts == {id(match.bots.percept)}
