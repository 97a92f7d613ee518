"""A room whose matches are recorded, and what is left of it when its server is killed."""

from collections import defaultdict
from itertools import pairwise

from petard.server.room.match_recorder import DemoChunk, MatchRecorder, RecordedRoom
from petard.server.room.resume import Resumed, resume
from petard.server.room.room import Room
from petard.server.room.settings import RoomSettings
from petard.shared.demo.blocks import blocks_in, payloads_in
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.protocol.messages import Phase, Setup
from petard.shared.rules.world import Keys, World
from tests.ends import Ends, boards

SETUP = Setup("small", "duel", 3, 1, 2)
NAME = "2026-11-21T15-50-12Z-small.petard"


class RecordedEnds(Ends):
    """As Ends, with a MatchRecorder. `files`: the demos by number; `proof`: the rejoin record of the last one."""

    def __init__(self, setup: Setup = SETUP, snapshots: int = 20, seed: int = 1) -> None:
        self.tape = MatchRecorder(RecordedRoom("Attic"), is_on=True)
        self.tape.date = 1_795_276_212
        super().__init__(setup, snapshots, seed, self.tape)
        self.files: dict[int, bytes] = defaultdict(bytes)
        self.pages: list[DemoChunk] = []
        self.proof = b""

    @property
    def phase(self) -> Phase:
        """Where the room stands."""
        return self.room.phase

    @property
    def world(self) -> World:
        """The world of the round that runs."""
        assert self.room.matches.match
        return self.room.matches.match.round.world

    def flush(self) -> None:
        """Save what there is, as if a second was full just now."""
        self.tape.flush()
        self.save()

    def tick(self, ticks: int = 1) -> None:
        """Let time pass, and take what there is for the files after each tick, as the loop does."""
        for _ in range(ticks):
            super().tick()
            self.save()

    def save(self) -> None:
        """Take what there is for the files."""
        for page in self.room.take_demo_chunks():
            self.pages.append(page)
            self.files[page.number] += page.data
            self.proof = page.rejoin_record or self.proof

    def demo(self, number: int = 1) -> Demo:
        """One of the demos, as far as it was written."""
        return read_demo(self.files[number])

    def two(self) -> None:
        """Let Ada and Grace play; Ada stands on her own bombs, so that rounds end."""
        self.join(1)
        self.join(2, "Grace")
        self.start()

    def lay_bombs(self) -> None:
        """Let Ada lay one bomb after the other under herself."""
        if 1 in self.keys:
            self.keys[1] = (Keys.BOMB * (round(self.now * 60) % 2),)

    def play_until(self, phase: Phase) -> None:
        """Let Ada lose until the room is in a phase."""
        for _ in range(9000):
            if self.room.phase is phase:
                return
            self.lay_bombs()
            self.tick()
        raise AssertionError(f"the room is still in {self.room.phase.name}")

    def killed(self) -> Resumed:
        """What can be gone on with when the server is killed now."""
        return resume(self.files[max(self.files)], self.proof, NAME)

    def go_on(self, resumed: Resumed, later: int = 0) -> "RecordedEnds":
        """Another room that goes on with it, so many seconds later; nobody has come yet."""
        after = RecordedEnds(resumed.setup)
        after.tape.date = self.tape.date + later
        after.room = Room(RoomSettings(SETUP, resumed.server, 20), boards(), 2, after.tape)
        after.room.resume(resumed)
        after.tokens = dict(self.tokens)
        return after


def inflated(data: bytes) -> bytes:
    """Everything that stands in a demo, as it is before it is made small."""
    groups: list[list[bytes]] = []
    blocks, _ = blocks_in(data)
    for kind in {block.kind for block in blocks}:
        mine = [block for block in blocks if block.kind is kind]
        starts = [number for number, block in enumerate(mine) if block.starts] + [len(mine)]
        groups += [
            [payload for _, parts in payloads_in(mine[a:b], int) for payload in parts] for a, b in pairwise(starts)
        ]
    return b"".join(b"".join(group) for group in groups)
