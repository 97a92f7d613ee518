"""Another match at one press, while the results of the last one are shown."""

from petard.game.client.session import Session
from petard.shared.protocol.messages import Phase, Ready, Setup
from tests.ends import Ends

LOBBY_MOST = 11 * 60  # ticks: the results of the last round take ten seconds


def over(*names: str, bots: int = 1) -> tuple[Ends, list[Session]]:
    """A room whose only round is over, with these people in it."""
    ends = Ends(Setup("small", "duel", 1, bots, 2))
    sessions = [ends.join(peer, name) for peer, name in enumerate(names, 1)]
    ends.start()
    ends.tick_until(Phase.RESULTS)
    ends.tick()
    return ends, sessions


def again(ends: Ends, session: Session, is_ready: bool = True) -> None:
    session.link.send(Ready(is_ready))
    ends.tick(2)


def test_nobody_is_ready_as_the_results_of_a_match_begin() -> None:
    _, (ada, bo) = over("Ada", "Bo", bots=0)
    assert ada.room.results is not None
    assert ada.room.results.match_over
    assert not any(seat.ready for seat in bo.room.seats if seat.member)


def test_one_press_of_the_only_person_begins_the_next_match_at_once() -> None:
    ends, (ada,) = over("Ada")
    before = ada.announcement
    again(ends, ada)
    assert ends.room.phase in (Phase.LOADING, Phase.PLAYING)
    assert ada.announcement is not before
    assert [seat.wins for seat in ada.room.seats] == [0, 0]


def test_all_people_have_to_ask_and_may_change_their_mind() -> None:
    ends, (ada, bo) = over("Ada", "Bo", bots=0)
    again(ends, ada)
    assert ends.room.phase is Phase.RESULTS
    assert [seat.ready for seat in bo.room.seats] == [True, False], "the other sees it"
    again(ends, ada, is_ready=False)
    again(ends, bo)
    assert ends.room.phase is Phase.RESULTS
    again(ends, ada)
    assert ends.room.phase in (Phase.LOADING, Phase.PLAYING)


def test_who_has_asked_is_ready_in_the_lobby() -> None:
    ends, (ada, bo) = over("Ada", "Bo", bots=0)
    again(ends, ada)
    ends.tick_until(Phase.LOBBY, LOBBY_MOST)
    ends.tick()
    assert [seat.ready for seat in bo.room.seats] == [True, False]
    again(ends, bo)
    assert ends.room.phase in (Phase.LOADING, Phase.PLAYING)


def test_if_the_other_leaves_it_goes_on_without_them() -> None:
    ends, (ada, _) = over("Ada", "Bo", bots=1)
    again(ends, ada)
    ends.leave(2)
    ends.tick(2)
    assert ends.room.phase in (Phase.LOADING, Phase.PLAYING)


def test_between_two_rounds_nothing_can_be_asked() -> None:
    ends = Ends(Setup("small", "duel", 3, 1, 2))
    ada = ends.join(1)
    ends.start()
    ends.tick_until(Phase.RESULTS)
    before = ada.announcement
    again(ends, ada)
    assert ends.room.phase is Phase.RESULTS
    assert ada.announcement is before
