"""Members that only watch: a Hello for no player, and rooms with more spectators than a Roster lists."""

import pytest

from petard.shared.protocol.messages import Phase, Roster, Setup
from tests.ends import Ends

FULL = 64  # spectators in a Roster


def test_a_member_that_asked_to_watch_has_no_seat_in_any_phase_and_delays_nothing() -> None:
    ends = Ends(Setup("classic", "duel", 1, 1, 2))
    ends.join(1, "Ada")
    watcher = ends.join(2, "Bob", players=0)
    assert watcher.room.my_slots == ()
    ends.start()
    ends.tick(30)
    assert ends.room.phase is Phase.PLAYING
    assert watcher.room.my_slots == ()
    assert watcher.client_round
    assert watcher.client_round.server_snapshot == ends.sessions[1].client_round.server_snapshot  # type: ignore[union-attr]
    assert ends.room.world
    assert len(ends.room.world.players) == 2, "Ada and a bot"


@pytest.mark.parametrize("more", [0, 3])
def test_a_roster_lists_64_spectators_and_counts_the_others(more: int) -> None:
    ends = Ends()
    for number in range(FULL + more):
        ends.join(1 + number, f"Guest {number}", players=0)
    roster = next(message for message in reversed(ends.sent) if isinstance(message, Roster))
    assert (len(roster.watchers), roster.unlisted) == (FULL, more)
    assert {(session.problem, session.room.audience.unlisted) for session in ends.sessions.values()} == {("", more)}
