"""A server that means harm, by seed: it plays a plausible match, and between two pictures does something else.

Rule 1: equal seeds send equal bytes. It reads nothing of the client, so that a client cannot change what it does.
Rule 2: what it plays is a real World that takes real steps, so that a conversation gets deep before it gets wrong.
Rule 3: it knows every message in every order, every field at its limits, and bytes that are no message.
"""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

from petard.server.room.round import EVENTS_MOST
from petard.shared.framing import LIMIT_SERVER, frame
from petard.shared.protocol import messages as m
from petard.shared.protocol.codec import encode
from petard.shared.protocol.link import TRANSITIONS, LinkState, Role
from petard.shared.protocol.snapshot import Table, snapshot_of
from petard.shared.protocol.state import State, delta_of, digest_of, keyframe_of, moves_between
from petard.shared.rules.events import Event
from petard.shared.rules.new_round import new_world
from petard.shared.rules.ruleset import PRESETS, RuleSet
from petard.shared.rules.step import step
from petard.shared.rules.world import Tile, World
from tests.hostile.boards import random_board
from tests.hostile.field_values import FieldValues
from tests.hostile.fitting import fitting, with_tables
from tests.hostile.later_version import unknown_message, with_more, with_more_tables
from tests.hostile.random_states import RandomStates

OURS = 7  # the member that the client is
LAWFUL = tuple([kind for kind in TRANSITIONS[LinkState.OPEN][Role.SERVER] if kind is not m.Skipped])
LATEST = 2**31 - 130 * 60 * 60 * 60  # ticks; with room for a conversation, and for the longest fuse and flight in it
BURST = 40  # messages of one flood


class HostileServer:
    """One conversation. Call `welcome` once, then `picture` for each picture of the client."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.values = FieldValues(self.random)
        self.malice = self.random.choice((0.0, 0.02, 0.1, 0.5, 1.0))  # how often it does something else in a picture
        self.spite = self.random.choice((0.0, 0.0, 0.3))  # how much of that no client has to bear
        self.announcement = m.Round(0, "small", PRESETS["duel"], 5, 5, ())
        self.world: World | None = None
        self.states = RandomStates(self.values)
        self.sent: State | None = None
        self.roster = m.Roster((), ())

    def welcome(self, returned: bool = False) -> bytes:
        """The first bytes: mostly what a server sends to a new member."""
        if self.random.random() < 0.1:
            return self._early()
        welcome = m.Welcome(m.PROTOCOL, m.BUILD, OURS, "a" * 32, self.random.choice((20, 30, 60)), "Room", returned)
        if self.random.random() < 0.1:
            welcome = self.values.changed(welcome)
        lobby = m.Lobby(m.Phase.LOBBY, OURS, "small", "duel", 3, 1, 1, ("small",), ("duel",))
        return self._frames(welcome, lobby, self._new_roster(), *self._begin_round())

    def picture(self) -> bytes | None:
        """What it sends between two pictures; None: it cuts the connection."""
        sent = b"".join(self._frames(*self._play()) for _ in range(self.random.choice((1, 1, 1, 1, 2, 8))))
        if self.random.random() < self.malice:
            acts = UNLAWFUL if self.random.random() < self.spite else LEGAL
            act = self.random.choice(acts)(self)
            if act is None:
                return None
            sent = act + sent if self.random.random() < 0.5 else sent + act
        if self.random.random() < self.spite * 0.02 and sent:
            sent = sent[: self.random.randrange(len(sent))]
        return sent

    @property
    def fits(self) -> bool:
        """Mostly what it sends fits together, so that more can follow."""
        return self.random.random() > self.spite / 2

    # A plausible match

    def _play(self) -> list[m.Message]:
        if not self.world or not self.sent:
            return self._begin_round() if self.random.random() < 0.05 else []
        self.world.tick = max(self.world.tick, self.sent.tick)
        held = {slot: self.random.choice((1, 2, 4, 8, 16, 17, 24)) for slot in self.world.players}
        happened = step(self.world, held)
        acks = {slot: (self.world.tick, self.values.number(0, 3)) for slot in self.world.players}
        before, snapshot = self.sent, snapshot_of(self.world, acks)
        moves = moves_between(before.snapshot, snapshot, self.announcement.rules)
        self.sent = State(snapshot, moves, self.states.applied(snapshot))
        messages: list[m.Message] = [delta_of(before, self.sent)]
        for start in range(0, len(happened), EVENTS_MOST):
            messages.append(m.Events(self.sent.tick, tuple(happened[start : start + EVENTS_MOST])))
        if self.random.random() < 0.2:
            messages.append(digest_of(self.sent))
        if 0 <= self.world.over_at < self.world.tick - 20:
            winner = self.world.winner
            messages.append(m.Results(self.announcement.number, winner, (), False, -1, 60))
            messages += self._begin_round()
        return messages

    def _begin_round(self) -> list[m.Message]:
        slots = tuple(sorted(self.random.sample(range(64), self.random.choice((1, 2, 2, 4, 8)))))
        rules = self.random.choice(list(PRESETS.values()))
        if self.random.random() < 0.3:
            rules = self.values.message(RuleSet)
        elif self.random.random() < 0.5:
            rules = replace(rules, countdown=self.random.randrange(40), fuse=30)
        board = random_board(self.random, len(slots))
        self.world = new_world(rules, board, slots, self.random.getrandbits(64))
        number = (self.announcement.number + 1) % 2**16
        self.announcement = m.Round(number, board.name, rules, board.width, board.height, slots)
        self.sent = State(snapshot_of(self.world, {slot: (0, 0) for slot in slots}))
        lobby = m.Lobby(m.Phase.PLAYING, OURS, "small", "duel", 3, 1, 1, ("small",), ("duel",))
        return [lobby, self._new_roster(slots), self.announcement, keyframe_of(self.sent)]

    def _new_roster(self, slots: tuple[int, ...] = (0, 1)) -> m.Roster:
        looks = [self.values.message(m.Seat) for _ in slots]
        members = [OURS if place == 0 else 0 for place in range(len(slots))]
        pairs = zip(slots, members, looks, strict=True)
        self.roster = m.Roster(tuple(replace(seat, slot=slot, member=member) for slot, member, seat in pairs), ())
        return self.roster

    # Something else, all of it legal one by one

    def send_other_roster(self) -> bytes:
        """Seats come and go, also ours, while the round runs or stands still."""
        seats = [seat for seat in self.roster.seats if self.random.random() < 0.7]
        seats = [self.values.changed(seat) if self.random.random() < 0.3 else seat for seat in seats]
        seats += [self.values.message(m.Seat) for _ in range(self.random.choice((0, 0, 1, 3, 64)))]
        ours = self.random.choice((0.0, 0.2, 1.0))
        seats = [replace(seat, member=OURS) if self.random.random() < ours else seat for seat in seats]
        seen: dict[int, m.Seat] = {seat.slot: seat for seat in seats[:64]}
        watchers = self.values.message(m.Roster).watchers
        if self.fits:
            seats, own = list(seen.values()), [seat for seat in seen.values() if seat.member == OURS]
            seats = [
                replace(seat, member=0) if seat in own[self.random.choice((0, 1, 1)) :] else seat for seat in seats
            ]
            others = {one.member: one for one in watchers if one.member not in (0, *(seat.member for seat in seats))}
            watchers = tuple(others.values())
        self.roster = m.Roster(tuple(seats[:64]), watchers)
        return self._frames(self.roster)

    def send_other_lobby(self) -> bytes:
        lobby = self.values.message(m.Lobby)
        return self._frames(replace(lobby, host=OURS) if self.random.random() < 0.5 else lobby)

    def send_phase(self) -> bytes:
        phase = self.random.choice(list(m.Phase))
        lobby = m.Lobby(phase, OURS, "small", "duel", 3, 1, 1, ("small",), ("duel",))
        results = self.values.message(m.Results)
        results = replace(results, round=self.announcement.number) if self.fits else results
        return self._frames(*self.random.choice(([lobby], [results, lobby], [lobby, results], [results])))

    def send_chat(self) -> bytes:
        count = self.random.choice((1, 3, BURST))
        lines = [self.values.message(m.Chat) for _ in range(count)]
        if self.random.random() < 0.5:
            lines = [replace(line, number=0) for line in lines]
        return self._frames(*lines)

    def send_events(self) -> bytes:
        count = self.random.choice((1, 8, 1024))
        happened = tuple(self.values.message(Event) for _ in range(count))
        if self.fits:
            tiles, slots = self.announcement.width * self.announcement.height, (-1, *self.announcement.slots)
            happened = tuple(
                replace(one, tile=min(one.tile, tiles - 1), slot=self.random.choice(slots)) for one in happened
            )
        tick = self.sent.tick if self.sent and self.random.random() < 0.5 else self.values.number(0, 2**31 - 1)
        return self._frames(m.Events(tick, happened))

    def send_round(self) -> bytes:
        """A round that begins in the middle of another one; perhaps nothing follows, or a board of another size."""
        messages = self._begin_round()
        if self.random.random() < 0.3:
            del messages[self.random.randrange(len(messages))]
        if self.random.random() < 0.2:
            messages[-1] = self.values.changed(messages[-1])
        return self._frames(*messages)

    def send_rounds(self) -> bytes:
        return b"".join(self._frames(*self._begin_round()) for _ in range(3))

    def send_keyframe(self) -> bytes:
        if not self.sent:
            return b""
        changed = self._changed(self.sent)
        if self.random.random() < 0.95:
            self.sent = changed
        return self._frames(keyframe_of(changed))

    def send_full_keyframe(self) -> bytes:
        """Everything that fits on the board at once, and other tiles than before."""
        if not self.sent:
            return b""
        old = self.sent.snapshot
        size = range(len(old.tiles))
        flames: Table = {tile: (old.tick + 9, 0, -1, tile % 7) for tile in size}
        items: Table = {tile: (tile % 6 + 1,) for tile in size}
        bombs = {key: self.states.row("bombs", self.announcement) for key in range(min(len(size), 500))}
        inner = bytes(kind if kind == Tile.WALL else (kind + tile) % 3 for tile, kind in enumerate(old.tiles))
        crowded = with_tables(replace(old, tiles=inner), bombs=bombs, flames=flames, items=items, breaking={})
        full = fitting(crowded, self.announcement)
        self.sent = State(full, self.states.moves(full), self.states.applied(full))
        return self._frames(keyframe_of(self.sent))

    def send_delta(self) -> bytes:
        """The changes to any other state, a little or much later."""
        if not self.sent:
            return b""
        before, changed = self.sent, self._changed(self.sent)
        later = max(changed.tick + 1, min(changed.tick + self.random.choice((1, 1, 2, 100, 2**31)), LATEST))
        moves = {slot: move for slot, move in changed.moves.items() if slot in before.snapshot.players}
        changed = replace(changed, snapshot=replace(changed.snapshot, tick=later), moves=moves)
        if self.random.random() < 0.95:
            self.sent = changed
        return self._frames(delta_of(before, changed))

    def send_other_delta(self) -> bytes:
        """A Delta that leads from another state than the client has, or to a tick that no round reaches."""
        if not self.sent or self.fits:
            return b""
        before = self.states.changed(self.sent, self.announcement, 3)
        later = replace(self.sent.snapshot, tick=self.sent.tick + 1)
        delta = delta_of(replace(before, moves={}), State(later, {}, self.sent.applied))
        return self._frames(replace(delta, ticks=self.random.choice((1, 2, 2**31 - 1))))

    def send_digest(self) -> bytes:
        """The checksum of the state, of an earlier one, or any."""
        if not self.sent:
            return b""
        digest = digest_of(self.sent)
        return self._frames(digest if self.fits else self.values.changed(digest))

    def send_later_version(self) -> bytes:
        """Messages, fields, tables and columns that only a later version knows: a reader ignores them."""
        state: list[m.Message] = [with_more_tables(keyframe_of(self.sent), self.random)] if self.sent else []
        payloads = [with_more(encode(one), self.random) for one in (*state, m.Ping(1), self.values.message(m.Lobby))]
        return b"".join(map(frame, [*payloads, unknown_message(self.random)]))

    def send_jump(self) -> bytes:
        """The time of the round jumps."""
        if not self.world:
            return b""
        far = self.random.choice((1, 600, 36_000, 2**31))
        self.world.tick = tick = max(self.world.tick + 1, min(self.world.tick + far, LATEST))
        self.sent = State(snapshot_of(self.world, {slot: (tick, 1) for slot in self.world.players}))
        return self._frames(keyframe_of(self.sent))

    def send_stop(self) -> bytes:
        """The time of the round stands still for the rest of the conversation."""
        self.world = None
        return b""

    def send_any(self) -> bytes:
        return self._frames(
            *(self.values.message(self.random.choice(LAWFUL)) for _ in range(self.random.choice((1, 5))))
        )

    def send_bye(self) -> bytes:
        return self._frames(self.values.message(m.Bye))

    def send_pings(self) -> bytes:
        kind = self.random.choice((m.Ping, m.Pong))
        return self._frames(*(self.values.message(kind) for _ in range(BURST * 10)))

    # What no client has to bear

    def send_out_of_turn(self) -> bytes:
        return self._frames(self.values.message(self.random.choice(list(m.MESSAGES.values()))))

    def send_noise(self) -> bytes:
        return self.random.choice((bytes, self.random.randbytes))(self.random.randrange(1, 40))

    def send_framed_noise(self) -> bytes:
        return frame(self.random.randbytes(self.random.randrange(1, 200)))

    def send_bent(self) -> bytes:
        """A message with one other byte."""
        data = bytearray(self._frames(self.values.message(self.random.choice(LAWFUL))))
        data[self.random.randrange(len(data))] = self.random.randrange(256)
        return bytes(data)

    def send_huge(self) -> bytes:
        size = self.random.choice((LIMIT_SERVER, LIMIT_SERVER + 1, 2**32 - 1))
        return size.to_bytes(4, "big") + bytes(100)

    def send_deep(self) -> bytes:
        """Arrays in arrays, and an array that says that it has more items than there are bytes."""
        return frame(
            self.random.choice((b"\x91" * 5000, b"\xdd\xff\xff\xff\xff\x25", b"\x94\x25\x01\xdc\xff\xff" + bytes(99)))
        )

    def send_cut(self) -> None:
        return None

    def _early(self) -> bytes:
        early = self.random.choice((m.Refused, m.Auth, m.Pong, m.Bye, m.Welcome, m.Round, m.Keyframe))
        return self._frames(self.values.message(early), *self._begin_round())

    # Parts

    def _changed(self, state: State) -> State:
        """Another state of the same round; mostly one that a client accepts."""
        changed = self.states.changed(state, self.announcement, self.random.choice((1, 3, 30)))
        if not self.fits:
            return changed
        snapshot = fitting(changed.snapshot, self.announcement)
        return State(snapshot, self.states.moves(snapshot), self.states.applied(snapshot))

    def _frames(self, *messages: Any) -> bytes:
        return b"".join(frame(encode(message)) for message in messages)


Act = Callable[[HostileServer], bytes | None]
# fmt: off
LEGAL: tuple[Act, ...] = (
    HostileServer.send_other_roster, HostileServer.send_other_lobby, HostileServer.send_phase, HostileServer.send_chat,
    HostileServer.send_events, HostileServer.send_round, HostileServer.send_rounds, HostileServer.send_keyframe,
    HostileServer.send_full_keyframe, HostileServer.send_delta, HostileServer.send_jump, HostileServer.send_stop,
    HostileServer.send_any, HostileServer.send_pings, HostileServer.send_other_delta, HostileServer.send_digest,
    HostileServer.send_later_version,
)
UNLAWFUL: tuple[Act, ...] = (
    HostileServer.send_out_of_turn, HostileServer.send_noise, HostileServer.send_framed_noise, HostileServer.send_bent,
    HostileServer.send_huge, HostileServer.send_deep, HostileServer.send_cut, HostileServer.send_bye,
)
# fmt: on
