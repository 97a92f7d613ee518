"""Commands about the room and its matches: status, players, say, map, mode, set, restart, record, save; and votes.

Rule 1: a choice made during a match counts for the next one.
Rule 2: a value is parsed as in the settings (server/config/values.py), so the same words are legal here.
Rule 3: a host changes what the lobby shows; the rest is for the console.
Rule 4: what counts as a vote is decided in server/policy/votes.py; this module speaks and acts.
Rule 5: each address group with members who are here at the start of a vote, and have played a round, has one vote.
Rule 6: the host can kick and choose without a vote, so nobody votes on the host.
Rule 7: a muted member cannot start a vote, because everybody reads the question.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from functools import partial

from petard.server.admin.moderation import Moderation
from petard.server.config.config import Config, value_of
from petard.server.config.values import BadValue, Parse
from petard.server.net.server import Server
from petard.server.policy.admin_commands import (
    CommandError,
    CommandHandlers,
    Issuer,
    ParsedCommand,
    find_player,
    shortened,
    single_word,
)
from petard.server.policy.text import did_you_mean, table_text
from petard.server.policy.votes import VoteCount, VoteKind, VoteQuestion, VoteResult, Votes
from petard.server.room.status import Person, Status
from petard.server.runtime.reload import ReloadService
from petard.server.runtime.service import Service
from petard.shared.demo.server_actions import Announce, ChooseSetup, EndMatch
from petard.shared.protocol.messages import Phase, Setup
from petard.shared.protocol.names import clean_chat
from petard.shared.rules.modes.table import LAST_ONE_STANDING, MODES
from petard.shared.rules.ruleset import PRESETS

SETTLED_EVERY = 0.25  # seconds between two looks at an open vote, and after each vote; it looks at all members
MATCH_KEYS = tuple(one.name.replace("_", "-") for one in fields(Setup))
PHASES = {
    Phase.LOBBY: "in the lobby",
    Phase.LOADING: "loading",
    Phase.PLAYING: "playing",
    Phase.RESULTS: "showing results",
}


class MatchCommands:
    """Carries out the commands about the room. `reload`: has the settings and changes them. `rows`: those to change."""

    def __init__(self, server: Server, reload: ReloadService) -> None:
        self._server, self._reload = server, reload
        self.rows = {row.key: row for row in reload.settings if row.is_live and row.has_field and not row.is_secret}
        self.handlers: CommandHandlers = {
            "status": self._status,
            "players": self._players,
            "say": self._say,
            "map": lambda issuer, parsed, now: self._show_or_change("map", parsed.text(0), now),
            "mode": self._mode,
            "set": self._set,
            "restart": self._restart,
            "record": self._record,
            "save": self._save,
        }

    def _status(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        status, choice = self._server.room.status(), self._server.room.matches.choice
        current, planned = choice.current, choice.planned
        away = sum(not person.peer for person in self._server.room.persons())
        where = f", round {status.round} of {status.rounds}" if status.round else ""
        lines = [
            f"room: {status.name}, {PHASES[status.phase]}{where}",
            f"match: {status.map}, {status.rules}{_in_mode(current)}, best of {status.rounds}",
            f"people: {status.people} here, {away} away, {len(status.watchers)} watching; {status.places} places",
            f"host: {status.host or 'nobody'}",
            f"recording: {'yes' if self._server.room.recorder.running else 'no'}",
        ]
        if (planned.map, planned.rules, planned.mode) != (status.map, status.rules, current.mode):
            lines.insert(2, f"next match: {planned.map}, {planned.rules}{_in_mode(planned)}")
        return lines

    def _players(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        status, persons = self._server.room.status(), self._server.room.persons()
        if not issuer.is_console:
            return ["; ".join(_in_short(status, persons))] if persons else []
        owners = {slot: person for person in persons for slot, _ in person.seats}
        rows = [
            self._row(str(seat.slot), seat.name, f"{seat.wins} won", f"{seat.ping} ms", owners.get(seat.slot))
            for seat in status.seats
        ]
        rows += [self._row("-", person.name, "watches", "", person) for person in persons if not person.seats]
        return table_text(rows).splitlines() or ["nobody is here"]

    def _row(self, slot: str, name: str, wins: str, ping: str, person: Person | None) -> tuple[str, ...]:
        if person is None:
            return (slot, name, wins, "", "bot", "")
        peer = self._server.connections.members.get(person.peer)
        return (slot, name, wins, ping, peer.identity.address if peer else "away", "host" if person.is_host else "")

    def _say(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        issuer.check_not_muted(now)
        text = clean_chat(parsed.text(0) if issuer.is_console else f"{issuer.name} (host): {parsed.text(0)}")
        if not text:
            raise CommandError("nothing of that can be shown")
        self._server.perform(Announce(text), now)
        return []

    # Settings

    def _set(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        keys = [key for key in self.rows if issuer.is_console or key in MATCH_KEYS]
        key, text = parsed.text(0).lower().replace("_", "-"), parsed.text(1)
        if not key:
            return [f"{key} = {self._value_text(key)}" for key in keys]
        if key not in keys:
            hint = did_you_mean(key, keys, f"there are {', '.join(keys)}")
            raise CommandError(f"{shortened(key)} cannot be set here{hint}")
        return self._show_or_change(key, text, now)

    def _mode(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        """Choose the mode or the rules, whichever has that name."""
        text = parsed.text(0)
        known = [key for key, names in (("rules", PRESETS), ("mode", MODES)) if text in names or not text]
        return [line for key in known or ["rules"] for line in self._show_or_change(key, text, now)]

    def _show_or_change(self, key: str, text: str, now: float) -> list[str]:
        if not text:
            return [f"{key} = {self._value_text(key)}; {self.rows[key].about}"]
        try:
            value = self.rows[key].parse(text)
        except BadValue as problem:
            hint = did_you_mean(text, self.rows[key].about.removeprefix("one of ").split(", "))
            raise CommandError(f"{key}: {problem}{hint}") from problem
        room = self._server.room
        if key in MATCH_KEYS:
            setup = replace(room.matches.choice.planned, **{self.rows[key].field: value})
            if not self._server.perform(ChooseSetup(setup), now):
                raise CommandError(f"there can be no match with {key} {shortened(text)}")
        else:
            self._reload.set_value(key, value, now)
        is_later = key in MATCH_KEYS and room.phase is not Phase.LOBBY
        return [f"{key} = {text}" + (", from the next match on" if is_later else "")]

    def _value_text(self, key: str) -> str:
        """Return the current value as it is typed."""
        row, setup = self.rows[key], self._server.room.matches.choice.planned
        value = getattr(setup, row.field) if key in MATCH_KEYS else value_of(self._reload.config, key)
        words = [word for word in row.takes.split("|") if word] + row.about.replace(":", ",").split(", ")
        for word in words:  # on, off, bot, hard: the word that is parsed as this value
            with suppress(BadValue):
                if row.parse(word) == value and not isinstance(value, str):
                    return word
        return str(value)

    # Match and recording

    def _restart(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        room = self._server.room
        if room.phase is Phase.LOBBY:
            raise CommandError("no match is on")
        who = "The server" if issuer.is_console else issuer.name
        self._server.perform(Announce(f"{who} has ended the match."), now)
        self._server.perform(EndMatch(is_restart=False), now)
        return []

    def _record(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        recorder, what = self._server.room.recorder, parsed.text(0)
        if what == "pin":
            return self._save(issuer, parsed, now)
        if what not in ("on", "off"):
            raise CommandError(f"record on, off or pin, not {shortened(what)}")
        if what == "on" and self._reload.config.record is None:
            raise CommandError("the server was started with `record off`, so there is no folder to record into")
        recorder.is_on = what == "on"
        if what == "off":
            recorder.end("The recording was stopped.")
            return ["nothing is recorded"]
        return ["every match is recorded" + ("" if recorder.running else ", from the next that begins on")]

    def _save(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        if not self._server.room.recorder.pin():
            raise CommandError("there is no recording to be kept")
        return ["the recording is written and pinned"]


def _in_short(status: Status, persons: Sequence[Person]) -> list[str]:
    """Return the players as they fit into a line of chat."""
    away = {slot for person in persons if not person.peer for slot, _ in person.seats}
    hosts = {slot for person in persons if person.is_host for slot, _ in person.seats[:1]}
    rows = []
    for seat in status.seats:
        marks = [(seat.is_bot, "bot"), (seat.slot in hosts, "host"), (seat.slot in away, "away")]
        shown = ", ".join(mark for is_so, mark in marks if is_so)
        rows.append(f"{seat.slot} {seat.name}" + (f" ({shown})" if shown else ""))
    watching = [person.name for person in persons if not person.seats]
    return [*rows, *([f"watching: {', '.join(watching)}"] if watching else [])]


class VoteCommands(Service):
    """The commands vote, yes and no, in chat. `is_on`: votes are allowed. `parse_map`: of the setting `map`."""

    def __init__(self, server: Server, moderation: Moderation, parse_map: Parse, is_on: bool) -> None:
        self.is_on, self._parse_map = is_on, parse_map
        self._server, self._moderation = server, moderation
        self._votes = Votes()
        self._due = 0.0  # when to look at the open vote again
        self.handlers: CommandHandlers = {
            "vote": self._ask,
            "yes": partial(self._cast, is_yes=True),
            "no": partial(self._cast, is_yes=False),
        }

    def apply_config(self, config: Config, now: float) -> None:
        self.is_on = config.votes

    def update(self, now: float) -> None:
        """Settle the open vote, or remind the players of it."""
        if not self._votes.poll:
            return
        if not self.is_on:
            self._votes.poll = None
            self._announce("There is no vote any more: the server does not allow them.", now)
            return
        if now < self._due:
            return
        self._due = now + SETTLED_EVERY
        persons = self._server.room.persons()
        here = self._voters(persons).values()
        settled = self._votes.settle(here, [person.member for person in persons], now)
        if settled:
            self._carry_out(*settled, now)
        elif again := self._votes.reminder(now):
            self._announce(f"Still open: {again.words}? /yes or /no ({self._votes.count(here)})", now)

    def _voters(self, persons: Sequence[Person]) -> dict[int, str]:
        """Return the voter that each connected member is who has played a round: it has a vote, or a part of one."""
        group_of = self._server.connections.group_of
        may_vote = (person for person in persons if person.peer and person.has_played)
        return {one.member: group_of(one.address_group) or f"member {one.member}" for one in may_vote}

    def _voter(self, issuer: Issuer, voters: Mapping[int, str]) -> str:
        if issuer.member not in voters:
            raise CommandError("you have a vote once you have played a round")
        return voters[issuer.member]

    def _announce(self, text: str, now: float) -> None:
        self._server.perform(Announce(clean_chat(text)), now)

    def _ask(self, issuer: Issuer, parsed: ParsedCommand, now: float) -> list[str]:
        if not self.is_on:
            raise CommandError("this server does not allow votes")
        what = parsed.text(0).lower()
        if what in ("yes", "no"):
            return self._cast(issuer, parsed, now, what == "yes")
        issuer.check_not_muted(now)
        question = self._question(what, parsed.text(1))
        if question.whom == issuer.member:
            raise CommandError("to leave, press Escape")
        voters = self._voters(self._server.room.persons())
        count = self._votes.ask(question, self._voter(issuer, voters), set(voters.values()), now)
        self._due = now
        self._announce(f"{issuer.name} asks: {question.words}? /yes or /no ({count.needed} needed)", now)
        return []

    def _question(self, what: str, rest: str) -> VoteQuestion:
        if what == "restart" and not rest:
            if self._server.room.phase is Phase.LOBBY:
                raise CommandError("no match is on")
            return VoteQuestion(VoteKind.RESTART, "end this match")
        if what == "map" and rest:
            try:
                name = self._parse_map(rest)
            except BadValue as problem:
                raise CommandError(str(problem)) from problem
            return VoteQuestion(VoteKind.MAP, f"{name} as the next map", name)
        if what == "kick" and rest:
            room = self._server.room
            person = find_player(single_word(rest), room.persons(), room.status())
            if person.is_host:
                raise CommandError("nobody votes on the host")
            return VoteQuestion(VoteKind.KICK, f"put {person.name} out", whom=person.member)
        raise CommandError(f"vote map NAME, vote restart or vote kick WHO, not {shortened(f'{what} {rest}'.strip())}")

    def _cast(self, issuer: Issuer, parsed: ParsedCommand, now: float, is_yes: bool) -> list[str]:
        voters = self._voters(self._server.room.persons())
        count = self._votes.cast(self._voter(issuer, voters), is_yes, voters.values())
        self._due = now
        return [f"you said {'yes' if is_yes else 'no'} ({count})"]

    def _carry_out(self, question: VoteQuestion, result: VoteResult, count: VoteCount, now: float) -> None:
        self._announce(f"{question.words[:1].upper()}{question.words[1:]}: {result.value} ({count}).", now)
        if result is not VoteResult.CARRIED:
            return
        room = self._server.room
        if question.kind is VoteKind.MAP:
            self._server.perform(ChooseSetup(replace(room.matches.choice.planned, map=question.what)), now)
        elif question.kind is VoteKind.RESTART and room.phase is not Phase.LOBBY:
            self._server.perform(EndMatch(is_restart=False), now)
        elif question.kind is VoteKind.KICK:
            person = next((one for one in room.persons() if one.member == question.whom), None)
            if person and not person.is_host:  # they may have become the host meanwhile
                self._moderation.kick(person, "by vote", now)


def _in_mode(setup: Setup) -> str:
    return "" if setup.mode == LAST_ONE_STANDING.name else f", {setup.mode}"
