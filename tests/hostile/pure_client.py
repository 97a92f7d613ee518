"""The client without sockets and pixels, driven by a HostileServer: what a picture needs is computed in each step."""

from random import Random
from time import process_time

from petard.game.client.autopilot import Autopilot
from petard.game.client.lobby_entry import LobbyEntry, LookChoice
from petard.game.client.session import Session
from petard.game.view.cues import Cues
from petard.game.view.notices import Notices
from petard.game.view.sprites import floor_sprites, upper_sprites
from petard.shared.protocol.link import Link, LinkState, Role
from petard.shared.protocol.messages import BUILD, PROTOCOL, Welcome
from tests.hostile.hostile_server import HostileServer

WELCOME = Welcome(PROTOCOL, BUILD, 7, "a" * 32, 60, "Room")


class PureClient:
    """One client and the server at its other end."""

    def __init__(self, seed: int) -> None:
        self.server = HostileServer(seed)
        self.random = Random(seed)  # of the clock
        self.session = Session("Ada", self.random.choice((1, 1, 2, 4)))
        self.autopilot = Autopilot(seed)
        self.entry = LobbyEntry([LookChoice(1, 1)], is_eager=True)
        self.now = 1000.0
        self.other_end = Link(Role.SERVER)
        self.shown = 0  # pictures with a round in them
        self.spent: list[float] = []  # seconds of processor time, of each picture

    def run(self, pictures: int) -> None:
        """Play until it is over, or for so many pictures."""
        self._connect(self.server.welcome())
        for _ in range(pictures):
            if self.session.problem:
                return
            self.now += self.random.choice((1 / 60,) * 30 + (0.0, 0.5, 60.0))
            data = self.server.picture()
            if data is None:
                self.session.renew_link()
                self._connect(self.server.welcome(returned=True))
            else:
                self.step(data)

    def _connect(self, data: bytes) -> None:
        self.other_end = Link(Role.SERVER)
        self.session.link.heartbeat.open(self.now)
        self.step(b"")
        self.step(data)

    def step(self, data: bytes) -> None:
        """One picture: receive, press keys, send, and compute all that is drawn and heard."""
        session, now = self.session, self.now
        begun = process_time()
        session.receive_data(data, now)
        self.entry.update(session, now)
        for _ in range(2):
            session.send_keys(self.autopilot.keys(session))
        self._send(session.link.data_to_send())
        view = session.view(now)
        if view:
            self.shown += 1
            cues = Cues(session.room.my_slots)
            heard = [
                *cues.cues_of(session.new_events(), view),
                *cues.rejected_bombs(session.rejected_bombs(), view),
                *cues.picture_cues(view),
            ]
            notices = Notices()
            notices.add_cues(heard, session.room.my_slots, {}, now)
            list(floor_sprites(view, danger=True))
            list(upper_sprites(view, session.room.my_slots))
        self.spent.append(process_time() - begun)
        assert 0.98 < session.clock_rate < 1.02

    def _send(self, data: bytes) -> None:
        """A real server understands everything that the client sends."""
        if self.session.link.is_admitted and self.other_end.state is LinkState.HANDSHAKE:
            self.other_end.send(WELCOME)  # what the hostile server has sent in its own way
        self.other_end.receive_data(data)
        assert self.other_end.protocol_error is None, self.other_end.protocol_error
