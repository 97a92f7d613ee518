"""The ticket: what it survives, whose it is, and what is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from petard.game.config.arguments import Address
from petard.game.flow.rejoin_ticket import SEAT_KEPT, TOUCH_EVERY, RejoinTicket, RejoinTicketFile

TICKET = RejoinTicket(Address("fe80::1%eth0", 7778), "Ada", 2, "0123456789abcdef" * 2, ("10.0.0.6:7777", "[::1]:7801"))
OTHER = RejoinTicket(TICKET.address, "Bo", 1, "b" * 32)
WALL = 1_800_000_000.0


class Clock:
    """The wall clock, as the test sets it."""

    now = WALL

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "ticket.toml"


@pytest.fixture
def first(file: Path) -> Path:
    """The file of the first game that runs."""
    return file.with_stem("ticket-0")


@pytest.fixture
def tickets(file: Path, clock: Clock) -> Iterator[RejoinTicketFile]:
    tickets = RejoinTicketFile(file, clock)
    yield tickets
    tickets.close()


@pytest.fixture
def crashed(file: Path, clock: Clock) -> None:
    """A game was in, and is gone."""
    tickets = RejoinTicketFile(file, clock)
    tickets.keep(TICKET, 5.0)
    tickets.close()


@pytest.mark.usefixtures("crashed")
def test_the_ticket_of_a_crashed_game_is_found_for_ninety_seconds(tickets: RejoinTicketFile, clock: Clock) -> None:
    clock.now += 30
    assert tickets.ticket() == (TICKET, 60.0)
    clock.now += 59
    assert tickets.ticket() == (TICKET, 1.0)
    clock.now += 1
    assert tickets.ticket() is None


def test_a_ticket_expires_by_the_last_data_from_the_server_and_not_by_the_welcome(
    tickets: RejoinTicketFile, clock: Clock
) -> None:
    for second in range(1000):
        clock.now = WALL + second
        tickets.keep(TICKET, float(second))
    clock.now += 10
    found = tickets.ticket()
    assert found
    assert SEAT_KEPT - 10 - TOUCH_EVERY <= found[1] <= SEAT_KEPT - 10


@pytest.mark.usefixtures("crashed")
def test_a_ticket_from_the_future_is_ignored(tickets: RejoinTicketFile, clock: Clock) -> None:
    clock.now -= 10
    assert tickets.ticket() is None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff\xfe\0",
        b"a" * 10_000,
        b'address = "10.0.0.5"\nname = "Ada"\nplayers = 1',
        b'address = "10.0.0.5"\nname = "Ada"\nplayers = 1\ntoken = "XYZ"',
        b'address = "no address/"\nname = "Ada"\nplayers = 1\ntoken = "0123456789abcdef0123456789abcdef"',
        b'address = "10.0.0.5"\nname = ""\nplayers = 1\ntoken = "0123456789abcdef0123456789abcdef"',
        b'address = "10.0.0.5"\nname = "Ada"\nplayers = 5\ntoken = "0123456789abcdef0123456789abcdef"',
        b'address = "10.0.0.5"\nname = "Ada"\nplayers = true\ntoken = "0123456789abcdef0123456789abcdef"',
        b'address = "a"\nname = "Ada"\nplayers = 1\ntoken = "0123456789abcdef0123456789abcdef"\n'
        b'standbys = "10.0.0.6:1"',
        b'address = "a"\nname = "Ada"\nplayers = 1\ntoken = "0123456789abcdef0123456789abcdef"\nstandbys = [7777]',
        b'address = ["10.0.0.5"]\nname = "Ada"\nplayers = 1\ntoken = "0123456789abcdef0123456789abcdef"',
    ],
)
def test_a_damaged_ticket_file_is_ignored(first: Path, tickets: RejoinTicketFile, text: bytes) -> None:
    first.parent.mkdir()
    first.write_bytes(text)
    os.utime(first, (WALL, WALL))
    assert tickets.ticket() is None


def test_a_valid_ticket_written_by_hand_is_read(first: Path, tickets: RejoinTicketFile) -> None:
    first.parent.mkdir()
    first.write_text('address = "10.0.0.5"\nname = "Ada"\nplayers = 1\ntoken = "0123456789abcdef0123456789abcdef"')
    os.utime(first, (WALL, WALL))
    assert tickets.ticket()


def test_a_folder_that_cannot_be_created_causes_no_error(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "state").write_text("no folder")
    (tmp_path / "ticket-0.toml").mkdir()
    for file in (tmp_path / "state" / "ticket.toml", tmp_path / "ticket.toml", None):
        tickets = RejoinTicketFile(file, clock)
        tickets.keep(TICKET, 1.0)
        assert tickets.ticket() is None
        tickets.drop()
        tickets.close()


@pytest.mark.usefixtures("crashed")
def test_a_deleted_ticket_is_not_found(first: Path, tickets: RejoinTicketFile) -> None:
    tickets.keep(TICKET, 5.5)
    tickets.drop()
    assert tickets.ticket() is None
    tickets.keep(TICKET, 6.0)
    assert tickets.ticket(), "the same one may be kept again"
    assert [one.suffix for one in first.parent.iterdir() if one != first] == [".lock"]


def test_a_failed_write_is_repeated_as_soon_as_possible(
    file: Path, first: Path, tickets: RejoinTicketFile, clock: Clock
) -> None:
    tickets.keep(OTHER, 0.0)
    written = first.read_text()
    shutil.rmtree(file.parent)  # as good as a full disk
    file.parent.write_text("in the way")
    tickets.keep(TICKET, 1.0)
    file.parent.unlink()
    file.parent.mkdir()
    first.write_text(written)
    os.utime(first, (WALL, WALL))
    clock.now += 60
    tickets.keep(TICKET, 1.0 + TOUCH_EVERY)
    assert tickets.ticket() == (TICKET, SEAT_KEPT), "and never the old one, made fresh"


@pytest.mark.usefixtures("crashed")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_its_owner_may_read_the_ticket(first: Path) -> None:
    assert first.stat().st_mode & 0o777 == 0o600


def test_the_token_is_not_in_the_repr_of_a_ticket() -> None:
    assert TICKET.token not in repr(TICKET)


def test_a_second_game_neither_finds_nor_overwrites_the_ticket_of_a_running_one(
    file: Path, tickets: RejoinTicketFile
) -> None:
    other = (
        "import sys, pathlib\n"
        "from petard.game.flow.rejoin_ticket import RejoinTicketFile, RejoinTicket\n"
        "from petard.game.config.arguments import Address\n"
        "tickets = RejoinTicketFile(pathlib.Path(sys.argv[1]), lambda: 1_800_000_001.0)\n"
        "print(tickets.ticket()); tickets.keep(RejoinTicket(Address('b', 1), 'Bo', 1, 'b' * 32), 1.0); tickets.drop()\n"
    )
    tickets.keep(TICKET, 5.0)
    words = [sys.executable, "-c", other, str(file)]
    assert subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout == "None\n"
    assert tickets.ticket() == (TICKET, SEAT_KEPT)
    tickets.close()
    assert "fe80" in subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout


def test_each_killed_game_leaves_its_ticket_and_a_running_game_keeps_its_own(file: Path, clock: Clock) -> None:
    games = RejoinTicketFile(file, clock), RejoinTicketFile(file, clock)
    for second in range(20):
        clock.now += 1
        for game, ticket in zip(games, (TICKET, OTHER), strict=True):
            if second < 10 or ticket is OTHER:
                game.keep(ticket, float(second))
        if second == 9:
            games[0].close()  # killed: the system opens the lock
    again = RejoinTicketFile(file, clock)
    found = again.ticket()
    assert found
    assert found[0] == TICKET
    assert found[1] <= SEAT_KEPT - 10, "nobody kept it fresh"
    games[1].close()
    assert (again.ticket() or [None])[0] == OTHER, "the latest"
    assert again.ticket(Address("elsewhere", 1)) is None


def test_a_game_that_only_shows_the_title_deletes_no_ticket(file: Path, tickets: RejoinTicketFile) -> None:
    assert tickets.ticket() is None
    playing = RejoinTicketFile(file, Clock())
    playing.keep(TICKET, 1.0)
    playing.close()
    assert tickets.ticket() == (TICKET, SEAT_KEPT)


def test_after_a_rejoin_the_new_ticket_replaces_the_old_one(file: Path, clock: Clock) -> None:
    for games in ([OTHER, TICKET], [TICKET]):
        pockets = [RejoinTicketFile(file, clock) for _ in games]
        for tickets, ticket in zip(pockets, games, strict=True):
            clock.now += 1
            tickets.keep(ticket, 1.0)
        for tickets in pockets:
            tickets.close()
    assert [len(sorted(file.parent.glob(f"*{suffix}"))) for suffix in (".toml", ".lock")] == [2, 2]
    latest = RejoinTicketFile(file, clock)
    latest.keep(TICKET, 1.0)
    left = RejoinTicketFile(file, clock).ticket()
    assert left
    assert left[0] == OTHER
    latest.close()
