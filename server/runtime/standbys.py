"""The server's side of standbys: sends copies, hands the room over, and yields where the room runs elsewhere.

Rule 1: what costs time happens only while there are standbys. A standby that does not read is sent no more, and is
        disconnected as any client is; the game never waits.
Rule 2: two servers never both go on with a room. A standby that was lost without a goodbye is asked again and again;
        a server that stood still asks all of them before its next tick. Where one runs the room, this server stops.
        A server that goes on with a room asks those that come after it likewise: one may have begun in that moment.
Rule 3: a server that stops hands the room over to the first standby with a whole copy, and tells everybody where.
"""

import math
import secrets
from collections.abc import Sequence
from functools import partial

from petard.server.config.config import Config
from petard.server.net.room_probe import LostStandbys, ask_all
from petard.server.net.server import Server
from petard.server.policy.bans import Bans
from petard.server.policy.log import Log
from petard.server.policy.promotion import yields_to
from petard.server.policy.room_record import RoomRecord, record_of, write_room_record
from petard.server.room.copy_log import PUMP_EVERY, CopyLog
from petard.server.room.outgoing import Outgoing
from petard.server.room.status import MemberChange, MemberEvent, RoomEvent
from petard.server.runtime.service import Service
from petard.server.runtime.signals import StopSignals
from petard.server.runtime.standby_desk import LOOK_EVERY, StandbyDesk
from petard.shared.protocol.later_messages import GoesOn, Promote

ASK_MOST = 1.0  # seconds to wait for an answer after the server stood still
ELSEWHERE = "The room goes on elsewhere."


class CopySender:
    """Sends the room to its standbys. `log`: the recording of the match that runs. `bans`: those of the room."""

    def __init__(self, server: Server, desk: StandbyDesk, log: CopyLog, bans: Bans) -> None:
        self._server, self._desk, self._log, self._bans = server, desk, log, bans
        self._record: tuple[RoomRecord | None, bytes] = (None, b"")
        self._sent_at = -PUMP_EVERY

    def update(self, now: float) -> None:
        if self._desk.lines and now - self._sent_at >= PUMP_EVERY:
            self._sent_at = now
            self._log.settle()
            self.send(now)

    def send(self, now: float) -> None:
        """Send what each standby may be sent now."""
        lines = {member: line for member, line in self._desk.lines.items() if line.peer}
        if not lines:
            return
        record, newest = self._room_record(), self._log.unsettled + self._server.room.recorder.newest()
        for member, line in lines.items():
            parts = line.feed.next_parts(self._log, record, newest)
            self._server.broadcaster.enqueue([Outgoing(line.peer, part) for part in parts])
            self._desk.choice.note_copy(member, line.feed.is_whole, now)

    def _room_record(self) -> bytes:
        """The room as it is now; written again only if something has changed."""
        awaited = [place.member for place in self._desk.places() if not place.is_local]
        keys = self._server.handshake.scram.keys
        room = record_of(self._server.room, self._desk.shown, awaited, self._desk.mode, self._bans.rows, keys)
        if room != self._record[0]:
            self._record = (room, write_room_record(room))
        return self._record[1]


class StandbyService(Service):
    """Keeps standbys for the room of a server."""

    def __init__(
        self, server: Server, signals: StopSignals, log: Log, desk: StandbyDesk, copies: CopyLog, bans: Bans
    ) -> None:
        self._server, self._signals, self._log, self._desk = server, signals, log, desk
        self._sender = CopySender(server, desk, copies, bans)
        self._lost = LostStandbys()
        self._lost.watch(server.handshake.standbys.after)
        self._looked_at = -LOOK_EVERY

    def handle_events(self, events: Sequence[RoomEvent], now: float) -> None:
        for event in events:
            if isinstance(event, MemberEvent) and event.change in (MemberChange.JOINED, MemberChange.RETURNED):
                is_back = event.change is MemberChange.RETURNED
                if self._desk.shown.standbys or is_back:  # what it knows may be of another server
                    self._desk.tell(event.member, self._desk.shown)
                if is_back and (line := self._desk.end(event.member, now)):
                    self._desk.choice.candidates.pop(event.member, None)
                    self._lost.watch(line.addresses if line.keeps else ())

    def apply_config(self, config: Config, now: float) -> None:
        if config.standby != self._desk.mode:
            self._desk.mode, self._looked_at = config.standby, -LOOK_EVERY  # look before the next copy is sent

    def update(self, now: float) -> None:
        self._desk.hear(now)
        if now - self._looked_at >= LOOK_EVERY:
            self._looked_at = now
            for line in self._desk.look(now):
                self._lost.watch(line.addresses if line.keeps else ())
        for line in self._desk.lost():
            self._lost.watch(line.addresses if line.keeps else ())
        self._sender.update(now)
        if self._desk.show(now):
            names = [self._server.room.seats.members[one.member].name for one in self._desk.shown.standbys]
            self._log.write(f"copies of this room are kept by {', '.join(names) or 'nobody'}", now)
            self._lost.forget(self._server.room.recorder.room.standbys)
        self._yield_to(self._lost.ask(now), now)

    def next_due(self, now: float) -> float:
        """Soon while standbys are asked that were lost; else never, for an empty room has none."""
        return now + LOOK_EVERY if self._lost.addresses else math.inf

    def stand_still(self, now: float) -> None:
        addresses = [address for line in self._desk.lines.values() for address in line.addresses]
        if addresses := list(dict.fromkeys([*addresses, *self._lost.addresses])):
            self._yield_to(ask_all(addresses, ASK_MOST), now)

    def _yield_to(self, answers: dict[str, int], now: float) -> None:
        where = yields_to(self._server.room.matches.settings.room_id, answers)
        if where and not self._signals.reason:
            self._log.write(f"the room runs at {where} by now, so this server stops", now)
            self._server.broadcaster.enqueue([Outgoing(None, GoesOn((where,)))])
            self._signals.reason = ELSEWHERE

    def before_goodbye(self, now: float) -> None:
        """Hand the room over to the first standby that has a whole copy."""
        if self._signals.reason == ELSEWHERE or not self._server.room.people:
            return
        for _, line in self._desk.kept():
            if line.peer in self._server.connections.members:
                self._sender.send(now)
                promote = Outgoing(line.peer, Promote(self._signals.reason))
                self._server.broadcaster.enqueue([promote, Outgoing(None, GoesOn(line.addresses))])
                self._log.write(f"the room goes on at {line.addresses[0]}", now)
                return

    def close(self) -> None:
        self._lost.close()


def open_standbys(
    server: Server, mode: str, signals: StopSignals, log: Log, copies: CopyLog, bans: Bans
) -> list[Service]:
    """Return the service of a room that may have standbys. `mode`: ask or on."""
    desk = StandbyDesk(server, mode, partial(secrets.token_hex, 16))
    return [StandbyService(server, signals, log, desk, copies, bans)]
