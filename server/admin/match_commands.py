"""How the room stands, and what is played in it: status, players, say, map, mode, set, restart, record, save.

Rule 1: what is chosen while a match is on counts for the next one.
Rule 2: a value is read as it is in the settings (server/config/schema.py), so the same words are right here.
Rule 3: a host changes what the lobby shows; the rest is for who runs the server.
"""

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Protocol

from petard.server.admin.issuer import Issuer, Orders
from petard.server.config.config import Config, value_of
from petard.server.config.parsers import BadValue
from petard.server.config.schema import Setting
from petard.server.net.server import Server
from petard.server.policy.admin_commands import CommandError, ParsedCommand, shortened
from petard.server.policy.text import nearest
from petard.server.room.status import Person, Status
from petard.shared.protocol.messages import Phase, Setup
from petard.shared.protocol.names import clean_chat

MATCH = tuple(one.name for one in fields(Setup))
PHASES = {
    Phase.LOBBY: "in the lobby",
    Phase.LOADING: "loading",
    Phase.PLAYING: "playing",
    Phase.RESULTS: "showing results",
}


class Live(Protocol):
    """Whoever can change settings while the server runs."""

    config: Config

    def put(self, key: str, value: Any, now: float) -> None:
        """Let another value count, and tell all whom it concerns."""
        ...


class MatchCommands:
    """Carries out what is about the room. `settings`: the whole table."""

    def __init__(self, net: Server, settings: Sequence[Setting], live: Live) -> None:
        self._net, self._live = net, live
        self._rows = {row.key: row for row in settings if row.is_live and row.has_field and not row.is_secret}
        self.orders: Orders = {
            "status": self._status,
            "players": self._players,
            "say": self._say,
            "map": self._map,
            "mode": self._mode,
            "set": self._set,
            "restart": self._restart,
            "record": self._record,
            "save": self._save,
        }

    # How it stands

    def _status(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        status, planned = self._net.room.status(), self._net.room.planned
        away = sum(not person.peer for person in self._net.room.persons())
        where = f", round {status.round} of {status.rounds}" if status.round else ""
        lines = [
            f"room: {status.name}, {PHASES[status.phase]}{where}",
            f"match: {status.map}, {status.rules}, best of {status.rounds}",
            f"people: {status.people} here, {away} away, {len(status.watchers)} watching; {status.places} places",
            f"host: {status.host or 'nobody'}",
            f"recording: {'yes' if self._net.room.tape.is_running else 'no'}",
        ]
        if (planned.map, planned.rules) != (status.map, status.rules):
            lines.insert(2, f"next match: {planned.map}, {planned.rules}")
        return lines

    def _players(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        status, persons = self._net.room.status(), self._net.room.persons()
        if not caller.is_console:
            return ["; ".join(_in_short(status, persons))] if persons else []
        owners = {slot: person for person in persons for slot, _ in person.seats}
        rows = [
            self._row(str(seat.slot), seat.name, f"{seat.wins} won", f"{seat.ping} ms", owners.get(seat.slot))
            for seat in status.seats
        ]
        rows += [self._row("-", person.name, "watches", "", person) for person in persons if not person.seats]
        wide = [max((len(row[column]) for row in rows), default=0) for column in range(len(rows[0]) if rows else 0)]
        lines = ("  ".join(cell.ljust(wide[column]) for column, cell in enumerate(row)).rstrip() for row in rows)
        return list(lines) or ["nobody is here"]

    def _row(self, slot: str, name: str, wins: str, ping: str, person: Person | None) -> tuple[str, ...]:
        if person is None:
            return (slot, name, wins, "", "bot", "")
        peer = self._net.crowd.members.get(person.peer)
        return (slot, name, wins, ping, peer.address if peer else "away", "host" if person.is_host else "")

    def _say(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        caller.speak_up(now)
        text = clean_chat(said.text(0) if caller.is_console else f"{caller.name} (host): {said.text(0)}")
        if not text:
            raise CommandError("nothing of that can be shown")
        self._net.say(self._net.room.news(text))
        return []

    # What is played

    def _map(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        return self._choose("map", said.text(0), now)

    def _mode(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        return self._choose("rules", said.text(0), now)

    def _choose(self, key: str, text: str, now: float) -> list[str]:
        return self._change(key, text, now) if text else [self._told(key)]

    def _set(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        keys = [key for key in self._rows if caller.is_console or key in MATCH]
        key, text = said.text(0).lower().replace("_", "-"), said.text(1)
        if not key:
            return [f"{key} = {self._text(key)}" for key in keys]
        if key not in keys:
            near = nearest(key, keys)
            hint = f"did you mean {near}?" if near else f"there are {', '.join(keys)}"
            raise CommandError(f"{shortened(key)} cannot be set here; {hint}")
        return self._change(key, text, now) if text else [self._told(key)]

    def _told(self, key: str) -> str:
        return f"{key} = {self._text(key)}; {self._rows[key].about}"

    def _text(self, key: str) -> str:
        """The value that counts, as it is typed."""
        row, setup = self._rows[key], self._net.room.planned
        value = getattr(setup, key) if key in MATCH else value_of(self._live.config, key)
        words = [word for word in row.takes.split("|") if word] + row.about.replace(":", ",").split(", ")
        for word in words:  # on, off, bot, hard: whatever is read as this very value
            try:
                if row.reads(word) == value and not isinstance(value, str):
                    return word
            except BadValue:
                continue
        return str(value)

    def _change(self, key: str, text: str, now: float) -> list[str]:
        try:
            value = self._rows[key].reads(text)
        except BadValue as problem:
            near = nearest(text, self._rows[key].about.removeprefix("one of ").split(", "))
            raise CommandError(f"{key}: {problem}" + (f"; did you mean {near}?" if near else "")) from problem
        room = self._net.room
        if key in MATCH:
            mail = room.choose(replace(room.planned, **{key: value}))
            if mail is None:
                raise CommandError(f"there can be no match with {key} {shortened(text)}")
            self._net.say(mail)
        else:
            self._live.put(key, value, now)
        is_later = key in MATCH and room.phase is not Phase.LOBBY
        return [f"{key} = {text}" + (", from the next match on" if is_later else "")]

    def _restart(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        room = self._net.room
        if room.phase is Phase.LOBBY:
            raise CommandError("no match is on")
        who = "The server" if caller.is_console else caller.name
        self._net.say([*room.news(f"{who} has ended the match."), *room.restart()])
        return []

    # What is kept

    def _record(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        tape, what = self._net.room.tape, said.text(0)
        if what == "pin":
            return self._save(caller, said, now)
        if what not in ("on", "off"):
            raise CommandError(f"record on, off or pin, not {shortened(what)}")
        if what == "on" and self._live.config.record is None:
            raise CommandError("the server was started with `record off`, so there is no folder to record into")
        tape.is_on = what == "on"
        if what == "off":
            tape.end("The recording was stopped.")
            return ["nothing is recorded"]
        return ["every match is recorded" + ("" if tape.is_running else ", from the next that begins on")]

    def _save(self, caller: Issuer, said: ParsedCommand, now: float) -> list[str]:
        if not self._net.room.tape.pin():
            raise CommandError("there is no recording to be kept")
        return ["the recording is written and pinned"]


def _in_short(status: Status, persons: Sequence[Person]) -> list[str]:
    """Who is here, as it fits into a line of chat."""
    away = {slot for person in persons if not person.peer for slot, _ in person.seats}
    hosts = {slot for person in persons if person.is_host for slot, _ in person.seats[:1]}
    rows = []
    for seat in status.seats:
        marks = [(seat.is_bot, "bot"), (seat.slot in hosts, "host"), (seat.slot in away, "away")]
        told = ", ".join(mark for is_so, mark in marks if is_so)
        rows.append(f"{seat.slot} {seat.name}" + (f" ({told})" if told else ""))
    watching = [person.name for person in persons if not person.seats]
    return [*rows, *([f"watching: {', '.join(watching)}"] if watching else [])]
