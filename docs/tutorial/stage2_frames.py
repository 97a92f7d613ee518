"""Stage 2. TCP is a stream of bytes. We cut it into messages: four bytes that give the length, then the message.

python stage2_frames.py serve        the server: it sends each message back
python stage2_frames.py say hello    a client
python stage2_frames.py cuts         three messages in one stream, cut into three pieces in every possible way
python stage2_frames.py liar         a client that announces a message of 4 gigabytes
"""

import contextlib
import socket
import sys

from stage1_echo import connect, listen, start

PORT = 7002
LIMIT = 65536  # bytes of the longest message


def frame(message: bytes) -> bytes:
    """Return the message with its length in front: 4 bytes, the most significant byte first."""
    return len(message).to_bytes(4, "big") + message


class Frames:
    """Takes bytes in pieces of any size, and gives whole messages."""

    def __init__(self) -> None:
        self.kept = b""  # the beginning of a message whose end has not come yet

    def feed(self, piece: bytes) -> list[bytes]:
        """Return the messages that are complete now. ValueError: a length over LIMIT."""
        self.kept += piece
        messages = []
        while len(self.kept) >= 4:
            size = int.from_bytes(self.kept[:4], "big")
            if size > LIMIT:  # checked BEFORE we wait for so many bytes
                raise ValueError(f"a message of {size} bytes; the limit is {LIMIT}")
            if len(self.kept) < 4 + size:
                break  # the rest has not come yet
            messages.append(self.kept[4 : 4 + size])
            self.kept = self.kept[4 + size :]
        return messages


class ForgetfulFrames(Frames):
    """The mistake of this stage: each recv() starts again from nothing."""

    def feed(self, piece: bytes) -> list[bytes]:
        self.kept = b""
        return super().feed(piece)


def serve(listener: socket.socket) -> None:
    """Serve one client after the other: send each of its messages back."""
    while True:
        client, _ = listener.accept()
        frames = Frames()  # one for EACH client: each has a stream of its own
        with client:
            while piece := client.recv(1000):
                try:
                    messages = frames.feed(piece)
                except ValueError as problem:
                    print("the server closes the connection:", problem)
                    break
                for message in messages:
                    client.sendall(frame(message))


def receive(client: socket.socket, count: int) -> list[bytes]:
    """Return `count` messages, or fewer if the server closes the connection."""
    frames, messages = Frames(), list[bytes]()
    while len(messages) < count and (piece := client.recv(1000)):
        messages += frames.feed(piece)
    return messages


def cuts(messages: list[bytes], decoder: type[Frames] = Frames) -> tuple[int, int]:
    """Cut the stream of the messages at every two places. Return how many ways there are, and how many went wrong."""
    stream = b"".join(frame(message) for message in messages)
    ways = wrong = 0
    for first in range(len(stream) + 1):
        for second in range(first, len(stream) + 1):
            frames, received = decoder(), list[bytes]()
            with contextlib.suppress(ValueError):
                for piece in stream[:first], stream[first:second], stream[second:]:
                    received += frames.feed(piece)
            ways, wrong = ways + 1, wrong + (received != messages)
    return ways, wrong


def main(words: list[str]) -> None:
    match words:
        case ["serve"]:
            serve(listen(PORT))
        case ["say", *rest]:
            with connect(PORT) as client:
                client.sendall(frame(" ".join(rest).encode()))
                print("echo:", b"".join(receive(client, 1)).decode())
        case ["cuts"]:
            for decoder in Frames, ForgetfulFrames:
                ways, wrong = cuts([b"A", b"", b"hello"], decoder)
                print(f"{decoder.__name__}: {ways} ways to cut, {wrong} of them give other messages")
        case ["liar"]:
            with connect(start(serve)) as client:
                client.sendall(b"\xff\xff\xff\xff" + b"x" * 10)
                print("the client receives:", receive(client, 1))
        case _:
            print(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
