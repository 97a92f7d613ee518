"""Somebody plays on in a recorded match: from that very world, as that player, and it becomes a demo with a parent."""

from functools import cache
from pathlib import Path

import pytest

from petard.server.config.config import read_config
from petard.server.room.match_recorder import MatchRecorder, RecordedRoom
from petard.server.room.resume import PAUSE, CannotResume, take_over
from petard.server.room.round_bots import RecordedInputs
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import Began, Seated
from petard.shared.demo.rerun import Rerun
from petard.shared.protocol.messages import Chat, Hello, Keyframe, Phase, Roster, Welcome
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.protocol.state import State, keyframe_of
from tests.ends import Ends
from tests.server.loopback import HELLO, RawClient, maps
from tests.server.server_process import ServerProcess, read_until
from tests.shared.demo.matches import deaths, record, record_where

pytestmark = pytest.mark.slow

NAME = "2026-09-21T19-30-00Z-classic.petard"
AT = 250


@cache
def data() -> bytes:
    """Four bots: one falls between `AT` + 60 and the end, and one at least lives to the end of the recording."""

    def fits(found: Demo) -> bool:
        fell = deaths(found)
        return 0 < len(fell) < 4 and AT + 60 < fell[0][0] < found.length - 60

    return record_where(fits, ticks=1150)


@cache
def demo() -> Demo:
    """The same, read."""
    return read_demo(data())


def fall() -> tuple[int, int]:
    """The moment and the slot of the first who died."""
    return deaths(demo())[0]


def taken(at: int = AT, slot: int = 2, echoes: bool = True) -> Ends:
    """A room in which a seat is kept, and everything is recorded."""
    ends = Ends(tape=MatchRecorder(RecordedRoom("Attic"), is_on=True))
    ends.room.resume(take_over(data(), NAME, at, slot, echoes, 2))
    return ends


def taped(ends: Ends) -> bytes:
    """The file of what the room has recorded, to the end."""
    ends.room.close("The server was stopped.")
    return b"".join(page.data for page in ends.room.take_demo_chunks())


def recorded(ends: Ends) -> Demo:
    """The same, read."""
    return read_demo(taped(ends))


def play_as_recorded(ends: Ends, at: int, slot: int, ticks: int) -> None:
    """Hold the very keys that were recorded, from the moment on at which the world moves."""
    run = Rerun(demo(), at)
    ends.tick_until(Phase.PLAYING, PAUSE + 5)
    for _ in range(ticks):
        run.step()
        ends.keys[1] = (run.inputs.get(slot, 0),)
        ends.tick()


@pytest.mark.slow
def test_who_does_what_was_done_then_plays_the_very_same_match() -> None:
    ends = taken()
    session = ends.join(1)
    assert session.room.my_slots == (2,)
    assert [seat.name for seat in session.room.seats] == ["Bot 0", "Bot 1", "Ada", "Bot 3"]
    ticks = min(900, demo().length - AT)
    assert AT < fall()[0] < AT + ticks, "also the tick of a death is the same"
    play_as_recorded(ends, AT, 2, ticks)
    child = recorded(ends)
    assert ticks > 300
    assert child.digests == demo().digests[AT : AT + ticks]


def test_it_is_a_new_demo_that_names_its_parent_and_can_be_run_again() -> None:
    ends = taken(echoes=False)
    ends.join(1)
    ends.tick(PAUSE + 300)
    child = recorded(ends)
    assert (child.header.parent, child.header.parent_at) == (NAME, AT)
    assert child.rounds[0].number == 1
    assert child.digests != demo().digests[AT : AT + child.length]  # bots do not do what was done
    assert child.length > 250
    run = Rerun(child)
    while run.moment < child.length:
        run.step()
    assert Rerun(child, child.length).world == run.world


def test_the_seat_and_the_recording_have_the_name_of_who_plays_on() -> None:
    ends = taken()
    zoe = ends.join(1, "Zoe")
    assert {seat.slot: seat.name for seat in zoe.room.seats}[2] == "Zoe"
    ends.tick_until(Phase.PLAYING, PAUSE + 5)
    ends.tick(5)
    seats = [note.seats for note in recorded(ends).notes if isinstance(note, Began | Seated)]
    assert {seat.slot: seat.name for seat in seats[-1]}[2] == "Zoe"


def test_the_world_stands_still_for_two_seconds_and_is_that_of_the_moment() -> None:
    ends = taken()
    ends.join(1)
    ends.tick(PAUSE - 5)
    assert ends.room.phase.name == "LOADING"
    keyframes = [message for message in ends.sent if isinstance(message, Keyframe)]
    told = snapshot_of(Rerun(demo(), AT).world, {})
    assert keyframes[-1] == keyframe_of(State(told))
    ends.tick(10)
    assert ends.room.phase.name == "PLAYING"
    assert [line.text for line in ends.sent if isinstance(line, Chat)] == ["Ada plays on from here."]


def test_the_seat_is_for_the_first_who_comes_alone_and_nobody_after_them() -> None:
    ends = taken()
    family = ends.join(7, "Family", players=2)
    assert family.room.my_slots == ()
    first, second = ends.join(1, "Ada"), ends.join(2, "Grace")
    assert (first.room.my_slots, second.room.my_slots) == ((2,), ())
    ends.tick(PAUSE + 60)
    ends.disconnect(1)
    back = ends.back(3, was=1)
    assert back.room.my_slots == (2,)
    assert back.room.welcome
    assert back.room.welcome.returned


def test_a_later_round_will_do_from_its_first_moment_and_so_will_a_match_that_was_taken_over() -> None:
    two = record(3, 200, rounds=2)
    at = read_demo(two).rounds[1].moment
    resumed = take_over(two, NAME, at, 1, True, 2)
    assert (resumed.number, resumed.world.tick, resumed.parent_at) == (2, 0, at)
    ends = taken()
    ends.join(1)
    ends.tick(PAUSE + 200)
    grandchild = take_over(taped(ends), "child.petard", 60, 3, False, 2)
    assert (grandchild.parent, grandchild.parent_at, grandchild.world.tick) == ("child.petard", 60, AT + 60)


def test_there_is_an_echo_only_of_the_living_and_to_the_end() -> None:
    """The keys of the tick of a death are the last: a body still walks in it."""
    moment, slot = fall()
    echo, other = (
        RecordedInputs(Rerun(demo(), moment - 10)),
        min({*range(4)} - {fallen for _, fallen in deaths(demo())}),
    )
    told = [(echo.keys(slot, tick), echo.keys(other, tick)) for tick in range(moment - 10, demo().length + 5)]
    assert [own is None for own, _ in told[:13]] == [False] * 10 + [True] * 3
    assert told[demo().length - moment + 9][1] is not None
    assert told[demo().length - moment + 10 :] == [(None, None)] * 5


@pytest.mark.parametrize(
    ("at", "slot", "sentence"),
    [
        (AT, 9, "There is nobody in slot 9 at that moment."),
        (10**6, 2, "There is no moment 1000000 in this demo, which ends at"),
        (-1, -1, "is out."),
    ],
)
def test_what_cannot_be_is_one_sentence(at: int, slot: int, sentence: str) -> None:
    fell_at, fallen = fall()
    with pytest.raises(CannotResume, match=sentence):
        take_over(data(), NAME, fell_at if at < 0 else at, fallen if slot < 0 else slot, True, 2)


def test_a_file_that_is_no_demo_is_refused_with_one_sentence() -> None:
    with pytest.raises(CannotResume, match="no demo"):
        take_over(b"nothing", NAME, 0, 0, True, 2)


def test_it_is_asked_for_on_the_command_line() -> None:
    words = ["--take-over", "a.petard", "--at", "250", "--slot", "2", "--others", "recorded"]
    config = read_config(words, maps())
    assert (config.take_over, config.at, config.slot, config.others) == (Path("a.petard"), 250, 2, "recorded")
    assert read_config([], maps()).take_over is None
    with pytest.raises(SystemExit):
        read_config([*words, "--resume", "a.petard"], maps())


def test_a_real_server_seats_who_comes(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes(data())
    folder = tmp_path / "demos"
    words = ("--take-over", str(file), "--at", str(AT), "--slot", "2", "--record", str(folder))
    with ServerProcess(*words) as server:
        guest = RawClient(server.port)
        guest.send(HELLO)
        read_until(guest, Roster)
        assert isinstance(HELLO, Hello)
        welcome = guest.all_of(Welcome)[0]
        roster = guest.all_of(Roster)[0]
        assert isinstance(welcome, Welcome)
        assert isinstance(roster, Roster)
        assert [seat.slot for seat in roster.seats if seat.member == welcome.member] == [2]
        guest.sock.close()
        assert server.stop() == 0
    assert "plays on in a recorded match" in server.log
    assert "came back" not in server.log
    child = read_demo(next(folder.glob("*.petard")).read_bytes())
    assert (child.header.parent, child.header.parent_at) == (NAME, AT)
