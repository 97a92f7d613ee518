"""What our own clock has told is not told again by the server, and what it has not told is."""

from petard.game.client.event_dedup import KEPT, SAME, EventDedup
from petard.shared.rules.events import Event, EventType

DROP = Event(EventType.DROPPED, 0, 31)


def test_a_guess_that_the_server_confirms_is_heard_once() -> None:
    once = EventDedup()
    once.guess([(100, DROP)])
    assert not once.is_new(100 + SAME, DROP)
    assert once.is_new(100, DROP), "one guess stands for one event"


def test_what_nobody_guessed_is_new() -> None:
    once = EventDedup()
    once.guess([(100, DROP)])
    assert once.is_new(100, Event(EventType.DROPPED, 1, 31))
    assert once.is_new(100 + SAME + 1, DROP)
    assert not once.is_new(99, DROP)


def test_guesses_that_nobody_confirms_cost_no_memory() -> None:
    once = EventDedup()
    for tick in range(2 * KEPT):
        once.guess([(tick, DROP)])
    assert len(once._guesses) == KEPT
