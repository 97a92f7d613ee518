"""A played round: nothing before its first keyframe, then what was told."""

from itertools import pairwise

import pytest

from petard.game.client.client_round import NEWS_KEPT, ClientRound
from petard.game.client.netcode_options import NetcodeOptions
from petard.shared.control_channel import Pace
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.messages import Delta, Events, Keyframe, Setup
from petard.shared.rules.events import Event, EventType
from tests.ends import Ends


def told() -> tuple[ClientRound, Keyframe]:
    """A round that was announced, and its keyframe."""
    ends = Ends()
    ada = ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    assert ada.round
    return ClientRound(ada.round, 60, NetcodeOptions()), next(
        message for message in ends.sent if isinstance(message, Keyframe)
    )


def test_before_the_keyframe_there_is_nothing_to_show() -> None:
    played, keyframe = told()
    assert (played.is_loaded, played.view(0.0), played.world()) == (False, None, None)
    with pytest.raises(RemoteProtocolError, match="before any Keyframe"):
        played.take(Delta(1, ()), 0.0)
    played.take(keyframe, 0.0)
    view, world = played.view(0.0), played.world()
    assert played.is_loaded
    assert view
    assert world
    assert len(view.players) == len(world.players) == 2


def test_news_are_told_once_and_what_nobody_asks_for_costs_no_memory() -> None:
    played, _ = told()
    for tick in range(2 * NEWS_KEPT):
        played.take(Events(tick, (Event(EventType.GO),)), 0.0)
    assert [tick for tick, _ in played.news()] == list(range(NEWS_KEPT, 2 * NEWS_KEPT))
    assert played.news() == []


def test_at_three_times_the_pace_the_picture_runs_evenly_and_nothing_counts_as_guessed_wrong() -> None:
    ends = Ends(Setup("classic", "last-one-standing", 1, 3, 3))
    ada = ends.join(1)
    ends.start()
    assert ends.room.world
    ends.tick(ends.room.world.rules.countdown + 30)
    ends.room.world.players[0].died_at = ends.room.world.tick
    ends.tick(30)
    ada.view(ends.now)
    assert ada.played
    ada.played.corrections()
    ada.server_pace, seen, told_at = Pace.FAST, [], ends.now
    for pause in (0.011, 0.021, 0.017, 0.014) * 25:  # pictures that come as unevenly as on a busy machine
        until = ends.now + pause
        while told_at + 1 / 180 <= until:
            ends.now = told_at = told_at + 1 / 180
            ends._deliver(ends.room.tick(ends.now))
        ends.now = until
        ada.press((0,))
        ends.post()
        view = ada.view(ends.now)
        assert view
        seen.append((ends.now, view.tick))
    steps = [(tick - before) / (now - since) for (since, before), (now, tick) in pairwise(seen[10:])]
    assert all(step == pytest.approx(180, rel=0.05) for step in steps)
    assert not any(ada.played.corrections())
    assert ada.pace == 1.0, "our own ticks need not follow"
