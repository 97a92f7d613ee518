"""The codec beside bare msgpack, which checks nothing: the two messages of every tick, both ways."""

from collections.abc import Callable
from functools import cache, partial

import msgpack  # type: ignore[import-untyped]

from petard.shared.framing import frame
from petard.shared.protocol.codec import decode, encode
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello, Message, Welcome
from tests.bench.model import Figure, Probe, Source
from tests.bench.played import MAPS, second_of
from tests.bench.timing import Act, call_probe
from tests.tools.loadtest import input_message


@cache
def samples() -> dict[str, Message]:
    """Messages by name: an input, and the changes of a tick that has as many as usual."""
    found: dict[str, Message] = {"input": input_message(100_000, 17)}
    for players in MAPS:
        by_size = sorted(second_of(players).deltas, key=lambda delta: len(encode(delta)))
        found[f"delta-{players}"] = by_size[len(by_size) // 2]
    return found


def decoding(name: str) -> Act:
    payload = encode(samples()[name])
    return lambda: decode(payload)


def bare_decoding(name: str) -> Act:
    payload = encode(samples()[name])
    return lambda: msgpack.unpackb(payload)


def encoding(name: str) -> Act:
    message = samples()[name]
    return lambda: encode(message)


def bare_encoding(name: str) -> Act:
    row = msgpack.unpackb(encode(samples()[name]))
    return lambda: msgpack.packb(row)


def receiving(name: str) -> Act:
    """What a server does with the bytes of a client: frame, codec, and whether it is legal now."""
    link = Link(Role.SERVER)
    link.receive_data(frame(encode(Hello(PROTOCOL, BUILD, "Ada", 1, ""))))
    link.send(Welcome(PROTOCOL, BUILD, 1, "", 60, ""))
    whole = frame(encode(samples()[name]))
    return lambda: link.receive_data(whole)


ACTS: dict[str, tuple[str, Callable[[str], Act], str]] = {  # what it is, how it is made, and the reference
    "decode": ("decode", decoding, "bare-decode"),
    "encode": ("encode", encoding, "bare-encode"),
    "bare-decode": ("", bare_decoding, ""),
    "bare-encode": ("", bare_encoding, ""),
    "receive": ("receive, with framing and rights:", receiving, "bare-decode"),
}
NAMES = {"input": "an input", **{f"delta-{players}": f"the changes of a tick, {players} players" for players in MAPS}}
PAIRS = [(name, act) for name in NAMES for act in ACTS if act != "receive" or name == "input"]

PROBES: tuple[Probe, ...] = tuple(
    call_probe(f"codec.{act}-{name}", "codec", partial(ACTS[act][1], name)) for name, act in PAIRS
)
FIGURES = tuple(
    Figure(
        f"codec.{act}-{name}",
        f"{ACTS[act][0]} {NAMES[name]}",
        "µs",
        "codec",
        Source(f"codec.{act}-{name}"),
        Source(f"codec.{ACTS[act][2]}-{name}"),
    )
    for name, act in PAIRS
    if ACTS[act][2]
)
