"""Yesterday's client and tomorrow's server: programs of other builds beside those of today.

A later build of this protocol version is played by changing the bytes of today's programs on their way: what
PROTOCOL.md lets a later build add is added to them.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import astuple, fields
from typing import Any

import msgpack  # type: ignore[import-untyped]
import pytest

from petard.game.client.session import Session
from petard.game.texts.known_lines import known_line
from petard.game.texts.phrases import Phrase
from petard.game.view.sprites import floor_sprites
from petard.shared.framing import LIMIT_SERVER, Decoder, frame
from petard.shared.protocol import messages as m
from petard.shared.protocol.beacon import Answer, ServerCard, decode, encode
from petard.shared.protocol.codec import decode as decode_message
from petard.shared.protocol.codec import encode as encode_message
from petard.shared.protocol.field_types import ModeSetup
from petard.shared.protocol.later_messages import SideChoice, Sides
from petard.shared.protocol.snapshot import COLUMNS
from petard.shared.protocol.snapshot_rows import LATER
from petard.shared.protocol.state import WIRE_COLUMNS, WIRE_TABLES
from petard.shared.rules.events import EventType
from petard.shared.rules.world import Keys, Tile
from tests.ends import Ends
from tests.server.loopback import LoopbackServer, start_round
from tests.tools.second_state import WIDTHS

HELLO_1 = bytes.fromhex("960101a5302e312e30a341646101a0")  # Ada, alone, protocol 1, build 0.1.0
FIRST_ITEMS, LATER_RULES = 6, ("punch", "throw", "hop", "waits", "ill", "immune")
LATER_ITEM, LATER_EVENT, LATER_CODE, LATER_TABLE = 30, 99, 77, len(WIRE_TABLES) + 1
KNOWN = [1, *[len(COLUMNS.get(name) or WIRE_COLUMNS[name]) for name in WIRE_TABLES[1:]]]  # columns that we know
NUMBERS = {kind: number for number, kind in m.MESSAGES.items()}
SKIPPED = (b"\x91\x65", msgpack.packb([100, {"a": None}, 1.5]), msgpack.packb([127, ["x" * 3000]]))


def rows_of(data: bytes) -> Iterator[list[Any]]:
    """The messages in whole frames, as msgpack has them."""
    for payload in Decoder(LIMIT_SERVER).receive_data(data):
        yield msgpack.unpackb(payload)


def widened(record: list[Any]) -> list[Any]:
    """A message or record with two fields more."""
    return [*record, 7, ["later", True]]


def of_a_later_server(row: list[Any]) -> list[Any]:
    """A message of today as a server of a later build sends it."""
    match row[0]:
        case 32:
            row[8] = ["later-word"]
            row[10] = [widened(item) for item in row[10]] + [[LATER_ITEM, "rocket"]]
        case 34:
            row[1:3] = [[widened(record) for record in records] for records in row[1:3]]
        case 36:
            row[3] = widened(row[3])
            row[3][1].append(["wind", -3])
            row[3][2].append(["rocket", 5])
        case 37:
            row[3] = [later_keyframe_table(table) for table in row[3]] + [[LATER_TABLE, 2, 0, 5, 6]]
        case 38:
            row[2] = [later_delta_table(table) for table in row[2]] + [[LATER_TABLE, 0, 3, 5, 6]]
        case 39:
            row[2] = [*map(widened, row[2]), [LATER_EVENT, -1, -1, -1]]
        case 43 | 68 | 71:
            row[1] = [widened(record) for record in row[1]]
    return widened(whole(row))


def whole(row: list[Any]) -> list[Any]:
    """A message with the last fields that were left out: a later build sends them, since others follow."""
    known = fields(list(NUMBERS)[list(NUMBERS.values()).index(row[0])])
    left_out = [field.default for field in known[len(row) - 1 :]]
    return [*row, *[astuple(value) if isinstance(value, ModeSetup) else value for value in left_out]]


def later_keyframe_table(table: list[int]) -> list[int]:
    """A table of a Keyframe with two columns more."""
    number, size, *flat = table
    left_out = LATER.get(WIRE_TABLES[number], ())[size - KNOWN[number] :] if size < KNOWN[number] else ()
    rows = [[*flat[at : at + size + 1], *left_out] for at in range(0, len(flat), size + 1)]
    return [number, KNOWN[number] + 2, *[cell for row in rows for cell in [*row, 70, -70]]]


def later_delta_table(table: list[int]) -> list[int]:
    """A table of a Delta in which each row that stays has a value in a column more."""
    later, at = [table[0]], 1
    while at < len(table):
        key, mask = table[at : at + 2]
        end = at + 2 + mask.bit_count()
        later_bit = 1 << KNOWN[table[0]] if table[0] < len(KNOWN) else 2
        later += [key, mask | later_bit, *table[at + 2 : end], 70] if mask else [key, 0]
        at = end
    return later


def of_an_earlier_server(row: list[Any]) -> list[Any]:
    """A message of today as the first builds of this protocol sent it: with six items, and without later columns."""
    match row[0]:
        case 32:
            row[10] = row[10][:FIRST_ITEMS]
        case 36:
            names, weights = row[3][1:3]
            row[3][1:3] = [one for one in names if one[0] not in LATER_RULES], weights[:FIRST_ITEMS]
        case 37:
            row[3] = [earlier_keyframe_table(table) for table in row[3]]
        case 38:
            row[2] = [earlier for table in row[2] if len(earlier := earlier_delta_table(table)) > 1]
    return row


def earlier_keyframe_table(table: list[int]) -> list[int]:
    """A table of a Keyframe with the first columns alone."""
    number, size, *flat = table
    known = WIDTHS.get(number, size)
    rows = [flat[at : at + known + 1] for at in range(0, len(flat), size + 1)]
    return [number, known, *[cell for row in rows for cell in row]]


def earlier_delta_table(table: list[int]) -> list[int]:
    """A table of a Delta with the first columns alone; rows in which nothing else changes are left out."""
    earlier, at = [table[0]], 1
    while at < len(table):
        key, mask = table[at : at + 2]
        kept = mask & (1 << WIDTHS.get(table[0], 1)) - 1
        if kept or not mask:
            earlier += [key, kept, *table[at + 2 : at + 2 + kept.bit_count()]]
        at += 2 + mask.bit_count()
    return earlier


def of_a_later_client(row: list[Any]) -> list[Any]:
    """A message of today as a client of a later build sends it."""
    if row[0] == 1:
        row[6:] = [["later-word"]]
    return widened(whole(row))


def changed(data: bytes, change: Callable[[list[Any]], list[Any]], followed: int) -> bytes:
    """Frames of today as a later build sends them; after each message `followed` come some that today does not know."""
    later = b""
    for row in rows_of(data):
        later += frame(msgpack.packb(row if row[0] in (18, 33) else change(row)))
        later += b"".join(map(frame, SKIPPED)) if row[0] == followed else b""
    return later


class LaterServer(Ends):
    """A room of a later build, and clients of today."""

    def to_client(self, data: bytes) -> bytes:
        return changed(data, of_a_later_server, followed=NUMBERS[m.Delta])


class EarlierServer(Ends):
    """A room of the first builds of this protocol, and clients of today."""

    def to_client(self, data: bytes) -> bytes:
        return changed(data, of_an_earlier_server, followed=0)


class LaterClients(Ends):
    """A room of today, and clients of a later build."""

    def to_server(self, data: bytes) -> bytes:
        return changed(data, of_a_later_client, followed=NUMBERS[m.Input])


def play(ends: Ends) -> None:
    """Play most of a round with two players who press keys, and three digests."""
    ends.join(1, "Ada")
    ends.join(2, "Bob", players=2)
    ends.start()
    world = ends.room.world
    assert world
    if isinstance(ends, LaterServer):
        floor = [tile for tile, kind in enumerate(world.tiles) if kind == Tile.FLOOR]
        world.items[floor[len(floor) // 2]] = LATER_ITEM  # far from the players, who start in corners
    if isinstance(ends, EarlierServer):
        world.hidden = {tile: 1 + item % FIRST_ITEMS for tile, item in world.hidden.items()}
    for number in range(20):
        ends.keys = {1: ((Keys.RIGHT, Keys.DOWN, Keys.BOMB)[number % 3],), 2: (Keys.LEFT, Keys.UP)}
        ends.tick(10)


@pytest.mark.parametrize(
    "ends", [LaterServer(), EarlierServer(), LaterClients()], ids=["later server", "earlier server", "later clients"]
)
def test_programs_of_two_builds_play_a_round_and_agree_in_every_state(ends: Ends) -> None:
    play(ends)
    assert sum(isinstance(message, m.Digest) for message in ends.sent) == 3
    feed = ends.room.feed
    assert feed
    for session in ends.sessions.values():
        assert session.problem == ""
        assert session.client_round
        assert session.client_round.server_snapshot == feed.sent
        if not isinstance(ends, EarlierServer):
            assert session.client_round.announcement.rules == ends.room.world.rules  # type: ignore[union-attr]
        view = session.client_round.view(ends.now)
        assert view
        crates = [sprite for sprite in floor_sprites(view) if sprite.name == "crate"]
        assert [sprite.cell for sprite in crates] == [LATER_ITEM] * isinstance(ends, LaterServer)


TEAMS = m.Setup("classic", "duel", 1, 1, 2, mode="teams")


def test_a_client_of_today_knows_the_sides_of_a_later_server_and_chooses_one() -> None:
    ends = LaterServer(TEAMS)
    ends.join(1, "Ada")
    ends.sessions[1].link.send(SideChoice(0, 1))
    ends.post()
    assert [(one.slot, one.side) for one in ends.sessions[1].room.sides.values()] == [(0, 1), (1, 0)]


def test_a_client_of_yesterday_passes_over_the_sides_and_is_given_one() -> None:
    class Yesterday(Ends):
        def to_client(self, data: bytes) -> bytes:
            return frame(b"\x92\x7f\x90") if data[5] == NUMBERS[Sides] else data  # a number that it does not know

    ends = Yesterday(TEAMS)
    ends.join(1, "Ada")
    assert ends.sessions[1].room.sides == {}
    ends.start()
    world = ends.room.world
    assert world
    assert world.sides == {0: 0, 1: 1}
    assert ends.sessions[1].problem == ""


def test_a_client_shows_events_of_which_it_knows_the_number_and_passes_over_others() -> None:
    ends = LaterServer()
    play(ends)
    assert any(isinstance(message, m.Events) for message in ends.sent)
    session = ends.sessions[1]
    assert session.client_round
    happened = [event.what for _, event in session.client_round.events.take()]
    assert EventType.GO in happened
    assert LATER_EVENT in happened


def test_a_client_says_why_it_was_refused_also_for_a_reason_of_a_later_build() -> None:
    session = Session("Ada")
    session.link.heartbeat.open(0.0)
    session.link.data_to_send()
    session.receive_data(frame(msgpack.packb([33, LATER_CODE, "The moon is full."])), 0.0)
    assert "The moon is full." in session.problem


def test_a_later_client_and_a_client_of_today_are_in_one_room_over_real_sockets() -> None:
    with closing(LoopbackServer()) as loopback:
        later, today = loopback.connect(), loopback.member("Bob")
        hello = m.Hello(m.PROTOCOL, "9.9.9", "Ada", 1, "")
        later.send_bytes(changed(later.link.send(hello), of_a_later_client, followed=0))
        loopback.until(lambda: loopback.room.people == 2 and bool(later.all_of(m.Roster)))
        for payload in SKIPPED:
            later.send_bytes(frame(payload))
        start_round(loopback, later, today)
        loopback.update(5)
        loopback.until(lambda: bool(later.all_of(m.Delta)) and bool(today.all_of(m.Delta)))
        assert not later.is_over
        assert not today.is_over


def test_a_client_of_version_1_is_refused_with_a_sentence_that_it_understands() -> None:
    with closing(LoopbackServer()) as loopback:
        old = loopback.connect()
        received = b""
        old.is_reading = False
        old.send_bytes(frame(HELLO_1))
        loopback.until(lambda: not loopback.server.connections.pending)
        old.sock.settimeout(5.0)
        while data := old.sock.recv(4096):
            received += data
        (row,) = rows_of(received)
        number, code, sentence = row  # exactly the fields that Refused had in version 1
        assert (number, code) == (33, 1)
        assert sentence == (
            f"You speak protocol 1 (build 0.1.0), the server {m.PROTOCOL} (build {m.BUILD}): your game must be updated."
        )
        assert loopback.room.people == 0


def of_a_server_of_version_1(hello: bytes) -> bytes:
    """What a server of version 1 answers: it takes exactly five fields, within these limits, and then reads them."""
    if hello[:2] != b"\x96\x01":
        return frame(msgpack.packb([33, 6, f"You broke the protocol: Hello has 5 fields, not {hello[0] - 0x91}."]))
    _, protocol, build, name, players, token = msgpack.unpackb(hello)
    assert 0 <= protocol <= 65535
    assert 0 <= len(build) <= 32
    assert 1 <= len(name) <= 16
    if not 1 <= players <= 4:
        return frame(msgpack.packb([33, 6, f"You broke the protocol: Hello.players is {players}, not 1..4."]))
    assert re.fullmatch("([0-9a-f]{32})?", token)
    sentence = f"You speak protocol {protocol} (build {build}), the server 1 (build 0.1.0): the server must be updated."
    return frame(msgpack.packb([33, 1, sentence]))


@pytest.mark.parametrize(("players", "token"), [(1, ""), (4, "0123456789abcdef" * 2)])
def test_a_server_of_version_1_can_say_which_end_must_be_updated(players: int, token: str) -> None:
    session = Session("Ada", players, token)
    session.link.heartbeat.open(0.0)
    (hello,) = Decoder(LIMIT_SERVER).receive_data(session.link.data_to_send())
    session.receive_data(of_a_server_of_version_1(hello), 0.0)
    assert session.problem == (
        f"You speak protocol 2 (build {m.BUILD}), the server 1 (build 0.1.0): the server must be updated."
    )


@pytest.mark.parametrize("token", ["", "0123456789abcdef" * 2])
def test_one_who_wants_to_watch_is_told_that_a_server_of_version_1_must_be_updated(token: str) -> None:
    session = Session("Ada", 0, token)
    session.link.heartbeat.open(0.0)
    (hello,) = Decoder(LIMIT_SERVER).receive_data(session.link.data_to_send())
    assert session.receive_data(of_a_server_of_version_1(hello), 0.0) == "", "nothing is tried again"
    assert session.problem == (
        f"You speak protocol 2 (build {m.BUILD}), the server an earlier one: the server must be updated."
    )
    assert isinstance(known_line(session.problem), Phrase)


def test_no_server_refuses_a_hello_for_a_word_since_clients_need_none() -> None:
    """So no client says Hello a second time without words: not for modes, items, carts, players or votes."""
    for players, token in ((0, ""), (1, ""), (4, "0123456789abcdef" * 2)):
        session = Session("Ada", players, token)
        session.link.heartbeat.open(0.0)
        (hello,) = Decoder(LIMIT_SERVER).receive_data(session.link.data_to_send())
        assert hello[:2] == b"\x96\x01", "five fields, as in version 1"
        session.renew_link()
        (again,) = Decoder(LIMIT_SERVER).receive_data(session.link.data_to_send())
        assert again == hello


def test_a_hello_with_an_empty_array_of_words_is_read_like_one_without() -> None:
    short = encode_message(m.Hello(2, "0.2.0", "Ada", 1, ""))
    assert decode_message(b"\x97" + short[1:] + b"\x90") == decode_message(short) == m.Hello(2, "0.2.0", "Ada", 1, "")


def test_a_server_of_a_later_version_is_known_by_its_refusal_and_by_its_datagrams() -> None:
    session = Session("Ada")
    session.link.heartbeat.open(0.0)
    session.link.data_to_send()
    session.receive_data(frame(msgpack.packb([33, 1, "You speak protocol 2, the server 3."])), 0.0)
    assert "the server 3" in session.problem
    card = ServerCard(1, 3, "0.9", 7777, "Den", "classic", "duel", m.Phase.LOBBY, 0, 4, 0, False)
    data = encode(Answer(300, 1_700_000_000_000, 0, card))
    place = data.rindex(b"\xa4duel\x01") + len(b"\xa4duel")
    answer = decode(data[:place] + b"\x05" + data[place + 1 :])  # a fifth phase
    assert isinstance(answer, Answer)
    assert (answer.card.phase, answer.card.protocol) == (5, 3)
    assert answer.card.incompatibility() == f"needs Petard 0.9, you have {m.BUILD}"
