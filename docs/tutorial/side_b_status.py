"""Side path B. A page by hand: HTTP is lines of text over TCP, then bytes. Content-Length says how many.

python side_b_status.py serve    then open http://127.0.0.1:7011/status in a browser
python side_b_status.py get      ask for the page, and print each line of the answer
python side_b_status.py bug      the mistake: bytes(len(data)) as Content-Length
python side_b_status.py wrong    pages that do not exist, and requests that make no sense
"""

import json
import socket
import sys
from collections.abc import Callable

from stage1_echo import connect, listen, start

PORT, LIMIT = 7011, 4096  # bytes of the longest request
STATUS = {"players": 2, "round": 3}
Head = Callable[[bytes], bytes]  # makes the line Content-Length from the body


def right_length(body: bytes) -> bytes:
    return b"Content-Length: " + str(len(body)).encode()


def wrong_length(body: bytes) -> bytes:
    """The mistake: bytes(20) is not b"20". It is 20 bytes, all of them zero."""
    return b"Content-Length: " + bytes(len(body))


def read_head(client: socket.socket) -> bytes:
    """Return the lines of a request up to the empty one. One recv() may give a part of them."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < LIMIT and (piece := client.recv(1000)):
        head += piece
    return head


def respond(head: bytes, length: Head = right_length) -> bytes:
    """Return the answer to a request, status line and all."""
    match head.split(b"\r\n")[0].split():
        case [b"GET", b"/status", b"HTTP/1.0" | b"HTTP/1.1"]:
            status, body = b"200 OK", json.dumps(STATUS).encode()
        case [b"GET", _, b"HTTP/1.0" | b"HTTP/1.1"]:
            status, body = b"404 Not Found", b"There is no such page."
        case _:
            status, body = b"400 Bad Request", b"This is not a request that I understand."
    kind = b"application/json" if status == b"200 OK" else b"text/plain"
    lines = [b"HTTP/1.0 " + status, b"Content-Type: " + kind, length(body), b"Connection: close", b"", body]
    return b"\r\n".join(lines)


def serve(listener: socket.socket, length: Head = right_length) -> None:
    """Answer one request of each client, one after the other. A client that says nothing for a second is left."""
    while True:
        client, _ = listener.accept()
        client.settimeout(1)
        try:
            with client:
                client.sendall(respond(read_head(client), length))
        except OSError:  # it was silent for too long, or it has left
            continue


def request(port: int, line: bytes) -> tuple[list[bytes], bytes]:
    """Send a request. Return the lines of the answer's head, and its body."""
    with connect(port) as client:
        client.sendall(line + b"\r\nHost: 127.0.0.1\r\n\r\n")
        answer = b""
        while piece := client.recv(1000):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.split(b"\r\n"), body


def body_of(lines: list[bytes], body: bytes) -> bytes:
    """Return as many bytes of the body as Content-Length says, as a browser does. ValueError: it says no number."""
    length = next(line for line in lines if line.startswith(b"Content-Length: ")).removeprefix(b"Content-Length: ")
    if not length.isdigit():
        raise ValueError(f"Content-Length is {length!r}")
    return body[: int(length)]


def main(words: list[str]) -> None:
    match words:
        case ["serve"]:
            serve(listen(PORT))
        case ["get"]:
            lines, body = request(start(serve), b"GET /status HTTP/1.1")
            print(*(line.decode() for line in lines), "", body_of(lines, body).decode(), sep="\n")
        case ["bug"]:
            try:
                body_of(*request(start(serve, wrong_length), b"GET /status HTTP/1.1"))
            except ValueError as problem:
                print("the client cannot read the page:", problem)
        case ["wrong"]:
            for line in b"GET /nothing HTTP/1.1", b"hello":
                print(line.decode(), "->", request(start(serve), line)[0][0].decode())
        case _:
            print(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
