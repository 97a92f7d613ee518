"""Commands in chat, help, and shutdown."""

import pytest

from petard.server.admin import dispatcher
from petard.server.admin.dispatcher import NOT_LOGGED
from petard.server.policy.admin_commands import COMMANDS, AdminRole
from petard.shared.protocol.messages import Chat, Ping
from tests.server.admin.admin_server import AdminServer, CountedCalls, lines_of


def test_every_command_of_the_table_can_be_carried_out(admin: AdminServer) -> None:
    elsewhere = {"follow"}  # it belongs to one console session
    assert {command.name for command in COMMANDS} == admin.dispatcher.handlers.keys() | elsewhere
    assert {command.name for command in COMMANDS} > NOT_LOGGED


def test_help_lists_only_the_commands_of_the_role(admin: AdminServer) -> None:
    ada, grace = admin.loopback.member("Ada"), admin.loopback.member("Grace")
    assert admin.chat(grace, "/help") == ["/help, /players, /vote, /yes, /no; /help COMMAND explains one"]
    assert "/kick" in admin.chat(ada, "/help")[0]
    assert "/shutdown" not in admin.chat(ada, "/help")[0]
    assert admin.chat(ada, "/help /kick") == ["/kick WHO [REASON]: remove a player, for at least a minute"]
    assert admin.chat(grace, "/help kick") == ["No command 'kick'; try help."]
    assert len(admin.console("help")) == sum(AdminRole.CONSOLE in command.may for command in COMMANDS)


def test_help_is_a_short_line_for_each_command_and_all_of_it_for_one(admin: AdminServer) -> None:
    assert max(map(len, admin.console("help"))) <= 100
    assert "the host" not in " ".join(admin.console("help") + admin.console("help ban"))
    assert "TIME is such as 30m" in admin.console("help ban")[0]
    ada = admin.loopback.member("Ada")
    assert admin.chat(ada, "/help ban")[-1].endswith("the host: only players who are here, for a day at most")


def test_a_command_in_chat_is_neither_shown_to_others_nor_recorded(admin: AdminServer) -> None:
    ada, grace = admin.loopback.member("Ada"), admin.loopback.member("Grace")
    before = admin.loopback.room.chat.lines_after(0)
    assert admin.chat(ada, "/") == ["No command ''; try help."]
    assert admin.chat(ada, "/plyers") == ["No command 'plyers'; did you mean players?"]
    assert not lines_of(grace)
    assert admin.loopback.room.chat.lines_after(0) == before
    assert all(isinstance(line, Chat) and not line.number for line in ada.all_of(Chat))


def test_long_answers_are_wrapped_to_the_width_of_chat_during_a_match(
    admin: AdminServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "CHAT_WIDTH", 60)
    lines = admin.chat(admin.loopback.member("Ada"), "/help ban")
    assert 1 < len(lines) <= dispatcher.ANSWER_LINES_MOST
    assert max(map(len, lines)) <= 60
    assert " ".join(lines).startswith("/ban WHO [TIME] [REASON]: keep out a player")


def test_a_member_with_too_many_commands_has_to_wait(admin: AdminServer) -> None:
    ada = admin.loopback.member("Ada")
    for _ in range(8):
        assert len(admin.chat(ada, "/players")) == 1
    assert admin.chat(ada, "/players") == ["That was a lot in a short time: wait a few seconds."]
    admin.wait(10)
    assert admin.chat(ada, "/players") == ["0 Ada (host)"]


def test_a_flood_of_commands_in_chat_is_spread_over_turns_with_one_lookup_each(
    admin: AdminServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.loopback.member("Ada")
    net = admin.loopback.server
    looked_up = CountedCalls(net.room.persons)
    monkeypatch.setattr(net.room, "persons", looked_up)
    (ada,) = net.connections.members
    net.slash_commands.extend((ada, "help") for _ in range(100))
    admin.update(admin.loopback.now)
    assert len(net.slash_commands) == 100 - dispatcher.COMMANDS_MOST
    assert looked_up.times == 1
    for _ in range(100):
        admin.update(admin.loopback.now)
    assert not net.slash_commands


def test_a_command_of_a_member_who_left_is_ignored(admin: AdminServer) -> None:
    admin.loopback.server.slash_commands.append((4711, "kick Ada"))
    admin.settle()


def test_a_countdown_announces_the_seconds_and_can_be_cancelled(admin: AdminServer) -> None:
    ada = admin.loopback.member("Ada")
    answer = admin.console("shutdown 70")
    assert answer == ["the server stops in 70 seconds; `shutdown cancel` takes it back"]
    assert min(one.next_due(admin.loopback.now) for one in admin.services) == admin.loopback.now + 70
    admin.wait(11)
    assert lines_of(ada)[-2:] == ["The server stops in 70 seconds.", "The server stops in 60 seconds."]
    assert admin.console("shutdown cancel") == ["the server goes on"]
    admin.wait(61)
    assert lines_of(ada)[-1] == "The server goes on."
    assert not admin.signals.reason
    assert admin.console("shutdown cancel") == ["error: the server is not about to stop"]


def test_a_countdown_stops_the_server(admin: AdminServer) -> None:
    ada = admin.loopback.member("Ada")
    admin.console("shutdown 5")
    for _ in range(19):
        ada.send(Ping(1))
        admin.loopback.update(1, 0.25)
        admin.settle()
    lines = ["5 seconds", "4 seconds", "3 seconds", "2 seconds", "1 second"]
    assert lines_of(ada) == [f"The server stops in {left}." for left in lines]
    assert not admin.signals.reason
    admin.wait(1)
    assert admin.signals.reason


def test_shutdown_without_seconds_works_like_a_signal(admin: AdminServer) -> None:
    admin.loopback.member("Ada")
    assert admin.console("shutdown soon") == ["error: a number of seconds up to 86400, or cancel, not 'soon'"]
    assert admin.console("shutdown") == ["the server stops after this round"]
    assert admin.signals.reason  # there is none
    assert admin.console("shutdown cancel") == ["error: too late: the server is stopping already"]


def test_an_exception_in_a_command_is_answered_and_logged(admin: AdminServer, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = admin.loopback.member("Ada")
    monkeypatch.setattr(admin.loopback.room, "status", lambda: 1 // 0)
    assert admin.chat(ada, "/status") == ["That went wrong, and the log says how."]
    assert admin.console("status") == ["error: that went wrong, and the log says how"]
    lines = [line for line in admin.loopback.log_lines if "a fault in status" in line]
    assert lines[0] == "a fault in status, given by host Ada: ZeroDivisionError: integer division or modulo by zero"


def test_only_commands_that_change_something_are_logged_with_their_issuer(admin: AdminServer) -> None:
    ada = admin.loopback.member("Ada")
    admin.console("map small")
    admin.console("map")
    admin.console("players")
    admin.chat(ada, "/set bots 1")
    lines = [line for line in admin.loopback.log_lines if line.startswith(("console", "host"))]
    assert lines == ["console: map small", "host Ada: set bots 1"]
