"""Who may pause a room, hurry or skip its round, and begin its match anew: the only one who is connected."""

import pytest

from petard.server.room.match_recorder import MatchRecorder, RecordedRoom
from petard.server.room.pace import PaceControl
from petard.shared.control_channel import ControlOrder, ControlVerb, Pace
from petard.shared.demo.reader import read_demo
from petard.shared.demo.verify import verify
from petard.shared.protocol.messages import Phase, Round, Setup
from petard.shared.rules.world import World
from tests.ends import Ends

PAUSE, RESUME, RESTART = (ControlOrder(verb) for verb in (ControlVerb.PAUSE, ControlVerb.RESUME, ControlVerb.RESTART))
BOTS = Setup("classic", "last-one-standing", 3, 3, 3)


def fast(number: int) -> ControlOrder:
    return ControlOrder(ControlVerb.FAST, number)


def skip(number: int) -> ControlOrder:
    return ControlOrder(ControlVerb.SKIP, number)


def begun(players: int = 1, tape: MatchRecorder | None = None) -> tuple[Ends, PaceControl]:
    """One member against bots, after the countdown."""
    ends = Ends(BOTS, tape=tape)
    ends.join(1, players=players)
    ends.start()
    ends.tick(world_of(ends).rules.countdown + 1)
    return ends, PaceControl(ends.room)


def world_of(ends: Ends) -> World:
    assert ends.room.world
    return ends.room.world


def put_out(ends: Ends, *slots: int) -> None:
    """Take bodies off the board, as if they had died in this tick."""
    world = world_of(ends)
    for slot in slots:
        world.players[slot].died_at = world.tick
        world.players[slot].health = 0


def test_who_is_alone_against_bots_pauses_and_goes_on() -> None:
    _, control = begun()
    assert control.pace() is Pace.NORMAL
    control.obey(PAUSE)
    assert control.pace() is Pace.PAUSED
    control.obey(RESUME)
    assert control.pace() is Pace.NORMAL


def test_a_second_member_ends_the_pause_for_good() -> None:
    ends, control = begun()
    control.obey(PAUSE)
    ends.join(2, "Grace")
    assert control.pace() is Pace.NORMAL
    control.obey(PAUSE)
    assert control.pace() is Pace.NORMAL
    ends.leave(2)
    assert control.pace() is Pace.NORMAL


def test_a_pause_ends_when_the_only_line_breaks() -> None:
    ends, control = begun()
    control.obey(PAUSE)
    ends.disconnect(1)
    assert control.pace() is Pace.NORMAL


def test_there_is_no_pause_in_the_lobby() -> None:
    ends = Ends(BOTS)
    ends.join(1)
    control = PaceControl(ends.room)
    control.obey(PAUSE)
    assert control.pace() is Pace.NORMAL


def test_a_round_is_hurried_only_once_nobody_of_the_only_member_lives() -> None:
    ends, control = begun(players=2)
    control.obey(fast(1))
    assert control.pace() is Pace.NORMAL
    put_out(ends, 0)
    control.obey(fast(1))
    assert control.pace() is Pace.NORMAL
    put_out(ends, 1)
    assert control.pace() is Pace.NORMAL  # what came too early is not kept
    control.obey(fast(1))
    assert control.pace() is Pace.FAST
    control.obey(skip(1))
    assert control.pace() is Pace.SKIP
    control.obey(PAUSE)
    assert control.pace() is Pace.PAUSED
    control.obey(RESUME)
    assert control.pace() is Pace.SKIP


def test_an_order_for_another_round_does_nothing() -> None:
    ends, control = begun()
    put_out(ends, 0)
    control.obey(skip(2))
    control.obey(fast(2))
    assert control.pace() is Pace.NORMAL


@pytest.mark.slow
def test_when_the_round_is_over_everything_has_its_usual_pace_and_the_next_round_too() -> None:
    ends, control = begun()
    put_out(ends, 0)
    control.obey(skip(1))
    control.obey(fast(1))
    while control.pace() is Pace.SKIP:
        ends.tick()
    assert world_of(ends).over_at == world_of(ends).tick
    control.obey(skip(1))
    assert control.pace() is Pace.NORMAL
    ends.tick_until(Phase.RESULTS)
    ends.tick_until(Phase.PLAYING)
    put_out(ends, 0)
    ends.tick(world_of(ends).rules.countdown + 1)
    assert control.pace() is Pace.NORMAL


def test_the_countdown_is_not_hurried() -> None:
    ends = Ends(BOTS)
    ends.join(1)
    ends.start()
    control = PaceControl(ends.room)
    put_out(ends, 0)
    for _ in range(world_of(ends).rules.countdown - world_of(ends).tick):
        control.obey(fast(1))
        assert control.pace() is Pace.NORMAL
        ends.tick()
    control.obey(fast(1))
    assert control.pace() is Pace.FAST


def test_a_second_member_ends_the_hurry_though_they_only_watch() -> None:
    ends, control = begun()
    put_out(ends, 0)
    control.obey(fast(1))
    assert control.pace() is Pace.FAST
    ends.join(2, "Grace")
    assert control.pace() is Pace.NORMAL


def test_the_match_begins_anew_with_the_same_setup_and_no_pause() -> None:
    ends, control = begun()
    control.obey(PAUSE)
    before, ends.sent[:] = ends.room.matches.choice.current, []
    assert control.obey(RESTART)
    ends.deliver(ends.room.restart_match())
    assert control.pace() is Pace.NORMAL
    assert [message.number for message in ends.sent if isinstance(message, Round)] == [1]
    assert ends.room.matches.choice.current == before
    ends.tick_until(Phase.PLAYING)
    assert world_of(ends).tick < 5
    assert ends.sessions[1].announcement is not None
    assert 0 in world_of(ends).players


def test_wins_are_forgotten_in_a_match_that_begins_anew() -> None:
    ends, control = begun()
    put_out(ends, 1, 2, 3)
    ends.tick_until(Phase.RESULTS)
    assert ends.sessions[1].room.seats[0].wins == 1
    assert control.obey(RESTART)
    ends.deliver(ends.room.restart_match())
    assert [seat.wins for seat in ends.sessions[1].room.seats] == [0] * 4


def test_nobody_begins_a_match_anew_in_the_lobby_or_on_a_server_that_drains() -> None:
    ends = Ends(BOTS)
    ends.join(1)
    control = PaceControl(ends.room)
    assert not control.obey(RESTART)
    ends.start()
    ends.room.drain("It is late.")
    assert ends.room.restart_match() == []
    assert ends.room.phase is Phase.PLAYING


def test_a_match_that_was_broken_off_and_its_successor_are_both_recorded_whole() -> None:
    tape = MatchRecorder(RecordedRoom("Test"), is_on=True)
    ends, control = begun(tape=tape)
    ends.tick(200)
    assert control.obey(RESTART)
    ends.deliver(ends.room.restart_match())
    ends.tick(400)
    tape.end("The test is over.")
    demos: dict[int, bytes] = {}
    for page in ends.room.take_demo_chunks():
        demos[page.number] = demos.get(page.number, b"") + page.data
    assert sorted(demos) == [1, 2]
    for data in demos.values():
        demo = read_demo(data)
        assert demo.length > 100
        assert (verify(demo).mismatch, verify(demo).failed) == (None, "")
