"""Who is listed: after a Pong, for fifteen seconds, and never in the place of a room that runs."""

import json
from typing import Any

import pytest

from petard.server.directory.rooms import claims, ping_queue
from petard.server.directory.rooms.announced_rooms import AnnouncedRooms, AnnounceResult
from petard.server.directory.rooms.announcement import BadAnnouncement, read_announcement, secret_digest
from petard.server.directory.rooms.claims import Claim
from petard.server.directory.rooms.listing import read_query
from petard.server.directory.rooms.places import Place
from petard.server.directory.rooms.reports import read_report, report_text
from tests.server.directory_process import announcement

OLD, NEW, LIAR = "8.8.8.8", "9.9.9.9", "6.6.6.6"
ROOM = f"{1:016x}"


class Net:
    """A list, and what answers its Pings: `answering` holds address and id of the servers that run."""

    def __init__(self, **limits: Any) -> None:
        self.rooms = AnnouncedRooms(**limits)
        self.answering: set[tuple[str, str]] = set()
        self.pinged: list[str] = []
        self.now = 100.0

    def announce(self, address: str = OLD, number: int = 1, **other: Any) -> AnnounceResult:
        said = read_announcement(json.dumps(announcement(number, **other)).encode())
        return self.rooms.announce(said, Place(address, said.port), address, self.now)

    def ping(self) -> None:
        """Let all Pings that are due take place."""
        for claim in self.rooms.pings.start(self.now):
            self.pinged.append(claim.place.address)
            self.end(claim)

    def end(self, claim: Claim) -> None:
        is_there = (claim.place.address, claim.facts.id) in self.answering
        self.rooms.pinged(claim, "" if is_there else "Nothing answers.", self.now)

    def run(self, address: str = OLD, number: int = 1) -> None:
        """Start a server there."""
        self.answering.add((address, f"{number:016x}"))

    def pass_time(self, seconds: float, *announcing: str) -> None:
        """Let time pass; rooms at `announcing` announce themselves every five seconds."""
        for _ in range(round(seconds)):
            self.now += 1.0
            if self.now % claims.EVERY == 0:
                for address in announcing:
                    self.announce(address)
            self.ping()
            self.rooms.expire(self.now)

    def listed(self) -> list[str]:
        """The addresses in the list."""
        return [room["address"] for room in json.loads(self.rooms.listing.page(read_query({})))["rooms"]]


@pytest.fixture
def net() -> Net:
    return Net()


def listed_net() -> Net:
    net = Net()
    net.run()
    net.announce()
    net.ping()
    assert net.listed() == [OLD]
    return net


def test_a_room_is_listed_after_its_pong_and_not_before(net: Net) -> None:
    net.run()
    assert net.announce().status == 202
    assert net.listed() == []
    net.ping()
    assert net.listed() == [OLD]
    assert net.announce() == AnnounceResult(200, place=Place(OLD, 7777))


def test_a_liar_who_announces_what_does_not_answer_is_never_listed(net: Net) -> None:
    net.announce()
    net.pass_time(120, OLD)
    assert net.listed() == []
    assert len(net.pinged) <= 6, "and is pinged less and less often"
    assert net.announce() == AnnounceResult(202, "Nothing answers.")


def test_a_room_that_says_nothing_vanishes_after_fifteen_seconds() -> None:
    net = listed_net()
    net.pass_time(15)
    assert net.listed() == [OLD]
    net.pass_time(1)
    assert net.listed() == []
    assert net.rooms.announced == 0


def test_a_room_is_pinged_again_and_leaves_the_list_when_it_does_not_answer() -> None:
    net = listed_net()
    net.pass_time(60, OLD)
    assert len(net.pinged) <= 2
    net.answering.clear()
    net.pass_time(30, OLD)
    assert net.listed() == []
    net.run()
    net.pass_time(60, OLD)
    assert net.listed() == [OLD]


def test_what_a_room_says_anew_is_in_the_list_at_once() -> None:
    net = listed_net()
    net.announce(players=5, name="Late")
    (room,) = json.loads(net.rooms.listing.page(read_query({})))["rooms"]
    assert (room["players"], room["name"]) == (5, "Late")


def test_a_goodbye_needs_the_secret() -> None:
    net = listed_net()
    assert net.rooms.remove(ROOM, secret_digest("f" * 32), net.now).status == 403
    assert net.rooms.remove(f"{2:016x}", secret_digest("f" * 32), net.now).status == 404
    assert net.listed() == [OLD]
    assert net.rooms.remove(ROOM, secret_digest(f"{1:032x}"), net.now).status == 204
    assert net.listed() == []


def test_a_copied_number_does_not_take_the_place_of_a_room_that_runs() -> None:
    net = listed_net()
    net.run(LIAR)  # a server of the liar that says the same number
    for _ in range(10):
        net.announce(LIAR, secret="f" * 32)
        net.pass_time(5, OLD)
        assert net.listed() == [OLD]
    assert net.announce(LIAR, secret="f" * 32).status == 409


def test_a_standby_takes_the_room_as_soon_as_the_old_address_does_not_answer() -> None:
    net = listed_net()
    net.answering.clear()
    net.run(NEW)
    net.now += 3.0  # its host was lost two seconds ago and had announced itself one second before
    net.announce(NEW, secret="f" * 32)
    net.ping()
    net.ping()
    assert net.listed() == [NEW]
    assert net.announce(NEW, secret="f" * 32).status == 200
    net.run(OLD)
    assert net.announce(OLD).status == 409
    net.pass_time(4)
    assert net.listed() == [NEW], "the old one does not get its room back while the new one has it"


def test_a_room_that_has_moved_with_its_secret_is_listed_at_one_place_only() -> None:
    net = listed_net()
    net.run(NEW)
    for _ in range(3):
        assert net.announce(NEW).place
        net.pass_time(3)
    assert net.listed() == [NEW]
    net.pass_time(30, NEW)
    assert net.listed() == [NEW]


def test_a_room_with_two_addresses_keeps_the_first_one() -> None:
    net = listed_net()
    net.run(NEW)
    places = set()
    for _ in range(20):
        net.pass_time(5, OLD, NEW)
        places |= set(net.listed())
    assert places == {OLD}


def test_of_two_that_could_take_a_room_the_one_with_its_secret_does() -> None:
    net = listed_net()
    net.run(LIAR)
    net.run(NEW)
    net.announce(LIAR, secret="f" * 32)
    net.announce(NEW)
    net.answering.remove((OLD, ROOM))
    net.ping()
    net.now += 1.0
    net.announce(LIAR, secret="f" * 32)
    net.now += claims.SILENT
    net.announce(LIAR, secret="f" * 32)
    net.announce(NEW)
    net.ping()
    assert net.listed() == [NEW]


def test_a_server_that_starts_again_with_another_secret_has_its_place_after_seven_seconds() -> None:
    net = listed_net()
    net.now += 5.0
    assert net.announce(secret="f" * 32).status == 409
    net.now += 5.0
    assert net.announce(secret="f" * 32).status == 200
    assert net.rooms.remove(ROOM, secret_digest(f"{1:032x}"), net.now).status == 403


def test_one_address_has_so_many_rooms_and_the_others_are_not_hurt() -> None:
    net = Net(per_address=3, rooms_most=5)
    statuses = [net.announce(number=number).status for number in range(1, 6)]
    assert statuses == [202, 202, 202, 429, 429]
    assert [net.announce(NEW, number).status for number in range(7, 10)] == [202, 202, 503]
    net.pass_time(16)
    assert net.announce(NEW, 10).status == 202


def test_numbers_that_change_with_each_announcement_fill_only_the_share_of_one_address() -> None:
    net = Net(per_address=3)
    for number in range(1, 100):
        net.announce(LIAR, number)
    assert net.rooms.announced == 3


def test_one_group_cannot_keep_a_standby_from_claiming_the_room() -> None:
    net = listed_net()
    for port in range(2000, 2020):
        net.announce(LIAR, port=port, secret="f" * 32)
    net.answering.clear()
    net.run(NEW)
    net.announce(NEW, secret="e" * 32)
    for port in range(2000, 2020):
        net.announce(LIAR, port=port, secret="f" * 32)
    net.now += claims.CHALLENGE_EVERY
    for _ in range(4):
        net.ping()
        net.now += 1.0
    assert net.listed() == [NEW]


def test_pings_to_one_address_are_few_at_once_and_few_a_second(net: Net) -> None:
    for number in range(1, 33):
        net.announce(number=number)
    started = net.rooms.pings.start(net.now)
    assert len(started) == ping_queue.RUNNING_PER_GROUP
    for claim in started:
        net.end(claim)
    for _ in range(100):
        net.now += 0.25
        net.ping()
    assert len(net.pinged) + len(started) <= ping_queue.BURST + 25 / ping_queue.PAUSE


def test_all_pings_together_are_bounded(net: Net) -> None:
    for number in range(1, 400):
        net.announce(f"8.8.{number >> 8}.{number & 255}", number)
    assert len(net.rooms.pings.start(net.now)) == ping_queue.RUNNING_MOST
    assert net.rooms.pings.start(net.now) == []


# --- two directories -------------------------------------------------------------------------------------------------


def report(net: Net, other: Net) -> None:
    """Carry what has changed to another directory."""
    for id, secret in net.rooms.changed.items():
        listed = net.rooms.listed(id)
        if not (listed and listed.is_reported):
            text = report_text(id, secret, listed, net.now)
            other.rooms.receive_report(read_report(text.encode()), other.now)
    net.rooms.changed.clear()


def test_a_reported_room_is_listed_without_a_ping_and_vanishes_like_any_other() -> None:
    net, other = listed_net(), Net()
    report(net, other)
    assert other.listed() == [OLD]
    assert other.rooms.pings.start(other.now) == []
    other.pass_time(16)
    assert other.listed() == []


def test_a_goodbye_is_reported() -> None:
    net, other = listed_net(), Net()
    report(net, other)
    net.rooms.remove(ROOM, secret_digest(f"{1:032x}"), net.now)
    report(net, other)
    assert other.listed() == []


def test_while_no_reports_come_the_last_list_stays() -> None:
    net, other = listed_net(), Net()
    report(net, other)
    other.answering = net.answering
    other.rooms.cut_off(other.now)
    other.pass_time(300)
    assert other.listed() == [OLD]
    other.rooms.reconnected(other.now)
    other.pass_time(15)
    assert other.listed() == [OLD]
    other.pass_time(1)
    assert other.listed() == []


def test_a_room_that_ends_while_no_reports_come_is_found_out_by_a_ping() -> None:
    net, other = listed_net(), Net()
    report(net, other)
    other.rooms.cut_off(other.now)
    other.pass_time(200)
    assert other.listed() == []


def test_after_a_cut_all_own_rooms_are_reported_again() -> None:
    net, other = listed_net(), Net()
    net.rooms.changed.clear()
    net.rooms.cut_off(net.now)
    net.rooms.reconnected(net.now)
    report(net, other)
    assert other.listed() == [OLD]


def test_a_room_that_announces_itself_to_either_directory_is_listed_once_and_pinged_once_a_minute() -> None:
    net, other = listed_net(), Net()
    other.answering = net.answering
    other.now = net.now
    for step in range(60):
        here, there = (net, other) if step % 2 else (other, net)
        here.announce()
        for one in (net, other):
            one.pass_time(2)
        report(here, there)
        assert net.listed() == other.listed() == [OLD]
    assert len(net.pinged) + len(other.pinged) <= 5


@pytest.mark.parametrize(
    "text", [b"", b"{}", b"null", b'{"id": "1", "secret": "2", "room": {}}', b'{"id": 1, "secret": "x"}', b"\xff"]
)
def test_what_is_no_report_is_an_error_of_one_kind(text: bytes) -> None:
    with pytest.raises(BadAnnouncement):
        read_report(text)
