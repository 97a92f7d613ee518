"""Each fact as a line: what is as it should be, what is odd, what is bad."""

from dataclasses import replace

import pytest

from petard.game.doctor.facts import Facts, Listener, Mirror, Net, Owner, Reach, Router, Shout, Sort, Way
from petard.game.doctor.steps import Mark, steps
from tests.game.doctor.cases import CASES, HEALTHY, MUTE, NOWHERE, THERE

GOOD, ODD, BAD = Mark.GOOD, Mark.ODD, Mark.BAD
WIFI = Shout("wlan0", "10.0.0.255", True, False)


def test_all_is_good_where_all_is_well() -> None:
    assert {step.mark for step in steps(HEALTHY)} == {GOOD}
    assert [step.sort for step in steps(HEALTHY)] == list(Sort)


def test_nothing_is_said_of_a_place_while_there_is_none() -> None:
    assert [step.sort for step in steps(NOWHERE)] == list(Sort)[:-2]


def test_what_goes_on_is_told_before_it_is_known() -> None:
    (waiting, *_) = steps(replace(HEALTHY, done=frozenset()))
    assert (waiting.mark, waiting.text) == (Mark.WAITING, "looking at the networks of this computer ...")


@pytest.mark.parametrize(
    ("sort", "facts", "mark", "text"),
    [
        (Sort.NETS, replace(HEALTHY, nets=()), BAD, "none but this computer by itself"),
        (
            Sort.NETS,
            replace(HEALTHY, nets=(Net("e", "a", "a"),) * 6),
            GOOD,
            "e a, e a, e a, e a and 2 more",
        ),
        (Sort.MIRROR, replace(HEALTHY, mirror=Mirror(False, "denied")), BAD, "no answer over loopback (denied)"),
        (Sort.OWNER, replace(HEALTHY, owner=Owner("petard-server (pid 1)")), GOOD,
         "7777: TCP belongs to petard-server (pid 1)"),
        (Sort.OWNER, replace(HEALTHY, owner=Owner("petard-server (pid 1)", "nc (2)")), ODD,
         "7777: TCP belongs to petard-server (pid 1), UDP belongs to nc (2); a server here takes the next free one"),
        (Sort.OWNER, replace(HEALTHY, owner=Owner(hidden=True)), ODD, "this system does not tell who has port 7777"),
        (Sort.LISTENER, replace(HEALTHY, listener=Listener(0, False, "no")), BAD, "no port could be opened (no)"),
        (Sort.LISTENER, replace(HEALTHY, listener=Listener(7778, False)), BAD,
         "port 7778 opens, but its own address does not lead there"),
        (Sort.SHOUTS, replace(HEALTHY, shouts=MUTE), BAD, "eth0 to 10.77.0.255 (No route to host) was not sent"),
        (Sort.SHOUTS, replace(HEALTHY, shouts=(*HEALTHY.shouts, WIFI)), ODD, "wlan0 to 10.0.0.255 was not heard"),
        (Sort.SHOUTS, replace(HEALTHY, shouts=()), ODD, "no network to call into"),
        (Sort.SERVERS, NOWHERE, ODD, "none answers or announces itself"),
        (Sort.ROUTER, replace(HEALTHY, router=Router("10.0.0.1", False)), ODD, "10.0.0.1 does not answer"),
        (Sort.ROUTER, replace(HEALTHY, router=Router("", None)), ODD, "not known"),
        (Sort.REACH, replace(HEALTHY, reach=Reach(THERE, Way.REFUSED, others=(7778,))), BAD,
         "TCP to 10.77.0.1 port 7777: that computer answered: nobody listens there; there is one at port 7778"),
        (Sort.REACH, replace(HEALTHY, host="ada", reach=None), BAD,
         "TCP to ada port 7777: looking the name up takes too long"),
        (Sort.ASKED, CASES["no discovery"], ODD, "UDP to 10.77.0.1 port 7777: nobody listens there"),
        (Sort.ASKED, CASES["other version"], BAD,
         "UDP to 10.77.0.1 port 7777: Petard 0.4, protocol 2, port 7777, after 1 ms"),
    ],
)  # fmt: skip
def test_each_trouble_has_its_mark_and_its_line(sort: Sort, facts: Facts, mark: Mark, text: str) -> None:
    (step,) = [step for step in steps(facts) if step.sort is sort]
    assert (step.mark, step.text) == (mark, text)
