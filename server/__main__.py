"""petard-server: a room that others join. Reads its maps and arguments, opens its port, and serves until it is stopped.

Rule 1: stdout is for the ready line and for answers to standard input, and for nothing else. With --parent-stdin these
answers are those of the private channel (server/runtime/control_channel.py); with --ready alone there are none.
The log goes to stderr.
Rule 2: Ctrl-C is never a traceback: while modules come in, the system ends us by itself.
"""

import contextlib
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else somebody else has a wish for it
    with contextlib.suppress(ValueError):  # not the main thread, where no Ctrl-C arrives anyway
        signal.signal(signal.SIGINT, signal.SIG_DFL)

from petard.server.cli.subcommands import MODULES, run_subcommand
from petard.server.config.command_line import fail
from petard.server.config.config import Config, read_again, read_config
from petard.server.config.maps import BadMapFiles, read_maps
from petard.server.config.schema import settings_of
from petard.server.net.listeners import CannotListen, Listeners, open_door
from petard.server.net.server import Server
from petard.server.policy.scram import ScramServer
from petard.server.policy.scram_keys import BadPassword, keys_of
from petard.server.recording.capture_tap import Tap, TappedServer, start_of
from petard.server.recording.capture_writer import CaptureWriter
from petard.server.recording.demo_store import DemoStore, read_match
from petard.server.room.match_recorder import MatchRecorder
from petard.server.room.resume import CannotResume, Resumed
from petard.server.room.room import Room
from petard.server.room.take_over import take_over
from petard.server.runtime.control_channel import ControlChannel, LineQueue
from petard.server.runtime.drain import Drain
from petard.server.runtime.log import Log
from petard.server.runtime.log_writer import LogWriter
from petard.server.runtime.loop import serve
from petard.server.runtime.reload import ReloadService
from petard.server.runtime.service import Service
from petard.server.runtime.services import open_services
from petard.server.runtime.sighup import ReloadSignal
from petard.server.runtime.stdio import open_standard
from petard.server.runtime.stop_signals import StopSignals
from petard.shared.rules.maps import Board
from petard.shared.rules.ruleset import TICK_RATE

if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
    signal.signal(signal.SIGINT, signal.default_int_handler)

TOKEN_BYTES = 16
STDOUT, STDERR = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a server; returns the exit status.

    0 after a stop, 1 if it could not start, 2 for wrong arguments or a recording that it cannot go on with.
    """
    open_standard()
    words = sys.argv[1:] if arguments is None else arguments
    if words and words[0] in MODULES:
        return run_subcommand(words[0], words[1:])
    paper = LogWriter(STDERR)
    try:
        return _run(words, paper, Log(paper.write))
    except KeyboardInterrupt:  # before anybody could have come in; later it is a wish to stop
        return 0
    finally:
        paper.close()


def _run(arguments: Sequence[str], paper: LogWriter, log: Log) -> int:
    try:
        maps = read_maps()
        config = read_config(arguments, maps)
        paper.is_json = config.log == "json"
        keys = keys_of(config.password) if config.password else None
        resumed = _resumed(config)
        door = open_door(config.host, config.port)
    except (BadMapFiles, CannotListen) as problem:
        log.say(str(problem), time.monotonic())
        return 1
    except (BadPassword, CannotResume) as problem:
        return fail(str(problem))
    wake = StopSignals()
    wake.catch_signals()
    hangup = ReloadSignal() if config.takes_file else None
    lines = LineQueue()
    if config.parent_stdin:
        wake.watch_stdin(lines.receive_data)
    seed = secrets.randbits(32) if config.seed is None else config.seed
    room = _room(config, maps, seed, resumed, log)
    try:
        net = _net(config, maps, seed, room, door, log)
    except OSError as problem:
        return fail(f"there can be no capture at {config.capture}: {problem.strerror}")
    net.lock = ScramServer(keys, _new_token)
    drain = Drain(net, wake, log, 0 if config.parent_stdin else config.drain)
    services: list[Service] = []
    rows = settings_of(maps)
    is_asked = hangup.take if hangup else bool  # which is False
    live = ReloadService(
        config, partial(read_again, config, arguments, rows), rows, is_asked, net, paper, log, services
    )
    answers = None if config.ready_json and not config.parent_stdin else LogWriter(STDOUT)
    services += open_services(net, drain, live, log, answers or paper, time.monotonic())
    steering = ControlChannel(net, lines, log, answers.put) if config.parent_stdin and answers else None
    _tell_ready(config, door, log)
    _serve(config, net, wake, log, services, answers, steering)
    return 0


def _serve(
    config: Config,
    net: Server,
    wake: StopSignals,
    log: Log,
    services: list[Service],
    answers: LogWriter | None,
    steering: ControlChannel | None,
) -> None:
    """Serve; the answers and the capture have their end whatever happens."""
    try:
        shelf = DemoStore(config.record, config.resume) if config.record else None
        serve(net, wake, log, shelf, services, steering)
    finally:
        if answers:
            answers.close()
        if isinstance(net, TappedServer):
            net.finish()


def _net(config: Config, maps: dict[str, Board], seed: int, room: Room, door: Listeners, log: Log) -> Server:
    """Put the room on the net; raises OSError if that is to be captured and there can be no such file."""
    now = time.monotonic()
    if config.capture is None:
        return Server(room, door, log, _new_token, now)
    writer = CaptureWriter(config.capture, start_of(config.room, maps.values(), seed))
    log.say(f"captures all that goes over the wire into {config.capture}", now)
    return TappedServer(room, door, log, _new_token, now, Tap(writer, now))


def _resumed(config: Config) -> Resumed | None:
    """The match to go on with, if that was asked for; raises CannotResume."""
    wanted = config.take_over
    if not wanted:
        return read_match(config.resume) if config.resume else None
    try:
        data = wanted.demo.read_bytes()
    except OSError as problem:
        raise CannotResume(f"{wanted.demo.name} cannot be read: {problem.strerror or problem}.") from problem
    return take_over(data, wanted.demo.name, wanted.at, wanted.slot, wanted.echoes, config.room.setup.skill)


def _room(config: Config, maps: dict[str, Board], seed: int, resumed: Resumed | None, log: Log) -> Room:
    """Make the room, or one that goes on with what another server played."""
    settings = config.room
    if resumed:
        settings = replace(settings, name=resumed.server or settings.name)
        maps = maps | {resumed.board.name: resumed.board}
    tape = MatchRecorder(settings.name, is_on=config.record is not None)
    tape.date = int(time.time())
    room = Room(settings, maps, seed, tape)
    if resumed:
        room.resume(resumed)
        second = resumed.parent_at // TICK_RATE
        log.say(f"goes on with the match of {resumed.parent}, from second {second} on", time.monotonic())
    return room


def _new_token() -> str:
    return secrets.token_hex(TOKEN_BYTES)


def _tell_ready(config: Config, door: Listeners, log: Log) -> None:
    """Say which port it is, for people and for a parent process."""
    now = time.monotonic()
    if config.port not in (0, door.port):
        log.say(f"port {config.port} is taken, so this is port {door.port}", now)
    if config.record:
        log.say(f"matches are recorded into {config.record}", now)
    where = config.host or "every address of this machine"
    log.say(f"ready on port {door.port} of {where}", now, fields={"port": door.port})
    ready = json.dumps({"ready": True, "port": door.port, "pid": os.getpid()}) + "\n"
    with contextlib.suppress(OSError):  # who asked for it is gone already; --parent-stdin will tell
        if config.ready_json:
            sys.stdout.write(ready)
            sys.stdout.flush()
        if config.ready_fd is not None:
            os.write(config.ready_fd, ready.encode("ascii"))


if __name__ == "__main__":
    sys.exit(main())
