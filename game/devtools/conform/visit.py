"""A server with a script, for checking a client: it starts the client's program, and plays a small room to it.

Rule 1: the world is a real one that takes real steps, so that a client that predicts finds nothing wrong in it.
Rule 2: a visit ends with its program; what the program printed is kept for a failure.
"""

import os
import socket
import subprocess
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from threading import Thread
from typing import Self

from petard.game.devtools.child_server import command_words, end_program, start_program
from petard.game.devtools.conform.probe import CaseFailed, Probe, WireLog
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Hello,
    Input,
    Keyframe,
    Loaded,
    Lobby,
    Message,
    Phase,
    Roster,
    Round,
    Seat,
    Welcome,
)
from petard.shared.protocol.snapshot import snapshot_of
from petard.shared.protocol.state import State, delta_of, digest_of, keyframe_of, moves_between
from petard.shared.rules.maps import parse_map
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import PRESETS, TICK_RATE
from petard.shared.rules.step import step

START = 30.0  # seconds in which a program has connected; a large one loads for a while on a busy computer
MEMBER = 7
MAP = "conform"
BOARD = "\n".join(("#########", "#1.....2#", "#.#.#.#.#", "#3.....4#", "#########", ""))
RULES = replace(PRESETS["last-one-standing"], countdown=1)


class Visit:
    """One start of a client's program, and its connection. Use it in a `with`."""

    def __init__(self, command: str) -> None:
        """`command`: as for a shell, with {host} and {port} in it."""
        self.command, self.log = command, WireLog()
        self._open = ExitStack()
        self._printed, self._is_stopped = b"", False
        self._program: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def stop(self) -> None:
        """Let a case that runs in another thread end: its program is ended."""
        self._is_stopped = True
        if self._program is not None:
            end_program(self._program)

    def accept(self) -> Probe:
        """Start the program, and wait for its connection. CannotRun: it cannot be started."""
        listener = self._open.enter_context(socket.create_server(("127.0.0.1", 0)))
        listener.settimeout(0.2)
        program = self._start(str(listener.getsockname()[1]))
        end = time.monotonic() + START
        while time.monotonic() < end and not self._is_stopped:
            with suppress(TimeoutError):
                return Probe(self._open.enter_context(listener.accept()[0]), "client", self.log)
            if program.poll() is not None:
                raise CaseFailed(f"The program ended with status {program.returncode}, and never connected.")
        raise CaseFailed(f"The program did not connect for {START:g} s.")

    def _start(self, port: str) -> subprocess.Popen[bytes]:
        words = command_words(self.command, host="127.0.0.1", port=port)
        self._program = program = start_program(words, subprocess.PIPE)
        reader = Thread(target=self._keep, args=(program,), daemon=True)
        reader.start()
        self._open.callback(reader.join, 3)
        self._open.callback(end_program, program, 1)
        return program

    def _keep(self, program: subprocess.Popen[bytes]) -> None:
        """Keep the end of what a program prints; a pipe that nobody reads would stop it."""
        assert program.stdout is not None
        with program.stdout as printed:
            while part := os.read(printed.fileno(), 1 << 12):  # by parts: a line may have no end
                self._printed = (self._printed + part)[-2000:]

    def log_lines(self) -> list[str]:
        """Return the last lines that the program has printed, and the lines of the wire."""
        printed = self._printed.decode(errors="replace").splitlines()[-2:]
        return [*(f"the program printed: {line}" for line in printed), *self.log.lines]


def greeting(phase: Phase = Phase.LOBBY) -> tuple[Message, ...]:
    """Return what follows a Hello: the client has slot 0, and a bot slot 1."""
    welcome = Welcome(PROTOCOL, BUILD, MEMBER, "a" * 32, 60, "Conform")
    lobby = Lobby(phase, MEMBER, MAP, RULES.name, 3, 1, 1, (MAP,), (RULES.name,))
    ours = Seat(0, MEMBER, "You", 0, 0, False, True, 0, 0)
    return welcome, lobby, Roster((ours, replace(ours, slot=1, member=0, name="Bot", colour=1)), ())


class Play:
    """A round with the client: call `begin`, then `run`. `inputs`: what came, with when."""

    def __init__(self, line: Probe) -> None:
        self.line = line
        self.inputs: list[tuple[float, Input]] = []
        self.states = 0  # Keyframes and Deltas that were sent
        self._world = new_world(RULES, parse_map(BOARD, MAP), (0, 1), 1)
        self._state = State(snapshot_of(self._world, {}))

    @property
    def announced(self) -> Round:
        return Round(1, MAP, RULES, 9, 5, (0, 1))

    def begin(self) -> None:
        """Announce the round, and wait until the client has loaded it."""
        self.line.say(self.announced, self.keyframe)
        self.states += 1
        if (number := self.line.expect(Loaded, 10).round) != 1:
            raise CaseFailed(f"Loaded names round {number}; the Round has number 1.")
        self.line.say(*greeting(Phase.PLAYING)[1:2])

    @property
    def keyframe(self) -> Keyframe:
        return keyframe_of(self._state)

    def _next_messages(self) -> list[Message]:
        """Make a step, and return the Delta, and the Digest if one is due."""
        step(self._world, {})
        snapshot = snapshot_of(self._world, {})
        new = State(snapshot, moves_between(self._state.snapshot, snapshot, RULES))
        messages: list[Message] = [delta_of(self._state, new)]
        if new.tick % TICK_RATE == 0:
            messages.append(digest_of(new))
        self._state, self.states = new, self.states + 1
        return messages

    def run(self, seconds: float) -> None:
        """Play for some seconds at 60 ticks a second, and note the Inputs."""
        begin, due = time.monotonic(), time.monotonic()
        while (now := time.monotonic()) < begin + seconds and not self.line.is_over:
            if now >= due:
                due += 1 / TICK_RATE
                self.line.say(*self._next_messages())
            message = self.line.next_message(max(0.001, due - time.monotonic()))
            if isinstance(message, Input):
                self.inputs.append((time.monotonic(), message))


def expect_hello(visit: Visit) -> tuple[Probe, Hello]:
    """Wait for the connection, and for its first message, which must be a Hello."""
    line = visit.accept()
    first = line.next_message(5)
    if not isinstance(first, Hello):
        raise CaseFailed(f"The first message is {type(first).__name__ if first else 'missing'}, not Hello.")
    return line, first
