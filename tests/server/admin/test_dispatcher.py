"""Chat behind a slash, help, and the end of a server from the desk."""

import pytest

from petard.server.admin import dispatcher
from petard.server.admin.dispatcher import QUIET
from petard.server.policy.admin_commands import ORDERS, AdminRole
from petard.shared.protocol.messages import Chat, Ping
from tests.server.admin.reception import Counted, Reception, lines_of


def test_every_command_of_the_table_can_be_carried_out(reception: Reception) -> None:
    elsewhere = {"follow"}  # it is about one connection (clerk.py)
    assert {order.name for order in ORDERS} == set(reception.desk._orders) | elsewhere
    assert {order.name for order in ORDERS} > QUIET


def test_help_fits_who_asks(reception: Reception) -> None:
    ada, grace = reception.house.member("Ada"), reception.house.member("Grace")
    assert reception.chat(grace, "/help") == ["/help, /players, /vote, /yes, /no; /help NAME tells more"]
    assert "/kick" in reception.chat(ada, "/help")[0]
    assert "/shutdown" not in reception.chat(ada, "/help")[0]
    assert reception.chat(ada, "/help /kick") == ["/kick WHO [REASON]: put somebody out, for a minute at least"]
    assert reception.chat(grace, "/help kick") == ["No command 'kick'; try help."]
    assert len(reception.console("help")) == sum(AdminRole.CONSOLE in order.may for order in ORDERS)


def test_help_is_a_short_line_for_each_command_and_all_of_it_for_one(reception: Reception) -> None:
    assert max(map(len, reception.console("help"))) <= 100
    assert "the host" not in " ".join(reception.console("help") + reception.console("help ban"))
    assert "for a TIME such as 30m" in reception.console("help ban")[0]
    ada = reception.house.member("Ada")
    assert reception.chat(ada, "/help ban")[-1].endswith("the host: who is here, for a day at most")


def test_what_is_said_with_a_slash_is_for_nobody_else_and_is_not_recorded(reception: Reception) -> None:
    ada, grace = reception.house.member("Ada"), reception.house.member("Grace")
    before = reception.house.room.lines_after(0)
    assert reception.chat(ada, "/") == ["No command ''; try help."]
    assert reception.chat(ada, "/plyers") == ["No command 'plyers'; did you mean players?"]
    assert not lines_of(grace)
    assert reception.house.room.lines_after(0) == before
    assert all(isinstance(line, Chat) and not line.number for line in ada.all_of(Chat))


def test_long_answers_come_in_lines_as_short_as_are_seen_over_a_match(
    reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "ASIDE_WIDE", 60)
    told = reception.chat(reception.house.member("Ada"), "/help ban")
    assert 1 < len(told) <= dispatcher.ASIDES_MOST
    assert max(map(len, told)) <= 60
    assert " ".join(told).startswith("/ban WHO [TIME] [REASON]: keep somebody out")


def test_who_asks_too_much_has_to_wait(reception: Reception) -> None:
    ada = reception.house.member("Ada")
    for _ in range(8):
        assert len(reception.chat(ada, "/players")) == 1
    assert reception.chat(ada, "/players") == ["That was a lot in a short time: wait a few seconds."]
    reception.wait(10)
    assert reception.chat(ada, "/players") == ["0 Ada (host)"]


def test_a_flood_of_slashes_holds_up_no_turn_and_everybody_is_looked_up_once(
    reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    reception.house.member("Ada")
    net = reception.house.net
    looked_up = Counted(net.room.persons)
    monkeypatch.setattr(net.room, "persons", looked_up)
    (ada,) = net.crowd.members
    net.slashes.extend((ada, "help") for _ in range(100))
    reception.desk.turn(reception.house.now)
    assert len(net.slashes) == 100 - dispatcher.SLASHES_MOST
    assert looked_up.times == 1
    for _ in range(100):
        reception.desk.turn(reception.house.now)
    assert not net.slashes


def test_a_slash_of_who_has_just_gone_is_nothing(reception: Reception) -> None:
    reception.house.net.slashes.append((4711, "kick Ada"))
    reception.settle()


def test_a_countdown_tells_the_seconds_and_can_be_taken_back(reception: Reception) -> None:
    ada = reception.house.member("Ada")
    answer = reception.console("shutdown 70")
    assert answer == ["the server stops in 70 seconds; `shutdown cancel` takes it back"]
    assert reception.desk.next_at(reception.house.now) == reception.house.now + 70
    reception.wait(11)
    assert lines_of(ada)[-2:] == ["The server stops in 70 seconds.", "The server stops in 60 seconds."]
    assert reception.console("shutdown cancel") == ["the server goes on"]
    reception.wait(61)
    assert lines_of(ada)[-1] == "The server goes on."
    assert not reception.wake.reason
    assert reception.console("shutdown cancel") == ["error: the server is not about to stop"]


def test_a_countdown_ends_the_server(reception: Reception) -> None:
    ada = reception.house.member("Ada")
    reception.console("shutdown 5")
    for _ in range(19):
        ada.say(Ping(1))
        reception.house.turn(1, 0.25)
        reception.settle()
    told = ["5 seconds", "4 seconds", "3 seconds", "2 seconds", "1 second"]
    assert lines_of(ada) == [f"The server stops in {left}." for left in told]
    assert not reception.wake.reason
    reception.wait(1)
    assert reception.wake.reason


def test_without_seconds_it_ends_as_with_a_signal(reception: Reception) -> None:
    reception.house.member("Ada")
    assert reception.console("shutdown soon") == ["error: a number of seconds up to 86400, or cancel, not 'soon'"]
    assert reception.console("shutdown") == ["the server stops after this round"]
    assert reception.wake.reason  # there is none
    assert reception.console("shutdown cancel") == ["error: too late: the server is stopping already"]


def test_a_fault_of_ours_in_an_order_is_a_sentence_and_a_line_of_the_log(
    reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = reception.house.member("Ada")
    monkeypatch.setattr(reception.house.room, "status", lambda: 1 // 0)
    assert reception.chat(ada, "/status") == ["That went wrong, and the log says how."]
    assert reception.console("status") == ["error: that went wrong, and the log says how"]
    told = [line for line in reception.house.lines if "a fault in status" in line]
    assert told[0] == "a fault in status, which host Ada said: ZeroDivisionError: integer division or modulo by zero"


def test_the_log_has_what_was_changed_and_by_whom_and_no_mere_questions(reception: Reception) -> None:
    ada = reception.house.member("Ada")
    reception.console("map small")
    reception.console("map")
    reception.console("players")
    reception.chat(ada, "/set bots 1")
    lines = [line for line in reception.house.lines if line.startswith(("console", "host"))]
    assert lines == ["console: map small", "host Ada: set bots 1"]
