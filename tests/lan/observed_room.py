"""A real Room that keeps what it sent in the last half minute, and checks that it used the keys as it says it did."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from petard.server.room.inbox import Inbox
from petard.server.room.outgoing import Outgoing
from petard.server.room.room import Room
from petard.server.room.round import RoundRunner
from petard.server.room.settings import RoomSettings
from petard.shared.protocol.messages import Command, Delta, Message, Results
from petard.shared.protocol.snapshot import Snapshot, acks_of, snapshot_of, world_of
from petard.shared.rules.digest import digest
from petard.shared.rules.maps import Board
from petard.shared.rules.world import copy_world

KEPT = 30 * 60  # ticks; nobody who is further behind is still connected
ROUNDS_KEPT = 3
SUMMED_EVERY = 37  # ticks; a digest costs as much as a step

Said = deque[tuple[int, tuple[int, ...]]]  # seq and keys


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
        self.said: dict[Inbox, Said] = {}
        self.matches_over = 0

    def knows(self, number: int, snapshot: Snapshot) -> bool:
        """True if this was told of such a round."""
        return any(one.told.get(snapshot.tick) == snapshot for one in self.rounds if one.number == number)

    def pressed(self, inbox: Inbox, after: int, upto: int, player: int) -> int:
        """All keys of one local player in the Commands of these numbers; what is older is forgotten."""
        said = self.said.get(inbox, deque())
        while said and said[0][0] <= after:
            said.popleft()
        keys = 0
        for seq, held in said:
            if seq > upto:
                break
            keys |= held[player]
        return keys


class ObservedRoom(Room):
    """The room of a simulation."""

    def __init__(self, settings: RoomSettings, maps: Mapping[str, Board], seed: int) -> None:
        super().__init__(settings, maps, seed)
        self.truth = SentRecord()

    def receive(self, peer: int, message: Message, now: float) -> list[Outgoing]:
        """Take a message, and note it if it holds keys."""
        if type(message) is Command:
            said = self.truth.said.setdefault(self.seats.by_peer[peer].inbox, deque(maxlen=600))
            if not said or message.seq > said[-1][0]:
                said.append((message.seq, message.keys))
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

    def _check_keys(self, match: RoundRunner, steered: list[tuple[Inbox, int, int, int, int]]) -> None:
        """Each body that lives holds the keys of the Commands since the last tick, and of no others."""
        people = {inbox for inbox, _ in match.people.inboxes}
        for inbox, player, slot, ack, keys in steered:
            body = match.world.players[slot]
            if body.died_at >= 0 or inbox not in people or inbox.is_starved or not inbox.ack:
                continue
            if inbox.ack > ack:
                wanted = self.truth.pressed(inbox, ack, inbox.ack, player)
                assert body.keys == wanted, f"slot {slot} holds {body.keys}, not {wanted} of {ack + 1}..{inbox.ack}"
            else:
                assert body.keys in (keys, 0), f"slot {slot} holds {body.keys} without a Command, before it {keys}"


def _steered(match: RoundRunner) -> list[tuple[Inbox, int, int, int, int]]:
    """(inbox, local player, slot, ack, keys held) of each body that a person steers."""
    players = match.world.players
    return [
        (inbox, player, slot, inbox.ack, players[slot].keys)
        for inbox, slots in match.people.inboxes
        for player, slot in enumerate(slots)
    ]


def _told_by(match: RoundRunner) -> Snapshot:
    """What everybody may know of the world now; once in a while it is held against the world itself."""
    world = match.world
    snapshot = snapshot_of(world, match.people.acks())
    assert acks_of(snapshot) == {slot: inbox.ack for inbox, slots in match.people.inboxes for slot in slots}
    if world.tick % SUMMED_EVERY == 0:
        known = world_of(snapshot, world.rules, world.width, world.height)
        assert digest(known) == digest(copy_world(world, hide=True)), (
            f"what is told of tick {world.tick} is not what is public"
        )
    return snapshot
