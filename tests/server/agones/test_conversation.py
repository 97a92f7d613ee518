"""What a room says to its sidecar, and when; by a clock that the test moves."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest

from petard.server.agones.conversation import Conversation
from petard.server.agones.messages import Call, RoomReport, SidecarAnswer, label_value
from petard.server.agones.parts import CHECK_EVERY, HEALTH_EVERY, SETTLE
from tests.server.agones.sidecar import ClusterSidecar, LocalSidecar

EMPTY = RoomReport(0, 0, (), 4, (("map", "small"), ("mode", "crown"), ("free-places", "4"), ("version", "0.2.0")))
STEP = 0.25  # seconds
CALLS_MOST = 300  # in one moment


def away(call: Call) -> SidecarAnswer:
    """There is no sidecar."""
    return SidecarAnswer(0, problem="connection refused")


class Talk:
    """A conversation with a sidecar. `other`: answers instead of it."""

    def __init__(self, sidecar: LocalSidecar | None = None, report: RoomReport = EMPTY) -> None:
        self.sidecar = sidecar or LocalSidecar()
        if type(self.sidecar) is LocalSidecar:
            self.sidecar.counters["players"] = [1, 10]
        self.report = report
        self.conversation = Conversation()
        self.now, self.lines = 1000.0, list[str]()
        self.other: Callable[[Call], SidecarAnswer] | None = None
        self.hangs = False  # the loop of the room
        self.carried_out_every = 1  # seconds, by a cluster
        self.asked: list[tuple[float, Call]] = []

    def say(self) -> int:
        """Say all that is due now; returns how many requests that were."""
        for number in range(CALLS_MOST):
            call = self.conversation.next_call(self.report, self.now)
            if not call:
                return number
            self.asked.append((self.now, call))
            if line := self.conversation.receive((self.other or self._answer)(call), self.now):
                self.lines.append(line)
        raise AssertionError("it talks without an end")

    def _answer(self, call: Call) -> SidecarAnswer:
        sent = None if call.body is None else json.dumps(call.body).encode()
        return SidecarAnswer(*self.sidecar.answer(call.method, call.path, sent))

    def run(self, seconds: float) -> "Talk":
        """Let time pass; the room reports each second unless it hangs."""
        for number in range(round(seconds / STEP)):
            if not self.hangs and not number % round(1 / STEP):
                self.report = replace(self.report, beat=self.report.beat + 1)
            self.say()
            self.now += STEP
            if isinstance(self.sidecar, ClusterSidecar) and not (number + 1) % round(self.carried_out_every / STEP):
                self.sidecar.carry_out()
        return self

    def room(self, *players: str, places: int = 4, people: int | None = None) -> "Talk":
        """The room has these players now."""
        labels = dict(self.report.labels) | {"free-places": str(places - len(players))}
        here = len(players) if people is None else people
        self.report = RoomReport(self.report.beat + 1, here, players, places, tuple(labels.items()))
        return self

    def times(self, path: str) -> list[float]:
        """When a path was asked for."""
        return [now for now, call in self.asked if call.path == path]

    @property
    def players(self) -> tuple[list[str], list[int]]:
        """The list and the counter of players, as Agones has them."""
        return sorted(self.sidecar.lists["players"][1]), self.sidecar.counters["players"]


def test_an_empty_room_is_ready_and_says_what_it_is() -> None:
    talk = Talk().run(1)
    paths = [f"{call.method} {call.path}" for _, call in talk.asked]
    assert paths[:3] == ["POST /health", "GET /gameserver", "POST /ready"]
    assert talk.sidecar.failed == []
    assert talk.players == ([], [0, 4])
    assert talk.sidecar.lists["players"][0] == 4
    labels = talk.sidecar.meta["labels"]
    assert {key: labels[f"agones.dev/sdk-{key}"] for key, _ in EMPTY.labels} == dict(EMPTY.labels)
    assert talk.lines == []


def test_with_the_first_person_it_is_allocated_and_stays_so() -> None:
    talk = Talk().run(3)
    assert talk.sidecar.count("/allocate") == 0
    talk.room("Ada").run(20)
    assert talk.sidecar.state == "Allocated"
    talk.room("Ada", "Grace").run(20)
    talk.room().run(20)
    talk.room("Edsger").run(20)
    assert (talk.sidecar.count("/ready"), talk.sidecar.count("/allocate")) == (1, 1)


def test_somebody_who_only_watches_counts_as_a_person_too() -> None:
    talk = Talk().room(people=1).run(1)
    assert talk.sidecar.state == "Allocated"
    assert talk.players == ([], [0, 4])


def test_a_room_that_the_allocator_gave_away_says_neither_ready_nor_allocated() -> None:
    talk = Talk()
    talk.sidecar.allocate("2026-11-30T20:00:00Z")
    talk.run(1).room("Ada").run(20)
    assert (talk.sidecar.count("/ready"), talk.sidecar.count("/allocate")) == (0, 0)
    assert talk.conversation.game_server.allocated_at == "2026-11-30T20:00:00Z"


@pytest.mark.parametrize("state", ["Shutdown", "Unhealthy", "Error", "Allocated"])
def test_a_room_that_agones_is_ending_goes_on_without_a_change_of_state(state: str) -> None:
    talk = Talk()
    talk.sidecar.state = state
    talk.room("Ada").run(20)
    assert talk.sidecar.state == state
    assert talk.sidecar.count("/health") >= 9


def test_a_room_with_people_that_turns_ready_again_from_outside_is_allocated_again() -> None:
    talk = Talk().room("Ada").run(10)
    talk.sidecar.state = "Ready"  # a reservation of somebody else is over
    talk.run(10)
    assert talk.sidecar.state == "Allocated"


def test_a_sidecar_that_has_lost_what_it_was_told_is_told_again() -> None:
    talk = Talk().room("Ada").run(10)
    lost = LocalSidecar()
    lost.state, lost.counters = "Scheduled", {"players": [0, 0]}
    talk.sidecar = lost
    talk.run(CHECK_EVERY + 10)
    assert lost.state == "Allocated"
    assert talk.players == (["Ada"], [1, 4])
    assert lost.meta["labels"]["agones.dev/sdk-free-places"] == "3"


def test_a_change_of_state_that_takes_seconds_is_not_asked_for_again() -> None:
    talk = Talk(ClusterSidecar()).run(4.75)
    talk.carried_out_every = 4
    talk.room("Ada").run(10)  # the state is read before the allocation is carried out
    assert (talk.sidecar.count("/allocate"), talk.sidecar.state) == (1, "Allocated")


def test_a_state_that_is_read_late_does_not_take_an_allocation_back() -> None:
    talk = Talk(ClusterSidecar()).run(10)
    talk.sidecar.allocate("2026-11-30T20:00:00Z")
    late = json.dumps({"object_meta": {}, "status": {"state": "Scheduled"}}).encode()
    talk.other = lambda call: SidecarAnswer(200, late if call.path == "/gameserver" else b"{}")
    talk.run(20)
    talk.other = None
    talk.run(20)
    assert (talk.times("/ready")[1:], talk.sidecar.state) == ([], "Allocated")


def test_a_room_without_people_whose_ready_was_lost_says_it_again() -> None:
    talk = Talk(ClusterSidecar()).run(10)
    talk.sidecar.state = "Scheduled"
    talk.run(40)
    assert talk.sidecar.state == "Ready"
    assert len(talk.times("/ready")) == 2


def test_health_is_said_every_two_seconds_and_never_by_a_loop_that_hangs() -> None:
    talk = Talk().run(21)
    times = talk.times("/health")
    assert [after - before for before, after in pairwise(times)] == [HEALTH_EVERY] * 10
    talk.hangs = True
    before = len(times)
    talk.run(60)
    assert len(talk.times("/health")) <= before + 1  # the last report may be newer than the last sign
    talk.hangs = False
    talk.run(2)
    assert talk.times("/health")[-1] >= talk.now - HEALTH_EVERY


def test_players_are_kept_as_list_and_counter_with_the_places_as_capacity() -> None:
    talk = Talk().run(3)
    for players, places in ((("Ada",), 4), (("Ada", "Grace", "Zoë"), 8), (("Grace",), 2), ((), 12), (("a", "b"), 2)):
        talk.room(*players, places=places).run(3)
        assert talk.players == (sorted(players), [len(players), places])
        assert talk.sidecar.lists["players"][0] == places
    assert talk.sidecar.failed == []


def test_what_others_change_in_list_and_counter_is_put_right_within_a_minute() -> None:
    talk = Talk().room("Ada").run(10)
    talk.sidecar.lists["players"] = 4, ["Ada", "who is announced"]
    talk.sidecar.counters["players"] = [3, 4]
    talk.run(CHECK_EVERY)
    assert talk.players == (["Ada"], [1, 4])


def test_in_a_cluster_where_changes_come_late_and_in_batches_everything_comes_right() -> None:
    talk = Talk(ClusterSidecar()).room("Ada").run(3)
    assert talk.sidecar.state == "Allocated"
    talk.room("Ada", "Grace").say()
    talk.room("Grace").say()  # in the same batch: the sidecar puts Ada back
    assert isinstance(talk.sidecar, ClusterSidecar)
    talk.sidecar.carry_out()
    assert talk.sidecar.lists["players"][1] == ["Ada", "Grace"]
    talk.run(SETTLE + 3)
    assert talk.players == (["Grace"], [1, 4])
    assert talk.sidecar.failed == []
    assert talk.lines == []


def test_a_fleet_without_the_counter_is_one_line_and_everything_else_goes_on() -> None:
    talk = Talk()
    del talk.sidecar.counters["players"]
    talk.room("Ada").run(600)
    message = "it answers 500, not found. players Counter not found"
    then = "the counter of players is not up to date there, and it is asked again"
    assert talk.lines == [f"the sidecar of Agones: {message}; {then}"]
    assert talk.sidecar.state == "Allocated"
    assert talk.sidecar.lists["players"] == (4, ["Ada"])
    assert talk.sidecar.count("/v1beta1/counters/players") < 20
    assert talk.conversation.failures == talk.sidecar.count("/v1beta1/counters/players")
    talk.sidecar.counters["players"] = [0, 0]
    talk.run(CHECK_EVERY + 1)
    assert talk.lines[1:] == ["the counter of players is up to date again at Agones"]
    assert talk.sidecar.counters["players"] == [1, 4]


def test_a_sidecar_that_is_away_is_asked_one_thing_and_is_one_line() -> None:
    talk = Talk()
    talk.other = away
    talk.room("Ada").run(300)
    assert {call.path for _, call in talk.asked} == {"/health"}
    assert 100 <= len(talk.asked) <= 160  # each two seconds
    assert talk.lines == ["the sidecar of Agones: connection refused; the game goes on, and it is asked again"]
    talk.other = None
    talk.run(3)
    assert talk.sidecar.state == "Allocated"
    assert talk.players == (["Ada"], [1, 4])
    assert talk.lines[1:] == ["the sidecar of Agones answers again"]


def test_a_sidecar_that_starts_a_moment_after_the_room_is_no_line() -> None:
    talk = Talk()
    talk.other = away
    talk.say()
    talk.other = None
    talk.run(3)
    assert talk.lines == []
    assert talk.sidecar.count("/ready") == 1


def test_a_sidecar_that_goes_away_later_is_one_line_and_all_comes_right_at_once_when_it_is_back() -> None:
    talk = Talk().room("Ada").run(30)
    talk.other = away
    talk.run(100)
    assert len(talk.lines) == 1
    talk.room("Grace", "Edsger").run(100)
    talk.other = None
    talk.run(3)
    assert talk.players == (["Edsger", "Grace"], [2, 4])
    assert len(talk.lines) == 2


WRONG = {
    "500": SidecarAnswer(500, b'{"code":2,"message":"no","details":[]}'),
    "404": SidecarAnswer(404, b"not here"),
    "a redirect": SidecarAnswer(301, b""),
    "accepted": SidecarAnswer(202, b"{}"),
    "nothing": SidecarAnswer(200, b""),
    "no JSON": SidecarAnswer(200, b"<html>"),
    "deep": SidecarAnswer(200, b"[" * 100_000),
    "a long number": SidecarAnswer(200, b"1" * 100_000),
    "a list": SidecarAnswer(200, b"[]"),
    "null": SidecarAnswer(200, b"null"),
    "wrong types": SidecarAnswer(200, b'{"object_meta":[],"status":7,"count":[],"capacity":{},"values":"abc"}'),
    "wrong parts": SidecarAnswer(200, b'{"object_meta":{"labels":[]},"status":{"state":{}},"count":"x","values":[1]}'),
    "a long state": SidecarAnswer(200, b'{"status":{"state":"' + b"a" * 1000 + b'"},"count":"-1","values":["a",null]}'),
    "huge numbers": SidecarAnswer(
        200, b'{"status":{"state":"\\n"},"count":99999999999999999999,"capacity":1e999,"values":0}'
    ),
    "too many values": SidecarAnswer(
        200, json.dumps({"status": None, "values": list(map(str, range(1001))), "capacity": "5"}).encode()
    ),
    "no UTF-8": SidecarAnswer(200, b'{"status":"\xff"}'),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_nonsense_is_some_lines_and_bounded_requests_and_is_over_when_the_sidecar_is_well(wrong: SidecarAnswer) -> None:
    talk = Talk().room("Ada")
    talk.other = lambda _: wrong
    talk.run(300)
    assert len(talk.lines) <= 3, talk.lines
    assert talk.conversation.failures >= 10
    most_of_one = Counter(call.path for _, call in talk.asked).most_common(1)[0][1]
    assert most_of_one <= 300 / HEALTH_EVERY + 5
    talk.other = None
    talk.run(CHECK_EVERY + 5)
    assert talk.sidecar.state == "Allocated"
    assert talk.players == (["Ada"], [1, 4])


def test_a_sidecar_that_takes_nothing_of_what_it_says_it_takes_is_not_asked_without_an_end() -> None:
    talk = Talk().room("Ada", "Grace")

    def forgetful(call: Call) -> SidecarAnswer:
        values = [f"stray {number}" for number in range(20)]
        body = {"count": "3", "capacity": "9", "values": values, "status": {"state": "Scheduled"}}
        return SidecarAnswer(200, json.dumps(body).encode())

    talk.other = forgetful
    talk.run(600)
    assert len(talk.asked) < 2000


@pytest.mark.parametrize("text", ["", "small", "Ada's map!", "-" * 70, "ä" * 200, "a" * 62 + "-b", ".x_", "1"])
def test_a_label_value_is_always_one_that_kubernetes_takes(text: str) -> None:
    value = label_value(text)
    assert len(value) <= 63
    assert value.isascii()
    assert not value or (value[0].isalnum() and value[-1].isalnum())
    assert all(mark.isalnum() or mark in "-_." for mark in value)
