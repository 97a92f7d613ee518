"""What is ordered from a server of our own, and when."""

from petard.game.client.server_control import ServerControl
from petard.shared.control_channel import ControlOrder, ControlVerb, Pace

PAUSE, RESUME, RESTART = (ControlOrder(verb) for verb in (ControlVerb.PAUSE, ControlVerb.RESUME, ControlVerb.RESTART))


def alone(number: int = 1) -> ServerControl:
    control = ServerControl()
    control.company(is_alone=True)
    control.begin_round(number)
    return control


def test_a_pause_is_ordered_once_however_often_it_is_wanted_and_so_is_its_end() -> None:
    control = alone()
    for _ in range(3):
        control.hold(True)
    assert control.take() == [PAUSE]
    control.hear(Pace.PAUSED)
    control.hold(True)
    for _ in range(3):
        control.hold(False)
    assert control.take() == [RESUME]


def test_nothing_is_ordered_while_somebody_else_is_there() -> None:
    control = ServerControl()
    control.begin_round(1)
    control.hold(True)
    control.hurry()
    control.skip()
    control.restart()
    assert control.take() == []


def test_a_pause_that_somebody_else_ended_is_ordered_again_once_they_are_gone() -> None:
    control = alone()
    control.hold(True)
    control.hear(Pace.PAUSED)
    assert control.take() == [PAUSE]
    control.company(is_alone=False)
    control.hear(Pace.NORMAL)
    control.hold(True)
    assert not [order for order in control.take() if order == PAUSE]
    control.company(is_alone=True)
    control.hold(True)
    assert control.take() == [PAUSE]


def test_whatever_the_server_says_last_a_menu_that_is_closed_ends_the_pause() -> None:
    control = alone()
    control.hold(True)
    control.hear(Pace.FAST)  # said before it had read our order
    control.hold(False)
    control.hear(Pace.PAUSED)
    control.hold(False)
    orders = control.take()
    assert orders[0] == PAUSE
    assert orders[-1] == RESUME


def test_a_round_is_hurried_once_and_the_next_one_again() -> None:
    control = alone()
    for _ in range(3):
        control.hurry()
    assert control.take() == [ControlOrder(ControlVerb.FAST, 1)]
    control.begin_round(2)
    control.hurry()
    assert control.take() == [ControlOrder(ControlVerb.FAST, 2)]


def test_after_a_visitor_has_left_the_round_is_hurried_again() -> None:
    control = alone()
    control.hurry()
    control.company(is_alone=False)
    control.company(is_alone=True)
    control.hurry()
    assert control.take() == [ControlOrder(ControlVerb.FAST, 1)] * 2


def test_skip_names_the_round_and_restart_names_nothing() -> None:
    control = alone(3)
    control.skip()
    control.restart()
    assert control.take() == [ControlOrder(ControlVerb.SKIP, 3), RESTART]
