"""Which match a server goes on with when it starts: one that a person names, the unfinished one of its folder, or none.

Rule: a room runs once. Before a server goes on with it, the standbys that its recording names are asked.
"""

import time
from pathlib import Path

from petard.server.config.config import Config
from petard.server.config.values import AUTO
from petard.server.net.room_probe import PROBE_MOST, ask_all
from petard.server.policy.log import Log
from petard.server.policy.promotion import yields_to
from petard.server.recording.unfinished import ClaimedDemo, UnfinishedSearch, claim
from petard.server.room.resume import CannotResume, GameHere, Resumed, take_over
from petard.shared.demo.records import RECORDING_MOST
from petard.shared.files import FileProblem, read_file
from petard.shared.rules.maps import Board


class RunsElsewhere(Exception):
    """A standby goes on with the room already; the text says where."""


def match_to_resume(
    config: Config, port: int, maps: dict[str, Board], log: Log
) -> tuple[ClaimedDemo | None, Resumed | None]:
    """Return the match to go on with, if any, and its recording if that is claimed; raises CannotResume."""
    if config.take_over:
        return None, _taken_over(config, config.take_over)
    if isinstance(config.resume, Path):
        claimed, resumed = claim(config.resume)
        _require_rest(resumed)
        if not config.record:
            claimed.retire()
        return claimed, resumed
    if config.resume != AUTO or not config.record or config.capture:
        return None, None
    search = UnfinishedSearch(config.record, GameHere(port if config.port else 0, maps), time.time())
    found = search.claim_newest()
    if search.why:
        log.write(f"begins in the lobby, and does not go on with {search.why}", time.monotonic())
    if found:
        _require_rest(found[1])
    return found or (None, None)


def _require_rest(resumed: Resumed) -> None:
    """Raise RunsElsewhere if one of the standbys that the recording names runs the room: never two go on with it."""
    if where := yields_to(resumed.room, ask_all(resumed.standbys, PROBE_MOST)):
        raise RunsElsewhere(f"the room of {resumed.parent} goes on at {where}, so this server does not start")


def _taken_over(config: Config, file: Path) -> Resumed:
    """Raises CannotResume."""
    try:
        data, name = read_file(file, RECORDING_MOST), file.name
    except FileProblem as problem:
        raise CannotResume(f"{problem}.") from problem
    return take_over(data, name, config.at, config.slot, config.others == "recorded", config.room.setup.skill)
