"""What each program did in the rounds of a league, and the table of it."""

from dataclasses import dataclass
from typing import TextIO

from petard.shared.protocol.messages import Results
from petard.shared.rules.events import Event, EventType


@dataclass(slots=True)
class Row:
    """One program. `kills`: of others; `own`: deaths by its own bombs; `status`: "" while it runs."""

    name: str
    command: str
    wins: int = 0
    kills: int = 0
    deaths: int = 0
    own: int = 0
    status: str = ""


class Table:
    """Counts what happens, by slot. A slot without a program (a bot of the server) is nobody's."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.rounds = self.draws = 0
        self.seats: dict[int, Row] = {}

    def seat(self, names: dict[int, str]) -> None:
        """Note which program has which slot. The server may have changed a name that looks like another one."""
        by_name = {row.name: row for row in self.rows}
        self.seats = {slot: by_name[name] for slot, name in names.items() if name in by_name}

    def event(self, event: Event) -> None:
        """Count a death."""
        if event.what != EventType.DIED:
            return
        if dead := self.seats.get(event.slot):
            dead.deaths += 1
            dead.own += event.other == event.slot
        if event.other != event.slot and (killer := self.seats.get(event.other)):
            killer.kills += 1

    def result(self, results: Results) -> None:
        """Count the end of a round."""
        self.rounds += 1
        if winner := self.seats.get(results.winner):
            winner.wins += 1
        else:
            self.draws += 1

    def write(self, out: TextIO) -> None:
        """Write the table, the best program first."""
        width = max(len(row.name) for row in self.rows)
        out.write(f"\n{'':{width}}  rounds won  kills  deaths  by own bombs\n")
        for row in sorted(self.rows, key=lambda row: (-row.wins, -row.kills, row.deaths)):
            numbers = f"{row.wins:10}  {row.kills:5}  {row.deaths:6}  {row.own:12}"
            out.write(f"{row.name:{width}}  {numbers}  {row.status}".rstrip() + "\n")
        nobody = f", {self.draws} of them won by nobody" if self.draws else ""
        out.write(f"\n{self.rounds} rounds{nobody}.\n")
