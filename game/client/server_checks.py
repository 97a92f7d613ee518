"""What a server may send after what it has sent before: the checks that the types of the fields cannot make.

Rule 1: each check raises RemoteProtocolError with one sentence, and the Session ends the connection with it.
Rule 2: prediction, bots and drawing rely on these checks and make none of their own.
Rule 3: every check stands in PROTOCOL.md, and no Petard server fails one.
"""

from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.messages import PROTOCOL, Events, Results, Roster, Round, Welcome
from petard.shared.protocol.snapshot import COLUMNS, TABLES, Snapshot, world_of
from petard.shared.rules.world import fault_of_world

BOMBS, FLAMES, ACKS = (TABLES.index(name) for name in ("bombs", "flames", "acks"))
BOMB_OWNER, FLAME_OWNER = (COLUMNS[name].index("owner") for name in ("bombs", "flames"))


def check_welcome(welcome: Welcome) -> None:
    """Check the answer to our Hello."""
    if welcome.protocol != PROTOCOL:
        raise RemoteProtocolError(f"Welcome is of protocol {welcome.protocol}, not {PROTOCOL}")
    if not welcome.member:
        raise RemoteProtocolError("Welcome makes us member 0, which stands for bots")


def check_roster(roster: Roster, member: int, players: int) -> None:
    """Check the seats and spectators. `member`: our number; `players`: how many seats our Hello asked for."""
    slots = {seat.slot for seat in roster.seats}
    watching = {spectator.member for spectator in roster.watchers}
    if len(slots) < len(roster.seats):
        raise RemoteProtocolError("Roster has two seats with one slot")
    if sum(seat.member == member for seat in roster.seats) > players:
        raise RemoteProtocolError(f"Roster gives us more than {players} seats")
    if len(watching) < len(roster.watchers) or 0 in watching:
        raise RemoteProtocolError("Roster has a spectator twice, or a bot as one")
    if not watching.isdisjoint(seat.member for seat in roster.seats):
        raise RemoteProtocolError("Roster has a spectator who has a seat")


def check_round(announcement: Round) -> None:
    """Check who takes part in a round."""
    if not announcement.slots or len(set(announcement.slots)) < len(announcement.slots):
        raise RemoteProtocolError("Round has no slots, or one of them twice")


def check_snapshot(snapshot: Snapshot, before: Snapshot | None, announcement: Round) -> None:
    """Check the state of a round after the state `before`; None: it is the first of the round."""
    if before and snapshot.tick < before.tick:
        raise RemoteProtocolError(f"the round goes back from tick {before.tick} to {snapshot.tick}")
    slots = set(announcement.slots)
    if snapshot.players.keys() != slots:
        raise RemoteProtocolError("the players are not those of the Round")
    owners = {row[BOMB_OWNER] for row in snapshot.bombs.values()}
    owners |= {row[FLAME_OWNER] for row in snapshot.tables[FLAMES].values()}
    if not slots.issuperset(owners) or not slots.issuperset(snapshot.tables[ACKS]):
        raise RemoteProtocolError("a bomb, a flame or an ack is of nobody in the Round")
    if fault := fault_of_world(world_of(snapshot, announcement.rules, announcement.width, announcement.height)):
        raise RemoteProtocolError(f"the state of the round is impossible: {fault}")


def check_events(events: Events, announcement: Round) -> None:
    """Check that the events happen on the board of the round, to its players."""
    legal = {-1, *announcement.slots}
    tiles = announcement.width * announcement.height
    if any(event.tile >= tiles or event.slot not in legal for event in events.events):
        raise RemoteProtocolError("Events has one off the board, or of nobody in the Round")


def check_results(results: Results, announcement: Round | None) -> None:
    """Check that the results are those of the round that was announced last."""
    if announcement is None or results.round != announcement.number:
        raise RemoteProtocolError("Results is not of the last Round")
