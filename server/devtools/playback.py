"""Plays a demo or a capture from its first tick to its last, and demands that all is as it was.

Rule 1: what differs first is Differs, one sentence; NoDemo for what cannot be played at all.
Rule 2: what was cut off is no pass: its end would be compared with nothing.
Rule 3: a demo may be played with its world copied, or taken apart into a record and put together again, every so many
        ticks: neither may change anything.
"""

from dataclasses import dataclass, field

from petard.server.devtools.capture_player import CaptureMismatch, CapturePlayer
from petard.server.devtools.rechunk import rechunk
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Ended, State, decode_record, encode_record
from petard.shared.demo.rerun import Rerun, world_at
from petard.shared.demo.verify import verify
from petard.shared.demo.wire import Capture
from petard.shared.demo.world_state import state_of
from petard.shared.protocol.messages import Delta
from petard.shared.rules.digest import digest
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.world import World, copy_world


@dataclass(slots=True)
class PlayResult:
    """A demo that was played. `events`: all that happened, each with the moment of its tick."""

    demo: Demo
    world: World  # at the end
    events: list[tuple[int, Event]] = field(default_factory=list)

    def moments(self, what: EventType, **wanted: int) -> list[int]:
        """The moments at which something happened, such as `moments(What.DIED, slot=2)`."""
        return [
            moment
            for moment, event in self.events
            if event.what is what and all(getattr(event, name) == value for name, value in wanted.items())
        ]


def play_demo(demo: Demo, copy_every: int = 0, through_state: int = 0) -> PlayResult:
    """Run a demo again, and compare the digest of every tick. Both numbers are ticks; 0: never."""
    if demo.damage or not any(isinstance(note, Ended) for note in demo.notes):
        raise CaptureMismatch(demo.damage or "The demo stops before its match did.")
    run = Rerun(demo)
    played = PlayResult(demo, run.world)
    before, sum_before = run.world, 0
    while run.moment < demo.length:
        played.events += [(run.moment, event) for event in run.step()]
        if digest(run.world) != demo.digests[run.moment - 1]:
            parting = verify(demo).parting
            raise CaptureMismatch(
                parting.sentence() if parting else f"moment {run.moment}: only a copied world differs"
            )
        if copy_every and run.moment % copy_every == 0:
            if sum_before and digest(before) != sum_before:
                raise CaptureMismatch(f"moment {run.moment}: a world has changed of which only the copy was stepped")
            before, sum_before = run.world, digest(run.world)
            run.world = copy_world(run.world)
        if through_state and run.moment % through_state == 0:
            run.world = _through_state(run)
    played.world = run.world
    return played


def _through_state(run: Rerun) -> World:
    """The same world, put together from its record."""
    state = decode_record(encode_record(state_of(run.moment, run.world, run.inputs)))
    assert isinstance(state, State)
    return world_at(run.began, state)


def watch_demo(demo: Demo) -> int:
    """Look at all that the clients were told, by whatever rules; returns the ticks that were seen."""
    ticks, before = 0, 0
    for moment, message, _ in demo.seen():
        ticks += moment - before if isinstance(message, Delta) else 0
        before = moment
    return ticks


def play_wire(capture: Capture, cut: str | int = "was") -> CapturePlayer:
    """Play a capture against a real server, its stream cut as `rechunk` says; the stage, as it is at the end."""
    stage = CapturePlayer(rechunk(capture, cut))
    stage.play()
    return stage
