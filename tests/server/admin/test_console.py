"""The console over real sockets: answers, passwords, browsers, slow readers, and a crowd of them."""

import random
import socket
from collections.abc import Iterator

import pytest

from petard.server.admin.console import CLOSING_MOST, CONNECTIONS_MOST, PER_GROUP, Console
from petard.server.admin.console_connection import PASSWORD_WITHIN, UNSENT_MOST
from petard.server.config.config import Config
from petard.server.config.parsers import Endpoint
from petard.server.policy.address_groups import group_of
from petard.server.policy.login_limiter import BLOCKED_FOR
from petard.server.room.events import MemberJoined
from petard.server.room.settings import RoomSettings
from petard.server.runtime.service import CannotServe
from petard.shared.protocol.messages import Say, Setup
from tests.server.admin.admin_server import AdminServer

SECRET = "open sesame"


class Caller:
    """What `nc` is: a socket and lines."""

    def __init__(self, host: str, port: int) -> None:
        self.sock = socket.create_connection((host, port), timeout=5.0)
        self.sock.setblocking(False)
        self.text = ""
        self.is_over = False

    def say(self, text: str) -> None:
        """Send lines."""
        self.sock.sendall(text.encode())

    def read(self) -> None:
        """Take what has come."""
        try:
            while data := self.sock.recv(1 << 16):
                self.text += data.decode()
            self.is_over = True
        except BlockingIOError:
            pass
        except ConnectionError:
            self.is_over = True


class Hall:
    """A admin with a console, and who calls it."""

    def __init__(self, host: str = "127.0.0.1", password: str = "") -> None:
        self.admin = AdminServer()
        house = self.admin.house
        self.host = host
        self.console = Console(Endpoint(host, 0), password, self.admin.dispatcher, house.net, house.log)
        self.callers: list[Caller] = []

    @property
    def now(self) -> float:
        return self.admin.house.now

    def call(self) -> Caller:
        """Somebody who connects and is greeted."""
        caller = Caller(self.host, self.console.port)
        self.callers.append(caller)
        self.until(lambda: bool(caller.text) or caller.is_over)
        return caller

    def ask(self, caller: Caller, line: str) -> list[str]:
        """Say a line, and wait for the end of its answer, as a script does."""
        before = len(caller.text)
        caller.say(f"{line}\n")
        self.until(lambda: caller.is_over or is_answer(caller.text[before:]))
        return caller.text[before:].splitlines()

    def turn(self) -> None:
        """One turn of everything, in which no time passes."""
        house = self.admin.house
        house.turn(0, 0.0)
        happened = house.room.events.take()
        if happened:
            self.console.handle_events(happened, self.now)
        self.admin.dispatcher.update(self.now)
        self.console.update(self.now)
        for caller in self.callers:
            caller.read()

    def until(self, is_so: "object") -> None:
        """Let turns happen until something is so."""
        assert callable(is_so)
        for _ in range(500):
            self.admin.house.net.connections.poll(0.01)
            self.turn()
            if is_so():
                return
        raise AssertionError([caller.text[-200:] for caller in self.callers])

    def close(self) -> None:
        """Give all sockets back."""
        self.console.close()
        self.admin.close()
        for caller in self.callers:
            caller.sock.close()


def is_answer(text: str) -> bool:
    last = text.splitlines()[-1] if text.endswith("\n") else ""
    return last == "ok" or last.startswith("error: ")


@pytest.fixture(params=["127.0.0.1", "::1"])
def either_hall(request: pytest.FixtureRequest) -> Iterator[Hall]:
    hall = Hall(request.param)
    yield hall
    hall.close()


@pytest.fixture
def hall() -> Iterator[Hall]:
    hall = Hall()
    yield hall
    hall.close()


@pytest.fixture
def locked() -> Iterator[Hall]:
    hall = Hall(password=SECRET)
    yield hall
    hall.close()


def test_it_greets_answers_and_keeps_going_after_an_error(either_hall: Hall) -> None:
    caller = either_hall.call()
    assert caller.text.startswith("This is the console of a Petard server")
    assert either_hall.ask(caller, "players") == ["nobody is here", "ok"]
    assert either_hall.ask(caller, "kik Ada\r") == ["error: no command 'kik'; did you mean kick?"]
    assert either_hall.ask(caller, "status")[-1] == "ok"
    assert either_hall.ask(caller, "help")[0].startswith("help [COMMAND]")


def test_who_ends_their_half_still_gets_every_answer(hall: Hall) -> None:
    caller = hall.call()
    caller.say("players\nset bots 1\nmap")
    caller.sock.shutdown(socket.SHUT_WR)
    hall.until(lambda: caller.is_over)
    assert caller.text.count("\nok\n") == 3
    assert "map = classic" in caller.text
    assert hall.console.connections == []
    assert hall.console.next_due(hall.now) == float("inf")


def test_who_follows_is_told_what_happens_and_what_is_said_until_they_have_enough(hall: Hall) -> None:
    caller, other = hall.call(), hall.call()
    assert hall.ask(caller, "follow") == ["ok"]
    ada = hall.admin.house.member("Ada")
    ada.say(Say("ok"))
    hall.until(lambda: "* chat" in caller.text)
    assert "* joined Ada\n* chat Ada: ok\n" in caller.text
    hall.ask(caller, "kick Ada rude")
    hall.until(lambda: "* left" in caller.text)
    assert "* left Ada: was put out: rude\n" in caller.text
    assert hall.ask(caller, "follow off") == ["ok"]
    hall.admin.house.member("Grace")
    hall.turn()
    assert "Grace" not in caller.text
    assert "*" not in other.text


def test_who_follows_and_says_no_more_is_still_told_and_keeps_nobody_awake(hall: Hall) -> None:
    caller = hall.call()
    hall.ask(caller, "follow")
    caller.sock.shutdown(socket.SHUT_WR)
    hall.until(lambda: hall.console.connections[0].lines.is_ended)
    hall.turn()
    assert hall.console not in hall.admin.house.net.connections.poll(0)
    assert hall.console.next_due(hall.now) == float("inf")
    hall.admin.house.member("Ada")
    hall.until(lambda: "* joined Ada\n" in caller.text)


def test_another_password_counts_at_once(locked: Hall) -> None:
    def change_password(password: str) -> None:
        setup = RoomSettings(Setup("classic", "duel", 3, 0, 2))
        locked.console.apply_config(Config(setup, console_password=password), locked.now)

    change_password("other")
    assert locked.ask(locked.call(), SECRET)[0].startswith("error: ")
    assert locked.ask(locked.call(), "other") == ["ok"]
    change_password("")
    assert locked.ask(locked.call(), "players")[-1] == "ok"


def test_where_others_come_too_no_password_is_no_password_to_change_to() -> None:
    hall = Hall("0.0.0.0", SECRET)
    setup = RoomSettings(Setup("classic", "duel", 3, 0, 2))
    hall.console.apply_config(Config(setup), hall.now)
    hall.host = "127.0.0.1"
    assert hall.ask(hall.call(), SECRET) == ["ok"]
    hall.close()


def test_a_password_is_asked_first_and_is_in_no_log(locked: Hall) -> None:
    caller = locked.call()
    assert caller.text == "This is the console of a Petard server. Password?\n"
    assert locked.ask(caller, "players") == ["error: wrong password; 4 tries are left"]
    assert locked.ask(caller, SECRET) == ["ok"]
    assert locked.ask(caller, "players") == ["nobody is here", "ok"]
    log = "\n".join(locked.admin.house.lines)
    assert "a wrong password for the console came from 127.0.0.1" in log
    assert SECRET not in log


def test_five_wrong_passwords_bar_the_address_over_all_its_connections(locked: Hall) -> None:
    first = locked.call()
    for guess in ("a", "b", "c"):
        locked.ask(first, guess)
    second = locked.call()
    assert locked.ask(second, "d") == ["error: wrong password; 1 try is left"]
    assert locked.ask(first, "e") == ["error: wrong password; no try is left"]
    locked.until(lambda: first.is_over)
    assert locked.ask(second, SECRET) == ["error: too many wrong passwords"]
    assert locked.call().text == "error: too many wrong passwords from your address; try again in 5 min\n"
    assert locked.console.logins.blocked_for(group_of("::1"), locked.now)  # it is one machine, by whichever address
    locked.admin.house.now += BLOCKED_FOR
    assert locked.ask(locked.call(), SECRET) == ["ok"]


def test_who_says_no_password_is_hung_up_on_and_wakes_a_sleeping_server_for_it(locked: Hall) -> None:
    caller = locked.call()
    assert locked.console.next_due(locked.now) == locked.now + PASSWORD_WITHIN
    locked.admin.house.now += PASSWORD_WITHIN + 0.1
    locked.until(lambda: caller.is_over)
    assert caller.text.endswith("error: no password was given\n")


def test_beyond_loopback_there_is_no_console_without_a_password(hall: Hall) -> None:
    for host in ("0.0.0.0", "::", ""):
        with pytest.raises(CannotServe, match="console-password"):
            Console(Endpoint(host, 0), "", hall.admin.dispatcher, hall.admin.house.net, hall.admin.house.log)


def test_a_port_that_is_taken_is_a_sentence(hall: Hall) -> None:
    with pytest.raises(CannotServe, match=f"no console at 127.0.0.1:{hall.console.port}: "):
        Console(
            Endpoint("127.0.0.1", hall.console.port),
            "",
            hall.admin.dispatcher,
            hall.admin.house.net,
            hall.admin.house.log,
        )


def test_a_browser_gets_nowhere(hall: Hall) -> None:
    hall.admin.house.member("Ada")
    caller = hall.call()
    caller.say("POST / HTTP/1.1\r\nHost: localhost:7776\r\nContent-Type: text/plain\r\n\r\nkick Ada\nshutdown 0\n")
    hall.until(lambda: caller.is_over)
    hall.turn()
    assert "error: this is no web server" in caller.text or not caller.text.count("error")
    assert hall.admin.house.room.people == 1
    assert not hall.admin.drain.is_draining


def test_the_longest_silent_makes_way_for_a_ninth_and_who_follows_last_of_all(hall: Hall) -> None:
    callers = [hall.call() for _ in range(CONNECTIONS_MOST)]
    hall.ask(callers[0], "follow")
    hall.admin.house.now += 10.0
    hall.ask(callers[1], "status")
    ninth = hall.call()
    assert hall.ask(ninth, "players")[-1] == "ok"
    hall.until(lambda: callers[2].is_over)
    assert callers[2].text.endswith("error: more than 8 are connected, and you were silent longest\n")
    for caller in [*callers[2:], *(hall.call() for _ in range(2 * CONNECTIONS_MOST))]:
        hall.ask(caller, "follow")
    assert hall.ask(hall.call(), "players")[-1] == "ok"
    assert sum(not connection.is_closing for connection in hall.console.connections) == CONNECTIONS_MOST


def test_who_has_not_said_the_password_puts_nobody_out_who_has(locked: Hall) -> None:
    inside = []
    for _ in range(CONNECTIONS_MOST):
        inside.append(locked.call())
        locked.ask(inside[-1], SECRET)
    strangers = [locked.call() for _ in range(PER_GROUP + 1)]
    locked.until(lambda: strangers[0].is_over)
    assert [caller.is_over for caller in (*inside, *strangers[1:])] == [False] * (CONNECTIONS_MOST + PER_GROUP)
    assert locked.ask(strangers[-1], SECRET) == ["ok"]
    locked.until(lambda: inside[0].is_over)
    assert locked.ask(inside[1], "players")[-1] == "ok"


def test_who_is_hung_up_on_reads_why_though_they_go_on_talking(hall: Hall) -> None:
    caller = hall.call()
    caller.say("GET / HTTP/1.1\n" + "Cookie: 0123456789\n" * 1000)
    hall.until(lambda: caller.is_over)
    assert caller.text.endswith("error: this is no web server\n")
    (connection,) = hall.console.connections
    assert hall.console.next_due(hall.now) <= hall.now + 1.0
    hall.admin.house.now += 1.1
    hall.turn()
    assert hall.console.connections == []
    assert connection.sock.fileno() < 0


def test_those_who_never_take_note_of_the_end_are_few(hall: Hall) -> None:
    for _ in range(CONNECTIONS_MOST + 2 * CLOSING_MOST):
        hall.call()
    assert len(hall.console.connections) == CONNECTIONS_MOST + CLOSING_MOST


def test_who_follows_and_does_not_read_is_hung_up_on(hall: Hall) -> None:
    caller = hall.call()
    hall.ask(caller, "follow")
    hall.callers.remove(caller)
    (connection,) = hall.console.connections
    for number in range(400):
        hall.console.handle_events([MemberJoined(number, "x" * 1000)], hall.now)
        hall.console.update(hall.now)
        if not hall.console.connections:
            break
        assert connection.unsent <= UNSENT_MOST + 2000
    assert hall.console.connections == []
    assert "does not read" in hall.admin.house.lines[-1]
    caller.sock.close()


def test_a_flood_of_questions_waits_for_its_answers_to_be_read(hall: Hall) -> None:
    caller = hall.call()
    hall.callers.remove(caller)
    (connection,) = hall.console.connections
    said = 200
    caller.say("help\n" * said)
    for _ in range(said):
        hall.console.update(hall.now)
        assert connection.unsent < UNSENT_MOST
    assert connection.lines.has_line
    assert hall.console.next_due(hall.now) < hall.now + 1.0, "a server that sleeps would never send the rest"
    caller.sock.setblocking(True)
    while caller.text.count("\nok\n") < said:
        hall.console.update(hall.now)
        caller.text += caller.sock.recv(1 << 16).decode()
    caller.sock.close()


@pytest.mark.parametrize("hundreds", [20, pytest.param(100, marks=pytest.mark.long)])
def test_thousands_of_lines_of_garbage_are_answered_one_by_one(hall: Hall, hundreds: int) -> None:
    chance = random.Random(1)
    words = ["kick", "ban", "set", "vote", "unban", "map", "follow", "record", "say", "help", "\u00e4", '"', "0", "\0"]
    caller = hall.call()
    hall.ask(caller, "status")
    for _ in range(hundreds):
        lines = [" ".join(chance.choices(words, k=chance.randrange(1, 4))) for _ in range(100)]
        caller.say("".join(f"{line}\n" for line in lines))
        hall.until(lambda: hall.console.connections[0].lines.has_line)
        while hall.console.connections[0].lines.has_line:
            hall.turn()
    hall.ask(caller, "status")
    answers = sum(line == "ok" or line.startswith("error: ") for line in caller.text.splitlines())
    assert answers == 100 * hundreds + 2
    assert not [line for line in hall.admin.house.lines if line.startswith("a fault")]
