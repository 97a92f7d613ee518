"""What admins, votes, a reload and a gentle stop do to a server is in its capture, so such an evening plays again."""

import re
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from petard.server.devtools.capture_difference import ReplayMismatch
from petard.server.devtools.capture_player import CapturePlayer
from petard.shared.demo.capture import Action, Capture, read_capture
from petard.shared.demo.server_actions import (
    Announce,
    ApplySettings,
    BeginDrain,
    ChooseSetup,
    EndMatch,
    Kick,
    Tell,
)
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Chat,
    Hello,
    Loaded,
    Lobby,
    Message,
    Phase,
    Ready,
    RefusalCode,
    Refused,
    Roster,
    Round,
    Say,
    Welcome,
)
from tests.server.loopback import RawClient
from tests.server.server_process import PATIENCE, ServerProcess, read_until_over

SETTINGS = 'rules = "duel"\nbots = 0\nname = "{name}"\nidle-to-bot = "{idle}"\n'


class Evening:
    """A captured server process and its guests, which all read whenever one waits."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.guests: list[RawClient] = []

    def join(self, name: str) -> RawClient:
        guest = RawClient(self.server.port)
        self.guests.append(guest)
        guest.send(Hello(PROTOCOL, BUILD, name, 1, ""))
        self.until(lambda: bool(guest.all_of(Welcome) or guest.all_of(Refused)))
        return guest

    def until(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, [guest.received[-3:] for guest in self.guests]
            for guest in self.guests:
                before = len(guest.received)
                guest.read()
                for message in guest.received[before:]:
                    if isinstance(message, Round):
                        guest.send(Loaded(message.number))

    def until_line(self, guest: RawClient, pattern: str) -> None:
        self.until(lambda: any(re.search(pattern, line.text) for line in guest.all_of(Chat) if isinstance(line, Chat)))

    def say(self, guest: RawClient, text: str, answer: str) -> None:
        """Send a line of chat, and wait for an answer or an announcement."""
        guest.send(Say(text))
        self.until_line(guest, answer)

    def order(self, line: str) -> None:
        """Give a command on the terminal of the server."""
        assert self.server.process.stdin
        self.server.process.stdin.write(f"{line}\n")
        self.server.process.stdin.flush()

    def until_phase(self, guest: RawClient, phase: Phase) -> None:
        def is_there() -> bool:
            lobbies: list[Message] = guest.all_of(Lobby)
            return bool(lobbies) and isinstance(lobbies[-1], Lobby) and lobbies[-1].phase is phase

        self.until(is_there)


def play_the_evening(evening: Evening, config: Path) -> None:
    ada, bo = evening.join("Ada"), evening.join("Bo")
    evening.until(lambda: len(bo.all_of(Roster)) > 0)
    evening.say(ada, "/help", "[Kk]ick")
    evening.say(bo, "/players", "0 Ada")
    for guest in (ada, bo):
        guest.send(Ready(True))
    evening.until_phase(ada, Phase.PLAYING)
    evening.say(ada, "/restart", "has ended the match")
    evening.until_phase(ada, Phase.LOBBY)
    evening.say(bo, "/vote map small", "Bo asks: small as the next map")
    evening.say(ada, "/yes", "Small as the next map: carried")
    evening.order("say Dinner is ready.")
    evening.until_line(bo, "Dinner is ready")
    config.write_text(SETTINGS.format(name="Later", idle=7), encoding="utf-8")
    evening.server.process.send_signal(signal.SIGHUP)
    evening.order("set mode teams")
    evening.until(lambda: any(isinstance(one, Lobby) and one.mode.name == "teams" for one in bo.all_of(Lobby)))
    evening.order("kick Bo it is late")
    evening.until(lambda: bo.is_over)
    again = evening.join("Bo")
    assert [one.code for one in again.all_of(Refused) if isinstance(one, Refused)] == [RefusalCode.BANNED]
    cy = evening.join("Cy")
    for guest in (ada, cy):
        guest.send(Ready(True))
    evening.until_phase(ada, Phase.PLAYING)
    evening.server.process.terminate()
    evening.until_line(ada, "stops after this round")
    late = evening.join("Late")
    assert [one.code for one in late.all_of(Refused) if isinstance(one, Refused)] == [RefusalCode.CLOSING]
    evening.server.process.terminate()
    read_until_over(ada, cy)


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> Capture:
    folder = tmp_path_factory.mktemp("evening")
    config, file = folder / "petard.toml", folder / "evening.wire"
    config.write_text(SETTINGS.format(name="Early", idle=60), encoding="utf-8")
    began = int(time.time())
    options = ("--config", str(config), "--stdin", "on", "--drain", "60", "--capture", str(file))
    with ServerProcess(*options) as server:
        evening = Evening(server)
        play_the_evening(evening, config)
        for guest in evening.guests:
            guest.sock.close()
        assert server.end() == 0
    capture = read_capture(file.read_bytes())
    assert began <= capture.start.started <= time.time()
    return capture


def actions_of(capture: Capture) -> list[object]:
    return [step.cause.what for step in capture.steps if isinstance(step.cause, Action)]


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals between processes")


def test_an_evening_with_commands_votes_a_reload_and_a_drain_plays_again(captured: Capture) -> None:
    player = CapturePlayer(captured)
    player.play()
    kinds = {type(action) for action in actions_of(captured)}
    assert kinds == {Announce, Tell, ChooseSetup, EndMatch, Kick, BeginDrain, ApplySettings}
    names = [action.name for action in actions_of(captured) if isinstance(action, ApplySettings)]
    assert names == ["Early", "Later"]
    assert player.room.matches.settings.idle_to_bot == 7


@pytest.mark.parametrize("kind", [Announce, Tell, ChooseSetup, EndMatch, Kick, BeginDrain])
def test_without_one_kind_of_action_the_evening_differs(captured: Capture, kind: type) -> None:
    steps = tuple(
        step for step in captured.steps if not (isinstance(step.cause, Action) and isinstance(step.cause.what, kind))
    )
    with pytest.raises(ReplayMismatch):
        CapturePlayer(replace(captured, steps=steps)).play()
