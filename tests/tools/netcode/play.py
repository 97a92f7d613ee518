"""Matches at several pings: how often a client predicts its own bodies wrongly, and where it draws the others.

The truth is the server's world at the tick that the picture shows: the one in which the keys of that picture count.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

from petard.game.client.autopilot import Autopilot
from petard.game.client.session import Session
from petard.game.view.interpolation import positions_between
from petard.server.room.room import Room
from petard.shared.protocol.messages import Phase, Setup
from petard.shared.rules.ruleset import TILE
from petard.shared.rules.world import living
from tests.lan.client import Client
from tests.lan.host import Host
from tests.lan.lan import Lan
from tests.lan.quality import Quality

SETUP = Setup("classic", "last-one-standing", 9, 0, 2)

Spot = tuple[float, float]  # sub-units
Spots = Mapping[int, Spot]  # by slot


@dataclass
class Play:
    """The measurements. Distances are sub-units, 256 per tile."""

    corrections: list[float] = field(default_factory=list)  # at each word of the server, of own bodies; 0: none
    ahead: list[float] = field(
        default_factory=list
    )  # errors of the others run ahead, at each picture, of each that lives
    late: list[float] = field(default_factory=list)  # and of the same between two snapshots


@dataclass
class Notes:
    """The pictures of one round that wait for the server's world of their tick, and these worlds."""

    match: object = None
    ahead: dict[int, list[Spots]] = field(default_factory=lambda: defaultdict(list))
    late: dict[int, list[Spots]] = field(default_factory=lambda: defaultdict(list))
    truth: dict[int, Spots] = field(default_factory=dict)

    def errors(self, shown: Mapping[int, list[Spots]]) -> Iterator[float]:
        """How far from the truth each living player was drawn."""
        for tick, true in self.truth.items():
            for slot, (x, y) in chain.from_iterable(spots.items() for spots in shown.get(tick, ())):
                if slot in true:
                    yield max(abs(x - true[slot][0]), abs(y - true[slot][1]))


def play(line: Quality, seconds: float, players: int, seed: int = 1) -> Play:
    """Let clients with these connections play for some virtual seconds, each controlled by a bot."""
    lan = Lan(*[line] * players, seed=seed, setup=SETUP)
    for number, client in enumerate(lan.clients):
        client.keys = partial(_keys, client, Autopilot(seed * 100 + number))
    lan.start()
    found, notes = Play(), Notes()
    for one in lan.steps(seconds):
        if isinstance(one, Host):
            notes = _note_truth(lan.room, notes, found)
        elif lan.room.phase is Phase.PLAYING:
            _note_picture(one.session, lan.now, notes, found)
    _sum_up(notes, found)
    return found


def _keys(client: Client, autopilot: Autopilot) -> tuple[int, ...]:
    return autopilot.keys(client.session)


def _sum_up(notes: Notes, found: Play) -> None:
    found.ahead += notes.errors(notes.ahead)
    found.late += notes.errors(notes.late)


def _note_truth(room: Room, notes: Notes, found: Play) -> Notes:
    """Store all positions; a new round starts a new store."""
    if room.matches.match is None:
        return notes
    match = room.matches.match.round
    if notes.match is not match:
        _sum_up(notes, found)
        notes = Notes(match)
    notes.truth[match.world.tick] = {player.slot: (player.x, player.y) for player in living(match.world)}
    return notes


def _note_picture(session: Session, now: float, notes: Notes, found: Play) -> None:
    """Look as a player does, and store where the others are drawn while the own player lives."""
    view, played, own = session.view(now), session.client_round, session.room.my_slots
    if not view or not played or view.go_in:
        return
    corrections = played.predicted_view.take_corrections()
    if not any(player.alive and player.slot in own for player in view.players):
        return
    found.corrections += corrections
    seen = [player for player in view.players if player.alive and player.slot not in own]
    notes.ahead[round(view.tick)].append({player.slot: (player.x * TILE, player.y * TILE) for player in seen})
    assert played.timeline
    spots = positions_between(*played.timeline.at(now))
    notes.late[round(view.tick)].append({player.slot: spots[player.slot] for player in seen if player.slot in spots})
