"""petard-server: one process is one room. Parses arguments, opens the port, starts services, and serves until a stop.

Rule 1: stdout carries the ready line and answers to standard input, nothing else. With --parent-stdin the answers are
those of the private channel (server/runtime/control_channel.py); with --ready alone there are none. The log is stderr.
Rule 2: Ctrl-C never prints a traceback: during the imports the signal's default ends the process.
Rule 3: a service that cannot start says so in the log, and the game goes on without it.
"""

import contextlib
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from ipaddress import IPv4Interface, IPv6Interface, ip_address
from typing import Any

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else the parent process has chosen a handler
    with contextlib.suppress(ValueError):  # not the main thread, where no Ctrl-C arrives anyway
        signal.signal(signal.SIGINT, signal.SIG_DFL)

from petard.server.admin.console import Console
from petard.server.admin.dispatcher import Dispatcher
from petard.server.admin.match_commands import MatchCommands, VoteCommands
from petard.server.admin.moderation import Moderation
from petard.server.admin.terminal import Terminal, is_terminal
from petard.server.config.config import SUBCOMMANDS, Config, fail, read_again, read_config
from petard.server.config.own_maps import readable_maps_folder
from petard.server.config.schema import BadMapFiles, read_maps, settings_of
from petard.server.config.sources import links_text
from petard.server.discovery.beacon import Beacon
from petard.server.net.descriptors import allow_descriptors, descriptors_for
from petard.server.net.listeners import CannotListen, Listeners, open_listeners
from petard.server.net.scram_keys import BadPassword, keys_of
from petard.server.net.server import Server
from petard.server.policy.bans import Ban, Bans
from petard.server.policy.log import Log
from petard.server.policy.scram import ScramServer
from petard.server.recording.copied_demos import CopiedDemos
from petard.server.recording.demo_store import DemoStore, folder_problem
from petard.server.recording.unfinished import ClaimedDemo
from petard.server.results.database import BadDatabase
from petard.server.results.writer import ResultsWriter
from petard.server.room.copy_log import CopyLog
from petard.server.room.match_recorder import MatchRecorder, RecordedRoom
from petard.server.room.resume import CannotResume, Resumed
from petard.server.room.room import Room
from petard.server.runtime.control_channel import ControlChannel, LineQueue
from petard.server.runtime.drain import Drain, Shutdown
from petard.server.runtime.idle_stop import IdleStop
from petard.server.runtime.log_writer import LogWriter
from petard.server.runtime.loop import MainLoop
from petard.server.runtime.match_to_resume import RunsElsewhere, match_to_resume
from petard.server.runtime.proxies import ProxyService
from petard.server.runtime.reload import ReloadService, ReloadThread
from petard.server.runtime.service import CannotServe, Service
from petard.server.runtime.signals import ReloadSignal, StopSignals
from petard.server.runtime.standby.process import Promoted
from petard.server.runtime.standby.process import main as keep_copy
from petard.server.runtime.standbys import open_standbys
from petard.server.runtime.watchdog import open_watchdog
from petard.shared.discovery.network import interfaces
from petard.shared.files import shown_path
from petard.shared.lazy import lazy
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.standard_streams import STDERR, STDOUT, standard_streams

if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_new_token = partial(secrets.token_hex, 16)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a server or a subcommand; returns the exit status.

    0 after a stop, 1 if it could not start, 2 for wrong arguments or a recording that it cannot go on with.
    """
    with standard_streams():
        words = sys.argv[1:] if arguments is None else arguments
        if words and words[0] == "standby":
            return keep_copy(words[1:], _serve_promoted)
        if words and words[0] in SUBCOMMANDS:
            return int(lazy(f"petard.server.cli.{words[0]}").main(words[1:]))  # only the one that is asked for
        return _run_server(words)


def _run_server(words: Sequence[str]) -> int:
    """Run until a stop, and write the log to its end."""
    log_writer = LogWriter(STDERR)
    try:
        return _start(words, log_writer, Log(log_writer.write))
    except KeyboardInterrupt:  # before anybody could connect; later it is a stop request
        return 0
    finally:
        log_writer.close()


def _start(arguments: Sequence[str], log_writer: LogWriter, log: Log) -> int:
    """Check everything that can be wrong, then serve."""
    try:
        folder, unoffered = readable_maps_folder()
        maps = read_maps(folder)
        config = read_config(arguments, maps)
        if config.public and not config.directory:
            return fail("a public room is announced at a directory: say which, by --directory URL")
        log_writer.is_json = config.log == "json"
        lock = ScramServer(keys_of(config.password) if config.password else None, _new_token)
        listeners = open_listeners(config.host, config.port)
        claimed, resumed = match_to_resume(config, listeners.port, maps, log)
    except (BadMapFiles, CannotListen) as problem:
        log.write(str(problem), time.monotonic())
        return 1
    except (BadPassword, CannotResume) as problem:
        return fail(problem)
    except RunsElsewhere as where:
        log.write(str(where), time.monotonic())
        return 0
    if unoffered:
        log.write(unoffered, time.monotonic())
    signals = StopSignals()
    signals.catch_signals()
    lines = LineQueue()
    if config.parent_stdin:
        signals.watch_stdin(lines.receive_data)
    try:
        server = _server(config, maps, resumed, listeners, log)
    except OSError as problem:
        if config.capture is None:
            raise
        return fail(f"there can be no capture at {shown_path(config.capture)}: {problem.strerror}")
    server.handshake.scram = lock
    server.handshake.standbys.after = resumed.standbys if resumed else ()
    _serve(server, signals, log, _reload(config, arguments, maps, server, log_writer, log), lines, claimed)
    return 0


def _reload(
    config: Config,
    arguments: Sequence[str],
    maps: dict[str, Board],
    server: Server,
    log_writer: LogWriter,
    log: Log,
) -> ReloadService:
    rows = settings_of(maps)
    is_requested = ReloadSignal().poll if config.takes_file else bool  # which is False
    reader = ReloadThread(partial(read_again, config, arguments, rows), is_requested)
    return ReloadService(config, rows, reader, server, log_writer, log, [])


def _serve_promoted(promoted: Promoted) -> int:
    """Go on with the room of a server that was lost, until a stop."""
    around, now = promoted.around, time.monotonic()
    maps = around.maps | {promoted.room.board.name: promoted.room.board}
    room = promoted.room.playable(maps)
    numbers = {**room.numbers._asdict(), "name": room.name, "setup": room.planned}
    own = around.config
    config = replace(own, room=replace(own.room, **numbers), standby=room.mode, password="", capture=None)
    server = _server(config, maps, promoted.resumed, around.listeners, around.log, room.rejoin.room)
    if not promoted.resumed:
        server.room.resume_lobby(room.rejoin, room.planned, room.roster.seats, room.chat)
    server.handshake.scram.keys, server.handshake.standbys.after = room.keys, promoted.later
    for sock, address in promoted.held:
        server.connections.add(sock, address, now)
    reload = _reload(config, around.arguments, maps, server, around.log_writer, around.log)
    _serve(server, around.signals, around.log, reload, around.lines, None, room.bans)
    return 0


def _serve(
    server: Server,
    signals: StopSignals,
    log: Log,
    reload: ReloadService,
    lines: LineQueue,
    claimed: ClaimedDemo | None,
    bans: Iterable[Ban] = (),
) -> None:
    """Start the services and run the loop; answers and capture are closed whatever happens.

    `lines`: of a parent process. `claimed`: the recording of the match that goes on. `bans`: beside those of this
    server, those of the room that it goes on with.
    """
    config = reload.config
    drain = Drain(server, signals, log, 0 if config.parent_stdin else config.drain)
    answers = None if config.ready and not config.parent_stdin else LogWriter(STDOUT)
    write = answers.write_plain if answers else reload.log_writer.write_plain
    copies = CopyLog() if config.may_have_standbys and config.capture is None else None
    services = reload.services = open_services(server, drain, reload, log, write, time.monotonic(), copies, bans)
    control = ControlChannel(server, lines, log, write, reload.set_value) if config.parent_stdin else None
    _warn_of_exposure(config, server.handshake.listeners, log)
    _report_ready(config, server.handshake.listeners.port, log)
    try:
        store = DemoStore(config.record, claimed) if config.record else None
        demos = CopiedDemos(store, copies) if copies else store
        MainLoop(server, signals, log, demos, services, control).run()
    finally:
        if answers:
            answers.close()
        if config.capture is not None:
            lazy("petard.server.recording.capture_tap").TappedServer.finish(server)


def open_services(
    server: Server,
    drain: Drain,
    reload: ReloadService,
    log: Log,
    write: Callable[[str], object],
    now: float,
    copies: CopyLog | None = None,
    more_bans: Iterable[Ban] = (),
) -> list[Service]:
    """Return the running services. `write`: takes the answers of the terminal.

    `copies`: of the match that runs, for standbys; None: there are none. `more_bans`: beside those that are kept.
    """
    config, results = reload.config, _open_results(reload.config, log, now)
    own = server.connections.own_addresses = own_addresses()
    server.connections.uncounted = config.uncounted
    bans = Bans([*(results.bans if results else ()), *more_bans], own)
    moderation = Moderation(server, bans, time.time, own_addresses, results.store if results else None)
    services, dispatcher = admin_services(server, drain, reload, moderation, log)
    services += _open_console(config, dispatcher, server, log, now)
    if not config.parent_stdin and (config.stdin == "on" or (config.stdin == "terminal" and is_terminal())):
        services.append(Terminal(dispatcher.run, server, drain.signals, write))
    services += _open_beacon(config, server, log, now)
    idle_stop = IdleStop(server.room, drain, config, log)
    at_agones: Any = None  # an AgonesService
    if config.sidecar is not None:
        agones = lazy("petard.server.runtime.agones")
        at_agones = agones.open_agones(server, drain.signals, idle_stop, log, config.sidecar, now)
    services += [*([at_agones] if at_agones else []), idle_stop]
    server.handshake.listeners.proxies.networks = config.proxy_from
    services += [ProxyService(server, log)] if config.proxy_from else []
    tell = write if config.parent_stdin else str
    if config.web is not None:  # imported only here, because it takes time that a server without pages should not need
        state = (lambda: at_agones.state) if at_agones else str
        services += lazy("petard.server.web.service").open_web(config, server, log, tell, state, now)
    services += _open_announcer(config, server, log, tell, at_agones, now)
    services += open_standbys(server, config.standby, drain.signals, log, copies, bans) if copies else []
    watchdog = open_watchdog(server.room, drain, os.environ, os.getpid(), now)
    return [reload, *services, *([results] if results else []), drain, *([watchdog] if watchdog else [])]


def _open_announcer(
    config: Config, server: Server, log: Log, tell: Callable[[str], object], at_agones: Any, now: float
) -> list[Service]:
    if config.public is None:
        return []
    place = (lambda: at_agones.place) if at_agones else None
    found: list[Service] = lazy("petard.server.discovery.directory_announcer").open_announcer(
        config, server, log, tell, place, now
    )
    return found


def _open_beacon(config: Config, server: Server, log: Log, now: float) -> list[Service]:
    if config.discovery is None:
        return []
    room_id = server.room.matches.settings.room_id or secrets.randbits(64)
    try:
        return [Beacon(server, log, room_id, config.discovery_port, now, config.discovery)]
    except CannotServe as problem:
        log.write(str(problem), now)
        return []


def admin_services(
    server: Server, drain: Drain, reload: ReloadService, moderation: Moderation, log: Log
) -> tuple[list[Service], Dispatcher]:
    """Return the services that carry out admin commands, and the one of them that parses the commands."""
    match, shutdown = MatchCommands(server, reload), Shutdown(server, drain)
    votes = VoteCommands(server, moderation, match.rows["map"].parse, reload.config.votes)
    parts = (match, moderation, votes, shutdown)
    dispatcher = Dispatcher(server, {name: run for part in parts for name, run in part.handlers.items()}, log)
    return [dispatcher, votes, shutdown, moderation], dispatcher


def _open_console(config: Config, dispatcher: Dispatcher, server: Server, log: Log, now: float) -> list[Service]:
    if not config.console:
        return []
    try:
        console = Console(config.console, config.console_password, dispatcher.run, server, log)
    except CannotServe as problem:
        log.write(str(problem), now)
        return []
    where = f"the console is at {config.console.host or 'every address'}, port {console.port}"
    is_open = "" if config.console_password else "without a password for anybody on this machine, "
    log.write(f"{is_open}{where}", now)
    return [console]


def own_addresses() -> tuple[IPv4Interface | IPv6Interface, ...]:
    """Return the addresses of this machine; takes a millisecond or more."""
    return tuple(address for interface in interfaces() for address in interface.addresses)


def _open_results(config: Config, log: Log, now: float) -> ResultsWriter | None:
    try:
        return ResultsWriter(config.results, log) if config.results else None
    except BadDatabase as problem:
        log.write(f"results and bans are not kept: {problem}", now)
        return None


def _server(
    config: Config, maps: dict[str, Board], resumed: Resumed | None, listeners: Listeners, log: Log, kept: int = 0
) -> Server:
    """Make the room and its server; raises OSError if a capture is wanted and its file cannot be made.

    `kept`: the id of a room that goes on; 0: that of `resumed`, or a new one.
    """
    now = time.monotonic()
    kept = kept or (resumed.room if resumed else 0)
    settings = replace(config.room, room_id=(kept or secrets.randbits(64)) if config.capture is None else 0)
    seed = secrets.randbits(32) if config.seed is None else config.seed
    if resumed:
        settings = replace(settings, name=resumed.server or settings.name)
        maps = maps | {resumed.board.name: resumed.board}
    about = RecordedRoom(settings.name, listeners.port, settings.room_id)
    recorder = MatchRecorder(about, config.record is not None or config.may_have_standbys)
    recorder.date = int(time.time())
    room = Room(settings, maps, seed, recorder)
    if resumed:
        room.resume(resumed)
        log.write(f"goes on with the match of {resumed.parent}, from second {resumed.parent_at // TICK_RATE} on", now)
    if config.capture is None:
        return Server(room, listeners, log, _new_token, now)
    tap = lazy("petard.server.recording.capture_tap")  # its records take a tenth of the start
    writer = tap.CaptureWriter(config.capture, tap.start_of(config.room, maps.values(), seed, recorder.date))
    log.write(f"captures all that goes over the wire into {config.capture}", now)
    tapped: Server = tap.TappedServer(room, listeners, log, _new_token, now, writer)
    return tapped


def _warn_of_exposure(config: Config, listeners: Listeners, log: Log) -> None:
    """Write a line if the server has all rights on this machine, and one if everybody who reaches it may join."""
    now = time.monotonic()
    if sys.platform != "win32" and os.geteuid() == 0:
        log.write("this server runs as root, and needs no such rights: start it as another user", now)
    if not config.password and any(ip_address(host).is_unspecified for _, host, _ in listeners.addresses):
        log.write("there is no password, and it listens on every address: all who can reach this machine may join", now)


def _report_ready(config: Config, port: int, log: Log) -> None:
    """Report the port, to people and to a parent process."""
    now = time.monotonic()
    wanted = descriptors_for(config.room.members)
    if (allowed := allow_descriptors(wanted)) < wanted:
        log.write(f"this system allows {allowed} open files, and {config.room.members} members may need {wanted}", now)
    if config.unkept:
        log.write(f"this user has no home folder, so nothing is kept there: no {', no '.join(config.unkept)}", now)
    if config.links:
        log.write(links_text(config.links), now)
    if config.port not in (0, port):
        log.write(f"port {config.port} is taken, so this is port {port}", now)
    if config.record:
        problem = folder_problem(config.record)
        are, why = ("cannot be", f": {problem}") if problem else ("are", "")
        log.write(f"matches {are} recorded into {config.record}{why}", now)
    where = config.host or "every address of this machine"
    log.write(f"ready on port {port} of {where}", now, fields={"port": port})
    ready = json.dumps({"ready": True, "port": port, "pid": os.getpid()}) + "\n"
    for descriptor in (STDOUT if config.ready else None, config.ready_fd):
        if descriptor is not None:
            with contextlib.suppress(OSError):  # the parent process is gone; --parent-stdin will notice
                os.write(descriptor, ready.encode("ascii"))


if __name__ == "__main__":
    sys.exit(main())
