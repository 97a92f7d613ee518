"""A virtual network whose server is captured: what a Lan does, and `finish` gives the file."""

from collections.abc import Callable, Iterable, Mapping

from petard.server.policy.log import Log
from petard.server.recording.capture_tap import CaptureWriter, TappedServer, start_of
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.demo.capture import CaptureEncoder, CaptureRecord
from petard.shared.protocol.messages import Setup
from petard.shared.rules.maps import Board
from tests.ends import boards
from tests.lan.fake_listeners import FakeListeners, FakeSelector
from tests.lan.lan import SETUP, Lan
from tests.lan.quality import Quality


class MemoryWriter(CaptureWriter):
    """Keeps the file in memory."""

    def __init__(self, encoder: CaptureEncoder) -> None:  # no super(): that would start a thread
        self.problem = ""
        self.encoder = encoder
        self.file = b""

    def enqueue(self, records: Iterable[CaptureRecord], is_pause: bool = False) -> None:
        """Take records."""
        self.encoder.add(records)

    def close(self) -> None:
        """Nothing follows."""
        self.encoder.close_block()
        self.file = self.encoder.data_to_write()


class CapturedLan(Lan):
    """A server that runs and is captured, and clients that have set out for it."""

    def __init__(
        self,
        *lines: str | Quality,
        seed: int = 1,
        setup: Setup = SETUP,
        snapshots: int = 60,
        new_writer: Callable[[CaptureEncoder], MemoryWriter] = MemoryWriter,
    ) -> None:
        super().__init__(seed=seed, setup=setup, snapshots=snapshots)
        settings = RoomSettings(setup, "Test", snapshots)
        maps = {name: board for name, board in boards().items() if name in ("arena", "classic", setup.map)}
        self.writer = new_writer(CaptureEncoder(start_of(settings, maps.values(), seed)))
        self.listeners = self.street.listeners = FakeListeners()
        log = Log(self.host.lines.append)
        room = self.new_room(settings, maps, seed)
        self.tapped = TappedServer(
            room, self.listeners, log, self.host.new_token, self.now, self.writer, FakeSelector()
        )
        self.host.net = self.tapped
        for line in lines:
            self.join(line)

    def new_room(self, settings: RoomSettings, maps: Mapping[str, Board], seed: int) -> Room:
        """The room that is captured."""
        return Room(settings, maps, seed)

    def finish(self) -> bytes:
        """Stop the server, and give its capture."""
        self.host.stop("The test is over.")
        self.until(lambda: self.host.net is None)
        self.tapped.finish()
        return self.writer.file
