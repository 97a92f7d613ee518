"""The console on standard input, with a pipe as the keyboard."""

import os
import sys
from collections.abc import Iterator

import pytest

from petard.server.admin import terminal as module
from petard.server.admin.terminal import Terminal, is_in_background, is_terminal
from petard.shared.protocol.messages import Say
from tests.server.admin.admin_server import AdminServer


class TerminalServer:
    """A server whose standard input is a pipe."""

    def __init__(self) -> None:
        self.admin = AdminServer()
        self.shown: list[str] = []
        keyboard, self.keys = os.pipe()
        self.keyboard = keyboard
        self.terminal = Terminal(
            self.admin.dispatcher.run, self.admin.loopback.server, self.admin.signals, self.shown.append, keyboard
        )

    def type(self, text: bytes) -> None:
        """Type bytes and let the server handle them; it may sleep until then."""
        os.write(self.keys, text)
        assert self.admin.loopback.server.connections.poll(5.0)
        self.admin.signals.clear_wakeups()
        self.terminal.update(self.admin.loopback.now)

    def close(self) -> None:
        """End the input and close everything."""
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
def server() -> Iterator[TerminalServer]:
    server = TerminalServer()
    yield server
    server.close()


def test_typed_lines_wake_the_server_and_are_answered(server: TerminalServer) -> None:
    server.type(b"players\nkik\n")
    assert server.shown == ["nobody is here\nok", "error: no command 'kik'; did you mean kick?"]
    server.type(b"map sm")
    server.type(b"all\n\n")
    assert server.shown[2:] == ["map = small\nok"]
    assert server.terminal.next_due(0.0) == float("inf")


def test_a_line_that_is_no_text_is_an_error_and_the_next_one_is_answered(server: TerminalServer) -> None:
    server.type(b"\x1b[A\n")
    server.type(b"players\n\xff\n")
    assert server.shown[0].startswith("error: ")
    assert server.shown[1:] == ["nobody is here\nok", "error: a line is UTF-8 without control characters"]


def test_a_terminal_that_follows_shows_events_and_chat(server: TerminalServer) -> None:
    server.type(b"follow\n")
    loopback = server.admin.loopback
    ada = loopback.member("Ada")
    server.terminal.handle_events(loopback.room.events.take(), loopback.now)
    ada.send(Say("hello"))
    loopback.until(lambda: bool(loopback.room.chat.lines_after(0)))
    server.terminal.update(loopback.now)
    assert server.shown == ["ok", "* joined Ada", "* chat Ada: hello"]


def test_the_end_of_the_input_does_not_stop_the_server(server: TerminalServer) -> None:
    server.type(b"players\n")
    os.close(server.keys)
    server.terminal.reader.join(5.0)
    server.terminal.update(server.admin.loopback.now)
    assert not server.admin.signals.reason
    server.keys = os.dup(server.keyboard)


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo terminals are POSIX")
def test_a_terminal_is_read_on_after_ctrl_d(admin: AdminServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AGAIN_AFTER", 0.001)
    ours, theirs = os.openpty()
    shown: list[str] = []
    terminal = Terminal(admin.dispatcher.run, admin.loopback.server, admin.signals, shown.append, theirs)
    os.write(ours, b"\x04players\n")
    assert admin.loopback.server.connections.poll(5.0)
    terminal.update(admin.loopback.now)
    assert shown == ["nobody is here\nok"]
    monkeypatch.setattr(os, "isatty", lambda _: False)
    os.write(ours, b"\x04")
    terminal.reader.join(5.0)
    assert not terminal.reader.is_alive()
    terminal.close()
    os.close(ours)
    os.close(theirs)


def test_a_pipe_is_neither_a_terminal_nor_in_the_background(server: TerminalServer) -> None:
    assert not is_terminal(server.keyboard)
    assert not is_in_background(server.keyboard)
