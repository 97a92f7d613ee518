"""A real Room that keeps what it sent in the last half minute, and checks that it used the keys as it says it did."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from petard.server.room.inbox import Inbox
from petard.server.room.outgoing import Outgoing
from petard.server.room.room import Room
from petard.server.room.round import RoundRunner
from petard.server.room.settings import RoomSettings
from petard.shared.protocol.messages import Delta, Input, Message, Results
from petard.shared.protocol.snapshot import Snapshot, snapshot_of, world_of
from petard.shared.protocol.state import APPLIED_MOST
from petard.shared.rules.digest import digest
from petard.shared.rules.maps import Board
from petard.shared.rules.world import copy_world

KEPT = 30 * 60  # ticks; nobody who is further behind is still connected
ROUNDS_KEPT = 3
SUMMED_EVERY = 37  # ticks; a digest costs as much as a step

KeyChanges = list[tuple[int, tuple[int, ...]]]  # clock and keys


class SteeredBody(NamedTuple):
    """A body that a person controls: `applied` changes of keys were used, and `clock` is that of the next tick."""

    inbox: Inbox
    player: int  # at that computer
    slot: int
    applied: int
    clock: int | None


@dataclass
class ObservedRound:
    """What was told of one round."""

    number: int
    match: RoundRunner
    told: dict[int, Snapshot] = field(default_factory=dict)  # by tick

    def keep(self, snapshot: Snapshot) -> None:
        """Note what was told just now."""
        self.told[snapshot.tick] = snapshot
        if len(self.told) > KEPT:
            del self.told[next(iter(self.told))]


class SentRecord:
    """What the room told and heard. `matches_over`: how many champions there were, draws included."""

    def __init__(self) -> None:
        self.rounds: deque[ObservedRound] = deque(maxlen=ROUNDS_KEPT)
        self.said: dict[Inbox, KeyChanges] = {}
        self.clocks: dict[Inbox, int] = {}  # of the last Input
        self.matches_over = 0

    def knows(self, number: int, snapshot: Snapshot) -> bool:
        """True if this was told of such a round."""
        return any(one.told.get(snapshot.tick) == snapshot for one in self.rounds if one.number == number)

    def note(self, inbox: Inbox, message: Input) -> None:
        """Note an Input that goes on by the client's clock, and the change of keys in it."""
        changes = self.said.setdefault(inbox, [(0, (0,) * len(inbox.idle_ticks))])
        if message.clock > self.clocks.get(inbox, 0):
            self.clocks[inbox] = message.clock
            if message.keys != changes[-1][1]:
                changes.append((message.clock, message.keys))

    def held(self, inbox: Inbox, before: int, after: int, player: int) -> int:
        """The keys of one local player in a tick in which the count of used changes went up; both modulo 128."""
        changes = self.said[inbox]
        last = max(number for number in range(len(changes)) if number % APPLIED_MOST == after)
        keys = changes[last][1][player]
        for number in range(last - (after - before) % APPLIED_MOST + 1, last):
            keys |= changes[number][1][player]
        return keys


class ObservedRoom(Room):
    """The room of a simulation."""

    def __init__(self, settings: RoomSettings, maps: Mapping[str, Board], seed: int) -> None:
        super().__init__(settings, maps, seed)
        self.truth = SentRecord()

    def receive(self, peer: int, message: Message, now: float) -> list[Outgoing]:
        """Take a message, and note it if it holds keys."""
        inbox = self.seats.by_peer[peer].inbox
        if type(message) is Input and len(message.keys) == len(inbox.idle_ticks):
            self.truth.note(inbox, message)
        return super().receive(peer, message, now)

    def look(self) -> ObservedRound | None:
        """The round that is on, noted if it is new."""
        if self.matches.match is None:
            return None
        rounds, match = self.truth.rounds, self.matches.match.round
        if not rounds or rounds[-1].match is not match:
            rounds.append(ObservedRound(self.matches.match.score.round, match))
            rounds[-1].keep(snapshot_of(match.world, {}))
            inboxes = {member.inbox for member in self.seats.members.values()}
            self.truth.said = {inbox: said for inbox, said in self.truth.said.items() if inbox in inboxes}
            self.truth.clocks = {inbox: clock for inbox, clock in self.truth.clocks.items() if inbox in inboxes}
        return rounds[-1]

    def tick(self, now: float) -> list[Outgoing]:
        """Advance, note what was told, and check what became of the keys."""
        before = self.look()
        steered = _steered(before.match) if before else []
        at = before.match.world.tick if before else 0
        mail = super().tick(now)
        after = self.look()
        self.truth.matches_over += sum(type(item.message) is Results and item.message.match_over for item in mail)
        if before and after is before and before.match.world.tick == at + 1:
            self._check_keys(before.match, steered)
            if any(type(item.message) is Delta for item in mail):
                before.keep(_told_by(before.match))
        return mail

    def check_hands(self) -> None:
        """Each connected member controls the living players on its seats, until the round is decided."""
        told = self.look()
        if told is None or told.match.world.over_at >= 0:
            return
        people = {inbox for inbox, _ in told.match.people.inboxes}
        for member in self.seats.by_peer.values():
            for slot in self.seats.slots_of(member):
                body = told.match.world.players.get(slot)
                lives = body is not None and body.died_at < 0
                assert not lives or member.inbox in people, f"{member.name} has no hand on slot {slot}"

    def _check_keys(self, match: RoundRunner, steered: list[SteeredBody]) -> None:
        """Each body that lives holds the keys of the changes used in this tick, or those that it held before."""
        people = {inbox for inbox, _ in match.people.inboxes}
        for inbox, player, slot, applied, clock in steered:
            body = match.world.players[slot]
            if body.died_at >= 0 or inbox not in people or inbox.is_starved or not inbox.next_clock:
                continue
            if inbox.applied != applied:
                wanted = self.truth.held(inbox, applied, inbox.applied, player)
                assert body.keys == wanted, f"slot {slot} holds {body.keys}, not {wanted} of change {inbox.applied}"
            else:
                last = self.truth.held(inbox, applied, applied, player)
                assert body.keys in (last, 0), f"slot {slot} holds {body.keys}, not {last}, as it did before"
            assert clock is None or not any(change.clock <= clock for change in inbox.waiting), (
                "a change that is due waits"
            )


def _steered(match: RoundRunner) -> list[SteeredBody]:
    """Each body that a person controls, before a tick."""
    return [
        SteeredBody(inbox, player, slot, inbox.applied, inbox.next_clock)
        for inbox, slots in match.people.inboxes
        for player, slot in enumerate(slots)
    ]


def _told_by(match: RoundRunner) -> Snapshot:
    """What everybody may know of the world now; once in a while it is held against the world itself."""
    world = match.world
    snapshot = snapshot_of(world, match.people.acks())
    if world.tick % SUMMED_EVERY == 0:
        known = world_of(snapshot, world.rules, world.width, world.height)
        assert digest(known) == digest(copy_world(world, hide=True)), (
            f"what is told of tick {world.tick} is not what is public"
        )
    return snapshot
