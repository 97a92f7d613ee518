"""`petard-server ping` at a server that means harm: a figure or one sentence, and it ends in time."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from petard.server.cli.ping import NoAnswer, StreamProbe
from petard.shared.framing import frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Bye, Pong, RefusalCode, Refused

WITHIN = 0.5  # seconds


@contextmanager
def answering(data: bytes, again: bool = False) -> Iterator[StreamProbe]:
    """A probe of a server that sends these bytes after the first bytes of each connection; `again`: for ever."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10.0)

        def serve() -> None:
            while True:
                with suppress(ConnectionError), listener.accept()[0] as stream:
                    while stream.recv(1 << 16):
                        stream.sendall(data)
                        while again:
                            stream.sendall(data)

        def until_closed() -> None:
            with suppress(OSError):
                serve()

        thread = threading.Thread(target=until_closed)
        thread.start()
        probe = StreamProbe(socket.AF_INET, listener.getsockname())
        try:
            yield probe
        finally:
            probe.close()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join(20.0)


def sent(*messages: Pong | Bye | Refused) -> bytes:
    return b"".join(frame(encode(message)) for message in messages)


def test_after_a_pong_that_came_with_a_bye_there_is_no_answer() -> None:
    pongs = [Pong(number) for number in range(1, 9)]
    for end in (sent(Bye("enough")), b"\0\0\0\0"):
        with answering(sent(*pongs) + end) as probe:
            for _ in range(2):
                with pytest.raises(NoAnswer, match="the server closed the connection"):
                    probe.measure(WITHIN)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "a frame of"),
        (sent(Refused(RefusalCode.BANNED, "You are banned.")), "You are banned."),
        (sent(Bye("Go away.")), "Go away."),
        (sent(Pong(2**32 - 1)), "no answer"),
        (b"\0\0\0\x05", "no answer"),
    ],
)
def test_what_is_no_pong_is_no_answer_in_one_sentence(data: bytes, sentence: str) -> None:
    with answering(data) as probe, pytest.raises(NoAnswer, match=sentence):
        probe.measure(WITHIN)


def test_a_flood_of_other_pongs_does_not_keep_it_from_ending() -> None:
    with answering(sent(*[Pong(0)] * 100), again=True) as probe:
        begun = time.monotonic()
        with pytest.raises(NoAnswer):
            probe.measure(WITHIN)
        assert time.monotonic() - begun < 10 * WITHIN
