"""Cases of the starter level: the first exercise of a networking course.

The exercise: a TCP server on one port. Messages are frames, a length of four bytes (big-endian) and so many bytes, at
most 65,536. What one client sends, all other connected clients receive, in frames; the sender does not. A frame whose
first byte is a `*` may be a notice of the server itself.
"""

import time
from contextlib import suppress

from petard.game.devtools.conform.case import Case, CheckedServer
from petard.game.devtools.conform.probe import ANSWER, CaseFailed, Probe
from petard.shared.framing import frame

MESSAGES, PEOPLE = "Messages", "Clients that come and go"
HELLO = b"hello"
STUCK_AFTER = 10_000  # messages of 900 bytes; no system stores so many for a client that does not read


def clients(server: CheckedServer, count: int) -> list[Probe]:
    """Connect clients, and wait until the server has accepted all: it accepts them in order, so the last one speaks."""
    probes = [server.connect() for _ in range(count)]
    waiting, end = probes[:-1], time.monotonic() + ANSWER
    while waiting:  # again, for a server that accepts in one thread and adds the client to its list in another
        probes[-1].send(frame(HELLO), "hello")
        waiting = [probe for probe in waiting if probe.next_payload(0.3) is None]
        if time.monotonic() > end:
            raise CaseFailed(f"{waiting[0].who} received nothing from {probes[-1].who} for {ANSWER:g} s.")
    return probes


def _receive(probe: Probe, *payloads: bytes) -> None:
    """Expect these payloads next, in this order; notices of the server, which begin with a `*`, may be between them."""
    for expected in payloads:
        while (payload := probe.next_payload(ANSWER)) is not None and (payload[:1] == b"*" or payload == HELLO):
            pass
        if payload is None:
            why = "the connection was closed" if probe.is_over else "nothing came"
            raise CaseFailed(f"{probe.who} expected {_short(expected)}, and {why}.")
        probe.log.add(probe.who, "<-", frame(payload) if payload else b"\0\0\0\0", "")
        if payload != expected:
            raise CaseFailed(f"{probe.who} expected {_short(expected)}, and {_short(payload)} came.")


def _short(payload: bytes) -> str:
    return repr(payload if len(payload) <= 20 else payload[:17] + b"...")


def one(server: CheckedServer) -> None:
    ada, bo = clients(server, 2)
    ada.send(frame(b"3 4"), "3 4")
    _receive(bo, b"3 4")


def glued(server: CheckedServer) -> None:
    ada, bo = clients(server, 2)
    ada.send(frame(b"1 1") + frame(b"1 2"), "two frames")
    _receive(bo, b"1 1", b"1 2")


def byte_by_byte(server: CheckedServer) -> None:
    ada, bo = clients(server, 2)
    for byte in frame(b"5 6"):
        ada.send(bytes([byte]))
        server.pause()
    _receive(bo, b"5 6")


def cut_in_body(server: CheckedServer) -> None:
    ada, bo = clients(server, 2)
    data = frame(b"left and right")
    ada.send(data[:9], "up to the 5th byte of 14")
    server.pause()
    ada.send(data[9:], "the rest")
    _receive(bo, b"left and right")


def two_halves(server: CheckedServer) -> None:
    ada, bo, cy = clients(server, 3)
    for part in (slice(0, 6), slice(6, None)):
        ada.send(frame(b"AAAA")[part])
        server.pause()
        bo.send(frame(b"BBBB")[part])
        server.pause()
    _receive(cy, b"AAAA", b"BBBB")


def any_byte(server: CheckedServer) -> None:
    ada, bo = clients(server, 2)
    ada.send(frame(bytes(range(256))), "all 256 bytes")
    _receive(bo, bytes(range(256)))


def large(server: CheckedServer) -> None:
    ada, bo = clients(server, 2)
    payload = b"0123456789abcdef" * 4096
    ada.send(frame(payload), "65,536 bytes")
    _receive(bo, payload)


def order(server: CheckedServer) -> None:
    ada, bo = clients(server, 2)
    payloads = [b"%d" % number for number in range(500)]
    ada.send(b"".join(map(frame, payloads)), "500 frames")
    _receive(bo, *payloads)


def not_to_the_sender(server: CheckedServer) -> None:
    ada, bo = clients(server, 2)
    ada.send(frame(b"x"), "x")
    _receive(bo, b"x")
    bo.send(frame(b"y"), "y")
    _receive(ada, b"y")


def to_all_others(server: CheckedServer) -> None:
    ada, *others = clients(server, 3)
    ada.send(frame(b"x"), "x")
    for other in others:
        _receive(other, b"x")


def silent_client(server: CheckedServer) -> None:
    server.connect()
    ada, bo = server.connect(), server.connect()
    end = time.monotonic() + ANSWER
    while time.monotonic() < end:  # until the server has accepted both
        ada.send(frame(b"x"), "x")
        if bo.next_payload(0.2) is not None:
            return
    raise CaseFailed("While a client is connected and silent, nobody receives anything.")


def thirty(server: CheckedServer) -> None:
    ada, *others = clients(server, 30)
    ada.send(frame(b"x"), "x")
    for other in others:
        _receive(other, b"x")


def leaves_in_a_frame(server: CheckedServer) -> None:
    ada, bo, cy = clients(server, 3)
    ada.send(frame(b"xyz")[:5], "the beginning of a frame")
    ada.close()
    bo.send(frame(b"still"), "still")
    _receive(cy, b"still")


def reset(server: CheckedServer) -> None:
    ada, bo, cy = clients(server, 3)
    ada.reset()
    server.pause()
    for payload in (b"still", b"there"):
        bo.send(frame(payload), payload.decode())
        _receive(cy, payload)


def come_and_go(server: CheckedServer) -> None:
    for _ in range(200):
        server.connect().sock.close()
    ada, bo = clients(server, 2)
    ada.send(frame(b"x"), "x")
    _receive(bo, b"x")


def liar(server: CheckedServer) -> None:
    ada, bo, cy = clients(server, 3)
    ada.send(b"\xff\xff\xff\xff", "a length of 4 gigabytes")
    end = time.monotonic() + ANSWER
    while not ada.is_over and time.monotonic() < end:
        ada.next_payload(0.2)
    if not ada.is_over:
        raise CaseFailed(f"The connection of a client that announced 4 gigabytes is open after {ANSWER:g} s.")
    bo.send(frame(b"still"), "still")
    _receive(cy, b"still")


def stuck(server: CheckedServer) -> None:
    ada, bo, _ = clients(server, 3)  # the third one reads nothing from now on
    piece, last, longest, end = frame(b"x" * 900) * 50, time.monotonic(), 0.0, time.monotonic() + 4
    received = 0
    ada.sock.setblocking(False)
    while received < STUCK_AFTER and time.monotonic() < end and not ada.is_over:
        with suppress(BlockingIOError, OSError):  # full: Ada sends on when there is room
            piece = piece[ada.sock.send(piece) :] or frame(b"x" * 900) * 50
        with suppress(BlockingIOError, OSError):  # a wrong server sends it back to her; another case says so
            ada.sock.recv(1 << 20)
        if bo.next_payload(0.01) is not None:
            received += 1 + len(bo.payloads)
            bo.payloads.clear()
            last = time.monotonic()
        longest = max(longest, time.monotonic() - last)
    if longest > 1:
        raise CaseFailed(f"One client does not read, and so the other received nothing for {longest:.1f} s.")


CASES = (
    Case("framing", "one", MESSAGES, "One frame goes to the other client.", one),
    Case("framing", "glued", MESSAGES, "Two frames in one send are two frames.", glued),
    Case("framing", "byte_by_byte", MESSAGES, "A frame that comes byte by byte is one frame.", byte_by_byte),
    Case("framing", "cut_in_body", MESSAGES, "A frame that comes in two pieces is one frame.", cut_in_body),
    Case("framing", "two_halves", MESSAGES, "Half a frame of each of two clients is not mixed up.", two_halves),
    Case("framing", "any_byte", MESSAGES, "Any byte may be in a frame.", any_byte),
    Case("framing", "large", MESSAGES, "A frame has up to 65,536 bytes.", large),
    Case("order", "order", MESSAGES, "500 frames arrive in order.", order),
    Case("relay", "not_to_the_sender", MESSAGES, "The sender does not receive its own frame.", not_to_the_sender),
    Case("relay", "to_all_others", MESSAGES, "All other clients receive a frame.", to_all_others),
    Case("people", "silent_client", PEOPLE, "A silent client holds up nobody.", silent_client),
    Case("people", "thirty", PEOPLE, "30 clients are served at once.", thirty),
    Case("people", "leaves_in_a_frame", PEOPLE, "A client that leaves in a frame hurts nobody.", leaves_in_a_frame),
    Case("people", "reset", PEOPLE, "A reset hurts nobody.", reset),
    Case("people", "come_and_go", PEOPLE, "200 clients that come and go leave no trace.", come_and_go),
    Case("people", "liar", PEOPLE, "A length of 4 gigabytes ends that client only.", liar),
    Case("people", "stuck", PEOPLE, "A client that does not read does not hold up the others.", stuck),
)
