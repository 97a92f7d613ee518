"""Labs about the stream: where a message ends, and what it costs to wait for an answer to each."""

import time

from petard.game.devtools.child_server import ChildServer
from petard.game.devtools.lab.ack_proxy import AckProxy
from petard.game.devtools.lab.experiment import REAL_SERVER, Lab, LabClient, Show, percentile
from petard.shared.framing import HEADER, LIMIT_SERVER, Decoder, frame
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import Delta, Ping, Pong, Welcome

BOTS = ("--bots", "7", "--map", "classic", "--seed", "1")


class OneReadOneMessage:
    """The mistake: what one recv() gave is one message."""

    def __init__(self) -> None:
        self.frames: list[int] = []  # in each read, as a right decoder counts them
        self._right = Decoder(LIMIT_SERVER)

    def receive_data(self, data: bytes) -> list[bytes]:
        """Return all that is behind the length as one payload."""
        self.frames.append(len(self._right.receive_data(data)))
        return [data[HEADER:]]


class NoMemory:
    """The mistake: a message whose end is not in this read is forgotten."""

    def __init__(self) -> None:
        self.forgotten = 0  # bytes

    def receive_data(self, data: bytes) -> list[bytes]:
        """Return the frames that are whole in this piece."""
        payloads = []
        while len(data) >= HEADER and len(data) >= HEADER + (size := int.from_bytes(data[:HEADER], "big")):
            payloads.append(data[HEADER : HEADER + size])
            data = data[HEADER + size :]
        self.forgotten += len(data)
        return payloads


def one_recv(show: Show) -> str:
    decoder = OneReadOneMessage()
    with ChildServer(*BOTS) as server, LabClient(server.port, decoder) as client:
        begin = time.monotonic()
        client.play(8)
        show(f"frames in each read: {decoder.frames[:8]}")
        show(f"the client: {client.trouble or 'no error'}")
        seconds = time.monotonic() - begin
    return (
        f"Byte {client.received}, tick {client.tick}, after {seconds:.1f} s: a read held {max(decoder.frames)} frames, "
        "the client took them for one message, and its connection is over."
    )


def no_buffer(show: Show) -> str:
    for decoder, most, what in (
        (Decoder(LIMIT_SERVER), 65536, "right decoder, reads of any size"),
        (NoMemory(), 65536, "without memory, reads of any size"),
        (Decoder(LIMIT_SERVER), 100, "right decoder, reads of at most 100 bytes"),
        (NoMemory(), 100, "without memory, reads of at most 100 bytes"),
    ):
        with ChildServer(*BOTS) as server, LabClient(server.port, decoder) as client:
            client.play(2, most)
            is_in, forgotten = Welcome in client.seen, getattr(decoder, "forgotten", 0)
            state = f"tick {client.tick}" if Delta in client.seen else "in the lobby" if is_in else "never let in"
            show(f"{what}: {state}, {forgotten} bytes forgotten, {client.trouble or 'no error'}")
    return (
        f"Byte {client.received}, tick {client.tick}: with small reads the client forgot {forgotten} bytes and is "
        f"lost in "
        "the stream; with large ones, on this computer, the same client plays, and nobody would notice the mistake."
    )


def ack(show: Show) -> str:
    sentence = ""
    for ms in (0, 2, 20, 100):
        with ChildServer(*BOTS) as server, AckProxy(server.port, ms) as proxy, LabClient(proxy.port) as client:
            client.play(3.2)
            begin = time.monotonic()
            times, tick = len(client.deltas), client.tick
            client.play(2.5)
            seconds = time.monotonic() - begin
            rate, late = (len(client.deltas) - times) / seconds, max(0.0, seconds - (client.tick - tick) / 60)
            show(f"ping {ms:3} ms: {rate:4.1f} deltas a second; in {seconds:.1f} s the board lost {late:.1f} s")
            sentence = (
                f"Byte {client.received}, tick {client.tick}: with a ping of {ms} ms only {rate:.1f} deltas a "
                f"second come "
                f"through, and {proxy.waiting} bytes of older messages wait."
            )
    return sentence


def nagle(show: Show) -> str:
    results = []
    with ChildServer() as server:
        for parts, nodelay in ((1, True), (2, True), (2, False)):
            with LabClient(server.port, nodelay=nodelay) as client:
                while Welcome not in client.seen and not client.trouble:
                    client.read(wait=0.2)
                times = [_ping(client, number, parts) for number in range(1000, 1024)]
            results.append(percentile(times, 0.5) * 1000)
            how = "header and body in two sends" if parts == 2 else "one send"
            show(f"{how}, TCP_NODELAY {'on' if nodelay else 'off'}: a Ping takes {results[-1]:.1f} ms (median of 24)")
    return (
        f"Byte 4 of each message, in the lobby (tick 0): the body waits for the acknowledgement of the header, so a "
        f"Ping "
        f"takes {results[2]:.1f} ms in place of {results[0]:.1f}."
    )


def _ping(client: LabClient, number: int, parts: int) -> float:
    """Return the seconds from a Ping, sent in one or two parts, to its Pong."""
    data, begin = frame(encode(Ping(number))), time.monotonic()
    client.sock.settimeout(2)
    client.seen.discard(Pong)
    for part in (data,) if parts == 1 else (data[:HEADER], data[HEADER:]):
        client.sock.sendall(part)
    while Pong not in client.seen and not client.trouble and time.monotonic() < begin + 2:
        client.read(wait=0.1)
    took = time.monotonic() - begin
    time.sleep(0.05)  # so that each Ping is alone
    return took


LABS = (
    Lab(
        "one-recv",
        "The client takes what one recv() gives for one message.",
        one_recv,
        "Would this client work on one computer? Why, or why not?",
        (
            "No. The server answers the first message (Hello) with several messages at once, and one read gets all "
            "of them. (Welcome is the first of these; msgpack is a binary format, a little like JSON.)"
        ),
        "shared/framing.py",
        "2-frames",
        REAL_SERVER,
    ),
    Lab(
        "no-buffer",
        "The client forgets a message whose end has not come yet.",
        no_buffer,
        "Why does the same client play without trouble when its reads are large?",
        (
            "On one computer a small frame is written and read in one piece, so no read ends in the middle of "
            "one. Over a network segments of some 1,400 bytes arrive, and under load a read ends anywhere."
        ),
        "shared/framing.py",
        "2-frames",
        f"{REAL_SERVER} With large reads, and on one computer, you see no fault.",
    ),
    Lab(
        "ack",
        "Each message waits until the one before is acknowledged by the other program.",
        ack,
        ("How many messages a second are possible with a ping of 100 ms, and why does the board get later and later?"),
        (
            "One for each round trip: ten a second. The server makes sixty. The other fifty wait in a queue that "
            "grows, and what is shown comes out of the other end of it."
        ),
        "server/policy/state_pace.py",
        "1-echo",
        f"{REAL_SERVER} Between them is a proxy that waits for the acknowledgements, and for the ping.",
    ),
    Lab(
        "nagle",
        "A length and its message are sent in two pieces, without TCP_NODELAY (it says: send small pieces at once).",
        nagle,
        "Which two rules wait for each other here?",
        (
            "Nagle's: a small piece is not sent while an earlier one is not acknowledged. And the delayed "
            "acknowledgement: the other system waits up to 40 ms for bytes that could carry it. Send one piece, "
            "and set TCP_NODELAY."
        ),
        "server/net/listeners.py",
        "1-echo",
        (
            f"{REAL_SERVER} The extra 30 to 40 ms come from Linux on this computer; over a network you see the round "
            "trip instead."
        ),
    ),
)
