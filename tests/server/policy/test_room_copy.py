"""What a standby puts together is the room: its match up to the last tick, its members, its lobby."""

import json
from dataclasses import replace

import pytest

from petard.server.policy.bans import Ban
from petard.server.policy.room_copy import RoomCopy
from petard.server.policy.room_record import RoomRecord, read_room_record, record_of, write_room_record
from petard.server.policy.scram import ScramKeys
from petard.server.room.copy_log import WINDOW, CopyFeed, CopyLog
from petard.server.room.match_recorder import RecordedRoom
from petard.server.room.member import MEMBERS_MOST
from petard.server.room.resume import CannotResume, Resumed
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.demo.one_match import join_problem
from petard.shared.demo.reader import read_demo
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.later_messages import CopyKind, CopyPart, Standby, Standbys
from petard.shared.protocol.messages import Phase
from petard.shared.rules.digest import digest
from tests.ends import boards
from tests.server.recorded_ends import NAME, SETUP, RecordedEnds

BAN = Ban("name", "Mallory", "shouts", 0, "the host", 1)
KEYS = ScramKeys(b"salt", b"stored" * 5, b"server" * 5, 20000)
STANDBYS = Standbys((Standby(1, ("10.0.0.7:7779",), 8080),))


class Memory:
    """A recording that is kept nowhere."""

    def __init__(self) -> None:
        self.data = b""

    def begin(self) -> None:
        self.data = b""

    def append(self, data: bytes) -> None:
        self.data += data

    def read(self) -> bytes:
        return self.data


class Copied(RecordedEnds):
    """A room with one standby, which is sent its copy every six ticks, as the server does."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__(replace(SETUP, rounds=9), seed=seed)
        self.tape.room = RecordedRoom("Attic", 7777, 99)
        self.log, self.feed, self.copy = CopyLog(), CopyFeed(), RoomCopy(Memory())
        self._logged = 0

    def record(self) -> RoomRecord:
        return record_of(self.room, STANDBYS, (1, 2), "on", (BAN,), KEYS)

    def tick(self, ticks: int = 1) -> None:
        for _ in range(ticks):
            super().tick()
            for chunk in self.pages[self._logged :]:
                self.log.add(chunk)
            self._logged = len(self.pages)
            if not round(self.now * 60) % 6:
                self.log.settle()
                self.send()

    def send(self) -> None:
        """Send all that there is, a window at a time."""
        newest = self.log.unsettled + self.tape.newest()
        while parts := self.feed.next_parts(self.log, write_room_record(self.record()), newest):
            assert len(parts) <= WINDOW
            for part in parts:
                self.copy.take(part)
            self.feed.acknowledge(self.copy.parts)

    def promoted(self) -> Resumed:
        resumed = self.copy.resumed(NAME)
        assert resumed
        return resumed


def played(ticks: int, seed: int = 1) -> Copied:
    ends = Copied(seed)
    ends.two()
    ends.play_until(Phase.PLAYING)
    ends.tick(ticks)
    return ends


@pytest.mark.slow
@pytest.mark.parametrize("ticks", [9, 59, 61, 299, 400])
def test_the_match_goes_on_where_it_stood_a_tenth_of_a_second_ago_at_most(ticks: int) -> None:
    ends = played(ticks)
    assert ends.feed.is_whole
    after = ends.go_on(ends.promoted())
    assert 0 <= ends.world.tick - after.world.tick <= 6
    ends.send()
    after = ends.go_on(ends.promoted())
    assert digest(after.world) == digest(ends.world)


@pytest.mark.slow
@pytest.mark.parametrize("ticks", [9, 61, 340])
def test_both_recordings_are_one_match_also_if_the_file_of_the_first_lacks_the_newest_ticks(ticks: int) -> None:
    ends = played(ticks)
    written = ends.files[1]  # what a server that is killed now leaves
    after = ends.go_on(ends.promoted())
    after.back(11, was=1)
    after.back(12, was=2, name="Grace")
    after.tick(90)
    after.flush()
    first, second = read_demo(written), read_demo(after.files[1])
    assert second.header.parent_at <= first.length
    assert join_problem(first, NAME, second) == ""


@pytest.mark.slow
def test_two_recordings_that_are_no_match_are_told_apart() -> None:
    ends = played(130)
    after = ends.go_on(ends.promoted())
    after.flush()
    first, second = read_demo(ends.files[1]), read_demo(after.files[1])
    assert "goes on with" in join_problem(first, "other.petard", second)
    other, short = read_demo(played(130, seed=2).files[1]), read_demo(played(10).files[1])
    assert "does not begin with the world" in join_problem(other, NAME, second)
    assert "before the moment" in join_problem(short, NAME, second)
    assert join_problem(first, NAME, second) == ""


@pytest.mark.slow
def test_a_round_that_was_won_counts_once_and_the_copy_follows_into_the_next_match() -> None:
    ends = Copied()
    ends.two()
    ends.play_until(Phase.RESULTS)
    ends.tick(12)
    before = [(seat.name, seat.wins) for seat in ends.room.seats.by_slot.values()]
    after = ends.go_on(ends.promoted())
    after.back(11, was=1)
    after.back(12, was=2, name="Grace")
    after.tick_until(Phase.RESULTS)
    assert [(seat.name, seat.wins) for seat in after.room.seats.by_slot.values()] == before
    ends.room.end_match()
    ends.tick(12)
    assert ends.copy.resumed(NAME) is None
    ends.start()
    ends.play_until(Phase.PLAYING)
    ends.tick(70)
    assert ends.go_on(ends.promoted()).world.tick > 60


@pytest.mark.slow
def test_a_room_in_the_lobby_goes_on_with_its_members_seats_and_chat() -> None:
    ends = Copied()
    ends.join(1)
    ends.join(2, "Grace")
    ends.sessions[1].send_chat("hello")
    ends.tick(12)
    room = ends.copy.room
    assert room
    assert not room.match
    other = Room(RoomSettings(SETUP), boards(), 2)
    other.resume_lobby(room.rejoin, room.planned, room.roster.seats, room.chat)
    assert [seat.name for seat in other.seats.by_slot.values() if seat.member] == ["Ada", "Grace"]
    assert "hello" in [line.text for line in other.chat.last]
    assert other.chat.number > ends.room.chat.number  # numbers of lines that the copy lacks are not used again
    assert other.seats.owner_of(ends.tokens[1])
    assert other.matches.choice.current == ends.room.matches.choice.current


def test_a_room_record_is_read_as_it_was_written() -> None:
    ends = Copied()
    ends.join(1)
    found = read_room_record(write_room_record(ends.record()))
    assert (found.bans, found.keys, found.standbys, found.awaited) == ((BAN,), KEYS, STANDBYS, (1, 2))
    assert found.rejoin.room == 99
    assert repr(KEYS.stored) not in repr(found)


@pytest.mark.parametrize("field", ["name", "numbers", "rejoin", "planned", "roster", "chat", "board", "keys", "bans"])
def test_a_room_record_that_makes_no_sense_is_refused(field: str) -> None:
    ends = Copied()
    ends.join(1)
    found = json.loads(write_room_record(ends.record()))
    for wrong in (5, ["x"], "x" * 40):
        with pytest.raises(CannotResume):
            read_room_record(json.dumps(found | {field: wrong}).encode())
    del found[field]
    with pytest.raises(CannotResume):
        read_room_record(json.dumps(found).encode())


@pytest.mark.parametrize(
    "wrong",
    [
        {"match": float("inf")},
        {"awaited": [float("inf")]},
        {"keys": ["AAAA", "AAAA", "AAAA"]},  # no number of iterations
        {"keys": ["AAAA", "AAAA", "AAAA", float("inf")]},
        {"keys": ["AAAA", "AAAA", "AAAA", 10**30]},
        {"keys": ["AAAA" * 1000, "AAAA", "AAAA", 4096]},  # no Auth could carry the salt
    ],
)
def test_a_room_record_with_which_no_server_could_run_is_refused(wrong: dict[str, object]) -> None:
    ends = Copied()
    ends.join(1)
    found = json.loads(write_room_record(ends.record()))
    with pytest.raises(CannotResume):
        read_room_record(json.dumps(found | wrong).encode())


@pytest.mark.parametrize("name", [["small"], "elsewhere", None])
def test_a_room_record_whose_board_is_not_the_map_of_its_setup_is_refused(name: object) -> None:
    ends = Copied()
    ends.join(1)
    found = json.loads(write_room_record(ends.record()))
    found["board"][0] = name
    with pytest.raises(CannotResume):
        read_room_record(json.dumps(found).encode())


def test_no_more_members_are_awaited_than_a_room_can_have() -> None:
    ends = Copied()
    ends.join(1)
    found = json.loads(write_room_record(ends.record()))
    room = read_room_record(json.dumps(found | {"awaited": [1] * 100_000}).encode())
    assert len(room.awaited) == MEMBERS_MOST


@pytest.mark.parametrize(
    "part",
    [
        CopyPart(CopyKind.RECORDING, 1, 5, "aaaa", True),
        CopyPart(CopyKind.ROOM, 0, 3, "aaaa", True),
        CopyPart(CopyKind.ROOM, 0, 0, "aaaa", True),
        CopyPart(CopyKind.NEWEST, 1, 0, "aaa", True),
    ],
    ids=["a gap", "no beginning", "no room record", "no base64"],
)
def test_a_part_that_does_not_fit_is_the_servers_fault(part: CopyPart) -> None:
    with pytest.raises(RemoteProtocolError):
        RoomCopy(Memory()).take(part)


def test_a_standby_that_acknowledges_nothing_is_sent_no_more_than_a_window() -> None:
    feed = CopyFeed()
    assert len(feed.next_parts(CopyLog(), b"x" * 1_000_000, b"")) == WINDOW
    assert feed.next_parts(CopyLog(), b"x" * 1_000_000, b"") == []
    feed.acknowledge(1)
    assert len(feed.next_parts(CopyLog(), b"x" * 1_000_000, b"")) == 1
    assert not feed.is_whole


def test_a_next_match_on_a_map_of_the_hosts_own_is_played_on_the_map_of_now() -> None:
    ends = Copied()
    ends.join(1)
    record = replace(ends.record(), planned=replace(SETUP, map="attic"))
    found = read_room_record(write_room_record(record))
    assert found.playable(["small", "attic"]).planned.map == "attic"
    assert found.playable(["small"]).planned == found.rejoin.setup
