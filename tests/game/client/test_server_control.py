"""Which orders a server of our own gets, and when."""

from petard.game.client.server_control import ServerControl
from petard.shared.control_channel import ControlOrder, ControlVerb, Pace
from petard.shared.protocol.messages import Round
from petard.shared.rules.ruleset import LAST_ONE_STANDING

PAUSE, RESUME, RESTART = (ControlOrder(verb) for verb in (ControlVerb.PAUSE, ControlVerb.RESUME, ControlVerb.RESTART))


def announcement(number: int) -> Round:
    return Round(number, "arena", LAST_ONE_STANDING, 15, 13, (0, 1))


def alone(number: int = 1) -> ServerControl:
    control = ServerControl()
    control.set_alone(is_alone=True)
    control.set_round(announcement(number))
    return control


def test_a_pause_is_ordered_once_however_often_it_is_wanted_and_so_is_its_end() -> None:
    control = alone()
    for _ in range(3):
        control.pause(True)
    assert control.take_orders() == [PAUSE]
    control.set_pace(Pace.PAUSED)
    control.pause(True)
    for _ in range(3):
        control.pause(False)
    assert control.take_orders() == [RESUME]


def test_nothing_is_ordered_while_we_are_not_alone() -> None:
    control = ServerControl()
    control.set_round(announcement(1))
    control.pause(True)
    control.run_fast()
    control.skip()
    control.restart()
    assert control.take_orders() == []


def test_whether_phones_may_join_is_ordered_once_for_each_change_also_beside_others() -> None:
    control = ServerControl()
    for wanted in (True, False, False, True):
        control.take_pads(wanted)
    assert control.take_orders() == [ControlOrder(ControlVerb.PADS_OFF), ControlOrder(ControlVerb.PADS_ON)]


def test_a_pause_that_a_guest_ended_is_ordered_again_once_they_are_gone() -> None:
    control = alone()
    control.pause(True)
    control.set_pace(Pace.PAUSED)
    assert control.take_orders() == [PAUSE]
    control.set_alone(is_alone=False)
    control.set_pace(Pace.NORMAL)
    control.pause(True)
    assert not [order for order in control.take_orders() if order == PAUSE]
    control.set_alone(is_alone=True)
    control.pause(True)
    assert control.take_orders() == [PAUSE]


def test_a_closed_menu_ends_the_pause_whatever_the_server_reported_last() -> None:
    control = alone()
    control.pause(True)
    control.set_pace(Pace.FAST)  # reported before it had read our order
    control.pause(False)
    control.set_pace(Pace.PAUSED)
    control.pause(False)
    orders = control.take_orders()
    assert orders[0] == PAUSE
    assert orders[-1] == RESUME


def test_a_round_is_ordered_to_run_fast_once_and_so_is_the_next_one() -> None:
    control = alone()
    for _ in range(3):
        control.run_fast()
    assert control.take_orders() == [ControlOrder(ControlVerb.FAST, 1)]
    control.set_round(announcement(2))
    control.run_fast()
    assert control.take_orders() == [ControlOrder(ControlVerb.FAST, 2)]


def test_after_a_guest_has_left_the_round_is_ordered_to_run_fast_again() -> None:
    control = alone()
    control.run_fast()
    control.set_alone(is_alone=False)
    control.set_alone(is_alone=True)
    control.run_fast()
    assert control.take_orders() == [ControlOrder(ControlVerb.FAST, 1)] * 2


def test_skip_names_the_round_and_restart_names_nothing() -> None:
    control = alone(3)
    control.skip()
    control.restart()
    assert control.take_orders() == [ControlOrder(ControlVerb.SKIP, 3), RESTART]
