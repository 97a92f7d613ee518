"""Cases of the full level: frames, the encoding of payloads, and text."""

from collections.abc import Sequence
from functools import partial

from petard.game.devtools.conform.case import Case, CheckedServer, hello
from petard.game.devtools.conform.probe import CaseFailed, framed
from petard.shared.framing import LIMIT_CLIENT, LIMIT_PENDING, frame
from petard.shared.protocol.codec import pack
from petard.shared.protocol.messages import MESSAGES, PROTOCOL, Bye, Chat, Hello, Ping, Pong, Refused, Say, Welcome

NUMBER = {kind: number for number, kind in MESSAGES.items()}
FRAMES, PAYLOADS, END = "Frames", "Payloads", "What ends a connection"
PIECES = "One send may arrive in several reads."


def glued(server: CheckedServer) -> None:
    probe = server.join()
    probe.say(Ping(1), Ping(2), Ping(3))
    for number in (1, 2, 3):
        if probe.expect(Pong).id != number:
            raise CaseFailed(f"The Pong with id {number} did not come in its turn.")


def hello_in_pieces(server: CheckedServer, cuts: Sequence[int]) -> None:
    """Send a Hello in pieces that end at `cuts`, each after the server can have read the one before."""
    probe, data = server.connect(), framed(hello())
    for begin, end in zip((0, *cuts), (*cuts, len(data)), strict=True):
        probe.send(data[begin:end], f"Hello, bytes {begin} to {end}")
        server.pause()
    probe.expect(Welcome)


def hello_byte_by_byte(server: CheckedServer) -> None:
    hello_in_pieces(server, range(1, len(framed(hello()))))


def hundred(server: CheckedServer) -> None:
    probe = server.join()
    probe.send(framed(*map(Ping, range(100))), "100 Pings")
    ids = [probe.expect(Pong).id for _ in range(100)]
    if ids != list(range(100)):
        raise CaseFailed(f"The Pongs came in the order {ids[:8]} …")


def refused_header(server: CheckedServer, size: int) -> None:
    """Send the length of a frame before Hello; nothing follows."""
    probe = server.connect()
    probe.send(size.to_bytes(4, "big"), f"a length of {size}")
    probe.expect_end(Refused, Bye)


def too_long_later(server: CheckedServer) -> None:
    probe = server.join()
    probe.send((LIMIT_CLIENT + 1).to_bytes(4, "big"), f"a length of {LIMIT_CLIENT + 1}")
    probe.expect_end(Bye)


def half_frame(server: CheckedServer) -> None:
    probe = server.join()
    probe.send(b"\0\0\0\5\x92", "the beginning of a frame")
    probe.expect_end(seconds=9)


def whole_limit(server: CheckedServer) -> None:
    probe = server.join()
    later = pack("x" * 256)  # fields that a later version may add, until the payload is as long as it may be
    payload = bytes([0x90 + 15, NUMBER[Ping]]) + pack(7) + later * 13
    probe.send(frame(payload), f"a Ping with 13 more fields, {len(payload)} bytes")
    if probe.expect(Pong).id != 7:
        raise CaseFailed("The Pong has another id.")


def illegal(server: CheckedServer, payload: bytes) -> None:
    """Send a payload that is not legal, in the lobby."""
    probe = server.join()
    probe.send(frame(payload))
    probe.expect_end(Bye)


def unknown_from_64_on(server: CheckedServer) -> None:
    probe = server.join()
    probe.send(frame(bytes([0x92, 120]) + pack("later")), "message 120")
    probe.expect_pong()


def more_fields(server: CheckedServer) -> None:
    probe = server.join()
    probe.send(frame(bytes([0x93, NUMBER[Ping], 9]) + pack("later")), "a Ping with a field more")
    if probe.expect(Pong).id != 9:
        raise CaseFailed("The Pong has another id.")


def greets(server: CheckedServer, name: str, legal: bool) -> None:
    """Send a Hello with a name, legal or not; it is encoded by hand, since ours would refuse to."""
    probe = server.connect()
    payload = bytes([0x96, NUMBER[Hello]]) + b"".join(map(pack, (PROTOCOL, "conform", name, 1, "")))
    probe.send(frame(payload), f"Hello of {name!r}")
    if legal:
        probe.expect(Welcome)
    else:
        probe.expect_end(Refused)


def wrong_token(server: CheckedServer) -> None:
    probe = server.connect()
    payload = bytes([0x96, NUMBER[Hello]]) + b"".join(map(pack, (PROTOCOL, "conform", "Tokia", 1, "XYZ")))
    probe.send(frame(payload), "Hello with the token XYZ")
    probe.expect_end(Refused)


def long_chat(server: CheckedServer) -> None:
    probe = server.join()
    probe.send(frame(bytes([0x92, NUMBER[Say]]) + pack("x" * 201)), "Say with 201 letters")
    probe.expect_end(Bye)


def chat_arrives(server: CheckedServer) -> None:
    ada, bo = server.join("Ada"), server.join("Bo")
    ada.say(Say('Привет, 你好! | \\ {"a": [1]}'))
    while bo.expect(Chat).text != 'Привет, 你好! | \\ {"a": [1]}':
        pass


_LENGTHS = (
    ("zero", 0, "A length of zero is illegal."),
    ("too_long", LIMIT_PENDING + 1, "512 is the limit before Hello."),
    ("huge", 2**32 - 1, "A length is checked before its bytes come."),
)
_ILLEGAL = (
    ("long_number", bytes((0x92, 16, 0xCC, 5)), "Five is 05, never cc 05."),
    ("signed_number", bytes((0x92, 16, 0xD0, 5)), "A number of 0 or more has an unsigned form."),
    ("long_text", bytes((0x92, 3, 0xD9, 2)) + b"hi", "Text has its shortest form."),
    ("long_array", bytes((0xDC, 0, 2, 16, 5)), "An array has its shortest form."),
    ("nil", bytes((0x92, 16, 0xC0)), "There is no nil."),
    ("float", bytes((0x92, 16, 0xCB)) + bytes(8), "There are no floats."),
    ("map", bytes((0x92, 16, 0x80)), "There are no maps."),
    ("binary", bytes((0x92, 3, 0xC4, 2)) + b"hi", "There is no binary."),
    ("extension", bytes((0x92, 16, 0xD4, 1, 0)), "There are no extension types."),
    ("number_for_true", bytes((0x92, 5, 1)), "true is not 1."),
    ("true_for_number", bytes((0x92, 16, 0xC3)), "A number is not true."),
    ("negative_id", bytes((0x92, 16, 0xFF)), "The id of a Ping is not negative."),
    ("bytes_behind", bytes((0x92, 16, 5, 0)), "A payload is one array, with nothing behind it."),
    ("too_few_fields", bytes((0x91, 16)), "A message has all its fields."),
    ("unknown_number", bytes((0x92, 59, 0)), "Below 64, a number that is not in the table is illegal."),
    ("no_array", bytes((5,)), "A payload is an array."),
    ("empty_array", bytes((0x90,)), "An array begins with the number of the message."),
    ("broken_utf8", bytes((0x92, 3, 0xA2, 0xFF, 0xFE)), "Text is UTF-8."),
    ("nested", bytes((0x92, 3)) + b"\x91" * 200 + b"\0", "Arrays in arrays are no text."),
    ("huge_count", bytes((0x92, 8, 0xDD, 0xFF, 0xFF, 0xFF, 0xFF)), "A count of four billion costs nothing."),
    ("key_32", bytes((0x94, 8, 1, 0x91, 32, 0)), "keys are 0 to 31."),
    ("five_players", bytes((0x94, 8, 1, 0x95, 0, 0, 0, 0, 0, 0)), "An Input has keys of at most 4 players."),
    ("colour_16", bytes((0x94, 4, 0, 16, 0)), "colour is 0 to 15."),
)
_NAMES = (
    ("name_of_16", "a" * 16, True, "A name has 1 to 16 code points."),
    ("name_of_17", "a" * 17, False, "A name has 1 to 16 code points."),
    ("name_empty", "", False, "A name has 1 to 16 code points."),
    ("name_with_space_first", " a", False, "A space is not at either end."),
    ("name_with_two_spaces", "a  b", False, "There are no two spaces in a row."),
    ("name_with_newline", "a\nb", False, "There are no control code points."),
    ("name_with_direction", "a\u202eb", False, "There are no format code points."),
    ("name_not_composed", "e\u0301", False, "Text is in the form NFC."),
    ("name_of_marks", "a" + "\u0316" * 4, False, "At most 3 combining marks follow one letter."),
    ("name_invisible", "\u3164", False, "There are no invisible code points."),
    ("name_cyrillic", "Жанна", True, "A name has letters of any script."),
    ("name_emoji", "\U0001f389", True, "U+1F000 to U+1FAFF are always allowed."),
    ("name_of_delimiters", 'a!?|\\{["b', True, "No character has a meaning of its own."),
)

CASES = (
    Case("framing", "glued", FRAMES, "Two sends may arrive in one read.", glued),
    *(Case("framing", f"cut_after_{at}", FRAMES, PIECES, partial(hello_in_pieces, cuts=(at,))) for at in (1, 3, 4, 5)),
    Case("framing", "hello_byte_by_byte", FRAMES, PIECES, hello_byte_by_byte),
    Case("framing", "hundred", FRAMES, "100 messages in one send are answered in order.", hundred),
    *(Case("framing", name, FRAMES, rule, partial(refused_header, size=size)) for name, size, rule in _LENGTHS),
    Case("framing", "too_long_later", FRAMES, "4096 is the limit in OPEN.", too_long_later),
    Case("framing", "half_frame", END, "A connection ends with an incomplete frame for 5 seconds.", half_frame, True),
    Case("framing", "whole_limit", FRAMES, "A frame of more than 3000 bytes is legal in OPEN.", whole_limit),
    *(Case("encoding", name, PAYLOADS, rule, partial(illegal, payload=data)) for name, data, rule in _ILLEGAL),
    Case("encoding", "unknown_from_64_on", "The messages", "A message from 64 on is skipped.", unknown_from_64_on),
    Case("encoding", "more_fields", PAYLOADS, "A reader ignores fields after the last one that it knows.", more_fields),
    *(Case("text", name, "Text", rule, partial(greets, name=text, legal=legal)) for name, text, legal, rule in _NAMES),
    Case("text", "wrong_token", "Text", "A token is empty, or 32 of 0..9 and a..f.", wrong_token),
    Case("text", "long_chat", "Text", "Chat has at most 200 code points.", long_chat),
    Case("text", "chat_arrives", "The messages", "A line of chat goes to all members as it is.", chat_arrives),
)
