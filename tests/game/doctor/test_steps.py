"""Each fact as a line: what is as it should be, what is odd, what is bad."""

from dataclasses import replace

import pytest

from petard.game.doctor.facts import (
    AddressKind,
    BroadcastResult,
    DiscoveryMethod,
    Facts,
    Listener,
    LocalNetwork,
    PortOwner,
    Router,
    SelfTest,
    TcpResult,
)
from petard.game.doctor.steps import StepStatus, steps
from tests.game.doctor.cases import CASES, HEALTHY, MUTE, NOWHERE, THERE

GOOD, ODD, BAD = StepStatus.GOOD, StepStatus.ODD, StepStatus.BAD
WIFI = BroadcastResult("wlan0", "10.0.0.255", True, False)


def test_all_is_good_where_all_is_well() -> None:
    assert {step.mark for step in steps(HEALTHY)} == {GOOD}
    assert [step.sort for step in steps(HEALTHY)] == list(AddressKind)


def test_nothing_is_said_of_a_place_while_there_is_none() -> None:
    assert [step.sort for step in steps(NOWHERE)] == list(AddressKind)[:-2]


def test_what_goes_on_is_told_before_it_is_known() -> None:
    (waiting, *_) = steps(replace(HEALTHY, done=frozenset()))
    assert (waiting.mark, waiting.text) == (StepStatus.WAITING, "looking at the networks of this computer ...")


@pytest.mark.parametrize(
    ("sort", "facts", "mark", "text"),
    [
        (AddressKind.NETS, replace(HEALTHY, nets=()), BAD, "none but this computer by itself"),
        (
            AddressKind.NETS,
            replace(HEALTHY, nets=(LocalNetwork("e", "a", "a"),) * 6),
            GOOD,
            "e a, e a, e a, e a and 2 more",
        ),
        (AddressKind.MIRROR, replace(HEALTHY, mirror=SelfTest(False, "denied")), BAD,
         "no answer over loopback (denied)"),
        (AddressKind.OWNER, replace(HEALTHY, owner=PortOwner("petard-server (pid 1)")), GOOD,
         "7777: TCP belongs to petard-server (pid 1)"),
        (AddressKind.OWNER, replace(HEALTHY, owner=PortOwner("petard-server (pid 1)", "nc (2)")), ODD,
         "7777: TCP belongs to petard-server (pid 1), UDP belongs to nc (2); a server here takes the next free one"),
        (AddressKind.OWNER, replace(HEALTHY, owner=PortOwner(hidden=True)), ODD,
         "this system does not tell who has port 7777"),
        (AddressKind.LISTENER, replace(HEALTHY, listener=Listener(0, False, "no")), BAD,
         "no port could be opened (no)"),
        (AddressKind.LISTENER, replace(HEALTHY, listener=Listener(7778, False)), BAD,
         "port 7778 opens, but its own address does not lead there"),
        (AddressKind.SHOUTS, replace(HEALTHY, shouts=MUTE), BAD, "eth0 to 10.77.0.255 (No route to host) was not sent"),
        (AddressKind.SHOUTS, replace(HEALTHY, shouts=(*HEALTHY.shouts, WIFI)), ODD,
         "wlan0 to 10.0.0.255 was not heard"),
        (AddressKind.SHOUTS, replace(HEALTHY, shouts=()), ODD, "no network to call into"),
        (AddressKind.SERVERS, NOWHERE, ODD, "none answers or announces itself"),
        (AddressKind.ROUTER, replace(HEALTHY, router=Router("10.0.0.1", False)), ODD, "10.0.0.1 does not answer"),
        (AddressKind.ROUTER, replace(HEALTHY, router=Router("", None)), ODD, "not known"),
        (AddressKind.REACH, replace(HEALTHY, reach=TcpResult(THERE, DiscoveryMethod.REFUSED, others=(7778,))), BAD,
         "TCP to 10.77.0.1 port 7777: that computer answered: nobody listens there; there is one at port 7778"),
        (AddressKind.REACH, replace(HEALTHY, host="ada", reach=None), BAD,
         "TCP to ada port 7777: looking the name up takes too long"),
        (AddressKind.ASKED, CASES["no discovery"], ODD, "UDP to 10.77.0.1 port 7777: nobody listens there"),
        (AddressKind.ASKED, CASES["other version"], BAD,
         "UDP to 10.77.0.1 port 7777: Petard 0.4, protocol 2, port 7777, after 1 ms"),
    ],
)  # fmt: skip
def test_each_trouble_has_its_mark_and_its_line(sort: AddressKind, facts: Facts, mark: StepStatus, text: str) -> None:
    (step,) = [step for step in steps(facts) if step.sort is sort]
    assert (step.mark, step.text) == (mark, text)
