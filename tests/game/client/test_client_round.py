"""A round on the client: nothing before its first keyframe, then what the server sent; each event once."""

from itertools import pairwise

import pytest

from petard.game.client.client_round import ClientRound
from petard.game.client.event_queue import EVENTS_KEPT, PREDICTED_KEPT, SAME, EventQueue
from petard.game.client.net_stats import NetcodeOptions
from petard.shared.control_channel import Pace
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.messages import Delta, Events, Keyframe, Setup
from petard.shared.rules.events import Event, EventType
from tests.ends import Ends


def announced() -> tuple[ClientRound, Keyframe]:
    """A round that was announced, and its keyframe."""
    ends = Ends()
    ada = ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    assert ada.announcement
    return ClientRound(ada.announcement, 60, NetcodeOptions()), next(
        message for message in ends.sent if isinstance(message, Keyframe)
    )


def test_before_the_keyframe_there_is_nothing_to_show() -> None:
    client_round, keyframe = announced()
    assert (client_round.server_snapshot, client_round.view(0.0), client_round.world()) == (None, None, None)
    with pytest.raises(RemoteProtocolError, match="before any Keyframe"):
        client_round.handle_message(Delta(1, ()), 0.0)
    client_round.handle_message(keyframe, 0.0)
    view, world = client_round.view(0.0), client_round.world()
    assert client_round.server_snapshot
    assert view
    assert world
    assert len(view.players) == len(world.players) == 2


def test_events_are_given_once_and_those_that_are_not_taken_cost_no_memory() -> None:
    client_round, _ = announced()
    for tick in range(2 * EVENTS_KEPT):
        client_round.handle_message(Events(tick, (Event(EventType.GO),)), 0.0)
    assert [tick for tick, _ in client_round.events.take()] == list(range(EVENTS_KEPT, 2 * EVENTS_KEPT))
    assert client_round.events.take() == []


def test_at_three_times_the_pace_the_picture_runs_evenly_and_nothing_counts_as_corrected() -> None:
    ends = Ends(Setup("classic", "last-one-standing", 1, 3, 3))
    ada = ends.join(1)
    ends.start()
    assert ends.room.world
    ends.tick(ends.room.world.rules.countdown + 30)
    ends.room.world.players[0].died_at = ends.room.world.tick
    ends.tick(30)
    ada.view(ends.now)
    assert ada.client_round
    ada.client_round.predicted_view.take_corrections()
    ada.server_pace, seen, told_at = Pace.FAST, [], ends.now
    for pause in (0.011, 0.021, 0.017, 0.014) * 25:  # pictures that come as unevenly as on a busy machine
        until = ends.now + pause
        while told_at + 1 / 180 <= until:
            ends.now = told_at = told_at + 1 / 180
            ends.deliver(ends.room.tick(ends.now))
        ends.now = until
        ada.send_keys((0,))
        ends.post()
        view = ada.view(ends.now)
        assert view
        seen.append((ends.now, view.tick))
    steps = [(tick - before) / (now - since) for (since, before), (now, tick) in pairwise(seen[10:])]
    assert all(step == pytest.approx(180, rel=0.05) for step in steps)
    assert not any(ada.client_round.predicted_view.take_corrections())
    assert ada.clock_rate == 1.0, "our own ticks need not follow"


# Events that prediction reports first

DROP = Event(EventType.DROPPED, 0, 31)


def queue_with(*ticks: int) -> EventQueue:
    """A queue of which all predicted events were taken."""
    queue = EventQueue()
    queue.add_predicted([(tick, DROP) for tick in ticks])
    assert queue.take() == [(tick, DROP) for tick in ticks]
    return queue


def test_an_event_that_prediction_reported_is_not_reported_again() -> None:
    queue = queue_with(100)
    queue.add_from_server(100 + SAME, [DROP])
    assert queue.take() == []
    queue.add_from_server(100, [DROP])
    assert queue.take() == [(100, DROP)], "one prediction stands for one event"


def test_an_event_that_was_not_predicted_is_reported() -> None:
    queue, other = queue_with(100), Event(EventType.DROPPED, 1, 31)
    queue.add_from_server(100, [other])
    queue.add_from_server(100 + SAME + 1, [DROP])
    queue.add_from_server(99, [DROP])
    assert queue.take() == [(100, other), (100 + SAME + 1, DROP)]


def test_predictions_that_the_server_does_not_confirm_are_forgotten() -> None:
    queue = queue_with(0, *range(1000, 1000 + PREDICTED_KEPT))
    queue.add_from_server(0, [DROP])
    assert queue.take() == [(0, DROP)]
