"""Petard as people have it: the installed commands, real windows, real sockets, a whole match.

A third player without a window watches each match through a socket of its own and keeps every byte that it was sent.
"""

import json
import random
import socket
import subprocess
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pygame
import pytest

from petard.game.client.session import Session
from petard.shared.framing import LIMIT_SERVER, Decoder
from petard.shared.protocol.codec import decode
from petard.shared.protocol.link import Link, Role
from petard.shared.protocol.messages import BUILD, PROTOCOL, Events, Hello, Message, Ready, Results
from petard.shared.rules.events import EventType
from petard.shared.rules.world import Keys
from tests.screens import PETARD_SERVER, running, screen, wants_screen

PATIENCE = 90.0  # seconds for a match of one round in which two of three stand on their own bombs


@dataclass
class Witness:
    """A player that stands on its own bombs and keeps what its socket received."""

    sock: socket.socket
    session: Session = field(default_factory=lambda: Session("Witness"))
    received: bytearray = field(default_factory=bytearray)
    games: list[subprocess.Popen[str]] = field(default_factory=list)  # the windows; they must stay alive
    looks: int = 0

    def __post_init__(self) -> None:
        self.sock.settimeout(0.05)
        self.session.link.heartbeat.open(time.monotonic())

    def look(self) -> None:
        """Send what is due, and take what comes within a moment."""
        self.looks += 1
        self.session.send_keys((Keys.BOMB * (self.looks % 2),))
        self.sock.sendall(self.session.link.data_to_send())
        try:
            data = self.sock.recv(65536)
        except TimeoutError:
            data = b""
        self.received += data
        self.session.receive_data(data, time.monotonic())
        assert self.session.problem == ""
        for game in self.games:
            assert game.poll() is None, game.communicate()[1]

    def is_true(self, what: str) -> bool:
        """Answer a question about the room."""
        session = self.session
        match what:
            case "everybody is here":
                return sum(seat.member > 0 for seat in session.room.seats) == 3
            case "the others are ready":
                return all(seat.ready for seat in session.room.seats if seat.slot not in session.room.my_slots)
            case "the round runs":
                view = session.view(time.monotonic())
                return view is not None and view.go_in == 0
            case "the match is over":
                return session.room.results is not None and session.room.results.match_over
        raise ValueError(what)

    def look_until(self, what: str, patience: float, looks: int | None = None) -> None:
        """Go on until it is true, or for so many looks."""
        until = time.monotonic() + patience
        while not self.is_true(what) and looks != 0:
            assert time.monotonic() < until, f"waited {patience} s until {what}"
            self.look()
            looks = None if looks is None else looks - 1


def messages_in(data: bytes, cuts: list[int]) -> list[Message]:
    """What a client makes of the recorded bytes when they arrive in these pieces."""
    link = Link(Role.CLIENT)
    link.send(Hello(PROTOCOL, BUILD, "Witness", 1, ""))
    messages: list[Message] = []
    for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
        messages += link.receive_data(data[start:end])
    assert link.protocol_error is None
    return messages


@wants_screen
@pytest.mark.window
def test_two_windows_play_a_match_to_its_results(tmp_path: Path) -> None:
    """One joins by IPv4, the other and the witness by IPv6."""
    pictures = [tmp_path / "bot.png", tmp_path / "person.png"]
    with ExitStack() as stack:
        rules = ("--map", "small", "--rounds", "1", "--drain", "0")
        command = [str(PETARD_SERVER), "--port", "0", "--ready", "json", *rules]
        server = stack.enter_context(running(command))
        assert server.stdout
        port = json.loads(server.stdout.readline())["port"]
        stages = [stack.enter_context(screen(tmp_path / name)) for name in ("bot", "person")]
        games = []
        joins = ([f"127.0.0.1:{port}", "--bot"], [f"[::1]:{port}"])
        for stage, picture, join in zip(stages, pictures, joins, strict=True):
            words = [*join, "--windowed", "--seconds", "300", "--screenshot", str(picture)]
            games.append(stack.enter_context(stage.petard(*words)))
        person = stages[1]
        person.await_window()
        # Not before: a busy machine takes its time for the windows, and a server gives a pending client five seconds.
        witness = Witness(stack.enter_context(socket.create_connection(("::1", port))), games=games)
        witness.look_until("everybody is here", 30)
        for _ in range(10):  # a press while the window still shows that it connects counts for nothing
            if not witness.is_true("the others are ready"):
                person.press("Return")
                witness.look_until("the others are ready", 30, looks=60)
        assert witness.is_true("the others are ready")
        witness.session.link.send(Ready(True))
        witness.look_until("the round runs", 30)
        while not witness.is_true("the match is over"):
            person.press("space")
            witness.look_until("the match is over", PATIENCE, looks=30)
        for game in witness.games:
            game.terminate()
            assert game.wait(10) == 0, game.communicate()[1]
        server.terminate()
        assert server.wait(5) == 0
    for picture in pictures:
        assert len(set(pygame.image.load(picture).get_buffer().raw)) > 50, "the picture is almost empty"
    check_recording(bytes(witness.received))


def check_recording(data: bytes) -> None:
    """The recorded bytes of a match hold all of it, whatever pieces they come in."""
    decoder = Decoder(LIMIT_SERVER)
    whole = [decode(payload) for payload in decoder.receive_data(data)]
    told = [event.what for message in whole if isinstance(message, Events) for event in message.events]
    assert {EventType.GO, EventType.DROPPED, EventType.BLAST, EventType.DIED, EventType.OVER} <= set(told)
    assert [message.match_over for message in whole if isinstance(message, Results)][-1]
    assert messages_in(data, []) == whole
    assert messages_in(data, list(range(1, len(data)))) == whole
    dice = random.Random(7)
    assert messages_in(data, sorted(dice.sample(range(1, len(data)), 1000))) == whole


@pytest.mark.long  # by default in tests/game/flow/test_app.py, without a window
@wants_screen
@pytest.mark.window
def test_return_on_the_title_starts_a_match_and_its_server_ends_with_the_game(tmp_path: Path) -> None:
    picture = tmp_path / "play.png"
    with screen(tmp_path) as stage, stage.petard("--windowed", "--screenshot", str(picture)) as game:
        stage.await_window()
        stage.press("Return")  # once: the next screen has a button to cancel
        stage.press("Escape")  # skips the first round of a new player
        until, pause = time.monotonic() + PATIENCE, threading.Event()
        while not list(tmp_path.rglob("*.petard")):  # of the match
            assert time.monotonic() < until, "no match has begun"
            pause.wait(0.1)
        servers = psutil.Process(game.pid).children()  # the one of the skipped round may still be ending
        assert servers
        game.terminate()
        assert game.wait(40) == 0, game.communicate()[1]
        assert psutil.wait_procs(servers, 10)[1] == [], "a server outlives the game"
    assert picture.exists()
