"""The console over real sockets: answers, passwords, browsers, slow readers, and too many connections."""

import random
import socket
from collections.abc import Callable, Iterator

import pytest

from petard.server.admin.console import CLOSING_MOST, CONNECTIONS_MOST, PASSWORD_WITHIN, PER_GROUP, UNSENT_MOST, Console
from petard.server.config.config import Config
from petard.server.config.values import Endpoint
from petard.server.policy.address_groups import group_of
from petard.server.policy.limits import TRY_EVERY
from petard.server.room.settings import RoomSettings
from petard.server.room.status import MemberChange, MemberEvent
from petard.server.runtime.service import CannotServe
from petard.shared.protocol.messages import Say, Setup
from tests.server.admin.admin_server import AdminServer

SECRET = "open sesame"


class ConsoleClient:
    """A client of the console, like `nc`."""

    def __init__(self, host: str, port: int) -> None:
        self.sock = socket.create_connection((host, port), timeout=5.0)
        self.sock.setblocking(False)
        self.text = ""
        self.is_over = False

    def send(self, text: str) -> None:
        """Send lines."""
        self.sock.sendall(text.encode())

    def read(self) -> None:
        """Read what has arrived."""
        try:
            while data := self.sock.recv(1 << 16):
                self.text += data.decode()
            self.is_over = True
        except BlockingIOError:
            pass
        except ConnectionError:
            self.is_over = True


class ConsoleServer:
    """A server with a console, and its clients."""

    def __init__(self, host: str = "127.0.0.1", password: str = "") -> None:
        self.admin = AdminServer()
        loopback = self.admin.loopback
        self.host = host
        self.console = Console(Endpoint(host, 0), password, self.admin.dispatcher.run, loopback.server, loopback.log)
        self.clients: list[ConsoleClient] = []

    @property
    def now(self) -> float:
        return self.admin.loopback.now

    def connect(self) -> ConsoleClient:
        """Connect a client and wait for the greeting."""
        client = ConsoleClient(self.host, self.console.port)
        self.clients.append(client)
        self.until(lambda: bool(client.text) or client.is_over)
        return client

    def ask(self, client: ConsoleClient, line: str) -> list[str]:
        """Send a line and return its whole answer."""
        before = len(client.text)
        client.send(f"{line}\n")
        self.until(lambda: client.is_over or is_answer(client.text[before:]))
        return client.text[before:].splitlines()

    def update(self) -> None:
        """Update everything once; no time passes."""
        loopback = self.admin.loopback
        loopback.update(0, 0.0)
        happened = loopback.room.events.take()
        if happened:
            self.console.handle_events(happened, self.now)
        self.admin.update(self.now)
        self.console.update(self.now)
        for client in self.clients:
            client.read()

    def until(self, is_true: Callable[[], bool]) -> None:
        """Update until a condition is true."""
        for _ in range(500):
            self.admin.loopback.server.connections.poll(0.01)
            self.update()
            if is_true():
                return
        raise AssertionError([client.text[-200:] for client in self.clients])

    def close(self) -> None:
        """Close all sockets."""
        self.console.close()
        self.admin.close()
        for client in self.clients:
            client.sock.close()


def is_answer(text: str) -> bool:
    last = text.splitlines()[-1] if text.endswith("\n") else ""
    return last == "ok" or last.startswith("error: ")


@pytest.fixture(params=["127.0.0.1", "::1"])
def either_server(request: pytest.FixtureRequest) -> Iterator[ConsoleServer]:
    server = ConsoleServer(request.param)
    yield server
    server.close()


@pytest.fixture
def server() -> Iterator[ConsoleServer]:
    server = ConsoleServer()
    yield server
    server.close()


@pytest.fixture
def locked() -> Iterator[ConsoleServer]:
    server = ConsoleServer(password=SECRET)
    yield server
    server.close()


def test_it_greets_answers_and_keeps_going_after_an_error(either_server: ConsoleServer) -> None:
    client = either_server.connect()
    assert client.text.startswith("This is the console of a Petard server")
    assert either_server.ask(client, "players") == ["nobody is here", "ok"]
    assert either_server.ask(client, "kik Ada\r") == ["error: no command 'kik'; did you mean kick?"]
    assert either_server.ask(client, "status")[-1] == "ok"
    assert either_server.ask(client, "help")[0].startswith("help [COMMAND]")


def test_a_client_that_closes_its_sending_half_still_gets_every_answer(server: ConsoleServer) -> None:
    client = server.connect()
    client.send("players\nset bots 1\nmap")
    client.sock.shutdown(socket.SHUT_WR)
    server.until(lambda: client.is_over)
    assert client.text.count("\nok\n") == 3
    assert "map = classic" in client.text
    assert server.console.connections == []
    assert server.console.next_due(server.now) == float("inf")


def test_a_follower_gets_events_and_chat_until_follow_off(server: ConsoleServer) -> None:
    client, other = server.connect(), server.connect()
    assert server.ask(client, "follow") == ["ok"]
    ada = server.admin.loopback.member("Ada")
    ada.send(Say("ok"))
    server.until(lambda: "* chat" in client.text)
    assert "* joined Ada\n* chat Ada: ok\n" in client.text
    server.ask(client, "kick Ada rude")
    server.until(lambda: "* left" in client.text)
    assert "* left Ada: was put out: rude\n" in client.text
    assert server.ask(client, "follow off") == ["ok"]
    server.admin.loopback.member("Grace")
    server.update()
    assert "Grace" not in client.text
    assert "*" not in other.text


def test_a_follower_that_sends_no_more_gets_events_and_lets_the_server_sleep(server: ConsoleServer) -> None:
    client = server.connect()
    server.ask(client, "follow")
    client.sock.shutdown(socket.SHUT_WR)
    server.until(lambda: server.console.connections[0].session.lines.is_ended)
    server.update()
    assert server.console not in server.admin.loopback.server.connections.poll(0)
    assert server.console.next_due(server.now) == float("inf")
    server.admin.loopback.member("Ada")
    server.until(lambda: "* joined Ada\n" in client.text)


def test_a_new_password_counts_at_once(locked: ConsoleServer) -> None:
    def change_password(password: str) -> None:
        setup = RoomSettings(Setup("classic", "duel", 3, 0, 2))
        locked.console.apply_config(Config(setup, console_password=password), locked.now)

    change_password("other")
    assert locked.ask(locked.connect(), SECRET)[0].startswith("error: ")
    assert locked.ask(locked.connect(), "other") == ["ok"]
    change_password("")
    assert locked.ask(locked.connect(), "players")[-1] == "ok"


def test_a_public_console_keeps_its_password_when_the_new_one_is_empty() -> None:
    server = ConsoleServer("0.0.0.0", SECRET)
    setup = RoomSettings(Setup("classic", "duel", 3, 0, 2))
    server.console.apply_config(Config(setup), server.now)
    server.host = "127.0.0.1"
    assert server.ask(server.connect(), SECRET) == ["ok"]
    server.close()


def test_a_password_is_asked_first_and_is_in_no_log(locked: ConsoleServer) -> None:
    client = locked.connect()
    assert client.text == "This is the console of a Petard server. Password?\n"
    assert locked.ask(client, "players") == ["error: wrong password; 4 tries are left"]
    assert locked.ask(client, SECRET) == ["ok"]
    assert locked.ask(client, "players") == ["nobody is here", "ok"]
    log = "\n".join(locked.admin.loopback.log_lines)
    assert "a wrong password for the console came from 127.0.0.1" in log
    assert SECRET not in log


def test_five_wrong_passwords_block_all_connections_of_the_address(locked: ConsoleServer) -> None:
    first = locked.connect()
    for guess in ("a", "b", "c"):
        locked.ask(first, guess)
    second = locked.connect()
    assert locked.ask(second, "d") == ["error: wrong password; 1 try is left"]
    assert locked.ask(first, "e") == ["error: wrong password; no try is left"]
    locked.until(lambda: first.is_over)
    assert locked.ask(second, SECRET) == ["error: too many wrong passwords from your address; try again in 30 s"]
    assert locked.connect().text == "error: too many wrong passwords from your address; try again in 30 s\n"
    assert locked.console.logins.blocked_for(group_of("::1"), locked.now)  # it is one machine, by whichever address
    locked.admin.loopback.now += TRY_EVERY
    assert locked.ask(locked.connect(), SECRET) == ["ok"]


def test_a_connection_without_a_password_is_closed_in_time_even_by_a_sleeping_server(locked: ConsoleServer) -> None:
    client = locked.connect()
    assert locked.console.next_due(locked.now) == locked.now + PASSWORD_WITHIN
    locked.admin.loopback.now += PASSWORD_WITHIN + 0.1
    locked.until(lambda: client.is_over)
    assert client.text.endswith("error: no password was given\n")


def test_beyond_loopback_there_is_no_console_without_a_password(server: ConsoleServer) -> None:
    for host in ("0.0.0.0", "::", ""):
        with pytest.raises(CannotServe, match="console-password"):
            Console(
                Endpoint(host, 0),
                "",
                server.admin.dispatcher.run,
                server.admin.loopback.server,
                server.admin.loopback.log,
            )


def test_a_port_in_use_is_one_sentence(server: ConsoleServer) -> None:
    with pytest.raises(CannotServe, match=f"no console at 127.0.0.1:{server.console.port}: "):
        Console(
            Endpoint("127.0.0.1", server.console.port),
            "",
            server.admin.dispatcher.run,
            server.admin.loopback.server,
            server.admin.loopback.log,
        )


def test_a_browser_cannot_give_commands(server: ConsoleServer) -> None:
    server.admin.loopback.member("Ada")
    client = server.connect()
    client.send("POST / HTTP/1.1\r\nHost: localhost:7776\r\nContent-Type: text/plain\r\n\r\nkick Ada\nshutdown 0\n")
    server.until(lambda: client.is_over)
    server.update()
    assert "error: this is no web server" in client.text or not client.text.count("error")
    assert server.admin.loopback.room.people == 1
    assert not server.admin.drain.is_draining


@pytest.mark.parametrize("has_password", [True, False])
def test_twelve_scripts_that_send_their_lines_at_once_are_all_answered(has_password: bool) -> None:
    server = ConsoleServer(password=SECRET if has_password else "")
    scripts = [ConsoleClient("127.0.0.1", server.console.port) for _ in range(12)]
    server.clients += scripts
    for script in scripts:
        script.send(f"{SECRET}\n" * has_password + "players\n")
        script.sock.shutdown(socket.SHUT_WR)
    server.until(lambda: all(script.is_over for script in scripts))
    assert ["nobody is here\nok\n" in script.text for script in scripts] == [True] * 12
    server.close()


def test_a_ninth_connection_closes_the_longest_silent_one_and_followers_last(server: ConsoleServer) -> None:
    clients = [server.connect() for _ in range(CONNECTIONS_MOST)]
    server.ask(clients[0], "follow")
    server.admin.loopback.now += 10.0
    server.ask(clients[1], "status")
    ninth = server.connect()
    assert server.ask(ninth, "players")[-1] == "ok"
    server.until(lambda: clients[2].is_over)
    assert clients[2].text.endswith("error: more than 8 are connected, and you were silent longest\n")
    for client in [*clients[2:], *(server.connect() for _ in range(2 * CONNECTIONS_MOST))]:
        server.ask(client, "follow")
    assert server.ask(server.connect(), "players")[-1] == "ok"
    assert sum(not connection.is_closing for connection in server.console.connections) == CONNECTIONS_MOST


def test_connections_before_the_password_do_not_close_those_after_it(locked: ConsoleServer) -> None:
    inside = []
    for _ in range(CONNECTIONS_MOST):
        inside.append(locked.connect())
        locked.ask(inside[-1], SECRET)
    waiting = [locked.connect() for _ in range(PER_GROUP + 1)]
    locked.until(lambda: waiting[0].is_over)
    assert [client.is_over for client in (*inside, *waiting[1:])] == [False] * (CONNECTIONS_MOST + PER_GROUP)
    assert locked.ask(waiting[-1], SECRET) == ["ok"]
    locked.until(lambda: inside[0].is_over)
    assert locked.ask(inside[1], "players")[-1] == "ok"


def test_a_refused_connection_reads_the_reason_although_it_keeps_sending(server: ConsoleServer) -> None:
    client = server.connect()
    client.send("GET / HTTP/1.1\n" + "Cookie: 0123456789\n" * 1000)
    server.until(lambda: client.is_over)
    assert client.text.endswith("error: this is no web server\n")
    (connection,) = server.console.connections
    assert server.console.next_due(server.now) <= server.now + 1.0
    server.admin.loopback.now += 1.1
    server.update()
    assert server.console.connections == []
    assert connection.sock.fileno() < 0


def test_closing_connections_are_limited(server: ConsoleServer) -> None:
    for _ in range(CONNECTIONS_MOST + 2 * CLOSING_MOST):
        server.connect()
    assert len(server.console.connections) == CONNECTIONS_MOST + CLOSING_MOST


def test_a_follower_that_does_not_read_is_closed(server: ConsoleServer) -> None:
    client = server.connect()
    server.ask(client, "follow")
    server.clients.remove(client)
    (connection,) = server.console.connections
    for number in range(400):
        server.console.handle_events([MemberEvent(MemberChange.JOINED, number, "x" * 1000)], server.now)
        server.console.update(server.now)
        if not server.console.connections:
            break
        assert len(connection.unsent) <= UNSENT_MOST + 2000
    assert server.console.connections == []
    assert "does not read" in server.admin.loopback.log_lines[-1]
    client.sock.close()


def test_a_flood_of_commands_waits_until_its_answers_are_read(server: ConsoleServer) -> None:
    client = server.connect()
    server.clients.remove(client)
    (connection,) = server.console.connections
    commands = 200
    client.send("help\n" * commands)
    for _ in range(commands):
        server.console.update(server.now)
        assert len(connection.unsent) < UNSENT_MOST
    assert connection.session.lines.has_line
    assert server.console.next_due(server.now) < server.now + 1.0, "a server that sleeps would never send the rest"
    client.sock.setblocking(True)
    while client.text.count("\nok\n") < commands:
        server.console.update(server.now)
        client.text += client.sock.recv(1 << 16).decode()
    client.sock.close()


@pytest.mark.parametrize("hundreds", [20, pytest.param(100, marks=pytest.mark.long)])
def test_thousands_of_lines_of_garbage_are_answered_one_by_one(server: ConsoleServer, hundreds: int) -> None:
    chance = random.Random(1)
    words = ["kick", "ban", "set", "vote", "unban", "map", "follow", "record", "say", "help", "\u00e4", '"', "0", "\0"]
    client = server.connect()
    server.ask(client, "status")
    for _ in range(hundreds):
        lines = [" ".join(chance.choices(words, k=chance.randrange(1, 4))) for _ in range(100)]
        client.send("".join(f"{line}\n" for line in lines))
        server.until(lambda: server.console.connections[0].session.lines.has_line)
        while server.console.connections[0].session.lines.has_line:
            server.update()
    server.ask(client, "status")
    answers = sum(line == "ok" or line.startswith("error: ") for line in client.text.splitlines())
    assert answers == 100 * hundreds + 2
    assert not [line for line in server.admin.loopback.log_lines if line.startswith("a fault")]
