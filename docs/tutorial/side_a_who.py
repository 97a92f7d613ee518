"""Side path A. Who is there? UDP: one packet asks, one packet answers. There is no connection, and both can be lost.

python side_a_who.py serve        answer questions, over IPv4 and over IPv6
python side_a_who.py who NAME     ask the server on a computer: its name, and the time there
python side_a_who.py lost         the first question is lost. What does the client do?
python side_a_who.py rules        which packets does the server answer, and how long is the answer?
"""

import contextlib
import secrets
import select
import socket
import sys
import threading
import time

PORT, SIZE, TIMEOUT, TRIES = 7010, 64, 0.3, 3  # bytes of each packet; seconds for one try
ASK, ANSWER, NONCE = b"who?", b"here", 8  # a packet: a word of 4 bytes, 8 bytes of chance, then a text or zeros


def answer(question: bytes, now: str) -> bytes:
    """Return the answer, or nothing at all.

    An answer is never longer than its question. The address of a sender can be false: a server whose answers are longer
    would help to flood the computer at that address.
    """
    if len(question) != SIZE or not question.startswith(ASK):
        return b""
    nonce = question[len(ASK) : len(ASK) + NONCE]
    return (ANSWER + nonce + now.encode())[:SIZE]


def listen(port: int) -> list[socket.socket]:
    """Return a socket for each kind of address that this computer has: 127.0.0.1 and ::1."""
    socks = []
    for family, address in (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"):
        with contextlib.suppress(OSError):  # no IPv6 here
            sock = socket.socket(family, socket.SOCK_DGRAM)
            sock.bind((address, port))
            socks.append(sock)
            port = sock.getsockname()[1]  # the same number for both
    return socks


def serve(socks: list[socket.socket], ignore: int = 0) -> None:
    """Answer for ever. `ignore`: so many questions are treated as lost."""
    while True:
        for sock in select.select(socks, [], [])[0]:
            with contextlib.suppress(OSError):  # Windows reports here that an earlier answer was refused
                question, sender = sock.recvfrom(2048)
                if ignore > 0:
                    ignore -= 1
                elif reply := answer(question, time.strftime("%Y-%m-%d %H:%M:%S")):
                    sock.sendto(reply, sender)


def ask(host: str, port: int) -> tuple[str, str, int]:
    """Ask every address of a host, one after the other. Return the address, its time there, and the tries it took.

    OSError: the name is not known; TimeoutError: there was no answer.
    """
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM):
        with socket.socket(family, kind, protocol) as sock, contextlib.suppress(OSError):
            sock.connect(address)  # sends nothing; packets from others are ignored from now on
            for tries in range(1, TRIES + 1):
                nonce = secrets.token_bytes(NONCE)  # a late answer to an older question is not taken for a new one
                sock.send((ASK + nonce).ljust(SIZE, b"\0"))
                sock.settimeout(TIMEOUT)
                with contextlib.suppress(TimeoutError):
                    reply = sock.recv(2048)
                    if reply.startswith(ANSWER + nonce):
                        return str(address[0]), reply[len(ANSWER) + NONCE :].decode(errors="replace"), tries
    raise TimeoutError(f"{host} does not answer")


def start(ignore: int = 0) -> int:
    """Run a server in a thread. Return its port."""
    socks = listen(0)
    threading.Thread(target=serve, args=(socks, ignore), daemon=True).start()
    return int(socks[0].getsockname()[1])


def main(words: list[str]) -> None:
    match words:
        case ["serve"]:
            serve(listen(PORT))
        case ["who", name]:
            print("{} says: it is {} here (try {})".format(*ask(name, PORT)))
        case ["lost"]:
            address, _, tries = ask("127.0.0.1", start(ignore=1))
            print(f"{address} answered question {tries}")
        case ["rules"]:
            for question in (ASK + b"12345678").ljust(SIZE, b"\0"), ASK + b"12345678", b"hello".ljust(SIZE):
                reply = answer(question, "2026-11-30 20:00:00")
                print(f"{question[:4]!r} in {len(question)} bytes: an answer of {len(reply)} bytes")
        case _:
            print(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as problem:
        sys.exit(str(problem))
