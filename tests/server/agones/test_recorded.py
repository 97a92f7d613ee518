"""The sidecar of the tests answers as a real one did; and what a real one answers is read."""

import json

import pytest

from petard.server.agones.messages import (
    GET_LIST,
    GET_STATE,
    HEALTH,
    BadAnswer,
    Count,
    GameServer,
    SidecarAnswer,
    ValueList,
    check,
    count_of,
    game_server_of,
    list_of,
)
from tests.server.agones.sidecar import RECORDED, LocalSidecar

CUT = 600  # characters


def test_the_sidecar_of_the_tests_gives_the_32_recorded_answers() -> None:
    sidecar = LocalSidecar()
    assert len(RECORDED) == 32
    after_reserve = 5  # the recording waited here until the two seconds of the reservation were over
    for number, call in enumerate(RECORDED):
        if number == after_reserve:
            sidecar.state = "Ready"
        sent = None if call["send"] is None else call["send"].encode()
        status, body = sidecar.answer(call["method"], call["path"], sent)
        assert (status, body.decode()[:CUT]) == (call["status"], call["answer"][:CUT]), (number, call)


def recorded(path: str, nth: int = 0) -> bytes:
    """The body of one recorded answer to GET."""
    bodies: list[str] = [one["answer"] for one in RECORDED if (one["method"], one["path"]) == ("GET", path)]
    return bodies[nth].encode()


def test_recorded_answers_are_read() -> None:
    labels = {"islocal": "true"}
    assert game_server_of(recorded(GET_STATE.path)) == GameServer("Ready", "", labels, "127.0.0.1", 7777)
    assert [game_server_of(recorded(GET_STATE.path, nth)).state for nth in range(5)] == [
        "Ready",
        "Ready",
        "Reserved",
        "Ready",
        "Allocated",
    ]
    assert count_of(recorded("/v1beta1/counters/rooms")) == Count(1, 10)
    assert list_of(recorded(GET_LIST.path)) == ValueList(("test0", "test1", "test2"), 100)


def test_a_recorded_error_is_told_with_its_message() -> None:
    missing = next(one for one in RECORDED if one["path"] == "/v1beta1/counters/nope")
    with pytest.raises(BadAnswer, match=r"^it answers 500, not found\. nope Counter not found$"):
        check(SidecarAnswer(missing["status"], missing["answer"].encode()))


def test_a_sign_of_life_has_the_body_without_which_a_real_sidecar_refuses_it() -> None:
    signs = {one["send"]: one["status"] for one in RECORDED if one["path"] == HEALTH.path}
    assert signs == {"{}": 200, "": 400}
    assert json.dumps(HEALTH.body) == "{}"
