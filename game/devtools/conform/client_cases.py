"""Cases for a client: what it must send, and what it must bear or refuse from a server."""

import time
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise

from petard.game.devtools.conform.case import Case
from petard.game.devtools.conform.probe import CaseFailed, Probe, framed
from petard.game.devtools.conform.visit import Play, Visit, expect_hello, greeting
from petard.shared.framing import LIMIT_SERVER, frame
from petard.shared.protocol.codec import pack
from petard.shared.protocol.messages import (
    MESSAGES,
    PROTOCOL,
    Bye,
    Delta,
    Digest,
    Events,
    Input,
    Keyframe,
    Ping,
    RefusalCode,
    Refused,
)

NUMBER = {kind: number for number, kind in MESSAGES.items()}
ONE, FRAMES, PAYLOADS, KEYS = "One connection", "Frames", "Payloads", "Keys"
PACE, END, CHANGE = "How states are paced", "What ends a connection", "How this may change"
SECONDS = 2.5  # of the round that is looked at
WRONG_DIGEST = "A client whose state has another Digest closes."
JOINED = 10.0  # seconds in which a client that has joined answers the first Ping


@dataclass(frozen=True, slots=True)
class RoundInputs:
    """What a client sent in a round: players of its Hello, its Inputs with when they came; and states sent to it."""

    players: int
    inputs: tuple[tuple[float, Input], ...]
    states: int


def _enter(visit: Visit) -> Probe:
    """Let the client in, and wait until it answers."""
    line, _ = expect_hello(visit)
    line.say(*greeting())
    line.expect_pong(1, JOINED)
    return line


def _play(visit: Visit) -> Play:
    play = Play(_enter(visit))
    play.begin()
    return play


def says_hello(visit: Visit) -> None:
    _, hello = expect_hello(visit)
    if hello.protocol != PROTOCOL:
        raise CaseFailed(f"The Hello has protocol {hello.protocol}, not {PROTOCOL}.")


def waits_for_welcome(visit: Visit) -> None:
    line, _ = expect_hello(visit)
    message = line.next_message(1)
    if message is not None and not isinstance(message, Bye):
        raise CaseFailed(f"{type(message).__name__} came before Welcome was sent.")


def answers_ping(visit: Visit) -> None:
    line = _enter(visit)
    begin = time.monotonic()
    line.expect_pong(2, 1)
    line.log.add("client", "··", b"", f"{time.monotonic() - begin:.3f} s")


def welcome_byte_by_byte(visit: Visit) -> None:
    line, _ = expect_hello(visit)
    for byte in framed(*greeting()):
        line.send(bytes([byte]))
        time.sleep(0.0005)
    line.expect_pong(1, JOINED)


def all_in_one_piece(visit: Visit) -> None:
    line, _ = expect_hello(visit)
    line.say(*greeting(), Ping(1), Ping(2), Ping(3))
    for number in (1, 2, 3):
        line.wait_for_pong(number, JOINED)


def large_keyframe(visit: Visit) -> None:
    line = _enter(visit)
    play = Play(line)
    keyframe = play.keyframe
    more = tuple((table, 1, *([1 << 20] * 32766)) for table in range(20, 26))  # tables of a later version
    data = framed(play.announced, Keyframe(keyframe.tick, keyframe.tiles, keyframe.tables + more), Ping(3))
    for begin in range(0, len(data), 7):
        line.sock.sendall(data[begin : begin + 7])
    line.log.add("client", "->", data, "Round, Keyframe, Ping in pieces of 7 bytes")
    line.wait_for_pong(3, 20)


def loads(visit: Visit) -> None:
    _play(visit)


@cache
def _round_of(command: str) -> RoundInputs | CaseFailed:
    """Let a client play four seconds of a round, once for all cases that look at its Inputs."""
    with Visit(command) as visit:
        try:
            line, hello = expect_hello(visit)
            line.say(*greeting())
            line.expect_pong(1, JOINED)
            play = Play(line)
            play.begin()
            play.run(SECONDS)
            line.expect_pong(9)
            return RoundInputs(hello.players, tuple(play.inputs), play.states)
        except CaseFailed as failed:
            return failed


def _played(visit: Visit) -> RoundInputs:
    """Return what the client sent in a round; CaseFailed: it did not play to the end."""
    played = _round_of(visit.command)
    if isinstance(played, CaseFailed):
        raise played
    if not played.inputs:
        raise CaseFailed(f"No Input came in {SECONDS:g} s of a round.")
    return played


def sends_inputs(visit: Visit) -> None:
    _played(visit)


def signs_of_life(visit: Visit) -> None:
    times = [when for when, _ in _played(visit).inputs]
    gaps = sorted(later - earlier for earlier, later in pairwise(times))
    if not gaps or gaps[len(gaps) // 2] > 0.3:
        raise CaseFailed(f"{len(times)} Inputs came in {SECONDS:g} s; one is due every 0.25 s, at least.")


def clock_goes_up(visit: Visit) -> None:
    clocks = [message.clock for _, message in _played(visit).inputs]
    if clocks != sorted(clocks):
        raise CaseFailed("The clock of an Input was lower than that of the one before.")
    if clocks[-1] == clocks[0]:
        raise CaseFailed("The clock of the Inputs stands still.")


def counts_states(visit: Visit) -> None:
    played = _played(visit)
    counted = played.inputs[-1][1].states
    if not 0 < counted <= played.states:
        raise CaseFailed(f"The last Input counts {counted} states; {played.states} were sent.")


def one_key_number(visit: Visit) -> None:
    played = _played(visit)
    wrong = [message.keys for _, message in played.inputs if len(message.keys) not in (0, played.players)]
    if wrong:
        raise CaseFailed(f"An Input has keys of {len(wrong[0])} players; Hello said {played.players}.")


def not_too_many(visit: Visit) -> None:
    rate = len(_played(visit).inputs) / SECONDS
    if rate > 80:
        raise CaseFailed(f"{rate:.0f} Inputs a second came; 80 is the limit.")


def digests(visit: Visit) -> None:
    _played(visit)  # it answered a Ping after four Digests


def _ends_in_lobby(visit: Visit, data: bytes) -> None:
    """Send bytes after which a client closes the connection."""
    line = _enter(visit)
    line.send(data)
    line.expect_end()


def _ends_in_round(visit: Visit, data: bytes) -> None:
    """Send bytes in a round, after which a client closes the connection."""
    play = _play(visit)
    play.run(0.5)
    play.line.send(data)
    play.line.expect_end()


def _stays_in_round(visit: Visit, data: bytes) -> None:
    """Send bytes in a round that a client bears."""
    play = _play(visit)
    play.run(0.5)
    play.line.send(data)
    play.line.expect_pong(9)


def refused(visit: Visit) -> None:
    line, _ = expect_hello(visit)
    line.say(Refused(RefusalCode.FULL, "Full, sorry!"))
    line.expect_end()


def delta_before_keyframe(visit: Visit) -> None:
    line = _enter(visit)
    line.say(Play(line).announced, Delta(1, ()))
    line.expect_end()


def _later_event() -> bytes:
    return frame(bytes((0x93, NUMBER[Events])) + pack(1) + pack([[120, 0, -1, -1]]))


_ILLEGAL = (
    ("zero", FRAMES, "A length of zero is illegal.", bytes(4)),
    ("too_long", FRAMES, "1048576 is the limit.", (LIMIT_SERVER + 1).to_bytes(4, "big")),
    ("long_number", PAYLOADS, "Five is 05, never cc 05.", frame(bytes((0x92, 16, 0xCC, 5)))),
    ("nil", PAYLOADS, "There is no nil.", frame(bytes((0x92, 16, 0xC0)))),
    ("unknown_number", "The messages", "Below 64, an unknown number is illegal.", frame(bytes((0x91, 59)))),
    ("wrong_direction", ONE, "A server does not send messages of a client.", framed(Input(1, (0,), 0))),
)
_LATER = (
    ("later_event", "The messages", "An Event with another number is ignored.", _later_event()),
    ("later_message", CHANGE, "A message from 64 on is skipped.", frame(bytes((0x92, 120)) + pack("later"))),
    ("more_fields", PAYLOADS, "A reader ignores later fields.", frame(bytes((0x93, 16, 5)) + pack("later"))),
)
_WRONG_DIGEST = framed(Delta(30, ()), Digest(60, 1))

# What a client needs so that it can play.
STARTER = (
    Case("login", "says_hello", ONE, "The first message is a Hello of version 2.", says_hello),
    Case("login", "waits_for_welcome", FRAMES, "A client sends nothing before Welcome.", waits_for_welcome),
    Case("login", "refused", ONE, "After Refused a connection is over.", refused),
    Case("login", "bye", ONE, "After Bye a connection is over.", partial(_ends_in_lobby, data=framed(Bye("The end.")))),
    Case("timing", "answers_ping", ONE, "A Ping is answered at once.", answers_ping),
    Case("framing", "welcome_byte_by_byte", FRAMES, "One send may arrive in several reads.", welcome_byte_by_byte),
    Case("framing", "all_in_one_piece", FRAMES, "Several sends may arrive in one read.", all_in_one_piece),
    Case("framing", "large_keyframe", FRAMES, "A frame of a server has up to 1 MiB.", large_keyframe),
    Case("round", "loads", "Joining and coming back", "A Round is answered with Loaded.", loads),
    Case("round", "sends_inputs", KEYS, "A player sends Inputs.", sends_inputs),
    Case("round", "signs_of_life", KEYS, "An Input is due every 250 ms.", signs_of_life),
    Case("round", "clock_goes_up", KEYS, "The clock of an Input never goes back.", clock_goes_up),
    Case("round", "one_key_number", KEYS, "An Input has keys of as many players as Hello.", one_key_number),
    Case("round", "counts_states", PACE, "states counts Keyframes and Deltas.", counts_states),
    Case("round", "not_too_many", END, "At most 80 Inputs a second, on average.", not_too_many),
    Case("round", "digests", "The world", "A Digest of the right state ends nothing.", digests),
    *(Case("later", name, section, rule, partial(_stays_in_round, data=data)) for name, section, rule, data in _LATER),
)
# All that this page asks of a client: it must be as strict as a server, too.
CASES = (
    *STARTER,
    *(
        Case("strict", name, section, rule, partial(_ends_in_lobby, data=data))
        for name, section, rule, data in _ILLEGAL
    ),
    Case("strict", "delta_before_keyframe", END, "A Delta follows a Keyframe.", delta_before_keyframe),
    Case("strict", "wrong_digest", "The world", WRONG_DIGEST, partial(_ends_in_round, data=_WRONG_DIGEST)),
)
