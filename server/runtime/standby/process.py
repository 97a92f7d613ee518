"""`petard-server standby HOST:PORT`: keeps a copy of a room, and becomes its server when the server is lost.

Rule 1: everything that a server needs is imported and its port is open before there is anything to do, so that the
        first new tick waits for no start.
Rule 2: the ticket comes on standard input (a line `ticket HEX`) or in the variable PETARD_STANDBY_TICKET, never as an
        argument, which everybody on the machine could read.
Rule 3: nothing of the copy stays when it ends. A promoted server records its part of the match as any server does.
Rule 4: with --ready json each change is one line of JSON on standard output: ready, then copies, promoted, or ended.
"""

import contextlib
import json
import os
import re
import select
import socket
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from petard.server.config.config import Config, fail, host_port, parser_of, read_config
from petard.server.config.own_maps import readable_maps_folder
from petard.server.config.schema import PORT, BadMapFiles, read_maps, settings_of
from petard.server.net.listeners import CannotListen, Listeners, open_listeners
from petard.server.policy.log import Log
from petard.server.policy.promotion import Decision
from petard.server.policy.room_copy import RoomCopy
from petard.server.policy.room_record import RoomRecord
from petard.server.room.resume import CannotResume, Resumed
from petard.server.runtime.control_channel import LineQueue
from petard.server.runtime.log_writer import LogWriter
from petard.server.runtime.signals import StopSignals
from petard.server.runtime.standby.copy_folder import CopyFolder
from petard.server.runtime.standby.knocks import KNOCK_MOST, Knocks
from petard.server.runtime.standby.server_line import ServerLine
from petard.server.runtime.standby.watch import Watch
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import read_demo
from petard.shared.demo.records import STAMP, candidate_names
from petard.shared.host_port import split_host_port
from petard.shared.rules.maps import Board
from petard.shared.standard_streams import STDERR, STDOUT

TICKET = "PETARD_STANDBY_TICKET"
TICKET_WITHIN = 10.0  # seconds
COPIED, LOST = 0.25, 0.02  # seconds to sleep at most while the line holds, and once it is lost
TICKET_FORM = re.compile("[0-9a-f]{32}")
NAME = "copy.petard"  # if it is not known what the server calls its recording


class CannotKeepCopy(Exception):
    """The standby cannot start; the text says why. It exits with status 1."""


class Surroundings(NamedTuple):
    """What a standby has from its start, and the server that it becomes goes on with."""

    arguments: Sequence[str]
    config: Config
    maps: dict[str, Board]
    listeners: Listeners
    signals: StopSignals
    lines: LineQueue  # of the parent process
    log_writer: LogWriter
    log: Log


class Promoted(NamedTuple):
    """What the server begins with. `held`: connections, with their addresses, that have a Hello in them."""

    around: Surroundings
    room: RoomRecord
    resumed: Resumed | None
    held: list[tuple[socket.socket, str]]
    later: tuple[str, ...]  # the addresses of the standbys after this one, to one of which it may have to yield


Serve = Callable[[Promoted], int]


def main(words: Sequence[str], serve: Serve) -> int:
    """Returns the exit status: 0 after an end that was to be expected, 1 if it cannot start, 2 for wrong arguments.

    `serve`: goes on with the room until a stop.
    """
    log_writer = LogWriter(STDERR)
    try:
        return _run(words, serve, log_writer)
    except (BadMapFiles, CannotListen, CannotKeepCopy) as problem:
        return fail(problem, 1)
    except KeyboardInterrupt:
        return 0
    finally:
        log_writer.close()


def _run(words: Sequence[str], serve: Serve, log_writer: LogWriter) -> int:
    maps, ticket = read_maps(readable_maps_folder()[0]), os.environ.pop(TICKET, "")  # it is no setting
    (host, port), config = _arguments(words, maps)
    signals, lines, log = StopSignals(), LineQueue(), Log(log_writer.write)
    listeners = open_listeners(config.host, config.port)
    signals.catch_signals()
    if config.parent_stdin:
        signals.watch_stdin(lines.receive_data)
    around = Surroundings(words[1:], config, maps, listeners, signals, lines, log_writer, log)
    _report(config, ready=True, port=listeners.port, pid=os.getpid())
    if not (ticket := _ticket(ticket, config, signals, lines)):
        listeners.close()
        return 0
    try:
        line, folder = ServerLine(host, port or PORT, ticket), CopyFolder()
    except OSError as problem:
        raise CannotKeepCopy(f"there can be no copy: {problem.strerror or problem}") from problem
    copy = RoomCopy(folder)
    watch = Watch(line, copy, log)
    knocks = Knocks(listeners, watch.member_of)
    try:
        if not _keep_copy(watch, knocks, around, ticket):
            knocks.close()
            return 0
        promoted = Promoted(around, *_room_of(copy, folder, log), knocks.take(), watch.later())
    finally:
        watch.close()
        folder.close()
    _report(config, standby="promoted", port=listeners.port)
    return serve(promoted)


def _arguments(words: Sequence[str], maps: dict[str, Board]) -> tuple[tuple[str, int | None], Config]:
    """Read HOST:PORT, and then the flags of a server; exits with status 2 and a sentence when they are wrong."""
    parser = parser_of(settings_of(maps), "standby", "HOST[:PORT] ")
    about = "the server of the room; the flags come after it"
    parser.add_argument("where", type=host_port, metavar="HOST[:PORT]", help=about)
    where: tuple[str, int | None] = parser.parse_args(words).where
    if words[0].startswith("-"):
        parser.error("say first which server: petard-server standby HOST:PORT [--FLAG VALUE ...]")
    return where, read_config(words[1:], maps)


def _ticket(ticket: str, config: Config, signals: StopSignals, lines: LineQueue) -> str:
    """Return this ticket, or the one from standard input; "" if a stop comes first. Raises CannotKeepCopy."""
    until = time.monotonic() + TICKET_WITHIN
    while config.parent_stdin and not ticket and time.monotonic() < until and not _is_stopped(signals):
        for line in lines.poll():
            verb, _, rest = line.decode("ascii", "replace").strip().partition(" ")
            ticket = rest if verb == "ticket" else ticket
        select.select([signals.sock], (), (), LOST)
        signals.clear_wakeups()
    if not ticket and _is_stopped(signals):
        return ""
    if not TICKET_FORM.fullmatch(ticket):
        raise CannotKeepCopy(f"a standby needs the ticket of its room, 32 hex digits, in {TICKET} or on standard input")
    return ticket


def _is_stopped(signals: StopSignals) -> bool:
    return signals.is_requested or bool(signals.reason)


def _keep_copy(watch: Watch, knocks: Knocks, around: Surroundings, ticket: str) -> bool:
    """Keep the copy until the standby is promoted; False if it has to end."""
    signals, is_copied = around.signals, False
    while not _is_stopped(signals):
        sockets = [signals.sock, *knocks.sockets, *([] if watch.promotion.is_lost else [watch.line.sock])]
        select.select(sockets, (), (), LOST if watch.promotion.is_lost else COPIED)
        signals.clear_wakeups()
        now = time.monotonic()
        decision = watch.update(knocks.poll(now), now)
        if watch.is_whole and not is_copied:
            is_copied = True
            _report(around.config, standby="copies")
        match decision:
            case Decision.PROMOTE:
                return True
            case Decision.LEAVE:
                around.log.write(f"ends: {watch.why}", now)
                _report(around.config, standby="ended", reason=watch.why)
                return False
            case Decision.COPY:
                knocks.send_away(now - KNOCK_MOST)
            case Decision.BACK:
                knocks.send_away()
                _connect_again(watch, ticket)
    return False


def _connect_again(watch: Watch, ticket: str) -> None:
    host, port = split_host_port(watch.line.address)
    with contextlib.suppress(OSError):  # then it is asked again
        watch.connect_again(ServerLine(host, int(port or PORT), ticket))


def _room_of(copy: RoomCopy, folder: CopyFolder, log: Log) -> tuple[RoomRecord, Resumed | None]:
    """The room, and the match in it if one runs and can be gone on with."""
    assert copy.room
    try:
        data = folder.read()
        header = read_demo(data).header if data else None
        started = time.gmtime(header.started) if header else None
        name = next(candidate_names(time.strftime(STAMP, started), header.map)) if header and started else NAME
        return copy.room, copy.resumed(name)
    except (OSError, DemoError, CannotResume) as problem:
        log.write(f"goes on in the lobby, since the match cannot go on: {problem}", time.monotonic())
        return copy.room, None


def _report(config: Config, **fields: object) -> None:
    """Report a change to the parent process."""
    if config.ready:
        with contextlib.suppress(OSError):  # it is gone
            os.write(STDOUT, json.dumps(fields).encode("ascii") + b"\n")
