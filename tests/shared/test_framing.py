"""Frames arrive at every cut of the stream; a bad header ends it before anything is stored."""

import itertools
import random

import pytest

from petard.shared.framing import HEADER, LIMIT_SERVER, Decoder, FrameError, frame

PAYLOADS = [b"a", b"bc", b"\x00\x00\x00\x01", b"d" * 300]
STREAM = b"".join(map(frame, PAYLOADS))


def cuts_of(stream: bytes, places: list[int]) -> list[bytes]:
    """Return the pieces of `stream` between the sorted `places`."""
    edges = [0, *places, len(stream)]
    return [stream[a:b] for a, b in itertools.pairwise(edges)]


def fed(pieces: list[bytes], limit: int = 512) -> list[bytes]:
    """Return what a fresh Decoder makes of `pieces`."""
    decoder = Decoder(limit)
    return [payload for piece in pieces for payload in decoder.receive_data(piece)]


def test_a_stream_in_one_piece_gives_all_payloads_in_order() -> None:
    assert fed([STREAM]) == PAYLOADS


def test_every_single_cut_gives_the_same_payloads() -> None:
    for place in range(len(STREAM) + 1):
        assert fed(cuts_of(STREAM, [place])) == PAYLOADS


def test_every_pair_of_cuts_of_a_short_stream_gives_the_same_payloads() -> None:
    stream = b"".join(map(frame, [b"x", b"yz", b"abc"]))
    for places in itertools.combinations_with_replacement(range(len(stream) + 1), 2):
        assert fed(cuts_of(stream, list(places))) == [b"x", b"yz", b"abc"]


@pytest.mark.slow
def test_ten_thousand_random_streams_are_the_same_whole_in_bytes_and_at_random_cuts() -> None:
    for seed in range(10_000):
        chance = random.Random(seed)
        payloads = [chance.randbytes(chance.choice((1, 2, 5, 40))) for _ in range(chance.randrange(1, 5))]
        stream = b"".join(map(frame, payloads))
        places = sorted(chance.choices(range(len(stream) + 1), k=chance.randrange(1, 9)))
        assert fed([stream]) == payloads, seed
        assert fed([stream[at : at + 1] for at in range(len(stream))]) == payloads, seed
        assert fed(cuts_of(stream, places)) == payloads, seed


class PlainDecoder:
    """The decoder as one would write it without a thought for speed: byte after byte."""

    def __init__(self) -> None:
        self.buffer, self.size, self.error = b"", 0, ""

    def receive_data(self, data: bytes, limit: int) -> tuple[list[bytes], str]:
        """Return the payloads that `data` completes, and what is wrong with the header after them, or ""."""
        payloads = []
        for at in range(0 if self.error else len(data)):
            self.buffer += data[at : at + 1]
            if len(self.buffer) == HEADER:
                self.size = int.from_bytes(self.buffer, "big")
                if self.size == 0:
                    self.error = "a frame of no bytes"
                elif self.size > limit:
                    self.error = f"a frame of {self.size} bytes is over the limit of {limit}"
            elif len(self.buffer) == HEADER + self.size:
                payloads.append(self.buffer[HEADER:])
                self.buffer = b""
            if self.error:
                self.buffer = b""
                break
        return payloads, self.error


@pytest.mark.parametrize("seed", range(300))
def test_a_stream_with_any_cuts_limits_and_faults_means_what_the_plain_decoder_says(seed: int) -> None:
    chance = random.Random(seed)
    frames = [frame(chance.randbytes(chance.choice((1, 2, 5, 40, 300)))) for _ in range(chance.randrange(20))]
    if chance.random() < 0.5:
        frames.insert(chance.randint(0, len(frames)), chance.choice((b"\0\0\0\0", b"\0\1\0\0", b"\xff" * 9, b"\0\0")))
    stream = b"".join(frames)
    decoder, plain = Decoder(0), PlainDecoder()
    for piece in cuts_of(stream, sorted(chance.choices(range(len(stream) + 1), k=chance.randrange(40)))):
        decoder.limit = chance.choice((40, 300, 300, 300, 4096))
        expected, error = plain.receive_data(piece, decoder.limit)
        try:
            found, raised = decoder.receive_data(piece), ""
        except FrameError as problem:
            found, raised = list(problem.payloads), str(problem)
        assert (found, raised, decoder.buffered) == (expected, error, len(plain.buffer))


def test_a_payload_of_exactly_the_limit_is_accepted() -> None:
    assert fed([frame(b"x" * 512)]) == [b"x" * 512]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (b"\x00\x00\x00\x00", "a frame of no bytes"),
        (b"\x00\x00\x02\x01", "a frame of 513 bytes is over the limit of 512"),
        (b"\xff\xff\xff\xff", "a frame of 4294967295 bytes is over the limit of 512"),
        (b"GET ", "a frame of 1195725856 bytes is over the limit of 512"),
    ],
)
def test_a_bad_length_is_refused_from_the_header_alone(header: bytes, sentence: str) -> None:
    decoder = Decoder(512)
    assert decoder.receive_data(header[:3]) == []
    with pytest.raises(FrameError, match=f"^{sentence}$"):
        decoder.receive_data(header[3:])
    assert decoder.buffered == 0


def test_a_whole_frame_over_the_limit_in_one_read_is_refused_too() -> None:
    with pytest.raises(FrameError, match="a frame of 513 bytes"):
        Decoder(512).receive_data(frame(b"x" * 513))


def test_after_a_bad_length_the_decoder_always_fails_and_stores_nothing() -> None:
    decoder = Decoder(512)
    with pytest.raises(FrameError):
        decoder.receive_data(b"\xff" * 600)
    for data in (frame(b"hi"), b"", b"\x00"):
        with pytest.raises(FrameError, match="over the limit of 512"):
            decoder.receive_data(data)
    assert decoder.buffered == 0


def test_complete_payloads_before_a_bad_length_are_not_lost() -> None:
    with pytest.raises(FrameError) as caught:
        Decoder(512).receive_data(frame(b"one") + frame(b"two") + b"\x00\x00\x00\x00")
    assert caught.value.payloads == (b"one", b"two")


def test_a_raised_limit_counts_from_the_next_header() -> None:
    decoder = Decoder(4)
    assert decoder.receive_data(frame(b"four")) == [b"four"]
    decoder.limit = 5
    assert decoder.receive_data(frame(b"fives")) == [b"fives"]


def test_never_more_than_one_frame_is_stored() -> None:
    decoder = Decoder(100)
    for at in range(0, 10_000, 7):
        decoder.receive_data((frame(b"x" * 100) * 100)[at : at + 7])
        assert decoder.buffered < HEADER + 100


def test_an_announced_length_takes_no_memory_before_its_bytes_come() -> None:
    decoder = Decoder(LIMIT_SERVER)
    decoder.receive_data(LIMIT_SERVER.to_bytes(HEADER, "big") + b"x")
    assert decoder.buffered == HEADER + 1


class CountingBytes(bytes):
    """Bytes that count how many of them are copied out by slices; a slice counts on."""

    copied = 0

    def __getitem__(self, key):  # type: ignore[no-untyped-def]
        part = super().__getitem__(key)
        if isinstance(part, int):
            return part
        CountingBytes.copied += len(part)
        return CountingBytes(part)


class CountingArray(bytearray):
    """A buffer that counts the bytes that go in, come out and are moved inside."""

    copied = 0

    def __iadd__(self, piece):  # type: ignore[no-untyped-def,misc]
        CountingArray.copied += len(piece)
        self.extend(piece)
        return self

    def __getitem__(self, key):  # type: ignore[no-untyped-def]
        part = super().__getitem__(key)
        CountingArray.copied += 0 if isinstance(part, int) else len(part)
        return part

    def __delitem__(self, key):  # type: ignore[no-untyped-def]
        super().__delitem__(key)
        CountingArray.copied += len(self)


@pytest.mark.parametrize("piece", [1, 3, 64, 1000, 1460, 200_000])
@pytest.mark.parametrize("size", [1, 60, 20_000])
def test_each_byte_is_copied_a_fixed_number_of_times(piece: int, size: int) -> None:
    stream = frame(b"x" * size) * (40_000 // size)
    decoder = Decoder(LIMIT_SERVER)
    decoder._buffer = CountingArray()  # private: counts the bytes that the buffer copies
    CountingArray.copied = CountingBytes.copied = 0
    count = 0
    for at in range(0, len(stream), piece):
        count += len(decoder.receive_data(CountingBytes(stream[at : at + piece])))
    assert count == 40_000 // size
    # In, out of the buffer, and for each call a look at a header: never anything that grows with what is kept.
    calls = len(stream) // piece + 1
    assert CountingArray.copied + CountingBytes.copied <= 3 * len(stream) + HEADER * calls


@pytest.mark.parametrize("size", [0, LIMIT_SERVER + 1])
def test_a_payload_that_no_decoder_accepts_is_not_framed(size: int) -> None:
    with pytest.raises(ValueError, match="does not fit a frame"):
        frame(b"x" * size)
