"""Cases of the full level: a round, clients that do not read, and hostile bytes."""

import time
from contextlib import suppress

from petard.game.devtools.conform.case import Case, CheckedServer
from petard.game.devtools.conform.probe import ANSWER, CaseFailed, Probe, framed
from petard.shared.framing import frame
from petard.shared.protocol.messages import (
    Bye,
    Chat,
    Delta,
    Digest,
    Input,
    Keyframe,
    Lobby,
    Message,
    Phase,
    Ping,
    Pong,
    Ready,
    Round,
    Say,
)
from petard.shared.protocol.state import apply_delta, digest_of, state_from_keyframe

PLAY, WORLD, PACE, END = "Joining and coming back", "The world", "How states are paced", "What ends a connection"
FIRST_DELTA = 8.0  # seconds; clients that do not load in time cost three of them
KEY_EVERY = 0.2  # seconds between two Inputs without a change; at most 0.25


class Follower:
    """A client in a round: applies what comes to its state, and sends signs of life."""

    def __init__(self, probe: Probe, announced: Round) -> None:
        self.probe, self.round = probe, announced
        self.states, self.deltas, self.digests = 0, 0, 0
        self.state = state_from_keyframe(self._keyframe(), announced.width, announced.height)
        self._next_input = 0.0
        self._begin = time.monotonic()

    def _keyframe(self) -> Keyframe:
        keyframe = self.probe.expect(Keyframe)
        self.states += 1
        return keyframe

    def read(self, seconds: float) -> Message | None:
        """Read one message, and check it against the state. CaseFailed: it does not fit."""
        now = time.monotonic()
        if now >= self._next_input:
            self._next_input = now + KEY_EVERY
            self.probe.say(Input(1 + int((now - self._begin) * 60), (0,), self.states))
        message = self.probe.next_message(seconds)
        try:
            if isinstance(message, Delta):
                self.state = apply_delta(self.state, message)
                self.states, self.deltas = self.states + 1, self.deltas + 1
            elif isinstance(message, Keyframe):
                self.state = state_from_keyframe(message, self.round.width, self.round.height)
                self.states += 1
            elif isinstance(message, Digest):
                self._check(message)
        except ValueError as problem:
            raise CaseFailed(f"A {type(message).__name__} does not fit the state: {problem}.") from None
        return message

    def _check(self, digest: Digest) -> None:
        if digest != digest_of(self.state):
            raise CaseFailed(f"The Digest of tick {digest.tick} is not that of the state of tick {self.state.tick}.")
        self.digests += 1

    def read_for(self, seconds: float) -> None:
        """Read for some seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self.probe.is_over:
            self.read(min(left, 0.1))

    def read_until_delta(self) -> None:
        """Read until the round runs."""
        end, deltas = time.monotonic() + FIRST_DELTA, self.deltas
        while self.deltas == deltas:
            if self.probe.is_over or time.monotonic() > end:
                raise CaseFailed("No Delta came after Round and Loaded.")
            self.read(0.1)


def _follow(server: CheckedServer) -> tuple[Follower, Probe]:
    """Start a round and follow it as the first of two clients."""
    ada, bo, announced = server.start_round()
    return Follower(ada, announced), bo


def plays(server: CheckedServer) -> None:
    follower, _ = _follow(server)
    follower.read_until_delta()


def slots_of_the_round(server: CheckedServer) -> None:
    follower, _ = _follow(server)
    players = sorted(follower.state.snapshot.players)
    if tuple(players) != tuple(follower.round.slots):
        raise CaseFailed(f"The players are {players}, the slots of the Round {follower.round.slots}.")


def deltas_fit(server: CheckedServer) -> None:
    follower, _ = _follow(server)
    follower.read_until_delta()
    follower.read_for(2.5)
    if not follower.digests:
        raise CaseFailed("No Digest came in more than two seconds of a round.")


def rate(server: CheckedServer) -> None:
    ada, _, announced = server.start_round()
    snapshots = ada.welcome.snapshots
    follower = Follower(ada, announced)
    follower.read_until_delta()
    tick, begin = follower.state.tick, time.monotonic()
    deltas = follower.deltas
    follower.read_for(2)
    seconds = time.monotonic() - begin
    ticks = (follower.state.tick - tick) / seconds
    if abs(ticks - 60) > 6:
        raise CaseFailed(f"{ticks:.1f} ticks a second went by, not 60.")
    if abs((follower.deltas - deltas) / seconds - snapshots) > snapshots / 10:
        raise CaseFailed(f"{(follower.deltas - deltas) / seconds:.1f} Deltas a second came; Welcome said {snapshots}.")


def starts_without_loaded(server: CheckedServer) -> None:
    ada, bo = server.join("Ada"), server.join("Bo")
    for probe in (ada, bo):
        probe.say(Ready(True))
    follower = Follower(ada, ada.expect(Round, 5))
    follower.read_until_delta()


def joins_a_round(server: CheckedServer) -> None:
    follower, _ = _follow(server)
    follower.read_until_delta()
    late = server.join("Cy")
    if late.expect(Lobby).phase == Phase.LOBBY:
        raise CaseFailed("The Lobby of a client that joins a match has the phase LOBBY.")
    late_follower = Follower(late, late.expect(Round))
    late_follower.read_until_delta()


def leaves_a_round(server: CheckedServer) -> None:
    follower, bo = _follow(server)
    follower.read_until_delta()
    bo.say(Bye(""))
    bo.expect_end()
    follower.read_for(1)
    if follower.probe.is_over:
        raise CaseFailed("The connection of the other player ended, too.")


def stuck(server: CheckedServer) -> None:
    follower, bo = _follow(server)  # from here on Bo reads nothing
    follower.read_until_delta()
    longest, last, end = 0.0, time.monotonic(), time.monotonic() + 3
    while time.monotonic() < end:
        if isinstance(follower.read(0.5), Delta):
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
    if max(longest, time.monotonic() - last) > 0.5:
        raise CaseFailed(f"While another client read nothing, no Delta came for {longest:.2f} s.")
    bo.expect_pong()  # and Bo, who reads again, is still served


def no_states_without_answers(server: CheckedServer) -> None:
    ada, _, announced = server.start_round()
    follower = Follower(ada, announced)
    follower.read_until_delta()
    end, last = time.monotonic() + 4, time.monotonic()
    while time.monotonic() < end:  # reads, and says nothing about states
        if isinstance(ada.next_message(0.2), Delta):
            last = time.monotonic()
    if end - last < 0.5:
        raise CaseFailed("States still come to a client that has not counted any for 4 s.")


def flood(server: CheckedServer) -> None:
    probe, other = server.join("Flood"), server.join("Other")
    end = time.monotonic() + 15
    while not probe.is_over and time.monotonic() < end:
        with suppress(OSError):
            probe.sock.settimeout(0.1)
            probe.sock.sendall(framed(*[Say("again")] * 100))
        probe.next_payload(0.01)
    if not probe.is_over:
        raise CaseFailed("The connection is still open after 15 s of a flood.")
    other.expect_pong()


def mute(server: CheckedServer) -> None:
    ada, bo = server.join("Ada"), server.join("Bo")
    ada.say(*[Say(f"line {number}") for number in range(15)])
    ada.expect_pong()
    bo.say(Ping(9))
    heard = 0
    while not isinstance(message := bo.next_message(ANSWER), Pong):
        if message is None:
            raise CaseFailed("The other client gets no Pong any more.")
        heard += isinstance(message, Chat) and message.text.startswith("line ")
    if heard > 8:
        raise CaseFailed(f"{heard} of 15 lines in one second were passed on; after 8 a member is mute.")


def _not_this_protocol(server: CheckedServer, data: bytes) -> None:
    """Send bytes of something else: this connection ends, and the next client is let in."""
    probe = server.connect()
    probe.send(data)
    probe.expect_end(seconds=8)
    server.join()


def http(server: CheckedServer) -> None:
    _not_this_protocol(server, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")


def pickled(server: CheckedServer) -> None:
    _not_this_protocol(server, frame(b"\x80\x04K\x01."))


def zeros(server: CheckedServer) -> None:
    _not_this_protocol(server, bytes(1_000_000))


def resets(server: CheckedServer) -> None:
    for _ in range(50):
        server.connect().reset()
    server.join()


def reset_in_a_frame(server: CheckedServer) -> None:
    probe = server.join()
    probe.send(b"\0\0\0\x10\x92", "half a frame")
    probe.reset()
    server.join("Next")


def crowd(server: CheckedServer) -> None:
    probes = [server.join() for _ in range(4)]
    for probe in probes:
        probe.expect_pong()


CASES = (
    Case("round", "plays", PLAY, "Ready leads to Round and Keyframe, Loaded to Deltas.", plays),
    Case("round", "slots_of_the_round", END, "The players are exactly the slots of the Round.", slots_of_the_round),
    Case("round", "deltas_fit", WORLD, "Each Delta fits the state before it, as the Digest says.", deltas_fit),
    Case("round", "rate", "One connection", "60 ticks a second, and states as often as Welcome says.", rate),
    Case("round", "starts_without_loaded", PLAY, "After 3 s a round starts without Loaded.", starts_without_loaded),
    Case("round", "joins_a_round", PLAY, "A client that joins while a match runs watches it.", joins_a_round),
    Case("round", "leaves_a_round", PLAY, "A client that leaves ends no other connection.", leaves_a_round),
    Case("back-pressure", "stuck", PACE, "A client that does not read does not hold up others.", stuck),
    Case(
        "back-pressure",
        "no_states_without_answers",
        PACE,
        "A client that never counts states soon gets none.",
        no_states_without_answers,
    ),
    Case("back-pressure", "flood", END, "A client that sends far too much is disconnected.", flood),
    Case("back-pressure", "mute", PLAY, "More than 8 lines in 10 seconds mute a member.", mute),
    Case("hostile", "http", "Frames", "HTTP is no frame, and hurts nobody.", http),
    Case("hostile", "pickled", "Payloads", "A pickle is no payload.", pickled),
    Case("hostile", "zeros", "Frames", "A million zeros are no frames.", zeros),
    Case("hostile", "resets", END, "50 connections that are reset at once hurt nobody.", resets),
    Case("hostile", "reset_in_a_frame", END, "A reset in a frame hurts nobody.", reset_in_a_frame),
    Case("hostile", "crowd", END, "4 clients of one address are let in at once.", crowd),
)
