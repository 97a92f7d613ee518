"""The console on standard input: a pipe stands for the keyboard."""

import os
import sys
from collections.abc import Iterator

import pytest

from petard.server.admin import terminal as module
from petard.server.admin.terminal import Terminal, is_in_background, is_terminal
from petard.shared.protocol.messages import Say
from tests.server.admin.admin_server import AdminServer


class Desktop:
    """A admin with somebody at the keyboard."""

    def __init__(self) -> None:
        self.admin = AdminServer()
        self.shown: list[str] = []
        keyboard, self.keys = os.pipe()
        self.keyboard = keyboard
        self.terminal = Terminal(self.admin.dispatcher, self.admin.house.net, self.shown.append, keyboard)

    def type(self, text: bytes) -> None:
        """Press keys, and let the server hear of it; it may sleep meanwhile."""
        os.write(self.keys, text)
        assert self.admin.house.net.connections.poll(5.0)
        self.terminal.update(self.admin.house.now)

    def close(self) -> None:
        """End the input, and give everything back."""
        os.close(self.keys)
        self.terminal.reader.join(5.0)
        assert not self.terminal.reader.is_alive()
        os.close(self.keyboard)
        self.terminal.close()
        self.admin.close()


@pytest.fixture
def admin() -> Iterator[AdminServer]:
    admin = AdminServer()
    yield admin
    admin.close()


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    desktop = Desktop()
    yield desktop
    desktop.close()


def test_what_is_typed_wakes_the_server_and_is_answered(desktop: Desktop) -> None:
    desktop.type(b"players\nkik\n")
    assert desktop.shown == ["nobody is here\nok", "error: no command 'kik'; did you mean kick?"]
    desktop.type(b"map sm")
    desktop.type(b"all\n\n")
    assert desktop.shown[2:] == ["map = small\nok"]
    assert desktop.terminal.next_due(0.0) == float("inf")


def test_a_line_that_is_no_text_is_an_error_and_the_next_one_is_heard(desktop: Desktop) -> None:
    desktop.type(b"\x1b[A\n")
    desktop.type(b"players\n\xff\n")
    assert desktop.shown[0].startswith("error: ")
    assert desktop.shown[1:] == ["nobody is here\nok", "error: a line is UTF-8 without control characters"]


def test_who_follows_is_told(desktop: Desktop) -> None:
    desktop.type(b"follow\n")
    house = desktop.admin.house
    ada = house.member("Ada")
    desktop.terminal.handle_events(house.room.events.take(), house.now)
    ada.say(Say("hello"))
    house.until(lambda: bool(house.room.chat.lines_after(0)))
    desktop.terminal.update(house.now)
    assert desktop.shown == ["ok", "* joined Ada", "* chat Ada: hello"]


def test_the_end_of_the_input_stops_nothing(desktop: Desktop) -> None:
    desktop.type(b"players\n")
    os.close(desktop.keys)
    desktop.terminal.reader.join(5.0)
    desktop.terminal.update(desktop.admin.house.now)
    assert not desktop.admin.signals.reason
    desktop.keys = os.dup(desktop.keyboard)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are POSIX")
def test_a_terminal_is_read_on_after_its_end_was_typed(admin: AdminServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_AFTER", 0.001)
    ours, theirs = os.openpty()
    shown: list[str] = []
    terminal = Terminal(admin.dispatcher, admin.house.net, shown.append, theirs)
    os.write(ours, b"\x04players\n")
    assert admin.house.net.connections.poll(5.0)
    terminal.update(admin.house.now)
    assert shown == ["nobody is here\nok"]
    monkeypatch.setattr(os, "isatty", lambda _: False)
    os.write(ours, b"\x04")
    terminal.reader.join(5.0)
    assert not terminal.reader.is_alive()
    terminal.close()
    os.close(ours)
    os.close(theirs)


def test_a_pipe_is_no_terminal_and_in_nobodys_background(desktop: Desktop) -> None:
    assert not is_terminal(desktop.keyboard)
    assert not is_in_background(desktop.keyboard)
