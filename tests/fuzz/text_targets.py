"""The targets that read what people and other programs write in one line: commands, arguments, names, addresses."""

import argparse
import contextlib
import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from ipaddress import ip_address

from petard.game.config.arguments import Address, BadAddress, address_of, arguments_of
from petard.game.config.directory_url import BadDirectoryUrl, directory_url_of
from petard.game.replays.export import options_of
from petard.game.view.listed_rooms import ROOMS_MOST, BadList, RoomQuery, rooms_in
from petard.server.config.config import host_port, read_config
from petard.server.config.schema import settings_of
from petard.server.config.values import directory_url as server_directory_url
from petard.server.config.values import endpoint
from petard.server.devtools.wire import cut
from petard.server.directory.allocator import NotAllocated, read_allocation, read_wishes
from petard.server.directory.rooms.announcement import BadAnnouncement, read_announcement
from petard.server.directory.rooms.listing import BadQuery, Listing, Query, read_query
from petard.server.directory.rooms.places import BadPlace, Place, PlaceRules
from petard.server.directory.rooms.reports import read_report
from petard.server.policy.admin_commands import (
    COMMANDS,
    AdminRole,
    CommandError,
    Issuer,
    find_player,
    help_lines,
    parse_command,
    single_word,
)
from petard.server.policy.bans import Ban, BanMatcher, Bans, is_sound, parse_span
from petard.server.policy.console_protocol import ConsoleSession
from petard.server.policy.log import Log
from petard.server.policy.text import did_you_mean, parse_int, span_words, table_text
from petard.server.room.status import Person, Status
from petard.server.runtime.control_channel import LineQueue
from petard.shared.control_channel import (
    LINE_MOST,
    BadControlOrder,
    decode_listing,
    decode_order,
    decode_pace,
    encode_order,
)
from petard.shared.demo.dump import parse_moment
from petard.shared.host_port import join_host_port, split_host_port
from petard.shared.protocol.joincode import decode_join_code, encode_join_code, is_mistyped_code
from petard.shared.protocol.messages import Phase
from petard.shared.protocol.names import (
    clean_chat,
    clean_line,
    clean_name,
    is_chat,
    is_display_line,
    is_display_name,
    is_name,
    looks,
    unique_name,
)
from tests.fuzz.mutators import changed_text
from tests.fuzz.target import FuzzTarget
from tests.server.admin.admin_server import AdminServer
from tests.server.loopback import maps

PERSONS = [Person(1, 1, "Ada", True, ((0, "Ada"),), "10.0.0.1"), Person(2, 2, "Ada 2", False, ((1, "Ada 2"), (2, "7")))]
ISSUERS = (Issuer(AdminRole.HOST, "Ada", 1, 1), Issuer(AdminRole.ANYBODY, "Ada 2", 2, 2))
STATUS = Status("Den", Phase.LOBBY, "classic", "duel", 0, 3, 0, 4, 2, "Ada", (), ())


def text_of(data: bytes) -> str:
    """The input as text."""
    return data.decode("utf-8", "replace")


def _names(data: bytes) -> None:
    """What is cleaned is legal, and cleaning it again changes nothing."""
    text = text_of(data)
    name, chat, line = clean_name(text), clean_chat(text), clean_line(text)
    assert not name or (is_name(name) and is_display_name(name))
    assert not chat or is_chat(chat)
    assert is_display_line(line)
    assert (clean_name(name), clean_chat(chat), clean_line(line)) == (name, chat, line)
    if name:
        assert looks(name)
        other = unique_name(name, [name, "Ada"])
        assert is_name(other)
        assert looks(other).isdisjoint(looks(name))


def _join_code(data: bytes) -> None:
    text = text_of(data)
    address = decode_join_code(text)
    is_mistyped_code(text)
    assert address is None or encode_join_code(*address) == text.strip().upper()


def _address(data: bytes) -> None:
    """An address of the game can be written and read back."""
    address = address_of(text_of(data))
    assert address_of(str(address)) == address or decode_join_code(address.host)


def _host_port(data: bytes) -> None:
    host, port = split_host_port(text_of(data))
    if port and port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= 65535 and len(port) < 6:
        assert split_host_port(join_host_port(host, int(port)))[0] == host


def _directory_url(data: bytes) -> None:
    """The URL of a directory can be written and read back, and is shown as one line."""
    url = directory_url_of(text_of(data))
    assert directory_url_of(str(url)) == url
    assert url.place.isprintable()
    assert server_directory_url(str(url)) == str(url), "the server of this game does not take it"


def _room_list(data: bytes) -> None:
    """What is kept of a list can be shown, joined and searched; the first line is the address of the directory."""
    peer, _, body = data.partition(b"\n")
    page = rooms_in(body, text_of(peer))
    assert len(page.rooms) <= ROOMS_MOST
    for room in page.rooms:
        found = room.found
        assert found.name
        assert all(map(is_display_line, (found.name, found.build, found.map, found.rules, room.mode)))
        address = Address(found.host, found.port)
        assert address_of(str(address)) == address
        assert not ip_address(found.host).is_multicast
    assert RoomQuery(after=page.after).path.isascii()


def _values(data: bytes) -> None:
    """Every kind of value of a setting, flag or admin command, each with the same text."""
    text = text_of(data)
    parsers: list[Callable[[str], object]] = [row.parse for row in settings_of(maps())]
    parsers += [host_port, endpoint, cut, parse_moment, parse_int, parse_span]
    for parse in parsers:
        with suppress(argparse.ArgumentTypeError):
            parse(text)


def _on_words(read: Callable[[Sequence[str]], object]) -> Callable[[bytes], None]:
    """Make a target of a command line: one word a line, nothing printed."""

    def run(data: bytes) -> None:
        words = text_of(data).replace("/", "_").split("\n")  # no file outside of the folder of the test
        out = io.StringIO()
        with contextlib.redirect_stderr(out), contextlib.redirect_stdout(out):
            code = _exit_status(read, words)
        if code is not None:
            assert code in (0, 2), code
            assert out.getvalue().strip(), "it ends without a sentence"
            assert "Traceback" not in out.getvalue()

    return run


def _exit_status(read: Callable[[Sequence[str]], object], words: Sequence[str]) -> object:
    try:
        read(words)
    except SystemExit as end:
        return end.code
    return None


def _server_words(words: Sequence[str]) -> None:
    read_config(words, maps(), {"PETARD_CONFIG": "off"})


def _order(data: bytes) -> None:
    order = decode_order(data)
    assert decode_order(encode_order(order)) == order


def _steering(data: bytes) -> None:
    """The lines of the child process: what the server reads, in any cut, and what the game reads."""
    queue = LineQueue()
    for at in range(0, len(data), 7):
        queue.receive_data(data[at : at + 7])
        assert len(queue.unfinished) < LINE_MOST
    for line in queue.poll():
        with suppress(BadControlOrder):
            decode_order(line)
    for text in text_of(data).split("\n"):
        decode_pace(text)
        decode_listing(text)


def _admin_words(data: bytes) -> None:
    """Each command is parsed for each role, and each word may name a player."""
    line = text_of(data)
    for role in AdminRole:
        with suppress(CommandError):
            parsed = parse_command(line, role)
            assert len(parsed.words) == len(parsed.command.takes)
            for word in parsed.words:
                with suppress(CommandError):
                    find_player(word, PERSONS, STATUS)
        with suppress(CommandError):
            help_lines(role, line)
    single_word(line)
    did_you_mean(line, (command.name for command in COMMANDS))


@cache
def admin_server() -> AdminServer:
    """One server for all lines; its sockets are closed with the process."""
    return AdminServer(bots=2)


def _admin_lines(data: bytes) -> None:
    """Lines at a server that is there already: each gets an answer, and nothing else changes its life."""
    admin = admin_server()
    for line in text_of(data).split("\n")[:4]:
        if "shutdown" in line.lower() or not line.isprintable():
            continue
        now = admin.loopback.now
        assert ConsoleSession(admin.dispatcher.run).answer(line, now)[-1:] in ("", "\n")
        for issuer in ISSUERS:
            with suppress(CommandError):
                assert all(isinstance(answer, str) for answer in admin.dispatcher.run(line, now, issuer))
    faults = [line for line in admin.loopback.log_lines if line.startswith("a fault")]
    admin.loopback.log_lines.clear()
    admin.bans.lift(admin.bans.listed(0))
    assert not faults, faults


def _bans(data: bytes) -> None:
    text = text_of(data)
    kind, what = Bans().target_of(text)
    ban = Ban(kind, what, "reason", parse_span(text) or 0, "console", 1)
    assert is_sound(ban)
    assert BanMatcher(ban)
    assert ban.sentence(1).isprintable()
    span_words(max(1, ban.until))


def _log(data: bytes) -> None:
    """What peers send stays one printable line."""
    lines: list[str] = []
    log = Log(lines.append)
    for number, text in enumerate(text_of(data).split("\x1e")):
        log.write(text, float(number), fields={"name": text})
    log.close()
    assert all(line.isprintable() and len(line) < 400 for line in lines)
    table_text([("A", text_of(data)), ("B", "")], [1])


def _to_directory(data: bytes) -> None:
    """Each text is an announcement, a report, a wish, an allocation, and a query."""
    with suppress(BadAnnouncement):
        facts = read_announcement(data).facts
        listing = Listing()
        listing.put(facts, Place("8.8.8.8", 7777))
        listing.page(Query(name=facts.name.casefold(), free=True))
        assert is_display_line(facts.name)
    for read in (read_report, read_wishes, read_allocation):
        with suppress(BadAnnouncement, NotAllocated):
            read(data)
    with suppress(BadQuery):
        listing = Listing()
        listing.page(read_query(dict(pair.partition("=")[::2] for pair in text_of(data).split("&"))))
    with suppress(BadPlace):
        PlaceRules(allow_private=True).place_of(text_of(data)[:64], "", 7777)


def _text(name: str, about: str, run: Callable[[bytes], object], *allowed: type[BaseException], slow: float = 0.05,
          memory: int = 4 << 20) -> FuzzTarget:  # fmt: skip
    return FuzzTarget(name, about, run, allowed, mutate=changed_text, slow=slow, memory=memory)


TARGETS = (
    _text("names", "names and chat", _names, slow=0.3),  # six cleanings, and Unicode's tables for each character
    _text("join-code", "a join code", _join_code),
    _text("address", "an address that a person types", _address, BadAddress),
    _text("host-port", "HOST:PORT", _host_port, ValueError),
    _text("directory-url", "the URL of a directory", _directory_url, BadDirectoryUrl),
    _text("room-list", "what a directory answers to a game", _room_list, BadList),
    _text("announcement", "what a room, a game, Agones or Redis sends to a directory", _to_directory),
    _text("values", "numbers, times, sizes and words of settings and flags", _values),
    _text("server-words", "the command line of petard-server", _on_words(_server_words), slow=0.3),
    _text("game-words", "the command line of petard", _on_words(arguments_of), slow=0.3),
    _text("export-words", "the command line of replay export", _on_words(options_of), slow=0.3),
    _text("order", "an order on the server's standard input", _order, BadControlOrder),
    _text("steering", "the lines between a game and its server", _steering),
    _text("admin-words", "the words of an admin command", _admin_words),
    _text("admin-lines", "admin commands to a real server", _admin_lines, slow=0.3, memory=16 << 20),
    _text("bans", "what can be banned", _bans, CommandError),
    _text("log", "what others wrote, in the log", _log, slow=0.2),
)
