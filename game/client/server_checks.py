"""What a server may send after what it has sent before: the checks that the types of the fields cannot make.

Rule 1: each check raises RemoteProtocolError with one sentence, and the Session ends the connection with it.
Rule 2: prediction, bots and drawing rely on these checks and make none of their own.
Rule 3: every check stands in PROTOCOL.md, and no Petard server fails one.
"""

from collections.abc import Iterator
from dataclasses import replace
from operator import itemgetter

from petard.game.view.change_pace import ChangePace
from petard.shared.control_channel import Pace
from petard.shared.protocol.codec import RemoteProtocolError
from petard.shared.protocol.messages import (
    BUILD,
    FINAL_REFUSALS,
    PROTOCOL,
    Digest,
    Events,
    Lobby,
    RefusalCode,
    Refused,
    Results,
    Roster,
    Round,
    Welcome,
)
from petard.shared.protocol.snapshot import COLUMNS, DIED_AT, TABLES, Snapshot, world_of
from petard.shared.rules.carts import Carts
from petard.shared.rules.world import Tile, fault_of_world

FLAMES, ITEMS, BREAKING, ACKS = (TABLES.index(name) for name in ("flames", "items", "breaking", "acks"))
BOMB_OWNER, FLAME_OWNER = (itemgetter(COLUMNS[name].index("owner")) for name in ("bombs", "flames"))

# Work is counted in units of 32 bytes or of a message, whichever are more; each event is another one. A match of 64
# players on the largest board is under 600 bytes and 1500 rows a tick. WORK_MOST is what piles up while this computer
# stands still for some seconds, or while many join at once.
WORK_RATE, WORK_MOST = 8000, 32_000  # units a second (256 KiB), units at once
UNIT, UNIT_ROWS, UNIT_CHECKED = 32, 16, 4  # bytes, rows of a new state, rows of a state that a Digest checks
ROUND_UNITS, PHASE_UNITS = 2000, 500  # a new round and another screen are drawn anew
# Of what arrived, a picture handles twice what its time allows, at least PICTURE_UNITS, in pieces of PIECE bytes; what
# is over waits for the next picture. After quiet ones AT_ONCE units are handled in one: a round begins without delay.
PIECE, PICTURE_UNITS, AT_ONCE = 64, 256, 4000
TOO_MUCH = "more than a game can need"
# A server that has too many new connections at one moment closes some; a client that was never let in may try again.
JOIN_AGAIN = (RefusalCode.BAD,)
NOT_READ = "You broke the protocol: Hello"  # how a server of version 1 answers a Hello that it does not know


class WorkBudget:
    """Bounds the work that a server gives the client, in each picture and in all: the methods that count it raise
    RemoteProtocolError when it is too much in all."""

    def __init__(self) -> None:
        self._left = float(WORK_MOST)
        self._in_picture = float(AT_ONCE)  # units left in this picture; less than 0: those of the next ones
        self._waiting = bytearray()  # for the next picture
        self._then = 0.0  # the time of the last picture
        self._pace = Pace.NORMAL
        self._digest: tuple[Digest, Snapshot] | None = None  # the last one, and the state that it is of
        self.changes = ChangePace()  # of what the window shows

    @property
    def is_behind(self) -> bool:
        """True while something waits for the next picture. No more needs to be read then."""
        return len(self._waiting) > 0

    def drop_waiting(self) -> None:
        """The connection is gone: what waits is of no use."""
        self._waiting.clear()

    def pieces(self, data: bytes, now: float, pace: Pace) -> Iterator[bytes]:
        """Yield what to handle in the picture of `now`, in seconds, of all that arrived: at least b"" if nothing did.

        The caller counts the work of each piece before it takes the next. `pace`: only our own server may be fast.
        """
        passed = max(0.0, now - self._then)
        self._then, self._pace = now, pace
        self._left = min(float(WORK_MOST), self._left + passed * WORK_RATE)
        more = max(PICTURE_UNITS, passed * 2 * WORK_RATE)
        self._in_picture = min(max(AT_ONCE, more), self._in_picture + more)
        self._waiting += data
        if not self._waiting:
            yield b""
        size = PIECE if pace is Pace.NORMAL else len(self._waiting)
        while self._waiting and self._in_picture > 0:
            piece = bytes(self._waiting[:size])
            del self._waiting[:size]
            yield piece
        if len(self._waiting) > WORK_MOST * UNIT:
            raise RemoteProtocolError(TOO_MUCH)

    def spend_piece(self, size: int, messages: int) -> None:
        """Count a piece of so many bytes that completed so many messages."""
        self._spend(max(size / UNIT, messages))

    def spend_snapshot(self, snapshot: Snapshot) -> None:
        self._spend(sum(map(len, snapshot.tables)) / UNIT_ROWS)

    def spend_digest(self, digest: Digest, snapshot: Snapshot) -> bool:
        """Return whether to check it, for which ours is computed from all of the state; not once more the same one."""
        before, self._digest = self._digest, (digest, snapshot)
        if before and before[0] == digest and before[1] is snapshot:
            return False
        self._spend(sum(map(len, snapshot.tables)) / UNIT_CHECKED)
        return True

    def spend_events(self, events: Events) -> None:
        self._spend(len(events.events))

    def spend_lobby(self, before: Lobby | None, now: Lobby) -> None:
        if before and before.phase is not now.phase:
            self._spend(PHASE_UNITS)

    def spend_round(self) -> None:
        self._spend(ROUND_UNITS)

    def _spend(self, units: float) -> None:
        if self._pace is Pace.NORMAL:
            self._left -= units
            self._in_picture -= units
        if self._left < 0:
            raise RemoteProtocolError(TOO_MUCH)


def check_welcome(welcome: Welcome) -> None:
    """Check the answer to our Hello."""
    if welcome.protocol != PROTOCOL:
        raise RemoteProtocolError(f"Welcome is of protocol {welcome.protocol}, not {PROTOCOL}")
    if not welcome.member:
        raise RemoteProtocolError("Welcome makes us member 0, which stands for bots")
    if len({item.number for item in welcome.items}) < len(welcome.items):
        raise RemoteProtocolError("Welcome names an item twice")


def may_try_again(refused: Refused, is_member: bool) -> bool:
    """Return whether the same Hello may be taken later. `is_member`: we were let in before."""
    if refusal_of(refused) != refused.sentence:
        return False
    return refused.code not in FINAL_REFUSALS if is_member else refused.code in JOIN_AGAIN


def refusal_of(refused: Refused) -> str:
    """Return the sentence to show. A server of version 1 does not read the Hello of one who only watches."""
    if refused.code == RefusalCode.BAD and refused.sentence.startswith(NOT_READ):
        return f"You speak protocol {PROTOCOL} (build {BUILD}), the server an earlier one: the server must be updated."
    return refused.sentence


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
    died = [slot for slot, row in before.players.items() if row[DIED_AT] >= 0] if before else []
    if announcement.rules.carts != Carts.SUPER and any(snapshot.players[slot][DIED_AT] < 0 for slot in died):
        raise RemoteProtocolError("a dead player lives again")
    owners = {*map(BOMB_OWNER, snapshot.bombs.values()), *map(FLAME_OWNER, snapshot.tables[FLAMES].values())}
    if not slots.issuperset(owners) or not slots.issuperset(snapshot.tables[ACKS]):
        raise RemoteProtocolError("a bomb, a flame or an ack is of nobody in the Round")
    flames, items = snapshot.tables[FLAMES], snapshot.tables[ITEMS]
    if not {Tile.FLOOR}.issuperset({snapshot.tiles[tile] for tile in (*flames, *items)}):
        raise RemoteProtocolError("a flame or an item is in a wall or a brick")
    if not flames.keys().isdisjoint(items):
        raise RemoteProtocolError("an item lies in a flame")
    clock, players, bombs, _, _, breaking, _, *of_mode = snapshot.tables
    sides, points, _, back = of_mode
    if not slots.issuperset((*sides, *points, *back)):
        raise RemoteProtocolError("a side, points or a return is of nobody in the Round")
    part = replace(snapshot, tables=(clock, players, bombs, {}, {}, breaking, {}, *of_mode))  # the rest: see above
    if fault := fault_of_world(world_of(part, announcement.rules, announcement.width, announcement.height)):
        raise RemoteProtocolError(f"the state of the round is impossible: {fault}")


def check_items(snapshot: Snapshot, welcome: Welcome) -> None:
    """Check that Welcome names each item that lies on the board or in a brick that was hit."""
    seen = {row[-1] for table in (ITEMS, BREAKING) for row in snapshot.tables[table].values()}
    if unknown := seen - {item.number for item in welcome.items} - {0}:
        raise RemoteProtocolError(f"item {min(unknown)} has no name in Welcome")


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
