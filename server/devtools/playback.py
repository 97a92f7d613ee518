"""Plays a demo from its first tick to its last, and checks that everything is as recorded.

Rule 1: the first difference raises ReplayMismatch, one sentence; a file that cannot be played raises DemoError.
Rule 2: a truncated file does not pass: its end would be compared with nothing.
Rule 3: every so many ticks, the world may be copied, or encoded and decoded: neither may change anything.
"""

from dataclasses import dataclass, field

from petard.server.devtools.capture_difference import ReplayMismatch
from petard.shared.demo.packing import state_record, world_at
from petard.shared.demo.reader import Demo
from petard.shared.demo.records import Ended, WorldState, decode_record, encode_record
from petard.shared.demo.rerun import Rerun
from petard.shared.demo.verify import verify
from petard.shared.rules.digest import digest
from petard.shared.rules.events import Event, EventType
from petard.shared.rules.world import World, copy_world


@dataclass(slots=True)
class PlayResult:
    """A demo that was played. `events`: all events, each with the moment of its tick."""

    demo: Demo
    world: World  # at the end
    events: list[tuple[int, Event]] = field(default_factory=list)

    def moments(self, what: EventType, **wanted: int) -> list[int]:
        """Return the moments of some events, such as `moments(EventType.DIED, slot=2)`."""
        return [
            moment
            for moment, event in self.events
            if event.what is what and all(getattr(event, name) == value for name, value in wanted.items())
        ]


def play_demo(demo: Demo, copy_every: int = 0, through_state: int = 0) -> PlayResult:
    """Run a demo again and compare the digest of every tick.

    `copy_every`, `through_state`: in ticks, how often the world is copied, or encoded and decoded; 0: never.
    """
    if demo.damage or not any(isinstance(note, Ended) for note in demo.notes):
        raise ReplayMismatch(demo.damage or "The demo stops before its match did.")
    run = Rerun(demo)
    result = PlayResult(demo, run.world)
    before, digest_before = run.world, 0
    while run.moment < demo.length:
        result.events += [(run.moment, event) for event in run.step()]
        moment = f"moment {run.moment}"
        if digest(run.world) != demo.digests[run.moment - 1]:
            mismatch = verify(demo).mismatch
            raise ReplayMismatch(mismatch.sentence() if mismatch else f"{moment}: only a copied world differs")
        if copy_every and run.moment % copy_every == 0:
            if digest_before and digest(before) != digest_before:
                raise ReplayMismatch(f"{moment}: a world has changed of which only the copy was stepped")
            before, digest_before = run.world, digest(run.world)
            run.world = copy_world(run.world)
        if through_state and run.moment % through_state == 0:
            state = decode_record(encode_record(state_record(run.moment, run.world, run.inputs)))
            assert isinstance(state, WorldState)
            run.world = world_at(run.began, state)
    result.world = run.world
    return result
