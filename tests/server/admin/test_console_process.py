"""A real petard-server with its console over TCP and on standard input."""

import socket

from petard.shared.protocol.messages import Bye
from tests.server.loopback import HELLO, RawClient
from tests.server.server_process import PATIENCE, ServerProcess, read_until_over


def free_port() -> int:
    """Return a free port of loopback."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def asked(sock: socket.socket, line: str) -> str:
    """Send a line and return its whole answer."""
    sock.sendall(f"{line}\n".encode())
    answer = ""
    while not (answer.endswith("\n") and answer.splitlines()[-1].startswith(("ok", "error: "))):
        data = sock.recv(4096)
        assert data, answer
        answer += data.decode()
    return answer


def test_a_real_server_is_administered_over_tcp_and_stdin() -> None:
    port = free_port()
    with ServerProcess("--console", f"127.0.0.1:{port}", "--stdin", "on") as server:
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as console:
            assert console.recv(4096).startswith(b"This is the console")  # the server slept until now
            assert "0 here" in asked(console, "status")
            asked(console, "follow")
            guest = RawClient(server.port)
            guest.send(HELLO)
            received = b""
            while b"* joined Ada\n" not in received:
                received += console.recv(4096)
            assert "127.0.0.1" in asked(console, "players")
            received = asked(console, "kick Ada enough").encode()
            while b"* left Ada: was put out: enough\n" not in received:  # an empty room takes its turns at leisure
                received += console.recv(4096)
            read_until_over(guest)
            guest.sock.close()
            assert guest.received[-1] == Bye("You were put out of this room: enough.")
            assert server.process.stdin
            server.process.stdin.write("set name Evening\n")
            server.process.stdin.flush()
            while "room: Evening" not in asked(console, "status"):
                pass
            console.sendall(b"shutdown 0\n")
            rest = b""
            while data := console.recv(4096):
                rest += data
            assert rest == b"the server stops now\nok\n* the server has stopped\n"
        assert server.end() == 0
    assert "name = Evening\nok\n" in server.log
    assert "console: kick Ada enough" in server.log
    warned = f"without a password for anybody on this machine, the console is at 127.0.0.1, port {port}\n"
    assert warned in server.log
