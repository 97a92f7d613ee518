"""The checks of the target, over loopback only."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace

import pytest

from petard.game.doctor import target_checks
from petard.game.doctor.examination import CHECK_MOST, facts_of
from petard.game.doctor.facts import ConnectOutcome
from petard.game.doctor.target_checks import check_query, check_tcp
from petard.shared.discovery.network import open_udp
from petard.shared.framing import frame
from petard.shared.protocol import beacon
from petard.shared.protocol.beacon import Answer, Question, ServerCard, decode
from petard.shared.protocol.beacon import encode as encode_datagram
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Bye, Message, Phase, Pong

LOOPBACK = "127.0.0.1"
CARD = ServerCard(
    id=7, protocol=9, build="0.9", port=1, name="Den", map="m", rules="r", phase=Phase.LOBBY, players=0, seats=4,
    watchers=0, locked=False,
)  # fmt: skip


@contextmanager
def listening(answer: bytes) -> Iterator[int]:
    """A program that sends the same answer to every connection and closes it; yields its port."""
    with closing(socket.create_server((LOOPBACK, 0))) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    line = listener.accept()[0]
                    with line:
                        line.settimeout(2)
                        line.recv(64)
                        line.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def framed(message: Message) -> bytes:
    """A message as bytes of the stream."""
    return frame(encode(message))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (framed(Pong(1)), ConnectOutcome.PETARD),
        (framed(Bye("Too old.")), ConnectOutcome.PETARD),
        (b"HTTP/1.1 400 Bad\r\n", ConnectOutcome.OTHER),
        (frame(b"hello"), ConnectOutcome.OTHER),
        (b"", ConnectOutcome.OTHER),
    ],
    ids=["ours", "ours, and older", "another program", "frames of another program", "one that hangs up"],
)
def test_a_petard_server_is_known_by_its_first_message(
    answer: bytes, outcome: ConnectOutcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target_checks, "SERVER_PORTS", ())
    with listening(answer) as port:
        reach = check_tcp(facts_of(LOOPBACK, port))
    assert (reach.way, reach.address) == (outcome, LOOPBACK)


def test_after_a_refusal_the_ports_beside_it_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(framed(Pong(1))) as port, listening(b"what?") as other, closing(socket.socket()) as unused:
        unused.bind((LOOPBACK, 0))
        asked = unused.getsockname()[1]
        monkeypatch.setattr(target_checks, "SERVER_PORTS", (asked, other, port))
        reach = check_tcp(facts_of(LOOPBACK, asked))
    assert (reach.way, reach.others) == (ConnectOutcome.REFUSED, (port,))


def test_ports_that_are_open_and_say_nothing_do_not_hold_the_search_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target_checks, "REACH_WAIT", 0.4)
    monkeypatch.setattr(target_checks, "ANSWER_WAIT", 0.2)
    monkeypatch.setattr(target_checks, "NEAR_WAIT", 0.2)
    with ExitStack() as stack:
        silent = [stack.enter_context(closing(socket.create_server((LOOPBACK, 0)))) for _ in range(12)]
        ports = [one.getsockname()[1] for one in silent]
        monkeypatch.setattr(target_checks, "SERVER_PORTS", ports)
        begun = time.monotonic()
        reach = check_tcp(facts_of(LOOPBACK, ports[0]))
    assert time.monotonic() - begun < 1.5
    assert (reach.way, reach.others) == (ConnectOutcome.OTHER, ())


def test_all_that_is_tried_at_the_target_ends_before_the_check_is_given_up() -> None:
    assert target_checks.REACH_WAIT + max(target_checks.ANSWER_WAIT, 2 * target_checks.NEAR_WAIT) < CHECK_MOST


def test_an_unknown_name_is_reported() -> None:
    reach = check_tcp(facts_of("no such name", 7777))
    assert reach.way is ConnectOutcome.UNKNOWN


@pytest.fixture
def asking_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    def ask_at(port: int) -> None:
        monkeypatch.setattr(beacon, "PORT", port)
        monkeypatch.setattr(beacon, "PORTS", 1)
        monkeypatch.setattr(target_checks, "ASK_WAIT", 0.6)

    return ask_at


def test_the_answer_of_the_server_at_the_given_port_counts(asking_at: Callable[[int], None]) -> None:
    with closing(open_udp(socket.AF_INET, LOOPBACK, 0)) as server:
        server.settimeout(2)
        asking_at(server.getsockname()[1])

        def serve() -> None:
            while True:
                data, source = server.recvfrom(1000)
                question = decode(data)
                if isinstance(question, Question):
                    forged, meant = replace(CARD, port=2, protocol=8), replace(CARD, port=2)
                    for card, nonce in ((forged, question.nonce ^ 1), (CARD, question.nonce), (meant, question.nonce)):
                        server.sendto(encode_datagram(Answer(nonce=nonce, clock=0, held=0, card=card)), source)
                    return

        threading.Thread(target=serve, daemon=True).start()
        asked = check_query(facts_of(LOOPBACK, 2))
    assert asked.answer
    assert (asked.answer.port, asked.answer.protocol, asked.answer.id) == (2, 9, "0000000000000007")


@pytest.mark.parametrize("is_there", [True, False])
def test_silence_and_a_refusal_differ(asking_at: Callable[[int], None], is_there: bool) -> None:
    with closing(open_udp(socket.AF_INET, LOOPBACK, 0)) as silent:
        asking_at(silent.getsockname()[1])
        if not is_there:
            silent.close()
        asked = check_query(facts_of(LOOPBACK, 7777))
    assert (asked.answer, asked.refused) == (None, not is_there)
