"""Which states a peer is sent: all while it keeps up, single ones while it does not, and all again once it is quick."""

from petard.server.policy.state_pace import (
    NARROW_AT_FIRST,
    NARROW_WINDOW,
    QUICK,
    QUICK_MOST,
    RELAPSE,
    WINDOW,
    StatePace,
)
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.protocol.state import State
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from tests.ends import boards

STATE = State(snapshot_of(new_world(LAST_ONE_STANDING, boards()["small"], (0, 1), 1), {}))
SNAPSHOTS = 60


def behind(now: float = 0.0) -> StatePace:
    """The pace of a peer that was just paused."""
    pace = StatePace(SNAPSHOTS)
    pace.note_ping(0.0)
    pace.sent = pace.window + 1
    assert pace.is_behind
    pace.pause(STATE, now)
    return pace


def send_singles(pace: StatePace, takes: float, now: float) -> int:
    """Send single states that are each received after so long, until it streams; return how many they were."""
    for count in range(1, 2 * QUICK_MOST + 2):
        pace.note_seen(pace.sent, now)
        assert pace.wants_state
        pace.note_single(STATE, now)
        if pace.streams:
            return count
        now += takes
    return 0


def test_a_peer_that_receives_all_states_is_sent_all() -> None:
    pace = StatePace(SNAPSHOTS)
    for count in range(1000):
        pace.sent += 1
        late = SNAPSHOTS // 4 if count < NARROW_AT_FIRST * SNAPSHOTS else SNAPSHOTS // 2
        pace.note_seen(count - late, count / SNAPSHOTS)
        assert pace.streams
        assert not pace.is_behind


def test_over_a_long_way_more_states_may_be_under_way() -> None:
    pace = StatePace(SNAPSHOTS)
    pace.note_ping(0.5)
    pace.note_ping(0.9)
    assert pace.window == round((NARROW_WINDOW + 0.5) * SNAPSHOTS), "the shortest ping counts"
    pace.sent = round(NARROW_AT_FIRST * SNAPSHOTS) + 1
    assert pace.window == round((WINDOW + 0.5) * SNAPSHOTS)


def test_a_paused_peer_is_sent_one_state_after_the_other_when_it_has_received_all() -> None:
    pace = behind()
    pace.note_seen(pace.sent - 1, 1.0)
    assert not pace.wants_state
    pace.note_seen(pace.sent, 2.0)
    assert pace.wants_state
    pace.note_single(STATE, 2.0)
    assert not pace.wants_state
    assert pace.base is STATE


def test_it_streams_again_once_it_has_received_single_states_quickly() -> None:
    assert send_singles(behind(), QUICK - 0.01, 1.0) == 2
    assert send_singles(behind(), QUICK + 0.01, 1.0) == 0


def test_who_is_paused_again_soon_has_to_be_quick_twice_as_often() -> None:
    pace, now, counts = behind(), 0.0, []
    for _ in range(8):
        counts.append(send_singles(pace, 0.01, now))
        now += 1.0
        pace.pause(STATE, now)
    assert counts == [2, 3, 5, 9, 17, 33, 65, 65]
    send_singles(pace, 0.01, now)
    pace.pause(STATE, now + RELAPSE + QUICK_MOST)
    assert send_singles(pace, 0.01, now + 100.0) == 2


def test_a_client_that_lies_about_what_it_has_received_is_sent_no_more() -> None:
    pace = StatePace(SNAPSHOTS)
    pace.sent = 10
    pace.note_seen(2**32 - 1, 0.0)
    assert pace.seen == 10
    pace.note_seen(3, 0.0)
    assert pace.seen == 10
